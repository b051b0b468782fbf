"""学员那一边的 JSON：一步、一题、对错、成绩、试卷、通知。"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.classroom.records import Marked, OpenPaper, PaperState
from bot.ledger.file import Ledger
from bot.quiz.grading import Verdict, choices
from bot.quiz.items import TYPED_KINDS, Item, ItemKind, Source
from bot.quiz.notices import Notice
from bot.quiz.results import Score
from bot.quiz.review import Missed
from bot.quiz.steps import BlockKind, Stage, Standing, Step
from bot.quiz.store import Paper

_HINTS = {
    "one": "选一项",
    "many": "选出全部正确的",
    "order": "按先后排好：拖动，或按上下箭头",
    "typed": "写出答案",
}


def answer_way(item: Item) -> str:
    """怎样作答：选一项、选几项、排序、打字。"""
    if item.kind in TYPED_KINDS:
        return "typed"
    if item.kind is ItemKind.ORDER:
        return "order"
    return "many" if item.kind is ItemKind.MULTIPLE or len(item.key.choices) > 1 else "one"


def asked_json(item: Item, target: str, picked: Sequence[int] = ()) -> dict[str, Any]:
    """要答的一题；答案不在内。"""
    way = answer_way(item)
    hint = "写数字，可以带单位，如 30、30公里、三十公里" if item.kind is ItemKind.FILL else _HINTS[way]
    return {
        "target": target,
        "kind": item.kind.value,
        "stem": item.stem,
        "options": list(item.options),
        "answer": way,
        "hint": hint,
        "picked": list(picked),
    }


def told_json(item: Item, verdict: Verdict) -> dict[str, Any]:
    """答完之后说的：对错、答案、引文与出处；没看懂的不说答案。"""
    unread = verdict is Verdict.UNREADABLE
    return {
        "verdict": verdict.value,
        "right": None if unread else verdict is Verdict.RIGHT,
        "key": "" if unread else item.key_text(),
        "choices": [] if unread else list(item.key.choices),
        "explanation": "" if unread else item.explanation,
        "sources": [] if unread else sources_json(item),
    }


def sources_json(item: Item) -> list[dict[str, Any]]:
    """题目所据的各处原文；同一句引文只写一次，其中所考的几处都加亮。"""
    kept: dict[tuple[str, int, int], list[Source]] = {}
    for source in item.rests_on:
        kept.setdefault((source.document, source.quote_span.start, source.quote_span.end), []).append(source)
    return [_source(found) for found in kept.values()]


def _source(found: Sequence[Source]) -> dict[str, Any]:
    first = found[0]
    at = first.quote_span.start
    return {
        "document": first.document,
        "title": first.title,
        "section": first.section,
        "quote": first.quote,
        "start": at,
        "end": first.quote_span.end,
        "marks": sorted([source.span.start - at, source.span.end - at] for source in found),
    }


def missed_json(entry: Missed, ledger: Ledger) -> dict[str, Any]:
    """错题本里的一题。"""
    return {
        "identity": entry.identity,
        "stem": entry.item.stem,
        "missed": entry.missed,
        "due": moment_json(entry.due, ledger),
        "due_now": entry.due <= ledger.now(),
    }


def step_json(step: Step) -> dict[str, Any]:
    """一步；答题之中不说答案。"""
    asking = step.stage in (Stage.QUESTION, Stage.REVIEW)
    item, said = step.item, step.said
    return {
        "stage": step.stage.value,
        "seconds": step.seconds,
        "note": step.note,
        "progress": next((block.text for block in step.blocks if block.kind is BlockKind.PROGRESS), ""),
        "item": None if item is None else asked_json(item, step.target, step.picked),
        "given": "" if said is None else said.given,
        "told": None if asking or item is None or said is None else told_json(item, said.verdict),
    } | _place(step.standing)


def _place(at: Standing | None) -> dict[str, Any]:
    """答到第几题。"""
    if at is None:
        return {"title": "", "number": None, "total": None, "done": None}
    return {"title": at.title, "number": at.number, "total": at.total, "done": at.done}


def cover_json(paper: Paper, ledger: Ledger) -> dict[str, Any]:
    """试卷的封面：怎样考。"""
    chosen = paper.settings
    return {
        "code": paper.code,
        "title": paper.title,
        "number": chosen.number,
        "minutes": chosen.minutes,
        "pass_mark": chosen.pass_mark,
        "deadline": moment_json(chosen.deadline, ledger),
        "attempts": chosen.attempts,
        "at_once": chosen.at_once,
    }


def open_paper_json(found: OpenPaper, ledger: Ledger) -> dict[str, Any]:
    """学员看到的一份试卷。"""
    return cover_json(found.paper, ledger) | {
        "number": found.items,
        "state": found.state.value,
        "going": found.state is PaperState.GOING,
        "startable": found.startable,
        "best": found.best,
        "passed": found.passed,
        "latest": found.latest,
    }


def marked_json(found: Marked, board: Sequence[Score], me: int | None, note: str) -> dict[str, Any]:
    """一次的成绩，逐题的对错，和榜。"""
    result = found.result
    return {
        "stage": Stage.SCORE.value,
        "title": result.paper.title,
        "note": note,
        "score": {
            "points": result.points,
            "right": result.right,
            "asked": result.asked,
            "passed": result.passed,
            "pass_mark": result.paper.settings.pass_mark,
            "late": result.late,
        },
        "answers": [
            {
                "number": one.number,
                "target": one.entry,
                "stem": one.item.stem,
                "given": spoken_answer(one.item, one.given),
                "told": told_json(one.item, one.verdict),
            }
            for one in found.answers
        ],
        "board": [
            {"rank": rank, "name": row.name, "points": row.points, "me": row.person == me}
            for rank, row in enumerate(board, 1)
        ],
    }


def spoken_answer(item: Item, given: str) -> str:
    """所答的写给人看：字母换成选项。"""
    chosen = choices(item, given) if given and item.options else None
    if chosen is None:
        return given
    joint = " → " if item.kind is ItemKind.ORDER else "；"
    return joint.join(item.options[at] for at in chosen)


def notice_json(notice: Notice, ledger: Ledger) -> dict[str, Any]:
    """一条通知。"""
    return {
        "id": notice.id,
        "kind": notice.kind.value,
        "lines": [block.text for block in notice.body.blocks],
        "buttons": [{"label": one.label, "data": one.press.data} for one in notice.body.buttons],
        "created": moment_json(notice.created, ledger),
    }


def moment_json(at: datetime | None, ledger: Ledger) -> str | None:
    """时刻，写成单位所在时区的。"""
    return None if at is None else ledger.local(at).isoformat(timespec="seconds")
