"""判分：打的字怎样读，数错与单位错分得清。"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quiz.grading import Verdict, choices, grade, grade_figure, read
from bot.quiz.items import Item, ItemKind, Key

RIGHT, VALUE, UNIT, DIM = Verdict.RIGHT, Verdict.WRONG_VALUE, Verdict.WRONG_UNIT, Verdict.UNREADABLE


@pytest.mark.parametrize(
    ("key", "said", "expected"),
    [
        ("30公里", "30", RIGHT),
        ("30公里", "30公里", RIGHT),
        ("30公里", " ３０ 公里。", RIGHT),
        ("30公里", "三十公里", RIGHT),
        ("30公里", "三十", RIGHT),
        ("30公里", "30km", RIGHT),
        ("30公里", "30千米", RIGHT),
        ("30公里", "30000米", RIGHT),
        ("30公里", "答案是30公里", RIGHT),
        ("30公里", "0.3百公里", DIM),
        ("30公里", "30米", UNIT),
        ("30公里", "30座", UNIT),
        ("30公里", "31公里", VALUE),
        ("30公里", "30万公里", UNIT),
        ("30公里", "31座", VALUE),
        ("30公里", "300", VALUE),
        ("30公里", "不知道", DIM),
        ("30公里", "", DIM),
        ("30公里", "二十到三十公里", DIM),
        ("1.8亿元", "1.8亿", RIGHT),
        ("1.8亿元", "18000万元", RIGHT),
        ("1.8亿元", "18000万", RIGHT),
        ("1.8亿元", "180000000元", RIGHT),
        ("1.8亿元", "180,000,000", RIGHT),
        ("1.8亿元", "一点八亿元", RIGHT),
        ("1.8亿元", "1.8", RIGHT),
        ("1.8亿元", "1.8万元", UNIT),
        ("1.8亿元", "1.8亿美元", UNIT),
        ("12万平方米", "十二万平方米", RIGHT),
        ("12万平方米", "120000平方米", RIGHT),
        ("3座", "3个", RIGHT),
        ("15辆", "15台", RIGHT),
        ("15辆", "15人", UNIT),
        ("98.5%", "百分之九十八点五", RIGHT),
        ("98.5%", "98.5％", RIGHT),
        ("98.5%", "98.5个百分点", UNIT),
        ("3000人", "3千人", RIGHT),
        ("30公里", "近30公里", RIGHT),
        ("30公里", "大约三十公里左右", RIGHT),
        ("30公里", "叁拾公里", RIGHT),
        ("30公里", "30多公里", DIM),
        ("30公里", "30公里以上", DIM),
        ("30公里", "28-30公里", DIM),
        ("1.8亿元", "1亿8千万", RIGHT),
        ("1.8亿元", "1亿8000万元", RIGHT),
        ("1.8亿元", "一亿八千万元", RIGHT),
        ("1.8亿元", "一亿八", RIGHT),
        ("1.8亿元", "1.8億元", RIGHT),
        ("1.8亿元", "￥1.8亿", RIGHT),
        ("1.8亿元", "1亿8万", VALUE),
        ("1.2万平方米", "12,000m²", RIGHT),
        ("1.2万平方米", "1.2万M2", RIGHT),
        ("1.2万平方米", "一万二", RIGHT),
        ("1.2万平方米", "1.2万立方米", UNIT),
        ("86家次", "86", RIGHT),
    ],
)
def test_figures_as_people_write_them(key: str, said: str, expected: Verdict) -> None:
    assert grade_figure(key, said) is expected


DECIMALS = st.decimals(min_value=Decimal("0.1"), max_value=Decimal(99999), places=1, allow_nan=False)


@given(DECIMALS)
def test_the_same_length_in_metres_is_right_and_in_other_units_is_not(value: Decimal) -> None:
    key = f"{value}公里"
    assert grade_figure(key, f"{value * 1000}米") is RIGHT
    assert grade_figure(key, f"{value}km") is RIGHT
    assert grade_figure(key, str(value)) is RIGHT
    assert grade_figure(key, f"{value}米") is UNIT
    assert grade_figure(key, f"{value}亩") is UNIT


@given(DECIMALS, DECIMALS)
def test_a_different_figure_is_never_right(value: Decimal, other: Decimal) -> None:
    assert (grade_figure(f"{value}亩", f"{other}亩") is RIGHT) is (value == other)
    assert (grade_figure(f"{value}亿元", f"{other * 10000}万元") is RIGHT) is (value == other)


@given(st.text(max_size=12))
def test_anything_typed_gets_a_verdict(said: str) -> None:
    assert grade_figure("30公里", said) in Verdict
    found = read(said)
    assert found is None or found[0] >= 0


def choice(kind: ItemKind, key: tuple[int, ...], *options: str) -> Item:
    """一道选择题。"""
    return Item(kind, "题干", options, Key(key), ())


ONE = choice(ItemKind.SINGLE, (1,), "30 公里", "23 公里", "41 公里")
MANY = choice(ItemKind.MULTIPLE, (0, 2), "甲项", "乙项", "丙项", "丁项")
ORDER = choice(ItemKind.ORDER, (1, 0, 2), "甲项", "乙项", "丙项")
TRUTH = choice(ItemKind.TRUE_FALSE, (0,), "对", "错")


@pytest.mark.parametrize(
    ("item", "said", "expected"),
    [
        (ONE, "B", RIGHT),
        (ONE, "ｂ", RIGHT),
        (ONE, "2", RIGHT),
        (ONE, "B.", RIGHT),
        (ONE, "23公里", RIGHT),
        (ONE, "A", Verdict.WRONG),
        (ONE, "AB", DIM),
        (ONE, "E", DIM),
        (ONE, "9", DIM),
        (MANY, "AC", RIGHT),
        (MANY, "c、a", RIGHT),
        (MANY, "1 3", RIGHT),
        (MANY, "13", RIGHT),
        (MANY, "A", Verdict.WRONG),
        (MANY, "ABC", Verdict.WRONG),
        (MANY, "AA", DIM),
        (ORDER, "BAC", RIGHT),
        (ORDER, "2-1-3", RIGHT),
        (ORDER, "B→A→C", RIGHT),
        (ORDER, "ABC", Verdict.WRONG),
        (TRUTH, "√", RIGHT),
        (TRUTH, "正确", RIGHT),
        (TRUTH, "错误", Verdict.WRONG),
        (TRUTH, "也许", DIM),
    ],
)
def test_choices_as_people_write_them(item: Item, said: str, expected: Verdict) -> None:
    assert grade(item, said) is expected


@given(st.permutations(range(4)))
def test_an_order_is_right_only_as_it_is(order: list[int]) -> None:
    item = choice(ItemKind.ORDER, (2, 0, 3, 1), "甲项", "乙项", "丙项", "丁项")
    said = "".join("ABCD"[i] for i in order)
    assert (grade(item, said) is RIGHT) is (tuple(order) == item.key.choices)


@given(st.text(max_size=8))
def test_choices_never_point_outside(said: str) -> None:
    for item in (ONE, MANY, ORDER, TRUTH):
        assert all(0 <= i < len(item.options) for i in choices(item, said) or ())


def test_own_text_is_compared_without_marks() -> None:
    item = Item(ItemKind.OWN_TEXT, "我局的简称？", (), Key(text="清河交通"), ())
    assert grade(item, "“清河 交通”。") is RIGHT
    assert grade(item, "清河公路") is Verdict.WRONG


@pytest.mark.parametrize(
    ("key", "said", "expected"),
    [
        ("2023年6月30日", "2023-06-30", RIGHT),
        ("2023年6月30日", "2023.6.30", RIGHT),
        ("2023年6月30日", "二〇二三年六月三十日", RIGHT),
        ("2023年6月30日", "2023/6/29", Verdict.WRONG),
        ("2023年6月", "2023-6", RIGHT),
        ("9月底前", "九月底", RIGHT),
        ("9月底前", "10月底前", Verdict.WRONG),
        ("30至40公里", "30～40公里", RIGHT),
        ("30至40公里", "30公里-40公里", RIGHT),
        ("30至40公里", "三十到四十公里", RIGHT),
        ("30至40公里", "30至41公里", VALUE),
        ("30至40公里", "40至30公里", VALUE),
        ("0536-3241234", "0536-3241235", Verdict.WRONG),
    ],
)
def test_dates_and_ranges_of_own_items(key: str, said: str, expected: Verdict) -> None:
    assert grade(Item(ItemKind.OWN_TEXT, "题干", (), Key(text=key), ()), said) is expected


@given(st.integers(1, 9999), st.integers(1, 9999), st.integers(1, 9999))
def test_a_range_is_right_only_at_both_ends(low: int, high: int, other: int) -> None:
    item = Item(ItemKind.OWN_TEXT, "题干", (), Key(text=f"{low}至{high}亩"), ())
    assert grade(item, f"{low}-{high}亩") is RIGHT
    assert (grade(item, f"{low}~{other}亩") is RIGHT) is (high == other)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_the_same_however_it_is_written(day: date) -> None:
    item = Item(ItemKind.OWN_TEXT, "题干", (), Key(text=f"{day.year}年{day.month}月{day.day}日"), ())
    for said in (day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day.year}/{day.month:02}/{day.day:02}"):
        assert grade(item, said) is RIGHT


@given(st.integers(1, 99), st.integers(1, 9999))
def test_hundred_millions_and_ten_thousands_add_up(large: int, small: int) -> None:
    key = f"{Decimal(large * 10000 + small) / 10000:f}亿元"
    assert grade_figure(key, f"{large}亿{small}万元") is RIGHT
    assert grade_figure(key, f"{large * 10000 + small}万") is RIGHT
    assert grade_figure(key, f"{large}亿{small}万亩") is not RIGHT
