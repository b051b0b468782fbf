"""审计：谁、何时、在哪里问了什么、答了什么、做了什么管理动作。"""

import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.answer import Reply, Status
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger, moment, stamp, storable
from bot.ledger.replies import decoded, encoded
from bot.people_errors import AnswerMissing

CONSOLE = Who(Place("本机", ""), None)
"""在装着程序的这台机器上敲命令的人。"""


class Kind(StrEnum):
    """审计里的两类。"""

    ASKED = "问答"
    DID = "管理"


@dataclass(frozen=True, slots=True)
class Entry:
    """审计的一条。

    `name` 是当时的姓名。问答：`text` 是问题，`reply` 是整个答复（还没答出为 None），`generation` 是所据索引的代次，
    `problem` 是没答成的原因，`earlier` 是它所联系的上文，由远及近。管理：`action` 是什么动作，`text` 是它的说明。
    """

    id: int
    at: datetime
    kind: Kind
    person: int | None
    name: str
    place: Place
    text: str
    action: str | None = None
    reply: Reply | None = None
    generation: int | None = None
    seconds: float | None = None
    problem: str | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """挑哪些；没有写的不限。`words` 以空格隔开，问题或答复里都要有；时间是半开区间 [since, until)。"""

    kind: Kind | None = None
    person: int | None = None
    channel: str | None = None
    chat: str | None = None
    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """一页，新的在前；`before` 交给下一次 `listed` 得下一页，没有下一页为 None；`total` 是一共多少条。"""

    entries: tuple[Entry, ...]
    before: int | None
    total: int


def asked(ledger: Ledger, who: Who, question: str, earlier: tuple[str, ...] = ()) -> int:
    """记下一问和它所联系的上文，返回编号；答出之后用 `answered` 补上答复。"""
    return _insert(ledger, who, Kind.ASKED, question, None, earlier)


def answered(ledger: Ledger, entry: int, reply: Reply, generation: int | None, seconds: float) -> None:
    """补上整个答复、它所据的索引代次和用时。"""
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE audit SET status = ?, reply = ?, generation = ?, seconds = ? WHERE id = ?",
            (reply.status, encoded(reply), generation, seconds, entry),
        )


def unanswered(ledger: Ledger, entry: int, problem: str, seconds: float) -> None:
    """没答成，记下原因。"""
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE audit SET problem = ?, seconds = ? WHERE id = ?", (storable(problem), seconds, entry)
        )


def did(ledger: Ledger, who: Who, action: str, detail: str = "") -> int:
    """记下一个管理动作；与动作本身写在同一个 `ledger.writing()` 里。"""
    return _insert(ledger, who, Kind.DID, detail, action)


def entry(ledger: Ledger, number: int) -> Entry:
    """按编号取一条。

    Raises:
        AnswerMissing: 没有，或已过了保存期。
    """
    with ledger.reading() as connection:
        row = connection.execute(f"SELECT {_COLUMNS} FROM audit WHERE id = ?", (number,)).fetchone()  # noqa: S608
    if row is None:
        raise AnswerMissing(number)
    return _entry(row)


def listed(ledger: Ledger, chosen: Filter | None = None, before: int | None = None, limit: int = 50) -> Page:
    """一页，新的在前。"""
    where, values = _where(chosen or Filter())
    with ledger.reading() as connection:
        total = connection.execute(f"SELECT count(*) FROM audit WHERE {where}", values).fetchone()[0]  # noqa: S608
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM audit WHERE {where} AND id < ? ORDER BY id DESC LIMIT ?",  # noqa: S608
            (*values, _END if before is None else before, limit + 1),
        ).fetchall()
    entries = tuple(_entry(row) for row in rows[:limit])
    return Page(entries, entries[-1].id if len(rows) > limit else None, total)


def every(ledger: Ledger, chosen: Filter | None = None, batch: int = 200) -> Iterator[Entry]:
    """全部，旧的在前；一批一批地读，不长占台账。"""
    where, values = _where(chosen or Filter())
    after = 0
    while True:
        with ledger.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM audit WHERE {where} AND id > ? ORDER BY id LIMIT ?",  # noqa: S608
                (*values, after, batch),
            ).fetchall()
        yield from (_entry(row) for row in rows)
        if len(rows) < batch:
            return
        after = rows[-1][0]


def prune_audit(ledger: Ledger, older_than: timedelta) -> int:
    """删去过了保存期的，连同它们的反馈；还有反馈没处理的先留着。返回删了几条。"""
    with ledger.writing() as connection:
        return connection.execute(
            """DELETE FROM audit WHERE at < ? AND NOT EXISTS (
                SELECT 1 FROM feedback WHERE feedback.answer = audit.id AND feedback.closed IS NULL)""",
            (stamp(ledger.now() - older_than),),
        ).rowcount


def pseudonyms(ledger: Ledger) -> Callable[[Entry], Entry]:
    """把姓名、人员编号和会话换成化名的函数；同一个人总是同一个化名，离了这本台账推不回去。"""
    secret = ledger.secret

    def hidden(shown: Entry) -> Entry:
        place = replace(shown.place, chat=_alias(secret, "会话", shown.place.channel + "\0" + shown.place.chat))
        name = shown.name if shown.person is None else _alias(secret, "人员", str(shown.person))
        return replace(shown, name=name, person=None, place=place)

    return hidden


_END = 1 << 62
_COLUMNS = "id, at, kind, person, name, channel, chat, text, action, reply, generation, seconds, problem, earlier"


def _insert(  # noqa: PLR0913, PLR0917  一列一个参数
    ledger: Ledger, who: Who, kind: Kind, text: str, action: str | None, earlier: tuple[str, ...] = ()
) -> int:
    stranger = CONSOLE.place.channel if who == CONSOLE else "未登记"
    with ledger.writing() as connection:
        cursor = connection.execute(
            """INSERT INTO audit (at, kind, person, name, channel, chat, text, action, earlier)
               VALUES (?1, ?2, ?3, coalesce((SELECT name FROM people WHERE id = ?3), ?4), ?5, ?6, ?7, ?8, ?9)""",
            (
                stamp(ledger.now()), kind, who.person, stranger,
                who.place.channel, who.place.chat, storable(text), action,
                storable(json.dumps(earlier, ensure_ascii=False)) if earlier else None,
            ),
        )  # fmt: skip
        return cursor.lastrowid or 0


def _where(chosen: Filter) -> tuple[str, tuple[object, ...]]:
    """条件与它的值。"""
    tests: list[tuple[str, object]] = [
        ("kind = ?", chosen.kind),
        ("person = ?", chosen.person),
        ("channel = ?", chosen.channel),
        ("chat = ?", chosen.chat),
        ("status = ?", chosen.status),
        ("at >= ?", chosen.since and stamp(chosen.since)),
        ("at < ?", chosen.until and stamp(chosen.until)),
        *(("instr(text || char(10) || ifnull(reply, ''), ?) > 0", word) for word in storable(chosen.words).split()),
    ]
    kept = [(test, value) for test, value in tests if value is not None]
    return " AND ".join(["1", *(test for test, _ in kept)]), tuple(value for _, value in kept)


_Row = tuple[
    int, str, str, int | None, str, str, str, str,
    str | None, str | None, int | None, float | None, str | None, str | None,
]  # fmt: skip


def _entry(row: _Row) -> Entry:
    number, at, kind, person, name, channel, chat, text, action, reply, generation, seconds, problem, earlier = row
    return Entry(
        id=number,
        at=moment(at),
        kind=Kind(kind),
        person=person,
        name=name,
        place=Place(channel, chat),
        text=text,
        action=action,
        reply=None if reply is None else decoded(reply),
        generation=generation,
        seconds=seconds,
        problem=problem,
        earlier=tuple(json.loads(earlier or "[]")),
    )


def _alias(secret: bytes, what: str, value: str) -> str:
    return f"{what}-{hmac.digest(secret, f'{what}:{value}'.encode(), 'sha256').hex()[:8]}"
