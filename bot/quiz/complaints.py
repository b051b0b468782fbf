"""报错：答题的人说哪道题有错，连同引文交给出题人。"""

from dataclasses import dataclass
from datetime import datetime

from bot.ledger.file import Ledger, moment, stamp, storable
from bot.quiz.errors import ComplaintMissing
from bot.quiz.store import PaperItem, item_of


@dataclass(frozen=True, slots=True)
class Complaint:
    """一条报错。"""

    id: int
    item: PaperItem
    person: int | None
    at: datetime
    said: str


def complain(ledger: Ledger, person: int, item: int, said: str) -> int:
    """报一道题有错，返回编号。

    Raises:
        ItemMissing: 没有这道题。
    """
    with ledger.writing() as connection:
        item_of(ledger, item)
        cursor = connection.execute(
            "INSERT INTO quiz_complaints (item, person, at, said) VALUES (?, ?, ?, ?)",
            (item, person, stamp(ledger.now()), storable(said)[:500]),
        )
        return cursor.lastrowid or 0


def complaints(ledger: Ledger, paper: int | None = None) -> tuple[Complaint, ...]:
    """还没有处理的报错，旧的在前。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            """SELECT quiz_complaints.id, quiz_complaints.item, quiz_complaints.person, at, said FROM quiz_complaints
               JOIN quiz_items ON quiz_items.id = quiz_complaints.item
               WHERE closed IS NULL AND (?1 IS NULL OR paper = ?1) ORDER BY quiz_complaints.id""",
            (paper,),
        ).fetchall()
    return tuple(Complaint(n, item_of(ledger, item), person, moment(at), said) for n, item, person, at, said in rows)


def complaint(ledger: Ledger, number: int) -> Complaint:
    """按编号取一条，处理过的也在内。

    Raises:
        ComplaintMissing: 没有。
    """
    with ledger.reading() as connection:
        row = connection.execute(
            "SELECT id, item, person, at, said FROM quiz_complaints WHERE id = ?", (number,)
        ).fetchone()
    if row is None:
        raise ComplaintMissing(number)
    return Complaint(row[0], item_of(ledger, row[1]), row[2], moment(row[3]), row[4])


def close(ledger: Ledger, number: int, answer: str | None = None) -> None:
    """处理完一条；`answer` 是给报错的人的答复。"""
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE quiz_complaints SET closed = ?, answer = ? WHERE id = ?",
            (stamp(ledger.now()), answer and storable(answer)[:500], number),
        )
