"""证明：改动过的答复一律不放行，写法不同而意思相同的放行。"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import FactShown, Reply, Status
from bot.guard import proven
from corpus.records import Role, Span
from index.store import Store
from tests.bot.library import answerer, shelved

QUESTIONS = (
    "沂源2022年农村公路新改建完成多少公里",
    "沂源2023年村道安防多少公里",
    "沂源2023年危桥改造几座",
    "沂源2022年完成投资多少",
    "沂源2022年查处违法超限车辆多少辆",
    "湘西2023年固定资产投资完成多少亿元",
    "湘西2024年计划改造危桥多少座",
    "武威2023年投入养护资金多少",
    "武威2023年养护里程多少公里",
    "武威2023年参训多少人次",
    "沂源2022年农村公路优良中等路率是多少",
    "沂源2022年农村公路新改建计划和完成各多少",
    "沂源2022年和2023年危桥改造各多少座",
)
UNITS = {"万元": "亿元", "亿元": "万元", "公里": "座", "座": "公里", "辆": "万辆", "人次": "人", "%": "公里"}
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Check = Callable[[Reply], bool]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """入了库的一架报告。"""
    store = shelved(tmp_path_factory.mktemp("报告"), tmp_path_factory.mktemp("索引"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def right(store: Store) -> tuple[Reply, ...]:
    """真答出来的、对的答复。"""
    answers = answerer(store)
    return tuple(answers.answer(question) for question in QUESTIONS)


@pytest.fixture(scope="module")
def passes(store: Store) -> Check:
    """这条答复放不放行。"""
    return lambda reply: proven(reply, store.report)


def first_fact(reply: Reply, **changes: object) -> Reply:
    """改第一条事实。"""
    return replace(reply, facts=(replace(reply.facts[0], **changes), *reply.facts[1:]))  # type: ignore[arg-type]  # 改哪一项由测试定


def said(fact: FactShown) -> str:
    """这条事实在答复文字里的数。"""
    return str(fact.value)


def test_right_answers_pass(right: tuple[Reply, ...], passes: Check) -> None:
    assert [reply.status for reply in right] == [Status.ANSWERED] * len(QUESTIONS)
    assert all(reply.facts and passes(reply) for reply in right)


# 改动一处就不放行

numbers = st.integers(0, len(QUESTIONS) - 1)


@SETTINGS
@given(which=numbers, data=st.data())
def test_changed_digit_in_the_fact(right: tuple[Reply, ...], passes: Check, which: int, data: st.DataObject) -> None:
    reply = right[which]
    value = said(reply.facts[0])
    at = data.draw(st.sampled_from([i for i, c in enumerate(value) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != value[at]]))
    assert not passes(first_fact(reply, value=value[:at] + digit + value[at + 1 :]))


@SETTINGS
@given(which=numbers, data=st.data())
def test_changed_digit_in_the_words(right: tuple[Reply, ...], passes: Check, which: int, data: st.DataObject) -> None:
    """文字里数量的任何一位改了，都不放行；改成引文里另一个同单位的数也不行。"""
    reply = right[which]
    value = said(reply.facts[0])
    start = reply.text.index(f"{value} " if f"{value} " in reply.text else value)
    at = start + data.draw(st.sampled_from([i for i, c in enumerate(value) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != reply.text[at]]))
    assert not passes(replace(reply, text=reply.text[:at] + digit + reply.text[at + 1 :]))


@pytest.mark.parametrize("which", range(len(QUESTIONS)))
def test_changed_unit(right: tuple[Reply, ...], passes: Check, which: int) -> None:
    reply = right[which]
    unit = reply.facts[0].unit
    assert not passes(first_fact(reply, unit=UNITS[unit]))
    assert not passes(replace(reply, text=reply.text.replace(unit, UNITS[unit], 1)))


@SETTINGS
@given(which=numbers, year=st.integers(2015, 2030))
def test_changed_year(right: tuple[Reply, ...], passes: Check, which: int, year: int) -> None:
    reply = right[which]
    told = reply.facts[0].year
    if year == told:
        return
    assert not passes(first_fact(reply, year=year))
    others = {fact.year for fact in reply.facts[1:]}
    if year not in others:
        assert not passes(replace(reply, text=reply.text.replace(f"{told}年", f"{year}年")))


@pytest.mark.parametrize("which", range(len(QUESTIONS)))
def test_changed_role(right: tuple[Reply, ...], passes: Check, which: int) -> None:
    reply = right[which]
    role = reply.facts[0].role
    other = Role.PLAN if role is Role.RESULT else Role.RESULT
    assert not passes(first_fact(reply, role=other))
    assert not passes(first_fact(reply, role=None))
    word, wrong = ("完成", "计划") if role is Role.RESULT else ("计划", "完成")
    assert not passes(replace(reply, text=re.sub(f"年( ?){word}", rf"年\1{wrong}", reply.text, count=1)))


@pytest.mark.parametrize("which", range(len(QUESTIONS)))
def test_changed_issuer(right: tuple[Reply, ...], passes: Check, which: int) -> None:
    reply = right[which]
    issuer = str(reply.facts[0].issuer)
    other = "湘西自治州交通运输局" if issuer != "湘西自治州交通运输局" else "沂源县交通运输局"
    assert not passes(first_fact(reply, issuer=other))
    assert not passes(first_fact(reply, issuer=None))
    assert not passes(replace(reply, text=reply.text.replace(issuer, other)))


@pytest.mark.parametrize("which", range(len(QUESTIONS)))
def test_changed_subject_section_or_source(right: tuple[Reply, ...], passes: Check, which: int) -> None:
    reply = right[which]
    assert not passes(first_fact(reply, subject="机场旅客吞吐量"))
    assert not passes(first_fact(reply, section="三、别的一节"))
    assert not passes(first_fact(reply, quote=reply.facts[0].quote + "。"))
    assert not passes(first_fact(reply, value=None))
    assert not passes(replace(reply, citations=()))


@SETTINGS
@given(which=numbers, data=st.data())
def test_changed_quote_or_span(right: tuple[Reply, ...], passes: Check, which: int, data: st.DataObject) -> None:
    reply = right[which]
    cited = reply.citations[0]
    at = data.draw(st.integers(0, len(cited.quote) - 1))
    letter = data.draw(st.characters(exclude_characters=cited.quote[at], categories=["L", "N"]))
    quote = cited.quote[:at] + letter + cited.quote[at + 1 :]
    assert not passes(replace(reply, citations=(replace(cited, quote=quote), *reply.citations[1:])))
    shift = data.draw(st.integers(1, 9))
    span = Span(cited.span.start + shift, cited.span.end + shift)
    assert not passes(replace(reply, citations=(replace(cited, span=span), *reply.citations[1:])))


INVENTED = st.tuples(
    st.integers(1, 99999), st.sampled_from(["公里", "座", "万元", "亿元", "%", "辆", "人次", "个", "项", "处"])
)


@SETTINGS
@given(which=numbers, invented=INVENTED)
def test_an_invented_second_number(
    right: tuple[Reply, ...], passes: Check, which: int, invented: tuple[int, str]
) -> None:
    reply = right[which]
    number, unit = invented
    written = f"{number}{unit}"
    if written in "".join(cited.quote for cited in reply.citations):
        return
    assert not passes(replace(reply, text=f"{reply.text}，另有{written}"))


@pytest.mark.parametrize("added", ["，比上年增长 8.8%", "，排名第七", "，3月底前建成", "，约占三分之一", "，共十二座"])
def test_an_invented_rank_deadline_or_share(right: tuple[Reply, ...], passes: Check, added: str) -> None:
    assert not any(passes(replace(reply, text=reply.text + added)) for reply in right)


def test_refusal_with_an_altered_quote(store: Store, passes: Check) -> None:
    """拒答时附的“最接近的”也要逐字；文字里的数也要出自它。"""
    reply = answerer(store).answer("沂源2023年农村公路新改建完成了多少公里")
    assert reply.status is Status.NOT_FOUND
    assert passes(reply)
    cited = reply.citations[0]
    assert not passes(replace(reply, citations=(replace(cited, quote=cited.quote.replace("30", "31")),)))
    assert not passes(replace(reply, text=reply.text.replace("30 公里", "31 公里")))
    assert not passes(replace(reply, text=reply.text.replace("30 公里", "30 座")))


def test_a_number_put_in_place_of_a_blanked_one(store: Store, passes: Check) -> None:
    reply = answerer(store).answer("湘西2023年投放出租车多少台")
    assert reply.status is Status.REDACTED
    assert passes(reply)
    assert not passes(first_fact(reply, value="12"))
    assert not passes(replace(reply, text=reply.text + "，约 200 台"))


# 写法不同，意思相同

CHINESE = {"23 公里": "二十三公里", "180 公里": "一百八十公里", "28 座": "二十八座", "1.8亿元": "18000万元"}
CHINESE |= {"2600万元": "0.26亿元", "86.5亿元": "865000万元"}


@SETTINGS
@given(which=numbers, gaps=st.lists(st.integers(0, 60), max_size=4))
def test_spaces_pass(right: tuple[Reply, ...], passes: Check, which: int, gaps: list[int]) -> None:
    """数与单位之间、标点旁多出或少掉的空格。"""
    reply = right[which]
    assert passes(replace(reply, text=reply.text.replace(" ", "")))
    text = reply.text
    for gap in gaps:
        at = gap % (len(text) + 1)
        if at in (0, len(text)) or not (text[at - 1].isdigit() and text[at].isdigit()):
            text = text[:at] + " " + text[at:]
    assert passes(replace(reply, text=text))


@pytest.mark.parametrize("which", range(len(QUESTIONS)))
def test_full_width_digits_pass(right: tuple[Reply, ...], passes: Check, which: int) -> None:
    reply = right[which]
    wide = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
    assert passes(replace(reply, text=reply.text.translate(wide)))


@pytest.mark.parametrize(("written", "same"), CHINESE.items())
def test_other_spellings_of_the_same_amount_pass(
    right: tuple[Reply, ...], passes: Check, written: str, same: str
) -> None:
    said_so = [reply for reply in right if written in reply.text]
    assert said_so
    assert all(passes(replace(reply, text=reply.text.replace(written, same))) for reply in said_so)


@pytest.mark.parametrize("which", range(len(QUESTIONS)))
def test_value_with_trailing_zero_passes(right: tuple[Reply, ...], passes: Check, which: int) -> None:
    """23 与 23.0 是一个数。"""
    reply = right[which]
    value = Decimal(said(reply.facts[0]))
    assert passes(first_fact(reply, value=str(value + Decimal("0.00"))))


@pytest.mark.parametrize("which", range(len(QUESTIONS)))
def test_headline_caption_and_cells_are_proven_too(right: tuple[Reply, ...], passes: Check, which: int) -> None:
    """醒目的一行、说明和表格也是给人看的。"""
    reply = right[which]
    if reply.table is None:
        assert not passes(replace(reply, headline="77 公里"))
        year = reply.facts[0].year
        assert not passes(replace(reply, caption=reply.caption.replace(str(year), "2019")))
        return
    (label, (cell, *_)), *others = reply.table.rows
    wrong = ((label, (replace(cell, text="77 座"),)), *others)
    assert not passes(replace(reply, table=replace(reply.table, rows=wrong)))
    swapped = ((label, reply.table.rows[1][1]), (reply.table.rows[1][0], (cell,)))
    assert not passes(replace(reply, table=replace(reply.table, rows=swapped)))
