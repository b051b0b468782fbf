"""自建应用：与企业微信那一边真的来往，验证、收、答、送，出错的也在内。"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response

from bot.channels.wecom.application import Application, Timing
from bot.channels.wecom.pace import Quota
from bot.channels.wecom.render import FAILED, NOT_ADMIN, SEARCHING, markdown
from bot.channels.wecom.split import LIMIT, size
from bot.channels.wecom.wire import web_client
from bot.ledger import inbox, outbox
from bot.ledger.file import Ledger
from bot.settings import Wecom
from tests.bot.replies import ANSWERED, REFUSED
from tests.bot.wecom.clerk import LONG_LINES, Clerk
from tests.bot.wecom.emulator import (
    AGENT,
    SECRET,
    Front,
    Pusher,
    event_xml,
    message_xml,
    parameters,
    said,
    text_xml,
    until,
)
from tests.bot.wecom.sealing import AES_KEY, CORP, TOKEN, encrypted

pytestmark = pytest.mark.anyio

QUICK = Timing(searching_after=5.0, pauses=(0.01, 0.02), retry_after=0.05, quotas=(Quota(30, 60.0),))
ANSWER = markdown(ANSWERED)


def settings(address: str) -> Wecom:
    """自建应用的设置。"""
    return Wecom(CORP, AGENT, SecretStr(SECRET), SecretStr(TOKEN), SecretStr(AES_KEY), address, "/wecom")


@asynccontextmanager
async def running(
    wecom: Front, clerk: Clerk, ledger: Ledger, timing: Timing = QUICK, *, cards: bool = False
) -> AsyncIterator[Pusher]:
    """开着自建应用；回调在另一个线程的网页服务里，作答在这里。"""
    async with web_client() as http:
        own = replace(settings(wecom.address), cards=cards)
        application = Application(own, clerk.office(), ledger, http, timing)
        wecom.tested = Starlette(routes=application.routes())
        job = asyncio.create_task(application.run())
        pusher = Pusher(f"{wecom.address}/wecom", CORP)
        async with pusher.http:
            await asyncio.sleep(0.02)
            yield pusher
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job


Start = Callable[..., AbstractAsyncContextManager[Pusher]]


@pytest.fixture
def start(wecom: Front, clerk: Clerk, ledger: Ledger) -> Start:
    """开一个自建应用。"""

    def started(timing: Timing = QUICK, *, cards: bool = False) -> AbstractAsyncContextManager[Pusher]:
        return running(wecom, clerk, ledger, timing, cards=cards)

    return started


async def test_verification_answers_the_bare_echo(start: Start) -> None:
    async with start() as pusher:
        began = time.monotonic()
        response = await pusher.echo("1616140317555161061")
        assert (response.status_code, response.text) == (200, "1616140317555161061")
        assert time.monotonic() - began < 1


async def test_question_is_acknowledged_then_answered(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start() as pusher:
        clerk.gate.clear()
        began = time.monotonic()
        response = await pusher.xml(text_xml("2023年农村公路新改建多少公里"))
        assert (response.status_code, response.content) == (200, b"")
        assert time.monotonic() - began < 1
        clerk.gate.set()
        await until(lambda: wecom.console.messages)
        assert wecom.console.messages == [
            {"touser": "ZhangSan", "msgtype": "markdown", "markdown": {"content": ANSWER}, "agentid": AGENT}
        ]
        assert clerk.heard == [("ZhangSan", "ZhangSan", "2023年农村公路新改建多少公里")]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"msg_signature": "0" * 40}, 403),
        ({"msg_signature": "签名"}, 403),
        ({"msg_signature": ""}, 400),
        ({"token": "another"}, 403),
        ({"timestamp": "1409659589"}, 403),
        ({"timestamp": "99999999999"}, 403),
        ({"timestamp": "昨天"}, 403),
        ({"receiver": "wwanother"}, 403),
        ({"receiver": ""}, 403),
    ],
)
async def test_forged_and_stale(start: Start, clerk: Clerk, changed: dict[str, str], status: int) -> None:
    async with start() as pusher:
        response = await pusher.xml(text_xml("问"), **changed)
        assert (response.status_code, response.content) == (status, b"")
        assert (await pusher.xml(text_xml("2023年"))).status_code == 200
        await until(lambda: clerk.heard)
        assert [text for *_, text in clerk.heard] == ["2023年"]


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
XXE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt></xml>'
DTD = b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml><Encrypt>a</Encrypt></xml>'
DEEP = b"<xml>" + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</xml>"


@pytest.mark.parametrize(
    "body", [BOMB, XXE, DTD, DEEP, b"", b"{}", b"<xml>", b"<xml/>", b"\x00\xff", "<xml>路</xml>".encode("utf-16")]
)
async def test_malformed_outside(start: Start, body: bytes) -> None:
    async with start() as pusher:
        response = await pusher.raw(body, "x")
        assert (response.status_code, response.content) == (400, b"")


@pytest.mark.parametrize("body", [BOMB, XXE, DTD, b"", b"plain", b"<xml><MsgType>text</MsgType></xml>", b"\xff\xfe"])
async def test_malformed_inside(start: Start, body: bytes, ledger: Ledger) -> None:
    async with start() as pusher:
        assert (await pusher.xml(body)).status_code == 400
        assert inbox.pending(ledger) == ()


@pytest.mark.parametrize("person", ["@all", "ZhangSan|LiSi", " "])
async def test_nobody_can_make_us_write_to_everybody(start: Start, person: str) -> None:
    async with start() as pusher:
        assert (await pusher.xml(text_xml("问", person))).status_code == 400


async def test_eight_megabytes(start: Start) -> None:
    async with start() as pusher:
        body = b"<xml><Encrypt>" + b"A" * 8 * 1024 * 1024 + b"</Encrypt></xml>"
        with suppress(httpx.WriteError):  # 对方没收完就回绝，也算回绝
            assert (await pusher.raw(body, "x")).status_code == 413
        assert (await pusher.echo("还在")).text == "还在"


async def test_three_retries_make_one_answer(start: Start, wecom: Front, clerk: Clerk) -> None:
    message = text_xml("2023年", number="77")
    async with start() as pusher:
        await asyncio.gather(*(pusher.xml(message) for _ in range(3)))
        await until(lambda: wecom.console.messages)
        await pusher.xml(message)
        await asyncio.sleep(0.1)
    async with start() as pusher:
        assert (await pusher.xml(message)).status_code == 200
        await asyncio.sleep(0.1)
    assert len(clerk.heard) == len(wecom.console.messages) == 1


async def test_question_survives_being_killed(start: Start, wecom: Front, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: clerk.heard)
    clerk.gate.set()
    assert wecom.console.messages == []
    async with start():
        await until(lambda: wecom.console.messages)
    assert wecom.console.texts("ZhangSan") == [ANSWER]


async def test_question_before_the_worker_is_up(wecom: Front, clerk: Clerk, ledger: Ledger) -> None:
    async with web_client() as http, Pusher(f"{wecom.address}/wecom", CORP).http as sending:
        application = Application(settings(wecom.address), clerk.office(), ledger, http, QUICK)
        wecom.tested = Starlette(routes=application.routes())
        pusher = Pusher(f"{wecom.address}/wecom", CORP)
        pusher.http = sending
        await pusher.xml(text_xml("2023年"))
        job = asyncio.create_task(application.run())
        await until(lambda: wecom.console.messages)
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job


async def test_three_people_at_once(start: Start, wecom: Front, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as pusher:
        people = ("Zhang", "Li", "Wang")
        for person in people:
            await pusher.xml(text_xml("2023年", person))
            await pusher.xml(text_xml("2019年", person))
        await until(lambda: clerk.busy == 3)
        clerk.gate.set()
        await until(lambda: len(wecom.console.messages) == 6)
    assert clerk.most_busy == 3
    assert [wecom.console.texts(person) for person in people] == [[ANSWER, markdown(REFUSED)]] * 3


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


async def test_searching_is_said_once(start: Start, wecom: Front, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start(replace(QUICK, searching_after=0.1)) as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
        await asyncio.sleep(0.15)
        clerk.gate.set()
        await until(lambda: len(wecom.console.messages) == 2)
    assert wecom.console.texts("ZhangSan") == [SEARCHING, ANSWER]


async def test_welcome_once_a_day(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        for at in (1, 1, 2, 3):
            await pusher.xml(event_xml("enter_agent", at=at))
        await pusher.xml(event_xml("enter_agent", person="Other", at=1))
        await until(lambda: len(wecom.console.messages) == 2)
        await asyncio.sleep(0.1)
    (sentence,) = wecom.console.texts("ZhangSan")
    assert sentence == (
        "我是计划通，只凭已入库的工作报告和计划回答，每个数字都有出处。\n可以这样问：\n"
        "· 2023年农村公路新改建多少公里\n· 2022年路面修复多少平方米"
    )


async def test_menu(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start() as pusher:
        await pusher.xml(event_xml("click", "status", at=1))
        await pusher.xml(event_xml("CLICK", "2023年危桥改造几座", at=1))
        await pusher.xml(event_xml("click", "2023年危桥改造几座", at=2))
        await pusher.xml(event_xml("click", "2023年危桥改造几座", at=2))
        await pusher.xml(event_xml("click", "帮助", at=3))
        await pusher.xml(event_xml("view", "https://example.com", at=4))
        await until(lambda: len(wecom.console.messages) == 4)
    assert wecom.console.texts("ZhangSan")[0] == "共 12 份报告（ZhangSan）。"
    assert [text for *_, text in clerk.heard] == ["2023年危桥改造几座"] * 2


async def test_choice_buttons(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start() as pusher:
        await pusher.xml(text_xml("是哪一年"))
        await until(lambda: wecom.console.messages)
        card = wecom.console.messages[0]["template_card"]
        key = card["button_list"][1]["key"]
        extra = f"<TaskId>{card['task_id']}</TaskId><ResponseCode><![CDATA[code-1]]></ResponseCode>"
        await pusher.xml(event_xml("template_card_event", key, extra=extra))
        await until(lambda: len(wecom.console.messages) == 2)
    assert clerk.heard[-1] == ("ZhangSan", "ZhangSan", "2023年农村公路新改建多少公里")
    assert wecom.console.updates[0]["response_code"] == "code-1"


async def test_cards_when_they_are_wanted(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start(cards=True) as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
        keys = [button["key"] for button in wecom.console.messages[0]["template_card"]["button_list"]]
        await pusher.xml(event_xml("template_card_event", keys[1]))
        await until(lambda: clerk.opinions)
    assert (clerk.opinions[0].question, clerk.opinions[0].verdict.value) == ("2023年", "bad")


async def test_admin_sends_a_report(start: Start, wecom: Front, clerk: Clerk) -> None:
    wecom.console.files["m1"] = ("清河县2023年工作计划.docx", b"PK...")
    xml = "<MsgType>file</MsgType><MediaId>m1</MediaId>"
    async with start() as pusher:
        await pusher.xml(message_xml("Admin", xml))
        await pusher.xml(message_xml("ZhangSan", xml))
        await until(lambda: len(wecom.console.messages) == 2)
    assert clerk.added == [("Admin", "清河县2023年工作计划.docx", b"PK...")]
    assert wecom.console.texts("Admin") == ["已添加《清河县2023年工作计划.docx》。"]
    assert wecom.console.texts("ZhangSan") == [NOT_ADMIN]


async def test_file_that_is_gone(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start() as pusher:
        await pusher.xml(message_xml("Admin", "<MsgType>file</MsgType><MediaId>old</MediaId><Title>a</Title>"))
        await until(lambda: wecom.console.messages)
    assert wecom.console.texts("Admin") == [
        "企业微信回绝了下载文件（40007）：文件的 media_id 无效或已过三天，请重新发送文件。"
    ]
    assert clerk.added == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("image", "我看不了图片，请用文字提问；报告请发原文件。"),
        ("voice", "我听不了语音，请用文字提问。"),
        ("location", "我只看得懂文字，请用文字提问。"),
    ],
)
async def test_one_sentence_for_the_rest(start: Start, wecom: Front, kind: str, sentence: str) -> None:
    async with start() as pusher:
        await pusher.xml(message_xml("ZhangSan", f"<MsgType>{kind}</MsgType><MediaId>m</MediaId>"))
        await until(lambda: wecom.console.messages)
    assert wecom.console.texts("ZhangSan") == [sentence]


async def test_our_own_faults_are_one_sentence(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        await pusher.xml(text_xml("坏了"))
        await pusher.xml(text_xml("陌生人"))
        await until(lambda: len(wecom.console.messages) == 2)
    failed, refused = wecom.console.texts("ZhangSan")
    assert failed == FAILED
    assert refused.endswith("。")


async def test_secrets_are_in_no_log(
    start: Start, wecom: Front, clerk: Clerk, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
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


async def test_echo_with_a_plus_sign_that_was_not_escaped(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        written = encrypted(b"12345", CORP)
        while "+" not in written:
            written = encrypted(b"12345", CORP)
        given = httpx.QueryParams(parameters(written))
        response = await pusher.http.get(f"{wecom.address}/wecom?{given}&echostr={written}")
        assert response.text == "12345"
