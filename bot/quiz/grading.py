"""判分：读懂打的字、选的项，说清是数错了还是单位错了。"""

import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from bot.quiz.deadlines import due
from bot.quiz.items import LETTERS, TYPED_KINDS, Item, ItemKind
from index.matching import plain
from index.quantities import chinese_number, compatible, fold, split_unit
from index.units import SCALES, UNITS

_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_CHINESE = re.compile(
    r"[零〇一二三四五六七八九十百千万亿两]+(?:点[零〇一二三四五六七八九]+)?|[零〇一二三四五六七八九十]+点[零〇一二三四五六七八九]+"
)
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億點²³", "一二三四五六七八九十百千万亿点23")
_SPELLED = {"m2": "平方米", "m3": "立方米", "km2": "平方公里"}
_PARTS = re.compile(r"(\d+(?:\.\d+)?)亿(?:零?(\d+(?:\.\d+)?)(千万|百万|万))(?!\d)")
"""“1亿8000万”“1亿8千万”。"""
_ODD_SCALES = ("千亿", "百亿", "千万", "百万", "十万", "千", "百")
_LEAD = re.compile(r"^(?:答案?[是为:：]?|大?约|接?近|大概|共计?|合计|是|为|人民币|[:：=¥￥])+")
_TAIL = re.compile(r"(?:左右|上下|[。.!！])+$")
_RANGE = re.compile(r"^(?P<from>.+?)(?:至|到|[-~～—–－]+)(?P<to>.+)$")
_DATE = re.compile(r"^(\d{4})(?:年|[-./])(?:(\d{1,2})(?:月|[-./]|$)(?:(\d{1,2})[日号]?)?)?$")
_YES = frozenset("对 是 正确 √ ✓ t true y yes 1 a 真".split())
_NO = frozenset("错 否 不对 错误 不正确 不是 × x ✗ f false n no 2 b 假".split())


class Verdict(StrEnum):
    """判分的结果，值即给人看的说法。"""

    RIGHT = "答对了"
    WRONG = "答错了"
    WRONG_VALUE = "数不对"
    WRONG_UNIT = "数对，单位不对"
    UNREADABLE = "没有看懂"
    SKIPPED = "没有作答"


def grade(item: Item, given: str) -> Verdict:
    """判一道题。

    Args:
        item: 题目。
        given: 打的字；选择题是字母、序号或选项的文字。

    Returns:
        看不懂的是 UNREADABLE，不算答错，请他重答。
    """
    if not given.strip():
        return Verdict.UNREADABLE
    if item.kind is ItemKind.FILL:
        return grade_figure(item.key.text, given)
    if item.kind in TYPED_KINDS:
        return _grade_text(item.key.text, given)
    chosen = choices(item, given)
    if chosen is None:
        return Verdict.UNREADABLE
    right = chosen == item.key.choices if item.kind is ItemKind.ORDER else set(chosen) == set(item.key.choices)
    return Verdict.RIGHT if right else Verdict.WRONG


def _grade_text(key: str, given: str) -> Verdict:
    if _tidy(key) == _tidy(given) or _same_moment(key, given):
        return Verdict.RIGHT
    want, told = _RANGE.match(key.strip()), _RANGE.match(given.strip())
    if want and told and (unit := read(want["to"])) is not None and unit[1]:
        return _same(all(_same_end(want[end], told[end], unit[1]) for end in ("from", "to")))
    if read(key) is not None and read(given) is not None:
        return grade_figure(key, given)
    return Verdict.WRONG


def _same_end(key: str, given: str, unit: str) -> bool:
    """区间的一端：没写单位的照区间的单位。"""
    bare = read(key)
    whole = key if bare is None or bare[1] else f"{key}{unit}"
    return grade_figure(whole, given) is Verdict.RIGHT


def _same_moment(key: str, given: str) -> bool:
    """同一天、同一月，或同一个期限：2023年6月30日 与 2023-06-30，9月底前 与 9月底。"""
    first = _date(key)
    return (first is not None and first == _date(given)) or (due(key) is not None and due(key) == due(given))


def _date(text: str) -> tuple[int, ...] | None:
    said = re.sub(
        r"[〇零一二三四五六七八九十]+(?=[年月日号])",
        lambda m: str(chinese_number(m[0].replace("零", "〇"))),
        re.sub(r"\s+", "", fold(text)),
    )
    found = _DATE.match(said)
    return None if found is None else tuple(int(part) for part in found.groups() if part)


def _tidy(text: str) -> str:
    return re.sub(r"[，,。；;：:、.！!？?（）()]", "", plain(fold(text)))


def grade_figure(key: str, given: str) -> Verdict:
    """判一个数：30、30公里、三十公里、30km 与 30千米 都对 30公里；30米是单位不对。"""
    want, told = read(key), read(given)
    if told is None:
        return Verdict.UNREADABLE
    if want is None:
        return Verdict.WRONG
    key_scale, key_unit = split_unit(want[1])
    if told[1] == "":
        return _same(told[0] in (want[0], want[0] * SCALES[key_scale]))
    scale, unit = split_unit(told[1])
    base, known = UNITS.get(unit, (unit, Decimal(1)))[::-1] if unit else (Decimal(1), "")
    key_base, key_known = UNITS.get(key_unit, (key_unit, Decimal(1)))[::-1] if key_unit else (Decimal(1), "")
    value = told[0] * SCALES[scale] * (base if unit else key_base)
    wanted = want[0] * SCALES[key_scale] * key_base
    if not unit or known == key_known or (unit == "个" and compatible(known, key_known)):
        return _by_amount(value == wanted, told[0] == want[0] and told[1] != want[1] and value != wanted)
    return (
        Verdict.WRONG_UNIT
        if told[0] == want[0] or told[0] * SCALES[scale] == want[0] * SCALES[key_scale]
        else Verdict.WRONG_VALUE
    )


def _same(right: bool) -> Verdict:  # noqa: FBT001 - 判断的结果
    return Verdict.RIGHT if right else Verdict.WRONG_VALUE


def _by_amount(right: bool, only_unit: bool) -> Verdict:  # noqa: FBT001 - 判断的结果
    if right:
        return Verdict.RIGHT
    return Verdict.WRONG_UNIT if only_unit else Verdict.WRONG_VALUE


def read(text: str) -> tuple[Decimal, str] | None:
    """读出一个数和它的单位（可带万、亿）；不是一个数，或写法不通（0.3百公里）为 None。"""
    said = _LEAD.sub("", _TAIL.sub("", re.sub(r"\s+", "", fold(text)).translate(_FORMAL)))
    said = re.sub(r"^百分之(.+)$", r"\1%", said)
    said = re.sub(r"(?<![a-z])(?:km2|m[23])$", lambda m: _SPELLED[m[0].lower()], said, flags=re.IGNORECASE)
    said = _PARTS.sub(_summed, said)
    value, rest = _number(said)
    if value is None:
        return None
    if rest in UNITS:  # “千米”不是“千个米”
        return value, rest
    scale, unit = split_unit(rest) if rest not in SCALES else (rest, "")
    if scale in _ODD_SCALES and not _plain_scale(value, scale):
        return None
    if unit and unit not in UNITS and "/" not in unit:
        return None
    return value, f"{scale}{unit}"


def _summed(found: re.Match[str]) -> str:
    """几亿几千万合成几亿。"""
    scale = {"万": 4, "百万": 6, "千万": 7}[found[3]]
    return f"{(Decimal(found[1]) + Decimal(found[2]).scaleb(scale - 8)).normalize():f}亿"


def _plain_scale(value: Decimal, scale: str) -> bool:
    """“3千人”“5百米”说得通，“0.3百公里”“12百”不通。"""
    return value == value.to_integral_value() and 1 <= value < 10 if scale in ("千", "百") else value >= 1  # noqa: PLR2004 - 一位数


def _number(said: str) -> tuple[Decimal | None, str]:
    found = _ARABIC.match(said)
    if found is not None:
        try:
            return Decimal(found[0].replace(",", "")), said[found.end() :]
        except InvalidOperation:
            return None, said
    found = _CHINESE.match(said)
    if found is None:
        return None, said
    written = found[0]
    tail = re.search(r"(?<=点)[零〇一二三四五六七八九]+$", written)
    if tail is None and written[-1] in "万亿" and len(written) > 1:
        value = chinese_number(written)
        return value, said[found.end() :]
    return chinese_number(written), said[found.end() :]


def choices(item: Item, given: str) -> tuple[int, ...] | None:
    """选了哪几项，按所写的先后；看不懂为 None。"""
    said = fold(given).strip().lower()
    if item.kind is ItemKind.TRUE_FALSE:
        bare = said.strip("。.!！ ")
        return (0,) if bare in _YES else (1,) if bare in _NO else None
    written = [i for i, option in enumerate(item.options) if _tidy(option) == _tidy(given)]
    if written:
        return (written[0],)
    picked = _letters(said) or _digits(said, len(item.options))
    if picked is None or len(set(picked)) != len(picked) or any(i >= len(item.options) for i in picked):
        return None
    many = item.kind in (ItemKind.MULTIPLE, ItemKind.ORDER) or len(item.key.choices) > 1
    return tuple(picked) if many or len(picked) == 1 else None


def _letters(said: str) -> list[int] | None:
    bare = re.sub(r"[\s,，、;；.。>→和-]", "", said)
    return [LETTERS.index(c.upper()) for c in bare] if re.fullmatch(r"[a-l]+", bare) else None


def _digits(said: str, count: int) -> list[int] | None:
    """序号从一起；选项不到十个时可以连写（213）。"""
    if not re.fullmatch(r"[\d\s,，、;；.。>→和-]+", said):
        return None
    parts = re.findall(r"\d+", said)
    if len(parts) == 1 and count < 10:  # noqa: PLR2004 - 一位的序号才能连写
        parts = list(parts[0])
    found = [int(p) - 1 for p in parts]
    return found if found and all(i >= 0 for i in found) else None
