"""培训员的接口之二：一览、报错、成绩、补考、组、每日一题。"""

from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from bot.channels.web.files import download
from bot.channels.web.front import Front
from bot.channels.web.training_wire import (
    complaint_json,
    daily_json,
    item_json,
    names_of,
    paper_json,
    results_json,
    score_json,
    zoned,
)
from bot.channels.web.visitors import Door
from bot.classroom.records import Phase
from bot.ledger.chats import Place
from bot.people import Action
from bot.quiz.daily import DailySettings

Numbers = Annotated[list[int], Field(max_length=5000)]
_RESULTS = "/api/training/papers/{number}/results"


class MakingUp(BaseModel):
    """出补考卷。"""

    deadline: datetime | None = None


class Closing(BaseModel):
    """处理一条报错。"""

    answer: Annotated[str, Field(max_length=500)] = ""


class Members(BaseModel):
    """组里的人。"""

    people: Numbers


class Spot(BaseModel):
    """一个群。"""

    channel: Annotated[str, Field(min_length=1, max_length=20)]
    chat: Annotated[str, Field(min_length=1, max_length=100)]


class DailyWish(BaseModel):
    """每日一题怎样发。"""

    on: bool
    at: time
    topic: Annotated[str, Field(max_length=60)] = ""
    reports: Annotated[list[str], Field(max_length=2000)] = []
    places: Annotated[list[Spot], Field(max_length=50)] = []


def classes_api(front: Front, door: Door) -> APIRouter:
    """培训员的接口之二。"""
    router = APIRouter(tags=["培训"])
    _add_desk(router, front, door)
    _add_results(router, front, door)
    _add_groups(router, front, door)
    return router


def _add_desk(router: APIRouter, front: Front, door: Door) -> None:
    """一览：试卷、撤下的题、报错。"""
    teach, ledger = front.office.classroom.teach, front.office.ledger

    @router.get("/api/training", summary="全部试卷，报告改过而撤下的题，没有处理的报错")
    def home(request: Request) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        rows, names = teach.list(by), names_of(ledger)
        papers = {row.paper.id: row for row in rows}
        views = [teach.open(by, row.paper.id) for row in rows if row.withdrawn and row.phase is Phase.OPEN]
        return JSONResponse(
            {
                "papers": [paper_json(row, names, ledger) for row in rows],
                "withdrawn": [
                    {"paper": {"id": view.row.paper.id, "title": view.row.paper.title}} | item_json(entry)
                    for view in views
                    for entry in view.items
                    if entry.withdrawn is not None
                ],
                "complaints": [
                    complaint_json(one, papers[one.item.paper], names, ledger) for one in teach.complaints(by)
                ],
            }
        )

    @router.post("/api/training/complaints/{number}", summary="处理完一条报错，可以答复")
    def close(request: Request, number: int, given: Closing) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        teach.answer_complaint(by, number, given.answer)
        return JSONResponse({})


def _add_results(router: APIRouter, front: Front, door: Door) -> None:
    """成绩与补考。"""
    teach, ledger = front.office.classroom.teach, front.office.ledger

    @router.get(_RESULTS, summary="各人得分，各题答对率与区分度，分布，该补考的人")
    def results(request: Request, number: int) -> JSONResponse:
        by = door.allowed(request, Action.SEE_RESULTS).who()
        found, view, names = teach.results(by, number), teach.open(by, number), names_of(ledger)
        written = results_json(found, view, teach.complaints(by, number), names)
        scores = [score_json(one, ledger) for one in found.scores]
        return JSONResponse(written | {"paper": paper_json(view.row, names, ledger), "scores": scores})

    @router.get(_RESULTS + ".xlsx", summary="成绩写成表格", response_class=Response)
    def sheet(request: Request, number: int) -> Response:
        return download(teach.results_sheet(door.allowed(request, Action.SEE_RESULTS).who(), number))

    @router.post("/api/training/papers/{number}/makeup", summary="给没及格与没答的人出补考草稿", status_code=201)
    def make_up(request: Request, number: int, given: MakingUp) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        made = teach.make_up(by, number, deadline=zoned(given.deadline, ledger))
        return JSONResponse({"id": made.row.paper.id}, 201)


def _add_groups(router: APIRouter, front: Front, door: Door) -> None:
    """组与每日一题。"""
    teach, ledger = front.office.classroom.teach, front.office.ledger

    @router.get("/api/training/people", summary="可以发给的人与组")
    def listed(request: Request) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        groups = [{"name": one.name, "people": list(one.people)} for one in teach.groups(by)]
        return JSONResponse({"people": [{"id": i, "name": n} for i, n in names_of(ledger).items()], "groups": groups})

    @router.put("/api/training/groups/{name}", summary="组里是哪些人；没有这个组就建")
    def members(request: Request, name: str, given: Members) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        teach.set_group(by, name, given.people)
        return JSONResponse({})

    @router.delete("/api/training/groups/{name}", summary="解散一个组")
    def disband(request: Request, name: str) -> JSONResponse:
        teach.take_out_of_group(door.allowed(request, Action.MAKE_QUIZ).who(), name)
        return JSONResponse({})

    @router.get("/api/training/daily", summary="每日一题的设置")
    def daily(request: Request) -> JSONResponse:
        return JSONResponse(daily_json(teach.daily(door.allowed(request, Action.MAKE_QUIZ).who())))

    @router.put("/api/training/daily", summary="改每日一题的设置")
    def set_daily(request: Request, given: DailyWish) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        places = tuple(Place(one.channel, one.chat) for one in given.places)
        chosen = DailySettings(given.on, given.at, places, tuple(given.reports), given.topic.strip())
        return JSONResponse(daily_json(teach.set_daily(by, chosen)))
