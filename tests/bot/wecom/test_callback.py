"""智能机器人的回调：加密的 JSON 来往，一帧帧问到写完。"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.channels.wecom import callback
from bot.channels.wecom.application import Timing
from bot.channels.wecom.callback import INTERRUPTED, BotCallback
from bot.channels.wecom.office import Opinion, Verdict
from bot.channels.wecom.render import SEARCHING, markdown
from bot.channels.wecom.split import STREAM_LIMIT, size
from bot.channels.wecom.wire import web_client
from bot.ledger import inbox
from bot.ledger.file import Ledger
from bot.settings import AibotCallback
from tests.bot.replies import ANSWERED
from tests.bot.wecom.clerk import LONG, LONG_LINES, Clerk
from tests.bot.wecom.emulator import Front, Pusher, bot_event, bot_message, sealed_file, until
from tests.bot.wecom.sealing import AES_KEY, CORP, TOKEN, encrypted

pytestmark = pytest.mark.anyio

OWN_KEY = "KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYE"
ANSWER = markdown(ANSWERED)


@asynccontextmanager
async def running(wecom: Front, clerk: Clerk, ledger: Ledger) -> AsyncIterator[Pusher]:
    """开着智能机器人的回调。"""
    settings = AibotCallback(SecretStr(TOKEN), SecretStr(AES_KEY), "/aibot")
    timing = Timing(searching_after=0.2, pauses=(0.01,), retry_after=0.05)
    async with web_client() as http:
        robot = BotCallback(settings, clerk.office(), ledger, http, timing)
        wecom.tested = Starlette(routes=robot.routes())
        job = asyncio.create_task(robot.run())
        pusher = Pusher(f"{wecom.address}/aibot", "")
        async with pusher.http:
            await asyncio.sleep(0.02)
            yield pusher
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job


Start = Callable[[], AbstractAsyncContextManager[Pusher]]


@pytest.fixture
def start(wecom: Front, clerk: Clerk, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Start:
    """开一个智能机器人。"""
    monkeypatch.setattr(callback, "PATIENCE", 0.1)
    return lambda: running(wecom, clerk, ledger)


async def finished(pusher: Pusher, frame: dict[str, Any]) -> tuple[list[str], str]:
    """一直来问，问到写完；返回中间各帧与最后一帧的全文。"""
    seen = []
    while not frame["stream"]["finish"]:
        seen.append(frame["stream"]["content"])
        await asyncio.sleep(0.02)
        refresh = {"msgid": "r", "msgtype": "stream", "stream": {"id": frame["stream"]["id"]}}
        frame = await pusher.json(refresh | {"from": {"userid": "ZhangSan"}})
    return seen, frame["stream"]["content"]


async def test_verification(start: Start) -> None:
    async with start() as pusher:
        assert (await pusher.echo("echo-1")).text == "echo-1"


async def test_quick_answer_is_one_frame(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback, "PATIENCE", 3.0)
    async with start() as pusher:
        frame = await pusher.json(bot_message("2023年"))
    assert (frame["msgtype"], frame["stream"]["finish"], frame["stream"]["content"]) == ("stream", True, ANSWER)


async def test_slow_answer_is_asked_for(start: Start, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as pusher:
        frame = await pusher.json(bot_message("2023年"))
        assert (frame["stream"]["finish"], frame["stream"]["content"]) == (False, "")
        asking = asyncio.create_task(finished(pusher, frame))
        await asyncio.sleep(0.4)
        clerk.gate.set()
        seen, whole = await asking
    assert set(seen) == {"", SEARCHING}
    assert whole == ANSWER


async def test_retried_message_is_the_same_stream(start: Start, clerk: Clerk) -> None:
    clerk.gate.clear()
    message = bot_message("2023年", "m-1")
    async with start() as pusher:
        frames = await asyncio.gather(*(pusher.json(message) for _ in range(3)))
        assert len({frame["stream"]["id"] for frame in frames}) == 1
        clerk.gate.set()
        await finished(pusher, frames[0])
        again = await pusher.json(message)
        assert again["stream"]["finish"]
    assert len(clerk.heard) == 1


async def test_restart_finishes_the_stream(start: Start, clerk: Clerk, ledger: Ledger) -> None:
    clerk.gate.clear()
    async with start() as pusher:
        frame = await pusher.json(bot_message("2023年"))
    clerk.gate.set()
    async with start() as pusher:
        _, whole = await finished(pusher, frame)
        assert whole == ANSWER
    assert inbox.pending(ledger) == ()


async def test_unknown_stream_ends(start: Start) -> None:
    async with start() as pusher:
        frame = {"stream": {"id": "nobody", "finish": False, "content": ""}}
        assert await finished(pusher, frame) == ([""], INTERRUPTED)


async def test_long_answer_fits_the_frame(start: Start) -> None:
    async with start() as pusher:
        _, whole = await finished(pusher, await pusher.json(bot_message("写长一点")))
    assert [line for line in whole.splitlines() if line.startswith("第")] == list(LONG_LINES)
    assert size(whole) <= STREAM_LIMIT


async def test_answer_longer_than_a_frame(start: Start, wecom: Front, clerk: Clerk) -> None:
    text = "\n".join(f"{n}：{LONG.text}" for n in range(3))
    async with start() as pusher:
        clerk.whole_text = text
        sent = bot_message("状态长文", response_url=f"{wecom.address}/cgi-bin/aibot/response?response_code=1")
        _, first = await finished(pusher, await pusher.json(sent))
        await until(lambda: wecom.console.responses)
    rest = wecom.console.responses[0]["markdown"]["content"]
    assert size(first) <= STREAM_LIMIT
    assert first + rest == text


async def test_welcome_and_opinions(start: Start, clerk: Clerk) -> None:
    async with start() as pusher:
        welcome = await pusher.json(bot_event("enter_chat"))
        frame = await pusher.json(bot_message("2023年"))
        await finished(pusher, frame)
        opinion = frame["stream"]["feedback"]["id"]
        liked = bot_event("feedback_event", id=opinion, type=2, content="应为 31", inaccurate_reason_list=[3])
        assert await pusher.json(liked) == {}
        assert await pusher.json(bot_event("template_card_event", event_key="x")) == {}
    assert welcome["msgtype"] == "text"
    assert welcome["text"]["content"].startswith("我是计划通")
    assert clerk.opinions == [Opinion("ZhangSan", "ZhangSan", "2023年", Verdict.BAD, "应为 31；内容有错误")]


async def test_group_mention_is_stripped(start: Start, clerk: Clerk) -> None:
    async with start() as pusher:
        await finished(pusher, await pusher.json(bot_message("@计划通 2023年 @计划通", group="G1")))
    assert clerk.heard == [("ZhangSan", "G1", "2023年")]


async def test_voice_that_was_written_down_and_mixed(start: Start, clerk: Clerk) -> None:
    voice = bot_message("") | {"msgtype": "voice", "voice": {"content": "2023年语音"}}
    items = [{"msgtype": "text", "text": {"content": "2023年图文"}}, {"msgtype": "image", "image": {"url": "x"}}]
    mixed = bot_message("") | {"msgtype": "mixed", "mixed": {"msg_item": items}}
    picture = bot_message("") | {"msgtype": "image", "image": {"url": "x"}}
    async with start() as pusher:
        for message in (voice, mixed):
            await finished(pusher, await pusher.json(message))
        _, whole = await finished(pusher, await pusher.json(picture))
    assert [text for *_, text in clerk.heard] == ["2023年语音", "2023年图文"]
    assert whole.startswith("我看不了图片")


@pytest.mark.parametrize("own", [None, OWN_KEY])
async def test_admin_sends_an_encrypted_file(start: Start, wecom: Front, clerk: Clerk, own: str | None) -> None:
    wecom.console.files["plan.docx"] = ("", sealed_file(b"PK...", own or AES_KEY))
    file = {"url": f"{wecom.address}/files/plan.docx"} | ({"aeskey": own} if own else {})
    message = bot_message("") | {"from": {"userid": "Admin"}, "msgtype": "file", "file": file}
    async with start() as pusher:
        _, whole = await finished(pusher, await pusher.json(message))
    assert whole == "已添加《plan.docx》。"
    assert clerk.added == [("Admin", "plan.docx", b"PK...")]


async def test_file_that_does_not_open(start: Start, wecom: Front) -> None:
    wecom.console.files["plan.docx"] = ("", b"not encrypted")
    file = {"url": f"{wecom.address}/files/plan.docx"}
    message = bot_message("") | {"from": {"userid": "Admin"}, "msgtype": "file", "file": file}
    async with start() as pusher:
        _, whole = await finished(pusher, await pusher.json(message))
    assert whole == "文件下载下来了，但解不开。请重新发送一次。"


@pytest.mark.parametrize("inner", [b"", b"[]", b"{}", b"[" * 50_000, b'{"msgtype":"text"}', "路".encode("gbk")])
async def test_malformed_inside(start: Start, inner: bytes) -> None:
    async with start() as pusher:
        written = encrypted(inner, "")
        assert (await pusher.raw(b'{"encrypt":"' + written.encode() + b'"}', written)).status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b'{"encrypt":1}', b"<xml/>", b"[" * 100_000])
async def test_malformed_outside(start: Start, body: bytes) -> None:
    async with start() as pusher:
        assert (await pusher.raw(body, "x")).status_code == 400


async def test_meant_for_an_application(start: Start) -> None:
    async with start() as pusher:
        written = encrypted(b"{}", CORP)
        assert (await pusher.raw(b'{"encrypt":"' + written.encode() + b'"}', written)).status_code == 403
