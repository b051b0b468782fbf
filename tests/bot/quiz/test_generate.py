"""出题：只有一个对的，错的是真的数，题题证明得了，题与题不透底。"""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quiz.check import amount, check, figure
from bot.quiz.claims import is_figure
from bot.quiz.deadlines import due
from bot.quiz.figures import askable
from bot.quiz.generate import MAKERS, generate, gives_away, pick
from bot.quiz.items import BLANK, Item, ItemKind, Key, Why, level
from bot.quiz.library import Library, library
from bot.quiz.papers import numbers_of
from bot.quiz.prove import Prover
from bot.quiz.store import Settings, decoded, encoded
from tests.bot.quiz.samples import DONGSHAN_2022, LINXI_2022, QINGHE_2022, QINGHE_2023, report, reports


def items(small: Library, kind: ItemKind) -> list[Item]:
    """这一题型的全部题。"""
    return list(generate(small, 1, [kind]))


def test_every_kind_but_year_comes_from_four_reports(small_library: Library) -> None:
    assert {i.kind for i in generate(small_library, 1)} == set(MAKERS) - {ItemKind.YEAR}


def test_fill_in_the_figure(small_library: Library) -> None:
    stems = {i.stem: i.key.text for i in items(small_library, ItemKind.FILL)}
    assert stems[f"清河县交通运输局2023年工作计划：“新改建农村公路里程{BLANK}”。空处是多少？（单位：公里）"] == "30公里"
    assert (
        stems[f"清河县交通运输局2022年完成情况：“投入农村公路养护资金{BLANK}”。空处是多少？（单位：亿元）"] == "1.8亿元"
    )


def test_wrong_options_are_real_figures_of_elsewhere(small_library: Library) -> None:
    item = next(i for i in items(small_library, ItemKind.SINGLE) if "23 公里" in i.key_text())
    assert item.stem == f"清河县交通运输局2022年完成情况：“全年完成农村公路新改建里程{BLANK}”。空处是多少？"
    assert {item.options[w.option]: (w.why, w.source.document) for w in item.wrongs} == {
        "30 公里": (Why.OTHER_YEAR, "清河2023.txt"),
        "41 公里": (Why.OTHER_BUREAU, "临溪2022.txt"),
        "17 公里": (Why.OTHER_BUREAU, "东山2022.txt"),
    }


def test_lists(small_library: Library) -> None:
    order = next(i for i in items(small_library, ItemKind.ORDER) if "四个坚持" in i.stem)
    assert [order.options[i] for i in order.key.choices] == [
        "坚持稳中求进",
        "坚持服务为民",
        "坚持改革创新",
        "坚持真抓实干",
    ]
    missing = next(i for i in items(small_library, ItemKind.COMPLETE) if "三个统筹" in i.stem)
    right = missing.options[missing.key.choices[0]]
    assert right.startswith("统筹")
    assert right not in missing.stem
    assert all(o.startswith("统筹") for o in missing.options), "外来的一项混在其中看不出"


@pytest.mark.parametrize(
    "sentence",
    [
        "发挥干部、班子两个表率作用。",
        "健全保障、督导、问责3项机制。",
        "重点抓好以下6个方面工作。",
        "实行领导带班和24小时应急值守。",
        "确定1名业务骨干负责编纂。",
        "会同公安经信等7个部门。",
        "序号五：四类桥梁改造2座。",
        "建设规模 续建国道66.3公里。",
    ],
)
def test_what_is_not_worth_asking_is_not_asked(sentence: str) -> None:
    told = report(QINGHE_2022.replace("改造农村公路危旧桥梁3座。", sentence), "清河2022.txt")
    asked = [c.text for c in askable(library((told, *reports()[1:]), 1))]
    assert sentence[:-1] not in asked
    assert "检查道路运输重点企业86家次" in asked


def test_a_rate_is_offered_near_rates_only() -> None:
    told = "农村公路列养率99%。桥梁健康监测覆盖率97%。路面机械化清扫率92%。充电设施覆盖率22%。"
    one = report(QINGHE_2022.replace("改造农村公路危旧桥梁3座。", told), "清河2022.txt")
    for item in items(library((one, *reports()[1:]), 1), ItemKind.SINGLE):
        assert not {"99%", "22%"} <= set(item.options)


def test_violations_found_are_no_plan_or_result_question() -> None:
    told = report(QINGHE_2022.replace("处置普通公路桥梁病害9处", "查处无证经营车辆46辆"), "清河2022.txt")
    found = items(library((told, *reports()[1:]), 1), ItemKind.ROLE)
    assert not [i for i in found if "46辆" in i.stem]


@pytest.mark.parametrize("heading", ["存在的问题", "下一步工作", "2022年工作回顾", "主要指标完成情况"])
def test_stock_headings_are_not_put_in_order(heading: str) -> None:
    told = report(QINGHE_2022.replace("公路养护工程", heading), "清河2022.txt")
    small = library((told,), 1)
    assert not [i for i in items(small, ItemKind.ORDER) if heading in i.options]


def test_deadlines_differ_in_month(small_library: Library) -> None:
    (item,) = items(small_library, ItemKind.DEADLINE)[:1]
    assert {*item.options} == {"6月底前", "9月底前", "10月底前"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("6月底前", (6, 3)),
        ("上半年", (6, 3)),
        ("二季度末", (6, 3)),
        ("年底前", (12, 3)),
        ("十一月上旬", (11, 1)),
        ("9月18日", None),
    ],
)
def test_deadlines_read(raw: str, expected: tuple[int, int] | None) -> None:
    assert due(raw) == expected


def test_which_year_needs_two_years_of_the_same_role() -> None:
    later = report(QINGHE_2022.replace("2022", "2021").replace("23公里", "18公里"), "清河2021.txt")
    both = library((*reports(), later), 1)
    found = items(both, ItemKind.YEAR)
    item = next(i for i in found if "18公里" in i.stem)
    assert item.stem == "“全年完成农村公路新改建里程18公里”，这是清河县交通运输局哪一年的完成情况？"
    assert (item.options, item.key) == (("2021年", "2022年"), Key((0,)))
    assert not [i for i in found if "危旧桥梁3座" in i.stem], "两年都有的数问不得"


def test_a_figure_given_twice_differently_is_not_asked() -> None:
    clash = report(QINGHE_2022.replace("23公里", "24公里"), "清河2022另.txt")
    both = library((*reports(), clash), 1)
    assert not [
        c
        for c in askable(both)
        if "农村公路新改建里程" in c.text and c.label.startswith("清河") and c.fact.year == 2022
    ]


def test_blanked_figures_are_never_used() -> None:
    hidden = library((report(QINGHE_2022.replace("23公里", "xx公里"), "清.txt"), report(LINXI_2022, "临.txt")), 1)
    for item in generate(hidden, 1):
        assert "xx" not in "".join((item.stem, *item.options)).replace(
            "xx公里", "" if "依次" in item.stem else "xx公里"
        )


def test_the_same_amount_in_another_unit_is_no_option() -> None:
    other = report(DONGSHAN_2022.replace("17公里", "23000米"), "东山.txt")
    mixed = library(
        (report(QINGHE_2022, "清.txt"), report(LINXI_2022, "临.txt"), report(QINGHE_2023, "清3.txt"), other), 1
    )
    for item in items(mixed, ItemKind.SINGLE):
        assert not {"23 公里", "23000 米"} <= set(item.options)


def test_items_of_one_paper_do_not_give_each_other_away(small_library: Library) -> None:
    chosen = pick(small_library, 3, numbers_of(Settings(number=6)))
    assert len(chosen) == 6
    assert not [1 for a, b in combinations(chosen, 2) if gives_away(a, b)]


def test_difficulty_follows_how_close_the_options_are(small_library: Library) -> None:
    near = next(i for i in items(small_library, ItemKind.SINGLE) if "1.8亿元" in i.key_text())
    far = next(i for i in items(small_library, ItemKind.SINGLE) if "23 公里" in i.key_text())
    assert 0 <= far.difficulty <= 1
    assert level(near)
    assert level(replace(near, difficulty=0.9)).value == "难"


@given(st.integers(0, 10_000), st.integers(1, 12))
@settings(max_examples=15, deadline=None)
def test_any_seed_gives_items_both_checks_accept(seed: int, number: int) -> None:
    shelf = reports()
    small = library(shelf, 1)
    chosen = pick(small, seed, numbers_of(Settings(number=number)))
    assert check(chosen, shelf) == ()
    for item in chosen:
        right = {item.options[i] for i in item.key.choices}
        values = [amount(o) for o in item.options if amount(o) is not None]
        assert len(set(values)) == len(values)
        assert len(set(item.options)) == len(item.options)
        if item.kind is ItemKind.SINGLE:
            assert len(right) == 1
            assert not any(r in item.stem for r in right)
        assert decoded(encoded(item)) == item


_BROKEN: list[tuple[str, str]] = [
    ("2023年", "2022年"),
    ("计划", "完成"),
    ("清河县", "东山县"),
    (BLANK, f"30公里{BLANK}"),
]


@pytest.mark.parametrize(("old", "new"), _BROKEN)
def test_a_stem_changed_in_year_role_bureau_or_figure_is_rejected_twice(
    small_library: Library, old: str, new: str
) -> None:
    item = next(i for i in items(small_library, ItemKind.FILL) if i.key.text == "30公里")
    wrong = replace(item, stem=item.stem.replace(old, new))
    assert Prover(reports()).fault(wrong) is not None
    assert check([wrong], reports()) or old == "计划", "第二道检验只看标题，不看题干里的“计划”二字"


def _wrong_keys(item: Item) -> list[Item]:
    """同一道题，答案错了的各种样子。"""
    if item.kind is ItemKind.FILL:
        return [replace(item, key=Key(text=f"1{item.key.text}"))]
    if item.kind is ItemKind.MULTIPLE:
        more = tuple(sorted((*item.key.choices, item.wrongs[0].option)))
        return [replace(item, key=Key(more)), replace(item, key=Key(item.key.choices[1:]), rests_on=item.rests_on[1:])]
    return [replace(item, key=Key(tuple((i + 1) % len(item.options) for i in item.key.choices)))]


def test_a_wrong_key_is_rejected_twice(small_library: Library) -> None:
    prover = Prover(reports())
    for item in generate(small_library, 1):
        for wrong in _wrong_keys(item):
            assert prover.fault(wrong) is not None, item.stem
            assert check([wrong], reports()), item.stem


def test_an_option_that_is_not_in_the_reports_is_rejected_twice(small_library: Library) -> None:
    prover = Prover(reports())
    for item in generate(small_library, 1):
        if item.wrongs and item.kind not in (ItemKind.TRUE_FALSE, ItemKind.ROLE):
            options = list(item.options)
            options[item.wrongs[0].option] += "整"
            wrong = replace(item, options=tuple(options))
            assert prover.fault(wrong) is not None, item.stem
            assert check([wrong], reports()), item.stem


def test_a_year_that_is_not_the_headings_is_rejected_twice(small_library: Library) -> None:
    prover = Prover(reports())
    for item in generate(small_library, 1):
        if item.year is not None:
            wrong = replace(item, year=item.year - 3)
            assert prover.fault(wrong) is not None, item.stem
            assert check([wrong], reports()), item.stem


def test_a_quote_that_is_not_in_the_report_is_rejected_twice(small_library: Library) -> None:
    item = items(small_library, ItemKind.FILL)[0]
    source = replace(item.rests_on[0], quote=item.rests_on[0].quote.replace("里程", "路程") + "啊")
    wrong = replace(item, rests_on=(source,))
    assert Prover(reports()).fault(wrong) == "引文与原文不符"
    assert [f.what for f in check([wrong], reports())] == ["引文不在报告里"]


def test_shares_add_up() -> None:
    for number in range(1, 40):
        assert sum(numbers_of(Settings(number=number)).values()) == number
    assert numbers_of(Settings(number=3, shares={ItemKind.FILL: 2, ItemKind.ORDER: 1})) == {
        ItemKind.FILL: 2,
        ItemKind.ORDER: 1,
    }


def test_the_second_check_reads_figures_itself() -> None:
    assert figure("三十公里") == figure("30公里") == figure("30 千米")
    assert figure("1.8亿元") == figure("18000万元")
    assert figure("百分之三十") == figure("30%")
    assert amount("农村公路") is None


def test_only_figures_are_asked(small_library: Library) -> None:
    assert all(is_figure(c.quantity) for c in askable(small_library))
