"""Word 文件：自动编号、修订、文本框、表格、目录。"""

import io
import zipfile
from collections.abc import Callable

import pytest

from corpus.errors import BrokenFile, EmptyFile, HostileFile, OversizedFile
from corpus.outline import parse
from corpus.readers import read_bytes
from corpus.readers.digits import lost
from corpus.readers.numbering import chinese, number_text
from corpus.records import Text
from tests.corpus import files

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_LEVELS = (
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>'
)
_NUMBERING = (
    f'<w:numbering {_W}><w:abstractNum w:abstractNumId="7">{_LEVELS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/>'
    '<w:lvlOverride w:ilvl="2"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    "</w:numbering>"
)
_STYLES = (
    f'<w:styles {_W}><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/>'
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="我的标题"/><w:basedOn w:val="1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="M"><w:name w:val="toc 1"/></w:style></w:styles>'
)


def docx(body: str, **parts: str) -> bytes:
    """拼一份最小的 Word 文件。"""
    members: dict[str, bytes | str] = {
        "_rels/.rels": _RELS,
        "word/document.xml": f"<w:document {_W}{_MORE}><w:body>{body}</w:body></w:document>",
        "word/numbering.xml": _NUMBERING,
        "word/styles.xml": _STYLES,
    }
    for name, content in parts.items():
        member = name.replace("__", "/")
        members[member if member.endswith(".rels") else f"{member}.xml"] = content
    return files.zipped(members)


def p(text: str, style: str = "", num: tuple[int, int] | None = None) -> str:
    """一个段落。"""
    numbered = f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{numbered}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def shown(text: Text) -> list[str]:
    """有字的各行。"""
    return [line.text for line in text.lines if line.text.strip()]


def test_automatic_numbers_are_in_the_text() -> None:
    body = "".join(
        [
            p("青溪县2023年工作计划", "T"), p("公路建设", num=(1, 0)), p("农村公路", num=(1, 1)),
            p("新建8公里", num=(1, 2)), p("改建9公里", num=(1, 2)),
            p("养护", num=(1, 1)), p("大修", num=(2, 2)), p("安全管理", "1", (1, 0)), p("取消编号", num=(0, 0)),
        ]
    )  # fmt: skip
    text = read_bytes(docx(body), "计划.docx")
    assert shown(text) == [
        "青溪县2023年工作计划", "一、公路建设", "（一）农村公路", "1.新建8公里", "2.改建9公里",
        "（二）养护", "1.大修", "二、安全管理", "取消编号",
    ]  # fmt: skip
    assert [line.level for line in text.lines][:2] == [0, None]
    assert lost(text) == 0
    (found,) = parse(text, "计划.docx")
    assert [section.level for section in found.sections[1:]] == [1, 2, 3, 3, 2, 3, 1]


def test_heading_styles_give_levels_through_inheritance() -> None:
    text = read_bytes(docx(p("总体要求", "B") + p("稳中求进。")), "a.docx")
    assert [(line.level, line.text) for line in text.lines] == [(1, "总体要求"), (None, "稳中求进。")]


def test_insertions_are_kept_and_deletions_dropped() -> None:
    body = (
        "<w:p><w:r><w:t>完成</w:t></w:r><w:del><w:r><w:delText>12</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>15公里</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏9</w:t></w:r><w:r><w:instrText>PAGE 3</w:instrText></w:r></w:p>"
    )
    text = read_bytes(docx(body), "a.docx")
    assert (shown(text), text.raw_digits) == (["完成15公里"], 2)


def test_text_box_is_read_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框内5件</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>框外。</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    text = read_bytes(docx(body), "a.docx")
    assert (shown(text), lost(text)) == (["框外。", "框内5件"], 0)


def test_contents_headers_and_footers_are_left_out() -> None:
    contents = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>"
        f"{p('一、建设 1')}</w:sdtContent></w:sdt>"
    )
    header = f"<w:hdr {_W}>{p('页眉 8')}</w:hdr>"
    text = read_bytes(docx(contents + p("二、养护 7", "M") + p("正文6处。"), word__header1=header), "a.docx")
    assert (shown(text), text.raw_digits) == (["正文6处。"], 1)


def cell(text: str, properties: str = "") -> str:
    """表格的一格。"""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def test_table_with_merged_cells_becomes_sentences() -> None:
    start, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = (
        "<w:tbl>"
        f"<w:tr>{cell('类别')}{cell('项目')}{cell('2023年计划')}</w:tr>"
        f"<w:tr>{cell('公路', start)}{cell('新建')}{cell('30')}</w:tr>"
        f"<w:tr>{cell('', more)}{cell('改建')}{cell('12.5')}</w:tr>"
        "</w:tbl>"
    )
    text = read_bytes(docx(p("附表（单位：公里）") + table), "a.docx")
    assert shown(text)[1:] == ["公路新建：2023年计划 30公里。", "公路改建：2023年计划 12.5公里。"]
    assert lost(text) == 0


def test_soft_returns_start_new_lines() -> None:
    body = "<w:p><w:r><w:t>第一行。</w:t><w:br/><w:t>第二行。</w:t></w:r></w:p>"
    assert shown(read_bytes(docx(body), "a.docx")) == ["第一行。", "第二行。"]


def test_strict_variant() -> None:
    made = docx(p("严格变体3处"))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        xml = archive.read("word/document.xml")
    swapped = xml.replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", swapped)
    assert shown(read_bytes(out.getvalue(), "a.docx")) == ["严格变体3处"]


def test_paragraphs_cut_at_the_line_width_are_joined() -> None:
    rows = [
        "全年完成新改建农村公路建设任务二十一公里并且通过了验收工",
        "作得到群众好评，路面状况改善一百三十公里超额完成了年度任",
        "务并且质量优良，各项工作都走在了全市各县区的前面受到了表",
        "彰。",
    ]
    text = read_bytes(docx("".join(p(row) for row in rows * 4)), "a.docx")
    (found,) = parse(text, "a.docx")
    assert len(found.paragraphs) < 6


@pytest.mark.parametrize(
    ("xml", "error", "message"),
    [
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:numbering/>', HostileFile, "定义了 XML 实体"),
        ("<w:numbering", BrokenFile, "像是Word 文件，但内容损坏"),
    ],
)
def test_hostile_parts(xml: str, error: type[Exception], message: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{p('字')}</w:body></w:document>")
        archive.writestr("word/numbering.xml", xml)
    with pytest.raises(error, match=message):
        read_bytes(made.getvalue(), "坏.docx")


def test_bomb_is_refused() -> None:
    with pytest.raises(OversizedFile, match="内容过大"):
        read_bytes(docx(p("字" * 3_000_000)), "弹.docx")


def test_cut_off_file_is_broken() -> None:
    with pytest.raises(BrokenFile):
        read_bytes(docx(p("字"))[:-60], "断.docx")


def test_empty_document() -> None:
    with pytest.raises(EmptyFile):
        read_bytes(docx("<w:p/>"), "空.docx")


def numbered(levels: str, *depths: int, more: str = "") -> list[str]:
    """按这些级别写法依次编号的各段。"""
    numbering = (
        f'<w:numbering {_W}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}</w:numbering>'
    )
    body = "".join(p("甲", num=(2 if depth > 9 else 1, depth % 10)) for depth in depths)
    return shown(read_bytes(docx(body, word__numbering=numbering), "a.docx"))


def level(depth: int, form: str, text: str, more: str = "") -> str:
    """一级编号的写法。"""
    written = f'<w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/>{written}</w:lvl>'


def test_numbers_that_end_in_no_mark_stand_apart() -> None:
    levels = level(0, "chineseCounting", "第%1章") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    assert numbered(levels, 0, 1, 1, 0, 1) == ["第一章 甲", "1.1 甲", "1.2 甲", "第二章 甲", "2.1 甲"]
    assert numbered(level(0, "decimal", "%1", '<w:suff w:val="nothing"/>'), 0) == ["1甲"]
    assert numbered(level(0, "chineseCounting", "%1是"), 0) == ["一是甲"]


def test_a_level_may_run_on_or_restart_only_under_some_level() -> None:
    levels = level(0, "chineseCounting", "%1、")
    assert numbered(levels + level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'), 0, 1, 0, 1) == [
        "一、甲", "1.甲", "二、甲", "2.甲",
    ]  # fmt: skip


def test_a_list_begun_anew_restarts_each_level_when_it_comes() -> None:
    anew = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        '</w:lvlOverride><w:lvlOverride w:ilvl="1"><w:startOverride w:val="4"/></w:lvlOverride></w:num>'
    )
    levels = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%2.")
    assert numbered(levels, 0, 0, 10, 11, 10, more=anew) == ["一、甲", "二、甲", "一、甲", "4.甲", "二、甲"]


def test_absurd_starts_are_written_plainly() -> None:
    assert number_text(10**9, "lowerLetter") == number_text(10**9, "upperRoman") == "1000000000"


def test_number_formats() -> None:
    assert [chinese(value) for value in (1, 10, 11, 20, 25, 103, 110)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十五",
        "一百零三",
        "一百一十",
    ]
    forms = [
        "decimal",
        "upperRoman",
        "lowerLetter",
        "decimalEnclosedCircleChinese",
        "ideographTraditional",
        "chineseLegalSimplified",
    ]
    assert [number_text(4, form) for form in forms] == ["4", "IV", "d", "④", "丁", "肆"]


@pytest.mark.parametrize("renamed", [lambda name: name.replace("/", "\\"), str.title, lambda name: "./" + name])
def test_members_named_in_other_ways(renamed: Callable[[str], str]) -> None:
    with zipfile.ZipFile(io.BytesIO(docx(p("公路建设", num=(1, 0))))) as archive:
        members: dict[str, bytes | str] = {renamed(name): archive.read(name) for name in archive.namelist()}
    assert shown(read_bytes(files.zipped(members), "a.docx")) == ["一、公路建设"]


def test_an_empty_paragraph_takes_a_number_unless_it_is_hidden() -> None:
    hidden = p("", num=(1, 0)).replace("</w:pPr>", "<w:rPr><w:vanish/></w:rPr></w:pPr>")
    body = p("甲", num=(1, 0)) + p("", num=(1, 0)) + p("乙", num=(1, 0)) + hidden + p("丙", num=(1, 0))
    assert shown(read_bytes(docx(body), "a.docx")) == ["一、甲", "三、乙", "四、丙"]
