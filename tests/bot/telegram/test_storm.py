"""处处出错：限流、502、断线、残缺的回音、重送、乱序，其间重启两次；每一问恰好答一次，各人的次序不乱。"""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.channels.telegram.pace import Limits, Quota
from tests.bot.telegram.emulator import GROUP, Fault, Telegram, flood, telegram, until
from tests.bot.telegram.rig import Rig

PEOPLE, ASKED, BETWEEN = 8, 12, 0.02
FAST_ENOUGH = Limits(Quota(500, 1.0), Quota(500, 1.0), Quota(500, 1.0))
FAULTS: dict[str, tuple[Callable[[], Fault], ...]] = {
    "sendMessage": (
        lambda: Fault(502),
        lambda: Fault(drop=True),
        lambda: Fault(200),
        lambda: Fault(500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}),
        lambda: flood(1),
    ),
    "getUpdates": (
        lambda: Fault(502),
        lambda: Fault(drop=True, late=True),
        lambda: Fault(200, late=True),
        lambda: Fault(409, {"ok": False, "error_code": 409, "description": "Conflict"}),
    ),
    "getMe": (lambda: Fault(502), lambda: Fault(drop=True)),
    "deleteWebhook": (lambda: Fault(502), lambda: flood(1)),
    "setWebhook": (lambda: Fault(502), lambda: Fault(drop=True, late=True)),
}


@contextmanager
def storm(bot: Telegram, dice: random.Random) -> Iterator[None]:
    """其间时时出错，收过的更新时时重送。"""
    over = threading.Event()
    seen: list[dict[str, object]] = []

    def blow() -> None:
        while not over.wait(BETWEEN):
            seen.extend(update for update in list(bot.pending) if update not in seen)
            if seen and dice.random() < 0.3:
                bot.again(dice.choice(seen))
            method = dice.choice(list(FAULTS))
            if not bot.faults[method]:
                bot.faults[method].append(dice.choice(FAULTS[method])())

    blowing = threading.Thread(target=blow)
    blowing.start()
    try:
        yield
    finally:
        over.set()
        blowing.join()


@contextmanager
def pushing(bot: Telegram) -> Iterator[None]:
    """其间有更新就经 webhook 送来，没有收下的再送。"""
    over = threading.Event()

    def push() -> None:
        while not over.wait(0.002):
            with contextlib.suppress(httpx.HTTPError):
                if bot.webhook and bot.pending and bot.push(bot.pending[0]) == 200:
                    del bot.pending[0]

    carrying = threading.Thread(target=push)
    carrying.start()
    try:
        yield
    finally:
        over.set()
        carrying.join()


@pytest.mark.parametrize("by_webhook", [False, True])
def test_every_question_is_answered_once_and_in_order_in_a_storm(tmp_path: Path, *, by_webhook: bool) -> None:
    dice = random.Random(20261125)  # noqa: S311 - 只是随便出错
    with telegram() as bot, pushing(bot) if by_webhook else contextlib.nullcontext():
        rig = Rig(bot, tmp_path)
        rig.timing = replace(rig.timing, limits=FAST_ENOUGH)
        if by_webhook:
            with socket.create_server(("127.0.0.1", 0)) as free:
                rig.port = free.getsockname()[1]
            rig.webhook = f"http://127.0.0.1:{rig.port}/telegram"
        people = [*range(100, 100 + PEOPLE - 1), GROUP]
        waiting = [(number, person) for number in range(ASKED) for person in people]
        with storm(bot, dice):
            for part in range(3):
                with rig.running():
                    for number, person in waiting[part::3]:
                        bot.says(f"/facts 第{number}件", 100 if person == GROUP else person, person)
                        time.sleep(BETWEEN)
                rig.restart()
        bot.faults.clear()
        with rig.running():
            until(lambda: len(bot.sent) >= len(waiting), lambda: f"{len(bot.sent)}")
            bot.says("/me", 999)
            bot.reply(1, 999)
        for person in people:
            asked = [number for part in range(3) for number, who in waiting[part::3] if who == person]
            assert [text.partition("”")[0] for text in bot.texts(person)] == [
                f"没有查到与“第{number}件" for number in asked
            ]
        assert bot.broken == []
        rig.ledger.close()
