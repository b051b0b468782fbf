"""人员的接口：登录、注册、角色、邀请码与关联码、接口令牌。"""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from bot import access, codes, people
from bot.channels.web.errors import SignInNeeded
from bot.channels.web.front import Front
from bot.channels.web.visitors import CHANNEL, SESSION, Door, Visitor, keep_session, keep_visitor, new_visitor
from bot.channels.web.wire import invitation_json, me_json, person_json, token_json
from bot.ledger.chats import Place, Who
from bot.ledger.tries import missed, refuse_after
from bot.people import Action, Identity, PersonRole
from bot.people_errors import CodeInvalid

Name = Annotated[str, Field(min_length=1, max_length=64)]
Secret = Annotated[str, Field(max_length=200)]
TRIES = 30
"""一刻钟里，同一来处最多试错几个码。"""


class SignIn(BaseModel):
    """登录。"""

    login: Name
    password: Secret


class NewPassword(BaseModel):
    """改自己的密码；登录名空着即不改。"""

    current: Secret = ""
    password: Secret
    login: Annotated[str, Field(max_length=64)] = ""


class Joining(BaseModel):
    """凭码注册；已登录的只要码。"""

    code: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(max_length=64)] = ""
    login: Annotated[str, Field(max_length=64)] = ""
    password: Secret = ""


class Added(BaseModel):
    """登记一个人。"""

    name: Name
    role: PersonRole = PersonRole.STAFF
    login: Annotated[str, Field(max_length=64)] = ""
    password: Secret = ""


class Changed(BaseModel):
    """改一个人；没有写的不改。"""

    role: PersonRole | None = None
    blocked: bool | None = None
    name: Annotated[str | None, Field(max_length=64)] = None
    login: Annotated[str, Field(max_length=64)] = ""
    password: Secret = ""


class Invited(BaseModel):
    """造一个邀请码。"""

    role: PersonRole = PersonRole.STAFF
    uses: Annotated[int, Field(ge=1, le=500)] = 1


class Client(BaseModel):
    """给一个客户端造令牌。"""

    name: Name
    person: int


def people_api(front: Front, door: Door) -> APIRouter:
    """人员的接口。"""
    router = APIRouter(tags=["人员"])
    _add_session(router, front, door)
    _add_own(router, front, door)
    _add_people(router, front, door)
    _add_codes(router, front, door)
    return router


def _add_session(router: APIRouter, front: Front, door: Door) -> None:
    """我是谁，登录，退出。"""
    ledger = front.office.ledger

    @router.get("/api/me", summary="我是谁；页面由此取得防伪造的文字")
    def me(request: Request) -> Response:
        visitor = new_visitor(door.visitor(request))
        needs_admin = not people.has_admin(ledger)
        response = JSONResponse(me_json(visitor, door.form(visitor), needs_admin=needs_admin))
        keep_visitor(request, response, visitor)
        return response

    @router.post("/api/session", summary="登录")
    def sign_in(request: Request, given: SignIn) -> Response:
        visitor = door.changing(request)
        person = access.sign_in(ledger, given.login, given.password, visitor.source)
        access.close_session(ledger, request.cookies.get(SESSION, ""))
        response = JSONResponse({"name": person.name, "role": person.role})
        keep_session(request, response, access.open_session(ledger, person.id))
        return response

    @router.delete("/api/me/sessions", summary="在所有地方退出")
    def sign_out_everywhere(request: Request) -> Response:
        visitor = door.changing(request)
        if visitor.person is None:
            raise SignInNeeded
        access.close_sessions(ledger, visitor.person.id)
        response = JSONResponse({})
        keep_session(request, response, "")
        return response

    @router.delete("/api/session", summary="退出")
    def sign_out(request: Request) -> Response:
        door.changing(request)
        access.close_session(ledger, request.cookies.get(SESSION, ""))
        response = JSONResponse({})
        keep_session(request, response, "")
        return response


def _add_own(router: APIRouter, front: Front, door: Door) -> None:
    """凭码注册，关联别的通道，改自己的密码。"""
    ledger = front.office.ledger

    @router.post("/api/codes", summary="用一个管理员码、邀请码或关联码")
    def join(request: Request, given: Joining) -> Response:
        visitor = door.changing(request)
        if visitor.person is not None:
            own = people.identities(ledger, visitor.person.id)
            identity = next((one for one in own if one.channel == CHANNEL), Identity(CHANNEL, f"#{visitor.person.id}"))
            people.attach(ledger, identity, visitor.person.id)
            done = codes.redeem(ledger, identity, visitor.person.name, given.code, front.office.policy)
            return JSONResponse({"name": done.person.name, "role": done.person.role})
        done = _joined(front, visitor, given)
        response = JSONResponse({"name": done.person.name, "role": done.person.role})
        keep_session(request, response, access.open_session(ledger, done.person.id))
        return response

    @router.post("/api/me/link", summary="造一个关联码，到别的通道里输入")
    def link(request: Request) -> JSONResponse:
        visitor = door.changing(request)
        if visitor.person is None:
            raise SignInNeeded
        return JSONResponse({"code": codes.link_code(ledger, visitor.person.id)})

    @router.put("/api/me/password", summary="改自己的登录名和密码")
    def password(request: Request, given: NewPassword) -> Response:
        visitor = door.changing(request)
        if visitor.person is None:
            raise SignInNeeded
        access.change_password(ledger, visitor.who(), given.current, given.login, given.password)
        response = JSONResponse({})
        keep_session(request, response, access.open_session(ledger, visitor.person.id))
        return response


def _joined(front: Front, visitor: Visitor, given: Joining) -> codes.Redeemed:
    """凭码注册；换了浏览器接着试码的，也算同一处来的。密码不合格、登录名有人用的，不白用掉一个码。"""
    ledger, here = front.office.ledger, f"码 来处 {visitor.source}"
    refuse_after(ledger, here, TRIES)
    digest = access.hash_password(given.password)
    name = given.name.strip() or given.login.strip()
    try:
        with ledger.writing():
            done = codes.redeem(ledger, Identity(CHANNEL, visitor.name), name, given.code, front.office.policy)
            own_hand = Who(Place(CHANNEL, visitor.name), done.person.id)
            access.keep_password(ledger, own_hand, done.person.id, given.login or name, digest)
    except CodeInvalid:
        missed(ledger, here)  # 记在撤回了的事务之外
        raise
    return done


def _add_people(router: APIRouter, front: Front, door: Door) -> None:
    """人员与角色。"""
    ledger = front.office.ledger

    @router.get("/api/admin/people", summary="全部人员、邀请码、令牌")
    def listed(request: Request) -> JSONResponse:
        door.allowed(request, Action.MANAGE_PEOPLE)
        found = [person_json(one, people.identities(ledger, one.id)) for one in people.people(ledger)]
        return JSONResponse(
            {
                "people": found,
                "roles": [role.value for role in PersonRole],
                "policy": front.office.policy.value,
                "invitations": [invitation_json(one) for one in codes.invitations(ledger)],
                "tokens": [token_json(one) for one in access.tokens(ledger)],
            }
        )

    @router.post("/api/admin/people", summary="登记一个人", status_code=201)
    def add(request: Request, given: Added) -> JSONResponse:
        by = door.allowed(request, Action.MANAGE_PEOPLE).who()
        digest = access.hash_password(given.password) if given.login.strip() or given.password else None
        with ledger.writing():
            added = people.add_person(ledger, by, given.name, given.role)
            if digest is not None:
                access.keep_password(ledger, by, added.id, given.login or given.name, digest)
        return JSONResponse(person_json(added, ()), 201)

    @router.patch("/api/admin/people/{number}", summary="改角色、姓名、密码，停用或恢复")
    def change(request: Request, number: int, given: Changed) -> JSONResponse:
        by = door.allowed(request, Action.MANAGE_PEOPLE).who()
        digest = access.hash_password(given.password) if given.password else None
        with ledger.writing():
            if given.role is not None:
                people.grant(ledger, by, number, given.role)
            if given.blocked is not None:
                people.block(ledger, by, number, blocked=given.blocked)
            if given.name:
                people.rename(ledger, by, number, given.name)
            if digest is not None:
                access.keep_password(ledger, by, number, given.login, digest)
        return JSONResponse(person_json(people.person(ledger, number), people.identities(ledger, number)))

    @router.delete("/api/admin/people/{number}", summary="移除一个人")
    def remove(request: Request, number: int) -> JSONResponse:
        people.remove(ledger, door.allowed(request, Action.MANAGE_PEOPLE).who(), number)
        return JSONResponse({})


def _add_codes(router: APIRouter, front: Front, door: Door) -> None:
    """邀请码与令牌。"""
    ledger = front.office.ledger

    @router.post("/api/admin/invitations", summary="造一个邀请码", status_code=201)
    def invite(request: Request, given: Invited) -> JSONResponse:
        by = door.allowed(request, Action.MANAGE_PEOPLE).who()
        return JSONResponse({"code": codes.invite(ledger, by, given.role, given.uses)}, 201)

    @router.delete("/api/admin/invitations/{number}", summary="作废一个邀请码")
    def cancel(request: Request, number: int) -> JSONResponse:
        codes.cancel_invitation(ledger, door.allowed(request, Action.MANAGE_PEOPLE).who(), number)
        return JSONResponse({})

    @router.post("/api/admin/tokens", summary="给一个客户端造接口令牌", status_code=201)
    def make(request: Request, given: Client) -> JSONResponse:
        by = door.allowed(request, Action.MANAGE_PEOPLE).who()
        return JSONResponse({"token": access.make_token(ledger, by, given.person, given.name)}, 201)

    @router.delete("/api/admin/tokens/{number}", summary="收回一个令牌")
    def revoke(request: Request, number: int) -> JSONResponse:
        access.revoke_token(ledger, door.allowed(request, Action.MANAGE_PEOPLE).who(), number)
        return JSONResponse({})
