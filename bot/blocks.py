"""报告摆成一块一块的标题与段落，供页面和终端显示。"""

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.records import Report, Span

_CLOSERS = ("。", "：", "；", ":", ";")


@dataclass(frozen=True, slots=True)
class Block:
    """一块文字；`level` 是标题的级别（正文为 None），`section` 是所在（或所标）的节的下标。"""

    span: Span
    section: int
    level: int | None = None
    page: int | None = None


def blocks(report: Report) -> tuple[Block, ...]:
    """全文依次分块：标题、段落，以及两者之外的文字（题名、落款等）；不重叠，不遗漏。"""
    named = sorted(_named(report), key=lambda block: (block.span.start, block.level is None))
    found: list[Block] = []
    at = 0
    for block in named:
        found.extend(_between(report, at, block.span.start))
        start = max(at, block.span.start)
        found.extend(_trimmed(report, Block(Span(start, block.span.end), block.section, block.level, block.page)))
        at = max(at, block.span.end)
    found.extend(_between(report, at, len(report.text)))
    return tuple(found)


def _named(report: Report) -> Iterator[Block]:
    for index, section in enumerate(report.sections):
        if index > 0:
            yield Block(_closed(report, section.heading_span), index, section.level)
    for paragraph in report.paragraphs:
        yield Block(paragraph.span, paragraph.section, None, paragraph.page)


def _closed(report: Report, heading: Span) -> Span:
    """与正文同在一行的标题，连同收尾的那个标点。"""
    return Span(heading.start, heading.end + (report.text[heading.end : heading.end + 1] in _CLOSERS))


def _between(report: Report, start: int, end: int) -> Iterator[Block]:
    """标题与段落之外的文字，一行一块。"""
    at = start
    while at < end:
        stop = report.text.find("\n", at, end)
        stop = end if stop < 0 else stop
        yield from _trimmed(report, Block(Span(at, stop), _section_at(report, at)))
        at = stop + 1


def _trimmed(report: Report, block: Block) -> Iterator[Block]:
    """去掉首尾空白；空的不要。"""
    text = block.span.of(report.text) if block.span.start < block.span.end else ""
    start = block.span.start + len(text) - len(text.lstrip())
    end = block.span.start + len(text.rstrip())
    if start < end:
        yield Block(Span(start, end), block.section, block.level, block.page)


def _section_at(report: Report, at: int) -> int:
    """这个位置所在最深的一节。"""
    inside = (i for i, section in enumerate(report.sections) if section.span.start <= at < section.span.end)
    return max(inside, default=0)
