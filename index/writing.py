"""写入索引的语句；都在调用者的一个事务之内。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index import lifetimes
from index.database import Connection
from index.entries import ROLES, FileReading, FileState, Reading
from index.passages import text_hash
from index.rows import (
    decode_problems,
    encode_body,
    encode_entry,
    encode_fact,
    encode_passage,
    encode_problems,
    renamed_problems,
)

_MOST = 255  # 次数存成一个字节
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Numbers:
    """一份报告写入时用的编号：报告的、首段的；`passages` 是段数，段数变了编号就不能照旧。"""

    report: int
    first: int
    passages: int


def renew(connection: Connection, generation: int) -> None:
    """换一个记号，代数至少是 `generation`。"""
    connection.execute("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'identity'")
    connection.execute("UPDATE meta SET value = max(value + 1, ?) WHERE key = 'generation'", (generation,))
    lifetimes.forget(connection)


def insert_file(connection: Connection, reading: FileReading) -> None:
    """写入一份文件和从中读出的各份报告，顶替同名的旧文件。"""
    name = reading.state.name
    aside = lifetimes.lay_aside(connection, name)
    _delete_file(connection, name)
    file = _insert_file(connection, None, reading)
    for one in reading.readings:
        _insert_report(connection, file, one)
    if aside is not None:
        lifetimes.carry_on(connection, aside, file)
    lifetimes.note_era(connection, "recipe", reading.state.recipe.partition("+")[0])


def revive_file(connection: Connection, file: int, reading: FileReading, numbers: Sequence[Numbers]) -> None:
    """把换下的一份文件放回来，编号照旧；排名同分的按编号，次序才与当时一样。"""
    number = _insert_file(connection, file, reading)
    for one, was in zip(reading.readings, numbers, strict=True):
        _insert_report(connection, number, one, was if len(one.passages) == was.passages else None)


def _insert_file(connection: Connection, number: int | None, reading: FileReading) -> int:
    """写入文件的一行，返回编号。"""
    cursor = connection.execute(
        """INSERT INTO files (id, name, digest, size, modified_ns, checked_ns, recipe,
                raw_digits, read_digits, problems, waiting, born)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            number,
            *_columns(reading.state),
            reading.raw_digits,
            reading.read_digits,
            encode_problems(reading.problems),
            reading.waiting,
            lifetimes.upcoming(connection),
        ),
    )
    return cursor.lastrowid or 0


def touch_file(connection: Connection, state: FileState) -> None:
    """内容没变、只是改动时间变了的文件，记下新的样子。"""
    connection.execute(
        "UPDATE files SET size = ?, modified_ns = ?, checked_ns = ? WHERE name = ?",
        (state.size, state.modified_ns, state.checked_ns, state.name),
    )


def rename_files(connection: Connection, renames: Sequence[tuple[str, FileState]]) -> None:
    """给文件改名，报告随之改名；互换名字也可以。"""
    found = connection.execute("SELECT name, id FROM files").fetchall()
    ids = dict(found)
    for old, _ in renames:
        lifetimes.lay_aside(connection, old)
    for old, _ in renames:
        connection.execute("UPDATE files SET name = ? WHERE id = ?", (f"\0{ids[old]}", ids[old]))
        connection.execute("UPDATE reports SET name = char(0) || id || char(0) || name WHERE file = ?", (ids[old],))
    for old, state in renames:
        _rename_file(connection, ids[old], old, state)


def _rename_file(connection: Connection, file: int, old: str, state: FileState) -> None:
    problems = connection.execute("SELECT problems FROM files WHERE id = ?", (file,)).fetchone()[0]
    connection.execute(
        "UPDATE files SET name = ?, size = ?, modified_ns = ?, checked_ns = ?, problems = ?, born = ? WHERE id = ?",
        (
            state.name,
            state.size,
            state.modified_ns,
            state.checked_ns,
            encode_problems(renamed_problems(decode_problems(problems), old, state.name)),
            lifetimes.upcoming(connection),
            file,
        ),
    )
    for report, name in connection.execute("SELECT id, name FROM reports WHERE file = ?", (file,)).fetchall():
        suffix = name.rsplit("\0", 1)[-1][len(old) :]
        connection.execute("UPDATE reports SET name = ? WHERE id = ?", (state.name + suffix, report))


def remove_files(connection: Connection, names: Iterable[str]) -> None:
    """删去文件，连同其报告、段落、事实与用词；从此哪里也查不到，只有重现旧的一代时看得见。"""
    for name in names:
        lifetimes.lay_aside(connection, name)
        _delete_file(connection, name)


def _delete_file(connection: Connection, name: str) -> None:
    connection.execute(
        """INSERT OR IGNORE INTO dropped SELECT text_hash FROM passages
            JOIN reports ON reports.id = passages.report JOIN files ON files.id = reports.file
            WHERE files.name = ?""",
        (name,),
    )
    connection.execute("DELETE FROM files WHERE name = ?", (name,))


def claim(connection: Connection, encoder: str) -> None:
    """此后的向量由 `encoder` 来编；换了编码器，先记下向量不齐，这算新的一代。"""
    changed = connection.execute(
        "UPDATE meta SET value = '' WHERE key = 'encoder' AND value NOT IN ('', ?)", (encoder,)
    ).rowcount
    if changed:
        _new_encoder(connection, "")


def settle(connection: Connection, encoder: str) -> None:
    """`encoder` 的向量已经齐全：记下来，丢掉没有段落再用的向量和别的编码器留下的。"""
    changed = connection.execute(
        "UPDATE meta SET value = ?1 WHERE key = 'encoder' AND value <> ?1", (encoder,)
    ).rowcount
    if changed:
        _new_encoder(connection, encoder)
        connection.execute("DELETE FROM vectors WHERE encoder <> ?", (encoder,))
    connection.execute(
        "DELETE FROM dropped WHERE EXISTS (SELECT 1 FROM passages WHERE passages.text_hash = dropped.text_hash)"
    )
    connection.execute(
        "DELETE FROM vectors WHERE encoder = ? AND text_hash IN (SELECT text_hash FROM dropped)", (encoder,)
    )
    connection.execute("DELETE FROM dropped")


def _new_encoder(connection: Connection, encoder: str) -> None:
    """向量齐全的编码器变了：同一个问题答得可以不同，所以是新的一代。"""
    lifetimes.note_era(connection, "encoder", encoder)
    lifetimes.begin_generation(connection)


def _insert_report(connection: Connection, file: int, reading: Reading, numbers: Numbers | None = None) -> None:
    first = _next_passage(connection) if numbers is None else numbers.first
    years = np.array([passage.year or 0 for passage in reading.passages], np.int16)
    roles = np.array([ROLES.index(p.role) if p.role is not None else -1 for p in reading.passages], np.int8)
    report = connection.execute(
        """INSERT INTO reports (id, file, name, passages, facts, first, years, roles, entry, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            None if numbers is None else numbers.report,
            file,
            reading.report.name,
            len(reading.passages),
            len(reading.facts),
            first,
            years.tobytes(),
            roles.tobytes(),
            encode_entry(reading.report),
            encode_body(reading.report),
        ),
    ).lastrowid
    connection.executemany(
        """INSERT INTO passages
                (id, report, ordinal, start, "end", text, context, section, year, role, page, text_hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (at, report, *encode_passage(passage), text_hash(passage))
            for at, passage in enumerate(reading.passages, first)
        ],
    )
    _insert_facts(connection, reading, first)
    _insert_words(connection, reading, first)


def _next_passage(connection: Connection) -> int:
    """下一段的编号；删去的编号不再用。"""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    return int(row[0]) + 1 if row else 1


def _insert_facts(connection: Connection, reading: Reading, first: int) -> None:
    """每个事实归在它的数字所在的那一段。"""
    starts = np.array([passage.span.start for passage in reading.passages])
    begins = np.array([fact.span.start for fact in reading.facts], starts.dtype)
    places = np.maximum(np.searchsorted(starts, begins, side="right") - 1, 0)
    rows = [(first + at, *encode_fact(fact)) for at, fact in zip(places.tolist(), reading.facts, strict=True)]
    connection.executemany(
        """INSERT INTO facts (passage, issuer, section, subject, year, role, raw, value, unit,
            quantity_start, quantity_end, upper, bound, measure, blanked, start, "end", scope_start, scope_end,
            lead, quote, quote_start, quote_end)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        rows,
    )


def _insert_words(connection: Connection, reading: Reading, first: int) -> None:
    ids = _term_ids(connection, sorted({term for words in reading.words for term in words}))
    connection.executemany(
        "INSERT INTO words VALUES (?, ?, ?)",
        [
            (
                at,
                np.fromiter(map(ids.__getitem__, words), np.int32, len(words)).tobytes(),
                bytes(min(_MOST, count) for count in words.values()),
            )
            for at, words in enumerate(reading.words, first)
        ],
    )


def _term_ids(connection: Connection, terms: Sequence[str]) -> dict[str, int]:
    """各词的编号；没见过的词就地编号。"""
    ids: dict[str, int] = {}
    for start in range(0, len(terms), _AT_ONCE):
        some = terms[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        ids.update(connection.execute(f"SELECT term, id FROM terms WHERE term IN ({marks})", some))  # noqa: S608
    unseen = [term for term in terms if term not in ids]
    upcoming = int(connection.execute("SELECT value FROM meta WHERE key = 'term'").fetchone()[0])
    fresh = list(zip(unseen, range(upcoming, upcoming + len(unseen)), strict=True))
    connection.executemany("INSERT INTO terms VALUES (?, ?)", fresh)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'term'", (upcoming + len(unseen),))
    return ids | dict(fresh)


def _columns(state: FileState) -> tuple[str, str, int, int, int, str]:
    return state.name, state.digest, state.size, state.modified_ns, state.checked_ns, state.recipe
