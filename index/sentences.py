"""断句。"""

import re
from collections.abc import Iterator

from corpus.records import Span

_STOPS = "。！？!?"
_CLOSERS = '”’」』）)】》〉"'
# 收尾引号之后若是这些字，话还没有完：“……。”的要求、“……。”，并……
_GOES_ON = "，、；：的等之和与，,;:"
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "（": "）", "(": ")", "【": "】", "《": "》", "〈": "〉"}
_MARKS = re.compile("[" + re.escape("".join([*_PAIRS, *_PAIRS.values()])) + "]")
_TURNS = re.compile("[" + re.escape(_STOPS + "".join(_PAIRS)) + "]")
_LINES = re.compile(r"[^\n]+")


def sentences(text: str) -> list[Span]:
    """把文字断成句，每句一个位置，前后空白不计。

    句末是 。！？ 与换行；；不算。引号、括号里的句末不断，除非引号恰好在句末收住（“……。”）；没有收尾的引号不作数。
    """
    found: list[Span] = []
    for line in _LINES.finditer(text):
        found += (span for span in _in_line(text, line.start(), line.end()) if span.start < span.end)
    return found


def clauses(text: str, sentence: Span, longest: int) -> list[Span]:
    """把超过 `longest` 字的长句在 ；，处分成几段，首尾相接；短句照原样一段。

    先在 ；处分，还长再在 ，、处分；连这些也没有，就按字数硬分。
    """
    pieces = [sentence]
    for marks in ("；;", "，,：:", "、 "):
        pieces = [part for piece in pieces for part in _split(text, piece, marks, longest)]
    return [part for piece in pieces for part in _chop(piece, longest)]


def _in_line(text: str, start: int, end: int) -> Iterator[Span]:
    closing = _closing_positions(text, start, end)
    begin = at = start
    while mark := _TURNS.search(text, at, end):
        shut = closing.get(mark.start(), -1)
        if shut < 0 and mark[0] in _PAIRS:
            at = mark.end()
            continue
        at = max(shut + 1, mark.end())
        if shut < 0 or _rounds_off(text, Span(mark.start(), at), begin, end):
            at = _after_closers(text, at, end)
            yield _trimmed(text, begin, at)
            begin = at
    yield _trimmed(text, begin, end)


def _closing_positions(text: str, start: int, end: int) -> dict[int, int]:
    """成对的引号、括号：起的位置到止的位置；不成对的不算。"""
    pairs: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    for found in _MARKS.finditer(text, start, end):
        mark = found[0]
        if mark in _PAIRS:
            stack.append((_PAIRS[mark], found.start()))
            continue
        matching = next((i for i in range(len(stack) - 1, -1, -1) if stack[i][0] == mark), None)
        if matching is not None:
            pairs[stack[matching][1]] = found.start()
            del stack[matching:]
    return pairs


def _rounds_off(text: str, pair: Span, begin: int, end: int) -> bool:
    """一对引号收住时句子是否也完了：里面以句末收尾，后面不再往下说；括号则还须独自成句（“。（见附件。）”）。"""
    if text[pair.end - 2] not in _STOPS or (pair.end < end and text[pair.end] in _GOES_ON):
        return False
    return text[pair.start] in "“‘「『" or not text[begin : pair.start].strip()


def _after_closers(text: str, at: int, end: int) -> int:
    while at < end and text[at] in _CLOSERS + _STOPS:
        at += 1
    return at


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _split(text: str, piece: Span, marks: str, longest: int) -> list[Span]:
    if piece.end - piece.start <= longest:
        return [piece]
    ends = [at + 1 for at in range(piece.start, piece.end - 1) if text[at] in marks]
    return _pack(piece, ends, longest)


def _pack(piece: Span, ends: list[int], longest: int) -> list[Span]:
    """在 `ends` 处切，每段尽量长而不过 `longest`。"""
    parts: list[Span] = []
    begin = last = piece.start
    for end in [*ends, piece.end]:
        if end - begin > longest and last > begin:
            parts.append(Span(begin, last))
            begin = last
        last = end
    parts.append(Span(begin, piece.end))
    return parts


def _chop(piece: Span, longest: int) -> list[Span]:
    cuts = range(piece.start, piece.end, longest)
    return [Span(at, min(at + longest, piece.end)) for at in cuts]
