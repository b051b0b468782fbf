"""教室里的几样说给人听：一份试卷、一次成绩、一个人的意愿。"""

from bot.classroom.records import MyResult, OpenPaper
from bot.ledger.file import Ledger
from bot.quiz.privacy import Preferences
from bot.quiz.steps import Step
from bot.quiz.store import Settings


def paper_words(found: OpenPaper, ledger: Ledger) -> str:
    """一份试卷怎样考：几题、时限、及格分、截止、还能答几次。"""
    told = [settings_words(found.paper.settings, found.items, ledger)]
    told += [f"还能答 {found.left} 次"] if found.left else []
    told += [] if found.best is None else [f"最好 {found.best} 分"]
    return "，".join(told)


def settings_words(chosen: Settings, items: int, ledger: Ledger) -> str:
    """怎样考：几题、时限、及格分、截止。"""
    told = [f"{items} 题", f"限时 {chosen.minutes} 分钟" if chosen.minutes else "不限时", f"{chosen.pass_mark} 分及格"]
    told += [f"{ledger.local(chosen.deadline):%m-%d %H:%M} 截止"] if chosen.deadline else []
    return "，".join(told)


def result_words(found: MyResult, ledger: Ledger) -> str:
    """一次成绩。"""
    passed = "及格" if found.passed else "未及格"
    late = "，到时收卷" if found.late else ""
    at = f"{ledger.local(found.finished):%Y-%m-%d %H:%M}"
    return f"{at} “{found.paper.title}”{found.points} 分，{passed}{late}"


def wish_words(wish: Preferences) -> str:
    """一个人的意愿。"""
    reminded = "不提醒复习" if wish.hour is None else f"{wish.hour} 点提醒复习"
    ranked, daily = "上榜" if wish.ranked else "不上榜", "订了" if wish.daily else "没有订"
    return f"昵称：{wish.nickname or '没有'}；{ranked}；{reminded}；{daily}每日一题。"


def step_words(step: Step) -> str:
    """一步的文字，一块一行。"""
    return "\n".join(block.text for block in step.blocks)
