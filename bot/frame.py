"""框定范围：问题点名的单位和年度对应哪些报告。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.question import Question
from bot.terms import Term
from corpus.places import places
from index.entries import ReportEntry
from index.homophones import homophones

_SUFFIX = re.compile(r"(?:土家族苗族|自治)?(?:自治州|县|市|州|省|区|地区|局|交通局|交通|交通运输局|厅|中心)*")


@dataclass(frozen=True, slots=True)
class Frame:
    """一个问题的范围。

    `reports` 是合条件的报告编号（没有条件时为 None）；`matched` 是认出的单位称呼；
    `strangers` 是问题点了名、却没有哪份报告属于它的地方，答案里必须出现它；
    `by_name` 是每个称呼各自的报告。
    """

    reports: frozenset[int] | None
    matched: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    by_name: tuple[tuple[str, frozenset[int]], ...] = ()

    def only(self, name: str) -> "Frame":
        """只留其中一家。"""
        return replace(self, matched=(name,), reports=dict(self.by_name)[name])


def names_of(entry: ReportEntry) -> tuple[str, ...]:
    """这家单位可以怎样称呼，长的在前。"""
    return _names(entry.issuer, entry.localities)


@lru_cache(maxsize=4096)
def _names(issuer: str | None, localities: tuple[str, ...]) -> tuple[str, ...]:
    own = (issuer,) if issuer else ()
    return tuple(sorted({*own, *localities}, key=len, reverse=True))


def callings(entries: Sequence[ReportEntry]) -> tuple[str, ...]:
    """入了库的各地的称呼，不重。"""
    return tuple(dict.fromkeys(name for e in entries for name in e.localities))


def frame(question: Question, entries: Sequence[ReportEntry]) -> Frame:
    """认出问题里的单位。

    点名了某地而没有它的报告时，`reports` 不设限，由 `strangers` 约束。这一问没有点名的，看上文。
    """
    known = callings(entries)
    found = _framed(_as_known(question.text, known), entries)
    for text in question.earlier:
        if found.reports is not None or found.strangers:
            break
        found = _framed(_as_known(text, known), entries)
    return found


def _as_known(text: str, known: Sequence[str]) -> str:
    """同音写错的县名（沂原县）换成入了库的那一家；真有那么一个地方，或不止一家同音的，不换。"""
    for m in _DISTRICT.finditer(text):
        name = m[1]
        if any(name.endswith(own.rstrip("县市区州省")) for own in known) or places(m[0]):
            continue
        heard = {own for own in known for wrong in [name[-len(own) :]] if _sounds_like(wrong, own)}
        if len(heard) == 1:
            own = heard.pop()
            return text[: m.end(1) - len(own)] + own + text[m.end(1) :]
    return text


def _sounds_like(written: str, name: str) -> bool:
    """字数相同，逐字相同或同音，又不全同。"""
    return (
        written != name
        and len(written) == len(name) > 1
        and all(a == b or a in homophones(b) for a, b in zip(written, name, strict=True))
    )


def _framed(text: str, entries: Sequence[ReportEntry]) -> Frame:
    elsewhere = _BETWEEN.sub("", text)
    called = {e.id: next((n for n in names_of(e) if n in elsewhere), None) for e in entries}
    shorts = tuple(m[0] for m in _BUREAU.finditer(text) if len(m[0]) > 1)
    if shorts:
        called |= {e.id: _abbreviated(shorts, e.issuer or "") for e in entries if not called[e.id]}
    longest = {n for n in called.values() if n}
    matched = tuple(sorted(n for n in longest if not any(n != o and n in o for o in longest)))
    reports = frozenset(i for i, n in called.items() if n in longest) if matched else None
    if reports is not None:
        reports = _by_bureau(text, [e for e in entries if e.id in reports]) or reports
        own = [e for e in entries if e.id in reports]
        other = _another_bureau(text, own) or _another_number(text, own)
        if other:
            return Frame(None, (), (other,))
    spans = [range(m.start(), m.end()) for n in longest for m in re.finditer(re.escape(n), text)]
    strangers = tuple(
        place.short
        for place in places(text)
        if not any(at in span for span in spans for at in (place.span.start, place.span.end - 1))  # 江北海事处的“北海”
        and not any(place.short in name or name in place.name for name in matched)
        and not _is_route(text, place.span.end)
    )
    strangers += _unheard(text, matched, entries)
    by_name = tuple((n, frozenset(i for i, c in called.items() if c == n)) for n in matched)
    return Frame(reports, matched, strangers, by_name)


_DISTRICT = re.compile(r"([\u4e00-\u9fff]{2,3})(?=[县市区州省])")
_OPENS = re.compile(
    r"^(?:请问|问一?下|查一?下)?((?!全|我|各|本|哪|这|那|该|每|几|多|外)[\u4e00-\u9fff]{2,3})(?:省|市|县|自治州|州)"
    r"(?=20\d\d|\d\d年|今年|去年|明年|交通|公路|农村|的)"
)


def _unheard(text: str, matched: Sequence[str], entries: Sequence[ReportEntry]) -> tuple[str, ...]:
    """句首写明的“某县2022年……”，没有哪份报告的单位、题名里有它。"""
    m = _OPENS.match(text)
    if m is None or matched:
        return ()
    known = any(m[1] in f"{e.issuer}{e.title}{e.name}" or any(m[1] in n for n in e.localities) for e in entries)
    return () if known else (m[1],)


# “青云至南河高速”是一条路，不是青云这一家。
_BETWEEN = re.compile(r"[\u4e00-\u9fff]{2,4}(?:至|到)[\u4e00-\u9fff]{1,6}?(?:高速|公路|路|线|铁路|高铁|段)")
_BUREAU = re.compile(r"[\u4e00-\u9fff]{1,7}?(?:厅|局|支队|大队|中心|收费所|管理所|公司|集团)")


def _abbreviated(shorts: Sequence[str], issuer: str) -> str | None:
    """哪个说法是这家单位的缩写：各字依次见于全称、从头一个字起（云厅 → 云南省交通运输厅）。"""
    return next((short for short in shorts if short[0] == issuer[:1] and _is_within(short, issuer)), None)


def _is_within(short: str, name: str) -> bool:
    rest = iter(name)
    return all(c in rest for c in short)


_KINDS = (
    "公路",
    "高速",
    "运输",
    "运管",
    "道路运输",
    "交通局",
    "交通运输局",
    "交通厅",
    "收费所",
    "运营中心",
    "公路中心",
    "公路局",
    "服务中心",
)


def _by_bureau(text: str, entries: Sequence[ReportEntry]) -> frozenset[int]:
    """同一地方有几家单位时，再按“公路中心”“交通局”这类说法分。"""
    issuers = {e.issuer for e in entries}
    if len(issuers) < 2:  # noqa: PLR2004 - 只有一家不必分
        return frozenset()
    hit = {
        i for i in issuers if i and any(k in text and k in i for k in _KINDS if k.endswith(("局", "厅", "中心", "所")))
    }
    return frozenset(e.id for e in entries if e.issuer in hit)


# 同一地方的几类单位；问的是一类，入库的是另一类，不能拿来答。
_TRADES = (
    ("交通运输局", "交通局", "交通运输厅", "交通厅", "交通运输委"),
    ("公路局", "公路中心", "公路段", "公路事业发展中心", "公路管理局", "公路运营中心", "公路养护中心"),
    ("港航局", "港航中心", "港航事业发展中心", "航道局", "航道处"),
    ("运管局", "运管处", "运管所", "道路运输事业发展中心", "运输服务中心", "道路运输管理局"),
    ("执法支队", "执法大队", "执法总队"),
)


def _another_bureau(text: str, entries: Sequence[ReportEntry]) -> str:
    """问题点名的单位若与入库的各家都不是一类，就是它；说不准的为空串。"""
    asked = next(((t, name) for t, names in enumerate(_TRADES) for name in names if name in text), None)
    if asked is None or any(e.issuer is None or e.issuer_inferred for e in entries):
        return ""
    trades = {_trade(e.issuer or "") for e in entries}
    return asked[1] if None not in trades and asked[0] not in trades else ""


_NUMBERED = re.compile(r"第?([一二三四五六七八九十]{1,3})(支队|大队|中队|分局|分公司|管理所|收费所)")


def _another_number(text: str, entries: Sequence[ReportEntry]) -> str:
    """问的是一支队，入库的只有三支队：问的不是它；说不准的为空串。"""
    asked = _NUMBERED.search(text)
    if asked is None:
        return ""
    numbers = {m[1] for e in entries for m in [_NUMBERED.search(e.issuer or "")] if m is not None and m[2] == asked[2]}
    return asked[0] if numbers and asked[1] not in numbers else ""


def _trade(issuer: str) -> int | None:
    return next((t for t, names in enumerate(_TRADES) if any(name in issuer for name in names)), None)


def _is_route(text: str, end: int) -> bool:
    """地名后面跟着路、线、段、站之类，是线路名的一部分。"""
    return bool(
        re.match(
            r"(?:至|到|[\u4e00-\u9fff]{0,2}(?:高速|公路|路|线|段|站|桥|隧道|机场|服务区|快速|河|江|湖|航道|港|码头|渡口?|水库|枢纽|铁路|互通))",
            text[end:],
        )
    )


_THINGS = frozenset({"路"})  # “修了多少路”：单位名称里有这个字，问的却是它


def without_names(question: Question, entries: Sequence[ReportEntry]) -> Question:
    """去掉问题实词里的单位称呼（连同从上文带来的），它们已经成了范围。

    地名简称一律去掉；单位全称里的词（养护、高速公路）只在点名了这家单位时才去掉，否则它就是要问的事。
    """
    places_known = frozenset(name.lower() for e in entries for name in e.localities)
    said = (question.text, *question.earlier)
    named = tuple(
        called
        for e in entries
        if e.issuer
        for text in said
        for called in [_called(e.issuer, e.localities, text)]
        if called
    )
    terms = tuple(kept for t in question.terms if (kept := _rest(t, places_known, named)) is not None)
    asks = tuple(without_names(a, entries) for a in question.asks)
    return replace(question, terms=terms, asks=asks)


def _called(issuer: str, localities: Sequence[str], text: str) -> str:
    """问话里怎样称呼这家单位：全称，或地名后面跟着简称（临川港航中心）；没有称呼或只有地名为空串。"""
    if issuer in text:
        return issuer
    for place in localities:
        at = text.find(place)
        m = _SHORT.match(text[at + len(place) :]) if at >= 0 else None
        if m is not None and _is_within(place + m[0], issuer):
            return place + m[0]
    return ""


_SHORT = re.compile(r"[\u4e00-\u9fff]{0,10}?(?:局|厅|支队|大队|总队|中心|公司|集团|所|处|委)")


def _rest(term: Term, localities: frozenset[str], named: Sequence[str]) -> Term | None:
    """一个实词去掉单位称呼之后剩下的；什么也不剩则为 None。"""
    text = term.text
    if any(text in name.lower() for name in named) and not (term.asked and text in _THINGS):
        return None
    size = next((k for k in range(len(text), 1, -1) if text[:k] in localities), 0)
    if not size:
        return term
    left = text[size:]
    if _SUFFIX.fullmatch(left):
        return None
    return replace(term, text=left, proper=False) if len(left) > 1 else None


def of_years(entries: Sequence[ReportEntry], years: Sequence[int]) -> frozenset[int]:
    """可能说到这些年度的报告：题名、标题写明的，以及说话那年的和回顾的上一年。"""

    def spoken(entry: ReportEntry) -> set[int]:
        return {*entry.periods, *((entry.speaks_from, entry.speaks_from - 1) if entry.speaks_from else ())}

    return frozenset(e.id for e in entries if set(years) & spoken(e))
