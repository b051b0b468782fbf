"""照 Bot API 的文档核对回音：成不成看 `ok`；残缺的再试，说明白了再发也没用的才放弃；令牌不在错误里。"""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import error as telegram_errors
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram.errors import Refused, TelegramFault
from bot.channels.telegram.line import translated
from bot.channels.telegram.wire import judged
from bot.settings import Settings, channels
from tests.bot.telegram.emulator import GROUP, TOKEN, Fault, Telegram
from tests.bot.telegram.rig import Rig
from tests.bot.telegram.test_answers import ANSWER, ASK

ERRORS = [kind for kind in vars(telegram_errors).values() if isinstance(kind, type) and issubclass(kind, TelegramError)]
"""python-telegram-bot 的每一种错误。"""
GIVEN: dict[type[TelegramError], object] = {ChatMigrated: GROUP, RetryAfter: timedelta(seconds=1)}


def said(**body: Any) -> bytes:  # noqa: ANN401 - 各项各样
    """一个回音。"""
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("status", "payload", "meant"),
    [
        (200, said(ok=True, result=[]), 200),
        (201, said(ok=True, result=[]), 200),
        (200, said(ok=True), 200),
        (200, b'{"ok": tr', 502),
        (200, b"[1]", 502),
        (502, b"<html>Bad Gateway</html>", 502),
        (404, b"<html>nginx</html>", 502),
        (200, said(ok=False, error_code=403, description="Forbidden: bot was kicked"), 403),
        (200, said(ok=False, description="?"), 502),
        (400, said(ok=False, error_code=400, description="Bad Request: chat not found"), 400),
        (413, said(ok=False, error_code=413, description="Request Entity Too Large"), 400),
        (401, said(ok=False, error_code=401, description="Unauthorized"), 401),
        (409, said(ok=False, error_code=409, description="Conflict"), 409),
        (500, said(ok=False, error_code=500, description="Internal Server Error"), 500),
    ],
)
def test_what_a_response_means(status: int, payload: bytes, meant: int) -> None:
    assert judged(status, payload)[0] == meant


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"description": "Too Many Requests: retry after 7", "parameters": {"retry_after": 9}}, 9),
        ({"description": "Too Many Requests: retry after 7"}, 7),
        ({"description": "Flood control exceeded. Retry in 60 seconds"}, 60),
        ({"description": "Too Many Requests: retry after 0", "parameters": {"retry_after": 0}}, 1),
        ({"description": "Too Many Requests", "parameters": {}}, 5),
    ],
)
def test_how_long_a_flood_lasts(body: dict[str, Any], seconds: int) -> None:
    status, payload = judged(429, said(ok=False, error_code=429, **body))
    assert (status, json.loads(payload)["parameters"]) == (429, {"retry_after": seconds})


BROKEN = Fault(200)
"""状态是 200，内容却不是 JSON。"""


@pytest.mark.parametrize(
    "fault", [BROKEN, Fault(200, {"result": []}), Fault(200, {"ok": False, "error_code": 500, "description": "?"})]
)
def test_an_answer_outlives_a_garbled_response(bot: Telegram, rig: Rig, fault: Fault) -> None:
    bot.faults["sendMessage"].append(fault)
    bot.faults["getUpdates"].append(fault)
    bot.says(ASK)
    assert bot.reply().text == ANSWER
    assert len(rig.shelf.heard) == len(bot.sent) == 1


def test_a_flood_told_with_status_200_is_waited_for(bot: Telegram) -> None:
    flooded = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
    bot.faults["sendMessage"].append(Fault(200, flooded))
    bot.says(ASK)
    bot.reply()
    first, second = (at for method, _, at in bot.calls if method == "sendMessage")
    assert second - first >= 1


@pytest.mark.parametrize("result", [{"result": {"message_id": 5, "date": 1_767_000_000_000}}, {"result": None}, {}])
def test_accepted_with_a_message_hard_to_read_is_not_sent_again(bot: Telegram, result: dict[str, Any]) -> None:
    bot.faults["sendMessage"].append(Fault(200, {"ok": True, **result}, late=True))
    bot.says(ASK)
    bot.reply()
    bot.says("/me")
    assert bot.reply(2).text.startswith("张三（编号 1）")


def test_a_server_on_this_machine_is_not_reached_through_a_proxy(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with rig.running() as bot:
        bot.says(ASK)
        assert bot.reply().text == ANSWER


def test_files_come_from_where_the_messages_come_from() -> None:
    for base, files in (
        (None, "https://api.telegram.org/file/bot"),
        ("http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/file/bot"),
    ):
        found = channels(Settings(telegram_token=SecretStr("1:a"), telegram_base_url=base)).telegram
        assert found is not None
        assert found.base_file_url == files


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_is_ours_and_hides_the_token(kind: type[TelegramError], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    error = kind(GIVEN.get(kind, f"http://x/bot{TOKEN}/getMe"))  # type: ignore[arg-type]  # 各收各的

    async def raises() -> None:
        raise error

    with pytest.raises(TelegramFault) as caught:
        asyncio.run(translated(raises()))
    assert TOKEN not in str(caught.value)
    assert isinstance(caught.value, Refused) is (kind in (BadRequest, Forbidden)), "只有再发也没用的才放弃"
