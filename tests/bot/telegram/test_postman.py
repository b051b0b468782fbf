"""送信人：查台账的当口送完的、送出了一时记不下的，都不再送一遍。"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels.telegram.errors import Unreachable
from bot.channels.telegram.letters import Letter, Method
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.postman import Postman, post
from bot.ledger import outbox
from bot.ledger.errors import LedgerBusy
from bot.ledger.file import Ledger
from bot.ledger.outbox import Outgoing

DELIVERING, READING = 0.03, 0.08


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """一本新台账。"""
    opened = Ledger(tmp_path / "people.sqlite")
    yield opened
    opened.close()


class Box:
    """对方的信箱。"""

    def __init__(self, *, fails: int = 0) -> None:
        self.received: list[str] = []
        self.started = asyncio.Event()
        self._fails = fails

    async def deliver(self, letter: Letter) -> int:
        """收一封。"""
        self.started.set()
        await asyncio.sleep(DELIVERING)
        if self._fails:
            self._fails -= 1
            raise Unreachable("断了")
        self.received.append(letter.html)
        return 1


async def _worked(ledger: Ledger, box: Box, *, woken: bool) -> None:
    post(ledger, (Letter(Method.SEND, 1, "甲"), Letter(Method.SEND, 1, "乙")), "同一问")
    postman = Postman(ledger, box.deliver, Pace(), first_pause=0.02)
    working = asyncio.create_task(postman.run())
    await box.started.wait()
    if woken:
        postman.wake()
    async with asyncio.timeout(10):
        while outbox.waiting(ledger):  # noqa: ASYNC110 - 台账里的事没有通知
            await asyncio.sleep(0.02)
    await asyncio.sleep(READING * 2)
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


@pytest.mark.parametrize("fails", [0, 2])
def test_what_is_delivered_while_the_ledger_is_read_is_not_sent_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    due = outbox.due

    def slowly(ledger: Ledger, now: datetime, channel: str | None = None) -> tuple[Outgoing, ...]:
        found = due(ledger, now, channel)
        time.sleep(READING)
        return found

    monkeypatch.setattr(outbox, "due", slowly)
    box = Box(fails=fails)
    asyncio.run(_worked(ledger, box, woken=True))
    assert box.received == ["甲", "乙"]


def test_what_is_delivered_but_not_noted_down_at_once_is_not_sent_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = outbox.sent
    failing = [LedgerBusy(ledger.path, 10), LedgerBusy(ledger.path, 10)]

    def unwilling(ledger: Ledger, message: int) -> None:
        if failing:
            raise failing.pop()
        sent(ledger, message)

    monkeypatch.setattr(outbox, "sent", unwilling)
    box = Box()
    asyncio.run(_worked(ledger, box, woken=False))
    assert box.received == ["甲", "乙"]
