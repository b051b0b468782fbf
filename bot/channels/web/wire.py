"""页面与接口之间的 JSON：答复与报告怎样写给浏览器。"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.access import ApiToken
from bot.answer import Citation, Reply, Table
from bot.audit import Entry
from bot.blocks import blocks
from bot.board import Notice
from bot.card import ROLES, card, doubt, place, where
from bot.channels.web.visitors import Visitor
from bot.chart import Chart, chart
from bot.codes import Invitation
from bot.feedback import Feedback
from bot.machine import Asked, kind, row
from bot.people import Action, Identity, Person, may
from bot.wording import ROLE_WORDS, spoken, value_text
from corpus.records import Report, section_path
from index.entries import FileEntry, ReportEntry
from index.records import Fact


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
        "chart": None if reply.table is None else _chart(chart(reply.table)),
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
        "recognised": list(report.recognised),
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
        "place": where(citation),
        "doubt": doubt(citation),
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


def _chart(drawn: Chart | None) -> dict[str, Any] | None:
    if drawn is None:
        return None
    bars = [
        {"label": bar.label, "text": bar.text, "share": round(bar.share, 4), "plan": bar.plan, "citation": bar.citation}
        for bar in drawn.bars
    ]
    return {"title": drawn.title, "unit": drawn.unit, "bars": bars}


def fact_json(fact: Fact) -> dict[str, Any]:
    """一个数字。"""
    return {
        "subject": fact.subject,
        "value": value_text(fact.quantity) or None,
        "unit": fact.quantity.unit,
        "said": spoken(fact.quantity),
        "year": fact.year,
        "kind": kind(fact.role),
        "role": ROLE_WORDS[fact.role],
        "org": fact.issuer,
        "document": fact.document,
        "section": " › ".join(fact.section),
        "quote": fact.quote,
        "start": fact.quote_span.start,
        "end": fact.quote_span.end,
        "marks": [[fact.span.start - fact.quote_span.start, fact.span.end - fact.quote_span.start]],
    }


def files_json(files: Sequence[FileEntry], reports: Sequence[ReportEntry]) -> list[dict[str, Any]]:
    """文件夹里的每个文件，连同从中读出的报告。"""
    return [
        {
            "name": file.state.name,
            "size": file.state.size,
            "waiting": file.waiting,
            "raw_digits": file.raw_digits,
            "read_digits": file.read_digits,
            "problems": [f"{p.place}：{p.sentence}" if p.place else p.sentence for p in file.problems],
            "reports": [
                summary_json(report) | {"facts": report.facts, "passages": report.passages, "year": report.speaks_from}
                for report in reports
                if report.name == file.state.name
                or report.name.startswith((f"{file.state.name}#", f"{file.state.name}/"))
            ],
        }
        for file in files
    ]


def notice_json(notice: Notice) -> dict[str, Any]:
    """进度牌。"""
    step, outcome = notice.step, notice.outcome
    return {
        "running": notice.running,
        "phase": None if step is None else step.phase.value,
        "done": 0 if step is None else step.done,
        "total": 0 if step is None else step.total,
        "file": "" if step is None else step.file,
        "problem": notice.problem,
        "outcome": None
        if outcome is None
        else {
            "read": list(outcome.read),
            "unread": list(outcome.unread),
            "removed": list(outcome.removed),
            "renamed": [new for _, new in outcome.renamed],
            "unchanged": outcome.unchanged,
            "facts": outcome.facts,
            "seconds": round(outcome.seconds, 1),
            "encoder_fault": outcome.encoder_fault,
            "problems": [f"{problem.file}：{problem.sentence}" for problem in outcome.problems],
        },
    }


def me_json(visitor: Visitor, form: str, *, needs_admin: bool) -> dict[str, Any]:
    """来的是谁，能做什么。"""
    person = visitor.person
    trusted = visitor.trusted and person is None
    return {
        "id": None if person is None else person.id,
        "name": None if person is None else person.name,
        "role": None if person is None else person.role.value,
        "trusted": trusted,
        "may": [action.name.lower() for action in Action if trusted or (person is not None and may(person, action))],
        "csrf": form,
        "needs_admin": needs_admin,
    }


def person_json(person: Person, accounts: Sequence[Identity]) -> dict[str, Any]:
    """一个人。"""
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role.value,
        "blocked": person.blocked,
        "created": _moment(person.created),
        "accounts": [one.channel for one in accounts],
    }


def invitation_json(found: Invitation) -> dict[str, Any]:
    """一个还能用的邀请码。"""
    return {"id": found.id, "role": found.role.value, "uses": found.uses, "expires": _moment(found.expires)}


def token_json(found: ApiToken) -> dict[str, Any]:
    """一个接口令牌。"""
    return {
        "id": found.id,
        "name": found.name,
        "person": found.person,
        "created": _moment(found.created),
        "used": None if found.used is None else _moment(found.used),
        "revoked": found.revoked is not None,
    }


def entry_json(found: Entry) -> dict[str, Any]:
    """审计的一条。"""
    reply = found.reply
    return {
        "id": found.id,
        "at": _moment(found.at),
        "kind": found.kind.value,
        "name": found.name,
        "person": found.person,
        "channel": found.place.channel,
        "text": found.text,
        "action": found.action,
        "status": None if reply is None else reply.status.value,
        "answer": None if reply is None else reply.text,
        "sources": [] if reply is None else [_source(citation) for citation in reply.citations],
        "generation": found.generation,
        "seconds": found.seconds,
        "problem": found.problem,
    }


def _source(citation: Citation) -> dict[str, Any]:
    found = {"place": place(citation), "quote": citation.quote, "document": citation.document}
    return found | {"start": citation.span.start, "end": citation.span.end}


def feedback_json(given: Feedback, about: Entry | None, name: str) -> dict[str, Any]:
    """一条反馈，连同所说的那一问一答。"""
    return {
        "id": given.id,
        "at": _moment(given.at),
        "name": name,
        "verdict": given.verdict.value,
        "correction": given.correction,
        "closed": None if given.closed is None else _moment(given.closed),
        "note": given.note,
        "about": None if about is None else entry_json(about),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")
