"""一步：要显示的几块文字与按钮；不认通道。"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.quiz.grading import Verdict
from bot.quiz.items import Item


class Stage(StrEnum):
    """这一步是什么。"""

    QUESTION = "question"
    VERDICT = "verdict"
    SCORE = "score"
    REVIEW = "review"
    REVIEWED = "reviewed"
    NOTHING_DUE = "nothing_due"
    DAILY = "daily"


class BlockKind(StrEnum):
    """一块文字是什么，供通道挑画法。"""

    PROGRESS = "progress"
    STEM = "stem"
    OPTION = "option"
    HINT = "hint"
    VERDICT = "verdict"
    QUOTE = "quote"
    SOURCE = "source"
    SCORE = "score"
    NOTICE = "notice"


class Act(StrEnum):
    """按钮做什么；值是 `Press.data` 里的短记号。"""

    START = "s"
    CHOOSE = "c"
    TOGGLE = "t"
    SUBMIT = "u"
    NEXT = "n"
    FINISH = "f"
    REVIEW = "r"
    REVIEW_CHOOSE = "rc"
    REVIEW_TOGGLE = "rt"
    REVIEW_SUBMIT = "ru"
    COMPLAIN = "x"
    DAILY = "d"


@dataclass(frozen=True, slots=True)
class Press:
    """按一下：做什么，对哪一题（或哪份试卷），哪个选项；`attempt` 是哪份答卷的按钮，不属于答卷的为 0。"""

    act: Act
    target: str = ""
    option: int | None = None
    attempt: int = 0

    @property
    def data(self) -> str:
        """写成按钮里放得下的一串。"""
        option = "" if self.option is None else str(self.option)
        return ":".join(("q", self.act.value, self.target, option, *([str(self.attempt)] if self.attempt else ())))


def pressed(data: str) -> Press | None:
    """读回一次按下；不是测验的按钮为 None。"""
    found = _PRESS.fullmatch(data)
    if found is None or found["act"] not in {a.value for a in Act}:
        return None
    option = int(found["option"]) if found["option"] else None
    return Press(Act(found["act"]), found["target"], option, int(found["attempt"] or 0))


_PRESS = re.compile(
    r"q:(?P<act>[a-z]+):(?P<target>[^:]*):(?P<option>[0-9]{0,4})(?::(?P<attempt>[1-9][0-9]{0,17}))?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Block:
    """一块文字；`picked` 只对选项有意义。"""

    kind: BlockKind
    text: str
    picked: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """一个按钮。"""

    label: str
    press: Press


@dataclass(frozen=True, slots=True)
class Standing:
    """答到哪里：哪份答卷，第几题（都答了为 None），一共几题，答了几题。"""

    attempt: int
    title: str
    number: int | None
    total: int
    done: int


@dataclass(frozen=True, slots=True)
class Said:
    """这一题所答的，与判分。"""

    given: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """一步：显示什么，能按什么；`typed` 为真则等着打字；`seconds` 是还剩多少秒，不限时为 None。

    其余各项给自己排版的通道（网页）：`target` 是题号（复习时是题目的身份），`picked` 是选着的，`said` 是所答与判分，
    `standing` 是答到哪里，`note` 是要另说的一句（没看懂、来迟了、下次何时复习）；
    `stale` 为真即按的是旧按钮（答过的题、交了的卷），没有算数，这里是现在的一步。
    """

    stage: Stage
    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...]
    typed: bool = False
    seconds: int | None = None
    item: Item | None = None
    target: str = ""
    picked: tuple[int, ...] = ()
    said: Said | None = None
    standing: Standing | None = None
    note: str = ""
    stale: bool = False
