"""页面与接口之间的 JSON：答复与报告怎样写给浏览器。"""

from typing import Any

from bot.answer import Citation, FactShown, Reply, Table
from bot.blocks import blocks
from bot.machine import Asked, row
from corpus.records import Report, Role, section_path

ROLES = {Role.RESULT: "完成", Role.PLAN: "计划", Role.SITUATION: "形势"}


def reply_json(question: str, reply: Reply, seconds: float) -> dict[str, Any]:
    """机器接口的那一行，再加页面要画的：大字、标签、表格、加亮的区间、接着问。"""
    written = row(Asked(None, question), reply, seconds)
    del written["id"]
    return written | {
        "headline": reply.headline,
        "caption": reply.caption,
        "chips": _chips(reply),
        "citations": [_citation(citation) for citation in reply.citations],
        "table": None if reply.table is None else _table(reply.table),
        "suggestions": list(reply.suggestions),
    }


def summary_json(report: Report) -> dict[str, Any]:
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


def _chips(reply: Reply) -> list[dict[str, str]]:
    """年度、性质、单位各一个标签；说的不止一个数字时用说明行。"""
    if reply.table is not None or not reply.facts:
        return [{"kind": "about", "text": reply.caption}] if reply.caption else []
    return list(_fact_chips(reply.facts[0]))


def _fact_chips(fact: FactShown) -> list[dict[str, str]]:
    chips = []
    if fact.year is not None:
        chips.append({"kind": "year", "text": f"{fact.year}年"})
    if fact.role is not None:
        chips.append({"kind": fact.role.value, "text": ROLES[fact.role]})
    if fact.issuer:
        chips.append({"kind": "issuer", "text": fact.issuer})
    return chips


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
