"""十万段的索引：合成一个，量起步、内存与检索；供 `bench.py scale` 用。

段落取自附带的报告，改了名字重复许多份；向量是随机的单位向量。只量存取与检索，向量是什么不要紧。
"""

import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.outline import parse
from corpus.readers import can_read, read
from index.entries import FileReading, FileState, Reading
from index.nearest import Nearest
from index.passages import text_hash
from index.reading import read_report
from index.retriever import Retriever
from index.store import Store

NAME, DIM = "合成-384", 384
ASKED = 60


class Synthetic:
    """不用模型的编码器：随机的单位向量。"""

    name, dim = NAME, DIM

    def encode_passages(self, texts: Sequence[str], _: object = None) -> NDArray[np.float32]:
        """随机的 [n, dim]。"""
        raw = np.random.default_rng(len(texts)).standard_normal((len(texts), DIM), np.float32)
        vectors: NDArray[np.float32] = raw / np.linalg.norm(raw, axis=1, keepdims=True)
        return vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """随机的 [dim]。"""
        raw = np.random.default_rng(abs(hash(text)) % 2**32).standard_normal(DIM, np.float32)
        vector: NDArray[np.float32] = raw / np.linalg.norm(raw)
        return vector


def renamed(reading: Reading, number: int) -> Reading:
    """换一个名字的同一份报告；段落的上文不同，散列也就不同。"""
    name = f"{number:06d}.txt"
    passages = tuple(
        replace(passage, document=name, context=f"{number} · {passage.context}") for passage in reading.passages
    )
    facts = tuple(replace(fact, document=name) for fact in reading.facts)
    words = tuple(Counter({**counts, f"第{number}号": 1}) for counts in reading.words)
    return Reading(replace(reading.report, name=name), passages, facts, words)


def file_of(reading: Reading) -> FileReading:
    """一份报告一个文件。"""
    return FileReading(FileState(reading.report.name, "合成", 1, 1, 1, "合成"), (reading,), 0, 0, ())


def originals(folder: Path) -> Iterator[Reading]:
    """附带的报告读成的样子。"""
    for path in sorted(path for path in folder.iterdir() if can_read(path.name)):
        yield from (read_report(report) for report in parse(read(path, path.name), path.name))


def build(shipped: Path, index: Path, wanted: int) -> None:
    """合成 `wanted` 段的索引。"""
    patterns = [reading for reading in originals(shipped) if reading.passages]
    rng = np.random.default_rng(0)
    with Store(index) as store, store.writer():
        store.claim(NAME)
        done = 0
        for number in count():
            reading = renamed(patterns[number % len(patterns)], number)
            store.replace_file(file_of(reading))
            raw = rng.standard_normal((len(reading.passages), DIM), np.float32)
            vectors = raw / np.linalg.norm(raw, axis=1, keepdims=True)
            store.add_vectors(NAME, [text_hash(passage) for passage in reading.passages], vectors)
            done += len(reading.passages)
            if done >= wanted:
                break
        store.settle(NAME)
        Nearest(store, NAME).current()
        store.match([""], 1)


def resident() -> float:
    """此刻占着的内存（字节）；量不到则为 nan。"""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return float("nan")


def measure(index: Path) -> dict[str, float]:
    """在一个新的进程里量：起步、内存、检索、换了一份之后的头一次检索。

    内存含与段落多少无关的（词典、各个库），要与小索引的相减。
    """
    warm = Synthetic().encode_query("预热")
    before, began, busy = resident(), time.perf_counter(), time.process_time()
    store = Store(index)
    nearest = Nearest(store, NAME)
    retriever = Retriever(store, Synthetic, nearest.current)
    vectors = nearest.current()
    if vectors is None:
        sys.exit("向量不齐")
    retriever.hits("2023年农村公路新改建多少公里", (), 10)
    started, worked = time.perf_counter() - began, time.process_time() - busy
    passages = store.passage_count
    sizes = len(vectors) * (DIM * 2 + 8)
    questions = [f"2023年第{number}号农村公路新改建多少公里" for number in range(ASKED)]
    taken = [_timed(retriever, question) for question in questions]
    used = resident() - before
    with Store(index) as writer, writer.writer():
        pattern = writer.report("000000.txt")
        again = renamed(read_report(pattern), 0)
        writer.replace_file(file_of(again))
        writer.add_vectors(NAME, [text_hash(p) for p in again.passages], np.tile(warm, (len(again.passages), 1)))
        writer.settle(NAME)
    changed = _timed(retriever, questions[0])
    return {
        "passages": passages,
        "start": started,
        "start_busy": worked,
        "memory": used,
        "vectors": sizes,
        "median": statistics.median(wall for wall, _ in taken),
        "median_busy": statistics.median(cpu for _, cpu in taken),
        "slowest": max(wall for wall, _ in taken),
        "slowest_busy": max(cpu for _, cpu in taken),
        "after_change": changed[0],
        "after_change_busy": changed[1],
    }


def _timed(retriever: Retriever, question: str) -> tuple[float, float]:
    """过了几秒，处理器忙了几秒。"""
    began, busy = time.perf_counter(), time.process_time()
    retriever.hits(question, (), 10)
    return time.perf_counter() - began, time.process_time() - busy


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    json.dump(measure(Path(sys.argv[1])), sys.stdout)
