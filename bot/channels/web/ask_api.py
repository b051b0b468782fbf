"""提问的接口：问、看报告、说有用或不对；浏览器与别的程序都用它。"""

import time
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from bot.audit import entry
from bot.channels.web.front import Front
from bot.channels.web.pace import Pace
from bot.channels.web.shapes import AskReply, ReportList, WholeReport
from bot.channels.web.visitors import CHANNEL, Door, Visitor
from bot.channels.web.wire import reply_json, report_json, summary_json
from bot.feedback import Verdict, correct, give
from bot.machine import well_formed
from bot.office import Asked
from bot.people_errors import AnswerMissing

LONGEST = 500
"""一个问题最多多少个字。"""
REMEMBERED = 20
"""一次最多带来多少个此前的问题。"""
AT_ONCE = 4
"""同时答几个人；再多的排队。"""

_Text = Annotated[str, Field(max_length=LONGEST)]


class Question(BaseModel):
    """一次提问。"""

    question: Annotated[_Text, Field(description="问题")]
    history: Annotated[
        list[_Text] | None,
        Field(max_length=REMEMBERED, description="此前的问题，由远及近；不给则用服务端在这个 chat 里记着的"),
    ] = None
    chat: Annotated[str, Field(max_length=64, pattern=r"^[\w-]*$", description="哪一段对话，由客户端自定")] = ""


class Opinion(BaseModel):
    """对一条答复的反馈。"""

    answer: int
    verdict: Verdict
    correction: Annotated[str, Field(max_length=1000)] = ""


def ask_api(front: Front, door: Door) -> APIRouter:
    """提问的接口。"""
    router = APIRouter(tags=["提问"])
    office, limiter, pace = front.office, CapacityLimiter(AT_ONCE), Pace(front.per_minute)

    def answer(asked: Question, visitor: Visitor) -> Asked:
        # 没有说是哪一段对话、也没有带上文的，各问各的，免得不相干的客户端串了话
        earlier = tuple(map(well_formed, asked.history or ())) if asked.history is not None or not asked.chat else None
        return office.ask(visitor.asker(asked.chat), well_formed(asked.question), earlier)

    @router.post("/api/ask", summary="问一个问题", response_model=AskReply)
    async def ask(request: Request, asked: Question) -> JSONResponse:
        start = time.perf_counter()
        visitor = await to_thread.run_sync(door.reader, request)
        pace.admit(visitor)
        found = await to_thread.run_sync(answer, asked, visitor, limiter=limiter)
        written = reply_json(found.question, found.reply, time.perf_counter() - start)
        return JSONResponse(written | {"number": found.number})

    @router.get("/api/reports", summary="全部报告", response_model=ReportList)
    def reports(request: Request) -> JSONResponse:
        door.browsing(request)
        return JSONResponse({"reports": [summary_json(report) for report in office.library.reports()]})

    @router.get("/api/reports/{name:path}", summary="一份报告的大纲与全文", response_model=WholeReport)
    def report(request: Request, name: str) -> JSONResponse:
        door.browsing(request)
        return JSONResponse(report_json(office.library.report(name)))

    @router.get("/api/start", summary="开始页：例子与索引进度")
    def start(request: Request) -> JSONResponse:
        door.browsing(request)
        library = office.library
        return JSONResponse({"examples": list(library.examples()), "indexing": library.progress()})

    @router.post("/api/feedback", summary="说一条答复有用或不对")
    def feedback(request: Request, opinion: Opinion) -> JSONResponse:
        visitor = door.changing(request)
        who = visitor.asker("")
        found = entry(office.ledger, opinion.answer)
        if found.place.channel != CHANNEL or found.place.chat.partition("/")[0] != visitor.name:
            raise AnswerMissing(opinion.answer)  # 只能评自己问的
        given = give(office.ledger, who, opinion.answer, opinion.verdict)
        if opinion.correction.strip():
            correct(office.ledger, given.id, opinion.correction.strip())
        return JSONResponse({"feedback": given.id})

    return router
