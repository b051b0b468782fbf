"""问数字：取哪个数，几个数并列时怎么说。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.answer import Cell, Citation, FactShown, Reply, Status, Table
from bot.candidates import FactCandidate
from bot.wording import NOT_MENTIONED, REDACTED, ROLE_WORDS, UNKNOWN_ISSUER, caption, spoken, value_text
from corpus.records import Report, Role, Span, page_at
from index.matching import plain
from index.quantities import base_amount, dimension, same_amount
from index.records import Fact, Measure, Quantity

ENOUGH = 0.5
ENOUGH_WITHOUT_HEAD = 0.62
MARGIN = 0.1
OTHER_ROLE = 0.22
_AKIN = 0.12
_ELSEWHERE = 0.15
_MOST_LISTED = 6
_QUOTED = 160


@dataclass(frozen=True, slots=True)
class Key:
    """一个数字的身份：哪家、哪年、计划还是完成。"""

    holder: str
    year: int | None
    role: Role | None


def key_of(fact: Fact) -> Key:
    """数字的身份；没写明单位的以文件代之。"""
    return Key(fact.issuer or fact.document, fact.year, fact.role)


def leaders(
    ranked: Sequence[FactCandidate],
    prefer: Role | None = None,
    margin: float = MARGIN,
    yields: float = OTHER_ROLE,
) -> list[FactCandidate]:
    """够分的候选里，与第一名不相上下、身份各不相同的几个，每个身份取最好的一个。

    Args:
        ranked: 高分在前的候选。
        prefer: 问法倾向的性质；够分而相差不大时只留它。没有倾向而第一名是计划的，同一件事的结果排在它前面。
        margin: 相差多少以内算不相上下。
        yields: 合倾向的比不合的差多少以内仍取它。
    """
    good = [c for c in ranked if enough(c)]
    if not good:
        return []
    if prefer is None and good[0].fact.role is Role.PLAN:
        done = next((c for c in good if _same_matter(c.fact, good[0].fact)), None)
        slack = 0.0 if done is None or done.fact.year == good[0].fact.year else _AKIN
        if done is not None and done.score >= good[0].score - OTHER_ROLE - slack:
            return [done, good[0]]
    wished = [c for c in good if c.fact.role is prefer]
    if prefer is not None and wished and wished[0].score >= good[0].score - yields:
        good = wished
    best = good[0].score
    close = [c for c in good if _rivals(c, good[0], best - margin) and (c.head or not good[0].head)]
    found: dict[Key, FactCandidate] = {}
    for candidate in close:
        found.setdefault(key_of(candidate.fact), candidate)
    return list(found.values())


def _rivals(candidate: FactCandidate, best: FactCandidate, floor: float) -> bool:
    """与第一名不相上下：总分相近；或是同样的计量单位、说得同样合题，只是另一年或另一家的。"""
    if candidate.score >= floor:
        return True
    one, other = candidate.fact, best.fact
    measured = dimension(one.quantity.unit) == dimension(other.quantity.unit)
    kin = measured and (one.issuer, one.year) != (other.issuer, other.year)
    slack = _AKIN / 2 if one.issuer == other.issuer else _ELSEWHERE
    return kin and candidate.covered >= best.covered - _AKIN and candidate.score >= floor - slack


def enough(candidate: FactCandidate) -> bool:
    """分数够不够作答；没有说到被问的东西的，要求高些。"""
    return candidate.covered >= (ENOUGH if candidate.head else ENOUGH_WITHOUT_HEAD)


def _same_matter(one: Fact, plan: Fact) -> bool:
    """同一家同一年、单位相同的完成数，或上一年同一主题的，与这个计划数说的多半是同一件事。"""
    same = (one.issuer, one.quantity.unit) == (plan.issuer, plan.quantity.unit) and one.role is Role.RESULT
    if not same or one.year is None or plan.year is None:
        return False
    if one.year == plan.year:
        return True
    left, right = plain(one.subject), plain(plan.subject)
    return one.year == plan.year - 1 and (left in right or right in left)


def shown(fact: Fact) -> FactShown:
    """一条事实给人看的样子。"""
    quantity = fact.quantity
    return FactShown(
        subject=fact.subject,
        value=value_text(quantity) or None,
        unit=quantity.unit,
        year=fact.year,
        role=fact.role,
        issuer=fact.issuer,
        document=fact.document,
        section=" › ".join(fact.section),
        quote=fact.quote,
    )


def cited(fact: Fact, report: Report) -> Citation:
    """一条事实的出处，数字加亮。"""
    page = page_at(report, fact.span.start)
    start = fact.span.start - fact.quote_span.start
    return Citation(
        document=fact.document,
        title=report.title,
        issuer=fact.issuer,
        section=" › ".join(fact.section),
        quote=fact.quote,
        span=fact.quote_span,
        page=page,
        marks=(Span(start, start + fact.span.end - fact.span.start),),
        recognised=page in report.recognised,
    )


def single(fact: Fact, citation: Citation) -> Reply:
    """一个数字的答复。"""
    said = caption(fact.year, fact.role, fact.issuer or UNKNOWN_ISSUER)
    if fact.quantity.blanked:
        text = f"{fact.subject}：{REDACTED}，报告写作“{fact.quantity.raw}”（{said}）"
        return Reply(Status.REDACTED, text, REDACTED, said.replace("，", " · "), (shown(fact),), (citation,))
    headline = spoken(fact.quantity)
    facts = (shown(fact),) if fact.quantity.measure is not Measure.DATE else ()
    text = f"{headline}（{said}）" if facts else f"{headline}（{fact.subject}；{said}）"
    return Reply(Status.ANSWERED, text, headline, said.replace("，", " · "), facts, (citation,))


_IN_UNITS = re.compile(
    r"(?:折?合|换算成?|折成|折算成?|等于|相当于)(?:是|为|约|成)?(?:多少|几)(?P<unit>(?:万亿|亿|万)?(?:美?元|吨|平方米|公里|千米|公顷|亩|米))"
    r"|(?:多少|几)(?P<money>(?:亿|万)美?元)"
)


def converted(reply: Reply, question: str) -> Reply:
    """问“合多少万元”而原文写的是亿元：照原文说，再说合多少。"""
    m = _IN_UNITS.search(question)
    fact = reply.facts[0] if m and reply.status is Status.ANSWERED and len(reply.facts) == 1 else None
    unit = (m["unit"] or m["money"]) if m else ""
    if fact is None or fact.value is None or unit == fact.unit or reply.table:
        return reply
    own, wanted = (
        base_amount(Quantity("", Decimal(value), unit, Span(0, 0)))
        for value, unit in ((fact.value, fact.unit), ("1", unit))
    )
    if own is None or wanted is None or own[1] != wanted[1] or (own[0] * 10**6) % wanted[0]:
        return reply
    said = f"{reply.headline}，合 {format((own[0] / wanted[0]).normalize(), 'f')}{unit}"
    return replace(reply, text=reply.text.replace(reply.headline, said, 1))


def told(facts: Sequence[Fact], citations: Sequence[Citation]) -> Reply:
    """说到这个数的各条，连同原句。"""
    if len({f.quote_span for f in facts}) > 1:
        return several(facts, citations, asked=True)
    fact = facts[0]
    text = f"{_line(fact)}\n“{fact.quote}”" if len(fact.quote) <= _QUOTED else _line(fact)
    said = caption(fact.year, fact.role, fact.issuer or UNKNOWN_ISSUER).replace("，", " · ")
    return Reply(Status.ANSWERED, text, spoken(fact.quantity), said, (shown(fact),), tuple(citations[:1]))


def several(facts: Sequence[Fact], citations: Sequence[Citation], *, asked: bool) -> Reply:
    """几个数字并列：问题就是要几个（`asked`）时是答复，否则是反问。

    同一单位同一年的计划与完成，完成在前；都隐去时说隐去。
    """
    ordered = facts[:_MOST_LISTED]
    lines = [_line(f) for f in ordered]
    blanked = all(f.quantity.blanked for f in ordered)
    status = Status.ANSWERED if asked else Status.AMBIGUOUS
    if blanked and asked:
        status = Status.REDACTED
    lead = "" if asked else "报告里说法不同，请看您要的是："
    text = "\n".join(([lead] if lead else []) + lines)
    return Reply(
        status,
        text,
        facts=tuple(shown(f) for f in ordered if f.quantity.measure is not Measure.DATE),
        citations=tuple(citations[: len(ordered)]),
        headline="；".join(spoken(f.quantity) for f in ordered) if asked else "",
    )


def _line(fact: Fact) -> str:
    said = caption(fact.year, fact.role, fact.issuer or UNKNOWN_ISSUER)
    return f"{fact.subject}：{spoken(fact.quantity)}（{said}）"


def together(facts: Sequence[Fact], citations: Sequence[Citation]) -> Reply:
    """同一句里的几个数（“几轮多少次”）合成一条答复。"""
    said = caption(facts[0].year, facts[0].role, facts[0].issuer or UNKNOWN_ISSUER)
    blanked = all(f.quantity.blanked for f in facts)
    headline = REDACTED if blanked else "、".join(spoken(f.quantity) for f in facts)
    detail = "；".join(f"{f.subject} {spoken(f.quantity)}" for f in facts)
    unique = tuple({(c.document, c.span): c for c in citations}.values())
    return Reply(
        Status.REDACTED if blanked else Status.ANSWERED,
        f"{detail}（{said}）",
        headline,
        said.replace("，", " · "),
        tuple(shown(f) for f in facts),
        unique,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """对比表的一行要的是什么；没有找到时 `fact` 为 None。"""

    label: str
    fact: Fact | None


def compared(asked: Sequence[Asked], citations: Sequence[Citation | None], subject: str) -> Reply:
    """几年、几家或计划与完成的对比：逐格有出处，没有的标“未提及”，不替报告算差额。"""
    kept = [c for c in citations if c is not None]
    rows = []
    lines = []
    for want, citation in zip(asked, citations, strict=True):
        text = NOT_MENTIONED if want.fact is None else spoken(want.fact.quantity)
        where = kept.index(citation) if citation is not None else None
        rows.append((want.label, (Cell(text, where),)))
        lines.append(f"{want.label}：{text}")
    facts = [w.fact for w in asked if w.fact is not None]
    blanked = all(f.quantity.blanked for f in facts)
    return Reply(
        Status.REDACTED if blanked else Status.ANSWERED,
        "\n".join(lines),
        facts=tuple(shown(f) for f in facts),
        citations=tuple(kept),
        table=Table((subject,), tuple(rows)),
    )


def label(year: int | None, role: Role | None, issuer: str | None) -> str:
    """对比表的行名。"""
    return " ".join(p for p in (issuer or "", f"{year}年" if year else "", ROLE_WORDS[role]) if p)


_SHIFT = re.compile(r"[到至为][^，。；]{0,10}$")


def shifted(fact: Fact, ranked: Sequence[FactCandidate]) -> list[Fact] | None:
    """与这个数同在一句“由甲到乙”里的另一个数，旧数在前；没有则为 None。"""
    for other in (c.fact for c in ranked if c.fact is not fact and c.fact.quote_span == fact.quote_span):
        old, new = sorted((fact, other), key=lambda f: f.span.start)
        if other.document != fact.document or old.quantity.unit != new.quantity.unit:
            continue
        base = fact.quote_span.start
        if _SHIFT.search(fact.quote[old.span.end - base : new.span.start - base]):
            return [old, new]
    return None


def done_instead(agreed: FactCandidate, ranked: Sequence[FactCandidate]) -> Fact | None:
    """用户说的是计划数，而同一件事另有完成数：那个完成数。"""
    plan = agreed.fact
    if plan.role is not Role.PLAN:
        return None
    key = (plan.issuer, plan.year, plan.quantity.unit)
    near = (
        c.fact
        for c in ranked
        if enough(c) and c.fact.role is Role.RESULT and (c.fact.issuer, c.fact.year, c.fact.quantity.unit) == key
    )
    return next((f for f in near if not same_amount(f.quantity, plan.quantity)), None)
