"""分词与检索用词。"""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import words


def test_trade_words_stay_whole() -> None:
    assert words.cut("农村公路新改建30公里、危桥改造1座，“司机之家”和两客一危") == [
        *("农村公路", "新改建", "30", "公里", "、", "危桥改造", "1", "座", "，"),
        *("“", "司机之家", "”", "和", "两客一危"),
    ]


def test_terms_are_words_and_marked_bigrams_without_function_words() -> None:
    assert words.terms("治超的成效") == ["治超", "成效", "~治超", "~成效"]


def test_codes_and_numbers_stay_whole_and_widths_are_levelled() -> None:
    assert words.terms("Ｘ００９线 ETC 1.5 1,200人 5G") == ["x009", "线", "etc", "1.5", "1200", "人", "5g"]


def test_questions_are_asked_in_bigrams_and_codes() -> None:
    assert words.query_terms("2023年治超") == ["2023", "~年治", "~治超"]
    assert words.query_terms("X009线养护") == ["x009", "~线养", "~养护"]
    assert words.query_terms("路") == ["路"]


def test_a_word_and_a_bigram_of_the_same_characters_differ() -> None:
    assert words.terms("公路") == ["公路", "~公路"]


@pytest.mark.parametrize("cutter", [words._rust_cutter, words._python_cutter])  # noqa: SLF001  两个引擎一套测试
def test_both_engines_cut_alike(cutter: object) -> None:
    assert callable(cutter)
    assert cutter()("完成普通国省道预防性养护88公里") == ["完成", "普通国省道", "预防性养护", "88", "公里"]


def test_domain_terms_are_distinct() -> None:
    listed = words.domain_terms()
    assert len(listed) > 300
    assert len(listed) == len(set(listed))


def test_importing_loads_no_dictionary() -> None:
    program = "import sys, index.words; print(sorted({'jieba', 'rjieba'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "[]\n"


@given(st.text())
def test_cut_loses_nothing(text: str) -> None:
    assert "".join(words.cut(text)) == text


@given(st.text())
def test_terms_hold_no_blank(text: str) -> None:
    assert all(term and not any(character.isspace() for character in term) for term in words.terms(text))
