"""盖在正文上的水印、转了向的页码：不是正文的字（PDF、OFD 共用）。"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from statistics import median

from corpus.readers.layout import Glyph

_LARGE = 1.6
_ALIKE = 0.1
_SIDE_NUMBER = re.compile(r"[-—–－]*\d{1,4}[-—–－]*|第\d{1,4}页")


def is_side_number(text: str) -> bool:
    """与正文方向不同的几个字合起来只是一个页码。"""
    return bool(_SIDE_NUMBER.fullmatch(text))


def without_watermarks(glyphs: Sequence[Glyph]) -> tuple[Glyph, ...]:
    """比正文大得多、又压在正文上的字是水印，连同同一行同样大的都不要。"""
    if not glyphs:
        return ()
    usual = median(_height(glyph) for glyph in glyphs)
    large = [glyph for glyph in glyphs if _height(glyph) > _LARGE * usual]
    small = sorted((glyph for glyph in glyphs if _height(glyph) <= _LARGE * usual), key=_middle)
    middles = [_middle(glyph) for glyph in small]
    marks = [glyph for glyph in large if _covers(glyph, small, middles)]
    if not marks:
        return tuple(glyphs)
    return tuple(glyph for glyph in glyphs if not any(_is_beside(glyph, mark) for mark in marks))


def _height(glyph: Glyph) -> float:
    return glyph.bottom - glyph.top


def _middle(glyph: Glyph) -> float:
    return (glyph.top + glyph.bottom) / 2


def _covers(mark: Glyph, small: Sequence[Glyph], middles: Sequence[float]) -> bool:
    """压住了一个小字的中心。"""
    inside = small[bisect_left(middles, mark.top) : bisect_right(middles, mark.bottom)]
    return any(mark.x0 < (glyph.x0 + glyph.x1) / 2 < mark.x1 for glyph in inside)


def _is_beside(glyph: Glyph, mark: Glyph) -> bool:
    """与水印的一个字同行、一样大。"""
    near = _ALIKE * _height(mark)
    return abs(_height(glyph) - _height(mark)) < near and abs(glyph.top - mark.top) < near
