"""答卷：一人一时一份，时限跨重启有效，迟了就是迟了，走开了还能回来。"""

from datetime import timedelta

import pytest

from bot.audit import CONSOLE
from bot.ledger.file import Ledger
from bot.people import add_person, join
from bot.quiz import review
from bot.quiz.attempts import answer, attempt, attempts_by, collect, finish, reordered, running, shown, start, toggle
from bot.quiz.errors import AttemptMissing, AttemptOver, AttemptRunning, NoAttemptsLeft, PaperClosed
from bot.quiz.generate import generate
from bot.quiz.grading import Verdict, grade
from bot.quiz.items import LETTERS, TYPED_KINDS, Item, ItemKind
from bot.quiz.library import Library
from bot.quiz.papers import draft, publish
from bot.quiz.privacy import Preferences, deleted, exported, prefer, preferences, to_remind
from bot.quiz.prove import Prover
from bot.quiz.results import leaderboard, results, score
from bot.quiz.sheets import result_book
from bot.quiz.store import Paper, Settings
from tests.bot.ledgers import START, Clock, reopened
from tests.bot.quiz.samples import reports


def right_answer(item: Item) -> str:
    """照答案写。"""
    return item.key.text if item.kind in TYPED_KINDS else "".join(LETTERS[i] for i in item.key.choices)


def wrong_answer(item: Item) -> str:
    """必错的写法。"""
    if item.kind in TYPED_KINDS:
        return "98765432"
    if item.kind is ItemKind.ORDER:
        return "".join(reversed(right_answer(item)))
    if item.kind is ItemKind.MULTIPLE:
        return next(LETTERS[i] for i in range(len(item.options)) if i not in item.key.choices)
    return LETTERS[(item.key.choices[0] + 1) % len(item.options)]


def answer_all(ledger: Ledger, person: int, named: int, right: int) -> None:
    """答一遍：前 `right` 题对，余下的错。"""
    going = start(ledger, person, named)
    for at, place in enumerate(going.places):
        item = shown(ledger, place)
        answer(ledger, person, right_answer(item) if at < right else wrong_answer(item))
    finish(ledger, person)


def test_leave_restart_and_come_back(ledger: Ledger, clock: Clock, person: int, published: Paper) -> None:
    going = start(ledger, person, published.id)
    first = shown(ledger, going.places[0])
    assert answer(ledger, person, right_answer(first))[1].verdict is Verdict.RIGHT
    clock.forward(minutes=10)
    again = reopened(ledger, clock)
    back = running(again, person)
    assert back is not None
    assert (back.next_place, back.places, back.ends) == (1, going.places, going.ends)
    assert start(again, person, published.id).id == going.id
    again.close()


def test_the_time_limit_holds_while_the_program_is_down(
    ledger: Ledger, clock: Clock, person: int, published: Paper
) -> None:
    going = start(ledger, person, published.id)
    item = shown(ledger, going.places[0])
    clock.forward(minutes=30)
    again = reopened(ledger, clock)
    with pytest.raises(AttemptOver, match="来迟了，不计分"):
        answer(again, person, right_answer(item))
    done = attempt(again, going.id)
    assert (done.late, done.finished, done.answers) == (True, going.ends, ())
    with pytest.raises(AttemptMissing):
        answer(again, person, "A")
    again.close()


def test_a_second_before_the_limit_is_in_time(ledger: Ledger, clock: Clock, person: int, published: Paper) -> None:
    going = start(ledger, person, published.id)
    clock.forward(minutes=29, seconds=59)
    assert answer(ledger, person, right_answer(shown(ledger, going.places[0])))[1].verdict is Verdict.RIGHT
    clock.forward(seconds=1)
    (done,) = collect(ledger)
    assert (done.late, len(done.answers)) == (True, 1)
    assert score(ledger, done).points == 20


def test_one_person_one_attempt_at_a_time(
    ledger: Ledger, small_library: Library, person: int, published: Paper
) -> None:
    other = draft(ledger, CONSOLE, "另一份", Settings(number=2), small_library, 5)
    publish(ledger, CONSOLE, other.id)
    start(ledger, person, published.id)
    with pytest.raises(AttemptRunning, match="您正在答“新员工测验”"):
        start(ledger, person, other.id)
    finish(ledger, person)
    assert start(ledger, person, other.id).paper == other.id


def test_attempts_run_out_and_papers_close(
    ledger: Ledger, clock: Clock, small_library: Library, person: int, published: Paper
) -> None:
    for right in (1, 4):
        answer_all(ledger, person, published.id, right)
    with pytest.raises(NoAttemptsLeft, match="只能答 2 次"):
        start(ledger, person, published.id)
    assert [s.points for s in results(ledger, published.id).scores] == [80]
    clock.forward(hours=1)
    deadline = clock.now + timedelta(minutes=5)
    closing = draft(ledger, CONSOLE, "限期", Settings(number=2, minutes=60, deadline=deadline), small_library, 5)
    publish(ledger, CONSOLE, closing.id)
    clock.forward(minutes=5)
    with pytest.raises(PaperClosed, match="“限期”已于"):
        start(ledger, person, closing.id)


def test_an_answer_given_stays(ledger: Ledger, person: int, published: Paper) -> None:
    going = start(ledger, person, published.id)
    place = going.places[0]
    item = shown(ledger, place)
    _, given = answer(ledger, person, wrong_answer(item), place.item)
    assert given.verdict is not Verdict.RIGHT
    _, again = answer(ledger, person, right_answer(item), place.item)
    assert again == given


def test_what_is_not_understood_is_asked_again(ledger: Ledger, person: int, published: Paper) -> None:
    start(ledger, person, published.id)
    going, given = answer(ledger, person, "？？？")
    assert (given.verdict, going.next_place, going.answers) == (Verdict.UNREADABLE, 0, ())


def test_shuffled_items_are_still_proven(small_library: Library) -> None:
    prover = Prover(reports())
    for item in generate(small_library, 4):
        if item.kind is ItemKind.ORDER:
            continue
        order = tuple(reversed(range(len(item.options)))) if item.kind is not ItemKind.TRUE_FALSE else (0, 1)
        mixed = reordered(item, order if item.options else ())
        assert prover.fault(mixed) is None, item.stem
        assert grade(mixed, right_answer(mixed)) is Verdict.RIGHT


def test_picked_options_survive_a_restart(ledger: Ledger, clock: Clock, small_library: Library, person: int) -> None:
    many = draft(ledger, CONSOLE, "多选", Settings(number=1, shares={ItemKind.MULTIPLE: 1}), small_library, 2)
    publish(ledger, CONSOLE, many.id)
    start(ledger, person, many.id)
    for option in (2, 0, 2):
        toggle(ledger, person, option)
    again = reopened(ledger, clock)
    back = running(again, person)
    assert back is not None
    assert back.picked == (0,)
    again.close()


def test_missed_items_come_back_when_due(ledger: Ledger, clock: Clock, person: int, published: Paper) -> None:
    going = start(ledger, person, published.id)
    for place in going.places[:3]:
        answer(ledger, person, wrong_answer(shown(ledger, place)))
    assert review.note(ledger, finish(ledger, person)) == 5
    assert len(review.missed(ledger, person)) == 5
    assert review.due(ledger, person) == ()
    clock.forward(minutes=1)
    waiting = review.due(ledger, person)
    assert len(waiting) == 5
    entry = waiting[0]
    days = []
    for _ in range(5):
        found, verdict = review.reviewed(ledger, person, entry.identity, right_answer(entry.item))
        assert verdict is Verdict.RIGHT
        days.append((found.due - clock.now).total_seconds())
        clock.now = found.due
    assert days[1:] == sorted(days[1:])
    assert days[-1] > 10 * 86400
    found, verdict = review.reviewed(ledger, person, entry.identity, wrong_answer(entry.item))
    assert verdict is not Verdict.RIGHT
    assert (found.missed, (found.due - clock.now).total_seconds() < 3600) == (2, True)


def test_results_of_a_class(ledger: Ledger, published: Paper) -> None:
    marks = [5, 5, 4, 3, 2, 1, 0, 0]
    people = [add_person(ledger, CONSOLE, f"员工{i}").id for i in range(len(marks))]
    for number, right in zip(people, marks, strict=True):
        answer_all(ledger, number, published.id, right)
    found = results(ledger, published.id)
    assert [s.points for s in found.scores] == [100, 100, 80, 60, 40, 20, 0, 0]
    assert [s.passed for s in found.scores] == [True] * 4 + [False] * 4
    assert set(found.failed) == set(people[4:])
    assert dict(found.bins) == {"0–59": 4, "60–69": 1, "70–79": 0, "80–89": 1, "90–100": 2}
    assert sum(r.rate for r in found.items) == pytest.approx(sum(marks) / len(marks))
    assert all(r.discrimination == 1.0 for r in found.items)
    prefer(ledger, people[0], Preferences(ranked=False))
    assert leaderboard(ledger, published.id)[0].person == people[1]
    assert result_book(found, ledger.zone)[:2] == b"PK"


def test_nicknames_instead_of_names(ledger: Ledger, small_library: Library, person: int) -> None:
    made = draft(ledger, CONSOLE, "匿名", Settings(number=2, nicknames=True, attempts=0), small_library, 1)
    publish(ledger, CONSOLE, made.id)
    answer_all(ledger, person, made.id, 2)
    assert results(ledger, made.id).scores[0].name == f"{person} 号"
    prefer(ledger, person, Preferences(nickname=" 小青 ", hour=8))
    assert results(ledger, made.id).scores[0].name == "小青"
    assert (to_remind(ledger, 8), to_remind(ledger, 9)) == ((), ())


def test_a_person_takes_out_and_deletes_what_is_theirs(ledger: Ledger, person: int, published: Paper) -> None:
    answer_all(ledger, person, published.id, 3)
    review.note(ledger, attempts_by(ledger, person)[0])
    told = exported(ledger, person)
    assert (len(told["答卷"]), len(told["作答"]), len(told["错题本"])) == (1, 5, 2)
    deleted(ledger, person)
    assert all(rows == [] for rows in exported(ledger, person).values())
    assert preferences(ledger, person) == Preferences()
    assert results(ledger, published.id).scores == ()


def test_two_accounts_of_one_person_become_one(ledger: Ledger, person: int, published: Paper) -> None:
    other = add_person(ledger, CONSOLE, "张三（企业微信）").id
    answer_all(ledger, other, published.id, 5)
    join(ledger, person, other)
    assert [a.person for a in attempts_by(ledger, person)] == [person]
    assert attempts_by(ledger, person)[0].started >= START
