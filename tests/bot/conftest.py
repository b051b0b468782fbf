"""这一间的测试共用：一个浏览器，算得快的密码摘要，一所学校。"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, expect, sync_playwright

from bot import access
from tests.bot.ledgers import Clock, new_ledger
from tests.bot.site import CHROMIUM, FLAGS
from tests.bot.wecom.school import School


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """真的 Chromium，不联网的开关都打开；一个文件一个，免得它的事件循环碍着别的测试。"""
    if CHROMIUM is None:
        pytest.skip("这台机器上没有 Chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=20_000)  # 机器忙时也等得到
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """真的摘要要算几十毫秒；测试里照样是 Argon2id，参数取最小。"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def clock() -> Clock:
    """停着的钟。"""
    return Clock()


@pytest.fixture
def school(tmp_path: Path, clock: Clock) -> Iterator[School]:
    """一所学校，照这个钟。"""
    made = School(new_ledger(tmp_path, clock))
    yield made
    made.ledger.close()
