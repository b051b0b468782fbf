"""查验索引要读的原样，和修补要做的记号。"""

from collections.abc import Collection

from index import lifetimes, writing
from index.database import Database


class Inspection:
    """不经还原，按表里的原样读；记下哪些要重做。

    Args:
        database: 索引文件。
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def faults(self) -> tuple[str, ...]:
        """索引文件本身坏在哪里；完好则为空。"""
        return self._database.faults()

    def hashes(self, report: str) -> tuple[bytes, ...]:
        """一份报告各段记下的文字散列，按编号。"""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT text_hash FROM passages JOIN reports ON reports.id = report
                    WHERE reports.name = ? ORDER BY passages.id""",
                (report,),
            )
            return tuple(row[0] for row in rows)

    def wordless(self) -> frozenset[str]:
        """哪些报告里有段落没有记下用词。"""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT DISTINCT reports.name FROM passages JOIN reports ON reports.id = report
                    WHERE passages.id NOT IN (SELECT passage FROM words)"""
            )
            return frozenset(row[0] for row in rows)

    def vectors(self, encoder: str) -> tuple[tuple[bytes, bytes], ...]:
        """这个编码器的全部向量：文字散列与半精度的字节。"""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT text_hash, vector FROM vectors WHERE encoder = ?", (encoder,))
            return tuple((row[0], row[1]) for row in rows)

    def doubt_files(self, names: Collection[str]) -> None:
        """不再认这些文件读过，下一次更新时重读；旧的答案照旧。"""
        with self._database.writing() as connection:
            sql = "UPDATE files SET digest = '', checked_ns = 0 WHERE name = ?"
            connection.executemany(sql, [(name,) for name in names])

    def drop_vectors(self, encoder: str, hashes: Collection[bytes]) -> None:
        """丢掉坏了的向量，记下向量不齐，下一次更新时重编。"""
        with self._database.writing() as connection:
            sql = "DELETE FROM vectors WHERE encoder = ? AND text_hash = ?"
            connection.executemany(sql, [(encoder, text) for text in hashes])
            writing.claim(connection, "")
            lifetimes.begin_generation(connection)
