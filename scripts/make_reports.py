"""由纯文本写成的原稿生成随项目附带的 .docx 报告。

用法：`python scripts/make_reports.py`，把 scripts/report_sources/*.txt 逐份写成 corpus/reports/同名.docx。
需要 python-docx。同一份原稿无论何时、在哪台机器上生成，得到的文件逐字节相同。

原稿是 UTF-8 纯文本，一行一段，行首记号决定段落种类：

    % 注释                       不写入文件
    @标题：……                    居中大字（Title 样式），可有多行
    @单位：……                    居中，发文单位
    @文号：……                    居中，如 沂交字〔2023〕3号
    @日期：……                    居中，照写，如 （2023年1月10日）
    @编号：样式                  序号写在“标题 1”至“标题 4”样式里（缺省）
    @编号：段落                  不用标题样式，序号逐段写在正文段落上（多数单位的文件如此）
    # 一级标题                   自动编号 一、
    ## 二级标题                  自动编号 （一）
    ### 三级标题                 自动编号 1.
    #### 四级标题                自动编号 （1）
    #* 不编号的一级标题          标题 1 样式，无序号
    + 列表项                     自动编号 ①②③，隔开一段后重新起编
    | 甲 | 乙 |                  相邻各行合成一张表，第一行是表头
    > 落款                       右对齐
    其余                         正文，首行缩进两字；空行略去

标题行可以一直写下去（# 强基础。全年完成……），公文里“标题带正文”的段落即如此。序号都由 Word 的自动编号生成，
不在文字里，因此原稿里不要手写 一、（一）1.；“一是……二是……”是正文，照写。
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.text.paragraph import Paragraph

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "report_sources"
REPORTS = HERE.parent / "corpus" / "reports"

FIXED_TIME = datetime(2024, 1, 1, tzinfo=UTC)
OUTLINE_ID, LIST_ID = 90, 91
# 每级：w:numFmt、w:lvlText
OUTLINE_LEVELS = (
    ("chineseCounting", "%1、"),
    ("chineseCounting", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "（%4）"),
)
LIST_LEVEL = ("decimalEnclosedCircle", "%1")
CENTRED = {"标题", "单位", "文号", "日期"}
HEADING = re.compile(r"(#{1,4})\s+(.+)")
DIRECTIVE = re.compile(r"@(\S+?)[：:]\s*(.+)")


class SourceError(Exception):
    """原稿里有一行看不懂。"""

    def __init__(self, path: Path, line: int, text: str) -> None:
        where = f"{path.name} 第 {line} 行“{text[:20]}”"
        super().__init__(f"{where}看不懂：记号见 make_reports.py 的文件头，请改后重新生成。")


@dataclass(frozen=True, slots=True)
class Block:
    """原稿的一段：`kind` 为行首记号的名字（标题、单位……），或 heading、plain_heading、item、table、signature、body。"""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = field(default=())


def parse_line(path: Path, number: int, line: str) -> Block | None:
    """读原稿的一行；空行与注释为 None。"""
    text = line.strip()
    if not text or text.startswith("%"):
        return None
    if text.startswith("@"):
        found = DIRECTIVE.fullmatch(text)
        if not found or found[1] not in CENTRED | {"编号"}:
            raise SourceError(path, number, text)
        return Block(found[1], found[2])
    if text.startswith("#*"):
        return Block("plain_heading", text[2:].strip(), 1)
    if text.startswith("#"):
        found = HEADING.fullmatch(text)
        if not found:
            raise SourceError(path, number, text)
        return Block("heading", found[2], len(found[1]))
    if text.startswith("|"):
        cells = tuple(cell.strip() for cell in text.strip("|").split("|"))
        return Block("table", rows=(cells,))
    marks = {"+": "item", ">": "signature"}
    return Block(marks[text[0]], text[1:].strip()) if text[0] in marks else Block("body", text)


def parse(path: Path) -> list[Block]:
    """读一份原稿；相邻的表格行合成一张表。"""
    blocks: list[Block] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        block = parse_line(path, number, line)
        if block is None:
            continue
        if block.kind == "table" and blocks and blocks[-1].kind == "table":
            blocks[-1] = Block("table", rows=blocks[-1].rows + block.rows)
        else:
            blocks.append(block)
    return blocks


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


def packed(doc: Docx, title: str) -> bytes:
    """存成字节：时间、次序都固定，且不压缩（压缩结果随 zlib 版本而变），重做一遍也不变。"""
    lighten(doc)
    properties = doc.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = FIXED_TIME.replace(tzinfo=None)
    raw, fixed = io.BytesIO(), io.BytesIO()
    doc.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6])
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return fixed.getvalue()


def make(source: Path, folder: Path) -> Path:
    """生成一份 .docx，返回它的路径。

    Args:
        source: 原稿。
        folder: 写到哪个文件夹。

    Raises:
        SourceError: 原稿有看不懂的行。
    """
    target = folder / f"{source.stem}.docx"
    target.write_bytes(packed(render(parse(source)), source.stem))
    return target


def main() -> int:
    """生成全部 .docx 报告；有看不懂的原稿则报出并返回 1。"""
    failed = 0
    for source in sorted(SOURCES.glob("*.txt")):
        try:
            print(f"已生成 {make(source, REPORTS).name}")
        except SourceError as error:
            print(error, file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
