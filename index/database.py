"""SQLite 的一个文件：连接、快照、事务，以及把它的错误译成我们的。"""

import shutil
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

from index.errors import BrokenIndex, CannotKeepIndex, DiskFault, IndexBusy, IndexingError, NoRoom, OtherIndexVersion

Connection = sqlite3.Connection
BUSY_SECONDS = 10
_BARE = 1 << 16

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
)


class Database:
    """一个 SQLite 文件，可供多个线程读、一个线程写。

    Args:
        path: 文件；没有就建。
        schema: 建表的语句。
        version: 表的版本，记在 `user_version`；文件里的旧了，或表与 `schema` 有出入，就丢掉旧表重建。
        kept: 重建时留下的表。

    Raises:
        CannotKeepIndex: 所在文件夹不能写。
        OtherIndexVersion: 文件是更新的程序建的。
        BrokenIndex: 文件坏了。
    """

    def __init__(self, path: Path, schema: tuple[str, ...], version: int, kept: tuple[str, ...] = ()) -> None:
        self.path = path
        self._idle: deque[Connection] = deque()
        self._pinned = threading.local()
        self._closed = False
        self._schema, self._version, self._kept = schema, version, kept
        self._upgrade()

    def _upgrade(self) -> None:
        with self.reading() as connection:
            found, tables = _version(connection), _tables(connection)
        if found > self._version:
            raise OtherIndexVersion(self.path, found, self._version)
        if found < self._version or tables != _expected(self._schema):
            self._rebuild()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """借一个连接来读；在 `snapshot` 之内则一直是同一个。"""
        pinned = getattr(self._pinned, "connection", None)
        with translated(self.path):
            if pinned is not None:
                yield pinned
                return
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """其间本线程的各次读取看到的是同一代，不受别人提交的影响。"""
        if getattr(self._pinned, "connection", None) is not None:
            yield
            return
        with self.reading() as connection:
            connection.execute("BEGIN")
            self._pinned.connection = connection
            try:
                yield
            finally:
                self._pinned.connection = None
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """一个写事务：出了块即提交，出了错即撤回。"""
        with translated(self.path):
            connection = self._borrow()
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            finally:
                self._give_back(connection)

    def checkpoint(self, least: int = 0) -> None:
        """把 WAL 并入主文件并清空；有人正在读，或不到 `least` 字节，就留待下次。"""
        if least and _size(self.path.with_name(f"{self.path.name}-wal")) < least:
            return
        with self.reading() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def harden(self) -> None:
        """让已提交的都落实在磁盘上，断了电也不退回从前；不等任何人，读着的一方也可以用。"""
        with translated(self.path):
            connection = self._borrow()  # 快照里的连接正读着，做不了这件事
            try:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            finally:
                self._give_back(connection)

    def copy_to(self, target: Path) -> None:
        """趁程序在用，抄出一份前后一致的副本。"""
        with self.reading() as connection, closing(sqlite3.connect(target)) as copy:
            connection.backup(copy)

    def restore_from(self, source: Path) -> None:
        """换成 `source` 里的全部内容，一个事务；别的线程和程序正读着的不受影响，下一次读到新的。"""
        with self.reading() as connection, closing(sqlite3.connect(source)) as other:
            other.backup(connection)
        self._upgrade()

    def faults(self) -> tuple[str, ...]:
        """查验整个文件；完好则为空。"""
        with self.reading() as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            orphans = [str(row[0]) for row in connection.execute("PRAGMA foreign_key_check")]
        return tuple(line for line in (*said, *orphans) if line != "ok")

    def close(self) -> None:
        """关上全部空闲的连接；借出未还的，还时即关。"""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _rebuild(self) -> None:
        expected = _expected(self._schema)
        with self.writing() as connection:
            found = _tables(connection)
            if _version(connection) == self._version and found == expected:  # 别的程序刚刚建好
                return
            for name in reversed(found):
                if name not in self._kept or found[name] != expected.get(name):
                    connection.execute(f"DROP TABLE {name}")
            for statement in self._schema:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {self._version}")

    def _borrow(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return _connect(self.path)

    def _give_back(self, connection: Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _tables(connection: Connection) -> dict[str, str]:
    """各表与建表的语句，按建的先后。"""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    )
    return dict(rows.fetchall())


@lru_cache(maxsize=4)
def _expected(schema: tuple[str, ...]) -> dict[str, str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in schema:
            connection.execute(statement)
        return _tables(connection)


def _connect(path: Path) -> Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """把 SQLite 的错误译成我们的；语句本身写错的照原样抛出。"""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.InterfaceError):
        raise
    except sqlite3.DatabaseError as error:
        raise _ours(path, error) from error


def _ours(path: Path, error: sqlite3.DatabaseError) -> IndexingError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_FULL:
            return NoRoom(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return IndexBusy(path, BUSY_SECONDS)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return CannotKeepIndex(path.parent)
        case sqlite3.SQLITE_IOERR:  # 磁盘一点不剩时，连共享内存的文件也建不了
            full = shutil.disk_usage(path.parent).free < _BARE
            return NoRoom(path) if full else DiskFault(path, str(error))
        case _:
            return BrokenIndex(path, str(error))
