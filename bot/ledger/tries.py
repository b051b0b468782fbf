"""试错的次数：一段时间里错得太多，就先不让再试。"""

from datetime import timedelta

from bot.ledger.file import Ledger, moment, stamp, storable
from bot.people_errors import TooManyTries

WITHIN = timedelta(minutes=15)
"""多久以内的错算数。"""


def refuse_after(ledger: Ledger, subject: str, limit: int) -> None:
    """`subject` 近来错满 `limit` 次就不让再试。

    Raises:
        TooManyTries: 错得太多；里面说还要等几分钟。
    """
    now = ledger.now()
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT at FROM tries WHERE subject = ? AND at > ? ORDER BY at DESC LIMIT ?",
            (storable(subject), stamp(now - WITHIN), limit),
        ).fetchall()
    if len(rows) >= limit:
        left = moment(rows[-1][0]) + WITHIN - now
        raise TooManyTries(max(1, -(-int(left.total_seconds()) // 60)))


def missed(ledger: Ledger, *subjects: str) -> None:
    """记下一次错，顺带忘掉早已不算数的。"""
    now = ledger.now()
    with ledger.writing() as connection:
        connection.execute("DELETE FROM tries WHERE at <= ?", (stamp(now - WITHIN),))
        connection.executemany(
            "INSERT INTO tries (subject, at) VALUES (?, ?)", [(storable(subject), stamp(now)) for subject in subjects]
        )


def forgive(ledger: Ledger, subject: str) -> None:
    """试对了，以前的错一笔勾销。"""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM tries WHERE subject = ?", (storable(subject),))
