"""写锁：同一时刻只有一个程序在建索引。"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from index.errors import AnotherWriter, CannotKeepIndex

# Windows 的锁会挡住别人读被锁的字节，所以锁在远处一个字节上，内容照样可读。
_LOCKED_BYTE = 1 << 30


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """占住写锁直到块结束；程序被杀，锁随之放开。

    Raises:
        AnotherWriter: 已有程序在写；错误里说是谁、从何时起。
        CannotKeepIndex: 所在文件夹不能写。
    """
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise CannotKeepIndex(path.parent) from error
    with file:
        if not _try_lock(file):
            raise _another(file)
        try:
            _write(file, json.dumps({"pid": os.getpid(), "since": datetime.now().astimezone().isoformat()}))
            yield
        finally:
            _write(file, "")
            _unlock(file)


def _another(file: IO[str]) -> AnotherWriter:
    file.seek(0)
    try:
        holder = json.loads(file.read())
        return AnotherWriter(int(holder["pid"]), datetime.fromisoformat(holder["since"]))
    except (ValueError, KeyError, TypeError):
        return AnotherWriter(None, None)


def _write(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        try:
            os.lseek(file.fileno(), _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[str]) -> None:
        os.lseek(file.fileno(), _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
