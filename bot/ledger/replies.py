"""答复与 JSON 的互换，记进审计、再读回来。"""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.answer import Reply
from bot.ledger.errors import ReplyUnreadable
from bot.ledger.file import storable

_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def encoded(reply: Reply) -> str:
    """整个答复写成 JSON，出处、表格、区间都在内。"""
    return storable(json.dumps(as_json(reply), ensure_ascii=False, separators=(",", ":")))


def as_json(reply: Reply) -> dict[str, Any]:
    """整个答复，可以直接写成 JSON。"""
    written: dict[str, Any] = _REPLY.dump_python(reply)
    return written


def decoded(written: str) -> Reply:
    """读回答复。

    Raises:
        ReplyUnreadable: 不是本程序写的答复。
    """
    try:
        return _REPLY.validate_json(written)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise ReplyUnreadable(".".join(map(str, first["loc"])), first["msg"]) from None
