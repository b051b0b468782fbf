"""一节里先后说某一年和整个五年的、先总结后打算的，各段说的是什么。"""

import re
from functools import lru_cache

from corpus.records import Report, Role
from corpus.years import Kind, mentions

_MIXED_LIMIT = 40
_OPENING = re.compile(r"[^。！？；\n]{0,80}")
_CLOSING = re.compile(r"^[”\"]?(?:规划|时期)?的?(?:圆满|顺利|胜利)?(?:收官|收尾|开局|起步|最后|末)")
_AHEAD = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]+[）)、]|\d+[.、])?\s*(?:下半年|下一?步|下一?阶段|接下来|明年|来年|今后|(?:20\d{2}年[，,]?)(?:我们|本?中心|全局|我局|支队)?[，,]?将)"
)
_NEXT_STEPS = re.compile(
    r"(?:下一?步|下一?阶段|下半年|明年|来年)(?:工作)?(?:主要|重点)?(?:工作)?(?:打算|计划|安排|思路|措施|重点|工作)?(?:是|为)?(?:[：:]|$|[，,](?:我[们局]|本?中心|支队|集团|将|要|重点|拟))"
)
_BOTH_ROLES = re.compile(r"总结.*(?:计划|打算|安排|思路|谋划|部署|要点)|(?:回顾|小结).*(?:计划|打算|安排)")
_PERIODS = frozenset({Kind.FIVE, Kind.SPAN})


@lru_cache(maxsize=4096)
def mixed_year(heading: str) -> int | None:
    """“2025年和‘十四五’时期工作回顾”里的那一年；标题不是这样兼说两段时间的为 None。"""
    found = mentions(heading[:_MIXED_LIMIT])
    years = [item.years[0] for item in found if item.kind is Kind.EXPLICIT and len(item.years) == 1]
    spans = any(item.kind in _PERIODS for item in found)
    return years[0] if spans and len(years) == 1 else None


def paragraph_years(report: Report) -> tuple[int | None, ...]:
    """各自然段没有自己写明年度时说的是哪一年：本节的；兼说两段时间的一节里，看最近一段的开头说到了哪一段。"""
    years: list[int | None] = []
    whose, now = -1, None
    for paragraph in report.paragraphs:
        section = report.sections[paragraph.section]
        mixed = _mixed_above(report, paragraph.section) if section.year is None else None
        if mixed is None:
            years.append(section.year)
            continue
        if mixed != whose:
            whose, now = mixed, None
        now = _turn(paragraph.span.of(report.text), mixed_year(report.sections[mixed].heading), now)
        years.append(now)
    return tuple(years)


def paragraph_roles(report: Report) -> tuple[Role | None, ...]:
    """各自然段的性质：本节的；通篇没有标题的“总结及打算”，说到下一步之前是结果，之后是打算。"""
    roles = _with_next_steps(report)
    if len(report.sections) > 1 or not _BOTH_ROLES.search(report.title):
        return tuple(roles)
    turn = next((i for i, p in enumerate(report.paragraphs) if _AHEAD.match(p.span.of(report.text))), len(roles))
    return tuple([Role.RESULT] * turn + [Role.PLAN] * (len(roles) - turn))


def _with_next_steps(report: Report) -> list[Role | None]:
    """总结的一节末尾“下一步打算：……”起，到这一节完，是打算。"""
    roles: list[Role | None] = []
    turned = -1
    for paragraph in report.paragraphs:
        role = report.sections[paragraph.section].role
        if role is Role.RESULT and _NEXT_STEPS.match(paragraph.span.of(report.text)):
            turned = paragraph.section
        roles.append(Role.PLAN if paragraph.section == turned else role)
    return roles


def _mixed_above(report: Report, section: int) -> int | None:
    """这一节或它的上级里，标题兼说两段时间的那一节。"""
    at: int | None = section
    while at:
        if mixed_year(report.sections[at].heading) is not None:
            return at
        at = report.sections[at].parent
    return None


def _turn(text: str, year: int | None, now: int | None) -> int | None:
    """一段的开头转到了哪一段时间；没有说就接着前面的。"""
    opening = _OPENING.match(text)
    found = mentions(opening[0]) if opening else ()
    if any(item.kind in _PERIODS and not _CLOSING.match(text[item.span.end :]) for item in found):
        return None
    turned = any(item.kind is Kind.PAST or item.years == (year,) for item in found)
    return year if turned else now
