"""自建应用的门：验证，伪造的、过时的、残缺的、太大的都不放进来。"""

import time
from contextlib import suppress

import httpx
import pytest

from bot.ledger import inbox
from bot.ledger.file import Ledger
from tests.bot.wecom.clerk import Clerk
from tests.bot.wecom.emulator import (
    Front,
    parameters,
    text_xml,
    until,
)
from tests.bot.wecom.scene import Start
from tests.bot.wecom.sealing import CORP, encrypted

pytestmark = pytest.mark.anyio

BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
XXE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt></xml>'
DTD = b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml><Encrypt>a</Encrypt></xml>'
DEEP = b"<xml>" + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</xml>"


async def test_verification_answers_the_bare_echo(start: Start) -> None:
    async with start() as pusher:
        began = time.monotonic()
        response = await pusher.echo("1616140317555161061")
        assert (response.status_code, response.text) == (200, "1616140317555161061")
        assert time.monotonic() - began < 1


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


async def test_echo_with_a_plus_sign_that_was_not_escaped(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        written = encrypted(b"12345", CORP)
        while "+" not in written:
            written = encrypted(b"12345", CORP)
        given = httpx.QueryParams(parameters(written))
        response = await pusher.http.get(f"{wecom.address}/wecom?{given}&echostr={written}")
        assert response.text == "12345"
