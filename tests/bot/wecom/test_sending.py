"""自建应用送出去：令牌、故障、回绝、限额、次序，密钥不进日志。"""

import asyncio
import logging
import time
from dataclasses import replace
from datetime import datetime

import pytest
from starlette.responses import PlainTextResponse, Response

from bot.channels.wecom.pace import Quota
from bot.channels.wecom.postman import Complaints, Letter, Postman
from bot.channels.wecom.render import markdown
from bot.channels.wecom.split import LIMIT, size
from bot.ledger import outbox
from bot.ledger.chats import Place
from bot.ledger.file import Ledger
from bot.ledger.outbox import Outgoing
from tests.bot.replies import REFUSED
from tests.bot.wecom.clerk import LONG_LINES, Clerk
from tests.bot.wecom.emulator import (
    AGENT,
    SECRET,
    Front,
    said,
    text_xml,
    until,
)
from tests.bot.wecom.scene import ANSWER, QUICK, Start, settings
from tests.bot.wecom.sealing import AES_KEY, TOKEN

pytestmark = pytest.mark.anyio


async def test_long_answer_arrives_whole_and_in_order(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        await pusher.xml(text_xml("写长一点"))
        await until(lambda: wecom.console.texts("ZhangSan") and "还可以问" in wecom.console.texts("ZhangSan")[-1])
    parts = wecom.console.texts("ZhangSan")
    assert all(size(part) <= LIMIT for part in parts)
    whole = "".join(parts)
    assert len(whole) > 3000
    assert [line for line in whole.splitlines() if line.startswith("第")] == list(LONG_LINES)


async def test_502_once(start: Start, wecom: Front) -> None:
    wecom.console.faults.append(PlainTextResponse("Bad Gateway", status_code=502))
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
        await asyncio.sleep(0.1)
    assert wecom.console.texts("ZhangSan") == [ANSWER]
    assert wecom.console.calls["send"] == 2


async def test_lost_acknowledgement_is_not_sent_twice(start: Start, wecom: Front) -> None:
    wecom.console.faults.append("lost")
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.calls["send"] == 2)
        await asyncio.sleep(0.1)
    assert wecom.console.texts("ZhangSan") == [ANSWER]


async def test_same_answer_again_is_not_taken_for_a_repeat(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
        wecom.console.faults.append(PlainTextResponse("", status_code=502))
        await pusher.xml(text_xml("2023年"))
        await until(lambda: len(wecom.console.messages) == 2)


@pytest.mark.parametrize("fault", [said(-1), PlainTextResponse("<html>"), PlainTextResponse("[]"), Response("{", 504)])
async def test_passing_faults_are_tried_again(start: Start, wecom: Front, fault: Response) -> None:
    wecom.console.faults.append(fault)
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)


async def test_order_is_kept_over_a_long_outage(start: Start, wecom: Front) -> None:
    wecom.console.faults.extend(PlainTextResponse("", status_code=503) for _ in range(8))
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await pusher.xml(text_xml("2019年"))
        await until(lambda: len(wecom.console.messages) == 2)
    assert wecom.console.texts("ZhangSan") == [ANSWER, markdown(REFUSED)]


async def test_expired_token_is_renewed(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
        wecom.console.expire()
        await pusher.xml(text_xml("2019年"))
        await until(lambda: len(wecom.console.messages) == 2)
    assert wecom.console.calls["gettoken"] == 2
    assert wecom.console.calls["send"] == 3


async def test_one_refresh_for_many(start: Start, wecom: Front) -> None:
    wecom.console.token_delay = 0.1
    async with start() as pusher:
        for count in (8, 16):
            await asyncio.gather(*(pusher.xml(text_xml("2023年", f"P{n}")) for n in range(8)))
            await until(lambda count=count: len(wecom.console.messages) == count)
            wecom.console.expire()
    assert len(wecom.console.messages) == 16
    assert wecom.console.calls["gettoken"] == 2


async def test_short_lived_token_is_renewed_in_time(start: Start, wecom: Front) -> None:
    wecom.console.token_lasts = 0
    async with start() as pusher:
        for count in (1, 2):
            await pusher.xml(text_xml("2023年"))
            await until(lambda count=count: len(wecom.console.messages) == count)
    assert wecom.console.calls == {"gettoken": 2, "send": 2}


@pytest.mark.parametrize(
    ("code", "words", "kept"),
    [
        (60020, "企业可信IP", True),
        (48002, "没有调用这个接口的权限", True),
        (45009, "超过了企业微信的限额", True),
        (81013, "可见范围", False),
        (40058, "这是本程序的错", False),
        (99999, "查 99999", False),
    ],
)
async def test_refusals_are_explained_to_the_admin(  # noqa: PLR0913, PLR0917 - 夹具与三项参数
    start: Start,
    wecom: Front,
    clerk: Clerk,
    code: int,
    words: str,
    kept: bool,  # noqa: FBT001
) -> None:
    wecom.console.faults.append(said(code))
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: clerk.told)
        assert len(clerk.told) == 1
        assert clerk.told[0].startswith(f"企业微信回绝了发送消息（{code}）：")
        assert words in clerk.told[0]
        await pusher.xml(text_xml("2019年"))
        await until(lambda: len(wecom.console.messages) == 1 + kept)
    assert wecom.console.texts("ZhangSan") == ([ANSWER] if kept else []) + [markdown(REFUSED)]


async def test_ip_refused_when_asking_for_the_token(start: Start, wecom: Front, clerk: Clerk) -> None:
    wecom.console.token_faults.append(said(60020))
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
    (sentence,) = clerk.told
    assert sentence == (
        "企业微信回绝了获取 access_token（60020）：本机的 IP 不在可信名单里："
        "请到管理后台“应用管理 › 本应用 › 企业可信IP”里加上本机的公网 IP。"
    )


async def test_thirty_a_minute_by_waiting(start: Start, wecom: Front) -> None:
    quick = replace(QUICK, quotas=(Quota(3, 0.5),))
    async with start(quick) as pusher:
        began = time.monotonic()
        for _ in range(7):
            await pusher.xml(text_xml("2023年"))
        await until(lambda: len(wecom.console.messages) == 7)
        assert time.monotonic() - began >= 0.95
        await pusher.xml(text_xml("2023年", "Other"))


async def test_secrets_are_in_no_log(
    start: Start, wecom: Front, clerk: Clerk, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # 别的通道可能已让它闭嘴
    wecom.console.faults.extend([PlainTextResponse("", status_code=502), said(60020), said(48002)])
    wecom.console.token_faults.append(said(40001))
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
    shown = "\n".join([caplog.text, *map(repr, caplog.records), *clerk.told, *map(repr, outbox.waiting(ledger))])
    assert "gettoken" in shown
    for secret in (SECRET, TOKEN, AES_KEY, *wecom.console.tokens):
        assert secret not in shown


async def test_settings_do_not_show_their_secrets() -> None:
    shown = repr(settings("http://127.0.0.1"))
    assert all(secret not in shown for secret in (SECRET, TOKEN, AES_KEY))


async def test_on_its_way_when_killed_is_not_delivered_twice(start: Start, wecom: Front, ledger: Ledger) -> None:
    """对方已经收下，还没来得及记“发出了”，程序就被杀了。"""
    body = {"touser": "ZhangSan", "msgtype": "text", "text": {"content": "您有一份新试卷。"}}
    wecom.console.messages.append(body | {"agentid": AGENT})
    outbox.put(ledger, Place("wecom", "ZhangSan"), Letter("message/send", body).written())
    async with start():
        await until(lambda: not outbox.waiting(ledger))
    assert wecom.console.texts("ZhangSan") == ["您有一份新试卷。"]


async def test_what_is_delivered_while_the_ledger_is_read_is_not_sent_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, received = outbox.due, list[str]()
    started = asyncio.Event()

    def slowly(ledger: Ledger, now: datetime, channel: str | None = None) -> tuple[Outgoing, ...]:
        found = due(ledger, now, channel)
        time.sleep(0.08)
        return found

    async def deliver(person: str, letter: Letter, unsure: bool) -> None:  # noqa: FBT001 - 照 Deliver 的样子
        assert not unsure
        started.set()
        await asyncio.sleep(0.03)
        received.append(f"{person} {letter.body['说']}")

    monkeypatch.setattr(outbox, "due", slowly)
    for words in ("甲", "乙"):
        outbox.put(ledger, Place("wecom", "ZhangSan"), Letter("/send", {"说": words}).written())
    postman = Postman(ledger, "wecom", deliver, Complaints(lambda _: None))
    working = asyncio.create_task(postman.run())
    await started.wait()
    postman.wake()
    await until(lambda: not outbox.waiting(ledger))
    await asyncio.sleep(0.2)
    working.cancel()
    assert received == ["ZhangSan 甲", "ZhangSan 乙"]
