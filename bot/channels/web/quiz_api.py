"""学员的接口：凭代码进来，我的试卷，一步一步答，成绩与榜，错题本与复习，意愿，自己的成绩。"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from bot.channels.web.files import download
from bot.channels.web.front import Front
from bot.channels.web.quiz_wire import cover_json, marked_json, missed_json, notice_json, open_paper_json, step_json
from bot.channels.web.visitors import Door, forget_visitor, keep_visitor, new_visitor
from bot.classroom.learning import Learning
from bot.classroom.records import OpenPaper, PaperState
from bot.ledger.chats import Who
from bot.people import Person
from bot.quiz.errors import AttemptMissing, ItemMissing, NotInvited
from bot.quiz.privacy import Preferences
from bot.quiz.steps import Stage, Step, pressed

Code = Annotated[str, Field(max_length=12)]
Given = Annotated[str, Field(max_length=200)]
TOP = 20
"""榜上列出前几名。"""


class Entering(BaseModel):
    """凭试卷代码报上姓名。"""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=64)]


class Starting(BaseModel):
    """开始答一份。"""

    code: Code


class Answered(BaseModel):
    """一题的作答：字母，或打的字；`item` 是题号，复习时是题目的身份。"""

    item: Annotated[str, Field(max_length=64)]
    given: Given


class Pressed(BaseModel):
    """按了通知里的一个按钮。"""

    data: Annotated[str, Field(max_length=64)]


class Complaining(BaseModel):
    """报错。"""

    item: int
    said: Annotated[str, Field(min_length=1, max_length=500)]


class Wishes(BaseModel):
    """意愿。"""

    nickname: Annotated[str | None, Field(max_length=32)] = None
    ranked: bool = True
    hour: Annotated[int | None, Field(ge=0, le=23)] = None
    daily: bool = False


class Read(BaseModel):
    """看过的通知。"""

    numbers: Annotated[list[int], Field(max_length=100)]


def quiz_api(front: Front, door: Door) -> APIRouter:
    """学员的接口。"""
    router = APIRouter(tags=["考核"])
    _add_entrance(router, front, door)
    _add_answering(router, front, door)
    _add_after(router, front, door)
    _add_review(router, front, door)
    _add_own(router, front, door)
    return router


def _add_entrance(router: APIRouter, front: Front, door: Door) -> None:
    """我的考核，一份试卷的封面，凭代码进来，换人。"""
    classroom, ledger = front.office.classroom, front.office.ledger

    @router.get("/api/quiz", summary="我的考核；给了代码则是那份试卷的封面")
    def home(request: Request, code: Annotated[str, Query(max_length=12)] = "") -> JSONResponse:
        visitor = door.visitor(request)
        person = door.learner_of(visitor)
        if person is None:
            paper = classroom.cover(code, visitor.source) if code else None
            return JSONResponse({"me": None} | ({} if paper is None else {"paper": cover_json(paper, ledger)}))
        who = Who(visitor.asker("").place, person.id)
        mine = _mine(who, person, entered=visitor.person is None)
        return JSONResponse(mine | (_cover(who, code) if code else {}))

    def _mine(who: Who, person: Person, *, entered: bool) -> dict[str, Any]:
        learn = classroom.learn
        papers = learn.papers(who)
        going = next((one for one in papers if one.state is PaperState.GOING), None)
        return {
            "me": {"id": person.id, "name": person.name, "entered": entered},
            "papers": [open_paper_json(one, ledger) for one in papers],
            "running": None if going is None else {"code": going.paper.code, "title": going.paper.title},
            "due": learn.due(who),
            "missed": [missed_json(one, ledger) for one in learn.notebook(who)],
            "wishes": _wishes(learn.preferences(who)),
            "notices": [notice_json(one, ledger) for one in learn.notices(who) if one.read is None],
        }

    def _cover(who: Who, code: str) -> dict[str, Any]:
        found: OpenPaper = classroom.learn.paper(who, code)
        return {"paper": open_paper_json(found, ledger)}

    @router.post("/api/quiz/enter", summary="凭试卷代码报上姓名，记在这个浏览器名下", status_code=201)
    def enter(request: Request, given: Entering) -> Response:
        visitor = new_visitor(door.changing(request))
        person = classroom.admit(visitor.entered_as, given.name, given.code, front.office.policy, visitor.source)
        response = JSONResponse({"id": person.id, "name": person.name}, 201)
        keep_visitor(request, response, visitor)
        return response

    @router.delete("/api/quiz/enter", summary="这个浏览器换一个人来答")
    def leave(request: Request) -> Response:
        door.changing(request)
        response = JSONResponse({})
        forget_visitor(response)
        return response


def _wishes(wish: Preferences) -> dict[str, Any]:
    return {"nickname": wish.nickname, "ranked": wish.ranked, "hour": wish.hour, "daily": wish.daily}


def _add_answering(router: APIRouter, front: Front, door: Door) -> None:
    """开始，答题，交卷。"""
    learn = front.office.classroom.learn

    @router.post("/api/quiz/start", summary="开始（或接着）答一份试卷")
    def start(request: Request, given: Starting) -> JSONResponse:
        who = door.learner(request)
        return _written(learn, who, learn.start(who, given.code))

    @router.get("/api/quiz/step", summary="正在答的那一步；没有则是最近一次的成绩")
    def step(request: Request) -> JSONResponse:
        who = door.learner(request)
        found = learn.resume(who)
        return _scored(learn, who) if found is None else _written(learn, who, found)

    @router.post("/api/quiz/answer", summary="答一题")
    def answer(request: Request, given: Answered) -> JSONResponse:
        who = door.learner(request)
        return _written(learn, who, learn.answer(who, _number(given.item), given.given))

    @router.post("/api/quiz/finish", summary="交卷")
    def finish(request: Request) -> JSONResponse:
        who = door.learner(request)
        try:
            return _written(learn, who, learn.finish(who))
        except AttemptMissing:  # 已在别处交了，或到时收了卷
            return _scored(learn, who)


def _add_after(router: APIRouter, front: Front, door: Door) -> None:
    """成绩，通知里的按钮，报错。"""
    learn = front.office.classroom.learn

    @router.get("/api/quiz/scores/{attempt}", summary="一次的成绩，逐题的对错与出处")
    def score(request: Request, attempt: int) -> JSONResponse:
        return _scored(learn, door.learner(request), attempt)

    @router.post("/api/quiz/press", summary="按了通知里的一个按钮")
    def press(request: Request, given: Pressed) -> JSONResponse:
        who = door.learner(request)
        found = pressed(given.data)
        if found is None:
            raise ItemMissing(0)
        return _written(learn, who, learn.press(who, found))

    @router.post("/api/quiz/complaints", summary="说一道题有错", status_code=201)
    def complain(request: Request, given: Complaining) -> JSONResponse:
        who = door.learner(request)
        return JSONResponse({"complaint": learn.complain(who, given.item, given.said)}, 201)


def _written(learn: Learning, who: Who, step: Step) -> JSONResponse:
    if step.stage is Stage.SCORE and step.standing is not None:
        return _scored(learn, who, step.standing.attempt, step.note)
    return JSONResponse(step_json(step))


def _scored(learn: Learning, who: Who, attempt: int | None = None, note: str = "") -> JSONResponse:
    found = learn.marked(who, attempt)
    try:
        board = learn.leaderboard(who, found.result.paper.id)[:TOP]
    except NotInvited:  # 原先发给了他，后来从组里移出
        board = ()
    return JSONResponse(marked_json(found, board, who.person, note))


def _number(item: str) -> int:
    """题号；写得不像题号的，卷里没有。"""
    if not (item.isascii() and item.isdigit()):
        raise ItemMissing(0)
    return int(item)


def _add_review(router: APIRouter, front: Front, door: Door) -> None:
    """复习与错题本。"""
    learn = front.office.classroom.learn

    @router.get("/api/quiz/review", summary="今天该复习的下一题")
    def due(request: Request) -> JSONResponse:
        return JSONResponse(step_json(learn.review(door.learner(request))))

    @router.post("/api/quiz/review", summary="答复习的一题")
    def reviewed(request: Request, given: Answered) -> JSONResponse:
        who = door.learner(request)
        return JSONResponse(step_json(learn.review_answer(who, given.item, given.given)))

    @router.delete("/api/quiz/missed/{identity}", summary="从错题本里去掉一题")
    def forget(request: Request, identity: str) -> JSONResponse:
        learn.forget(door.learner(request), identity)
        return JSONResponse({})


def _add_own(router: APIRouter, front: Front, door: Door) -> None:
    """意愿，通知，自己的成绩。"""
    learn = front.office.classroom.learn

    @router.put("/api/quiz/wishes", summary="昵称、上不上榜、几点提醒、订不订每日一题")
    def wish(request: Request, given: Wishes) -> JSONResponse:
        wanted = Preferences(given.nickname, given.ranked, given.hour, given.daily)
        return JSONResponse(_wishes(learn.prefer(door.learner(request), wanted)))

    @router.post("/api/quiz/notices", summary="这些通知看过了")
    def read(request: Request, given: Read) -> JSONResponse:
        learn.read(door.learner(request), tuple(given.numbers))
        return JSONResponse({})

    @router.get("/api/quiz/own.xlsx", summary="导出自己的全部答卷、作答、错题本与意愿", response_class=Response)
    def export(request: Request) -> Response:
        return download(learn.export(door.learner(request)))

    @router.delete("/api/quiz/own", summary="删去自己的全部成绩")
    def delete(request: Request) -> JSONResponse:
        learn.delete(door.learner(request))
        return JSONResponse({})
