"""写锁：谁占着说得出，看一眼不碍事，占的程序没了锁就放开。"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import AnotherWriter
from index.lock import Writer, current_writer, writer_lock

HOLDING = """
import os, pathlib, sys
from index.lock import writer_lock
with writer_lock(pathlib.Path(sys.argv[1])):
    print("占住了", flush=True)
    sys.stdin.read()
    os._exit(9)
"""


def test_nobody_is_writing(tmp_path: Path) -> None:
    assert current_writer(tmp_path / "lock") is None
    with writer_lock(tmp_path / "lock"):
        pass
    assert current_writer(tmp_path / "lock") is None


def test_writer_is_named_and_a_killed_one_is_gone(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-X", "utf8", "-c", HOLDING, str(tmp_path / "lock")]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        found = current_writer(tmp_path / "lock")
        assert found is not None
        assert (found.pid, found.since is not None) == (other.pid, True)
        with pytest.raises(AnotherWriter, match=f"进程 {other.pid}"), writer_lock(tmp_path / "lock"):
            pass
        other.communicate()
    assert current_writer(tmp_path / "lock") is None
    with writer_lock(tmp_path / "lock"):
        mine = current_writer(tmp_path / "lock")
        assert isinstance(mine, Writer)
        assert mine.pid == os.getpid()
