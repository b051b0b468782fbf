"""webhook：只收带着约定密语的更新，存进台账才应答。"""

import hmac
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.errors import DoorTaken
from bot.ledger.errors import LedgerError
from bot.ledger.file import Ledger

logger = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 4 * 1024 * 1024
HOST = "127.0.0.1"
PORT = 8443

Take = Callable[[dict[str, object]], Awaitable[None]]


def secret_of(ledger: Ledger) -> str:
    """约定的密语：由台账的密钥而来，重启后不变。"""
    return hmac.digest(ledger.secret, b"telegram webhook", "sha256").hex()


def door(port: int | None) -> socket.socket:
    """占好本机的端口。

    Raises:
        DoorTaken: 端口用不了。
    """
    try:
        return socket.create_server((HOST, port or PORT))
    except OSError as error:
        raise DoorTaken(port or PORT, error.strerror or str(error)) from None


def server(url: str, secret: str, take: Take) -> uvicorn.Server:
    """收更新的服务；路径取自对外的网址。

    Args:
        url: 对外的网址。
        secret: 约定的密语。
        take: 收下一条；返回时已落盘。
    """

    async def received(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret.encode()):
            return Response(status_code=403)
        written = await _object(request)
        if written is None:
            return Response(status_code=400)
        try:
            await take(written)
        except LedgerError as error:
            logger.error("%s", error)  # noqa: TRY400 - 句子已说清楚
            return Response(status_code=503)  # Telegram 会再送来
        return Response(status_code=200)

    app = Starlette(routes=[Route(urlsplit(url).path or "/", received, methods=["POST"])])
    return _Door(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
    )


class _Door(uvicorn.Server):
    """不管信号的服务：停不停由通道说。"""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """信号归整个程序。"""
        yield


async def _object(request: Request) -> dict[str, object] | None:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
