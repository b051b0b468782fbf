"""送信：台账里待发的一条条送出，同一个人的按次序，没送成的过后再送，程序重启也接着送。"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from anyio import to_thread

from bot.channels.wecom.codes import FOR_ADMIN
from bot.errors import WecomRefused, WecomUnreachable
from bot.ledger import outbox
from bot.ledger.errors import LedgerError
from bot.ledger.file import Ledger
from bot.ledger.outbox import Outgoing

logger = logging.getLogger(__name__)

SLOWEST = 300.0
"""没送成的，最多隔多少秒再送。"""
IDLE = 30.0
"""没有动静时，隔多少秒看一眼台账。"""
RETOLD = 600.0
"""同一件事，隔多少秒才再告诉管理员一次。"""
UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Letter:
    """一条要发的：接口的路径与正文。"""

    path: str
    body: dict[str, Any]

    def written(self) -> str:
        """写成 JSON，放进台账。"""
        return json.dumps({"path": self.path, "body": self.body}, ensure_ascii=False)


def read(written: str) -> Letter:
    """从台账读回一条。"""
    found = json.loads(written)
    return Letter(found["path"], found["body"])


Deliver = Callable[[str, Letter, bool], Awaitable[None]]


class Complaints:
    """同一件事不反复告诉管理员。"""

    def __init__(self, tell_admin: Callable[[str], None]) -> None:
        self._tell = tell_admin
        self._told: dict[str, float] = {}

    async def tell(self, subject: str, sentence: str) -> None:
        """说一句；刚说过的不再说。"""
        now = asyncio.get_running_loop().time()
        if now - self._told.get(subject, -RETOLD) < RETOLD:
            return
        self._told[subject] = now
        logger.error("%s", sentence)
        await to_thread.run_sync(self._tell, sentence)


class Postman:
    """一个通道的送信人。

    Args:
        ledger: 台账。
        channel: 通道的名称。
        deliver: 送一条给一个人；末一项说上一回是不是不知对方收下没有。
        complaints: 告诉管理员。
        first_pause: 第一次没送成，隔多少秒再送；以后加倍。
        recheck: 开张时各人最前的一条，上一回停下时可能正送着，也当作不知对方收下没有；对方不会去重的不要。
    """

    def __init__(  # noqa: PLR0913 - 各自独立的几样
        self,
        ledger: Ledger,
        channel: str,
        deliver: Deliver,
        complaints: Complaints,
        first_pause: float = 5.0,
        *,
        recheck: bool = False,
    ) -> None:
        self._ledger = ledger
        self._channel = channel
        self._deliver = deliver
        self._complaints = complaints
        self._first_pause = first_pause
        self._busy: set[str] = set()
        self._handled: set[int] = set()
        self._wake = asyncio.Event()
        self._recheck = recheck
        self._in_flight: frozenset[int] = frozenset()

    def wake(self) -> None:
        """台账里有新的了。"""
        self._wake.set()

    async def run(self) -> None:
        """一直送，直到被取消。"""
        if self._recheck:
            self._in_flight = frozenset(message.id for message in await to_thread.run_sync(self._due))
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                try:
                    await self._start_due(group)
                    seconds = await to_thread.run_sync(self._idle_seconds)
                except LedgerError as error:
                    logger.error("%s", error)  # noqa: TRY400 - 句子已说清楚
                    seconds = IDLE
                await self._rest(seconds)

    async def _start_due(self, group: asyncio.TaskGroup) -> None:
        """现在该送的各送一条，每人一条。"""
        self._handled.clear()
        for message in await to_thread.run_sync(self._due):
            if message.place.chat not in self._busy and message.id not in self._handled:
                self._busy.add(message.place.chat)
                group.create_task(self._delivered(message))

    def _due(self) -> tuple[Outgoing, ...]:
        return outbox.due(self._ledger, self._ledger.now(), self._channel)

    def _idle_seconds(self) -> float:
        """到下一条该送的还有多久；正送着的送完会来叫，不必看。"""
        soonest = outbox.next_due(self._ledger, self._channel)
        seconds = IDLE if soonest is None else (soonest - self._ledger.now()).total_seconds()
        return IDLE if seconds <= 0 and self._busy else min(max(seconds, 0.01), IDLE)

    async def _rest(self, seconds: float) -> None:
        """睡到有新的，或到时候。"""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _delivered(self, message: Outgoing) -> None:
        try:
            await self._send(message)
        except Exception:  # 这是通道的循环：记下来，歇一歇再送
            logger.exception("企业微信的一条消息没有送出")
            await asyncio.sleep(self._first_pause)
        finally:
            self._handled.add(message.id)  # 查台账的当口送完的，查到的还是送之前的样子
            self._busy.discard(message.place.chat)
            self.wake()

    async def _send(self, message: Outgoing) -> None:
        """送一条：送成、放弃，或记下过后再送。"""
        letter = read(message.payload)
        try:
            unsure = message.why == UNCERTAIN or message.id in self._in_flight
            await self._deliver(message.place.chat, letter, unsure)
        except WecomUnreachable as error:
            await self._complaints.tell(error.doing, str(error))
            await self._later(message, UNCERTAIN if error.uncertain else str(error))
        except WecomRefused as error:
            await self._complaints.tell(str(error.code), str(error))
            if error.code in FOR_ADMIN:
                await self._later(message, str(error))
            else:
                await to_thread.run_sync(outbox.given_up, self._ledger, message.id, str(error))
        else:
            await to_thread.run_sync(outbox.sent, self._ledger, message.id)

    async def _later(self, message: Outgoing, why: str) -> None:
        """过后再送，隔的时间逐次加倍。"""
        pause = min(self._first_pause * 2 ** min(message.attempts, 10), SLOWEST)
        retry_at = self._ledger.now() + timedelta(seconds=pause)
        await to_thread.run_sync(outbox.failed, self._ledger, message.id, retry_at, why)
