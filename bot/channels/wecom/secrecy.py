"""密钥不进日志：网址里的令牌与帧里的密钥，写日志之前先隐去。"""

import logging
import re

HIDDEN = "（已隐去）"
NOISY = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "websockets.client")
"""会把网址、请求行或帧写进日志的库。"""

_IN_ADDRESS = re.compile(
    r"((?:access_token|corpsecret|response_code|media_id|echostr|sign(?:ature)?)=)[^&\s'\"]+", re.IGNORECASE
)
_IN_FRAME = re.compile(r"(\\?[\"'](?:secret|access_token|aeskey)\\?[\"']\s*:\s*\\?[\"'])[^\"'\\]+", re.IGNORECASE)


class Hide(logging.Filter):
    """记录写出之前，把密钥换掉。"""

    def filter(self, record: logging.LogRecord) -> bool:
        """有密钥才改写；没有的原样放行。"""
        written = record.getMessage()
        hidden = without_secrets(written)
        if hidden != written:
            record.msg, record.args = hidden, ()
        return True


def without_secrets(text: str) -> str:
    """隐去令牌、密钥。"""
    return _IN_FRAME.sub(rf"\g<1>{HIDDEN}", _IN_ADDRESS.sub(rf"\g<1>{HIDDEN}", text))


def guard_logs() -> None:
    """给会说漏嘴的库装上；装过的不再装。"""
    for name in NOISY:
        logger = logging.getLogger(name)
        if not any(isinstance(each, Hide) for each in logger.filters):
            logger.addFilter(Hide())
