"""网页要用到的几样，装配时一次给全。"""

import threading
from dataclasses import dataclass, field

from bot.board import Board
from bot.channels.web.guards import is_local
from bot.metrics import Metrics
from bot.office import Office


@dataclass(frozen=True, slots=True)
class Front:
    """网页要用到的几样。

    `host` 是监听的地址；`sign_in` 是只对本机开放时管理也要登录；`upload_mb`、`per_minute` 是上限；
    `url` 是反向代理对外的网址；`closing` 成真即要关门，长开着的响应随之结束。
    """

    office: Office
    board: Board
    host: str = "127.0.0.1"
    sign_in: bool = False
    upload_mb: int = 50
    per_minute: int = 300
    url: str | None = None
    metrics: Metrics = field(default_factory=Metrics)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def trusting(self) -> bool:
        """坐在本机前的人不必登录。"""
        return is_local(self.host) and not self.sign_in and self.url is None
