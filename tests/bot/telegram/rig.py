"""把真的机器人接到仿真的 Telegram 上：真的台账与答问台，替身的报告。"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr

from bot.channels.telegram.channel import Channel, Timing
from bot.ledger.file import Ledger
from bot.office import Office
from bot.people import Identity, PersonRole, Policy, enrol
from bot.settings import Telegram as Settings
from corpus.records import Problem, Role, Span
from index.entries import FileEntry, FileState, ReportEntry
from index.progress import Outcome, Phase, Progress
from index.records import Fact, Quantity
from tests.bot.desk import StandIn, small_entry
from tests.bot.replies import DOCUMENT, ISSUER, SENTENCE
from tests.bot.telegram.emulator import ADMIN, PERSON, TOKEN, Telegram, until

FAST = Timing(poll=1, empty_pause=0.01, first_pause=0.02, longest_pause=0.05, edit_every=0.05, album=0.2, notices=0.05)
PAST = "清河县交通运输局2022年工作总结.txt"


def fact(value: int, year: int, role: Role, document: str = DOCUMENT, quote: str = SENTENCE) -> Fact:
    """一个数字：农村公路新改建多少公里。"""
    quantity = Quantity(f"{value}公里", Decimal(value), "公里", Span(0, 4))
    return Fact(
        document, ISSUER, ("二、2023年工作安排", "（一）农村公路"), "农村公路新改建", quantity, year, role,
        Span(0, 4), Span(0, 4), "", quote, Span(0, len(quote)),
    )  # fmt: skip


class Shelf(StandIn):
    """替身的报告与索引：一份报告，文件夹是真的，更新就是数一数里面的文件。"""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        (folder / DOCUMENT).write_text("一份报告", encoding="utf-8")
        self.others: tuple[Fact, ...] = (fact(23, 2022, Role.RESULT, PAST, "全年完成农村公路新改建23公里。"),)
        self.problems: dict[str, str] = {}
        self.steps: tuple[Progress, ...] = ()
        self.step_gate = threading.Semaphore(0)
        self.known: tuple[str, ...] = (DOCUMENT,)
        self.number = 3

    def reports(self) -> tuple[ReportEntry, ...]:
        """各份报告的条目。"""
        return tuple(
            small_entry() if name == DOCUMENT else replace(small_entry(), name=name, title=name.rsplit(".", 1)[0])
            for name in self.known
            if name not in self.problems
        )

    def facts(self, name: str) -> tuple[Fact, ...]:
        """各份报告的数字。"""
        return (fact(30, 2023, Role.PLAN), *self.others) if name == DOCUMENT else ()

    def files(self) -> tuple[FileEntry, ...]:
        """各份文件。"""
        return tuple(
            FileEntry(
                number, FileState(name, "", 1, 1, 1, ""), int(name not in self.problems), 5, 5,
                (Problem(name, "", self.problems[name]),) if name in self.problems else (),
            )
            for number, name in enumerate(self.known)
        )  # fmt: skip

    def generation(self) -> int:
        """第几代。"""
        return self.number

    def update(self, listen: Callable[[Progress], None] = lambda _: None) -> Outcome:
        """数一数文件夹里的文件。"""
        for step in self.steps:
            listen(step)
            self.step_gate.acquire(timeout=5)
        names = tuple(sorted(path.name for path in self.folder.iterdir() if not path.name.startswith(".")))
        fresh = tuple(name for name in names if name not in self.known)
        gone = tuple(name for name in self.known if name not in names)
        self.known = names
        unread = tuple(name for name in fresh if name in self.problems)
        problems = tuple(Problem(name, "", self.problems[name]) for name in unread)
        read = tuple(name for name in fresh if name not in unread)
        same = len(names) - len(fresh)
        return replace(NOTHING, read=read, unread=unread, unchanged=same, removed=gone, problems=problems)


NOTHING = Outcome(
    read=(), with_problems=(), unread=(), waiting=(), unchanged=0, renamed=(), removed=(),
    passages=8, facts=5, encoded=8, problems=(), seconds=0.4,
)  # fmt: skip
READING = (Progress(Phase.READ, 1, 2, "甲.txt"), Progress(Phase.ENCODE, 8, 16))


@contextmanager
def running(channel: Channel) -> Iterator[None]:
    """其间通道在自己的线程里运行；它若倒下，测试也倒下。"""
    loop = asyncio.new_event_loop()
    task = loop.create_task(channel.run())
    thread = threading.Thread(target=_run, args=(loop, task), name="telegram", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):  # 它已自己停下
            loop.call_soon_threadsafe(task.cancel)
        thread.join()
    if not task.cancelled():
        task.result()


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(asyncio.wait({task}))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


class Rig:
    """一套：仿真的 Telegram、替身的报告、真的台账，可以停下再开。"""

    def __init__(self, telegram: Telegram, folder: Path, policy: Policy = Policy.OPEN) -> None:
        self.telegram = telegram
        corpus = folder / "报告"
        corpus.mkdir(exist_ok=True)
        self.shelf = Shelf(corpus)
        self.path = folder / "state" / "people.sqlite"
        self.ledger = Ledger(self.path)
        self.policy = policy
        self.webhook: str | None = None
        self.port: int | None = None
        self.timing = FAST

    def enrol(self, who: int, name: str, role: PersonRole) -> None:
        """登记一个人。"""
        enrol(self.ledger, name, role, Identity("telegram", str(who)))

    @property
    def office(self) -> Office:
        """答问台。"""
        return Office(self.shelf, self.ledger, self.policy)

    def channel(self, office: Office | None = None) -> Channel:
        """接到仿真上的通道。"""
        address = self.telegram.address
        settings = Settings(SecretStr(TOKEN), f"{address}/bot", f"{address}/file/bot", self.webhook, self.port)
        return Channel(settings, office or self.office, self.timing)

    @contextmanager
    def running(self) -> Iterator[Telegram]:
        """其间机器人在运行，菜单已换好。"""
        with running(self.channel()):
            until(lambda: bool(self.telegram.menus) or bool(self.telegram.unsupported))
            yield self.telegram

    def restart(self) -> None:
        """程序重启：台账关上再打开。"""
        self.ledger.close()
        self.ledger = Ledger(self.path)
        self.telegram.menus.clear()


def staffed(rig: Rig) -> Rig:
    """登记好一个员工、一位管理员。"""
    rig.enrol(PERSON, "张三", PersonRole.STAFF)
    rig.enrol(ADMIN, "李管", PersonRole.ADMIN)
    return rig
