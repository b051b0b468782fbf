"""通知：先落盘，各通道来取；交出与放进发件在一个事务里，同一件事只通知一次。"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from bot.ledger.chats import Place
from bot.ledger.file import Connection, Ledger, maybe_moment, moment, stamp, storable
from bot.people import identities
from bot.quiz.steps import Block, Button

LIFE = timedelta(days=30)
"""没有说何时过期的，留多久。"""


class NoticeKind(StrEnum):
    """通知的种类，值即给人看的题目。"""

    ASSIGNED = "新试卷"
    DEADLINE = "快到截止时间"
    COLLECTED = "到时收卷"
    MAKE_UP = "补考"
    REVIEW = "该复习了"
    DAILY = "每日一题"
    WITHDRAWN = "撤下的题"
    COMPLAINT = "有人报错"
    ANSWERED = "报错的答复"


@dataclass(frozen=True, slots=True)
class Body:
    """一条通知的内容，画法同 `Step`：几块文字与按钮。"""

    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """一条通知；`place` 是交给通道时送到哪里，网页上看的没有；`person` 为 None 即发给一个会话（群）。"""

    id: int
    kind: NoticeKind
    person: int | None
    place: Place | None
    body: Body
    created: datetime
    expires: datetime
    read: datetime | None


_BODY: TypeAdapter[Body] = TypeAdapter(Body)


def notify(  # noqa: PLR0913 - 种类、给谁、说什么、凭什么只说一次、说到何时
    ledger: Ledger, kind: NoticeKind, to: int | Place, body: Body, *, key: str, expires: datetime | None = None
) -> int | None:
    """放进一条；`to` 是人或会话，`key` 相同的只放一次，再放为 None。"""
    now = ledger.now()
    person, place = (to, None) if isinstance(to, int) else (None, to)
    with ledger.writing() as connection:
        cursor = connection.execute(
            """INSERT INTO quiz_notices (key, kind, person, channel, chat, body, created, expires)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING""",
            (
                storable(key),
                kind,
                person,
                place and place.channel,
                place and place.chat,
                storable(_BODY.dump_json(body).decode()),
                stamp(now),
                stamp(expires or now + LIFE),
            ),
        )
        return cursor.lastrowid if cursor.rowcount == 1 else None


def hand_over(ledger: Ledger, channel: str, live: Iterable[str], post: Callable[[Notice], None]) -> int:
    """把该由这个通道送的逐条交给它；`post` 里把画好的放进发件（`outbox.put`），与“交出”同一个事务，不漏也不重。

    Args:
        ledger: 台账。
        channel: 人员帐号所在的通道（`Identity.channel`）。
        live: 现在开着的、能主动发消息的各通道；一个人几个通道都有帐号时，送到他最近用过的那个。
        post: 画好并放进发件。

    Returns:
        交了几条。
    """
    usable = frozenset(live) | {channel}
    count = 0
    for notice in _waiting(ledger):
        place = notice.place or _reach(ledger, notice.person, usable)
        if place is None or place.channel != channel:
            continue
        with ledger.writing() as connection:
            if _take(ledger, connection, notice.id, channel):
                post(Notice(notice.id, notice.kind, notice.person, place, notice.body, notice.created,
                            notice.expires, notice.read))  # fmt: skip
                count += 1
    return count


def _take(ledger: Ledger, connection: Connection, number: int, channel: str) -> bool:
    found = connection.execute(
        "UPDATE quiz_notices SET handed = ?, via = ? WHERE id = ? AND handed IS NULL",
        (stamp(ledger.now()), channel, number),
    )
    return found.rowcount == 1


def _waiting(ledger: Ledger) -> tuple[Notice, ...]:
    """还没有交出、也没有过期的，按先后。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM quiz_notices WHERE handed IS NULL AND read IS NULL AND expires > ? ORDER BY id",  # noqa: S608
            (stamp(ledger.now()),),
        ).fetchall()
    return tuple(_notice(row) for row in rows)


def _reach(ledger: Ledger, person: int | None, live: frozenset[str]) -> Place | None:
    """在哪里找得到这个人：开着的通道里他最近用过的帐号，都没用过则最后登记的。"""
    own = {i.channel: i for i in identities(ledger, person or 0) if i.channel in live}
    if not own:
        return None
    marks = ",".join("?" * len(own))
    with ledger.reading() as connection:
        row = connection.execute(
            f"SELECT channel FROM audit WHERE person = ? AND channel IN ({marks}) ORDER BY id DESC LIMIT 1",  # noqa: S608
            (person, *own),
        ).fetchone()
    chosen = own[row[0]] if row is not None else list(own.values())[-1]
    return Place(chosen.channel, chosen.external)


def notices_for(ledger: Ledger, person: int, limit: int = 50) -> tuple[Notice, ...]:
    """网页上给一个人看的：没有过期的，新的在前。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM quiz_notices WHERE person = ? AND expires > ? ORDER BY id DESC LIMIT ?",  # noqa: S608
            (person, stamp(ledger.now()), limit),
        ).fetchall()
    return tuple(_notice(row) for row in rows)


def mark_read(ledger: Ledger, person: int, numbers: Sequence[int]) -> None:
    """在网页上看过了；还没有从别的通道送出的，不再送。"""
    with ledger.writing() as connection:
        connection.executemany(
            "UPDATE quiz_notices SET read = ? WHERE id = ? AND person = ? AND read IS NULL",
            [(stamp(ledger.now()), number, person) for number in numbers],
        )


def prune_notices(ledger: Ledger, older_than: timedelta) -> int:
    """删去早已过期的。"""
    with ledger.writing() as connection:
        before = stamp(ledger.now() - older_than)
        return connection.execute("DELETE FROM quiz_notices WHERE expires < ?", (before,)).rowcount


_COLUMNS = "id, kind, person, channel, chat, body, created, expires, read"


def _notice(row: tuple[Any, ...]) -> Notice:
    number, kind, person, channel, chat, body, created, expires, read = row
    place = None if channel is None else Place(channel, chat)
    return Notice(
        number,
        NoticeKind(kind),
        person,
        place,
        _BODY.validate_json(body),
        moment(created),
        moment(expires),
        maybe_moment(read),
    )
