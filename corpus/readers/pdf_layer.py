"""PDF 一页上的字与画线：转正，去掉看不见的字和斜着的水印。"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # 没有类型桩
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]  # 没有类型桩

from corpus.readers.layout import Glyph, is_nameless, without_shadows
from corpus.readers.marks import is_side_number, without_watermarks
from corpus.readers.ruled import Point, Rule, straight

_INVISIBLE = 3
_TILT = 0.1
_DEEPEST = 6
_MOST_SEGMENTS = 20_000
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Char:
    """一个字在页面自己的坐标里：外框（原点在左下）、转了几个直角、看不看得见、前面有没有写空格、没有写明是什么字。"""

    text: str
    box: tuple[float, float, float, float]
    turn: int
    visible: bool
    spaced: bool
    nameless: bool


@dataclass(frozen=True, slots=True)
class Upright:
    """转正了的一页：原点在左上，单位是点；`size` 是宽与高，`nameless` 是没有写明是什么字、不在 `glyphs` 里的有几个。"""

    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    size: tuple[float, float]
    nameless: int


def upright(page: pdfium.PdfPage, text: pdfium.PdfTextPage) -> Upright:
    """一页的字与画线。多数字横着躺的页转正；有看得见的字时，看不见的不要。"""
    chars = [char for char in _chars(text) if char.nameless or char.text.strip()]
    seen = [char for char in chars if char.visible] or chars
    turn = Counter(char.turn for char in seen).most_common(1)[0][0] if seen else 0
    left, bottom, right, top = page.get_cropbox()
    within = [char for char in seen if _meets(char.box, (left, bottom, right, top))]
    size = (right - left, top - bottom)
    aside = "".join(char.text for char in within if char.turn != turn)
    if is_side_number(aside):
        within = [char for char in within if char.turn == turn]
    glyphs = without_shadows(
        Glyph(char.text, *_turned(_shifted(char.box, left, bottom), turn, size), char.spaced)
        for char in within
        if not char.nameless
    )
    rules = tuple(Rule(*_turned(_shifted(box, left, bottom), turn, size)) for box in _segments(page))
    return Upright(
        without_watermarks(glyphs), rules, (size[turn % 2], size[1 - turn % 2]), sum(char.nameless for char in within)
    )


def _chars(text: pdfium.PdfTextPage) -> Iterator[_Char]:
    """各字；斜着的（水印）不要。"""
    box = pdfium_c.FS_RECTF()
    spaced = False
    for at in range(text.count_chars()):
        char = chr(pdfium_c.FPDFText_GetUnicode(text, at))
        char = "-" if pdfium_c.FPDFText_IsHyphen(text, at) == 1 else char
        nameless = pdfium_c.FPDFText_HasUnicodeMapError(text, at) == 1 or is_nameless(char)
        if not nameless and (char.isspace() or not char.isprintable()):
            spaced = char == " " and pdfium_c.FPDFText_IsGenerated(text, at) == 0
            continue
        if not pdfium_c.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box)):
            continue
        quarters = pdfium_c.FPDFText_GetCharAngle(text, at) / (math.pi / 2)
        if abs(quarters - round(quarters)) > _TILT:
            continue
        drawn = pdfium_c.FPDFText_GetTextObject(text, at)
        visible = not drawn or pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) != _INVISIBLE
        yield _Char(char, (box.left, box.bottom, box.right, box.top), round(quarters) % 4, visible, spaced, nameless)
        spaced = False


def _meets(box: Sequence[float], page: Sequence[float]) -> bool:
    """字的中心在页面里；损坏的文件里位置可以不是数，那也不算。"""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return page[0] <= x <= page[2] and page[1] <= y <= page[3]


def _shifted(box: Sequence[float], left: float, bottom: float) -> tuple[float, float, float, float]:
    return box[0] - left, box[1] - bottom, box[2] - left, box[3] - bottom


def _turned(box: Sequence[float], turn: int, size: tuple[float, float]) -> tuple[float, float, float, float]:
    """左下原点的框化为左上原点（左、右、上、下），并转正 `turn` 个直角。"""
    x0, y0, x1, y1 = box
    width, height = size
    if turn == 1:
        return height - y1, height - y0, width - x1, width - x0
    if turn == 2:  # noqa: PLR2004
        return width - x1, width - x0, y0, y1
    if turn == 3:  # noqa: PLR2004
        return y0, y1, x0, x1
    return x0, x1, height - y1, height - y0


def _segments(page: pdfium.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """页上横平竖直的画线，页面自己的坐标；过多的（图形、地图）不要。"""
    found: list[tuple[float, float, float, float]] = []
    count = pdfium_c.FPDFPage_CountObjects(page)
    objects = (pdfium_c.FPDFPage_GetObject(page, at) for at in range(count))
    for item, matrix in _paths(objects, _UNIT, 0):
        found += _straight(item, matrix)
        if len(found) > _MOST_SEGMENTS:
            return
    yield from found


def _paths(objects: Iterator[object], outer: Matrix, depth: int) -> Iterator[tuple[object, Matrix]]:
    """各条路径和它到页面的变换；表单（Form）里的也算。"""
    for item in objects:
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            yield item, _times(_matrix(item), outer)
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inside = range(max(pdfium_c.FPDFFormObj_CountObjects(item), 0))
            inner = (pdfium_c.FPDFFormObj_GetObject(item, at) for at in inside)
            yield from _paths(inner, _times(_matrix(item), outer), depth + 1)


def _matrix(item: object) -> Matrix:
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix)):
        return _UNIT
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """先作 `inner` 再作 `outer`。"""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _straight(item: object, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    """一条路径里横平竖直的线。"""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium_c.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke)):
        return
    for points in _strokes(item, matrix):
        yield from straight(points, stroked=bool(stroke.value), filled=bool(fill.value))


def _strokes(item: object, matrix: Matrix) -> Iterator[list[Point]]:
    """一条路径的各笔，页面的坐标；有曲线的一笔在曲线处断开。"""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    for at in range(min(pdfium_c.FPDFPath_CountSegments(item), _MOST_SEGMENTS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, at)
        pdfium_c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = a * x.value + c * y.value + e, b * x.value + d * y.value + f
        if pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_LINETO:
            points.append(point)
        else:
            if len(points) > 1:
                yield points
            points = [point]
        if pdfium_c.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    if len(points) > 1:
        yield points
