"""一份文件在索引里从哪一代起、到哪一代止；换下的留一份，好让旧的一代还能重现。

都在调用者的一个事务之内。一份文件见于 [born, gone) 各代；此刻还在的没有 gone。
"""

from dataclasses import dataclass

from index.database import Connection

_NOW = "strftime('%Y-%m-%dT%H:%M:%f', 'now')"


@dataclass(frozen=True, slots=True)
class Keep:
    """换下的留多久、留多少；先换下的先清。"""

    days: int = 90
    most: int = 256 << 20


def upcoming(connection: Connection) -> int:
    """这个事务提交之后是第几代。"""
    return int(connection.execute("SELECT value + 1 FROM meta WHERE key = 'generation'").fetchone()[0])


def begin_generation(connection: Connection) -> None:
    """代数加一。"""
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def lay_aside(connection: Connection, name: str) -> int | None:
    """这份文件就要换下：把从中读出的各份报告留一份，返回编号；没有这份文件，或没有读出报告，则为 None。"""
    cursor = connection.execute(
        f"""INSERT INTO past_files (file, name, digest, size, modified_ns, checked_ns, recipe, born, gone, at, bytes)
            SELECT id, name, digest, size, modified_ns, checked_ns, recipe, born, ?, {_NOW},
                (SELECT sum(length(body)) FROM reports WHERE file = files.id)
            FROM files WHERE name = ? AND EXISTS (SELECT 1 FROM reports WHERE file = files.id)""",  # noqa: S608
        (upcoming(connection), name),
    )
    if not cursor.rowcount:
        return None
    connection.execute(
        """INSERT INTO past_reports SELECT ?1, reports.id, name, passages, facts, first, entry, body
            FROM reports WHERE file = (SELECT file FROM past_files WHERE id = ?1)""",
        (cursor.lastrowid,),
    )
    return cursor.lastrowid


def carry_on(connection: Connection, aside: int, file: int) -> None:
    """重读之后报告一字不差的（程序升级、只改了格式），不算换过。"""
    old, new = ("SELECT name, entry, body FROM past_reports WHERE past = ?1",
                "SELECT name, entry, body FROM reports WHERE file = ?2")  # fmt: skip
    differs = connection.execute(
        f"SELECT EXISTS ({old} EXCEPT {new}) OR EXISTS ({new} EXCEPT {old})",
        (aside, file),
    ).fetchone()[0]
    if not differs:
        connection.execute(
            "UPDATE files SET born = (SELECT born FROM past_files WHERE id = ?1) WHERE id = ?2", (aside, file)
        )
        connection.execute("DELETE FROM past_files WHERE id = ?", (aside,))


def note_era(connection: Connection, what: str, value: str) -> None:
    """从将要提交的一代起，`what`（编码器、读法）是 `value`；没有变则不记。"""
    if era(connection, what, upcoming(connection)) != value:
        connection.execute("INSERT OR REPLACE INTO eras VALUES (?, ?, ?)", (what, upcoming(connection), value))


def era(connection: Connection, what: str, generation: int) -> str:
    """那一代的 `what`；没有记过则为空。"""
    row = connection.execute(
        "SELECT value FROM eras WHERE what = ? AND generation <= ? ORDER BY generation DESC LIMIT 1",
        (what, generation),
    ).fetchone()
    return str(row[0]) if row else ""


def prune(connection: Connection, keep: Keep) -> None:
    """清掉留得太久、太多的；比清掉的更早的各代，从此不全。"""
    rows = connection.execute(
        f"SELECT id, gone, bytes, at <= strftime('%Y-%m-%dT%H:%M:%f', 'now', ?) FROM past_files ORDER BY id DESC",  # noqa: F541
        (f"-{keep.days} days",),
    ).fetchall()
    total, last, gone = 0, 0, 0
    for number, until, size, stale in rows:
        total += size
        if stale or total > keep.most:
            last, gone = number, until
            break
    if last:
        connection.execute("DELETE FROM past_files WHERE id <= ?", (last,))
        connection.execute("UPDATE meta SET value = max(value, ?) WHERE key = 'whole'", (gone,))


def forget(connection: Connection) -> None:
    """换成了别的索引：从此刻起另算，以前的各代都不认。"""
    connection.execute("DELETE FROM past_files")
    connection.execute("UPDATE meta SET value = (SELECT value FROM meta WHERE key = 'generation') WHERE key = 'whole'")
    connection.execute(f"UPDATE meta SET value = {_NOW} WHERE key = 'since'")  # noqa: S608  是常数
