"""Telegram 各测试共用：仿真的 Telegram，接在它上面的一套，运行着的机器人。"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.telegram.emulator import Telegram, telegram
from tests.bot.telegram.exam import Exam
from tests.bot.telegram.rig import Rig, staffed


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """一套，登记好了两个人；测完，机器人没有一处不合 Bot API。"""
    with telegram() as emulated:
        yield staffed(Rig(emulated, tmp_path))
        assert emulated.broken == []


@pytest.fixture
def bot(rig: Rig) -> Iterator[Telegram]:
    """机器人在运行。"""
    with rig.running() as running:
        yield running


@pytest.fixture
def exam(tmp_path: Path) -> Iterator[Exam]:
    """一间考场。"""
    with telegram() as emulated:
        yield Exam(emulated, tmp_path)
        assert emulated.broken == []
