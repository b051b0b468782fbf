"""可以怎样问：从现有报告的数字里编出几个答得出的问题。"""

import re
from collections.abc import Callable, Iterable, Iterator

from bot.answer import Reply, Status
from bot.wording import ROLE_WORDS
from corpus.records import Role
from index.entries import ReportEntry
from index.records import Fact, Measure
from index.store import Store

ENOUGH = 4
_LOOKED_AT = 12
_TRIES = 4
_SUBJECT = re.compile(r"[\u4e00-\u9fff]{4,12}")
_UNIT = re.compile(r"[\u4e00-\u9fff]{1,4}")


def examples(store: Store, answer: Callable[[str], Reply]) -> tuple[str, ...]:
    """至多 `ENOUGH` 个问题，尽量各出自不同的单位；每个都试答过。"""
    reports = store.reports()
    named = len({entry.issuer for entry in reports}) > 1
    found: list[str] = []
    for entry in _spread(reports):
        good = (
            question
            for question, fact in _questions(entry, store.facts_of_report(entry.name), named=named)
            if _is_answered(answer(question), fact)
        )
        found.extend(question for question in [next(good, None)] if question is not None and question not in found)
        if len(found) == ENOUGH:
            break
    return tuple(found)


def _spread(reports: Iterable[ReportEntry]) -> list[ReportEntry]:
    """单位不重复的排在前面，新的在前；只看前若干份。"""
    newest = sorted(reports, key=lambda entry: max(entry.periods, default=0), reverse=True)
    seen: set[str | None] = set()
    first: list[ReportEntry] = []
    rest: list[ReportEntry] = []
    for entry in newest:
        (rest if entry.issuer in seen else first).append(entry)
        seen.add(entry.issuer)
    return (first + rest)[:_LOOKED_AT]


def _questions(entry: ReportEntry, facts: Iterable[Fact], *, named: bool) -> Iterator[tuple[str, Fact]]:
    """由一份报告的数字编出的问题，说得清楚的才要，至多试几个。"""
    where = max(entry.localities, key=len, default="") if named else ""
    clear = (fact for fact in facts if _is_clear(fact))
    for fact, _ in zip(clear, range(_TRIES), strict=False):
        role = ROLE_WORDS[fact.role] if fact.role in (Role.PLAN, Role.RESULT) else ""
        yield f"{fact.year}年{where}{fact.subject}{role}多少{fact.quantity.unit}", fact


def _is_clear(fact: Fact) -> bool:
    """主题是几个汉字，单位也是，年度、性质都写明，没有隐去。"""
    return (
        fact.year is not None
        and fact.role in (Role.PLAN, Role.RESULT)
        and fact.quantity.measure is Measure.AMOUNT
        and fact.quantity.value is not None
        and _SUBJECT.fullmatch(fact.subject) is not None
        and not re.search("完成|计划", fact.subject)
        and _UNIT.fullmatch(fact.quantity.unit) is not None
    )


def _is_answered(reply: Reply, fact: Fact) -> bool:
    """答的正是这个数字。"""
    return reply.status is Status.ANSWERED and bool(reply.facts) and reply.facts[0].quote == fact.quote
