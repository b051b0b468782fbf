"""盯着报告文件夹：一有变化就说一声；通知不到的（网络盘），隔一会儿也说一声。"""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import BaseFilter, Change, watch
from watchfiles._rust_notify import WatchfilesRustInternalError

from corpus.corrections import FILE
from corpus.readers import can_read

_LOG = logging.getLogger(__name__)

# 没有通知时，隔多少秒也看一次。
EVERY = 20.0
# 变化停下来这么多毫秒才算完：一次拷入许多文件，只说一声。
_QUIET = 400
_LONGEST = 3000


class _Reports(BaseFilter):
    """只管报告和更正；隐藏的文件夹（索引就在其中）不管。"""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder.resolve()

    def __call__(self, change: Change, path: str) -> bool:  # noqa: ARG002  接口如此
        try:
            inside = Path(path).relative_to(self._folder)
        except ValueError:
            return False
        if any(part.startswith(".") for part in inside.parts[:-1]):
            return False
        return inside.name == FILE or can_read(inside.name)


def changes(folder: Path, stop: threading.Event, every: float = EVERY) -> Iterator[None]:
    """每当该看一看文件夹时给出一次，直到 `stop`；第一次马上给出。

    Args:
        folder: 报告文件夹。
        stop: 要停下时置位。
        every: 没有通知时，隔多少秒也看一次。
    """
    yield
    try:
        for _ in watch(
            folder.resolve(),
            watch_filter=_Reports(folder),
            debounce=_LONGEST,
            step=_QUIET,
            stop_event=stop,
            rust_timeout=int(every * 1000),
            yield_on_timeout=True,
            raise_interrupt=True,
            ignore_permission_denied=True,
        ):
            yield
    except (OSError, WatchfilesRustInternalError) as error:  # 名额用完了，或这种盘没有通知
        _LOG.warning("收不到文件夹变化的通知，改为每 %.0f 秒看一次：%s", every, error)
    while not stop.wait(every):
        yield
