"""长连接的一次连接：一问一应的帧，按 req_id 对上回执。"""

import asyncio
import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bot.channels.wecom.codes import meaning
from bot.errors import WecomError, WecomRefused, WecomUnreachable

logger = logging.getLogger(__name__)

SUBSCRIBE = "aibot_subscribe"
PING = "ping"
RESPOND = "aibot_respond_msg"
WELCOME = "aibot_respond_welcome_msg"
SEND = "aibot_send_msg"
MESSAGE = "aibot_msg_callback"
EVENT = "aibot_event_callback"

DOING = {SUBSCRIBE: "订阅智能机器人", RESPOND: "回复消息", WELCOME: "发欢迎语", SEND: "发送消息", PING: "心跳"}


class Link:
    """一次连接；`heard` 是上一次听到动静的时刻，`fault` 是因为什么断开的。

    Args:
        socket: 已连上的 WebSocket。
        ack_seconds: 回执最多等多少秒。
    """

    def __init__(self, socket: ClientConnection, ack_seconds: float) -> None:
        self._socket = socket
        self._ack_seconds = ack_seconds
        self._waiting: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self.heard = asyncio.get_running_loop().time()
        self.fault: WecomError | None = None

    async def request(self, command: str, body: Mapping[str, Any] | None = None, reply_to: str = "") -> None:
        """发一帧，等到回执；同一个 req_id 的要等上一帧有了结果再发下一帧。

        Raises:
            WecomRefused: 对方回绝了。
            WecomUnreachable: 没有回执，或连接断了。
        """
        number = reply_to or f"{command}_{secrets.token_hex(12)}"
        frame: dict[str, Any] = {"cmd": command, "headers": {"req_id": number}}
        answer = await self._exchanged(number, frame if body is None else {**frame, "body": body}, DOING[command])
        code = answer.get("errcode", 0)
        if code != 0:
            known = code if isinstance(code, int) else 0
            raise WecomRefused(known, DOING[command], meaning(known))

    async def _exchanged(self, number: str, frame: Mapping[str, Any], doing: str) -> Mapping[str, Any]:
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._socket.send(json.dumps(frame, ensure_ascii=False))
            async with asyncio.timeout(self._ack_seconds):
                return await answer
        except ConnectionClosed:
            raise WecomUnreachable(doing, "长连接断了") from None
        except TimeoutError:
            raise WecomUnreachable(doing, "没有回执", uncertain=True) from None
        finally:
            self._waiting.pop(number, None)

    def read(self, written: str | bytes) -> Mapping[str, Any] | None:
        """读一帧：回执交给等它的人，推来的消息与事件返回，别的不理。"""
        self.heard = asyncio.get_running_loop().time()
        try:
            frame = json.loads(written)
        except (ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict):
            logger.debug("长连接里有一帧读不懂")
            return None
        if frame.get("cmd") in (MESSAGE, EVENT):
            return frame
        waiting = self._waiting.get(request_id(frame))
        if waiting is not None and not waiting.done():
            waiting.set_result(_acknowledged(frame))
        return None

    async def close(self) -> None:
        """断开。"""
        await self._socket.close()

    def abandon(self) -> None:
        """连接没了：等回执的都不必等了。"""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(WecomUnreachable("回复消息", "长连接断了", uncertain=True))


def request_id(frame: Mapping[str, Any]) -> str:
    """这一帧的 req_id。"""
    headers = frame.get("headers")
    found = headers.get("req_id") if isinstance(headers, dict) else None
    return found if isinstance(found, str) else ""


def body(frame: Mapping[str, Any]) -> Mapping[str, Any]:
    """这一帧的正文。"""
    found = frame.get("body")
    return found if isinstance(found, dict) else {}


def _acknowledged(frame: Mapping[str, Any]) -> Mapping[str, Any]:
    """错误码在帧里，也有在正文里的。"""
    return frame if "errcode" in frame else body(frame)
