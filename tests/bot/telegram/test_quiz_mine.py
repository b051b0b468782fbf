"""自己的成绩、错题本、复习与意愿；通知一件只送一次，每日一题群里也能答。"""

import asyncio
from dataclasses import replace
from datetime import time
from io import BytesIO

import openpyxl

from bot.audit import CONSOLE
from bot.ledger.chats import Place
from bot.ledger.outbox import waiting
from bot.people import Identity, attach
from bot.quiz import privacy, review
from bot.quiz.daily import DailySettings
from bot.quiz.items import ItemKind
from bot.quiz.notices import Notice
from bot.quiz.store import Settings
from tests.bot.quiz.samples import QINGHE_2023
from tests.bot.telegram.emulator import GROUP, PERSON, Fault, Telegram, flood, refused, until
from tests.bot.telegram.exam import TRAINER, Exam, changed

TWO = Settings(number=2, shares={ItemKind.FILL: 2}, shuffle=False)
ME = (
    "张三（编号 1）\n角色：员工\n帐号：telegram 42\n考核：交卷 {done} 次，错题本 {missed} 题，该复习 {due} 题。\n"
    "昵称：{nickname}；{ranked}；{hour}；{daily}每日一题。"
)
USUAL = {
    "done": 0,
    "missed": 0,
    "due": 0,
    "nickname": "没有",
    "ranked": "上榜",
    "hour": "9 点提醒复习",
    "daily": "没有订",
}
NUMBER_HINT = "请写数字，可以带单位，例如 30、30公里、三十公里。"
FILL = "【填空】清河县交通运输局2023年工作计划：“修复国省干线破损路面（　　）”。空处是多少？（单位：万平方米）\n"
FILL_TOLD = (
    "<blockquote>修复国省干线破损路面16万平方米，10月底前完成路面修复施工任务。</blockquote>\n"
    "《清河县交通运输局2023年工作计划》一、2023年工作安排 › （二）抓好公路养护"
)


def failed(exam: Exam, bot: Telegram, settings: Settings = TWO) -> int:
    """张三一题也没有答就交了卷；返回这时一共发给他几条。"""
    exam.published(settings, PERSON)
    bot.presses(bot.reply(), "开始答题")
    bot.reply(3)
    bot.says("/finish")
    bot.presses(bot.reply(4), "现在交卷")
    bot.reply(5)
    return 5


def test_missed_items_are_reviewed_when_due(exam: Exam) -> None:
    with exam.running() as bot:
        failed(exam, bot)
        bot.presses(bot.last(), "复习错题")
        assert bot.reply(6).text == "<i>现在没有该复习的题，最早的一题 03-02 09:01 复习。</i>"
        exam.clock.forward(minutes=2)
        bot.says("/review")
        question = bot.reply(7)
        assert question.text.split("\n")[0] == "<b>复习，还有 2 题 · 错过 1 次</b>"
        assert question.labels == [["先停下"]]
        bot.says("多少？")
        assert bot.reply(8).text == f"没有看懂，请重答。{NUMBER_HINT}要提问，先发 /pause 停下。"
        first = review.due(exam.ledger, 1)[0].item
        bot.says(first.key.text)
        bot.reply(10)
        assert f"您答：{first.key.text}\n✅ <b>答对了</b>" in bot.sent[8].text
        assert bot.sent[8].text.endswith("<i>下次复习：2026-03-02</i>")
        bot.presses(bot.sent[8], "看原文")
        report, quote = first.rests_on[0].title, first.rests_on[0].quote
        assert bot.reply(11).text.startswith(f"<b>《{report}》</b>\n{first.rests_on[0].section}\n\n")
        assert quote.replace(first.key.text, f"<u>{first.key.text}</u>") in bot.last().text
        assert bot.toast(bot.presses(bot.sent[8], "不再复习这题")) == "好的，错题本里没有这一题了。"
        bot.says("987654")
        assert bot.reply(13).text.startswith("<i>现在没有该复习的题，最早的一题 03-02 09:")
        (left,) = review.missed(exam.ledger, 1)
        assert left.missed == 2


def test_me_and_ones_wishes(exam: Exam) -> None:
    with exam.running() as bot:
        bot.says("/me")
        shown = bot.reply()
        assert shown.text == ME.format(**USUAL)
        assert shown.labels == [
            ["成绩", "错题本"], ["改姓名", "改昵称", "不上榜"],
            ["改提醒时刻", "订每日一题"], ["导出我的成绩", "删除我的成绩"],
        ]  # fmt: skip
        changed(shown, lambda: bot.presses(shown, "不上榜"))
        assert shown.text == ME.format(**USUAL | {"ranked": "不上榜"})
        changed(shown, lambda: bot.presses(shown, "订每日一题"))
        assert shown.labels[1:3] == [["改姓名", "改昵称", "上榜"], ["改提醒时刻", "退订每日一题"]]
        changed(shown, lambda: bot.presses(shown, "改提醒时刻"))
        assert shown.text == "每天几点提醒您复习？"
        assert (shown.labels[0], shown.labels[-1]) == (["6 点", "7 点", "8 点", "9 点"], ["不要提醒"])
        changed(shown, lambda: bot.presses(shown, "18 点"))
        assert "18 点提醒复习；订了每日一题。" in shown.text
        changed(shown, lambda: bot.presses(shown, "改提醒时刻"))
        changed(shown, lambda: bot.presses(shown, "不要提醒"))
        assert "不提醒复习" in shown.text
        bot.presses(shown, "改昵称")
        assert bot.reply(2).text == "请发来昵称（最多 32 个字），榜上用它；不要昵称，就发“无”。"
        bot.says("小张 <甲>")
        assert "昵称：小张 &lt;甲&gt;；" in bot.reply(3).text
        bot.presses(shown, "改昵称")
        bot.reply(4)
        bot.says("无")
        assert "昵称：没有；" in bot.reply(5).text
        bot.presses(shown, "改姓名")
        bot.reply(6)
        bot.says(" 张三丰 ")
        assert bot.reply(7).text.startswith("张三丰（编号 1）\n")
    assert privacy.preferences(exam.ledger, 1) == privacy.Preferences(None, ranked=False, hour=None, daily=True)


def test_results_are_seen_taken_away_and_deleted(exam: Exam) -> None:
    with exam.running() as bot:
        failed(exam, bot)
        bot.says("/me")
        shown = bot.reply(6)
        assert shown.text == ME.format(**USUAL | {"done": 1, "missed": 2})
        bot.presses(shown, "成绩")
        listed = bot.reply(7)
        assert listed.text == (
            "<b>您交过 1 次卷</b>\n1. 2026-03-02 09:00 “新员工测验”0 分，未及格\n按编号看逐题的对错。"
        )
        bot.presses(listed, "1")
        assert f"\n❌ <b>没有作答。正确答案：16万平方米</b>\n{FILL_TOLD}" in bot.reply(8).text
        bot.presses(shown, "错题本")
        notebook = bot.reply(9)
        assert notebook.text.startswith("<b>错题本里有 2 题，现在该复习 0 题</b>\n1. ")
        assert "（错过 1 次，03-02 09:01 复习）" in notebook.text
        bot.presses(shown, "导出我的成绩")
        file = bot.reply(10)
        assert (file.name, file.text) == ("我的成绩.xlsx", "您的全部答卷、作答、错题本与意愿。")
        assert openpyxl.load_workbook(BytesIO(file.content))["错题本"].max_row == 3
        bot.presses(shown, "删除我的成绩")
        asks = bot.reply(11)
        assert asks.text == "要删去您的全部答卷、作答、错题本与意愿吗？删除后不能恢复。"
        changed(asks, lambda: bot.presses(asks, "取消"))
        assert len(exam.room.learn.notebook(exam.who(PERSON))) == 2
        bot.presses(shown, "删除我的成绩")
        again = bot.reply(12)
        changed(again, lambda: bot.presses(again, "确认删除"))
        assert again.text == "已删去您的全部答卷、作答、错题本与意愿。"
        bot.says("/me")
        assert bot.reply(13).text == ME.format(**USUAL)
        bot.presses(shown, "成绩")
        assert bot.reply(14).text == "还没有交过卷。看试卷发 /quiz。"
        bot.says("/me", PERSON, GROUP)
        group = bot.reply(1, GROUP)
        assert (group.text, group.labels) == ("张三（编号 1）\n角色：员工\n帐号：telegram 42", [])


def test_an_empty_notebook_and_an_empty_board(exam: Exam) -> None:
    exam.room.learn.prefer(exam.who(PERSON), privacy.Preferences(ranked=False))
    with exam.running() as bot:
        bot.says("/me")
        me = bot.reply()
        bot.presses(me, "错题本")
        assert bot.reply(2).text == "错题本是空的。"
        exam.published(Settings(number=1, shares={ItemKind.FILL: 1}, shuffle=False), PERSON)
        bot.presses(bot.reply(3), "开始答题")
        bot.reply(5)
        bot.says("16")
        bot.presses(bot.reply(7), "看榜")
        assert bot.reply(8).text == "榜上还没有人。"
        assert bot.toast(bot.calls_back(me, "m:0:0:read 没有")) == "这个按钮已失效，请重新提问。"
        assert bot.toast(bot.calls_back(me, "m:0:0:别的")) == "这个按钮已失效，请重新提问。"
        assert bot.toast(bot.calls_back(me, "e:0:0:q:zz::")) == "这个按钮已失效，请重新提问。"


def test_a_file_that_could_not_be_sent_is_sent_later_and_once(exam: Exam) -> None:
    with exam.running() as bot:
        bot.says("/me")
        bot.faults["sendDocument"].extend([Fault(502), flood(1)])
        bot.presses(bot.reply(), "导出我的成绩")
        for tries in (1, 2):
            until(lambda tries=tries: [one.attempts for one in waiting(exam.ledger)] == [tries])  # type: ignore[misc]
            exam.clock.forward(seconds=5)
        assert bot.reply(2).name == "我的成绩.xlsx"
        bot.says("/me")
        bot.reply(3)
        assert bot.methods("sendDocument") == ["sendDocument"] * 3


# 通知


def test_notices_are_sent_once_whatever_happens(exam: Exam) -> None:
    """停着时发的卷，开起来就通知；重启、重取都不再送。"""
    bot = exam.telegram
    exam.published(TWO, PERSON)
    with exam.running():
        bot.reply()
    exam.restart()
    with exam.running():
        exam.published(replace(TWO, minutes=9), PERSON, title="第二份", seed=5)
        bot.reply(2)
    exam.restart()
    with exam.running():
        bot.says("/quiz")
        bot.reply(3)
    assert bot.texts()[:2] == [
        "新试卷“新员工测验”：2 题，60 分及格。", "新试卷“第二份”：2 题，限时 9 分钟，60 分及格。",
    ]  # fmt: skip


def test_notices_wait_for_telegram_unless_it_cannot_open(exam: Exam) -> None:
    """张三在企业微信里也有帐号，最近用的是 Telegram：还没连上时等着它，令牌不对就送企业微信。"""
    attach(exam.ledger, Identity("wecom", "zhangsan"), 1)
    exam.room.learn.export(exam.who(PERSON))
    exam.published(TWO, PERSON)
    office, taken = exam.office, list[Notice]()
    office.classroom.joined("wecom")
    channel = exam.channel(office)
    assert office.classroom.hand_over("wecom", taken.append) == 0
    exam.telegram.faults["getMe"].append(refused("Unauthorized", 401))
    asyncio.run(channel.run())
    assert office.classroom.hand_over("wecom", taken.append) == 1
    assert [one.place for one in taken] == [Place("wecom", "zhangsan")]


def test_reminders_come_at_their_time(exam: Exam) -> None:
    deadline = exam.clock.now.replace(day=4)
    with exam.running() as bot:
        failed(exam, bot)
        exam.room.tick()
        exam.published(replace(TWO, deadline=deadline), PERSON, title="限期", seed=5)
        assert bot.reply(6).text == "新试卷“限期”：2 题，60 分及格，03-04 09:00 截止。"
        exam.clock.forward(hours=24, minutes=30)
        exam.room.tick()
        exam.room.tick()
        until(lambda: len(bot.texts()) == 8)
        assert bot.texts()[6:] == ["“限期”03-04 09:00 截止，您还没有交卷。", "错题本里有 2 道题今天该复习了。"]
        bot.presses(bot.last(), "开始复习")
        assert bot.reply(9).text.startswith("<b>复习，还有 2 题 · 错过 1 次</b>")


def test_the_trainer_hears_which_items_were_withdrawn_and_why(exam: Exam) -> None:
    with exam.running() as bot:
        failed(exam, bot, replace(TWO, reports=("清河2023.txt",)))
        exam.books.held.change(QINGHE_2023.replace("破损路面16万", "破损路面18万"), "清河2023.txt")
        exam.room.tick()
        exam.room.tick()
        assert bot.reply(1, TRAINER).text == (
            "“新员工测验”有 1 道题所据的原文变了，已撤下，新的答卷里不再有：\n第 2 题：" + FILL[4:]
            + "<i>《清河县交通运输局2023年工作计划》“一、2023年工作安排 › （二）抓好公路养护”里这一段的原文改了："
            "“修复国省干线破损路面16万平方米，10月底前完成路面修复施工任务。”</i>"
        )  # fmt: skip
        assert len(exam.room.learn.notebook(exam.who(PERSON))) == 1
        assert len(bot.texts(TRAINER)) == 1


def test_the_daily_question_in_a_group_and_alone(exam: Exam) -> None:
    wish = exam.room.learn.preferences(exam.who(PERSON))
    exam.room.learn.prefer(exam.who(PERSON), replace(wish, daily=True))
    exam.room.teach.set_daily(CONSOLE, DailySettings(on=True, at=time(8, 30), places=(Place("telegram", str(GROUP)),)))
    with exam.running() as bot:
        exam.clock.forward(hours=24)
        exam.room.tick()
        exam.room.tick()
        shown, alone = bot.reply(1, GROUP), bot.reply()
        assert shown.text == alone.text
        assert shown.text.startswith("<b>每日一题</b>\n【")
        assert shown.text.endswith("<i>点一个按钮作答，只记头一回；对错只给您自己看。</i>")
        right, wrong = "A", "B"
        first = bot.presses(shown, wrong)
        told = (
            "答错了。正确答案：A. 9月底前\n“更新纯电动新能源公交车20辆，9月底前完成新车上线运营工作。”\n"
            "《清河县交通运输局2023年工作计划》一、2023年工作安排 › （三）抓好运输服务"
        )
        assert bot.toast(first) == told
        assert first in bot.alerts
        assert bot.toast(bot.presses(shown, right)) == f"只记头一回，您答的是 B. 6月底前\n{told}"
        bot.presses(shown, right, TRAINER)
        changed(alone, lambda: bot.presses(alone, right))
        assert "您答：B. 6月底前\n❌ <b>答错了。正确答案：A. 9月底前</b>" in alone.text
        assert shown.history == [shown.text], "群里那一条不说答案"
        assert len(bot.sent) == 2
    assert [one.missed for one in exam.room.learn.notebook(exam.who(PERSON))] == [1]
    assert exam.room.learn.notebook(exam.who(TRAINER)) == ()
