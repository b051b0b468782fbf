"""每句说的是哪一年，是完成还是计划。"""

import pytest

from corpus.records import Role
from corpus.sentence_periods import role_at, sentence_role, sentence_year, year_at
from corpus.years import Kind, mentions
from tests.corpus.samples import COMBINED, GOVERNMENT, SPEECH, report, section


@pytest.mark.parametrize(
    ("heading", "sentence", "lead", "year", "role"),
    [
        ("道路建设", "一是新改建农村公路21公里，比2021年多建4公里。", "", 2022, Role.RESULT),
        ("道路建设", "二是年内完成危桥改造3座，完成全年计划的90%。", "", 2022, Role.RESULT),
        ("道路建设", "今年建成最美公路2条。", "", 2022, Role.RESULT),
        ("道路建设", "2022年以来，全年新改建农村公路21公里。", "", 2022, Role.RESULT),
        ("道路建设", "2021年，全年新改建农村公路17公里。", "", 2021, Role.RESULT),
        ("道路建设", "项目计划投资800万元。", "", 2022, Role.PLAN),
        ("运输服务", "2.去年停运的2条班线恢复运营。", "", 2021, Role.RESULT),
        ("工作安排", "2022年，全县交通工作取得了新的成绩。", "", 2022, Role.RESULT),
        ("加快项目", "今年计划新改建农村公路28公里，力争6月底前开工。", "", 2023, Role.PLAN),
        ("加快项目", "去年建成的3座桥已通车。", "", 2022, Role.RESULT),
        ("加快项目", "明年新改建农村公路28公里。", "", 2023, Role.PLAN),
        ("加快项目", "到2025年建成环线。", "", 2025, Role.PLAN),
        ("强化行业", "较去年多查处违法行为10%。", "", 2023, Role.PLAN),
        ("强化行业", "查处超限车辆96辆次，成绩来之不易。", "2022年，执法工作成效明显。", 2022, Role.RESULT),
    ],
)
def test_written_summary_and_plan(heading: str, sentence: str, lead: str, year: int, role: Role) -> None:
    found = report(COMBINED)
    own = section(found, heading)
    assert (sentence_year(sentence, own, found, lead), sentence_role(sentence, own, found, lead)) == (year, role)


@pytest.mark.parametrize(
    ("heading", "sentence", "year", "role"),
    [
        ("回顾", "过去一年，我们新开客运班线12条。", 2021, Role.RESULT),
        ("回顾", "去年完成投资3.5亿元。", 2021, Role.RESULT),
        ("回顾", "今年1月已全部投用。", 2022, Role.RESULT),
        ("形势", "去年客运量下降了8%。", 2021, Role.RESULT),
        ("形势", "今年客流预计回升。", 2022, Role.PLAN),
        ("抓安全", "全年开展检查20次以上。", 2022, Role.PLAN),
    ],
)
def test_speech(heading: str, sentence: str, year: int, role: Role) -> None:
    found = report(SPEECH)
    own = section(found, heading)
    assert (sentence_year(sentence, own, found), sentence_role(sentence, own, found)) == (year, role)


@pytest.mark.parametrize(
    ("heading", "sentence", "year"),
    [
        ("2017年", "过去一年，新建公路66公里，去年底通车。", 2017),
        ("五年", "五年来，新建公路310公里。", None),
        ("五年", "2017年，公路总里程达到1200公里。", 2017),
        ("2018年", "今年安排建设资金2.4亿元。", 2018),
    ],
)
def test_government_report(heading: str, sentence: str, year: int | None) -> None:
    found = report(GOVERNMENT)
    assert sentence_year(sentence, section(found, heading), found) == year


def test_each_number_in_a_sentence_has_its_own_year_and_role() -> None:
    found = report(COMBINED)
    own = section(found, "道路建设")
    sentence = "站场项目计划投资900万元，全年累计完成投资850万元；2021年完成700万元。"
    at = [sentence.index(number) for number in ("900", "850", "700")]
    assert [year_at(sentence, offset, own, found) for offset in at] == [2022, 2022, 2021]
    assert [role_at(sentence, offset, own, found) for offset in at] == [Role.PLAN, Role.RESULT, Role.RESULT]


def test_five_year_plan() -> None:
    found = report(
        "青溪县“十四五”交通发展规划\n一、发展基础\n“十三五”期间，新建公路200公里。\n二、发展目标\n到2025年，建成公路300公里。\n"
    )
    assert found.periods == (2021, 2022, 2023, 2024, 2025)
    goal = section(found, "目标")
    assert sentence_year("到2025年，建成公路300公里。", goal, found) == 2025
    assert sentence_role("到2025年，建成公路300公里。", goal, found) is Role.PLAN


def test_summary_of_one_year_plans_the_next() -> None:
    found = report(
        "青溪县交通运输局2022年工作总结\n一、主要成效\n新建20公里。\n二、存在问题\n资金不足。\n三、下一步打算\n新建25公里。\n"
    )
    assert [(item.year, item.role) for item in found.sections[1:]] == [
        (2022, Role.RESULT),
        (2022, Role.SITUATION),
        (2023, Role.PLAN),
    ]


def test_work_before_a_part_on_plans_is_done() -> None:
    found = report(
        "青溪县交通运输局关于2022年工作情况的汇报\n一、主要指标\n新建20公里。\n二、重点工作\n加固3座桥。\n三、2023年打算\n新建25公里。\n"
    )
    assert [(item.year, item.role) for item in found.sections[1:]] == [
        (2022, Role.RESULT),
        (2022, Role.RESULT),
        (2023, Role.PLAN),
    ]


def test_summary_of_half_a_year_plans_the_rest_of_it() -> None:
    found = report(
        "青溪县交通运输局2022年上半年工作总结\n一、工作情况\n新建20公里。\n二、下半年工作安排\n新建25公里。\n"
    )
    assert [item.year for item in found.sections[1:]] == [2022, 2022]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二〇二三年工作", (2023,)),
        ("2021—2023年行动", (2021, 2022, 2023)),
        ("23年计划", (2023,)),
        ("“十四五”规划", (2021, 2022, 2023, 2024, 2025)),
        ("较2019年增长", ()),
        ("历时23年", ()),
        ("《中国制造2025年》", ()),
        ("自2020年以来", ()),
        ("在巩固2021年成果的基础上", ()),
    ],
)
def test_written_years(text: str, expected: tuple[int, ...]) -> None:
    assert tuple(year for item in mentions(text, short=True) if not item.base for year in item.years) == expected


def test_relative_years() -> None:
    assert [item.kind for item in mentions("今年、去年、明年、过去五年、过去一年、年内")] == [
        Kind.THIS, Kind.LAST, Kind.NEXT, Kind.SPAN, Kind.PAST, Kind.WITHIN,
    ]  # fmt: skip
