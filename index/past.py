"""过去的各代：哪些还能重现，那时有哪些文件。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from corpus.records import Report
from index import lifetimes, writing
from index.database import Database
from index.entries import FileReading, FileState
from index.rows import Row, decode_entry, decode_report

_STATE = "name, digest, size, modified_ns, checked_ns, recipe"


@dataclass(frozen=True, slots=True)
class PastFile:
    """换下的一份文件；`reports` 是从中读出的各份报告，与当时的编号（报告的、首段的）逐项对应。"""

    file: int
    state: FileState
    reports: tuple[Report, ...]
    numbers: tuple[writing.Numbers, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """能重现到哪里：从 `whole` 这一代、`since` 这一刻起；换下的留着 `files` 份，`bytes` 字节。"""

    whole: int
    since: datetime
    files: int
    bytes: int


class Past:
    """记在索引文件里的过去。

    Args:
        database: 索引文件。
        keep: 换下的留多久；不给则不清，由管着它的那一处来清。
    """

    def __init__(self, database: Database, keep: lifetimes.Keep | None = None) -> None:
        self._database = database
        self._keep = keep

    def reach(self) -> Reach:
        """能重现到哪里。"""
        with self._database.reading() as connection:
            whole, since, files, size = connection.execute(
                """SELECT (SELECT value FROM meta WHERE key = 'whole'), (SELECT value FROM meta WHERE key = 'since'),
                    count(*), total(bytes) FROM past_files"""
            ).fetchone()
        return Reach(int(whole), datetime.fromisoformat(since).replace(tzinfo=UTC), files, int(size))

    def era(self, what: str, generation: int) -> str:
        """那一代的 `what`：`encoder` 是向量已经齐全的编码器，`recipe` 是读法；没有记过则为空。"""
        with self._database.reading() as connection:
            return lifetimes.era(connection, what, generation)

    def fresh(self, generation: int) -> tuple[str, ...]:
        """此刻有而那一代没有的文件，换过内容、改过名的也在内。"""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT name FROM files WHERE born > ? ORDER BY name", (generation,))
            return tuple(row[0] for row in rows)

    def files(self, generation: int) -> tuple[PastFile, ...]:
        """那一代有、后来换下的文件。"""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id, file, {_STATE} FROM past_files WHERE born <= ?1 AND ?1 < gone ORDER BY id",  # noqa: S608
                (generation,),
            ).fetchall()
            return tuple(
                _past_file(
                    row,
                    connection.execute(
                        """SELECT report, name, entry, passages, facts, first, body FROM past_reports
                            WHERE past = ? ORDER BY report""",
                        (row[0],),
                    ).fetchall(),
                )
                for row in rows
            )

    def prune(self) -> None:
        """清掉留得太久、太多的换下的文件。"""
        if self._keep is not None and self.reach().files:
            with self._database.writing() as connection:
                lifetimes.prune(connection, self._keep)

    def rewind(self, generation: int, revived: Sequence[tuple[PastFile, FileReading]]) -> None:
        """退回那一代：后来的去掉，换下的放回，编号照旧；一个事务。只在抄出的副本上做。"""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM files WHERE born > ?", (generation,))
            for was, reading in revived:
                writing.revive_file(connection, was.file, reading, was.numbers)
            lifetimes.begin_generation(connection)


def _past_file(row: Row, reports: Sequence[Row]) -> PastFile:
    return PastFile(
        file=row[1],
        state=FileState(*row[2:]),
        reports=tuple(decode_report(decode_entry(one[:5]), one[6]) for one in reports),
        numbers=tuple(writing.Numbers(report=one[0], first=one[5], passages=one[3]) for one in reports),
    )
