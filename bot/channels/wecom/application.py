"""自建应用：回调收下即应答，在后台作答，经接口送回。"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.answer import Reply
from bot.channels.wecom import render, sheet
from bot.channels.wecom.client import PAUSES, Api, Credentials
from bot.channels.wecom.crypto import seal
from bot.channels.wecom.download import File, file_name
from bot.channels.wecom.gate import Gate, guarded
from bot.channels.wecom.herald import Way
from bot.channels.wecom.incoming import Incoming, Kind, from_xml, restored, stored
from bot.channels.wecom.office import Office
from bot.channels.wecom.pace import QUOTAS, Pace, Quota
from bot.channels.wecom.postman import Complaints, Letter, Postman
from bot.channels.wecom.split import split
from bot.channels.wecom.talk import Said, Talk
from bot.classroom.typed import Turn
from bot.errors import CallbackUnreadable, WecomError
from bot.ledger import inbox, outbox
from bot.ledger.chats import Place
from bot.ledger.file import Ledger
from bot.ledger.inbox import Received
from bot.quiz.items import LETTERS
from bot.quiz.notices import Notice
from bot.quiz.steps import pressed
from bot.settings import Wecom

logger = logging.getLogger(__name__)

CHANNEL = "wecom"
MOST_TRIES = 3
"""一条总把程序弄垮的，最多办几次。"""


@dataclass(frozen=True, slots=True)
class Timing:
    """快慢；测试里改小。"""

    searching_after: float = 5.0
    pauses: Sequence[float] = PAUSES
    retry_after: float = 5.0
    quotas: Sequence[Quota] = QUOTAS


class Application:
    """自建应用这个通道：`routes` 挂到网页服务上，`run` 在后台一直运行，两者可以不在同一个线程。

    Args:
        settings: 自建应用的设置。
        office: 背后的答问台。
        ledger: 台账。
        http: HTTP 客户端（见 `wire.web_client`），由别处打开和关闭，用在 `run` 的事件循环里。
        timing: 快慢。

    Raises:
        AesKeyWrong: EncodingAESKey 不对。
    """

    def __init__(
        self,
        settings: Wecom,
        office: Office,
        ledger: Ledger,
        http: httpx.AsyncClient,
        timing: Timing | None = None,
    ) -> None:
        self._path = settings.callback_path
        self._cards = settings.cards
        self._ledger = ledger
        self._timing = timing or Timing()
        self._gate = Gate(seal(settings.token, settings.aes_key, settings.corp_id), settings.window)
        who = Credentials(settings.corp_id, settings.agent_id, settings.secret, settings.api_base)
        self._api = Api(who, http, self._timing.pauses)
        self._pace = Pace(self._timing.quotas)
        complaints = Complaints(office.tell_admin)
        self._postman = Postman(ledger, CHANNEL, self._deliver, complaints, self._timing.retry_after, recheck=True)
        self._talk = Talk(office, self._fetched)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._arrived: asyncio.Queue[Received] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None

    def routes(self) -> list[Route]:
        """回调的两个地址：GET 验证，POST 收消息。"""
        return [
            Route(self._path, guarded(self._gate.echo), methods=["GET"]),
            Route(self._path, guarded(self._received), methods=["POST"]),
        ]

    def way(self) -> Way:
        """给个人发通知的路。"""
        return Way(CHANNEL, _notice_letters, self._wake)

    def _wake(self) -> None:
        """叫送信人看一眼，在哪个线程里叫都行；还没有开始送的，开始时会看。"""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._postman.wake)

    async def run(self) -> None:
        """接着办没办完的，再办新来的，直到被取消。"""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._postman.run())
            known = set()
            for received in await to_thread.run_sync(inbox.pending, self._ledger, CHANNEL):
                known.add(received.id)
                group.create_task(self._worked(received))
            while True:
                received = await self._arrived.get()
                if received.id not in known:
                    group.create_task(self._worked(received))

    async def _received(self, request: Request) -> Response:
        """存进台账即应答空的 200；收过的也应答，不再办。"""
        incoming = from_xml(await self._gate.xml(request))
        if incoming.kind is not Kind.IGNORED:
            received = await to_thread.run_sync(inbox.receive, self._ledger, CHANNEL, incoming.id, stored(incoming))
            if received is not None and self._loop is not None:  # 还没开始办的，开始时从台账里取
                self._loop.call_soon_threadsafe(self._arrived.put_nowait, received)
        return Response(status_code=200)

    async def _worked(self, received: Received) -> None:
        """办一条，没办成的歇一歇再办；别的照常。"""
        for _ in range(MOST_TRIES + 1):
            try:
                await self._answered(received, replace(restored(received.payload), at=received.received))
            except CallbackUnreadable:
                logger.exception("台账里有一条读不回来")
                return
            except Exception:  # 这是通道的循环：记下来，歇一歇再办
                logger.exception("企业微信的一条消息没有办完")
                await asyncio.sleep(self._timing.retry_after)
            else:
                return

    async def _answered(self, received: Received, incoming: Incoming) -> None:
        """答一条；同一个人的一条接一条，各人之间互不等待。"""
        async with self._turns[incoming.person]:
            tries = await to_thread.run_sync(inbox.begin, self._ledger, received.id)
            if tries == 0:
                return
            said = await self._said(incoming) if tries <= MOST_TRIES else render.GIVEN_UP
            letters = self._letters(incoming, said)
            await to_thread.run_sync(self._finish, received, incoming, letters)
            self._postman.wake()

    async def _deliver(self, person: str, letter: Letter, repeated: bool) -> None:  # noqa: FBT001 - Deliver 的样子
        await self._pace.turn(person)
        await self._api.post(letter.path, letter.body, repeated=repeated)

    async def _said(self, incoming: Incoming) -> Said:
        """该说什么；过了几秒还没想好，先说一声。"""
        if incoming.kind is Kind.ENTER and not await to_thread.run_sync(self._first_today, incoming.person):
            return None
        thinking = asyncio.ensure_future(self._talk.say(incoming))
        try:
            done, _ = await asyncio.wait({thinking}, timeout=self._timing.searching_after)
            if not done:
                await self._say_searching(incoming.person)
            return await thinking
        finally:
            thinking.cancel()

    async def _say_searching(self, person: str) -> None:
        """“正在查…”只发一次，没发成也不补：答案随后就到。"""
        try:
            await self._pace.turn(person)
            await self._api.post("message/send", _text(person, render.SEARCHING))
        except WecomError as error:
            logger.warning("%s", error)

    def _first_today(self, person: str) -> bool:
        """每人每天欢迎一次；他一天里会进出许多回。"""
        return inbox.first_time(self._ledger, f"{CHANNEL}.welcome", f"{person} {date.today():%Y-%m-%d}")  # noqa: DTZ011

    def _finish(self, received: Received, incoming: Incoming, letters: Sequence[Letter]) -> None:
        """放进发件与办完写在一个事务里：不会答两遍，也不会不答。"""
        place = Place(CHANNEL, incoming.person)
        with self._ledger.writing():
            for number, letter in enumerate(letters):
                outbox.put(self._ledger, place, letter.written(), f"{CHANNEL} {received.external} {number}")
            inbox.done(self._ledger, received.id)

    async def _fetched(self, incoming: Incoming) -> File:
        file = await self._api.media(incoming.media)
        return File(file_name(incoming.name), file.content) if incoming.name else file

    def _letters(self, incoming: Incoming, said: Said) -> tuple[Letter, ...]:
        """要发的几条；按钮点过的卡片，先改成点过的样子。"""
        pressed = (_pressed(incoming),) if incoming.kind is Kind.CLICK and incoming.reply_to else ()
        if said is None:
            return pressed
        return (*pressed, *(Letter("message/send", body) for body in self._bodies(incoming, said)))

    def _bodies(self, incoming: Incoming, said: Reply | Turn | str) -> tuple[dict[str, Any], ...]:
        person = incoming.person
        if isinstance(said, Turn):
            return tuple(body for one in sheet.messages(said, incoming.id) for body in _written(person, one))
        if isinstance(said, str):
            return _written(person, said)
        question = incoming.text.removeprefix("ask:")
        card = render.choices_card(said, incoming.id)
        if card is None and self._cards:
            card = render.answer_card(said, incoming.id, question)
        if card is not None:
            return _written(person, card)
        if render.has_special(said):
            return _written(person, render.plain(said))
        return tuple(_markdown(person, part) for part in split(render.markdown(said)) if part.strip())


def _text(person: str, content: str) -> dict[str, Any]:
    return {"touser": person, "msgtype": "text", "text": {"content": content}}


def _written(person: str, message: str | dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """一条文字（太长的分几条）或一张卡片。"""
    if isinstance(message, str):
        return tuple(_text(person, part) for part in split(message) if part.strip())
    return ({"touser": person, "msgtype": "template_card", "template_card": message},)


def _markdown(person: str, content: str) -> dict[str, Any]:
    return {"touser": person, "msgtype": "markdown", "markdown": {"content": content}}


def _notice_letters(notice: Notice) -> tuple[Letter, ...]:
    """一条通知要发的几条。"""
    person = "" if notice.place is None else notice.place.chat
    return tuple(Letter("message/send", body) for body in _written(person, sheet.notice_message(notice)))


def _pressed(incoming: Incoming) -> Letter:
    """把卡片的按钮换成“已选”，选的是选项的写上哪一个，免得再点。"""
    press = pressed(incoming.text)
    chosen = "" if press is None or press.option is None else f" {LETTERS[press.option % len(LETTERS)]}"
    button = {"replace_name": f"已选{chosen}"}
    body = {"userids": [incoming.person], "response_code": incoming.reply_to, "button": button}
    return Letter("message/update_template_card", body)
