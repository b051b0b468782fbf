"""有文字的 PDF：按版面接行，画线的表格成句；扫描页交给文字识别。"""

import ctypes
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pdfplumber
import pypdfium2 as pdfium  # type: ignore[import-untyped]  # 没有类型桩
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]  # 没有类型桩
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
from PIL import Image

from corpus.errors import BrokenFile, EmptyFile, EncryptedFile, OversizedFile
from corpus.readers import scan
from corpus.readers.digits import count
from corpus.readers.layout import Glyph, Page, Row, paragraphs, rows_of, without_furniture
from corpus.readers.plain import plausibility
from corpus.readers.safe import PARSER_FAULTS
from corpus.readers.sight import Seen, Sight
from corpus.readers.tables import sentences
from corpus.records import Problem, Text

_KIND = "PDF"
_PAGE_LIMIT = 2000
_TABLE_SECONDS = 30.0
_MIN_TEXT = 8
_PLAUSIBLE = 0.3
_MIN_RULES = 4
_POINTS_PER_INCH = 72
_DOTS_PER_INCH = 200
_MOST_PIXELS = 12_000_000
_COVERED = 0.6
_STAMP = 0.02
_PAGE_TEXT = 60
_FAULTS: tuple[type[Exception], ...] = (
    PdfminerException,
    MalformedPDFException,
    PDFException,
    PSException,
    *PARSER_FAULTS,
)


@dataclass(frozen=True, slots=True)
class _Table:
    page: int
    top: float
    bottom: float
    x0: float
    x1: float
    grid: list[list[str]]


@dataclass(frozen=True, slots=True)
class _Layer:
    """一页的文字层：字、页宽、数字个数、有没有画线；`scanned` 是没有可用的文字，要识别。"""

    glyphs: list[Glyph]
    width: float
    digits: int
    ruled: bool
    scanned: bool


def read(data: bytes, name: str, sight: Sight) -> Text:
    """读一份 PDF；没有可用文字的页由 `sight` 决定认不认。

    Raises:
        EncryptedFile: 要密码。
        EmptyFile: 没有文字，也没有图像。
        BrokenFile: 损坏。
    """
    layers = _layers(data, name)
    scanned = [at for at, layer in enumerate(layers) if layer.scanned]
    seen = _seen(data, name, scanned, sight)
    tables, late = _tables(data, [at for at, layer in enumerate(layers) if layer.ruled and not layer.scanned])
    pages = [
        Page(at + 1, rows_of(seen[at]), layer.width) if at in seen else _page(at, layer, tables)
        for at, layer in enumerate(layers)
        if at in seen or not layer.scanned
    ]
    kept, dropped = without_furniture(pages)
    lines = paragraphs(kept)
    waiting = [at + 1 for at in scanned if at not in seen]
    if not lines and not waiting:
        raise EmptyFile(name)
    raw = sum(layer.digits for layer in layers if not layer.scanned)
    raw += sum(count(glyph.text) for glyphs in seen.values() for glyph in glyphs)
    recognised = [at + 1 for at in seen if seen[at]]
    notes = scan.notes(name, recognised, waiting, [at + 1 for at in seen if not seen[at]])
    return Text(
        lines,
        raw - count(dropped) + _made(tables),
        (*notes, *_late(name, late)),
        recognised=tuple(recognised),
        waiting=tuple(waiting),
    )


def is_readable(text: str) -> bool:
    """一页的文字层是否像正常的文字；空白页也算。"""
    text = text.strip()
    return not text or len(text) < _MIN_TEXT or plausibility(text) >= _PLAUSIBLE


def _late(name: str, late: Sequence[int]) -> tuple[Problem, ...]:
    return tuple(
        Problem(name, f"第 {at + 1} 页", "这一页的表格没有解析，按普通文字读，表头与数字的对应请核对。") for at in late
    )


def _seen(data: bytes, name: str, scanned: Sequence[int], sight: Sight) -> dict[int, tuple[Glyph, ...]]:
    """要识别的页里认过的，各行字化为页面的单位。"""
    found: dict[int, tuple[Glyph, ...]] = {}
    content = scan.content_key(data) if scanned else ""
    for at in scanned:
        seen = scan.look(sight, content, at + 1, lambda at=at: _picture(data, name, at))  # type: ignore[misc]
        if seen is not None:
            found[at] = _in_points(data, name, at, seen)
    return found


def _in_points(data: bytes, name: str, at: int, seen: Seen) -> tuple[Glyph, ...]:
    with _page_of(data, name, at) as page:
        return seen.scaled(1 / _scale(page))


def _picture(data: bytes, name: str, at: int) -> Image.Image:
    """一页画成图像。"""
    with _page_of(data, name, at) as page:
        try:
            return page.render(scale=_scale(page)).to_pil().convert("RGB")  # type: ignore[no-any-return]  # 没有类型桩
        except (pdfium.PdfiumError, ValueError) as error:
            raise BrokenFile(name, _KIND) from error


def _scale(page: pdfium.PdfPage) -> float:
    """画多大：每英寸 200 点，页面奇大的缩小。"""
    area = max(page.get_width() * page.get_height(), 1.0)
    return float(min(_DOTS_PER_INCH / _POINTS_PER_INCH, (_MOST_PIXELS / area) ** 0.5))


@contextmanager
def _page_of(data: bytes, name: str, at: int) -> Iterator[pdfium.PdfPage]:
    document = open_pdf(data, name)
    try:
        yield document[at]
    except pdfium.PdfiumError as error:
        raise BrokenFile(name, _KIND) from error
    finally:
        document.close()


def open_pdf(data: bytes, name: str) -> pdfium.PdfDocument:
    """打开 PDF。

    Raises:
        EncryptedFile: 要密码。
        BrokenFile: 损坏。
        OversizedFile: 页数过多。
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise EncryptedFile(name) from error
        raise BrokenFile(name, _KIND) from error
    if len(document) > _PAGE_LIMIT:
        raise OversizedFile(name, f"{_PAGE_LIMIT} 页")
    return document


def _layers(data: bytes, name: str) -> list[_Layer]:
    document = open_pdf(data, name)
    try:
        return [_layer(document, at, name) for at in range(len(document))]
    finally:
        document.close()


def _layer(document: pdfium.PdfDocument, at: int, name: str) -> _Layer:
    try:
        page = document[at]
        text = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise BrokenFile(name, _KIND) from error
    rules = sum(1 for _ in zip(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=3), range(_MIN_RULES)))  # noqa: B905
    glyphs = list(_glyphs(text, page.get_height()))
    raw = "".join(glyph.text for glyph in glyphs)
    scanned = not is_readable(raw) or len(raw) < _limit_beside(_covered(page))
    digits = count(text.get_text_range())
    width = float(page.get_width())
    text.close()
    page.close()
    return _Layer(glyphs, width, digits, rules >= _MIN_RULES, scanned)


def _covered(page: pdfium.PdfPage) -> float:
    """图像盖住了页面的多大一部分；没有图像为 0。"""
    area = max(page.get_width() * page.get_height(), 1.0)
    covered = 0.0
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = image.get_bounds()
        covered += abs(right - left) * abs(top - bottom) / area
    return covered


def _limit_beside(covered: float) -> int:
    """图像之外的字少于多少，这一页就算扫描的：整页的图像上可以另有页眉、页码，小图上不会有几个字也没有的正文。"""
    if covered >= _COVERED:
        return _PAGE_TEXT
    return _MIN_TEXT if covered > _STAMP else 0


def _glyphs(text: pdfium.PdfTextPage, height: float) -> Iterator[Glyph]:
    box = pdfium_c.FS_RECTF()
    for at in range(text.count_chars()):
        char = chr(pdfium_c.FPDFText_GetUnicode(text, at))
        if not char.isspace() and char.isprintable() and pdfium_c.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box)):
            yield Glyph(char, box.left, box.right, height - box.top, height - box.bottom)


def _tables(data: bytes, pages: Sequence[int]) -> tuple[list[_Table], list[int]]:
    """有画线的页上的表格；时间用完，余下的页不再找。"""
    found: list[_Table] = []
    late: list[int] = []
    if not pages:
        return found, late
    deadline = time.monotonic() + _TABLE_SECONDS
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            for at in pages:
                if time.monotonic() > deadline:
                    late.append(at)
                else:
                    found += _page_tables(document.pages[at], at)
    except _FAULTS:
        # 文字层读得出而表格解析不了：这些页按普通文字读，并说明。
        done = {table.page for table in found}
        late = [at for at in pages if at not in done]
    return _spliced(found), late


def _page_tables(page: pdfplumber.page.Page, at: int) -> list[_Table]:
    found = []
    for table in page.find_tables():
        x0, top, x1, bottom = table.bbox
        grid = _filled(table.extract())
        if len(grid) > 1 and max(map(len, grid)) > 1:
            found.append(_Table(at, top, bottom, x0, x1, grid))
    page.close()
    return found


def _filled(grid: Sequence[Sequence[str | None]]) -> list[list[str]]:
    """合并的格（None）取左边的；最左的取上边的。"""
    filled: list[list[str]] = []
    for row in grid:
        cells: list[str] = []
        for at, cell in enumerate(row):
            if cell is not None:
                cells.append(cell)
            elif filled and at < len(filled[-1]) and (at == 0 or _spans_down(grid, len(filled), at)):
                cells.append(filled[-1][at])
            else:
                cells.append(cells[-1] if cells else "")
        filled.append(cells)
    return filled


def _spans_down(grid: Sequence[Sequence[str | None]], row: int, at: int) -> bool:
    """竖向合并：左边的格是自己写明的，而这一格没有。"""
    return grid[row][at - 1] is not None and grid[row - 1][at - 1] is not None and grid[row - 1][at] is not None


def _spliced(tables: Sequence[_Table]) -> list[_Table]:
    """跨页的表接成一张：下一页页首的表列数相同，重复的表头不要。"""
    spliced: list[_Table] = []
    for table in tables:
        last = spliced[-1] if spliced else None
        alike = last is not None and table.page == last.page + 1 and len(table.grid[0]) == len(last.grid[0])
        if last is not None and alike and abs(table.x0 - last.x0) < 3 and table.top < 150:  # noqa: PLR2004
            body = table.grid[1:] if table.grid[0] == last.grid[0] else table.grid
            spliced.append(_Table(table.page, table.top, table.bottom, table.x0, table.x1, [last.grid[0], *body]))
        else:
            spliced.append(table)
    return spliced


def _page(at: int, layer: _Layer, tables: Sequence[_Table]) -> Page:
    """一页的行：表格之外的字聚成行，表格成句后插在原来的高度。"""
    own = [table for table in tables if table.page == at]
    loose = [glyph for glyph in layer.glyphs if not any(_inside(glyph, table) for table in own)]
    rows = list(rows_of(loose))
    for table in own:
        above = [row.text for row in rows if row.bottom <= table.top + 2]
        made = sentences(table.grid, above[-1] if above else "")
        step = (table.bottom - table.top) / (len(made) + 1)
        rows += [
            Row(text, table.x0, table.x1, table.top + step * n, table.top + step * (n + 0.9), fixed=True)
            for n, text in enumerate(made)
        ]
    return Page(at + 1, tuple(sorted(rows, key=lambda row: row.top)), layer.width)


def _inside(glyph: Glyph, table: _Table) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return table.x0 <= x <= table.x1 and table.top <= y <= table.bottom


def _made(tables: Sequence[_Table]) -> int:
    """表格成句时多写的数字（列名每行重复）减去不写的（序号列）。"""
    written = sum(count(line) for table in tables for line in sentences(table.grid))
    return written - sum(count(cell) for table in tables for row in table.grid for cell in row)
