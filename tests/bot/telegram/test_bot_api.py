"""照 Bot API 的文档逐条核对：会话与话题、更新的编号与种类、文件、webhook 的门。"""

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.telegram import line
from bot.ledger import inbox
from tests.bot.telegram.emulator import ADMIN, BOT, GROUP, PERSON, Fault, Telegram, refused, until
from tests.bot.telegram.rig import Rig
from tests.bot.telegram.test_answers import ANSWER, ASK

ONLY_TEXT = "我只看得懂文字和报告文件。请用文字提问。"
TOPIC = 9
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
FILE = {"file_id": "f", "file_unique_id": "f"}


# 发


@pytest.mark.parametrize(
    "why",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: bot was kicked from the supergroup chat",
        "Bad Request: chat not found",
        "Bad Request: TOPIC_CLOSED",
        "Bad Request: not enough rights to send text messages to the chat",
    ],
)
def test_what_can_never_be_sent_is_given_up(bot: Telegram, caplog: pytest.LogCaptureFixture, why: str) -> None:
    bot.faults["sendMessage"].append(refused(why, 403 if why.startswith("Forbidden") else 400))
    bot.says(ASK)
    bot.says("/me")
    assert bot.reply().text.startswith("张三（编号 1）")
    assert why.partition(": ")[2].lower() in caplog.text.lower()


@pytest.mark.parametrize("why", ["message to be replied not found", "replied message not found"])
def test_the_message_asked_in_is_gone(bot: Telegram, why: str) -> None:
    bot.faults["sendMessage"].append(refused(f"Bad Request: {why}"))
    bot.says(f"@JihuatongBot {ASK}", chat=GROUP)
    shown = bot.reply(1, GROUP)
    assert (shown.text, shown.reply_to) == (ANSWER, None)


def test_in_a_topic_everything_stays_in_it(bot: Telegram, rig: Rig) -> None:
    asked = bot.says(f"@JihuatongBot {ASK}", chat=GROUP, message_thread_id=TOPIC, is_topic_message=True)
    shown = bot.reply(1, GROUP)
    assert (shown.text, int(shown.thread or 0), shown.reply_to) == (ANSWER, TOPIC, asked)
    press = {
        "id": "1", "chat_instance": "1", "data": shown.data("其他年份/单位"),
        "from": {"id": PERSON, "is_bot": False, "first_name": "张三"},
        "message": {
            "message_id": shown.id, "date": 1, "chat": {"id": GROUP, "type": "supergroup", "is_forum": True},
            "from": BOT, "text": "…", "message_thread_id": TOPIC, "is_topic_message": True,
        },
    }  # fmt: skip
    bot.queue({"callback_query": press})
    assert int(bot.reply(2, GROUP).thread or 0) == TOPIC
    rig.shelf.problems = {f"{'很长的名字' * 30}{number}.txt": f"读不出来{'。' * 1000}" for number in range(6)}
    rig.shelf.known = (*rig.shelf.known, *rig.shelf.problems)
    bot.says("/status@JihuatongBot", ADMIN, GROUP, message_thread_id=TOPIC, is_topic_message=True)
    until(lambda: "处问题" in "".join(bot.texts(GROUP)))
    assert len(bot.sent) > 3
    assert {int(each.thread or 0) for each in bot.sent} == {TOPIC}


def test_a_press_too_old_to_answer_is_let_go(bot: Telegram, caplog: pytest.LogCaptureFixture) -> None:
    bot.says(ASK)
    shown = bot.reply()
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    bot.faults["answerCallbackQuery"].append(refused(old))
    bot.presses(shown, "有用")
    assert bot.toast(bot.presses(shown, "有用")) == "谢谢，已记下。"
    assert "too old" not in caplog.text


# 收


def edited(bot: Telegram, number: int, words: str, at: int) -> None:
    """改了一条消息。"""
    bot.queue({"edited_message": {
        "message_id": number, "date": 1_767_000_000, "edit_date": at, "text": words,
        "chat": {"id": PERSON, "type": "private"}, "from": {"id": PERSON, "is_bot": False, "first_name": "张三"},
    }})  # fmt: skip


def test_an_edit_that_leaves_the_words_alone_is_not_asked_again(rig: Rig) -> None:
    with rig.running() as bot:
        number = bot.says(ASK)
        bot.reply()
        edited(bot, number, ASK, 1_767_000_001)
        bot.says("/me")
        bot.reply(2)
    rig.restart()
    edited(bot, number, ASK, 1_767_000_002)
    edited(bot, number, "2019年多少", 1_767_000_003)
    with rig.running():
        assert bot.reply(3).text.startswith("<b>未检得</b>")
    assert [heard[0] for heard in rig.shelf.heard] == [ASK, "2019年多少"]


def test_updates_out_of_order_are_answered_in_order_and_acknowledged(rig: Rig) -> None:
    bot = rig.telegram
    bot.says("/me")
    bot.says("/help")
    bot.pending.reverse()
    with rig.running():
        bot.reply(2)
        until(lambda: bot.pending == [])
    assert [text[:3] for text in bot.texts()] == ["张三（", "我是计"]


def test_updates_of_other_kinds_are_passed_over(bot: Telegram, rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    place = {"id": PERSON, "type": "private"}
    person = {"id": PERSON, "is_bot": False, "first_name": "张三"}
    for kind, content in {
        "poll_answer": {"poll_id": "1", "option_ids": [0]},
        "my_chat_member": {"chat": place, "from": person, "date": 1},
        "message_reaction": {"chat": place, "message_id": 1, "date": 1},
        "business_message": {"message_id": 1, "date": 1, "chat": place, "text": ASK},
        "inline_query": {"id": "1", "from": person, "query": ASK, "offset": ""},
        "将来才有的": {},
    }.items():
        bot.queue({kind: content})
    bot.says("/me")
    bot.reply()
    assert (len(bot.sent), rig.shelf.heard, caplog.text) == (1, [], "")


def test_a_poll_that_hangs_is_given_up_and_begun_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PATIENCE", -0.9)  # 长轮询说等一秒，十分之一秒就不等了
    with rig.running() as bot:
        until(lambda: len(bot.methods("getUpdates")) > 3)
        bot.says(ASK)
        assert bot.reply().text == ANSWER


def test_numbers_may_start_again_while_running(bot: Telegram) -> None:
    bot.says("/me")
    bot.reply()
    until(lambda: bot.pending == [])
    until(lambda: bot.methods("getUpdates").count("getUpdates") > 3)
    message = {"message_id": 1, "date": 1_767_700_000, "text": ASK, "chat": {"id": PERSON, "type": "private"},
               "from": {"id": PERSON, "is_bot": False, "first_name": "张三"}}  # fmt: skip
    bot.again({"update_id": 3, "message": message})
    assert bot.reply(2).text == ANSWER


def test_a_server_that_leaves_out_what_does_not_matter(rig: Rig) -> None:
    rig.telegram.faults["getMe"].append(
        Fault(200, {"ok": True, "result": {"id": BOT["id"], "username": "JihuatongBot"}})
    )
    rig.telegram.faults["getUpdates"].append(Fault(200, {"ok": True, "result": None}))
    with rig.running() as bot:
        bot.queue({"message": {"message_id": 1, "text": ASK, "chat": {"id": PERSON}, "from": {"id": PERSON}}})
        shown = bot.reply()
        press = {
            "id": "1",
            "data": shown.data("原文上下文"),
            "from": {"id": PERSON},
            "message": {"chat": {"id": PERSON}},
        }
        bot.queue({"callback_query": press})
        assert bot.reply(2).labels[0] == ["返回答复", "其他年份/单位"], "不知道是哪一条，就另发一条"
        bot.queue({"message": {"text": "今天开会吗", "chat": {"id": GROUP}, "from": {"id": PERSON}}})
        bot.queue({"message": {"text": "/me@JihuatongBot", "chat": {"id": GROUP}, "from": {"id": PERSON}}})
        assert bot.reply(1, GROUP).text.startswith("张三（编号 1）")
        bot.files["f"] = b"1"
        nothing = dict.fromkeys(("text", "caption", "photo", "animation", "reply_to_message", "sender_chat"))
        file = {"file_id": "f", "file_name": "新.txt"}
        bot.queue({"edited_message": None, "callback_query": None, "message": {
            "message_id": 9, "chat": {"id": ADMIN}, "from": {"id": ADMIN}, "document": file, **nothing,
        }})  # fmt: skip
        until(lambda: "已入库" in bot.reply(1, ADMIN).text)


def test_half_a_character_is_no_trouble(bot: Telegram) -> None:
    bot.says("/facts 铁路\ud83d")
    assert "铁路?" in bot.reply().text


def test_a_stored_update_that_can_no_longer_be_read_is_left_out(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    inbox.receive(rig.ledger, "telegram", "旧的", '{"message": 1}')
    with rig.running() as bot:
        bot.says(ASK)
        assert bot.reply().text == ANSWER
    assert "读不懂了，略过" in caplog.text
    assert inbox.pending(rig.ledger, "telegram") == ()


@pytest.mark.parametrize(
    "content",
    [
        {"photo": PHOTO},
        {"location": {"latitude": 36.0, "longitude": 118.0}},
        {"contact": {"phone_number": "1", "first_name": "王"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"video_note": {**FILE, "length": 1, "duration": 1}},
        {"poll": {"id": "1", "question": "旧版的投票"}},
        {"sticker": {}, "forward_origin": {"type": "将来才有的"}},
        {"animation": FILE, "document": FILE},
    ],
    ids=lambda content: next(iter(content)),
)  # fmt: skip
def test_what_is_not_words_is_told_so_in_private_and_passed_over_in_a_group(
    bot: Telegram, content: dict[str, Any]
) -> None:
    bot.shows(chat=GROUP, **content)
    bot.shows(**content)
    assert bot.reply().text == ONLY_TEXT
    assert bot.texts(GROUP) == []


def test_an_album_of_pictures_is_answered_once(bot: Telegram, rig: Rig) -> None:
    for caption in (ASK, "", ""):
        bot.shows(photo=PHOTO, media_group_id="1", caption=caption)
    for _ in range(3):
        bot.shows(photo=PHOTO, media_group_id="2")
    bot.says("/me")
    bot.reply(3)
    assert [text.split("\n")[0] for text in bot.texts()] == ["<b>30 公里</b>", ONLY_TEXT, "张三（编号 1）"]
    assert len(rig.shelf.heard) == 1


def test_called_by_name_and_nothing_else(bot: Telegram) -> None:
    asked = bot.says("@JihuatongBot", chat=GROUP)
    shown = bot.reply(1, GROUP)
    assert (shown.text[:6], shown.reply_to) == ("我是计划通，", asked)


def test_a_question_as_long_as_a_message_can_be(bot: Telegram, rig: Rig) -> None:
    words = ("请问" * 2040 + ASK)[-4096:]
    bot.says(words)
    assert bot.reply().text == ANSWER
    assert rig.shelf.heard[-1][0] == words


def test_what_is_said_in_a_topic_the_bot_opened_is_no_reply_to_it(bot: Telegram, rig: Rig) -> None:
    place = {"id": GROUP, "type": "supergroup", "is_forum": True}
    opened = {"message_id": TOPIC, "date": 1, "chat": place, "from": BOT,
              "forum_topic_created": {"name": "公路", "icon_color": 1}}  # fmt: skip
    topic: dict[str, Any] = {"message_thread_id": TOPIC, "is_topic_message": True, "reply_to_message": opened}
    bot.says("今天开会吗", chat=GROUP, **topic)
    bot.says(f"@JihuatongBot {ASK}", chat=GROUP, **topic)
    bot.reply(1, GROUP)
    assert [heard[0] for heard in rig.shelf.heard] == [ASK]


def test_what_is_asked_for_and_in_what_order(bot: Telegram) -> None:
    bot.says(ASK)
    bot.reply()
    first = next(given for method, given, _ in bot.calls if method == "getUpdates")
    assert set(first["allowed_updates"]) >= {"message", "edited_message", "callback_query"}
    assert "offset" not in first
    assert bot.methods("getMe", "deleteWebhook", "getUpdates")[:3] == ["getMe", "deleteWebhook", "getUpdates"]
    until(lambda: len(bot.menus) == 2)
    scopes = [given["scope"] for method, given, _ in bot.calls if method == "setMyCommands"]
    assert scopes == [{"type": "default"}, {"type": "chat", "chat_id": ADMIN}]


# 文件


def test_a_file_without_a_path_is_asked_for_again(bot: Telegram) -> None:
    bot.faults["getFile"].append(Fault(200, {"ok": True, "result": {"file_id": "f"}}))
    bot.sends("新.txt", b"1")
    until(lambda: "已入库" in bot.reply(1, ADMIN).text)


def test_a_file_on_a_local_server_is_read_from_where_it_is(bot: Telegram, rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "存着的.bin").write_bytes("内容".encode())
    found = {"file_id": "f", "file_path": str(tmp_path / "存着的.bin")}
    bot.faults["getFile"].append(Fault(200, {"ok": True, "result": found}))
    bot.sends("新.txt", b"1")
    until(lambda: "已入库" in bot.reply(1, ADMIN).text)
    assert (rig.shelf.folder / "新.txt").read_text(encoding="utf-8") == "内容"


def test_a_path_on_the_server_is_not_one_of_ours(
    bot: Telegram, rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "甲 1.txt").write_text("本机的", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    bot.files["甲 1.txt"] = "那边的".encode()
    found = {"file_id": "f", "file_path": "documents/甲 1.txt"}
    bot.faults["getFile"].append(Fault(200, {"ok": True, "result": found}))
    bot.sends("新.txt", b"1")
    until(lambda: "已入库" in bot.reply(1, ADMIN).text)
    assert (rig.shelf.folder / "新.txt").read_text(encoding="utf-8") == "那边的"


def test_a_path_that_has_expired_is_asked_for_again(bot: Telegram) -> None:
    bot.faults["file"].append(Fault(404))
    bot.sends("新.txt", b"1")
    until(lambda: "已入库" in bot.reply(1, ADMIN).text)
    assert bot.methods("getFile") == ["getFile"] * 2


# webhook


def test_the_door_of_the_webhook(rig: Rig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        rig.port = free.getsockname()[1]
    rig.webhook = f"http://127.0.0.1:{rig.port}/hook"
    bot = rig.telegram
    with rig.running(), httpx.Client(base_url=f"http://127.0.0.1:{rig.port}", trust_env=False) as client:
        until(lambda: bool(bot.webhook))
        known = {"X-Telegram-Bot-Api-Secret-Token": bot.webhook["secret_token"]}
        assert (
            client.post("/hook", json={"update_id": 1}).status_code,
            client.post("/hook", content=b"{", headers=known).status_code,
            client.post("/hook", json=[1], headers=known).status_code,
            client.post("/hook", content=b"[" * (4 * 1024 * 1024 + 1), headers=known).status_code,
            client.get("/hook", headers=known).status_code,
            client.post("/other", json={"update_id": 1}, headers=known).status_code,
            client.post("/hook", json={"update_id": 1}, headers=known).status_code,
        ) == (403, 400, 400, 400, 405, 404, 200)
        assert len(bot.webhook["secret_token"]) <= 256
        assert set(bot.webhook["allowed_updates"]) >= {"message", "edited_message", "callback_query"}
