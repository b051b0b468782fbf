"""让索引跟上报告文件夹：只读变了的文件，只编码没见过的文字。"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.records import Problem
from index.encoder import Encoder
from index.entries import FileReading
from index.errors import EncoderError
from index.folder import Changes
from index.nearest import FILE, Nearest
from index.passages import document_text, text_hash
from index.planning import Plan, plan, remember_corrections
from index.progress import Outcome, Phase, Progress
from index.reading import is_settled, read_file, unsettled_problem
from index.records import Passage
from index.store import Store

# 攒够这么多条新文字编码一次：长短相近的凑成一批才快；被打断时至多白做这么多。
WINDOW = 512

# 编码不足这么多条的一次，不拿来量快慢。
_MEASURED = 64

Listener = Callable[[Progress], None]


def bring_up_to_date(folder: Path, store: Store, encoder: Encoder, listen: Listener = lambda _: None) -> Outcome:
    """让索引跟上文件夹。随时可以打断，已提交的算数，下次接着做。

    先删去已不在的，再改名，再逐份读入；一份报告一个事务，读者看到的总是整份报告。没有变化时编码器连模型都不会载入。
    正在被写的文件留到下次，旧的答案照旧。

    Args:
        folder: 报告文件夹，含下级。
        store: 索引。
        encoder: 编码器；用不了时先建好词检索，下次再补向量。
        listen: 听进度。

    Raises:
        NoCorpus: 没有报告文件夹。
        UnreadableFolder: 有文件夹列不出来。
        AnotherWriter: 另一个程序正在建索引。
        NoRoom: 磁盘满了。
    """
    with store.writer():
        return _Run(store, encoder, listen).follow(folder)


@dataclass(frozen=True, slots=True)
class _Written:
    """写完的一份文件，只留计数。"""

    name: str
    reports: int
    passages: int
    facts: int
    problems: tuple[Problem, ...]


class _Run:
    """一次更新：记着攒下未写的文件、未编码的文字，和各项计数。"""

    def __init__(self, store: Store, encoder: Encoder, listen: Listener) -> None:
        self._store = store
        self._encoder = encoder
        self._listen = listen
        self._read_files: list[FileReading] = []
        self._waiting: list[str] = []
        self._texts: dict[bytes, str] = {}
        self._written: list[_Written] = []
        self._encoded = 0
        self._fault = ""

    def follow(self, folder: Path) -> Outcome:
        started = time.monotonic()
        self._listen(Progress(Phase.SCAN, 0, 1))
        planned = plan(folder, self._store)
        changes = planned.changes
        self._listen(Progress(Phase.SCAN, 1, 1))
        self._move(changes)
        if changes.fresh or changes.removed or self._store.encoder() != self._encoder.name:
            complete = self._store.claim(self._encoder.name)
            self._read(planned)
            if not complete:
                self._catch_up()
            self._listen(Progress(Phase.FINISH, 0, 1))
            self._finish(time.monotonic() - started)
            self._listen(Progress(Phase.FINISH, 1, 1))
        remember_corrections(self._store, planned.corrections)
        self._store.past.prune()
        return self._outcome(changes, time.monotonic() - started)

    def _finish(self, seconds: float) -> None:
        if self._fault:
            return
        self._store.settle(self._encoder.name)
        if self._encoded >= _MEASURED:
            self._store.notes.keep_pace(self._encoder.name, seconds / self._encoded)
        self._export()

    def _move(self, changes: Changes) -> None:
        """不必读文件的改动。"""
        if changes.removed:
            self._store.remove_files(changes.removed)
        if changes.renamed:
            self._store.rename_files(changes.renamed)
        if changes.touched:
            self._store.touch_files(changes.touched)

    def _read(self, planned: Plan) -> None:
        fresh = planned.changes.fresh
        for done, state in enumerate(fresh):
            self._listen(Progress(Phase.READ, done, len(fresh), state.name))
            found = planned.present[state.name]
            reading = None
            if is_settled(found, planned.seen):
                reading = read_file(found, state, planned.corrections.entries, self._store.pages)
            if reading is None or not found.still():  # 旧的答案照旧，写完再读
                self._waiting.append(state.name)
                continue
            self._take(reading)
            if len(self._texts) >= WINDOW:
                self._flush((done + 1) / len(fresh))
        self._listen(Progress(Phase.READ, len(fresh), len(fresh)))
        self._flush(1.0)

    def _take(self, reading: FileReading) -> None:
        self._read_files.append(reading)
        texts = _texts(passage for one in reading.readings for passage in one.passages)
        known = self._store.known_vectors(self._encoder.name, texts.keys())
        self._texts.update((key, text) for key, text in texts.items() if key not in known)

    def _flush(self, share: float) -> None:
        """编码攒下的文字，再逐份写入；`share` 是全部文件已读的比例，用来估计总数。"""
        self._encode(self._texts, round((self._encoded + len(self._texts)) / share))
        self._texts = {}
        for reading in self._read_files:
            self._store.replace_file(reading)
            self._written.append(_counted(reading))
        self._read_files = []

    def _encode(self, texts: Mapping[bytes, str], total: int) -> None:
        if not texts or self._fault:
            return
        done = self._encoded

        def step(more: int) -> None:
            nonlocal done
            done += more
            self._listen(Progress(Phase.ENCODE, done, max(total, done)))

        self._listen(Progress(Phase.ENCODE, done, total))
        try:
            matrix = self._encoder.encode_passages(list(texts.values()), step)
        except EncoderError as error:
            self._fault = str(error)
            self._store.unsettle()
            return
        self._store.add_vectors(self._encoder.name, list(texts), matrix.astype(np.float16))
        self._encoded += len(texts)

    def _catch_up(self) -> None:
        """给还没有向量的旧段落补上：换了编码器，或上次编码器用不了。"""
        missing = self._store.missing_vectors(self._encoder.name)
        for start in range(0, len(missing), WINDOW):
            passages = self._store.passages(missing[start : start + WINDOW])
            self._encode(_texts(passages.values()), self._encoded + len(missing) - start)

    def _export(self) -> None:
        """变动大的，趁现在把向量索引存成文件，开张时不必等；变动小的，开张时对照编号补上。"""
        if self._encoded >= WINDOW or not self._store.path.with_name(FILE).exists():
            Nearest(self._store, self._encoder.name).current()
            self._store.match([""], 1)

    def _outcome(self, changes: Changes, seconds: float) -> Outcome:
        read = [file for file in self._written if file.reports]
        return Outcome(
            read=tuple(file.name for file in read),
            with_problems=tuple(file.name for file in read if file.problems),
            unread=tuple(file.name for file in self._written if not file.reports),
            waiting=tuple(self._waiting),
            unchanged=changes.unchanged,
            renamed=tuple((old, state.name) for old, state in changes.renamed),
            removed=changes.removed,
            passages=sum(file.passages for file in read),
            facts=sum(file.facts for file in read),
            encoded=self._encoded,
            problems=(
                *(problem for file in self._written for problem in file.problems),
                *map(unsettled_problem, self._waiting),
                *self._store.notes.problems(),
            ),
            seconds=seconds,
            encoder_fault=self._fault,
        )


def _texts(passages: Iterable[Passage]) -> dict[bytes, str]:
    return {text_hash(passage): document_text(passage) for passage in passages}


def _counted(file: FileReading) -> _Written:
    return _Written(
        file.state.name,
        len(file.readings),
        sum(len(one.passages) for one in file.readings),
        sum(len(one.facts) for one in file.readings),
        file.problems,
    )
