"""断句。"""

import re
from collections.abc import Iterator

from corpus.records import Span

_STOPS = "。！？!?"
_CLOSERS = '”’」』）)】》〉"'
# 收尾引号之后若是这些字，话还没有完：“……。”的要求、“……。”，并……
_GOES_ON = "，、；：的等之和与，,;:"
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "（": "）", "(": ")", "【": "】", "《": "》", "〈": "〉"}
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
    begin, at = start, start
    while at < end:
        shut = closing.get(at)
        if shut is not None:
            at = shut + 1
            if text[shut - 1] in _STOPS and not _continues(text, at, end):
                at = _after_closers(text, at, end)
                yield _trimmed(text, begin, at)
                begin = at
        elif text[at] in _STOPS:
            at = _after_stops(text, at, end)
            yield _trimmed(text, begin, at)
            begin = at
        else:
            at += 1
    yield _trimmed(text, begin, end)


def _closing_positions(text: str, start: int, end: int) -> dict[int, int]:
    """最外层成对引号、括号的起止位置；不成对的不算。"""
    pairs: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    for at in range(start, end):
        mark = text[at]
        if mark in _PAIRS:
            stack.append((_PAIRS[mark], at))
            continue
        matching = next((i for i in range(len(stack) - 1, -1, -1) if stack[i][0] == mark), None)
        if matching is not None:
            pairs[stack[matching][1]] = at
            del stack[matching:]
    return pairs


def _continues(text: str, at: int, end: int) -> bool:
    return at < end and text[at] in _GOES_ON


def _after_stops(text: str, at: int, end: int) -> int:
    while at < end and text[at] in _STOPS:
        at += 1
    return _after_closers(text, at, end)


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
