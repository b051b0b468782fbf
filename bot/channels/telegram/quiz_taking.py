"""答题与复习：有哪些试卷，一题一题答，停下，交卷，报错；都在单独对话里，群里只答每日一题。"""

from dataclasses import replace
from datetime import timedelta

from bot.channels.telegram import quiz_mode, quiz_pages, wording
from bot.channels.telegram.letters import Button, Keyboard, Letter
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.quiz_mode import Mode
from bot.channels.telegram.render import text
from bot.channels.telegram.turn import Said, Turn
from bot.classroom.records import OpenPaper, PaperState
from bot.classroom.spoken import paper_words
from bot.ledger.chats import Expected, expect, take_expected
from bot.quiz.errors import AttemptMissing
from bot.quiz.grading import Verdict
from bot.quiz.steps import Act, Stage, Step, pressed
from bot.quiz.steps import Press as Choice

COMPLAINT = "complaint"
WAITS = timedelta(minutes=30)
MOST_PAPERS = 20
_ASKING = (Stage.QUESTION, Stage.REVIEW)


# 试卷


def quiz(turn: Turn) -> Said:
    """给他的试卷；带着编号或代码的，是那份试卷的封面。"""
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    if turn.incoming.text:
        return cover(turn, turn.incoming.text)
    found = turn.learn.papers(turn.who)[:MOST_PAPERS]
    if not found:
        return turn.say(wording.NO_QUIZ)
    lines = [f"<b>{wording.YOUR_PAPERS.format(count=len(found))}</b>"]
    lines += [f"{at}. {text(_about(turn, one))}" for at, one in enumerate(found, 1)]
    return turn.say("\n".join(lines), tuple((_open(turn, one),) for one in found if one.startable or one.latest))


def _about(turn: Turn, one: OpenPaper) -> str:
    return f"{one.paper.title}（{one.state}）：{paper_words(one, turn.ledger)}"


def _open(turn: Turn, one: OpenPaper) -> Button:
    startable = wording.GO_ON if one.state is PaperState.GOING else wording.TAKE
    label = startable if one.startable else wording.SEE_MARKED
    return Button(f"{label}：{one.paper.title}"[:60], turn.pack(Press(Verb.TAKE, one.paper.id)))


def cover(turn: Turn, named: int | str) -> Said:
    """一份试卷的封面；正在答的就接着答，不能再答的说清楚，看得到上一次的对错。"""
    one = turn.learn.paper(turn.who, named)
    if one.state is PaperState.GOING:
        return play(turn, turn.learn.start(turn.who, one.paper.id))
    lines = [f"<b>{text(one.paper.title)}</b>", text(f"{one.state}。{paper_words(one, turn.ledger)}。")]
    if not one.startable:
        marked = Button(wording.SEE_MARKED, turn.pack(Press(Verb.MARKED, one.latest or 0)))
        return turn.say("\n".join([*lines, wording.NOT_NOW]), ((marked,),) if one.latest else ())
    lines.append(wording.CALLED.format(name=text(_called(turn, one))))
    start = Button(wording.START, turn.pack(_choice(Choice(Act.START, str(one.paper.id)))))
    rename = Button(wording.RENAME, turn.pack(Press(Verb.MINE, one.paper.id, text="name")))
    return turn.say("\n".join(lines), ((start,),) if one.paper.settings.nicknames else ((start, rename),))


def _called(turn: Turn, one: OpenPaper) -> str:
    """成绩表里的称呼：有的试卷用昵称或编号。"""
    if not one.paper.settings.nicknames:
        return turn.person.name
    return turn.learn.preferences(turn.who).nickname or f"{turn.person.id} 号"


def taken(turn: Turn, press: Press) -> Said:
    """从列表里打开一份。"""
    return cover(turn, press.number)


# 一步一步


def play(turn: Turn, step: Step, *before: Letter) -> Said:
    """画出这一步，等他动手；都答完了的就交卷，答过的反正不能改。"""
    if step.stage is Stage.QUESTION and step.item is None:
        step = turn.learn.press(turn.who, step.buttons[0].press)
    quiz_mode.follow(turn, step)
    return Said((*before, *_shown(turn, step).letters))


def _shown(turn: Turn, step: Step) -> Said:
    if step.stage in _ASKING:
        return turn.say(*quiz_pages.asked(step, turn.pack))
    if step.stage is Stage.SCORE:
        return turn.say(quiz_pages.written(step.blocks), _after_score(turn, step))
    return turn.say(quiz_pages.written(step.blocks))


def _after_score(turn: Turn, step: Step) -> Keyboard:
    found = quiz_pages.rows(step.buttons, turn.pack)
    if step.standing is not None:
        found.append((Button(wording.BOARD, turn.pack(Press(Verb.BOARD, step.standing.attempt))),))
    return tuple(found)


def _judged(turn: Turn, step: Step, head: str = "", *, here: bool) -> Said:
    """说对错，再往下走：下一题，或交卷；`here` 为真则就地改题目那一条。"""
    html, keyboard = quiz_pages.judged(step, head), _after_answer(turn, step)
    letters = (turn.instead(html, keyboard) if here else turn.say(html, keyboard)).letters
    following = (
        turn.learn.review(turn.who)
        if step.stage is Stage.REVIEWED
        else turn.learn.press(turn.who, step.buttons[0].press)
    )
    toast = "" if step.said is None else str(step.said.verdict)
    return replace(play(turn, following, *letters), toast=toast)


def _after_answer(turn: Turn, step: Step) -> Keyboard:
    """答完的一题下面：报错；复习的则是看原文、不再复习。答卷还没有交，不给看原文：旁边的句子也许正是别的题的答案。"""
    if step.stage is Stage.REVIEWED:
        mine = ((wording.READ, "read"), (wording.FORGET, "forget"))
        return (
            tuple(Button(label, turn.pack(Press(Verb.MINE, text=f"{what} {step.target}"))) for label, what in mine),
        )
    return ((Button(wording.COMPLAIN, turn.pack(Press(Verb.COMPLAIN, int(step.target)))),),)


def _head(step: Step | None) -> str:
    at = None if step is None else step.standing
    return "" if at is None or at.number is None else f"第 {at.number} / {at.total} 题"


# 按按钮


def chosen(turn: Turn, press: Press) -> Said:
    """按了测验的一个按钮。"""
    choice = pressed(press.text)
    if choice is None:
        return Said(toast=wording.BUTTON_GONE)
    if choice.act is Act.DAILY:
        return _daily(turn, choice)
    if not turn.incoming.private:
        return Said(toast=wording.PRIVATE_ONLY)
    asks = _asks_first(turn, choice.attempt) if choice.act is Act.FINISH else None
    return asks or _pressed(turn, choice)


def _pressed(turn: Turn, choice: Choice) -> Said:
    """题目上的按钮就地改那一条，别的另发一条；旧按钮只有一句提示。"""
    before = turn.learn.resume(turn.who) if choice.act in (Act.CHOOSE, Act.SUBMIT) else None
    step = turn.learn.press(turn.who, choice)
    if step.stale:
        return Said(toast=wording.STALE_SCORED if step.stage is Stage.SCORE else wording.STALE)
    if choice.act in (Act.TOGGLE, Act.REVIEW_TOGGLE):
        quiz_mode.follow(turn, step)
        return turn.edit(*quiz_pages.asked(step, turn.pack))
    if choice.act in (Act.SUBMIT, Act.REVIEW_SUBMIT) and step.stage in _ASKING and step.target == choice.target:
        return Said(toast=wording.NOTHING_PICKED)
    if step.stage in (Stage.VERDICT, Stage.REVIEWED):
        return _judged(turn, step, _head(before), here=True)
    if choice.act is Act.START:
        return play(turn, step, *turn.say(wording.RULES).letters)
    noted = () if before is None or step.note else turn.instead(_noted(before, choice)).letters
    return play(turn, step, *noted)


def _noted(before: Step, choice: Choice) -> str:
    """交卷后再说对错的：先记下答的什么。"""
    if before.item is None:
        return wording.NOTED
    picked = before.picked if choice.option is None else (choice.option,)
    lines = quiz_pages.answered(before.item, picked, "", _head(before))
    return "\n".join([*lines, f"<i>{wording.NOTED}</i>"])


def _asks_first(turn: Turn, attempt: int) -> Said | None:
    """还有没答的就要交卷，先问一声；都答了的，或不是正在答的这一份，不必问。"""
    going = turn.learn.resume(turn.who)
    at = None if going is None else going.standing
    if at is None or (attempt and at.attempt != attempt) or at.done == at.total:
        return None
    buttons = (
        Button(wording.FINISH_ANYWAY, turn.pack(Press(Verb.FINISH, at.attempt))),
        Button(wording.GO_ON, turn.pack(_choice(Choice(Act.NEXT)))),
    )
    return turn.say(wording.NOT_ALL_ANSWERED.format(left=at.total - at.done), (buttons,))


def finished(turn: Turn, press: Press) -> Said:
    """确定交卷。"""
    step = turn.learn.press(turn.who, Choice(Act.FINISH, attempt=press.number))
    return Said(toast=wording.STALE_SCORED) if step.stale else play(turn, step)


def _daily(turn: Turn, choice: Choice) -> Said:
    """每日一题：群里的只给按的人看；单独对话里就地改成对错与出处。"""
    step = turn.learn.press(turn.who, choice)
    if turn.incoming.private:
        return turn.instead(quiz_pages.judged(step), toast="" if step.said is None else str(step.said.verdict))
    return Said(toast=quiz_pages.whispered(step, choice.option), alert=True)


# 打字


def typed(turn: Turn, mode: Mode) -> Said:
    """打的字当作正答着的这一题的作答。"""
    if not mode.attempt:
        return _typed_review(turn, mode)
    try:
        step = turn.learn.answer(turn.who, int(mode.target), turn.incoming.text, mode.attempt)
    except AttemptMissing:
        step = None
    if step is None or step.stale:
        quiz_mode.leave(turn)
        return turn.say(wording.TYPED_TOO_LATE)
    if step.stage is Stage.VERDICT:
        return _judged(turn, step, here=False)
    if step.stage is Stage.QUESTION and step.note:
        return _not_read(turn, step)
    return play(turn, step)


def _typed_review(turn: Turn, mode: Mode) -> Said:
    step = turn.learn.review_answer(turn.who, mode.target, turn.incoming.text)
    if step.stage is not Stage.REVIEWED:
        return play(turn, step)
    unread = step.said is None or step.said.verdict is Verdict.UNREADABLE
    return _not_read(turn, step) if unread else _judged(turn, step, here=False)


def _not_read(turn: Turn, step: Step) -> Said:
    """没有看懂：还是这一题，请他重答。"""
    if step.stage in _ASKING:
        quiz_mode.follow(turn, step)
    return turn.say(text(f"{step.blocks[0].text}{wording.OR_PAUSE}"))


# 命令


def finish(turn: Turn) -> Said:
    """交卷。"""
    going = turn.learn.resume(turn.who) if turn.incoming.private else None
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    asks = None if going is None else _asks_first(turn, 0)
    return asks or play(turn, turn.learn.finish(turn.who))


def pause(turn: Turn) -> Said:
    """先停下：作答都记着，打字又是提问。"""
    quiz_mode.leave(turn)
    going = turn.learn.resume(turn.who) if turn.incoming.private else None
    if going is None:
        return turn.say(wording.PAUSED_NOTHING)
    left = "" if going.seconds is None else wording.CLOCK_RUNS.format(minutes=going.seconds // 60)
    go_on = Button(wording.GO_ON, turn.pack(_choice(Choice(Act.NEXT))))
    return turn.say(wording.PAUSED.format(left=left), ((go_on,),))


def paused(turn: Turn, _: Press) -> Said:
    """按了先停下。"""
    return pause(turn)


def review(turn: Turn) -> Said:
    """复习错题本里今天该复习的。"""
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    return play(turn, turn.learn.review(turn.who))


# 报错


def complains(turn: Turn, press: Press) -> Said:
    """报一题有错：先问哪里不对；不写也可以，还可以不报了。"""
    if press.place:
        take_expected(turn.ledger, turn.who)
        return _complained(turn, press.number, "") if press.text else turn.edit(wording.NO_COMPLAINT)
    expect(turn.ledger, turn.who, Expected(COMPLAINT, str(press.number), turn.ledger.now() + WAITS))
    buttons = (
        Button(wording.COMPLAIN_WORDLESS, turn.pack(Press(Verb.COMPLAIN, press.number, 1, "y"))),
        Button(wording.COMPLAIN_NOT, turn.pack(Press(Verb.COMPLAIN, press.number, 1))),
    )
    return turn.say(wording.WHAT_IS_WRONG, (buttons,))


def complaint_told(turn: Turn, payload: str) -> Said:
    """写了哪里不对。"""
    return _complained(turn, int(payload), turn.incoming.text)


def _complained(turn: Turn, item: int, words: str) -> Said:
    turn.learn.complain(turn.who, item, words)
    return turn.edit(wording.COMPLAINED) if turn.incoming.callback else turn.say(wording.COMPLAINED)


def _choice(choice: Choice) -> Press:
    return Press(Verb.QUIZ, text=choice.data)
