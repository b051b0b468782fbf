"""读懂问题：年度、性质、单位和问法。"""

import pytest

from bot.cues import Kind
from bot.dialogue import understand
from bot.question import read, years_in
from corpus.records import Role


@pytest.mark.parametrize(
    "text", ["2023年修了多少路", "23年修了多少路", "二〇二三年修了多少路", "二三年修了多少路", "２０２３年修了多少路"]
)
def test_years(text: str) -> None:
    assert read(text).years == (2023,)


def test_what_is_no_year() -> None:
    assert years_in("修了2023公里") == ()
    assert years_in("船龄超15年的几艘") == ()
    assert years_in("2022和2023年各多少") == (2022, 2023)


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("新改建多少公里", Kind.AMOUNT, "米"),
        ("新改建多少km", Kind.AMOUNT, "米"),
        ("修了多少路", Kind.AMOUNT, "米"),
        ("投资多少亿", Kind.AMOUNT, "元"),
        ("优良率是多少", Kind.AMOUNT, "%"),
        ("什么时候通车", Kind.WHEN, None),
        ("排名第几", Kind.RANK, None),
        ("由谁承建", Kind.WHO, None),
        ("投资36亿对吗", Kind.CONFIRM, None),
        ("两项加起来多少", Kind.SUM, None),
    ],
)
def test_kind_and_unit(text: str, kind: Kind, unit: str | None) -> None:
    question = read(text)
    assert (question.kind, question.unit) == (kind, unit)


@pytest.mark.parametrize(
    ("text", "role", "strict"),
    [
        ("计划新改建多少公里", Role.PLAN, True),
        ("实际新改建多少公里", Role.RESULT, True),
        ("计划和完成各多少", None, False),
        ("两年各完成多少公里", Role.RESULT, True),
        ("新改建多少公里", None, False),
    ],
)
def test_role(text: str, role: Role | None, *, strict: bool) -> None:
    question = read(text)
    assert (question.role, question.strict) == (role, strict)


def test_the_asserted_figure_keeps_its_unit() -> None:
    assert [(str(q.value), q.unit) for q in read("2023年投资36亿对吗").claims] == [("36", "亿")]


def test_a_follow_up_takes_what_it_leaves_out() -> None:
    question = understand("那2022年呢", ("沂源2023年危桥改造多少座",))
    assert question.years == (2022,)
    assert (question.kind, question.unit, question.counter) == (Kind.AMOUNT, "个", "座")
    assert "危桥改造" in [term.text for term in question.terms]


def test_a_whole_question_ignores_the_past() -> None:
    past = ("沂源2023年危桥改造多少座",)
    assert understand("湘西2022年农村公路新改建多少公里", past).terms == read("湘西2022年农村公路新改建多少公里").terms
