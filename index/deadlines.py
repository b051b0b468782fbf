"""期限：6月底前、2023年第三季度、年内，和隐去的X月底。"""

import re

from corpus.records import Span
from index.numerals import inside_number
from index.records import Measure, Quantity

_YEAR = r"(?:(?:19|20)\d{2}|[12二一][〇零○Oo0９9\d一二三四五六七八九]{3})\s?年"
_DATE = re.compile(
    rf"(?P<year>{_YEAR}|[今去明本当]年?)?"
    r"(?:(?P<half>上半年|下半年|年底|年末|年初|年中(?![小央国医]))"
    r"|(?P<quarter>前?第?[一二三四1234]季度(?:末|底)?)"
    r"|(?P<feast>(?:春节|国庆|元旦|五一|中秋|春运|主?汛期|入冬|入汛)(?=(?:之|以)?前))"
    r"|(?P<month>(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]|[xX*]{1,2})\s?月(?!月|[一两二三四五六七八九]))"
    r"(?P<day>(?:[1-3]?\d|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]|[xX*]{1,2})[日号]|底|末|初|中旬|[上下]旬|份)?)"
    r"(?P<edge>之?前|以前|底前|末前|之内|内(?![部容]))?"
)
# 累计的月份、截止的日子不是期限；起止的年份不是数量。
_PERIOD = re.compile(
    r"\d{1,2}\s?(?:-|－|—{1,2}|–|~|～|至|到)\s?\d{1,2}\s?月份?(?!\d{1,2}[日号])"
    r"|[xX*]{1,4}\s?年?(?:-|－|—{1,2}|–|~|～|至|到)\s?[xX*]{1,4}\s?年"
)
_CUT_OFF = re.compile(r"截(?:至|止|止到|至到|止至)\s*$")
_UNTIL_NOW = re.compile(r"\s*(?:以来|为止)")
_DAY_ALONE = re.compile(rf"^[\s（(—]*(?:{_YEAR})?\s*$")
_AT_MEETING = re.compile(r"^在[^，。；]{2,40}(?:会议|大会)(?:上|$)")


def period_end(text: str, at: int) -> int | None:
    """这里若是“1—8月”“X—X年”这样的一段时间，它的末尾；不是则为 None。"""
    m = _PERIOD.match(text, at)
    return m.end() if m and not inside_number(text, at) else None


def read_deadline(text: str, at: int) -> Quantity | None:
    """从 `at` 处读一个期限；截至某日、年初这类说法不是期限。"""
    m = _DATE.match(text, at)
    if m is None or inside_number(text, at) or (at and text[at - 1] in "第每") or not _is_deadline(text, m):
        return None
    blanked = bool(re.search(r"[xX*]", m[0]))
    return Quantity(m[0], None, "", Span(m.start(), m.end()), measure=Measure.DATE, blanked=blanked)


def _is_deadline(text: str, m: re.Match[str]) -> bool:
    at = m.start()
    before = text[max(0, at - 4) : at]
    if _CUT_OFF.search(before) or _UNTIL_NOW.match(text, m.end()):
        return False
    if m["half"] in ("年初", "年末") and not (m["year"] or m["edge"]):
        return False
    if m["half"] in ("上半年", "下半年") and before.endswith(("上、", "上下", "各")):
        return False
    if m["month"] and not (m["day"] or m["edge"] or m["year"]):
        return _begins_clause(text, at) and not re.search(r"[xX*]", m["month"])
    return not _stands_alone(text, m)


def _begins_clause(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum() or text[at - 1] in "于在年到至"


def _stands_alone(text: str, m: re.Match[str]) -> bool:
    """整句只有一个日期，是成文日期；“——2017年3月5日在……会议上”也是。"""
    after = text[m.end() :]
    return bool(_DAY_ALONE.match(text[: m.start()])) and (not re.search(r"\w", after) or bool(_AT_MEETING.match(after)))
