"""一个说法在一段文字里有没有、有多像。"""

import re
from functools import lru_cache
from itertools import pairwise

_MARKS = re.compile(r"[“”\"'‘’《》「」\s]")
_ROMAN = str.maketrans("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", "一二三四五六七八九十")

EXACT = 1.0
SYNONYM = 0.92
SCATTERED = 0.86
PARTIAL = 0.75
_GAP = 3
_LONGEST_ABBREVIATION = 6
_SHORTEST = 2


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """比对用的文字：小写，去掉引号、书名号和空白；Ⅳ级即四级。"""
    return _MARKS.sub("", text).translate(_ROMAN).lower()


def closeness(term: str, others: tuple[str, ...], text: str) -> float:
    """`term`（或其同义说法 `others`）在 `text`（须先经 `plain`）里的吻合程度。

    Returns:
        1 逐字出现；0.92 出现同义说法；0.8 各字依次出现、间隔不大（母婴室 → 母婴休息室）；
        否则按二字串的重合给分，不足一半为 0。
    """
    if term in text:
        return EXACT
    if any(other in text for other in others) or _inverted(term) in text:
        return SYNONYM
    if _scattered(term, text):
        return SCATTERED
    return _overlap(term, text)


def _inverted(term: str) -> str:
    """动宾倒过来说：隐患排查 → 排查隐患，危桥改造 → 改造危桥；不是四字的不倒。"""
    return term[2:] + term[:2] if len(term) == 4 else term  # noqa: PLR2004


def _scattered(term: str, text: str) -> bool:
    if not _SHORTEST <= len(term) <= _LONGEST_ABBREVIATION or not all(c in text for c in term):
        return False
    return _spread(term).search(text) is not None


@lru_cache(maxsize=4096)
def _spread(term: str) -> re.Pattern[str]:
    gap = _GAP if len(term) > 2 else 2  # noqa: PLR2004 - 二字词放宽了会乱配
    return re.compile(rf"[^，。；：、]{{0,{gap}}}".join(map(re.escape, term)))


@lru_cache(maxsize=4096)
def _grams(term: str) -> tuple[str, ...]:
    return tuple(a + b for a, b in pairwise(term))


def _overlap(term: str, text: str) -> float:
    grams = _grams(term)
    if len(grams) < 2:  # noqa: PLR2004 - 二字词只有一个二字串，要么全中要么不中
        return 0.0
    share = sum([g in text for g in grams]) / len(grams)
    return PARTIAL * share if share >= 0.5 else 0.0  # noqa: PLR2004 - 半数以上才算像
