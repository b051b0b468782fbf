"""页面与接口之间的 JSON：答复与报告怎样写给浏览器。"""

from typing import Any

from bot.answer import Citation, Reply, Table
from bot.blocks import blocks
from bot.card import ROLES, card, place
from bot.machine import Asked, row
from corpus.records import Report, section_path
from index.entries import ReportEntry


def reply_json(question: str, reply: Reply, seconds: float) -> dict[str, Any]:
    """机器接口的那一行，再加页面要画的：卡上的几样、表格、加亮的区间、接着问。"""
    written = row(Asked(None, question), reply, seconds)
    del written["id"]
    drawn = card(reply)
    return written | {
        "verdict": drawn.verdict,
        "headline": drawn.headline,
        "chips": [{"kind": chip.kind.value, "text": chip.text} for chip in drawn.chips],
        "said": drawn.said,
        "near": drawn.near,
        "citations": [_citation(citation) for citation in reply.citations],
        "table": None if reply.table is None else _table(reply.table),
        "suggestions": list(reply.suggestions),
    }


def summary_json(report: Report | ReportEntry) -> dict[str, Any]:
    """列表里的一份报告。"""
    return {
        "name": report.name,
        "title": report.title,
        "issuer": report.issuer,
        "dated": None if report.dated is None else report.dated.isoformat(),
        "document_number": report.document_number,
        "periods": list(report.periods),
        "problems": [problem.sentence for problem in report.problems],
    }


def report_json(report: Report) -> dict[str, Any]:
    """整份报告：大纲与一块一块的文字，位置按字符计。"""
    return summary_json(report) | {
        "outline": [
            {
                "section": index,
                "level": section.level,
                "heading": section.heading_span.of(report.text).strip(),
                "year": section.year,
                "role": None if section.role is None else ROLES[section.role],
            }
            for index, section in enumerate(report.sections)
            if index > 0
        ],
        "blocks": [
            {
                "start": block.span.start,
                "end": block.span.end,
                "text": block.span.of(report.text),
                "section": block.section,
                "path": " › ".join(section_path(report, block.section)),
                "level": block.level,
                "page": block.page,
            }
            for block in blocks(report)
        ],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "document": citation.document,
        "title": citation.title,
        "issuer": citation.issuer,
        "section": citation.section,
        "quote": citation.quote,
        "page": citation.page,
        "start": citation.span.start,
        "end": citation.span.end,
        "place": place(citation),
        "marks": [[mark.start, mark.end] for mark in citation.marks],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "columns": list(table.columns),
        "rows": [
            {"name": name, "cells": [{"text": cell.text, "citation": cell.citation} for cell in cells]}
            for name, cells in table.rows
        ],
    }
