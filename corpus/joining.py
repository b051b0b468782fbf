"""接行：把排版断开的行接回自然段，标题、题名和整段不动。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from corpus.markers import marker
from corpus.records import Line

_OPEN_END = re.compile(r"(?:[“‘（《〈「【\[(、，,]|——|—)$")
_CLOSE_START = re.compile(r"[，。、；：！？”’）》〉」】％%\])]")
_STOP_END = re.compile(r"[。！？；：:…!?;][”’）》」】)\]]*$")
_SALUTATION = re.compile(
    r"(?:各位[\u4e00-\u9fff、]{1,12}|[\u4e00-\u9fff、]{0,10}同志们|同事们|朋友们)[，,]?[\u4e00-\u9fff、]{0,10}[：:！!]?"
)
_ADDRESS = re.compile(r"(?:同志们|各位代表|各位委员|各位领导|各位同事|同事们)[，,：:！!]")
_PAIRS = {"“": "”", "‘": "’", "（": "）", "《": "》", "「": "」", "【": "】"}
_WRAP_LIMIT = 60
_WRAP_SHARE = 0.5
_FULL = 0.85
_LONG = 30
_HEADING_LIMIT = 60
_LONGEST = 5000
"""一段最多接到多少字；没有标点的清单、日志不会接成一大段。"""


class Breaks(Enum):
    """一份文件的换行习惯。"""

    TIDY = "一行一段"
    WRAPPED = "按行宽折行"
    BROKEN = "随处断行"


@dataclass(frozen=True, slots=True)
class Habit:
    """换行习惯、满行的宽度（以汉字计），以及是否用缩进标明段首。"""

    breaks: Breaks
    width: float
    indented: bool


def width(text: str) -> float:
    """显示宽度，以汉字为 1、西文字符为半。"""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def ends_sentence(text: str) -> bool:
    """一行是否以句末标点（含冒号、分号）收尾。"""
    return bool(_STOP_END.search(text.rstrip()))


def is_salutation(text: str) -> bool:
    """是否是“同志们：”“各位代表！”这样的称呼。"""
    return bool(_SALUTATION.fullmatch(text.strip())) and len(text.strip()) > 1


def habit_of(lines: Sequence[Line]) -> Habit:
    """看出一份文件的换行习惯。"""
    loose = [line.text for line in lines if not line.whole and line.text.strip()]
    widths = sorted(width(text.strip()) for text in loose)
    full = widths[int(len(widths) * 0.9)] if widths else 0.0
    starts = [text.startswith(" ") for text in loose]
    indented = any(starts) and not all(starts)
    if sum(bool(_CLOSE_START.match(text.strip())) for text in loose) >= 2:  # noqa: PLR2004
        if full > _WRAP_LIMIT or not _mostly_full(loose, full):
            return Habit(Breaks.BROKEN, full, indented)
        return Habit(Breaks.WRAPPED, full, indented)
    if full <= _WRAP_LIMIT and _mostly_full(loose, full):
        return Habit(Breaks.WRAPPED, full, indented)
    return Habit(Breaks.TIDY, full, indented)


def _mostly_full(texts: Sequence[str], full: float) -> bool:
    """多数行写到行宽，且多数满行断在句中。"""
    filled = [text for text in texts if width(text.strip()) >= _FULL * full]
    if len(texts) < 4 or len(filled) < _WRAP_SHARE * len(texts) or full < 15:  # noqa: PLR2004
        return False
    return sum(not ends_sentence(text) for text in filled) >= _WRAP_SHARE * len(filled)


def join(lines: Sequence[Line]) -> tuple[Line, ...]:
    """接好断行，去掉空行；接成的段取首行的页码与级别。"""
    habit = habit_of(lines)
    blocks: list[Line] = []
    last: Line | None = None
    gap = False
    in_front = True
    for line in lines:
        if not line.text.strip():
            gap = True
            continue
        if last is not None and joins(blocks[-1], last, line, habit, gap=gap, in_front=in_front):
            blocks[-1] = replace(blocks[-1], text=glued(blocks[-1].text, line.text))
        else:
            blocks.append(replace(line, text=line.text.strip()))
        in_front = in_front and not _is_body(line.text.strip())
        last, gap = line, False
    return tuple(blocks)


def _is_body(text: str) -> bool:
    """正文的一行：带句末标点、序号，或比题名长。"""
    return ends_sentence(text) or marker(text) is not None or width(text) > _LONG or "，" in text


def joins(  # noqa: PLR0913 - 各参数都是一件事实
    block: Line, last: Line, line: Line, habit: Habit, *, gap: bool, in_front: bool
) -> bool:
    """下一行是否接在这一段后面。

    Args:
        block: 已接成的段。
        last: 段里最后一行的原样（含缩进）。
        line: 下一行。
        habit: 全文的换行习惯。
        gap: 两行之间有空行。
        in_front: 还在正文之前（题名、单位、日期一带）。
    """
    a, b = block.text.rstrip(), line.text.strip()
    if block.whole or line.whole or block.level is not None or line.level is not None or len(a) > _LONGEST:
        return False
    if marker(b) or is_salutation(b) or _ADDRESS.match(b):
        return False
    if in_front:
        return len(b) == 1 and not gap and not b.isdigit()
    if _CLOSE_START.match(b) or (not gap and is_open(a, b)):
        return True
    if ends_sentence(a):
        return _runs_on(last, line, habit) and not gap
    return _unfinished(a, last, line, habit, gap=gap)


def is_open(a: str, b: str) -> bool:
    """一段以逗号、顿号收尾，或引号、括号还开着而下一行关上：一定没有写完。"""
    if _OPEN_END.search(a) or _splits_word(a, b):
        return True
    tail = a[-200:]
    for opener, closer in _PAIRS.items():
        if tail.count(opener) > tail.count(closer):
            at, reopened = b.find(closer), b.find(opener)
            if at >= 0 and (reopened < 0 or at < reopened):
                return True
    return False


def _runs_on(last: Line, line: Line, habit: Habit) -> bool:
    """句号恰在行末：只有折行、段首缩进、行已写满时才看得出还没分段。"""
    return (
        habit.breaks is Breaks.WRAPPED
        and habit.indented
        and not line.text.startswith(" ")
        and width(last.text.strip()) >= _FULL * habit.width
    )


def _unfinished(a: str, last: Line, line: Line, habit: Habit, *, gap: bool) -> bool:
    """没有句末标点的一行：按换行习惯看它是断在句中，还是小标题。"""
    headed = marker(a) is not None and len(a) <= _HEADING_LIMIT
    if habit.breaks is Breaks.BROKEN:
        return not headed or _too_short(a)
    if gap:
        return False
    if habit.breaks is Breaks.WRAPPED:
        fresh = habit.indented and line.text.startswith(" ") and not last.text.startswith(" ")
        return not fresh and width(last.text.strip()) >= _FULL * habit.width
    return not headed and width(a) >= _LONG


def _too_short(a: str) -> bool:
    """序号后面的字太少，不成标题：“1.加快”后面断开的还要接上。"""
    found = marker(a)
    return found is not None and len(a) - found.end < (2 if found.rank <= 5 else 4)  # noqa: PLR2004


def _splits_word(a: str, b: str) -> bool:
    """一个西文词在行尾以连字符断开。"""
    return bool(re.search("[a-z]-$", a) and re.match("[a-z]", b))


def glued(a: str, b: str) -> str:
    """接起两行：西文词之间、数与数之间留一空格，其余紧接。"""
    a, b = a.rstrip(), b.lstrip()
    if _splits_word(a, b):
        return a[:-1] + b
    words = a[-1:].isascii() and b[:1].isascii() and a[-1:].isalpha() and b[:1].isalpha()
    numbers = a[-1:].isdigit() and b[:1].isdigit()
    return f"{a} {b}" if words or numbers else a + b
