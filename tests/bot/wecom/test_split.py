"""分段：接起来是原文，每段不超过 2048 字节，不断在字、数字、表格的行与出处之中。"""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.split import LIMIT, size, split
from tests.bot.wecom.clerk import LONG_LINES

NUMBERS = re.compile(r"\d+(?:,\d{3}(?!\d))*(?:\.\d+)?")
WORDS = st.sampled_from(
    [
        *("农村公路", "新改建", "30公里", "1,234.56万元", "2022—2023年", "，", "。", "；", "5%", "133.4", "三千二百"),
        *("**30_公里**", "一是", "🚧", "é", "👷🏽\u200d♀️", " ", "\n", "\n\n", "| 2022年 | 23 公里 |\n"),
        "《清河县交通运输局2023年工作计划》",
    ]
)
TEXTS = st.lists(WORDS, max_size=400).map("".join)


@given(TEXTS, st.sampled_from([100, 400, LIMIT]))
def test_parts_are_the_whole_and_fit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(0 < size(part) <= limit for part in parts)


@given(st.text(max_size=3000), st.sampled_from([60, 300]))
def test_any_text_at_all(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(0 < size(part) <= limit for part in parts)


def cuts(text: str, limit: int) -> set[int]:
    """在哪些位置断开。"""
    found, at = set(), 0
    for part in split(text, limit)[:-1]:
        at += len(part)
        found.add(at)
    return found


@given(TEXTS, st.sampled_from([100, 400, LIMIT]))
def test_no_number_and_no_title_is_cut(text: str, limit: int) -> None:
    places = cuts(text, limit)
    whole = [*NUMBERS.finditer(text), *re.finditer(r"《[^《》\n]*》|\*\*[^*\n]+\*\*", text)]
    for match in whole:
        if size(match.group()) <= limit // 2:
            assert not places & set(range(match.start() + 1, match.end())), match.group()


@given(st.lists(st.text("公路桥梁0123456789，。|", max_size=60), max_size=120))
def test_lines_that_fit_are_never_cut(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert all(text[at - 1] == "\n" for at in cuts(text, 400))


def test_short_text_is_one_part() -> None:
    assert split("30 公里") == ("30 公里",)
    assert split("") == ()


def test_limit_is_in_bytes() -> None:
    assert [len(part) for part in split("路" * 1400)] == [682, 682, 36]


def test_ends_at_a_paragraph_when_that_is_near() -> None:
    first = "第一段。\n" * 100 + "\n"
    assert split(first + "第二段。\n" * 100)[0] == first


def test_one_long_line_ends_after_a_sentence() -> None:
    parts = split("完成农村公路新改建30公里，危桥改造4座。" * 90)
    assert len(parts) == 3
    assert all(part.endswith("。") for part in parts)


def test_a_number_longer_than_a_message() -> None:
    assert "".join(split("9" * 5000)) == "9" * 5000


def test_three_thousand_characters() -> None:
    text = "\n".join(LONG_LINES)
    parts = split(text)
    assert len(text) > 3000
    assert "".join(parts) == text
    assert [line for part in parts for line in part.splitlines()] == list(LONG_LINES)
