"""问与答：每一种答复的整条消息、按钮，和按下之后。"""

from bot.audit import Filter, Kind, listed
from bot.feedback import Verdict, feedback_inbox
from tests.bot.telegram.emulator import ADMIN, PERSON, Telegram, until
from tests.bot.telegram.rig import Rig

ASK = "2023年农村公路新改建多少公里"
ANSWER = (
    "<b>30 公里</b>\n2023年 · 计划 · 清河县交通运输局\n"
    "<blockquote>全年新改建农村公路<b><u>30公里</u></b>，危桥改造4座。</blockquote>\n"
    "《清河县交通运输局2023年工作计划》 · 二、2023年工作安排 › （一）农村公路"
)
BUTTONS = [["原文上下文", "其他年份/单位"], ["有用", "不对"]]


def test_an_answer(bot: Telegram, rig: Rig) -> None:
    bot.says(ASK)
    shown = bot.reply()
    assert (shown.text, shown.labels, shown.mode, shown.reply_to) == (ANSWER, BUTTONS, "HTML", None)
    (asked,) = listed(rig.ledger, Filter(kind=Kind.ASKED)).entries
    assert (asked.name, asked.text, asked.generation, asked.place.channel) == ("张三", ASK, 3, "telegram")


def test_follow_up_remembers_what_was_asked(bot: Telegram, rig: Rig) -> None:
    bot.says(ASK)
    bot.reply()
    bot.says("2022年呢")
    bot.reply(2)
    assert rig.shelf.heard == [(ASK, ()), ("2022年呢", (ASK,))]


def test_not_found_redacted_compared_and_asking_back(bot: Telegram) -> None:
    quote = ANSWER.split("\n", 2)[2]
    bot.says("2019年农村公路多少")
    assert bot.reply(1).text == (
        "<b>未检得</b>\n报告里没有2019年的数字。最接近的是：2023年计划新改建农村公路30公里。\n报告里最接近的内容：\n"
        + quote
    )
    assert bot.last().labels == [["原文上下文"], ["有用", "不对"]]
    bot.says("隐去的")
    assert bot.reply(2).text == "<b>原文已隐去</b>\n2023年 · 完成 · 清河县交通运输局\n原文已隐去这个数字。\n" + quote
    bot.says("/compare 2022年和2023年")
    assert bot.reply(3).text == (
        "<b>多 7 公里</b>\n农村公路新改建 · 清河县交通运输局\n"
        "完成：2022年 <b>23 公里</b>；2023年 未提及\n计划：2022年 未提及；2023年 <b>30 公里</b>\n" + quote
    )
    bot.says("哪一年")
    shown = bot.reply(4)
    assert shown.text == "<b>请说明一下</b>\n您问的是哪一年？"
    assert shown.labels == [["2022年农村公路新改建多少公里"], ["2023年农村公路新改建多少公里"]]
    bot.presses(shown, "2022年农村公路新改建多少公里")
    assert bot.reply(5).text == "<i>问：2022年农村公路新改建多少公里</i>\n" + ANSWER


def test_context_is_shown_in_place_and_back(bot: Telegram) -> None:
    bot.says(ASK)
    shown = bot.reply()
    assert bot.toast(bot.presses(shown, "原文上下文")) == ""
    until(lambda: len(shown.history) == 2)
    assert shown.text == (
        "<b>《清河县交通运输局2023年工作计划》</b>\n二、2023年工作安排 › （一）农村公路\n\n"
        + "围绕补短板、强弱项，" * 5
        + "<b>全年新改建农村公路<u>30公里</u>，危桥改造4座。</b>继续推进美丽农村路建设。"
    )
    assert shown.labels == [["返回答复", "其他年份/单位"], ["有用", "不对"]]
    bot.presses(shown, "返回答复")
    until(lambda: len(shown.history) == 3)
    assert (shown.text, shown.labels, len(bot.sent)) == (ANSWER, BUTTONS, 1)


def test_other_years_and_units(bot: Telegram, rig: Rig) -> None:
    bot.says(ASK)
    shown = bot.reply()
    bot.presses(shown, "其他年份/单位")
    assert bot.reply(2).text == (
        "<b>同一件事，别的年度和单位：</b>\n<b>23 公里</b>　2022年 · 完成 · 清河县交通运输局\n"
        "农村公路新改建（《清河县交通运输局2022年工作总结.txt》 · （一）农村公路）"
    )
    rig.shelf.others, rig.shelf.number = (), 4
    assert bot.toast(bot.presses(shown, "其他年份/单位")) == "别的年度、别的单位的报告里，没有同一件事的数字。"
    assert len(bot.sent) == 2


def test_useful_and_wrong_reach_the_admin(bot: Telegram, rig: Rig) -> None:
    bot.says(ASK)
    shown = bot.reply()
    assert bot.toast(bot.presses(shown, "有用")) == "谢谢，已记下。"
    assert bot.toast(bot.presses(shown, "不对")) == "已记下。"
    asks = bot.reply(2)
    assert asks.text == "哪里不对？请直接回复正确的内容，我转给管理员；不想写就按下面的按钮。"
    assert (asks.labels, shown.labels) == ([["不写了"]], BUTTONS)
    bot.says("应当是 <31> 公里")
    assert bot.reply(3).text == "谢谢，已转给管理员。"
    assert bot.reply(1, ADMIN).text == (
        f"<b>反馈：不对</b>　张三（1）\n问：{ASK}\n答：30 公里（2023年计划，清河县交通运输局）\n"
        "他说：应当是 &lt;31&gt; 公里"
    )
    (given,) = feedback_inbox(rig.ledger)
    assert (given.verdict, given.correction) == (Verdict.WRONG, "应当是 <31> 公里")


def test_wrong_without_saying_what_is_right(bot: Telegram) -> None:
    bot.says(ASK)
    bot.presses(bot.reply(), "不对")
    asks = bot.reply(2)
    bot.says("2022年完成多少公里")  # 是问题，不是更正
    assert bot.reply(3).text == ANSWER
    bot.presses(asks, "不写了")
    until(lambda: len(asks.history) == 2)
    assert (asks.text, asks.labels) == ("好的，已告诉管理员这一条不对。", [])
    assert bot.reply(1, ADMIN).text.startswith("<b>反馈：不对</b>　张三（1）\n问：2023年")


def test_buttons_that_lead_nowhere(bot: Telegram) -> None:
    bot.says(ASK)
    shown = bot.reply()
    for data in ("", "z:1:0:", "c:x:0:", "@999", "q"):
        assert bot.toast(bot.calls_back(shown, data)) == "这个按钮已失效，请重新提问。"
    gone = "没有编号为 99 的答复，它可能已过了保存期。请重新提问。"
    assert bot.toast(bot.calls_back(shown, "u:99:0:")) == gone
    assert bot.toast(bot.calls_back(shown, "c:1:0:7")) == "没有编号为 1 的答复，它可能已过了保存期。请重新提问。"
    gone = "这份报告已不在了，可能刚被删去或改名。发 /reports 看现有的报告。"
    assert bot.toast(bot.calls_back(shown, "r:0:0:没有.txt")) == gone


def test_a_fault_is_one_sentence_and_the_next_is_answered(bot: Telegram, rig: Rig) -> None:
    rig.shelf.fault = RuntimeError("坏了")
    bot.says(ASK)
    assert bot.reply().text == "程序在答这一问时出了错，已记入日志；请稍后再试。"
    rig.shelf.fault = None
    bot.says(ASK)
    assert bot.reply(2).text == ANSWER


def test_things_that_are_no_text(bot: Telegram) -> None:
    bot.shows(voice={"file_id": "v", "file_unique_id": "v", "duration": 1})
    assert bot.reply().text == "我只看得懂文字和报告文件。请用文字提问。"
    bot.sends("报告.docx", b"x", who=PERSON)
    assert bot.reply(2).text == "收到了文件，但只有管理员可以添加报告；要提问，请直接发文字。"
    bot.shows(new_chat_title="新名字")
    bot.says("  ")
    assert bot.reply(3).text.startswith("我是计划通")
