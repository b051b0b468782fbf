"""培训员的接口之一：出卷、审题、发布、发给谁。"""

from datetime import datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from bot.channels.web.errors import UploadBroken, UploadTooLarge
from bot.channels.web.files import download
from bot.channels.web.front import Front
from bot.channels.web.square import square
from bot.channels.web.training_wire import item_json, names_of, view_json, zoned
from bot.channels.web.visitors import Door
from bot.classroom.records import Contents, PaperView
from bot.people import Action
from bot.quiz.items import ItemKind
from bot.quiz.papers import USUAL_SHARES, Audience
from bot.quiz.store import Settings

OWN = "/api/training/own"
SHEET_MB = 4
"""自拟题的表格最多几 MB。"""
_PAPER = "/api/training/papers/{number}"
_ITEM = "/api/training/items/{item}"

Title = Annotated[str, Field(min_length=1, max_length=80)]
GroupName = Annotated[str, Field(min_length=1, max_length=40)]
Numbers = Annotated[list[int], Field(max_length=5000)]


class Named(BaseModel):
    """发给谁。"""

    people: Numbers = []
    groups: Annotated[list[GroupName], Field(max_length=200)] = []

    @property
    def audience(self) -> Audience:
        """点名的人与组。"""
        return Audience(tuple(self.people), tuple(self.groups))


class Wanted(Named):
    """一份试卷怎样出；截止时间不带时区的，是单位所在时区的。"""

    title: Title
    number: Annotated[int, Field(ge=1, le=200)] = 10
    shares: dict[ItemKind, Annotated[int, Field(ge=0, le=99)]] = {}
    reports: Annotated[list[str], Field(max_length=2000)] = []
    sections: Annotated[list[str], Field(max_length=500)] = []
    topic: Annotated[str, Field(max_length=60)] = ""
    minutes: Annotated[int | None, Field(ge=1, le=600)] = None
    pass_mark: Annotated[int, Field(ge=0, le=100)] = 60
    deadline: datetime | None = None
    attempts: Annotated[int, Field(ge=0, le=100)] = 1
    shuffle: bool = True
    at_once: bool = True
    everyone: bool = True
    nicknames: bool = False


class Reworded(BaseModel):
    """改一道题。"""

    stem: Annotated[str, Field(min_length=1, max_length=500)]
    key: Annotated[str, Field(min_length=1, max_length=200)]


class Withdrawing(BaseModel):
    """撤下一道题。"""

    why: Annotated[str, Field(max_length=200)] = ""


def training_api(front: Front, door: Door) -> APIRouter:
    """培训员的接口。"""
    router = APIRouter(tags=["培训"])
    _add_making(router, front, door)
    _add_review(router, front, door)
    _add_publishing(router, front, door)
    return router


def _opened(front: Front, view: PaperView) -> JSONResponse:
    return JSONResponse(view_json(view, names_of(front.office.ledger), front.office.ledger))


def _add_making(router: APIRouter, front: Front, door: Door) -> None:
    """出卷。"""
    teach, ledger = front.office.classroom.teach, front.office.ledger

    @router.get("/api/training/options", summary="可以从哪些报告、哪些节出题，有哪些题型")
    def options(request: Request) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        return JSONResponse(
            {
                "reports": [_contents(one) for one in teach.contents(by)],
                "kinds": [{"kind": kind.value, "share": share} for kind, share in USUAL_SHARES.items()],
                "zone": ledger.zone.key,
            }
        )

    @router.post("/api/training/papers", summary="出一份草稿", status_code=201)
    def make(request: Request, given: Wanted) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        settings = Settings(
            number=given.number,
            shares=given.shares,
            reports=tuple(given.reports),
            sections=tuple(given.sections),
            topic=given.topic.strip(),
            minutes=given.minutes,
            pass_mark=given.pass_mark,
            deadline=zoned(given.deadline, ledger),
            attempts=given.attempts,
            shuffle=given.shuffle,
            at_once=given.at_once,
            everyone=given.everyone,
            nicknames=given.nicknames,
        )
        made = teach.make(by, given.title, settings)
        if given.people or given.groups:
            teach.assign(by, made.row.paper.id, given.audience)
        return JSONResponse({"id": made.row.paper.id}, 201)


def _contents(found: Contents) -> dict[str, Any]:
    """一份报告和其中出得了题的各节；`level` 从一起。"""
    sections = [
        {"path": path, "heading": path.rpartition(" › ")[2], "level": path.count(" › ") + 1, "count": count}
        for path, count in found.sections
        if path
    ]
    return {"name": found.name, "title": found.title, "issuer": found.issuer, "sections": sections}


def _add_review(router: APIRouter, front: Front, door: Door) -> None:
    """审题。"""
    teach = front.office.classroom.teach

    @router.get(_PAPER, summary="一份试卷：题目、答案、依据")
    def opened(request: Request, number: int) -> JSONResponse:
        return _opened(front, teach.open(door.allowed(request, Action.MAKE_QUIZ).who(), number))

    @router.delete(_PAPER, summary="删去一份草稿")
    def discard(request: Request, number: int) -> JSONResponse:
        teach.discard(door.allowed(request, Action.MAKE_QUIZ).who(), number)
        return JSONResponse({})

    @router.post(_ITEM + "/keep", summary="看过，留下")
    def keep(request: Request, item: int) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        return JSONResponse(item_json(teach.keep(by, item)))

    @router.post(_ITEM + "/swap", summary="换一题")
    def swap(request: Request, item: int) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        return JSONResponse(item_json(teach.swap(by, item)))

    @router.patch(_ITEM, summary="改题干或答案，改过的仍须证明得了")
    def reword(request: Request, item: int, given: Reworded) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        return JSONResponse(item_json(teach.reword(by, item, given.stem.strip(), given.key.strip())))

    @router.delete(_ITEM, summary="从草稿里去掉一题")
    def drop(request: Request, item: int) -> JSONResponse:
        teach.drop(door.allowed(request, Action.MAKE_QUIZ).who(), item)
        return JSONResponse({})

    @router.put(OWN, summary="导入自拟题：正文即 .xlsx 的内容")
    async def own(request: Request, paper: Annotated[int, Query()]) -> JSONResponse:
        visitor = await to_thread.run_sync(door.allowed, request, Action.MAKE_QUIZ)
        sheet = await _received(request)
        added = await to_thread.run_sync(teach.import_items, visitor.who(), paper, sheet)
        return JSONResponse({"added": added})

    @router.get(_PAPER + "/items.xlsx", summary="题目写成表格，可以改了再导入", response_class=Response)
    def sheet(request: Request, number: int) -> Response:
        return download(teach.export_items(door.allowed(request, Action.MAKE_QUIZ).who(), number))


async def _received(request: Request) -> bytes:
    """收下一个表格。

    Raises:
        UploadTooLarge: 太大。
        UploadBroken: 中断了，或一个字节也没有。
    """
    content = b""
    try:
        async for piece in request.stream():
            content += piece
            if len(content) > SHEET_MB << 20:
                raise UploadTooLarge(SHEET_MB)
    except ClientDisconnect:
        raise UploadBroken from None
    if not content:
        raise UploadBroken
    return content


def _add_publishing(router: APIRouter, front: Front, door: Door) -> None:
    """发布，发给谁，关闭，撤题。"""
    teach = front.office.classroom.teach

    @router.post(_PAPER + "/publish", summary="发布，此后题目与设置不再改")
    def publish(request: Request, number: int) -> JSONResponse:
        return _opened(front, teach.publish(door.allowed(request, Action.MAKE_QUIZ).who(), number))

    @router.post(_PAPER + "/audience", summary="再发给一些人、一些组")
    def assign(request: Request, number: int, given: Named) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        return _opened(front, teach.assign(by, number, given.audience))

    @router.post(_PAPER + "/close", summary="提前关闭")
    def close(request: Request, number: int) -> JSONResponse:
        return _opened(front, teach.close(door.allowed(request, Action.MAKE_QUIZ).who(), number))

    @router.post(_ITEM + "/withdraw", summary="撤下一道已发布的题")
    def withdraw(request: Request, item: int, given: Withdrawing) -> JSONResponse:
        by = door.allowed(request, Action.MAKE_QUIZ).who()
        return JSONResponse(item_json(teach.withdraw(by, item, given.why)))

    @router.get(_PAPER + "/code.svg", summary="链接的二维码", response_class=Response)
    def code(request: Request, number: int) -> Response:
        view = teach.open(door.allowed(request, Action.MAKE_QUIZ).who(), number)
        return Response(square(f"{request.base_url}quiz/{view.row.paper.code}"), media_type="image/svg+xml")
