"""OFD（GB/T 33190）：按页取文字对象的位置，再按版面接行。"""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

from lxml import etree

from corpus.errors import BrokenFile, EmptyFile
from corpus.readers import scan
from corpus.readers.digits import count
from corpus.readers.furniture import without_furniture
from corpus.readers.layout import Page, paragraphs, rows_of, without_shadows
from corpus.readers.marks import without_watermarks
from corpus.readers.ofd_page import POINTS, Drawn, all_of, draw, local, numbers
from corpus.readers.ruled import Ruled, made_digits, page_of, spliced, tables_of
from corpus.readers.safe import Archive, open_archive
from corpus.readers.sight import Seen, Sight
from corpus.records import Text

_KIND = "OFD 文件"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """一页：内容所在的成员、画了什么、页宽与页高（点）；`broken` 是缺失或损坏。"""

    member: str
    drawn: Drawn
    size: tuple[float, float]
    broken: bool = False


def read(data: bytes, name: str, sight: Sight) -> Text:
    """读一份 OFD；只有图像的页由 `sight` 决定认不认。

    Raises:
        EmptyFile: 没有文字，也没有图像。
        BrokenFile: 缺少文档结构，或损坏。
    """
    archive = open_archive(data, name, _KIND)
    names = {member.lower(): member for member in archive.names()}
    sheets = [(root, sheet) for root in _roots(archive, names) for sheet in _sheets(archive, names, root)]
    if all(sheet.broken for _, sheet in sheets):
        raise BrokenFile(name, _KIND)
    found = [tables_of(at, sheet.drawn.rules, sheet.drawn.glyphs) for at, (_, sheet) in enumerate(sheets)]
    tables = spliced([table for here in found for table in here])
    pages = [_page(at, sheet, tables) for at, (_, sheet) in enumerate(sheets)]
    pictures = {
        at + 1: picture
        for at, (root, sheet) in enumerate(sheets)
        if not pages[at].rows and (picture := _picture(archive, names, root, sheet.member))
    }
    seen = {
        number: _seen(archive, number, member, scan.content_key(data), sight) for number, member in pictures.items()
    }
    pages = [_filled(page, seen.get(page.number)) for page in pages]
    waiting = tuple(number for number in pictures if seen[number] is None)
    kept, dropped = without_furniture(pages)
    lines = paragraphs(kept)
    if not lines and not waiting:
        raise EmptyFile(name)
    raw = sum(count(glyph.text) for _, sheet in sheets for glyph in sheet.drawn.glyphs)
    raw += sum(count(row.text) for page in pages if page.number in pictures for row in page.rows)
    recognised = tuple(page.number for page in pages if page.number in pictures and page.rows)
    blank = [number for number in pictures if number not in {*recognised, *waiting}]
    notes = scan.notes(name, recognised, waiting, blank)
    notes += scan.broken(name, [at for at, (_, sheet) in enumerate(sheets, 1) if sheet.broken])
    notes += scan.nameless(name, {at: sheet.drawn.nameless for at, (_, sheet) in enumerate(sheets, 1)})
    return Text(lines, raw - count(dropped) + made_digits(tables), notes, recognised=recognised, waiting=waiting)


def _page(at: int, sheet: _Sheet, tables: Sequence[Ruled]) -> Page:
    """一页的行；没有写明页宽的，以写到的最右处为准。"""
    page = page_of(at, sheet.drawn.glyphs, tables, sheet.size)
    return replace(page, width=page.width or max((row.x1 for row in page.rows), default=0.0))


def _filled(page: Page, seen: Seen | None) -> Page:
    """只有图像的一页，认出的字填进去，化为页面的单位。"""
    if seen is None:
        return page
    return replace(page, rows=rows_of(seen.scaled(page.width / seen.width if page.width else 1.0)))


def _seen(archive: Archive, number: int, member: str, content: str, sight: Sight) -> Seen | None:
    return scan.look(sight, content, number, lambda: scan.picture(archive.read(member), archive.name))


def _picture(archive: Archive, names: dict[str, str], root: str, member: str) -> str:
    """一页上最大的一幅图像的成员名；没有图像则为空。"""
    page = _content(archive, names, member)
    placed = [] if page is None else all_of(page, "ImageObject")
    if not placed:
        return ""
    largest = max(placed, key=lambda item: prod(numbers(item.get("Boundary"))[2:4]))
    return _media(archive, names, root).get(largest.get("ResourceID", ""), "")


def _media(archive: Archive, names: dict[str, str], root: str) -> dict[str, str]:
    """图像资源的编号，各指哪个成员。"""
    document = _xml(archive, names, root)
    found: dict[str, str] = {}
    for tag in () if document is None else ("PublicRes", "DocumentRes"):
        for place in all_of(document, tag):
            listed = _resolved(root, place.text or "")
            resources = _xml(archive, names, listed)
            base = "" if resources is None else resources.get("BaseLoc", "")
            for item in () if resources is None else all_of(resources, "MultiMedia"):
                file = next((part.text or "" for part in all_of(item, "MediaFile")), "")
                real = names.get(_resolved(listed, posixpath.join(base, file)).lower())
                if real is not None:
                    found[item.get("ID", "")] = real
    return found


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
    return [_resolved("OFD.xml", item.text) for item in all_of(entry, "DocRoot") if item.text]


def _sheets(archive: Archive, names: dict[str, str], root: str) -> Iterator[_Sheet]:
    """一份文档的各页，按次序；每页先画模板。"""
    document = _xml(archive, names, root)
    if document is None:
        return
    templates: dict[str, etree._Element] = {}
    for item in all_of(document, "TemplatePage"):
        drawn = _xml(archive, names, _resolved(root, item.get("BaseLoc", "")))
        if drawn is not None:
            templates[item.get("ID", "")] = drawn
    usual = _size(document)
    for holder in all_of(document, "Pages"):
        for page in holder:
            member = _resolved(root, page.get("BaseLoc", ""))
            content = _content(archive, names, member) if local(page) == "Page" else None
            drawn_here = Drawn()
            if content is not None:
                for used in all_of(content, "Template"):
                    if used.get("TemplateID", "") in templates:
                        draw(templates[used.get("TemplateID", "")], drawn_here)
                draw(content, drawn_here)
            drawn_here.glyphs[:] = without_watermarks(without_shadows(drawn_here.glyphs))
            if local(page) == "Page":
                own = None if content is None else _size(content)
                yield _Sheet(member, drawn_here, own or usual or (0.0, 0.0), broken=content is None)


def _content(archive: Archive, names: dict[str, str], member: str) -> etree._Element | None:
    """一页的内容；缺失或损坏为 None：只坏了这一页，其余照读。"""
    try:
        return _xml(archive, names, member)
    except BrokenFile:
        return None


def _size(element: etree._Element) -> tuple[float, float] | None:
    """PhysicalBox 写明的页宽与页高，以点计；没有写为 None。"""
    found = [numbers(box.text) for box in all_of(element, "PhysicalBox")]
    return (found[0][2] * POINTS, found[0][3] * POINTS) if found and len(found[0]) == 4 else None  # noqa: PLR2004
