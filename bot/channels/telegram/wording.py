"""Telegram 里的固定说法与命令菜单。"""

from bot.people import PersonRole

MENU: tuple[tuple[str, str], ...] = (
    ("start", "可以怎样问"),
    ("help", "怎么用"),
    ("reports", "有哪些报告"),
    ("report", "看一份报告：/report 1"),
    ("facts", "找数字：/facts 农村公路"),
    ("compare", "比较：/compare 2022年和2023年的农村公路"),
    ("quiz", "答题"),
    ("me", "我的身份"),
    ("link", "与网页等处的帐号合为一人"),
)
ADMIN_MENU: tuple[tuple[str, str], ...] = (
    ("status", "索引与系统状态"),
    ("reindex", "更新索引"),
    ("remove", "删除一份报告：/remove 1"),
    ("people", "人员名单"),
    ("grant", "改角色：/grant 编号 角色"),
    ("invite", "生成邀请码：/invite 角色 人数"),
)

WELCOME = "我是计划通，只凭已入库的工作报告和计划回答，每个数字都有出处。直接把问题发给我。"
TRY = "可以这样问："
ADMIN_FILES = "管理员：把报告文件发给我即可入库，说明里可以写单位和年度。"
UNKNOWN_COMMAND = "没有 /{command} 这个命令。发 /help 看看有哪些。"
FAILED = "程序在答这一问时出了错，已记入日志；请稍后再试。"
GIVEN_UP = "这一条几次都没有处理成功，已记入日志。请换一种说法再问。"
ONLY_TEXT = "我只看得懂文字和报告文件。请用文字提问。"
NOT_ADMIN = "收到了文件，但只有管理员可以添加报告；要提问，请直接发文字。"
NO_QUIZ = "还没有发布的试卷。"
BUTTON_GONE = "这个按钮已失效，请重新提问。"
THANKS = "谢谢，已记下。"
WHAT_IS_RIGHT = "哪里不对？请直接回复正确的内容，我转给管理员；不想写就按下面的按钮。"
WRONG_NOTED = "已记下。"
SKIP = "不写了"
SKIPPED = "好的，已告诉管理员这一条不对。"
CORRECTED = "谢谢，已转给管理员。"
CANCELLED = "已取消，没有删除。"
NOTHING_ELSE = "别的年度、别的单位的报告里，没有同一件事的数字。"
OTHERS = "同一件事，别的年度和单位："
SOURCE_CHANGED = "这份报告已经更新，原来那一句不在了。请重新提问。"
REPORT_GONE = "这份报告已不在了，可能刚被删去或改名。发 /reports 看现有的报告。"
NO_PERSON = "没有这个编号的人。发 /people 看人员名单。"
NO_REPORTS = "还没有入库任何报告。"
CONTEXT, NEXT_CONTEXT, BACK = "原文上下文", "下一处原文", "返回答复"
ELSEWHERE, USEFUL, WRONG = "其他年份/单位", "有用", "不对"
REMOVE, CANCEL = "确认删除", "取消"
NEWER, OLDER = "‹ 上一页", "下一页 ›"
PRIVATE_ONLY = "这件事请在和我的单独对话里办。"

USE_REPORT = "请写上报告的编号，例如 /report 1；编号见 /reports。"
USE_FACTS = "请写上要找的主题，例如 /facts 农村公路。"
USE_COMPARE = "请写上要比较什么，例如 /compare 2022年和2023年的农村公路。"
USE_REMOVE = "请写上报告的编号，例如 /remove 1；编号见 /reports。"
USE_GRANT = "请写上人员编号和角色，例如 /grant 3 培训员；编号见 /people，角色有员工、培训员、管理员。"
USE_INVITE = "请写角色和人数，例如 /invite 员工 5。"
NO_SUCH_NUMBER = "没有第 {number} 份报告，现在一共 {total} 份。编号见 /reports。"

ROLES = {role.value: role for role in PersonRole} | {
    "staff": PersonRole.STAFF,
    "trainer": PersonRole.TRAINER,
    "admin": PersonRole.ADMIN,
}


def menu(role: PersonRole) -> tuple[tuple[str, str], ...]:
    """这个角色的命令菜单。"""
    return MENU + ADMIN_MENU if role is PersonRole.ADMIN else MENU


def help_text(role: PersonRole) -> str:
    """怎么用。"""
    lines = [WELCOME, "", *(f"/{command} {text}" for command, text in menu(role))]
    lines += ["", ADMIN_FILES] if role is PersonRole.ADMIN else []
    return "\n".join([*lines, "", "群里请 @我，或直接回复我的消息。"])
