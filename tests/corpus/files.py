"""测试自己造的各种格式的文件。"""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pptx
from openpyxl.workbook import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table

SENTENCE = "全年共完成固定资产投资3.2亿元，同比增长12.5%，新改建农村公路21公里，危桥改造3座，各项指标均好于上年同期。"
FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
BODY = ParagraphStyle("正文", fontName=FONT, fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")


def _furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
    canvas.setFont(FONT, 9)
    canvas.drawString(60, 812, "青溪县交通运输局2022年工作总结")
    canvas.drawString(280, 30, f"- {document.page} -")


def pdf(story: Sequence[Flowable | str], *, columns: int = 1, furniture: bool = True) -> bytes:
    """有页眉、页码的 PDF；字符串是正文的一段。"""
    made = io.BytesIO()
    width = 480 / columns - 10 * (columns - 1)
    frames = [Frame(55 + at * (width + 25), 60, width, 730) for at in range(columns)]
    document = BaseDocTemplate(made, pagesize=A4)
    template = PageTemplate(frames=frames, onPage=_furniture) if furniture else PageTemplate(frames=frames)
    document.addPageTemplates([template])
    document.build([Paragraph(item, BODY) if isinstance(item, str) else item for item in story])
    return made.getvalue()


def pdf_table(rows: list[list[str]]) -> Table:
    """画线的表。"""
    table = Table(rows)
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0)), ("FONT", (0, 0), (-1, -1), FONT, 10)])
    return table


def zipped(members: dict[str, bytes | str]) -> bytes:
    """一个压缩包。"""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(pages: Sequence[Sequence[tuple[float, float, str]] | bytes], more: str = "") -> bytes:
    """一份 OFD：每页若干（左，上，文字），字号 5 毫米；或满版的一幅图像，不用模板。`more` 是写字的各页另有的图元。"""
    members: dict[str, bytes | str] = {
        "OFD.xml": f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    }
    listed = media = ""
    for at, texts in enumerate(pages):
        listed += f'<ofd:Page ID="{at + 10}" BaseLoc="Pages/Page_{at}/Content.xml"/>'
        if isinstance(texts, bytes):
            objects, used = f'<ofd:ImageObject ID="2" Boundary="0 0 210 297" ResourceID="{at + 50}"/>', ""
            members[f"Doc_0/Res/{at}.png"] = texts
            media += (
                f'<ofd:MultiMedia ID="{at + 50}" Type="Image"><ofd:MediaFile>{at}.png</ofd:MediaFile></ofd:MultiMedia>'
            )
        else:
            objects, used = "".join(ofd_text(*text) for text in texts) + more, '<ofd:Template TemplateID="5"/>'
        content = f"<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>"
        members[f"Doc_0/Pages/Page_{at}/Content.xml"] = f"<ofd:Page {_OFD}>{used}{content}</ofd:Page>"
    listing = f'<ofd:Res {_OFD} BaseLoc="Res"><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>'
    members["Doc_0/DocumentRes.xml"] = listing
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    template = f'<ofd:CommonData>{area}<ofd:TemplatePage ID="5" BaseLoc="Tpls/T.xml"/>'
    template += "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
    members["Doc_0/Document.xml"] = f"<ofd:Document {_OFD}>{template}<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    head = ofd_text(20, 8, "公文模板页眉")
    members["Doc_0/Tpls/T.xml"] = (
        f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{head}</ofd:Layer></ofd:Content></ofd:Page>"
    )
    return zipped(members)


def ofd_text(left: float, top: float, text: str, more: str = "") -> str:
    """一个文字对象。"""
    return (
        f'<ofd:TextObject ID="1" Boundary="{left} {top} 180 6" Font="1" Size="5" {more}>'
        f'<ofd:TextCode X="0" Y="4.5" DeltaX="g {len(text) - 1} 5">{text}</ofd:TextCode></ofd:TextObject>'
    )


def ofd_table(left: float, top: float, rows: Sequence[Sequence[str]], wide: float = 40, tall: float = 10) -> str:
    """画线的表：每格一个框。"""
    made = ""
    for down, row in enumerate(rows):
        for across, text in enumerate(row):
            x, y = left + across * wide, top + down * tall
            made += (
                f'<ofd:PathObject ID="2" Boundary="{x} {y} {wide} {tall}" LineWidth="0.2"><ofd:AbbreviatedData>'
                f"M 0 0 L {wide} 0 L {wide} {tall} L 0 {tall} C</ofd:AbbreviatedData></ofd:PathObject>"
            ) + ofd_text(x + 2, y + 2, text)
    return made


def workbook() -> Workbook:
    """一份任务表：表题合并、单位在表题下、百分数、合并的大类。"""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "任务"
    for row in (
        ["2023年建设任务表", None, None, None],
        [None, None, None, "单位：公里"],
        ["类别", "项目", "2022年完成", "2023年计划"],
        ["公路", "新建", 23, 30.5],
        [None, "增幅", 0.125, None],
        [None, None, None, None],
        ["注：以上为初步数", None, None, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A4:A5")
    sheet["C5"].number_format = "0.0%"
    book.create_sheet("责任分工").append(["科室", "人数"])
    book["责任分工"].append(["养护科", 5])
    return book


def xlsx(book: Workbook) -> bytes:
    """存成字节。"""
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def deck() -> bytes:
    """一页的演示文稿：标题、两条、一张表、备注。"""
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    if slide.shapes.title is not None:
        slide.shapes.title.text = "2023年工作思路"
    slide.placeholders[1].text = "一是新建30公里\n二是改建5座桥"
    frame = slide.notes_slide.notes_text_frame
    if frame is not None:
        frame.text = "备注8项"
    table = slide.shapes.add_table(3, 2, 0, 5_000_000, 4_000_000, 800_000).table
    for at, text in enumerate(["指标", "数量", "车辆", "12辆", "人员", "30人"]):
        table.cell(at // 2, at % 2).text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
