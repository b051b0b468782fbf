"""数量：30公里 = 30 千米 = 三十公里；1.8亿元 = 18000万元；X台是隐去的数，X009 是一条路。"""

import re
from dataclasses import replace
from decimal import Decimal

from corpus.records import Span
from index.deadlines import period_end, read_deadline
from index.numerals import ARABIC, CHINESE, DIGITS, chinese_number, fold, inside_number, number
from index.records import Bound, Measure, Quantity
from index.units import SCALES, SOLE_UNITS, STRONG_UNITS, UNIT_PATTERN, UNITS, ZH_UNITS

__all__ = [
    "base_amount",
    "chinese_number",
    "compatible",
    "dimension",
    "fold",
    "number",
    "quantities",
    "same_amount",
    "split_unit",
]

_BLANK = (
    r"[xX*□]{1,8}(?:\.[xX*□]+)?|_{2,8}"
    r"|某{1,3}(?=[\d万亿元台辆%]|(?:件|起|名|座|次|家|个|条|项|处)(?:[，。；、）]|$)|公里|余[\d万亿元台辆人家个件])"
)
_SCALE = r"万亿|千亿|百亿|亿|千万|百万|十万|万(?!众|无一|里长|村)|千(?![米克瓦伏])|百(?!分)|"
_LOOSE = r"余|多(?!少|种|项|个|家|次|元)|来|几|"
_BEFORE = (
    r"(?P<bound>不少于|不低于|不得少于|至少|不超过|不高于|控制在|大约|接近|超过|突破|将近|不足|不到|约|近|"
    r"(?<!治)超|逾|达)?"
)
_AFTER = r"(?P<tail>及?以上|以内|以下|左右|上下|之内|内(?![部容需外地控])|)"

_AMOUNT = re.compile(
    rf"{_BEFORE}\s?"
    rf"(?P<percent>百分之|千分之)?(?P<number>{ARABIC}|{CHINESE}|{_BLANK})\s?"
    rf"(?P<loose>{_LOOSE})(?P<scale>{_SCALE})(?P<loose2>{_LOOSE})\s?(?P<scale2>(?<=[多余])亿|)"
    rf"(?P<more>(?<=[亿万])[1-9]\d{{0,3}}(?:[千百](?:[多余]?万)?|万)|)(?P<loose3>(?<=[千百万])[多余]|)\s?"
    rf"(?P<unit>{UNIT_PATTERN}|)\s?{_AFTER}"
)
_RANGE = re.compile(
    rf"(?P<low>{ARABIC}|{CHINESE}|{_BLANK})\s?(?P<lowunit>万亿|亿|万|%|)\s?(?:-|－|—{{1,2}}|–|~|～|至|到)\s?"
    rf"(?P<high>{ARABIC}|{CHINESE}|{_BLANK})\s?(?P<loose>{_LOOSE})(?P<scale>{_SCALE})\s?(?P<unit>{UNIT_PATTERN})"
    rf"\s?{_AFTER}"
)
_RANK = re.compile(
    r"(?P<front>第|前)\s?(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})\s?"
    r"(?:(?P<unit>名|位)(?![于列置])|(?=[，,。；;、！）)\s和]|$|的))"
)
_FIRST = re.compile(r"(?<=[国省市县州球界家居列占])首位")
_ZH_DIGITS = "".join(DIGITS)
_MOTTO = re.compile(r"(?:质量|安全|生命|人民|服务|预防|效益|纪律|信誉|健康)$")
_RATIO = re.compile(
    rf"(?:[{_ZH_DIGITS}十百\d]+)分之(?:[{_ZH_DIGITS}十\d]+)(?:以上|左右)?|(?:过半|半数)(?:以上|(?=[，。；、的]))"
    r"|(?<![另前后这那每])一半(?:以上|左右|(?=[，。；、的]|$))|翻(?:[一两三]番|番)|成倍(?=增)"
)
_TENTHS = re.compile(
    r"(?P<bound>不到|不足|超过|超|近|约|逾|达)?(?P<number>[一二三四五六七八九两])成(?P<half>半)?(?P<tail>多|以上|左右|以下|)"
    r"(?=[，。；、的！）)通用为是]|$)"
)
_ZERO = re.compile(r"(?<=[为是])零(?=[，。；、！）)]|$)")
_BARE = re.compile(
    r"(?P<number>\d{1,4}\.\d+|(?<=[）)])\d{2,3}|(?<=指数)\d{2,3}|(?<=[\u4e00-\u9fff] )\d+(?=[；。]|以上|以内))"
    r"(?=[，。；、）)\s和]|$|以上|左右|[提上下降升增][高升到至降长]{1,2}[到至为\d])\s?(?P<tail>以上|左右|以内|)"
)
# 可能开始一个数量的字；其余的字不必试。
_START = re.compile(
    rf"[\dxX*□_某第前首过半一翻成百千不至控大接超突将约近逾达十上下年春国元五中主入今去明本当{_ZH_DIGITS}]"
)
_INDEX = re.compile(
    r"(?:[PMR]QI|PCI|[指分]数|得分|评分)(?:平均|均)?值?(?:均|要|达到?|为|到|至|在|保持|稳定|提[高升]|力争|确保|不低于|超过)*\s?$"
)
_SCORE = re.compile(r"(?P<number>\d{2,3}(?:\.\d+)?)(?=[，。；、）)\s和]|$|以上|左右)\s?(?P<tail>以上|左右|以内|)")
_NAMED = "处所部站县市省村镇乡局队"
_SPANS_OF_TIME = frozenset("小时 个小时 分钟 天 日 个工作日 工作日 个月 年 秒".split())
# 中文数字之后是这些词的，是名称、提法而不是数量。
_IDIOMS = re.compile(r"规定|全会|全体会议|产业|维护|确立|积极性|大局|毫不动摇|[户]?万户|家万户|到位|到底|体化|揽子")
_BULK = frozenset("百千万")
_NAME_LENGTH = 12


def quantities(text: str) -> tuple[Quantity, ...]:
    """从左到右读出文字里的全部数量。

    Args:
        text: 任意文字，通常是一句；位置以它为准。

    Returns:
        互不重叠的数量。年份、道路编号、条目序号、文号不算数量；期限、名次、分数各有其 `measure`。
    """
    folded = fold(text)
    found: list[Quantity] = []
    start = _START.search(folded)
    while start is not None:
        at = start.start()
        after = period_end(folded, at)
        quantity = None if after else next(filter(None, (read(folded, at) for read in _READERS)), None)
        if quantity is not None:
            found.append(replace(quantity, raw=text[quantity.span.start : quantity.span.end]))
            after = quantity.span.end
        start = _START.search(folded, after or at + 1)
    return tuple(found)


def _read_ratio(text: str, at: int) -> Quantity | None:
    m = _RATIO.match(text, at)
    if m is None or m[0].startswith(("百分", "千分", "万分")) or inside_number(text, at):
        return None
    return Quantity(m[0], None, "", Span(m.start(), m.end()), measure=Measure.RATIO)


def _read_tenths(text: str, at: int) -> Quantity | None:
    """几成：七成、近三成半。"""
    m = _TENTHS.match(text, at)
    if m is None or inside_number(text, m.start("number")):
        return None
    value = Decimal(DIGITS[m["number"]]) + (Decimal("0.5") if m["half"] else 0)
    loose = "多" if m["tail"] == "多" else ""
    bound = _bound(m["bound"] or "", loose, m["tail"] if not loose else "")
    return Quantity(m[0], value, "成", Span(m.start(), m.end()), bound=bound)


def _read_rank(text: str, at: int) -> Quantity | None:
    first = _FIRST.match(text, at)
    if first is not None:
        return Quantity("首位", Decimal(1), "位", Span(at, first.end()), measure=Measure.RANK)
    m = _RANK.match(text, at)
    if m is None or (not m["unit"] and not _is_bare_rank(text, m)):
        return None
    value = number(m["number"])
    if value is None:
        return None
    bound = Bound.AT_MOST if m["front"] == "前" else Bound.EXACT
    return Quantity(m[0], value, m["unit"] or "", Span(m.start(), m.end()), bound=bound, measure=Measure.RANK)


def _is_bare_rank(text: str, m: re.Match[str]) -> bool:
    """没写“名、位”的：“排名全省第一”是名次，“第一，……”“质量第一”“前三的”不是。"""
    before = text[max(0, m.start() - 4) : m.start()]
    if m["front"] == "前":
        return bool(re.search(r"[国省市县州系列进入居排位]$", before))
    return bool(before) and before[-1] not in "。；：，,:;“（( \n" and not _MOTTO.search(before)


def _read_range(text: str, at: int) -> Quantity | None:
    m = _RANGE.match(text, at)
    if m is None or inside_number(text, at) or (at and text[at - 1] == "第"):
        return None
    unit = m["scale"] + m["unit"]
    if m["lowunit"] not in ("", m["scale"], m["unit"]) or (m["unit"] == "年" and len(m["high"]) >= 4):  # noqa: PLR2004 - 起止年份
        return None
    low, high = number(m["low"]), number(m["high"])
    span = Span(m.start(), m.end() if _keeps_tail(m) else m.start("tail"))
    if _is_blank(m["low"]) or _is_blank(m["high"]):
        return Quantity(m[0], None, unit, span, blanked=True)
    if low is None or high is None or low > high:
        return None
    return Quantity(m[0], low, unit, span, upper=high, bound=_bound("", "", m["tail"] if _keeps_tail(m) else ""))


def _is_blank(written: str) -> bool:
    return written[0] in "xX*□某_"


def _keeps_tail(m: re.Match[str]) -> bool:
    """“30分钟内”的“内”是界限；“5公里内”“3处内”不当界限。"""
    return m["tail"] != "内" or m["unit"] in _SPANS_OF_TIME


def _read_amount(text: str, at: int) -> Quantity | None:
    m = _AMOUNT.match(text, at)
    if m is None or inside_number(text, m.start("number")) or not _is_amount(text, m):
        return None
    scale = m["scale"] + m["scale2"]
    loose = m["loose"] + m["loose2"] + m["loose3"] + "".join(c for c in m["more"] if c in "多余")
    tail = m["tail"] if _keeps_tail(m) else ""
    bound = _bound(m["bound"] or "", loose, tail)
    start = m.start("percent") if m["percent"] else m.start("number")
    if m["bound"] and m["bound"] != "达":
        start = m.start()
    end = m.end() if tail == m["tail"] else m.start("tail")
    span = Span(start, len(text[:end].rstrip()))
    if _is_blank(m["number"]):
        return Quantity("", None, scale + m["unit"], span, bound=bound, blanked=True)
    value = number(m["number"])
    if value is None:
        return None
    if m["percent"]:
        return Quantity("", value, "%" if m["percent"] == "百分之" else "‰", span, bound=bound)
    if m["more"]:
        value = value * SCALES[scale] + _smaller_part(m["more"])
        scale = ""
    return Quantity("", value, scale + m["unit"], span, bound=bound)


def _smaller_part(written: str) -> Decimal:
    """“1亿3千万”“2万5千”里较小的一截。"""
    value = Decimal("".join(c for c in written if c.isdigit()))
    for c in written:
        value *= SCALES.get(c, 1)
    return value


def _is_amount(text: str, m: re.Match[str]) -> bool:
    """排除不是数量的数：序号、年份、编号、名称、惯用语。"""
    start = m.start("number")
    before = text[start - 1 : start] if start else ""
    if before in ("第", "届") or not _outside_quotes(text, start, m.end()):
        return False
    if _is_blank(m["number"]):
        return _is_blanked_amount(text, m)
    if m["percent"]:
        return True
    if m["number"][0].isascii():
        return _is_arabic_amount(text, m)
    return before not in ("几", "数") and _is_chinese_amount(text, m)


def _is_arabic_amount(text: str, m: re.Match[str]) -> bool:
    unit = m["unit"]
    if unit == "周年" or (unit == "年" and len(m["number"]) == 4):  # noqa: PLR2004 - 四位数是年份
        return False
    after = text[m.end() : m.end() + 1]
    if after == "级" and unit:  # 1000吨级泊位、5000千伏安级：是等级
        return False
    return bool(unit or m["scale"]) and not (not unit and after.isascii() and after.isalpha())


def _is_chinese_amount(text: str, m: re.Match[str]) -> bool:
    written, unit, scale = m["number"], m["unit"], m["scale"]
    if (
        (unit == "年" and m["tail"] not in ("之内", "以内", "以上", "内") and text[m.end() : m.end() + 1] != "内")
        or unit in ("周年", "日")
        or _IDIOMS.match(text, m.end())
        or _IDIOMS.match(text, m.start("unit"))
    ):
        return False
    if unit not in ZH_UNITS and not (scale and (unit or len(written) > 1)):
        return False
    if written[0] in _BULK and not m["bound"]:
        return False
    if written == "一":
        return unit in SOLE_UNITS and text[m.end() : m.end() + 1] not in ("性", "一") and not scale
    return len(written) > 1 or unit in STRONG_UNITS or bool(scale) or text[m.end() : m.end() + 1] != "性"


def _outside_quotes(text: str, start: int, end: int) -> bool:
    """“四个坚持”“6个100%”里的数是名称的一部分，不是数量。"""
    left = max(text.rfind("“", 0, start), text.rfind("《", 0, start))
    if left < 0:
        return True
    close = "”" if text[left] == "“" else "》"
    right = text.find(close, left)
    if text[start] == "一" and right > end:  # “一项工作、一名领导、一套班子”
        return False
    return right < end or (close == "”" and right - left > _NAME_LENGTH)


def _is_blanked_amount(text: str, m: re.Match[str]) -> bool:
    unit, scale = m["unit"], m["scale"]
    if not unit and not scale:
        return False
    start = m.start("number")
    before = text[start - 1 : start] if start else ""
    after = text[m.end() : m.end() + 1]
    if unit in _NAMED and not scale:  # “省*处”“Xxx所”是隐去的名称
        before = text[:start].rstrip(" ")[-1:]  # 表格成句的，列名后空一格
        return bool(before) and before not in "。，、；：,;:\n“省市县" and (not after or after in "，。；、）X x*")
    if m["number"] in ("*", "**") and (not before or before in " \n*-") and not scale:  # 行首的星号是列表符号
        return False
    return not (before.isascii() and before.isalpha())


def _bound(before: str, loose: str, tail: str) -> Bound:
    if tail in ("以上", "及以上") or before in ("不少于", "不低于", "不得少于", "至少", "超过", "突破", "超", "逾"):
        return Bound.AT_LEAST
    if tail in ("以内", "以下", "之内", "内") or before in ("不超过", "不高于", "控制在", "不足", "不到"):
        return Bound.AT_MOST
    if loose:
        return Bound.OVER
    if tail or before in ("大约", "接近", "将近", "约", "近"):
        return Bound.ABOUT
    return Bound.EXACT


def _read_bare(text: str, at: int) -> Quantity | None:
    """没有单位的指数、得分（PQI 达到 93.2），表格里的整数，和“均为零”。"""
    zero = _ZERO.match(text, at)
    if zero is not None:
        return Quantity("", Decimal(0), "", Span(at, zero.end()))
    scored = _SCORE.match(text, at) if _INDEX.search(text[max(at - _NAME_LENGTH, 0) : at]) else None
    m = scored or _BARE.match(text, at)
    if m is None or inside_number(text, at) or not re.search(r"[\u4e00-\u9fff）)A-Za-z]\s?$", text[:at]):
        return None
    if not scored and text[at - 1] in "第至到" and not m["number"].count("."):
        return None
    return Quantity("", Decimal(m["number"]), "", Span(m.start(), m.end()), bound=_bound("", "", m["tail"]))


_READERS = (read_deadline, _read_ratio, _read_range, _read_rank, _read_tenths, _read_amount, _read_bare)


def base_amount(quantity: Quantity) -> tuple[Decimal, str] | None:
    """化为基本单位：36亿元 → (3600000000, "元")，30千米 → (30000, "米")。

    Returns:
        (值, 量纲)；隐去的、期限、分数没有值，为 None。没有单位时量纲为空串。
    """
    if quantity.value is None:
        return None
    scale, unit = split_unit(quantity.unit)
    dimension, factor = UNITS.get(unit, (unit, Decimal(1)))
    return quantity.value * SCALES[scale] * factor, dimension


def split_unit(unit: str) -> tuple[str, str]:
    """“万辆次” → ("万", "辆次")；“公里” → ("", "公里")。"""
    for scale in SCALES:
        if scale and unit.startswith(scale) and (unit[len(scale) :] in UNITS or unit == scale):
            return scale, unit[len(scale) :]
    return "", unit


def dimension(unit: str) -> str:
    """单位的量纲：公里、千米 → “米”，亿元、万元 → “元”；不认识的单位是它自己。"""
    bare = split_unit(unit)[1]
    return UNITS.get(bare, (bare, Decimal(1)))[0]


def same_amount(left: Quantity, right: Quantity) -> bool:
    """两个数量是否相等：按基本单位比，量词（个、项、处、家）之间视为相容；隐去的数与谁都不等。"""
    a, b = base_amount(left), base_amount(right)
    if a is None or b is None:
        return False
    return a[0] == b[0] and left.upper == right.upper and compatible(a[1], b[1])


_COUNTED = frozenset({"个", "人", "辆", ""})


def compatible(left: str, right: str) -> bool:
    """两个量纲能否相比：相同，或都是计数的量词，或一方没写单位。"""
    return left == right or not left or not right or {left, right} <= _COUNTED
