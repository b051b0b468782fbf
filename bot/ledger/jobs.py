"""定时的事：下一次该做的时刻存在台账里，停机错过的开机后补做一次，几个程序同开也只做一次。

没有用 APScheduler 3：它的任务库不许两个调度器共用，任务与它所做的事也不在一个事务里，而我们要的正是这两样。
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.ledger.file import Ledger, maybe_moment, moment, stamp

Following = Callable[[datetime], datetime]
"""此刻之后，下一次是什么时候。"""


@dataclass(frozen=True, slots=True)
class Turn:
    """轮到做一次：本该在 `due` 做；停机时错过了几次，也只算这一次。"""

    due: datetime
    now: datetime


def take_turn(ledger: Ledger, name: str, following: Following) -> Turn | None:
    """到时候了就认领这一次，并记下下一次；没到，或别的程序认领了，为 None。头一回见的只记下一次。

    与所做的事写在同一个 `ledger.writing()` 里：没做成就一并撤回，下次再做。
    """
    now = ledger.now()
    with ledger.writing() as connection:
        row = connection.execute("SELECT due FROM jobs WHERE name = ?", (name,)).fetchone()
        due = None if row is None else moment(row[0])
        if due is not None and now < due:
            return None
        connection.execute(
            """INSERT INTO jobs (name, due, ran) VALUES (?1, ?2, NULL)
               ON CONFLICT (name) DO UPDATE SET due = ?2, ran = ?3""",
            (name, stamp(following(now)), stamp(now)),
        )
    return None if due is None else Turn(due, now)


def reschedule(ledger: Ledger, name: str, due: datetime) -> None:
    """改下一次的时刻。"""
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO jobs (name, due) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET due = ?2", (name, stamp(due))
        )


def next_turn(ledger: Ledger, name: str) -> datetime | None:
    """下一次该做的时刻；还没有记过为 None。"""
    with ledger.reading() as connection:
        row = connection.execute("SELECT due FROM jobs WHERE name = ?", (name,)).fetchone()
    return maybe_moment(None if row is None else row[0])
