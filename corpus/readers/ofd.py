"""OFD（GB/T 33190）：按页取文字对象的位置，再按版面接行。"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from lxml import etree

from corpus.errors import BrokenFile, EmptyFile
from corpus.readers import scan
from corpus.readers.digits import count
from corpus.readers.layout import Glyph, Page, paragraphs, rows_of, without_furniture
from corpus.readers.safe import Archive, open_archive
from corpus.readers.sight import Seen, Sight
from corpus.records import Text

_KIND = "OFD 文件"
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Ref:
    """一页（或模板）的位置和它用的模板。"""

    member: str
    templates: tuple[str, ...]


def read(data: bytes, name: str, sight: Sight) -> Text:
    """读一份 OFD；只有图像的页由 `sight` 决定认不认。

    Raises:
        EmptyFile: 没有文字，也没有图像。
        BrokenFile: 缺少文档结构，或损坏。
    """
    archive = open_archive(data, name, _KIND)
    names = {member.lower(): member for member in archive.names()}
    pages: list[Page] = []
    pictures: dict[int, str] = {}
    for root in _roots(archive, names):
        for ref in _pages(archive, names, root):
            glyphs = [glyph for member in (*ref.templates, ref.member) for glyph in _glyphs(archive, names, member)]
            rows = rows_of(glyphs)
            width = _page_width(archive, names, root, ref.member, max((row.x1 for row in rows), default=0.0))
            pages.append(Page(len(pages) + 1, rows, width))
            picture = "" if rows else _picture(archive, names, root, ref.member)
            if picture:
                pictures[len(pages)] = picture
    if not pages:
        raise BrokenFile(name, _KIND)
    seen = {
        number: _seen(archive, number, member, scan.content_key(data), sight) for number, member in pictures.items()
    }
    pages = [_filled(page, seen.get(page.number)) for page in pages]
    waiting = tuple(number for number in pictures if seen[number] is None)
    kept, dropped = without_furniture(pages)
    lines = paragraphs(kept)
    if not lines and not waiting:
        raise EmptyFile(name)
    raw = sum(count(row.text) for page in pages for row in page.rows) - count(dropped)
    recognised = tuple(page.number for page in pages if page.number in pictures and page.rows)
    blank = [number for number in pictures if number not in {*recognised, *waiting}]
    notes = scan.notes(name, recognised, waiting, blank)
    return Text(lines, raw, notes, recognised=recognised, waiting=waiting)


def _filled(page: Page, seen: Seen | None) -> Page:
    """只有图像的一页，认出的字填进去，化为页面的单位。"""
    if seen is None:
        return page
    return Page(page.number, rows_of(seen.scaled(page.width / seen.width if page.width else 1.0)), page.width)


def _seen(archive: Archive, number: int, member: str, content: str, sight: Sight) -> Seen | None:
    return scan.look(sight, content, number, lambda: scan.picture(archive.read(member), archive.name))


def _picture(archive: Archive, names: dict[str, str], root: str, member: str) -> str:
    """一页上最大的一幅图像的成员名；没有图像则为空。"""
    page = _xml(archive, names, member)
    placed = [] if page is None else _all(page, "ImageObject")
    if not placed:
        return ""
    largest = max(placed, key=lambda item: prod(_numbers(item.get("Boundary"))[2:4]))
    return _media(archive, names, root).get(largest.get("ResourceID", ""), "")


def _media(archive: Archive, names: dict[str, str], root: str) -> dict[str, str]:
    """图像资源的编号，各指哪个成员。"""
    document = _xml(archive, names, root)
    found: dict[str, str] = {}
    for tag in () if document is None else ("PublicRes", "DocumentRes"):
        for place in _all(document, tag):
            listed = _resolved(root, place.text or "")
            resources = _xml(archive, names, listed)
            base = "" if resources is None else resources.get("BaseLoc", "")
            for item in () if resources is None else _all(resources, "MultiMedia"):
                file = next((part.text or "" for part in _all(item, "MediaFile")), "")
                real = names.get(_resolved(listed, posixpath.join(base, file)).lower())
                if real is not None:
                    found[item.get("ID", "")] = real
    return found


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
