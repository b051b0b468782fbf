"""智能机器人的回调：先回一帧“还没写完”，对方隔一会儿来问一次，问到写完为止。"""

import asyncio
import json
import logging
import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

import httpx
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.wecom import render
from bot.channels.wecom.application import MOST_TRIES, Timing
from bot.channels.wecom.client import respond
from bot.channels.wecom.crypto import seal, sealed, signature
from bot.channels.wecom.download import File
from bot.channels.wecom.gate import Gate, guarded
from bot.channels.wecom.incoming import Incoming, Kind, from_json, restored, stored
from bot.channels.wecom.office import Office
from bot.channels.wecom.robot import fetched, markdown_body, parts, stream, welcome_body
from bot.channels.wecom.talk import Said, Talk
from bot.errors import CallbackUnreadable, WecomError
from bot.ledger import inbox
from bot.ledger.file import Ledger
from bot.ledger.inbox import Received
from bot.settings import AibotCallback

logger = logging.getLogger(__name__)

CHANNEL = "aibot.callback"
PATIENCE = 0.8
"""第一帧最多等多少秒；答得快的，一帧就写完。"""
GLANCE = 0.02
POLLED = 330.0
"""从用户发问起，对方最多来问六分钟；过了就改用 response_url 主动发。"""
KEPT = 600.0
"""写完以后再留多少秒：应答丢了，对方会再来问。"""
INTERRUPTED = "这一次回答中断了，请再问一次。"


@dataclass(slots=True)
class Writing:
    """正在写的一份回复。"""

    received: Received
    incoming: Incoming
    began: float
    content: str | None = None
    finished: float | None = None


class BotCallback:
    """智能机器人的回调入口：`routes` 挂到网页服务上，`run` 在后台一直运行。

    Args:
        settings: 回调的设置。
        office: 背后的答问台。
        ledger: 台账。
        http: HTTP 客户端，用在 `run` 的事件循环里。
        timing: 快慢。

    Raises:
        AesKeyWrong: EncodingAESKey 不对。
    """

    def __init__(
        self,
        settings: AibotCallback,
        office: Office,
        ledger: Ledger,
        http: httpx.AsyncClient,
        timing: Timing | None = None,
    ) -> None:
        self._path = settings.callback_path
        self._seal = seal(settings.token, settings.aes_key, "")
        self._gate = Gate(self._seal, settings.window)
        self._ledger = ledger
        self._http = http
        self._timing = timing or Timing(searching_after=2.5)
        self._talk = Talk(office, self._fetched)
        self._writings: dict[str, Writing] = {}
        self._arrived: asyncio.Queue[Writing] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None

    def routes(self) -> list[Route]:
        """回调的两个地址：GET 验证，POST 收消息与刷新。"""
        return [
            Route(self._path, guarded(self._gate.echo), methods=["GET"]),
            Route(self._path, guarded(self._received), methods=["POST"]),
        ]

    async def run(self) -> None:
        """接着写没写完的，再写新来的，直到被取消。"""
        self._loop = asyncio.get_running_loop()
        await to_thread.run_sync(self._resume)
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._written(await self._arrived.get()))

    def _resume(self) -> None:
        """台账里没写完的，一份份接着写。"""
        for received in inbox.pending(self._ledger, CHANNEL):
            try:
                self._register(received, restored(received.payload))
            except CallbackUnreadable:
                logger.exception("台账里有一条读不回来")

    def _register(self, received: Received, incoming: Incoming) -> Writing:
        """登记一份，只登记一次；登记了就有人写。还没开始办的不登记，开始时从台账里取。"""
        age = (self._ledger.now() - received.received).total_seconds()
        fresh = Writing(received, incoming, time.monotonic() - age)
        if self._loop is None:
            return fresh
        writing = self._writings.setdefault(render.task_id(incoming.id), fresh)
        if writing is fresh:
            self._loop.call_soon_threadsafe(self._arrived.put_nowait, writing)
        return writing

    async def _received(self, request: Request) -> Response:
        """消息与刷新都回一帧，进入会话回欢迎语，别的事件回空的 200。"""
        incoming = from_json(await self._gate.json(request))
        if incoming.kind is Kind.STREAM:
            return self._reply(await self._refreshed(incoming.text))
        if incoming.kind is Kind.ENTER:
            return self._reply(welcome_body(await self._talk.welcome()))
        if incoming.kind is Kind.OPINION:
            await self._talk.say(incoming)
        if incoming.kind in (Kind.OPINION, Kind.CLICK, Kind.IGNORED, Kind.REPLACED):
            return Response(status_code=200)
        writing = await to_thread.run_sync(self._taken, incoming)
        return self._reply(await self._frame(writing, PATIENCE))

    def _taken(self, incoming: Incoming) -> Writing | None:
        """收下一条，新来的开始写，收过的接着等。"""
        received = inbox.receive(self._ledger, CHANNEL, incoming.id, stored(incoming))
        if received is not None:
            return self._register(received, incoming)
        return self._known(render.task_id(incoming.id))

    def _known(self, number: str) -> Writing | None:
        """这个流对应的那一份；不在内存里的，到台账里找。"""
        if number in self._writings:
            return self._writings[number]
        for received in inbox.pending(self._ledger, CHANNEL):
            incoming = restored(received.payload)
            if render.task_id(incoming.id) == number:
                return self._register(received, incoming)
        return None

    async def _refreshed(self, number: str) -> dict[str, Any]:
        writing = self._writings.get(number) or await to_thread.run_sync(self._known, number)
        if writing is not None:
            return await self._frame(writing, 0)
        return {"msgtype": "stream", "stream": {"id": number, "finish": True, "content": INTERRUPTED}}

    async def _frame(self, writing: Writing | None, patience: float) -> dict[str, Any]:
        """到此为止的一帧；写完的一帧送出去，这一条就算办完。"""
        if writing is None:  # 早已答完，对方又送来一次
            return {}
        until = time.monotonic() + patience
        while writing.content is None and time.monotonic() < until:  # noqa: ASYNC110 - 写的人可能在另一个事件循环里
            await asyncio.sleep(GLANCE)
        if writing.content is not None:
            await to_thread.run_sync(inbox.done, self._ledger, writing.received.id)
            return stream(writing.incoming, writing.content, finish=True).body()
        slow = time.monotonic() - writing.began >= self._timing.searching_after
        return stream(writing.incoming, render.SEARCHING if slow else "", finish=False).body()

    async def _written(self, writing: Writing) -> None:
        """写一份；写得太久的改用 response_url 发。"""
        try:
            await self._write(writing)
        except Exception:  # 这是通道的循环：记下来，对方来问时有一句话
            logger.exception("智能机器人的一条消息没有办完")
            writing.content = render.FAILED
        writing.finished = time.monotonic()
        self._forget_old()

    async def _write(self, writing: Writing) -> None:
        tries = await to_thread.run_sync(inbox.begin, self._ledger, writing.received.id)
        if tries == 0:
            return
        incoming = replace(writing.incoming, at=writing.received.received)
        said: Said = render.GIVEN_UP if tries > MOST_TRIES else await self._talk.say(incoming)
        first, *rest = parts(said)
        if time.monotonic() - writing.began > POLLED:
            await self._send_later(writing, first)
            await to_thread.run_sync(inbox.done, self._ledger, writing.received.id)
        elif rest:
            await self._send_later(writing, rest[0])
        writing.content = first

    async def _send_later(self, writing: Writing, content: str) -> None:
        """用 response_url 主动发一条；它只能用一次。"""
        if not writing.incoming.reply_to:
            return
        try:
            await respond(self._http, writing.incoming.reply_to, markdown_body(content), self._timing.pauses)
        except WecomError as error:
            logger.warning("%s", error)

    def _forget_old(self) -> None:
        """写完已久的不再留。"""
        now = time.monotonic()
        for number, writing in list(self._writings.items()):
            if writing.finished is not None and now - writing.finished > KEPT:
                self._writings.pop(number, None)
                inbox.done(self._ledger, writing.received.id)

    async def _fetched(self, incoming: Incoming) -> File:
        return await fetched(self._http, incoming, self._seal.key, self._timing.pauses)

    def _reply(self, body: dict[str, Any]) -> Response:
        """加密并签名的应答；没有可说的，回空的 200。"""
        if not body:
            return Response(status_code=200)
        encrypted = sealed(self._seal, json.dumps(body, ensure_ascii=False).encode())
        timestamp, nonce = int(time.time()), secrets.token_hex(8)
        answer = {
            "encrypt": encrypted,
            "msgsignature": signature(self._seal.token, str(timestamp), nonce, encrypted),
            "timestamp": timestamp,
            "nonce": nonce,
        }
        return Response(json.dumps(answer), media_type="application/json")
