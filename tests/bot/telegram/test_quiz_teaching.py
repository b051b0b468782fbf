"""在 Telegram 里出卷、审题、发布、看成绩、处理报错、设每日一题。"""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from PIL import Image

from bot.audit import CONSOLE
from bot.channels.telegram.quiz_orders import Order, read_order
from bot.ledger.chats import Place
from bot.quiz.items import ItemKind
from bot.quiz.store import Settings
from tests.bot.telegram.emulator import GROUP, PERSON, Shown, telegram, until
from tests.bot.telegram.exam import TRAINER, Exam, changed

ZONE = ZoneInfo("Asia/Shanghai")
FILL = Settings(number=1, shares={ItemKind.FILL: 1}, shuffle=False)
ITEM = (
    "清河县交通运输局2023年工作计划：“修复国省干线破损路面（　　）”。空处是多少？（单位：万平方米）\n"
    "{answer}16万平方米{close}\n<blockquote>修复国省干线破损路面16万平方米，10月底前完成路面修复施工任务。</blockquote>\n"
    "《清河县交通运输局2023年工作计划》一、2023年工作安排 › （二）抓好公路养护"
)


@pytest.fixture
def exam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exam]:
    """一间考场，张三在“新员工”组里；每次都出同样的题。"""
    monkeypatch.setattr("bot.classroom.teaching.secrets.randbits", lambda _: 3)
    with telegram() as emulated:
        made = Exam(emulated, tmp_path)
        made.room.teach.put_in_group(CONSOLE, "新员工", [1])
        yield made
        assert emulated.broken == []


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("", Order("3月2日测验", Settings())),
        ("新员工测验", Order("新员工测验", Settings())),
        ("新员工 测验 5题 限时20分钟 70分及格 2次", Order(
            "新员工 测验", Settings(number=5, minutes=20, pass_mark=70, attempts=2),
        )),
        ("20道题 不限次 交卷后说 点名 主题=农村公路", Order(
            "3月2日测验", Settings(number=20, attempts=0, at_once=False, everyone=False, topic="农村公路"),
        )),
        ("季考 2026-12-01 18:00截止", Order(
            "季考", Settings(deadline=datetime(2026, 12, 1, 18, 0, tzinfo=ZONE)),
        )),
        ("季考 2026-12-01", Order("季考", Settings(deadline=datetime(2026, 12, 1, 23, 59, tzinfo=ZONE)))),
        ("报告2,1、9 4题", Order("3月2日测验", Settings(number=4, reports=("乙.txt", "甲.txt")))),
        ("2026年5题库", Order("2026年5题库", Settings())),
        ("999题 999分", Order("3月2日测验", Settings(number=200, pass_mark=100))),
    ],
)  # fmt: skip
def test_an_order_in_one_line(words: str, order: Order) -> None:
    assert read_order(words, "3月2日测验", ZONE, ("甲.txt", "乙.txt")) == order


def tap(exam: Exam, shown: Shown, *labels: str) -> Shown:
    """培训员按几个按钮，每按一个等那一条改好。"""
    for label in labels:
        changed(shown, lambda label=label: exam.telegram.presses(shown, label, TRAINER))  # type: ignore[misc]  # 默认值
    return shown


def test_a_paper_is_made_reviewed_and_published(exam: Exam) -> None:
    with exam.running() as bot:
        bot.says("/newquiz 新员工测验 5题 20分钟", TRAINER)
        shown = bot.reply(1, TRAINER)
        assert shown.text == (
            "<b>出卷：新员工测验</b>\n5 题，限时 20 分钟，60 分及格，可答 1 次，每题答完就说对错。\n"
            "知道代码的人都能答。\n从全部报告里出。"
        )
        assert shown.labels == [
            ["题数 5", "时限 20"], ["及格 60", "可答 1 次"], ["每题答完就说对错"],
            ["从全部报告里出 ›"], ["出题", "取消"],
        ]  # fmt: skip
        tap(exam, shown, "时限 20", "及格 60", "可答 1 次", "每题答完就说对错", "从全部报告里出 ›")
        assert shown.text == "从哪些报告里出？一份也不勾，就是全部。"
        tap(exam, shown, "清河县交通运输局2022年工作总结", "临溪市公路事业发展中心2022年工作总结", "‹ 就这些")
        assert shown.text == (
            "<b>出卷：新员工测验</b>\n5 题，限时 30 分钟，70 分及格，可答 2 次，交卷后再说对错。\n"
            "知道代码的人都能答。\n从选定的 2 份报告里出。"
        )
        tap(exam, shown, "出题")
        head = "<b>草稿 1：新员工测验</b>\n5 题，限时 30 分钟，70 分及格。\n"
        assert shown.text.startswith(head)
        assert shown.text.endswith("；审过 0 题。")
        assert shown.labels == [["逐题审", "发布"], ["删去草稿"]]
        tap(exam, shown, "逐题审")
        first = shown.text
        assert first.startswith("<b>草稿 1 · 第 1 / 5 题</b>\n【")
        assert shown.labels == [["留下", "换一道", "去掉"], ["改题干", "改答案"], ["下一题 ›"], ["返回草稿"]]
        tap(exam, shown, "留下")
        assert shown.text.startswith("<b>草稿 1 · 第 2 / 5 题</b>\n")
        assert "“更新纯电动新能源公交车（　　）”" in shown.text
        tap(exam, shown, "换一道")
        assert shown.text.startswith("<b>草稿 1 · 第 2 / 5 题</b>\n【单选 · ")
        assert "“更新纯电动新能源公交车（　　）”" not in shown.text
        tap(exam, shown, "去掉", "‹ 上一题")
        assert shown.text == first.replace("第 1 / 5 题", "第 1 / 4 题，审过")
        tap(exam, shown, "返回草稿")
        assert "\n4 题，" in shown.text
        assert shown.text.endswith("；审过 1 题。")
        tap(exam, shown, "发布")
        assert shown.text == "发布之后，题目与设置不再改。给谁考？"
        assert shown.labels == [["发布，凭代码作答"], ["发布，并通知“新员工”组"], ["返回草稿"]]
        tap(exam, shown, "发布，并通知“新员工”组")
        paper = exam.room.teach.list(CONSOLE)[0].paper
        assert shown.text == (
            "<b>试卷 1：新员工测验（已发布）</b>\n4 题，限时 30 分钟，70 分及格。\n0 人交卷，0 条报错没有处理。\n"
            f"代码：<code>{paper.code}</code>\n作答链接：https://t.me/JihuatongBot?start=quiz_{paper.code}"
        )
        assert shown.labels == [["成绩", "出补考卷"], ["提前关闭"]]
        assert bot.reply().text == "新试卷“新员工测验”：4 题，限时 30 分钟，70 分及格。"
        bot.says("/papers", TRAINER)
        listed = bot.reply(2, TRAINER)
        assert listed.text == "<b>一共 1 份试卷</b>\n1. 新员工测验（已发布）：4 题，0 人交卷"
        tap(exam, listed, "1", "提前关闭")
        assert listed.text.startswith("<b>试卷 1：新员工测验（已关闭）</b>")


def test_what_cannot_be_made_is_said_and_a_draft_is_thrown_away(exam: Exam) -> None:
    with exam.running() as bot:
        bot.says("/papers", TRAINER)
        assert bot.reply(1, TRAINER).text == "还没有试卷。出卷发 /newquiz。"
        bot.says("/newquiz 太多 200题", TRAINER)
        shown = bot.reply(2, TRAINER)
        bot.presses(shown, "出题", TRAINER)
        assert bot.reply(3, TRAINER).text.startswith("要 200 道题，从选定的报告只出得了 ")
        tap(exam, shown, "题数 200", "出题")
        assert bot.toast(bot.calls_back(shown, shown.data("发布"), PERSON)) == (
            "张三没有“出题”的权限，只有培训员、管理员可以。需要的话请联系管理员。"
        )
        tap(exam, shown, "删去草稿")
        assert shown.text == "要删去草稿“太多”连同它的题吗？"
        tap(exam, shown, "返回草稿", "删去草稿", "确认删除")
        assert shown.text == "草稿已删去。"
        assert exam.room.teach.list(CONSOLE) == ()
        bot.calls_back(shown, 'a:0:0:make {"title": 1}', TRAINER)
        assert bot.reply(4, TRAINER).text == "这个按钮已失效，请重新提问。"


def test_an_item_is_reworded_when_the_source_still_proves_it(exam: Exam) -> None:
    draft = exam.draft(FILL).row.paper
    head, stem = "<b>草稿 1 · 第 1 / 1 题</b>\n【填空 · ", ITEM.split("\n", maxsplit=1)[0]
    with exam.running() as bot:
        bot.says("/papers", TRAINER)
        shown = tap(exam, bot.reply(1, TRAINER), str(draft.id), "逐题审")
        bot.presses(shown, "改答案", TRAINER)
        assert bot.reply(2, TRAINER).text == (
            "请发来新的答案（选择题写字母，如 AC；填空写数字和单位）；仍要由原文证明得了。现在是：\n"
            "<code>16万平方米</code>"
        )
        bot.says("99万平方米", TRAINER)
        assert bot.reply(3, TRAINER).text == "这道题不能这样改：答案与原文不符。请照原文改正，或换一道。"
        bot.presses(shown, "改题干", TRAINER)
        assert bot.reply(4, TRAINER).text == (
            f"请发来新的题干；改过的仍要由原文证明得了。现在是：\n<code>{stem}</code>"
        )
        bot.says(stem.replace("空处是多少？", "空处填多少？"), TRAINER)
        again = bot.reply(5, TRAINER)
        assert again.text.startswith(head)
        assert "空处填多少？" in again.text
        assert again.labels == shown.labels
        tap(exam, again, "去掉")
        assert bot.toast(bot.calls_back(shown, shown.data("改题干"), TRAINER)).startswith("没有编号为 1 的题目")


def test_pressing_make_twice_makes_one_draft(exam: Exam) -> None:
    with exam.running() as bot:
        bot.says("/newquiz 一份 2题", TRAINER)
        shown = bot.reply(1, TRAINER)
        data = shown.data("出题")
        bot.calls_back(shown, data, TRAINER)
        bot.calls_back(shown, data, TRAINER)
        bot.says("/me", TRAINER)
        bot.reply(2, TRAINER)
        assert len(exam.room.teach.list(CONSOLE)) == 1


@pytest.mark.parametrize("command", ["/newquiz", "/papers", "/results 1", "/complaints", "/daily"])
def test_staff_may_not_and_groups_are_no_place_for_it(exam: Exam, command: str) -> None:
    with exam.running() as bot:
        bot.says(command)
        assert "的权限，只有培训员、管理员可以。" in bot.reply().text
        if command != "/daily":
            bot.says(command, TRAINER, GROUP)
            assert bot.reply(1, GROUP).text == "这件事请在和我的单独对话里办。"


def test_a_published_paper_is_sent_to_one_more_group(exam: Exam) -> None:
    paper = exam.published(FILL)
    with exam.running() as bot:
        bot.says("/papers", TRAINER)
        shown = tap(exam, bot.reply(1, TRAINER), str(paper.id))
        assert shown.labels == [["成绩", "出补考卷"], ["再发给“新员工”组"], ["提前关闭"]]
        assert bot.toast(bot.presses(shown, "再发给“新员工”组", TRAINER)) == "已通知。"
        assert bot.reply().text == "新试卷“新员工测验”：1 题，60 分及格。"
        until(lambda: shown.labels == [["成绩", "出补考卷"], ["提前关闭"]])


def test_results_their_picture_sheet_and_make_up(exam: Exam) -> None:
    paper = exam.published(FILL, PERSON)
    with exam.running() as bot:
        bot.says(f"/results {paper.id}", TRAINER)
        assert bot.reply(1, TRAINER).text == "<b>“新员工测验”的成绩</b>\n0 人交卷，0 人未及格，1 人未答。"
        bot.presses(bot.reply(), "开始答题")
        bot.reply(3)
        bot.says("17")
        bot.reply(5)
        bot.says("/results", TRAINER)
        tap(exam, bot.reply(2, TRAINER), "1")
        bot.presses(bot.last(TRAINER), "成绩", TRAINER)
        picture = bot.reply(4, TRAINER)
        assert (picture.text, picture.name) == ("各分数段的人数", "新员工测验-分布.png")
        assert Image.open(BytesIO(picture.content)).size == (900, 480)
        table = [shown for shown in bot.sent if shown.chat == TRAINER][-2]
        assert table.text == (
            "<b>“新员工测验”的成绩</b>\n1 人交卷，1 人未及格，0 人未答。\n1. 张三　0 分（0 / 1）\n答对得最少的：\n"
            f"第 1 题，答对率 0%：{ITEM.split(chr(10), maxsplit=1)[0]}"
        )
        bot.presses(table, "导出 Excel", TRAINER)
        sheet = bot.reply(5, TRAINER)
        assert sheet.name == "新员工测验-成绩.xlsx"
        assert openpyxl.load_workbook(BytesIO(sheet.content))["成绩"]["A2"].value == "张三"
        bot.presses(table, "出补考卷", TRAINER)
        draft = bot.reply(6, TRAINER)
        assert draft.text == (
            "<b>草稿 2：新员工测验（补考）</b>\n1 题，不限时，60 分及格。\n填空 1；审过 0 题。\n发布后通知 1 人。"
        )
        tap(exam, draft, "发布", "发布")
        assert bot.reply(6).text == "补考“新员工测验（补考）”：1 题，60 分及格。"
        assert draft.text.endswith("\n只有点名的人、发给的组能答。")


def test_complaints_are_settled_and_answered(exam: Exam) -> None:
    paper = exam.published(FILL)
    item = exam.room.teach.open(CONSOLE, paper.id).items[0].id
    for words in ("单位不对", "看不懂", "随便说说"):
        exam.room.learn.complain(exam.who(PERSON), item, words)
    with exam.running() as bot:
        until(lambda: len(bot.texts(TRAINER)) == 3)
        bot.says("/complaints", TRAINER)
        bot.reply(6, TRAINER)
        right, unclear, idle = (shown for shown in bot.sent if shown.chat == TRAINER and "报错 " in shown.text)
        assert right.text == "<b>报错 1</b>　试卷 1 第 1 题：单位不对\n" + ITEM.format(answer="<i>答案：", close="</i>")
        assert right.labels == [["属实，撤下", "答复", "不必答复"]]
        tap(exam, idle, "不必答复")
        assert idle.text == "报错 3：处理完了，没有答复。"
        bot.presses(unclear, "答复", TRAINER)
        assert bot.reply(7, TRAINER).text == "怎样答复报错 2？请直接写给我，我转给报错的人。"
        bot.says("空处填数和单位", TRAINER)
        assert bot.reply(8, TRAINER).text == "报错 2：已答复。"
        stem = ITEM.split("\n", maxsplit=1)[0]
        assert bot.reply(1).text == f"{stem}\n您报的错，出题人答复：空处填数和单位"
        tap(exam, right, "属实，撤下")
        assert right.text == "报错 1：题已撤下，成绩里不计，已答复报错的人。"
        assert bot.reply(2).text == f"{stem}\n您报的错，出题人答复：您说得对，这一题已撤下，不计分。谢谢。"
        bot.says("/complaints", TRAINER)
        assert bot.reply(9, TRAINER).text == "没有要处理的报错。"


def test_many_complaints_come_a_few_at_a_time(exam: Exam) -> None:
    item = exam.room.teach.open(CONSOLE, exam.published(FILL).id).items[0].id
    for number in range(7):
        exam.room.learn.complain(exam.who(PERSON), item, f"第 {number} 条")
    with exam.running() as bot:
        until(lambda: len(bot.texts(TRAINER)) == 7)
        bot.says("/complaints", TRAINER)
        assert bot.reply(13, TRAINER).text == "还有 2 条，处理了这些再发 /complaints。"


def test_the_daily_question_is_switched_in_its_group(exam: Exam) -> None:
    teach, here = exam.room.teach, Place("telegram", str(GROUP))
    with exam.running() as bot:
        bot.says("/daily", TRAINER)
        assert bot.reply(1, TRAINER).text == (
            "每日一题没有开。在要发的群里发 /daily，或在这里发 /daily 8:30 只发给订阅的人。"
        )
        bot.says("/daily", TRAINER, GROUP)
        assert bot.reply(1, GROUP).text == (
            "每天 08:30 在这个群发一道题。不要了，再发一次 /daily；改时刻，发 /daily 9:00。"
        )
        assert (teach.daily(CONSOLE).on, teach.daily(CONSOLE).places) == (True, (here,))
        bot.says("/daily 7：05", TRAINER)
        assert bot.reply(2, TRAINER).text == (
            "每天 07:05 发一道题，发到 1 个群和订阅的人。改时刻发 /daily 9:00，停发 /daily 关；"
            "要发到哪个群，在那个群里发 /daily。"
        )
        bot.says("/daily", PERSON, GROUP)
        assert "的权限" in bot.reply(2, GROUP).text
        bot.says("/daily", TRAINER, GROUP)
        assert bot.reply(3, GROUP).text == "好的，不在这个群发每日一题了。"
        assert teach.daily(CONSOLE).places == ()
        bot.says("/daily 关", TRAINER)
        assert bot.reply(3, TRAINER).text.startswith("每日一题没有开。")
        assert not teach.daily(CONSOLE).on
