"""每个成员的限额：发得太快的等一等，一条也不丢。"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """`seconds` 秒之内最多 `count` 条。"""

    count: int
    seconds: float


QUOTAS = (Quota(30, 60.0), Quota(1000, 3600.0))
"""每个应用对同一个成员；超过的会被企业微信悄悄丢掉。"""


class Pace:
    """记得给每个成员发过几条、在什么时候。"""

    def __init__(self, quotas: Sequence[Quota] = QUOTAS) -> None:
        self._quotas = quotas
        self._longest = max(quota.count for quota in quotas)
        self._sent: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=self._longest))
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def turn(self, person: str) -> None:
        """等到可以给他发下一条，并记作已发；同一个人的按先后轮到。"""
        async with self._locks[person]:
            await asyncio.sleep(delay(self._sent[person], self._quotas, _now()))
            self._sent[person].append(_now())


def delay(sent: Sequence[float], quotas: Sequence[Quota], now: float) -> float:
    """此前在这些时刻发过，现在还要等多久才不超额。"""
    waits = (sent[len(sent) - quota.count] + quota.seconds - now for quota in quotas if len(sent) >= quota.count)
    return max((0.0, *waits))


def _now() -> float:
    return asyncio.get_running_loop().time()
