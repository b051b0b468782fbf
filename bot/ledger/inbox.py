"""收件：应答过的消息先落盘再处理，同一条只收一次，程序被杀也不丢。"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ledger.file import Connection, Ledger, moment, stamp, storable


@dataclass(frozen=True, slots=True)
class Received:
    """收到而还没办完的一条；`external` 是通道给的编号，`tries` 是已动手办过几次。"""

    id: int
    channel: str
    external: str
    payload: str
    received: datetime
    tries: int


def first_time(ledger: Ledger, channel: str, external: str) -> bool:
    """这个编号是不是头一回见；同时来问的，只有一个得到真。"""
    with ledger.writing() as connection:
        return _first_time(ledger, connection, channel, external)


def seen(ledger: Ledger, channel: str, external: str) -> bool:
    """这个编号见没见过；只看，不记。"""
    with ledger.reading() as connection:
        row = connection.execute(
            "SELECT 1 FROM seen WHERE channel = ? AND external = ?", (channel, external)
        ).fetchone()
    return row is not None


def receive(ledger: Ledger, channel: str, external: str, payload: str) -> Received | None:
    """去重与存下在一个事务里；返回时已落盘，可以应答对方。收过的为 None。"""
    now = ledger.now()
    with ledger.writing() as connection:
        if not _first_time(ledger, connection, channel, external):
            return None
        cursor = connection.execute(
            "INSERT INTO inbox (channel, external, payload, received) VALUES (?, ?, ?, ?)",
            (channel, external, storable(payload), stamp(now)),
        )
    return Received(cursor.lastrowid or 0, channel, external, storable(payload), now, 0)


def pending(ledger: Ledger, channel: str | None = None) -> tuple[Received, ...]:
    """还没办完的，先来的在前；启动时据此接着办。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            """SELECT id, channel, external, payload, received, tries FROM inbox
               WHERE ?1 IS NULL OR channel = ?1 ORDER BY id""",
            (channel,),
        ).fetchall()
    return tuple(Received(row[0], row[1], row[2], row[3], moment(row[4]), row[5]) for row in rows)


def begin(ledger: Ledger, received: int) -> int:
    """动手办之前记一笔，返回这是第几次；总把程序弄垮的一条由此看得出来。已办完的为 0。"""
    with ledger.writing() as connection:
        row = connection.execute(
            "UPDATE inbox SET tries = tries + 1 WHERE id = ? RETURNING tries", (received,)
        ).fetchone()
    return 0 if row is None else int(row[0])


def done(ledger: Ledger, received: int) -> None:
    """办完了；与放进发件（`outbox.put`）写在同一个 `ledger.writing()` 里，就不会答两遍，也不会不答。"""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM inbox WHERE id = ?", (received,))


def prune_seen(ledger: Ledger, older_than: timedelta) -> int:
    """忘掉久远的编号，还没办完的不忘。"""
    with ledger.writing() as connection:
        return connection.execute(
            """DELETE FROM seen WHERE at < ? AND NOT EXISTS (
                SELECT 1 FROM inbox WHERE inbox.channel = seen.channel AND inbox.external = seen.external)""",
            (stamp(ledger.now() - older_than),),
        ).rowcount


def _first_time(ledger: Ledger, connection: Connection, channel: str, external: str) -> bool:
    cursor = connection.execute(
        "INSERT OR IGNORE INTO seen (channel, external, at) VALUES (?, ?, ?)", (channel, external, stamp(ledger.now()))
    )
    return cursor.rowcount == 1
