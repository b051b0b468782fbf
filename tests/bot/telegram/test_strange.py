"""少见的更新与回绝：读不懂的、没有下文的按钮、点名、转发、成组的文件、改不了的消息，都有着落。"""

import pytest

from bot.channels.telegram.wording import NO_QUIZ, PRIVATE_ONLY
from bot.ledger import inbox
from tests.bot.telegram.emulator import ADMIN, BOT, GROUP, PERSON, Fault, Telegram, flood, refused, until
from tests.bot.telegram.rig import Rig
from tests.bot.telegram.test_answers import ANSWER, ASK

ONLY_TEXT = "我只看得懂文字和报告文件。请用文字提问。"


def test_an_update_that_makes_no_sense_holds_nobody_up(bot: Telegram, caplog: pytest.LogCaptureFixture) -> None:
    bot.queue({"message": {"message_id": 1, "text": "不知在哪里说的", "from": {"id": PERSON}}})
    bot.queue({"message": "什么"})
    bot.says(ASK)
    bot.queue({"callback_query": {"id": "q"}})
    bot.says("/quiz")
    assert bot.reply(2).text == NO_QUIZ
    assert caplog.text.count("读不懂，略过") == 3


def test_every_press_is_answered_even_of_a_forgotten_message(bot: Telegram) -> None:
    person = {"id": PERSON, "is_bot": False, "first_name": "张三"}
    place = {"id": PERSON, "type": "private"}
    bot.queue({"callback_query": {"id": "old", "from": person, "chat_instance": "1", "data": "u:1:0:"}})
    assert bot.toast("old") == "这个按钮已失效，请重新提问。"
    bot.says(ASK)
    bot.reply()
    gone = {"chat": place, "message_id": 5, "date": 0}
    bot.queue({"callback_query": {"id": "gone", "from": person, "message": gone, "chat_instance": "1",
                                  "data": "u:1:0:"}})  # fmt: skip
    assert bot.toast("gone") == "谢谢，已记下。"


@pytest.mark.parametrize("why", ["message to edit not found", "message can't be edited"])
def test_what_cannot_be_edited_is_sent_anew(bot: Telegram, why: str) -> None:
    bot.says(ASK)
    shown = bot.reply()
    bot.faults["editMessageText"].append(refused(f"Bad Request: {why}"))
    bot.presses(shown, "原文上下文")
    anew = bot.reply(2)
    assert "<u>30公里</u>" in anew.text
    assert anew.labels[0] == ["返回答复", "其他年份/单位"]


def test_pressing_twice_changes_nothing(bot: Telegram) -> None:
    bot.says(ASK)
    shown = bot.reply()
    for _ in range(2):
        bot.toast(bot.presses(shown, "有用"))
        data = shown.data("有用").replace("u:", "b:")
        bot.toast(bot.calls_back(shown, data))  # 已是答复的样子：Telegram 说没有变化
    bot.says("/quiz")
    bot.reply(2)
    assert [text.split("\n")[0] for text in bot.texts()] == ["<b>30 公里</b>", NO_QUIZ]


def test_a_topic_that_is_gone(bot: Telegram) -> None:
    bot.faults["sendMessage"].append(refused("Bad Request: message thread not found"))
    bot.says("/quiz", chat=GROUP, message_thread_id=9, is_topic_message=True)
    shown = bot.reply(1, GROUP)
    assert (shown.text, shown.thread) == (PRIVATE_ONLY, None)


def test_named_in_the_middle_or_in_a_caption(bot: Telegram, rig: Rig) -> None:
    mention = [{"type": "text_mention", "offset": 0, "length": 5, "user": BOT}]
    bot.says(f"😀计划通 {ASK}", chat=GROUP, entities=mention)
    bot.reply(1, GROUP)
    bot.says(f"请问 @jihuatongbot，{ASK}", chat=GROUP)
    bot.reply(2, GROUP)
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    bot.shows(chat=GROUP, photo=photo, caption=f"{ASK} @JihuatongBot")
    assert bot.reply(3, GROUP).text == ANSWER
    assert [heard[0] for heard in rig.shelf.heard] == [ASK, f"请问 ，{ASK}", ASK]


def test_said_by_the_bot_s_name_in_an_address_is_no_mention(bot: Telegram, rig: Rig) -> None:
    bot.says("写信给 x@JihuatongBot 或 @JihuatongBotNet", chat=GROUP)
    bot.says("@JihuatongBot /quiz", chat=GROUP)
    assert bot.reply(1, GROUP).text == PRIVATE_ONLY
    assert rig.shelf.heard == []


def test_commands_written_the_chinese_way(bot: Telegram, rig: Rig) -> None:
    bot.says("／facts农村公路")
    assert "<b>“农村公路”的数字" in bot.reply().text
    bot.says("/compare\n2022年和2023年的农村公路")
    bot.reply(2)
    bot.says("/local/path是什么")
    bot.reply(3)
    assert [heard[0] for heard in rig.shelf.heard] == ["比较2022年和2023年的农村公路", "/local/path是什么"]


def test_who_speaks_for_a_group_or_a_channel(bot: Telegram) -> None:
    group = {"id": GROUP, "type": "supergroup", "title": "公路科"}
    channel = {"id": -1007, "type": "channel", "title": "通知"}
    bot.says("/me@JihuatongBot", 1087968824, GROUP, sender_chat=group)
    assert bot.reply(1, GROUP).text.startswith("公路科（编号 ")
    bot.says("/me@JihuatongBot", 136817688, GROUP, sender_chat=channel)
    assert bot.reply(2, GROUP).text.startswith("通知（编号 ")
    bot.says(f"@JihuatongBot {ASK}", 777000, GROUP, sender_chat=channel, is_automatic_forward=True)
    bot.queue({"channel_post": {"message_id": 3, "date": 1, "chat": channel, "text": ASK}})
    bot.says("/quiz", chat=GROUP)
    assert bot.reply(3, GROUP).text == PRIVATE_ONLY


def test_stickers_and_forwards(bot: Telegram) -> None:
    sticker = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
               "is_animated": False, "is_video": False}  # fmt: skip
    ours = {"message_id": 4, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": BOT, "text": "答"}
    bot.shows(sticker=sticker)
    assert bot.reply().text == ONLY_TEXT
    bot.shows(chat=GROUP, sticker=sticker, reply_to_message=ours)  # 群里的一个表情，不必理会
    bot.says(ASK, forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "某人"})
    assert bot.reply(2).text == ANSWER
    assert bot.texts(GROUP) == []


def test_an_album_shares_its_caption(bot: Telegram, rig: Rig) -> None:
    for name, caption in (("甲.txt", ""), ("乙.txt", "清河县交通运输局 2023年"), ("丙.zip", "")):
        bot.sends(name, name.encode(), caption, media_group_id="77")
    until(lambda: sum("已入库" in text for text in bot.texts(ADMIN)) == 3, lambda: f"{bot.texts(ADMIN)}")
    assert {path.name for path in rig.shelf.folder.iterdir()} >= {
        f"清河县交通运输局2023年{name}" for name in ("甲.txt", "乙.txt", "丙.zip")
    }


@pytest.mark.parametrize("fault", [Fault(502), Fault(drop=True), flood(0)])
def test_a_file_is_fetched_again_after_a_fault(bot: Telegram, fault: Fault) -> None:
    bot.faults["getFile"].extend([fault, fault])
    bot.faults["file"].append(Fault(502))
    bot.sends("新.txt", b"1")
    until(lambda: "已入库" in bot.reply(1, ADMIN).text)


def test_a_webhook_set_by_someone_else_is_taken_down_again(rig: Rig) -> None:
    bot = rig.telegram
    bot.faults["getUpdates"].append(refused("Conflict: can't use getUpdates method while webhook is active", 409))
    bot.says(ASK)
    with rig.running():
        assert bot.reply().text == ANSWER
    assert bot.methods("deleteWebhook") == ["deleteWebhook"] * 2


def test_what_is_received_is_on_disk_before_it_is_acknowledged(rig: Rig) -> None:
    rig.shelf.gate.clear()
    with rig.running() as bot:
        bot.says(ASK)
        until(lambda: bot.pending == [])
        assert len(inbox.pending(rig.ledger, "telegram")) == 1
        rig.shelf.gate.set()
        bot.reply()
