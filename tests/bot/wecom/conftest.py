"""企业微信各测试共用：一个端口、一本台账、一个答问台。"""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.channels.wecom.application import Timing
from bot.ledger.file import Ledger
from tests.bot.wecom.clerk import Clerk
from tests.bot.wecom.emulator import Console, Front, Pusher, front
from tests.bot.wecom.scene import QUICK, Start, running


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """只用 asyncio。"""
    return "asyncio"


@pytest.fixture(scope="session")
def _opened() -> Iterator[Front]:
    with front() as opened:
        yield opened


@pytest.fixture
def wecom(_opened: Front) -> Front:
    """企业微信那一边，每个测试从头来。"""
    _opened.console, _opened.tested = Console(), None
    return _opened


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """一本新台账。"""
    opened = Ledger(tmp_path / "people.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def clerk(ledger: Ledger) -> Iterator[Clerk]:
    """答问台；测完放开等着的线程。"""
    made = Clerk(ledger)
    yield made
    made.gate.set()


@pytest.fixture
def start(wecom: Front, clerk: Clerk, ledger: Ledger) -> Start:
    """开一个自建应用。"""

    def started(timing: Timing = QUICK, *, cards: bool = False) -> AbstractAsyncContextManager[Pusher]:
        return running(wecom, clerk, ledger, timing, cards=cards)

    return started
