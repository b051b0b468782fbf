"""各种格式：内容、次序、接行、表格。"""

import io
import zipfile
from email.message import EmailMessage

import pytest

from corpus.errors import UnknownFormat
from corpus.outline import parse
from corpus.readers import read_bytes
from corpus.readers.digits import count, lost
from corpus.readers.layout import Page, Row, paragraphs
from corpus.readers.legacy import find_program
from corpus.readers.ofd_page import deltas
from corpus.readers.sheet import number_text
from corpus.records import Text
from tests.corpus import files
from tests.corpus.files import SENTENCE


def shown(text: Text) -> list[str]:
    """有字的各行。"""
    return [line.text for line in text.lines if line.text.strip()]


def test_line_left_short_by_a_figure_that_cannot_be_split_is_joined() -> None:
    """“107.2%”不拆开，上一行因此空出三个字；句子完了的，空出三个字就是另一段。"""
    rows = [
        Row("全年完成投资，比上一年增加了不少，为年度目标的", 24, 324, 0, 12),
        Row("107.2%，同比增长14.3%，总量居全省第五位，比上年前移", 0, 360, 20, 32),
        Row("两位。其中高速公路完成一大半，其余各项也都完成了。", 0, 324, 40, 52),
        Row("2024年计划完成一百四十亿元。", 0, 180, 60, 72),
    ]
    assert [line.text for line in paragraphs([Page(1, tuple(rows), 365)])] == [
        rows[0].text + rows[1].text + rows[2].text,
        rows[3].text,
    ]


def test_pdf_joins_lines_across_pages_and_drops_furniture() -> None:
    story = ["一、2022年工作完成情况", *(f"（{number}）道路建设。{SENTENCE * 8}" for number in "一二三四五六七八")]
    text = read_bytes(files.pdf(story), "a.pdf")
    assert shown(text) == story
    assert {line.page for line in text.lines} == {1, 2, 3}
    assert lost(text) == 0


def test_pdf_ruled_table() -> None:
    rows = [["项目", "2022年完成", "2023年计划"], ["新改建农村公路", "23", "30"], ["村道安防", "20", "180"]]
    text = read_bytes(
        files.pdf(["附表（单位：公里）", files.pdf_table(rows), "以上任务由各科室负责。"], furniture=False), "a.pdf"
    )
    assert shown(text) == [
        "附表（单位：公里）",
        "新改建农村公路：2022年完成 23公里；2023年计划 30公里。",
        "村道安防：2022年完成 20公里；2023年计划 180公里。",
        "以上任务由各科室负责。",
    ]
    assert lost(text) == 0


def test_pdf_in_two_columns() -> None:
    story = [f"（{number}）养护管理。{SENTENCE * 3}" for number in "一二三四五六"]
    assert shown(read_bytes(files.pdf(story, columns=2, furniture=False), "a.pdf")) == story


def test_ofd_pages_in_order_without_the_template_heading() -> None:
    pages = [
        [(30, 40, "青溪县交通运输局2022年工作总结"), (30, 60, "　　一是完成公路建设23公里。".strip())],
        [(30, 40, "二是完成投资3亿元。")],
        [(30, 40, "三是完成养护5处。")],
    ]
    text = read_bytes(files.ofd(pages), "a.ofd")
    assert shown(text) == [
        "青溪县交通运输局2022年工作总结",
        "一是完成公路建设23公里。",
        "二是完成投资3亿元。",
        "三是完成养护5处。",
    ]
    assert [line.page for line in text.lines] == [1, 1, 2, 3]


def test_ofd_ruled_table() -> None:
    table = files.ofd_table(30, 60, [["项目", "2022年", "2023年"], ["新建", "23", "30"], ["安防", "20", "180"]])
    text = read_bytes(files.ofd([[(30, 40, "附表（单位：公里）"), (30, 120, "表后的话。")]], table), "表.ofd")
    assert shown(text)[1:] == [
        "附表（单位：公里）",
        "新建：2022年 23公里；2023年 30公里。",
        "安防：2022年 20公里；2023年 180公里。",
        "表后的话。",
    ]
    assert lost(text) == 0


def test_ofd_watermark_and_hidden_text_are_left_out() -> None:
    slanted = files.ofd_text(60, 150, "内部资料9999", 'CTM="0.7 0.7 -0.7 0.7 0 0"')
    hidden = files.ofd_text(60, 200, "看不见8888", 'Visible="false"')
    text = read_bytes(files.ofd([[(30, 40, "完成公路建设23公里。")]], slanted + hidden), "印.ofd")
    assert shown(text)[1:] == ["完成公路建设23公里。"]
    assert lost(text) == 0


def test_ofd_spacing() -> None:
    assert deltas("g 2 5 3", 4) == [5, 5, 3, 3]
    assert deltas(None, 3) == []
    assert deltas("5 坏", 2) == [5, 5]


def test_workbook() -> None:
    text = read_bytes(files.xlsx(files.workbook()), "任务.xlsx")
    assert [(line.level, line.text) for line in text.lines] == [
        (1, "任务"),
        (None, "2023年建设任务表"),
        (None, "单位：公里"),
        (None, "公路新建：2022年完成 23公里；2023年计划 30.5公里。"),
        (None, "公路增幅：2022年完成 12.5%。"),
        (None, "注：以上为初步数"),
        (1, "责任分工"),
        (None, "养护科：人数 5。"),
    ]
    assert lost(text) == 0


def test_formula_without_a_result_is_a_problem() -> None:
    book = files.workbook()
    book.worksheets[0]["D5"] = "=D4/C4-1"
    (problem,) = read_bytes(files.xlsx(book), "任务.xlsx").problems
    assert problem.sentence == "有 1 个公式没有保存计算结果，没有读到数。请用表格软件打开、保存后再放入。"


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (0.125, "0.0%", "12.5%"),
        (30.5, "General", "30.5"),
        (0.1 + 0.2, "General", "0.3"),
        (23, "0", "23"),
        (2.5, "0.00", "2.50"),
        (13500, '0"万元"', "13500万元"),
        (2_000_000, '0!.0,"万元"', "200.0万元"),
        (12000, '_ * #,##0.00_ ;_ * "-"??_ ;_ @_ ', "12000.00"),
        (5, "0_);[Red]\\(0\\)", "5"),
    ],
)
def test_numbers_look_as_in_the_sheet(value: float, form: str, expected: str) -> None:
    assert number_text(value, form) == expected


def test_slides() -> None:
    text = read_bytes(files.deck(), "思路.pptx")
    assert [(line.page, line.level, line.text) for line in text.lines] == [
        (1, 1, "2023年工作思路"),
        (1, None, "一是新建30公里"),
        (1, None, "二是改建5座桥"),
        (1, None, "车辆：数量 12辆。"),
        (1, None, "人员：数量 30人。"),
        (1, None, "备注8项"),
    ]


_PAGE = f"""<!DOCTYPE html><html><head><meta charset="gbk">
<title>2022年工作总结_青溪县人民政府</title>
<script>var a=9;</script></head>
<body><div class="nav">首页 | 公开</div><header>导航 2024</header>
<div id="zoom"><h1>一、公路建设</h1><p>新改建农村公路<b>23</b>公里，
路面改善130公里。<br>二是养护5处。</p><p style="display:none">隐藏7</p><p>{SENTENCE * 6}</p>
<table><tr><th rowspan="2">项目</th><th colspan="2">2022年</th></tr><tr><th>计划</th><th>完成</th></tr>
<tr><td>新建</td><td>20公里</td><td>23公里</td></tr></table></div><footer>备案号 3</footer></body></html>"""


@pytest.mark.parametrize("name", ["总结.html", "总结.doc"])
def test_web_page_whatever_its_name(name: str) -> None:
    text = read_bytes(_PAGE.encode("gbk"), name)
    assert [(line.level, line.text) for line in text.lines] == [
        (0, "2022年工作总结"),
        (1, "一、公路建设"),
        (None, "新改建农村公路23公里，路面改善130公里。"),
        (None, "二是养护5处。"),
        (None, SENTENCE * 6),
        (None, "新建：2022年计划 20公里；2022年完成 23公里。"),
    ]
    assert lost(text) == 0


def test_mail_with_attachment() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "2023年工作要点"
    message.set_content("一、公路建设\n新建公路30公里。\n")
    message.add_attachment("附件里的总结，完成5公里。".encode(), maintype="text", subtype="plain", filename="总结.txt")
    text = read_bytes(message.as_bytes(), "邮件.eml")
    assert shown(text) == ["2023年工作要点", "一、公路建设", "新建公路30公里。"]
    assert [(member.name, shown(member.text)) for member in text.members] == [
        ("总结.txt", ["附件里的总结，完成5公里。"])
    ]
    assert [report.name for report in parse(text, "邮件.eml")] == ["邮件.eml", "邮件.eml#总结.txt"]


def test_zip_reads_on_after_a_bad_member() -> None:
    made = files.zipped(
        {
            "2022/总结.txt": "2022年工作总结\n完成23公里。",
            "../越界.txt": "越界的内容。",
            "坏.docx": b"PK\x03\x04word/document.xml",
            "__MACOSX/._a": b"x",
        }
    )
    text = read_bytes(made, "合集.zip")
    assert [member.name for member in text.members] == ["2022/总结.txt"]
    assert [(problem.place, problem.sentence[:9]) for problem in text.problems] == [
        ("../越界.txt", "压缩包里的《../"),
        ("坏.docx", "《合集.zip/坏"),
    ]
    assert [report.name for report in parse(text, "合集.zip")] == ["合集.zip#2022/总结.txt"]


def test_zip_names_in_gb18030() -> None:
    made = files.zipped({"aaaa.txt": "完成23公里。"}).replace(b"aaaa.txt", "总结".encode("gb18030") + b".txt")
    assert [member.name for member in read_bytes(made, "a.zip").members] == ["总结.txt"]


def test_picture_is_said_to_be_a_scan() -> None:
    image = io.BytesIO()
    from PIL import Image  # noqa: PLC0415

    Image.new("RGB", (60, 40), "white").save(image, "PNG")
    read = read_bytes(image.getvalue(), "扫描.docx")
    assert (read.lines, read.waiting) == ((), (1,))


RTF = "{\\rtf1\\ansi\\ansicpg936 " + "".join(f"\\u{ord(char)}?" for char in "完成公路建设二十三公里。") + "\\par}"


@pytest.mark.skipif(find_program() is None, reason="没有安装 LibreOffice")
def test_old_formats_through_libreoffice() -> None:
    assert shown(read_bytes(RTF.encode(), "总结.docx")) == ["完成公路建设二十三公里。"]


def test_digit_alarm() -> None:
    assert count("2023年３公里") == 5
    assert lost(Text((), 3)) == 3


def test_ofd_glyphs_that_name_no_character_are_said() -> None:
    text = read_bytes(files.ofd([[(30, 40, "完成公路建设23公里。"), (30, 60, "\ue11e\ue236")]]), "造字.ofd")
    assert [line.text for line in text.lines][-1] == "完成公路建设23公里。"
    assert [(problem.place, problem.sentence[:9]) for problem in text.problems] == [("第 1 页", "有 2 个字只有字")]


_WEB_ARCHIVE = (
    "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=xx; type=text/html\r\n\r\n--xx\r\n"
    "Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "<html><body><p>新改建农村公路30公里。</p></body></html>\r\n--xx--\r\n"
)


def test_a_page_saved_in_one_file_is_no_plain_text() -> None:
    assert shown(read_bytes(_WEB_ARCHIVE.encode("gb2312"), "总结.doc")) == ["新改建农村公路30公里。"]


def test_xml_of_no_known_kind_is_no_report() -> None:
    with pytest.raises(UnknownFormat):
        read_bytes('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "九">]><a>完成公路建设&x;公里。</a>'.encode(), "a.xml")


def test_hidden_rows_columns_and_sheets_are_said_not_read() -> None:
    book = files.workbook()
    sheet = book.worksheets[0]
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book["责任分工"].sheet_state = "hidden"
    text = read_bytes(files.xlsx(book), "任务.xlsx")
    assert [line.text for line in text.lines][3:] == ["公路新建：2023年计划 30.5公里。", "注：以上为初步数"]
    assert [problem.sentence for problem in text.problems] == [
        "隐藏的工作表 1 张（责任分工），隐藏的行、列 2 处没有读。要读的请取消隐藏后再放入。"
    ]
    sheet.auto_filter.ref = "A3:D5"
    assert "增幅" in str(read_bytes(files.xlsx(book), "任务.xlsx").lines)


@pytest.mark.parametrize("damaged", [b"<ofd:Page", None], ids=["损坏", "缺失"])
def test_one_page_of_an_ofd_that_cannot_be_read_is_said(damaged: bytes | None) -> None:
    made = files.ofd([[(30, 60, "一、完成公路建设23公里。")], [(30, 60, "二、危桥改造3座。")]])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        members: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    del members["Doc_0/Pages/Page_1/Content.xml"]
    if damaged is not None:
        members["Doc_0/Pages/Page_1/Content.xml"] = damaged
    text = read_bytes(files.zipped(members), "缺页.ofd")
    assert shown(text)[-1] == "一、完成公路建设23公里。"
    assert [(problem.place, problem.sentence[:5]) for problem in text.problems] == [("第 2 页", "这几页损坏")]
