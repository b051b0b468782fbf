"""版面：由带位置的字还原行、栏、自然段（PDF、OFD、OCR 共用）。"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from corpus.clean import is_furniture
from corpus.front import is_date_line
from corpus.joining import ends_sentence, glued, is_open
from corpus.markers import marker
from corpus.readers.tables import sentences
from corpus.records import Line

_TOKEN = re.compile(r"[A-Za-z0-9.,%+/-]+")
_LEAST = 0.1
"""损坏的文件里，字高可以是零。"""
_GUTTER = 1.6
_WORD_GAP = 0.22
_WRITTEN_GAP = 0.08
_HAN_GAP = 0.45
_HAN_WRITTEN_GAP = 0.2
_SPACED = 4
_TITLE = 1.15
_SHADOW = 0.1
_DOUBLED = frozenset("—…─")
_NAMELESS = re.compile("[\ue000-\uefff\uf100-\uf8ff\ufffd]")
_PUNCTUATION = re.compile("[，。、；：！？“”‘’（）《》〈〉【】〔〕「」—…·～]")
_MIN_COLUMN_ROWS = 5
_MIN_TABLE = 3
_SHORTEST_LINE = 10
_OVERHANG, _FARTHEST = 2.5, 6
_USUAL, _CERTAIN = (2, 0.2), (5, 0.4)
"""几行、几成的行都写到一处，那里就是右边：悬出不多的，与悬出得多的。"""
_DIGIT_GAP = 0.6
_KINSOKU = 2.0
_LONGEST_CELL = 24


@dataclass(frozen=True, slots=True)
class Glyph:
    """一个字（或 OCR 的一串字）和它的位置；原点在左上，单位由各格式自定。`spaced` 是前面写着空格。"""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """一行中连着的一截：文字与外框。`fixed` 表示这是已成句的表格行，原样保留。"""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    fixed: bool = False

    @property
    def size(self) -> float:
        """字高。"""
        return max(self.bottom - self.top, _LEAST)


@dataclass(frozen=True, slots=True)
class Page:
    """一页的全部行（自上而下）、页码、页宽和页高；页高不知道的为 0。"""

    number: int
    rows: tuple[Row, ...]
    width: float
    height: float = 0.0


def rows_of(glyphs: Iterable[Glyph]) -> tuple[Row, ...]:
    """把一页的字聚成行，行内隔得远的断成几截。"""
    lines: list[list[Glyph]] = []
    for glyph in sorted(
        (item for item in glyphs if item.text.strip()), key=lambda item: (item.top + item.bottom, item.x0)
    ):
        near = next((line for line in reversed(lines[-4:]) if _same_line(line, glyph)), None)
        if near is None:
            lines.append([glyph])
        else:
            near.append(glyph)
    lines.sort(key=lambda line: median(item.top + item.bottom for item in line))
    return tuple(row for line in lines for row in _segments(sorted(line, key=lambda item: item.x0)))


def _same_line(line: Sequence[Glyph], glyph: Glyph) -> bool:
    tall = max(line, key=lambda item: item.bottom - item.top)
    overlap = min(tall.bottom, glyph.bottom) - max(tall.top, glyph.top)
    return overlap >= 0.5 * min(tall.bottom - tall.top, glyph.bottom - glyph.top)


def _segments(glyphs: Sequence[Glyph]) -> list[Row]:
    size = max(median(item.bottom - item.top for item in glyphs), _LEAST)
    rows: list[list[Glyph]] = []
    for glyph in glyphs:
        if rows and glyph.x0 - rows[-1][-1].x1 <= _GUTTER * size:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    top, bottom = min(item.top for item in glyphs), max(item.bottom for item in glyphs)
    return [_row(row, size, top, bottom) for row in rows]


def is_nameless(char: str) -> bool:
    """只有字形、没有写明是什么字的：自造字区的码位，或认不出的；符号字体的项目符号不算。"""
    return bool(_NAMELESS.match(char))


def without_shadows(glyphs: Iterable[Glyph]) -> tuple[Glyph, ...]:
    """同一个字在同一处画几遍（加粗、描边的做法）只算一个；破折号、省略号一个字形拆成的两个字不算。"""
    kept: list[Glyph] = []
    placed: dict[tuple[str, int, int], Glyph] = {}
    for glyph in glyphs:
        near = max(glyph.bottom - glyph.top, 0.1) * _SHADOW
        column, line = round(glyph.x0 / near), round(glyph.top / near)
        around = ((glyph.text, column + dx, line + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        if glyph.text in _DOUBLED or not any(key in placed for key in around):
            kept.append(glyph)
            placed[glyph.text, column, line] = glyph
    return tuple(kept)


def _row(glyphs: Sequence[Glyph], size: float, top: float, bottom: float) -> Row:
    usual = _letter_spacing(glyphs)
    text = glyphs[0].text
    for before, glyph in pairwise(glyphs):
        gap = (glyph.x0 - before.x1 - usual) / size
        text += (" " if _is_space(before.text[-1], glyph.text[0], gap, written=glyph.spaced) else "") + glyph.text
    return Row(text, glyphs[0].x0, max(item.x1 for item in glyphs), top, bottom)


def _letter_spacing(glyphs: Sequence[Glyph]) -> float:
    """字间均匀加宽了多少（工 作 总 结）；字少看不出来，或多是数，为 0。"""
    if len(glyphs) < _SPACED or sum(item.text[0].isascii() for item in glyphs) * 2 > len(glyphs):
        return 0.0
    return max(0.0, median(after.x0 - before.x1 for before, after in pairwise(glyphs)))


def _is_space(before: str, after: str, gap: float, *, written: bool) -> bool:
    """两个字之间的空隙（以字高计）是不是空格；写着空格的，西文与数之间空一点就是，汉字之间要空得多些。"""
    if (before.isdigit() and after in ".,%") or (before in ".," and after.isdigit()):
        return gap > _DIGIT_GAP
    if before.isascii() and after.isascii():
        return gap > (_WRITTEN_GAP if written else _WORD_GAP)
    least = _HAN_WRITTEN_GAP if written and not (before.isascii() or after.isascii()) else _HAN_GAP
    return gap > least and not _PUNCTUATION.search(before + after)


def paragraphs(pages: Sequence[Page]) -> tuple[Line, ...]:
    """各页的行接成自然段：写满的行接下一行，缩进、居中、换字号、空得多的另起一段。"""
    lines: list[Line] = []
    last: Row | None = None
    body = body_size(pages)
    for page in pages:
        for block in blocks(page.rows):
            left, right = _margins(block, page.width)
            before: Row | None = None
            for row in block:
                if (
                    lines
                    and last is not None
                    and (
                        _continues(lines[-1].text, before, last, row, left, right)
                        or (before is not None and _is_title_wrapped(before, row, body))
                    )
                ):
                    lines[-1] = Line(glued(lines[-1].text, row.text), lines[-1].page, whole=True)
                else:
                    lines.append(Line(row.text.strip(), page.number, whole=True))
                before = row
                last = None if row.fixed else Row(row.text, row.x0 - left, right - row.x1, row.top, row.bottom)
    return tuple(lines)


def body_size(pages: Sequence[Page]) -> float:
    """正文的字高：写得最多的那一种。"""
    sizes = Counter[float]()
    for page in pages:
        for row in page.rows:
            if not row.fixed:
                sizes[round(row.size, 1)] += len(row.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _is_title_wrapped(before: Row, row: Row, body: float) -> bool:
    """题名分作两行：都比正文大一号，一样大，紧挨着，前一行没有说完，后一行不是副题。"""
    size = row.size
    large = min(size, before.size) > _TITLE * body and 0.85 < size / before.size < 1.18  # noqa: PLR2004
    near = row.top - before.bottom < 1.2 * size
    apart = ends_sentence(before.text) or marker(row.text.strip()) is not None or re.match("[—–（(-]", row.text.strip())
    return large and near and not row.fixed and not before.fixed and not apart


def _margins(block: Sequence[Row], width: float) -> tuple[float, float]:
    """一块的左右边：右边要有两行以上写到、且写得够长，或已近页边；否则没有写满的行，右边取页宽。"""
    loose = [row for row in block if not row.fixed] or list(block)
    left, right = min(row.x0 for row in loose), _right_edge(loose)
    reaching = sum(right - row.x1 < 1.9 * row.size and right - left > _SHORTEST_LINE * row.size for row in loose)
    return left, right if reaching > 1 or right > 0.8 * width else max(right, width)


def _right_edge(rows: Sequence[Row]) -> float:
    """各行写到的右边：有好几行写到的地方；标点、不能拆开的数悬出的一两行不算。"""
    ends = sorted((row.x1 for row in rows), reverse=True)
    size = median(row.size for row in rows)
    for end in (end for end in ends if ends[0] - end < _FARTHEST * size):
        reached = sum(abs(other - end) < size for other in ends)
        least = _USUAL if ends[0] - end < _OVERHANG * size else _CERTAIN
        if reached >= max(least[0], least[1] * len(rows)):
            return end
    return ends[0]


def _continues(text: str, before: Row | None, last: Row, row: Row, left: float, right: float) -> bool:  # noqa: PLR0913, PLR0917
    """这一行是否接着上一段。`last` 的 x0、x1 存的是上一行左右的空白。"""
    size = row.size
    indent, slack = row.x0 - left, right - row.x1
    if row.fixed or not _is_alike(text, last.size, row) or is_date_line(text) or is_furniture(text):
        return False
    if marker(row.text.strip()) is not None and not _splits_figure(text, row, indent, last):
        return False
    gap = row.top - before.bottom if before is not None else 0.0
    if is_open(text, row.text) and gap < 2 * size:
        return True
    if indent > 2 * size and abs(indent - slack) < 2 * size:  # 居中
        return False
    spare = 0.0
    if not ends_sentence(text):  # 话没有说完，下一行顶格：禁则、调整字距空出的再多两字也算写满
        spare = max(_unbreakable(row), _KINSOKU * size if abs(indent) < 0.5 * size else 0.0)
    full = last.x1 < 1.9 * last.size + spare
    return full and indent <= 1.2 * size and (gap < 1.6 * size or not ends_sentence(text))


def _is_alike(text: str, last: float, row: Row) -> bool:
    """字号相同；只有西文的一行，字体的高矮不同，放宽些。"""
    latin = any(sum(char.isascii() for char in part) * 2 > len(part) for part in (text[-20:], row.text))
    bound = 1.6 if latin else 1.25
    return 1 / bound < row.size / last < bound


def _splits_figure(text: str, row: Row, indent: float, last: Row) -> bool:
    """以数开头的一行不是序号：上一行首行缩进或也顶格，写到一半，这一行顶格；接得上前一个序号的是序号。"""
    own, above = marker(row.text.strip()), marker(text)
    if own and above and own.style == above.style and own.ordinal == above.ordinal + 1:
        return False
    return row.text[0].isdigit() and indent < 0.5 * row.size and last.x1 < 1.9 * last.size and not ends_sentence(text)


def _unbreakable(row: Row) -> float:
    """行首不能拆开的一串（107.2%、G318）有多宽：上一行容不下它，就会空着这么多。"""
    found = _TOKEN.match(row.text)
    return 0.0 if found is None else (found.end() - 1) * row.size / 2


def blocks(rows: Sequence[Row]) -> list[list[Row]]:
    """一页分栏：没有分栏的是一块；分栏的先左后右，通栏的行隔开上下。"""
    gutter = _gutter(rows)
    if gutter is None:
        return [_merged(_tabled(rows))] if rows else []
    found: list[list[Row]] = []
    left: list[Row] = []
    right: list[Row] = []
    for row in sorted(rows, key=lambda item: item.top):
        if row.x0 < gutter < row.x1:
            found += [left, right, [row]]
            left, right = [], []
        else:
            (left if row.x1 <= gutter else right).append(row)
    return [block for block in (*found, left, right) if block]


def _gutter(rows: Sequence[Row]) -> float | None:
    """两栏之间的空白的横坐标；不是两栏为 None。"""
    loose = [row for row in rows if not row.fixed]
    if len(loose) < 2 * _MIN_COLUMN_ROWS:
        return None
    x0, x1 = min(row.x0 for row in loose), max(row.x1 for row in loose)
    best, fewest = None, len(loose)
    for step in range(35, 66):
        x = x0 + (x1 - x0) * step / 100
        crossing = sum(row.x0 < x < row.x1 for row in loose)
        if crossing < fewest:
            best, fewest = x, crossing
    if best is None or fewest > 0.3 * len(loose):
        return None
    width = x1 - x0
    left = [row for row in loose if row.x1 <= best and row.x1 - row.x0 > 0.25 * width]
    right = [row for row in loose if row.x0 >= best and row.x1 - row.x0 > 0.25 * width]
    return best if min(len(left), len(right)) >= _MIN_COLUMN_ROWS else None


def _tabled(rows: Sequence[Row]) -> list[Row]:
    """没有画线而上下对齐的表（三列以上、三行以上）写成句子。"""
    made: list[Row] = []
    run: list[list[Row]] = []
    for line in [*(list(group) for _, group in groupby(rows, key=lambda row: (row.top, row.fixed))), []]:
        if run and not _aligned(run[0], line):
            made += _as_table(run, made[-1].text if made else "")
            run = []
        if len(line) >= _MIN_TABLE and not line[0].fixed:
            run.append(line)
        else:
            made += line
    return made


def _aligned(head: Sequence[Row], line: Sequence[Row]) -> bool:
    """两行的截数相同，且逐截上下对着。"""
    return len(line) == len(head) and all(
        a.x0 < b.x1 + a.size and b.x0 < a.x1 + a.size for a, b in zip(head, line, strict=True)
    )


def _as_table(run: Sequence[Sequence[Row]], caption: str) -> list[Row]:
    grid = [[row.text for row in line] for line in run]
    numeric = any(char.isdigit() for line in grid[1:] for cell in line for char in cell)
    if len(run) < _MIN_TABLE or not numeric or max(len(cell) for line in grid for cell in line) > _LONGEST_CELL:
        return [row for line in run for row in line]
    made = sentences(grid, caption)
    first, last = run[0][0], run[-1][-1]
    step = (last.bottom - first.top) / max(len(made), 1)
    return [
        Row(text, first.x0, last.x1, first.top + step * at, first.top + step * (at + 1), fixed=True)
        for at, text in enumerate(made)
    ]


def _merged(rows: Sequence[Row]) -> list[Row]:
    """不分栏时，同一行断开的几截接回一行。"""
    merged: list[Row] = []
    for row in rows:
        last = merged[-1] if merged else None
        if last and not row.fixed and not last.fixed and abs(row.top - last.top) < 0.5 * row.size and row.x0 >= last.x1:
            merged[-1] = Row(
                f"{last.text} {row.text}", last.x0, row.x1, min(last.top, row.top), max(last.bottom, row.bottom)
            )
        else:
            merged.append(row)
    return merged
