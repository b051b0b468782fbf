"""智能机器人的长连接：订阅、心跳、流式回复，断了重连，被接走就停。"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from bot.channels.wecom.application import Timing
from bot.channels.wecom.connection import Beat, LongConnection
from bot.channels.wecom.office import Opinion, Verdict
from bot.channels.wecom.render import SEARCHING, markdown
from bot.channels.wecom.split import STREAM_LIMIT, size
from bot.channels.wecom.wire import web_client
from bot.ledger import inbox
from bot.ledger.file import Ledger
from bot.settings import AibotSocket
from tests.bot.replies import ANSWERED, REFUSED
from tests.bot.wecom.clerk import LONG, Clerk
from tests.bot.wecom.emulator import BOT, BOT_SECRET, Front, Hub, bot_message, hub, sealed_file, until

pytestmark = pytest.mark.anyio

OWN_KEY = "KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYE"
ANSWER = markdown(ANSWERED)
QUICK = Beat(
    ping=5.0,
    ack=0.3,
    first_wait=0.05,
    longest_wait=0.1,
    timing=Timing(searching_after=0.2, pauses=(), retry_after=0.05),
)


@dataclass
class Scene:
    """长连接的两头。"""

    hub: Hub
    job: "asyncio.Task[None]"

    async def again(self, count: int) -> None:
        """等到第几次连上。"""
        await until(lambda: len(self.hub.sockets) == count)


@asynccontextmanager
async def running(clerk: Clerk, ledger: Ledger, beat: Beat, secret: str) -> AsyncIterator[Scene]:
    """开着长连接。"""
    async with hub() as opened, web_client() as http:
        settings = AibotSocket(BOT, SecretStr(secret), opened.address)
        connection = LongConnection(settings, clerk.office(), ledger, http, beat)
        scene = Scene(opened, asyncio.create_task(connection.run()))
        if secret == BOT_SECRET:
            await scene.again(1)
        yield scene
        scene.job.cancel()
        with suppress(asyncio.CancelledError):
            await scene.job


Start = Callable[..., AbstractAsyncContextManager[Scene]]


@pytest.fixture
def start(clerk: Clerk, ledger: Ledger) -> Start:
    """开一个长连接。"""

    def started(beat: Beat = QUICK, secret: str = BOT_SECRET) -> AbstractAsyncContextManager[Scene]:
        return running(clerk, ledger, beat, secret)

    return started


async def test_subscribes_and_answers(start: Start, ledger: Ledger) -> None:
    async with start() as scene:
        assert scene.hub.of("aibot_subscribe")[0]["body"] == {"bot_id": BOT, "secret": BOT_SECRET}
        number = await scene.hub.push(bot_message("2023年"))
        await until(scene.hub.finals)
        (reply,) = scene.hub.of("aibot_respond_msg")
        assert reply["headers"] == {"req_id": number}
        assert reply["body"]["msgtype"] == "stream"
        assert scene.hub.finals() == [ANSWER]
        await until(lambda: inbox.pending(ledger) == ())


async def test_slow_answer_says_so_first(start: Start, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as scene:
        await scene.hub.push(bot_message("2023年"))
        await until(lambda: scene.hub.of("aibot_respond_msg"))
        clerk.gate.set()
        await until(scene.hub.finals)
        streams = [frame["body"]["stream"] for frame in scene.hub.of("aibot_respond_msg")]
    assert [(stream["content"], stream["finish"]) for stream in streams] == [(SEARCHING, False), (ANSWER, True)]
    assert len({stream["id"] for stream in streams}) == 1


async def test_pings(start: Start) -> None:
    async with start(Beat(ping=0.05, ack=0.3, first_wait=0.05)) as scene:
        await until(lambda: len(scene.hub.of("ping")) >= 4)
        assert len(scene.hub.sockets) == 1


async def test_silence_means_the_link_is_dead(start: Start) -> None:
    async with start(Beat(ping=0.05, ack=0.05, first_wait=0.05)) as scene:
        scene.hub.mute["ping"] = 3
        await scene.again(2)


@pytest.mark.parametrize("clean", [True, False])
async def test_comes_back(start: Start, clean: bool) -> None:  # noqa: FBT001
    async with start() as scene:
        for count in (1, 2):
            await scene.hub.push(bot_message("2023年"))
            await until(lambda count=count: len(scene.hub.finals()) == count)
            if clean:
                await scene.hub.sockets[-1].close()
            else:
                scene.hub.sockets[-1].transport.abort()
            await scene.again(count + 1)
        await scene.hub.push(bot_message("2019年"))
        await until(lambda: scene.hub.finals()[-1] == markdown(REFUSED))


async def test_answer_found_while_the_link_was_down(start: Start, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as scene:
        number = await scene.hub.push(bot_message("2023年"))
        await until(lambda: clerk.heard)
        scene.hub.sockets[-1].transport.abort()
        clerk.gate.set()
        await until(scene.hub.finals)
        assert len(scene.hub.sockets) == 2
        assert scene.hub.of("aibot_respond_msg")[-1]["headers"]["req_id"] == number


async def test_reply_refused_after_reconnecting_is_sent_afresh(start: Start) -> None:
    async with start() as scene:
        scene.hub.codes["aibot_respond_msg"] = 846605
        await scene.hub.push(bot_message("2023年", group="G1"))
        await until(lambda: scene.hub.of("aibot_send_msg"))
        body = scene.hub.of("aibot_send_msg")[0]["body"]
        assert body == {"chatid": "G1", "chat_type": 2, "msgtype": "markdown", "markdown": {"content": ANSWER}}


async def test_lost_acknowledgement(start: Start, ledger: Ledger) -> None:
    async with start() as scene:
        scene.hub.mute["aibot_respond_msg"] = 1
        await scene.hub.push(bot_message("2023年"))
        await until(lambda: len(scene.hub.finals()) == 2)
        await until(lambda: inbox.pending(ledger) == ())
        first, second = scene.hub.of("aibot_respond_msg")
        assert first == second


async def test_server_that_never_acknowledges(start: Start, ledger: Ledger) -> None:
    async with start() as scene:
        scene.hub.mute["aibot_respond_msg"] = 99
        await scene.hub.push(bot_message("2023年"))
        await until(lambda: len(scene.hub.finals()) == 3)
        await until(lambda: inbox.pending(ledger) == ())
        assert scene.hub.of("aibot_send_msg") == []


async def test_same_message_twice_and_after_a_restart(start: Start, clerk: Clerk) -> None:
    message = bot_message("2023年", "m-1")
    async with start() as scene:
        await scene.hub.push(message)
        await scene.hub.push(message)
        await until(scene.hub.finals)
    async with start() as scene:
        await scene.hub.push(message)
        await asyncio.sleep(0.1)
        assert scene.hub.finals() == []
    assert len(clerk.heard) == 1


async def test_question_survives_being_killed(start: Start, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as scene:
        number = await scene.hub.push(bot_message("2023年"))
        await until(lambda: clerk.heard)
    clerk.gate.set()
    async with start() as scene:
        await until(scene.hub.finals)
        assert scene.hub.of("aibot_respond_msg")[-1]["headers"]["req_id"] == number


async def test_taken_over_stops_and_says_so(start: Start, clerk: Clerk) -> None:
    async with start() as scene:
        await scene.hub.event("disconnected_event")
        await asyncio.wait_for(scene.job, 3)
        await asyncio.sleep(0.2)
        assert len(scene.hub.sockets) == 1
    (sentence,) = clerk.told
    assert sentence.startswith("另一个程序用同一个智能机器人连上了企业微信，本机的长连接已停用。")


async def test_wrong_secret_is_explained_and_tried_again(start: Start, clerk: Clerk) -> None:
    async with start(secret=BOT_SECRET[::-1]) as scene:
        await until(lambda: len(scene.hub.of("aibot_subscribe")) >= 2)
        assert not scene.job.done()
    (sentence,) = clerk.told
    assert sentence.startswith("企业微信回绝了订阅智能机器人（853000）：BotID 或 Secret 不对")
    assert BOT_SECRET[::-1] not in sentence


async def test_nobody_at_the_other_end(clerk: Clerk, ledger: Ledger) -> None:
    async with web_client() as http:
        settings = AibotSocket(BOT, SecretStr(BOT_SECRET), "ws://127.0.0.1:1")
        beat = Beat(first_wait=0.01, longest_wait=0.02)
        job = asyncio.create_task(LongConnection(settings, clerk.office(), ledger, http, beat).run())
        await until(lambda: clerk.told)
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job
    assert clerk.told == ["智能机器人的长连接接连 5 次没有连上，程序还在试。请检查本机能否上网。"]


JUNK = (
    *("", "not json", "[]", "1", "null", '{"cmd": 5}', '{"cmd": "aibot_msg_callback"}', "[" * 100_000),
    *('{"cmd": "aibot_msg_callback", "headers": [], "body": 3}', '{"cmd": "new_command", "headers": {}, "body": {}}'),
    '{"cmd": "aibot_event_callback", "headers": {"req_id": "1"}, "body": {"event": "x"}}',
    '{"headers": {"req_id": "unknown"}, "errcode": 0}',
    b"\x00\xff\xfe",
)


async def test_junk_frames_are_ignored(start: Start) -> None:
    async with start() as scene:
        for junk in JUNK:
            await scene.hub.sockets[-1].send(junk)
        await scene.hub.push(bot_message("2023年"))
        await until(scene.hub.finals)
        assert len(scene.hub.sockets) == 1


async def test_welcome_opinion_and_mention(start: Start, clerk: Clerk) -> None:
    async with start() as scene:
        number = await scene.hub.event("enter_chat")
        await until(lambda: scene.hub.of("aibot_respond_welcome_msg"))
        (welcome,) = scene.hub.of("aibot_respond_welcome_msg")
        assert welcome["headers"]["req_id"] == number
        assert welcome["body"]["text"]["content"].startswith("我是计划通")
        await scene.hub.push(bot_message("@计划通\u20052023年", group="G1"))
        await until(scene.hub.finals)
        opinion = scene.hub.of("aibot_respond_msg")[0]["body"]["stream"]["feedback"]["id"]
        await scene.hub.event("feedback_event", id=opinion, type=1)
        await until(lambda: clerk.opinions)
    assert clerk.heard == [("ZhangSan", "G1", "2023年")]
    assert clerk.opinions == [Opinion("ZhangSan", "ZhangSan", "2023年", Verdict.GOOD)]


async def test_answer_longer_than_a_frame(start: Start, clerk: Clerk) -> None:
    clerk.whole_text = "\n".join(f"{n}：{LONG.text}" for n in range(3))
    async with start() as scene:
        await scene.hub.push(bot_message("2023年"))
        await until(lambda: scene.hub.of("aibot_send_msg"))
        body = scene.hub.of("aibot_send_msg")[0]["body"]
        (first,) = scene.hub.finals()
    assert first + body["markdown"]["content"] == clerk.whole_text
    assert size(first) <= STREAM_LIMIT
    assert (body["chatid"], body["chat_type"]) == ("ZhangSan", 1)


async def test_admin_sends_an_encrypted_file(start: Start, wecom: Front, clerk: Clerk) -> None:
    wecom.console.files["a1"] = ("", sealed_file(b"%PDF", OWN_KEY))
    file = {"url": f"{wecom.address}/files/a1", "aeskey": OWN_KEY, "filename": "../2023/计划.pdf"}
    async with start() as scene:
        await scene.hub.push(bot_message("") | {"from": {"userid": "Admin"}, "msgtype": "file", "file": file})
        await until(scene.hub.finals)
        assert scene.hub.finals() == ["已添加《计划.pdf》。"]
    assert clerk.added == [("Admin", "计划.pdf", b"%PDF")]


async def test_three_people_at_once(start: Start, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as scene:
        for person in ("Zhang", "Li", "Wang"):
            await scene.hub.push(bot_message("2023年") | {"from": {"userid": person}})
        await until(lambda: clerk.busy == 3)
        clerk.gate.set()
        await until(lambda: len(scene.hub.finals()) == 3)


async def test_secrets_are_in_no_log(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with start() as scene:
        await scene.hub.push(bot_message("2023年"))
        await until(scene.hub.finals)
    ours = [record for record in caplog.records if record.name != "websockets.server"]  # 另一头也在这个进程里
    assert ours
    assert all(BOT_SECRET not in record.getMessage() for record in ours)
