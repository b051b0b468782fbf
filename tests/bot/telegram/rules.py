"""Bot API 的规矩：各方法有哪些参数，怎样的一条消息发不成。"""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"})
PLACE = frozenset({"chat_id", "message_thread_id", "reply_parameters", "reply_markup"})
PARAMETERS: Mapping[str, frozenset[str]] = {
    "getMe": frozenset(),
    "getUpdates": frozenset({"offset", "limit", "timeout", "allowed_updates"}),
    "setWebhook": frozenset({"url", "secret_token", "allowed_updates", "drop_pending_updates", "max_connections"}),
    "deleteWebhook": frozenset({"drop_pending_updates"}),
    "setMyCommands": frozenset({"commands", "scope", "language_code"}),
    "getFile": frozenset({"file_id"}),
    "sendMessage": PLACE | {"text", "parse_mode"},
    "editMessageText": frozenset({"chat_id", "message_id", "text", "parse_mode", "reply_markup"}),
    "answerCallbackQuery": frozenset({"callback_query_id", "text", "show_alert"}),
    "sendDocument": frozenset({"chat_id", "message_thread_id", "document", "caption", "parse_mode"}),
    "sendPhoto": frozenset({"chat_id", "message_thread_id", "photo", "caption", "parse_mode"}),
}


def known(method: str) -> frozenset[str]:
    """这个方法我们用得着的参数；别的一概不该带。"""
    return PARAMETERS[method]


def wrong(given: Mapping[str, Any]) -> str:
    """像 Telegram 那样验一条消息；没有毛病则为空。"""
    plain = str(given["text"])
    if given.get("parse_mode") == "HTML":
        checked = Checked()
        checked.feed(plain)
        checked.close()
        if checked.wrong or checked.opened:
            return f"Bad Request: can't parse entities: {checked.wrong or checked.opened}"
        plain = "".join(checked.plain)
    if not plain.strip():
        return "Bad Request: message text is empty"
    if len(plain.encode("utf-16-le")) // 2 > 4096:
        return "Bad Request: message is too long"
    buttons = (given.get("reply_markup") or {}).get("inline_keyboard", [])
    if any(not 1 <= len(button["callback_data"].encode()) <= 64 for row in buttons for button in row):
        return "Bad Request: BUTTON_DATA_INVALID"
    return ""


class Checked(HTMLParser):
    """Telegram 认得的标签，成对成套。"""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.plain: list[str] = []
        self.wrong = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """打开。"""
        self.opened.append(tag)
        if tag not in TAGS or (attrs and tag != "a"):
            self.wrong = f'Unsupported start tag "{tag}"'

    def handle_endtag(self, tag: str) -> None:
        """收尾。"""
        if not self.opened or self.opened.pop() != tag:
            self.wrong = f'Unmatched end tag "{tag}"'

    def handle_data(self, data: str) -> None:
        """文字。"""
        self.plain.append(data)
