"""逐步杀：每到一个写的步骤，就有一个更新到此的程序被 kill -9。

用法：`python crashing.py 样本 去处`。样本里是一个报告文件夹和它的索引；去处里为每一步留下被杀后的样子。
"""

import os
import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from index import database
from index.build import bring_up_to_date
from index.folder import recipe
from index.store import Store
from index.words import terms
from tests.encoders import HashEncoder

MOST = 2000
_WRITES = re.compile(
    r"\s*(?:BEGIN|COMMIT|INSERT|UPDATE|DELETE|REPLACE|DROP|CREATE|PRAGMA wal_checkpoint)", re.IGNORECASE
)


class Steps:
    """数写的步骤，数到了就杀；一连串同样的语句只算头两句。"""

    def __init__(self, last: int) -> None:
        self._left = last
        self._earlier = ("", "")

    def take(self, what: str) -> None:
        """又一步。"""
        if self._earlier == (what, what):
            return
        self._earlier = (self._earlier[1], what)
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def watched(steps: Steps) -> None:
    """语句、打开来写、落盘、改名，都算一步。"""
    connect, sync = database._connect, os.fsync  # noqa: SLF001  从引擎这一层看

    def traced(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.set_trace_callback(lambda sql: steps.take(sql[:24]) if _WRITES.match(sql) else None)
        return connection

    def counted(file: int) -> None:
        steps.take("fsync")
        sync(file)

    def heard(event: str, values: tuple[object, ...]) -> None:
        if event == "os.rename" or (event == "open" and isinstance(values[1], str) and set(values[1]) & set("wax+")):
            steps.take(f"{event} {values[0]}")

    database._connect = traced  # noqa: SLF001
    os.fsync = counted  # type: ignore[assignment]  # 只有我们自己调用
    sys.addaudithook(heard)


def update(place: Path, step: int) -> None:
    """更新到第 `step` 步为止。"""
    watched(Steps(step))
    with Store(place / "索引" / "index.sqlite") as store:
        bring_up_to_date(place / "报告", store, HashEncoder())


def forked(work: Callable[[], None]) -> int:
    """在一个新的进程里做，返回它怎样结束的。"""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1 if sys.exc_info()[0] else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(sample: Path, target: Path) -> None:
    """一步一步杀下去，直到有一次做完。"""
    terms("预热")
    recipe()
    for step in range(1, MOST):
        place = target / f"{step:04d}"
        shutil.copytree(sample, place)
        ended = forked(lambda place=place, step=step: update(place, step))  # type: ignore[misc]
        if ended == 0:
            return
        if ended != -signal.SIGKILL:
            sys.exit(f"第 {step} 步以 {ended} 结束")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
