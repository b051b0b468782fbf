"""一次 HTTP 往来：网络的错误译成我们的，应答里的错误码译成一句话。"""

import ssl
from functools import cache
from typing import Any

import httpx

from bot.channels.wecom.codes import BUSY, meaning
from bot.channels.wecom.secrecy import guard_logs
from bot.errors import WecomRefused, WecomUnreachable

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
SERVER_FAULT = 500
CLIENT_FAULT = 300

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_CAUSES: tuple[tuple[type[httpx.HTTPError], str], ...] = (
    (httpx.TimeoutException, "等了太久没有回音"),
    (httpx.ConnectError, "连不上"),
    (httpx.ProxyError, "代理连不上"),
    (httpx.HTTPError, "连接中途断了"),
)


def web_client() -> httpx.AsyncClient:
    """一个 HTTP 客户端；日志里的令牌先隐去。"""
    guard_logs()
    return httpx.AsyncClient(timeout=TIMEOUT, verify=_trusted())


@cache
def _trusted() -> ssl.SSLContext:
    """系统信任的证书，读一次。"""
    return httpx.create_ssl_context()


async def call(
    http: httpx.AsyncClient, request: httpx.Request, doing: str, *, uncertain: bool = False
) -> httpx.Response:
    """发出一个请求，得到应答。

    Args:
        http: 客户端。
        request: 请求。
        doing: 在做什么，写进错误的句子。
        uncertain: 没有回音时，对方可能已经照办。

    Raises:
        WecomUnreachable: 网络不通，或对方出了 5xx。
        WecomRefused: 对方回了别的 HTTP 错误。
    """
    try:
        response = await http.send(request)
    except httpx.HTTPError as error:
        raise unreachable(error, doing, uncertain=uncertain) from None
    check(response, doing, uncertain=uncertain)
    return response


def unreachable(error: httpx.HTTPError, doing: str, *, uncertain: bool = False) -> WecomUnreachable:
    """网络的错误译成一句话，不带网址。"""
    cause = next(cause for kind, cause in _CAUSES if isinstance(error, kind))
    return WecomUnreachable(doing, cause, uncertain=uncertain and not isinstance(error, _NEVER_SENT))


def check(response: httpx.Response, doing: str, *, uncertain: bool = False) -> None:
    """HTTP 状态不对的，译成我们的错误。"""
    if response.status_code >= SERVER_FAULT:
        raise WecomUnreachable(doing, f"对方出了错（HTTP {response.status_code}）", uncertain=uncertain)
    if response.status_code >= CLIENT_FAULT:
        raise WecomRefused(response.status_code, doing, "对方不接受这个请求；请检查接口的地址与中间的代理。")


def answered(response: httpx.Response, doing: str) -> dict[str, Any]:
    """应答里的 JSON；有错误码的译成我们的错误。"""
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise WecomUnreachable(doing, "回答不是 JSON")
    refuse(found, doing)
    return found


def refuse(found: dict[str, Any], doing: str) -> None:
    """错误码不是 0 的，译成我们的错误。"""
    code = found.get("errcode", 0)
    if code in BUSY:
        raise WecomUnreachable(doing, f"对方说 {code}，{meaning(code)}")
    if code != 0:
        raise WecomRefused(code if isinstance(code, int) else 0, doing, meaning(code if isinstance(code, int) else 0))
