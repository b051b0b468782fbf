"""断句。"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.records import Span
from index.sentences import clauses, sentences

ALPHABET = "路桥年30，；。！？“”‘’（）《》\n 、："


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成30公里；改造6座。力争全年完成！", ["完成30公里；改造6座。", "力争全年完成！"]),
        ("第一行\n第二行。第三句", ["第一行", "第二行。", "第三句"]),
        ("落实“一是快。二是好。”的要求。下句。", ["落实“一是快。二是好。”的要求。", "下句。"]),
        ("他说：“要快。”随后开工。", ["他说：“要快。”", "随后开工。"]),
        ("完成验收（含复检。）工作。", ["完成验收（含复检。）工作。"]),
        ("完成验收。（见附件。）开工。", ["完成验收。", "（见附件。）", "开工。"]),
        ("围绕“一张网建设。下句。", ["围绕“一张网建设。", "下句。"]),
        ("真的？！是。", ["真的？！", "是。"]),
        ("投资1.5亿元。", ["投资1.5亿元。"]),
        ("  缩进的行。  ", ["缩进的行。"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in sentences(text)] == expected


@given(st.text(ALPHABET))
def test_sentences_cover_all_but_blanks(text: str) -> None:
    spans = sentences(text)
    covered = "".join(span.of(text) for span in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() and "\n" not in span.of(text) for span in spans)


def test_long_sentence_is_cut_at_semicolons_then_commas() -> None:
    text = "甲乙丙，丁戊己；庚辛壬，癸子丑寅。"
    parts = clauses(text, Span(0, len(text)), 8)
    assert [part.of(text) for part in parts] == ["甲乙丙，丁戊己；", "庚辛壬，", "癸子丑寅。"]


@given(st.text(ALPHABET, min_size=1), st.integers(1, 30))
def test_clauses_adjoin_and_are_short(text: str, longest: int) -> None:
    parts = clauses(text, Span(0, len(text)), longest)
    assert "".join(part.of(text) for part in parts) == text
    assert all(part.end - part.start <= longest for part in parts)
