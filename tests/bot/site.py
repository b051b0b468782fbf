"""网页测试共用：在本机起一个网页，用真的浏览器打开它。"""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Page

from bot.access import set_password
from bot.audit import CONSOLE
from bot.board import Board
from bot.channels.web.front import Front
from bot.channels.web.server import page, server
from bot.ledger.file import Clock, Ledger, utc_now
from bot.metrics import Metrics
from bot.office import Library, Office
from bot.people import PersonRole, Policy, enrol
from tests.bot.desk import StandIn

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "清河大桥-2023"  # noqa: S105 - 测试里编的
QUESTION = "2023年农村公路新改建多少公里"


@dataclass
class Site:
    """在本机一个空闲端口上运行的网页。"""

    desk: StandIn
    front: Front
    address: str
    opened: list[httpx.Client] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        """台账。"""
        return self.front.office.ledger

    def client(self) -> "Client":
        """一个没有登录的浏览器。"""
        self.opened.append(httpx.Client(base_url=self.address, timeout=20))
        return Client(self.opened[-1])


@dataclass
class Client:
    """记得住 cookie、会带防伪造文字的一个浏览器。"""

    http: httpx.Client

    def send(self, method: str, path: str, **named: Any) -> httpx.Response:  # noqa: ANN401 - 原样转交 httpx
        """带着防伪造文字发一个请求。"""
        form = self.http.get("/api/me").json()["csrf"]
        return self.http.request(method, path, headers={"X-CSRF-Token": form}, **named)


def until(true: Callable[[], bool]) -> None:
    """等到成立为止。"""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def signed_in(site: Site, role: PersonRole, login: str = "wang") -> Client:
    """登记一个人，登录。"""
    added = enrol(site.ledger, f"{role}小王", role, None)
    set_password(site.ledger, CONSOLE, added.id, login, PASSWORD)
    client = site.client()
    assert client.send("POST", "/api/session", json={"login": login, "password": PASSWORD}).status_code == 200
    return client


@contextmanager
def running(  # noqa: PLR0913 - 各测试只给要改的
    folder: Path,
    *,
    library: Library | None = None,
    board: Board | None = None,
    policy: Policy = Policy.OPEN,
    port: int = 0,
    clock: Clock = utc_now,
    **options: Any,  # noqa: ANN401 - 原样转交 Front
) -> Iterator[Site]:
    """起一个网页，用完停下；`port` 是重新起来时原先的端口，`clock` 是台账的钟，`options` 是 `Front` 的其余各项。"""
    desk = StandIn(folder)
    metrics = Metrics()
    office = Office(library or desk, Ledger(folder / "state" / "people.sqlite", clock), policy, metrics.answered)
    front = Front(office, board or Board(), metrics=metrics, **options)
    with socket.create_server(("127.0.0.1", port)) as listener:
        web = server(page(front))
        web.config.log_level = "critical"
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield (site := Site(desk, front, f"http://127.0.0.1:{listener.getsockname()[1]}"))
        finally:
            for client in site.opened:
                client.close()
            desk.gate.set()
            front.closing.set()
            web.should_exit = True
            thread.join(10)
            office.ledger.close()


@dataclass
class Visit:
    """开着的一页，以及它请求过的地址和报过的错。"""

    page: Page
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    scheme: str = "light"

    def ask(self, question: str) -> None:
        """在提问框里问一句，等到答复卡出来。"""
        shown = self.page.locator(".card").count()
        self.page.get_by_label("问题", exact=True).fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator(".card").nth(shown).wait_for()


def opened(context: BrowserContext, site: Site, path: str = "/", ready: str = "#examples button") -> Visit:
    """打开一页，等到 `ready` 画出来。"""
    tab = context.new_page()
    visit = Visit(tab)
    tab.on("request", lambda request: visit.requests.append(request.url))
    tab.on("pageerror", lambda error: visit.faults.append(str(error)))
    tab.on("console", lambda line: visit.faults.append(line.text) if line.type == "error" else None)
    tab.goto(site.address + path)
    tab.locator(ready).first.wait_for()
    return visit


def strangers(visit: Visit, site: Site) -> Sequence[str]:
    """这一页向别处请求过的地址。"""
    return [url for url in visit.requests if not url.startswith((site.address + "/", "blob:"))]
