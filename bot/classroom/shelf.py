"""题库：由现有的报告建起来，一代只建一次。"""

import threading
from typing import Protocol

from bot.quiz.library import Library, library
from bot.quiz.prove import Prover
from corpus.records import Report
from index.entries import ReportEntry
from index.errors import NoSuchReport
from index.records import Fact


class Reports(Protocol):
    """题库从哪里来；`bot.app.Application` 就是。"""

    def reports(self) -> tuple[ReportEntry, ...]:
        """现有的全部报告。"""

    def report(self, name: str) -> Report:
        """一份报告。"""

    def facts(self, name: str) -> tuple[Fact, ...]:
        """一份报告里的数字。"""

    def generation(self) -> int:
        """索引的第几代。"""


class Shelf:
    """题库，跟着索引换代。"""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._kept: Library | None = None
        self._turn = threading.Lock()

    def library(self) -> Library:
        """现在这一代的题库；建的当中又换了代，就重建。"""
        with self._turn:
            while self._kept is None or self._kept.generation != self._reports.generation():
                generation = self._reports.generation()
                try:
                    found = [self._reports.report(entry.name) for entry in self._reports.reports()]
                    self._kept = library(found, generation, lambda r: self._reports.facts(r.name))
                except NoSuchReport:  # 建的当中删去了一份，那是新的一代了
                    if generation == self._reports.generation():
                        raise
            return self._kept

    def prover(self) -> Prover:
        """用现在的报告证明题目。"""
        return Prover(self.library().world.reports.values())

    def read(self, name: str) -> Report | None:
        """按名字取现在的报告；没有为 None。"""
        try:
            return self._reports.report(name)
        except NoSuchReport:
            return None
