"""大纲的层次：一个序号接在哪一列后面，就在哪一级。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.front import is_date_line, is_title
from corpus.issuer import is_issuer
from corpus.joining import ends_sentence, is_salutation
from corpus.markers import Marker, marker
from corpus.records import Line

_CUT = re.compile(r"[。：；;]|:(?!\d)")
_COMMA = re.compile(r"[，,]")
_TRAILING = "。：；:;，,、 "
_HEADING_LIMIT = 50
_LINE_LIMIT = 60
_DEEPEST = 12
_PART_LIMIT = 32
_PART_END = re.compile(
    r"(?:总结|计划|安排|回顾|打算|思路|要点|目标|问题|成效|情况|措施|任务|重点|做法|谋划|部署|困难|不足|形势|建议|亮点|要求|体会|规划)$"
    r"|^(?:20\d{2}年|今年|明年|下一?年|今后[三五]年|未来[三五]年|下一?步|下半年|上半年)的?(?:重点|主要|政府|各项)*工作$"
)
_YEARLY = re.compile(r"(?:20)?\d{2}年(?:度|全年)?(?:的)?(?:主要|重点|全年)?工作?(?:总结|情况|计划|安排|打算|要点|思路)")
_OVERVIEW = 2
_FORMAL = frozenset({"第X章", "第X节", "第X条", "一、", "（一）"})
_UNNUMBERED = "#"
_FILE_LEVELS = {
    "附件": 0,
    "第X章": 1,
    "第X节": 2,
    "第X条": 3,
    "一、": 1,
    "（一）": 2,
    "1.": 3,
    "1)": 4,
    "（1）": 4,
    "①": 5,
}


@dataclass(frozen=True, slots=True)
class Heading:
    """一个标题：在第几段、序号写到哪里、标题写到哪里、第几级、上级是第几个标题。"""

    block: int
    number: str
    end: int
    level: int
    parent: int | None
    attached: bool = False


@dataclass(slots=True)
class _Open:
    style: str
    rank: float
    ordinal: int
    index: int
    file_level: int | None


@dataclass(slots=True)
class _Outline:
    stack: list[_Open] = field(default_factory=list)
    closed: dict[str, int] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)

    def pop_to(self, depth: int) -> None:
        for entry in self.stack[depth:]:
            self.closed[entry.style] = entry.ordinal
        del self.stack[depth:]

    def push(self, entry: _Open, block: int, number: str, end: int) -> None:
        parent = self.stack[-1].index if self.stack else None
        level = 1 if parent is None else self.headings[parent].level + 1
        attached = entry.style == "附件" or (parent is not None and self.headings[parent].attached)
        self.stack.append(entry)
        self.headings.append(Heading(block, number, end, level, parent, attached))


def heading_end(text: str, start: int, *, whole: bool) -> int:
    """标题写到第几个字符：整行是标题则到行末，行内标题到第一个。：；为止。

    Args:
        text: 一段。
        start: 序号之后的位置。
        whole: 文件自己标明这一行整行是标题。
    """
    stripped = len(text.rstrip(_TRAILING))
    found = _CUT.search(text, start)
    alone = found is None or found.start() >= stripped
    if alone and (whole or stripped - start <= _LINE_LIMIT):
        return max(stripped, start)
    if found and found.start() - start <= _HEADING_LIMIT:
        return found.start()
    comma = next(
        (item.start() for item in _COMMA.finditer(text, start + 4) if item.start() - start <= _HEADING_LIMIT), None
    )
    return start if comma is None else comma


def headings_of(blocks: Sequence[Line], start: int) -> tuple[Heading, ...]:
    """从第 `start` 段起认出全部标题和它们的层次。"""
    outline = _Outline()
    for at in range(start, len(blocks)):
        text = blocks[at].text
        found = marker(text)
        if found is not None:
            _numbered(outline, blocks, at, found)
        elif _is_unnumbered(blocks, at, outline, start):
            _unnumbered(outline, blocks, at)
    return tuple(outline.headings)


def _numbered(outline: _Outline, blocks: Sequence[Line], at: int, found: Marker) -> None:
    text, level = blocks[at].text, blocks[at].level
    if found.style == "附件" and not _opens_annex(blocks, at, found):
        return
    depth = _depth(outline, blocks, at, found)
    if depth is None:
        return
    outline.pop_to(depth)
    whole = level is not None and len(text) <= _LINE_LIMIT
    entry = _Open(found.style, found.rank, found.ordinal, len(outline.headings), level)
    end = heading_end(text, found.end, whole=whole or found.style == "附件")
    outline.push(entry, at, found.raw.strip(), len(text[:end].rstrip()))


def _opens_annex(blocks: Sequence[Line], at: int, found: Marker) -> bool:
    """“附件1”独占一行或后跟题名才是新的部分；“附件：1.……”是附件清单。"""
    rest = blocks[at].text[found.end :].strip()
    following = marker(blocks[at + 1].text) if at + 1 < len(blocks) else None
    if following is not None and following.style == "附件":
        return False
    return at > 0 and (
        not rest or (not re.search("[：:]", found.raw) and not ends_sentence(rest) and len(rest) < _HEADING_LIMIT)
    )


def _depth(outline: _Outline, blocks: Sequence[Line], at: int, found: Marker) -> int | None:
    """这个序号的标题应接在栈的第几层；不是标题为 None。"""
    stack = outline.stack
    if found.prefix:
        return _decimal_depth(stack, found)
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth].style == found.style and stack[depth].ordinal + 1 == found.ordinal:
            return depth
    if found.ordinal == 1:
        return _fresh_depth(outline, blocks, at, found)
    if outline.closed.get(found.style, -1) + 1 == found.ordinal:
        return _below(stack, found.rank)
    return _slipped_depth(stack, blocks, at, found)


def _slipped_depth(stack: Sequence[_Open], blocks: Sequence[Line], at: int, found: Marker) -> int | None:
    """序号接不上：“二、”写了两遍、漏了“三、”的仍是标题；阿拉伯数字跳得远的不是。"""
    same = next((depth for depth in range(len(stack) - 1, -1, -1) if stack[depth].style == found.style), None)
    if same is not None:
        gap = found.ordinal - stack[same].ordinal
        return same if found.style in _FORMAL or gap in {0, 2, 3} else None
    if found.style in _FORMAL or _listed_before(blocks, at, found):
        return _below(stack, found.rank)
    return None


def _decimal_depth(stack: Sequence[_Open], found: Marker) -> int | None:
    """1.2.3：前几段要与开着的上级相符，末段要接得上。"""
    for depth in range(len(stack) - 1, -1, -1):
        entry = stack[depth]
        if entry.style == found.style:
            return depth if entry.ordinal + 1 == found.ordinal else None
        if entry.ordinal == found.prefix[-1] and entry.rank < found.rank + 0.5 and entry.style != _UNNUMBERED:
            return depth + 1 if found.ordinal == 1 else None
    return None


def _fresh_depth(outline: _Outline, blocks: Sequence[Line], at: int, found: Marker) -> int:
    """一列从头开始：紧接在标题下是它的子级，正文之后重来的回到原来那一级。"""
    stack = outline.stack
    same = next((depth for depth, entry in enumerate(stack) if entry.style == found.style), None)
    if stack and _bare_heading_before(outline, blocks, at):
        top = stack[-1]
        if len(stack) < _DEEPEST and (top.style == found.style or top.rank < found.rank):
            return len(stack)
    if same is not None:
        return same
    return _below(stack, found.rank)


def _bare_heading_before(outline: _Outline, blocks: Sequence[Line], at: int) -> bool:
    """上一段是标题，且整段只有标题。"""
    if not outline.headings or outline.headings[-1].block != at - 1:
        return False
    return outline.headings[-1].end >= len(blocks[at - 1].text.rstrip(_TRAILING))


def _below(stack: Sequence[_Open], rank: float) -> int:
    depth = len(stack)
    while depth and stack[depth - 1].rank >= rank:
        depth -= 1
    return depth


def _listed_before(blocks: Sequence[Line], at: int, found: Marker) -> bool:
    """前一段里写着这一列的前一个序号（1.……在行内，2.……另起一行）。"""
    return at > 0 and bool(re.search(rf"(?:^|[。：；:]\s*){found.ordinal - 1}\s*[.、．）)]", blocks[at - 1].text))


def _is_unnumbered(blocks: Sequence[Line], at: int, outline: _Outline, start: int) -> bool:
    """没有序号的标题：文件标明了级别，或是独立成行的“2023年工作计划”“存在的问题”。"""
    line = blocks[at]
    text = line.text.strip()
    if line.level is not None and line.level > 0:
        return len(text) <= _LINE_LIMIT and not text.endswith(("。", "；")) and not is_issuer(text)
    if line.whole and at and blocks[at - 1].whole and "：" in text:
        return False
    plain = (
        2 < len(text) <= _PART_LIMIT  # noqa: PLR2004
        and not ends_sentence(text)
        and not re.search(r"[，。；！？]", text)
        and not (is_issuer(text) or is_date_line(text) or is_salutation(text))
    )
    if not plain or at + 1 >= len(blocks) or not (_PART_END.search(text) or is_title(text)):
        return False
    closed = at == start or ends_sentence(blocks[at - 1].text)
    return closed or bool(outline.headings and outline.headings[-1].block == at - 1)


def _unnumbered(outline: _Outline, blocks: Sequence[Line], at: int) -> None:
    text, level = blocks[at].text, blocks[at].level
    following = _first_of_part(blocks, at)
    if level is not None:
        depth = len(outline.stack)
        while depth and _file_level(outline.stack[depth - 1]) >= level:
            depth -= 1
        outline.pop_to(depth)
        rank = 0.5 + level / 100
    elif following is not None and following.ordinal == 1:
        rank = following.rank - 0.5
        depth = _below(outline.stack, rank)
        if outline.stack and outline.stack[-1].style == "附件":
            depth = len(outline.stack)
        outline.pop_to(depth)
    else:
        rank = 9.5
        outline.pop_to(_below(outline.stack, rank))
    end = len(text.rstrip(_TRAILING))
    outline.push(_Open(_UNNUMBERED, rank, 0, len(outline.headings), level), at, "", end)


def _first_of_part(blocks: Sequence[Line], at: int) -> Marker | None:
    """紧接着的序号；“2022年工作总结”之下先有一两段概况再“一、”的，也算。"""
    reach = _OVERVIEW if _YEARLY.fullmatch(blocks[at].text.strip()) else 0
    found = [marker(line.text) for line in blocks[at + 1 : at + 2 + reach]]
    if found and found[0] is None:
        opening = next((one for one in found if one is not None), None)
        return opening if opening is not None and opening.style == "一、" else None
    return found[0] if found else None


def _file_level(entry: _Open) -> int:
    if entry.file_level is not None:
        return entry.file_level
    return _FILE_LEVELS.get(entry.style, 9)
