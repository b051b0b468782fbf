"""Word 文件（.docx .dotx .docm）：直接读 XML，自动编号、修订、文本框、表格各归其位。"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from corpus.clean import clean
from corpus.errors import BrokenFile, EmptyFile
from corpus.readers.digits import count
from corpus.readers.numbering import Counters, Numbering, W, numbering_of
from corpus.readers.safe import Archive, open_archive
from corpus.readers.tables import lost_digits, sentences
from corpus.records import Line, Text

_KIND = "Word 文件"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_STRICT_MATH = b"http://purl.oclc.org/ooxml/officeDocument/math"
_DROPPED = frozenset(
    f"{W}{tag}"
    for tag in (
        "del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "footnoteReference",
        "endnoteReference", "commentReference", "annotationRef", "rt",
    )
) | {f"{_MC}Fallback"}  # fmt: skip
_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLE_NAME = re.compile(r"title|标题|文章标题|公文标题|大标题", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"toc\s*(?:\d|heading)|目录\s*\d|table of figures|图表目录", re.IGNORECASE)
_SHORT_BREAK = 15
_BROKEN_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Style:
    """一种段落样式：名字、大纲级别（0 起，None 为正文）、编号、是否隐藏。"""

    name: str
    outline: int | None
    num: str | None
    depth: int | None


@dataclass(frozen=True, slots=True)
class _Book:
    styles: dict[str, Style]
    default: str
    numbering: Numbering
    counters: Counters


@dataclass(frozen=True, slots=True)
class _Read:
    lines: list[Line]
    made: list[int]


def read(data: bytes, name: str) -> Text:
    """读一份 Word 文件。

    Raises:
        EmptyFile: 没有文字。
        BrokenFile: 缺少正文，或 XML 损坏。
    """
    archive = open_archive(data, name, _KIND)
    body = _document(archive)
    book = _book(archive)
    into = _Read([], [])
    _walk(body, book, into)
    if not any(line.text.strip() for line in into.lines):
        raise EmptyFile(name)
    return Text(tuple(_unwhole(into.lines)), _raw_digits(body, book) + sum(into.made))


def _document(archive: Archive) -> etree._Element:
    """正文元素；位置由关系表说明，多数是 word/document.xml。"""
    member = "word/document.xml"
    relations = archive.xml("_rels/.rels")
    for relation in () if relations is None else relations:
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            member = str(relation.get("Target", member)).lstrip("/")
    root = _part(archive, member)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise BrokenFile(archive.name, _KIND)
    return body


def _part(archive: Archive, member: str) -> etree._Element | None:
    """取一个部件；“严格”变体的命名空间换成通行的。"""
    if member not in archive.names():
        return None
    root = archive.xml(member)
    if root is None or _STRICT not in (data := archive.read(member)):
        return root
    from_strict = data.replace(_STRICT, W[1:-1].encode()).replace(_STRICT_MATH, _M[1:-1].encode())
    return etree.fromstring(from_strict, etree.XMLParser(resolve_entities=False, no_network=True))


def _book(archive: Archive) -> _Book:
    root = _part(archive, "word/styles.xml")
    styles: dict[str, Style] = {}
    default = ""
    linked: dict[str, str] = {}
    if root is not None:
        elements = {item.get(f"{W}styleId", ""): item for item in root.findall(f"{W}style")}
        styles = {key: _style(key, elements) for key in elements}
        for key, item in elements.items():
            if item.get(f"{W}type") == "paragraph" and item.get(f"{W}default") in {"1", "true"}:
                default = key
            if item.get(f"{W}type") == "numbering" and styles[key].num is not None:
                linked[key] = styles[key].num or ""
    return _Book(styles, default, numbering_of(_part(archive, "word/numbering.xml"), linked), Counters())


def _style(key: str, elements: dict[str, etree._Element]) -> Style:
    """一种样式，沿 basedOn 继承大纲级别与编号。"""
    name, outline, num, depth = "", None, None, None
    seen: set[str] = set()
    at: str | None = key
    while at in elements and at not in seen:
        seen.add(at)
        element = elements[at]
        own = _val(element.find(f"{W}name")) or at
        name = name or own
        properties = element.find(f"{W}pPr")
        if properties is not None:
            outline = _int(properties.find(f"{W}outlineLvl")) if outline is None else outline
            num = (_val(properties.find(f"{W}numPr/{W}numId")) or None) if num is None else num
            depth = _int(properties.find(f"{W}numPr/{W}ilvl")) if depth is None else depth
        named = _HEADING_NAME.fullmatch(own.strip())
        if outline is None and named:
            outline = int(named[1]) - 1
        at = _val(element.find(f"{W}basedOn")) or None
    return Style(name, outline, num, depth)


def _val(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(f"{W}val", ""))


def _int(element: etree._Element | None) -> int | None:
    value = _val(element)
    return int(value) if value.isdigit() else None


def _walk(parent: etree._Element, book: _Book, into: _Read) -> None:
    """按次序读一个容器里的段落和表格。"""
    for child in parent:
        if not isinstance(child.tag, str) or child.tag in _DROPPED:
            continue
        if child.tag == f"{W}p":
            _paragraph(child, book, into)
        elif child.tag == f"{W}tbl":
            _table(child, book, into)
        elif child.tag == f"{W}sdt" and _is_contents(child):
            continue
        else:
            _walk(child, book, into)


def _is_contents(block: etree._Element) -> bool:
    gallery = _val(block.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery"))
    return gallery == "Table of Contents"


def _paragraph(element: etree._Element, book: _Book, into: _Read) -> None:
    properties = element.find(f"{W}pPr")
    style = book.styles.get(_val(properties.find(f"{W}pStyle")) if properties is not None else book.default)
    style = style or book.styles.get(book.default)
    if style is not None and _CONTENTS_NAME.match(style.name.strip()):
        return
    text = "".join(_runs(element))
    number = _number(properties, style, book) if text.strip() else ""
    into.made.append(count(number))
    level = _level(properties, style)
    parts = text.split("\n")
    for at, part in enumerate(parts):
        shown = (number + part.lstrip() if number else part) if at == 0 else part
        into.lines.append(Line(shown, level=level if at == 0 else None, whole=len(parts) == 1))
    for box in _boxes(element):
        _walk(box, book, into)


def _number(properties: etree._Element | None, style: Style | None, book: _Book) -> str:
    """这一段的自动编号；段落自己的设定先于样式，numId 为 0 表示取消。"""
    own = properties.find(f"{W}numPr") if properties is not None else None
    num = _val(own.find(f"{W}numId")) if own is not None else ""
    depth = _int(own.find(f"{W}ilvl")) if own is not None else None
    if not num and style is not None and style.num:
        num = style.num
        depth = style.depth if depth is None else depth
    if not num or num == "0":
        return ""
    return book.counters.next(book.numbering, num, depth or 0)


def _level(properties: etree._Element | None, style: Style | None) -> int | None:
    """标题级别：1 起；文章标题（Title）为 0；正文为 None。"""
    own = _int(properties.find(f"{W}outlineLvl")) if properties is not None else None
    outline = own if own is not None else (style.outline if style is not None else None)
    if outline is not None:
        return outline + 1 if outline < 9 else None  # noqa: PLR2004
    return 0 if style is not None and _TITLE_NAME.fullmatch(style.name.strip()) else None


def _runs(element: etree._Element) -> Iterator[str]:
    """一段里看得见的文字；文本框另读，删除的修订不读。"""
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in _DROPPED or tag == f"{W}txbxContent":
            continue
        if tag == f"{W}r" and _hidden(child):
            continue
        if tag in {f"{W}t", f"{_M}t"}:
            yield child.text or ""
        elif tag == f"{W}tab":
            yield " "
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag in {f"{W}br", f"{W}cr"}:
            yield "\n"
        else:
            yield from _runs(child)


def _hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and _val(vanish) not in {"0", "false", "off"}


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    """段落里的文本框，每个一次（`Fallback` 里的重复不要）。"""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _DROPPED:
            continue
        if child.tag == f"{W}txbxContent":
            yield child
        else:
            yield from _boxes(child)


def _table(element: etree._Element, book: _Book, into: _Read) -> None:
    caption = next((line.text for line in reversed(into.lines) if line.text.strip()), "")
    inner = _Read([], into.made)
    grid = _grid(element, book, inner)
    if grid and max(len(row) for row in grid) == 1:
        into.lines.extend(Line(part, whole=True) for (cell,) in grid for part in cell.split("\n"))
        return
    rows = sentences(grid, caption)
    written = sum(count(line.text) for line in inner.lines)
    into.made.append(sum(count(row) for row in rows) - written + lost_digits(grid, rows))
    into.lines.extend(Line(row, whole=True) for row in rows)


def _grid(element: etree._Element, book: _Book, into: _Read) -> list[list[str]]:
    """表格的文字，横向、纵向合并的格都填满；写明的各格记在 `into`，每格一次。"""
    grid: list[list[str]] = []
    for row in element.iter(f"{W}tr"):
        if next((up for up in row.iterancestors(f"{W}tbl")), None) is not element or _deleted(row):
            continue
        cells: list[str] = []
        cells.extend([""] * (_int(row.find(f"{W}trPr/{W}gridBefore")) or 0))
        for cell in row.iter(f"{W}tc"):
            if next((up for up in cell.iterancestors(f"{W}tr")), None) is not row:
                continue
            span = _int(cell.find(f"{W}tcPr/{W}gridSpan")) or 1
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and _val(merge) in {"", "continue"} and grid:
                text = grid[-1][len(cells)] if len(cells) < len(grid[-1]) else ""
            else:
                text = _cell(cell, book, into)
                into.lines.append(Line(text))
            cells.extend([text] * span)
        grid.append(cells)
    return grid


def _deleted(row: etree._Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _cell(cell: etree._Element, book: _Book, into: _Read) -> str:
    inner = _Read([], into.made)
    _walk(cell, book, inner)
    return "\n".join(clean(line.text).strip() for line in inner.lines if line.text.strip())


def _raw_digits(body: etree._Element, book: _Book) -> int:
    """原始层的数字：正文里全部看得见的文字，与读法无关地数一遍。"""
    total = 0
    for text in body.iter(f"{W}t", f"{_M}t"):
        tags = {up.tag for up in text.iterancestors()}
        if tags & _DROPPED or any(_hidden(run) for run in text.iterancestors(f"{W}r")):
            continue
        if any(_is_contents(block) for block in text.iterancestors(f"{W}sdt")):
            continue
        if any(_in_contents(paragraph, book) for paragraph in text.iterancestors(f"{W}p")):
            continue
        total += count(text.text or "")
    return total


def _in_contents(paragraph: etree._Element, book: _Book) -> bool:
    style = book.styles.get(_val(paragraph.find(f"{W}pPr/{W}pStyle")))
    return style is not None and bool(_CONTENTS_NAME.match(style.name.strip()))


def _unwhole(lines: list[Line]) -> list[Line]:
    """由 PDF 转来的文件每个排版行都成了一段：断在句中的段落多时，各段都允许与下一段相接。"""
    long = [line.text.rstrip() for line in lines if line.whole and len(line.text.strip()) > _SHORT_BREAK]
    broken = [text for text in long if text[-1] not in "。！？；：…”’）》」】.!?;:"]
    if len(long) < 10 or len(broken) < _BROKEN_SHARE * len(long):  # noqa: PLR2004
        return lines
    return [Line(line.text, line.page, line.level, whole=False) for line in lines]
