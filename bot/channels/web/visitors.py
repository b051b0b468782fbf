"""来的是谁：会话 cookie、接口令牌，或只是一个没有登录的浏览器；该不该让他做这件事。"""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.access import SESSION_LIFE, form_token, session_person, token_person
from bot.audit import CONSOLE
from bot.channels.web.errors import FormRefused, SignInNeeded, TokenWrong
from bot.channels.web.guards import is_local
from bot.ledger.chats import Place, Who
from bot.office import Office
from bot.people import Action, Identity, Person, Policy, identified, require_by
from bot.people_errors import InvitationNeeded, StrangersRefused

CHANNEL = "web"
SESSION, VISITOR = "jihuatong_session", "jihuatong_visitor"
FORM = "x-csrf-token"
_YEAR = 366 * 24 * 3600
_NAME = re.compile(r"[A-Za-z0-9_-]{16,64}")
_ENTERED = "考生 "
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Visitor:
    """一个来访的。

    `trusted` 是坐在装着程序的这台机器前的人；`token` 是凭接口令牌来的；`secret` 是防伪造的文字所绑定的 cookie；
    `name` 区分各个浏览器，`source` 是来处的地址。
    """

    person: Person | None
    trusted: bool
    token: bool
    secret: str
    name: str
    source: str

    def who(self) -> Who:
        """做管理动作时，他是谁。"""
        if self.person is None and self.trusted:
            return CONSOLE
        return self.asker("")

    def asker(self, chat: str) -> Who:
        """提问时，他是谁、在哪个对话里。"""
        place = f"{self.name}/{chat}" if chat else self.name
        return Who(Place(CHANNEL, place), None if self.person is None else self.person.id)

    @property
    def entered_as(self) -> Identity:
        """凭试卷代码报上姓名的人，记在这个浏览器名下；它只管考核，与登录无关。"""
        return Identity(CHANNEL, _ENTERED + self.name)


class Door:
    """门口：认人，查权限，防伪造。

    Args:
        office: 答问台。
        trusting: 只对本机开放，本机的人不必登录。
        reading: 有人翻看一次就告知，太快了由它来拦。
    """

    def __init__(self, office: Office, *, trusting: bool, reading: Callable[[Visitor], None] = lambda _: None) -> None:
        self._ledger = office.ledger
        self._policy = office.policy
        self._trusting = trusting
        self._reading = reading

    def visitor(self, request: Request) -> Visitor:
        """来的是谁。

        Raises:
            TokenWrong: 带了接口令牌，但不对。
        """
        source = request.client.host if request.client else ""
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            person = token_person(self._ledger, bearer.strip())
            if person is None:
                raise TokenWrong
            return Visitor(person, trusted=False, token=True, secret="", name=f"令牌 {person.id}", source=source)
        session, browser = request.cookies.get(SESSION, ""), request.cookies.get(VISITOR, "")
        name = browser if _NAME.fullmatch(browser) else ""
        person = session_person(self._ledger, session) if session else None
        trusted = self._trusting and is_local(source) and not any(header in request.headers for header in _FORWARDED)
        secret = session if person is not None else name
        return Visitor(person, trusted=trusted, token=False, secret=secret, name=name or source, source=source)

    def reader(self, request: Request) -> Visitor:
        """来问、来看的；不接待没有登记的人时，要先登录。

        Raises:
            InvitationNeeded: 要有邀请码。
            StrangersRefused: 不接待。
        """
        visitor = self.visitor(request)
        if visitor.person is None and not visitor.trusted and self._policy is not Policy.OPEN:
            if self._entered(visitor) is not None:
                return visitor
            raise InvitationNeeded if self._policy is Policy.CODE else StrangersRefused
        return visitor

    def learner_of(self, visitor: Visitor) -> Person | None:
        """谁在考核：登录的人，或凭试卷代码进来、记在这个浏览器名下的人。"""
        return visitor.person or self._entered(visitor)

    def learner(self, request: Request) -> Who:
        """来考核的；改东西的同时核对是不是从本页来的。

        Raises:
            SignInNeeded: 还没有登录，也没有凭代码进来。
            FormRefused: 不是从本页来的。
        """
        visitor = self.visitor(request) if request.method in ("GET", "HEAD") else self.changing(request)
        person = self.learner_of(visitor)
        if person is None:
            raise SignInNeeded
        return Who(visitor.asker("").place, person.id)

    def _entered(self, visitor: Visitor) -> Person | None:
        """停用的人不算。"""
        if visitor.token or visitor.name == visitor.source:
            return None
        person = identified(self._ledger, visitor.entered_as)
        return None if person is None or person.blocked else person

    def browsing(self, request: Request) -> Visitor:
        """来翻看的；快慢有限。

        Raises:
            InvitationNeeded: 要有邀请码。
            StrangersRefused: 不接待。
            TooFast: 太快了。
        """
        visitor = self.reader(request)
        self._reading(visitor)
        return visitor

    def known(self, request: Request) -> Visitor:
        """来翻看、要先登录才看得的。

        Raises:
            SignInNeeded: 还没有登录。
            TooFast: 太快了。
        """
        visitor = self.browsing(request)
        if visitor.person is None and not visitor.trusted:
            raise SignInNeeded
        return visitor

    def changing(self, request: Request) -> Visitor:
        """要改东西的：核对是不是从本页来的；凭接口令牌来的不必。

        Raises:
            FormRefused: 不是。
        """
        visitor = self.visitor(request)
        if not visitor.token:
            given = request.headers.get(FORM, "")
            if not visitor.secret or not hmac.compare_digest(given.encode(), self.form(visitor).encode()):
                raise FormRefused
        return visitor

    def allowed(self, request: Request, action: Action) -> Visitor:
        """有权限做这件事的；改东西的同时核对是不是从本页来的。

        Raises:
            SignInNeeded: 还没有登录。
            NotAllowed: 角色不够。
            FormRefused: 不是从本页来的。
        """
        reading = request.method in ("GET", "HEAD")
        visitor = self.visitor(request) if reading else self.changing(request)
        if visitor.person is None and not visitor.trusted:
            raise SignInNeeded
        require_by(self._ledger, visitor.who(), action)
        return visitor

    def form(self, visitor: Visitor) -> str:
        """与他的 cookie 绑定的防伪造文字；没有 cookie 为空。"""
        return form_token(self._ledger, visitor.secret) if visitor.secret else ""


def new_visitor(visitor: Visitor) -> Visitor:
    """给没有 cookie 的浏览器起一个编号。"""
    if visitor.token or visitor.name != visitor.source:
        return visitor
    name = secrets.token_urlsafe(18)
    secret = visitor.secret or name
    return Visitor(visitor.person, visitor.trusted, visitor.token, secret, name, visitor.source)


def keep_visitor(request: Request, response: Response, visitor: Visitor) -> None:
    """把浏览器的编号放进 cookie。"""
    if not visitor.token:
        _set(request, response, VISITOR, visitor.name, _YEAR)


def forget_visitor(response: Response) -> None:
    """这个浏览器从头来过。"""
    response.delete_cookie(VISITOR, path="/", httponly=True, samesite="strict")


def keep_session(request: Request, response: Response, session: str) -> None:
    """把会话放进 cookie；空的即退出。"""
    if session:
        _set(request, response, SESSION, session, int(SESSION_LIFE.total_seconds()))
    else:
        response.delete_cookie(SESSION, path="/", httponly=True, samesite="strict")


def _set(request: Request, response: Response, name: str, value: str, life: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=life,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
