"""一条更新里我们要理会的那几样：别的一概去掉，少了不要紧的补上，是哪一版的样子都不碍事。"""

from collections.abc import Mapping
from typing import Any

from telegram import Chat

Written = dict[str, object]
"""一条更新，原来的 JSON。"""

ATTACHED = "attached"
"""去掉的附件（图片、语音、投票……）换成这一项。"""

_MESSAGES = ("message", "edited_message")
_KEPT = (
    "message_id", "date", "edit_date", "chat", "from", "sender_chat", "text", "caption", "entities", "caption_entities",
    "message_thread_id", "is_topic_message", "media_group_id", "is_automatic_forward",
)  # fmt: skip
_ATTACHMENTS = frozenset(
    """animation audio checklist contact dice game invoice live_photo location paid_media passport_data photo poll
    sticker story successful_payment venue video video_note voice""".split()
)
_CHAT = ("id", "type", "title", "is_forum")
_USER = ("id", "is_bot", "first_name", "last_name", "username")
_FILE = ("file_id", "file_unique_id", "file_name", "file_size")
_TOPIC = {"name": "", "icon_color": 0}
_UNKNOWN = 1
"""没有写时间的；0 另有意思，是看不到的消息。"""


def number(update: Written) -> int:
    """一条更新的编号。"""
    return int(str(update["update_id"]))


def pruned(update: Written) -> Written:
    """只留要理会的；没有一样要理会的就只剩编号。"""
    kept: Written = {"update_id": update["update_id"]}
    for name in _MESSAGES:
        if update.get(name) is not None:
            kept[name] = _message(update[name])
    query = update.get("callback_query")
    if isinstance(query, Mapping):
        kept["callback_query"] = {
            "chat_instance": "",
            **_some(query, ("id", "data", "chat_instance")),
            **_user(query),
            **({"message": _message(query["message"])} if query.get("message") else {}),
        }
    return kept


def _message(message: object) -> object:
    """一条消息，连同所回复的那一条；不成样子的原样留着，读的时候自会报错。"""
    if not isinstance(message, Mapping):
        return message
    kept = {"message_id": 0, "date": _UNKNOWN, **_some(message, _KEPT)}
    kept |= _user(message) | _chat(message, "chat") | _chat(message, "sender_chat")
    attached = {name for name in _ATTACHMENTS if message.get(name) is not None}
    document = message.get("document")
    if isinstance(document, Mapping) and not attached:
        kept["document"] = {"file_unique_id": "", **_some(document, _FILE)}
    elif attached:
        kept[ATTACHED] = True
    if message.get("forum_topic_created") is not None:
        kept["forum_topic_created"] = _TOPIC
    if isinstance(message.get("reply_to_message"), Mapping):
        kept["reply_to_message"] = _message(message["reply_to_message"])
    return kept


def _user(whole: Mapping[str, Any]) -> dict[str, object]:
    found = whole.get("from")
    return {"from": {"is_bot": False, "first_name": "", **_some(found, _USER)}} if isinstance(found, Mapping) else {}


def _chat(whole: Mapping[str, Any], name: str) -> dict[str, object]:
    """没有写是哪种会话的，看编号：人是正的，群是负的。"""
    found = whole.get(name)
    if not isinstance(found, Mapping):
        return {}
    number = found.get("id")
    kind = Chat.PRIVATE if isinstance(number, int) and number > 0 else Chat.SUPERGROUP
    return {name: {"type": kind, **_some(found, _CHAT)}}


def _some(whole: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, object]:
    return {name: whole[name] for name in fields if whole.get(name) is not None}
