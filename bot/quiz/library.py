"""题库的来源：已入库报告的全部考点，供出题与证明。"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.quiz.claims import Claim, claims, label, likeness, same_figure, same_label
from corpus.records import Report, Role
from index.facts import extract
from index.records import Fact, Measure

RELATED = 0.3
"""说的可能是一回事。"""
ALIKE = 0.6
"""说的多半是一回事。"""


@dataclass(frozen=True, slots=True)
class Scope:
    """从哪里出题：哪些节（连同其下的）、说到哪几个词之一的；空的不限。"""

    sections: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def covers(self, path: str, text: str) -> bool:
        """这一处在不在范围之内；`path` 是以“ › ”连起来的。"""
        inside = not self.sections or any(path == s or path.startswith(f"{s} › ") for s in self.sections)
        return inside and (not self.words or any(w in path or w in text for w in self.words))


@dataclass(frozen=True, eq=False)
class Library:
    """选定的报告与考点。

    `pool` 是全部报告里可以考的，错误选项从中取；`world` 是全部报告的全部考点，用来排除第二个也对的答案。
    """

    generation: int
    reports: tuple[Report, ...]
    claims: tuple[Claim, ...]
    pool: tuple[Claim, ...]
    world: "World"
    scope: Scope = Scope()

    @cached_property
    def sure(self) -> tuple[Claim, ...]:
        """可以考的。"""
        return tuple(c for c in self.claims if c.sure)


class World:
    """全部考点，按称呼查。"""

    def __init__(self, found: Iterable[Claim]) -> None:
        self.claims = tuple(found)
        self.reports = {c.report.name: c.report for c in self.claims}
        self._by_label: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            self._by_label[claim.label].append(claim)
        self._near: dict[str, tuple[Claim, ...]] = {}
        self._within: dict[tuple[str, int | None, Role | None], tuple[Claim, ...]] = {}

    @property
    def labels(self) -> tuple[str, ...]:
        """全部称呼。"""
        return tuple(self._by_label)

    def of(self, named: str) -> tuple[Claim, ...]:
        """这一家的全部考点，连同疑似同一家的。"""
        if named not in self._near:
            self._near[named] = tuple(
                c for other, found in self._by_label.items() if same_label(named, other) for c in found
            )
        return self._near[named]

    def within(self, named: str, year: int | None, role: Role | None) -> tuple[Claim, ...]:
        """可能属于这一家、这一年、这一性质的；年度、性质不明的也算。"""
        asked = (named, year, role)
        if asked not in self._within:
            self._within[asked] = tuple(
                c
                for c in self.of(named)
                if (year is None or c.fact.year in (year, None)) and (role is None or c.fact.role in (role, None))
            )
        return self._within[asked]

    def is_unique(self, claim: Claim) -> bool:
        """这个空只有一个答案：同一家、同一年、同一性质，说同一件事的数都相等。"""
        return not any(
            other.topic == claim.topic or likeness(other.topic, claim.topic) >= ALIKE
            for other in self.within(claim.label, claim.fact.year, claim.fact.role)
            if other.fact.span != claim.fact.span or other.report.name != claim.report.name
            if (other.quantity.measure is Measure.DATE) == (claim.quantity.measure is Measure.DATE)
            if not same_figure(other.quantity, claim.quantity)
            if other.quantity.unit == claim.quantity.unit or other.quantity.blanked
        )

    def could_be_true(self, claim: Claim, wrong: Claim) -> bool:
        """把 `wrong` 的数填进 `claim` 的空，会不会也对。"""
        return same_figure(claim.quantity, wrong.quantity) or any(
            same_figure(other.quantity, wrong.quantity) and likeness(other.topic, claim.topic) >= RELATED
            for other in self.within(claim.label, claim.fact.year, claim.fact.role)
        )

    def holds_figure(self, named: str, year: int | None, role: Role | None, claim: Claim) -> bool:
        """这一家这一年这一性质里，有没有与 `claim` 相等的数（不论说的是什么）。"""
        return any(same_figure(other.quantity, claim.quantity) for other in self.within(named, year, role))


def library(
    reports: Sequence[Report],
    generation: int,
    facts: Callable[[Report], Sequence[Fact]] = extract,
    chosen: Callable[[Report], bool] = lambda _: True,
) -> Library:
    """由报告与数字事实建起题库。

    Args:
        reports: 全部已入库的报告。
        generation: 索引的代次。
        facts: 取一份报告的数字事实；默认从原文重新取。
        chosen: 从哪些报告出题。
    """
    found = [claim for report in reports for claim in claims(report, facts(report))]
    nameable = {r.name for r in reports if _sole_name(r, reports)}
    picked = tuple(r for r in reports if chosen(r) and r.name in nameable)
    names = {r.name for r in picked}
    return Library(
        generation,
        picked,
        tuple(c for c in found if c.report.name in names),
        tuple(c for c in found if c.sure and c.report.name in nameable),
        World(found),
    )


def _sole_name(report: Report, reports: Sequence[Report]) -> bool:
    """没有写明单位的报告，题名要独一无二才说得清是哪份。"""
    return report.issuer is not None or sum(label(r) == label(report) for r in reports) == 1
