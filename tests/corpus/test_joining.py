"""接行：断在句中的接起来，标题和整段不动。"""

from corpus.joining import glued, join
from corpus.records import Line
from tests.corpus.samples import rows as of_rows


def joined(text: str) -> list[str]:
    """接好后的各段。"""
    return [line.text for line in join([Line(row) for row in text.split("\n")])]


def test_open_quote_is_joined() -> None:
    assert joined("（二）聚焦出行。围绕“一\n张网管理”要求，办好实事。\n（三）聚焦创新。开展试点。") == [
        "（二）聚焦出行。围绕“一张网管理”要求，办好实事。",
        "（三）聚焦创新。开展试点。",
    ]


def test_text_broken_at_links_is_joined_without_false_headings() -> None:
    text = of_rows(
        "2019年工作报告",
        "各位代表：",
        "现在报告工作。",
        "——",
        "改革开放",
        "取得进展。推进“",
        "一带一路",
        "”建设，细颗粒物（PM",
        "2.5",
        "）浓度下降，达到74.4",
        "万元。",
        "二、安排",
        "今年要做好工作。",
    )
    assert joined(text) == [
        "2019年工作报告",
        "各位代表：",
        "现在报告工作。",
        "——改革开放取得进展。推进“一带一路”建设，细颗粒物（PM2.5）浓度下降，达到74.4万元。",
        "二、安排",
        "今年要做好工作。",
    ]


def test_wrapped_lines_become_paragraphs() -> None:
    rows = [
        "    全年共完成固定资产投资三亿二千万元，新改建农村公路二十一公",
        "里，路面状况改善一百三十公里，危桥改造三座，各项指标均好于上年。",
        "同时加强日常养护，落实资金保障，推动管养体制改革，群众出行更加方便",
        "快捷。",
        "    下一步，继续推进项目建设，加快前期工作，争取早日开工，早日建成早",
        "日见效。",
    ]
    assert [text[:8] for text in joined("\n".join(rows))] == ["全年共完成固定资", "下一步，继续推进"]


def test_short_lines_in_tidy_text_stay_apart() -> None:
    assert joined("全年任务完成。\n工作亮点\n建成示范路2条。") == ["全年任务完成。", "工作亮点", "建成示范路2条。"]


def test_whole_paragraphs_are_never_joined() -> None:
    rows = [Line("甲项目，", whole=True), Line("乙项目", whole=True)]
    assert [line.text for line in join(rows)] == ["甲项目，", "乙项目"]


def test_numbers_do_not_merge_into_another_number() -> None:
    assert glued("共12", "34处") == "共12 34处"
    assert glued("PM", "2.5") == "PM2.5"
    assert glued("New", "Road") == "New Road"
