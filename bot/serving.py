"""开张：网页和每个设好的通道在一个进程里，哪一个出了错都不连累别的。"""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx
from starlette.routing import Route

from bot.channels.telegram.channel import Channel as TelegramChannel
from bot.channels.web.front import Front
from bot.channels.web.server import page, server
from bot.channels.wecom.application import Application as WecomApplication
from bot.channels.wecom.callback import BotCallback
from bot.channels.wecom.connection import LongConnection
from bot.channels.wecom.herald import CHANNEL as WECOM
from bot.channels.wecom.herald import Herald
from bot.channels.wecom.office import Office as WecomOffice
from bot.channels.wecom.wire import web_client
from bot.office import Office
from bot.settings import Channels
from bot.wecom_desk import wecom_office
from corpus.errors import JihuatongError

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
_TO_STOP = ("SIGINT", "SIGTERM", "SIGBREAK")

Run = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Running:
    """一个在后台运行的通道。"""

    title: str
    run: Run


def serve(front: Front, channels: Channels, listener: socket.socket, warn: Callable[[str], None]) -> None:
    """运行到收到停止的信号（Ctrl+C、SIGTERM）为止。

    Args:
        front: 网页要的几样，连同答问台。
        channels: 设好的通道。
        listener: 网页已经占好的端口。
        warn: 一个通道开不起来时说一句。
    """
    asyncio.run(_serve(front, channels, listener, warn))


async def _serve(front: Front, channels: Channels, listener: socket.socket, warn: Callable[[str], None]) -> None:
    stopping = _stop_signal()
    async with web_client() as http:
        running, routes = opened(front.office, channels, http, warn)
        web = server(page(front, routes))
        background = [asyncio.create_task(kept_running(one), name=one.title) for one in running]
        serving = asyncio.create_task(web.serve(sockets=[listener]))
        stopped = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            front.closing.set()
            web.should_exit = True
            for task in (*background, stopped):
                task.cancel()
            await asyncio.gather(*background, stopped, return_exceptions=True)
            await serving


async def kept_running(one: Running, pause: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE) -> None:
    """一直运行；出了错歇一歇再来，自己停下的就停下。"""
    while True:
        try:
            await one.run()
        except Exception:  # 这是通道的循环：记下来，过一会儿再开
            logger.exception("通道“%s”出了错，%.0f 秒后再开", one.title, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)
        else:
            logger.warning("通道“%s”停下了。", one.title)
            return


def opened(
    office: Office, channels: Channels, http: httpx.AsyncClient, warn: Callable[[str], None]
) -> tuple[list[Running], list[Route]]:
    """设好的通道，和要挂到网页服务上的回调。"""
    running: list[Running] = []
    routes: list[Route] = []
    desk = wecom_office(office, WECOM)
    herald = Herald(office.classroom, desk.tell_admin)
    for title, open_one in _openers(office, channels, http, desk, herald):
        try:
            run, paths = open_one()
        except JihuatongError as error:
            warn(f"通道“{title}”没有启用：{error}")
            continue
        running.append(Running(title, run))
        routes.extend(paths)
    if herald.able:
        running.append(Running("企业微信的通知", herald.run))
    return running, routes


_Opened = tuple[Run, Sequence[Route]]


def _openers(
    office: Office, channels: Channels, http: httpx.AsyncClient, desk: WecomOffice, herald: Herald
) -> list[tuple[str, Callable[[], _Opened]]]:
    """每个设好的通道：名称，和怎样打开它。"""
    found: list[tuple[str, Callable[[], _Opened]]] = []
    if (telegram := channels.telegram) is not None:
        found.append(("Telegram", lambda: (TelegramChannel(telegram, office).run, ())))
    if (own := channels.wecom) is not None:

        def application() -> _Opened:
            opened = WecomApplication(own, desk, office.ledger, http)
            herald.add(opened.way(), groups=False)
            return opened.run, opened.routes()

        found.append(("企业微信", application))
    if (callback := channels.aibot_callback) is not None:

        def robot() -> _Opened:
            opened = BotCallback(callback, desk, office.ledger, http)
            return opened.run, opened.routes()

        found.append(("智能机器人（回调）", robot))
    if (link := channels.aibot_socket) is not None:

        def connection() -> _Opened:
            opened = LongConnection(link, desk, office.ledger, http)
            herald.add(opened.way(), groups=True)
            return opened.run, ()

        found.append(("智能机器人（长连接）", connection))
    return found


def _stop_signal() -> asyncio.Event:
    """收到停止的信号即成真；第二次信号照系统原来的办法，不必等。"""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
        loop.call_soon_threadsafe(stopping.set)

    for name in _TO_STOP:
        if hasattr(signal, name):
            with contextlib.suppress(ValueError):  # 不在主线程里（测试）
                signal.signal(getattr(signal, name), stop)
    return stopping
