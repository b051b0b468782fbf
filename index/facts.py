"""数字事实：报告里每个数字的主题、年度、性质、单位与原句。"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.periods import Frame, frame_from, resolve
from corpus.records import Paragraph, Report, Role, Section, Span, section_path
from corpus.sentence_periods import role_at, year_at
from corpus.timeline import paragraph_roles, paragraph_years
from corpus.years import mentions
from index.clauses import Scope, scopes
from index.goals import aimed_at, is_goal
from index.owners import headed_by
from index.parallels import Matched, matched
from index.quantities import quantities
from index.records import Fact, Measure
from index.sentences import sentences
from index.subjects import Named, bare_subject, lead_verb, of_cell, of_new_value, subject, table_row

_LONGEST_QUOTE = 200
_TARGET = re.compile(
    r"(?:年度?|全年|年初|全年度|原|原定|省定|市定|下达的?|\d年)?(?:(?<!的)计划|目标)(?:值|数|量)?\s*(?:为|是|：)?\s*$"
    r"|(?:年度|全年|年初|目标)任务(?:为|是|：)?\s*$|(?:年度|全年|年初|\d{4}年|今年|当年)(?:计划|目标)(?:完成)?(?:总|交通|建设)?投资额?(?:为|是|：)?\s*$"
)
# “超额完成市里下达的180亿元目标”
_SET = re.compile(r"(?:完成|下达的?|超[过出额]|[高低]于|[确既原省市年]定的?|突破)了?$")
_TARGETED = re.compile(r"^的?(?:年度|全年|年初)?(?:目标|计划|任务)(?![书单])")
_APART = re.compile(
    r"(?:超|超出|超过|高于|低于|高出|少于|多于|比|较|距|离|差|与|同|大于|小于|优于|快于|编制|制定|印发|出台|发布|报送|完成)$"
)
_SHIFTED = re.compile(r"[由从][^由从，；]*[到至为](?P<year>(?:19|20)\d{2})年(?:度|底|末)?的?\s?$")
_FROM = re.compile(r"[由从比较]|同(?!期)")
_SHARE = re.compile(r"^\s?的\s?(?:\d|百分之|[xX*])")


@dataclass(frozen=True, slots=True)
class _Place:
    """一句话在报告里的位置：`start` 是句首，`before` 是同段里这句之前的文字。

    `goal` 为真表示这是一件实事的目标，后面一句说完成得怎样；`aim` 是前一句的目标，这一句说的就是它。
    """

    report: Report
    frame: Frame
    section: Section
    path: tuple[str, ...]
    start: int
    text: str
    before: str
    aim: str = ""
    goal: bool = False


def extract(report: Report) -> tuple[Fact, ...]:
    """取出一份报告的全部数字事实，按原文先后。

    Returns:
        每个数字一条；标题里的数字不取，“由甲提高到乙”的旧值不带年度与性质，除非写明是哪年的，主题后注“（原值）”。
    """
    return tuple(_facts(report, None))


def facts_at(report: Report, within: Span) -> tuple[Fact, ...]:
    """重新取出落在报告这一段里的数字事实，供核对。"""
    return tuple(
        fact for fact in _facts(report, within) if within.start <= fact.span.start and fact.span.end <= within.end
    )


def _facts(report: Report, within: Span | None) -> Iterator[Fact]:
    frame = frame_from(report)
    paths: dict[int, tuple[str, ...]] = {}
    times = zip(report.paragraphs, paragraph_years(report), paragraph_roles(report), strict=True)
    for paragraph, year, role in times:
        if within is not None and not _overlaps(paragraph.span, within):
            continue
        if paragraph.section not in paths:
            paths[paragraph.section] = section_path(report, paragraph.section)
        section = report.sections[paragraph.section]
        section = section if (section.year, section.role) == (year, role) else replace(section, year=year, role=role)
        for place in _places(report, frame, paragraph, section, paths[paragraph.section]):
            if within is None or _overlaps(Span(place.start, place.start + len(place.text)), within):
                yield from _of_sentence(place)


def _overlaps(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _places(
    report: Report, frame: Frame, paragraph: Paragraph, section: Section, path: tuple[str, ...]
) -> Iterator[_Place]:
    text = paragraph.span.of(report.text)
    spans = sentences(text)
    aim = ""
    for span, following in zip(spans, [*(s.of(text) for s in spans[1:]), ""], strict=True):
        said = span.of(text)
        goal = section.role is Role.RESULT and is_goal(said, following)
        yield _Place(
            report, frame, section, path, paragraph.span.start + span.start, said, text[: span.start], aim, goal
        )
        aim = said if goal else ""


def _of_sentence(place: _Place) -> list[Fact]:
    found = scopes(place.text, quantities(place.text))
    if not found:
        return []
    pairs = matched(place.text, found)
    row = table_row(place.text)
    facts: list[Fact] = []
    names: list[Named] = []
    topic = verb = ""
    segment = -1
    for i, scope in enumerate(found):
        if scope.segment.start != segment:
            segment, topic, verb = scope.segment.start, _opening_topic(place, scope), ""
        verb = lead_verb(place.text, scope) or verb
        if i in pairs:
            named = _paired(pairs[i], names, topic)
        elif row:
            named = of_cell(place.text, scope, row)
        elif i and found[i - 1].replaced and found[i - 1].clause == scope.clause:
            named = of_new_value(place.text, found[i - 1], scope, names[i - 1])
        else:
            near = i > 0 and found[i - 1].quantity.unit == scope.quantity.unit
            named = subject(place.text, scope, topic, verb, near=near)
        names.append(named)
        topic = topic if scope.replaced and topic else named.topic
        facts.append(_fact(place, scope, named, verb, pairs.get(i)))
    return facts


def _heading_of(place: _Place) -> str:
    """这一段冒号前的名称；离得远、不便一同引的不算。"""
    whole = place.before + place.text
    return headed_by(whole) if len(whole.strip()) <= _LONGEST_QUOTE else ""


def _opening_topic(place: _Place, scope: Scope) -> str:
    """一句开头就有的主题：前一句的目标；“其中……”说的是前一句里同样单位的那个数。"""
    if place.aim or not place.text.lstrip().startswith("其中"):
        return aimed_at(place.aim) or _heading_of(place)
    before = sentences(place.before)
    earlier = before[-1].of(place.before) if before else ""
    found = scopes(earlier, quantities(earlier))
    same = next((s for s in found if s.quantity.unit == scope.quantity.unit and not s.replaced), None)
    return subject(earlier, same, "", lead_verb(earlier, same)).topic if same else ""


def _paired(pair: Matched, names: list[Named], topic: str) -> Named:
    item = pair.item if pair.earlier is None else names[pair.earlier].subject
    return Named(bare_subject(f"{item}{pair.change}"), topic or item, item)


def _fact(place: _Place, scope: Scope, named: Named, verb: str, pair: Matched | None) -> Fact:
    year, role = _when(place, scope)
    quote = _shift(quote_span(place.text, scope), place.start)
    aimed = place.before.rfind(place.aim) if place.aim else -1
    name = "" if place.aim or not place.before.strip() else _heading_of(place)
    if name and named.subject.startswith(name):  # 名称在段首，连同它一起引
        aimed = 0
    if aimed >= 0 and len(place.before) - aimed + quote.end - place.start <= _LONGEST_QUOTE:
        quote = _trim(place.report.text, Span(place.start - len(place.before) + aimed, quote.end))
    start = scope.before.start if pair is None else pair.start
    return Fact(
        document=place.report.name,
        issuer=place.report.issuer,
        section=place.path,
        subject=f"{named.subject}（原值）" if scope.replaced else named.subject,
        quantity=scope.quantity,
        year=year,
        role=role,
        span=_shift(scope.quantity.span, place.start),
        scope=Span(place.start + start, place.start + scope.after.end),
        lead=(named.carried if verb in named.carried else f"{named.carried}{verb}") + (pair.lead if pair else ""),
        quote=quote.of(place.report.text),
        quote_span=quote,
    )


def _when(place: _Place, scope: Scope) -> tuple[int | None, Role | None]:
    """这个数字所属的年度与性质，只看它所在的分号段和段首；期限（2023年6月底前）自带的年度归它自己。"""
    text, quantity, section = place.text, scope.quantity, place.section
    if scope.replaced:
        return _of_old_value(place, scope)
    start = scope.segment.start
    at = (quantity.span.end if quantity.measure is Measure.DATE else quantity.span.start) - start
    piece, lead = text[start : max(scope.after.end, start + at)], place.before + text[:start]
    shifted = _SHIFTED.search(text[scope.clause.start : quantity.span.start])  # 由2020年的83.5%提升至2025年的91.2%
    year = int(shifted["year"]) if shifted else year_at(piece, at, section, place.report, lead, frame=place.frame)
    if section.role is not Role.PLAN and (place.goal or _is_target(text, scope)):
        return year, Role.PLAN
    role = role_at(piece, at, section, place.report, lead, frame=place.frame)
    return year, None if role is Role.SITUATION else role


def _of_old_value(place: _Place, scope: Scope) -> tuple[int | None, Role | None]:
    """变动前的旧值：写明是上年的、某年的才有年度，那是已有的结果。"""
    before = place.text[scope.clause.start : scope.quantity.span.start]
    lead = before[max((m.start() for m in _FROM.finditer(before)), default=0) :]
    section = place.section
    years = [
        section.year - 1
        if section.year is not None and item.span.of(lead).startswith("上")
        else resolve(item, section.year, section.role, place.frame)
        for item in mentions(lead)
    ]
    year = next((year for year in reversed(years) if year is not None), None)
    now = section.year if section.year is not None else place.frame.speaks_from
    return (year, Role.RESULT) if year is not None and now is not None and year < now else (None, None)


def _is_target(text: str, scope: Scope) -> bool:
    """总结里提到的计划数：占年初目标25公里的92%、2023年计划2700亿元。"""
    if scope.quantity.measure is not Measure.AMOUNT:
        return False
    own = scope.before.of(text)
    if _SET.search(own) and _TARGETED.match(text[scope.quantity.span.end :]):
        return True
    m = _TARGET.search(own)
    if m is None:
        return False
    apart = _APART.search(own[: m.start()])
    if apart is None:
        return True
    return apart[0] == "完成" and bool(
        _SHARE.match(scope.after.of(text)) or _SHARE.match(text[scope.quantity.span.end :])
    )


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
