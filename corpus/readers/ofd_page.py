"""OFD 一页里的图元：文字对象的字、路径对象的画线，化为以点为单位的位置。"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from corpus.readers.layout import Glyph, is_nameless
from corpus.readers.ruled import Rule, straight

POINTS = 72 / 25.4
"""一毫米合多少点。"""
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FARTHEST = 1e6
_TILT = 0.1
_ASCENT = 0.85
_PATH = re.compile(r"([SMLQBAC])([^SMLQBAC]*)")
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


@dataclass(slots=True)
class Drawn:
    """一页（连同模板）上画的：字与画线，没有写明是什么字的有几个。"""

    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    nameless: int = 0


def local(element: etree._Element) -> str:
    """不带命名空间的元素名；注释之类为空。"""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def all_of(element: etree._Element, tag: str) -> list[etree._Element]:
    """里面所有这个名字的元素，不论命名空间。"""
    return [item for item in element.iter() if local(item) == tag]


def numbers(text: str | None) -> list[float]:
    """以空白隔开的数；有一个不是数、或大得不像话，就一个也不要。"""
    found = []
    for part in (text or "").split():
        try:
            value = float(part)
        except ValueError:
            return []
        if not abs(value) < _FARTHEST:
            return []
        found.append(value)
    return found


def draw(page: etree._Element, onto: Drawn) -> None:
    """一页（或模板）的图元画上去。"""
    for item in page.iter():
        kind = local(item)
        if item.get("Visible", "true") != "false":
            if kind == "TextObject":
                glyphs = list(_text(item))
                named = [glyph for glyph in glyphs if not is_nameless(glyph.text)]
                onto.glyphs += named
                onto.nameless += len(glyphs) - len(named)
            elif kind == "PathObject":
                onto.rules.extend(_rules(item))


def _origin(item: etree._Element) -> Point:
    box = numbers(item.get("Boundary"))
    return (box[0], box[1]) if len(box) >= 2 else (0.0, 0.0)  # noqa: PLR2004


def _matrix(item: etree._Element) -> Matrix:
    found = numbers(item.get("CTM"))
    return (found[0], found[1], found[2], found[3], found[4], found[5]) if len(found) == 6 else _UNIT  # noqa: PLR2004


def _placed(x: float, y: float, matrix: Matrix, origin: Point) -> Point:
    a, b, c, d, e, f = matrix
    return (origin[0] + a * x + c * y + e) * POINTS, (origin[1] + b * x + d * y + f) * POINTS


def _text(item: etree._Element) -> Iterator[Glyph]:
    """一个文字对象的各字；斜着的（水印）不要。"""
    matrix = _matrix(item)
    quarters = math.atan2(matrix[1], matrix[0]) / (math.pi / 2)
    if abs(quarters - round(quarters)) > _TILT:
        return
    size = (numbers(item.get("Size")) or [4.0])[0]
    x = y = 0.0
    for code in all_of(item, "TextCode"):
        x = (numbers(code.get("X")) or [x])[0]
        y = (numbers(code.get("Y")) or [y])[0]
        yield from _code(code, (x, y), size, matrix, _origin(item))


def _code(code: etree._Element, start: Point, size: float, matrix: Matrix, origin: Point) -> Iterator[Glyph]:
    text = code.text or ""
    across, down = deltas(code.get("DeltaX"), len(text) - 1), deltas(code.get("DeltaY"), len(text) - 1)
    a, b, _, d, _, _ = matrix
    height = size * max(abs(d), abs(b), 0.01) * POINTS
    x, y = start
    for at, char in enumerate(text):
        left, base = _placed(x, y, matrix, origin)
        usual = size * (0.5 if char.isascii() else 1.0)
        step = across[at] if at < len(across) else 0.0
        own = step if 0 < step <= 1.1 * size else usual
        if char.strip():
            wide = own * max(abs(a), abs(b), 0.01) * POINTS
            yield Glyph(
                char,
                left,
                left + wide,
                base - _ASCENT * height,
                base + (1 - _ASCENT) * height,
                text[at - 1 : at] == " ",
            )
        x += across[at] if at < len(across) else (0.0 if down else usual)
        y += down[at] if at < len(down) else 0.0


def deltas(text: str | None, length: int) -> list[float]:
    """字距：“g 次数 值”表示重复；不够的用最后一个补。"""
    found: list[float] = []
    parts = (text or "").split()
    at = 0
    while at < len(parts) and len(found) < length:
        repeated = parts[at] == "g" and at + 2 < len(parts)
        values = numbers(" ".join(parts[at + 1 : at + 3]) if repeated else parts[at])
        if not values:
            break
        found += [values[1]] * min(int(values[0]), length) if repeated else values
        at += 3 if repeated else 1
    return (found + [found[-1]] * length if found else [])[:length]


def _rules(item: etree._Element) -> Iterator[Rule]:
    """一个路径对象里的横线、竖线。"""
    data = next((part.text or "" for part in all_of(item, "AbbreviatedData")), "")
    stroked, filled = item.get("Stroke", "true") != "false", item.get("Fill", "false") == "true"
    matrix, origin = _matrix(item), _origin(item)
    for points in _strokes(data):
        placed = [_placed(x, y, matrix, origin) for x, y in points]
        for x0, y0, x1, y1 in straight(placed, stroked=stroked, filled=filled):
            yield Rule(x0, x1, y0, y1)


def _strokes(data: str) -> Iterator[list[Point]]:
    """路径数据的各笔：M、L、C 是直的，遇曲线断开。"""
    points: list[Point] = []
    for mark, rest in _PATH.findall(data):
        values = numbers(rest)
        if mark == "C":
            points += points[:1]
        elif mark == "L" and len(values) > 1:
            points.append((values[0], values[1]))
        else:
            if len(points) > 1:
                yield points
            points = [(values[-2], values[-1])] if len(values) > 1 else []
    if len(points) > 1:
        yield points
