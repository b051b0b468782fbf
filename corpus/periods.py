"""年度与性质：全文、各节说的是哪一年，是完成还是计划。"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from corpus.records import Report, Role
from corpus.roles import (
    heading_role,
    is_bare_work,
    plans_apart,
    sub_heading_role,
    title_role,
)
from corpus.timeline import mixed_year
from corpus.years import Kind, Mention, mentions

_DELIVERED = re.compile(r"(?:^|\n)\s*(?:同志们|各位[\u4e00-\u9fff、]{1,10})[，,：:！!]")
_DELIVERED_TITLE = re.compile(r"政府工作报告|讲话|发言|致辞|部署会|会议上")
_TASK = re.compile(r"(?:部署|安排|做好)[^，。；]{0,8}$")
_YEAR_OF = re.compile(r"(?:是|为)[^。；]{0,60}之年|(?:关键|重要|开局|收官)[^。；]{0,8}年")
_PART_YEAR = re.compile(r"上半年|一季度|前[三3]季度|三季度|\d{1,2}月份?|中期|季度")
LEAD_IN = re.compile(
    r"^[\s（(“—]*(?:(?:[一二三四五六七八九十]{1,2}(?:是|要)|同时|其中|此外|据统计|截至|截止|截至目前|到|至|在|回顾|总结|过去的|刚刚过去的|自)[，,]?)?\s*$"
)
_FIRST_MONTH_OF_NEXT = 10
_HEAD_LENGTH = 600
_FIVE_YEARS = 5
_AHEAD = re.compile(r"(?:主要|重点)工作$")


@dataclass(frozen=True, slots=True)
class Frame:
    """判断年度要知道的全文情况。

    `delivered` 为真表示是会上的讲话、政府工作报告：“今年”处处指 `speaks_from`；书面的总结里，“今年”指那一节的年度。
    `partial` 表示只总结半年、一季度，其“下一步”仍在当年。`eve` 表示前一年年末就讲来年的打算：形势部分的“今年”是前一年。
    `apart` 表示“重点工作”之外另有一节专讲打算。
    """

    speaks_from: int | None
    years: tuple[int, ...]
    role: Role | None
    delivered: bool
    partial: bool
    eve: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """一节的年度与性质；`open` 表示这一节说的是多年（过去五年），年度不再补定。"""

    year: int | None
    role: Role | None
    open: bool = False


def is_delivered(title: str, head: str) -> bool:
    """是否是当众讲的（讲话、政府工作报告）。"""
    return bool(_DELIVERED_TITLE.search(title) or _DELIVERED.search(head[:_HEAD_LENGTH]))


def explicit_years(text: str, *, short: bool = False) -> tuple[int, ...]:
    """写明的年度，升序不重；比较的基数不算，“十四五”展开成五年。"""
    found = {year for item in mentions(text, short=short) if not item.base for year in item.years}
    return tuple(sorted(found))


def frame_of(title: str, headings: Sequence[str], body: str, dated: date | None) -> Frame:
    """从题名、一级标题、首段和日期定出全文的说话年度。"""
    named = mentions(title, short=True)
    years = tuple(sorted({year for item in named for year in item.years}))
    frame = Frame(None, years, title_role(title), is_delivered(title, body), bool(_PART_YEAR.search(title)))
    if any(item.kind is Kind.FIVE for item in named):
        spoken: int | None = dated.year if dated else next(iter(_planned(headings)), years[0])
    else:
        spoken = next((year for year in _candidates(frame, title, headings, body[:1500], dated) if year), None)
    return replace(frame, speaks_from=spoken, eve=_on_the_eve(dated, spoken), apart=plans_apart(headings))


def _on_the_eve(dated: date | None, spoken: int | None) -> bool:
    return dated is not None and spoken is not None and dated.year == spoken - 1 and dated.month >= _FIRST_MONTH_OF_NEXT


def _planned(headings: Sequence[str]) -> list[int]:
    """写着年度的计划标题的年度。"""
    plans = (text for text in headings if heading_role(text, dated=True, strict=False) is Role.PLAN)
    return [year for text in plans for year in _single(text)]


def _candidates(
    frame: Frame, title: str, headings: Sequence[str], head: str, dated: date | None
) -> Iterator[int | None]:
    """说话年度的各种依据，可靠的在先。"""
    planned = max(_planned(headings), default=None)
    if frame.delivered:
        yield _tasked(head)
        yield planned
    yield max(frame.years, default=None)
    yield planned
    yield _opening_year(head)
    yield max((year for heading in headings for year in _single(heading)), default=None)
    if dated:
        next_year = frame.role is Role.PLAN and dated.month >= _FIRST_MONTH_OF_NEXT and "今年" not in title
        yield dated.year + next_year
    yield _prevailing(head)


def _single(text: str) -> list[int]:
    return [
        item.years[0]
        for item in mentions(text)
        if item.kind is Kind.EXPLICIT and not item.base and len(item.years) == 1
    ]


def _tasked(head: str) -> int | None:
    """首段“……部署2022年工作”里的年度。"""
    for item in mentions(head):
        if item.kind is Kind.EXPLICIT and not item.base and _TASK.search(head[: item.span.start]):
            return item.years[-1]
    return None


def _opening_year(head: str) -> int | None:
    """首段“2022年是……之年”里的年度。"""
    for item in mentions(head[:400]):
        if item.kind is Kind.EXPLICIT and not item.base and _YEAR_OF.search(head[item.span.end : item.span.end + 80]):
            return item.years[-1]
    return None


def _prevailing(head: str) -> int | None:
    """首段里提到的写明年度中最晚的；只提到一个就是它。"""
    years = explicit_years(head)
    return years[-1] if 0 < len(years) <= 2 else None  # noqa: PLR2004


def resolve(item: Mention, section_year: int | None, role: Role | None, frame: Frame) -> int | None:
    """把一处年度的写法落到具体的年。"""
    if item.kind in {Kind.FIVE, Kind.SPAN}:
        return None
    if item.years:
        return item.years[-1]
    now = frame.speaks_from if frame.delivered or section_year is None else section_year
    if role is Role.SITUATION and frame.eve and section_year is not None:
        now = section_year
    if now is None:
        return None
    if item.kind is Kind.WITHIN:
        return section_year if section_year is not None else now
    if item.kind is Kind.PAST:
        return _past_year(section_year, role, frame, now)
    return (
        now + {Kind.THIS: 0, Kind.LAST: -1, Kind.NEXT: _to_next(section_year, role, frame), Kind.BEFORE: -2}[item.kind]
    )


def _to_next(section_year: int | None, role: Role | None, frame: Frame) -> int:
    """“明年”差几年；总结和计划写在一起的，计划里的“明年”就是计划的那一年。"""
    together = role is Role.PLAN and section_year is not None and section_year - 1 in frame.years
    return 0 if together else 1


def _past_year(section_year: int | None, role: Role | None, frame: Frame, now: int) -> int:
    """“过去一年”“一年来”：总结部分即那一年；计划开头回顾时是上一年。"""
    if role is Role.PLAN or role is Role.SITUATION:
        return now - 1
    if section_year is not None:
        return section_year
    return now - 1 if frame.delivered else now


def part_of(heading: str, opening: str, parent: Part, frame: Frame, *, top: bool) -> Part:
    """定一节的年度与性质。

    Args:
        heading: 去掉序号的标题。
        opening: 这一节正文的开头，标题没有写年度时参考。
        parent: 上级的年度与性质；一级的上级是整份报告。
        frame: 全文情况。
        top: 是否是一级（或附件下的一级）。
    """
    found = mentions(heading, short=True)
    named = [item for item in found if not item.base]
    role = _part_role(heading, parent, frame, bool(named), top=top)
    spans = any(item.kind in {Kind.FIVE, Kind.SPAN} for item in named)
    if spans and (mixed_year(heading) is not None or not any(item.kind is Kind.EXPLICIT for item in named)):
        return Part(None, role or Role.RESULT, open=True) if top else Part(parent.year, role, parent.open)
    year = next(
        (year for item in reversed(named) if (year := resolve(item, parent.year, role, frame)) is not None), None
    )
    if year is None and top and parent.year is None:  # 附件有自己的年度，其下从它
        year = _top_year(opening, role, frame)
    if (
        top
        and year is not None
        and (role is None or not heading_role(heading, dated=bool(named), strict=frame.role is not None))
    ):
        role = _role_by_year(year, frame) or role
    if top and frame.delivered and named and year == frame.speaks_from and _AHEAD.search(heading):
        role = Role.PLAN  # 会上讲的“2024年主要工作”，说的是今年要做的
    if year is None:
        return Part(parent.year, role, parent.open)
    return Part(year, role)


def _part_role(heading: str, parent: Part, frame: Frame, dated: bool, *, top: bool) -> Role | None:  # noqa: FBT001
    if not top:
        return sub_heading_role(heading) or parent.role
    if frame.role is Role.RESULT and frame.apart and not dated and is_bare_work(heading):
        return Role.RESULT
    return heading_role(heading, dated=dated, strict=frame.role is not None) or parent.role or frame.role


def _role_by_year(year: int | None, frame: Frame) -> Role | None:
    if year is None or frame.speaks_from is None or year == frame.speaks_from:
        return None
    return Role.RESULT if year < frame.speaks_from else Role.PLAN


def _top_year(opening: str, role: Role | None, frame: Frame) -> int | None:
    """一级标题没有写年度：看正文开头，再由题名推。"""
    lead = None if role is Role.SITUATION else leading_mention(opening)
    if lead is not None and not lead.base:
        year = resolve(lead, None, role, frame)
        if year is not None and (role is not Role.PLAN or frame.speaks_from is None or year >= frame.speaks_from):
            return year
    if frame.speaks_from is None or len(frame.years) == _FIVE_YEARS:
        return None  # 五年规划说的是整个五年
    if role is Role.RESULT:
        return min(frame.years) if frame.years and not frame.delivered else frame.speaks_from - frame.delivered
    if role is Role.SITUATION and frame.eve:
        return frame.speaks_from - 1
    if role is Role.PLAN and frame.role is Role.RESULT and not frame.delivered and not frame.partial:
        return frame.speaks_from + 1
    return frame.speaks_from


@lru_cache(maxsize=4096)
def leading_mention(sentence: str) -> Mention | None:
    """句首的年度写法（“2022年，……”“今年以来……”），管着它后面的话；没有为 None。"""
    for item in mentions(sentence[:60]):
        if LEAD_IN.match(sentence[: item.span.start]):
            return item if item.kind not in {Kind.FIVE, Kind.SPAN} else None
    return None


def frame_from(report: Report) -> Frame:
    """由读好的报告重得全文情况，供逐句判断。"""
    title = "" if report.title_inferred else report.title
    return _frame_of(title, report.text[:_HEAD_LENGTH], report.speaks_from, report.dated)


@lru_cache(maxsize=64)
def _frame_of(title: str, head: str, speaks_from: int | None, dated: date | None) -> Frame:
    years = explicit_years(title, short=True)
    eve = _on_the_eve(dated, speaks_from)
    return Frame(speaks_from, years, title_role(title), is_delivered(title, head), bool(_PART_YEAR.search(title)), eve)
