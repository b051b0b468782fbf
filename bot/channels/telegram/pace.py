"""发得不太快：全部一起每秒不过若干条，一个会话、一个群也各有限度；正等着限流过去的会话不发。"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """`seconds` 秒之内最多 `count` 条。"""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram 建议的限度；一个人那里放宽些（他问得多快就答得多快），真被限流了再等。"""

    everywhere: Quota = Quota(25, 1.0)
    person: Quota = Quota(45, 10.0)
    group: Quota = Quota(18, 60.0)


class Pace:
    """记得在各会话里什么时候发过。

    Args:
        limits: 限度。
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._all: deque[float] = deque(maxlen=self._limits.everywhere.count)
        kept = max(self._limits.person.count, self._limits.group.count)
        self._chats: defaultdict[int, deque[float]] = defaultdict(lambda: deque(maxlen=kept))
        self._held: dict[int, float] = {}

    def hold(self, chat: int, seconds: float) -> None:
        """被限流了：这么多秒之内不在这里发。"""
        self._held[chat] = asyncio.get_running_loop().time() + seconds

    async def turn(self, chat: int) -> None:
        """等到可以在这里发下一条，并记作已发；群的编号是负数。"""
        own = self._limits.group if chat < 0 else self._limits.person
        loop = asyncio.get_running_loop()
        while (wait := self._wait(chat, own, loop.time())) > 0:  # noqa: ASYNC110 - 睡多久是算出来的
            await asyncio.sleep(wait)
        self._all.append(loop.time())
        self._chats[chat].append(loop.time())

    def _wait(self, chat: int, own: Quota, now: float) -> float:
        held = self._held.get(chat, 0.0) - now
        return max(held, delay(self._all, self._limits.everywhere, now), delay(self._chats[chat], own, now))


def delay(sent: Sequence[float], quota: Quota, now: float) -> float:
    """此前在这些时刻发过，现在还要等多久才不超过限度。"""
    return max(0.0, sent[len(sent) - quota.count] + quota.seconds - now) if len(sent) >= quota.count else 0.0
