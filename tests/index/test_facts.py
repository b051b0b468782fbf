"""数字事实：一句话里的每个数字，主题、年度、性质各是什么。"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.records import Role, Span
from index.facts import extract, facts_at
from index.records import Fact
from tests.index.samples import report

RESULT, PLAN = Role.RESULT, Role.PLAN


def facts_of(sentence: str, *, plan: bool = False) -> tuple[Fact, ...]:
    """把一句话放进 2023 年的总结（或 2023 年的计划）里读。"""
    heading = "二、2023年工作计划" if plan else "一、2022年工作总结"
    text = f"青河县交通运输局2022年工作总结和2023年工作计划\n\n{heading}\n（一）有关情况\n{sentence}\n"
    return extract(report(text))


def shown(sentence: str, *, plan: bool = False) -> list[tuple[str, str]]:
    """主题与数字。"""
    return [(f.subject, f.quantity.raw) for f in facts_of(sentence, plan=plan)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "完成农村公路新改建30公里，路面状况改善133公里，村道安防180公里，危桥改造1座。",
            [
                ("农村公路新改建", "30公里"),
                ("路面状况改善", "133公里"),
                ("村道安防", "180公里"),
                ("危桥改造", "1座"),
            ],
        ),
        ("新增3家培训机构。", [("新增培训机构", "3家")]),
        ("帮助53名两地分居的职工调回本地。", [("帮助两地分居的职工调回本地", "53名")]),
        ("公路客运量130万人次，同比增长34.4%。", [("公路客运量", "130万人次"), ("公路客运量同比增长", "34.4%")]),
        (
            "排查隐患483项，整改481项，整改率99.6%。",
            [("排查隐患", "483项"), ("排查隐患整改", "481项"), ("排查隐患整改率", "99.6%")],
        ),
        (
            "受理热线工单90起，其中咨询类60起、投诉类30起，办结率100%。",
            [("受理热线工单", "90起"), ("咨询类", "60起"), ("投诉类", "30起"), ("受理热线工单办结率", "100%")],
        ),
        (
            "总投资42.8亿元的青云高速快速推进，全长38.6公里，累计完成投资23.5亿元。",
            [("青云高速总投资", "42.8亿元"), ("青云高速全长", "38.6公里"), ("青云高速投资", "23.5亿元")],
        ),
        (
            "S207线改建工程（12.4公里、5.6亿元）于3月18日开工，完成路基8.2公里。",
            [
                ("S207线改建工程", "12.4公里"),
                ("S207线改建工程投资", "5.6亿元"),
                ("S207线改建工程开工", "3月18日"),
                ("路基", "8.2公里"),
            ],
        ),
        (
            "实施罗水航道工程，里程36公里，投资5.4亿元。",
            [("罗水航道工程里程", "36公里"), ("罗水航道工程投资", "5.4亿元")],
        ),
        (
            "G220线改造工程（主桥长386米、引桥长214米，投资1.2亿元）建成通车，概算投资9.8亿元，工期24个月。",
            [
                ("G220线改造工程（主桥长）", "386米"),
                ("引桥长", "214米"),
                ("G220线改造工程投资", "1.2亿元"),
                ("G220线改造工程概算投资", "9.8亿元"),
                ("G220线改造工程工期", "24个月"),
            ],
        ),
        (
            "集团完成投资186亿元，超额完成市里下达的180亿元目标。",
            [("集团完成投资", "186亿元"), ("集团完成投资目标", "180亿元")],
        ),
        (
            "承担重点项目9个，年度计划投资7亿元，实际完成8亿元。",
            [("承担重点项目", "9个"), ("承担重点项目年度计划投资", "7亿元"), ("承担重点项目实际完成投资", "8亿元")],
        ),
        (
            "下达农村公路建设计划165公里，实际完成172公里。",
            [("下达农村公路建设计划", "165公里"), ("农村公路建设实际", "172公里")],
        ),
        ("举行应急演练1次，参演80人。", [("举行应急演练", "1次"), ("举行应急演练参演", "80人")]),
        (
            "县道优良中等路率91%、乡道88%、村道84%。",
            [("县道优良中等路率", "91%"), ("乡道优良中等路率", "88%"), ("村道优良中等路率", "84%")],
        ),
        (
            "新辟、优化公交线路30条。已新辟12条、优化23条。",
            [("新辟、优化公交线路", "30条"), ("公交线路新辟", "12条"), ("公交线路优化", "23条")],
        ),
        (
            "全年到位资金1.2亿元，比去年的9700万元增加2500万元。",
            [("到位资金", "1.2亿元"), ("到位资金（原值）", "9700万元"), ("到位资金", "2500万元")],
        ),
        ("平均抢通用时5.2小时，同比缩短1.3小时。", [("平均抢通用时", "5.2小时"), ("平均抢通用时同比缩短", "1.3小时")]),
        (
            "全年完成公路水路投资668亿元。其中高速公路421亿元、农村公路96亿元。",
            [("公路水路投资", "668亿元"), ("高速公路投资", "421亿元"), ("农村公路投资", "96亿元")],
        ),
        (
            "交通固定资产投资11亿元，比上年多完成2亿元。",
            [("交通固定资产投资", "11亿元"), ("交通固定资产投资比上年多完成投资", "2亿元")],
        ),
        (
            "查出隐患342处，整改率98.5%，5处限期整改。",
            [("查出隐患", "342处"), ("查出隐患整改率", "98.5%"), ("查出隐患限期整改", "5处")],
        ),
        ("建设1000吨级泊位4个。", [("建设1000吨级泊位", "4个")]),
        ("制止违法行为12起。", [("制止违法行为", "12起")]),
        ("改造“司机之家”10个。", [("改造“司机之家”", "10个")]),
        ("* **新开助学公交**5条。", [("新开助学公交", "5条")]),
        (
            "城市周边30分钟内到达率达到90%以上。",
            [("城市周边到达率", "30分钟内"), ("城市周边30分钟内到达率", "90%以上")],
        ),
        ("辰凤高速3月底前开工，年内完成投资8亿元。", [("辰凤高速开工", "3月底前"), ("辰凤高速投资", "8亿元")]),
        ("村组停车场建成178个，其余22个因故缓建。", [("村组停车场建成", "178个"), ("村组停车场建成其余", "22个")]),
        ("派发奖品2万份/30万元。", [("派发奖品", "2万份"), ("派发奖品2万份", "30万元")]),
        ("连续5年未发生较大事故。", [("连续未发生较大事故", "5年")]),
        ("税率由16%降至13%。", [("税率（原值）", "16%"), ("税率", "13%")]),
        ("将制造业现行16%的税率降至13%。", [("制造业（原值）", "16%"), ("制造业税率", "13%")]),
        ("污水处理厂PQI达到93.2。", [("污水处理厂PQI", "93.2")]),
        ("23座桥梁主体完工19座。", [("桥梁", "23座"), ("23座桥梁主体完工", "19座")]),
        ("一、二类桥梁比例达到95%。", [("一、二类桥梁比例", "95%")]),
        ("全市62公里航道中Ⅳ级及以上航道仅15公里。", [("全市航道", "62公里"), ("Ⅳ级及以上航道", "15公里")]),
    ],
)
def test_subjects(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert shown(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "资金支付进度6月底、9月底、12月底分别达到45%、75%和98%。",
            [("资金支付进度6月底", "45%"), ("资金支付进度9月底", "75%"), ("资金支付进度12月底", "98%")],
        ),
        (
            "永顺、龙山、吉首3县市分列年终总评第1、第2、第3名。",
            [("永顺年终总评", "第1"), ("龙山年终总评", "第2"), ("吉首年终总评", "第3名")],
        ),
        (
            "客货运输事故起数、死亡人数同比分别下降25%和33.3%。",
            [("客货运输事故起数下降", "25%"), ("死亡人数下降", "33.3%")],
        ),
        (
            "公路客运量76万人次、货运量30万吨，同比分别增长18.2%和6.4%。",
            [("公路客运量", "76万人次"), ("货运量", "30万吨"), ("公路客运量增长", "18.2%"), ("货运量增长", "6.4%")],
        ),
        (
            "县、乡、村道优良中等路率分别为91.6%、88.9%和84.7%。",
            [("县道优良中等路率", "91.6%"), ("乡道优良中等路率", "88.9%"), ("村道优良中等路率", "84.7%")],
        ),
        (
            "河砂、碎石均价分别下降7元/吨和5元/吨。",
            [("河砂均价下降", "7元/吨"), ("碎石均价下降", "5元/吨")],
        ),
        (
            "客车、危货车、重货车动态监控上线率分别达到99%、100%和95%。",
            [("客车上线率", "99%"), ("危货车上线率", "100%"), ("重货车动态监控上线率", "95%")],
        ),
    ],
)
def test_figures_matched_with_their_items(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert [pair for pair in shown(sentence) if pair in expected] == expected


def test_matched_figure_does_not_claim_other_items() -> None:
    text = "客运量、货运量同比分别下降25%和33%。"
    first, second = facts_of(text)
    assert (first.lead, second.lead) == ("客运量分别下降", "货运量分别下降")
    assert len(first.scope.of("x" * 999)) < len(text)
    assert second.subject == "货运量下降"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("全年新改建农村公路23公里，占年初目标25公里的92%。", [(2022, RESULT), (2022, PLAN), (2022, RESULT)]),
        ("完成投资65亿元，为年计划62亿元的105%。", [(2022, RESULT), (2022, PLAN), (2022, RESULT)]),
        ("建成检测点10处，少于计划1处。", [(2022, RESULT), (2022, RESULT)]),
        ("覆盖率由上年的76%提高到87%。", [(2021, RESULT), (2022, RESULT)]),
        ("覆盖率由76%提高到87%。", [(None, None), (2022, RESULT)]),
        ("较2019年增长34%，恢复到2019年的81%。", [(2022, RESULT), (2022, RESULT)]),
        ("其余22个结转到2023年。", [(2022, RESULT)]),
        ("二〇二一年新增5家，今年新增6家。", [(2021, RESULT), (2022, RESULT)]),
        ("收费站改建计划2023年4月底前完工。", [(2023, PLAN)]),
        ("年度计划投资7亿元，实际完成8亿元。", [(2022, PLAN), (2022, RESULT)]),
        ("完成投资186亿元，超额完成下达的180亿元目标。", [(2022, RESULT), (2022, PLAN)]),
        (
            "下达计划165公里，实际完成172公里，分别为：县道32公里、村道140公里。",
            [(2022, PLAN), (2022, RESULT), (2022, RESULT), (2022, RESULT)],
        ),
        ("新建停车位5000个。已建成5230个。", [(2022, PLAN), (2022, RESULT)]),
        ("新建停车位5000个。服务质量明显改善。", [(2022, RESULT)]),
        ("下一步打算：完成投资7亿元；新开航线2条。", [(2022, PLAN), (2022, PLAN)]),
    ],
)
def test_years_and_roles_in_a_summary(sentence: str, expected: list[tuple[int | None, Role | None]]) -> None:
    assert [(f.year, f.role) for f in facts_of(sentence)] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("计划新改建农村公路50公里。", [(2023, PLAN)]),
        ("2022年查处的20人不得重复发生。", [(2022, RESULT)]),
        ("年内更新公交车12辆，力争占比由上年的62%提高到70%。", [(2023, PLAN), (2022, RESULT), (2023, PLAN)]),
        ("到2025年，建成充电桩500个。", [(2025, PLAN)]),
    ],
)
def test_years_and_roles_in_a_plan(sentence: str, expected: list[tuple[int | None, Role | None]]) -> None:
    assert [(f.year, f.role) for f in facts_of(sentence, plan=True)] == expected


def test_table_row_names_every_cell() -> None:
    row = "新修通村硬化路：2021年完成 86公里；2022年计划 20公里；2022年完成 34公里；2023年计划 10公里。"
    assert [(f.subject, f.quantity.raw, f.year, f.role) for f in facts_of(row)] == [
        ("新修通村硬化路", "86公里", 2021, RESULT),
        ("新修通村硬化路", "20公里", 2022, PLAN),
        ("新修通村硬化路", "34公里", 2022, RESULT),
        ("新修通村硬化路", "10公里", 2023, PLAN),
    ]


def test_blanked_figures_stay_blanked() -> None:
    facts = facts_of("挽回损失xxx万元，查处黑车X台，整改率X%，X月底前清零；X009路修复3处，培训30人。")
    assert [(f.quantity.raw, f.quantity.blanked) for f in facts] == [
        ("xxx万元", True),
        ("X台", True),
        ("X%", True),
        ("X月底前", True),
        ("3处", False),
        ("30人", False),
    ]


def test_fact_carries_issuer_section_and_verbatim_quote() -> None:
    text = "青河县交通运输局2022年工作总结\n\n一、主要工作\n（一）公路\n全年改造危桥6座。另有2座在建。\n"
    made = report(text)
    fact = extract(made)[0]
    assert fact.issuer == "青河县交通运输局"
    assert fact.section == ("一、主要工作", "（一）公路")
    assert fact.quote == "全年改造危桥6座。"
    assert fact.quote_span.of(made.text) == fact.quote
    assert fact.span.of(made.text) == "6座"


def test_what_was_done_is_quoted_with_its_aim() -> None:
    _, done = facts_of("新建停车位5000个。已建成5230个。")
    assert (done.subject, done.quote) == ("停车位建成", "新建停车位5000个。已建成5230个。")


def test_part_of_a_report_gives_the_same_facts() -> None:
    made = report("青河县交通运输局2022年工作总结\n\n一、公路\n改造危桥6座，整改率100%。新增公交5条。\n")
    facts = extract(made)
    for fact in facts:
        assert fact in facts_at(made, fact.quote_span)
    assert facts_at(made, Span(0, len(made.text))) == facts


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet="完成新增公路30.5xX万公里座%，、；。（）由上年到和提高分别其中一是2022年底前计划：\n ", max_size=80
    )
)
def test_extracts_from_any_text(text: str) -> None:
    made = report(f"青河县交通运输局2022年工作总结\n\n一、公路\n{text}\n")
    for fact in extract(made):
        assert fact.span.of(made.text) == fact.quantity.raw
        assert fact.quote_span.of(made.text) == fact.quote
        assert fact.quantity.raw in fact.quote
        assert 0 <= fact.scope.start <= fact.span.start
        assert fact.span.end <= fact.scope.end <= len(made.text)
