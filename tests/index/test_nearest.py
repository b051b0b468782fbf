"""向量索引跟着索引走；文件不在、坏了、旧了、是别人的，答案都一样。"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import bring_up_to_date
from index.folder import state_dir
from index.nearest import FILE, Nearest
from index.store import Store
from tests.encoders import HashEncoder
from tests.index.samples import LINXI_2022, QINGHE_2023


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """两份报告的文件夹。"""
    (tmp_path / "甲.txt").write_text(QINGHE_2023, encoding="utf-8")
    (tmp_path / "乙.txt").write_text(LINXI_2022, encoding="utf-8")
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """建好的索引。"""
    with Store(state_dir(folder) / "index.sqlite") as opened:
        bring_up_to_date(folder, opened, HashEncoder())
        yield opened


def found(store: Store, nearest: Nearest) -> list[str]:
    """与“处治塌方滑坡”最近的两段，按远近。"""
    vectors = nearest.current()
    assert vectors is not None
    hits = vectors.search(HashEncoder().encode_query("处治塌方滑坡12处"), 2)
    return [passage.text for passage in store.passages([at for at, _ in hits]).values()]


def test_file_is_written_with_the_index_and_read_back(store: Store) -> None:
    assert (store.path.parent / FILE).exists()
    assert "塌方滑坡" in found(store, Nearest(store, "hash-64"))[0]


def test_what_the_file_was_made_from_is_on_disk_first(folder: Path, store: Store, tmp_path: Path) -> None:
    """改了一份，更新完 WAL 还留着；由它重写向量文件之前，索引先落实，断电丢了 WAL 也不会退回从前。"""
    (folder / "甲.txt").write_text(QINGHE_2023.replace("42公里", "43公里"), encoding="utf-8")
    bring_up_to_date(folder, store, HashEncoder())
    wal = store.path.with_name(f"{store.path.name}-wal")
    assert wal.stat().st_size > 0
    (store.path.parent / FILE).unlink()
    assert Nearest(store, "hash-64").current() is not None
    left = tmp_path / "只剩主文件.sqlite"
    left.write_bytes(store.path.read_bytes())
    with Store(left) as survived:
        assert survived.generation() == store.generation()
        assert survived.catalogue().ids.tolist() == store.catalogue().ids.tolist()


@pytest.mark.parametrize("damage", ["missing", "truncated", "garbled"])
def test_bad_file_is_rebuilt(store: Store, damage: str) -> None:
    file = store.path.parent / FILE
    expected, content = found(store, Nearest(store, "hash-64")), bytearray(file.read_bytes())
    if damage == "missing":
        file.unlink()
    else:
        content[-7] ^= 255
        file.write_bytes(content[: len(content) // 2] if damage == "truncated" else content)
    assert found(store, Nearest(store, "hash-64")) == expected
    assert len(file.read_bytes()) == len(content)


def test_old_file_and_open_index_follow_changes(folder: Path, store: Store) -> None:
    running = Nearest(store, "hash-64")
    assert "塌方滑坡12处" in found(store, running)[0]
    (folder / "乙.txt").write_text(LINXI_2022.replace("12处", "13处"), encoding="utf-8")
    (folder / "甲.txt").unlink()
    bring_up_to_date(folder, store, HashEncoder())
    for nearest in (running, Nearest(store, "hash-64")):
        assert "塌方滑坡13处" in found(store, nearest)[0]
        vectors = nearest.current()
        assert vectors is not None
        assert list(vectors.ids) == list(store.catalogue().ids)


def test_file_of_another_index_is_not_trusted(folder: Path, store: Store, tmp_path: Path) -> None:
    other = tmp_path / "另一处"
    other.mkdir()
    (other / FILE).write_bytes((store.path.parent / FILE).read_bytes())
    with Store(other / "index.sqlite") as fresh:
        (folder / "甲.txt").unlink()
        bring_up_to_date(folder, fresh, HashEncoder())
        assert "塌方滑坡" in found(fresh, Nearest(fresh, "hash-64"))[0]


def test_no_vectors_until_they_are_complete(store: Store) -> None:
    assert Nearest(store, "另一个编码器").current() is None
    store.unsettle()
    assert Nearest(store, "hash-64").current() is None


def test_empty_index_has_no_vectors(folder: Path, store: Store) -> None:
    for name in ("甲.txt", "乙.txt"):
        (folder / name).unlink()
    bring_up_to_date(folder, store, HashEncoder())
    assert Nearest(store, "hash-64").current() is None
