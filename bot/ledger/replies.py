"""答复与 JSON 的互换，记进审计、再读回来。"""

from pydantic import TypeAdapter, ValidationError

from bot.answer import Reply
from bot.errors import ReplyUnreadable

_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def encoded(reply: Reply) -> str:
    """整个答复写成 JSON，出处、表格、区间都在内。"""
    return _REPLY.dump_json(reply).decode("utf-8")


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
