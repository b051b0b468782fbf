"""答问台：各通道共用的一扇窗，认人、问答、记账、增删报告都从这里走；通道只管收发和画。"""

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from bot.answer import Citation, Reply
from bot.audit import answered, asked, did, entry, unanswered
from bot.classroom.room import Classroom
from bot.ledger.chats import Who, history, remember
from bot.ledger.file import Ledger
from bot.people import Action, Identity, Person, PersonRole, Policy, identities, meet, people, require_by
from bot.people_errors import AnswerMissing
from bot.shelf import Added, CannotChangeReports, Upload, file_name, place_for, same, written
from bot.topics import about
from corpus.corrections import Correction, correct
from corpus.errors import JihuatongError
from corpus.records import Report
from index.entries import FileEntry, ReportEntry
from index.errors import AnotherWriter, NoSuchReport
from index.progress import Outcome, Progress
from index.records import Fact

RECENT = timedelta(hours=2)
"""多久以内的问题算上文。"""
WAIT_FOR_WRITER = 900.0
"""后台正在更新时，最多等多少秒。"""
LOOK_AGAIN = 0.3

Listener = Callable[[Progress], None]
Watch = Callable[[str, Reply | None, float], None]
"""通道、答复（没答成为 None）、用了几秒。"""


class Library(Protocol):
    """答问台背后的报告与索引；`bot.app.Application` 就是。"""

    @property
    def folder(self) -> Path:
        """报告文件夹。"""

    def reply(self, question: str, history: tuple[str, ...]) -> Reply:
        """答一个问题。"""

    def examples(self) -> tuple[str, ...]:
        """可以怎样问。"""

    def reports(self) -> tuple[ReportEntry, ...]:
        """现有的全部报告。"""

    def report(self, name: str) -> Report:
        """一份报告。"""

    def facts(self, name: str) -> tuple[Fact, ...]:
        """一份报告里的数字。"""

    def files(self) -> tuple[FileEntry, ...]:
        """文件夹里的全部文件，没有读出的也在内。"""

    def generation(self) -> int:
        """索引的第几代。"""

    def snapshot(self) -> AbstractContextManager[None]:
        """其间看到的是同一代。"""

    def progress(self) -> str | None:
        """后台正在更新时说到哪儿了。"""

    def catching_up(self) -> bool:
        """刚开张、头一遍还没有跟上文件夹。"""

    def update(self, listen: Listener = ...) -> Outcome:
        """让索引跟上文件夹。"""


@dataclass(frozen=True, slots=True)
class Asked:
    """问过的一问：审计编号、问题、答复。"""

    number: int
    question: str
    reply: Reply


class Office:
    """答问台；各个方法都可以阻塞，在工作线程里调用。做不到的抛 `JihuatongError`，那句话原样给用户看。

    Args:
        library: 报告与索引。
        ledger: 台账。
        policy: 怎样对待没有登记的人。
        watch: 每答一问告知一次，做统计用。

    Attributes:
        classroom: 教室，测验都走那里。
    """

    def __init__(
        self, library: Library, ledger: Ledger, policy: Policy = Policy.OPEN, watch: Watch = lambda *_: None
    ) -> None:
        self.library = library
        self.ledger = ledger
        self.classroom = Classroom(library, ledger)
        self.policy = policy
        self._watch = watch
        self._numbers: tuple[int, tuple[Fact, ...]] = (-1, ())

    # 问答

    def meet(self, identity: Identity, name: str) -> Person:
        """来说话的是谁；没有登记的人照设置办。"""
        return meet(self.ledger, identity, name, self.policy)

    def ask(self, who: Who, text: str, earlier: tuple[str, ...] | None = None) -> Asked:
        """答一问，联系他在这里的上文，并记入审计；`earlier` 是通道自己带来的上文，不给则用台账里记着的。"""
        before = history(self.ledger, who, RECENT) if earlier is None else earlier
        number = asked(self.ledger, who, text, before)
        started = time.monotonic()
        try:
            with self.library.snapshot():  # 记下的那一代就是答它的那一代
                generation = self.library.generation()
                reply = self.library.reply(text, before)
        except Exception as error:  # 记下没答成，照样往外抛
            unanswered(self.ledger, number, _why(error), time.monotonic() - started)
            self._watch(who.place.channel, None, time.monotonic() - started)
            raise
        seconds = time.monotonic() - started
        with self.ledger.writing():
            answered(self.ledger, number, reply, generation, seconds)
            remember(self.ledger, who, text)
        self._watch(who.place.channel, reply, seconds)
        return Asked(number, text, reply)

    def recall(self, number: int) -> Asked:
        """按编号取回一问一答。

        Raises:
            AnswerMissing: 没有，或已过了保存期。
        """
        found = entry(self.ledger, number)
        if found.reply is None:
            raise AnswerMissing(number)
        return Asked(number, found.text, found.reply)

    def facts_about(self, words: str) -> tuple[Fact, ...]:
        """说到这个主题的数字；主题正是它的在前，新的在前。可以写上年度。"""
        return about(self.facts(), words)

    def elsewhere(self, known: Asked) -> tuple[Fact, ...]:
        """同一件事在别的年度、别的单位的数字，新的在前。"""
        if not known.reply.facts:
            return ()
        shown = known.reply.facts[0]
        said = {(fact.document, fact.quote) for fact in known.reply.facts}
        found = (
            fact
            for fact in self.facts()
            if fact.quantity.unit == shown.unit
            and set(fact.subject) == set(shown.subject)
            and (fact.document, fact.quote) not in said
        )
        return tuple(sorted(found, key=lambda fact: -(fact.year or 0)))

    def source(self, citation: Citation) -> tuple[Report, int] | None:
        """出处所在的报告，和引文现在的位置；报告改过、引文不在了，为 None。

        Raises:
            NoSuchReport: 报告已不在。
        """
        report = self.library.report(citation.document)
        if citation.span.of(report.text) == citation.quote:
            return report, citation.span.start
        at = report.text.find(citation.quote)
        return None if at < 0 else (report, at)

    def facts(self) -> tuple[Fact, ...]:
        """全部报告里的数字；一代只取一次。"""
        generation = self.library.generation()
        if self._numbers[0] != generation:
            reports = self.library.reports()
            self._numbers = (generation, tuple(fact for report in reports for fact in self.library.facts(report.name)))
        return self._numbers[1]

    # 报告

    def add_report(self, by: Who, upload: Upload) -> Added:
        """把一份报告存进文件夹，还没有读；接着用 `reindex`。一样的内容不存第二份。

        Raises:
            NotAllowed: 不是管理员。
            CannotChangeReports: 写不进。
        """
        require_by(self.ledger, by, Action.CHANGE_REPORTS)
        wanted = file_name(upload)
        twin = self._twin(upload.content)
        added = place_for(self.library.folder, wanted, upload.content) if twin is None else Added(twin, known=True)
        if not added.known:
            written(self.library.folder / added.name, upload.content)
            did(self.ledger, by, "添加报告", added.name)
        elif isinstance(upload.content, Path):
            upload.content.unlink(missing_ok=True)
        return added

    def _twin(self, content: bytes | Path) -> str | None:
        """文件夹里内容一样的一份，不论叫什么名字。"""
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        for file in self.library.files():
            path = self.library.folder / file.state.name
            if file.state.size == size and path.is_file() and same(path, content):
                return file.state.name
        return None

    def correct_report(self, by: Who, name: str, change: Correction) -> Correction:
        """更正一份报告的题名、单位、年度，还没有生效；接着用 `reindex`。全为 None 即撤去更正。

        Raises:
            NotAllowed: 不是管理员。
            NoSuchReport: 没有这份报告。
            BrokenCorrections: 更正的文件读不通，或写不进。
        """
        require_by(self.ledger, by, Action.CHANGE_REPORTS)
        self.library.report(name)
        kept = correct(self.library.folder, name, change)
        said = "，".join(str(value) for value in (change.title, change.issuer, change.year) if value is not None)
        did(self.ledger, by, "更正报告", f"{name}：{said or '撤去更正'}")
        return kept

    def remove_report(self, by: Who, name: str, listen: Listener = lambda _: None) -> str:
        """删去一份报告所在的文件，返回文件名；返回时任何答复里都不再有它。

        Raises:
            NotAllowed: 不是管理员。
            NoSuchReport: 没有这份报告。
            CannotChangeReports: 删不了。
        """
        require_by(self.ledger, by, Action.CHANGE_REPORTS)
        file = self.file_of(name)
        path = self.library.folder / file
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise CannotChangeReports(file, error.strerror or str(error)) from error
        did(self.ledger, by, "删除报告", file)
        self._update(listen)
        return file

    def file_of(self, name: str) -> str:
        """一份报告在哪个文件里；一个文件可以有几份。

        Raises:
            NoSuchReport: 没有这份报告。
        """
        for file in self.library.files():
            if name == file.state.name or re.fullmatch(re.escape(file.state.name) + r"#\d+", name):
                return file.state.name
        raise NoSuchReport(name)

    def reindex(self, by: Who, listen: Listener = lambda _: None) -> Outcome:
        """让索引跟上文件夹；后台正在做的，等它做完。

        Raises:
            NotAllowed: 不是管理员。
        """
        require_by(self.ledger, by, Action.REINDEX)
        did(self.ledger, by, "重建索引")
        return self._update(listen)

    def _update(self, listen: Listener) -> Outcome:
        deadline = time.monotonic() + WAIT_FOR_WRITER
        while True:
            try:
                return self.library.update(listen)
            except AnotherWriter:
                if time.monotonic() > deadline:
                    raise
                time.sleep(LOOK_AGAIN)

    # 管理员

    def admins(self, channel: str) -> tuple[Identity, ...]:
        """各位管理员在这个通道里的帐号。"""
        return self.accounts(channel, PersonRole.ADMIN)

    def accounts(self, channel: str, role: PersonRole) -> tuple[Identity, ...]:
        """这个角色的各人在这个通道里的帐号。"""
        return tuple(
            identity
            for person in people(self.ledger)
            if person.role is role and not person.blocked
            for identity in identities(self.ledger, person.id)
            if identity.channel == channel
        )


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, JihuatongError) else type(error).__name__
