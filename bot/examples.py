"""可以怎样问、接着问什么：从现有报告的数字里编出几个答得出的问题。"""

import re
from collections.abc import Callable, Iterable, Iterator

from bot.answer import FactShown, Reply, Status
from bot.wording import ROLE_WORDS
from corpus.records import Role
from index.entries import ReportEntry
from index.records import Fact, Measure
from index.store import Store

ENOUGH = 4
FOLLOWING = 3
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


def follow_ups(store: Store, reply: Reply, answer: Callable[[str], Reply]) -> tuple[str, ...]:
    """看了这份答复还可以问什么：反问时是几个选择，答出时是同一家别的年度和同一节别的数字。"""
    if reply.suggestions or not reply.facts:
        return reply.suggestions
    choices = reply.facts if reply.status is Status.AMBIGUOUS else reply.facts[:1]
    shown = [fact for choice in choices for fact in store.facts_of_report(choice.document) if _is_shown(fact, choice)]
    if reply.status is Status.AMBIGUOUS:
        return tuple(dict.fromkeys(_question(fact, fact.issuer or "") for fact in shown if fact.year is not None))
    near = (fact for fact in _nearby(store, shown[0], reply) if _is_clear(fact)) if shown else ()
    names = {entry.name: _name(entry) for entry in store.reports()}
    found: list[str] = []
    for fact, _ in zip(near, range(_LOOKED_AT), strict=False):
        question = _question(fact, names[fact.document])
        if question not in found and _is_answered(answer(question), fact):
            found.append(question)
        if len(found) == FOLLOWING:
            break
    return tuple(found)


def _nearby(store: Store, fact: Fact, reply: Reply) -> Iterator[Fact]:
    """同一家别的年度、别的性质的同一件事，然后是同一节里别的数字。"""
    siblings = [entry for entry in store.reports() if entry.issuer == fact.issuer][:_LOOKED_AT]
    for entry in siblings:
        for other in store.facts_of_report(entry.name):
            alike = other.quantity.unit == fact.quantity.unit and set(other.subject) == set(fact.subject)
            if alike and (other.year, other.role) != (fact.year, fact.role):
                yield other
    said = {shown.subject for shown in reply.facts}
    for other in store.facts_of_report(fact.document):
        if other.section == fact.section and other.subject not in said:
            yield other


def _is_shown(fact: Fact, shown: FactShown) -> bool:
    """索引里的这个数字，就是答复里说的那一个。"""
    same = (fact.quote, fact.subject, fact.year, fact.role) == (shown.quote, shown.subject, shown.year, shown.role)
    return same and fact.quantity.unit == shown.unit


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
    where = _name(entry) if named else ""
    clear = (fact for fact in facts if _is_clear(fact))
    for fact, _ in zip(clear, range(_TRIES), strict=False):
        yield _question(fact, where), fact


def _name(entry: ReportEntry) -> str:
    """平时怎样称呼这家单位。"""
    return max(entry.localities, key=len, default=entry.issuer or "")


def _question(fact: Fact, where: str) -> str:
    role = ROLE_WORDS[fact.role] if fact.role in (Role.PLAN, Role.RESULT) else ""
    return f"{fact.year}年{where}{fact.subject}{role}多少{fact.quantity.unit}"


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
