"""一问要在哪里找、分成几格：年度、性质、单位定下的条件。"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.candidates import role_of
from bot.finder import Wanted
from bot.frame import Frame, of_years
from bot.question import Question, role_in
from corpus.records import Role
from index.entries import ReportEntry

_FIVE = re.compile(r"十[一二三四五六]五(?![末规开收]|以来第)")
_SPAN = re.compile(r"[两三四五六七八九十]年(?:来|里|间|内|期间|以来|新|共|累计|总)|的[两三四五六七八九十]年")

_ONLY_YEARS = re.compile(r"(?:\d{4}年?|[、，,和与跟同及比至到较])+")
"""几个年度连着说（“2022年和2023年完成各多少”），性质在最后一个后面。"""
_OF_THE_LAST = re.compile(r"\d{4}年[、，,和与跟同及比至到较]\d{4}年(?:的)?(?:计划|目标|完成|实际)")
"""“2023年和2024年计划的”：也许只说后一年。"""


def wanted(question: Question, found: Frame, entries: Sequence[ReportEntry]) -> Wanted:
    """候选必须满足的条件；写明年度的，先看哪些报告说到这些年度。"""
    reports = found.reports
    relative = question.relative if not question.years else None
    if question.years:
        dated = of_years(entries, question.years)
        reports = dated if reports is None else reports & dated
        if not reports:
            reports = found.reports
    return Wanted(
        reports=reports,
        years=question.years,
        role=role_of(question),
        strangers=found.strangers,
        cumulative=question.cumulative,
        relative=relative,
        span=question.cumulative and bool(_SPAN.search(question.text)),
        five=_five(question),
    )


def _five(question: Question) -> str:
    """问的是哪个五年规划期；写明了年度的不算。"""
    m = _FIVE.search(question.text)
    return m[0] if m and not question.years else ""


def cells(question: Question, found: Frame) -> list[tuple[Frame, Question]]:
    """对比题的各格：几年、几家，或计划与完成。"""
    if len(question.years) > 1:
        return [(found, _in_year(question, y)) for y in question.years]
    if len(found.matched) > 1:
        return [(found.only(n), replace(question, asks=())) for n in found.matched]
    if question.both:
        return [(found, replace(question, role=role, strict=True, asks=())) for role in (Role.PLAN, Role.RESULT)]
    return [(found, question)]


def _in_year(question: Question, year: int) -> Question:
    """对比题里只问这一年；性质只看紧跟这个年度的几个字（“2023年多少，2024年要到多少”）。"""
    starts = sorted((question.text.find(str(y)), y) for y in question.years)
    at = next((i for i, y in starts if y == year), -1)
    if at < 0 or any(i < 0 for i, _ in starts):
        return replace(question, years=(year,), asks=())
    ends = sorted([*(i for i, _ in starts if i > at), len(question.text)])
    own = (question.text[at:end] for end in ends)
    said = next((said for said in own if not _ONLY_YEARS.fullmatch(said)), question.text[at:])
    role, strict = role_in(said)
    strict &= year == question.years[-1] or not _OF_THE_LAST.search(said)
    return replace(question, years=(year,), role=role, strict=strict and question.strict, asks=())
