"""许多份报告里有一份改了一段：再入库的时间，比只读那一份、只编码变了的那几段；供 `bench.py change` 用。

两样紧挨着轮流做，取许多遍的中位数：同一时刻的机器，比值才可信。
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.app import Application
from index.encoder import Encoder
from index.entries import FileReading, FileState
from index.folder import Found, file_digest, recipe
from index.passages import document_text
from index.reading import read_file

ROUNDS = 15
AGO_NS = 3_600_000_000_000
"""改动时间写成多久以前：入库时不必等着看它写完没有，那一会儿（至多 0.3 秒）不是代价。"""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Spent:
    """过了几秒，处理器忙了几秒（读文件的那个进程不在内）。"""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Round:
    """改一段：再入库的，只读只编码的；各编码了几段。"""

    update: Spent
    alone: Spent
    encoded: int
    changed: int


def measure(application: Application, encoder: Encoder, rounds: int = ROUNDS) -> tuple[Round, ...]:
    """索引已建好：逐份改一段，量两样；头一遍是预热，不算。

    Args:
        application: 量它再入库。
        encoder: 只编码时用的，与它是同一种。
        rounds: 改几遍。
    """
    paths = sorted(path for path in application.folder.iterdir() if path.suffix == ".txt")
    chosen = [paths[number * len(paths) // (rounds + 1)] for number in range(rounds + 1)]
    return tuple(_round(application, encoder, path, number) for number, path in enumerate(chosen))[1:]


def rows(done: Sequence[Round], reports: int) -> list[tuple[str, ...]]:
    """一张表，第一行是表头。"""
    sides: tuple[tuple[str, Callable[[Round], Spent]], ...] = (
        (f"{reports} 份里改一段，再入库", lambda one: one.update),
        ("只读那一份，只编码变了的段落", lambda one: one.alone),
    )
    whole = _middle(done, sides[0][1])
    found = [("", "中位毫秒", "处理器忙了", "再入库的时间是它的", "按处理器时间")]
    for name, side in sides:
        spent = _middle(done, side)
        ratios = (f"{whole.wall / spent.wall:.2f}", f"{whole.cpu / spent.cpu:.2f}")
        found.append((name, f"{spent.wall * 1000:.0f}", f"{spent.cpu * 1000:.0f}", *ratios))
    encoded, changed = sum(one.encoded for one in done), sum(one.changed for one in done)
    return [*found, ("编码的段落，变了的段落", str(encoded), str(changed), f"{encoded / changed:.2f}", "")]


def _middle(done: Sequence[Round], side: Callable[[Round], Spent]) -> Spent:
    spent = [side(one) for one in done]
    return Spent(statistics.median(one.wall for one in spent), statistics.median(one.cpu for one in spent))


def _round(application: Application, encoder: Encoder, path: Path, number: int) -> Round:
    """改这一份的一段，量一遍；单双遍的先后相反，免得总是后做的占便宜。"""
    before = _texts(_read(path))
    _edit(path, number)
    texts: list[str] = []

    def alone() -> None:
        texts.extend(text for text in _texts(_read(path)) if text not in before)
        encoder.encode_passages(texts)

    if number % 2:
        (_, least), (outcome, update) = _timed(alone), _timed(application.update)
    else:
        (outcome, update), (_, least) = _timed(application.update), _timed(alone)
    return Round(update, least, outcome.encoded, len(texts))


def _edit(path: Path, number: int) -> None:
    """给最长的一段添半句。"""
    lines = path.read_text(encoding="utf-8").splitlines()
    longest = max(range(len(lines)), key=lambda at: len(lines[at]))
    lines[longest] = lines[longest].removesuffix("。") + f"，另新增便民服务点{number + 2}处。"
    path.write_text("\n".join(lines), encoding="utf-8")
    moment = time.time_ns() - AGO_NS
    os.utime(path, ns=(moment, moment))


def _read(path: Path) -> FileReading:
    stat = path.stat()
    state = FileState(path.name, file_digest(path), stat.st_size, stat.st_mtime_ns, time.time_ns(), recipe())
    return read_file(Found(path.name, str(path), stat.st_size, stat.st_mtime_ns), state, {})


def _texts(reading: FileReading) -> dict[str, None]:
    """各段要编码的文字，次序不变。"""
    return dict.fromkeys(document_text(passage) for one in reading.readings for passage in one.passages)


def _timed(work: Callable[[], _Result]) -> tuple[_Result, Spent]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, Spent(time.perf_counter() - wall, time.process_time() - cpu)
