"""索引里的记事：不属于哪一份报告的几件事。"""

from collections.abc import Sequence

from corpus.records import Problem
from index.database import Database
from index.rows import decode_problems, encode_problems


class Notes:
    """记在索引文件里的几件事；改动不算新的一代。

    Args:
        database: 索引文件。
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, key: str) -> str:
        """记下的一件事；没有记过则为空。"""
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (f"note:{key}",)).fetchone()
        return str(row[0]) if row else ""

    def write(self, key: str, text: str) -> None:
        """记下一件事；与已记的相同则不写。"""
        if self.read(key) != text:
            with self._database.writing() as connection:
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"note:{key}", text))

    def problems(self) -> tuple[Problem, ...]:
        """不属于哪一份报告的问题，如更正写得不对。"""
        return decode_problems(self.read("problems") or "[]")

    def keep_problems(self, problems: Sequence[Problem]) -> None:
        """换上不属于哪一份报告的问题。"""
        self.write("problems", encode_problems(problems))

    def pace(self, encoder: str) -> float | None:
        """上次建索引时，这个编码器平均一段用几秒（含读文件与写入）；没有量过为 None。"""
        said = self.read(f"pace:{encoder}")
        return float(said) if said else None

    def keep_pace(self, encoder: str, seconds: float) -> None:
        """记下这一次平均一段用几秒。"""
        self.write(f"pace:{encoder}", f"{seconds:.6f}")
