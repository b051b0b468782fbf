"""台账文件：连接、事务、升级，以及把 SQLite 的错误译成我们的。"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.ledger.errors import LedgerBroken, LedgerBusy, LedgerError, LedgerFull, LedgerTooNew, LedgerUnwritable
from bot.ledger.schema import STEPS

Clock = Callable[[], datetime]
Connection = sqlite3.Connection
BUSY_SECONDS = 10
BEIJING = ZoneInfo("Asia/Shanghai")

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # 应答过的一条也不能丢，断电也不行
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
)


def utc_now() -> datetime:
    """现在。"""
    return datetime.now(UTC)


class Ledger:
    """一个台账文件，各线程、各程序可同时用；写事务可以嵌套，最外一层一起提交。

    Args:
        path: 文件；没有就建，只有本用户能读。
        clock: 报时；须带时区。
        steps: 建表与升级的各步。
        zone: 单位所在的时区；写给人看的时刻、几点提醒都照它。

    Raises:
        LedgerUnwritable: 所在文件夹不能写。
        LedgerTooNew: 文件是更新的程序写的。
        LedgerBroken: 文件坏了。
    """

    def __init__(
        self,
        path: Path,
        clock: Clock = utc_now,
        steps: tuple[tuple[str, ...], ...] = STEPS,
        zone: ZoneInfo = BEIJING,
    ) -> None:
        self.path = path
        self.zone = zone
        self._clock = clock
        self._idle: deque[Connection] = deque()
        self._pinned = threading.local()
        self._turn = threading.Lock()
        self._closed = False
        self._steps = steps
        _make_private(path)
        self._upgrade(steps)

    def now(self) -> datetime:
        """现在，化为 UTC。"""
        return self._clock().astimezone(UTC)

    def local(self, at: datetime) -> datetime:
        """一个时刻，化为单位所在时区的。"""
        return at.astimezone(self.zone)

    @cached_property
    def secret(self) -> bytes:
        """这本台账自己的密钥，做摘要和化名用。"""
        with self.reading() as connection:
            return bytes(connection.execute("SELECT value FROM meta WHERE key = 'secret'").fetchone()[0])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """借一个连接来读；在 `writing` 之内则是那个事务，看得见自己刚写的。"""
        pinned = getattr(self._pinned, "connection", None)
        with _translated(self.path):
            if pinned is not None:
                yield pinned
                return
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """一个写事务：出了块即提交，出了错即撤回；在写事务之内再开，则随外层一起提交。块内不得 `await`。"""
        pinned = getattr(self._pinned, "connection", None)
        if pinned is not None:
            with _savepoint(pinned):
                yield pinned
            return
        # 本程序里的线程排着队写；单靠 SQLite 等锁，人多时有的要等上一两秒
        with self._turn, _translated(self.path):
            connection = self._borrow()
            try:
                with self._transaction(connection):
                    yield connection
            finally:
                self._give_back(connection)

    def copy_to(self, target: Path) -> None:
        """趁程序在用，抄出一份前后一致的副本，只有本用户能读。"""
        _make_private(target)
        with self.reading() as connection, closing(sqlite3.connect(target)) as copy:
            connection.backup(copy)

    def restore_from(self, source: Path) -> None:
        """换成另一本台账的全部内容，一个事务；正在用的程序下一次读到新的。"""
        with self._turn, self.reading() as connection, closing(sqlite3.connect(source)) as other:
            other.backup(connection)
        self.__dict__.pop("secret", None)
        self._upgrade(self._steps)

    def faults(self) -> tuple[str, ...]:
        """查验整个文件；完好则为空。"""
        with self.reading() as connection:
            said = tuple(str(row[0]) for row in connection.execute("PRAGMA integrity_check"))
        return () if said == ("ok",) else said

    def close(self) -> None:
        """关上全部空闲的连接；借出未还的，还时即关。"""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _transaction(self, connection: Connection) -> Iterator[None]:
        connection.execute("BEGIN IMMEDIATE")
        self._pinned.connection = connection
        try:
            yield
            connection.execute("COMMIT")
        finally:
            self._pinned.connection = None
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _upgrade(self, steps: tuple[tuple[str, ...], ...]) -> None:
        """逐步补到最新；升级旧文件之前，在旁边留一份旧的。"""
        found = self._version()
        if found > len(steps):
            raise LedgerTooNew(self.path, found, len(steps))
        if 0 < found < len(steps):
            self.copy_to(self.path.with_name(f"{self.path.stem}.v{found}{self.path.suffix}"))
        with self.writing() as connection:
            for statement in (line for step in steps[self._version() :] for line in step):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(steps)}")

    def _version(self) -> int:
        with self.reading() as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])

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


def stamp(moment: datetime) -> str:
    """时刻写成台账里的文字。"""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(written: str) -> datetime:
    """台账里的文字读成时刻。"""
    return datetime.fromisoformat(written)


def maybe_moment(written: str | None) -> datetime | None:
    """台账里可以没有的时刻。"""
    return None if written is None else moment(written)


def storable(text: str) -> str:
    """换掉不成对的代理项，SQLite 与 UTF-8 都存不了它们。"""
    return text.encode("utf-8", "replace").decode("utf-8")


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise LedgerUnwritable(path.parent) from error


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
def _savepoint(connection: Connection) -> Iterator[None]:
    """事务里的一段：出了错只撤回这一段。"""
    connection.execute("SAVEPOINT inner")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # 磁盘满了之类，SQLite 已自行撤回整个事务
            connection.execute("ROLLBACK TO inner")
            connection.execute("RELEASE inner")
        raise
    connection.execute("RELEASE inner")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """把 SQLite 的错误译成我们的；语句本身写错的照原样抛出。"""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.InterfaceError):
        raise
    except sqlite3.DatabaseError as error:
        ours = _ours(path, error)
        if ours is None:
            raise
        raise ours from error


def _ours(path: Path, error: sqlite3.DatabaseError) -> LedgerError | None:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return LedgerFull(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LedgerBusy(path, BUSY_SECONDS)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return LedgerUnwritable(path.parent)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_IOERR:
            return LedgerBroken(path, str(error))
        case _:
            return None
