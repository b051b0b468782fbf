"""打铃：在后台按时刻表办事，索引一换代就去撤原文变了的题。"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.classroom.room import Classroom
from corpus.errors import JihuatongError

logger = logging.getLogger(__name__)

EVERY = 15.0
"""隔多少秒看一次。"""


@contextmanager
def ringing(room: Classroom, every: float = EVERY) -> Iterator[None]:
    """其间在后台打铃；开张时先办一次停机错过的。"""
    stop = threading.Event()
    thread = threading.Thread(target=_ring, args=(room, stop, every), name="bell")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _ring(room: Classroom, stop: threading.Event, every: float) -> None:
    said = ""
    while True:
        try:
            room.tick()
            said = ""
        except JihuatongError as error:
            if str(error) != said:  # 同一句话不反复说
                logger.warning("测验的定时事务这一次没有办成：%s", error)
            said = str(error)
        except Exception:  # 后台的循环：记下来，下次再办
            logger.exception("办测验的定时事务时出错")
        if stop.wait(every):
            return
