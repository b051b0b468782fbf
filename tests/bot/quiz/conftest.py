"""测验各测试共用：台账、拨得动的钟、题库、一份发布了的试卷。"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.audit import CONSOLE
from bot.ledger.file import Ledger
from bot.people import PersonRole, add_person
from bot.quiz.library import Library, library
from bot.quiz.papers import draft, publish
from bot.quiz.store import Paper, Settings
from tests.bot.ledgers import Clock, new_ledger
from tests.bot.quiz.samples import reports


@pytest.fixture
def clock() -> Clock:
    """停着的钟。"""
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """空的台账。"""
    opened = new_ledger(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def small_library() -> Library:
    """四份小报告的题库。"""
    return library(reports(), 1)


@pytest.fixture
def person(ledger: Ledger) -> int:
    """一个员工。"""
    return add_person(ledger, CONSOLE, "张三", PersonRole.STAFF).id


@pytest.fixture
def published(ledger: Ledger, small_library: Library) -> Paper:
    """一份 5 题、限时 30 分钟、可答两次的试卷。"""
    made = draft(ledger, CONSOLE, "新员工测验", Settings(number=5, minutes=30, attempts=2), small_library, 7)
    return publish(ledger, CONSOLE, made.id)
