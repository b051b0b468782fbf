"""年度与性质：一句话、句中一个数字说的是哪一年，是完成还是计划。"""

import re
from collections.abc import Sequence

from corpus.periods import LEAD_IN, Frame, frame_from, leading_mention, resolve
from corpus.records import Report, Role, Section
from corpus.roles import is_done, is_planned, looks_back, text_role, title_role
from corpus.years import Kind, Mention, mentions

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")
_IN_FIVE = re.compile(r"[”\"]?(?:期间?|时期|以来)[，,：:]?")


def sentence_year(sentence: str, section: Section, report: Report, lead: str = "") -> int | None:
    """一句话说的是哪一年。

    Args:
        sentence: 一句。
        section: 它所在的节。
        report: 报告。
        lead: 同一自然段里这句之前的文字；段首“2022年，……”管着后面的句子。
    """
    return year_at(sentence, len(sentence), section, report, lead, first=True)


def year_at(  # noqa: PLR0913
    sentence: str,
    offset: int,
    section: Section,
    report: Report,
    lead: str = "",
    *,
    first: bool = False,
    frame: Frame | None = None,
) -> int | None:
    """句中第 `offset` 个字符处说的是哪一年：前面最近的年度写法，其次段首的，再次本节的。

    Args:
        sentence: 一句。
        offset: 句中的位置，如某个数字处。
        section: 它所在的节。
        report: 报告。
        lead: 同一自然段里这句之前的文字。
        first: 取句中第一个年度而不是最近的。
        frame: 全文情况；逐个数字判断时由调用者算好一次，不给则由报告得出。
    """
    known = frame or frame_from(report)
    before = [item for item in mentions(sentence) if not item.base and item.span.start < offset]
    led = _led_year(lead, section, known)
    if led is None:
        led = _since(sentence, offset, known)
    years = _resolved(before, led, section, known)
    if years:
        return years[0] if first else years[-1]
    if any(_is_span(item, sentence) for item in before):
        return None
    if _in_five(lead):
        return None
    if led is not None and not (section.year is not None and led < section.year and is_planned(sentence, hard=True)):
        return led
    return section.year


def _resolved(found: Sequence[Mention], led: int | None, section: Section, frame: Frame) -> list[int]:
    """各处年度写法所指的年；“2023年，……全年完成”的全年，就是前面刚说的那一年。"""
    years: list[int] = []
    for item in found:
        spoken = years[-1] if years else led
        own = item.kind is Kind.WITHIN and spoken is not None
        year = spoken if own else resolve(item, section.year, section.role, frame)
        if year is not None:
            years.append(year)
    return years


def _is_span(item: Mention, sentence: str) -> bool:
    """说的是多年：五年来、“十三五”期间。"""
    return item.kind is Kind.SPAN or (item.kind is Kind.FIVE and bool(_IN_FIVE.match(sentence[item.span.end :])))


def _in_five(lead: str) -> bool:
    """同一句前面的分号段以“十三五”期间开头，后面各段说的也是那五年。"""
    opening = re.split(r"[。！？\n]", lead)[-1]
    first = next((item for item in mentions(opening[:60]) if not item.base), None)
    return first is not None and LEAD_IN.match(opening[: first.span.start]) is not None and _is_span(first, opening)


def _since(sentence: str, offset: int, frame: Frame) -> int | None:
    """“2022年以来，……”开头而2022年正是报告所说的一年：是这一年的事，不是多年累计。"""
    item = next((item for item in mentions(sentence[:offset]) if item.base and item.years), None)
    if item is None or item.years[0] not in frame.years:
        return None
    leads = LEAD_IN.match(sentence[: item.span.start]) and sentence.startswith("以来", item.span.end)
    return item.years[0] if leads else None


def _led_year(lead: str, section: Section, frame: Frame) -> int | None:
    """段内前文最后一处句首的年度写法；计划里“到2025年，……。”之后的几句，说的仍是2025年的目标。"""
    for sentence in reversed(_SENTENCE.findall(lead[-800:])):
        item = leading_mention(sentence)
        if item is not None and not item.base and (not item.until or section.role is Role.PLAN):
            return resolve(item, section.year, section.role, frame)
    return None


def sentence_role(
    sentence: str, section: Section, report: Report, lead: str = "", *, frame: Frame | None = None
) -> Role | None:
    """一句话说的是完成还是计划。

    计划的节里回顾往年、总结的节里提到计划投资，都按句子自己的动词和年度判断；其余从本节。
    """
    year = year_at(sentence, len(sentence), section, report, lead, first=True, frame=frame)
    return _role_in_year(sentence, year, section, report)


def _role_in_year(sentence: str, year: int | None, section: Section, report: Report) -> Role | None:
    if section.role is Role.PLAN:
        return _role_in_plan(sentence, year, section)
    if section.role is Role.RESULT:
        return Role.PLAN if _plans_ahead(sentence, year, section) else Role.RESULT
    return _role_by_verbs(sentence, year, section, report)


def role_at(  # noqa: PLR0913
    sentence: str, offset: int, section: Section, report: Report, lead: str = "", *, frame: Frame | None = None
) -> Role | None:
    """句中第 `offset` 个字符所在分句（逗号、分号之间）的性质；分句自己看不出的从全句。"""
    start = max(sentence.rfind(mark, 0, offset) for mark in "，；,;：") + 1
    ends = [at for mark in "，；,;" if (at := sentence.find(mark, offset)) >= 0]
    clause = sentence[start : min(ends, default=len(sentence))]
    while section.role is not Role.PLAN and clause:
        done, planned = is_done(clause, hard=True), is_planned(clause, hard=True)
        if done != planned:
            return Role.RESULT if done else Role.PLAN
        ends_at = start - 1  # 自己看不出的，看前面最近的看得出的一个分句：“计划165公里，实际完成172公里，分别为……”
        start = max(sentence.rfind(mark, 0, max(ends_at, 0)) for mark in "，；,;：") + 1
        clause = sentence[start:ends_at] if ends_at > 0 else ""
    return _role_in_year(sentence, year_at(sentence, offset, section, report, lead, frame=frame), section, report)


def _role_in_plan(sentence: str, year: int | None, section: Section) -> Role:
    if year is not None and section.year is not None and year < section.year:
        return Role.RESULT
    if looks_back(sentence) and not is_planned(sentence):
        return Role.RESULT
    return Role.PLAN


def _plans_ahead(sentence: str, year: int | None, section: Section) -> bool:
    later = year is not None and section.year is not None and year > section.year
    if later and not is_done(sentence, hard=True):
        return True
    return is_planned(sentence, hard=True) and not is_done(sentence, hard=True)


def _role_by_verbs(sentence: str, year: int | None, section: Section, report: Report) -> Role | None:
    if is_done(sentence, hard=True):
        return Role.RESULT
    if is_planned(sentence):
        return Role.PLAN
    if is_done(sentence):
        return Role.RESULT
    if year is not None and report.speaks_from is not None and year != report.speaks_from:
        return Role.RESULT if year < report.speaks_from else Role.PLAN
    if section.role is not None:
        return section.role
    return (None if report.title_inferred else title_role(report.title)) or text_role(sentence)
