"""向量索引：与逐个相乘所得相同；写回、过时、坏了。"""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from numpy.typing import NDArray

from index import vectors
from index.errors import CannotKeepIndex, NoRoom
from index.vectors import Stamp, Vectors, build, read

DIM = 8
STAMP = Stamp(7, "e5@1")
SEEDS = st.integers(0, 2**32 - 1)
IDS = st.lists(st.integers(0, 2**62), unique=True, max_size=40)


def rows(count: int, seed: int) -> NDArray[np.float16]:
    """长度为 1 的随机向量，半精度，和索引里存的一样。"""
    matrix = np.random.default_rng(seed).normal(size=(count, DIM))
    halves: NDArray[np.float16] = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float16)
    return halves


def brute(ids: Sequence[int], matrix: NDArray[np.float16], query: NDArray[np.float16]) -> dict[int, float]:
    """逐个相乘。"""
    scores = matrix.astype(np.float32) @ query.astype(np.float32)
    return dict(zip(ids, scores.tolist(), strict=True))


def best(scores: dict[int, float], k: int) -> list[float]:
    """最高的 `k` 个分数。"""
    return sorted(scores.values(), reverse=True)[: max(k, 0)]


def assert_best(found: list[tuple[int, float]], scores: dict[int, float], k: int) -> None:
    """所得正是分数最高的 `k` 个，分数也对；同分的取谁都行。"""
    np.testing.assert_allclose([score for _, score in found], best(scores, k), atol=1e-5)
    np.testing.assert_allclose([score for _, score in found], [scores[number] for number, _ in found], atol=1e-5)
    assert len(_numbers(found)) == len(found)


def _numbers(hits: list[tuple[int, float]]) -> set[int]:
    return {number for number, _ in hits}


@given(IDS, SEEDS, st.integers(-1, 60), st.one_of(st.none(), st.lists(st.integers(0, 50), max_size=60)))
def test_search_equals_brute_force(ids: list[int], seed: int, k: int, places: list[int] | None) -> None:
    matrix, query = rows(len(ids), seed), rows(1, seed + 1)[0]
    among = None if places is None else [ids[place] if place < len(ids) else place + 2**62 + 1 for place in places]
    allowed = [at for at, number in enumerate(ids) if among is None or number in among]
    scores = brute([ids[at] for at in allowed], matrix[allowed], query)
    assert_best(build(ids, matrix).search(query, k, among), scores, k)


class Life(RuleBasedStateMachine):
    """任意加、换、删、写回之后，仍与逐个相乘相同。"""

    def __init__(self) -> None:
        super().__init__()
        self.real = build([], rows(0, 0))
        self.truth: dict[int, NDArray[np.float16]] = {}

    @rule(ids=st.lists(st.integers(0, 30), unique=True, max_size=10), seed=SEEDS)
    def add(self, ids: list[int], seed: int) -> None:
        """加入或换掉。"""
        matrix = rows(len(ids), seed)
        self.real.add(ids, matrix)
        self.truth |= dict(zip(ids, matrix, strict=True))

    @rule(ids=st.lists(st.integers(0, 35), max_size=10))
    def remove(self, ids: list[int]) -> None:
        """去掉，可以没有、可以重复。"""
        self.real.remove(ids)
        self.truth = {number: row for number, row in self.truth.items() if number not in ids}

    @invariant()
    def same(self) -> None:
        """编号与前五名都相同。"""
        ids = list(self.truth)
        matrix = np.array([self.truth[number] for number in ids], np.float16).reshape(-1, DIM)
        assert self.real.ids.tolist() == sorted(ids)
        assert_best(self.real.search(rows(1, 1)[0], 5), brute(ids, matrix, rows(1, 1)[0]), 5)


Life.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestLife = Life.TestCase


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch) -> tuple[Vectors, NDArray[np.float16]]:
    """超过界限而分区的索引：编号 1000–2999。"""
    monkeypatch.setattr(vectors, "EXACT_LIMIT", 500)
    matrix = rows(2000, 3)
    return build(np.arange(1000, 3000), matrix), matrix


def test_many_vectors_are_searched_by_cells(cells: tuple[Vectors, NDArray[np.float16]]) -> None:
    index, matrix = cells
    kept = 0
    for row in matrix[:50]:
        scores = brute(range(1000, 3000), matrix, row)
        kept += sum(scores[number] >= best(scores, 10)[-1] for number, _ in index.search(row, 10))
    assert kept >= 0.85 * 500


def test_cells_are_all_searched_when_few_are_allowed(cells: tuple[Vectors, NDArray[np.float16]]) -> None:
    index, matrix = cells
    allowed = [1000, 1500, 2999]
    found = index.search(matrix[0], 5, allowed)
    assert found[0][0] == 1000
    assert _numbers(found) == set(allowed)


def test_cells_can_be_added_to_removed_from_and_kept(
    cells: tuple[Vectors, NDArray[np.float16]], tmp_path: Path
) -> None:
    index, matrix = cells
    index.remove([1000])
    index.add([5, 1001], matrix[[0, 500]])
    index.write(tmp_path / "v", STAMP)
    back = read(tmp_path / "v", STAMP)
    assert back is not None
    assert len(back) == 2000
    assert back.search(matrix[0], 1)[0][0] == 5
    assert _numbers(back.search(matrix[500], 2)) == {1001, 1500}


def test_what_was_written_is_read_back_and_can_be_added_to(tmp_path: Path) -> None:
    file = tmp_path / "向量 一.faiss"
    build([3, 1], rows(2, 0)).write(file, STAMP)
    back = read(file, STAMP)
    assert back is not None
    back.add([2], rows(1, 9))
    assert back.ids.tolist() == [1, 2, 3]
    query = rows(1, 5)[0]
    assert_best(back.search(query, 9), brute([3, 1, 2], np.vstack((rows(2, 0), rows(1, 9))), query), 9)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize("stamp", [Stamp(8, "e5@1"), Stamp(7, "e5@2")])
def test_a_stale_file_is_not_read(tmp_path: Path, stamp: Stamp) -> None:
    build([1], rows(1, 0)).write(tmp_path / "v", STAMP)
    assert read(tmp_path / "v", stamp) is None


def test_a_missing_file_is_not_read(tmp_path: Path) -> None:
    assert read(tmp_path / "v", STAMP) is None
    assert read(tmp_path, STAMP) is None


@given(st.data())
@settings(max_examples=60)
def test_a_damaged_file_is_not_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged"
    build([1, 2, 3], rows(3, 0)).write(file, STAMP)
    content = bytearray(file.read_bytes())
    if data.draw(st.booleans(), label="截断"):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)
    assert read(file, STAMP) is None


@pytest.mark.parametrize(
    ("code", "error", "sentence"),
    [
        (errno.ENOSPC, NoRoom, "磁盘已满"),
        (errno.EACCES, CannotKeepIndex, "没有写入的权限"),
        (errno.EROFS, CannotKeepIndex, "没有写入的权限"),
    ],
)
def test_what_cannot_be_written_is_told_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception], sentence: str
) -> None:
    file = tmp_path / "v"
    build([1], rows(1, 0)).write(file, STAMP)

    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(error, match=sentence):
        build([2], rows(1, 1)).write(file, STAMP)
    kept = read(file, STAMP)
    assert kept is not None
    assert kept.ids.tolist() == [1]
    assert list(tmp_path.iterdir()) == [file]
