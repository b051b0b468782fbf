"""自己排版的通道要的几样：凭代码进来，说定答哪一题，逐题的对错。"""

import pytest

from bot.audit import CONSOLE, Filter, listed
from bot.classroom.records import OpenPaper
from bot.classroom.room import TRIES, Classroom
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.people import Identity, PersonRole, Policy, add_person, people
from bot.people_errors import StrangersRefused, TooManyTries
from bot.quiz.errors import AttemptMissing, NotInvited, PaperClosed, PaperMissing, PaperPublished
from bot.quiz.grading import Verdict
from bot.quiz.steps import Stage
from bot.quiz.store import Paper, Settings
from bot.quiz.timetable import settle
from tests.bot.ledgers import Clock
from tests.bot.quiz.folder import Folder
from tests.bot.quiz.test_attempts import right_answer, wrong_answer

BROWSER = Identity("web", "考生 甲")


@pytest.fixture
def room(ledger: Ledger) -> Classroom:
    """四份小报告的教室。"""
    return Classroom(Folder(), ledger)


@pytest.fixture
def pupil(ledger: Ledger) -> Who:
    """一位学员。"""
    return Who(Place("web", "甲"), add_person(ledger, CONSOLE, "张三").id)


def published(room: Classroom, settings: Settings | None = None) -> Paper:
    """一份三题的试卷，不打乱。"""
    made = room.teach.make(CONSOLE, "新员工测验", settings or Settings(number=3, shuffle=False, minutes=10), seed=3)
    return room.teach.publish(CONSOLE, made.row.paper.id).row.paper


def test_a_stranger_comes_in_by_the_papers_code(room: Classroom, ledger: Ledger) -> None:
    paper = published(room)
    assert room.cover(paper.code.lower(), "10.0.0.9") == paper
    first = room.admit(BROWSER, "王五", paper.code, Policy.CODE, "10.0.0.9")
    assert (first.name, first.role) == ("王五", PersonRole.STAFF)
    assert room.admit(BROWSER, "别的名字", paper.code, Policy.OPEN, "10.0.0.9") == first
    (entry,) = [one for one in listed(ledger, Filter(person=first.id)).entries if one.action == "凭试卷代码登记"]
    assert entry.text == f"王五（{first.id}），新员工测验（{paper.id}）"
    with pytest.raises(StrangersRefused):
        room.admit(Identity("web", "考生 乙"), "赵六", paper.code, Policy.CLOSED, "10.0.0.9")
    assert len(people(ledger)) == 1


def test_codes_are_not_to_be_guessed(room: Classroom, clock: Clock) -> None:
    paper = published(room)
    for _ in range(TRIES):
        with pytest.raises(PaperMissing):
            room.cover("AAAAAA", "10.0.0.9")
    with pytest.raises(TooManyTries):
        room.cover(paper.code, "10.0.0.9")
    assert room.cover(paper.code, "10.0.0.8") == paper
    clock.forward(minutes=16)
    assert room.cover(paper.code, "10.0.0.9") == paper


def test_drafts_named_and_ended_papers_admit_nobody(room: Classroom, pupil: Who) -> None:
    draft = room.teach.make(CONSOLE, "草稿", Settings(number=2), seed=1).row.paper
    with pytest.raises(PaperMissing):
        room.cover(draft.code, "")
    with pytest.raises(PaperMissing):
        room.learn.paper(pupil, draft.code)
    named = published(room, Settings(number=2, everyone=False))
    with pytest.raises(NotInvited):
        room.admit(BROWSER, "王五", named.code, Policy.OPEN, "")
    ended = published(room)
    room.teach.close(CONSOLE, ended.id)
    with pytest.raises(PaperClosed):
        room.admit(BROWSER, "王五", ended.code, Policy.OPEN, "")


def test_an_answer_goes_to_the_item_it_was_meant_for(room: Classroom, pupil: Who) -> None:
    step = room.learn.start(pupil, published(room).code)
    assert step.item is not None
    assert step.standing is not None
    assert (step.standing.number, step.standing.total, step.standing.done) == (1, 3, 0)
    target, wrong = int(step.target), wrong_answer(step.item)
    told = room.learn.answer(pupil, target, wrong)
    assert told.said is not None
    assert (told.stage, told.target, told.said.given) == (Stage.VERDICT, step.target, wrong)
    again = room.learn.answer(pupil, target, right_answer(step.item))
    assert again.said == told.said, "另一个窗口里晚到的同一题，不改"
    assert room.learn.answer(pupil, 10_000, "A").target != step.target, "卷里没有的，给出现在这一题"


def test_the_marked_paper_says_what_each_item_rests_on(room: Classroom, pupil: Who) -> None:
    learn, paper = room.learn, published(room)
    step = learn.start(pupil, paper.code)
    assert step.item is not None
    learn.answer(pupil, int(step.target), right_answer(step.item))
    learn.finish(pupil)
    marked = learn.marked(pupil)
    assert (marked.result.points, [one.verdict for one in marked.answers]) == (
        33,
        [Verdict.RIGHT, Verdict.SKIPPED, Verdict.SKIPPED],
    )
    assert marked.answers[0].given == right_answer(step.item)
    assert all(one.item.rests_on for one in marked.answers)
    (open_paper,) = learn.papers(pupil)
    assert (open_paper.latest, open_paper.startable) == (marked.result.attempt, False)
    stranger = Who(Place("web", "乙"), room.admit(BROWSER, "王五", paper.code, Policy.OPEN, "").id)
    with pytest.raises(AttemptMissing):
        learn.marked(stranger, marked.result.attempt)


def test_an_item_is_reviewed_once(room: Classroom, ledger: Ledger, pupil: Who, clock: Clock) -> None:
    room.learn.start(pupil, published(room).code)
    clock.forward(minutes=11)
    assert room.learn.resume(pupil) is None
    settle(ledger)
    assert len(room.learn.notebook(pupil)) == 3
    clock.forward(minutes=2)
    step = room.learn.review(pupil)
    assert step.item is not None
    told = room.learn.review_answer(pupil, step.target, right_answer(step.item))
    assert (told.stage, told.note) == (Stage.REVIEWED, "下次复习：2026-03-02")
    assert room.learn.review_answer(pupil, step.target, "A").stage is Stage.REVIEW, "答过的给出下一题"
    room.learn.forget(pupil, step.target)
    assert len(room.learn.notebook(pupil)) == 2


def test_drafts_are_discarded_and_papers_are_not(room: Classroom) -> None:
    draft = room.teach.make(CONSOLE, "草稿", Settings(number=2), seed=1).row.paper
    room.teach.discard(CONSOLE, draft.id)
    assert room.teach.list(CONSOLE) == ()
    with pytest.raises(PaperPublished):
        room.teach.discard(CONSOLE, published(room).id)


def test_a_group_is_exactly_those_people(room: Classroom, ledger: Ledger) -> None:
    first, second, third = (add_person(ledger, CONSOLE, name).id for name in ("甲", "乙", "丙"))
    room.teach.set_group(CONSOLE, "新员工", [first, second])
    (group,) = room.teach.set_group(CONSOLE, "新员工", [second, third])
    assert group.people == (second, third)


def test_a_paper_seen_before_it_is_started(room: Classroom, pupil: Who) -> None:
    paper = published(room)
    seen = room.learn.paper(pupil, paper.code)
    assert seen == OpenPaper(paper, seen.state, assigned=False, items=3, left=1, best=None, passed=False,
                             startable=True, latest=None)  # fmt: skip
