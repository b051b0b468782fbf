"""测验用的报告文件夹：四份小报告，可以改。"""

from dataclasses import dataclass, field

from corpus.records import Report
from index.entries import ReportEntry
from index.errors import NoSuchReport
from index.facts import extract
from index.records import Fact
from tests.bot.quiz.samples import report, reports


@dataclass
class Folder:
    """一个可以改的报告文件夹，每改一次是新的一代。"""

    held: dict[str, Report] = field(default_factory=lambda: {r.name: r for r in reports()})
    number: int = 1

    def change(self, text: str, name: str) -> None:
        """换掉一份。"""
        self.held[name] = report(text, name)
        self.number += 1

    def reports(self) -> tuple[ReportEntry, ...]:
        """全部报告。"""
        return tuple(_entry(r, at) for at, r in enumerate(self.held.values()))

    def report(self, name: str) -> Report:
        """一份报告。"""
        if name not in self.held:
            raise NoSuchReport(name)
        return self.held[name]

    def facts(self, name: str) -> tuple[Fact, ...]:
        """一份报告里的数字。"""
        return extract(self.report(name))

    def generation(self) -> int:
        """第几代。"""
        return self.number


def _entry(one: Report, number: int) -> ReportEntry:
    return ReportEntry(
        id=number, name=one.name, title=one.title, title_inferred=False, issuer=one.issuer, issuer_inferred=False,
        localities=(), dated=None, document_number=None, speaks_from=None, periods=(), passages=1, facts=1, problems=(),
    )  # fmt: skip


class Kept:
    """别的替身混入它，报告就是测验用的四份。"""

    held: Folder

    def reports(self) -> tuple[ReportEntry, ...]:
        """全部报告。"""
        return self.held.reports()

    def report(self, name: str) -> Report:
        """一份报告。"""
        return self.held.report(name)

    def facts(self, name: str) -> tuple[Fact, ...]:
        """一份报告里的数字。"""
        return self.held.facts(name)

    def generation(self) -> int:
        """第几代。"""
        return self.held.generation()
