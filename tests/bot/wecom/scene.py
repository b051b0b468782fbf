"""一个开着的自建应用：回调在另一个线程的网页服务里，作答在测试的事件循环里。"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Protocol

from pydantic import SecretStr
from starlette.applications import Starlette

from bot.channels.wecom.application import Application, Timing
from bot.channels.wecom.herald import Herald
from bot.channels.wecom.office import Office
from bot.channels.wecom.pace import Quota
from bot.channels.wecom.render import markdown
from bot.channels.wecom.wire import web_client
from bot.ledger.file import Ledger
from bot.settings import Wecom
from tests.bot.replies import ANSWERED
from tests.bot.wecom.emulator import (
    AGENT,
    SECRET,
    Front,
    Pusher,
)
from tests.bot.wecom.sealing import AES_KEY, CORP, TOKEN


class Staffed(Protocol):
    """有答问台的。"""

    def office(self) -> Office:
        """给通道用的答问台。"""


QUICK = Timing(searching_after=5.0, pauses=(0.01, 0.02), retry_after=0.05, quotas=(Quota(30, 60.0),))
ANSWER = markdown(ANSWERED)


def settings(address: str) -> Wecom:
    """自建应用的设置。"""
    return Wecom(CORP, AGENT, SecretStr(SECRET), SecretStr(TOKEN), SecretStr(AES_KEY), address, "/wecom")


@asynccontextmanager
async def running(
    wecom: Front, clerk: Staffed, ledger: Ledger, timing: Timing = QUICK, *, cards: bool = False
) -> AsyncIterator[Pusher]:
    """开着自建应用和送通知的；回调在另一个线程的网页服务里，作答在这里。"""
    async with web_client() as http:
        own = replace(settings(wecom.address), cards=cards)
        office = clerk.office()
        application = Application(own, office, ledger, http, timing)
        herald = Herald(office.classroom, office.tell_admin, 0.05)
        herald.add(application.way(), groups=False)
        wecom.tested = Starlette(routes=application.routes())
        jobs = [asyncio.create_task(run()) for run in (application.run, herald.run)]
        pusher = Pusher(f"{wecom.address}/wecom", CORP)
        async with pusher.http:
            await asyncio.sleep(0.02)
            yield pusher
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


Start = Callable[..., AbstractAsyncContextManager[Pusher]]
