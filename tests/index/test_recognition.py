"""识别扫描页：排队、限度、打断、重认；别的文件照常入库。引擎是替身，在读文件的进程里。"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.readers import ocr
from corpus.records import Problem
from index.build import bring_up_to_date
from index.errors import AnotherWriter
from index.progress import Budget, Phase, Progress
from index.recognition import recognise
from index.store import Store
from tests.encoders import HashEncoder
from tests.index.samples import QINGHE_2023, put
from tests.scans import ENGINE, scan, stand_in

WAITING = "等待识别 {} 页：是扫描图像，或文字层是乱码。"
RECOGNISED = "文字是从扫描图像识别出来的，可能有错字，数字请对照原件。"


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with stand_in(monkeypatch):
        yield


def updated(folder: Path, store: Store) -> dict[str, str]:
    """更新之后各份报告的全文。"""
    bring_up_to_date(folder, store, HashEncoder())
    return {entry.name: store.report(entry.name).text for entry in store.reports()}


def counted(heard: list[Progress]) -> list[tuple[int, int]]:
    return [(step.done, step.total) for step in heard if step.phase is Phase.RECOGNISE]


def test_a_scan_waits_while_others_are_read(folder: Path, store: Store) -> None:
    scan(folder, "扫描.tif", 1, 2, 3)
    outcome = bring_up_to_date(folder, store, HashEncoder())
    assert (outcome.read, outcome.unread) == (("临溪/2022年.md", "青河.txt"), ("扫描.tif",))
    assert outcome.problems == (Problem("扫描.tif", "第 1–3 页", WAITING.format(3)),)
    assert {file.state.name: file.waiting for file in store.files() if file.waiting} == {"扫描.tif": 3}


def test_recognised_within_the_budget_and_gone_on_with_next_time(folder: Path, store: Store) -> None:
    scan(folder, "扫描.tif", 1, 2, 3)
    updated(folder, store)
    heard: list[Progress] = []
    first = recognise(folder, store, Budget(run=2), heard.append)
    assert (first.pages, first.files, first.left, first.beyond) == (2, ("扫描.tif",), 1, ())
    assert counted(heard) == [(0, 2), (1, 2), (1, 2), (2, 2)]
    text = updated(folder, store)["扫描.tif"]
    assert ("壹河镇完成公路1公里" in text, "贰河镇完成公路2公里" in text, "叁河镇" in text) == (True, True, False)
    assert store.report("扫描.tif").recognised == (1, 2)
    file = next(file for file in store.files() if file.waiting)
    assert [(problem.place, problem.sentence) for problem in file.problems[:2]] == [
        ("第 1–2 页", RECOGNISED),
        ("第 3 页", WAITING.format(1)),
    ]
    second = recognise(folder, store, Budget(run=2))
    assert (second.pages, second.left) == (1, 0)
    assert "叁河镇完成公路3公里" in updated(folder, store)["扫描.tif"]
    assert recognise(folder, store, Budget()).pages == 0


def test_recognised_pages_are_kept_through_a_rename_and_a_new_way_of_reading(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(folder, "扫描.tif", 1, 2)
    updated(folder, store)
    recognise(folder, store, Budget())
    before = updated(folder, store)["扫描.tif"]
    (folder / "扫描.tif").rename(folder / "归档.tif")
    monkeypatch.setattr("index.planning.recipe", lambda: "新读法")
    assert updated(folder, store)["归档.tif"] == before
    (folder / "归档.tif").unlink()
    updated(folder, store)
    scan(folder, "又来.tif", 1, 2)
    assert updated(folder, store)["又来.tif"] == before


def test_pages_beyond_the_limit_of_a_file_are_left_and_said(folder: Path, store: Store) -> None:
    scan(folder, "长.tif", 1, 2, 3)
    updated(folder, store)
    effort = recognise(folder, store, Budget(run=9, file=2))
    assert (effort.pages, effort.left, effort.beyond) == (2, 1, ("长.tif",))
    updated(folder, store)
    again = recognise(folder, store, Budget(run=9, file=2))
    assert (again.pages, again.files, again.beyond) == (0, (), ("长.tif",))


def test_a_page_that_crashes_the_engine_is_left_blank_and_the_rest_goes_on(folder: Path, store: Store) -> None:
    scan(folder, "甲.tif", 1, 9, 2)
    scan(folder, "乙.tif", 3)
    updated(folder, store)
    assert recognise(folder, store, Budget()).files == ("乙.tif", "甲.tif")
    assert "叁河镇" in updated(folder, store)["乙.tif"]
    recognise(folder, store, Budget())
    assert "贰河镇" in updated(folder, store)["甲.tif"]
    file = next(file for file in store.files() if file.state.name == "甲.tif")
    assert (file.waiting, [problem.place for problem in file.problems[:2]]) == (0, ["第 1、3 页", "第 2 页"])
    assert file.problems[1].sentence.startswith("没有识别出文字")


def test_told_to_stop_it_stops_after_the_page_in_hand(folder: Path, store: Store) -> None:
    scan(folder, "扫描.tif", 1, 2, 3)
    updated(folder, store)
    heard: list[Progress] = []
    effort = recognise(folder, store, Budget(), heard.append, lambda: bool(counted(heard)))
    assert (effort.pages, effort.left) == (1, 2)


def test_second_recogniser_leaves_and_nothing_is_done_without_the_engine(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(folder, "扫描.tif", 1)
    updated(folder, store)
    with store.recogniser(), pytest.raises(AnotherWriter):
        recognise(folder, store, Budget())
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    assert recognise(folder, store, Budget()).pages == 0


def test_recognising_does_not_keep_others_from_writing(folder: Path, store: Store) -> None:
    scan(folder, "扫描.tif", 1, 2)
    updated(folder, store)

    def meanwhile(step: Progress) -> None:
        if step.done == 1:
            put(folder, "新来.txt", QINGHE_2023.replace("青河", "新河"))
            assert "新来.txt" in updated(folder, store)

    recognise(folder, store, Budget(), meanwhile)
    assert "贰河镇" in updated(folder, store)["扫描.tif"]


KILLED = """
import os, signal, sys
from pathlib import Path
from corpus.readers import isolated, ocr
from index.progress import Budget
from index.recognition import recognise
from index.store import Store
isolated._START, ocr.is_installed = {engine!r}, lambda: True
def die(step):
    if step.done == 2:
        os.kill(os.getpid(), signal.SIGKILL)
recognise(Path({folder!r}), Store(Path({index!r})), Budget(), die)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="靠 SIGKILL")
def test_killed_it_loses_at_most_the_page_in_hand(folder: Path, store: Store) -> None:
    scan(folder, "扫描.tif", 1, 2, 3, 4)
    updated(folder, store)
    script = KILLED.format(engine=ENGINE, folder=str(folder), index=str(store.path))
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, check=False)
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    heard: list[Progress] = []
    assert recognise(folder, store, Budget(), heard.append).pages == 2
    text = updated(folder, store)["扫描.tif"]
    assert all(f"{number}公里" in text for number in (1, 2, 3, 4))


def test_a_broken_file_in_the_queue_does_not_stop_it(folder: Path, store: Store) -> None:
    scan(folder, "好.tif", 5)
    put(folder, "坏.png", b"\x89PNG\r\n\x1a\n\x00\x00 broken")
    updated(folder, store)
    assert recognise(folder, store, Budget()).pages == 1
