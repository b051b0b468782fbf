"""数量：30公里 = 30 千米 = 三十公里；1.8亿元 = 18000万元；X台是隐去的数，X009 是一条路。"""

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from corpus.records import Span
from index.records import Bound, Measure, Quantity
from index.units import SCALES, SOLE_UNITS, STRONG_UNITS, UNIT_PATTERN, UNITS, ZH_UNITS

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

# 只做等长替换，这样读出的位置就是原文的位置。
_FOLD = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in "，：；！？（）"}
_FOLD |= {ord("　"): " ", ord("\xa0"): " ", ord("﹪"): "%", ord("×"): "x", ord("○"): "〇"}

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE = r"[零〇一二三四五六七八九十百千两](?:[零〇一二三四五六七八九十百千两]|[万亿](?=[零〇一二三四五六七八九两十]))*(?:点[零〇一二三四五六七八九]+)?"
_BLANK = r"[xX*□]{1,8}(?:\.[xX*□]+)?|某(?=[\d万亿个名家条台辆元人])"
_SCALE = r"万亿|千亿|百亿|亿|千万|百万|十万|万(?!众|无一|里长|村)|千(?![米克瓦伏])|百(?!分)|"
_LOOSE = r"余|多(?!少|种|项|个|家|次|元)|来|几|"
_BEFORE = r"(?P<bound>不少于|不低于|不得少于|至少|不超过|不高于|控制在|大约|接近|超过|突破|将近|约|近|超|逾|达)?"
_AFTER = r"(?P<tail>及?以上|以内|以下|左右|上下|之内)?"

_AMOUNT = re.compile(
    rf"{_BEFORE}\s?"
    rf"(?P<percent>百分之|千分之)?(?P<number>{_ARABIC}|{_CHINESE}|{_BLANK})\s?"
    rf"(?P<loose>{_LOOSE})(?P<scale>{_SCALE})(?P<loose2>{_LOOSE})\s?"
    rf"(?P<more>\d{{1,4}}万|[1-9]千|)\s?(?P<unit>{UNIT_PATTERN}|)\s?{_AFTER}"
)
_RANGE = re.compile(
    rf"(?P<low>{_ARABIC}|{_CHINESE}|{_BLANK})\s?(?P<lowunit>万亿|亿|万|%|)\s?(?:-|－|—{{1,2}}|–|~|～|至|到)\s?"
    rf"(?P<high>{_ARABIC}|{_CHINESE}|{_BLANK})\s?(?P<loose>{_LOOSE})(?P<scale>{_SCALE})\s?(?P<unit>{UNIT_PATTERN})"
    rf"\s?{_AFTER}"
)
_RANK = re.compile(
    rf"第\s?(?P<number>\d+|[一二三四五六七八九十]+)\s?(?:(?P<unit>名|位)"
    rf"|(?<=[一二三四五六七八九十\d])(?=[，。；、！）)\s和]|$|的))"
)
_RATIO = re.compile(rf"(?P<bottom>[{''.join(_DIGITS)}十百\d]+)分之(?P<top>[{''.join(_DIGITS)}十\d]+)")
_YEAR = r"(?:(?:19|20)\d{2}|[12二一][〇零○Oo0９9\d一二三四五六七八九]{3})\s?年"
_DATE = re.compile(
    rf"(?P<year>{_YEAR})?(?:(?P<half>上半年|下半年|年底|年末|年初|年中|春节|国庆)"
    rf"|(?P<quarter>第?[一二三四1234]季度)"
    rf"|(?P<month>(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s?月)"
    rf"(?P<day>(?:[1-3]?\d|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]|底|末|初|[上中下]旬|份)?)"
    rf"(?P<edge>之?前|以前|底前|末前|之内|内)?"
)
_CODE_BEFORE = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ_.]$")
_LETTERS_AFTER = re.compile(r"[A-Za-z]")
_NAMED = "处所部站县市省村镇乡局队"


def fold(text: str) -> str:
    """全角数字、字母、符号化为半角；长度不变，位置不变。"""
    return text.translate(_FOLD)


def chinese_number(text: str) -> Decimal | None:
    """中文数字的值：三十 → 30，一百二十 → 120，二〇二三 → 2023，一点八 → 1.8；不是数字则为 None。"""
    whole, dot, fraction = text.partition("点")
    value = _chinese_integer(whole)
    if value is None or (dot and not fraction):
        return None
    digits = "".join(str(_DIGITS[c]) for c in fraction)
    return Decimal(f"{value}.{digits}") if digits else Decimal(value)


def _chinese_integer(text: str) -> int | None:
    if not text or any(c not in _DIGITS and c not in _PLACES and c not in _MYRIADS for c in text):
        return None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _PLACES:
            section += (digit or 1) * _PLACES[c]
            digit = 0
        else:
            total = (total + section + digit) * _MYRIADS[c]
            section = digit = 0
    return total + section + digit


def number(text: str) -> Decimal | None:
    """阿拉伯或中文数字的值，认千分位；不是数字则为 None。"""
    if text[:1].isascii() and text[:1].isdigit():
        try:
            return Decimal(text.replace(",", ""))
        except InvalidOperation:
            return None
    return chinese_number(text)


def quantities(text: str) -> tuple[Quantity, ...]:
    """从左到右读出文字里的全部数量。

    Args:
        text: 任意文字，通常是一句；位置以它为准。

    Returns:
        互不重叠的数量。年份、道路编号、条目序号、文号不算数量；期限、名次、分数各有其 `measure`。
    """
    folded = fold(text)
    found: list[Quantity] = []
    at = 0
    while at < len(folded):
        quantity = next(filter(None, (read(folded, at) for read in _READERS)), None)
        if quantity is None:
            at += 1
            continue
        raw = text[quantity.span.start : quantity.span.end]
        found.append(replace(quantity, raw=raw))
        at = quantity.span.end
    return tuple(found)


def _starts_inside_number(text: str, start: int) -> bool:
    """前面紧挨着字母、小数点或数字：是编号（X009、PM2.5）或数的后半截。"""
    if start == 0:
        return False
    before, here = text[start - 1], text[start]
    chinese = before in _DIGITS or before in _PLACES
    return bool(_CODE_BEFORE.search(before)) or before.isdigit() or (chinese and (here in _DIGITS or here in _PLACES))


def _read_date(text: str, at: int) -> Quantity | None:
    m = _DATE.match(text, at)
    if m is None or _starts_inside_number(text, at) or (at and text[at - 1] in "第每"):
        return None
    if m["month"] and not (m["day"] or m["edge"] or m["year"] or _begins_clause(text, at)):
        return None
    return Quantity(m[0], None, "", Span(m.start(), m.end()), measure=Measure.DATE)


def _begins_clause(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum() or text[at - 1] in "于在年到至"


def _read_ratio(text: str, at: int) -> Quantity | None:
    m = _RATIO.match(text, at)
    if m is None or m["bottom"] in ("百", "千", "万") or _starts_inside_number(text, at):
        return None
    return Quantity(m[0], None, "", Span(m.start(), m.end()), measure=Measure.RATIO)


def _read_rank(text: str, at: int) -> Quantity | None:
    m = _RANK.match(text, at)
    if m is None:
        return None
    value = number(m["number"])
    if value is None:
        return None
    return Quantity(m[0], value, m["unit"] or "", Span(m.start(), m.end()), measure=Measure.RANK)


def _read_range(text: str, at: int) -> Quantity | None:
    m = _RANGE.match(text, at)
    if m is None or _starts_inside_number(text, at) or (at and text[at - 1] == "第"):
        return None
    unit = m["scale"] + m["unit"]
    if m["lowunit"] not in ("", m["scale"], m["unit"]) or (m["unit"] == "年" and len(m["high"]) >= 4):  # noqa: PLR2004 - 起止年份
        return None
    low, high = number(m["low"]), number(m["high"])
    blanked = _is_blank(m["low"]) or _is_blank(m["high"])
    if blanked:
        return Quantity(m[0], None, unit, Span(m.start(), m.end()), blanked=True)
    if low is None or high is None or low > high:
        return None
    return Quantity(m[0], low, unit, Span(m.start(), m.end()), upper=high, bound=_bound("", "", m["tail"] or ""))


def _is_blank(token: str) -> bool:
    return token[0] in "xX*□某"


def _read_amount(text: str, at: int) -> Quantity | None:
    m = _AMOUNT.match(text, at)
    if m is None or _starts_inside_number(text, m.start("number")):
        return None
    token, unit, scale = m["number"], m["unit"], m["scale"]
    before = text[m.start("number") - 1 : m.start("number")]
    if before == "第" or not _outside_quotes(text, m.start("number"), m.end()) or not _is_amount(text, m):
        return None
    bound = _bound(m["bound"] or "", m["loose"] + m["loose2"], m["tail"] or "")
    start = m.start("percent") if m["percent"] else m.start("number")
    if m["bound"] and m["bound"] != "达":
        start = m.start()
    span = Span(start, len(text[: m.end()].rstrip()))
    if _is_blank(token):
        return Quantity("", None, scale + unit, span, bound=bound, blanked=True)
    value = number(token)
    if value is None:
        return None
    if m["percent"]:
        return Quantity("", value, "%" if m["percent"] == "百分之" else "‰", span, bound=bound)
    if m["more"]:
        value = value * SCALES[scale] + Decimal(m["more"][:-1]) * SCALES[m["more"][-1]]
        scale = ""
    return Quantity("", value, scale + unit, span, bound=bound)


def _is_amount(text: str, m: re.Match[str]) -> bool:
    """排除不是数量的数：序号、年份、编号、惯用语。"""
    token, unit, scale = m["number"], m["unit"], m["scale"]
    after = text[m.end() : m.end() + 1]
    if _is_blank(token):
        return _is_blanked_amount(text, m)
    if m["percent"]:
        return True
    if token[0].isascii():
        if unit == "周年" or (unit == "年" and len(token) == 4):  # noqa: PLR2004 - 四位数是年份
            return False
        return bool(unit or scale) and not (not unit and _LETTERS_AFTER.match(after))
    if unit in ("年", "周年"):
        return False
    if unit not in ZH_UNITS and not (scale and unit) and not (scale and len(token) > 1):
        return False
    if len(token) == 1 and unit not in STRONG_UNITS and not scale:
        return token != "一" and after != "性"
    return token != "一" or (unit in SOLE_UNITS and after != "性")


_NAME_LENGTH = 12


def _outside_quotes(text: str, start: int, end: int) -> bool:
    """“四个坚持”“6个100%”里的数是名称的一部分，不是数量。"""
    left = max(text.rfind("“", 0, start), text.rfind("《", 0, start))
    if left < 0:
        return True
    close = "”" if text[left] == "“" else "》"
    right = text.find(close, left)
    return right < end or (close == "”" and right - left > _NAME_LENGTH)


def _is_blanked_amount(text: str, m: re.Match[str]) -> bool:
    unit, scale = m["unit"], m["scale"]
    if not unit and not scale:
        return False
    before = text[m.start("number") - 1 : m.start("number")]
    after = text[m.end() : m.end() + 1]
    if unit in _NAMED and not scale:  # “省*处”“Xxx所”是隐去的名称
        return bool(before) and before not in "。，、；：,;:\n “省市县" and (not after or after in "，。；、）X x*")
    return not (before.isascii() and before.isalpha())


def _bound(before: str, loose: str, tail: str) -> Bound:
    if tail in ("以上", "及以上") or before in ("不少于", "不低于", "不得少于", "至少", "超过", "突破", "超", "逾"):
        return Bound.AT_LEAST
    if tail in ("以内", "以下", "之内") or before in ("不超过", "不高于", "控制在"):
        return Bound.AT_MOST
    if loose:
        return Bound.OVER
    if tail or before in ("大约", "接近", "将近", "约", "近"):
        return Bound.ABOUT
    return Bound.EXACT


_BARE = re.compile(
    r"(?P<number>\d{1,4}\.\d+|(?<=[）)])\d{2,3}|(?<=指数)\d{2,3})(?=[，。；、）)\s和]|$|以上|左右)\s?(?P<tail>以上|左右|以内)?"
)


def _read_bare(text: str, at: int) -> Quantity | None:
    """没有单位的指数、得分：PQI 达到 93.2。"""
    m = _BARE.match(text, at)
    if m is None or _starts_inside_number(text, at) or not re.search(r"[\u4e00-\u9fff）)A-Za-z]\s?$", text[:at]):
        return None
    if text[at - 1] in "第至到":
        return None
    return Quantity("", Decimal(m["number"]), "", Span(m.start(), m.end()), bound=_bound("", "", m["tail"] or ""))


_READERS = (_read_date, _read_ratio, _read_range, _read_rank, _read_amount, _read_bare)


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
