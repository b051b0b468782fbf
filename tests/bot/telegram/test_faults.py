"""网络与重启：限流、502、断线、重送、重启，一条不丢、一条不重；令牌不外泄。"""

import asyncio
import logging
import socket
from dataclasses import replace

import pytest

from bot.channels.telegram.errors import TelegramFault
from bot.channels.telegram.line import translated
from bot.channels.telegram.postman import post
from bot.channels.telegram.turn import spoken
from bot.channels.telegram.wording import NO_QUIZ, PRIVATE_ONLY
from tests.bot.telegram.emulator import (
    ADMIN,
    GROUP,
    PERSON,
    TOKEN,
    Fault,
    flood,
    refused,
    until,
)
from tests.bot.telegram.rig import READING, Rig, running
from tests.bot.telegram.test_answers import ANSWER, ASK


def test_flood_wait_is_obeyed_and_order_kept(rig: Rig) -> None:
    with rig.running() as bot:
        bot.faults["sendMessage"].append(flood(2))
        bot.says(ASK)
        bot.says("哪一年")
        bot.says("/quiz")
        until(lambda: bool(bot.methods("sendMessage")))
        bot.says("/quiz", ADMIN)  # 别人的不必等
        bot.reply(1, ADMIN)
        assert bot.sent[0].chat == ADMIN
        bot.reply(3)
        assert [text.split("\n")[0] for text in bot.texts()] == [
            "<b>30 公里</b>", "<b>请说明一下</b>", NO_QUIZ,
        ]  # fmt: skip


@pytest.mark.parametrize("fault", [Fault(502), Fault(drop=True), Fault(500), refused("Internal", 500)])
def test_what_could_not_be_sent_is_sent_later(rig: Rig, fault: Fault) -> None:
    with rig.running() as bot:
        bot.faults["sendMessage"].extend([fault, fault])
        bot.says(ASK)
        assert bot.reply().text == ANSWER
        bot.faults["answerCallbackQuery"].extend([fault, fault])
        bot.faults["editMessageText"].append(fault)
        shown = bot.last()
        bot.toast(bot.presses(shown, "原文上下文"))
        until(lambda: len(shown.history) == 2)
        assert len(bot.sent) == 1


def test_updates_survive_faults_of_receiving(rig: Rig) -> None:
    bot = rig.telegram
    bot.faults["getMe"].extend([Fault(502), Fault(drop=True)])
    bot.faults["deleteWebhook"].append(flood(1))
    bot.faults["getUpdates"].extend([Fault(502), Fault(drop=True, late=True), refused("Conflict", 409)])
    bot.says(ASK)
    with rig.running():
        assert bot.reply().text == ANSWER
        assert len(rig.shelf.heard) == 1


def test_a_repeated_update_is_answered_once_even_after_a_restart(rig: Rig) -> None:
    bot = rig.telegram
    bot.says(ASK)
    update = bot.pending[0]
    with rig.running():
        bot.reply()
        bot.again(update)
        bot.again(update)
        bot.says("/quiz")
        bot.reply(2)
    rig.restart()
    bot.again(update)
    bot.says("/me")
    with rig.running():
        bot.reply(3)
    assert len(rig.shelf.heard) == 1
    assert [text.split("\n")[0] for text in bot.texts()] == ["<b>30 公里</b>", NO_QUIZ, "张三（编号 1）"]


def test_numbers_that_start_again_are_new_updates(rig: Rig) -> None:
    bot = rig.telegram
    bot.says(ASK)
    update = bot.pending[0]
    with rig.running():
        bot.reply()
    rig.restart()
    bot.again({**update, "message": {**update["message"], "message_id": 1, "text": "/quiz"}})
    with rig.running():
        assert bot.reply(2).text == NO_QUIZ


def test_asked_while_down_and_unsent_while_down(rig: Rig) -> None:
    bot = rig.telegram
    rig.timing = replace(rig.timing, first_pause=0.8, longest_pause=0.8)
    with rig.running():
        bot.faults["sendMessage"].append(Fault(502))
        bot.says(ASK)
        until(lambda: bot.methods("sendMessage") == ["sendMessage"])
    assert bot.texts() == []
    bot.says("/quiz")
    bot.says("/me", ADMIN)
    rig.restart()
    with rig.running():
        bot.reply(2)
        bot.reply(1, ADMIN)
    assert bot.texts() == [ANSWER, NO_QUIZ]
    assert ("deleteWebhook", "false") in [(name, given.get("drop_pending_updates")) for name, given, _ in bot.calls]


def test_killed_between_receiving_and_answering(rig: Rig) -> None:
    rig.shelf.gate.clear()
    bot = rig.telegram
    with rig.running():
        bot.says(ASK)
        until(lambda: bool(rig.shelf.heard))
        until(lambda: bot.pending == [])  # Telegram 那边已不再留着
    assert bot.texts() == []
    rig.shelf.gate.set()
    rig.restart()
    with rig.running():
        assert bot.reply().text == ANSWER
        assert bot.texts() == [ANSWER]


def test_plain_text_when_the_entities_are_refused(rig: Rig) -> None:
    with rig.running() as bot:
        bot.faults["sendMessage"].append(refused("Bad Request: can't parse entities: Unsupported start tag"))
        bot.says(ASK)
        shown = bot.reply()
    assert (shown.mode, shown.labels[0]) == (None, ["原文上下文", "其他年份/单位"])
    assert shown.text.split("\n")[:3] == [
        "30 公里", "2023年 · 计划 · 清河县交通运输局", "全年新改建农村公路30公里，危桥改造4座。",
    ]  # fmt: skip


def test_a_chat_that_is_gone_does_not_hold_up_the_others(rig: Rig) -> None:
    with rig.running() as bot:
        bot.faults["sendMessage"].append(refused("Forbidden: bot was blocked by the user", 403))
        bot.says("/quiz")
        bot.says("/me")
        assert bot.reply().text.startswith("张三（编号 1）")


def test_a_group_that_moved(rig: Rig) -> None:
    moved = refused("Bad Request: group chat was upgraded to a supergroup chat")
    moved = Fault(400, {**moved.body, "parameters": {"migrate_to_chat_id": GROUP - 1}})
    with rig.running() as bot:
        bot.faults["sendMessage"].append(moved)
        bot.says("/quiz", chat=GROUP)
        assert bot.reply(1, GROUP - 1).text == PRIVATE_ONLY


def test_progress_waits_for_the_flood(rig: Rig) -> None:
    with rig.running() as bot:
        rig.shelf.steps = READING[:1]
        bot.faults["sendMessage"].append(Fault(502))  # 进度发不出，结局照发
        bot.sends("新.txt", b"1")
        until(lambda: bot.methods("sendMessage") == ["sendMessage"])
        rig.shelf.step_gate.release()
        assert bot.reply(1, ADMIN).text.startswith("<b>已入库</b>")


def test_an_api_without_menus_still_answers(rig: Rig) -> None:
    rig.telegram.unsupported = {"setMyCommands", "deleteWebhook"}
    with rig.running() as bot:
        bot.says(ASK)
        assert bot.reply().text == ANSWER


def test_the_token_is_in_no_log(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bot = rig.telegram
    bot.faults["getMe"].append(Fault(drop=True))
    bot.faults["getUpdates"].append(Fault(502))
    with rig.running():
        for name in ("httpx", "httpcore", "telegram"):
            caplog.set_level(logging.DEBUG, name)  # 就算有人调成最细
        bot.faults["sendMessage"].append(Fault(502))
        bot.says(ASK)
        bot.reply()
        logging.getLogger("别处").info("https://x/bot%s/getMe %s", TOKEN, "看")
        try:
            raise RuntimeError(TOKEN)  # noqa: TRY301 - 就是要它进日志
        except RuntimeError:
            logging.getLogger("别处").exception("出错")
    assert caplog.records
    assert TOKEN not in caplog.text
    assert TOKEN.split(":")[1] not in caplog.text
    assert "出错\n" in caplog.text
    assert "RuntimeError: （已隐去）" in caplog.text


def test_a_wrong_token_stops_the_channel_with_one_sentence(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.telegram.unsupported = {"getMe"}
    with running(rig.channel()):
        until(lambda: "不认这个令牌" in caplog.text)
    assert TOKEN not in caplog.text


async def _raises(error: Exception) -> None:
    raise error


def test_errors_carry_no_token() -> None:
    from telegram.error import InvalidToken, NetworkError  # noqa: PLC0415

    for raised in (InvalidToken(f"The token `{TOKEN}` was rejected"), NetworkError(f"http://x/bot{TOKEN}/getMe")):
        with pytest.raises(TelegramFault) as caught:
            asyncio.run(translated(_raises(raised)))
        assert TOKEN not in str(caught.value)
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_webhook(rig: Rig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        rig.port = free.getsockname()[1]
    rig.webhook = f"http://127.0.0.1:{rig.port}/telegram/hook"
    bot = rig.telegram
    bot.says(ASK)
    (update,) = bot.pending
    with rig.running():
        until(lambda: bool(bot.webhook))
        assert (bot.webhook["url"], bot.webhook["drop_pending_updates"]) == (rig.webhook, "false")
        assert bot.push(update, secret="other") == 403  # noqa: S106 - 正是错的
        assert bot.push(update) == 200
        assert bot.push(update) == 200
        assert bot.reply().text == ANSWER
        assert bot.push({"update_id": 1, "message": {}}) == 200
    assert len(rig.shelf.heard) == 1


def test_long_answers_are_sent_in_order(rig: Rig) -> None:
    rig.shelf.known = tuple(f"{'很长的名字' * 30}{number}.txt" for number in range(60))
    rig.shelf.problems = {name: f"《{name}》读不出来" for name in rig.shelf.known}
    with rig.running() as bot:
        bot.says("/status", ADMIN)
        until(lambda: "处问题" in "".join(bot.texts(ADMIN)))
        assert all(len(text) < 4096 for text in bot.texts(ADMIN))


def test_groups_answer_only_what_is_meant_for_the_bot(rig: Rig) -> None:
    with rig.running() as bot:
        bot.says("今天开会吗", chat=GROUP)
        asked = bot.says(f"@JihuatongBot {ASK}", chat=GROUP)
        shown = bot.reply(1, GROUP)
        assert (shown.text, shown.reply_to) == (ANSWER, asked)
        assert rig.shelf.heard == [(ASK, ())]
        answer = {"message_id": shown.id, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": {
            "id": 110201543, "is_bot": True, "first_name": "计划通"}}  # fmt: skip
        again = bot.says("2022年呢", chat=GROUP, reply_to_message=answer)
        assert bot.reply(2, GROUP).reply_to == again
        bot.says("/quiz@OtherBot", chat=GROUP)
        bot.says("/weather", chat=GROUP)
        bot.says("/quiz@jihuatongbot", chat=GROUP, message_thread_id=9, is_topic_message=True)
        shown = bot.reply(3, GROUP)
        assert (shown.text, int(shown.thread or 0)) == (PRIVATE_ONLY, 9)
        bot.says("/link", chat=GROUP)
        assert bot.reply(4, GROUP).text == "这件事请在和我的单独对话里办。"
        bot.presses(bot.sent[0], "有用", PERSON)


def test_twice_put_is_sent_once(rig: Rig) -> None:
    from bot.channels.telegram.incoming import Incoming, Kind  # noqa: PLC0415

    incoming = Incoming(Kind.TEXT, PERSON, private=True, sender=PERSON, name="张三", message=1)
    for _ in range(2):
        post(rig.ledger, spoken(incoming, "一句话"), "同一条")
    with rig.running() as bot:
        bot.says("/quiz")
        bot.reply(2)
        assert bot.texts() == ["一句话", NO_QUIZ]


def test_edited_question_is_answered_anew(rig: Rig) -> None:
    with rig.running() as bot:
        number = bot.says("2019年多少")
        bot.reply()
        message = {"message_id": number, "date": 1, "edit_date": 2, "text": ASK,
                   "chat": {"id": PERSON, "type": "private"},
                   "from": {"id": PERSON, "is_bot": False, "first_name": "张三"}}  # fmt: skip
        bot.queue({"edited_message": message})
        assert bot.reply(2).text == ANSWER


def test_questions_wait_for_the_first_look_at_the_folder(rig: Rig) -> None:
    rig.shelf.behind = True
    with rig.running() as bot:
        bot.says(ASK)
        bot.says("/help", ADMIN)
        bot.reply(1, ADMIN)
        assert (bot.texts(), rig.shelf.heard) == ([], [])
        rig.shelf.behind = False
        assert bot.reply().text == ANSWER
