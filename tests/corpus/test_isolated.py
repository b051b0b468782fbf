"""隔着进程读：崩溃、超时、耗尽内存，坏的只是那一份；扫描页的问答照常。"""

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import (
    CrashedReader,
    EmptyFile,
    EncryptedFile,
    FaultyReader,
    MissingFile,
    OversizedFile,
    SlowFile,
    UnreadableFile,
)
from corpus.readers import isolated
from corpus.readers.isolated import Worker
from corpus.readers.sight import Seen
from tests.corpus import files
from tests.corpus.sights import Eager

FAULTY = """
import os, time
from corpus import readers
from corpus.errors import EncryptedFile
from corpus.readers import apart, ocr
from corpus.readers.layout import Glyph
from corpus.readers.sight import Seen

def read(path, name, sight):
    if name == "崩溃.pdf":
        os.abort()
    if name == "不完.pdf":
        time.sleep(3600)
    if name == "内存.pdf":
        bytearray(4 << 30)
    if name == "程序错.pdf":
        raise ZeroDivisionError("除以零")
    if name == "加密.pdf":
        raise EncryptedFile(name)
    if name == "多话.pdf":
        os.write(1, b"noise of a library")
        print("noise")
    return actual(path, name, sight)

actual, readers.read = readers.read, read
ocr.is_installed = lambda: True
ocr.recognise = lambda image: Seen(image.width, (Glyph("青溪县完成公路九公里。", 10, 90, 10, 30),))
apart.main(background={background})
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """一份好的 PDF，哪个名字都读它。"""
    path = tmp_path / "好 的.pdf"
    path.write_bytes(files.pdf(["完成公路建设23公里。"], furniture=False))
    return path


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """读到某些名字就出事的进程。"""
    monkeypatch.setattr(isolated, "_START", FAULTY)
    with Worker(background=True) as opened:
        yield opened


def read_good(worker: Worker, good: Path) -> list[str]:
    return [line.text for line in worker.read(good, "好的.pdf").lines]


@pytest.mark.parametrize(
    ("name", "error", "sentence"),
    [
        (
            "崩溃.pdf",
            CrashedReader,
            (
                "《崩溃.pdf》读不出来：读它的进程中途崩溃，文件多半损坏或过大。"
                "请用原来的软件打开确认，另存一份（大的拆成几份）再放入。"
            ),
        ),
        (
            "程序错.pdf",
            FaultyReader,
            "《程序错.pdf》读不出来：程序在读它时出了错。请把这份文件交给开发者，或另存一份再放入。",
        ),
        ("加密.pdf", EncryptedFile, "《加密.pdf》读不出来：文件已加密，打开需要密码。请去掉密码后重新放入。"),
        pytest.param(
            "内存.pdf",
            OversizedFile,
            "《内存.pdf》读不出来：内容过大，超过了内存 1.6 GB的限度。请拆成几份，或删去其中的图片再放入。",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="别的系统限不住"),
        ),
    ],
    ids=["崩溃", "程序错", "加密", "内存"],
)
def test_a_bad_file_is_one_sentence_and_the_next_is_read(
    worker: Worker, good: Path, name: str, error: type[UnreadableFile], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        worker.read(good, name)
    assert (type(caught.value), str(caught.value), caught.value.name) == (error, sentence, name)
    assert read_good(worker, good) == ["完成公路建设23公里。"]


def test_a_file_without_end_is_given_up(worker: Worker, good: Path) -> None:
    with pytest.raises(SlowFile, match="读了 1 秒还没有读完"):
        worker.read(good, "不完.pdf", seconds=1)
    assert read_good(worker, good) == ["完成公路建设23公里。"]


def test_our_own_fault_is_logged_with_its_trace(worker: Worker, good: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(FaultyReader):
        worker.read(good, "程序错.pdf")
    assert "ZeroDivisionError: 除以零" in caplog.text


def test_what_a_library_prints_does_no_harm(worker: Worker, good: Path) -> None:
    assert [line.text for line in worker.read(good, "多话.pdf").lines] == ["完成公路建设23公里。"]


def test_scanned_pages_are_asked_about_and_kept(worker: Worker, tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    path = tmp_path / "扫描.png"
    Image.new("RGB", (900, 900), "white").save(path)
    sight = Eager()
    assert worker.read(path, "扫描.png").waiting == (1,)
    assert [line.text for line in worker.read(path, "扫描.png", sight).lines] == ["青溪县完成公路九公里。"]
    assert list(sight.kept) == sight.asked
    assert isinstance(next(iter(sight.kept.values())), Seen)


def test_reading_broken_off_leaves_a_worker_that_reads(worker: Worker, good: Path, tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    class Stopped(Eager):
        def wants(self, key: str) -> bool:
            raise KeyboardInterrupt(key)

    path = tmp_path / "扫描.png"
    Image.new("RGB", (900, 900), "white").save(path)
    with pytest.raises(KeyboardInterrupt):
        worker.read(path, "扫描.png", Stopped())
    assert read_good(worker, good) == ["完成公路建设23公里。"]


def test_short_plain_text_needs_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "_START", "raise SystemExit")
    isolated._shared.cache_clear()  # noqa: SLF001
    path = tmp_path / "总结.txt"
    path.write_text("完成公路建设23公里。", encoding="utf-8")
    assert [line.text for line in isolated.read(path, "总结.txt").lines] == ["完成公路建设23公里。"]
    path.write_bytes(files.pdf(["完成公路建设23公里。"], furniture=False))
    with pytest.raises(CrashedReader):
        isolated.read(path, "总结.txt")
    isolated._shared.cache_clear()  # noqa: SLF001


def test_missing_and_empty_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        isolated.read(tmp_path / "没有.pdf", "没有.pdf")
    (tmp_path / "空.pdf").write_bytes(b"")
    with pytest.raises(EmptyFile):
        isolated.read(tmp_path / "空.pdf", "空.pdf")


@pytest.mark.skipif(sys.platform == "win32", reason="靠 /proc 或信号")
def test_the_process_ends_with_its_owner(good: Path) -> None:
    with Worker() as opened:
        read_good(opened, good)
        process = opened._process  # noqa: SLF001
        assert process is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
