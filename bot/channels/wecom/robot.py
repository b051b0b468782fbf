"""智能机器人两个入口共用的：回复写成流式的一帧，取回加密的文件，收下的先进台账。"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from bot.answer import Reply
from bot.channels.wecom import render, sheet
from bot.channels.wecom.client import GETTING, PAUSES, retried
from bot.channels.wecom.crypto import decoded_key
from bot.channels.wecom.download import File, decrypted, download, file_name
from bot.channels.wecom.incoming import Incoming
from bot.channels.wecom.split import STREAM_LIMIT, split
from bot.channels.wecom.talk import Said
from bot.classroom.typed import Turn

UNSAID = "这一条没有可说的。"


@dataclass(frozen=True, slots=True)
class Stream:
    """流式回复的一帧；`content` 总是到此为止的全文。"""

    id: str
    content: str
    finish: bool
    opinion: str

    def body(self) -> dict[str, Any]:
        """协议里的样子；带上评价的编号，用户才能说有用没用。"""
        stream = {"id": self.id, "finish": self.finish, "content": self.content, "feedback": {"id": self.opinion}}
        return {"msgtype": "stream", "stream": stream}


def stream(incoming: Incoming, content: str, *, finish: bool) -> Stream:
    """答这一条的一帧；流的编号由消息的编号推出，重启以后还是同一个。"""
    return Stream(render.task_id(incoming.id), content, finish, render.opinion_id(incoming.id, incoming.text or "文件"))


def parts(said: Said) -> tuple[str, ...]:
    """要说的话，一帧放不下的分几段。"""
    return split(_written(said), STREAM_LIMIT)


def _written(said: Said) -> str:
    if isinstance(said, Reply):
        return render.markdown(said)
    if isinstance(said, Turn):
        return sheet.marked(said)
    return said or UNSAID


def markdown_body(content: str) -> dict[str, Any]:
    """主动发的一条 markdown。"""
    return {"msgtype": "markdown", "markdown": {"content": content}}


def welcome_body(content: str) -> dict[str, Any]:
    """欢迎语。"""
    return {"msgtype": "text", "text": {"content": content}}


async def fetched(
    http: httpx.AsyncClient, incoming: Incoming, key: bytes | None, pauses: Sequence[float] = PAUSES
) -> File:
    """取回用户发来的文件并解密；文件自带密钥的用它自己的。

    Raises:
        WecomUnreachable: 几次都没有连上。
        WecomRefused: 对方回绝了。
        DownloadTooLarge: 文件太大。
        DownloadUnreadable: 解不开。
        AesKeyWrong: 文件自带的密钥不对。
    """
    file = await retried(lambda _: download(http, incoming.media, GETTING), pauses)
    own = decoded_key(SecretStr(incoming.key)) if incoming.key else key
    if own is not None:
        file = await decrypted(file, own)
    return File(file_name(incoming.name), file.content) if incoming.name else file
