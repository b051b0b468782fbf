"""审计与反馈的接口。"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from bot.answer import Status
from bot.audit import Entry, Filter, Kind, entry, every, listed
from bot.audit_export import csv_lines, json_lines
from bot.channels.web.front import Front
from bot.channels.web.visitors import Door
from bot.channels.web.wire import entry_json, feedback_json
from bot.feedback import Feedback, close_feedback, feedback_inbox
from bot.people import Action
from bot.people import person as person_of
from bot.people_errors import AnswerMissing, PersonMissing

Day = Annotated[date | None, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


class Closing(BaseModel):
    """处理完一条反馈。"""

    note: Annotated[str, Field(max_length=1000)] = ""


class Wanted(BaseModel):
    """要看哪些审计记录。"""

    words: Annotated[str, Field(max_length=200)] = ""
    kind: Kind | None = None
    status: Status | None = None
    person: int | None = None
    since: Annotated[Day, Field(description="从哪一天起")] = None
    until: Annotated[Day, Field(description="到哪一天为止，含这一天")] = None

    def filter(self) -> Filter:
        """台账里的挑法。"""
        since, until = _midnight(self.since), _midnight(self.until and self.until + timedelta(days=1))
        return Filter(self.kind, self.person, status=self.status, since=since, until=until, words=self.words)


Chosen = Annotated[Wanted, Query()]
Before = Annotated[int | None, Query(ge=1)]


def audit_api(front: Front, door: Door) -> APIRouter:
    """审计与反馈的接口。"""
    router = APIRouter(tags=["审计与反馈"])
    ledger = front.office.ledger

    @router.get("/api/admin/audit", summary="审计记录，新的在前")
    def page(request: Request, wanted: Chosen, before: Before = None) -> JSONResponse:
        door.allowed(request, Action.SEE_AUDIT)
        found = listed(ledger, wanted.filter(), before)
        return JSONResponse(
            {"total": found.total, "before": found.before, "entries": [entry_json(one) for one in found.entries]}
        )

    @router.get("/api/admin/audit.csv", summary="审计记录写成 CSV", response_class=StreamingResponse)
    def table(request: Request, wanted: Chosen) -> StreamingResponse:
        door.allowed(request, Action.SEE_AUDIT)
        lines = csv_lines(every(ledger, wanted.filter()))
        return _download(_with_mark(lines), "text/csv; charset=utf-8", "audit.csv")

    @router.get("/api/admin/audit.jsonl", summary="审计记录写成 JSON 行", response_class=StreamingResponse)
    def whole(request: Request, wanted: Chosen) -> StreamingResponse:
        door.allowed(request, Action.SEE_AUDIT)
        return _download(json_lines(every(ledger, wanted.filter())), "application/x-ndjson", "audit.jsonl")

    @router.get("/api/admin/feedback", summary="反馈箱")
    def inbox(request: Request, *, closed: bool = False, before: Before = None) -> JSONResponse:
        door.allowed(request, Action.SEE_FEEDBACK)
        found = feedback_inbox(ledger, closed=closed, before=before)
        return JSONResponse({"feedback": [feedback_json(one, about(one), name(one)) for one in found]})

    @router.post("/api/admin/feedback/{number}", summary="处理完一条反馈")
    def close(request: Request, number: int, given: Closing) -> JSONResponse:
        visitor = door.allowed(request, Action.SEE_FEEDBACK)
        done = close_feedback(ledger, visitor.who(), number, given.note.strip())
        return JSONResponse(feedback_json(done, about(done), name(done)))

    def about(given: Feedback) -> Entry | None:
        try:
            return entry(ledger, given.answer)
        except AnswerMissing:
            return None

    def name(given: Feedback) -> str:
        try:
            return "未登录的人" if given.person is None else person_of(ledger, given.person).name
        except PersonMissing:
            return "已移除的人"

    return router


def _midnight(day: date | None) -> datetime | None:
    """本地时间这一天的零点。"""
    return None if day is None else datetime.combine(day, time.min).astimezone()


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    """开头加上字节序标记，Excel 才认得中文。"""
    yield "\ufeff"
    yield from lines


def _download(lines: Iterator[str], kind: str, name: str) -> StreamingResponse:
    stamp = f"{datetime.now().astimezone():%Y%m%d}"
    stem, _, suffix = name.partition(".")
    headers = {"Content-Disposition": f'attachment; filename="{stem}-{stamp}.{suffix}"'}
    return StreamingResponse(lines, media_type=kind, headers=headers)
