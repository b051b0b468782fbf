"""快慢：每个人每分钟最多问多少次，同一个地址的人合起来也有上限。"""

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.channels.web.errors import TooFast
from bot.channels.web.visitors import Visitor

PEOPLE_AN_ADDRESS = 8
"""同一个地址（一个办公室共用的出口）算几个人。"""


class Pace:
    """数着每个人最近一分钟问了几次。"""

    def __init__(self, per_minute: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._each = RateLimitItemPerMinute(per_minute)
        self._address = RateLimitItemPerMinute(per_minute * PEOPLE_AN_ADDRESS)

    def admit(self, visitor: Visitor) -> None:
        """记一次；太快了就不让问。

        Raises:
            TooFast: 太快了。
        """
        known = visitor.person is not None or visitor.name != visitor.source
        if visitor.person is None:
            self._hit(self._address, f"来处 {visitor.source}")
        if known:
            self._hit(self._each, f"人员 {visitor.person.id}" if visitor.person else f"浏览器 {visitor.name}")

    def _hit(self, item: RateLimitItemPerMinute, key: str) -> None:
        if not self._limiter.hit(item, key):
            stats = self._limiter.get_window_stats(item, key)
            raise TooFast(max(1, round(stats.reset_time - time.time())))
