"""日常收拾：每天一次，删去台账里过了保存期的。"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.audit import prune_audit
from bot.errors import BotError
from bot.ledger.buttons import prune_buttons
from bot.ledger.chats import prune_chats
from bot.ledger.file import Ledger
from bot.ledger.inbox import prune_seen
from bot.ledger.outbox import prune_outbox
from bot.quiz.notices import prune_notices

logger = logging.getLogger(__name__)

EVERY = 24 * 3600.0
FIRST_AFTER = 60.0
"""开张后先忙正事，过多少秒才收拾第一次。"""
CHATS, SEEN, SENT, BUTTONS = timedelta(days=30), timedelta(days=30), timedelta(days=14), timedelta(days=180)


def tidy(ledger: Ledger, audit_days: int) -> int:
    """收拾一次，返回删了几条；什么该删由台账里存的时刻定，多做一次也无妨。"""
    return sum(
        (
            prune_audit(ledger, timedelta(days=audit_days)),
            prune_chats(ledger, CHATS),
            prune_seen(ledger, SEEN),
            prune_outbox(ledger, SENT),
            prune_buttons(ledger, BUTTONS),
            prune_notices(ledger, SENT),
        )
    )


@contextmanager
def kept_tidy(
    ledger: Ledger, audit_days: int, first_after: float = FIRST_AFTER, every: float = EVERY
) -> Iterator[None]:
    """其间在后台每天收拾一次。"""
    stop = threading.Event()
    thread = threading.Thread(target=_keep, args=(ledger, audit_days, stop, first_after, every), name="upkeep")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep(ledger: Ledger, audit_days: int, stop: threading.Event, pause: float, every: float) -> None:
    while not stop.wait(pause):
        pause = every
        try:
            count = tidy(ledger, audit_days)
            logger.info("台账收拾过了，删去过期的 %s 条。", count)
        except BotError as error:
            logger.warning("台账这一次没有收拾成：%s", error)
        except Exception:  # 后台的循环：记下来，明天再试
            logger.exception("收拾台账时出错")
