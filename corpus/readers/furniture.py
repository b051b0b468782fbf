"""页眉、页脚、页码：只在页边找，找到的从各页去掉（PDF、OFD、OCR 共用）。"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from corpus.readers.layout import Page, Row, body_size

_NUMBER = r"(?:\d{1,4}|[一二三四五六七八九十百]{1,4})"
_PAGE_NUMBER = re.compile(
    rf"[-—–－·~〜\[\s]*\d{{1,4}}[-—–－·~〜\]\s]*"
    rf"|第\s*{_NUMBER}\s*页(?:[\s,，/]*共\s*{_NUMBER}\s*页)?|共\s*{_NUMBER}\s*页(?:[\s,，/]*第\s*{_NUMBER}\s*页)?"
    rf"|\d{{1,4}}\s*/\s*\d{{1,4}}|(?i:page\s*\d{{1,4}}(?:\s*of\s*\d{{1,4}})?)|[ivxlIVXL]{{1,6}}"
)
_EDGE_LINES = 2
_MARGIN = 0.11
"""页眉、页脚在离页边这么近的地方；公文的版心上距 37 毫米（12.5%），下距 35 毫米。"""
_NUMBER_MARGIN = 0.16
_MIN_PAGES = 2
_MASKED = 3
"""几页以上，只差数字的才算同一行页眉；只有两页时，签发日期这样的落款也会只差数字。"""
_LARGE = 1.3


def without_furniture(pages: Sequence[Page]) -> tuple[tuple[Page, ...], str]:
    """去掉页眉、页脚、页码；返回各页和去掉的全部文字（供对照数字）。去掉以后什么也不剩的，原样留着。"""
    lowest = max((row.bottom for page in pages for row in page.rows), default=0.0)
    edges = {page.number: _edges(page, lowest) for page in pages}
    masked = len(pages) >= _MASKED
    seen = Counter(key for rows in edges.values() for key in {_key(row, masked=masked) for row in rows})
    repeated = {key for key, times in seen.items() if times >= max(_MIN_PAGES, len(pages) * 0.5)}
    large = _LARGE * body_size(pages)
    kept, dropped = [], []
    for page in pages:
        bad = {
            row
            for row in edges[page.number]
            if _is_number(row, page.height or lowest)
            or (_key(row, masked=masked) in repeated and row.size <= large and _is_outside(row, page.height or lowest))
        }
        dropped += [row.text for row in bad]
        kept.append(replace(page, rows=tuple(row for row in page.rows if row not in bad)))
    if any(page.rows for page in kept):
        return tuple(kept), "\n".join(dropped)
    return tuple(pages), ""


def _edges(page: Page, lowest: float) -> list[Row]:
    """页顶、页底的几行里，在页边上的（表格行不算）。"""
    tops = sorted({round(row.top) for row in page.rows})
    ends = {*tops[:_EDGE_LINES], *tops[-_EDGE_LINES:]}
    height = page.height or lowest
    return [
        row
        for row in page.rows
        if round(row.top) in ends and not row.fixed and _is_outside(row, height, _NUMBER_MARGIN)
    ]


def _is_outside(row: Row, height: float, margin: float = _MARGIN) -> bool:
    middle = (row.top + row.bottom) / 2
    return middle <= margin * height or middle >= (1 - margin) * height


def _is_number(row: Row, height: float) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(row.text.strip())) and _is_outside(row, height, _NUMBER_MARGIN)


def _key(row: Row, *, masked: bool) -> tuple[str, int]:
    text = row.text.strip()
    return re.sub(r"\d+", "#", text) if masked else text, round(row.top / 8)
