"""考场：真的机器人接在仿真的 Telegram 上，真的教室与题库，拨得动的钟。"""

from collections.abc import Callable
from pathlib import Path

from bot.classroom.records import PaperView
from bot.classroom.room import Classroom
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.people import Identity, PersonRole, Policy, identified
from bot.quiz.papers import Audience
from bot.quiz.store import Paper, Settings
from tests.bot.ledgers import Clock
from tests.bot.quiz.folder import Folder, Kept
from tests.bot.telegram.emulator import PERSON, Shown, Telegram, until
from tests.bot.telegram.rig import Rig
from tests.bot.telegram.rig import Shelf as SmallShelf

TRAINER = 8


class Shelf(Kept, SmallShelf):
    """四份小报告，换得掉。"""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.held = Folder()


class Exam(Rig):
    """一间考场：学员张三，培训员李老师。"""

    def __init__(self, telegram: Telegram, folder: Path, policy: Policy = Policy.OPEN) -> None:
        super().__init__(telegram, folder, policy)
        self.clock = Clock()
        self.books = Shelf(self.shelf.folder)
        self.shelf = self.books
        self.restart()
        self.enrol(PERSON, "张三", PersonRole.STAFF)
        self.enrol(TRAINER, "李老师", PersonRole.TRAINER)

    def restart(self) -> None:
        """程序重启：台账关上再打开。"""
        self.ledger.close()
        self.ledger = Ledger(self.path, self.clock)
        self.telegram.menus.clear()

    @property
    def room(self) -> Classroom:
        """教室。"""
        return self.office.classroom

    def who(self, number: int) -> Who:
        """这个人，在他的单独对话里。"""
        found = identified(self.ledger, Identity("telegram", str(number)))
        assert found is not None
        return Who(Place("telegram", str(number)), found.id)

    def draft(self, settings: Settings, title: str = "新员工测验", seed: int = 3) -> PaperView:
        """培训员出的一份草稿。"""
        return self.room.teach.make(self.who(TRAINER), title, settings, seed)

    def published(self, settings: Settings, *to: int, title: str = "新员工测验", seed: int = 3) -> Paper:
        """一份发布了的试卷；点名发给这些人。"""
        made = self.draft(settings, title, seed).row.paper
        people = tuple(person for one in to if (person := self.who(one).person) is not None)
        return self.room.teach.publish(self.who(TRAINER), made.id, Audience(people)).row.paper


def changed(shown: Shown, happens: Callable[[], object]) -> Shown:
    """做一件事，等到这一条消息改了。"""
    before = len(shown.history)
    happens()
    until(lambda: len(shown.history) > before, lambda: shown.text)
    return shown
