"""培训员那一边的 JSON：试卷、试题、成绩、报错、每日一题。"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channels.web.quiz_wire import answer_way, moment_json, sources_json
from bot.classroom.records import PaperRow, PaperView, Phase
from bot.ledger.file import Ledger
from bot.people import people
from bot.quiz.complaints import Complaint
from bot.quiz.daily import DailySettings
from bot.quiz.items import LETTERS, OWN_KINDS, level
from bot.quiz.results import Results, Score
from bot.quiz.store import PaperItem

STATES = {Phase.DRAFT: "draft", Phase.OPEN: "published", Phase.ENDED: "closed", Phase.CLOSED: "closed"}

Names = Mapping[int, str]
"""人员编号与姓名。"""


def paper_json(row: PaperRow, names: Names, ledger: Ledger) -> dict[str, Any]:
    """列表里的一份试卷。"""
    paper, chosen = row.paper, row.paper.settings
    return {
        "id": paper.id,
        "title": paper.title,
        "code": paper.code,
        "state": STATES[row.phase],
        "phase": row.phase.value,
        "author": named(names, paper.author) if paper.author else "",
        "items": row.items,
        "withdrawn": row.withdrawn,
        "finished": row.finished,
        "minutes": chosen.minutes,
        "pass_mark": chosen.pass_mark,
        "attempts": chosen.attempts,
        "deadline": moment_json(chosen.deadline, ledger),
        "at_once": chosen.at_once,
        "everyone": chosen.everyone,
        "nicknames": chosen.nicknames,
    }


def view_json(view: PaperView, names: Names, ledger: Ledger) -> dict[str, Any]:
    """打开的一份试卷。"""
    to = view.audience
    persons = [named(names, person) for person in to.people]
    if view.row.paper.settings.nicknames and persons:  # 成绩表里不写姓名的，这里也不写
        persons = [f"点名的 {len(persons)} 人"]
    return {
        "paper": paper_json(view.row, names, ledger),
        "items": [item_json(entry) for entry in view.items],
        "audience": [*to.groups, *persons],
    }


def item_json(entry: PaperItem) -> dict[str, Any]:
    """一道题，答案与依据都在。"""
    item = entry.item
    why = {wrong.option: wrong.why.value for wrong in item.wrongs}
    right = set(item.key.choices)
    return {
        "id": entry.id,
        "position": entry.position,
        "withdrawn": entry.withdrawn is not None,
        "why": entry.why,
        "kept": entry.kept,
        "kind": item.kind.value,
        "level": level(item).value,
        "own": item.kind in OWN_KINDS,
        "stem": item.stem,
        "answer": answer_way(item),
        "options": [
            {"text": text, "right": at in right, "why": "" if at in right else why.get(at, "")}
            for at, text in enumerate(item.options)
        ],
        "key": item.key_text(),
        "letters": "".join(LETTERS[at] for at in item.key.choices),
        "explanation": item.explanation,
        "sources": sources_json(item),
    }


def results_json(found: Results, view: PaperView, open_complaints: Sequence[Complaint], names: Names) -> dict[str, Any]:
    """成绩、各题、分布、该补考的人、撤下的题。"""
    said = [one.item.id for one in open_complaints]
    return {
        "bins": [{"range": name, "count": count} for name, count in found.bins],
        "items": [
            {
                "item": item_json(one.item),
                "answered": one.answered,
                "rate": one.rate,
                "discrimination": one.discrimination,
                "complaints": said.count(one.item.id),
            }
            for one in found.items
        ],
        "failed": [one.name for one in found.scores if not one.passed],
        "absent": len(found.absent),
        "absent_names": [] if found.paper.settings.nicknames else [named(names, number) for number in found.absent],
        "withdrawn": [item_json(entry) for entry in view.items if entry.withdrawn is not None],
    }


def score_json(one: Score, ledger: Ledger) -> dict[str, Any]:
    """一人的成绩。"""
    return {
        "person": one.person,
        "name": one.name,
        "points": one.points,
        "right": one.right,
        "asked": one.asked,
        "passed": one.passed,
        "minutes": max(1, round((one.finished - one.started).total_seconds() / 60)),
        "finished": moment_json(one.finished, ledger),
        "late": one.late,
    }


def complaint_json(one: Complaint, row: PaperRow, names: Names, ledger: Ledger) -> dict[str, Any]:
    """一条报错，连同那道题和它的引文。"""
    return {
        "id": one.id,
        "at": moment_json(one.at, ledger),
        "name": named(names, one.person) if one.person else "已删去成绩的人",
        "said": one.said,
        "paper": {"id": row.paper.id, "title": row.paper.title},
        "item": item_json(one.item),
    }


def daily_json(chosen: DailySettings) -> dict[str, Any]:
    """每日一题的设置。"""
    return {
        "on": chosen.on,
        "at": f"{chosen.at:%H:%M}",
        "topic": chosen.topic,
        "reports": list(chosen.reports),
        "places": [{"channel": one.channel, "chat": one.chat} for one in chosen.places],
    }


def named(names: Names, person: int) -> str:
    """姓名；已移除的人没有。"""
    return names.get(person, "已移除的人")


def names_of(ledger: Ledger) -> Names:
    """全部人员的姓名。"""
    return {person.id: person.name for person in people(ledger)}


def zoned(at: datetime | None, ledger: Ledger) -> datetime | None:
    """截止时间；没有写时区的，是单位所在时区的。"""
    return at if at is None or at.tzinfo is not None else at.replace(tzinfo=ledger.zone)
