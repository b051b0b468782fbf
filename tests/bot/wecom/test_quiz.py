"""在自建应用里考试：通知、卡片与打字作答、走开重启、交卷、错题、复习、撤题；看到的原样消息。"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.audit import CONSOLE
from bot.channels.wecom.exam import Exam
from bot.channels.wecom.incoming import Incoming, Kind
from bot.channels.wecom.render import markdown
from bot.classroom.spoken import step_words
from bot.classroom.typed import STALE, Turn
from bot.people import Identity, Policy, identified
from bot.quiz.daily import DailySettings
from bot.quiz.items import ItemKind
from bot.quiz.privacy import Preferences
from bot.quiz.store import Settings, items_of
from tests.bot.ledgers import Clock, new_ledger, reopened
from tests.bot.quiz.samples import QINGHE_2023
from tests.bot.replies import ANSWERED
from tests.bot.wecom.emulator import AGENT, Front, Pusher, content, event_xml, text_xml, until
from tests.bot.wecom.scene import running
from tests.bot.wecom.school import PUPIL, TEACHER, School, answer_to, card_of, key_of

pytestmark = pytest.mark.anyio

RULES = (
    "打的字就是作答。发“退出”离开（作答都记着，可以提问，发“考试”再来接着答），"
    "“交卷”提前交卷，“报错 说明”说上一题有错。"
)
FILLS = Settings(number=2, shares={ItemKind.FILL: 1}, shuffle=False, attempts=2)


class Phone:
    """学员手里的企业微信。"""

    def __init__(self, wecom: Front, pusher: Pusher, person: str = PUPIL) -> None:
        self.console, self.pusher, self.person = wecom.console, pusher, person
        self.at = 1348831860
        self.read = 0

    def got(self) -> list[dict[str, Any]]:
        """收到的全部消息。"""
        return [message for message in list(self.console.messages) if message["touser"] == self.person]

    async def next(self, count: int = 1) -> list[dict[str, Any]]:
        """等到新来的几条。"""
        await until(lambda: len(self.got()) >= self.read + count)
        found = self.got()[self.read : self.read + count]
        self.read += count
        return found

    async def says(self, text: str, count: int = 1) -> list[str]:
        """打一句，等回来的几条。"""
        await self.pusher.xml(text_xml(text, self.person))
        return [content(message) for message in await self.next(count)]

    async def hands_in(self) -> str:
        """没答完就交卷：先问一声，再交；等到分数。"""
        assert "请再发一次“交卷”" in (await self.says("交卷"))[0]
        return (await self.says("交卷"))[0]

    async def taps(self, key: str, count: int = 1, code: str = "") -> list[dict[str, Any]]:
        """点卡片上的一个按钮，等回来的几条。"""
        self.at += 1
        extra = f"<ResponseCode><![CDATA[{code}]]></ResponseCode>"
        await self.pusher.xml(event_xml("template_card_event", key, self.person, self.at, extra))
        return await self.next(count)


def opened(wecom: Front, school: School) -> AbstractAsyncContextManager[Pusher]:
    """开着自建应用。"""
    return running(wecom, school, school.ledger)


async def test_every_kind_of_item_with_a_restart_in_the_middle(wecom: Front, school: School, clock: Clock) -> None:
    kinds = dict.fromkeys(
        (ItemKind.SINGLE, ItemKind.TRUE_FALSE, ItemKind.FILL, ItemKind.MULTIPLE, ItemKind.ORDER, ItemKind.YEAR), 1
    )
    school.publish(Settings(number=6, shares=kinds, minutes=30), [school.pupil])
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        (told,) = await phone.next()
        assert {key: value for key, value in told.items() if not key.startswith(("enable_", "duplicate_"))} == {
            "touser": PUPIL,
            "msgtype": "template_card",
            "template_card": {
                "card_type": "button_interaction",
                "main_title": {"title": "新试卷", "desc": "计划通"},
                "sub_title_text": "新试卷“新员工测验”：6 题，限时 30 分钟，60 分及格。",
                "task_id": card_of(told)["task_id"],
                "button_list": [{"text": "开始答题", "style": 1, "key": "q:s:1:"}],
            },
            "agentid": AGENT,
        }
        assert content((await phone.taps("q:s:1:", code="RC"))[0]).startswith(RULES)
        assert wecom.console.updates[0]["response_code"] == "RC"
        await one_by_one(phone, school, 3)
        await until(lambda: "第 4 / 6 题" in content(phone.got()[-1]))
    clock.forward(minutes=10)
    school.opened(reopened(school.ledger, clock))
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        phone.read = len(phone.got())
        said = await phone.says("测验")
        assert "第 4 / 6 题" in said[0], "重启之后打的字还是作答，“测验”再给出这一题"
        await one_by_one(phone, school, 3)
    assert wecom.console.wrongs == []
    (score,) = school.room.learn.results(school.pupil)
    assert (score.points, score.right) == (100, 6)
    assert phone.got()[-1]["text"]["content"].endswith("“新员工测验”100 分，及格：6 题答对 6 题。")
    cards = [m for m in phone.got() if m["msgtype"] == "template_card" and "第" in content(m)]
    assert 0 < len(cards) < 6, "选一项的用卡片，要打字的不用"


async def one_by_one(phone: Phone, school: School, count: int) -> None:
    """答对接下来的几题：面前是卡片就点，不然打字；先说对错与引文，再是下一题。"""
    for _ in range(count):
        step = school.room.learn.resume(school.pupil)
        assert step is not None
        assert step.item is not None
        item, number = step.item, step.standing.number if step.standing else 0
        await until(lambda number=number: f"第 {number} / 6 题" in content(phone.got()[-1]))
        shown = phone.got()[-1]
        phone.read = len(phone.got())
        if shown["msgtype"] == "template_card":
            (told, *_) = [content(message) for message in await phone.taps(key_of(shown, item))]
        else:
            assert item.stem in content(shown)
            (told, *_) = await phone.says(answer_to(item))
        source = item.rests_on[0]
        assert told.startswith("答对了\n")
        assert f"“{source.quote}”\n《{source.title}》{source.section}" in told


async def test_a_card_shows_the_item_and_its_options(wecom: Front, school: School) -> None:
    made = school.publish(Settings(number=1, shares={ItemKind.SINGLE: 1}, shuffle=False))
    item = made.items[0].item
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        listed = await phone.says("quiz")
        assert listed == [
            (
                "给您的试卷：\n1. 新员工测验（未开始）：1 题，不限时，60 分及格，还能答 1 次\n"
                "回复编号开始（限时的即刻计时）；有试卷代码的，发“考试 代码”。"
            )
        ]
        rules, card = await phone.says("1", 2)
    assert rules == RULES
    shown = card_of(phone.got()[-1])
    assert (shown["card_type"], shown["main_title"]) == (
        "button_interaction",
        {"title": "第 1 / 1 题", "desc": "新员工测验"},
    )
    assert shown["sub_title_text"] == f"【单选】{item.stem}"
    labels = [button["text"] for button in shown["button_list"]]
    assert labels == [f"{letter}. {option}" for letter, option in zip("ABCD", item.options, strict=False)]
    assert [button["key"] for button in shown["button_list"]] == [
        f"q:c:{made.items[0].id}:{n}:1" for n in range(len(item.options))
    ]
    assert card


async def test_an_old_card_counts_nowhere(wecom: Front, school: School) -> None:
    school.publish(Settings(number=2, shares={ItemKind.TRUE_FALSE: 1}, shuffle=False, attempts=2))
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        await phone.says("考试")
        await phone.says("1", 2)
        old, first = phone.got()[-1], school.showing()
        verdict, _ = [content(message) for message in await phone.taps(key_of(old, first), 2, code="RC")]
        assert wecom.console.updates[-1]["button"] == {"replace_name": f"已选 {answer_to(first)}"}
        assert verdict.startswith("答对了\n")
        told, shown = await phone.taps(key_of(old, first, right=False), 2)
        assert content(told) == STALE
        assert card_of(shown)["main_title"]["title"] == "第 2 / 2 题"
        assert (await phone.hands_in()).startswith("“新员工测验”50 分，未及格")
        told = (await phone.taps(key_of(old, first)))[0]
        assert content(told).startswith(f"{STALE}\n\n“新员工测验”50 分"), "交了的卷，卡片不再算数"
        await phone.says("考试")
        await phone.says("1", 2)
        told, shown = await phone.taps(key_of(old, first), 2)
        assert content(told) == STALE, "重考时，头一回的卡片也不算"
        assert card_of(shown)["main_title"]["title"] == "第 1 / 2 题"


async def test_typed_words_while_answering_and_after_leaving(wecom: Front, school: School) -> None:
    made = school.publish(FILLS)
    first, second = (entry.item for entry in made.items)
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        await phone.says("考试")
        question = f"新员工测验 · 第 1 / 2 题\n【填空】{first.stem}\n请写数字，可以带单位，例如 30、30公里、三十公里。"
        assert await phone.says("1") == [f"{RULES}\n\n{question}"]
        source = first.rests_on[0]
        assert await phone.says("98765432") == [
            f"数不对。正确答案：{first.key_text()}\n“{source.quote}”\n《{source.title}》{source.section}\n\n"
            + question.replace("第 1", "第 2").replace(first.stem, second.stem)
        ]
        assert await phone.says("报错 单位写错了") == [f"已把这一题连同引文告诉出题人，谢谢：{first.stem}"]
        assert await phone.says("退出") == ["已离开“新员工测验”，作答都记着。现在可以提问；发“考试”再来接着答。"]
        assert await phone.says("2023年农村公路新改建多少公里") == [markdown(ANSWERED)]
        assert (await phone.says("考试"))[0].startswith("给您的试卷：\n1. 新员工测验（答题中）")
        assert "第 2 / 2 题" in (await phone.says("1"))[0]
        assert (await phone.hands_in()) == (
            "“新员工测验”0 分，未及格（60 分及格）：2 题答对 0 题。\n发“复习”复习错题。"
        )
        teacher = Phone(wecom, pusher, TEACHER)
        await until(teacher.got)
    (told,) = [content(message) for message in teacher.got()]
    assert told.startswith(f"【有人报错】\n“新员工测验”第 1 题有人报错：单位写错了\n{first.stem}\n答案：")


async def test_a_paper_that_tells_at_the_end(wecom: Front, school: School) -> None:
    made = school.publish(Settings(number=2, shares={ItemKind.FILL: 1}, shuffle=False, at_once=False))
    first, second = (entry.item for entry in made.items)
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        await phone.says("考试")
        await phone.says("1")
        assert (await phone.says(answer_to(first)))[0].startswith("新员工测验 · 第 2 / 2 题\n"), "当场不说对错"
        (score,) = await phone.says("98765432")
    assert score.startswith(
        f"“新员工测验”50 分，未及格（60 分及格）：2 题答对 1 题。\n1. {first.stem}\n答对了\n“{first.rests_on[0].quote}”"
    )
    assert f"2. {second.stem}\n数不对。正确答案：{second.key_text()}" in score


async def test_mistakes_reviewed_when_due_and_reminded_once(wecom: Front, school: School, clock: Clock) -> None:
    made = school.publish(FILLS)
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        school.room.tick()
        await phone.says("考试")
        await phone.says("1")
        await phone.hands_in()
        clock.forward(days=1)
        for _ in range(3):
            school.room.tick()
        (told,) = await phone.next()
        assert card_of(told)["sub_title_text"] == "错题本里有 2 道题今天该复习了。"
        assert card_of(told)["button_list"] == [{"text": "开始复习", "style": 1, "key": "q:r::"}]
        (begun,) = await phone.taps("q:r::")
        assert content(begun).startswith("复习，还有 2 题 · 错过 1 次\n【填空】")
        (judged,) = await phone.says(answer_to(school.showing()))
        assert judged.startswith("答对了\n")
        assert "下次复习：2026-03-" in judged
        assert "复习，还有 1 题 · 错过 1 次\n" in judged
        assert await phone.says("退出") == ["已离开复习，发“复习”再来接着。现在可以提问。"]
        assert (await phone.says("错题本"))[0].startswith("错题本里有 2 题，现在该复习 1 题。\n1. ")
        assert (await phone.says("成绩"))[0].startswith("2026-03-02 09:00 “新员工测验”0 分，未及格\n")
    assert len(made.items) == 2


async def test_withdrawn_items_reach_the_trainer_exactly_once(wecom: Front, school: School, clock: Clock) -> None:
    made = school.publish(
        Settings(number=4, shares={ItemKind.FILL: 1}, shuffle=False, reports=("清河2023.txt",), attempts=0)
    )
    school.room.tick()
    school.shelf.held.change(QINGHE_2023.replace("30公里", "31公里").replace("20辆", "21辆"), "清河2023.txt")
    school.room.tick()
    left = items_of(school.ledger, made.row.paper.id)
    assert len(left) < 4
    await handed_but_not_sent(school)
    school.opened(reopened(school.ledger, clock))
    for _ in range(2):
        async with opened(wecom, school) as pusher:
            teacher = Phone(wecom, pusher, TEACHER)
            await until(lambda teacher=teacher: teacher.got())
            phone = Phone(wecom, pusher)
            phone.read = len(phone.got())
            await phone.says("考试")
    (told,) = [content(message) for message in teacher.got()]
    assert told.startswith(
        f"【撤下的题】\n“新员工测验”有 {4 - len(left)} 道题所据的原文变了，已撤下，新的答卷里不再有：\n第 "
    )
    assert "这一段的原文改了：“" in told


async def handed_but_not_sent(school: School) -> None:
    """通知取走、放进了发件，还没有送出，程序就被杀了。"""
    from bot.channels.wecom.application import CHANNEL, _notice_letters  # noqa: PLC0415
    from bot.channels.wecom.herald import Herald, Way  # noqa: PLC0415

    herald = Herald(school.room, lambda _: None)
    herald.add(Way(CHANNEL, _notice_letters, lambda: None), groups=False)
    assert not herald._hand_over()  # noqa: SLF001 - 只做这一步


async def test_daily_question(wecom: Front, school: School, clock: Clock) -> None:
    school.room.learn.prefer(school.pupil, Preferences(daily=True))
    school.room.teach.set_daily(CONSOLE, DailySettings(on=True))
    clock.forward(days=1)
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        for _ in range(2):
            school.room.tick()
        (told,) = await phone.next()
        assert card_of(told)["main_title"]["title"] == "每日一题"
        step = school.room.learn.daily(school.pupil)
        assert step is not None
        assert step.item is not None
        right = answer_to(step.item)
        (judged,) = await phone.says(f"每日一题 {right}")
        assert judged.startswith(f"【{step.item.kind}】{step.item.stem}\n答对了\n“")
        (again,) = await phone.taps(key_of(told, step.item, right=False))
        assert content(again) == judged, "只记头一回"
    assert len(phone.got()) == 3


async def test_stranger_comes_in_by_the_code_of_a_paper(wecom: Front, tmp_path: Path, clock: Clock) -> None:
    school = School(new_ledger(tmp_path, clock), Policy.CODE)
    code = school.publish(FILLS).row.paper.code
    named = school.publish(Settings(number=2, everyone=False), title="内部").row.paper.code
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher, "Wang")
        needed = "您还没有登记。请把管理员给您的邀请码发到这里；没有邀请码请向管理员索取。"
        assert await phone.says("考试") == [needed]
        assert await phone.says(f"考试 {named}") == ["试卷“内部”没有发给您。需要作答请联系出题人。"]
        assert (await phone.says("考试 ZZZZZZ"))[0].startswith("没有试卷“ZZZZZZ”。")
        assert identified(school.ledger, Identity("wecom", "Wang")) is None
        assert (await phone.says(code))[0].startswith(RULES)
        assert identified(school.ledger, Identity("wecom", "Wang")) is not None
        assert (await phone.hands_in()).startswith("“新员工测验”0 分")
    school.ledger.close()


async def test_the_same_message_twice_is_one_answer(school: School) -> None:
    made = school.publish(FILLS)
    exam = Exam(school.office())

    def heard(text: str, number: str) -> Turn:
        turn = exam.heard(Incoming(number, PUPIL, Kind.TEXT, text))
        assert isinstance(turn, Turn)
        return turn

    heard("考试", "1")
    heard("1", "2")
    right = answer_to(made.items[0].item)
    once = heard(right, "3")
    assert Exam(school.office()).heard(Incoming("3", PUPIL, Kind.TEXT, right)) == once, "办到一半被杀，再办一次"
    step = school.room.learn.resume(school.pupil)
    assert step is not None
    assert step.standing is not None
    assert step.standing.done == 1


async def test_sent_again_for_want_of_a_reply_is_not_the_next_answer(school: School, clock: Clock) -> None:
    """发了“23”没有回音，又发一遍；第二遍不能算到还没看见的下一题上。"""
    first, _ = (entry.item for entry in school.publish(FILLS).items)
    exam = Exam(school.office())

    def heard(text: str, number: str, at: datetime) -> list[str]:
        turn = exam.heard(Incoming(number, PUPIL, Kind.TEXT, text, at=at))
        assert isinstance(turn, Turn)
        return [part if isinstance(part, str) else step_words(part) for part in turn.parts]

    heard("考试", "1", clock.now)
    heard("1", "2", clock.now)
    clock.forward(seconds=5)
    once, twice = clock.now, clock.now + timedelta(seconds=3)
    clock.forward(seconds=10)
    right = answer_to(first)
    assert heard(right, "3", once)[0].startswith("答对了\n")
    assert heard(right, "4", twice) == [f"“{right}”是眼前这一题出来之前发的，没有当作它的作答。"]
    clock.forward(seconds=5)
    assert heard("98765432", "5", clock.now)[0].startswith("数不对。")


async def test_a_menu_key_opens_the_list_and_never_answers(wecom: Front, school: School) -> None:
    school.publish(FILLS)
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        await pusher.xml(event_xml("click", "quiz", at=1))
        assert content((await phone.next())[0]).startswith("给您的试卷：\n1. 新员工测验")
        await phone.says("1")
        await pusher.xml(event_xml("click", "2023年农村公路新改建多少公里", at=2))
        assert content((await phone.next())[0]) == markdown(ANSWERED)
        assert "第 1 / 2 题" in (await phone.says("题目"))[0]


async def test_long_corrections_are_split(wecom: Front, school: School) -> None:
    school.publish(Settings(number=12, at_once=False, attempts=0))
    async with opened(wecom, school) as pusher:
        phone = Phone(wecom, pusher)
        await phone.says("考试")
        await phone.says("1", 2)
        before = len(phone.got())
        await phone.hands_in()
        await until(lambda: "发“复习”复习错题。" in content(phone.got()[-1]))
    assert len(phone.got()) - before > 2
    assert wecom.console.wrongs == []


def test_deleting_ones_results_forgets_where_one_sat(school: School) -> None:
    school.publish(FILLS)
    exam = Exam(school.office())
    for number, text in enumerate(("考试", "1", "98765432")):
        assert exam.heard(Incoming(str(number), PUPIL, Kind.TEXT, text)) is not None
    school.room.learn.delete(school.pupil)
    assert exam.heard(Incoming("9", PUPIL, Kind.TEXT, "98765432")) is None, "又是一个问题"
    with school.ledger.reading() as connection:
        assert connection.execute("SELECT count(*) FROM expected").fetchone()[0] == 0


def test_ledger_of_another_version_starts_over(school: School) -> None:
    exam = Exam(school.office())
    exam.heard(Incoming("1", PUPIL, Kind.TEXT, "考试"))
    with school.ledger.writing() as connection:
        connection.execute("UPDATE expected SET payload = '{}'")
    assert isinstance(exam.heard(Incoming("1", PUPIL, Kind.TEXT, "考试")), Turn)
