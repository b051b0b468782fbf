"""问与答，以及按答复下面的按钮。"""

import re
from datetime import timedelta

from bot.channels.telegram import render, wording
from bot.channels.telegram.letters import Button, Letter, Method
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.render import text
from bot.channels.telegram.split import split
from bot.channels.telegram.turn import CHANNEL, Said, Turn
from bot.feedback import Feedback, Verdict, correct, feedback_inbox, give
from bot.ledger.chats import Expected, expect, take_expected
from bot.people_errors import AnswerMissing

CORRECTION = "correction"
WAITS = timedelta(minutes=30)
_ASKS = re.compile(r"[?？]|多少|几[个条家座台人次]|哪|什么|怎么|怎样|如何|是否|[吗呢]$")


def asked(turn: Turn, question: str, *, echoed: bool = False) -> Said:
    """问一句，答一份。"""
    found = turn.office.ask(turn.who, question)
    return turn.say(render.answer(found, echoed=echoed), render.answer_keyboard(found, turn.pack, echoed=echoed))


def told(turn: Turn) -> Said:
    """一句话：正等着他说正确的内容就收下，否则当作问题。"""
    words = turn.incoming.text
    waiting = take_expected(turn.ledger, turn.who)
    if waiting is not None and waiting.what == CORRECTION:
        if not _ASKS.search(words):
            return _corrected(turn, int(waiting.payload), words)
        expect(turn.ledger, turn.who, waiting)
    return asked(turn, words)


def context(turn: Turn, press: Press) -> Said:
    """就地改成引文的上下文。"""
    found, index = turn.office.recall(press.number), int(press.text or 0)
    if index >= len(found.reply.citations):
        raise AnswerMissing(press.number)
    citation = found.reply.citations[index]
    source = turn.office.source(citation)
    if source is None:
        return Said(toast=wording.SOURCE_CHANGED)
    keyboard = render.answer_keyboard(found, turn.pack, echoed=bool(press.place), shown=index)
    return turn.edit(render.context(source[0], citation, source[1]), keyboard)


def back(turn: Turn, press: Press) -> Said:
    """改回答复。"""
    found = turn.office.recall(press.number)
    echoed = bool(press.place)
    return turn.edit(render.answer(found, echoed=echoed), render.answer_keyboard(found, turn.pack, echoed=echoed))


def others(turn: Turn, press: Press) -> Said:
    """同一件事在别的年度、别的单位的数字。"""
    facts = turn.office.elsewhere(turn.office.recall(press.number))
    if not facts:
        return Said(toast=wording.NOTHING_ELSE)
    titles = {entry.name: entry.title for entry in turn.office.library.reports()}
    lines = (render.fact_lines(fact, titles.get(fact.document, fact.document)) for fact in facts[:_MOST])
    return turn.say("\n".join([f"<b>{wording.OTHERS}</b>", *lines]))


def useful(turn: Turn, press: Press) -> Said:
    """有用。"""
    give(turn.ledger, turn.who, press.number, Verdict.USEFUL)
    return Said(toast=wording.THANKS)


def wrong(turn: Turn, press: Press) -> Said:
    """不对：记下，问正确的是什么。"""
    given = give(turn.ledger, turn.who, press.number, Verdict.WRONG)
    expect(turn.ledger, turn.who, Expected(CORRECTION, str(given.id), turn.ledger.now() + WAITS))
    skip = turn.pack(Press(Verb.SKIP, given.id))
    said = turn.say(wording.WHAT_IS_RIGHT, ((Button(wording.SKIP, skip),),))
    return Said(said.letters, wording.WRONG_NOTED)


def skipped(turn: Turn, press: Press) -> Said:
    """不写正确的内容，也告诉管理员。"""
    take_expected(turn.ledger, turn.who)
    given = next((one for one in feedback_inbox(turn.ledger, limit=_LOOKED_AT) if one.id == press.number), None)
    told_admins = _to_admins(turn, given) if given is not None and given.person == turn.person.id else ()
    return Said((*turn.edit(wording.SKIPPED).letters, *told_admins))


_MOST = 20
_LOOKED_AT = 200


def _corrected(turn: Turn, number: int, words: str) -> Said:
    given = correct(turn.ledger, number, words)
    return Said((*turn.say(wording.CORRECTED).letters, *_to_admins(turn, given)))


def _to_admins(turn: Turn, given: Feedback) -> tuple[Letter, ...]:
    """写给各位管理员的一条。"""
    found = turn.office.recall(given.answer)
    lines = [f"<b>反馈：{given.verdict}</b>　{text(turn.person.name)}（{turn.person.id}）"]
    lines += [f"问：{text(found.question)}", f"答：{text(found.reply.text)}"]
    lines += [f"他说：{text(given.correction)}"] if given.correction else []
    html = split("\n".join(lines))
    return tuple(
        Letter(Method.SEND, int(admin.external), part) for admin in turn.office.admins(CHANNEL) for part in html
    )
