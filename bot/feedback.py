"""反馈：有用、不对，以及对的该是什么；不对的进管理员的反馈箱。"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.audit import did, entry
from bot.ledger.chats import Who
from bot.ledger.file import Connection, Ledger, maybe_moment, moment, stamp, storable
from bot.people_errors import FeedbackMissing


class Verdict(StrEnum):
    """看过答复之后怎么说。"""

    USEFUL = "有用"
    WRONG = "不对"


@dataclass(frozen=True, slots=True)
class Feedback:
    """对一条答复的反馈；`answer` 是审计编号，`closed` 是处理完的时刻，`note` 是处理的人写的话。"""

    id: int
    answer: int
    person: int | None
    at: datetime
    verdict: Verdict
    correction: str | None
    closed: datetime | None
    note: str | None


def give(ledger: Ledger, who: Who, answer: int, verdict: Verdict) -> Feedback:
    """对一条答复说有用或不对；一人对一条只有一个说法，后说的算。不对的等管理员处理。

    Raises:
        AnswerMissing: 没有这条答复。
    """
    now = stamp(ledger.now())
    closed = now if verdict is Verdict.USEFUL else None
    with ledger.writing() as connection:
        entry(ledger, answer)
        row = connection.execute(
            """INSERT INTO feedback (answer, person, at, verdict, closed) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (answer, ifnull(person, 0)) DO UPDATE
               SET at = excluded.at, verdict = excluded.verdict, closed = excluded.closed, note = NULL
               WHERE verdict <> excluded.verdict
               RETURNING id""",
            (answer, who.person, now, verdict, closed),
        ).fetchone()
        return _own(connection, answer, who) if row is None else _found(connection, row[0])


def correct(ledger: Ledger, number: int, text: str) -> Feedback:
    """补上对的该是什么。

    Raises:
        FeedbackMissing: 没有这条反馈。
    """
    with ledger.writing() as connection:
        connection.execute("UPDATE feedback SET correction = ? WHERE id = ?", (storable(text), number))
        return _found(connection, number)


def feedback_inbox(
    ledger: Ledger, *, closed: bool = False, before: int | None = None, limit: int = 50
) -> tuple[Feedback, ...]:
    """反馈箱，新的在前：没处理的，或处理完的；`before` 是上一页最后一条的编号。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"""SELECT {_COLUMNS} FROM feedback WHERE (closed IS NOT NULL) = ? AND id < ?
                ORDER BY id DESC LIMIT ?""",  # noqa: S608
            (closed, (1 << 62) if before is None else before, limit),
        ).fetchall()
    return tuple(_feedback(row) for row in rows)


def close_feedback(ledger: Ledger, by: Who, number: int, note: str = "") -> Feedback:
    """管理员处理完一条；已处理完的不变。

    Raises:
        FeedbackMissing: 没有这条反馈。
    """
    with ledger.writing() as connection:
        if _found(connection, number).closed is None:
            connection.execute(
                "UPDATE feedback SET closed = ?, note = ? WHERE id = ?", (stamp(ledger.now()), storable(note), number)
            )
            did(ledger, by, "处理反馈", f"第 {number} 条：{note}" if note else f"第 {number} 条")
        return _found(connection, number)


_COLUMNS = "id, answer, person, at, verdict, correction, closed, note"
_Row = tuple[int, int, int | None, str, str, str | None, str | None, str | None]


def _found(connection: Connection, number: int) -> Feedback:
    row = connection.execute(f"SELECT {_COLUMNS} FROM feedback WHERE id = ?", (number,)).fetchone()  # noqa: S608
    if row is None:
        raise FeedbackMissing(number)
    return _feedback(row)


def _own(connection: Connection, answer: int, who: Who) -> Feedback:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM feedback WHERE answer = ? AND person IS ?",  # noqa: S608
        (answer, who.person),
    ).fetchone()
    return _feedback(row)


def _feedback(row: _Row) -> Feedback:
    number, answer, person, at, verdict, correction, closed, note = row
    return Feedback(number, answer, person, moment(at), Verdict(verdict), correction, maybe_moment(closed), note)
