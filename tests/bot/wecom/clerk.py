"""测试用的答问台：答得可快可慢，记下被问过什么。"""

import threading
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Reply, Status
from bot.channels.wecom.office import Office, Opinion
from bot.classroom.room import Classroom
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.people import Identity, Policy, meet
from bot.people_errors import StrangersRefused
from tests.bot.desk import StandIn
from tests.bot.replies import ANSWERED, ASKS_BACK, COMPARED, REDACTED, REFUSED

LONG_LINES = tuple(
    f"第{n}条：完成农村公路新改建{n}.{n:02d}公里，危桥改造{n}座，路面状况改善1,{n:03d}公里。" for n in range(90)
)
LONG = replace(ANSWERED, text="\n".join(LONG_LINES))


class Clerk:
    """照问题里的字眼挑一份固定的答复；教室是空的，谁都可以来。"""

    def __init__(self, ledger: Ledger) -> None:
        self.classroom = Classroom(StandIn(), ledger)
        self.heard: list[tuple[str, str, str]] = []
        self.opinions: list[Opinion] = []
        self.added: list[tuple[str, str, bytes]] = []
        self.told: list[str] = []
        self.whole_text = ""
        self.gate = threading.Event()
        self.gate.set()
        self.busy = 0
        self.most_busy = 0
        self._lock = threading.Lock()

    def ask(self, person: str, chat: str, text: str) -> Reply:
        """挑一份。"""
        with self._lock:
            self.heard.append((person, chat, text))
            self.busy += 1
            self.most_busy = max(self.most_busy, self.busy)
        self.gate.wait(10)
        with self._lock:
            self.busy -= 1
        if self.whole_text:
            return Reply(Status.ANSWERED, self.whole_text)
        if "陌生" in text:
            raise StrangersRefused
        if "坏" in text:
            raise ZeroDivisionError
        replies = {"2019": REFUSED, "隐": REDACTED, "比": COMPARED, "哪": ASKS_BACK, "长": LONG}
        return next((reply for word, reply in replies.items() if word in text), ANSWERED)

    def examples(self) -> Sequence[str]:
        """例子。"""
        return ("2023年农村公路新改建多少公里", "2022年路面修复多少平方米")

    def add_report(self, person: str, name: str, content: bytes) -> str:
        """收下报告。"""
        self.added.append((person, name, content))
        return f"已添加《{name}》。"

    def office(self) -> Office:
        """给通道用的样子。"""
        return Office(
            ask=self.ask,
            examples=self.examples,
            is_admin=lambda person: person == "Admin",
            add_report=self.add_report,
            status=lambda person: f"共 12 份报告（{person}）。",
            give_opinion=self.opinions.append,
            tell_admin=self.told.append,
            classroom=self.classroom,
            learner=self._learner,
        )

    def _learner(self, person: str, _: str) -> Who:
        met = meet(self.classroom.ledger, Identity("wecom", person), person, Policy.OPEN)
        return Who(Place("wecom", person), met.id)
