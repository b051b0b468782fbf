"""数字事实：报告里每个数字的主题、年度、性质、单位与原句。"""

import re

from corpus.periods import role_at, year_at
from corpus.records import Paragraph, Report, Role, Section, Span, section_path
from index.clauses import Scope, scopes
from index.quantities import quantities
from index.records import Fact, Measure
from index.sentences import sentences
from index.subjects import lead_verb, subject

_LONGEST_QUOTE = 200


def extract(report: Report) -> tuple[Fact, ...]:
    """取出一份报告的全部数字事实，按原文先后。

    Returns:
        每个数字一条；标题里的数字不取，“由甲提高到乙”的旧值不带年度与性质。
    """
    return tuple(
        fact
        for paragraph in report.paragraphs
        for sentence in sentences(paragraph.span.of(report.text))
        for fact in _of_sentence(report, paragraph, sentence)
    )


def _of_sentence(report: Report, paragraph: Paragraph, within: Span) -> list[Fact]:
    start = paragraph.span.start + within.start
    text = report.text[start : paragraph.span.start + within.end]
    found = scopes(text, quantities(text))
    before = report.text[paragraph.span.start : start]
    facts: list[Fact] = []
    previous = ""
    verb = ""
    for scope in found:
        verb = lead_verb(text, scope) or verb
        named = subject(text, scope, previous, verb)
        facts.append(_fact(report, paragraph, start, text, scope, named, verb, before))
        previous = named
    return facts


def _fact(  # noqa: PLR0913 - 一个事实的八个来处
    report: Report, paragraph: Paragraph, start: int, text: str, scope: Scope, named: str, verb: str, before: str
) -> Fact:
    section = report.sections[paragraph.section]
    year, role = (None, None) if scope.replaced else _when(report, section, text, scope, before)
    quote = quote_span(text, scope)
    return Fact(
        document=report.name,
        issuer=report.issuer,
        section=section_path(report, paragraph.section),
        subject=f"{named}（原值）" if scope.replaced else named,
        quantity=scope.quantity,
        year=year,
        role=role,
        span=_shift(scope.quantity.span, start),
        scope=Span(start + scope.before.start, start + scope.after.end),
        lead=verb,
        quote=quote.of(text),
        quote_span=_shift(quote, start),
    )


def _when(report: Report, section: Section, text: str, scope: Scope, before: str) -> tuple[int | None, Role | None]:
    """这个数字所属的年度与性质，只看它所在的分号段和段首；期限（2023年6月底前）自带的年度归它自己。"""
    quantity = scope.quantity
    start = scope.segment.start
    at = (quantity.span.end if quantity.measure is Measure.DATE else quantity.span.start) - start
    piece, lead = text[start : max(scope.after.end, start + at)], before + text[:start]
    role = role_at(piece, at, section, report, lead)
    return year_at(piece, at, section, report, lead), None if role is Role.SITUATION else role


def quote_span(text: str, scope: Scope) -> Span:
    """引文的区间：整句；句子太长时取所在的分号段，再长则取数字前后的分句。"""
    whole = _trim(text, Span(0, len(text)))
    if whole.end - whole.start <= _LONGEST_QUOTE:
        return whole
    segment = _trim(text, scope.segment)
    if segment.end - segment.start <= _LONGEST_QUOTE:
        return segment
    edges = [segment.start, *(m.end() for m in re.finditer("[，：]", text) if segment.start < m.end() < segment.end)]
    room = _LONGEST_QUOTE - (scope.after.end - scope.before.start)
    start = max((e for e in edges if e <= scope.before.start - max(room, 0) // 2), default=segment.start)
    stop = min((e for e in [*edges, segment.end] if e >= min(scope.after.end, segment.end)), default=segment.end)
    return _trim(text, Span(start, stop))


def _trim(text: str, span: Span) -> Span:
    piece = span.of(text)
    left = len(piece) - len(piece.lstrip())
    return Span(span.start + left, span.start + left + len(piece.strip()))


def _shift(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def facts_at(report: Report, within: Span) -> tuple[Fact, ...]:
    """重新取出落在报告这一段里的数字事实，供核对。"""
    return tuple(
        fact
        for paragraph in report.paragraphs
        if paragraph.span.start < within.end and within.start < paragraph.span.end
        for sentence in sentences(paragraph.span.of(report.text))
        if paragraph.span.start + sentence.start < within.end and within.start < paragraph.span.start + sentence.end
        for fact in _of_sentence(report, paragraph, sentence)
        if within.start <= fact.span.start and fact.span.end <= within.end
    )
