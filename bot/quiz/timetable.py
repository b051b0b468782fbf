"""时刻表：到时收卷、截止前提醒、几点提醒复习、几点发每日一题；时刻都照单位所在的时区。"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.ledger.file import Ledger
from bot.ledger.jobs import next_turn, reschedule, take_turn
from bot.quiz import announcements, review
from bot.quiz.attempts import attempt, collect
from bot.quiz.daily import DailySettings, daily_for, daily_settings, push, set_daily
from bot.quiz.library import Library
from bot.quiz.privacy import to_remind
from bot.quiz.store import Paper, papers

REVIEW, DAILY = "提醒复习", "每日一题"
BEFORE_DEADLINE = timedelta(hours=24)


def at_hour(zone: tzinfo) -> Callable[[datetime], datetime]:
    """下一个整点。"""

    def following(now: datetime) -> datetime:
        local = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
        return (local.astimezone(UTC) + timedelta(hours=1)).astimezone(UTC)

    return following


def at_time(when: time, zone: tzinfo) -> Callable[[datetime], datetime]:
    """每天的这个时候，此刻之后最近的一次。"""

    def following(now: datetime) -> datetime:
        today = now.astimezone(zone).date()
        first = datetime.combine(today, when, zone)
        return (first if first > now else datetime.combine(today + timedelta(days=1), when, zone)).astimezone(UTC)

    return following


def settle(ledger: Ledger) -> int:
    """到时未交的收上来；交了卷还没有记的，错的进错题本，自动收的告诉本人。返回记了几份。"""
    with ledger.writing():
        collect(ledger)
        waiting = review.unnoted(ledger)
        for number in waiting:
            done = attempt(ledger, number)
            review.note(ledger, done)
            if done.late:
                announcements.collected(ledger, done)
    return len(waiting)


def remind_of_deadlines(ledger: Ledger) -> None:
    """快截止的，提醒还没有交卷的人；发卷时就所余不多的，过了一半再提醒。"""
    now = ledger.now()
    for chosen in papers(ledger):
        deadline = chosen.settings.deadline
        if chosen.published is None or deadline is None or chosen.ended(now) is not None:
            continue
        if now >= deadline - _notice_before(chosen, deadline):
            announcements.deadline_near(ledger, chosen)


def _notice_before(chosen: Paper, deadline: datetime) -> timedelta:
    whole = deadline - (chosen.published or chosen.created)
    return min(BEFORE_DEADLINE, whole / 2)


def remind_of_reviews(ledger: Ledger) -> int:
    """到了整点，提醒把复习定在这个钟点的人；停机错过的钟点，当天的补上，前几天的不补。返回提醒几人。"""
    with ledger.writing():
        turn = take_turn(ledger, REVIEW, at_hour(ledger.zone))
        if turn is None:
            return 0
        now, since = ledger.local(turn.now), ledger.local(turn.due)
        first = since.hour if since.date() == now.date() else 0
        reminded = 0
        for person in (one for hour in range(first, now.hour + 1) for one in to_remind(ledger, hour)):
            count = len(review.due(ledger, person))
            if count:
                announcements.review_due(ledger, person, count)
                reminded += 1
    return reminded


def send_daily(ledger: Ledger, library: Callable[[], Library]) -> bool:
    """到了时候，发今天的一题；停机错过的，当天的补发，前几天的不补。发了为真。"""
    chosen = daily_settings(ledger)
    due = next_turn(ledger, DAILY)
    if not chosen.on or (due is not None and ledger.now() < due):
        return False
    found = library()
    with ledger.writing():
        turn = take_turn(ledger, DAILY, at_time(chosen.at, ledger.zone))
        if turn is None or ledger.local(turn.due).date() != ledger.local(turn.now).date():
            return False
        today = daily_for(ledger, ledger.local(turn.now).date(), found)
        if today is not None:
            push(ledger, today)
    return today is not None


def change_daily(ledger: Ledger, chosen: DailySettings) -> None:
    """改每日一题的设置；下一次照新的时刻。"""
    with ledger.writing():
        set_daily(ledger, chosen)
        reschedule(ledger, DAILY, at_time(chosen.at, ledger.zone)(ledger.now()))
