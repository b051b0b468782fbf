"""把报告切成检索的段落。"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from corpus.records import Report, Span, section_path
from index.records import Passage
from index.sentences import clauses, sentences

# 一段的字数：朝 AIM 去，过了 LONGEST 的句子才从中切开。
AIM = 200
LONGEST = 400


@dataclass(frozen=True, slots=True)
class _Stretch:
    """归一节所有、首尾相接的若干句；`section` 是节的下标，`bare` 表示只有标题而无正文。"""

    section: int
    pieces: tuple[Span, ...]
    bare: bool


def cut(report: Report) -> tuple[Passage, ...]:
    """把报告切成段落：只在句末切，不跨节，约 200 字一段。

    标题行随它后面的正文；只有标题的节（二、之下紧接（一））并入下级第一段之前。每个非空白字恰在一段之中。
    """
    pages = _Pages(report)
    found: list[Passage] = []
    for stretch in _with_bare_headings(report):
        for span in _grouped(stretch.pieces):
            found.append(_passage(report, stretch.section, span, len(found), pages))
    return tuple(found)


def document_text(passage: Passage) -> str:
    """一段供编码与取词的文字：标题、各级标题、年度，再接正文。"""
    return f"{passage.context}\n{passage.text}" if passage.context else passage.text


def text_hash(passage: Passage) -> bytes:
    """供编码的文字的散列，16 字节；散列相同的段落共用一个向量。"""
    return blake2b(document_text(passage).encode(), digest_size=16).digest()


def _passage(report: Report, section: int, span: Span, ordinal: int, pages: "_Pages") -> Passage:
    here = report.sections[section] if report.sections else None
    return Passage(
        document=report.name,
        ordinal=ordinal,
        span=span,
        text=span.of(report.text),
        context=_context(report, section, span),
        section=section_path(report, section) if here else (),
        year=here.year if here else None,
        role=here.role if here else None,
        page=pages.at(span.start),
    )


def _context(report: Report, section: int, span: Span) -> str:
    """标题 · 各级标题 · 年度；正文里已有的标题不再重复。"""
    parts = [report.title]
    at: int | None = section if report.sections else None
    year = report.sections[section].year if report.sections else None
    headings: list[str] = []
    while at:
        heading = report.sections[at].heading_span
        if not (span.start <= heading.start and heading.end <= span.end):
            headings.append(heading.of(report.text))
        at = report.sections[at].parent
    parts += reversed(headings)
    if year is not None and not any(str(year) in part for part in parts):
        parts.append(f"{year}年")
    return " · ".join(part for part in parts if part)


def _with_bare_headings(report: Report) -> Iterator[_Stretch]:
    """各节的文字；只有标题的，并入紧随其后的下级节。"""
    waiting: list[_Stretch] = []
    for stretch in _stretches(report):
        if waiting and not _under(report, stretch.section, waiting[-1].section):
            yield from waiting
            waiting = []
        if stretch.bare:
            waiting.append(stretch)
            continue
        lead = tuple(piece for bare in waiting for piece in bare.pieces)
        yield _Stretch(stretch.section, lead + stretch.pieces, bare=False)
        waiting = []
    yield from waiting


def _under(report: Report, section: int, ancestor: int) -> bool:
    at: int | None = section
    while at is not None and at != ancestor:
        at = report.sections[at].parent
    return at is not None


def _stretches(report: Report) -> Iterator[_Stretch]:
    """依原文先后，把全文按最深的节分成几截。"""
    text = report.text
    edges = sorted({0, len(text), *(edge for s in report.sections for edge in (s.span.start, s.span.end))})
    owners = _owners(report, edges)
    at = 0
    while at < len(owners):
        upto = at
        while upto + 1 < len(owners) and owners[upto + 1] == owners[at]:
            upto += 1
        start, end = edges[at], edges[upto + 1]
        pieces = _pieces(text, start, end)
        if pieces:
            yield _Stretch(owners[at], pieces, _is_bare(report, owners[at], start, end))
        at = upto + 1


def _owners(report: Report, edges: Sequence[int]) -> list[int]:
    """相邻两界之间归哪一节：罩住它的最深一节，同深取后一节。"""
    owners = [0] * (len(edges) - 1)
    depth = [-1] * (len(edges) - 1)
    place = {edge: i for i, edge in enumerate(edges)}
    for index, section in enumerate(report.sections):
        for i in range(place[section.span.start], place[section.span.end]):
            if section.level >= depth[i]:
                owners[i], depth[i] = index, section.level
    return owners


def _is_bare(report: Report, section: int, start: int, end: int) -> bool:
    if not report.sections:
        return False
    heading = report.sections[section].heading_span
    rest = report.text[start : min(max(heading.start, start), end)] + report.text[max(heading.end, start) : end]
    return section != 0 and not rest.strip(" \n\u3000。：:；;")


def _pieces(text: str, start: int, end: int) -> tuple[Span, ...]:
    stretch = text[start:end]
    parts = [part for sentence in sentences(stretch) for part in clauses(stretch, sentence, LONGEST)]
    return tuple(Span(part.start + start, part.end + start) for part in parts)


def _grouped(pieces: Sequence[Span]) -> Iterator[Span]:
    """把句子并成段：段数由总长定，各段长短相近。"""
    total = sum(piece.end - piece.start for piece in pieces)
    wanted = total / max(1, round(total / AIM))
    start, size = pieces[0].start, 0
    for i, piece in enumerate(pieces):
        size += piece.end - piece.start
        following = pieces[i + 1] if i + 1 < len(pieces) else None
        if following is None:
            yield Span(start, piece.end)
        elif _full(size, following.end - following.start, wanted):
            yield Span(start, piece.end)
            start, size = following.start, 0


def _full(size: int, following: int, wanted: float) -> bool:
    """再添下一句是否不如就此打住。"""
    if size < wanted / 3:
        return size + following > LONGEST
    return abs(size - wanted) <= abs(size + following - wanted)


class _Pages:
    """记着各段起点，由位置查页码。"""

    def __init__(self, report: Report) -> None:
        self._starts = [paragraph.span.start for paragraph in report.paragraphs]
        self._pages = [paragraph.page for paragraph in report.paragraphs]

    def at(self, position: int) -> int | None:
        """这个位置在第几页；没有页码则为 None。"""
        index = bisect_right(self._starts, position) - 1
        return self._pages[max(index, 0)] if self._pages else None
