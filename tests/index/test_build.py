"""让索引跟上文件夹：只读变了的，只编码没见过的，随时可以打断。"""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import AbstractContextManager, suppress
from itertools import count
from pathlib import Path

import pytest

from corpus.readers import isolated
from corpus.readers.sight import Sight
from corpus.records import Text
from index import build
from index.build import bring_up_to_date
from index.database import Connection, Database
from index.errors import AnotherWriter, CannotKeepIndex, NoCorpus, UnreadableFolder
from index.folder import state_dir
from index.planning import plan
from index.progress import Phase, Progress
from index.store import Store
from tests.encoders import BrokenEncoder, HashEncoder
from tests.index.samples import LINXI_2022, LONG_AGO, QINGHE_2023, put


def answers(store: Store) -> set[str]:
    """说到“新改建”的段落所在的报告。"""
    found = store.match(["新改建"], 10)
    return {passage.document for passage in store.passages([at for at, _ in found]).values()}


def test_first_run_reads_everything(folder: Path, store: Store) -> None:
    encoder = HashEncoder()
    outcome = bring_up_to_date(folder, store, encoder)
    assert outcome.read == ("临溪/2022年.md", "青河.txt")
    assert (outcome.unread, outcome.with_problems, outcome.problems, outcome.encoder_fault) == ((), (), (), "")
    assert outcome.passages == outcome.encoded == len(encoder.encoded) == store.passage_count
    assert outcome.facts == sum(entry.facts for entry in store.reports()) > 0
    assert store.encoder() == encoder.name
    assert len(store.vectors(encoder.name)[0]) == store.passage_count


def test_second_run_does_nothing_and_encodes_nothing(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    generation, again = store.generation(), HashEncoder()
    outcome = bring_up_to_date(folder, store, again)
    assert (outcome.unchanged, outcome.changed, again.encoded) == (2, False, [])
    assert store.generation() == generation


def test_one_changed_paragraph_is_one_text_to_encode(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
    encoder = HashEncoder()
    outcome = bring_up_to_date(folder, store, encoder)
    assert (outcome.read, outcome.unchanged, outcome.encoded) == (("青河.txt",), 1, 1)
    assert "43公里" in encoder.encoded[0]
    assert len(store.vectors(encoder.name)[0]) == store.passage_count


def test_one_changed_paragraph_among_five_hundred_reports(folder: Path, store: Store) -> None:
    """五百份里改一份的一段：只读那一份，编码器只被叫一次，只编那一段。"""
    for number in range(500):
        put(folder, f"{number:03d}.txt", LINXI_2022.replace("临溪市", f"第{number}市"))
    bring_up_to_date(folder, store, HashEncoder())
    before = store.passage_count
    put(folder, "250.txt", LINXI_2022.replace("临溪市", "第250市").replace("12处", "13处"), LONG_AGO + 60)
    encoder = HashEncoder()
    outcome = bring_up_to_date(folder, store, encoder)
    assert (outcome.read, outcome.unchanged, outcome.encoded) == (("250.txt",), 501, 1)
    assert [len(call) for call in encoder.calls] == [1]
    assert "塌方滑坡13处" in encoder.calls[0][0]
    assert len(store.vectors(encoder.name)[0]) == store.passage_count == before


def test_touched_file_is_not_read_again(folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    monkeypatch.setattr(isolated, "read", unwanted)
    put(folder, "青河.txt", QINGHE_2023, LONG_AGO + 60)
    assert bring_up_to_date(folder, store, HashEncoder()).unchanged == 2
    assert store.files()[1].state.modified_ns == (LONG_AGO + 60) * 10**9


def test_change_within_the_same_moment_is_noticed(folder: Path, store: Store) -> None:
    path = folder / "青河.txt"
    path.write_text(QINGHE_2023, encoding="utf-8")
    stat = path.stat()
    bring_up_to_date(folder, store, HashEncoder())
    path.write_text(QINGHE_2023.replace("42公里", "43公里"), encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert bring_up_to_date(folder, store, HashEncoder()).read == ("青河.txt",)


def test_renamed_file_costs_nothing(folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    monkeypatch.setattr(isolated, "read", unwanted)
    (folder / "青河.txt").rename(folder / "归档 2023.txt")
    encoder = HashEncoder()
    outcome = bring_up_to_date(folder, store, encoder)
    assert (outcome.renamed, outcome.removed, encoder.encoded) == ((("青河.txt", "归档 2023.txt"),), (), [])
    assert answers(store) == {"归档 2023.txt"}


def test_title_taken_from_the_file_name_follows_a_rename(folder: Path, store: Store) -> None:
    put(folder, "东山县2021年总结.txt", "一、路网建设\n完成农村公路新改建17公里，改造危桥3座，新增公交线路2条。\n")
    bring_up_to_date(folder, store, HashEncoder())
    assert store.report("东山县2021年总结.txt").title_inferred
    (folder / "东山县2021年总结.txt").rename(folder / "西山县2020年总结.txt")
    outcome = bring_up_to_date(folder, store, HashEncoder())
    assert (outcome.read, outcome.removed) == (("西山县2020年总结.txt",), ("东山县2021年总结.txt",))
    assert "西山" in store.report("西山县2020年总结.txt").title


def test_deleted_file_is_gone_from_every_search(folder: Path, store: Store) -> None:
    encoder = HashEncoder()
    bring_up_to_date(folder, store, encoder)
    (folder / "青河.txt").unlink()
    outcome = bring_up_to_date(folder, store, encoder)
    assert outcome.removed == ("青河.txt",)
    assert answers(store) == set()
    assert [entry.name for entry in store.reports()] == ["临溪/2022年.md"]
    assert len(store.vectors(encoder.name)[0]) == store.passage_count


def test_bad_file_is_a_problem_and_the_rest_goes_on(folder: Path, store: Store) -> None:
    put(folder, "空.txt", b"")
    put(folder, "乱.docx", b"PK\x03\x04word/document.xml broken")
    outcome = bring_up_to_date(folder, store, HashEncoder())
    assert set(outcome.unread) == {"空.txt", "乱.docx"}
    assert len(outcome.read) == 2
    assert {problem.file for problem in outcome.problems} == {"空.txt", "乱.docx"}
    assert {file.state.name for file in store.files() if not file.reports} == {"空.txt", "乱.docx"}
    assert bring_up_to_date(folder, store, HashEncoder()).unchanged == 4


def test_fault_of_our_own_in_one_file_does_not_stop_the_rest(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(path: Path, name: str, sight: Sight) -> Text:
        if name == "青河.txt":
            raise ZeroDivisionError
        return actual(path, name, sight)

    actual = isolated.read
    monkeypatch.setattr(isolated, "read", faulty)
    outcome = bring_up_to_date(folder, store, HashEncoder())
    assert (outcome.unread, outcome.read) == (("青河.txt",), ("临溪/2022年.md",))
    assert outcome.problems[0].sentence.startswith("《青河.txt》没有读出")


def test_file_that_breaks_loses_its_old_answers(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    put(folder, "青河.txt", b"", LONG_AGO + 60)
    assert bring_up_to_date(folder, store, HashEncoder()).unread == ("青河.txt",)
    assert answers(store) == set()


def test_file_still_being_written_is_read_again_next_time(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_writing(path: Path, name: str, sight: Sight) -> Text:
        text = actual(path, name, sight)
        if name == "青河.txt":
            put(folder, name, QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
        return text

    actual = isolated.read
    with monkeypatch.context() as patch:
        patch.setattr(isolated, "read", while_writing)
        bring_up_to_date(folder, store, HashEncoder())
    assert bring_up_to_date(folder, store, HashEncoder()).read == ("青河.txt",)
    assert "43公里" in store.report("青河.txt").text


def test_other_way_of_reading_reads_again_but_encodes_nothing(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    monkeypatch.setattr("index.planning.recipe", lambda: "新读法")
    encoder = HashEncoder()
    assert len(bring_up_to_date(folder, store, encoder).read) == 2
    assert encoder.encoded == []


def test_index_of_an_older_program_is_rebuilt_and_keeps_its_vectors(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    identity = store.identity()
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with Store(store.path) as upgraded:
        assert (upgraded.reports(), upgraded.encoder()) == ((), "")
        assert upgraded.identity() != identity
        outcome = bring_up_to_date(folder, upgraded, HashEncoder())
        assert (len(outcome.read), outcome.encoded) == (2, 0)
        assert len(upgraded.vectors("hash-64")[0]) == upgraded.passage_count


def test_other_encoder_is_never_mixed_with_the_old(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder("旧"))
    new = HashEncoder("新")
    outcome = bring_up_to_date(folder, store, new)
    assert (outcome.read, outcome.encoded) == ((), store.passage_count)
    assert len(store.vectors("新")[0]) == store.passage_count
    assert len(store.vectors("旧")[0]) == 0


def test_without_an_encoder_words_still_work_and_vectors_come_later(folder: Path, store: Store) -> None:
    outcome = bring_up_to_date(folder, store, BrokenEncoder())
    assert "载不入" in outcome.encoder_fault
    assert answers(store) == {"青河.txt"}
    later = HashEncoder()
    outcome = bring_up_to_date(folder, store, later)
    assert (outcome.read, outcome.encoded, outcome.encoder_fault) == ((), store.passage_count, "")


def test_text_not_encoded_this_time_is_encoded_next_time(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
    assert bring_up_to_date(folder, store, BrokenEncoder()).encoder_fault
    later = HashEncoder()
    assert bring_up_to_date(folder, store, later).encoded == 1
    assert "43公里" in later.encoded[0]


def test_equal_texts_are_encoded_once(folder: Path, store: Store) -> None:
    put(folder, "青河 副本.txt", QINGHE_2023)
    encoder = HashEncoder()
    bring_up_to_date(folder, store, encoder)
    assert len(encoder.encoded) == len(set(encoder.encoded)) < store.passage_count


def test_windows_are_encoded_together_and_progress_ends_full(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "WINDOW", 4)
    for number in range(6):
        put(folder, f"{number}.txt", QINGHE_2023.replace("42公里", f"{number}公里").replace("青河", f"青{number}河"))
    heard: list[Progress] = []
    bring_up_to_date(folder, store, HashEncoder(), heard.append)
    phases = [Phase.SCAN, Phase.READ, Phase.ENCODE, Phase.FINISH]
    assert list(dict.fromkeys(step.phase for step in heard)) == phases
    for phase in phases:
        last = [step for step in heard if step.phase is phase][-1]
        assert last.done == last.total
    assert all(step.done <= step.total for step in heard)
    assert len(store.vectors("hash-64")[0]) == store.passage_count


def test_plan_says_what_would_happen_and_does_nothing(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    put(folder, "新.txt", LINXI_2022.replace("88", "89"))
    (folder / "青河.txt").unlink()
    changes = plan(folder, store).changes
    assert ([file.name for file in changes.fresh], changes.removed, changes.unchanged) == (["新.txt"], ("青河.txt",), 1)
    assert answers(store) == {"青河.txt"}


def test_second_writer_leaves(folder: Path, store: Store) -> None:
    with store.writer(), Store(store.path) as other, pytest.raises(AnotherWriter, match=str(os.getpid())):
        bring_up_to_date(folder, other, HashEncoder())


def test_our_own_files_are_not_reports(folder: Path, store: Store) -> None:
    for name in ("~$青河.docx", ".隐藏.txt", "questions.jsonl", ".回收站/旧.txt"):
        put(folder, name, QINGHE_2023)
    assert len(bring_up_to_date(folder, store, HashEncoder()).read) == 2


def test_folder_that_cannot_be_listed_stops_the_run_and_keeps_the_index(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed(path: Path) -> object:
        if Path(path).name == "临溪":
            raise PermissionError(13, "没有权限", str(path))
        return actual(path)

    bring_up_to_date(folder, store, HashEncoder())
    actual = os.scandir
    monkeypatch.setattr(os, "scandir", listed)
    with pytest.raises(UnreadableFolder, match="临溪"):
        bring_up_to_date(folder, store, HashEncoder())
    assert len(store.reports()) == 2


def test_missing_and_unwritable_folders_are_said(folder: Path) -> None:
    with pytest.raises(NoCorpus, match="没有的"):
        state_dir(folder / "没有的")
    assert state_dir(folder) == folder / ".jihuatong"
    with pytest.raises(CannotKeepIndex, match="--data"):
        state_dir(folder, folder / "青河.txt" / "索引")


class Killed(BaseException):
    """程序在此被杀。"""


def change(folder: Path) -> None:
    """一份改、一份新、一份删。"""
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
    put(folder, "三.txt", QINGHE_2023.replace("青河", "三河"))
    (folder / "临溪/2022年.md").unlink()


def stands_whole(store: Store) -> bool:
    """旧答案还在，每份报告都是整的。"""
    for entry in store.reports():
        report = store.report(entry.name)
        passages = store.passages_of_report(entry.name).values()
        if not all(passage.span.of(report.text) == passage.text for passage in passages):
            return False
    return "青河.txt" in answers(store)


def finishes(folder: Path, store: Store) -> bool:
    """再运行一次，一切就绪。"""
    bring_up_to_date(folder, store, HashEncoder())
    names = [entry.name for entry in store.reports()]
    vectors = len(store.vectors("hash-64")[0])
    return (
        names == ["三.txt", "青河.txt"] and "43公里" in store.report("青河.txt").text and vectors == store.passage_count
    )


@pytest.mark.parametrize("step", range(1, 8))
def test_killed_before_any_write_the_next_run_finishes(
    folder: Path, store: Store, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    change(folder)
    writes = count()

    def writing(self: Database) -> AbstractContextManager[Connection]:
        if next(writes) == step - 1:
            raise Killed
        return actual(self)

    actual = Database.writing
    with Store(store.path) as killed, monkeypatch.context() as patch, suppress(Killed):
        patch.setattr(Database, "writing", writing)
        bring_up_to_date(folder, killed, HashEncoder())
    assert stands_whole(store)
    assert finishes(folder, store)


def test_killed_inside_a_transaction_the_next_run_finishes(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    change(folder)
    program = """
import os, pathlib, sys
from index import lifetimes
from index.build import bring_up_to_date
from index.store import Store
from tests.encoders import HashEncoder
lifetimes.begin_generation = lambda connection: os._exit(9)
bring_up_to_date(pathlib.Path(sys.argv[1]), Store(pathlib.Path(sys.argv[2])), HashEncoder())
"""
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", program, folder, store.path], check=False, cwd=root)
    assert ended.returncode == 9
    assert len(store.reports()) == 2
    assert stands_whole(store)
    assert finishes(folder, store)


def test_moved_folder_keeps_its_index(folder: Path, store: Store, tmp_path: Path) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    shutil.copytree(folder, tmp_path / "新处")
    with Store(state_dir(tmp_path / "新处") / "index.sqlite") as moved:
        assert bring_up_to_date(tmp_path / "新处", moved, HashEncoder()).encoded == 0


def unwanted(path: Path, name: str, _: Sight) -> Text:
    """不该来读的时候来读了。"""
    raise AssertionError(path, name)
