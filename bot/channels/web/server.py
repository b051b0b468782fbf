"""网页服务：页面、JSON 接口与企业微信的回调；答题不占事件循环，几个人可以同时问。"""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBearer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.channels.web.ask_api import LONGEST, REMEMBERED, ask_api
from bot.channels.web.audit_api import audit_api
from bot.channels.web.classes_api import classes_api
from bot.channels.web.errors import TooFast, WebError
from bot.channels.web.facts_api import facts_api
from bot.channels.web.front import Front
from bot.channels.web.guards import BodyLimit, Counted, Doorways, KnownHosts, SameOrigin, SecurityHeaders
from bot.channels.web.pace import Pace
from bot.channels.web.packed import Asset, read, sent
from bot.channels.web.people_api import people_api
from bot.channels.web.quiz_api import quiz_api
from bot.channels.web.reports_api import FILES, reports_api
from bot.channels.web.shapes import Fault, described
from bot.channels.web.training_api import OWN, training_api
from bot.channels.web.visitors import Door
from bot.errors import AddressTaken
from bot.metrics import CONTENT_TYPE
from bot.people import Action
from bot.people_errors import (
    AnswerMissing,
    FeedbackMissing,
    InvitationNeeded,
    NotAllowed,
    PeopleError,
    PersonMissing,
    StrangersRefused,
    TooManyTries,
)
from bot.quiz.errors import ComplaintMissing, ItemMissing, NotInvited, PaperMissing, QuizError
from corpus.errors import JihuatongError
from index.errors import NoSuchReport

ASSETS = Path(__file__).with_name("assets")
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""素材的类型；不问系统，有的系统把 .js 登记成纯文本。"""
PAGES = {"index.html": "/", "admin.html": "/admin", "quiz.html": "/quiz"}
GRACE = 5
"""停下时，最多等没答完的几秒。"""
READS = 4
"""翻看报告、查数字，每分钟可以是提问的几倍。"""
DESCRIPTION = """只凭单位自己的工作报告作答，数字都有出处。

接口令牌由管理员在“管理 › 人员”里生成，写在请求头 `Authorization: Bearer` 之后；它以一个人的身份做事，可以随时收回。
不用令牌而用浏览器的会话时，改东西的请求要在请求头 `X-CSRF-Token` 里带上 `/api/me` 给的 `csrf`。

没有照办的请求回 4XX 或 5XX 和 `{"error": "一句话"}`；问得太快是 429，请求头 `Retry-After` 是要等的秒数。"""
BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="管理员在“管理 › 人员”里生成的接口令牌")

_STATUSES: tuple[tuple[type[JihuatongError], int], ...] = (
    (NoSuchReport, 404),
    (AnswerMissing, 404),
    (PersonMissing, 404),
    (FeedbackMissing, 404),
    (InvitationNeeded, 401),
    (StrangersRefused, 401),
    (NotAllowed, 403),
    (TooManyTries, 429),
    (PeopleError, 400),
    (PaperMissing, 404),
    (ItemMissing, 404),
    (ComplaintMissing, 404),
    (NotInvited, 403),
    (QuizError, 409),
    (JihuatongError, 503),
)
"""我们的错误各回什么 HTTP 状态，先写的先算。"""


def page(front: Front, routes: Sequence[Route] = ()) -> ASGIApp:
    """装配网页。

    Args:
        front: 网页要用到的几样；只对本机开放时，不理会冒用别的域名的请求。
        routes: 企业微信的回调，不经过网页的几道关，它们自己验签。
    """
    app = FastAPI(
        title="计划通",
        description=DESCRIPTION,
        responses={"4XX": {"model": Fault, "description": "没有照办，`error` 是一句话"}},
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        exception_handlers={
            HTTPException: _http_error,
            RequestValidationError: _invalid,
            JihuatongError: _known_error,
            Exception: _unknown_error,
        },
    )
    door = Door(front.office, trusting=front.trusting, reading=Pace(front.per_minute * READS).admit)
    front.metrics.watch(front.office.library, front.office.ledger)
    for api in (ask_api, facts_api, reports_api, people_api, audit_api, quiz_api, training_api, classes_api):
        app.include_router(api(front, door), dependencies=[Depends(BEARER)])
    _add_health(app, front, door)
    _add_assets(app)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]  # FastAPI 的文档就是这样改说明的
    guarded: ASGIApp = SameOrigin(BodyLimit(app, streamed=frozenset({FILES, OWN})), front.url)
    whole = SecurityHeaders(KnownHosts(guarded, front.host, front.url))
    callbacks = Starlette(routes=list(routes))
    return Counted(Doorways(whole, callbacks, frozenset(route.path for route in routes)), front.metrics)


class _Server(uvicorn.Server):
    """信号由装配的一方来收，好让各个通道一起停下。"""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """不收。"""
        yield


def server(app: ASGIApp) -> uvicorn.Server:
    """运行网页的服务，`should_exit` 成真即停。"""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE, lifespan="off"
    )
    return _Server(config)


def address(host: str, listener: socket.socket) -> str:
    """在浏览器里打开的网址，如 http://127.0.0.1:8765/。"""
    return f"http://{_spoken(host)}:{listener.getsockname()[1]}/"


def listen(host: str, port: int) -> socket.socket:
    """占好端口；0 表示任选。

    Raises:
        AddressTaken: 地址用不了。
    """
    wanted = f"{host}:{port}"
    try:
        (family, kind, protocol, _, place), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise AddressTaken(wanted, error.strerror or str(error)) from None
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # 在 Windows 上，这一项会让两个程序占同一个端口
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()
    except OSError as error:
        listener.close()
        raise AddressTaken(wanted, error.strerror or str(error)) from None
    return listener


def _spoken(host: str) -> str:
    """写进网址的主机名。"""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - 是在辨认，不是在监听
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _add_health(app: FastAPI, front: Front, door: Door) -> None:
    """是否在运行，与统计。"""

    @app.get("/healthz", summary="是否在运行")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/metrics", summary="统计，Prometheus 的格式；本机以外要用管理员的令牌", response_class=Response)
    def metrics(request: Request) -> Response:
        door.allowed(request, Action.SEE_STATUS)
        return Response(front.metrics.text(), media_type=CONTENT_TYPE)


def _add_assets(app: FastAPI) -> None:
    """页面与素材：只发包里列得出的文件，不按请求拼路径。"""

    def sends(asset: Asset) -> Callable[[Request], Response]:
        def send(request: Request) -> Response:
            return sent(asset, request)

        return send

    for path in sorted(path for path in ASSETS.iterdir() if path.suffix in KINDS):
        place = PAGES.get(path.name, f"/assets/{path.name}")
        asset = read(path, KINDS[path.suffix])
        app.add_api_route(place, sends(asset), response_class=Response, include_in_schema=False)
    entered = read(ASSETS / "quiz.html", KINDS[".html"])
    app.add_api_route("/quiz/{code}", sends(entered), response_class=Response, include_in_schema=False)


def _sentence(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status_code=status)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentences = {404: f"没有这一页：{request.url.path}。", 405: "这个地址不接受这种请求。"}
    return _sentence(sentences.get(status, f"请求没有完成（{status}）。"), status)


async def _invalid(request: Request, error: Exception) -> Response:
    faults: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    kinds = {fault["type"] for fault in faults}
    if "string_too_long" in kinds and request.url.path == "/api/ask":
        return _sentence(f"问题太长：最多 {LONGEST} 个字。", 422)
    if "too_long" in kinds:
        return _sentence(f"此前的问题太多：最多 {REMEMBERED} 个。", 422)
    if request.url.path != "/api/ask":
        return _sentence("请求的格式不对：有一项缺了，或者不是要的那种值。", 422)
    return _sentence('请求的格式不对：应当是 JSON，如 {"question": "2023年农村公路新改建多少公里"}。', 422)


async def _known_error(_: Request, error: Exception) -> Response:
    if isinstance(error, WebError):
        response = _sentence(str(error), error.status)
        if isinstance(error, TooFast):
            response.headers["Retry-After"] = str(error.seconds)
        return response
    return _sentence(str(error), next(status for kind, status in _STATUSES if isinstance(error, kind)))


async def _unknown_error(_: Request, __: Exception) -> Response:
    """回一句话；经过由 uvicorn 连同堆栈记入日志。"""
    return _sentence("程序出了错，已记入日志；请稍后再试。", 500)
