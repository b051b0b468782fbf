"""自己的：我是谁，成绩与逐题的对错，错题本，榜，昵称、上榜、提醒、每日一题，导出与删除。"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.answer import Citation
from bot.channels.telegram import wording
from bot.channels.telegram.letters import Button, Keyboard
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.quiz_taking import cover
from bot.channels.telegram.render import context, text
from bot.channels.telegram.turn import Said, Turn
from bot.classroom.records import Corrected
from bot.classroom.spoken import result_words, wish_words
from bot.ledger.chats import Expected, expect, take_expected
from bot.people import identities, rename
from bot.quiz.grading import Verdict
from bot.quiz.items import TYPED_KINDS, Item
from bot.quiz.privacy import Preferences
from bot.quiz.steps import Act
from bot.quiz.steps import Press as Choice
from corpus.records import Span

NICKNAME = "nickname"
NAME = "name"
NO_NICKNAME = "无"
WAITS = timedelta(minutes=10)
HOURS = tuple(range(6, 22))
HOURS_A_ROW = 4
MOST, A_ROW = 10, 5
MOST_NAME = 20
"""成绩与错题本各列出多少条。"""
TOP = 20
"""榜上列出前几名。"""


def me(turn: Turn) -> Said:
    """我是谁；单独对话里还有考核的情形与各项意愿。"""
    accounts = "、".join(f"{one.channel} {one.external}" for one in identities(turn.ledger, turn.person.id))
    who = f"{text(turn.person.name)}（编号 {turn.person.id}）\n角色：{turn.person.role}\n帐号：{text(accounts)}"
    return turn.say(f"{who}\n{_standing(turn)}", _keyboard(turn)) if turn.incoming.private else turn.say(who)


def _standing(turn: Turn) -> str:
    learn, who = turn.learn, turn.who
    counts = f"交卷 {len(learn.results(who))} 次，错题本 {len(learn.notebook(who))} 题，该复习 {learn.due(who)} 题。"
    return text(f"考核：{counts}\n{wish_words(learn.preferences(who))}")


def _keyboard(turn: Turn) -> Keyboard:
    wish = turn.learn.preferences(turn.who)
    labels = (
        (("results", "成绩"), ("notebook", "错题本")),
        (("name", "改姓名"), ("nickname", "改昵称"), ("ranked", "不上榜" if wish.ranked else "上榜")),
        (("hours", "改提醒时刻"), ("daily", "退订每日一题" if wish.daily else "订每日一题")),
        (("export", "导出我的成绩"), ("delete", "删除我的成绩")),
    )
    return tuple(tuple(_button(turn, label, what) for what, label in row) for row in labels)


def _button(turn: Turn, label: str, what: str, number: int = 0) -> Button:
    return Button(label, turn.pack(Press(Verb.MINE, number, text=what)))


def chosen(turn: Turn, press: Press) -> Said:
    """按了自己的一个按钮。"""
    if not turn.incoming.private:
        return Said(toast=wording.PRIVATE_ONLY)
    what, _, rest = press.text.partition(" ")
    act = _ACTS.get(what)
    return Said(toast=wording.BUTTON_GONE) if act is None else act(turn, replace(press, text=rest))


# 成绩


def _results(turn: Turn, _: Press) -> Said:
    found = turn.learn.results(turn.who)
    if not found:
        return turn.say(wording.NO_RESULTS)
    shown = found[:MOST]
    lines = [f"<b>{wording.YOUR_RESULTS.format(count=len(found))}</b>"]
    lines += [f"{at}. {text(result_words(one, turn.ledger))}" for at, one in enumerate(shown, 1)]
    numbers = [Button(str(at), turn.pack(Press(Verb.MARKED, one.attempt))) for at, one in enumerate(shown, 1)]
    rows = tuple(tuple(numbers[at : at + A_ROW]) for at in range(0, len(numbers), A_ROW))
    return turn.say("\n".join([*lines, wording.SEE_BY_NUMBER]), rows)


def marked(turn: Turn, press: Press) -> Said:
    """一次的成绩，逐题的对错与依据。"""
    found = turn.learn.marked(turn.who, press.number or None)
    lines = [f"<b>{text(result_words(found.result, turn.ledger))}</b>"]
    lines += [part for one in found.answers for part in ("", _corrected(one))]
    board = Button(wording.BOARD, turn.pack(Press(Verb.BOARD, found.result.attempt)))
    return turn.say("\n".join(lines), ((board,),))


def _corrected(one: Corrected) -> str:
    mark = "✅" if one.verdict is Verdict.RIGHT else "❌"
    told = str(one.verdict) if one.verdict is Verdict.RIGHT else f"{one.verdict}。正确答案：{one.item.key_text()}"
    given = f"您答：{one.given}\n" if one.given and one.item.kind in TYPED_KINDS else ""
    return f"{text(f'{one.number}. {one.item.stem}')}\n{text(given)}{mark} <b>{text(told)}</b>{_rests_on(one.item)}"


def _rests_on(item: Item) -> str:
    quotes = dict.fromkeys((source.quote, source.title, source.section) for source in item.rests_on)
    return "".join(
        f"\n<blockquote>{text(quote)}</blockquote>\n{text(f'《{title}》{section}')}" for quote, title, section in quotes
    )


def board(turn: Turn, press: Press) -> Said:
    """这次考的那份试卷的榜；`press.number` 是答卷的编号。"""
    paper = turn.learn.marked(turn.who, press.number).result.paper
    found = turn.learn.leaderboard(turn.who, paper.id)[:TOP]
    lines = [f"<b>“{text(paper.title)}”的榜</b>"]
    for rank, one in enumerate(found, 1):
        mine = "（您）" if one.person == turn.person.id else ""
        lines.append(text(f"{rank}. {one.name}{mine}　{one.points} 分"))
    return turn.say("\n".join(lines) if found else wording.NOBODY_RANKED)


# 错题本


def _notebook(turn: Turn, _: Press) -> Said:
    found, due = turn.learn.notebook(turn.who), turn.learn.due(turn.who)
    if not found:
        return turn.say(wording.NOTHING_MISSED)
    lines = [f"<b>错题本里有 {len(found)} 题，现在该复习 {due} 题</b>"]
    for at, one in enumerate(found[:MOST], 1):
        when = f"{turn.ledger.local(one.due):%m-%d %H:%M}"
        lines.append(text(f"{at}. {one.item.stem}（错过 {one.missed} 次，{when} 复习）"))
    lines += [f"还有 {len(found) - MOST} 题。"] if len(found) > MOST else []
    start = Button(wording.START_REVIEW, turn.pack(Press(Verb.QUIZ, text=Choice(Act.REVIEW).data)))
    return turn.say("\n".join(lines), ((start,),) if due else ())


def _forget(turn: Turn, press: Press) -> Said:
    turn.learn.forget(turn.who, press.text)
    return Said(toast=wording.FORGOTTEN)


def _read(turn: Turn, press: Press) -> Said:
    """错题本里一题所据的原文，连同前后文。"""
    item = next((one.item for one in turn.learn.notebook(turn.who) if one.identity == press.text), None)
    if item is None or item.source is None:
        return Said(toast=wording.BUTTON_GONE if item is None else wording.NO_SOURCE)
    rests = item.source
    marks = tuple(
        Span(source.span.start - rests.quote_span.start, source.span.end - rests.quote_span.start)
        for source in item.rests_on
        if source.document == rests.document and source.quote_span == rests.quote_span
    )
    citation = Citation(
        rests.document, rests.title, rests.issuer, rests.section, rests.quote, rests.quote_span, marks=marks
    )
    found = turn.office.source(citation)
    return Said(toast=wording.SOURCE_CHANGED) if found is None else turn.say(context(found[0], citation, found[1]))


# 意愿


def _wished(turn: Turn, wish: Preferences, toast: str) -> Said:
    """改了意愿：就地换成现在的样子。"""
    turn.learn.prefer(turn.who, wish)
    return replace(turn.edit(me(turn).letters[-1].html, _keyboard(turn)), toast=toast)


def _ranked(turn: Turn, _: Press) -> Said:
    wish = turn.learn.preferences(turn.who)
    return _wished(turn, replace(wish, ranked=not wish.ranked), wording.CHANGED)


def _daily(turn: Turn, _: Press) -> Said:
    wish = turn.learn.preferences(turn.who)
    return _wished(turn, replace(wish, daily=not wish.daily), wording.CHANGED)


def _hours(turn: Turn, _: Press) -> Said:
    """几点提醒。"""
    hours = [_button(turn, f"{hour} 点", "hour", hour) for hour in HOURS]
    rows = [tuple(hours[at : at + HOURS_A_ROW]) for at in range(0, len(hours), HOURS_A_ROW)]
    return turn.edit(wording.WHICH_HOUR, (*rows, (_button(turn, "不要提醒", "hour", 24),)))


def _hour(turn: Turn, press: Press) -> Said:
    hour = press.number if press.number in range(24) else None
    return _wished(turn, replace(turn.learn.preferences(turn.who), hour=hour), wording.CHANGED)


def _nickname(turn: Turn, _: Press) -> Said:
    expect(turn.ledger, turn.who, Expected(NICKNAME, "", turn.ledger.now() + WAITS))
    return turn.say(wording.WHICH_NICKNAME)


def nickname_told(turn: Turn, _: str) -> Said:
    """写了昵称。"""
    words = turn.incoming.text.strip()
    wish = replace(turn.learn.preferences(turn.who), nickname=None if words == NO_NICKNAME else words)
    turn.learn.prefer(turn.who, wish)
    return me(turn)


def _name(turn: Turn, press: Press) -> Said:
    """问姓名；`press.number` 是改好后接着看的试卷，没有为 0。"""
    expect(turn.ledger, turn.who, Expected(NAME, str(press.number), turn.ledger.now() + WAITS))
    return turn.say(wording.WHICH_NAME)


def name_told(turn: Turn, payload: str) -> Said:
    """写了姓名：记下，接着看那份试卷，或看自己。"""
    person = rename(turn.ledger, turn.who, turn.person.id, turn.incoming.text.strip()[:MOST_NAME])
    changed = replace(turn, person=person)
    return cover(changed, int(payload)) if int(payload) else me(changed)


# 导出与删除


def _export(turn: Turn, _: Press) -> Said:
    return Said((turn.file(turn.learn.export(turn.who), wording.EXPORTED),))


def _delete(turn: Turn, _: Press) -> Said:
    buttons = (_button(turn, wording.REMOVE, "deleted"), _button(turn, wording.CANCEL, "kept"))
    return turn.say(wording.DELETE_RESULTS, (buttons,))


def _deleted(turn: Turn, _: Press) -> Said:
    take_expected(turn.ledger, turn.who)
    turn.learn.delete(turn.who)
    return turn.edit(wording.RESULTS_DELETED)


_ACTS: Mapping[str, Callable[[Turn, Press], Said]] = {
    "results": _results,
    "notebook": _notebook,
    "forget": _forget,
    "read": _read,
    "ranked": _ranked,
    "daily": _daily,
    "hours": _hours,
    "hour": _hour,
    "nickname": _nickname,
    "name": _name,
    "export": _export,
    "delete": _delete,
    "deleted": _deleted,
    "kept": lambda turn, _: turn.edit(wording.CANCELLED),
}
