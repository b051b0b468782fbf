"""查验与修补、恢复备份：坏了的由报告重做，别的程序随即用上。"""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index import keywords
from index.build import bring_up_to_date
from index.nearest import FILE, Nearest, stamp
from index.store import KEYWORDS, Store
from index.vectors import build, read
from index.verify import verify
from tests.encoders import BrokenEncoder, HashEncoder
from tests.index.samples import LONG_AGO, QINGHE_2023, put


def damage(store: Store, sql: str, *values: object) -> None:
    """绕过程序改索引文件。"""
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(sql, values)
        connection.commit()


def sentences(folder: Path, store: Store) -> list[tuple[str, bool]]:
    """查验一遍说了什么。"""
    return [(one.sentence, one.repaired) for one in verify(folder, store.path, HashEncoder())]


@pytest.fixture
def indexed(folder: Path, store: Store) -> Store:
    """建好的索引。"""
    bring_up_to_date(folder, store, HashEncoder())
    return store


def test_sound_index_has_nothing_to_say(folder: Path, indexed: Store) -> None:
    generation = indexed.generation()
    assert sentences(folder, indexed) == []
    assert indexed.generation() == generation


def test_content_changed_behind_an_old_time_is_read_again(folder: Path, indexed: Store) -> None:
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO)
    assert sentences(folder, indexed) == [("《青河.txt》：内容变了，改动时间却没有变", True)]
    assert "43公里" in indexed.report("青河.txt").text
    assert sentences(folder, indexed) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM facts WHERE passage = (SELECT max(passage) FROM facts)", "个数字，实有"),
        ("UPDATE passages SET text = '改过' WHERE id = (SELECT max(id) FROM passages)", "段落与全文对不上"),
        ("UPDATE passages SET context = '改过' WHERE id = (SELECT max(id) FROM passages)", "段落的散列对不上"),
        ("UPDATE facts SET quote = '改过' WHERE id = (SELECT max(id) FROM facts)", "原句与全文对不上"),
        ("DELETE FROM words WHERE passage = (SELECT max(id) FROM passages)", "有的段落没有用词"),
        ("UPDATE reports SET body = x'00' WHERE id = (SELECT max(id) FROM reports)", "读不通"),
    ],
)
def test_rows_that_do_not_agree_are_made_again(folder: Path, indexed: Store, sql: str, said: str) -> None:
    damage(indexed, sql)
    ((sentence, repaired),) = sentences(folder, indexed)
    assert sentence.startswith("《青河.txt》：")
    assert said in sentence
    assert repaired
    assert sentences(folder, indexed) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE vectors SET vector = x'0000' WHERE text_hash = (SELECT min(text_hash) FROM vectors)",
        "UPDATE vectors SET vector = zeroblob(128) WHERE text_hash = (SELECT min(text_hash) FROM vectors)",
        "DELETE FROM vectors WHERE text_hash = (SELECT min(text_hash) FROM vectors)",
    ],
)
def test_bad_and_missing_vectors_are_encoded_again(folder: Path, indexed: Store, sql: str) -> None:
    damage(indexed, sql)
    assert sentences(folder, indexed) == [("1 个向量坏了或缺了。", True)]
    assert len(indexed.vectors("hash-64")[0]) == indexed.passage_count
    assert sentences(folder, indexed) == []


def test_without_an_encoder_vectors_cannot_be_repaired(folder: Path, indexed: Store) -> None:
    damage(indexed, "DELETE FROM vectors")
    found = verify(folder, indexed.path, BrokenEncoder())
    assert [one.repaired for one in found] == [False]


def test_wrong_faiss_file_is_written_again(folder: Path, indexed: Store) -> None:
    file = indexed.path.with_name(FILE)
    ids, matrix = indexed.vectors("hash-64")
    build(ids, np.roll(matrix, 1, axis=0)).write(file, stamp(indexed, "hash-64"))
    assert sentences(folder, indexed) == [("vectors.faiss 与索引对不上，已由索引重写。", True)]
    saved = read(file, stamp(indexed, "hash-64"))
    assert saved is not None
    assert not saved.disagrees(ids, matrix)


def test_cut_off_faiss_file_is_written_again(folder: Path, indexed: Store) -> None:
    file = indexed.path.with_name(FILE)
    file.write_bytes(file.read_bytes()[:-100])
    assert len(sentences(folder, indexed)) == 1
    assert sentences(folder, indexed) == []


def test_wrong_keywords_file_is_written_again(folder: Path, indexed: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keywords, "TAIL", 1)
    indexed.path.with_name(KEYWORDS).write_bytes(b"broken")
    assert sentences(folder, indexed) == [("keywords.bin 与索引对不上，已由索引重写。", True)]
    assert sentences(folder, indexed) == []


def test_broken_index_file_is_rebuilt_from_the_reports(folder: Path, indexed: Store) -> None:
    indexed.close()
    content = bytearray(indexed.path.read_bytes())
    content[4096 : 4096 * 6] = b"\x77" * (4096 * 5)
    indexed.path.write_bytes(content)
    ((sentence, repaired),) = sentences(folder, indexed)
    assert sentence.startswith("索引文件坏了（")
    assert repaired
    with Store(indexed.path) as rebuilt:
        assert len(rebuilt.reports()) == 2
    assert sentences(folder, indexed) == []


def test_restored_index_is_used_at_once_and_old_memories_are_dropped(
    folder: Path, indexed: Store, tmp_path: Path
) -> None:
    nearest = Nearest(indexed, "hash-64")
    indexed.copy_to(tmp_path / "副本.sqlite")
    put(folder, "青河.txt", QINGHE_2023.replace("青河", "三河"), LONG_AGO + 60)
    put(folder, "临溪/2022年.md", b"")
    with Store(indexed.path) as writer:
        bring_up_to_date(folder, writer, HashEncoder())
        assert nearest.current() is not None
        before, passages = indexed.generation(), indexed.catalogue().ids.tolist()
        indexed.facts(passages)
        indexed.match(["新改建"], 5)
        writer.restore_from(tmp_path / "副本.sqlite")
    assert indexed.generation() > before
    assert [entry.name for entry in indexed.reports()] == ["临溪/2022年.md", "青河.txt"]
    assert "青河县" in indexed.report("青河.txt").title
    facts = [fact for some in indexed.facts(indexed.catalogue().ids.tolist()).values() for fact in some]
    assert {fact.document for fact in facts} == {"临溪/2022年.md", "青河.txt"}
    vectors = nearest.current()
    assert vectors is not None
    assert not vectors.disagrees(*indexed.vectors("hash-64"))
    assert sentences(folder, indexed) == []
    assert bring_up_to_date(folder, indexed, HashEncoder()).unread == ("临溪/2022年.md",)


def test_snapshot_taken_before_a_restore_still_reads_the_old(folder: Path, indexed: Store, tmp_path: Path) -> None:
    indexed.copy_to(tmp_path / "副本.sqlite")
    put(folder, "三.txt", QINGHE_2023.replace("青河", "三河"))
    bring_up_to_date(folder, indexed, HashEncoder())
    with Store(indexed.path) as reader, reader.snapshot():
        assert len(reader.reports()) == 3
        indexed.restore_from(tmp_path / "副本.sqlite")
        assert len(reader.reports()) == 3
    assert len(indexed.reports()) == 2
