"""回调的门：收正文有上限，先核对时间与签名，再解密；答不答、怎么答由里面决定。"""

import json
import logging
import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.wecom.crypto import Seal, opened, verify
from bot.channels.wecom.incoming import xml_fields
from bot.errors import CallbackRefused, CallbackStale, CallbackTooLarge, CallbackUnreadable

logger = logging.getLogger(__name__)

LARGEST = 256 * 1024
"""回调正文最多多少字节；企业微信发来的只有几千。"""
Clock = Callable[[], float]
Endpoint = Callable[[Request], Awaitable[Response]]


class Gate:
    """一个回调入口。

    Args:
        seal: 入口的密钥。
        window: 回调的时间与本机最多相差多少秒。
        clock: 报时，Unix 秒。
    """

    def __init__(self, seal: Seal, window: int, clock: Clock = time.time) -> None:
        self.seal = seal
        self._window = window
        self._clock = clock

    async def echo(self, request: Request) -> Response:
        """管理后台验证网址：原样回解开的 echostr。"""
        written = request.query_params.get("echostr", "").replace(" ", "+")  # 没有转义的加号会读成空格
        return PlainTextResponse(self._opened(request, written))

    async def xml(self, request: Request) -> bytes:
        """自建应用的回调：外层 XML 里的 Encrypt。"""
        fields = xml_fields(await _body(request))
        return self._opened(request, fields.get("Encrypt", ""))

    async def json(self, request: Request) -> dict[str, object]:
        """智能机器人的回调：外层 JSON 里的 encrypt，里面还是 JSON。"""
        outer = _json_object(await _body(request))
        encrypted = outer.get("encrypt")
        return _json_object(self._opened(request, encrypted if isinstance(encrypted, str) else ""))

    def _opened(self, request: Request, encrypted: str) -> bytes:
        given = request.query_params
        timestamp, nonce = given.get("timestamp", ""), given.get("nonce", "")
        if not encrypted or not given.get("msg_signature"):
            raise CallbackUnreadable("缺少密文或签名")
        verify(self.seal, given["msg_signature"], timestamp, nonce, encrypted)
        self._refuse_stale(timestamp)
        return opened(self.seal, encrypted)

    def _refuse_stale(self, timestamp: str) -> None:
        """签名对了再看时间，才知道是不是真的钟走偏了。"""
        written = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")
        gap = abs(int(self._clock()) - int(timestamp)) if written else None
        if gap is None or gap > self._window:
            raise CallbackStale(gap, self._window)


def guarded(endpoint: Endpoint) -> Endpoint:
    """不予理会的回调只回状态，不说为什么；为什么写进日志。"""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except CallbackRefused as error:
            logger.warning("企业微信回调未受理：%s", error)
            return Response(status_code=error.status)

    return answer


async def _body(request: Request) -> bytes:
    """收下正文；没有写明长度的，边收边数。"""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise CallbackTooLarge(LARGEST)
    return bytes(body)


def _json_object(written: bytes) -> dict[str, object]:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        raise CallbackUnreadable("不是完整的 JSON") from None
    if not isinstance(found, dict):
        raise CallbackUnreadable("不是 JSON 对象")
    return found
