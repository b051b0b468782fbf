"""收到的一条：从 Telegram 的更新里读出我们要理会的。"""

import hashlib
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from telegram import CallbackQuery, Chat, Message, MessageEntity, Update

from bot.channels.telegram.updates import ATTACHED


class Kind(StrEnum):
    """收到的是什么。"""

    TEXT = "text"
    COMMAND = "command"
    PRESS = "press"
    FILE = "file"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Me:
    """机器人自己。"""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Attached:
    """随消息来的文件。"""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """一条要理会的。

    `sender` 是说话的人；`message` 是那条消息（按钮则是按钮所在的那条）；
    `text` 是问题、命令的参数、按钮的内容或文件的说明；
    `album` 是与它一起发来的那一组文件、图片的编号；`edited` 为真即改了早先发的一条。
    """

    kind: Kind
    chat: int
    private: bool
    sender: int
    name: str
    message: int
    thread: int | None = None
    text: str = ""
    command: str = ""
    callback: str = ""
    file: Attached | None = None
    album: str = ""
    edited: bool = False


_COMMAND = re.compile(r"[/／]([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?![!-~])\s*([\s\S]*)")
"""命令与参数之间的空格，写汉字的人常常省去。"""


def external(update: Update) -> str:
    """这条更新的编号：重发的与原来的相同，别的更新（哪怕编号从头数起）与它不同。"""
    message = update.effective_message
    query = update.callback_query
    parts = (
        "" if message is None else f"{message.chat.id}/{message.message_id}/{message.date}/{message.edit_date}",
        "" if message is None else message.text or message.caption or "",
        "" if query is None else f"{query.id}/{query.data}",
    )
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"{update.update_id}.{digest[:12]}"


def said_here(incoming: Incoming) -> str:
    """哪条消息说的哪句话：别处改了（加了网页预览之类）而话没有变的，与原来的相同。"""
    digest = hashlib.sha256(incoming.text.encode("utf-8", "replace")).hexdigest()
    return f"said {incoming.chat}/{incoming.message}.{digest[:12]}"


def read(update: Update, me: Me) -> Incoming | None:
    """读一条更新；不归我们管的为 None。"""
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.message is not None:
        return _message(update.message, me)
    edited = update.edited_message
    if edited is not None and edited.text and not edited.text.startswith("/"):
        found = _message(edited, me)  # 改过的问题重新答；命令改了不算
        return None if found is None else replace(found, edited=True)
    return None


def _press(query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None:  # 太旧的消息，Telegram 不再说是哪一条；也要应答
        user = query.from_user
        return Incoming(Kind.PRESS, user.id, private=True, sender=user.id, name=user.full_name, message=0,
                        callback=query.id)  # fmt: skip
    return Incoming(
        kind=Kind.PRESS,
        chat=message.chat.id,
        private=message.chat.type == Chat.PRIVATE,
        sender=query.from_user.id,
        name=query.from_user.full_name,
        message=message.message_id,
        thread=_thread(message) if isinstance(message, Message) else None,
        text=query.data or "",
        callback=query.id,
    )


def _message(message: Message, me: Me) -> Incoming | None:
    speaker = _speaker(message)
    if speaker is None or message.chat.type == Chat.CHANNEL:
        return None
    private = message.chat.type == Chat.PRIVATE
    said, named = _said(message, me)
    command = _COMMAND.fullmatch(said) if message.text else None
    if command and command[2] and command[2].lower() != me.username.lower():
        return None
    if command is None and not (private or named or _replies_to(message, me)):
        return None
    kind, file = _kind(message, command)
    if kind is None or (kind is Kind.OTHER and not private):
        return None
    return Incoming(
        kind=kind,
        chat=message.chat.id,
        private=private,
        sender=speaker[0],
        name=speaker[1],
        message=message.message_id,
        thread=_thread(message),
        text=command[3].strip() if command else said,
        command=command[1].lower() if command else "",
        file=file,
        album=f"{message.chat.id}/{message.media_group_id}" if message.media_group_id else "",
    )


def _speaker(message: Message) -> tuple[int, str] | None:
    """谁说的：匿名的管理员算作群自己，以频道的名义说话的算作频道；频道自动转来的、别的机器人说的不理会。"""
    if message.is_automatic_forward:
        return None
    if message.sender_chat is not None:
        return message.sender_chat.id, message.sender_chat.title or ""
    user = message.from_user
    return None if user is None or user.is_bot else (user.id, user.full_name)


def _kind(message: Message, command: re.Match[str] | None) -> tuple[Kind | None, Attached | None]:
    if command is not None:
        return Kind.COMMAND, None
    if message.document is not None:
        found = message.document
        return Kind.FILE, Attached(found.file_id, found.file_name or "", found.file_size or 0)
    if message.text or message.caption:
        return Kind.TEXT, None
    if ATTACHED in message.api_kwargs:
        return Kind.OTHER, None
    return None, None  # 有人进群、改群名之类


def _replies_to(message: Message, me: Me) -> bool:
    """话题里的每一条都算作回复开话题的那一条，那不算。"""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return False
    return answered.from_user is not None and answered.from_user.id == me.id


def _said(message: Message, me: Me) -> tuple[str, bool]:
    """说了什么（去掉叫机器人的那几个字），有没有叫它；没有用户名的也可以点名。"""
    words = message.text or message.caption or ""
    entities = message.parse_entities() if message.text else message.parse_caption_entities()
    named = [
        text
        for entity, text in entities.items()
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id
    ]
    for text in named:
        words = words.replace(text, " ", 1)
    kept = _mention(me).sub(" ", words) if me.username else words
    if kept == words and not named:
        return words.strip(), False
    return re.sub(r"[ \t]+", " ", kept).strip(), True


def _mention(me: Me) -> re.Pattern[str]:
    """@ 机器人；命令后面的（/help@它）不算。"""
    return re.compile(rf"(?<![A-Za-z0-9_])@{re.escape(me.username)}(?![A-Za-z0-9_])", re.IGNORECASE)


def _thread(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None
