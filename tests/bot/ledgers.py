"""测试用的台账：真的 SQLite 文件，拨得动的钟。"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TELEGRAM = Place("telegram", "42")


class Clock:
    """停着的钟，拨一下走一下。"""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """报时。"""
        return self.now

    def forward(self, **by: float) -> None:
        """往前拨。"""
        self.now += timedelta(**by)


def reopened(ledger: Ledger, clock: Clock) -> Ledger:
    """程序重启：关上，再打开同一个文件。"""
    ledger.close()
    return Ledger(ledger.path, clock)


def new_ledger(folder: Path, clock: Clock) -> Ledger:
    """一本空的台账。"""
    return Ledger(folder / "state" / "people.sqlite", clock)


def as_who(person: int | None) -> Who:
    """这个人在 Telegram 的那个会话里。"""
    return Who(TELEGRAM, person)
