"""每日一题：一天一道，发到群里或发给订阅的人；各人只记第一次作答，答错的进错题本。"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from pydantic import TypeAdapter

from bot.ledger.chats import Place
from bot.ledger.file import Ledger, stamp, storable
from bot.quiz.errors import ItemMissing
from bot.quiz.generate import generate
from bot.quiz.grading import Verdict, grade
from bot.quiz.items import LETTERS, Item, ItemKind
from bot.quiz.library import Library
from bot.quiz.notices import Body, NoticeKind, notify
from bot.quiz.papers import on_topic
from bot.quiz.privacy import subscribers
from bot.quiz.review import note_one
from bot.quiz.steps import Act, Block, BlockKind, Button, Press, Said
from bot.quiz.store import Settings, decoded, encoded

KINDS = (ItemKind.SINGLE, ItemKind.TRUE_FALSE, ItemKind.BUREAU, ItemKind.YEAR, ItemKind.DEADLINE, ItemKind.ROLE)
"""一按就能答的题型。"""


STANDS = timedelta(hours=20)
"""过了这么久还没送到，就不送了。"""


@dataclass(frozen=True, slots=True)
class DailySettings:
    """每日一题的设置：开不开，几点发，发到哪些群，从哪些报告、什么主题里出；订阅的人另有各自的意愿。"""

    on: bool = False
    at: time = time(8, 30)
    places: tuple[Place, ...] = ()
    reports: tuple[str, ...] = ()
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Daily:
    """某一天的一题。"""

    id: int
    day: date
    item: Item


_SETTINGS: TypeAdapter[DailySettings] = TypeAdapter(DailySettings)
_KEY = "daily"


def daily_settings(ledger: Ledger) -> DailySettings:
    """现在的设置；没有设过的是不开。"""
    with ledger.reading() as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return DailySettings() if row is None else _SETTINGS.validate_json(row[0])


def set_daily(ledger: Ledger, chosen: DailySettings) -> None:
    """改设置（不查权限，由调用者先查）。"""
    with ledger.writing() as connection:
        written = storable(_SETTINGS.dump_json(chosen).decode())
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_KEY, written))


def daily_for(ledger: Ledger, day: date, library: Library) -> Daily | None:
    """这一天的题；还没有就出一道没有出过的，出不了为 None。"""
    with ledger.writing() as connection:
        known = connection.execute("SELECT id, item FROM quiz_daily WHERE day = ?", (day.isoformat(),)).fetchone()
        if known is not None:
            return Daily(known[0], day, decoded(known[1]))
        used = {row[0] for row in connection.execute("SELECT json_extract(item, '$.stem') FROM quiz_daily")}
        chosen = daily_settings(ledger)
        scoped = on_topic(library, Settings(reports=chosen.reports, topic=chosen.topic))
        kinds = KINDS[day.toordinal() % len(KINDS) :] + KINDS[: day.toordinal() % len(KINDS)]
        item = next((i for i in generate(scoped, day.toordinal(), kinds) if i.stem not in used), None)
        if item is None:
            return None
        cursor = connection.execute(
            "INSERT INTO quiz_daily (day, item) VALUES (?, ?)", (day.isoformat(), encoded(item))
        )
        return Daily(cursor.lastrowid or 0, day, item)


def push(ledger: Ledger, chosen: Daily) -> None:
    """发给设好的群与订阅的人；一天一处只发一次。"""
    body = Body(daily_blocks(chosen), tuple(daily_buttons(chosen)))
    expires = ledger.now() + STANDS
    everywhere: tuple[int | Place, ...] = (*daily_settings(ledger).places, *subscribers(ledger))
    for to in everywhere:
        where = f"{to.channel} {to.chat}" if isinstance(to, Place) else str(to)
        notify(ledger, NoticeKind.DAILY, to, body, key=f"每日一题 {chosen.id} {where}", expires=expires)


def daily_buttons(chosen: Daily) -> tuple[Button, ...]:
    """每个选项一个按钮。"""
    item = chosen.item
    labels = item.options if item.kind is ItemKind.TRUE_FALSE else LETTERS[: len(item.options)]
    return tuple(Button(label, Press(Act.DAILY, str(chosen.id), i)) for i, label in enumerate(labels))


def daily_of(ledger: Ledger, number: int) -> Daily:
    """按编号取一天的题。

    Raises:
        ItemMissing: 没有。
    """
    with ledger.reading() as connection:
        row = connection.execute("SELECT id, day, item FROM quiz_daily WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise ItemMissing(number)
    return Daily(row[0], date.fromisoformat(row[1]), decoded(row[2]))


def latest_daily(ledger: Ledger) -> Daily | None:
    """最近发过的一天的题；还没有发过为 None。"""
    with ledger.reading() as connection:
        row = connection.execute("SELECT id, day, item FROM quiz_daily ORDER BY day DESC LIMIT 1").fetchone()
    return None if row is None else Daily(row[0], date.fromisoformat(row[1]), decoded(row[2]))


def daily_blocks(chosen: Daily) -> tuple[Block, ...]:
    """题干与选项。"""
    item = chosen.item
    options = (Block(BlockKind.OPTION, f"{LETTERS[i]}. {text}") for i, text in enumerate(item.options))
    return (Block(BlockKind.STEM, f"【{item.kind}】{item.stem}"), *options)


def answer_daily(ledger: Ledger, person: int, number: int, given: str) -> tuple[Daily, Said]:
    """答一天的题，返回所答与判分；答过的不改，还是头一回的，看不懂的不记。

    Raises:
        ItemMissing: 没有这道题。
    """
    chosen = daily_of(ledger, number)
    with ledger.writing() as connection:
        known = connection.execute(
            "SELECT given, verdict FROM quiz_daily_answers WHERE daily = ? AND person = ?", (number, person)
        ).fetchone()
        if known is not None:
            return chosen, Said(known[0], Verdict(known[1]))
        verdict = grade(chosen.item, given)
        if verdict is not Verdict.UNREADABLE:
            connection.execute(
                "INSERT INTO quiz_daily_answers (daily, person, at, given, verdict) VALUES (?, ?, ?, ?, ?)",
                (number, person, stamp(ledger.now()), storable(given)[:500], verdict),
            )
            note_one(ledger, person, chosen.item, right=verdict is Verdict.RIGHT)
    return chosen, Said(given, verdict)
