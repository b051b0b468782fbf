"""由原稿的各段写成 .docx；需要 python-docx。同一份原稿无论何时、在哪台机器上生成，得到的文件逐字节相同。"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

from report_bytes import FIXED_TIME, repacked
from report_source import CENTRED, Block

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.text.paragraph import Paragraph

OUTLINE_ID, LIST_ID = 90, 91
# 每级：w:numFmt、w:lvlText
OUTLINE_LEVELS = (
    ("chineseCounting", "%1、"),
    ("chineseCounting", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "（%4）"),
)
LIST_LEVEL = ("decimalEnclosedCircle", "%1")


def level_xml(index: int, style: tuple[str, str], linked: str | None) -> str:
    """一级编号的定义；`linked` 是与它相连的标题样式。"""
    link = f'<w:pStyle w:val="{linked}"/>' if linked else ""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{style[0]}"/>{link}<w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{style[1]}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


def define_numbering(doc: Docx, *, by_style: bool) -> None:
    """在 numbering.xml 里写下大纲与列表两套编号的定义。"""
    numbering = doc.part.numbering_part.element
    outline = "".join(
        level_xml(i, style, f"Heading{i + 1}" if by_style else None) for i, style in enumerate(OUTLINE_LEVELS)
    )
    definitions = ((OUTLINE_ID, outline), (LIST_ID, level_xml(0, LIST_LEVEL, None)))
    first_num = numbering.find(qn("w:num"))
    for ident, levels in definitions:
        first_num.addprevious(
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{ident}">'
                f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
            )
        )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{OUTLINE_ID}"><w:abstractNumId w:val="{OUTLINE_ID}"/></w:num>')
    )
    if by_style:
        for level in range(1, len(OUTLINE_LEVELS) + 1):
            set_number(doc.styles[f"Heading {level}"].element, OUTLINE_ID, level - 1)


def set_number(element: object, num_id: int, level: int) -> None:
    """给段落或样式的元素写上 w:numPr。"""
    properties = element.get_or_add_pPr()  # type: ignore[attr-defined]
    number = properties.get_or_add_numPr()
    number.get_or_add_ilvl().val = level
    number.get_or_add_numId().val = num_id


def restart_list(doc: Docx, num_id: int) -> None:
    """新起一个列表：同一套定义，从 1 重新编。"""
    doc.part.numbering_part.element.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{num_id}"><w:abstractNumId w:val="{LIST_ID}"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )


def dress(doc: Docx) -> None:
    """正文仿宋、标题黑体，字一律黑色。"""
    fonts = {"Normal": ("仿宋", 16), "Title": ("宋体", 22)}
    fonts |= {f"Heading {i}": ("黑体" if i == 1 else "楷体", 16) for i in range(1, len(OUTLINE_LEVELS) + 1)}
    for name, (font, size) in fonts.items():
        style = doc.styles[name]
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def write_table(doc: Docx, rows: tuple[tuple[str, ...], ...]) -> None:
    """写一张带边框的表。"""
    table = doc.add_table(rows=0, cols=max(map(len, rows)), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text


def body(doc: Docx, text: str) -> Paragraph:
    """写一段首行缩进两字的正文。"""
    paragraph = doc.add_paragraph(text)
    paragraph.paragraph_format.first_line_indent = Pt(32)
    return paragraph


def centred(doc: Docx, text: str, style: str | None) -> None:
    """写一行居中的文字。"""
    doc.add_paragraph(text, style).alignment = WD_ALIGN_PARAGRAPH.CENTER


def write_heading(doc: Docx, block: Block, *, by_style: bool) -> None:
    """写一个自动编号的标题。"""
    if by_style:
        doc.add_paragraph(block.text, f"Heading {block.level}")
    else:
        set_number(body(doc, block.text)._p, OUTLINE_ID, block.level - 1)  # noqa: SLF001


def render(blocks: list[Block]) -> Docx:
    """把各段写成一份 Word 文件。"""
    doc = Document()
    by_style = not any(block.kind == "编号" and block.text == "段落" for block in blocks)
    dress(doc)
    define_numbering(doc, by_style=by_style)
    list_id, before = LIST_ID, ""
    for block in blocks:
        if block.kind in CENTRED:
            centred(doc, block.text, "Title" if block.kind == "标题" else None)
        elif block.kind == "heading":
            write_heading(doc, block, by_style=by_style)
        elif block.kind == "plain_heading":
            paragraph = doc.add_paragraph(block.text, "Heading 1")
            set_number(paragraph._p, 0, 0)  # noqa: SLF001
        elif block.kind == "item":
            if before != "item":
                list_id += 1
                restart_list(doc, list_id)
            set_number(body(doc, block.text)._p, list_id, 0)  # noqa: SLF001
        elif block.kind == "table":
            write_table(doc, block.rows)
        elif block.kind == "signature":
            doc.add_paragraph(block.text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif block.kind == "body":
            body(doc, block.text)
        before = block.kind
    return doc


def lighten(doc: Docx) -> None:
    """去掉模板里用不到的样式、缩略图和旧版样式表，文件由 800 KB 减到几十 KB。"""
    kept = {"Normal", "Title", "Table Grid", *(f"Heading {i}" for i in range(1, len(OUTLINE_LEVELS) + 1))}
    for style in list(doc.styles):
        if style.name not in kept and style.element.get(qn("w:default")) != "1":
            style.delete()
    for rels in (doc.part.rels, doc.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(("stylesWithEffects", "thumbnail"))]:
            del rels[key]


def written(blocks: list[Block], title: str) -> bytes:
    """写成一份 .docx 的字节。"""
    doc = render(blocks)
    lighten(doc)
    properties = doc.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = FIXED_TIME.replace(tzinfo=None)
    raw = io.BytesIO()
    doc.save(raw)
    return repacked(raw.getvalue())
