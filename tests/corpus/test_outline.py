"""大纲：标题、层次、题名、附件、一个文件两份报告。"""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.outline import outline_text, parse
from corpus.records import Line, Report, Role, Text, section_path
from tests.corpus.samples import COMBINED, GOVERNMENT, SPEECH, headings, lines, report, rows, section


def test_headings_and_levels() -> None:
    assert headings(report(COMBINED)) == [
        (1, "一、2022年工作完成情况"),
        (2, "（一）道路建设方面"),
        (2, "（二）运输服务方面"),
        (1, "二、2023年工作安排"),
        (2, "（一）加快项目建设"),
        (2, "（二）强化行业管理"),
        (1, "三、下一步要求"),
        (2, "一、作风要实"),
        (2, "二、措施要硬"),
    ]


def test_years_and_roles_of_a_combined_report() -> None:
    found = report(COMBINED)
    assert (found.title, found.title_inferred, found.issuer) == (
        "2022年工作总结和2023年工作计划",
        False,
        "青溪县交通运输局",
    )
    assert (found.speaks_from, found.periods) == (2023, (2022, 2023))
    assert [(item.year, item.role) for item in found.sections[1:]] == [
        *[(2022, Role.RESULT)] * 3,
        *[(2023, Role.PLAN)] * 6,
    ]


def test_numbered_items_run_on_across_headings() -> None:
    text = rows(
        "要点",
        "一、讲政治",
        "1.学理论。常学常新。",
        "2.守规矩。令行禁止。",
        "二、强作风",
        "3.改文风。少开会。",
        "4.下基层。多调研。",
    )
    assert [level for level, _ in headings(report(text))] == [1, 2, 2, 1, 2, 2]


def test_list_that_restarts_after_text_goes_back_to_its_level() -> None:
    text = rows(
        "总结",
        "一、建设",
        "（一）公路",
        "1.修路。已完成。",
        "2.架桥。已完成。",
        "（二）水运",
        "1.疏浚。已完成。",
        "二、管理",
        "加强管理工作。",
    )
    assert headings(report(text)) == [
        (1, "一、建设"),
        (2, "（一）公路"),
        (3, "1.修路"),
        (3, "2.架桥"),
        (2, "（二）水运"),
        (3, "1.疏浚"),
        (1, "二、管理"),
    ]


def test_unnumbered_parts_above_restarting_series() -> None:
    text = rows(
        "2022年工作总结和2023年工作计划",
        "2022年工作总结",
        "一、修路",
        "完成20公里。",
        "二、养路",
        "养护30公里。",
        "2023年工作计划",
        "一、修路",
        "建设25公里。",
    )
    found = report(text)
    assert [level for level, _ in headings(found)] == [1, 2, 2, 1, 2]
    assert [(item.year, item.role) for item in found.sections[1:]] == [
        *[(2022, Role.RESULT)] * 3,
        *[(2023, Role.PLAN)] * 2,
    ]


def test_a_yearly_part_holds_the_series_behind_its_overview() -> None:
    text = rows(
        "2022年工作总结及2023年工作计划",
        "2022年工作总结",
        "支队管辖高速公路5条、里程418公里。",
        "一、路产保护。查处案件1246起。",
        "二、治超工作。劝返8735辆。",
        "2023年工作计划",
        "一、结案率不低于98.5%。",
    )
    found = report(text)
    assert [level for level, _ in headings(found)] == [1, 2, 2, 1, 2]
    assert [(item.year, item.role) for item in found.sections[1:4]] == [(2022, Role.RESULT)] * 3


def test_inline_heading_ends_at_the_first_stop() -> None:
    found = report("计划\n一、加快完善路网。完成提质改造26公里。抓好项目：续建2个。\n二、抓好养护。实施工程。\n")
    assert section(found, "路网").heading == "加快完善路网"
    assert found.paragraphs[1].span.of(found.text).startswith("一、加快完善路网。完成")


def test_file_levels_make_sections() -> None:
    rows = (
        Line("青溪县2023年交通工作要点", level=1, whole=True),
        Line("总体要求", level=2, whole=True),
        Line("稳中求进。", whole=True),
        Line("重点任务", level=2, whole=True),
        Line("一、建设", level=3, whole=True),
        Line("新建8公里。", whole=True),
    )
    (found,) = parse(Text(rows, 5), "要点.md")
    assert found.title == "青溪县2023年交通工作要点"
    assert headings(found) == [(1, "总体要求"), (1, "重点任务"), (2, "一、建设")]


def test_annex_opens_a_part_but_a_list_of_annexes_does_not() -> None:
    text = rows(
        "关于印发工作要点的通知",
        "各科室：",
        "现将要点印发给你们。",
        "附件：2023年工作要点",
        "青溪县交通运输局",
        "2023年2月3日",
        "附件",
        "2023年工作要点",
        "一、修路",
        "新建8公里。",
    )
    found = report(text)
    assert headings(found) == [(1, "附件 2023年工作要点"), (2, "一、修路")]
    assert found.dated == date(2023, 2, 3)


def test_two_documents_in_one_file() -> None:
    first = (
        "青溪县交通运输局2022年工作总结\n一、修路\n"
        + "完成农村公路建设任务，群众出行更加方便。" * 12
        + "\n二、养路\n养护30公里。\n青溪县交通运输局\n2022年12月20日\n"
    )
    second = "青溪县交通运输局2023年工作计划\n一、修路\n建设25公里。\n二、养路\n养护35公里。\n"
    found = parse(lines(first + second), "合订.txt")
    assert [item.name for item in found] == ["合订.txt", "合订.txt#2"]
    assert [item.title for item in found] == ["青溪县交通运输局2022年工作总结", "青溪县交通运输局2023年工作计划"]
    assert [item.speaks_from for item in found] == [2022, 2023]


def test_speech_without_title() -> None:
    found = report(SPEECH, "000_a1b2.txt")
    assert found.title_inferred
    assert (found.speaks_from, found.periods) == (2022, (2021, 2022))
    assert [(item.year, item.role) for item in found.sections[1:]] == [
        (2021, Role.RESULT),
        (2022, Role.SITUATION),
        (2022, Role.PLAN),
        (2022, Role.PLAN),
    ]


def test_government_report() -> None:
    found = report(GOVERNMENT)
    assert found.speaks_from == 2018
    assert [(item.year, item.role) for item in found.sections[1:]] == [
        (2017, Role.RESULT),
        (None, Role.RESULT),
        (2018, Role.PLAN),
    ]


def test_file_name_gives_a_missing_title_and_issuer() -> None:
    found = report("一、抓安全\n开展检查。\n", "计划/云岭市公路局2024年工作要点.txt")
    assert (found.title, found.title_inferred) == ("云岭市公路局2024年工作要点", True)
    assert (found.issuer, found.issuer_inferred, found.speaks_from) == ("云岭市公路局", True, 2024)


def test_section_path_and_outline_text() -> None:
    found = report(COMBINED)
    assert section_path(found, 2) == ("一、2022年工作完成情况", "（一）道路建设方面")
    assert outline_text(found).splitlines()[1] == "  （一）道路建设方面〔2022·完成〕"


def test_empty_file_is_an_empty_report() -> None:
    (found,) = parse(Text((), 0), "空.txt")
    assert (found.text, found.sections[0].span.end) == ("", 0)


def assert_well_formed(found: Report) -> None:
    """区间套得住、盖得全、逐字不差。"""
    text = found.text
    for at, item in enumerate(found.sections):
        assert 0 <= item.span.start <= item.heading_span.start <= item.heading_span.end <= item.span.end <= len(text)
        if item.parent is not None:
            assert item.parent < at
            above = found.sections[item.parent]
            assert above.span.start <= item.span.start <= item.span.end <= above.span.end
            assert item.level == above.level + 1
            shown = item.heading_span.of(text)
            assert shown.startswith(item.number)
            assert shown.endswith(item.heading)
    assert "\n".join(paragraph.span.of(text) for paragraph in found.paragraphs) == text
    for paragraph in found.paragraphs:
        own = found.sections[paragraph.section]
        assert own.span.start <= paragraph.span.start <= paragraph.span.end <= own.span.end


_PIECES = st.sampled_from(
    [
        *(
            "一、",
            "二、",
            "三、",
            "（一）",
            "（二）",
            "1.",
            "2.",
            "3、",
            "（1）",
            "①",
            "第一章 ",
            "1.1 ",
            "附件",
            "附件1",
        ),
        *("2022年", "2023年工作计划", "工作总结", "完成30公里", "青溪县交通运输局", "同志们：", "二〇二三年", "2.5"),
        *("。", "，", "：", "；", "“", "”", "《", "》", "\n", "\n\n", "  ", "\u3000", "——", "\n", "\n"),
        *("存在的问题", "一是", "今年", "X台", "2022年11月25日"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=60), st.booleans())
def test_any_mixture_of_pieces_is_well_formed(pieces: list[str], whole: bool) -> None:  # noqa: FBT001
    text = Text(tuple(Line(row, whole=whole) for row in "".join(pieces).split("\n")), 0)
    for found in parse(text, "任意.txt"):
        assert_well_formed(found)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.sampled_from([None, 0, 1, 2, 3])), max_size=20))
def test_any_text_is_well_formed(rows: list[tuple[str, int | None]]) -> None:
    for found in parse(Text(tuple(Line(row, level=level) for row, level in rows), 0), "任意.txt"):
        assert_well_formed(found)


def test_date_before_an_annex_is_the_date_of_the_report() -> None:
    text = rows(
        "青溪县公路中心2024年工作计划",
        "一、修路",
        "新建8公里。",
        "青溪县公路中心",
        "2024年2月6日",
        "附件",
        "",
        "2024年任务清单",
        "一、第一项",
        "修路8公里。",
        "二、第二项",
        "养路9公里。",
        "三、第三项",
        "查路5次。",
    )
    found = report(text)
    assert found.dated == date(2024, 2, 6)
    assert headings(found)[1] == (1, "附件 2024年任务清单")


def test_a_number_written_over_and_over_nests_no_deeper_than_any_outline() -> None:
    found = report("\n".join("一、修路" for _ in range(3000)))
    assert max(level for level, _ in headings(found)) <= 12
    assert_well_formed(found)


def test_a_log_without_stops_is_no_single_paragraph() -> None:
    found = report("\n".join("青溪县农村公路巡查记录甲乙丙丁戊己庚辛壬癸子丑寅卯" for _ in range(3000)))
    assert max(len(paragraph.span.of(found.text)) for paragraph in found.paragraphs) < 6000
