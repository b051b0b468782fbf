"""Telegram 里的固定说法与命令菜单。"""

from bot.people import PersonRole

MENU: tuple[tuple[str, str], ...] = (
    ("start", "可以怎样问"),
    ("help", "怎么用"),
    ("reports", "有哪些报告"),
    ("report", "看一份报告：/report 1"),
    ("facts", "找数字：/facts 农村公路"),
    ("compare", "比较：/compare 2022年和2023年的农村公路"),
    ("quiz", "答题：我的试卷，或 /quiz 代码"),
    ("review", "复习错题本里今天到期的"),
    ("pause", "答题时先停下，回到提问"),
    ("finish", "交卷"),
    ("me", "我的身份、成绩、错题本、提醒"),
    ("link", "与网页等处的帐号合为一人"),
)
TRAINER_MENU: tuple[tuple[str, str], ...] = (
    ("newquiz", "出卷：/newquiz 题名"),
    ("papers", "试卷：审题、发布、关闭"),
    ("results", "成绩：/results 1"),
    ("complaints", "学员的报错"),
    ("daily", "每日一题：在群里发，开或关"),
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

NO_QUIZ = "现在没有给您的试卷。拿到了代码的，发 /quiz 和代码。"
YOUR_PAPERS = "给您的试卷，一共 {count} 份"
TAKE, GO_ON, START, SEE_MARKED, BOARD = "看", "接着答", "开始答题", "看对错", "看榜"
RULES = "答题时打的字都当作这一题的作答；要提问，先按“先停下”（或发 /pause）。交卷发 /finish。"
CALLED = "成绩表里您是“{name}”。"
NOT_NOW = "现在不能答。"
SUBMIT, PAUSE, FORGET, COMPLAIN = "交这一题", "先停下", "不再复习这题", "报错"
OR_PAUSE = "要提问，先发 /pause 停下。"
NOTED = "已记下，交卷后说对错。"
STALE = "这个按钮不是现在这一题的，没有算数。请答最下面的一题；找不到就发 /quiz。"
STALE_SCORED = "这份答卷已经交了，这个按钮没有算数。"
NOTHING_PICKED = "还没有选，请先选再交这一题。"
NOT_ALL_ANSWERED = "还有 {left} 题没有答，现在交卷吗？没答的算错。"
FINISH_ANYWAY = "现在交卷"
EDITED = "改动早先发的消息不算作答。现在这一题，请另发一条。"
TYPED_TOO_LATE = "这份答卷已经交了，您打的字没有算作作答。要提问，请再发一遍。"
PAUSED = "已停下，作答都记着{left}。现在打字就是提问；接着答按下面的按钮，或发 /quiz。"
CLOCK_RUNS = "；时间照走，还剩 {minutes} 分钟"
PAUSED_NOTHING = "现在没有在答题，打字就是提问。看试卷发 /quiz。"
WHAT_IS_WRONG = "这一题哪里不对？请直接写给我，我连同引文转给出题人。"
COMPLAIN_WORDLESS, COMPLAIN_NOT = "不写了，就说有错", "没有错，不报了"
COMPLAINED = "已连同引文告诉出题人，谢谢。"
NO_COMPLAINT = "好的，没有报错。"
NO_RESULTS = "还没有交过卷。看试卷发 /quiz。"
YOUR_RESULTS = "您交过 {count} 次卷"
SEE_BY_NUMBER = "按编号看逐题的对错。"
NOBODY_RANKED = "榜上还没有人。"
NOTHING_MISSED = "错题本是空的。"
READ, NO_SOURCE = "看原文", "这是自拟题，没有原文。"
START_REVIEW = "开始复习"
FORGOTTEN = "好的，错题本里没有这一题了。"
CHANGED = "改好了。"
WHICH_HOUR = "每天几点提醒您复习？"
RENAME, WHICH_NAME = "改姓名", "请发来您的姓名，成绩表里用它。"
WHICH_NICKNAME = "请发来昵称（最多 32 个字），榜上用它；不要昵称，就发“无”。"
EXPORTED = "您的全部答卷、作答、错题本与意愿。"
DELETE_RESULTS = "要删去您的全部答卷、作答、错题本与意愿吗？删除后不能恢复。"
RESULTS_DELETED = "已删去您的全部答卷、作答、错题本与意愿。"
COMPLAINT_HINT = "处理发 /complaints。"
DAILY_HINT = "点一个按钮作答，只记头一回；对错只给您自己看。"

TRAINER_ON_WEB = "培训员：自拟题、从哪些节出题、点名发给谁，在网页的“管理 › 培训”里办。"
OPEN_TO_ALL = "知道代码的人都能答。"
NAMED_ONLY = "只有点名的人、发给的组能答。"
MADE_ALREADY = "这一份已经出过了，见 /papers。"
MAKE, CHOSEN = "出题", "‹ 就这些"
WHICH_REPORTS = "从哪些报告里出？一份也不勾，就是全部。"
REVIEW_ITEMS, PUBLISH, DISCARD = "逐题审", "发布", "删去草稿"
KEEP, SWAP, DROP = "留下", "换一道", "去掉"
EDIT_STEM, EDIT_KEY = "改题干", "改答案"
WHICH_STEM = "请发来新的题干；改过的仍要由原文证明得了。现在是："
WHICH_KEY = "请发来新的答案（选择题写字母，如 AC；填空写数字和单位）；仍要由原文证明得了。现在是："
EARLIER_ITEM, LATER_ITEM, BACK_TO_DRAFT = "‹ 上一题", "下一题 ›", "返回草稿"
BEFORE_PUBLISHING = "发布之后，题目与设置不再改。给谁考？"
PUBLISH_OPEN, PUBLISH_TO_GROUP = "发布，凭代码作答", "发布，并通知“{name}”组"
PUBLISHED, SENT = "已发布。", "已通知。"
DISCARD_DRAFT, DISCARDED = "要删去草稿“{title}”连同它的题吗？", "草稿已删去。"
RESULTS, MAKE_UP, CLOSE, SEND_TO_GROUP = "成绩", "出补考卷", "提前关闭", "再发给“{name}”组"
NO_PAPERS = "还没有试卷。出卷发 /newquiz。"
EXPORT_SHEET, DISTRIBUTION, REST_IN_SHEET = "导出 Excel", "各分数段的人数", "其余的见 Excel。"
HARDEST = "答对得最少的："
NO_COMPLAINTS = "没有要处理的报错。"
MORE_COMPLAINTS = "还有 {count} 条，处理了这些再发 /complaints。"
WITHDRAW, REPLY, DISMISS = "属实，撤下", "答复", "不必答复"
COMPLAINT_RIGHT = "您说得对，这一题已撤下，不计分。谢谢。"
COMPLAINT_WITHDRAWN = "报错 {number}：题已撤下，成绩里不计，已答复报错的人。"
COMPLAINT_DISMISSED = "报错 {number}：处理完了，没有答复。"
WHAT_TO_REPLY = "怎样答复报错 {number}？请直接写给我，我转给报错的人。"
COMPLAINT_ANSWERED = "报错 {number}：已答复。"
DAILY_HERE = "每天 {at} 在这个群发一道题。不要了，再发一次 /daily；改时刻，发 /daily 9:00。"
DAILY_NOT_HERE = "好的，不在这个群发每日一题了。"
DAILY_ON = (
    "每天 {at} 发一道题，发到 {groups} 个群和订阅的人。"
    "改时刻发 /daily 9:00，停发 /daily 关；要发到哪个群，在那个群里发 /daily。"
)
DAILY_OFF = "每日一题没有开。在要发的群里发 /daily，或在这里发 /daily 8:30 只发给订阅的人。"


def menu(role: PersonRole) -> tuple[tuple[str, str], ...]:
    """这个角色的命令菜单。"""
    more: dict[PersonRole, tuple[tuple[str, str], ...]] = {
        PersonRole.STAFF: (),
        PersonRole.TRAINER: TRAINER_MENU,
        PersonRole.ADMIN: TRAINER_MENU + ADMIN_MENU,
    }
    return MENU + more[role]


def help_text(role: PersonRole) -> str:
    """怎么用。"""
    lines = [WELCOME, "", *(f"/{command} {text}" for command, text in menu(role))]
    lines += ["", RULES]
    lines += [TRAINER_ON_WEB] if role is not PersonRole.STAFF else []
    lines += [ADMIN_FILES] if role is PersonRole.ADMIN else []
    return "\n".join([*lines, "", "群里请 @我，或直接回复我的消息。"])
