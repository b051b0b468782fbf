"""长消息按字节分段：在行末断开，不断在字、数字、表格的行与出处之中。"""

import re
import unicodedata
from enum import IntEnum

LIMIT = 2048
"""自建应用的文本与 markdown，一条最多多少字节。"""
STREAM_LIMIT = 20480
"""智能机器人的一帧，最多多少字节。"""


class Rank(IntEnum):
    """在这里断开有多好；越小越好。"""

    PARAGRAPH = 0
    LINE = 1
    SENTENCE = 2
    CLAUSE = 3
    ANYWHERE = 4
    IN_CITATION = 5
    IN_NUMBER = 6
    NEVER = 7


_NUMBER = r"[0-9０-９]+(?:[.．][0-9０-９]+|[,，][0-9０-９]{3}(?![0-9０-９]))*"
_UNIT = r"[ \u00a0]?[%％‰万亿元公里米座个台人次辆吨项家处件所条年月日]{0,4}"
_DIGITS = re.compile(rf"{_NUMBER}|[0-9０-９]+")
_WHOLE = re.compile(
    rf"《[^《》\n]*》|〔[^〔〕\n]*〕[0-9０-９]*号?|\*\*[^*\n]+\*\*|\[[^\[\]\n]*\]\([^()\s]*\)|</?[a-z][^<>\n]*>"
    rf"|[-−]?(?:{_NUMBER})(?:[-~～—–/:：](?:{_NUMBER}))?{_UNIT}|[〇零一二三四五六七八九十百千万亿两]{{2,}}"
)
_SENTENCE_END = frozenset("。！？；!?;")
_CLAUSE_END = frozenset("，、：,:|｜ \t\u3000")
_JOINER = "\u200d"
_CLINGING = frozenset((_JOINER, "\ufe0e", "\ufe0f", "\u20e3"))


def split(text: str, limit: int = LIMIT) -> tuple[str, ...]:
    """分段；各段首尾相接就是原文，每段不超过 `limit` 字节。"""
    sizes = _sizes(text)
    ranks = _ranks(text) if sizes[-1] > limit else []
    parts: list[str] = []
    start = 0
    while sizes[-1] - sizes[start] > limit:
        end = _cut(ranks, sizes, start, limit)
        parts.append(text[start:end])
        start = end
    return (*parts, text[start:]) if start < len(text) else tuple(parts)


def size(text: str) -> int:
    """UTF-8 有多少字节。"""
    return len(text.encode("utf-8", "surrogatepass"))


def _sizes(text: str) -> list[int]:
    """到每个位置为止有多少字节。"""
    sizes = [0]
    for character in text:
        sizes.append(sizes[-1] + size(character))
    return sizes


def _cut(ranks: list[Rank], sizes: list[int], start: int, limit: int) -> int:
    """从 `start` 起不超过 `limit` 字节的最好的断处；同样好的取最后一处，空行只在后半段才算更好。"""
    best = start + 1
    found = (Rank.NEVER, 0)
    at = start + 1
    while at < len(sizes) and sizes[at] - sizes[start] <= limit:
        rank = ranks[at]
        if rank is Rank.PARAGRAPH and (sizes[at] - sizes[start]) * 2 < limit:
            rank = Rank.LINE
        if (rank, -at) < found:
            best, found = at, (rank, -at)
        at += 1
    return best


def _ranks(text: str) -> list[Rank]:
    """在每个位置之前断开有多好。"""
    ranks = [Rank.NEVER, *(_rank(text, at) for at in range(1, len(text))), Rank.LINE]
    for match in _WHOLE.finditer(text):
        _worsen(ranks, match.start(), match.end(), Rank.IN_CITATION)
    for match in _DIGITS.finditer(text):
        _worsen(ranks, match.start(), match.end(), Rank.IN_NUMBER)
    return ranks


def _worsen(ranks: list[Rank], start: int, end: int, rank: Rank) -> None:
    for at in range(start + 1, end):
        ranks[at] = max(ranks[at], rank)


def _rank(text: str, at: int) -> Rank:
    before, after = text[at - 1], text[at]
    if before == "\n":
        return Rank.PARAGRAPH if text[at - 2 : at] == "\n\n" and after != "\n" else Rank.LINE
    if before == "\r" and after == "\n":
        return Rank.NEVER
    if unicodedata.combining(after) or after in _CLINGING or before == _JOINER or "\U0001f3fb" <= after <= "\U0001f3ff":
        return Rank.NEVER
    if before in _SENTENCE_END and after not in "”’」』）)":
        return Rank.SENTENCE
    return Rank.CLAUSE if before in _CLAUSE_END else Rank.ANYWHERE
