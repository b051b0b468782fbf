"""与 Bot API 之间的线：发、改、收、下载；python-telegram-bot 的错误在这里译成我们的。"""

import logging
import os
import warnings
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

from anyio import to_thread
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import FileSizeLimit, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.errors import (
    EntitiesRefused,
    FloodWait,
    Migrated,
    Refused,
    Taken,
    TelegramFault,
    TokenRefused,
    TooLarge,
    Unreachable,
)
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.letters import Enclosed, Keyboard, Letter, Method
from bot.channels.telegram.secrecy import without_token
from bot.channels.telegram.split import plain
from bot.channels.telegram.updates import Written, pruned
from bot.channels.telegram.wire import PATIENCE, Wire
from bot.settings import Telegram

logger = logging.getLogger(__name__)

T = TypeVar("T")

ALLOWED = ("message", "edited_message", "callback_query")
LARGEST = int(FileSizeLimit.FILESIZE_DOWNLOAD)
TOAST = 200
"""一闪而过的话最多几个字。"""


class Line:
    """一个机器人的线。

    Args:
        settings: Telegram 的设置。
    """

    def __init__(self, settings: Telegram) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # 不然每次限流都报一条弃用警告
        warnings.filterwarnings("ignore", "Please use 'Bot.get_")  # 它照最新的样子解读，一处不合就都不要；我们自己来
        self._wires = (Wire(settings.base_url, 16), Wire(settings.base_url, 1))
        self._bot = Bot(
            settings.token.get_secret_value(),
            base_url=settings.base_url,
            base_file_url=settings.base_file_url,
            request=self._wires[0],
            get_updates_request=self._wires[1],
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for wire in self._wires:
            await wire.shutdown()

    async def me(self) -> Me:
        """接上线，问清自己是谁。

        Raises:
            TokenRefused: 令牌不对。
            Unreachable: 一时连不上。
        """
        found = await translated(self._bot.do_api_request("get_me"))
        if not isinstance(found, dict) or not isinstance(found.get("id"), int):
            raise Unreachable("没有说机器人是谁")
        return Me(found["id"], str(found.get("username") or ""))

    async def updates(self, offset: int | None, seconds: int) -> tuple[Written, ...]:
        """收新的更新，原样不解读（一批里有一条读不懂，不连累别的）；没有就最多等这么多秒。"""
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": ALLOWED}
        given = {name: value for name, value in asked.items() if value is not None}
        waited = seconds + PATIENCE
        found = await translated(self._bot.do_api_request("get_updates", given, read_timeout=waited))
        return tuple(one for one in found or () if isinstance(one, dict) and isinstance(one.get("update_id"), int))

    def parsed(self, written: Written) -> Update:
        """解读一条更新里我们要理会的。"""
        return Update.de_json(pruned(written), self._bot)

    async def use_polling(self) -> None:
        """改用轮询；攒着没收的照收。"""
        await translated(self._bot.delete_webhook(drop_pending_updates=False))

    async def use_webhook(self, url: str, secret: str) -> None:
        """改用 webhook；攒着没收的照收。"""
        await translated(
            self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED, drop_pending_updates=False)
        )

    async def menu(self, commands: Sequence[tuple[str, str]], chat: int | None = None) -> None:
        """换命令菜单；`chat` 是哪个会话的，没有则是所有人的。"""
        scope = BotCommandScopeDefault() if chat is None else BotCommandScopeChat(chat)
        listed = [BotCommand(name, about) for name, about in commands]
        await translated(self._bot.set_my_commands(listed, scope=scope))

    async def deliver(self, letter: Letter) -> int | None:
        """送一条；Telegram 不认格式就送纯文字。返回消息的编号。"""
        try:
            return await self._deliver(letter, letter.html, ParseMode.HTML)
        except EntitiesRefused:
            return await self._deliver(letter, plain(letter.html), None)

    async def download(self, file: str) -> bytes:
        """下载一个文件。

        Raises:
            TooLarge: 文件太大。
        """
        try:
            found = await translated(self._bot.do_api_request("get_file", {"file_id": file}))
        except Refused as error:
            if "too big" in error.cause.lower():
                raise TooLarge from None
            raise
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str) or not path:
            raise Unreachable("没有给出文件的下载地址")
        if (here := await to_thread.run_sync(_on_this_machine, path)) is not None:
            return here
        try:
            return await translated(self._wires[0].retrieve(f"{self._bot.base_file_url}/{quote(path)}"))
        except TokenRefused:  # 下载地址过期也是 404：再要一个
            raise Unreachable("文件的下载地址不能用了") from None

    async def _deliver(self, letter: Letter, text: str, mode: ParseMode | None) -> int | None:
        match letter.method:
            case Method.SEND:
                return await _accepted(self._send(letter, text, mode))
            case Method.EDIT:
                markup = _markup(letter.keyboard)
                await _accepted(
                    self._bot.edit_message_text(text, letter.chat, letter.message, parse_mode=mode, reply_markup=markup)
                )
                return letter.message
            case Method.ANSWER:
                said, alert = plain(letter.html)[:TOAST] or None, letter.alert or None
                await translated(self._bot.answer_callback_query(letter.callback, text=said, show_alert=alert))
            case Method.FILE if letter.file is not None:
                return await _accepted(self._send_file(letter, letter.file, text, mode))
        return None

    async def _send(self, letter: Letter, text: str, mode: ParseMode | None) -> Message:
        reply = None
        if letter.reply_to is not None:
            reply = ReplyParameters(letter.reply_to, allow_sending_without_reply=True)
        return await self._bot.send_message(
            letter.chat,
            text,
            parse_mode=mode,
            reply_parameters=reply,
            message_thread_id=letter.thread,
            reply_markup=ForceReply(selective=True) if letter.wants_reply else _markup(letter.keyboard),
        )

    async def _send_file(self, letter: Letter, file: Enclosed, text: str, mode: ParseMode | None) -> Message:
        sent = InputFile(file.content, file.name)
        if file.is_picture:
            return await self._bot.send_photo(
                letter.chat, sent, caption=text, parse_mode=mode, message_thread_id=letter.thread
            )
        return await self._bot.send_document(
            letter.chat, sent, caption=text, parse_mode=mode, message_thread_id=letter.thread
        )


def _on_this_machine(path: str) -> bytes | None:
    """就在本机的 Bot API 服务给的是绝对路径；不是那样的、读不到的为 None，照样去下载。"""
    try:
        return Path(path).read_bytes() if Path(path).is_absolute() else None
    except OSError:
        return None


async def _accepted(call: Awaitable[Message | bool]) -> int | None:
    """发一条，返回消息的编号；对方收下了而消息写得不全，也是收下了，再发就重了。"""
    try:
        sent = await translated(call)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        logger.warning("Telegram 收下了一条，但回来的消息读不懂：%r", error)
        return None
    return sent.message_id if isinstance(sent, Message) else None


async def translated(call: Awaitable[T]) -> T:
    """把 python-telegram-bot 的错误译成我们的；不留原来的，里面有令牌。"""
    try:
        return await call
    except TelegramError as error:
        ours = _ours(error)
    raise ours  # 在 except 之外抛出，原来的错误才不跟着


def _ours(error: TelegramError) -> TelegramFault:
    said = without_token(error.message)
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return FloodWait(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, ChatMigrated):
        return Migrated(error.new_chat_id)
    if isinstance(error, BadRequest) and "entit" in said.lower():
        return EntitiesRefused(said)
    if isinstance(error, TimedOut):
        return Unreachable("等了许久没有回音")
    kinds: tuple[tuple[type[TelegramError], TelegramFault], ...] = (
        (InvalidToken, TokenRefused()),
        (EndPointNotFound, TokenRefused()),
        (Conflict, Taken()),
        (BadRequest, Refused(said)),  # 它也是 NetworkError，要先认
        (Forbidden, Refused(said)),
    )
    return next((ours for kind, ours in kinds if isinstance(error, kind)), Unreachable(said))


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(b.text, callback_data=b.data) for b in row] for row in keyboard])
