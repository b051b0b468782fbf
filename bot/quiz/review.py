"""错题本：答错的题按 FSRS 安排何时再问。"""

import json
from dataclasses import dataclass
from datetime import datetime

from fsrs import Card, Rating, Scheduler

from bot.ledger.file import Connection, Ledger, moment, stamp
from bot.quiz.attempts import Attempt
from bot.quiz.errors import ItemMissing
from bot.quiz.grading import Verdict, grade
from bot.quiz.items import Item
from bot.quiz.store import decoded, encoded, item_of

_SCHEDULER = Scheduler(enable_fuzzing=False)
"""不加随机的出入，同样的作答总得同样的日子。"""


@dataclass(frozen=True, slots=True)
class Missed:
    """错题本里的一题；`missed` 是一共错过几次，`due` 是该再问的时刻，`picked` 是多选、排序题正选着的。"""

    person: int
    identity: str
    item: Item
    due: datetime
    missed: int
    picked: tuple[int, ...] = ()


def note(ledger: Ledger, done: Attempt) -> int:
    """交卷之后：答错的和没答的进错题本，返回进了几道；本来就在本里而答对的，照答对安排。一份只记一次。"""
    added = 0
    with ledger.writing() as connection:
        marked = connection.execute(
            "UPDATE quiz_attempts SET noted = ? WHERE id = ? AND noted IS NULL", (stamp(ledger.now()), done.id)
        )
        if marked.rowcount == 0:
            return 0
        for place in done.places:
            entry = item_of(ledger, place.item)
            if entry.withdrawn is not None:
                continue
            given = done.given(place.item)
            right = given is not None and given.verdict is Verdict.RIGHT
            note_one(ledger, done.person, entry.item, right=right)
            added += not right
    return added


def unnoted(ledger: Ledger) -> tuple[int, ...]:
    """交了卷，还没有记进错题本的答卷。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT id FROM quiz_attempts WHERE finished IS NOT NULL AND noted IS NULL ORDER BY id"
        ).fetchall()
    return tuple(row[0] for row in rows)


def note_one(ledger: Ledger, person: int, item: Item, *, right: bool) -> None:
    """答过一题：错的进错题本；对的只在本来就在本里时才另作安排。"""
    with ledger.writing() as connection:
        if not right or _row(connection, person, item.identity) is not None:
            _schedule(ledger, connection, person, item, right=right)


def toggle(ledger: Ledger, person: int, identity: str, option: int) -> Missed:
    """复习多选、排序题时按一下一个选项，同 `attempts.toggle`。

    Raises:
        ItemMissing: 错题本里没有这道题，或没有这个选项。
    """
    with ledger.writing() as connection:
        entry = _missed(_row(connection, person, identity))
        if not 0 <= option < len(entry.item.options):
            raise ItemMissing(option)
        kept = tuple(i for i in entry.picked if i != option)
        picked = kept if option in entry.picked else (*kept, option)
        connection.execute(
            "UPDATE quiz_cards SET picked = ? WHERE person = ? AND identity = ?",
            (json.dumps(picked), person, identity),
        )
        return _missed(_row(connection, person, identity))


def due(ledger: Ledger, person: int, limit: int = 20) -> tuple[Missed, ...]:
    """现在该复习的，最早到期的在前。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM quiz_cards WHERE person = ? AND due <= ? ORDER BY due, identity LIMIT ?",  # noqa: S608
            (person, stamp(ledger.now()), limit),
        ).fetchall()
    return tuple(_missed(row) for row in rows)


def missed(ledger: Ledger, person: int) -> tuple[Missed, ...]:
    """整本错题本，错得多的在前。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM quiz_cards WHERE person = ? ORDER BY missed DESC, due, identity",  # noqa: S608
            (person,),
        ).fetchall()
    return tuple(_missed(row) for row in rows)


def reviewed(ledger: Ledger, person: int, identity: str, given: str) -> tuple[Missed, Verdict]:
    """复习一题，重新安排；看不懂的不算，请他重答。

    Raises:
        ItemMissing: 错题本里没有这道题。
    """
    with ledger.writing() as connection:
        row = _row(connection, person, identity)
        if row is None:
            raise ItemMissing(0)
        entry = _missed(row)
        verdict = grade(entry.item, given)
        if verdict is not Verdict.UNREADABLE:
            _schedule(ledger, connection, person, entry.item, right=verdict is Verdict.RIGHT)
            entry = _missed(_row(connection, person, identity))
    return entry, verdict


def forget(ledger: Ledger, person: int, identity: str) -> None:
    """从错题本里去掉一题（学会了，或题已撤下）。"""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM quiz_cards WHERE person = ? AND identity = ?", (person, identity))


def forget_withdrawn(ledger: Ledger) -> int:
    """撤下的题也从各人的错题本里去掉，返回去掉几条。"""
    with ledger.writing() as connection:
        return connection.execute(
            "DELETE FROM quiz_cards WHERE identity IN (SELECT identity FROM quiz_items WHERE withdrawn IS NOT NULL)"
        ).rowcount


_COLUMNS = "person, identity, item, card, due, missed, picked"
_Row = tuple[int, str, str, str, str, int, str | None]


def _row(connection: Connection, person: int, identity: str) -> _Row | None:
    found: _Row | None = connection.execute(
        f"SELECT {_COLUMNS} FROM quiz_cards WHERE person = ? AND identity = ?",  # noqa: S608
        (person, identity),
    ).fetchone()
    return found


def _schedule(ledger: Ledger, connection: Connection, person: int, item: Item, *, right: bool) -> None:
    now = ledger.now()
    row = _row(connection, person, item.identity)
    card = Card(card_id=0, due=now) if row is None else Card.from_json(row[3])
    rated, _ = _SCHEDULER.review_card(card, Rating.Good if right else Rating.Again, now)
    times = (0 if row is None else row[5]) + (not right)
    connection.execute(
        """INSERT INTO quiz_cards (person, identity, item, card, due, missed, added) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (person, identity) DO UPDATE SET card = excluded.card, due = excluded.due,
           missed = excluded.missed, picked = NULL""",
        (person, item.identity, encoded(item), rated.to_json(), stamp(rated.due), times, stamp(now)),
    )


def _missed(row: _Row | None) -> Missed:
    if row is None:
        raise ItemMissing(0)
    person, identity, item, _, at, times, picked = row
    return Missed(person, identity, decoded(item), moment(at), times, tuple(json.loads(picked)) if picked else ())
