"""OFD（GB/T 33190）：按页取文字对象的位置，再按版面接行。"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from corpus.errors import BrokenFile, EmptyFile, ScannedFile
from corpus.readers.digits import count
from corpus.readers.layout import Glyph, Page, paragraphs, rows_of, without_furniture
from corpus.readers.safe import Archive, open_archive
from corpus.records import Text

_KIND = "OFD 文件"
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Ref:
    """一页（或模板）的位置和它用的模板。"""

    member: str
    templates: tuple[str, ...]


def read(data: bytes, name: str) -> Text:
    """读一份 OFD。

    Raises:
        ScannedFile: 各页只有图像。
        BrokenFile: 缺少文档结构，或损坏。
    """
    archive = open_archive(data, name, _KIND)
    names = {member.lower(): member for member in archive.names()}
    pages: list[Page] = []
    for root in _roots(archive, names):
        for ref in _pages(archive, names, root):
            glyphs = [glyph for member in (*ref.templates, ref.member) for glyph in _glyphs(archive, names, member)]
            rows = rows_of(glyphs)
            width = _page_width(archive, names, root, ref.member, max((row.x1 for row in rows), default=0.0))
            pages.append(Page(len(pages) + 1, rows, width))
    if not pages:
        raise BrokenFile(name, _KIND)
    if not any(page.rows for page in pages):
        if any(member.endswith((".png", ".jpg", ".jpeg", ".bmp", ".tif", ".jb2")) for member in names):
            raise ScannedFile(name, len(pages))
        raise EmptyFile(name)
    kept, dropped = without_furniture(pages)
    raw = sum(count(row.text) for page in pages for row in page.rows) - count(dropped)
    return Text(paragraphs(kept), raw)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all(element: etree._Element, tag: str) -> list[etree._Element]:
    return [item for item in element.iter() if _local(item) == tag]


def _xml(archive: Archive, names: dict[str, str], member: str) -> etree._Element | None:
    real = names.get(member.lower())
    return None if real is None else archive.xml(real)


def _resolved(base: str, location: str) -> str:
    """引用的位置：以 / 开头从根算，否则从引用它的文件所在的文件夹算；不许跳出包外。"""
    location = location.strip().replace("\\", "/")
    joined = location if location.startswith("/") else posixpath.join(posixpath.dirname(base), location)
    return posixpath.normpath("/" + joined.lstrip("/")).lstrip("/")


def _roots(archive: Archive, names: dict[str, str]) -> list[str]:
    entry = _xml(archive, names, "OFD.xml")
    if entry is None:
        raise BrokenFile(archive.name, _KIND)
    return [_resolved("OFD.xml", item.text) for item in _all(entry, "DocRoot") if item.text]


def _pages(archive: Archive, names: dict[str, str], root: str) -> Iterator[_Ref]:
    document = _xml(archive, names, root)
    if document is None:
        return
    templates = {
        item.get("ID", ""): _resolved(root, item.get("BaseLoc", "")) for item in _all(document, "TemplatePage")
    }
    for holder in _all(document, "Pages"):
        for page in holder:
            if _local(page) != "Page":
                continue
            member = _resolved(root, page.get("BaseLoc", ""))
            content = _xml(archive, names, member)
            used = () if content is None else tuple(item.get("TemplateID", "") for item in _all(content, "Template"))
            yield _Ref(member, tuple(templates[key] for key in used if key in templates))


def _glyphs(archive: Archive, names: dict[str, str], member: str) -> Iterator[Glyph]:
    page = _xml(archive, names, member)
    if page is None:
        return
    for item in _all(page, "TextObject"):
        yield from _text_object(item)


def _page_width(archive: Archive, names: dict[str, str], root: str, member: str, default: float) -> float:
    """页宽：页自己的 PhysicalBox，没有写就用全文的，再没有就用写到的最右处。"""
    for source in (member, root):
        element = _xml(archive, names, source)
        boxes = [] if element is None else _all(element, "PhysicalBox")
        found = _numbers(boxes[0].text) if boxes else []
        if len(found) == 4:  # noqa: PLR2004
            return found[2]
    return default


def _numbers(text: str | None) -> list[float]:
    found = []
    for part in (text or "").split():
        try:
            found.append(float(part))
        except ValueError:
            return []
    return found


def _matrix(text: str | None) -> Matrix:
    found = _numbers(text)
    return (found[0], found[1], found[2], found[3], found[4], found[5]) if len(found) == 6 else _UNIT  # noqa: PLR2004


def deltas(text: str | None, length: int) -> list[float]:
    """字距：“g 次数 值”表示重复；不够的用最后一个补。"""
    found: list[float] = []
    parts = (text or "").split()
    at = 0
    while at < len(parts) and len(found) < length:
        try:
            if parts[at] == "g" and at + 2 < len(parts):
                found += [float(parts[at + 2])] * min(int(float(parts[at + 1])), length)
                at += 3
            else:
                found.append(float(parts[at]))
                at += 1
        except ValueError:
            break
    return (found + [found[-1]] * length if found else [])[:length]


def _text_object(item: etree._Element) -> Iterator[Glyph]:
    if item.get("Visible", "true") == "false":
        return
    box = _numbers(item.get("Boundary"))
    x0, y0 = (box[0], box[1]) if len(box) >= 2 else (0.0, 0.0)  # noqa: PLR2004
    size = (_numbers(item.get("Size")) or [4.0])[0]
    matrix = _matrix(item.get("CTM"))
    x = y = 0.0
    for code in _all(item, "TextCode"):
        x = (_numbers(code.get("X")) or [x])[0]
        y = (_numbers(code.get("Y")) or [y])[0]
        yield from _text_code(code, (x, y), (x0, y0), size, matrix)


def _text_code(
    code: etree._Element, start: tuple[float, float], origin: tuple[float, float], size: float, matrix: Matrix
) -> Iterator[Glyph]:
    text = code.text or ""
    across, down = deltas(code.get("DeltaX"), len(text) - 1), deltas(code.get("DeltaY"), len(text) - 1)
    a, b, c, d, e, f = matrix
    height = size * max(abs(d), abs(b), 0.01)
    x, y = start
    for at, char in enumerate(text):
        left, base = origin[0] + a * x + c * y + e, origin[1] + b * x + d * y + f
        step = across[at] if at < len(across) else 0.0
        own = step if 0 < step <= 1.1 * size else size * (0.5 if char.isascii() else 1.0)
        wide = own * max(abs(a), abs(b), 0.01)
        if char.strip():
            yield Glyph(char, left, left + wide, base - 0.85 * height, base + 0.15 * height)
        x += across[at] if at < len(across) else (0.0 if down else size * (0.5 if char.isascii() else 1.0))
        y += down[at] if at < len(down) else 0.0
