"""画线的表：由横线、竖线还原格子，字各归其格（PDF、OFD 共用，单位是点）。"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from corpus.readers.digits import count
from corpus.readers.layout import Glyph, Page, Row, rows_of
from corpus.readers.tables import heading, is_number, sentences

_NEAR = 3.0
"""相差不到这么多的两条线是一条；差这么多的线头是相接的。"""
_OPEN_SIDE = 8.0
_THIN = 3.0
_STRAIGHT = 1.0
_MOST_RULES = 4_000
_MOST_CELLS = 20_000
_TOP_OF_PAGE = 150
_UNRULED = 3
_HEAD_ONLY = 2
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """一条横线或竖线，化为一个窄框。"""

    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def is_flat(self) -> bool:
        """是横线。"""
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Ruled:
    """一张画线的表：在第几页（0 起）、外框、各格的文字（合并的格已填满）、里面写着几个数字、表前的一行。"""

    page: int
    x0: float
    x1: float
    top: float
    bottom: float
    grid: tuple[tuple[str, ...], ...]
    digits: int
    caption: str = ""

    def holds(self, glyph: Glyph) -> bool:
        """这个字在表里。"""
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class _Edge:
    """一条归并好的线：`at` 是它的位置，`start` 到 `end` 是它的起止。"""

    at: float
    start: float
    end: float

    def covers(self, point: float) -> bool:
        return self.start - _NEAR <= point <= self.end + _NEAR


@dataclass(frozen=True, slots=True)
class _Lattice:
    """一张表的线和由它们分出的各列、各行的界线。"""

    flat: tuple[_Edge, ...]
    upright: tuple[_Edge, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]


def straight(points: Sequence[Point], *, stroked: bool, filled: bool) -> Iterator[tuple[float, float, float, float]]:
    """一笔里横平竖直的线（左、上、右、下）：窄的一笔算一条线；描边的各边各算一条；只填充的宽块是底色，不算。"""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
        if stroked or filled:
            yield min(xs), min(ys), max(xs), max(ys)
    elif stroked:
        for (x0, y0), (x1, y1) in pairwise(points):
            if min(abs(x1 - x0), abs(y1 - y0)) <= _STRAIGHT:
                yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def tables_of(page: int, rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> tuple[Ruled, ...]:
    """一页上画线的表，自上而下；只有一列的框不算表。"""
    if not rules or len(rules) > _MOST_RULES:
        return ()
    made = (_table(page, lattice, glyphs) for lattice in _lattices(rules))
    found = sorted((table for table in made if table is not None), key=lambda table: (table.top, table.x0))
    loose = rows_of(glyph for glyph in glyphs if not any(table.holds(glyph) for table in found)) if found else ()
    return tuple(replace(table, caption=_above(loose, table)) for table in found)


def _above(rows: Sequence[Row], table: Ruled) -> str:
    """表前的一行。"""
    return next((row.text for row in reversed(rows) if row.bottom <= table.top + _NEAR), "")


def _lattices(rules: Sequence[Rule]) -> Iterator[_Lattice]:
    """连在一起的线是一张表。"""
    flat = _edges((rule.top + rule.bottom, rule.x0, rule.x1) for rule in rules if rule.is_flat)
    upright = _edges((rule.x0 + rule.x1, rule.top, rule.bottom) for rule in rules if not rule.is_flat)
    owner = list(range(len(flat) + len(upright)))
    for at, line in enumerate(flat):
        for down, post in enumerate(upright, len(flat)):
            if line.covers(post.at) and post.covers(line.at):
                owner[_root(owner, at)] = _root(owner, down)
    for group in {_root(owner, at) for at in range(len(flat))}:
        mine = tuple(line for at, line in enumerate(flat) if _root(owner, at) == group)
        posts = tuple(post for at, post in enumerate(upright, len(flat)) if _root(owner, at) == group)
        xs = _bounds([post.at for post in posts], [line.start for line in mine], [line.end for line in mine])
        ys = _bounds([line.at for line in mine], [post.start for post in posts], [post.end for post in posts])
        if len(xs) > 2 and len(ys) > 1 and len(xs) * len(ys) < _MOST_CELLS:  # noqa: PLR2004
            yield _Lattice(mine, posts, xs, ys)


def _root(owner: list[int], at: int) -> int:
    while owner[at] != at:
        owner[at] = owner[owner[at]]
        at = owner[at]
    return at


def _edges(segments: Iterable[tuple[float, float, float]]) -> list[_Edge]:
    """位置相近、首尾相接的线并成一条；`segments` 的位置是两边之和。"""
    ordered = sorted((twice / 2, start, end) for twice, start, end in segments)
    lines: list[list[tuple[float, float, float]]] = []
    for item in ordered:
        if lines and item[0] - lines[-1][0][0] <= _NEAR:
            lines[-1].append(item)
        else:
            lines.append([item])
    edges: list[_Edge] = []
    for line in lines:
        at = median(position for position, _, _ in line)
        spans = sorted((start, end) for _, start, end in line)
        start, end = spans[0]
        for following, until in spans[1:]:
            if following <= end + _NEAR:
                end = max(end, until)
            else:
                edges.append(_Edge(at, start, end))
                start, end = following, until
        edges.append(_Edge(at, start, end))
    return edges


def _bounds(positions: Sequence[float], starts: Sequence[float], ends: Sequence[float]) -> tuple[float, ...]:
    """各列（行）的界线；两侧没有画线的，以横线的两头为界。"""
    if not positions or not starts:
        return ()
    bounds: list[float] = []
    for position in sorted(positions):
        if not bounds or position - bounds[-1] > _NEAR:
            bounds.append(position)
    if min(starts) < bounds[0] - _OPEN_SIDE:
        bounds.insert(0, min(starts))
    if max(ends) > bounds[-1] + _OPEN_SIDE:
        bounds.append(max(ends))
    return tuple(bounds)


def _table(page: int, lattice: _Lattice, glyphs: Sequence[Glyph]) -> Ruled | None:
    xs, ys = lattice.xs, lattice.ys
    across = len(xs) - 1
    regions = _regions(lattice)
    held: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        column = bisect_right(xs, (glyph.x0 + glyph.x1) / 2) - 1
        row = bisect_right(ys, (glyph.top + glyph.bottom) / 2) - 1
        if 0 <= column < across and 0 <= row < len(ys) - 1:
            held.setdefault(regions[row * across + column], []).append(glyph)
    if len(held) < 2:  # noqa: PLR2004
        return None
    lines = {region: rows_of(inside) for region, inside in held.items()}
    if any(_is_columned(rows) for rows in lines.values()):
        return None
    bands = [regions[start : start + across] for start in range(0, len(regions), across)]
    rows_in = Counter(region for band in bands for region in set(band))
    grid: list[tuple[str, ...]] = []
    for band in bands:
        cells = [lines.get(region, ()) for region in band]
        split = _unruled(cells) if all(rows_in[region] == 1 for region in band) else None
        grid += split or [tuple(_cell(cell) for cell in cells)]
    digits = sum(count(glyph.text) for inside in held.values() for glyph in inside)
    return Ruled(page, xs[0], xs[-1], ys[0], ys[-1], tuple(grid), digits)


def _is_columned(rows: Sequence[Row]) -> bool:
    """一格里又分着几栏好几行：线没有画全，不能当画线的表。"""
    pieces = Counter(row.top for row in rows)
    return len(pieces) >= _UNRULED and sum(many > 1 for many in pieces.values()) * 2 > len(pieces)


def _regions(lattice: _Lattice) -> list[int]:
    """各小格属于哪一个合并格：中间没有画线的是一格。"""
    xs, ys = lattice.xs, lattice.ys
    across, down = len(xs) - 1, len(ys) - 1
    owner = list(range(across * down))
    middles = [(a + b) / 2 for a, b in pairwise(xs)], [(a + b) / 2 for a, b in pairwise(ys)]
    for row in range(down):
        for column in range(across):
            at = row * across + column
            if column + 1 < across and not _drawn(lattice.upright, xs[column + 1], middles[1][row]):
                owner[_root(owner, at + 1)] = _root(owner, at)
            if row + 1 < down and not _drawn(lattice.flat, ys[row + 1], middles[0][column]):
                owner[_root(owner, at + across)] = _root(owner, at)
    return [_root(owner, at) for at in range(len(owner))]


def _drawn(edges: Sequence[_Edge], at: float, middle: float) -> bool:
    return any(abs(edge.at - at) <= _NEAR and edge.start <= middle <= edge.end for edge in edges)


def _cell(rows: Sequence[Row]) -> str:
    """一格的文字，一行一行；同一行隔开的几截之间空一格。"""
    text = ""
    for at, row in enumerate(rows):
        text += ("" if at == 0 else " " if row.top == rows[at - 1].top else "\n") + row.text
    return text


def _unruled(cells: Sequence[Sequence[Row]]) -> list[tuple[str, ...]] | None:
    """行与行之间没有画线的：各列都有同样几行、高低对齐，且有一列都是数，才拆成几行；否则为 None。"""
    tops = [sorted({row.top for row in cell}) for cell in cells]
    heights = [len(column) for column in tops if column]
    if len(heights) < 2 or min(heights) < _UNRULED or len(set(heights)) != 1:  # noqa: PLR2004
        return None
    size = min(row.size for cell in cells for row in cell)
    level = all(max(line) - min(line) < size for line in zip(*(column for column in tops if column), strict=True))
    made = [
        tuple(
            _cell([row for row in cell if column and row.top == column[at]])
            for cell, column in zip(cells, tops, strict=True)
        )
        for at in range(heights[0])
    ]
    figures = any(all(is_number(row[at]) for row in made) for at in range(len(cells)))
    return made if level and figures else None


def spliced(tables: Sequence[Ruled]) -> list[Ruled]:
    """跨页的表接上：下一页页首列数相同的，补上前一页的表头；被页断开的一行并回前一页。"""
    made: list[Ruled] = []
    for table in tables:
        if made and _goes_on(made[-1], table):
            made[-1:] = _parted(made[-1], table)
        else:
            made.append(table)
    return made


def _parted(last: Ruled, table: Ruled) -> tuple[Ruled, Ruled]:
    """接着的两张：前一张收进断开的一行，后一张补上表头；前一页只有表头的，表头移到后一页。"""
    bare = not any(is_number(cell) for row in last.grid for cell in row) and len(last.grid) <= _HEAD_ONLY
    heads = last.grid if bare else last.grid[heading(last.grid)]
    body = table.grid[len(heads) :] if table.grid[: len(heads)] == heads else table.grid
    if bare:
        return replace(last, grid=()), replace(table, grid=(*heads, *body), caption=last.caption)
    if body and _is_rest(last.grid[-1], body[0]):
        whole = tuple(_glued(above, rest) for above, rest in zip(last.grid[-1], body[0], strict=True))
        moved = sum(map(count, body[0]))
        last = replace(last, grid=(*last.grid[:-1], whole), digits=last.digits + moved)
        table, body = replace(table, digits=table.digits - moved), body[1:]
    rows = (*heads, *_led(body, last.grid[-1])) if body else ()
    return last, replace(table, grid=rows, caption=last.caption)


def _goes_on(last: Ruled, table: Ruled) -> bool:
    return (
        table.page == last.page + 1
        and bool(last.grid)
        and len(table.grid[0]) == len(last.grid[0])
        and abs(table.x0 - last.x0) < _NEAR
        and table.top < _TOP_OF_PAGE
    )


def _is_rest(above: Sequence[str], row: Sequence[str]) -> bool:
    """页首的一行是前一页末行没有写完的：前一行写着数的各列它都空着，自己也没有数。"""
    figures = [not rest for cell, rest in zip(above, row, strict=True) if is_number(cell)]
    return bool(figures) and all(figures) and any(row) and not any(is_number(cell) for cell in row)


def _glued(above: str, rest: str) -> str:
    return f"{above}\n{rest}" if above and rest else above or rest


def _led(body: Sequence[tuple[str, ...]], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """首列在页首空着的各行，补上前一页末行的首列。"""
    open_ = True
    for row in body:
        open_ = open_ and not row[0]
        yield (above[0], *row[1:]) if open_ else row


def page_of(at: int, glyphs: Sequence[Glyph], tables: Sequence[Ruled], size: tuple[float, float]) -> Page:
    """第 `at` 页（0 起，宽高为 `size`）的行：表格之外的字聚成行，表格成句后插在原来的高度。"""
    own = [table for table in tables if table.page == at]
    rows = list(rows_of(glyph for glyph in glyphs if not any(table.holds(glyph) for table in own)))
    for table in own:
        made = sentences(table.grid, table.caption)
        step = (table.bottom - table.top) / (len(made) + 1)
        rows += [
            Row(text, table.x0, table.x1, table.top + step * n, table.top + step * (n + 0.9), fixed=True)
            for n, text in enumerate(made)
        ]
    return Page(at + 1, tuple(sorted(rows, key=lambda row: row.top)), *size)


def made_digits(tables: Sequence[Ruled]) -> int:
    """表格成句时多写的数字（列名每行重复）减去不写的（序号列）。"""
    return sum(sum(map(count, sentences(table.grid, table.caption))) - table.digits for table in tables)
