"""索引文件：写进去的原样读得出，一代一代整份地换，几个线程、几个程序同时用。"""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.records import Problem
from index.database import translated
from index.entries import FileReading, FileState, Reading
from index.errors import (
    AnotherWriter,
    BrokenIndex,
    CannotKeepIndex,
    DiskFault,
    IndexBusy,
    IndexingError,
    NoRoom,
    NoSuchReport,
    OtherIndexVersion,
)
from index.passages import text_hash
from index.reading import read_report
from index.store import Store
from index.words import terms
from tests.index.samples import LINXI_2022, QINGHE_2023, report


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """空的索引。"""
    with Store(tmp_path / "index.sqlite") as opened:
        yield opened


def state(name: str, digest: str = "散列") -> FileState:
    """一份文件的样子。"""
    return FileState(name, digest, 1, 2, 3, "读法")


def reading(text: str, name: str) -> FileReading:
    """一份文件读出的全部。"""
    return FileReading(state(name), (read_report(report(text, name)),), 20, 20, ())


def put(store: Store, text: str, name: str) -> Reading:
    """写入一份报告。"""
    file = reading(text, name)
    store.replace_file(file)
    return file.readings[0]


def test_what_is_written_is_read_back(store: Store) -> None:
    put(store, LINXI_2022, "临溪.txt")
    written = put(store, QINGHE_2023, "青河.txt")
    assert store.report("青河.txt") == written.report
    assert tuple(store.passages_of_report("青河.txt").values()) == written.passages
    assert store.facts_of_report("青河.txt") == written.facts
    assert [entry.name for entry in store.reports()] == ["临溪.txt", "青河.txt"]
    entry = store.reports()[1]
    assert (entry.title, entry.issuer, entry.periods) == (
        written.report.title,
        written.report.issuer,
        written.report.periods,
    )
    assert (entry.passages, entry.facts) == (len(written.passages), len(written.facts))
    assert store.passage_count == sum(entry.passages for entry in store.reports())
    assert [file.state for file in store.files()] == [state("临溪.txt"), state("青河.txt")]


def test_facts_come_with_the_passage_that_holds_them(store: Store) -> None:
    written = put(store, QINGHE_2023, "青河.txt")
    passages = store.passages_of_report("青河.txt")
    facts = store.facts(passages)
    for at, passage in passages.items():
        assert all(passage.span.start <= fact.span.start < passage.span.end for fact in facts[at])
    assert tuple(fact for at in passages for fact in facts[at]) == written.facts
    assert store.facts(passages) == facts
    assert store.facts([999]) == {999: ()}


def test_match_finds_the_passage_and_respects_the_filter(store: Store) -> None:
    put(store, LINXI_2022, "临溪.txt")
    put(store, QINGHE_2023, "青河.txt")
    query = terms("农村公路新改建了多少公里")
    best = store.match(query, 3)
    assert "新改建42公里" in store.passages([best[0][0]])[best[0][0]].text
    only = [entry.id for entry in store.reports() if entry.name == "临溪.txt"]
    assert {p.document for p in store.passages([at for at, _ in store.match(query, 9, only)]).values()} == {"临溪.txt"}
    assert store.match(['"', "火星", "OR"], 3) == []
    assert store.match([], 3) == []


def test_document_frequency_and_vocabulary_agree(store: Store) -> None:
    put(store, LINXI_2022, "临溪.txt")
    put(store, QINGHE_2023, "青河.txt")
    vocabulary = dict(store.vocabulary())
    assert store.document_frequency(["助学公交", "公路", "火星"]) == {
        "助学公交": 1,
        "公路": vocabulary["公路"],
        "火星": 0,
    }
    assert store.document_frequency(vocabulary) == vocabulary
    store.remove_files(["青河.txt"])
    assert "助学公交" not in dict(store.vocabulary())


def test_replaced_renamed_and_removed_files_leave_nothing_behind(store: Store) -> None:
    put(store, QINGHE_2023, "甲.txt")
    put(store, QINGHE_2023.replace("42公里", "43公里"), "甲.txt")
    assert "43公里" in store.report("甲.txt").text
    store.rename_files([("甲.txt", state("乙.txt"))])
    assert [entry.name for entry in store.reports()] == ["乙.txt"]
    assert {fact.document for fact in store.facts_of_report("乙.txt")} == {"乙.txt"}
    assert {passage.document for passage in store.passages_of_report("乙.txt").values()} == {"乙.txt"}
    with pytest.raises(NoSuchReport, match="甲"):
        store.report("甲.txt")
    at = next(iter(store.passages_of_report("乙.txt")))
    store.remove_files(["乙.txt"])
    assert (store.reports(), store.files(), store.passages([at]), store.facts([at])) == ((), (), {}, {at: ()})
    assert store.match(terms("农村公路"), 3) == []
    assert len(store.catalogue().ids) == 0


def test_two_files_may_swap_names(store: Store) -> None:
    put(store, QINGHE_2023, "甲.txt")
    put(store, LINXI_2022, "乙.txt")
    store.rename_files([("甲.txt", state("乙.txt")), ("乙.txt", state("甲.txt"))])
    assert "临溪" in store.report("甲.txt").text
    assert "青河" in store.report("乙.txt").text


def test_file_with_two_reports_is_renamed_whole(store: Store) -> None:
    first, second = reading(QINGHE_2023, "合订.txt"), reading(LINXI_2022, "合订.txt#2")
    store.replace_file(replace(first, readings=first.readings + second.readings))
    store.rename_files([("合订.txt", state("新名.txt"))])
    assert [entry.name for entry in store.reports()] == ["新名.txt", "新名.txt#2"]


def test_unread_file_keeps_its_problem_under_its_present_name(store: Store) -> None:
    problem = Problem("坏.doc", "", "《坏.doc》读不出来。")
    store.replace_file(FileReading(state("坏.doc"), (), 0, 0, (problem,)))
    assert [(file.reports, file.problems) for file in store.files()] == [(0, (problem,))]
    store.rename_files([("坏.doc", state("还坏.doc"))])
    assert [problem.file for problem in store.files()[0].problems] == ["还坏.doc"]


def test_passage_ids_are_never_used_again(store: Store) -> None:
    put(store, QINGHE_2023, "甲.txt")
    before = set(store.passages_of_report("甲.txt"))
    put(store, QINGHE_2023, "甲.txt")
    assert before.isdisjoint(store.passages_of_report("甲.txt"))


def test_catalogue_says_what_each_passage_is(store: Store) -> None:
    put(store, LINXI_2022, "临溪.txt")
    put(store, QINGHE_2023, "青河.txt")
    catalogue = store.catalogue()
    passages = store.passages([int(at) for at in catalogue.ids])
    assert [int(year) or None for year in catalogue.years] == [passage.year for passage in passages.values()]
    names = {entry.id: entry.name for entry in store.reports()}
    assert [names[int(at)] for at in catalogue.reports] == [passage.document for passage in passages.values()]


def test_vectors_are_kept_by_text_and_by_encoder(store: Store) -> None:
    one = put(store, QINGHE_2023, "甲.txt")
    put(store, QINGHE_2023, "乙.txt")
    hashes = [text_hash(passage) for passage in one.passages]
    matrix = np.eye(len(hashes), 8, dtype=np.float32)
    assert len(store.missing_vectors("e5")) == 2 * len(hashes)
    store.add_vectors("e5", hashes, matrix)
    ids, found = store.vectors("e5")
    assert list(ids) == list(store.catalogue().ids)
    assert found.dtype == np.float16
    assert np.array_equal(found, np.concatenate([matrix, matrix]))
    assert list(store.vectors("e5", int(ids[0]))[0]) == list(ids[1:])
    assert store.missing_vectors("e5") == ()
    assert store.known_vectors("e5", [*hashes, b"x"]) == frozenset(hashes)
    assert len(store.vectors("bge")[0]) == 0
    store.settle("e5")
    assert store.encoder() == "e5"
    assert store.claim("bge") is False
    assert store.encoder() == ""


def test_snapshot_sees_one_generation(store: Store) -> None:
    put(store, QINGHE_2023, "甲.txt")
    with store.snapshot():
        generation, entries = store.generation(), store.reports()
        writer = threading.Thread(target=lambda: store.remove_files(["甲.txt"]))
        writer.start()
        writer.join()
        assert (store.generation(), store.reports()) == (generation, entries)
        assert store.report("甲.txt").title
    assert store.generation() == generation + 1
    assert store.reports() == ()


def test_many_threads_read_while_one_writes(store: Store) -> None:
    put(store, QINGHE_2023, "甲.txt")
    faults: list[str] = []

    def read() -> None:
        for _ in range(30):
            with store.snapshot():
                found = store.match(terms("农村公路新改建"), 5)
                if len(store.passages([at for at, _ in found])) != len(found) or not found:
                    faults.append("一问之内换了代")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for round_ in range(10):
        put(store, QINGHE_2023.replace("42", str(round_ + 50)), "甲.txt")
    for reader in readers:
        reader.join()
    assert faults == []


def test_failed_write_changes_nothing(store: Store) -> None:
    put(store, QINGHE_2023, "甲.txt")
    generation = store.generation()
    file = reading(LINXI_2022, "乙.txt")
    clash = replace(file, readings=(*file.readings, *file.readings))
    with pytest.raises(sqlite3.IntegrityError):
        store.replace_file(clash)
    assert store.generation() == generation
    assert [entry.name for entry in store.reports()] == ["甲.txt"]


def test_second_writer_is_told_who_is_writing(store: Store) -> None:
    program = """
import sys, pathlib, index.store
with index.store.Store(pathlib.Path(sys.argv[1])).writer():
    print("占住", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(store.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(AnotherWriter, match=f"进程 {other.pid}") as refused, store.writer():
            pass
        assert refused.value.since is not None
        other.kill()
    with store.writer():
        assert store.generation() == 0


def test_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(OtherIndexVersion, match="99"):
        Store(path)


def test_broken_file_is_said_to_be_broken(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(BrokenIndex, match="重建"):
        Store(path)


def test_unwritable_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotKeepIndex, match="--data"):
        Store(tmp_path / "没有" / "index.sqlite")


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        (sqlite3.SQLITE_FULL, NoRoom),
        (sqlite3.SQLITE_BUSY, IndexBusy),
        (sqlite3.SQLITE_LOCKED, IndexBusy),
        (sqlite3.SQLITE_READONLY, CannotKeepIndex),
        (sqlite3.SQLITE_CANTOPEN, CannotKeepIndex),
        (sqlite3.SQLITE_CORRUPT, BrokenIndex),
        (sqlite3.SQLITE_IOERR, DiskFault),
        (sqlite3.SQLITE_NOTADB, BrokenIndex),
        (sqlite3.SQLITE_ERROR, BrokenIndex),
    ],
)
def test_every_failure_of_the_engine_is_translated(tmp_path: Path, code: int, ours: type[IndexingError]) -> None:
    error = sqlite3.OperationalError("引擎的话")
    error.sqlite_errorcode = code
    with pytest.raises(ours), translated(tmp_path / "index.sqlite"):
        raise error


def test_copy_is_whole_and_independent(store: Store, tmp_path: Path) -> None:
    put(store, QINGHE_2023, "甲.txt")
    store.copy_to(tmp_path / "copy.sqlite")
    store.remove_files(["甲.txt"])
    with Store(tmp_path / "copy.sqlite") as copy:
        assert "青河" in copy.report("甲.txt").text
