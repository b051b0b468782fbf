"""教室：培训员出题发卷，学员看到、作答，通知一件只说一次，做不到的说明白。"""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from PIL import Image

from bot.audit import CONSOLE, listed
from bot.classroom.records import OwnItem, PaperState, Phase
from bot.classroom.room import Classroom
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.people import Identity, PersonRole, add_person, attach
from bot.people_errors import NotAllowed
from bot.quiz.errors import AnswerUnreadable, ComplaintMissing, ItemUnproven
from bot.quiz.items import LETTERS, TYPED_KINDS, ItemKind
from bot.quiz.notices import Notice, NoticeKind
from bot.quiz.papers import Audience
from bot.quiz.privacy import Preferences
from bot.quiz.steps import Act, Press, Stage, Step
from bot.quiz.store import Settings
from tests.bot.ledgers import Clock
from tests.bot.quiz.folder import Folder
from tests.bot.quiz.samples import QINGHE_2022
from tests.bot.quiz.test_attempts import right_answer, wrong_answer

CHAT = Place("telegram", "42")


@pytest.fixture
def folder() -> Folder:
    """四份小报告。"""
    return Folder()


@pytest.fixture
def room(ledger: Ledger, folder: Folder) -> Classroom:
    """教室。"""
    return Classroom(folder, ledger)


@pytest.fixture
def trainer(ledger: Ledger) -> Who:
    """一位培训员，在 Telegram 里。"""
    number = add_person(ledger, CONSOLE, "李老师", PersonRole.TRAINER, Identity("telegram", "7")).id
    return Who(Place("telegram", "7"), number)


@pytest.fixture
def pupil(ledger: Ledger) -> Who:
    """一位学员，在 Telegram 里。"""
    number = add_person(ledger, CONSOLE, "张三", identity=Identity("telegram", "42")).id
    return Who(CHAT, number)


def number_of(who: Who) -> int:
    """他的编号。"""
    assert who.person is not None
    return who.person


def published(room: Classroom, by: Who, to: Sequence[Who] = (), settings: Settings | None = None) -> int:
    """一份发布了的试卷。"""
    made = room.teach.make(by, "新员工测验", settings or Settings(number=3, shuffle=False), seed=3)
    room.teach.publish(by, made.row.paper.id, Audience(tuple(number_of(one) for one in to)))
    return made.row.paper.id


def answered(room: Classroom, who: Who, number: int, *, right: bool) -> Step:
    """一路答到出成绩。"""
    step = room.learn.start(who, number)
    while step.stage is not Stage.SCORE:
        if step.stage is Stage.QUESTION and step.item is not None:
            step = room.learn.say(who, right_answer(step.item) if right else wrong_answer(step.item))
        else:
            step = room.learn.press(who, step.buttons[0].press)
    return step


def handed(room: Classroom, channel: str = "telegram") -> list[Notice]:
    """这个通道取到的通知。"""
    taken: list[Notice] = []
    room.hand_over(channel, taken.append)
    return taken


def texts(notice: Notice) -> list[str]:
    """通知里的文字。"""
    return [block.text for block in notice.body.blocks]


def state(room: Classroom, who: Who) -> tuple[PaperState, int | None]:
    """他的第一份试卷的状态与最好成绩。"""
    first = room.learn.papers(who)[0]
    return first.state, first.best


def test_a_paper_goes_from_the_trainer_to_the_pupil(room: Classroom, trainer: Who, pupil: Who) -> None:
    number = published(room, trainer, [pupil])
    (told,) = handed(room)
    assert (told.kind, told.place, texts(told)) == (
        NoticeKind.ASSIGNED,
        CHAT,
        ["新试卷“新员工测验”：3 题，60 分及格。"],
    )
    assert told.body.buttons[0].press == Press(Act.START, str(number))
    assert handed(room) == []
    assert state(room, pupil) == (PaperState.NEW, None)
    room.learn.press(pupil, told.body.buttons[0].press)
    assert state(room, pupil) == (PaperState.GOING, None)
    answered(room, pupil, number, right=True)
    assert state(room, pupil) == (PaperState.DONE, 100)
    assert [r.points for r in room.learn.results(pupil)] == [100]
    row = room.teach.list(trainer)[0]
    assert (row.phase, row.items, row.finished, row.complaints) == (Phase.OPEN, 3, 1, 0)


def test_those_who_failed_or_stayed_away_get_a_make_up_of_new_items(
    room: Classroom, ledger: Ledger, trainer: Who, pupil: Who
) -> None:
    other = Who(Place("web", ""), add_person(ledger, CONSOLE, "王五").id)
    number = published(room, trainer, [pupil, other])
    answered(room, pupil, number, right=False)
    assert state(room, pupil) == (PaperState.MAKE_UP, 0)
    room.teach.close(trainer, number)
    assert state(room, other) == (PaperState.MAKE_UP, None)
    handed(room)
    again = room.teach.make_up(trainer, number, seed=4)
    assert set(again.audience.people) == {number_of(pupil), number_of(other)}
    before = {e.item.identity for e in room.teach.open(trainer, number).items}
    assert not before & {e.item.identity for e in again.items}
    room.teach.publish(trainer, again.row.paper.id)
    assert [(n.kind, texts(n)) for n in handed(room)] == [
        (NoticeKind.MAKE_UP, ["补考“新员工测验（补考）”：3 题，60 分及格。"])
    ]
    assert [n.kind for n in room.learn.notices(other)] == [NoticeKind.MAKE_UP, NoticeKind.ASSIGNED]


def test_staff_cannot_do_what_trainers_do(room: Classroom, trainer: Who, pupil: Who) -> None:
    number = published(room, trainer)
    item = room.teach.open(trainer, number).items[0].id
    for act in (
        lambda: room.teach.make(pupil, "测验", Settings(number=1)),
        lambda: room.teach.list(pupil),
        lambda: room.teach.open(pupil, number),
        lambda: room.teach.contents(pupil),
        lambda: room.teach.keep(pupil, item),
        lambda: room.teach.drop(pupil, item),
        lambda: room.teach.swap(pupil, item),
        lambda: room.teach.reword(pupil, item, "多少？"),
        lambda: room.teach.export_items(pupil, number),
        lambda: room.teach.publish(pupil, number),
        lambda: room.teach.assign(pupil, number, Audience()),
        lambda: room.teach.close(pupil, number),
        lambda: room.teach.make_up(pupil, number),
        lambda: room.teach.results(pupil, number),
        lambda: room.teach.results_sheet(pupil, number),
        lambda: room.teach.picture(pupil, number),
        lambda: room.teach.leaderboard(pupil, number),
        lambda: room.teach.complaints(pupil),
        lambda: room.teach.answer_complaint(pupil, 1),
        lambda: room.teach.withdraw(pupil, item, "错"),
        lambda: room.teach.groups(pupil),
        lambda: room.teach.put_in_group(pupil, "新员工", [1]),
        lambda: room.teach.take_out_of_group(pupil, "新员工"),
        lambda: room.teach.daily(pupil),
        lambda: room.teach.add(pupil, number, OwnItem("问？", "答")),
        lambda: room.teach.import_items(pupil, number, b""),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_stranger_takes_no_quiz(room: Classroom) -> None:
    with pytest.raises(NotAllowed):
        room.learn.papers(Who(Place("web", "x"), None))


def test_what_trainers_do_is_in_the_audit(room: Classroom, ledger: Ledger, trainer: Who, pupil: Who) -> None:
    made = room.teach.make(trainer, "测验", Settings(number=3), seed=3)
    number, items = made.row.paper.id, made.items
    room.teach.keep(trainer, items[0].id)
    room.teach.swap(trainer, items[1].id)
    room.teach.drop(trainer, items[2].id)
    room.teach.put_in_group(trainer, "新员工", [number_of(pupil)])
    room.teach.publish(trainer, number, Audience(groups=("新员工",)))
    room.teach.results_sheet(trainer, number)
    room.teach.close(trainer, number)
    actions = [e.action for e in listed(ledger).entries if e.person == trainer.person]
    assert actions == ["关闭试卷", "导出成绩", "发布试卷", "编组", "去题", "换题", "出题"]
    assert room.teach.open(trainer, number).items[0].kept


def test_own_items_and_edited_keys(room: Classroom, trainer: Who) -> None:
    made = room.teach.make(trainer, "测验", Settings(number=1, shares={ItemKind.FILL: 1}), seed=3)
    number, item = made.row.paper.id, made.items[0]
    assert room.teach.add(trainer, number, OwnItem("报销找哪个科室？", "A", ("财务科", "办公室"), "见手册")) == 2
    with pytest.raises(AnswerUnreadable, match="答案“C”读不懂"):
        room.teach.add(trainer, number, OwnItem("报销找哪个科室？", "C", ("财务科", "办公室")))
    with pytest.raises(ItemUnproven, match="答案与原文不符"):
        room.teach.reword(trainer, item.id, key="999公里")
    exported = room.teach.export_items(trainer, number)
    other = room.teach.make(trainer, "另一份", Settings(number=1), seed=5)
    assert exported.name == "测验-题目.xlsx"
    assert room.teach.import_items(trainer, other.row.paper.id, exported.content) == 2


def test_a_complaint_goes_to_the_trainer_and_the_answer_comes_back(room: Classroom, trainer: Who, pupil: Who) -> None:
    number = published(room, trainer, [pupil])
    item = room.teach.open(trainer, number).items[0]
    handed(room)
    room.learn.start(pupil, number)
    room.learn.complain(pupil, item.id, "单位写错了")
    (told,) = handed(room)
    assert (told.kind, told.person) == (NoticeKind.COMPLAINT, trainer.person)
    assert texts(told)[0] == "“新员工测验”第 1 题有人报错：单位写错了"
    assert f"“{item.item.rests_on[0].quote}”" in texts(told)
    (one,) = room.teach.complaints(trainer)
    room.teach.answer_complaint(trainer, one.id, "您说得对", withdraw=True)
    (back,) = handed(room)
    assert (back.kind, back.person, texts(back)[-1]) == (
        NoticeKind.ANSWERED,
        pupil.person,
        "您报的错，出题人答复：您说得对",
    )
    assert room.teach.complaints(trainer) == ()
    assert room.teach.open(trainer, number).items[0].why == "有人报错，出题人撤下：单位写错了"
    with pytest.raises(ComplaintMissing):
        room.teach.answer_complaint(trainer, 99)


def test_a_changed_report_withdraws_items_and_tells_the_trainer_once(
    room: Classroom, folder: Folder, trainer: Who
) -> None:
    made = room.teach.make(trainer, "清河", Settings(number=3, reports=("清河2022.txt",)), seed=1)
    room.teach.publish(trainer, made.row.paper.id)
    assert room.withdraw_stale() == ()
    folder.change(QINGHE_2022.replace("2022年工作总结\n", "2022年度总结\n", 1), "清河2022.txt")
    gone = room.withdraw_stale()
    assert len(gone) == 3
    (told,) = handed(room)
    assert (told.kind, texts(told)[0]) == (
        NoticeKind.WITHDRAWN,
        "“清河”有 3 道题所据的原文变了，已撤下，新的答卷里不再有：",
    )
    assert gone[0].why in texts(told)
    assert room.withdraw_stale() == ()
    assert handed(room) == []
    row = room.teach.list(trainer)[0]
    assert (row.items, row.withdrawn) == (0, 3)


def test_a_person_of_two_channels_hears_in_the_one_last_used(room: Classroom, ledger: Ledger, pupil: Who) -> None:
    attach(ledger, Identity("wecom", "zhangsan"), number_of(pupil))
    room.joined("telegram")
    room.joined("wecom")
    room.learn.export(pupil)
    published(room, CONSOLE, [pupil])
    assert handed(room, "wecom") == []
    assert [n.place for n in handed(room, "telegram")] == [CHAT]


def test_a_notice_read_on_the_web_is_not_sent_again(room: Classroom, pupil: Who) -> None:
    published(room, CONSOLE, [pupil])
    (seen,) = room.learn.notices(pupil)
    room.learn.read(pupil, (seen.id,))
    assert handed(room) == []
    assert room.learn.notices(pupil)[0].read is not None


def test_a_notice_whose_rendering_failed_is_handed_over_later(room: Classroom, pupil: Who) -> None:
    published(room, CONSOLE, [pupil])

    def broken(_: Notice) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        room.hand_over("telegram", broken)
    assert len(handed(room)) == 1


def test_a_pupil_takes_their_results_away(room: Classroom, trainer: Who, pupil: Who) -> None:
    number = published(room, trainer, [pupil])
    answered(room, pupil, number, right=False)
    book = openpyxl.load_workbook(BytesIO(room.learn.export(pupil).content))
    assert book.sheetnames == ["答卷", "作答", "错题本", "意愿", "每日一题", "报错"]
    assert book["作答"].max_row == 4
    room.learn.delete(pupil)
    assert room.learn.results(pupil) == ()
    assert room.learn.notices(pupil) == ()
    assert room.teach.results(trainer, number).scores == ()


def test_the_picture_and_the_board(room: Classroom, trainer: Who, pupil: Who) -> None:
    number = published(room, trainer)
    answered(room, pupil, number, right=True)
    picture = room.teach.picture(trainer, number)
    assert Image.open(BytesIO(picture.content)).size == (900, 480)
    assert [s.points for s in room.learn.leaderboard(pupil, number)] == [100]
    room.learn.prefer(pupil, replace(room.learn.preferences(pupil), ranked=False))
    assert room.learn.leaderboard(pupil, number) == ()
    assert room.learn.prefer(pupil, Preferences(hour=None)).hour is None


def test_review_of_many_choices_by_buttons(room: Classroom, clock: Clock, pupil: Who) -> None:
    number = published(room, CONSOLE, [pupil], Settings(number=1, shares={ItemKind.MULTIPLE: 1}))
    answered(room, pupil, number, right=False)
    clock.forward(minutes=2)
    step = room.learn.review(pupil)
    assert step.item is not None
    assert step.item.kind not in TYPED_KINDS
    for option in step.item.key.choices:
        step = room.learn.press(pupil, next(b.press for b in step.buttons if b.press.option == option))
    picked = [b.label for b in step.buttons if b.label.startswith("✓")]
    assert step.item is not None
    assert picked == [f"✓{LETTERS[i]}" for i in step.item.key.choices]
    done = room.learn.press(pupil, step.buttons[-1].press)
    assert done.blocks[0].text == "答对了"


def test_contents_say_where_items_can_come_from(room: Classroom, trainer: Who) -> None:
    found = room.teach.contents(trainer)
    sections = dict(found[0].sections)
    assert "一、2022年工作回顾 › （一）农村公路建设" in sections
    made = room.teach.make(
        trainer, "一节", Settings(number=1, sections=("一、2022年工作回顾 › （一）农村公路建设",)), seed=1
    )
    assert all("农村公路建设" in s.section for s in made.items[0].item.rests_on[:1])
