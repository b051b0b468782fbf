"""收到的一条：自建应用的 XML 与智能机器人的 JSON，读成同一种记录。"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import TypeAdapter, ValidationError

from bot.errors import CallbackUnreadable


class Kind(StrEnum):
    """用户做了什么。"""

    TEXT = "text"
    FILE = "file"
    PICTURE = "picture"
    VOICE = "voice"
    OTHER = "other"
    ENTER = "enter"
    CLICK = "click"
    OPINION = "opinion"
    STREAM = "stream"
    REPLACED = "replaced"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Incoming:
    """一条消息或事件。

    `id` 用来去重；`person` 是 userid；`group` 是群的 chatid，单聊为空；`text` 是文字、菜单或按钮的键、评价时写的话，
    刷新时则是流的编号；`media` 是文件的 media_id 或网址，`name`、`key` 是文件名与文件自己的密钥；
    `reply_to` 是回复时要带的东西：长连接的 req_id，回调的 response_url，卡片的 response_code；
    `verdict` 是评价的类型，`about` 是评的哪一条；`at` 是收到的时刻，办的时候才填。
    """

    id: str
    person: str
    kind: Kind
    text: str = ""
    group: str = ""
    media: str = ""
    name: str = ""
    key: str = ""
    reply_to: str = ""
    verdict: int = 0
    about: str = ""
    at: datetime | None = None

    @property
    def chat(self) -> str:
        """会话：群，或这个人。"""
        return self.group or self.person


_STORED: TypeAdapter[Incoming] = TypeAdapter(Incoming)

_MESSAGES = {
    "text": Kind.TEXT,
    "mixed": Kind.TEXT,
    "file": Kind.FILE,
    "image": Kind.PICTURE,
    "voice": Kind.VOICE,
    "stream": Kind.STREAM,
}
_EVENTS = {
    "enter_agent": Kind.ENTER,
    "subscribe": Kind.ENTER,
    "enter_chat": Kind.ENTER,
    "click": Kind.CLICK,
    "template_card_event": Kind.CLICK,
    "feedback_event": Kind.OPINION,
    "disconnected_event": Kind.REPLACED,
}
_MENTION = re.compile(r"^(?:\s*@\S+[\s\u2005]+)+|(?:[\s\u2005]+@\S+)+\s*$")
_LONGEST_NAME = 12
_REASONS = {1: "与问题无关", 2: "内容不完整", 3: "内容有错误", 4: "数据分析错误"}


def stored(incoming: Incoming) -> str:
    """写成 JSON，存进台账。"""
    return _STORED.dump_json(incoming).decode()


def restored(payload: str) -> Incoming:
    """从台账读回。

    Raises:
        CallbackUnreadable: 不是本程序存的。
    """
    try:
        return _STORED.validate_json(payload)
    except ValidationError:
        raise CallbackUnreadable("台账里的这一条不完整") from None


def xml_fields(document: bytes) -> dict[str, str]:
    """一层 XML 的各项；有 DTD、实体的一律不读。

    Raises:
        CallbackUnreadable: 不是完整的 XML，或含有不该有的东西。
    """
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except DefusedXmlException:
        raise CallbackUnreadable("XML 里定义了 DTD 或实体") from None
    except (ParseError, ValueError, LookupError):
        raise CallbackUnreadable("不是完整的 XML") from None
    return {child.tag: child.text or "" for child in root}


def from_xml(document: bytes) -> Incoming:
    """自建应用的一条。

    Raises:
        CallbackUnreadable: 读不懂，或缺少必有的项。
    """
    fields = xml_fields(document)
    person, kind = fields.get("FromUserName", ""), fields.get("MsgType", "")
    if not kind or not _names_one_person(person):
        raise CallbackUnreadable("缺少 FromUserName 或 MsgType")
    if kind == "event":
        return _xml_event(fields, person)
    text = fields.get("Content", "")
    return Incoming(
        id=fields.get("MsgId") or _fallback_id(person, fields.get("CreateTime", ""), kind, text),
        person=person,
        kind=_MESSAGES.get(kind, Kind.OTHER),
        text=text,
        media=fields.get("MediaId", ""),
        name=fields.get("FileName") or fields.get("Title", ""),
    )


def from_json(body: Mapping[str, Any]) -> Incoming:
    """智能机器人的一条，回调与长连接一样。

    Raises:
        CallbackUnreadable: 缺少必有的项。
    """
    kind = _text(body, "msgtype")
    event = _within(body, "event")
    if event and not kind:
        kind = "event"
    person = _text(_within(body, "from"), "userid")
    name = _text(event, "eventtype")
    if name == "disconnected_event":
        return Incoming(_text(body, "msgid"), person, Kind.REPLACED)
    if kind == "stream":
        return Incoming("", person, Kind.STREAM, text=_text(_within(body, "stream"), "id"))
    if not kind or not _names_one_person(person):
        raise CallbackUnreadable("缺少 from.userid 或 msgtype")
    if kind == "event":
        return _json_event(body, event, person, name)
    return _json_message(body, person, kind)


def without_mention(text: str) -> str:
    """去掉群里开头和结尾的“@机器人”；名字后面没有空格、分不开的，长的留着当问题，短的只是喊一声。"""
    rest = _MENTION.sub("", text).strip()
    if rest.startswith("@") and not any(character.isspace() for character in rest):
        return rest[1:] if len(rest) > _LONGEST_NAME else ""
    return rest


def _xml_event(fields: Mapping[str, str], person: str) -> Incoming:
    """事件没有 MsgId：由谁、何时、什么事件、哪个键合成编号，同一秒的两个不同事件不算重复。"""
    name, key = fields.get("Event", ""), fields.get("EventKey", "")
    return Incoming(
        id=_fallback_id(person, fields.get("CreateTime", ""), name, key),
        person=person,
        kind=_EVENTS.get(name.lower(), Kind.IGNORED),
        text=key,
        reply_to=fields.get("ResponseCode", ""),
    )


def _json_message(body: Mapping[str, Any], person: str, kind: str) -> Incoming:
    group = _group(body)
    found = _within(body, kind)
    text = _mixed_text(found) if kind == "mixed" else _text(found, "content")
    meaning = _MESSAGES.get(kind, Kind.OTHER)
    if kind == "voice" and text.strip():  # 企业微信已把语音转成文字
        meaning = Kind.TEXT
    if kind == "mixed" and not text.strip():
        meaning = Kind.PICTURE
    return Incoming(
        id=_text(body, "msgid") or _fallback_id(person, _text(body, "create_time"), kind, text),
        person=person,
        kind=meaning,
        text=without_mention(text) if group else text,
        group=group,
        media=_text(found, "url"),
        name=_text(found, "filename") or _text(found, "name"),
        key=_text(found, "aeskey"),
        reply_to=_text(body, "response_url"),
    )


def _json_event(body: Mapping[str, Any], event: Mapping[str, Any], person: str, name: str) -> Incoming:
    found = _within(event, name)
    return Incoming(
        id=_text(body, "msgid")
        or _fallback_id(person, _text(body, "create_time"), name, _text(found, "event_key") + _text(found, "id")),
        person=person,
        kind=_EVENTS.get(name, Kind.IGNORED),
        text=_text(found, "event_key") or _words(found),
        group=_group(body),
        reply_to=_text(body, "response_url"),
        verdict=_number(found, "type"),
        about=_text(found, "id"),
    )


def _words(feedback: Mapping[str, Any]) -> str:
    """评价时写的话与勾选的原因。"""
    reasons = feedback.get("inaccurate_reason_list")
    named = [_REASONS.get(reason, str(reason)) for reason in reasons] if isinstance(reasons, list) else []
    return "；".join(part for part in (_text(feedback, "content"), *named) if part)


def _mixed_text(mixed: Mapping[str, Any]) -> str:
    items = mixed.get("msg_item")
    texts = (_text(_within(item, "text"), "content") for item in items or () if isinstance(item, dict))
    return "\n".join(text for text in texts if text) if isinstance(items, list) else ""


def _group(body: Mapping[str, Any]) -> str:
    return _text(body, "chatid") if _text(body, "chattype") == "group" else ""


def _within(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = body.get(key)
    return found if isinstance(found, dict) else {}


def _text(body: Mapping[str, Any], key: str) -> str:
    found = body.get(key)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def _number(body: Mapping[str, Any], key: str) -> int:
    found = body.get(key)
    return found if isinstance(found, int) else 0


def _names_one_person(person: str) -> bool:
    """只指一个人：发送接口把“|”读作几个人，把“@all”读作所有人。"""
    return bool(person.strip()) and "|" not in person and not person.startswith("@")


def _fallback_id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]
