"""这一间的测试共用：一个浏览器。"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.bot.site import CHROMIUM, FLAGS


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
