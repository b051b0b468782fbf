"""清理：残渣去掉，正文不动。"""

from corpus.clean import clean, clean_lines
from corpus.records import Line


def test_spaces_and_invisible_characters() -> None:
    assert clean("\ufeff\u3000\u3000一、总体\u200b情况\u00a0 好\r") == "  一、总体情况 好"


def test_bookmarks_and_field_codes_are_residue() -> None:
    assert (
        clean('[bookmark: _Toc30050][bookmark: _Toc2]一是抓基础。HYPERLINK \\l "_Toc1" PAGEREF _Toc123456 \\h')
        == "一是抓基础。"
    )


def test_page_numbers_contents_and_web_buttons_are_dropped() -> None:
    rows = [
        "您的位置：首页 > 公开",
        "【打印】 【关闭】",
        "发布时间：2023-12-25 来源：办公室 字号：大 中 小",
        "目 录",
        "一、工作回顾……………… 3",
        "- 12 -",
        "第3页 共9页",
        "正文一句。",
    ]
    assert [line.text for line in clean_lines([Line(row) for row in rows])] == ["正文一句。"]


def test_numbers_alone_stay() -> None:
    assert [line.text for line in clean_lines([Line("2.5"), Line("2023")])] == ["2.5", "2023"]


def test_contents_without_leaders_are_told_by_the_headings_they_name() -> None:
    rows = [
        "目  录",
        "一、建设情况 1",
        "（一）公路 2",
        "二、下步打算",
        "",
        "一、建设情况",
        "（一）公路",
        "新建8公里。",
        "二、下步打算",
        "改建6公里。",
    ]
    assert [line.text for line in clean_lines([Line(row) for row in rows])] == rows[5:]


def test_a_list_of_contents_without_the_headings_is_kept() -> None:
    rows = ["目录", "一、建设情况", "新建8公里。", "二、下步打算"]
    assert [line.text for line in clean_lines([Line(row) for row in rows])] == rows[1:]
