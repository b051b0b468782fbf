"""BM25：与逐段照公式算的一致；主体、尾部、删去、存成文件都不改变答案。"""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.keywords import LENGTH_WEIGHT, SATURATION, Keywords, Shelf, WordRows, build, read, write

DOCUMENTS = st.dictionaries(st.integers(1, 60), st.lists(st.integers(0, 8), max_size=12), max_size=14)
QUERY = st.lists(st.integers(0, 10), max_size=6)


def rows(documents: dict[int, list[int]], beyond: int = 0) -> WordRows:
    """由 {段落编号: 词的编号…} 造逐段的用词。"""
    chosen = sorted(at for at in documents if at > beyond)
    counts = [Counter(documents[at]) for at in chosen]
    return WordRows(
        np.array(chosen, np.int64),
        np.array([len(count) for count in counts], np.int64),
        np.array([word for count in counts for word in count], np.int32),
        np.array([number for count in counts for number in count.values()], np.uint8),
    )


def ids(documents: dict[int, list[int]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """全部段落编号。"""
    return np.array(sorted(documents), np.int64)


def by_the_formula(documents: dict[int, list[int]], query: list[int]) -> dict[int, float]:
    """逐段照公式算。"""
    mean = sum(map(len, documents.values())) / max(1, len(documents))
    scores: dict[int, float] = {}
    for word in set(query):
        frequency = sum(word in words for words in documents.values())
        rarity = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
        for at, words in documents.items():
            if count := words.count(word):
                norm = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * len(words) / mean)
                scores[at] = scores.get(at, 0.0) + rarity * (SATURATION + 1) * count / (count + norm)
    return scores


@given(DOCUMENTS, QUERY)
def test_scores_agree_with_the_formula(documents: dict[int, list[int]], query: list[int]) -> None:
    keywords = Keywords(ids(documents), [build(rows(documents))])
    assert dict(keywords.best(query, 100)) == pytest.approx(by_the_formula(documents, query), rel=1e-4)


@given(DOCUMENTS, QUERY, st.integers(0, 60), st.sets(st.integers(1, 60)))
def test_tail_and_deletions_change_nothing(
    documents: dict[int, list[int]], query: list[int], edge: int, gone: set[int]
) -> None:
    base = build(rows({at: words for at, words in documents.items() if at <= edge}))
    tail = build(rows(documents, edge))
    present = {at: words for at, words in documents.items() if at not in gone}
    keywords = Keywords(ids(present), [base, tail])
    assert dict(keywords.best(query, 100)) == pytest.approx(by_the_formula(present, query), rel=1e-4)
    frequencies = keywords.frequencies()
    for word, frequency in enumerate(frequencies):
        assert frequency == keywords.frequency(word) == sum(word in words for words in present.values())


def test_best_is_ordered_cut_and_filtered() -> None:
    documents = {1: [0], 2: [0, 0, 0], 3: [0], 4: [1], 5: [1], 6: [1], 7: [2]}
    keywords = Keywords(ids(documents), [build(rows(documents))])
    assert [at for at, _ in keywords.best([0], 2)] == [2, 1]
    allowed = np.isin(ids(documents), [3, 4])
    assert [at for at, _ in keywords.best([0], 5, allowed)] == [3]
    assert keywords.best([99], 5) == []


def test_file_round_trip_and_distrust(tmp_path: Path) -> None:
    file = tmp_path / "keywords.bin"
    documents = {1: [0, 1], 5: [1, 2, 2]}
    write(file, build(rows(documents)), "甲")
    found = read(file, "甲")
    assert found is not None
    fresh = build(rows(documents))
    assert Keywords(ids(documents), [found]).best([2], 5) == Keywords(ids(documents), [fresh]).best([2], 5)
    assert read(file, "乙") is None
    del found
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert read(file, "甲") is None
    file.write_bytes(content[:100])
    assert read(file, "甲") is None
    assert [path.name for path in tmp_path.iterdir()] == ["keywords.bin"]


def test_shelf_follows_new_passages_without_rereading_old_ones(tmp_path: Path) -> None:
    documents = {1: [0], 2: [1]}
    asked: list[int] = []

    def load(beyond: int) -> WordRows:
        asked.append(beyond)
        return rows(documents, beyond)

    shelf = Shelf(tmp_path / "keywords.bin", load, "甲")
    assert [at for at, _ in shelf.keywords(ids(documents)).best([1], 5)] == [2]
    documents[3] = [1]
    del documents[2]
    assert [at for at, _ in shelf.keywords(ids(documents)).best([1], 5)] == [3]
    assert asked == [0, 2]
