"""同音字。"""

from collections import defaultdict
from functools import cache

_FIRST, _LAST = 0x4E00, 0x9FA5


def homophones(character: str) -> tuple[str, ...]:
    """与一个汉字同音（不论声调）的字，含它自己；不是汉字则为空。"""
    readings, groups = _tables()
    return tuple(c for reading in readings.get(character, ()) for c in groups[reading])


@cache
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, list[str]]]:
    """字 → 读音，读音 → 字；只取每个字的头一个读音，按通用规范的常用字。"""
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 - 字典只在用到时装入
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415

    readings: dict[str, tuple[str, ...]] = {}
    groups: dict[str, list[str]] = defaultdict(list)
    for code in range(_FIRST, _LAST + 1):
        if code not in PINYIN_DICT or not _is_common(chr(code)):
            continue
        reading = to_normal(PINYIN_DICT[code].split(",")[0])
        readings[chr(code)] = (reading,)
        groups[reading].append(chr(code))
    return readings, groups


def _is_common(character: str) -> bool:
    """GB 2312 里有的字（6763 个）。"""
    try:
        return len(character.encode("gb2312")) == 2  # noqa: PLR2004 - 双字节
    except UnicodeEncodeError:
        return False
