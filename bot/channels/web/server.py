"""网页服务：一页聊天与 JSON 接口；答题不占事件循环，几个人可以同时问。"""

import os
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

import uvicorn
from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from bot.answer import Reply
from bot.channels.web.guards import BodyLimit, LocalHosts, SecurityHeaders, is_local
from bot.channels.web.wire import reply_json, report_json, summary_json
from bot.errors import AddressTaken
from corpus.errors import JihuatongError
from corpus.records import Report
from index.entries import ReportEntry
from index.errors import NoSuchReport

ASSETS = Path(__file__).with_name("assets")
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""素材的类型；不问系统，有的系统把 .js 登记成纯文本。"""
LONGEST = 500
"""一个问题最多多少个字。"""
REMEMBERED = 20
"""一次最多带来多少个此前的问题。"""
AT_ONCE = 4
"""同时答几个人；再多的排队。"""


class Desk(Protocol):
    """网页背后的答问台。"""

    def reply(self, question: str, history: tuple[str, ...]) -> Reply:
        """答一个问题；`history` 是此前的问题，由远及近。"""

    def reports(self) -> Sequence[ReportEntry]:
        """现有的全部报告。"""

    def report(self, name: str) -> Report:
        """一份报告；没有则抛 `NoSuchReport`。"""

    def examples(self) -> Sequence[str]:
        """可以这样问：几个答得出的例子。"""

    def progress(self) -> str | None:
        """正在更新索引时说到哪儿了；空闲时为 None。"""


class Question(BaseModel):
    """一次提问。"""

    question: Annotated[str, Field(max_length=LONGEST)]
    history: Annotated[list[Annotated[str, Field(max_length=LONGEST)]], Field(max_length=REMEMBERED)] = []


def page(desk: Desk, host: str = "127.0.0.1") -> ASGIApp:
    """装配网页。

    Args:
        desk: 背后的答问台。
        host: 监听的地址；只对本机开放时，不理会冒用别的域名的请求。
    """
    app = FastAPI(
        title="计划通",
        description="只凭单位自己的工作报告作答，数字都有出处。",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        exception_handlers={
            HTTPException: _http_error,
            RequestValidationError: _invalid,
            NoSuchReport: _missing,
            JihuatongError: _known_error,
            Exception: _unknown_error,
        },
    )
    _add_api(app, desk)
    _add_assets(app)
    guarded = BodyLimit(app)
    return SecurityHeaders(LocalHosts(guarded) if is_local(host) else guarded)


def serve(desk: Desk, host: str, port: int, announce: Callable[[str], None]) -> None:
    """启动网页，直到被中断。

    Args:
        desk: 背后的答问台。
        host: 监听的地址。
        port: 端口；0 表示任选。
        announce: 地址定下后告知一次，如 http://127.0.0.1:8765/。

    Raises:
        AddressTaken: 地址用不了。
    """
    listener = _listen(host, port)
    announce(f"http://{_spoken(host)}:{listener.getsockname()[1]}/")
    config = uvicorn.Config(page(desk, host), log_level="warning", access_log=False, server_header=False)
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


def _spoken(host: str) -> str:
    """写进网址的主机名。"""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - 是在辨认，不是在监听
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _listen(host: str, port: int) -> socket.socket:
    address = f"{host}:{port}"
    try:
        (family, kind, protocol, _, place), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise AddressTaken(address, error.strerror or str(error)) from None
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # 在 Windows 上，这一项会让两个程序占同一个端口
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()
    except OSError as error:
        listener.close()
        raise AddressTaken(address, error.strerror or str(error)) from None
    return listener


def _add_api(app: FastAPI, desk: Desk) -> None:
    """JSON 接口。"""
    limiter = CapacityLimiter(AT_ONCE)

    @app.post("/api/ask", summary="问一个问题")
    async def ask(asked: Question) -> JSONResponse:
        start = time.perf_counter()
        reply = await to_thread.run_sync(desk.reply, asked.question, tuple(asked.history), limiter=limiter)
        return JSONResponse(reply_json(asked.question, reply, time.perf_counter() - start))

    @app.get("/api/reports", summary="全部报告")
    async def reports() -> JSONResponse:
        found = await to_thread.run_sync(desk.reports)
        return JSONResponse({"reports": [summary_json(report) for report in found]})

    @app.get("/api/reports/{name:path}", summary="一份报告的大纲与全文")
    async def report(name: str) -> JSONResponse:
        return JSONResponse(report_json(await to_thread.run_sync(desk.report, name)))

    @app.get("/api/start", summary="开始页：例子与索引进度")
    async def start() -> JSONResponse:
        examples = await to_thread.run_sync(desk.examples)
        return JSONResponse({"examples": list(examples), "indexing": desk.progress()})

    @app.get("/healthz", summary="是否在运行")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})


def _add_assets(app: FastAPI) -> None:
    """页面与素材：只发包里列得出的文件，不按请求拼路径。"""

    def sends(path: Path) -> Callable[[], FileResponse]:
        return lambda: FileResponse(path, media_type=KINDS[path.suffix])

    for path in sorted(path for path in ASSETS.iterdir() if path.suffix in KINDS):
        address = "/" if path.name == "index.html" else f"/assets/{path.name}"
        app.add_api_route(address, sends(path), response_class=FileResponse, include_in_schema=False)


def _sentence(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status_code=status)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentences = {404: f"没有这一页：{request.url.path}。", 405: "这个地址不接受这种请求。"}
    return _sentence(sentences.get(status, f"请求没有完成（{status}）。"), status)


async def _invalid(_: Request, error: Exception) -> Response:
    faults: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    kinds = {fault["type"] for fault in faults}
    if "string_too_long" in kinds:
        return _sentence(f"问题太长：最多 {LONGEST} 个字。", 422)
    if "too_long" in kinds:
        return _sentence(f"此前的问题太多：最多 {REMEMBERED} 个。", 422)
    return _sentence('请求的格式不对：应当是 JSON，如 {"question": "2023年农村公路新改建多少公里"}。', 422)


async def _missing(_: Request, error: Exception) -> Response:
    return _sentence(str(error), 404)


async def _known_error(_: Request, error: Exception) -> Response:
    return _sentence(str(error), 503)


async def _unknown_error(_: Request, __: Exception) -> Response:
    """回一句话；经过由 uvicorn 连同堆栈记入日志。"""
    return _sentence("程序出了错，已记入日志；请稍后再试。", 500)
