"""教室给各通道的记录。"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.quiz.grading import Verdict
from bot.quiz.items import Item, ItemKind
from bot.quiz.papers import Audience
from bot.quiz.store import Paper, PaperItem


class PaperState(StrEnum):
    """一份试卷对一个学员是什么状态，值即给人看的。"""

    NEW = "未开始"
    GOING = "答题中"
    DONE = "已答"
    OVER = "截止"
    MAKE_UP = "要补考"


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """学员看到的一份试卷。

    `assigned` 为真即点名发给了他；`left` 是还能答几次，不限为 None；`best` 是最好的一次得分，没交过为 None；
    `startable` 为真即现在可以开始（或接着）答；`latest` 是最近交的那份答卷的编号，没交过为 None。
    """

    paper: Paper
    state: PaperState
    assigned: bool
    items: int
    left: int | None
    best: int | None
    passed: bool
    startable: bool
    latest: int | None


@dataclass(frozen=True, slots=True)
class MyResult:
    """学员自己的一次成绩。"""

    attempt: int
    paper: Paper
    points: int
    right: int
    asked: int
    passed: bool
    finished: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """交卷之后的一题：第几题，题号，题目，所答，判分；`given` 是空的即没有答。"""

    number: int
    entry: int
    item: Item
    given: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Marked:
    """一次的成绩，和逐题的对错；撤下的题不在内。"""

    result: MyResult
    answers: tuple[Corrected, ...]


class Phase(StrEnum):
    """一份试卷到了哪一步，值即给人看的。"""

    DRAFT = "草稿"
    OPEN = "已发布"
    ENDED = "已截止"
    CLOSED = "已关闭"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """培训员列表里的一份试卷；`finished` 是几人交了卷，`complaints` 是几条报错没有处理。"""

    paper: Paper
    phase: Phase
    items: int
    withdrawn: int
    finished: int
    complaints: int


@dataclass(frozen=True, slots=True)
class PaperView:
    """打开的一份试卷：题目（撤下的也在内）各有出处、引文、难度，发给谁，各题型几道。"""

    row: PaperRow
    items: tuple[PaperItem, ...]
    audience: Audience
    mix: tuple[tuple[ItemKind, int], ...]


@dataclass(frozen=True, slots=True)
class OwnItem:
    """自拟的一题；没有选项即填空，`key` 是字母或文字。"""

    stem: str
    key: str
    options: tuple[str, ...] = ()
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """一份报告可以从哪里出题：各节的路径与考点个数。"""

    name: str
    title: str
    issuer: str | None
    sections: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class File:
    """要交给人的一个文件。"""

    name: str
    content: bytes
    media: str
