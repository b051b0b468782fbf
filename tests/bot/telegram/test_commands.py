"""命令：每一条的整条回话；各角色的菜单与权限。"""

from pathlib import Path

import pytest

from bot.channels.telegram.wording import menu
from bot.codes import invite, make_admin_code
from bot.ledger.chats import Place, Who
from bot.people import Identity, PersonRole, Policy, identified
from tests.bot.replies import DOCUMENT
from tests.bot.telegram.emulator import ADMIN, PERSON, Telegram, until
from tests.bot.telegram.rig import READING, Rig
from tests.bot.telegram.test_answers import ANSWER, ASK

STAFF_MENU = [
    "start", "help", "reports", "report", "facts", "compare", "quiz", "review", "pause", "finish", "me", "link",
]  # fmt: skip
TRAINER_MENU = [*STAFF_MENU, "newquiz", "papers", "results", "complaints", "daily"]
ADMIN_MENU = [*TRAINER_MENU, "status", "reindex", "remove", "people", "grant", "invite"]
NEW = "清河县交通运输局2024年工作计划.txt"
STRANGER = 77


def test_start_shows_examples_as_buttons(bot: Telegram) -> None:
    bot.says("/start")
    shown = bot.reply()
    assert shown.text == (
        "我是计划通，只凭已入库的工作报告和计划回答，每个数字都有出处。直接把问题发给我。\n可以这样问："
    )
    assert shown.labels == [
        ["2023年农村公路新改建多少公里"], ["2022年路面修复多少平方米"], ["比较2022年和2023年的农村公路"],
    ]  # fmt: skip
    bot.presses(shown, ASK)
    assert bot.reply(2).text == f"<i>问：{ASK}</i>\n{ANSWER}"


def test_help_by_role_and_menus(bot: Telegram) -> None:
    bot.says("/help")
    staff = bot.reply().text
    assert staff.startswith("我是计划通")
    assert "/facts 找数字：/facts 农村公路" in staff
    assert "/reindex" not in staff
    assert "/newquiz" not in staff
    assert "\n\n答题时打的字都当作这一题的作答；" in staff
    bot.says("/help@jihuatongbot", ADMIN)
    admin = bot.reply(1, ADMIN).text
    assert "/reindex 更新索引" in admin
    assert "/newquiz 出卷：/newquiz 题名" in admin
    assert "\n培训员：自拟题、从哪些节出题、点名发给谁，在网页的“管理 › 培训”里办。\n" in admin
    until(lambda: len(bot.menus) == 2)
    assert bot.menus == {"default": STAFF_MENU, str(ADMIN): ADMIN_MENU}


def test_every_command_is_in_the_readme() -> None:
    readme = Path(__file__).parents[3].joinpath("README.md").read_text(encoding="utf-8")
    listed = readme.partition("## Telegram（给管理员）")[2].partition("\n## ")[0]
    assert [name for name, _ in menu(PersonRole.ADMIN) if f"`/{name}" not in listed] == []


def test_reports_and_one_report(bot: Telegram, rig: Rig) -> None:
    bot.says("/reports")
    shown = bot.reply()
    assert shown.text == (
        "<b>一共 1 份报告</b>\n1. 《清河县交通运输局2023年工作计划》（清河县交通运输局、2022年、2023年）"
    )
    bot.presses(shown, "1")
    one = (
        "<b>《清河县交通运输局2023年工作计划》</b>\n单位：清河县交通运输局\n日期：2022-12-09\n年度：2022年、2023年\n"
        f"读出 8 段，5 个数字。文件：{DOCUMENT}\n\n一、2022年工作回顾\n　（一）公路养护\n二、2023年工作安排\n"
        "　（一）农村公路\n　（二）安全应急"
    )
    assert bot.reply(2).text == one
    bot.says("/report 1")
    assert bot.reply(3).text == one
    bot.says("/report 9")
    assert bot.reply(4).text == "没有第 9 份报告，现在一共 1 份。编号见 /reports。"
    bot.says("/report")
    assert bot.reply(5).text == "请写上报告的编号，例如 /report 1；编号见 /reports。"
    rig.shelf.known = ()
    bot.says("/reports")
    assert bot.reply(6).text == "还没有入库任何报告。"


def test_reports_are_paged_in_place(bot: Telegram, rig: Rig) -> None:
    rig.shelf.known = tuple(f"第{number:02}份.txt" for number in range(1, 20))
    bot.says("/reports")
    shown = bot.reply()
    assert shown.labels == [["1", "2", "3", "4"], ["5", "6", "7", "8"], ["下一页 ›"]]
    bot.presses(shown, "下一页 ›")
    until(lambda: len(shown.history) == 2)
    assert shown.labels == [["9", "10", "11", "12"], ["13", "14", "15", "16"], ["‹ 上一页", "下一页 ›"]]
    assert shown.text.split("\n")[:2] == [
        "<b>一共 19 份报告</b>", "9. 《第09份》（清河县交通运输局、2022年、2023年）",
    ]  # fmt: skip


def test_facts(bot: Telegram) -> None:
    where = "农村公路新改建（《清河县交通运输局2023年工作计划》 · （一）农村公路）"
    bot.says("/facts 2023年农村公路")
    assert bot.reply().text == (
        "<b>“2023年农村公路”的数字，一共 1 个</b>\n<b>30 公里</b>　2023年 · 计划 · 清河县交通运输局\n" + where
    )
    bot.says("/facts 农村公路")
    assert "一共 2 个" in bot.reply(2).text
    bot.says("/facts 铁路")
    assert bot.reply(3).text == "没有查到与“铁路”有关的数字。换个说法试试，或用 /reports 看看有哪些报告。"
    bot.says("/facts")
    assert bot.reply(4).text == "请写上要找的主题，例如 /facts 农村公路。"


def test_small_commands(bot: Telegram, rig: Rig) -> None:
    bot.says("/me")
    assert bot.reply(1).text == (
        "张三（编号 1）\n角色：员工\n帐号：telegram 42\n考核：交卷 0 次，错题本 0 题，该复习 0 题。\n"
        "昵称：没有；上榜；9 点提醒复习；没有订每日一题。"
    )
    bot.says("/quiz")
    assert bot.reply(2).text == "现在没有给您的试卷。拿到了代码的，发 /quiz 和代码。"
    bot.says("/compare")
    assert bot.reply(3).text == "请写上要比较什么，例如 /compare 2022年和2023年的农村公路。"
    bot.says("/compare 2022年和2023年的农村公路")
    bot.reply(4)
    assert rig.shelf.heard[-1][0] == "比较2022年和2023年的农村公路"
    bot.says("/weather")
    assert bot.reply(5).text == "没有 /weather 这个命令。发 /help 看看有哪些。"


@pytest.mark.parametrize(
    ("command", "what"),
    [("/status", "看系统状态"), ("/reindex", "重建索引"), ("/remove 1", "增删报告"), ("/people", "管理人员"),
     ("/grant 1 管理员", "管理人员"), ("/invite", "管理人员")],
)  # fmt: skip
def test_staff_may_not(rig: Rig, command: str, what: str) -> None:
    with rig.running() as bot:
        bot.says(command)
        assert bot.reply().text == f"张三没有“{what}”的权限，只有管理员可以。需要的话请联系管理员。"


def test_people_and_grant_change_the_menu(bot: Telegram) -> None:
    bot.says("/people", ADMIN)
    assert bot.reply(1, ADMIN).text == "<b>一共 2 人</b>\n1. 张三　员工\n2. 李管　管理员"
    bot.says("/people 王", ADMIN)
    assert bot.reply(2, ADMIN).text == "没有“王”这个人。发 /people 看全部人员。"
    bot.says("/grant 1 管理员", ADMIN)
    assert bot.reply(3, ADMIN).text == "张三（1）现在是管理员。"
    until(lambda: bot.menus.get(str(PERSON)) == ADMIN_MENU)
    bot.says("/grant 1 员工", ADMIN)
    until(lambda: bot.menus.get(str(PERSON)) == STAFF_MENU)
    bot.says("/grant 1 培训员", ADMIN)
    until(lambda: bot.menus.get(str(PERSON)) == TRAINER_MENU)
    bot.says("/grant 2 员工", ADMIN)
    assert bot.reply(6, ADMIN).text == ("李管是最后一位管理员，不能降级、停用或移除。请先让另一个人成为管理员。")
    bot.says("/grant 9 员工", ADMIN)
    assert bot.reply(7, ADMIN).text == "没有这个编号的人。发 /people 看人员名单。"
    bot.says("/grant 张三", ADMIN)
    assert bot.reply(8, ADMIN).text.startswith("请写上人员编号和角色")


def test_status(bot: Telegram, rig: Rig) -> None:
    rig.shelf.known, rig.shelf.problems = (DOCUMENT, "坏.doc"), {"坏.doc": "《坏.doc》打不开。"}
    bot.says("/status", ADMIN)
    assert bot.reply(1, ADMIN).text == (
        "索引是最新的，没有在更新。\n报告 1 份，文件 2 个，没有读出的 1 个。\n段落 8，数字 5。\n"
        "人员 2 人，未处理的反馈 0 条。\n待发的消息 0 条，索引第 3 代。\n注意：《坏.doc》打不开。"
    )


def test_an_uploaded_report_shows_its_progress(bot: Telegram, rig: Rig) -> None:
    rig.shelf.steps = READING
    bot.sends("2024年工作计划.txt", "内容".encode(), "单位：清河县交通运输局 2023年")
    shown = bot.reply(1, ADMIN)
    assert shown.text == "收到《2024年工作计划.txt》，正在读入……"
    until(lambda: shown.text == "正在读报告 1 / 2：甲.txt")
    bot.says(ASK, ADMIN)  # 读入时照常回答
    assert bot.reply(2, ADMIN).text == ANSWER
    rig.shelf.step_gate.release()
    until(lambda: shown.text == "编码段落 8 / 16……")
    rig.shelf.step_gate.release()
    saved = "清河县交通运输局2023年2024年工作计划.txt"
    until(lambda: "已入库" in shown.text)
    assert shown.text == (
        "<b>已入库</b>\n《清河县交通运输局2023年2024年工作计划》　清河县交通运输局、2022年、2023年\n"
        "读出 8 段，5 个数字。"
    )
    assert (rig.shelf.folder / saved).read_text(encoding="utf-8") == "内容"
    assert min(b - a for a, b in zip(shown.times, shown.times[1:], strict=False)) >= rig.timing.edit_every * 0.9


def test_a_file_that_cannot_be_read_and_one_seen_before(bot: Telegram, rig: Rig) -> None:
    rig.shelf.problems = {NEW: f"《{NEW}》读不出来：文件已加密。"}
    bot.sends(NEW, b"1")
    until(lambda: "没有读出" in bot.reply(1, ADMIN).text)
    assert bot.last(ADMIN).text == f"<b>没有读出</b>\n注意：《{NEW}》读不出来：文件已加密。"
    rig.shelf.problems = {}
    bot.sends(NEW, b"1")
    until(lambda: "已入库" in bot.reply(2, ADMIN).text)
    assert f"内容与已有的 {NEW} 一样，没有另存。" in bot.last(ADMIN).text
    bot.sends(NEW, b"2")
    until(lambda: "已入库" in bot.reply(3, ADMIN).text)
    assert f"已有同名的 {NEW}，这一份存为 清河县交通运输局2024年工作计划（2）.txt" in bot.last(ADMIN).text


def test_a_file_too_large(bot: Telegram) -> None:
    bot.sends("大.docx", b"")
    bot.files.clear()
    said = "文件超过了 20 MB，Telegram 不让机器人下载。请拆成几份再发，或直接放进报告文件夹。"
    assert bot.reply(1, ADMIN).text == said


def test_reindex_and_remove(bot: Telegram, rig: Rig) -> None:
    (rig.shelf.folder / NEW).write_text("新", encoding="utf-8")
    bot.says("/reindex", ADMIN)
    until(lambda: "索引已更新" in bot.reply(1, ADMIN).text)
    assert bot.last(ADMIN).text == (
        f"<b>索引已更新</b>，现在一共 2 份报告，用时 0.4 秒。\n读出 1 份：{NEW}\n没有变化 1 份。"
    )
    bot.says("/remove 2024年", ADMIN)
    shown = bot.reply(2, ADMIN)
    assert shown.text == f"要删除《清河县交通运输局2024年工作计划》（文件 {NEW}）吗？删除后不能恢复。"
    bot.presses(shown, "取消", ADMIN)
    until(lambda: shown.text == "已取消，没有删除。")
    bot.says("/remove 2", ADMIN)
    shown = bot.reply(3, ADMIN)
    assert bot.toast(bot.presses(shown, "确认删除", PERSON)) == ""
    said = "张三没有“增删报告”的权限，只有管理员可以。需要的话请联系管理员。"
    assert (rig.shelf.folder / NEW).exists()
    bot.presses(shown, "确认删除", ADMIN)
    until(lambda: shown.text == f"已删除 {NEW}，现在还有 1 份报告。")
    assert not (rig.shelf.folder / NEW).exists()
    assert said not in bot.texts(PERSON)


def test_strangers_by_policy(rig: Rig) -> None:
    rig.policy = Policy.CODE
    with rig.running() as bot:
        bot.says(ASK, STRANGER)
        assert bot.reply(1, STRANGER).text == (
            "您还没有登记。请把管理员给您的邀请码发到这里；没有邀请码请向管理员索取。"
        )
        bot.says("/invite 培训员 2", ADMIN)
        code = bot.reply(1, ADMIN).text.split("</code>")[0].split("<code>")[1]
        bot.says("/start AAAA-AAAA", STRANGER)
        assert bot.reply(2, STRANGER).text.startswith("这个码不对")
        bot.says(f"/start {code}", STRANGER)
        assert bot.reply(3, STRANGER).text == "好了：您是生人77（编号 3），培训员。发 /help 看看能做什么。"
        bot.says(ASK, STRANGER)
        assert bot.reply(4, STRANGER).text == ANSWER


def test_closed_and_the_first_admin(rig: Rig) -> None:
    rig.policy = Policy.CLOSED
    with rig.running() as bot:
        bot.says(ASK, STRANGER)
        assert bot.reply(1, STRANGER).text == "这里只回答已登记的人。请联系管理员为您登记。"
        bot.says(invite(rig.ledger, Who(Place("本机", ""), None)), STRANGER)
        assert bot.reply(2, STRANGER).text == "这里只回答已登记的人。请联系管理员为您登记。"
        bot.says(make_admin_code(rig.ledger).lower(), STRANGER)
        assert bot.reply(3, STRANGER).text == "好了：您是生人77（编号 3），管理员。发 /help 看看能做什么。"
        until(lambda: bot.menus.get(str(STRANGER)) == ADMIN_MENU)


def test_link_joins_two_accounts(bot: Telegram, rig: Rig) -> None:
    bot.says("/link")
    code = bot.reply().text.split("</code>")[0].split("<code>")[1]
    bot.says(f"/link {code}", STRANGER)
    assert bot.reply(1, STRANGER).text == "两边已合为一人：您是张三（编号 1），员工。发 /help 看看能做什么。"
    linked = identified(rig.ledger, Identity("telegram", str(STRANGER)))
    assert linked is not None
    assert (linked.id, linked.role) == (1, PersonRole.STAFF)
    bot.says("/link 不是码", STRANGER)
    assert bot.reply(2, STRANGER).text.startswith("这个码不对")
