"""Word 的自动编号：按 numbering.xml 自己算出“一、”“（一）”“1.”。"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_HIGHEST = 10_000
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Level:
    """一级编号的写法：起始数、数字格式、文字样式（如“（%1）”）。

    `legal` 表示引用的上级一律写阿拉伯数字；`tight` 表示编号与文字之间不留空；
    `restart` 是用到第几级（1 起）时重来，0 为从不重来，None 为任何上级都使它重来。
    """

    start: int
    form: str
    text: str
    legal: bool = False
    tight: bool = False
    restart: int | None = None


@dataclass(frozen=True, slots=True)
class Numbering:
    """整份文件的编号定义：numId → (抽象编号, 各级写法, 各级重起数)。"""

    levels: Mapping[str, Mapping[int, Level]]
    abstract: Mapping[str, str]
    restarts: Mapping[str, Mapping[int, int]]


@dataclass(slots=True)
class Counters:
    """编号走到哪里；一份文件一个，按次序数下去。"""

    at: dict[str, dict[int, int]] = field(default_factory=dict)
    seen: set[tuple[str, int]] = field(default_factory=set)

    def next(self, numbering: Numbering, num: str, depth: int) -> str:
        """给 `num` 的第 `depth` 级下一个编号的文字；项目符号和未定义的为空。"""
        levels = numbering.levels.get(num)
        if not levels or depth not in levels:
            return ""
        counts = self.at.setdefault(numbering.abstract[num], {})
        restarts = numbering.restarts.get(num, {})
        if depth in restarts and (num, depth) not in self.seen:
            counts[depth] = restarts[depth] - 1
        self.seen.add((num, depth))
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth and _restarts(levels.get(level), depth)]:
            del counts[deeper]
        return _filled(levels, counts, depth)


def _restarts(level: Level | None, depth: int) -> bool:
    """用到上级 `depth` 时，这一级要不要从头数。"""
    return level is None or level.restart is None or depth < level.restart


def _filled(levels: Mapping[int, Level], counts: Mapping[int, int], depth: int) -> str:
    level = levels[depth]
    if level.form in {"bullet", "none"}:
        return ""
    text = level.text
    for at in range(9):
        mark = f"%{at + 1}"
        if mark in text and at in levels:
            form = "decimal" if level.legal else levels[at].form
            text = text.replace(mark, number_text(counts.get(at, levels[at].start), form))
    return text + " " if _needs_space(text) and not level.tight else text


def _needs_space(text: str) -> bool:
    """“第一条”“1.1”后面要空一格；“一、”“（一）”“①”“一是”不必。"""
    return bool(re.search("[章节条款篇编A-Za-z0-9]$", text))


def number_text(value: int, form: str) -> str:
    """按 Word 的数字格式写出一个编号；不认识的格式写阿拉伯数字。"""
    if form.startswith("decimalEnclosed"):
        return _enclosed(value, form)
    if form == "none":
        return ""
    if not 0 <= value < _HIGHEST:
        return str(value)
    write = _FORMS.get(form) or next((_FORMS[key] for key in _FORMS if form.startswith(key)), str)
    return write(value)


def _letter(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _digital(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value))


def _legal(value: int) -> str:
    return chinese(value).translate(str.maketrans("一二三四五六七八九十百", "壹贰叁肆伍陆柒捌玖拾佰"))


def _enclosed(value: int, form: str) -> str:
    if form == "decimalEnclosedParen":
        return f"（{value}）"
    if form == "decimalEnclosedFullstop":
        return f"{value}."
    return chr(0x2460 + value - 1) if 1 <= value <= 20 else f"（{value}）"  # noqa: PLR2004


def chinese(value: int) -> str:
    """1 到 999 的中文数字：十一、二十、一百零五。"""
    if not 0 < value < 1000:  # noqa: PLR2004
        return str(value)
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def roman(value: int) -> str:
    """小写罗马数字。"""
    text = ""
    for size, letters in _ROMAN:
        while value >= size:
            text += letters
            value -= size
    return text


_FORMS: Mapping[str, Callable[[int], str]] = {
    "chineseLegal": _legal,
    "ideographLegal": _legal,
    "japaneseLegal": _legal,
    "chineseCounting": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "koreanCounting": chinese,
    "ideographDigital": _digital,
    "japaneseDigital": _digital,
    "taiwaneseDigital": _digital,
    "koreanDigital": _digital,
    "ideographTraditional": lambda value: _STEMS[(value - 1) % 10],
    "ideographZodiac": lambda value: _BRANCHES[(value - 1) % 12],
    "decimalZero": lambda value: f"{value:02d}",
    "upperRoman": lambda value: roman(value).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda value: _letter(value).upper(),
    "lowerLetter": _letter,
}


def _value(element: etree._Element | None, default: str = "") -> str:
    return default if element is None else element.get(f"{W}val", default)


def _whole(text: str, default: int) -> int:
    return int(text) if re.fullmatch("-?[0-9]{1,9}", text) else default


def _level(element: etree._Element) -> Level:
    restart = element.find(f"{W}lvlRestart")
    return Level(
        start=_whole(_value(element.find(f"{W}start"), "1"), 1),
        form=_value(next(iter(element.findall(f".//{W}numFmt")[::-1]), None), "decimal"),
        text=_value(element.find(f"{W}lvlText")),
        legal=element.find(f"{W}isLgl") is not None,
        tight=_value(element.find(f"{W}suff")) == "nothing",
        restart=_whole(restart.get(f"{W}val", ""), 0) if restart is not None else None,
    )


def _levels(element: etree._Element) -> dict[int, Level]:
    return {_whole(level.get(f"{W}ilvl", "0"), 0): _level(level) for level in element.findall(f"{W}lvl")}


def numbering_of(root: etree._Element | None, linked: Mapping[str, str]) -> Numbering:
    """读 numbering.xml。

    Args:
        root: 根元素；文件里没有编号则为 None。
        linked: 编号样式名 → numId，供 `numStyleLink` 转接。
    """
    if root is None:
        return Numbering({}, {}, {})
    abstracts = {item.get(f"{W}abstractNumId", ""): item for item in root.findall(f"{W}abstractNum")}
    nums = {item.get(f"{W}numId", ""): item for item in root.findall(f"{W}num")}
    levels: dict[str, dict[int, Level]] = {}
    abstract: dict[str, str] = {}
    restarts: dict[str, dict[int, int]] = {}
    for num, item in nums.items():
        key = _value(item.find(f"{W}abstractNumId"))
        definition = abstracts.get(key)
        link = _value(definition.find(f"{W}numStyleLink")) if definition is not None else ""
        if link in linked and linked[link] in nums:
            key = _value(nums[linked[link]].find(f"{W}abstractNumId"))
            definition = abstracts.get(key)
        if definition is None:
            continue
        levels[num], restarts[num] = _levels(definition), {}
        abstract[num] = key
        for override in item.findall(f"{W}lvlOverride"):
            depth = _whole(override.get(f"{W}ilvl", "0"), 0)
            levels[num].update(_levels(override))
            start = override.find(f"{W}startOverride")
            if start is not None:
                restarts[num][depth] = _whole(_value(start, "1"), 1)
    return Numbering(levels, abstract, restarts)
