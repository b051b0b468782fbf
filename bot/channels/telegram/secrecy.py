"""令牌不外泄：任何一条日志写出之前，里面的令牌都先隐去，连同堆栈里的。"""

import logging
import re
import traceback
from collections.abc import Callable

HIDDEN = "（已隐去）"

_SHAPE = re.compile(r"(?<!\d)(\d{5,16}:[A-Za-z0-9_-]{30,})")
"""令牌的样子；不是本机设的那个也隐去。"""
_known: set[str] = set()


def without_token(text: str) -> str:
    """隐去令牌。"""
    for token in _known:
        text = text.replace(token, HIDDEN).replace(token.replace(":", "%3A"), HIDDEN)
    return _SHAPE.sub(HIDDEN, text)


def guard_logs(token: str) -> None:
    """从此日志里没有这个令牌；各库报网址的流水也不再记。"""
    _known.add(token)
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    made = logging.getLogRecordFactory()
    if not getattr(made, "hides_tokens", False):
        logging.setLogRecordFactory(_Hiding(made))


class _Hiding:
    """造日志记录，造好即隐去令牌。"""

    hides_tokens = True

    def __init__(self, made: Callable[..., logging.LogRecord]) -> None:
        self._made = made

    def __call__(self, *args: object, **named: object) -> logging.LogRecord:
        record = self._made(*args, **named)
        _hide(record)
        return record


def _hide(record: logging.LogRecord) -> None:
    try:
        written = record.getMessage()
    except (TypeError, ValueError):  # 格式与参数对不上，留给日志自己去说
        return
    hidden = without_token(written)
    if hidden != written:
        record.msg, record.args = hidden, ()
    if record.exc_info and record.exc_info[1] is not None:
        trace = "".join(traceback.format_exception(record.exc_info[1])).rstrip("\n")
        safe = without_token(trace)
        if safe != trace:
            record.exc_info, record.exc_text = None, safe
