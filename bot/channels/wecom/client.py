"""企业微信的接口：令牌与发消息；一时的故障自己再试，别的说清楚是什么、怎么办。"""

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from bot.channels.wecom.codes import EXPIRED
from bot.channels.wecom.download import File, download
from bot.channels.wecom.wire import answered, call
from bot.errors import WecomRefused, WecomUnreachable

PAUSES = (0.5, 1.5, 4.0)
"""一时的故障，隔多久再试一次。"""
EARLY = 120
"""令牌到期前多少秒就换。"""
REPEAT_WINDOW = 600
"""不知对方收下没有而再发时，请企业微信在多少秒内不重复下发。"""

TOKEN, GETTING, REPLYING = "获取 access_token", "下载文件", "回复消息"
_ACTIONS = {"message/send": "发送消息", "message/update_template_card": "更新卡片"}

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Credentials:
    """自建应用的身份。"""

    corp_id: str
    agent_id: int
    secret: SecretStr
    api_base: str


class Posted:
    """不久前发出过什么。"""

    def __init__(self) -> None:
        self._at: dict[bytes, float] = {}

    def said_within(self, key: str, seconds: float, now: float) -> bool:
        """这么多秒之内，一模一样地发出过吗？更早的忘掉。"""
        self._at = {known: at for known, at in self._at.items() if now - at <= seconds}
        return _digest(key) in self._at

    def add(self, key: str, now: float) -> None:
        """发出了。"""
        self._at[_digest(key)] = now


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


class Api:
    """自建应用的接口；记得令牌，同时只有一个人去换。

    Args:
        credentials: 应用的身份。
        http: HTTP 客户端，由别处打开和关闭。
        pauses: 一时的故障隔多久再试。
        clock: 报时，秒。
    """

    def __init__(
        self,
        credentials: Credentials,
        http: httpx.AsyncClient,
        pauses: Sequence[float] = PAUSES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._who = credentials
        self._http = http
        self._pauses = pauses
        self._clock = clock
        self._token = ""
        self._until = 0.0
        self._lock = asyncio.Lock()
        self._posted = Posted()

    async def post(self, path: str, body: Mapping[str, Any], *, repeated: bool = False) -> None:
        """调用一次接口。

        Args:
            path: /cgi-bin/ 之后的路径，如 `message/send`。
            body: 正文，不含 agentid。
            repeated: 上一回不知对方收下没有，这是再发。

        Raises:
            WecomRefused: 对方回绝了。
            WecomUnreachable: 几次都没有连上。
        """
        doing = _ACTIONS.get(path, path)
        key = json.dumps(body, sort_keys=True)
        said_before = self._posted.said_within(key, REPEAT_WINDOW, self._clock())

        async def posted(uncertain: bool) -> None:  # noqa: FBT001 - retried 按位置告知
            checked = uncertain and not said_before  # 刚说过同样的话，就不能请对方去重，否则这一句会没了
            again = {"enable_duplicate_check": 1, "duplicate_check_interval": REPEAT_WINDOW} if checked else {}
            written = {**body, "agentid": self._who.agent_id, **again}

            async def use(token: str) -> None:
                request = self._http.build_request(
                    "POST", self._address(path), params={"access_token": token}, json=written
                )
                answered(await call(self._http, request, doing, uncertain=True), doing)

            await self._authorised(use)

        await retried(posted, self._pauses, uncertain=repeated)
        self._posted.add(key, self._clock())

    async def media(self, media_id: str) -> File:
        """取回用户发来的文件。

        Raises:
            WecomRefused: 对方回绝了。
            WecomUnreachable: 几次都没有连上。
            DownloadTooLarge: 文件太大。
        """

        async def use(token: str) -> File:
            parameters = {"access_token": token, "media_id": media_id}
            return await download(self._http, self._address("media/get"), GETTING, parameters)

        return await retried(lambda _: self._authorised(use), self._pauses)

    async def _authorised(self, use: Callable[[str], Awaitable[_Result]]) -> _Result:
        """带上令牌调用；令牌失效则换一个再调一次。"""
        token = await self._fresh("")
        try:
            return await use(token)
        except WecomRefused as error:
            if error.code not in EXPIRED:
                raise
        return await use(await self._fresh(token))

    async def _fresh(self, stale: str) -> str:
        """可用的令牌；`stale` 是刚被回绝的那一个，别人已换过就不再换。"""
        async with self._lock:
            if not self._token or self._token == stale or self._clock() >= self._until:
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        parameters = {"corpid": self._who.corp_id, "corpsecret": self._who.secret.get_secret_value()}
        request = self._http.build_request("GET", self._address("gettoken"), params=parameters)
        found = answered(await call(self._http, request, TOKEN), TOKEN)
        token, lasts = found.get("access_token"), found.get("expires_in", 0)
        if not isinstance(token, str) or not token or not isinstance(lasts, int):
            raise WecomUnreachable(TOKEN, "回答里没有令牌")
        self._token = token
        self._until = self._clock() + max(lasts - EARLY, lasts / 2)

    def _address(self, path: str) -> str:
        return f"{self._who.api_base.rstrip('/')}/cgi-bin/{path}"


async def retried(
    attempt: Callable[[bool], Awaitable[_Result]], pauses: Sequence[float], *, uncertain: bool = False
) -> _Result:
    """一时的故障隔一会儿再试；告诉每一次：此前有没有哪一次不知对方收下没有。

    Raises:
        WecomUnreachable: 几次都没有成。
    """
    for pause in (*pauses, None):
        try:
            return await attempt(uncertain)
        except WecomUnreachable as error:
            uncertain = error.uncertain = uncertain or error.uncertain
            if pause is None:
                raise
            await asyncio.sleep(pause)
    raise AssertionError  # 最后一次不是成了，就是抛了


async def respond(
    http: httpx.AsyncClient, address: str, body: Mapping[str, Any], pauses: Sequence[float] = PAUSES
) -> None:
    """用回调给的 response_url 主动回复一次。

    Raises:
        WecomRefused: 对方回绝了。
        WecomUnreachable: 几次都没有连上。
    """

    async def posted(_: bool) -> None:  # noqa: FBT001 - retried 按位置告知
        try:
            request = http.build_request("POST", address, json=dict(body))
        except httpx.InvalidURL:
            raise WecomUnreachable(REPLYING, "response_url 不是网址") from None
        answered(await call(http, request, REPLYING), REPLYING)

    await retried(posted, pauses)
