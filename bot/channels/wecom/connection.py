"""智能机器人的长连接：本机连出去，不要公网地址；断了就重连，被别处接走就停下。"""

import asyncio
import contextlib
import logging
import random
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from anyio import to_thread
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.channels.wecom import render, sheet
from bot.channels.wecom.application import MOST_TRIES, Timing
from bot.channels.wecom.download import File
from bot.channels.wecom.herald import Way
from bot.channels.wecom.incoming import Incoming, Kind, from_json, restored, stored
from bot.channels.wecom.link import PING, RESPOND, SEND, SUBSCRIBE, WELCOME, Link, body, request_id
from bot.channels.wecom.office import Office
from bot.channels.wecom.postman import Complaints, Letter, Postman
from bot.channels.wecom.robot import fetched, markdown_body, parts, stream, welcome_body
from bot.channels.wecom.split import STREAM_LIMIT, split
from bot.channels.wecom.talk import Said, Talk
from bot.errors import BotTakenOver, CallbackUnreadable, WecomError, WecomRefused, WecomUnreachable
from bot.ledger import inbox
from bot.ledger.errors import LedgerError
from bot.ledger.file import Ledger
from bot.ledger.inbox import Received
from bot.quiz.notices import Notice
from bot.settings import AibotSocket

logger = logging.getLogger(__name__)
frames = logging.getLogger(f"{__name__}.frames")
"""交给 websockets 用的日志；逐帧的一概不记，订阅的那一帧里有密钥。"""

CHANNEL = "aibot.socket"
LARGEST_FRAME = 4 * 1024 * 1024
RESENDS = 3
"""没有回执的最后一帧，最多发几次；同一个流的同一份全文，多发无妨。"""
SINGLE, GROUP = 1, 2
WORTH_TELLING = 5
"""接连几次没连上，才告诉管理员。"""
BLINK = 0.05


@dataclass(frozen=True, slots=True)
class Beat:
    """长连接的快慢，单位是秒；测试里改小。"""

    ping: float = 30.0
    ack: float = 5.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    timing: Timing = field(default_factory=lambda: Timing(searching_after=2.5))


class LongConnection:
    """智能机器人的长连接；`run` 在后台一直运行，被别处接走就返回。

    Args:
        settings: 长连接的设置。
        office: 背后的答问台。
        ledger: 台账。
        http: HTTP 客户端，下载文件用。
        beat: 快慢。
    """

    def __init__(
        self,
        settings: AibotSocket,
        office: Office,
        ledger: Ledger,
        http: httpx.AsyncClient,
        beat: Beat | None = None,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._http = http
        self._beat = beat or Beat()
        self._talk = Talk(office, self._fetched)
        self._complaints = Complaints(office.tell_admin)
        self._postman = Postman(ledger, CHANNEL, self._deliver, self._complaints, self._beat.timing.retry_after)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._link: Link | None = None
        self._linked = asyncio.Event()
        self._failures = 0
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._jobs: set[asyncio.Task[None]] = set()

    def way(self) -> Way:
        """主动发通知的路；个人要先找机器人说过话，群里要有它。"""
        return Way(CHANNEL, _notice_letters, self._wake)

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._postman.wake)

    async def run(self) -> None:
        """连上，接着答没答完的，再答新来的；断了就重连。"""
        frames.setLevel(logging.INFO)
        self._loop = asyncio.get_running_loop()
        try:
            self._start(self._postman.run())
            for received in await to_thread.run_sync(inbox.pending, self._ledger, CHANNEL):
                self._start(self._worked(received))
            await self._stay_connected()
        except BotTakenOver as error:
            await self._complaints.tell("taken over", str(error))
        finally:
            for job in self._jobs:
                job.cancel()
            await asyncio.gather(*self._jobs, return_exceptions=True)

    # 连接

    async def _stay_connected(self) -> None:
        """断了就重连，间隔逐次加倍；连上过的从头数起。"""
        while True:
            try:
                await self._connected()
            except WecomRefused as error:
                await self._complaints.tell(str(error.code), str(error))
                self._failures = max(self._failures, WORTH_TELLING)
            except (OSError, WebSocketException, WecomUnreachable) as error:
                cause = str(error) if isinstance(error, WecomUnreachable) else type(error).__name__
                logger.warning("智能机器人的长连接没有连上（%s），稍后再连。", cause)
            self._failures += 1
            if self._failures == WORTH_TELLING:
                sentence = f"智能机器人的长连接接连 {WORTH_TELLING} 次没有连上，程序还在试。请检查本机能否上网。"
                await self._complaints.tell("link", sentence)
            wait = min(self._beat.first_wait * 2 ** min(self._failures - 1, 10), self._beat.longest_wait)
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - 只为错开

    async def _connected(self) -> None:
        """连一次，直到断开；不论怎样断的，都返回或抛出，由外面重连。"""
        async with connect(
            self._settings.ws_url, ping_interval=None, max_size=LARGEST_FRAME, close_timeout=2, logger=frames
        ) as socket:
            link = Link(socket, self._beat.ack)
            living = asyncio.create_task(self._lived(link))
            try:
                async for written in socket:
                    await self._kept(link.read(written))
            except ConnectionClosed as error:
                logger.warning(
                    "智能机器人的长连接断了（%s），马上重连。", error.rcvd.code if error.rcvd else "没有道别"
                )
            finally:
                self._linked.clear()
                self._link = None
                link.abandon()
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)
        if link.fault is not None:
            raise link.fault

    async def _lived(self, link: Link) -> None:
        """订阅，然后定时心跳；两次心跳的工夫没有任何动静，就断开。"""
        try:
            secret = self._settings.secret.get_secret_value()
            await link.request(SUBSCRIBE, {"bot_id": self._settings.id, "secret": secret})
            self._failures = 0
            self._link = link
            self._linked.set()
            logger.info("智能机器人的长连接已连上。")
            while asyncio.get_running_loop().time() - link.heard <= 2 * self._beat.ping:
                await asyncio.sleep(self._beat.ping)
                with contextlib.suppress(WecomUnreachable):
                    await link.request(PING)
        except WecomError as error:
            link.fault = error
        finally:
            await link.close()

    async def _ready(self) -> Link:
        """等到连着。"""
        while self._link is None:
            await self._linked.wait()
        return self._link

    # 收

    async def _kept(self, frame: Mapping[str, Any] | None) -> None:
        """收一帧；台账写不进时告诉管理员，连接照旧。"""
        try:
            await self._heard(frame)
        except LedgerError as error:
            await self._complaints.tell("ledger", str(error))

    async def _heard(self, frame: Mapping[str, Any] | None) -> None:
        """推来的一帧：消息先存进台账，再在旁边作答。"""
        if frame is None:
            return
        try:
            incoming = self._named(frame)
        except CallbackUnreadable as error:
            logger.warning("%s", error)
            return
        if incoming.kind is Kind.REPLACED:
            raise BotTakenOver
        if incoming.kind is Kind.ENTER:
            self._start(self._welcomed(incoming))
        elif incoming.kind is Kind.OPINION:
            self._start(self._judged(incoming))
        elif incoming.kind not in (Kind.CLICK, Kind.STREAM, Kind.IGNORED):
            received = await to_thread.run_sync(inbox.receive, self._ledger, CHANNEL, incoming.id, stored(incoming))
            if received is not None:
                self._start(self._worked(received))

    def _named(self, frame: Mapping[str, Any]) -> Incoming:
        """读成一条；没有 msgid 的用 req_id 去重。"""
        found, number = body(frame), request_id(frame)
        incoming = replace(from_json(found), reply_to=number)
        return incoming if found.get("msgid") else replace(incoming, id=number)

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    # 答

    async def _worked(self, received: Received) -> None:
        """办一条，没办成的歇一歇再办；别的照常。"""
        for _ in range(MOST_TRIES + 1):
            try:
                await self._answered(received, replace(restored(received.payload), at=received.received))
            except CallbackUnreadable:
                logger.exception("台账里有一条读不回来")
                return
            except Exception:  # 这是通道的循环：记下来，歇一歇再办
                logger.exception("智能机器人的一条消息没有办完")
                await asyncio.sleep(self._beat.timing.retry_after)
            else:
                return

    async def _answered(self, received: Received, incoming: Incoming) -> None:
        """答一条；同一个人的一条接一条，各人之间互不等待。"""
        async with self._turns[f"{incoming.group} {incoming.person}"]:
            tries = await to_thread.run_sync(inbox.begin, self._ledger, received.id)
            if tries == 0:
                return
            said = await self._said(incoming) if tries <= MOST_TRIES else render.GIVEN_UP
            first, *rest = parts(said)
            await self._reply(incoming, first)
            for part in rest:
                await self._send(incoming, part)
            await to_thread.run_sync(inbox.done, self._ledger, received.id)

    async def _said(self, incoming: Incoming) -> Said:
        """该说什么；过了几秒还没想好，先回一帧“正在查…”。"""
        thinking = asyncio.ensure_future(self._talk.say(incoming))
        try:
            done, _ = await asyncio.wait({thinking}, timeout=self._beat.timing.searching_after)
            if not done and self._link is not None:
                frame = stream(incoming, render.SEARCHING, finish=False).body()
                with contextlib.suppress(WecomError):
                    await self._link.request(RESPOND, frame, incoming.reply_to)
            return await thinking
        finally:
            thinking.cancel()

    async def _reply(self, incoming: Incoming, content: str) -> None:
        """最后一帧：断了等重连再发，没有回执再发；不能再回复这一条的，改为主动发。"""
        frame = stream(incoming, content, finish=True).body()
        unsure = 0
        while unsure < RESENDS:
            link = await self._ready()
            try:
                await link.request(RESPOND, frame, incoming.reply_to)
            except WecomUnreachable as error:
                unsure += error.uncertain
                await asyncio.sleep(BLINK)
            except WecomRefused as error:
                logger.warning("%s", error)
                if unsure == 0:  # 此前没有发出去过，改发不会成两份
                    await self._send(incoming, content)
                return
            else:
                return
        logger.warning("智能机器人的一帧发了 %s 次，都没有回执。", RESENDS)

    async def _send(self, incoming: Incoming, content: str) -> None:
        """主动发一条；没有回执的当作已发，免得成两份。"""
        kind = GROUP if incoming.group else SINGLE
        written = {"chatid": incoming.chat, "chat_type": kind, **markdown_body(content)}
        while True:
            link = await self._ready()
            try:
                await link.request(SEND, written)
            except WecomUnreachable as error:
                if error.uncertain:
                    return
                await asyncio.sleep(BLINK)
            except WecomRefused as error:
                await self._complaints.tell(str(error.code), str(error))
                return
            else:
                return

    async def _deliver(self, _: str, letter: Letter, repeated: bool) -> None:  # noqa: FBT001 - Deliver 的样子
        """送一条通知，等到连着再送；上一回不知收下没有的当作已发，免得成两份。"""
        if repeated:
            return
        link = await self._ready()
        await link.request(SEND, letter.body)

    async def _welcomed(self, incoming: Incoming) -> None:
        """欢迎语要在五秒之内回；没回成也不补。"""
        try:
            link = await self._ready()
            await link.request(WELCOME, welcome_body(await self._talk.welcome()), incoming.reply_to)
        except WecomError as error:
            logger.warning("%s", error)

    async def _judged(self, incoming: Incoming) -> None:
        await self._talk.say(incoming)

    async def _fetched(self, incoming: Incoming) -> File:
        return await fetched(self._http, incoming, None, self._beat.timing.pauses)


def _notice_letters(notice: Notice) -> tuple[Letter, ...]:
    """一条通知要发的几条。"""
    chat = "" if notice.place is None else notice.place.chat
    kind = GROUP if notice.person is None else SINGLE
    texts = split(sheet.notice_marked(notice), STREAM_LIMIT)
    return tuple(Letter(SEND, {"chatid": chat, "chat_type": kind, **markdown_body(text)}) for text in texts)
