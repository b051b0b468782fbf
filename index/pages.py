"""认过的扫描页：识别一页要好几秒，认过就记着，重读、改名都不再认。"""

import json
import zlib

from corpus.readers.layout import Glyph
from corpus.readers.sight import Seen
from index.database import Database
from index.rows import packed


class Pages:
    """记在索引文件里的识别结果，按内容的记号取；认一页记一页，不算新的一代。

    它也是建索引时的 `Sight`：认过的取出来，没认过的不认，留给后台。

    Args:
        database: 索引文件。
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, key: str) -> Seen | None:
        """认过的一页；没有认过为 None。"""
        with self._database.reading() as connection:
            row = connection.execute("SELECT seen FROM recognised WHERE key = ?", (key,)).fetchone()
        return None if row is None else _decoded(row[0])

    def wants(self, key: str) -> bool:  # noqa: ARG002  接口如此
        """建索引时不认。"""
        return False

    def keep(self, key: str, seen: Seen) -> None:
        """记下认出的一页。"""
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO recognised VALUES (?, ?)", (key, _encoded(seen)))


def _encoded(seen: Seen) -> bytes:
    rows = [(it.text, *(round(at, 1) for at in (it.x0, it.x1, it.top, it.bottom))) for it in seen.glyphs]
    return zlib.compress(packed([seen.width, rows]).encode())


def _decoded(blob: bytes) -> Seen:
    width, rows = json.loads(zlib.decompress(blob))
    return Seen(width, tuple(Glyph(*row) for row in rows))
