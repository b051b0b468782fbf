"""切段：逐字、不跨节、在句末。"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.records import Report, Role
from index.passages import LONGEST, cut, document_text, text_hash
from index.sentences import sentences
from tests.index.samples import QINGHE_2023, report

HEADINGS = [
    *("一、2023年工作总结", "（一）路网建设", "1.重点项目。", "二、2024年工作计划", "（二）运输服务", "第一章 总则"),
]
BODIES = [
    *(
        "完成农村公路新改建42公里，改造危桥6座。",
        "新增公交车15辆；开通线路3条！",
        "长" * 450 + "。",
        "无句末标点的一行",
    ),
]


def test_passages_of_a_report() -> None:
    read = report(QINGHE_2023)
    found = cut(read)
    assert [passage.text for passage in found] == [
        "青河县交通运输局2023年工作总结和2024年工作计划\n2023年，全县交通运输工作稳步推进。",
        "一、2023年工作总结\n（一）农村公路建设\n今年以来，完成农村公路新改建42公里，改造危桥6座。投资1.2亿元，同比增长8%。",
        "（二）运输服务保障\n新增新能源公交车15辆，开通助学公交3条。全年客运量达到210万人次。",
        "二、2024年工作计划\n（一）加快路网建设\n计划新改建农村公路50公里，实施安防工程120公里。",
        "（二）提升服务水平\n力争新增新能源公交车20辆。",
    ]
    assert [(passage.year, passage.role) for passage in found[1:]] == [
        (2023, Role.RESULT),
        (2023, Role.RESULT),
        (2024, Role.PLAN),
        (2024, Role.PLAN),
    ]
    assert found[2].section == ("一、2023年工作总结", "（二）运输服务保障")


def test_context_holds_title_headings_and_year_not_yet_in_the_text() -> None:
    last = cut(report(QINGHE_2023))[-1]
    assert last.context == "青河县交通运输局2023年工作总结和2024年工作计划 · 二、2024年工作计划"
    assert document_text(last) == f"{last.context}\n{last.text}"


def test_year_is_added_where_no_heading_names_it() -> None:
    read = report("青河县交通运输局工作要点\n\n一、路网建设\n新改建农村公路50公里。\n")
    dated = replace(read, sections=tuple(replace(section, year=2024) for section in read.sections))
    assert cut(dated)[-1].context == "青河县交通运输局工作要点 · 2024年"


def test_long_section_is_cut_into_even_parts() -> None:
    sentence = "加快推进农村公路建设和养护，完成新改建里程四十二公里，改造危桥六座。"
    read = report(f"青河县交通运输局2023年工作总结\n\n一、路网建设\n{sentence * 20}\n")
    sizes = [len(passage.text) for passage in cut(read)[1:]]
    assert sum(sizes) == len(sentence) * 20 + len("一、路网建设\n")
    assert all(150 < size < 260 for size in sizes)


def test_equal_text_in_two_files_shares_a_vector() -> None:
    one, two = (cut(report(QINGHE_2023, name))[1] for name in ("甲.txt", "乙.txt"))
    assert text_hash(one) == text_hash(two)


def test_empty_report_has_no_passages() -> None:
    assert cut(report("")) == ()


@given(st.lists(st.sampled_from([*HEADINGS, *BODIES]), max_size=14))
def test_passages_are_verbatim_whole_and_within_one_section(lines: list[str]) -> None:
    read = report("\n".join(["青河县交通运输局2023年工作总结", "", *lines]))
    found = cut(read)
    assert all(passage.text == passage.span.of(read.text) for passage in found)
    assert "".join("".join(passage.text for passage in found).split()) == "".join(read.text.split())
    assert [passage.ordinal for passage in found] == list(range(len(found)))
    for passage in found:
        _stays_within_a_section(read, passage.span.start, passage.span.end)
        body = sentences(passage.text)
        assert len(passage.text) <= LONGEST * 2 or len(body) == 1


def _stays_within_a_section(read: Report, start: int, end: int) -> None:
    """段里若有标题，标题之前只能是空白或别的标题。"""
    rest = end
    for section in sorted(read.sections[1:], key=lambda section: -section.span.start):
        heading = section.heading_span
        if start < heading.start < rest:
            between = read.text[start : heading.start]
            for other in read.sections[1:]:
                text = other.heading_span.of(read.text)
                between = between.replace(text, "", 1) if start <= other.heading_span.start < heading.start else between
            assert not between.strip(" \n。：")
