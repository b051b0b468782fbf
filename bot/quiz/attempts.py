"""答卷：一人一时一份，时限跨重启有效，来迟了就是来迟了，走开了还能回来。"""

import json
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.ledger.file import Connection, Ledger, maybe_moment, moment, stamp, storable
from bot.quiz.errors import (
    AttemptMissing,
    AttemptOver,
    AttemptRunning,
    ItemMissing,
    NoAttemptsLeft,
    PaperClosed,
    PaperUnpublished,
    TooFewItems,
)
from bot.quiz.grading import Verdict, grade
from bot.quiz.items import TYPED_KINDS, Item, ItemKind, Key, Wrong
from bot.quiz.papers import require_invited
from bot.quiz.store import Paper, item_of, items_of, paper


@dataclass(frozen=True, slots=True)
class Place:
    """答卷里的一题：题号，和这份答卷里选项的次序。"""

    item: int
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """一题的作答；`given` 是他写的，`verdict` 是判的。"""

    item: int
    at: datetime
    given: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Attempt:
    """一份答卷。

    `ends` 是交卷时限（时限与试卷截止时间中较早的）；`picked` 是多选、排序题正选着的选项；
    `late` 为真即到时未交、自动收卷。
    """

    id: int
    paper: int
    person: int
    started: datetime
    ends: datetime | None
    places: tuple[Place, ...]
    picked: tuple[int, ...]
    finished: datetime | None
    late: bool
    answers: tuple[Given, ...]

    @property
    def next_place(self) -> int | None:
        """第一道还没答的，从 0 起；都答了为 None。"""
        done = {a.item for a in self.answers}
        return next((i for i, p in enumerate(self.places) if p.item not in done), None)

    def given(self, item: int) -> Given | None:
        """这一题的作答；还没答为 None。"""
        return next((a for a in self.answers if a.item == item), None)


def start(ledger: Ledger, person: int, named: int | str) -> Attempt:
    """开始一份答卷；正在答的就是这份，则接着答。

    Raises:
        PaperMissing: 没有这份试卷。
        PaperUnpublished: 还没有发布。
        NotInvited: 不是发给他的。
        PaperClosed: 过了截止时间。
        AttemptRunning: 另一份还没答完。
        NoAttemptsLeft: 次数用完了。
    """
    chosen = paper(ledger, named)
    with ledger.writing() as connection:
        going = running(ledger, person)
        if going is not None and going.paper == chosen.id:
            return going
        if going is not None:
            raise AttemptRunning(paper(ledger, going.paper).title)
        _may_start(ledger, connection, chosen, person)
        now = ledger.now()
        places = _laid_out(ledger, chosen, person)
        cursor = connection.execute(
            "INSERT INTO quiz_attempts (paper, person, started, ends, items) VALUES (?, ?, ?, ?, ?)",
            (chosen.id, person, stamp(now), _stamped(_ends(chosen, now)), _written(places)),
        )
        return attempt(ledger, cursor.lastrowid or 0)


def _may_start(ledger: Ledger, connection: Connection, chosen: Paper, person: int) -> None:
    if chosen.published is None:
        raise PaperUnpublished(chosen.title)
    require_invited(ledger, chosen, person)
    ended = chosen.ended(ledger.now())
    if ended is not None:
        raise PaperClosed(chosen.title, f"{ledger.local(ended):%Y-%m-%d %H:%M}")
    used = connection.execute(
        "SELECT count(*) FROM quiz_attempts WHERE paper = ? AND person = ?", (chosen.id, person)
    ).fetchone()[0]
    if chosen.settings.attempts and used >= chosen.settings.attempts:
        raise NoAttemptsLeft(chosen.title, chosen.settings.attempts)


def _ends(chosen: Paper, now: datetime) -> datetime | None:
    limit = None if chosen.settings.minutes is None else now + timedelta(minutes=chosen.settings.minutes)
    return min((t for t in (limit, chosen.settings.deadline) if t is not None), default=None)


def _laid_out(ledger: Ledger, chosen: Paper, person: int) -> tuple[Place, ...]:
    """题目与选项的次序；撤下的题不在内。"""
    entries = items_of(ledger, chosen.id)
    if not entries:
        raise TooFewItems(1, 0)
    dice = random.Random(f"{chosen.id}:{person}:{stamp(ledger.now())}")  # noqa: S311 - 打乱次序不是保密
    places = [Place(e.id, _options_order(e.item, dice, shuffle=chosen.settings.shuffle)) for e in entries]
    if chosen.settings.shuffle:
        dice.shuffle(places)
    return tuple(places)


_FIXED = frozenset({ItemKind.TRUE_FALSE, ItemKind.YEAR, ItemKind.ROLE, ItemKind.ORDER})


def _options_order(item: Item, dice: random.Random, *, shuffle: bool) -> tuple[int, ...]:
    order = list(range(len(item.options)))
    if shuffle and item.kind not in _FIXED:
        dice.shuffle(order)
    return tuple(order)


def shown(ledger: Ledger, place: Place) -> Item:
    """这份答卷里的这道题：选项已照其次序排好，答案也跟着换了。"""
    return reordered(item_of(ledger, place.item).item, place.order)


def reordered(item: Item, order: tuple[int, ...]) -> Item:
    """选项换个次序的同一道题。"""
    at = {old: new for new, old in enumerate(order)}
    keys = [at[i] for i in item.key.choices]
    rests = item.rests_on
    if item.kind is ItemKind.MULTIPLE and len(keys) == len(rests):
        pairs = sorted(zip(keys, rests, strict=True), key=lambda pair: pair[0])
        keys, rests = [k for k, _ in pairs], tuple(r for _, r in pairs)
    wrongs = item.wrongs
    if item.kind is not ItemKind.TRUE_FALSE:
        wrongs = tuple(Wrong(at[w.option], w.why, w.source) for w in wrongs)
    options = tuple(item.options[i] for i in order)
    return replace(item, options=options, key=Key(tuple(keys), item.key.text), wrongs=wrongs, rests_on=rests)


def answer(ledger: Ledger, person: int, given: str, item: int | None = None) -> tuple[Attempt, Given]:
    """答一题（不说哪题就是第一道没答的）；已答过的不改。看不懂的不记，请他重答。

    Raises:
        AttemptMissing: 没有正在答的。
        AttemptOver: 时间到了，这一答不算。
        ItemMissing: 卷里没有这道题。
    """
    late: Attempt | None = None
    with ledger.writing() as connection:
        going = _open(connection, person)
        if going is None:
            raise AttemptMissing
        if _is_over(going, ledger.now()):
            late = _collected(ledger, connection, going)
        else:
            return _graded(ledger, connection, going, given, item)
    raise AttemptOver(paper(ledger, late.paper).title)


def _graded(
    ledger: Ledger, connection: Connection, going: Attempt, given: str, item: int | None
) -> tuple[Attempt, Given]:
    at = going.next_place if item is None else next((i for i, p in enumerate(going.places) if p.item == item), None)
    if at is None:
        raise ItemMissing(item or 0)
    place = going.places[at]
    known = going.given(place.item)
    if known is not None:
        return going, known
    verdict = grade(shown(ledger, place), given)
    told = Given(place.item, ledger.now(), given, verdict)
    if verdict is not Verdict.UNREADABLE:
        connection.execute(
            "INSERT INTO quiz_answers (attempt, item, at, given, verdict) VALUES (?, ?, ?, ?, ?)",
            (going.id, place.item, stamp(told.at), storable(given[:500]), verdict),
        )
        connection.execute("UPDATE quiz_attempts SET picked = NULL WHERE id = ?", (going.id,))
    return attempt(ledger, going.id), told


def toggle(ledger: Ledger, person: int, option: int) -> Attempt:
    """多选、排序题按一下一个选项：没选的选上（排在最后），选了的去掉；重启后还在。

    Raises:
        AttemptMissing: 没有正在答的。
    """
    with ledger.writing() as connection:
        going = running(ledger, person)
        if going is None or going.next_place is None:
            raise AttemptMissing
        item = shown(ledger, going.places[going.next_place])
        if item.kind in TYPED_KINDS or not 0 <= option < len(item.options):
            raise ItemMissing(option)
        kept = tuple(i for i in going.picked if i != option)
        picked = kept if option in going.picked else (*kept, option)
        connection.execute("UPDATE quiz_attempts SET picked = ? WHERE id = ?", (json.dumps(picked), going.id))
        return attempt(ledger, going.id)


def finish(ledger: Ledger, person: int) -> Attempt:
    """交卷；时间已到的照到时收卷。

    Raises:
        AttemptMissing: 没有正在答的。
    """
    with ledger.writing() as connection:
        going = _open(connection, person)
        if going is None:
            raise AttemptMissing
        if _is_over(going, ledger.now()):
            return _collected(ledger, connection, going)
        connection.execute("UPDATE quiz_attempts SET finished = ? WHERE id = ?", (stamp(ledger.now()), going.id))
        return attempt(ledger, going.id)


def running(ledger: Ledger, person: int) -> Attempt | None:
    """正在答的那份；时间到了的当即收卷，为 None。"""
    with ledger.writing() as connection:
        going = _open(connection, person)
        if going is not None and _is_over(going, ledger.now()):
            _collected(ledger, connection, going)
            return None
    return going


def latest(ledger: Ledger, person: int) -> Attempt | None:
    """最近开始的一份，交没交都算；一份也没有为 None。"""
    with ledger.reading() as connection:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM quiz_attempts WHERE person = ? ORDER BY id DESC LIMIT 1",  # noqa: S608
            (person,),
        ).fetchone()
        return None if row is None else _attempt(connection, row)


def collect(ledger: Ledger) -> tuple[Attempt, ...]:
    """把到时未交的都收上来；程序启动时与定时各做一次。"""
    with ledger.writing() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM quiz_attempts WHERE finished IS NULL AND ends <= ?",  # noqa: S608
            (stamp(ledger.now()),),
        ).fetchall()
        return tuple(_collected(ledger, connection, _attempt(connection, row)) for row in rows)


def attempt(ledger: Ledger, number: int) -> Attempt:
    """按编号取一份答卷。

    Raises:
        AttemptMissing: 没有。
    """
    with ledger.reading() as connection:
        row = connection.execute(f"SELECT {_COLUMNS} FROM quiz_attempts WHERE id = ?", (number,)).fetchone()  # noqa: S608
        if row is None:
            raise AttemptMissing
        return _attempt(connection, row)


def attempts_of(ledger: Ledger, number: int) -> tuple[Attempt, ...]:
    """一份试卷的全部答卷，按开始先后。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM quiz_attempts WHERE paper = ? ORDER BY id",  # noqa: S608
            (number,),
        ).fetchall()
        return tuple(_attempt(connection, row) for row in rows)


def attempts_by(ledger: Ledger, person: int) -> tuple[Attempt, ...]:
    """一个人的全部答卷，按开始先后。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM quiz_attempts WHERE person = ? ORDER BY id",  # noqa: S608
            (person,),
        ).fetchall()
        return tuple(_attempt(connection, row) for row in rows)


_COLUMNS = "id, paper, person, started, ends, items, picked, finished, late"


def _open(connection: Connection, person: int) -> Attempt | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM quiz_attempts WHERE person = ? AND finished IS NULL",  # noqa: S608
        (person,),
    ).fetchone()
    return None if row is None else _attempt(connection, row)


def _is_over(going: Attempt, now: datetime) -> bool:
    return going.ends is not None and now >= going.ends


def _collected(ledger: Ledger, connection: Connection, going: Attempt) -> Attempt:
    """到时收卷，交卷时刻记作时限那一刻。"""
    connection.execute("UPDATE quiz_attempts SET finished = ?, late = 1 WHERE id = ?", (_stamped(going.ends), going.id))
    return attempt(ledger, going.id)


def _stamped(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def _written(places: tuple[Place, ...]) -> str:
    return json.dumps([[p.item, p.order] for p in places])


def _attempt(connection: Connection, row: tuple[Any, ...]) -> Attempt:
    number, paper_number, person, started, ends, items, picked, finished, late = row
    answers = connection.execute(
        "SELECT item, at, given, verdict FROM quiz_answers WHERE attempt = ? ORDER BY at, item", (number,)
    ).fetchall()
    return Attempt(
        id=number,
        paper=paper_number,
        person=person,
        started=moment(started),
        ends=maybe_moment(ends),
        places=tuple(Place(item, tuple(order)) for item, order in json.loads(items)),
        picked=tuple(json.loads(picked)) if picked else (),
        finished=maybe_moment(finished),
        late=bool(late),
        answers=tuple(Given(item, moment(at), given, Verdict(verdict)) for item, at, given, verdict in answers),
    )
