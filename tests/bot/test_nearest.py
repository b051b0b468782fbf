"""向量索引跟着索引换代：增、删、重建都与逐个比较的结果一致。"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.nearest import FILE, Nearest
from index.build import bring_up_to_date
from index.store import Store
from tests.bot.letters import Letters
from tests.bot.small import PLAN, SUMMARY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """只有一份计划的文件夹。"""
    (tmp_path / "报告").mkdir()
    (tmp_path / "报告" / "计划.txt").write_text(PLAN, encoding="utf-8")
    return tmp_path / "报告"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """一个空索引。"""
    with Store(tmp_path / "index.sqlite") as opened:
        yield opened


def agrees(nearest: Nearest, store: Store) -> bool:
    """向量索引里的段落正是索引里的，最近的几段也与逐个比较的相同。"""
    vectors = nearest.current()
    ids, matrix = store.vectors(Letters.name)
    if vectors is None:
        return len(ids) == 0
    query = Letters().encode_query("农村公路新改建多少公里")
    scores = matrix.astype(np.float32) @ query
    expected = sorted(zip(ids.tolist(), scores.tolist(), strict=True), key=lambda hit: (-hit[1], hit[0]))[:3]
    found = vectors.search(query, 3)
    return np.array_equal(vectors.ids, ids) and np.allclose([s for _, s in found], [s for _, s in expected], atol=1e-5)


def test_follows_each_generation(folder: Path, store: Store, tmp_path: Path) -> None:
    nearest = Nearest(store, Letters, tmp_path)
    assert nearest.current() is None
    bring_up_to_date(folder, store, Letters())
    assert agrees(nearest, store)
    (folder / "总结.txt").write_text(SUMMARY, encoding="utf-8")
    bring_up_to_date(folder, store, Letters())
    assert agrees(nearest, store)
    (folder / "计划.txt").unlink()
    bring_up_to_date(folder, store, Letters())
    assert agrees(nearest, store)


def test_stale_or_broken_file_is_rebuilt(folder: Path, store: Store, tmp_path: Path) -> None:
    bring_up_to_date(folder, store, Letters())
    assert agrees(Nearest(store, Letters, tmp_path), store)
    (tmp_path / FILE).write_bytes(b"broken")
    assert agrees(Nearest(store, Letters, tmp_path), store)
    (folder / "总结.txt").write_text(SUMMARY, encoding="utf-8")
    bring_up_to_date(folder, store, Letters())
    assert agrees(Nearest(store, Letters, tmp_path), store)
