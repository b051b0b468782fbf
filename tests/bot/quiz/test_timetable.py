"""时刻表：照单位的时区，到点办事；停机错过的补一次，几个程序同开也只办一次。"""

import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit import CONSOLE
from bot.classroom.bell import ringing
from bot.classroom.room import Classroom
from bot.ledger.chats import Place
from bot.ledger.file import BEIJING, Ledger
from bot.ledger.jobs import next_turn, take_turn
from bot.people import add_person
from bot.quiz.attempts import start
from bot.quiz.daily import DailySettings, daily_buttons, daily_for
from bot.quiz.grading import Verdict
from bot.quiz.items import LETTERS
from bot.quiz.library import Library
from bot.quiz.notices import Notice, NoticeKind, hand_over, notices_for
from bot.quiz.papers import draft, publish
from bot.quiz.privacy import Preferences, prefer
from bot.quiz.review import missed
from bot.quiz.steps import Stage
from bot.quiz.store import Paper, Settings
from bot.quiz.timetable import (
    DAILY,
    at_hour,
    at_time,
    change_daily,
    remind_of_deadlines,
    remind_of_reviews,
    send_daily,
    settle,
)
from tests.bot.ledgers import Clock, as_who, reopened
from tests.bot.quiz.folder import Folder
from tests.bot.quiz.test_attempts import answer_all, right_answer, wrong_answer

GROUP = Place("telegram", "-100")


def told(ledger: Ledger, person: int) -> list[tuple[NoticeKind, str]]:
    """给他的通知：种类与头一句，旧的在前。"""
    return [(n.kind, n.body.blocks[0].text) for n in reversed(notices_for(ledger, person))]


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """2026 年 3 月这一天，北京时间几点几分。"""
    return datetime(2026, 3, day, hour, minute, tzinfo=BEIJING).astimezone(UTC)


def test_an_attempt_left_alone_is_collected_and_its_person_told(
    ledger: Ledger, clock: Clock, person: int, published: Paper
) -> None:
    start(ledger, person, published.id)
    clock.forward(minutes=29)
    assert settle(ledger) == 0
    clock.forward(hours=5)
    again = reopened(ledger, clock)
    assert (settle(again), settle(again)) == (1, 0)
    said = "“新员工测验”的答题时间到了，已自动交卷：0 分，未及格。"
    assert told(again, person) == [(NoticeKind.COLLECTED, said)]
    assert len(missed(again, person)) == 5
    again.close()


def test_one_who_saw_the_score_is_not_told_again(ledger: Ledger, person: int, published: Paper) -> None:
    answer_all(ledger, person, published.id, 5)
    assert settle(ledger) == 1
    assert told(ledger, person) == []


def test_deadlines_are_told_once_to_those_still_to_answer(
    ledger: Ledger, clock: Clock, small_library: Library, person: int
) -> None:
    other = add_person(ledger, CONSOLE, "王五").id
    made = draft(ledger, CONSOLE, "限期", Settings(number=2, deadline=at(18, day=4)), small_library, 5)
    publish(ledger, CONSOLE, made.id, [person, other])
    answer_all(ledger, other, made.id, 1)
    clock.now = at(17, 59, day=3)
    remind_of_deadlines(ledger)
    assert told(ledger, person) == []
    for hour in (18, 19):
        clock.now = at(hour, day=3)
        remind_of_deadlines(ledger)
    assert told(ledger, person) == [(NoticeKind.DEADLINE, "“限期”03-04 18:00 截止，您还没有交卷。")]
    assert told(ledger, other) == []


def test_a_short_deadline_is_told_half_way(ledger: Ledger, clock: Clock, small_library: Library, person: int) -> None:
    made = draft(ledger, CONSOLE, "急", Settings(number=2, deadline=at(13)), small_library, 5)
    publish(ledger, CONSOLE, made.id, [person])
    clock.now = at(10, 59)
    remind_of_deadlines(ledger)
    assert told(ledger, person) == []
    clock.now = at(11)
    remind_of_deadlines(ledger)
    assert len(told(ledger, person)) == 1


@pytest.fixture
def with_missed(ledger: Ledger, clock: Clock, person: int, published: Paper) -> int:
    """错题本里有 5 题的人；现在是北京时间 9 点过一些，整点的提醒已经开始算。"""
    remind_of_reviews(ledger)
    answer_all(ledger, person, published.id, 0)
    settle(ledger)
    clock.forward(minutes=5)
    return person


def test_reviews_are_told_at_the_persons_hour_once_a_day(ledger: Ledger, clock: Clock, with_missed: int) -> None:
    prefer(ledger, with_missed, Preferences(hour=20))
    for hour in (10, 19):
        clock.now = at(hour)
        assert remind_of_reviews(ledger) == 0
    clock.now = at(20)
    assert (remind_of_reviews(ledger), remind_of_reviews(ledger)) == (1, 0)
    assert told(ledger, with_missed) == [(NoticeKind.REVIEW, "错题本里有 5 道题今天该复习了。")]
    clock.now = at(20, day=3)
    assert remind_of_reviews(ledger) == 1
    prefer(ledger, with_missed, Preferences(hour=None))
    clock.now = at(20, day=4)
    assert remind_of_reviews(ledger) == 0


def test_an_hour_missed_while_down_is_made_up_for_the_same_day(ledger: Ledger, clock: Clock, with_missed: int) -> None:
    prefer(ledger, with_missed, Preferences(hour=20))
    clock.now = at(22, 30)
    again = reopened(ledger, clock)
    assert (remind_of_reviews(again), remind_of_reviews(again)) == (1, 0)
    clock.now = at(7, day=5)
    assert remind_of_reviews(again) == 0
    again.close()


def test_the_daily_question_goes_to_the_group_and_subscribers(
    ledger: Ledger, clock: Clock, small_library: Library, person: int
) -> None:
    prefer(ledger, person, Preferences(daily=True))
    change_daily(ledger, DailySettings(on=True, at=time(9, 30), places=(GROUP,)))
    assert next_turn(ledger, DAILY) == at(9, 30)
    assert not send_daily(ledger, lambda: small_library)
    clock.now = at(9, 30)
    assert [send_daily(ledger, lambda: small_library) for _ in range(2)] == [True, False]
    group: list[Notice] = []
    hand_over(ledger, "telegram", (), group.append)
    assert [(n.kind, n.place) for n in group] == [(NoticeKind.DAILY, GROUP)]
    assert [n.body for n in notices_for(ledger, person)] == [group[0].body]
    clock.now = at(12, day=3)
    assert send_daily(reopened(ledger, clock), lambda: small_library)
    days = [daily_for(ledger, at(12, day=day).date(), small_library) for day in (2, 3)]
    assert len({d.item.stem for d in days if d is not None}) == 2


def test_days_missed_while_down_are_not_sent_late(ledger: Ledger, clock: Clock, small_library: Library) -> None:
    change_daily(ledger, DailySettings(on=True, at=time(9, 30), places=(GROUP,)))
    clock.now = at(8, day=6)
    assert not send_daily(ledger, lambda: small_library)
    clock.now = at(9, 31, day=6)
    assert send_daily(ledger, lambda: small_library)


def test_a_daily_question_is_answered_once_and_a_miss_is_reviewed(
    room: Classroom, ledger: Ledger, small_library: Library, person: int
) -> None:
    today = daily_for(ledger, at(9).date(), small_library)
    assert today is not None
    buttons = dict(zip(LETTERS, daily_buttons(today), strict=False))
    step = room.learn.press(as_who(person), buttons[wrong_answer(today.item)].press)
    assert step.stage is Stage.DAILY
    assert step.blocks[1].text.startswith(Verdict.WRONG)
    again = room.learn.press(as_who(person), buttons[right_answer(today.item)].press)
    assert again == step
    assert [m.item for m in room.learn.notebook(as_who(person))] == [today.item]


def test_a_trainer_moves_the_daily_question(room: Classroom, ledger: Ledger) -> None:
    room.teach.set_daily(CONSOLE, DailySettings(on=True, at=time(9, 30)))
    room.teach.set_daily(CONSOLE, replace(room.teach.daily(CONSOLE), at=time(8, 5)))
    assert next_turn(ledger, DAILY) == at(8, 5, day=3)


@pytest.fixture
def room(ledger: Ledger) -> Classroom:
    """教室。"""
    return Classroom(Folder(), ledger)


def test_the_bell_does_what_was_missed_as_soon_as_it_rings(
    room: Classroom, ledger: Ledger, clock: Clock, person: int, published: Paper
) -> None:
    start(ledger, person, published.id)
    clock.forward(hours=1)
    done = threading.Event()
    with ringing(room, every=0.01):
        while not done.wait(0.01):
            if told(ledger, person):
                done.set()
    assert [kind for kind, _ in told(ledger, person)] == [NoticeKind.COLLECTED]


def test_two_programs_share_the_work(ledger: Ledger, clock: Clock) -> None:
    follow = at_hour(ledger.zone)
    take_turn(ledger, "铃", follow)
    clock.forward(hours=1)
    others = [Ledger(ledger.path, clock) for _ in range(4)]
    taken: list[object] = []
    threads = [threading.Thread(target=lambda one=one: taken.append(take_turn(one, "铃", follow))) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([turn for turn in taken if turn is not None]) == 1
    for one in others:
        one.close()


def test_work_that_failed_is_taken_back(ledger: Ledger, clock: Clock) -> None:
    follow = at_hour(ledger.zone)
    take_turn(ledger, "铃", follow)
    clock.forward(hours=1)

    def failing() -> None:
        with ledger.writing():
            assert take_turn(ledger, "铃", follow) is not None
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert take_turn(ledger, "铃", follow) is not None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - 时区另给
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
)
def test_the_next_time_is_after_now_and_within_a_day_or_so(now: datetime, when: time, name: str) -> None:
    zone = ZoneInfo(name)
    found = at_time(when, zone)(now)
    assert now < found <= now + timedelta(hours=25)
    hour = at_hour(zone)(now)
    assert now < hour <= now + timedelta(hours=1)
    assert hour.astimezone(zone).minute == 0
