"""预估：更新一次会做什么、要花多少，什么也不改。"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.corrections import corrected
from corpus.errors import UnreadableFile
from corpus.outline import parse, problems_in
from corpus.readers import isolated
from corpus.readers.sight import Sight
from corpus.records import Problem
from index.folder import Changes
from index.passages import cut, text_hash
from index.planning import Plan, plan
from index.progress import Phase, Progress
from index.store import Store


@dataclass(frozen=True, slots=True)
class Forecast:
    """一次更新的预估。

    `size` 是要读的文件共多少字节；`passages` 是由此切出的段落，`to_encode` 是其中要编码的，连同换了编码器要补编的。
    `seconds` 照上次的快慢估计；还没有量过，则为 None。`problems` 是读不出、没有读全的文件。
    """

    changes: Changes
    size: int
    passages: int
    to_encode: int
    seconds: float | None
    problems: tuple[Problem, ...]


def forecast(folder: Path, store: Store, encoder: str, listen: Callable[[Progress], None] = lambda _: None) -> Forecast:
    """读一遍变了的文件，数要编码多少段；不写索引，也不载入编码器。

    Raises:
        NoCorpus: 没有报告文件夹。
        UnreadableFolder: 有文件夹列不出来。
    """
    planned = plan(folder, store)
    started = time.monotonic()
    passages, hashes, problems = 0, set[bytes](), list[Problem]()
    for done, state in enumerate(planned.changes.fresh):
        listen(Progress(Phase.READ, done, len(planned.changes.fresh), state.name))
        try:
            found, said = _hashes(planned, state.name, store.pages)
        except UnreadableFile as error:
            problems.append(Problem(state.name, "", str(error)))
            continue
        problems += said
        passages += len(found)
        hashes.update(found)
    fresh = len(hashes) - len(store.known_vectors(encoder, hashes)) + _missing(store, encoder, planned.changes)
    return Forecast(
        changes=planned.changes,
        size=sum(state.size for state in planned.changes.fresh),
        passages=passages,
        to_encode=fresh,
        seconds=_seconds(store.notes.pace(encoder), fresh, time.monotonic() - started),
        problems=tuple(problems),
    )


def _hashes(planned: Plan, name: str, sight: Sight) -> tuple[list[bytes], tuple[Problem, ...]]:
    """一份文件各段文字的散列，和读入器说的问题。"""
    found = planned.present[name]
    text = isolated.read(found.path, name, sight)
    entries = planned.corrections.entries
    reports = [corrected(report, entries.get(report.name)) for report in parse(text, name)]
    return [text_hash(passage) for report in reports for passage in cut(report)], tuple(problems_in(text))


def _missing(store: Store, encoder: str, changes: Changes) -> int:
    """不重读的文件里，还没有这个编码器的向量的文字。"""
    gone = {*changes.removed, *(state.name for state in changes.fresh)}
    waiting = store.passages(store.missing_vectors(encoder)).values()
    return len({text_hash(passage) for passage in waiting if not _is_of(passage.document, gone)})


def _is_of(report: str, files: Iterable[str]) -> bool:
    return any(report == file or report.startswith(f"{file}#") for file in files)


def _seconds(pace: float | None, to_encode: int, reading: float) -> float | None:
    if not to_encode:
        return reading
    return None if pace is None else reading + to_encode * pace
