"""记录与表里一行的互换。"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from corpus.records import Paragraph, Problem, Report, Role, Section, Span
from index.entries import Catalogue, FileEntry, FileState, ReportEntry
from index.records import Bound, Fact, Measure, Passage, Quantity

# SQLite 与 JSON 给出的一行，各列的类型由表定。
Row = Sequence[Any]

_ROLES: dict[str | None, Role | None] = {None: None, **{role.value: role for role in Role}}
_BOUNDS = {bound.value: bound for bound in Bound}
_MEASURES = {measure.value: measure for measure in Measure}


def packed(value: object) -> str:
    """紧凑的 JSON。"""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def encode_problems(problems: Sequence[Problem]) -> str:
    """一份文件或报告的问题。"""
    return packed([(problem.file, problem.place, problem.sentence) for problem in problems])


def decode_problems(text: str) -> tuple[Problem, ...]:
    """还原问题。"""
    return () if text == "[]" else tuple(Problem(*row) for row in json.loads(text))


def encode_entry(report: Report) -> str:
    """报告的条目，不含全文。"""
    dated = report.dated.isoformat() if report.dated else None
    return packed(
        [
            report.title,
            report.title_inferred,
            report.issuer,
            report.issuer_inferred,
            report.localities,
            dated,
            report.document_number,
            report.speaks_from,
            report.periods,
            [(problem.file, problem.place, problem.sentence) for problem in report.problems],
            report.recognised,
        ]
    )


def decode_entry(row: Row) -> ReportEntry:
    """还原条目；行是 (id, name, entry, passages, facts)。"""
    (
        title,
        title_inferred,
        issuer,
        issuer_inferred,
        localities,
        dated,
        number,
        speaks_from,
        periods,
        problems,
        recognised,
    ) = json.loads(row[2])
    return ReportEntry(
        id=row[0],
        name=row[1],
        title=title,
        title_inferred=title_inferred,
        issuer=issuer,
        issuer_inferred=issuer_inferred,
        localities=tuple(localities),
        dated=date.fromisoformat(dated) if dated else None,
        document_number=number,
        speaks_from=speaks_from,
        periods=tuple(periods),
        passages=row[3],
        facts=row[4],
        problems=tuple(Problem(*problem) for problem in problems),
        recognised=tuple(recognised),
    )


def decode_catalogue(rows: Sequence[Row]) -> Catalogue:
    """还原全部段落的归属；一行是一份报告的 (id, first, passages, years, roles)，按 first 排。"""
    sizes = np.array([row[2] for row in rows], np.int64)
    firsts = np.array([row[1] for row in rows], np.int64)
    starts = np.cumsum(sizes) - sizes
    return Catalogue(
        ids=np.arange(sizes.sum(), dtype=np.int64) + np.repeat(firsts - starts, sizes),
        reports=np.repeat(np.array([row[0] for row in rows], np.int64), sizes),
        years=np.frombuffer(b"".join([row[3] for row in rows]), np.int16),
        roles=np.frombuffer(b"".join([row[4] for row in rows]), np.int8),
    )


def encode_body(report: Report) -> bytes:
    """全文、大纲与自然段，压缩的 JSON。"""
    sections = [
        (s.number, s.heading, s.level, s.parent, *_ends(s.span), *_ends(s.heading_span), s.year, s.role)
        for s in report.sections
    ]
    paragraphs = [(*_ends(p.span), p.section, p.page) for p in report.paragraphs]
    return zlib.compress(packed([report.text, sections, paragraphs]).encode())


def decode_report(entry: ReportEntry, body: bytes) -> Report:
    """由条目与正文还原报告。"""
    text, sections, paragraphs = json.loads(zlib.decompress(body))
    return Report(
        name=entry.name,
        text=text,
        title=entry.title,
        title_inferred=entry.title_inferred,
        issuer=entry.issuer,
        issuer_inferred=entry.issuer_inferred,
        localities=entry.localities,
        dated=entry.dated,
        document_number=entry.document_number,
        speaks_from=entry.speaks_from,
        periods=entry.periods,
        sections=tuple(_section(row) for row in sections),
        paragraphs=tuple(Paragraph(Span(row[0], row[1]), row[2], row[3]) for row in paragraphs),
        problems=entry.problems,
        recognised=entry.recognised,
    )


def renamed_problems(problems: Sequence[Problem], old: str, new: str) -> tuple[Problem, ...]:
    """文件改名后，问题里的文件名也随着改（压缩包内的成员名只改前半）。"""
    return tuple(
        replace(problem, file=new + problem.file[len(old) :]) if problem.file.startswith(old) else problem
        for problem in problems
    )


def decode_file(row: Row) -> FileEntry:
    """还原文件条目；行的各列见 `Store.files` 的查询。"""
    return FileEntry(
        id=row[0],
        state=FileState(*row[1:7]),
        raw_digits=row[7],
        read_digits=row[8],
        problems=decode_problems(row[9]),
        waiting=row[10],
        reports=row[11],
    )


@lru_cache(maxsize=4096)
def _packed_path(path: tuple[str, ...]) -> str:
    return packed(path)


def encode_passage(passage: Passage) -> tuple[object, ...]:
    """段落的各列，从 ordinal 到 page。"""
    return (
        passage.ordinal,
        *_ends(passage.span),
        passage.text,
        passage.context,
        _packed_path(passage.section),
        passage.year,
        passage.role,
        passage.page,
    )


def decode_passage(row: Row) -> Passage:
    """还原段落；行的各列见 `schema.PASSAGE_COLUMNS`。"""
    return Passage(
        document=row[0],
        ordinal=row[1],
        span=Span(row[2], row[3]),
        text=row[4],
        context=row[5],
        section=_path(row[6]),
        year=row[7],
        role=_ROLES[row[8]],
        page=row[9],
    )


def encode_fact(fact: Fact) -> tuple[object, ...]:
    """数字事实的各列，从 issuer 到 quote_end。"""
    quantity = fact.quantity
    return (
        fact.issuer,
        _packed_path(fact.section),
        fact.subject,
        fact.year,
        fact.role,
        quantity.raw,
        _number(quantity.value),
        quantity.unit,
        *_ends(quantity.span),
        _number(quantity.upper),
        quantity.bound,
        quantity.measure,
        quantity.blanked,
        *_ends(fact.span),
        *_ends(fact.scope),
        fact.lead,
        fact.quote,
        *_ends(fact.quote_span),
    )


def decode_fact(document: str, row: Row) -> Fact:
    """还原 `document` 里的一个数字事实；行的各列见 `schema.FACT_COLUMNS`。一问要还原几百个，所以按位置给值。"""
    quantity = Quantity(
        row[5],
        _decimal(row[6]),
        row[7],
        Span(row[8], row[9]),
        _decimal(row[10]),
        _BOUNDS[row[11]],
        _MEASURES[row[12]],
        bool(row[13]),
    )
    return Fact(
        document,
        row[0],
        _path(row[1]),
        row[2],
        quantity,
        row[3],
        _ROLES[row[4]],
        Span(row[14], row[15]),
        Span(row[16], row[17]),
        row[18],
        row[19],
        Span(row[20], row[21]),
    )


def _section(row: Row) -> Section:
    return Section(
        number=row[0],
        heading=row[1],
        level=row[2],
        parent=row[3],
        span=Span(row[4], row[5]),
        heading_span=Span(row[6], row[7]),
        year=row[8],
        role=_ROLES[row[9]],
    )


@lru_cache(maxsize=4096)
def _path(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _number(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
