"""教室：学员与培训员两边，和等着各通道来取的通知。"""

from collections.abc import Callable

from bot.audit import did
from bot.classroom.learning import Learning
from bot.classroom.shelf import Reports, Shelf
from bot.classroom.teaching import Teaching
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.ledger.tries import missed, refuse_after
from bot.people import Identity, Person, Policy, identified, meet
from bot.people_errors import StrangersRefused
from bot.quiz import announcements, timetable
from bot.quiz.errors import NotInvited, PaperClosed, PaperMissing
from bot.quiz.notices import Notice, hand_over
from bot.quiz.review import forget_withdrawn
from bot.quiz.store import Paper, by_code
from bot.quiz.withdrawal import Withdrawn, reports_seen, see_reports, stale_items, withdraw_stale

TRIES = 20
"""一刻钟里，同一来处的试卷代码最多错几次。"""
NEWCOMERS = 300
"""一刻钟里，同一来处（一间教室共用的出口）凭代码最多登记几人。"""


class Classroom:
    """教室；各个方法都可以阻塞，在工作线程里调用。

    Args:
        reports: 现有的报告与数字。
        ledger: 台账。
    """

    def __init__(self, reports: Reports, ledger: Ledger) -> None:
        self.ledger = ledger
        self._reports = reports
        self.shelf = Shelf(reports)
        self.learn = Learning(ledger)
        self.teach = Teaching(ledger, self.shelf)
        self._live: set[str] = set()

    def cover(self, code: str, source: str) -> Paper:
        """没有登记的人凭代码看一份试卷的封面；`source` 是来处，代码试错多了先不让再试。

        Raises:
            PaperMissing: 没有这个代码，或还没有发布。
            NotInvited: 只有点名的人能答。
            TooManyTries: 试错太多次。
        """
        tries = f"试卷代码 {source}"
        refuse_after(self.ledger, tries, TRIES)
        chosen = by_code(self.ledger, code)
        if chosen is None or chosen.published is None:
            missed(self.ledger, tries)
            raise PaperMissing(code)
        if not chosen.settings.everyone:
            raise NotInvited(chosen.title)
        return chosen

    def admit(self, identity: Identity, name: str, code: str, policy: Policy, source: str) -> Person:
        """没有登记的人凭试卷代码报上姓名，就此登记；登记过的还是他。

        Raises:
            StrangersRefused: 设置说不接待没有登记的人。
            PersonBlocked: 人已停用。
            PaperClosed: 过了截止时间。
            TooManyTries: 同一来处一下子登记得太多。
        """
        chosen = self.cover(code, source)
        ended = chosen.ended(self.ledger.now())
        if ended is not None:
            raise PaperClosed(chosen.title, f"{self.ledger.local(ended):%Y-%m-%d %H:%M}")
        if policy is Policy.CLOSED:
            raise StrangersRefused
        with self.ledger.writing():
            known = identified(self.ledger, identity)
            if known is None:
                refuse_after(self.ledger, f"凭代码登记 {source}", NEWCOMERS)
                missed(self.ledger, f"凭代码登记 {source}")
            person = meet(self.ledger, identity, name, Policy.OPEN)
            if known is None:
                by = Who(Place(identity.channel, identity.external), person.id)
                did(self.ledger, by, "凭试卷代码登记", f"{person.name}（{person.id}），{chosen.title}（{chosen.id}）")
        return person

    def joined(self, channel: str) -> None:
        """一个能主动发消息的通道开张了；`channel` 是人员帐号所在的通道（`Identity.channel`）。"""
        self._live.add(channel)

    def left(self, channel: str) -> None:
        """这个通道开不成了（令牌不对之类）：在别处也有帐号的人，通知改送别处。"""
        self._live.discard(channel)

    def hand_over(self, channel: str, post: Callable[[Notice], None]) -> int:
        """把该由这个通道送的通知逐条交给它，返回几条；`post` 把画好的放进发件，同一个事务，不漏也不重。"""
        return hand_over(self.ledger, channel, self._live, post)

    def tick(self) -> None:
        """办到了时候的事：收卷，提醒，发每日一题；索引换了代就撤题。每一件只办一次，多办几遍也无妨。"""
        if reports_seen(self.ledger) != self._reports.generation():
            self.withdraw_stale()
        timetable.settle(self.ledger)
        timetable.remind_of_deadlines(self.ledger)
        timetable.remind_of_reviews(self.ledger)
        timetable.send_daily(self.ledger, self.shelf.library)

    def withdraw_stale(self) -> tuple[Withdrawn, ...]:
        """索引更新之后：所据原文变了的题撤下，从各人的错题本里去掉，并告诉出题人是哪些、为什么。"""
        generation = self._reports.generation()
        found = stale_items(self.ledger, self.shelf.read)
        with self.ledger.writing():
            gone = withdraw_stale(self.ledger, found)
            forget_withdrawn(self.ledger)
            announcements.withdrawn(self.ledger, gone)
            see_reports(self.ledger, generation)
        return gone
