"""网页的几道关：安全响应头、请求大小、只认本机的主机名。"""

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LARGEST = 64 * 1024
"""一次请求最多多少字节。"""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """每个响应都带上安全响应头；接口的内容不留缓存，素材每次核对。"""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """放行请求，在响应开始时补上头。"""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers["Cache-Control"] = "no-store" if scope["path"].startswith("/api/") else "no-cache"
            await send(message)

        await self.app(scope, receive, with_headers)


class BodyLimit:
    """请求正文有上限；没有写明长度的，边收边数。

    Args:
        app: 里面的一层。
        streamed: 上传文件的各个地址，它们自己边收边数，另有上限。
    """

    def __init__(self, app: ASGIApp, streamed: frozenset[str]) -> None:
        self.app = app
        self.streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """收齐正文再放行；过大则回绝。"""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD") or scope["path"] in self.streamed:
            await self.app(scope, receive, send)
            return
        body = b""
        more = True
        while more and len(body) <= LARGEST:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > LARGEST:
            refusal = JSONResponse({"error": "请求太大：一次只问一个问题。"}, status_code=413)
            await refusal(scope, receive, send)
            return
        await self.app(scope, _replayed(body, receive), send)


class SameOrigin:
    """改东西的请求若写明从哪个网站来，必须是本站。"""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """从别的网站来的一律回绝。"""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and origin.partition("://")[2] != headers.get("host", ""):
                sentence = "这个请求是别的网站发来的，没有照办。请从本页操作。"
                await JSONResponse({"error": sentence}, status_code=403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class Doorways:
    """企业微信的回调走自己的门，其余的走网页的门。"""

    def __init__(self, web: ASGIApp, callbacks: ASGIApp, paths: frozenset[str]) -> None:
        self.web = web
        self.callbacks = callbacks
        self.paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """按地址分开。"""
        app = self.callbacks if scope["type"] == "http" and scope["path"] in self.paths else self.web
        await app(scope, receive, send)


class Counted:
    """数一数收到多少请求，各是什么结果。"""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """放行，记下状态。"""

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in METHODS else "OTHER"
                self.metrics.requested(method, message["status"])
            await send(message)

        await self.app(scope, receive, counting)


class LocalHosts:
    """只对本机开放时，主机名必须是本机，免得别的网站借浏览器来读报告。"""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """主机名不是本机的一律回绝。"""
        if scope["type"] == "http" and not _names_this_machine(Headers(scope=scope).get("host", "")):
            sentence = "本页只对本机开放。要让别的电脑访问，请设置 WEB_HOST。"
            await JSONResponse({"error": sentence}, status_code=403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_local(host: str) -> bool:
    """这个地址是否只有本机连得上。"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _names_this_machine(host: str) -> bool:
    """Host 头（可带端口，IPv6 带方括号）说的是不是本机。"""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return is_local(name)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """把已收下的正文再交出去一次，之后照常等待。"""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
