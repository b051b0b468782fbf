"""写锁：同一时刻只有一个程序在建索引。"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from io import FileIO as RawFile
from pathlib import Path

from index.errors import AnotherWriter, CannotKeepIndex

# Windows 的锁会挡住别人读被锁的字节，所以锁在远处一个字节上，内容照样可读。
_LOCKED_BYTE = 1 << 30
_GLANCE = 0.05


@dataclass(frozen=True, slots=True)
class Writer:
    """正在写的程序：进程号与从何时起；来不及写下的为 None。"""

    pid: int | None
    since: datetime | None


def current_writer(path: Path) -> Writer | None:
    """谁占着写锁；没有人则为 None。"""
    try:
        file = path.open("r+b", buffering=0)
    except OSError:
        return None
    with file:
        if _try_lock(file):
            _unlock(file)
            return None
        return _holder(file)


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """占住写锁直到块结束；程序被杀，锁随之放开。

    Raises:
        AnotherWriter: 已有程序在写；错误里说是谁、从何时起。
        CannotKeepIndex: 所在文件夹不能写。
    """
    try:
        file = path.open("a+b", buffering=0)
    except OSError as error:
        raise CannotKeepIndex(path.parent) from error
    with file:
        if not _try_lock(file):
            time.sleep(_GLANCE)  # 也许只是别人来看一眼
            if not _try_lock(file):
                holder = _holder(file)
                raise AnotherWriter(holder.pid, holder.since)
        try:
            _write(file, json.dumps({"pid": os.getpid(), "since": datetime.now().astimezone().isoformat()}))
            yield
        finally:
            _write(file, "")
            _unlock(file)


def _holder(file: RawFile) -> Writer:
    file.seek(0)
    try:
        holder = json.loads(file.read())
        return Writer(int(holder["pid"]), datetime.fromisoformat(holder["since"]))
    except (ValueError, KeyError, TypeError):
        return Writer(None, None)


def _write(file: RawFile, text: str) -> None:
    """写下是谁；磁盘满了写不下也不要紧，占住的是锁。"""
    with suppress(OSError):
        file.truncate(0)
        file.write(text.encode())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: RawFile) -> bool:
        try:
            os.lseek(file.fileno(), _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: RawFile) -> None:
        os.lseek(file.fileno(), _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: RawFile) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: RawFile) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
