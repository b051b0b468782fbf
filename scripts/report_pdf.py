"""由原稿的各段写成 .pdf：页眉、页码、首行缩进、画线的表；用 reportlab 的宋体（不嵌入，由阅读器换成本机的字体）。"""

import io

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table

from report_source import Block, numbered

FONT = "STSong-Light"
BODY = ParagraphStyle("正文", fontName=FONT, fontSize=14, leading=25, firstLineIndent=28, wordWrap="CJK")
STYLES = {
    "heading": ParagraphStyle("小标题", BODY, keepWithNext=1),
    "标题": ParagraphStyle("标题", BODY, fontSize=20, leading=32, firstLineIndent=0, alignment=TA_CENTER),
    "centred": ParagraphStyle("居中", BODY, firstLineIndent=0, alignment=TA_CENTER),
    "signature": ParagraphStyle("落款", BODY, firstLineIndent=0, alignment=TA_RIGHT),
}
CELL = ParagraphStyle("格", fontName=FONT, fontSize=11, leading=16, wordWrap="CJK", alignment=TA_CENTER)
MARGIN, TOP = 28 * mm, 30 * mm


def written(blocks: list[Block], title: str) -> bytes:
    """写成一份 .pdf 的字节：没有时间与随机的标识，页面内容不压缩。"""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    made = io.BytesIO()
    document = BaseDocTemplate(made, pagesize=A4, title=title, invariant=1, pageCompression=0)
    frame = Frame(MARGIN, TOP, A4[0] - 2 * MARGIN, A4[1] - 2 * TOP, 0, 0, 0, 0)

    def furniture(canvas: Canvas, on: BaseDocTemplate) -> None:
        canvas.setFont(FONT, 10)
        canvas.drawString(MARGIN, A4[1] - 20 * mm, title)
        canvas.line(MARGIN, A4[1] - 22 * mm, A4[0] - MARGIN, A4[1] - 22 * mm)
        canvas.drawCentredString(A4[0] / 2, 18 * mm, f"— {on.page} —")

    document.addPageTemplates([PageTemplate(frames=[frame], onPage=furniture)])
    document.build([flowable for block in numbered(blocks) for flowable in _flowables(block)])
    return made.getvalue()


def _flowables(block: Block) -> list[Flowable]:
    if block.kind == "table":
        return [_table(block.rows), Spacer(1, 8)]
    if block.kind in {"格式", "编号"}:
        return []
    if block.kind in {"单位", "文号", "日期"}:
        return [Paragraph(block.text, STYLES["centred"])]
    return [Paragraph(block.text, STYLES.get(block.kind, BODY))]


def _table(rows: tuple[tuple[str, ...], ...]) -> Table:
    """画线的表；跨页时每页重复表头。"""
    table = Table([[Paragraph(cell, CELL) for cell in row] for row in rows], repeatRows=1)
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    return table
