"""按钮：通道里放不下的按钮内容，以短编号代替；重启后还按得动。"""

from datetime import timedelta

from bot.ledger.file import Ledger, stamp, storable


def button(ledger: Ledger, content: str) -> int:
    """这份内容的编号；同样的内容总是同一个编号。"""
    now, kept = stamp(ledger.now()), storable(content)
    with ledger.writing() as connection:
        row = connection.execute(
            "INSERT INTO buttons (content, at) VALUES (?, ?) ON CONFLICT (content) DO UPDATE SET at = ? RETURNING id",
            (kept, now, now),
        ).fetchone()
    return int(row[0])


def button_content(ledger: Ledger, number: int) -> str | None:
    """编号所指的内容；没有，或已忘掉，为 None。"""
    with ledger.reading() as connection:
        row = connection.execute("SELECT content FROM buttons WHERE id = ?", (number,)).fetchone()
    return None if row is None else str(row[0])


def prune_buttons(ledger: Ledger, older_than: timedelta) -> int:
    """忘掉久未再用的。"""
    with ledger.writing() as connection:
        return connection.execute("DELETE FROM buttons WHERE at < ?", (stamp(ledger.now() - older_than),)).rowcount
