"""答题台：一步一步，按钮与打字都行，旧按钮不算数。"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit import CONSOLE
from bot.ledger.file import Ledger
from bot.people import PersonRole, add_person
from bot.quiz.attempts import running, shown
from bot.quiz.complaints import close, complaints
from bot.quiz.errors import AttemptMissing
from bot.quiz.items import LETTERS, ItemKind
from bot.quiz.library import Library
from bot.quiz.notices import NoticeKind, notices_for
from bot.quiz.papers import draft, publish
from bot.quiz.session import Desk
from bot.quiz.steps import Act, BlockKind, Press, Stage, Step, pressed
from bot.quiz.store import Paper, Settings
from tests.bot.ledgers import Clock, reopened
from tests.bot.quiz.test_attempts import right_answer, wrong_answer


def texts(step: Step, kind: BlockKind) -> list[str]:
    """这一步里某一种文字。"""
    return [b.text for b in step.blocks if b.kind is kind]


def through(desk: Desk, person: int, step: Step, *, right: bool) -> Step:
    """答到出成绩。"""
    while step.stage is not Stage.SCORE:
        if step.item is not None and step.stage is Stage.QUESTION:
            step = desk.say(person, right_answer(step.item) if right else wrong_answer(step.item))
        else:
            step = desk.press(person, step.buttons[0].press)
    return step


def test_a_paper_from_start_to_score(ledger: Ledger, clock: Clock, person: int, published: Paper) -> None:
    desk = Desk(ledger)
    step = desk.start(person, published.code)
    assert texts(step, BlockKind.PROGRESS) == ["新员工测验 · 第 1 / 5 题 · 还剩 30 分 0 秒"]
    assert step.item is not None
    told = desk.say(person, right_answer(step.item))
    assert (told.stage, texts(told, BlockKind.VERDICT)) == (Stage.VERDICT, ["答对了"])
    assert texts(told, BlockKind.QUOTE)[0][1:-1] == step.item.rests_on[0].quote
    assert [b.label for b in told.buttons] == ["下一题", "报错"]
    clock.forward(minutes=5)
    again = Desk(reopened(ledger, clock))
    back = again.resume(person)
    assert back is not None
    assert texts(back, BlockKind.PROGRESS) == ["新员工测验 · 第 2 / 5 题 · 还剩 25 分 0 秒"]
    done = through(again, person, back, right=True)
    assert texts(done, BlockKind.SCORE) == ["“新员工测验”100 分，及格：5 题答对 5 题。"]
    assert again.resume(person) is None


def test_failing_leads_to_review(ledger: Ledger, clock: Clock, person: int, published: Paper) -> None:
    desk = Desk(ledger)
    done = through(desk, person, desk.start(person, published.id), right=False)
    assert texts(done, BlockKind.SCORE) == ["“新员工测验”0 分，未及格（60 分及格）：5 题答对 0 题。"]
    assert [b.label for b in done.buttons] == ["复习错题"]
    assert desk.press(person, done.buttons[0].press).stage is Stage.NOTHING_DUE
    clock.forward(minutes=2)
    step = desk.review(person)
    assert texts(step, BlockKind.PROGRESS) == ["复习，还有 5 题 · 错过 1 次"]
    assert step.item is not None
    told = desk.review_say(person, right_answer(step.item))
    assert texts(told, BlockKind.VERDICT) == ["答对了"]
    assert texts(told, BlockKind.HINT)[-1].startswith("下次复习：2026-03-02")


def test_multiple_choice_by_buttons(ledger: Ledger, small_library: Library, person: int) -> None:
    made = draft(ledger, CONSOLE, "多选", Settings(number=1, shares={ItemKind.MULTIPLE: 1}), small_library, 2)
    publish(ledger, CONSOLE, made.id)
    desk = Desk(ledger)
    step = desk.start(person, made.id)
    assert step.item is not None
    for option in step.item.key.choices:
        step = desk.press(person, step.buttons[option].press)
    assert [b.label[0] == "✓" for b in step.buttons[: len(step.item.options) if step.item else 0]].count(True) >= 2
    submit = next(b for b in step.buttons if b.label == "选好了")
    assert texts(desk.press(person, submit.press), BlockKind.VERDICT) == ["答对了"]


def test_a_stale_button_only_shows_the_present_step(ledger: Ledger, small_library: Library, person: int) -> None:
    shares = {ItemKind.SINGLE: 1, ItemKind.TRUE_FALSE: 1}
    made = draft(ledger, CONSOLE, "单选", Settings(number=2, shares=shares), small_library, 2)
    publish(ledger, CONSOLE, made.id)
    desk = Desk(ledger)
    first = desk.start(person, made.id)
    desk.press(person, first.buttons[0].press)
    again = desk.press(person, first.buttons[1].press)
    assert again.stale
    assert texts(again, BlockKind.PROGRESS) == ["单选 · 第 2 / 2 题"]
    going = running(ledger, person)
    assert going is not None
    assert len(going.answers) == 1


def test_buttons_of_an_attempt_handed_in_do_not_count_in_the_next(
    ledger: Ledger, small_library: Library, person: int
) -> None:
    shares = {ItemKind.SINGLE: 2}
    made = draft(ledger, CONSOLE, "重考", Settings(number=2, shares=shares, attempts=2), small_library, 2)
    publish(ledger, CONSOLE, made.id)
    desk = Desk(ledger)
    first = desk.start(person, made.id)
    desk.press(person, first.buttons[-1].press)  # 交卷
    second = desk.start(person, made.id)
    assert first.standing is not None
    for press in (first.buttons[0].press, first.buttons[-1].press):
        again = desk.press(person, press)
        assert (again.stale, again.stage, again.target) == (True, Stage.QUESTION, second.target)
    assert desk.answer(person, int(second.target), "A", first.standing.attempt).stale
    going = running(ledger, person)
    assert going is not None
    assert (going.answers, going.finished) == ((), None)


def test_a_press_just_too_late_gets_the_score(
    ledger: Ledger, clock: Clock, small_library: Library, person: int
) -> None:
    settings = Settings(number=1, shares={ItemKind.SINGLE: 1}, minutes=5)
    made = draft(ledger, CONSOLE, "限时", settings, small_library, 2)
    publish(ledger, CONSOLE, made.id)
    desk = Desk(ledger)
    step = desk.start(person, made.id)
    clock.forward(minutes=6)
    late = desk.press(person, step.buttons[0].press)
    assert (late.stage, late.stale) == (Stage.SCORE, False)
    assert late.note == "“限时”的答题时间已到，已按此前的作答交卷，这一题来迟了，不计分。"
    assert desk.press(person, step.buttons[0].press).stale, "再按就只是旧按钮"


def test_answers_told_only_at_the_end(ledger: Ledger, small_library: Library, person: int) -> None:
    made = draft(ledger, CONSOLE, "期末", Settings(number=3, at_once=False), small_library, 2)
    publish(ledger, CONSOLE, made.id)
    desk = Desk(ledger)
    step = desk.start(person, made.id)
    assert step.item is not None
    told = desk.say(person, wrong_answer(step.item))
    assert texts(told, BlockKind.VERDICT) == []
    done = desk.finish(person)
    verdicts = texts(done, BlockKind.VERDICT)
    assert len(verdicts) == 3
    assert verdicts[1].startswith("没有作答。正确答案：")


def test_a_late_answer_gets_the_score(ledger: Ledger, clock: Clock, person: int, published: Paper) -> None:
    desk = Desk(ledger)
    step = desk.start(person, published.id)
    clock.forward(minutes=31)
    assert step.item is not None
    late = desk.say(person, right_answer(step.item))
    assert late.stage is Stage.SCORE
    assert texts(late, BlockKind.HINT) == ["“新员工测验”的答题时间已到，已按此前的作答交卷，这一题来迟了，不计分。"]


def test_not_understood_asks_again(ledger: Ledger, person: int, published: Paper) -> None:
    desk = Desk(ledger)
    desk.start(person, published.id)
    step = desk.say(person, "？？")
    assert step.stage is Stage.QUESTION
    assert texts(step, BlockKind.VERDICT)[0].startswith("没有看懂，请重答。请")


def test_complaints_reach_the_trainer_with_the_quote(ledger: Ledger, person: int, published: Paper) -> None:
    trainer = add_person(ledger, CONSOLE, "李老师", PersonRole.TRAINER).id
    desk = Desk(ledger)
    desk.start(person, published.id)
    going = running(ledger, person)
    assert going is not None
    item = shown(ledger, going.places[0])
    told = desk.say(person, right_answer(item))
    desk.press(person, told.buttons[1].press)
    assert [n.kind for n in notices_for(ledger, trainer)] == [NoticeKind.COMPLAINT]
    (one,) = complaints(ledger, published.id)
    assert (one.person, one.item.item.rests_on[0].quote) == (person, item.rests_on[0].quote)
    close(ledger, one.id)
    assert complaints(ledger) == ()


def test_nothing_started(ledger: Ledger, person: int) -> None:
    desk = Desk(ledger)
    assert desk.resume(person) is None
    with pytest.raises(AttemptMissing):
        desk.say(person, "A")
    with pytest.raises(AttemptMissing):
        desk.press(person, Press(Act.NEXT))


@given(
    st.sampled_from(Act),
    st.integers(0, 10**9).map(str),
    st.none() | st.integers(0, len(LETTERS) - 1),
    st.integers(0, 10**9),
)
def test_presses_fit_in_a_button_and_read_back(act: Act, target: str, option: int | None, attempt: int) -> None:
    press = Press(act, target, option, attempt)
    assert len(press.data.encode()) <= 64
    assert pressed(press.data) == press


@given(st.text())
def test_other_buttons_are_not_ours(data: str) -> None:
    found = pressed(data)
    assert found is None or found.data == data or data.startswith("q:")
