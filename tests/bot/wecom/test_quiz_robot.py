"""在智能机器人里考试：长连接与回调都打字作答，群里请到单聊，通知由长连接主动发。"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.audit import CONSOLE
from bot.channels.wecom import callback
from bot.channels.wecom.application import Application
from bot.channels.wecom.callback import BotCallback
from bot.channels.wecom.connection import LongConnection
from bot.channels.wecom.exam import GO_PRIVATE
from bot.channels.wecom.herald import NO_WAY_TO_GROUPS, Herald
from bot.channels.wecom.render import markdown
from bot.channels.wecom.sheet import DAILY_PRIVATELY
from bot.channels.wecom.wire import web_client
from bot.ledger.chats import Place
from bot.quiz.daily import DailySettings
from bot.quiz.items import ItemKind
from bot.quiz.store import Settings
from bot.settings import AibotCallback, AibotSocket
from tests.bot.ledgers import Clock, reopened
from tests.bot.replies import ANSWERED
from tests.bot.wecom.emulator import BOT, BOT_SECRET, Front, Hub, Pusher, bot_message, hub, until
from tests.bot.wecom.scene import QUICK as APPLICATION
from tests.bot.wecom.scene import settings
from tests.bot.wecom.school import PUPIL, School, answer_to
from tests.bot.wecom.sealing import AES_KEY, TOKEN
from tests.bot.wecom.test_callback import finished
from tests.bot.wecom.test_connection import QUICK

pytestmark = pytest.mark.anyio

FILLS = Settings(number=2, shares={ItemKind.FILL: 1}, shuffle=False, attempts=2)
RULES = (
    "打的字就是作答。发“退出”离开（作答都记着，可以提问，发“考试”再来接着答），"
    "“交卷”提前交卷，“报错 说明”说上一题有错。"
)


@asynccontextmanager
async def opened(school: School, there: Hub, wecom: Front | None = None) -> AsyncIterator[Herald]:
    """开着长连接和送通知的；给了 `wecom` 就还开着自建应用。"""
    async with web_client() as http:
        office = school.office()
        own = AibotSocket(BOT, SecretStr(BOT_SECRET), there.address)
        connection = LongConnection(own, office, school.ledger, http, QUICK)
        herald = Herald(school.room, office.tell_admin, 0.05)
        runs = [connection.run, herald.run]
        if wecom is not None:
            application = Application(settings(wecom.address), office, school.ledger, http, APPLICATION)
            herald.add(application.way(), groups=False)
            runs.append(application.run)
        herald.add(connection.way(), groups=True)
        count = len(there.sockets)
        jobs = [asyncio.create_task(run()) for run in runs]
        await until(lambda: len(there.sockets) == count + 1)
        yield herald
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def says(there: Hub, text: str, group: str = "") -> str:
    """打一句，等写完的一帧。"""
    count = len(there.finals())
    await there.push(bot_message(text, group=group))
    await until(lambda: len(there.finals()) > count)
    return there.finals()[-1]


def sent(there: Hub) -> list[tuple[str, int, str]]:
    """主动发出的：给谁，单聊还是群，说什么。"""
    bodies = [frame["body"] for frame in there.of("aibot_send_msg")]
    return [(body["chatid"], body["chat_type"], body["markdown"]["content"]) for body in bodies]


async def test_answering_over_the_long_connection(school: School, clock: Clock) -> None:
    first, second = (entry.item for entry in school.publish(FILLS).items)
    async with hub() as there:
        async with opened(school, there):
            assert (await says(there, "考试")).startswith("给您的试卷：\n1. 新员工测验（未开始）：2 题")
            assert await says(there, "1") == (
                f"{RULES}\n\n**新员工测验 · 第 1 / 2 题**\n【填空】{first.stem}\n"
                "请写数字，可以带单位，例如 30、30公里、三十公里。"
            )
        school.opened(reopened(school.ledger, clock))
        async with opened(school, there):
            source = first.rests_on[0]
            told = await says(there, answer_to(first))
            assert told.startswith(
                f"**答对了**\n> “{source.quote}”\n《{source.title}》{source.section}\n\n**新员工测验 · 第 2 / 2 题**\n"
            ), "重启之后接着答"
            assert (await says(there, "退出")).startswith("已离开“新员工测验”，作答都记着。")
            assert await says(there, "2023年农村公路新改建多少公里") == markdown(ANSWERED)
            await says(there, "考试")
            assert f"【填空】{second.stem}" in await says(there, "1")
            score = await says(there, answer_to(second))
            assert score.endswith("**“新员工测验”100 分，及格：2 题答对 2 题。**")


async def test_groups_are_for_questions(school: School) -> None:
    code = school.publish(FILLS).row.paper.code
    async with hub() as there, opened(school, there):
        await says(there, "考试")
        await says(there, "1")
        for words in ("考试", "成绩", f"考试 {code}"):
            assert await says(there, f"@计划通 {words}", "G1") == GO_PRIVATE
        assert await says(there, "@计划通 30公里", "G1") == markdown(ANSWERED), "单聊里正答着题，群里说的还是问题"
        step = school.room.learn.resume(school.pupil)
        assert step is not None
        assert step.standing is not None
        assert step.standing.done == 0


async def test_notices_are_sent_once_over_restarts(school: School, clock: Clock) -> None:
    async with hub() as there:
        there.codes["aibot_send_msg"] = 0
        school.publish(FILLS, [school.pupil])
        for _ in range(2):
            async with opened(school, there):
                await until(lambda: sent(there))
                await says(there, "错题本")
            school.opened(reopened(school.ledger, clock))
        assert sent(there) == [(PUPIL, 1, "【新试卷】\n新试卷“新员工测验”：2 题，60 分及格。\n发“考试 1”开始答题。")]
        async with opened(school, there):
            assert (await says(there, "考试 1")).startswith(RULES)


async def test_daily_question_goes_to_the_group_and_is_answered_privately(
    wecom: Front, school: School, clock: Clock
) -> None:
    school.room.teach.set_daily(CONSOLE, DailySettings(on=True, places=(Place("wecom", "G1"),)))
    clock.forward(days=1)
    school.room.tick()
    async with hub() as there, opened(school, there, wecom):
        await until(lambda: sent(there))
        ((chat, kind, told),) = sent(there)
        assert (chat, kind) == ("G1", 2)
        assert told.startswith("【每日一题】\n【")
        assert told.endswith(f"\n{DAILY_PRIVATELY}")
        assert await says(there, "@计划通 每日一题 A", "G1") == GO_PRIVATE
        step = school.room.learn.daily(school.pupil)
        assert step is not None
        assert step.item is not None
        assert "**答对了**" in await says(there, f"每日一题 {answer_to(step.item)}")
    assert wecom.console.messages == [], "自建应用发不到群里，不去试"


async def test_group_without_a_way_is_told_to_the_admin(school: School, clock: Clock) -> None:
    school.room.teach.set_daily(CONSOLE, DailySettings(on=True, places=(Place("wecom", "G1"),)))
    clock.forward(days=1)
    school.room.tick()
    told: list[str] = []
    async with web_client() as http:
        application = Application(settings("http://127.0.0.1:9"), school.office(), school.ledger, http, APPLICATION)
        herald = Herald(school.room, told.append, 0.05)
        herald.add(application.way(), groups=False)
        job = asyncio.create_task(herald.run())
        await until(lambda: told)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
    assert told == [NO_WAY_TO_GROUPS]


async def test_answering_over_the_callback(wecom: Front, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback, "PATIENCE", 0.1)
    first, _ = (entry.item for entry in school.publish(FILLS).items)
    own = AibotCallback(SecretStr(TOKEN), SecretStr(AES_KEY), "/aibot")
    async with web_client() as http:
        robot = BotCallback(own, school.office(), school.ledger, http, replace(APPLICATION, searching_after=0.2))
        wecom.tested = Starlette(routes=robot.routes())
        job = asyncio.create_task(robot.run())
        pusher = Pusher(f"{wecom.address}/aibot", "")
        async with pusher.http:

            async def replies(text: str) -> str:
                return (await finished(pusher, await pusher.json(bot_message(text))))[1]

            assert (await replies("考试")).startswith("给您的试卷：\n1. 新员工测验（未开始）：2 题")
            assert f"【填空】{first.stem}" in await replies("1")
            assert (await replies(answer_to(first))).startswith("**答对了**\n> “")
            assert (await replies("交卷")).startswith("还有 1 题没有答。")
            assert (await replies("交卷")).startswith("**“新员工测验”50 分，未及格（60 分及格）：2 题答对 1 题。**")
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
