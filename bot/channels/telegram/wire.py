"""与 Bot API 的一来一回：成不成看回音里的 `ok`，回音不成样子的当作网关出错，过后再试。"""

import ipaddress
import json
import re
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import httpx
from telegram.request import HTTPXRequest

PATIENCE = 20.0
"""一次调用最多等多少秒；长轮询另加它自己的。"""
_OK, _BAD_REQUEST, _FLOOD, _BAD_GATEWAY = 200, 400, 429, 502
_OWN_MEANING = frozenset({401, 403, 404, 409, _FLOOD})
"""这些 4XX 各有各的意思；其余的与 400 一样，再发也没有用。"""
_WAIT = 5
"""限流而没有说要等多少秒。"""


class Wire(HTTPXRequest):
    """python-telegram-bot 的一来一回，再把回音理顺。

    Args:
        base_url: Bot API 的地址；就在本机的，不走代理。
        connections: 同时最多几次调用。
    """

    def __init__(self, base_url: str, connections: int) -> None:
        super().__init__(
            connection_pool_size=connections,
            read_timeout=PATIENCE,
            write_timeout=PATIENCE,
            connect_timeout=PATIENCE,
            pool_timeout=PATIENCE,
            httpx_kwargs={"verify": _trusted(), "trust_env": not _is_here(base_url)},
        )

    async def do_request(self, url: str, method: str, *more: Any, **named: Any) -> tuple[int, bytes]:  # noqa: ANN401 - 原样转交
        """发一次；下载的文件原样给。"""
        status, payload = await super().do_request(url, method, *more, **named)
        return (status, payload) if method == "GET" else judged(status, payload)


def judged(status: int, payload: bytes) -> tuple[int, bytes]:
    """一个回音的状态与内容，理顺了的。"""
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("ok"), bool):
        return _unreadable(status)
    if said["ok"]:
        return _OK, json.dumps({"ok": True, "result": _needed(said.get("result"))}).encode()
    code = status if status != _OK else said.get("error_code")
    if not isinstance(code, int) or code < _BAD_REQUEST:
        return _unreadable(status)
    if code == _FLOOD:
        return _FLOOD, json.dumps({**said, "parameters": {"retry_after": _wait(said)}}).encode()
    is_final = code < _BAD_REQUEST + 100 and code not in _OWN_MEANING
    return (_BAD_REQUEST if is_final else code), payload


def _needed(result: object) -> object:
    """发出的消息，我们只要它的编号；别的写得全不全、是哪一版的样子，都不碍事。"""
    if not isinstance(result, dict) or not isinstance(result.get("message_id"), int):
        return result
    return {"message_id": result["message_id"], "date": 0, "chat": {"id": 0, "type": "private"}}


def _unreadable(status: int) -> tuple[int, bytes]:
    return _BAD_GATEWAY, json.dumps({"ok": False, "description": f"回音不是 Bot API 的样子（{status}）"}).encode()


def _wait(said: dict[str, Any]) -> int:
    """限流要等多少秒：写在 `parameters` 里，没有就看那句话。"""
    parameters = said.get("parameters")
    given = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(given, int) and given > 0:
        return given
    written = re.search(r"retry (?:after|in) (\d+)", str(said.get("description")), re.IGNORECASE)
    return max(int(written[1]), 1) if written else _WAIT


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def _trusted() -> SSLContext:
    """信任哪些证书：与 httpx 自己的一样，只读一遍。"""
    return httpx.create_ssl_context()
