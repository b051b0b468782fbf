"""命令要用的台账：按 `--corpus`、`--data` 找到它，用完关上。"""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.ledger.file import Ledger


@contextmanager
def ledger_of(corpus: Path | None, data: Path | None) -> "Iterator[Ledger]":
    """打开台账；没有就建一本空的。"""
    from bot.app import place  # noqa: PLC0415 - 只看说明时不必等它
    from bot.ledger.file import Ledger  # noqa: PLC0415

    at = place(corpus, data)
    ledger = Ledger(at.people, zone=ZoneInfo(at.zone))
    try:
        yield ledger
    finally:
        ledger.close()
