"""通道背后的答问台：企业微信这一间要别处替它做的几件事。"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.answer import Reply
from bot.classroom.room import Classroom
from bot.ledger.chats import Who


class Verdict(StrEnum):
    """用户怎样评价一次答复。"""

    GOOD = "good"
    BAD = "bad"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Opinion:
    """一次评价；`question` 是被评的那一问，`words` 是用户另写的话与勾选的原因。"""

    person: str
    chat: str
    question: str
    verdict: Verdict
    words: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """几个可以阻塞的函数，都在工作线程里调用；做不到的抛 `JihuatongError`，那句话原样给用户看。

    `person` 是企业微信的 userid，`chat` 是群的 chatid（单聊则同 `person`）。
    `add_report` 收文件名与内容，返回给管理员的一句话；`tell_admin` 把一句话告诉管理员。
    `classroom` 是教室；`learner` 收 `person` 与他说的话，说出他是哪位登记了的人（凭试卷代码来的当场登记），
    没有登记的为 None。
    """

    ask: Callable[[str, str, str], Reply]
    examples: Callable[[], Sequence[str]]
    is_admin: Callable[[str], bool]
    add_report: Callable[[str, str, bytes], str]
    status: Callable[[str], str]
    give_opinion: Callable[[Opinion], None]
    tell_admin: Callable[[str], None]
    classroom: Classroom
    learner: Callable[[str, str], Who | None]
