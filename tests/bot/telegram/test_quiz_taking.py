"""在 Telegram 里答题：按钮与打字，停下与接着，旧按钮，时限，重启，报错。"""

from pathlib import Path

import pytest

from bot.ledger import inbox
from bot.ledger.file import Ledger
from bot.people import Identity, Policy, identified
from bot.quiz.attempts import attempts_by
from bot.quiz.items import ItemKind
from bot.quiz.store import Settings
from tests.bot.telegram.emulator import GROUP, PERSON, Shown, telegram, until
from tests.bot.telegram.exam import TRAINER, Exam, changed
from tests.bot.telegram.test_answers import ANSWER, ASK

STRANGER = 77
EVERY_WAY = dict.fromkeys((ItemKind.FILL, ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.TRUE_FALSE, ItemKind.ORDER), 1)
FIVE = Settings(number=5, shares=EVERY_WAY, minutes=30, shuffle=False)
FILL = "【填空】清河县交通运输局2023年工作计划：“修复国省干线破损路面（　　）”。空处是多少？（单位：万平方米）\n"
FILL_TOLD = (
    "<blockquote>修复国省干线破损路面16万平方米，10月底前完成路面修复施工任务。</blockquote>\n"
    "《清河县交通运输局2023年工作计划》一、2023年工作安排 › （二）抓好公路养护"
)
SINGLE = "【单选】临溪市公路事业发展中心2022年完成情况：“农村公路新改建里程（　　）”。空处是多少？\n"
NUMBER_HINT = "请写数字，可以带单位，例如 30、30公里、三十公里。"
RULES = "答题时打的字都当作这一题的作答；要提问，先按“先停下”（或发 /pause）。交卷发 /finish。"
STALE = "这个按钮不是现在这一题的，没有算数。请答最下面的一题；找不到就发 /quiz。"
SCORED = "这份答卷已经交了，这个按钮没有算数。"


def started(exam: Exam, settings: Settings = FIVE, count: int = 3) -> Shown:
    """点名发给张三的一份，他从通知里开始答；返回第一题那一条。"""
    exam.published(settings, PERSON)
    exam.telegram.presses(exam.telegram.reply(), "开始答题")
    return exam.telegram.reply(count)


def test_a_paper_is_taken_by_pressing_and_typing(exam: Exam) -> None:
    with exam.running() as bot:
        question = started(exam)
        assert bot.texts()[:2] == ["新试卷“新员工测验”：5 题，限时 30 分钟，60 分及格。", RULES]
        assert question.text == f"<b>新员工测验 · 第 1 / 5 题 · 还剩 30 分 0 秒</b>\n{FILL}<i>{NUMBER_HINT}</i>"
        assert question.labels == [["先停下", "交卷"]]
        bot.says("？？")
        assert bot.reply(4).text == f"没有看懂，请重答。{NUMBER_HINT}要提问，先发 /pause 停下。"
        bot.says("16万平方米")
        second = bot.reply(6)
        assert bot.texts()[4] == f"{FILL}您答：16万平方米\n✅ <b>答对了</b>\n{FILL_TOLD}"
        assert second.text == (f"<b>新员工测验 · 第 2 / 5 题 · 还剩 30 分 0 秒</b>\n{SINGLE}<i>请选一项，例如 A。</i>")
        assert second.labels == [["A. 23 公里", "B. 41 公里"], ["C. 17 公里"], ["先停下", "交卷"]]
        assert bot.toast(bot.presses(second, "A. 23 公里")) == "答错了"
        order = bot.reply(7)
        until(lambda: len(second.history) == 2)
        assert second.text == (
            f"<b>第 2 / 5 题</b>\n{SINGLE}A. 23 公里\nB. 41 公里\nC. 17 公里\n您答：A. 23 公里\n"
            "❌ <b>答错了。正确答案：B. 41 公里</b>\n<blockquote>农村公路新改建里程41公里。</blockquote>\n"
            "《临溪市公路事业发展中心2022年工作总结》一、2022年工作总结 › （一）公路建设成效"
        )
        assert second.labels == [["报错"]]
        assert bot.toast(bot.presses(order, "交这一题")) == "还没有选，请先选再交这一题。"
        for label in ("D. 坚持稳中求进", "B. 坚持服务为民"):
            changed(order, lambda label=label: bot.presses(order, label))  # type: ignore[misc]  # 参数的默认值
        assert order.text.endswith("<i>请按先后点选或写出字母，例如 BAC。 已选：DB</i>")
        assert order.labels[:2] == [["A. 坚持改革创新", "2·B. 坚持服务为民"], ["C. 坚持真抓实干", "1·D. 坚持稳中求进"]]
        bot.says("DBAC")
        judgement = bot.reply(9)
        assert "您答：D. 坚持稳中求进 → B. 坚持服务为民 → A. 坚持改革创新 → C. 坚持真抓实干\n✅" in bot.texts()[7]
        assert judgement.labels == [["对", "错"], ["先停下", "交卷"]]
        bot.presses(judgement, "对")
        bot.reply(10)
        bot.says("两亿四千万")
        score = bot.reply(12)
        assert score.text == "<b>“新员工测验”80 分，及格：5 题答对 4 题。</b>"
        assert score.labels == [["复习错题"], ["看榜"]]
        bot.presses(score, "看榜")
        assert bot.reply(13).text == "<b>“新员工测验”的榜</b>\n1. 张三（您）　80 分"
        bot.says(ASK)
        assert bot.reply(14).text == ANSWER, "交了卷，打字又是提问"


def test_long_options_stand_in_the_text_and_several_are_ticked(exam: Exam) -> None:
    asks = "下列各项，哪些是报告写明的临溪市公路事业发展中心2022年完成情况？（多选）"
    options = (
        "A. 投入农村公路养护资金3.1亿元\nB. 改造农村公路危旧桥梁7座\nC. 新改建农村公路里程30公里\n"
        "D. 更新纯电动新能源公交车8辆\n"
    )
    with exam.running() as bot:
        question = started(exam, Settings(number=1, shares={ItemKind.MULTIPLE: 1}, shuffle=False))
        assert question.text == (
            f"<b>新员工测验 · 第 1 / 1 题</b>\n【多选】{asks}\n{options}<i>请选出全部正确的，例如 AC。</i>"
        )
        assert question.labels == [["A", "B", "C", "D"], ["交这一题"], ["先停下", "交卷"]]
        for label in ("A", "B", "C", "D", "✓C"):
            changed(question, lambda label=label: bot.presses(question, label))  # type: ignore[misc]  # 参数的默认值
        assert question.labels[0] == ["✓A", "✓B", "C", "✓D"]
        changed(question, lambda: bot.presses(question, "交这一题"))
        assert question.text.startswith(
            f"<b>第 1 / 1 题</b>\n【多选】{asks}\n{options}"
            "您答：A. 投入农村公路养护资金3.1亿元；B. 改造农村公路危旧桥梁7座；D. 更新纯电动新能源公交车8辆\n"
            "✅ <b>答对了</b>\n<blockquote>"
        )
        assert bot.reply(4).text == "<b>“新员工测验”100 分，及格：1 题答对 1 题。</b>"


@pytest.mark.parametrize("policy", [Policy.OPEN, Policy.CODE])
def test_a_stranger_comes_by_the_link(tmp_path: Path, policy: Policy) -> None:
    with telegram() as bot:
        exam = Exam(bot, tmp_path, policy)
        paper = exam.published(FIVE)
        with exam.running():
            bot.says("/start quiz_WRONG2", STRANGER)
            assert bot.reply(1, STRANGER).text == "没有试卷“WRONG2”。请核对编号或代码，或向出题人再要一次。"
            bot.says(f"/start quiz_{paper.code}", STRANGER)
            cover = bot.reply(2, STRANGER)
            assert cover.text == (
                "<b>新员工测验</b>\n未开始。5 题，限时 30 分钟，60 分及格，还能答 1 次。\n成绩表里您是“生人77”。"
            )
            bot.presses(cover, "改姓名", STRANGER)
            assert bot.reply(3, STRANGER).text == "请发来您的姓名，成绩表里用它。"
            bot.says("王五", STRANGER)
            renamed = bot.reply(4, STRANGER)
            assert renamed.text == cover.text.replace("生人77", "王五")
            bot.presses(renamed, "开始答题", STRANGER)
            assert FILL in bot.reply(6, STRANGER).text
            bot.says(f"/quiz {paper.code.lower()}", STRANGER)
            assert FILL in bot.reply(7, STRANGER).text, "正在答的，接着答"


def test_strangers_who_are_refused(tmp_path: Path) -> None:
    with telegram() as bot:
        exam = Exam(bot, tmp_path, Policy.CLOSED)
        open_paper, named = exam.published(FIVE), exam.published(Settings(number=2, everyone=False), PERSON)
        with exam.running():
            bot.says(f"/quiz {open_paper.code}", STRANGER)
            assert bot.reply(1, STRANGER).text == "这里只回答已登记的人。请联系管理员为您登记。"
            bot.says(f"/start quiz_{named.code}", STRANGER)
            assert bot.reply(2, STRANGER).text == "试卷“新员工测验”没有发给您。需要作答请联系出题人。"
        assert identified(exam.ledger, Identity("telegram", str(STRANGER))) is None


def test_words_are_answers_until_the_learner_pauses(exam: Exam) -> None:
    with exam.running() as bot:
        question = started(exam)
        bot.presses(question, "先停下")
        paused = bot.reply(4)
        assert paused.text == (
            "已停下，作答都记着；时间照走，还剩 30 分钟。现在打字就是提问；接着答按下面的按钮，或发 /quiz。"
        )
        bot.says(ASK)
        answer = bot.reply(5)
        assert answer.text == ANSWER
        bot.presses(paused, "接着答")
        assert FILL in bot.reply(6).text
        bot.presses(answer, "不对")
        bot.reply(7)
        bot.says("应当是31公里")
        assert bot.reply(8).text == "谢谢，已转给管理员。", "先等着的是更正"
        bot.says("16")
        assert "✅ <b>答对了</b>" in bot.texts()[8] if bot.reply(10) else ""
        bot.says("/退出")
        assert bot.reply(11).text.startswith("已停下")
        bot.says("/pause")
        bot.reply(12)
        exam.clock.forward(hours=3)
        bot.says("/pause")
        assert bot.reply(13).text == "现在没有在答题，打字就是提问。看试卷发 /quiz。"


def test_who_walks_away_is_asking_again_after_two_hours(exam: Exam) -> None:
    with exam.running() as bot:
        started(exam, Settings(number=2, shares={ItemKind.FILL: 1}, shuffle=False))
        exam.clock.forward(hours=2)
        bot.says(ASK)
        assert bot.reply(4).text == ANSWER
        bot.says("/quiz")
        listed = bot.reply(5)
        assert listed.text == "<b>给您的试卷，一共 1 份</b>\n1. 新员工测验（答题中）：2 题，不限时，60 分及格"
        bot.presses(listed, "接着答：新员工测验")
        assert FILL in bot.reply(6).text


def test_an_edited_message_is_no_answer(exam: Exam) -> None:
    with exam.running() as bot:
        started(exam)
        number = bot.says("16")
        bot.reply(5)
        bot.queue({"edited_message": {
            "message_id": number, "date": 1_767_000_000, "edit_date": 1_767_000_009, "text": "A",
            "chat": {"id": PERSON, "type": "private"}, "from": {"id": PERSON, "is_bot": False, "first_name": "张三"},
        }})  # fmt: skip
        assert bot.reply(6).text == "改动早先发的消息不算作答。现在这一题，请另发一条。"
        assert given(exam) == ["16"]


def given(exam: Exam) -> list[str]:
    """张三记下了的作答。"""
    person = exam.who(PERSON).person or 0
    return [one.given for attempt in attempts_by(exam.ledger, person) for one in attempt.answers]


def test_old_buttons_count_nowhere(exam: Exam) -> None:
    two = Settings(number=2, shares={ItemKind.SINGLE: 2}, attempts=2)
    with exam.running() as bot:
        first = started(exam, two)
        option, finish = first.buttons[0][0]["callback_data"], first.data("交卷")
        bot.calls_back(first, option)
        second = bot.reply(4)
        assert bot.toast(bot.calls_back(first, option)) == STALE
        bot.calls_back(second, second.buttons[0][0]["callback_data"])
        assert "2 题答对" in bot.reply(5).text
        assert bot.toast(bot.calls_back(second, finish)) == SCORED
        bot.says("/quiz 1")
        bot.presses(bot.reply(6), "开始答题")
        bot.reply(8)
        for data in (option, finish):
            assert bot.toast(bot.calls_back(first, data)) == STALE, "重考时，头一份的按钮不算"
        assert len(given(exam)) == 2
        assert len(bot.sent) == 8


def test_a_quiz_is_not_for_groups(exam: Exam) -> None:
    with exam.running() as bot:
        question = started(exam)
        for command in ("/quiz", "/review", "/finish"):
            count = len(bot.texts(GROUP))
            bot.says(command, PERSON, GROUP)
            assert bot.reply(count + 1, GROUP).text == "这件事请在和我的单独对话里办。"
        shared = Shown(question.id, GROUP, "", question.buttons, None, None)
        assert bot.toast(bot.presses(shared, "交卷")) == "这件事请在和我的单独对话里办。"


def test_verdicts_only_after_handing_in(exam: Exam) -> None:
    settings = Settings(number=2, shares={ItemKind.FILL: 1, ItemKind.SINGLE: 1}, shuffle=False, at_once=False)
    with exam.running() as bot:
        started(exam, settings)
        bot.says("12")
        single = bot.reply(4)
        changed(single, lambda: bot.presses(single, "B. 41 公里"))
        assert single.text == (
            f"<b>第 2 / 2 题</b>\n{SINGLE}A. 23 公里\nB. 41 公里\nC. 17 公里\n您答：B. 41 公里\n"
            "<i>已记下，交卷后说对错。</i>"
        )
        assert bot.reply(5).text.startswith(
            f"<b>“新员工测验”50 分，未及格（60 分及格）：2 题答对 1 题。</b>\n1. {FILL[4:-1]}\n"
            f"<b>数不对。正确答案：16万平方米</b>\n{FILL_TOLD}\n2. "
        )


def test_handing_in_early_asks_first(exam: Exam) -> None:
    with exam.running() as bot:
        question = started(exam)
        bot.presses(question, "交卷")
        asks = bot.reply(4)
        assert asks.text == "还有 5 题没有答，现在交卷吗？没答的算错。"
        bot.presses(asks, "接着答")
        assert FILL in bot.reply(5).text
        bot.says("/finish")
        bot.presses(bot.reply(6), "现在交卷")
        score = bot.reply(7)
        assert score.text == "<b>“新员工测验”0 分，未及格（60 分及格）：5 题答对 0 题。</b>"
        bot.says("/交卷")
        assert bot.reply(8).text == "您没有正在答的试卷。请先开始一份。"
        bot.says("/quiz")
        listed = bot.reply(9)
        assert listed.text.endswith("（要补考）：5 题，限时 30 分钟，60 分及格，最好 0 分")
        bot.presses(listed, "看对错：新员工测验")
        bot.presses(bot.reply(10), "看对错")
        assert bot.reply(11).text.startswith(
            f"<b>2026-03-02 09:00 “新员工测验”0 分，未及格</b>\n\n1. {FILL[4:-1]}\n"
            f"❌ <b>没有作答。正确答案：16万平方米</b>\n{FILL_TOLD}"
        )


def test_the_clock_runs_out(exam: Exam) -> None:
    late = "<i>“新员工测验”的答题时间已到，已按此前的作答交卷，这一题来迟了，不计分。</i>"
    with exam.running() as bot:
        started(exam)
        exam.clock.forward(minutes=31)
        bot.says("16")
        assert bot.reply(4).text == f"{late}\n<b>“新员工测验”到时收卷，0 分，未及格（60 分及格）：5 题答对 0 题。</b>"
        bot.says("16")
        bot.reply(5)
        assert exam.shelf.heard[-1][0] == "16", "交了卷，打字又是提问"
        exam.room.tick()
        exam.published(Settings(number=1, minutes=1), PERSON, title="第二份", seed=5)
        bot.presses(bot.reply(6), "开始答题")
        question = bot.reply(8)
        exam.clock.forward(minutes=2)
        exam.room.tick()
        assert bot.reply(9).text == "“第二份”的答题时间到了，已自动交卷：0 分，未及格。"
        bot.says("16")
        assert bot.reply(10).text == "这份答卷已经交了，您打的字没有算作作答。要提问，请再发一遍。"
        assert bot.toast(bot.presses(question, "交卷")) == SCORED


def test_restart_in_the_middle(exam: Exam) -> None:
    bot = exam.telegram
    with exam.running():
        started(exam)
        bot.says("16")
        bot.presses(bot.reply(5), "B. 41 公里")
        bot.reply(6)
    exam.restart()
    order = bot.last()
    with exam.running():
        changed(order, lambda: bot.presses(order, "D. 坚持稳中求进"))
    bot.says("/me")  # 停着时发来的
    exam.restart()
    with exam.running():
        bot.reply(7)
        assert order.labels[1] == ["C. 坚持真抓实干", "1·D. 坚持稳中求进"]
        for label in ("B. 坚持服务为民", "A. 坚持改革创新", "C. 坚持真抓实干"):
            changed(order, lambda label=label: bot.presses(order, label))  # type: ignore[misc]  # 参数的默认值
        assert bot.toast(bot.presses(order, "交这一题")) == "答对了"
        bot.presses(bot.reply(8), "对")
        bot.reply(9)
        bot.says("2.4亿")
        assert bot.reply(11).text == "<b>“新员工测验”100 分，及格：5 题答对 5 题。</b>"
    assert given(exam) == ["16", "B", "DBAC", "A", "2.4亿"]


def test_an_answer_half_done_when_killed_is_given_once(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """记下了作答、放进了待发，最后一步出错：一并撤回，再办一遍，不会只记不答，也不会答两遍。"""
    finish, failures = inbox.done, iter([True, True])

    def done(ledger: Ledger, received: int) -> None:
        if next(failures, False):
            raise RuntimeError
        finish(ledger, received)

    with exam.running() as bot:
        question = started(exam, Settings(number=2, shares={ItemKind.SINGLE: 2}, shuffle=False))
        monkeypatch.setattr(inbox, "done", done)
        assert bot.toast(bot.calls_back(question, question.buttons[0][0]["callback_data"])) in {"答对了", "答错了"}
        bot.reply(4)
        until(lambda: len(question.history) == 2)
        assert len(bot.sent) == 4
        assert len(given(exam)) == 1


def test_a_complaint_with_its_words_reaches_the_trainer(exam: Exam) -> None:
    with exam.running() as bot:
        started(exam)
        bot.says("17")
        bot.reply(5)
        told = bot.sent[3]
        bot.presses(told, "报错")
        asks = bot.reply(6)
        assert asks.text == "这一题哪里不对？请直接写给我，我连同引文转给出题人。"
        bot.says("应当是 <17>")
        assert bot.reply(7).text == "已连同引文告诉出题人，谢谢。"
        assert bot.reply(1, TRAINER).text == (
            "“新员工测验”第 1 题有人报错：应当是 &lt;17&gt;\n" + FILL[4:] + f"<i>答案：16万平方米</i>\n{FILL_TOLD}\n"
            "<i>处理发 /complaints。</i>"
        )
        bot.presses(told, "报错")
        changed(asks := bot.reply(8), lambda: bot.presses(asks, "没有错，不报了"))
        assert asks.text == "好的，没有报错。"
        bot.presses(told, "报错")
        changed(asks := bot.reply(9), lambda: bot.presses(asks, "不写了，就说有错"))
        assert bot.reply(2, TRAINER).text.startswith("“新员工测验”第 1 题有人报错：这道题有错\n")
        bot.says("B")
        bot.reply(11)
        assert given(exam) == ["17", "B"], "写完报错，接着答题"


def test_redelivered_answers_count_once(exam: Exam) -> None:
    with exam.running() as bot:
        started(exam)
        bot.says("16")
        update = bot.pending[-1]
        bot.again(update)
        bot.reply(5)
        bot.again(update)
        bot.says("/me")
        bot.reply(6)
        assert given(exam) == ["16"]
