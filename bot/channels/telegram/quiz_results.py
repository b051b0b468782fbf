"""发布之后：全部试卷，成绩的表与图，学员的报错，每日一题发到哪些群。"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta

from bot.channels.telegram import wording
from bot.channels.telegram.letters import Button
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.render import text
from bot.channels.telegram.turn import CHANNEL, Said, Turn
from bot.classroom.records import PaperRow
from bot.ledger.chats import Expected, Place, expect
from bot.quiz.complaints import Complaint
from bot.quiz.daily import DailySettings
from bot.quiz.results import Results

ANSWER = "answer"
WAITS = timedelta(minutes=30)
MOST_PAPERS, A_ROW = 20, 5
MOST_SCORES, HARDEST = 30, 3
MOST_COMPLAINTS = 5
QUICK = frozenset({"withdraw", "dismiss", "reply"})
_TIME = re.compile(r"([01]?\d|2[0-3])[:：点]([0-5]\d)?")
_OFF = "关"


def papers(turn: Turn) -> Said:
    """全部试卷，新的在前；按编号打开。"""
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    found = turn.teach.list(turn.who)
    if not found:
        return turn.say(wording.NO_PAPERS)
    shown = found[:MOST_PAPERS]
    lines = [f"<b>一共 {len(found)} 份试卷</b>", *(text(_about(row)) for row in shown)]
    numbers = [Button(str(row.paper.id), turn.pack(Press(Verb.DRAFT, row.paper.id, text="open"))) for row in shown]
    rows = tuple(tuple(numbers[at : at + A_ROW]) for at in range(0, len(numbers), A_ROW))
    return turn.say("\n".join(lines), rows)


def _about(row: PaperRow) -> str:
    complaints = f"，{row.complaints} 条报错" if row.complaints else ""
    return f"{row.paper.id}. {row.paper.title}（{row.phase}）：{row.items} 题，{row.finished} 人交卷{complaints}"


def paper(turn: Turn) -> Said:
    """打开一份试卷的成绩；没有写编号的，列出试卷。"""
    words = turn.incoming.text
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    return _results(turn, Press(Verb.PAPER, int(words))) if words.isdecimal() else papers(turn)


def chosen(turn: Turn, press: Press) -> Said:
    """按了成绩、报错的一个按钮。"""
    act = _ACTS.get(press.text)
    return Said(toast=wording.BUTTON_GONE) if act is None else act(turn, press)


# 成绩


def _results(turn: Turn, press: Press) -> Said:
    """成绩的表，分布图跟在后面。"""
    found = turn.teach.results(turn.who, press.number)
    rows = (
        (
            Button(wording.EXPORT_SHEET, turn.pack(Press(Verb.PAPER, press.number, text="sheet"))),
            Button(wording.MAKE_UP, turn.pack(Press(Verb.DRAFT, press.number, text="makeup"))),
        ),
    )
    said = turn.say(_table(found), rows)
    if not found.scores:
        return said
    picture = turn.file(turn.teach.picture(turn.who, press.number), wording.DISTRIBUTION)
    return Said((*said.letters, picture))


def _table(found: Results) -> str:
    counts = f"{len(found.scores)} 人交卷，{len(found.failed)} 人未及格，{len(found.absent)} 人未答。"
    lines = [f"<b>“{text(found.paper.title)}”的成绩</b>", counts]
    for rank, one in enumerate(found.scores[:MOST_SCORES], 1):
        late = "，到时收卷" if one.late else ""
        lines.append(text(f"{rank}. {one.name}　{one.points} 分（{one.right} / {one.asked}{late}）"))
    lines += [wording.REST_IN_SHEET] if len(found.scores) > MOST_SCORES else []
    missed = sorted((row for row in found.items if row.answered and row.rate < 1), key=lambda row: row.rate)[:HARDEST]
    lines += [wording.HARDEST] if missed else []
    lines += [text(f"第 {row.item.position} 题，答对率 {row.rate:.0%}：{row.item.item.stem}") for row in missed]
    return "\n".join(lines)


def _sheet(turn: Turn, press: Press) -> Said:
    return Said((turn.file(turn.teach.results_sheet(turn.who, press.number)),))


# 报错


def complaints(turn: Turn) -> Said:
    """还没有处理的报错，一条一条，连同引文。"""
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    found = turn.teach.complaints(turn.who)
    if not found:
        return turn.say(wording.NO_COMPLAINTS)
    shown = [letter for one in found[:MOST_COMPLAINTS] for letter in _complaint(turn, one).letters]
    more = len(found) - MOST_COMPLAINTS
    rest = turn.say(wording.MORE_COMPLAINTS.format(count=more)).letters if more > 0 else ()
    return Said((*shown, *rest))


def _complaint(turn: Turn, one: Complaint) -> Said:
    item = one.item.item
    lines = [
        f"<b>报错 {one.id}</b>　{text(f'试卷 {one.item.paper} 第 {one.item.position} 题：{one.said}')}",
        text(item.stem),
        f"<i>{text(f'答案：{item.key_text()}')}</i>",
    ]
    if item.source is not None:
        where = f"《{item.source.title}》{item.source.section}"
        lines += [f"<blockquote>{text(item.source.quote)}</blockquote>", text(where)]
    labels = ((wording.WITHDRAW, "withdraw"), (wording.REPLY, "reply"), (wording.DISMISS, "dismiss"))
    row = tuple(Button(label, turn.pack(Press(Verb.PAPER, one.id, text=what))) for label, what in labels)
    return turn.say("\n".join(lines), (row,))


def _withdraw(turn: Turn, press: Press) -> Said:
    turn.teach.answer_complaint(turn.who, press.number, wording.COMPLAINT_RIGHT, withdraw=True)
    return turn.edit(wording.COMPLAINT_WITHDRAWN.format(number=press.number))


def _dismiss(turn: Turn, press: Press) -> Said:
    turn.teach.answer_complaint(turn.who, press.number)
    return turn.edit(wording.COMPLAINT_DISMISSED.format(number=press.number))


def _reply(turn: Turn, press: Press) -> Said:
    """问怎样答复报错的人。"""
    until = turn.ledger.now() + WAITS
    expect(turn.ledger, turn.who, Expected(ANSWER, str(press.number), until))
    return turn.say(wording.WHAT_TO_REPLY.format(number=press.number))


def answer_told(turn: Turn, payload: str) -> Said:
    """写了怎样答复。"""
    turn.teach.answer_complaint(turn.who, int(payload), turn.incoming.text)
    return turn.say(wording.COMPLAINT_ANSWERED.format(number=payload))


# 每日一题


def daily(turn: Turn) -> Said:
    """每日一题：在群里发，开或关这个群；写上时刻，改几点发；单独对话里说现在怎样设的。"""
    found = turn.teach.daily(turn.who)
    words = turn.incoming.text
    at = _TIME.fullmatch(words)
    here = Place(CHANNEL, str(turn.incoming.chat))
    if at is not None:
        found = replace(found, at=time(int(at[1]), int(at[2] or 0)))
    if words == _OFF and turn.incoming.private:
        found = replace(found, on=False)
    elif turn.incoming.private:
        found = replace(found, on=found.on or at is not None)
    elif words == _OFF or (here in found.places and found.on and at is None):
        found = replace(found, places=tuple(place for place in found.places if place != here))
    else:
        found = replace(found, on=True, places=(*(place for place in found.places if place != here), here))
    if found != turn.teach.daily(turn.who):
        turn.teach.set_daily(turn.who, found)
    return turn.say(_daily_words(found, here, private=turn.incoming.private))


def _daily_words(found: DailySettings, here: Place, *, private: bool) -> str:
    if not private:
        return (wording.DAILY_HERE if here in found.places else wording.DAILY_NOT_HERE).format(at=f"{found.at:%H:%M}")
    if not found.on:
        return wording.DAILY_OFF
    return wording.DAILY_ON.format(at=f"{found.at:%H:%M}", groups=len(found.places))


_ACTS: Mapping[str, Callable[[Turn, Press], Said]] = {
    "results": _results,
    "sheet": _sheet,
    "withdraw": _withdraw,
    "dismiss": _dismiss,
    "reply": _reply,
}
