"""唯一的真相：一个 SQLite 文件里的报告、段落、数字事实、用词与向量。"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.records import Report
from index import lifetimes, writing
from index.database import Connection, Database
from index.entries import Catalogue, FileEntry, FileReading, FileState, ReportEntry
from index.errors import NoSuchReport
from index.inspection import Inspection
from index.keywords import Shelf, WordRows
from index.lifetimes import Keep
from index.lock import Writer, current_writer, writer_lock
from index.notes import Notes
from index.pages import Pages
from index.past import Past
from index.records import Fact, Passage
from index.remembered import Remembered
from index.rows import Row, decode_catalogue, decode_entry, decode_fact, decode_file, decode_passage, decode_report
from index.schema import FACT_COLUMNS, KEPT, PASSAGE_COLUMNS, SCHEMA, VERSION

T = TypeVar("T")

KEYWORDS = "keywords.bin"
_REPORTS_KEPT = 64
_FACTS_KEPT = 2000
_AT_ONCE = 500
# 收起 WAL 要等磁盘落实，改一份文件就收一次不值得；不到这么多字节的留着，只是下次打开时多读一点。
_WAL_KEPT = 4 << 20

_PASSAGES = f"""SELECT passages.id, {PASSAGE_COLUMNS}
    FROM passages JOIN reports ON reports.id = passages.report"""  # noqa: S608  列名是常数
_FACTS = f"SELECT facts.passage, {FACT_COLUMNS} FROM facts"  # noqa: S608  列名是常数
_FILES = """SELECT files.id, files.name, digest, size, modified_ns, checked_ns, recipe, raw_digits, read_digits,
    problems, waiting, count(reports.id)
    FROM files LEFT JOIN reports ON reports.file = files.id GROUP BY files.id ORDER BY files.name"""
_VECTORS = """FROM passages JOIN vectors ON vectors.encoder = ? AND vectors.text_hash = passages.text_hash
    WHERE passages.id > ? ORDER BY passages.id"""


class _Memory:
    """一个索引里读出过、算好的东西；索引换了（恢复了备份），编号各指各的，就另起一份。"""

    def __init__(self, store: "Store", identity: str) -> None:
        self.identity = identity
        self.entries_by_id: dict[int, ReportEntry] = {}
        self.facts: dict[int, tuple[str, tuple[Fact, ...]]] = {}
        shelf = Shelf(store.path.with_name(KEYWORDS), store.word_rows, identity, store.harden)
        self.entries = Remembered(lambda: store._read_entries(self))  # noqa: SLF001  同一件事的两半
        self.catalogue = Remembered(store._read_catalogue)  # noqa: SLF001
        self.keywords = Remembered(lambda: shelf.keywords(store.catalogue().ids))
        self.report = lru_cache(maxsize=_REPORTS_KEPT)(store._read_report)  # noqa: SLF001


class Store:
    """打开索引；没有就建一个空的。可供多个线程同时读；写之前先占 `writer`。

    Args:
        path: 索引文件。
        keep: 换下的留多久；不给则这里不清，由管着它的那一处来清。

    Raises:
        CannotKeepIndex: 所在文件夹不能写。
        OtherIndexVersion: 索引是更新的程序建的。
        BrokenIndex: 索引文件坏了。
    """

    def __init__(self, path: Path, keep: Keep | None = None) -> None:
        self.path = path
        self._lock = path.with_suffix(".lock")
        self._database = Database(path, SCHEMA, VERSION, KEPT)
        self.notes = Notes(self._database)
        self.inspection = Inspection(self._database)
        self.pages = Pages(self._database)
        self.past = Past(self._database, keep)
        self._memory = _Memory(self, self.identity())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """关上索引。"""
        self._database.close()

    # 读

    def snapshot(self) -> AbstractContextManager[None]:
        """其间本线程的各次读取看到的是同一代；一次问答的几步放在一个快照里。"""
        return self._database.snapshot()

    def generation(self) -> int:
        """第几代；每次提交加一。"""
        return int(self._rows("SELECT value FROM meta WHERE key = 'generation'")[0][0])

    def identity(self) -> str:
        """这个索引的记号，供导出的文件认主。"""
        return str(self._rows("SELECT value FROM meta WHERE key = 'identity'")[0][0])

    def encoder(self) -> str:
        """向量已经齐全的编码器；还没有建过，或换编码器没有完成，则为空。"""
        return str(self._rows("SELECT value FROM meta WHERE key = 'encoder'")[0][0])

    def files(self) -> tuple[FileEntry, ...]:
        """全部文件，按名字排；没有读出的也在内。"""
        return tuple(decode_file(row) for row in self._rows(_FILES))

    def file_states(self) -> tuple[FileState, ...]:
        """全部文件当时的样子，用来比对文件夹。"""
        rows = self._rows("SELECT name, digest, size, modified_ns, checked_ns, recipe FROM files")
        return tuple(FileState(*row) for row in rows)

    def reports(self) -> tuple[ReportEntry, ...]:
        """全部报告的条目，按名字排。"""
        return tuple(self._present(lambda memory: memory.entries).values())

    def report(self, name: str) -> Report:
        """一份报告的全文与大纲。

        Raises:
            NoSuchReport: 没有这份报告。
        """
        with self.snapshot():
            entry = self._present(lambda memory: memory.entries).get(name)
            if entry is None:
                raise NoSuchReport(name)
            return self._remembering().report(entry)

    @property
    def passage_count(self) -> int:
        """段落总数。"""
        return sum(entry.passages for entry in self.reports())

    def catalogue(self) -> Catalogue:
        """全部段落的编号、报告、年度、性质，供筛选。"""
        return self._present(lambda memory: memory.catalogue)

    def passages(self, ids: Collection[int]) -> dict[int, Passage]:
        """编号所指的段落，次序照所给；已经不在的没有。"""
        rows = self._rows_in(f"{_PASSAGES} WHERE passages.id IN", ids)
        found = {row[0]: decode_passage(row[1:]) for row in rows}
        return {at: found[at] for at in ids if at in found}

    def passages_of_report(self, name: str) -> dict[int, Passage]:
        """一份报告的全部段落，按原文先后。"""
        rows = self._rows(f"{_PASSAGES} WHERE reports.name = ? ORDER BY passages.id", name)
        return {row[0]: decode_passage(row[1:]) for row in rows}

    def facts(self, passage_ids: Collection[int]) -> dict[int, tuple[Fact, ...]]:
        """各段里的数字事实，按原文先后；没有事实的段落给空的。"""
        with self.snapshot():
            memory = self._remembering()
            names = self._names_of(passage_ids)
            known = {at: memory.facts[at] for at in names if at in memory.facts}
            unknown = [at for at, name in names.items() if at not in known or known[at][0] != name]
            rows = list(self._rows_in(f"{_FACTS} WHERE passage IN", unknown, "ORDER BY passage, id"))
        fresh: dict[int, list[Fact]] = {at: [] for at in unknown}
        for row in rows:
            fresh[row[0]].append(decode_fact(names[row[0]], row[1:]))
        known |= {at: (names[at], tuple(facts)) for at, facts in fresh.items()}
        if len(memory.facts) > _FACTS_KEPT:
            memory.facts = {}
        memory.facts.update(known)
        return {at: known[at][1] if at in known else () for at in passage_ids}

    def stating(self, values: Collection[str]) -> tuple[int, ...]:
        """写着这些数值（原文单位下的普通数字）的段落编号。"""
        found = self._rows_in("SELECT DISTINCT passage FROM facts WHERE value IN", values)
        return tuple(row[0] for row in found)

    def facts_of_report(self, name: str) -> tuple[Fact, ...]:
        """一份报告的全部数字事实，按原文先后。"""
        wanted = "SELECT passages.id FROM passages JOIN reports ON reports.id = report WHERE reports.name = ?"
        rows = self._rows(f"{_FACTS} WHERE passage IN ({wanted}) ORDER BY id", name)
        return tuple(decode_fact(name, row[1:]) for row in rows)

    # 词

    def match(self, terms: Sequence[str], k: int, reports: Collection[int] | None = None) -> list[tuple[int, float]]:
        """用词检索：BM25 分数最高的至多 `k` 段，(段落编号, 分数)。

        Args:
            terms: 问题的用词，见 `words.terms`。
            k: 至多几段。
            reports: 只在这些报告（编号）里找；None 为不限。
        """
        with self.snapshot():
            keywords = self._present(lambda memory: memory.keywords)
            allowed = None if reports is None else np.isin(self.catalogue().reports, list(reports))
            return keywords.best(list(self._term_ids(terms).values()), k, allowed)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """每个词见于多少段；没见过的为 0。"""
        wanted = tuple(terms)
        with self.snapshot():
            keywords = self._present(lambda memory: memory.keywords)
            ids = self._term_ids(wanted)
            return {term: keywords.frequency(ids[term]) if term in ids else 0 for term in wanted}

    def vocabulary(self) -> Iterator[tuple[str, int]]:
        """全部用词与各见于多少段。"""
        with self.snapshot():
            frequencies = self._present(lambda memory: memory.keywords).frequencies()
            rows = self._rows("SELECT id, term FROM terms")
        return ((term, int(frequencies[at])) for at, term in rows if at < len(frequencies) and frequencies[at])

    def word_rows(self, beyond: int) -> WordRows:
        """编号大于 `beyond` 的段落的用词。"""
        rows = self._rows("SELECT passage, terms, counts FROM words WHERE passage > ? ORDER BY passage", beyond)
        return WordRows(
            passages=np.fromiter((row[0] for row in rows), np.int64, len(rows)),
            sizes=np.fromiter((len(row[2]) for row in rows), np.int64, len(rows)),
            words=np.frombuffer(b"".join([row[1] for row in rows]), np.int32),
            counts=np.frombuffer(b"".join([row[2] for row in rows]), np.uint8),
        )

    # 向量

    def vectors(self, encoder: str, beyond: int = 0) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """编号大于 `beyond` 的段落的向量：编号（升序）与半精度矩阵 [n, dim]；还没有编码的段落不在内。"""
        rows = self._rows(f"SELECT passages.id, vectors.vector {_VECTORS}", encoder, beyond)
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        matrix = np.frombuffer(b"".join([row[1] for row in rows]), np.float16)
        return ids, matrix.reshape(len(rows), -1) if rows else matrix.reshape(0, 0)

    def missing_vectors(self, encoder: str) -> tuple[int, ...]:
        """还没有这个编码器的向量的段落。"""
        rows = self._rows(
            """SELECT id FROM passages WHERE NOT EXISTS
                (SELECT 1 FROM vectors WHERE encoder = ? AND vectors.text_hash = passages.text_hash) ORDER BY id""",
            encoder,
        )
        return tuple(row[0] for row in rows)

    def known_vectors(self, encoder: str, hashes: Collection[bytes]) -> frozenset[bytes]:
        """这些散列里，哪些已有这个编码器的向量。"""
        found: set[bytes] = set()
        for some in _batches(hashes):
            marks = ",".join("?" * len(some))
            sql = f"SELECT text_hash FROM vectors WHERE encoder = ? AND text_hash IN ({marks})"  # noqa: S608  只拼问号
            found.update(row[0] for row in self._rows(sql, encoder, *some))
        return frozenset(found)

    # 写

    def writer(self) -> AbstractContextManager[None]:
        """占住写锁；已有别的程序在写，则 AnotherWriter。"""
        return writer_lock(self._lock)

    def recogniser(self) -> AbstractContextManager[None]:
        """占住识别扫描页的活；已有别的程序在识别，则 AnotherWriter。"""
        return writer_lock(self.path.with_suffix(".ocr.lock"))

    def current_writer(self) -> Writer | None:
        """谁正在写；没有人则为 None。"""
        return current_writer(self._lock)

    def replace_file(self, reading: FileReading) -> None:
        """写入一份文件读出的全部，顶替旧的；一个事务。"""
        with self._next_generation() as connection:
            writing.insert_file(connection, reading)

    def rename_files(self, renames: Sequence[tuple[str, FileState]]) -> None:
        """给文件改名：(旧名, 新的样子)；一个事务。"""
        with self._next_generation() as connection:
            writing.rename_files(connection, renames)

    def remove_files(self, names: Collection[str]) -> None:
        """删去文件和由它而来的一切；一个事务。"""
        with self._next_generation() as connection:
            writing.remove_files(connection, names)

    def touch_files(self, states: Iterable[FileState]) -> None:
        """记下内容没变的文件新的改动时间；不算新的一代。"""
        with self._database.writing() as connection:
            for state in states:
                writing.touch_file(connection, state)

    def add_vectors(self, encoder: str, hashes: Sequence[bytes], matrix: NDArray[np.floating]) -> None:
        """记下若干段文字的向量，逐项对应；一个事务。"""
        halves = np.ascontiguousarray(matrix, np.float16)
        rows = [(encoder, text, vector.tobytes()) for text, vector in zip(hashes, halves, strict=True)]
        with self._next_generation() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def claim(self, encoder: str) -> bool:
        """此后的向量由 `encoder` 来编；返回旧段落的向量是否已经齐全。"""
        if self.encoder() == encoder:
            return True
        with self._database.writing() as connection:
            writing.claim(connection, encoder)
        return False

    def unsettle(self) -> None:
        """记下向量不齐：有的段落这次没有编码。"""
        with self._database.writing() as connection:
            writing.claim(connection, "")

    def settle(self, encoder: str) -> None:
        """`encoder` 的向量已经齐全：丢掉用不着的向量，WAL 攒大了就收起。一次更新的最后做。"""
        with self._database.writing() as connection:
            writing.settle(connection, encoder)
        self._database.checkpoint(_WAL_KEPT)

    def harden(self) -> None:
        """让已提交的都落实在磁盘上；写由它导出的文件之前先做，导出的才不会走在它前面。"""
        self._database.harden()

    # 整份的抄出与换入

    def copy_to(self, target: Path) -> None:
        """趁程序在用，抄出一份前后一致的副本。"""
        self._database.copy_to(target)

    def restore_from(self, source: Path) -> None:
        """换成另一个索引文件的内容，一个事务；正在用的程序随即用新的。

        Args:
            source: 抄出的副本；它会得到新的记号和更大的代数，别处由旧索引导出的文件就不会再认它。
        """
        with Store(source) as incoming:
            incoming.renew(self.generation() + 1)
        self._database.restore_from(source)

    def renew(self, generation: int) -> None:
        """换一个记号，代数至少是 `generation`。"""
        with self._database.writing() as connection:
            writing.renew(connection, generation)
        self._database.checkpoint()

    # 内里

    @contextmanager
    def _next_generation(self) -> Iterator[Connection]:
        with self._database.writing() as connection:
            yield connection
            lifetimes.begin_generation(connection)

    def _present(self, choose: Callable[[_Memory], Remembered[T]]) -> T:
        with self.snapshot():
            return choose(self._remembering()).at(self.generation())

    def _remembering(self) -> _Memory:
        """记着东西的那一份；索引换了就另起一份。"""
        memory = self._memory
        identity = self.identity()
        if memory.identity != identity:
            self._memory = memory = _Memory(self, identity)
        return memory

    def _rows(self, sql: str, *values: object) -> list[Row]:
        with self._database.reading() as connection:
            return connection.execute(sql, values).fetchall()

    def _rows_in(self, sql: str, values: Collection[object], rest: str = "") -> Iterator[Row]:
        for some in _batches(values):
            yield from self._rows(f"{sql} ({','.join('?' * len(some))}) {rest}", *some)

    def _term_ids(self, terms: Iterable[str]) -> dict[str, int]:
        distinct = tuple(dict.fromkeys(terms))
        rows = self._rows_in("SELECT term, id FROM terms WHERE term IN", distinct)
        return {row[0]: row[1] for row in rows}

    def _names_of(self, passage_ids: Collection[int]) -> dict[int, str]:
        sql = "SELECT passages.id, reports.name FROM passages JOIN reports ON reports.id = report WHERE passages.id IN"
        return {row[0]: row[1] for row in self._rows_in(sql, passage_ids)}

    def _read_entries(self, memory: _Memory) -> dict[str, ReportEntry]:
        names = self._rows("SELECT id, name FROM reports ORDER BY name")
        known = memory.entries_by_id
        unknown = [at for at, name in names if at not in known or known[at].name != name]
        rows = self._rows_in("SELECT id, name, entry, passages, facts FROM reports WHERE id IN", unknown)
        fresh = {row[0]: decode_entry(row) for row in rows}
        memory.entries_by_id = {at: fresh[at] if at in fresh else known[at] for at, _ in names}
        return {name: memory.entries_by_id[at] for at, name in names}

    def _read_report(self, entry: ReportEntry) -> Report:
        return decode_report(entry, self._rows("SELECT body FROM reports WHERE id = ?", entry.id)[0][0])

    def _read_catalogue(self) -> Catalogue:
        return decode_catalogue(self._rows("SELECT id, first, passages, years, roles FROM reports ORDER BY first"))


def _batches(values: Iterable[T]) -> Iterator[tuple[T, ...]]:
    waiting = iter(values)
    while some := tuple(islice(waiting, _AT_ONCE)):
        yield some
