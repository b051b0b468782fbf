"""企业微信里的一所学校：真的答问台、台账与教室，四份小报告，一位培训员，几位学员。"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.audit import CONSOLE
from bot.channels.wecom.office import Office as WecomOffice
from bot.classroom.records import PaperView
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.office import Office
from bot.people import Identity, PersonRole, Policy, add_person
from bot.quiz.items import LETTERS, TYPED_KINDS, Item
from bot.quiz.papers import Audience
from bot.quiz.store import Settings
from bot.wecom_desk import wecom_office
from tests.bot.desk import StandIn
from tests.bot.quiz.folder import Folder, Kept

PUPIL, TEACHER = "ZhangSan", "Li"


class Shelf(Kept, StandIn):
    """答话照旧，报告是测验用的四份，可以改。"""

    def __init__(self) -> None:
        super().__init__(Path())
        self.held = Folder()


class School:
    """答问台与教室；换一本重新打开的台账就是重启。"""

    def __init__(self, ledger: Ledger, policy: Policy = Policy.OPEN) -> None:
        self.shelf = Shelf()
        self.policy = policy
        self.opened(ledger)
        self.trainer = self._joined("李老师", PersonRole.TRAINER, TEACHER)
        self.pupil = self._joined("张三", PersonRole.STAFF, PUPIL)

    def opened(self, ledger: Ledger) -> None:
        """在这本台账上开张。"""
        self.ledger = ledger
        self.desk = Office(self.shelf, ledger, self.policy)
        self.room = self.desk.classroom

    def office(self) -> WecomOffice:
        """给通道用的样子。"""
        return wecom_office(self.desk, "wecom")

    def publish(self, settings: Settings, to: Sequence[Who] = (), title: str = "新员工测验") -> PaperView:
        """出一份，发布，发给这些人。"""
        made = self.room.teach.make(self.trainer, title, settings, seed=3)
        people = tuple(who.person for who in to if who.person is not None)
        return self.room.teach.publish(self.trainer, made.row.paper.id, Audience(people))

    def showing(self) -> Item:
        """学员面前的那一题。"""
        step = self.room.learn.resume(self.pupil) or self.room.learn.review(self.pupil)
        assert step.item is not None
        return step.item

    def _joined(self, name: str, role: PersonRole, userid: str) -> Who:
        person = add_person(self.ledger, CONSOLE, name, role, Identity("wecom", userid))
        return Who(Place("wecom", userid), person.id)


def card_of(message: dict[str, Any]) -> dict[str, Any]:
    """一条消息里的卡片。"""
    found = message["template_card"]
    assert isinstance(found, dict)
    return found


def key_of(message: dict[str, Any], item: Item, *, right: bool = True) -> str:
    """卡片上答对（或答错）的那个按钮的键。"""
    at = item.key.choices[0] if right else (item.key.choices[0] + 1) % len(item.options)
    return str(card_of(message)["button_list"][at]["key"])


def answer_to(item: Item, *, right: bool = True) -> str:
    """打字答对，或答错。"""
    if item.kind in TYPED_KINDS:
        return item.key.text if right else "98765432"
    key = "".join(LETTERS[at] for at in item.key.choices)
    return key if right else next(letter for letter in LETTERS if letter not in key)


def without_clock(text: str) -> str:
    """不看还剩几秒。"""
    return re.sub(r"还剩 \d+ 分 \d+ 秒", "还剩 … ", text)
