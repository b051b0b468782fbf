"""会话：每个会话里每个人的近几问，和正等着他回的话；重启后还在。"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ledger.file import Ledger, moment, stamp, storable

KEPT = 10
"""每个会话每个人留近几问。"""


@dataclass(frozen=True, slots=True)
class Place:
    """在哪里说话：通道，和通道里的会话。"""

    channel: str
    chat: str


@dataclass(frozen=True, slots=True)
class Who:
    """谁在哪里；没有登记的人（网页上未登录的）`person` 为 None。"""

    place: Place
    person: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """正等着一个人回什么；`what` 说是哪一件事，`payload` 由等的人自己读。"""

    what: str
    payload: str
    expires: datetime


def remember(ledger: Ledger, who: Who, question: str, kept: int = KEPT) -> None:
    """记下一问，只留近 `kept` 问。"""
    where = _key(who)
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO turns (channel, chat, person, at, question) VALUES (?, ?, ?, ?, ?)",
            (*where, stamp(ledger.now()), storable(question)),
        )
        connection.execute(
            """DELETE FROM turns WHERE channel = ? AND chat = ? AND person IS ? AND id NOT IN (
                SELECT id FROM turns WHERE channel = ? AND chat = ? AND person IS ? ORDER BY id DESC LIMIT ?)""",
            (*where, *where, kept),
        )


def history(ledger: Ledger, who: Who, within: timedelta | None = None) -> tuple[str, ...]:
    """此前的问题，由远及近；`within` 之前的不算。"""
    since = "" if within is None else stamp(ledger.now() - within)
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT question FROM turns WHERE channel = ? AND chat = ? AND person IS ? AND at >= ? ORDER BY id",
            (*_key(who), since),
        )
        return tuple(str(row[0]) for row in rows)


def forget(ledger: Ledger, who: Who) -> None:
    """从头谈起：忘掉此前的问题，也不再等回话。"""
    where = _key(who)
    with ledger.writing() as connection:
        connection.execute("DELETE FROM turns WHERE channel = ? AND chat = ? AND person IS ?", where)
        connection.execute("DELETE FROM expected WHERE channel = ? AND chat = ? AND person IS ?", where)


def prune_chats(ledger: Ledger, older_than: timedelta) -> int:
    """删去久未再谈的会话与过期的等待，返回删了几问。"""
    before = stamp(ledger.now() - older_than)
    with ledger.writing() as connection:
        connection.execute("DELETE FROM expected WHERE expires <= ?", (stamp(ledger.now()),))
        return connection.execute("DELETE FROM turns WHERE at < ?", (before,)).rowcount


def expect(ledger: Ledger, who: Who, expected: Expected) -> None:
    """等这个人在这里回一句话；一时只等一件，后来的顶替先前的。"""
    with ledger.writing() as connection:
        _stop_waiting(ledger, who)
        connection.execute(
            "INSERT INTO expected (channel, chat, person, what, payload, expires) VALUES (?, ?, ?, ?, ?, ?)",
            (*_key(who), expected.what, storable(expected.payload), stamp(expected.expires)),
        )


def expected(ledger: Ledger, who: Who) -> Expected | None:
    """正等着的那件事，看看而已；没有在等，或已过期，为 None。"""
    with ledger.reading() as connection:
        row = connection.execute(
            "SELECT what, payload, expires FROM expected WHERE channel = ? AND chat = ? AND person IS ?", _key(who)
        ).fetchone()
    found = None if row is None else Expected(row[0], row[1], moment(row[2]))
    return found if found is not None and found.expires > ledger.now() else None


def take_expected(ledger: Ledger, who: Who) -> Expected | None:
    """取走正等着的那件事；没有在等，或已过期，为 None。取走即不再等。"""
    with ledger.writing():
        found = _stop_waiting(ledger, who)
    return found if found is not None and found.expires > ledger.now() else None


def _stop_waiting(ledger: Ledger, who: Who) -> Expected | None:
    with ledger.writing() as connection:
        row = connection.execute(
            "DELETE FROM expected WHERE channel = ? AND chat = ? AND person IS ? RETURNING what, payload, expires",
            _key(who),
        ).fetchone()
    return None if row is None else Expected(row[0], row[1], moment(row[2]))


def _key(who: Who) -> tuple[str, str, int | None]:
    return who.place.channel, who.place.chat, who.person
