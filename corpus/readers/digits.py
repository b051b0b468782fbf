"""数字字符的个数：原始层与读出的对照，供“丢数警报”。"""

import re

from corpus.records import Text

_DIGIT = re.compile("[0-9０-９]")


def count(text: str) -> int:
    """半角与全角阿拉伯数字的个数。"""
    return len(_DIGIT.findall(text))


def lost(text: Text) -> int:
    """读出的比原始层少了几个数字；没有少则为 0。"""
    own = max(0, text.raw_digits - sum(count(line.text) for line in text.lines))
    return own + sum(lost(member.text) for member in text.members)
