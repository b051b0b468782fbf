"""Word 文件里看不见的东西：域代码、隐藏的字、删去的段落标记；以及脚注、手动换行、引入的文件。"""

from corpus.readers import read_bytes
from corpus.readers.digits import lost
from tests.corpus.test_docx import docx, p, shown

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
_HIDDEN = (
    f'<w:styles {_W}><w:style w:type="character" w:styleId="C"><w:name w:val="隐藏字"/>'
    "<w:rPr><w:vanish/></w:rPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="P"><w:name w:val="隐藏段"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
)

_BEGIN, _SEPARATE, _END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))


def run(text: str, properties: str = "") -> str:
    """一截字。"""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def field(code: str, result: str) -> str:
    """一个域：代码与结果。"""
    return f"{_BEGIN}<w:r><w:instrText>{code}</w:instrText></w:r>{_SEPARATE}{run(result)}{_END}"


def paragraph(*runs: str, mark: str = "") -> str:
    """一段；`mark` 是段落标记自己的属性。"""
    return f"<w:p><w:pPr><w:rPr>{mark}</w:rPr></w:pPr>{''.join(runs)}</w:p>"


def lines(body: str, **parts: str) -> list[str]:
    """读成的各行；数字一个不许丢。"""
    text = read_bytes(docx(body, **parts), "总结.docx")
    assert lost(text) == 0
    return shown(text)


def test_only_the_results_of_fields_are_read() -> None:
    condition = f"{_BEGIN}<w:r><w:instrText> IF </w:instrText></w:r>{field(' REF a ', '777')}{_SEPARATE}"
    body = paragraph(condition, run("新建21公里，"), _END, run("见第"), field(" PAGE ", "3"), run("页。"))
    assert lines(body) == ["新建21公里，见第页。"]


def test_contents_made_by_a_field_are_left_out() -> None:
    code = r'<w:r><w:instrText>TOC \o "1-3"</w:instrText></w:r>'
    first = paragraph(_BEGIN, code, _SEPARATE, run("一、回顾 1"))
    assert lines(first + paragraph(run("二、计划 4"), _END) + p("正文5处。")) == ["正文5处。"]


def test_an_unclosed_field_hides_nothing() -> None:
    assert lines(paragraph(_BEGIN, "<w:r><w:instrText>TOC</w:instrText></w:r>") + p("新建8公里。")) == ["新建8公里。"]


def test_hidden_by_style() -> None:
    body = paragraph(run("新建"), run("9", '<w:rStyle w:val="C"/>'), run("8公里。")) + p("藏着7", "P")
    shown_again = paragraph(run("改建6处。", '<w:rStyle w:val="C"/><w:vanish w:val="0"/>'))
    assert lines(body + shown_again, word__styles=_HIDDEN) == ["新建8公里。", "改建6处。"]


def test_a_deleted_paragraph_mark_joins_the_next_paragraph() -> None:
    gone = paragraph("<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>", mark="<w:del/>")
    assert lines(paragraph(run("新建"), mark="<w:del/>") + gone + p("8公里。") + p("改建3处。")) == [
        "新建8公里。",
        "改建3处。",
    ]
    assert lines(p("甲。") + paragraph(run("末段2处"), mark="<w:del/>")) == ["甲。", "末段2处"]


def test_footnotes_follow_the_paragraph() -> None:
    notes = (
        f'<w:footnotes {_W}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="1">{p("含省道8公里。")}</w:footnote></w:footnotes>'
    )
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    body = paragraph(run("新建21公里"), mark, run("，改建3处。")) + p("下一段。")
    assert lines(body, word__footnotes=notes) == ["新建21公里，改建3处。", "注：含省道8公里。", "下一段。"]


def test_a_soft_return_inside_a_clause_is_no_line_end() -> None:
    body = paragraph(
        "<w:r><w:t>坚持稳中求进，全年完成</w:t><w:br/><w:t>投资3亿元。</w:t><w:br/><w:t>另起一行</w:t></w:r>"
    )
    assert lines(body) == ["坚持稳中求进，全年完成投资3亿元。", "另起一行"]
    heading = paragraph("<w:r><w:t>一、抓重点，促提升</w:t><w:br/><w:t>全年完成</w:t></w:r>")
    assert lines(heading) == ["一、抓重点，促提升", "全年完成"]


def test_symbols_and_prompts() -> None:
    symbols = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="宋体" w:char="2103"/></w:r>'
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处输入8')}</w:sdtContent></w:sdt>"
    assert lines(paragraph(run("5"), symbols, prompt)) == ["5℃"]


def test_a_file_drawn_into_the_text_is_read_in_its_place() -> None:
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="c" Type="x/aFChunk" Target="part.xml"/></Relationships>'
    )
    chunk = '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="c"/>'
    parts = {"word___rels__document.xml.rels": links, "word__part": "<html><body><p>危桥改造3座。</p></body></html>"}
    assert lines(p("前。") + chunk + p("后。"), **parts) == ["前。", "危桥改造3座。", "后。"]


def test_merged_over_a_million_columns() -> None:
    wide = '<w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>'
    table = (
        f"<w:tbl><w:tr><w:tc>{wide}{p('项目')}</w:tc></w:tr><w:tr/><w:tr><w:tc>{p('新建8公里')}</w:tc></w:tr></w:tbl>"
    )
    assert lines(table) != []
