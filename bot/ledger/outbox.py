"""发件：要发的消息先落盘，同一会话里按次序发，没发成的过后再发。"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ledger.chats import Place
from bot.ledger.file import Ledger, maybe_moment, moment, stamp, storable


@dataclass(frozen=True, slots=True)
class Outgoing:
    """一条待发的消息；`attempts` 是已试过几次，`why` 是上一次没发成的原因。"""

    id: int
    place: Place
    payload: str
    created: datetime
    next_try: datetime
    attempts: int
    why: str | None


def put(ledger: Ledger, place: Place, payload: str, key: str | None = None) -> int | None:
    """放进一条，返回编号；`key` 相同的只放一次，再放为 None。"""
    now = stamp(ledger.now())
    with ledger.writing() as connection:
        cursor = connection.execute(
            """INSERT INTO outbox (channel, chat, payload, key, created, next_try) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (key) DO NOTHING""",
            (place.channel, place.chat, storable(payload), key, now, now),
        )
        return cursor.lastrowid if cursor.rowcount == 1 else None


def due(ledger: Ledger, now: datetime, channel: str | None = None) -> tuple[Outgoing, ...]:
    """现在该发的：每个会话只给最早没发的那一条，它没到时候，后面的都等着。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM outbox WHERE finished IS NULL AND next_try <= ?2 AND id = {_FIRST_WAITING}"  # noqa: S608
            " AND (?1 IS NULL OR channel = ?1) ORDER BY id",
            (channel, stamp(now)),
        ).fetchall()
    return tuple(_outgoing(row) for row in rows)


def next_due(ledger: Ledger, channel: str | None = None) -> datetime | None:
    """最早什么时候有该发的；没有待发的为 None。"""
    with ledger.reading() as connection:
        row = connection.execute(
            f"SELECT min(next_try) FROM outbox WHERE finished IS NULL AND id = {_FIRST_WAITING}"  # noqa: S608
            " AND (?1 IS NULL OR channel = ?1)",
            (channel,),
        ).fetchone()
    return maybe_moment(row[0])


def waiting(ledger: Ledger, place: Place | None = None) -> tuple[Outgoing, ...]:
    """全部还没发出的，按放进的次序。"""
    channel, chat = (None, None) if place is None else (place.channel, place.chat)
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM outbox WHERE finished IS NULL"  # noqa: S608
            " AND (?1 IS NULL OR (channel = ?1 AND chat = ?2)) ORDER BY id",
            (channel, chat),
        ).fetchall()
    return tuple(_outgoing(row) for row in rows)


def sent(ledger: Ledger, message: int) -> None:
    """发出了。"""
    with ledger.writing() as connection:
        connection.execute(
            """UPDATE outbox SET finished = ?, delivered = 1, attempts = attempts + 1, why = NULL
               WHERE id = ? AND finished IS NULL""",
            (stamp(ledger.now()), message),
        )


def failed(ledger: Ledger, message: int, retry_at: datetime, why: str) -> None:
    """没发成，`retry_at` 之后再发；其间同一会话里后面的也等着。"""
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE outbox SET next_try = ?, why = ?, attempts = attempts + 1 WHERE id = ? AND finished IS NULL",
            (stamp(retry_at), storable(why), message),
        )


def given_up(ledger: Ledger, message: int, why: str) -> None:
    """永远发不成（对方拉黑、会话没了），放弃这一条，让后面的走。"""
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE outbox SET finished = ?, why = ?, attempts = attempts + 1 WHERE id = ? AND finished IS NULL",
            (stamp(ledger.now()), storable(why), message),
        )


def prune_outbox(ledger: Ledger, older_than: timedelta) -> int:
    """删去早已发出或放弃的；还没发出的不论多久都留着。"""
    with ledger.writing() as connection:
        return connection.execute("DELETE FROM outbox WHERE finished < ?", (stamp(ledger.now() - older_than),)).rowcount


_COLUMNS = "id, channel, chat, payload, created, next_try, attempts, why"
_FIRST_WAITING = """(SELECT min(earlier.id) FROM outbox AS earlier
    WHERE earlier.channel = outbox.channel AND earlier.chat = outbox.chat AND earlier.finished IS NULL)"""


def _outgoing(row: tuple[int, str, str, str, str, str, int, str | None]) -> Outgoing:
    number, channel, chat, payload, created, next_try, attempts, why = row
    return Outgoing(number, Place(channel, chat), payload, moment(created), moment(next_try), attempts, why)
