"""给 README 拍网页的照片：`python3 scripts/screenshots.py`，用随程序附带的报告，存进 scripts/pictures/。"""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

import environment
from exam_pictures import photograph

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = Path(__file__).with_name("pictures")
SHIPPED = environment.PROJECT / "corpus" / "reports"
FIGURE = "2023年沂源县计划新改建农村公路多少公里"
EARLIER = "那2022年完成了多少"
COMPARISON = "比较2022年和2023年沂源县完成改善路面状况多少公里"
DESKTOP, PHONE = (1280, 800), (390, 780)
PATIENCE = 180
COLOURS = 256
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True)
class Shot:
    """一张照片：名字、多大、深色与否、打开哪一页、问哪几句、再点什么。"""

    name: str
    size: tuple[int, int]
    dark: bool = False
    path: str = "/"
    questions: tuple[str, ...] = ()
    press: str = ""


SHOTS = (
    Shot("问答", DESKTOP, questions=(FIGURE, EARLIER)),
    Shot("对比", DESKTOP, questions=(COMPARISON,)),
    Shot("原文", DESKTOP, questions=(FIGURE,), press="查看原文"),
    Shot("手机", PHONE, dark=True, questions=(FIGURE,)),
    Shot("管理", DESKTOP, path="/admin"),
    Shot("数字", DESKTOP, path="/admin#facts", dark=True),
)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """对一个报告文件夹运行 `serve`，等到索引建好；给出网址。"""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "bot", "serve", "--corpus", str(folder), "--port", str(port)]
    with subprocess.Popen(command, cwd=environment.PROJECT, stdout=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait(address: str) -> None:
    """等到开了张、索引不在更新。"""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/api/reports").json()["reports"] and _idle(address):
                return
        except httpx.HTTPError:
            pass
        time.sleep(1)
    sys.exit("等了很久，网页还没有准备好。")


def _idle(address: str) -> bool:
    return httpx.get(f"{address}/api/start", timeout=30).json()["indexing"] is None


def take(page: "Page", shot: Shot, address: str) -> None:
    """拍一张，颜色减到够用为止。"""
    page.goto(address + shot.path)
    for number, question in enumerate(shot.questions):
        page.get_by_label("问题", exact=True).fill(question)
        page.keyboard.press("Enter")
        page.locator(".card").nth(number).wait_for()
    if shot.press:
        page.get_by_role("button", name=shot.press).first.click()
    page.wait_for_timeout(1200)
    page.mouse.move(0, 0)
    _save(page.screenshot(), PICTURES / f"{shot.name}.png")


def _save(content: bytes, path: Path) -> None:
    import io  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415 要装好依赖才能导入

    with Image.open(io.BytesIO(content)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> int:
    """拍全部照片。"""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 要装好依赖才能导入

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("这台机器上没有 Chromium。", file=sys.stderr)
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary) / "报告"
        shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns(".*"))
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with served(folder) as address:
            for shot in SHOTS:
                width, height = shot.size
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if shot.dark else "light",
                    locale="zh-CN",
                    is_mobile=shot.size == PHONE,
                )
                take(context.new_page(), shot, address)
                context.close()
                print(PICTURES / f"{shot.name}.png")
            photograph(browser, address, lambda name, content: _save(content, PICTURES / f"{name}.png"))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
