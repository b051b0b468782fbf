"""盯着报告文件夹：有变化就说，没有通知也隔一会儿说一次。"""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.corrections import FILE
from index import watching
from index.watching import changes


class Watched:
    """在另一个线程里盯着，记着说了几次。"""

    def __init__(self, folder: Path, every: float) -> None:
        self.count = 0
        self._said = threading.Condition()
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, args=(changes(folder, self.stop, every),))
        self._thread.start()

    def _follow(self, rounds: Iterator[None]) -> None:
        for _ in rounds:
            with self._said:
                self.count += 1
                self._said.notify_all()

    def reaches(self, count: int, seconds: float = 30.0) -> bool:
        """等到说了这么多次。"""
        with self._said:
            return self._said.wait_for(lambda: self.count >= count, seconds)

    def close(self) -> None:
        """不再盯着。"""
        self.stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


def test_new_changed_and_removed_reports_are_told(tmp_path: Path) -> None:
    (tmp_path / ".jihuatong").mkdir()
    watched = Watched(tmp_path, 60)
    assert watched.reaches(1)
    time.sleep(0.3)
    (tmp_path / "甲.txt").write_text("一", encoding="utf-8")
    assert watched.reaches(2)
    (tmp_path / FILE).write_text("", encoding="utf-8")
    assert watched.reaches(3)
    (tmp_path / "甲.txt").unlink()
    assert watched.reaches(4)
    watched.close()


def test_our_own_files_are_not_told(tmp_path: Path) -> None:
    (tmp_path / ".jihuatong").mkdir()
    watched = Watched(tmp_path, 60)
    assert watched.reaches(1)
    time.sleep(0.3)
    (tmp_path / ".jihuatong" / "index.sqlite").write_text("x", encoding="utf-8")
    (tmp_path / "~$甲.docx").write_text("x", encoding="utf-8")
    assert not watched.reaches(2, 1.0)
    watched.close()


def test_without_notices_it_looks_every_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> Iterator[None]:
        raise OSError(28, "inotify 的名额用完了")

    monkeypatch.setattr(watching, "watch", refused)
    watched = Watched(tmp_path, 0.05)
    assert watched.reaches(4)
    watched.close()


def test_quiet_folder_is_looked_at_now_and_then(tmp_path: Path) -> None:
    watched = Watched(tmp_path, 0.2)
    assert watched.reaches(3)
    watched.close()
