"""出卷：一行写明，或用按钮一样一样定；定好了交给教室去出。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.channels.telegram import wording
from bot.channels.telegram.letters import Button, Keyboard
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.quiz_drafts import shown_draft
from bot.channels.telegram.render import text
from bot.channels.telegram.turn import CHANNEL, Said, Turn
from bot.classroom.spoken import settings_words
from bot.ledger.inbox import first_time, seen
from bot.people import Action
from bot.quiz.store import Settings
from index.entries import ReportEntry

T = TypeVar("T")

NUMBERS = (5, 10, 15, 20, 30)
MINUTES = (None, 10, 20, 30, 45, 60)
PASS_MARKS = (60, 70, 80, 90)
ATTEMPTS = (1, 2, 3, 0)
REPORTS_A_PAGE = 6
MOST_ITEMS, MOST_MINUTES, MOST_MARK = 200, 600, 100
_LABEL = 40

_NUMBER = re.compile(r"(\d{1,3})\s*道?题")
_MINUTES = re.compile(r"(?:限时)?(\d{1,3})\s*分钟")
_PASS_MARK = re.compile(r"(\d{1,3})\s*分(?:及格)?")
_ATTEMPTS = re.compile(r"(\d{1,2})\s*次")
_DEADLINE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[T ](\d{1,2}:\d{2}))?(?:截止|前)?")
_REPORTS = re.compile(r"报告[=:：]?(\d+(?:[,，、]\d+)*)")
_TOPIC = re.compile(r"主题[=:：]?(\S+)")
_AT_END, _NAMED_ONLY, _UNLIMITED = "交卷后说", "点名", "不限次"


@dataclass(frozen=True, slots=True)
class Order:
    """要出的一份：题名与设置。"""

    title: str
    settings: Settings


_ORDER: TypeAdapter[Order] = TypeAdapter(Order)


def new(turn: Turn) -> Said:
    """出卷：写了什么就照什么，其余用按钮定。"""
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    turn.require(Action.MAKE_QUIZ)
    usual = f"{turn.ledger.local(turn.ledger.now()):%m月%d日}测验"
    names = tuple(entry.name for entry in turn.office.library.reports())
    return turn.say(*_asked(turn, read_order(turn.incoming.text, usual, turn.ledger.zone, names)))


def read_order(words: str, title: str, zone: tzinfo, reports: Sequence[str] = ()) -> Order:
    """读一行：`新员工测验 10题 20分钟 60分 2次 2026-12-01 18:00截止 报告1,3 主题=农村公路`。

    Args:
        words: 写的。
        title: 没有写题名的叫什么。
        zone: 单位所在的时区。
        reports: 现有各份报告的名字，编号就是次序；没有的编号不算。
    """
    found, rest = {}, words
    for name, pattern in (
        ("deadline", _DEADLINE), ("topic", _TOPIC), ("reports", _REPORTS), ("minutes", _MINUTES), ("number", _NUMBER),
        ("attempts", _ATTEMPTS), ("pass_mark", _PASS_MARK),
    ):  # fmt: skip
        match = re.search(rf"(?<!\S)(?:{pattern.pattern})(?!\S)", rest)
        if match is not None:
            found[name] = match
            rest = rest[: match.start()] + rest[match.end() :]
    flags = {word for word in rest.split() if word in {_AT_END, _NAMED_ONLY, _UNLIMITED}}
    named = " ".join(word for word in rest.split() if word not in flags)

    def number(name: str, usual: int, most: int) -> int:
        return min(int(found[name][1]), most) if name in found else usual

    usual = Settings()
    return Order(
        named or title,
        Settings(
            number=max(1, number("number", usual.number, MOST_ITEMS)),
            reports=_named(found["reports"][1], reports) if "reports" in found else (),
            topic=found["topic"][1] if "topic" in found else "",
            minutes=max(1, number("minutes", 1, MOST_MINUTES)) if "minutes" in found else None,
            pass_mark=number("pass_mark", usual.pass_mark, MOST_MARK),
            deadline=_deadline(found["deadline"], zone) if "deadline" in found else None,
            attempts=0 if _UNLIMITED in flags else number("attempts", usual.attempts, 99),
            at_once=_AT_END not in flags,
            everyone=_NAMED_ONLY not in flags,
        ),
    )


def _named(numbers: str, reports: Sequence[str]) -> tuple[str, ...]:
    wanted = dict.fromkeys(int(number) for number in re.findall(r"\d+", numbers))
    return tuple(reports[number - 1] for number in wanted if 1 <= number <= len(reports))


def _deadline(written: re.Match[str], zone: tzinfo) -> datetime | None:
    """截止的时刻；只写了日子的到那天末了，写得不通的不算。"""
    try:
        return datetime.strptime(f"{written[1]} {written[2] or '23:59'}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    except ValueError:
        return None


# 用按钮定


def pressed(turn: Turn, press: Press) -> Said:
    """按了出卷的一个按钮：换一个设置，挑报告，或就这样出。"""
    turn.require(Action.MAKE_QUIZ)
    what, _, written = press.text.partition(" ")
    try:
        order = _ORDER.validate_json(written)
    except ValidationError:  # 别的版本的按钮
        return Said(toast=wording.BUTTON_GONE)
    if what == "make":
        return _made(turn, order)
    if what == "reports":
        return turn.edit(*_reports(turn, order, press.number))
    return turn.edit(*_asked(turn, order))


def _made(turn: Turn, order: Order) -> Said:
    """出题；连按两下的，只出一份。"""
    pressed_here = f"出卷 {turn.incoming.chat} {turn.incoming.message}"
    if seen(turn.ledger, CHANNEL, pressed_here):
        return Said(toast=wording.MADE_ALREADY)
    made = turn.teach.make(turn.who, order.title, order.settings)
    first_time(turn.ledger, CHANNEL, pressed_here)
    return shown_draft(turn, made.row.paper.id)


def _asked(turn: Turn, order: Order) -> tuple[str, Keyboard]:
    chosen = order.settings
    lines = [
        f"<b>出卷：{text(order.title)}</b>",
        text(f"{settings_words(chosen, chosen.number, turn.ledger)}，{_times(chosen)}，{_when_told(chosen)}。"),
        wording.OPEN_TO_ALL if chosen.everyone else wording.NAMED_ONLY,
        text(f"从{_which(chosen)}里出" + (f"，主题：{chosen.topic}" if chosen.topic else "") + "。"),
    ]
    steps = (
        (
            (f"题数 {chosen.number}", replace(chosen, number=_next(NUMBERS, chosen.number))),
            (f"时限 {chosen.minutes or '不限'}", replace(chosen, minutes=_next(MINUTES, chosen.minutes))),
        ),
        (
            (f"及格 {chosen.pass_mark}", replace(chosen, pass_mark=_next(PASS_MARKS, chosen.pass_mark))),
            (_times(chosen), replace(chosen, attempts=_next(ATTEMPTS, chosen.attempts))),
        ),
        ((_when_told(chosen), replace(chosen, at_once=not chosen.at_once)),),
    )
    rows = [
        tuple(_button(turn, label, "show", replace(order, settings=settings)) for label, settings in row)
        for row in steps
    ]
    rest = (
        (_button(turn, f"从{_which(chosen)}里出 ›", "reports", order),),
        (_button(turn, wording.MAKE, "make", order), Button(wording.CANCEL, turn.pack(Press(Verb.CANCEL)))),
    )
    return "\n".join(lines), (*rows, *rest)


def _times(chosen: Settings) -> str:
    return f"可答 {chosen.attempts} 次" if chosen.attempts else "不限次数"


def _when_told(chosen: Settings) -> str:
    return "每题答完就说对错" if chosen.at_once else "交卷后再说对错"


def _which(chosen: Settings) -> str:
    return f"选定的 {len(chosen.reports)} 份报告" if chosen.reports else "全部报告"


def _reports(turn: Turn, order: Order, page: int) -> tuple[str, Keyboard]:
    """挑报告的一页；一份也没有勾就是全部。"""
    entries = turn.office.library.reports()
    last = max(0, (len(entries) - 1) // REPORTS_A_PAGE)
    page = min(page, last)
    shown = entries[page * REPORTS_A_PAGE : (page + 1) * REPORTS_A_PAGE]
    rows: list[tuple[Button, ...]] = [(_tick(turn, order, entry, page),) for entry in shown]
    turns = ((wording.NEWER, page - 1), (wording.OLDER, page + 1))
    there = tuple(_button(turn, label, "reports", order, to) for label, to in turns if 0 <= to <= last)
    rows += [there] if there else []
    return wording.WHICH_REPORTS, (*rows, (_button(turn, wording.CHOSEN, "show", order),))


def _tick(turn: Turn, order: Order, entry: ReportEntry, page: int) -> Button:
    kept = tuple(name for name in order.settings.reports if name != entry.name)
    ticked = entry.name in order.settings.reports
    changed = replace(order, settings=replace(order.settings, reports=kept if ticked else (*kept, entry.name)))
    return _button(turn, f"{'✓' if ticked else ''}{entry.title}"[:_LABEL], "reports", changed, page)


def _button(turn: Turn, label: str, what: str, order: Order, page: int = 0) -> Button:
    return Button(label, turn.pack(Press(Verb.MAKE, page, text=f"{what} {_ORDER.dump_json(order).decode()}")))


def _next(values: Sequence[T], now: T) -> T:
    """排在后面的一个；不在里面的回到头一个。"""
    return values[(values.index(now) + 1) % len(values)] if now in values else values[0]
