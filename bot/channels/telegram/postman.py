"""送信：台账里待发的一条条送出，同一会话按次序，限流就等，没送成的过后再送，重启也接着送。"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from anyio import to_thread

from bot.channels.telegram.errors import FloodWait, Migrated, Refused, TelegramFault
from bot.channels.telegram.letters import Letter, Method, read, written
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.turn import CHANNEL
from bot.ledger import outbox
from bot.ledger.chats import Place
from bot.ledger.errors import LedgerError
from bot.ledger.file import Ledger
from bot.ledger.outbox import Outgoing

logger = logging.getLogger(__name__)

SLOWEST = 60.0
"""没送成的，最多隔多少秒再送。"""
IDLE = 30.0
"""没有动静时，隔多少秒看一眼台账。"""
GRACE = 5.0
"""停下之前，最多等正送着的多少秒。"""
UNCHANGED = "not modified"
REPLIED_GONE = re.compile(r"repl(?:y|ied)\b.*not found")

Deliver = Callable[[Letter], Awaitable[int | None]]


def post(ledger: Ledger, letters: Iterable[Letter], key: str) -> None:
    """放进待发；`key` 相同的只放一次。"""
    with ledger.writing():
        for number, letter in enumerate(letters):
            outbox.put(ledger, _lane(letter), written(letter), f"{CHANNEL} {key} {number}")


def _lane(letter: Letter) -> Place:
    """排在哪一队：按钮的应答各走各的，不等会话里还没发出的。"""
    chat = f"callback {letter.callback}" if letter.method is Method.ANSWER else str(letter.chat)
    return Place(CHANNEL, chat)


def _otherwise(letter: Letter, cause: str) -> Letter | None:
    """改不了的（消息已被删去之类）另发一条，话题没了的发在群里，所答的消息没了的不再回它；别的没有办法，为 None。"""
    if letter.method is Method.EDIT and UNCHANGED not in cause:
        return replace(letter, method=Method.SEND, message=None)
    if letter.thread is not None and "thread not found" in cause:
        return replace(letter, thread=None)
    if letter.reply_to is not None and REPLIED_GONE.search(cause):
        return replace(letter, reply_to=None)
    return None


class Postman:
    """送信人。

    Args:
        ledger: 台账。
        deliver: 送一条。
        pace: 快慢。
        first_pause: 第一次没送成，隔多少秒再送；以后加倍。
    """

    def __init__(self, ledger: Ledger, deliver: Deliver, pace: Pace, first_pause: float = 1.0) -> None:
        self._ledger = ledger
        self._deliver = deliver
        self._pace = pace
        self._first_pause = first_pause
        self._busy: set[str] = set()
        self._handled: set[int] = set()
        self._sending: set[asyncio.Future[None]] = set()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """台账里有新的了。"""
        self._wake.set()

    async def run(self) -> None:
        """一直送，直到被取消；正送着的那几条送完才停。"""
        try:
            await self._run()
        finally:
            if self._sending:
                await asyncio.wait(self._sending, timeout=GRACE)

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                try:
                    await self._start_due(group)
                    seconds = await to_thread.run_sync(self._idle_seconds)
                except LedgerError as error:
                    logger.error("%s", error)  # noqa: TRY400 - 句子已说清楚
                    seconds = IDLE
                # 不用 wait_for：Python 3.11 的它在被取消又恰好醒来时会吞掉取消，程序就停不下来
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._wake.wait()

    async def _start_due(self, group: asyncio.TaskGroup) -> None:
        """现在该送的，每队各送一条。"""
        self._handled.clear()
        for message in await to_thread.run_sync(self._due):
            if message.place.chat not in self._busy and message.id not in self._handled:
                self._busy.add(message.place.chat)
                group.create_task(self._delivered(message))

    def _due(self) -> tuple[Outgoing, ...]:
        return outbox.due(self._ledger, self._ledger.now(), CHANNEL)

    def _idle_seconds(self) -> float:
        soonest = outbox.next_due(self._ledger, CHANNEL)
        seconds = IDLE if soonest is None else (soonest - self._ledger.now()).total_seconds()
        return IDLE if seconds <= 0 and self._busy else min(max(seconds, 0.01), IDLE)

    async def _delivered(self, message: Outgoing) -> None:
        """轮到了就送；已动手送的，要停下也等它送完并记下，免得重启后再送一遍。"""
        try:
            letter = read(message.payload)
            if letter.method is not Method.ANSWER:
                await self._pace.turn(letter.chat)
            sending = asyncio.ensure_future(self._send(message, letter))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)
            await asyncio.shield(sending)
        except Exception:  # 这是通道的循环：记下来，歇一歇再送
            logger.exception("Telegram 的一条消息没有送出")
            await asyncio.sleep(self._first_pause)
        finally:
            self._handled.add(message.id)  # 查台账的当口送完的，查到的还是送之前的样子
            self._busy.discard(message.place.chat)
            self.wake()

    async def _send(self, message: Outgoing, letter: Letter) -> None:
        """送一条：送成、放弃，或记下过后再送。"""
        try:
            await self._deliver(letter)
        except FloodWait as error:
            self._pace.hold(letter.chat, error.seconds)
            await self._later(message, error.seconds, str(error))
        except Migrated as error:
            moved = replace(letter, chat=error.chat, reply_to=None)
            await to_thread.run_sync(self._instead, message, moved, str(error))
        except Refused as error:
            await to_thread.run_sync(self._refused, message, letter, error)
        except TelegramFault as error:
            logger.warning("%s", error)
            await self._later(message, min(self._first_pause * 2 ** min(message.attempts, 10), SLOWEST), str(error))
        else:
            await self._recorded(message)

    async def _recorded(self, message: Outgoing) -> None:
        """记下送出了；一时记不下的再记，总之不再送。就在这里记，不换线程：没记下就被杀，重启后会再送一遍。"""
        while True:
            try:
                outbox.sent(self._ledger, message.id)
            except LedgerError as error:
                logger.error("%s", error)  # noqa: TRY400 - 句子已说清楚
                await asyncio.sleep(self._first_pause)
            else:
                return

    def _refused(self, message: Outgoing, letter: Letter, error: Refused) -> None:
        """被回绝了：换个发得成的样子，没有就放弃。"""
        other = _otherwise(letter, error.cause.lower())
        if other is not None:
            self._instead(message, other, str(error))
            return
        if UNCHANGED not in error.cause.lower() and letter.method is not Method.ANSWER:
            logger.error("发给会话 %s 的一条没有发成：%s", letter.chat, error)
        outbox.given_up(self._ledger, message.id, str(error))

    def _instead(self, message: Outgoing, letter: Letter, why: str) -> None:
        """改发另一条。"""
        with self._ledger.writing():
            outbox.given_up(self._ledger, message.id, why)
            outbox.put(self._ledger, _lane(letter), written(letter))

    async def _later(self, message: Outgoing, seconds: float, why: str) -> None:
        retry_at = self._ledger.now() + timedelta(seconds=seconds)
        await to_thread.run_sync(outbox.failed, self._ledger, message.id, retry_at, why)
