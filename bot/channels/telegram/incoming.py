"""收到的一条：从 Telegram 的更新里读出我们要理会的。"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import CallbackQuery, Chat, Message, MessageEntity, Update


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
    `to_me` 是直接回复机器人的。
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
    to_me: bool = False


_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+([\s\S]*))?")


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


def read(update: Update, me: Me) -> Incoming | None:
    """读一条更新；不归我们管的为 None。"""
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.message is not None:
        return _message(update.message, me)
    edited = update.edited_message
    if edited is not None and edited.text and not edited.text.startswith("/"):
        return _message(edited, me)  # 改过的问题重新答；命令改了不算
    return None


def _press(query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None:
        return None
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
    said = (message.text or message.caption or "").strip()
    to_me = _replies_to(message, me)
    command = _COMMAND.fullmatch(said) if message.text else None
    if command and command[2] and command[2].lower() != me.username.lower():
        return None
    if command is None and not (private or to_me or _mentions(message, me)):
        return None
    kind, file = _kind(message, command)
    if kind is None:
        return None
    return Incoming(
        kind=kind,
        chat=message.chat.id,
        private=private,
        sender=speaker[0],
        name=speaker[1],
        message=message.message_id,
        thread=_thread(message),
        text=(command[3] or "").strip() if command else _without_mention(said, me),
        command=command[1].lower() if command else "",
        file=file,
        to_me=to_me,
    )


def _speaker(message: Message) -> tuple[int, str] | None:
    """谁说的：匿名的管理员算作群自己；别的机器人不理会。"""
    if message.sender_chat is not None and message.sender_chat.type != Chat.CHANNEL:
        return message.sender_chat.id, message.sender_chat.title or ""
    user = message.from_user
    return None if user is None or user.is_bot else (user.id, user.full_name)


_SILENT = ("photo", "voice", "audio", "video", "video_note", "sticker", "animation", "location", "contact", "poll")


def _kind(message: Message, command: re.Match[str] | None) -> tuple[Kind | None, Attached | None]:
    if command is not None:
        return Kind.COMMAND, None
    if message.document is not None and message.animation is None:
        found = message.document
        return Kind.FILE, Attached(found.file_id, found.file_name or "", found.file_size or 0)
    if message.text:
        return Kind.TEXT, None
    if any(getattr(message, name) for name in _SILENT):
        return Kind.OTHER, None
    return None, None  # 有人进群、改群名之类


def _replies_to(message: Message, me: Me) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == me.id


def _mention(me: Me) -> re.Pattern[str]:
    return re.compile(rf"@{re.escape(me.username)}(?![A-Za-z0-9_])", re.IGNORECASE)


def _mentions(message: Message, me: Me) -> bool:
    entities = (*message.entities, *message.caption_entities)
    if any(e.type == MessageEntity.TEXT_MENTION and e.user is not None and e.user.id == me.id for e in entities):
        return True
    return bool(me.username and _mention(me).search(message.text or message.caption or ""))


def _without_mention(said: str, me: Me) -> str:
    return " ".join(_mention(me).sub(" ", said).split(" ")).strip() if me.username else said


def _thread(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None
