"""网页上点的“更新索引”：在旁边做，进度写在牌上。"""

import logging
import threading

from bot.board import Board
from bot.ledger.chats import Who
from bot.office import Office
from corpus.errors import JihuatongError

logger = logging.getLogger(__name__)

FAILED = "更新索引时程序出了错，已记入日志。"


class Updates:
    """一时只做一次；做着的时候再点，做完接着再做一次。"""

    def __init__(self, office: Office, board: Board) -> None:
        self._office = office
        self._board = board
        self._lock = threading.Lock()
        self._running = False
        self._wanted: Who | None = None

    def start(self, by: Who) -> None:
        """开始，不等做完。"""
        with self._lock:
            self._wanted = by
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._run, name="web-update", daemon=True).start()

    def _next(self) -> Who | None:
        with self._lock:
            by, self._wanted = self._wanted, None
            self._running = by is not None
            return by

    def _run(self) -> None:
        while (by := self._next()) is not None:
            try:
                self._board.finished(self._office.reindex(by))
            except JihuatongError as error:
                self._board.failed(str(error))
            except Exception:  # 后台的作业：记下来，牌上有一句话
                logger.exception("更新索引时出错")
                self._board.failed(FAILED)
