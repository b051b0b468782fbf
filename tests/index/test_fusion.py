"""合并词与向量两路的分数。"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import WORDS_SHARE, fuse

SCORES = st.dictionaries(st.integers(0, 9), st.floats(-10, 10, allow_nan=False), max_size=6)


def test_best_of_both_first() -> None:
    hits = fuse({1: 8.0, 2: 4.0, 3: 0.0}, {2: 0.9, 3: 0.1, 4: 0.5})
    assert [h.passage for h in hits] == [1, 2, 4, 3]
    assert hits[0].score == pytest.approx(WORDS_SHARE)
    assert hits[1].score == pytest.approx(WORDS_SHARE / 2 + (1 - WORDS_SHARE))
    assert (hits[2].words, hits[2].dense) == (None, 0.5)


def test_one_way_only() -> None:
    assert [h.passage for h in fuse({7: 1.0, 5: 3.0}, {})] == [5, 7]
    assert fuse({}, {}) == ()


@given(SCORES, SCORES)
def test_every_passage_once_in_order(words: dict[int, float], dense: dict[int, float]) -> None:
    hits = fuse(words, dense)
    assert {h.passage for h in hits} == words.keys() | dense.keys()
    assert len(hits) == len(words.keys() | dense.keys())
    assert all(0 <= h.score <= 1 + 1e-9 for h in hits)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
