"""Word 文件（.docx .dotx .docm）：直接读 XML，自动编号、修订、文本框、脚注、表格各归其位。"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from lxml import etree

from corpus import readers
from corpus.clean import clean
from corpus.errors import UnreadableFile
from corpus.joining import ends_sentence, glued
from corpus.markers import marker
from corpus.readers import scan
from corpus.readers.digits import count
from corpus.readers.numbering import Counters, Numbering, W, numbering_of
from corpus.readers.sight import Sight
from corpus.readers.tables import lost_digits, sentences
from corpus.readers.word_fields import Fields, drops, fields_of
from corpus.readers.word_package import M, Package, opened
from corpus.readers.word_styles import Style, Styles, is_on, number, styles_of, val
from corpus.records import Line, Problem, Text

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NOTE_MARKS = frozenset({f"{W}footnoteReference", f"{W}endnoteReference"})
_FIELD_MARKS = (f"{W}fldChar", f"{W}instrText")
_DROPPED = frozenset(
    f"{W}{tag}"
    for tag in ("del", "moveFrom", "delText", "delInstrText", "pPr", "rPr", "commentReference", "annotationRef", "rt")
) | {f"{_MC}Fallback"}  # fmt: skip
_GONE_MARKS = (f"{W}pPr/{W}rPr/{W}del", f"{W}pPr/{W}rPr/{W}moveFrom")
_SYMBOL_FONTS = range(0xF000, 0xF100)
_CLAUSE = re.compile("[，；。]")
_WIDEST = 200
_SHORT_BREAK = 15
_BROKEN_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class _Book:
    package: Package
    name: str
    styles: Styles
    numbering: Numbering
    counters: Counters
    fields: Fields
    notes: Mapping[tuple[str, str], etree._Element]


@dataclass(slots=True)
class _Read:
    """读出的各行；`made` 是自己写上去的数字个数，`notes` 是待写的脚注，`carried` 是段落标记已删去、并入下一段的字。"""

    lines: list[Line]
    made: list[int]
    notes: list[tuple[str, str]]
    problems: list[Problem]
    carried: str = ""


def read(data: bytes, name: str, sight: Sight) -> Text:
    """读一份 Word 文件；只有图像而没有文字的，由 `sight` 决定认不认。

    Raises:
        EmptyFile: 没有文字，也没有图像。
        BrokenFile: 缺少正文，或 XML 损坏。
    """
    package = opened(data, name)
    styles = styles_of(package.beside("styles.xml"))
    numbering = numbering_of(package.beside("numbering.xml"), styles.linked)
    book = _Book(package, name, styles, numbering, Counters(), fields_of(package.body), package.notes())
    into = _Read([], [], [], [])
    _walk(package.body, book, into)
    _carried_out(into)
    _notes(book, into)
    if not any(line.text.strip() for line in into.lines):
        pictures = [picture for picture in package.pictures() if scan.is_page(picture, name)]
        return scan.read_pictures([partial(scan.picture, picture, name) for picture in pictures], data, name, sight)
    return Text(tuple(_unwhole(into.lines)), _raw_digits(package.body, styles) + sum(into.made), tuple(into.problems))


def _walk(parent: etree._Element, book: _Book, into: _Read) -> None:
    """按次序读一个容器里的段落和表格。"""
    for child in parent:
        if child.tag == f"{W}p":
            _paragraph(child, book, into)
        elif not isinstance(child.tag, str) or child.tag in _DROPPED or _is_left_out(child):
            _skip(child, book)
        elif child.tag == f"{W}tbl":
            _table(child, book, into)
        elif child.tag == f"{W}altChunk":
            _chunk(child, book, into)
        else:
            _walk(child, book, into)
        if parent.tag == f"{W}body":
            _notes(book, into)


def _is_left_out(block: etree._Element) -> bool:
    """不是正文的内容控件：目录，或还没有填写的提示语。"""
    if block.tag != f"{W}sdt":
        return False
    gallery = val(block.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery"))
    prompt = block.find(f"{W}sdtPr/{W}showingPlcHdr")
    return gallery == "Table of Contents" or (prompt is not None and is_on(prompt))


def _skip(element: etree._Element, book: _Book) -> None:
    """不读的内容；里面的域标记仍要走过，否则以后的域开合对不上。"""
    for mark in element.iter(*_FIELD_MARKS):
        book.fields.feed(mark)


def _paragraph(element: etree._Element, book: _Book, into: _Read) -> None:
    style = book.styles.of(element)
    if style is not None and (style.is_contents or style.hidden):
        _skip(element, book)
        return
    text = into.carried + "".join(_runs(element, book, into))
    into.carried = ""
    if any(element.find(gone) is not None for gone in _GONE_MARKS):
        into.carried = text
    else:
        _written(element, style, text, book, into)
    for box in _boxes(element):
        inner = replace(into, lines=[], carried="")
        _walk(box, book, inner)
        _carried_out(inner)
        into.lines += inner.lines


def _written(element: etree._Element, style: Style | None, text: str, book: _Book, into: _Read) -> None:
    """一段写成行：加上自动编号与标题级别；编了号的空段占去一个号，自己不写；段落标记隐藏的不占。"""
    properties = element.find(f"{W}pPr")
    vanish = element.find(f"{W}pPr/{W}rPr/{W}vanish")
    counted = text.strip() or vanish is None or not is_on(vanish)
    sequence = _number(properties, style, book) if counted else ""
    sequence = sequence if text.strip() else ""
    into.made.append(count(sequence))
    level = _level(properties, style)
    parts = _soft_lines(sequence + text.lstrip() if sequence else text)
    into.lines.extend(Line(part, level=None if at else level, whole=len(parts) == 1) for at, part in enumerate(parts))


def _soft_lines(text: str) -> list[str]:
    """一段里的手动换行：断在句中的接上，其余各成一行。"""
    parts: list[str] = []
    for part in text.split("\n"):
        if parts and _breaks_clause(parts[-1].strip(), part.strip()):
            parts[-1] = glued(parts[-1], part)
        else:
            parts.append(part)
    return parts


def _breaks_clause(above: str, below: str) -> bool:
    heading = marker(above) is not None and not re.search("[；。]", above)
    whole = ends_sentence(above) or marker(below) is not None or not below
    return not whole and not heading and bool(_CLAUSE.search(above))


def _carried_out(into: _Read) -> None:
    """最后一段的段落标记也删去了：没有下一段可并，自成一行。"""
    if into.carried:
        into.lines.append(Line(into.carried, whole=True))
        into.carried = ""


def _notes(book: _Book, into: _Read) -> None:
    """刚读过的段落或表格所引的脚注，写在它的后面。"""
    due, into.notes[:] = list(into.notes), []
    for key in due:
        if key in book.notes:
            inner = replace(into, lines=[], made=[], notes=[])
            _walk(book.notes[key], book, inner)
            _carried_out(inner)
            text = "".join(clean(line.text).strip() for line in inner.lines)
            into.made.append(count(text))
            into.lines.append(Line(text if text.startswith("注") else f"注：{text}", whole=True))


def _chunk(element: etree._Element, book: _Book, into: _Read) -> None:
    """正文引入的另一份文件，按它自己的格式读在原处。"""
    data = book.package.chunk(element)
    if not data:
        return
    try:
        text = readers.read_bytes(data, book.name)
    except UnreadableFile as error:
        into.problems.append(Problem(book.name, "文中引入的文件", str(error)))
        return
    into.lines.extend(text.lines)
    into.made.append(text.raw_digits)


def _number(properties: etree._Element | None, style: Style | None, book: _Book) -> str:
    """这一段的自动编号；段落自己的设定先于样式，numId 为 0 表示取消。"""
    own = properties.find(f"{W}numPr") if properties is not None else None
    num = val(own.find(f"{W}numId")) if own is not None else ""
    depth = number(own.find(f"{W}ilvl")) if own is not None else None
    if not num and style is not None and style.num:
        num = style.num
        depth = style.depth if depth is None else depth
    if not num or num == "0":
        return ""
    return book.counters.next(book.numbering, num, depth or 0)


def _level(properties: etree._Element | None, style: Style | None) -> int | None:
    """标题级别：1 起；文章标题（Title）为 0；正文为 None。"""
    own = number(properties.find(f"{W}outlineLvl")) if properties is not None else None
    outline = own if own is not None else (style.outline if style is not None else None)
    if outline is not None:
        return outline + 1 if outline < 9 else None  # noqa: PLR2004
    return 0 if style is not None and style.is_title else None


def _runs(element: etree._Element, book: _Book, into: _Read) -> Iterator[str]:
    """一段里看得见的文字；文本框另读，删除的修订、域代码、隐藏的字不读。"""
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag == f"{W}txbxContent":
            continue
        if tag in _FIELD_MARKS:
            book.fields.feed(child)
        elif tag in _DROPPED or _is_unseen(child, book.styles):
            _skip(child, book)
        elif tag in _NOTE_MARKS:
            into.notes.append((tag, child.get(f"{W}id", "")))
        elif (text := _glyphs(child)) is None:
            yield from _runs(child, book, into)
        elif book.fields.shows():
            yield text


def _is_unseen(element: etree._Element, styles: Styles) -> bool:
    """隐藏的一截字，页码一类的域，没有填写的控件。"""
    if element.tag == f"{W}r":
        return styles.hides(element)
    return (element.tag == f"{W}fldSimple" and drops(element)) or _is_left_out(element)


def _glyphs(element: etree._Element) -> str | None:
    """一个元素写出的字；它只是容器则为 None。"""
    if element.tag in {f"{W}t", f"{M}t"}:
        return element.text or ""
    if element.tag == f"{W}sym":
        code = element.get(f"{W}char", "")
        point = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else 0
        return "" if not point or point in _SYMBOL_FONTS else chr(point)
    return {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-", f"{W}br": "\n", f"{W}cr": "\n"}.get(element.tag)


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
    inner = replace(into, lines=[], carried="")
    grid = _grid(element, book, inner)
    if grid and max(len(row) for row in grid) == 1:
        into.lines.extend(Line(part, whole=True) for row in grid for cell in row for part in cell.split("\n"))
        return
    rows = sentences(grid, caption)
    written = sum(count(line.text) for line in inner.lines)
    into.made.append(sum(count(row) for row in rows) - written + lost_digits(grid, rows))
    into.lines.extend(Line(row, whole=True) for row in rows)


def _grid(element: etree._Element, book: _Book, into: _Read) -> list[list[str]]:
    """表格的文字，横向、纵向合并的格都填满；写明的各格记在 `into`，每格一次。"""
    grid: list[list[str]] = []
    for row in element.iter(f"{W}tr"):
        if next((up for up in row.iterancestors(f"{W}tbl")), None) is not element:
            continue
        if row.find(f"{W}trPr/{W}del") is not None:
            _skip(row, book)
            continue
        cells: list[str] = []
        cells.extend([""] * min(number(row.find(f"{W}trPr/{W}gridBefore")) or 0, _WIDEST))
        for cell in row.iter(f"{W}tc"):
            if next((up for up in cell.iterancestors(f"{W}tr")), None) is not row:
                continue
            span = min(number(cell.find(f"{W}tcPr/{W}gridSpan")) or 1, _WIDEST)
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and val(merge) in {"", "continue"} and grid:
                text = grid[-1][len(cells)] if len(cells) < len(grid[-1]) else ""
            else:
                text = _cell(cell, book, into)
                into.lines.append(Line(text))
            cells.extend([text] * span)
        grid.append(cells)
    return grid


def _cell(cell: etree._Element, book: _Book, into: _Read) -> str:
    inner = replace(into, lines=[], carried="")
    _walk(cell, book, inner)
    _carried_out(inner)
    return "\n".join(clean(line.text).strip() for line in inner.lines if line.text.strip())


def _raw_digits(body: etree._Element, styles: Styles) -> int:
    """原始层的数字：正文里全部看得见的文字，与读法无关地数一遍。"""
    total = 0
    fields = fields_of(body)
    for element in body.iter(f"{W}t", f"{M}t", *_FIELD_MARKS):
        if element.tag in _FIELD_MARKS:
            fields.feed(element)
        elif fields.shows() and not any(_hides(above, styles) for above in element.iterancestors()):
            total += count(element.text or "")
    return total


def _hides(element: etree._Element, styles: Styles) -> bool:
    """这个元素里的字都不显示。"""
    if element.tag == f"{W}p":
        style = styles.of(element)
        return style is not None and (style.is_contents or style.hidden)
    return element.tag in _DROPPED or _is_unseen(element, styles)


def _unwhole(lines: list[Line]) -> list[Line]:
    """由 PDF 转来的文件每个排版行都成了一段：断在句中的段落多时，各段都允许与下一段相接。"""
    long = [line.text.rstrip() for line in lines if line.whole and len(line.text.strip()) > _SHORT_BREAK]
    broken = [text for text in long if text[-1] not in "。！？；：…”’）》」】.!?;:"]
    if len(long) < 10 or len(broken) < _BROKEN_SHARE * len(long):  # noqa: PLR2004
        return lines
    return [Line(line.text, line.page, line.level, whole=False) for line in lines]
