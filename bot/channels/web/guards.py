"""网页的几道关：安全响应头、请求大小、只认本机的主机名。"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LARGEST = 64 * 1024
"""一次请求最多多少字节。"""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
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
    """改东西的请求若写明从哪个网站来，必须是本站。

    Args:
        app: 里面的一层。
        url: 反向代理对外的网址；代理改写了 Host 头的，凭它来认。
    """

    def __init__(self, app: ASGIApp, url: str | None) -> None:
        self.app = app
        self.public = public_host(url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """从别的网站来的一律回绝。"""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and origin.partition("://")[2] not in (headers.get("host", ""), self.public):
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


class KnownHosts:
    """只认几个主机名，免得别的网站把自己的域名指到这里，借浏览器来读报告（DNS 重绑定）。

    只对本机开放的，必须是本机；设了对外网址的，还认它；对别的电脑开放的，还认 IP 地址，没设对外网址则都认。

    Args:
        app: 里面的一层。
        listening: 监听的地址。
        url: 反向代理对外的网址。
    """

    def __init__(self, app: ASGIApp, listening: str, url: str | None) -> None:
        self.app = app
        self.local = is_local(listening)
        self.public = public_host(url)
        self.secure = url is not None and url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """主机名不认得的一律回绝；从 https 的对外网址来的，里面也当作 https。"""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "").lower()
        if not self._knows(host):
            sentence = "本页不认得这个主机名。要让别的电脑访问，请设置 WEB_HOST；前面有反向代理的，请设置 WEB_URL。"
            await JSONResponse({"error": sentence}, status_code=403)(scope, receive, send)
            return
        if self.secure and host == self.public:
            scope = {**scope, "scheme": "https"}
        await self.app(scope, receive, send)

    def _knows(self, host: str) -> bool:
        name = _bare(host)
        if host == self.public or is_local(name):
            return True
        return not self.local and (self.public is None or _is_address(name))


def public_host(url: str | None) -> str | None:
    """对外网址的主机名，端口不是默认的就带着，和浏览器写在 Host 头里的一样。"""
    return None if url is None else urlsplit(url).netloc.lower()


def is_local(host: str) -> bool:
    """这个地址是否只有本机连得上。"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _bare(host: str) -> str:
    """Host 头里的主机名，去掉端口和 IPv6 的方括号。"""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_address(name: str) -> bool:
    """是 IP 地址，不是可以改指别处的域名。"""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


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
