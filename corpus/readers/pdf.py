"""有文字的 PDF：按版面接行，画线的表格成句；扫描页交给文字识别。"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # 没有类型桩
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]  # 没有类型桩
from PIL import Image

from corpus.errors import BrokenFile, EmptyFile, EncryptedFile, OversizedFile
from corpus.readers import scan
from corpus.readers.digits import count
from corpus.readers.furniture import without_furniture
from corpus.readers.layout import Glyph, Page, paragraphs, rows_of
from corpus.readers.pdf_layer import upright
from corpus.readers.plain import plausibility
from corpus.readers.ruled import Ruled, made_digits, page_of, spliced, tables_of
from corpus.readers.sight import Seen, Sight
from corpus.records import Text

_KIND = "PDF"
_PAGE_LIMIT = 2000
_MIN_TEXT = 8
_PLAUSIBLE = 0.3
_POINTS_PER_INCH = 72
_DOTS_PER_INCH = 200
_MOST_PIXELS = 12_000_000
_COVERED = 0.6
_STAMP = 0.02
_PAGE_TEXT = 60
_NONSENSE = 0.4
"""没有写明是什么字的有读得出的这么多成，就是乱码。"""


@dataclass(frozen=True, slots=True)
class _Layer:
    """一页的文字层：字、画线的表、页宽与页高、数字个数、没有写明是什么字的个数。

    `scanned` 是没有可用的文字，要识别；`broken` 是打不开。
    """

    glyphs: tuple[Glyph, ...]
    tables: tuple[Ruled, ...]
    size: tuple[float, float]
    digits: int
    nameless: int
    scanned: bool
    broken: bool = False


def read(data: bytes, name: str, sight: Sight) -> Text:
    """读一份 PDF；没有可用文字的页由 `sight` 决定认不认。

    Raises:
        EncryptedFile: 要密码。
        EmptyFile: 没有文字，也没有图像。
        BrokenFile: 损坏。
    """
    layers = _layers(data, name)
    if layers and all(layer.broken for layer in layers):
        raise BrokenFile(name, _KIND)
    scanned = [at for at, layer in enumerate(layers) if layer.scanned]
    seen = _seen(data, name, scanned, sight)
    tables = spliced([table for layer in layers if not layer.scanned for table in layer.tables])
    pages = [
        Page(at + 1, rows_of(seen[at]), *layer.size) if at in seen else page_of(at, layer.glyphs, tables, layer.size)
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
    notes += scan.broken(name, [at for at, layer in enumerate(layers, 1) if layer.broken])
    notes += scan.nameless(name, {at + 1: layer.nameless for at, layer in enumerate(layers) if not layer.scanned})
    return Text(
        lines,
        raw - count(dropped) + made_digits(tables),
        notes,
        recognised=tuple(recognised),
        waiting=tuple(waiting),
    )


def is_readable(text: str) -> bool:
    """一页的文字层是否像正常的文字；空白页也算。"""
    text = text.strip()
    return not text or len(text) < _MIN_TEXT or plausibility(text) >= _PLAUSIBLE


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
        return [_layer(document, at) for at in range(len(document))]
    finally:
        document.close()


def _layer(document: pdfium.PdfDocument, at: int) -> _Layer:
    try:
        page = document[at]
        text = page.get_textpage()
    except pdfium.PdfiumError:  # 只坏了这一页，其余照读
        return _Layer((), (), (0.0, 0.0), 0, 0, scanned=False, broken=True)
    found = upright(page, text)
    raw = "".join(glyph.text for glyph in found.glyphs)
    nonsense = found.nameless > _NONSENSE * len(raw) or not is_readable(raw)
    scanned = nonsense or len(raw) < _limit_beside(_covered(page))
    size = (float(page.get_width()), float(page.get_height())) if scanned else found.size
    text.close()
    page.close()
    return _Layer(found.glyphs, tables_of(at, found.rules, found.glyphs), size, count(raw), found.nameless, scanned)


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
