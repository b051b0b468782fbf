"""BM25：倒排表在内存里（大了则映射自文件），由逐段的用词导出，随时可以重建。"""

import json
import logging
import math
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexingError

_LOG = logging.getLogger(__name__)

# BM25 的两个常数。
SATURATION = 1.2
LENGTH_WEIGHT = 0.75

# 尾部超过这么多段就并入主体；主体不足这么多段时现建只要几十毫秒，不值得存成文件。
TAIL = 2000

_FORMAT = "jihuatong-keywords-1"
_COUNT_BITS = 8
_ROW_BITS = 29
_HEADER = 512


@dataclass(frozen=True, slots=True, eq=False)
class WordRows:
    """若干段落的用词：第 i 段有 `sizes[i]` 个不同的词，依次取自 `words`（词的编号）与 `counts`（次数）。"""

    passages: NDArray[np.int64]
    sizes: NDArray[np.int64]
    words: NDArray[np.int32]
    counts: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """倒排表。编号为 w 的词见于 `rows[offsets[w]:offsets[w+1]]` 各行，次数在 `counts`；行即 `passages` 的下标。"""

    passages: NDArray[np.int64]
    lengths: NDArray[np.float32]
    offsets: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]

    @property
    def last(self) -> int:
        """最后一段的编号；一段也没有则为 0。"""
        return int(self.passages[-1]) if len(self.passages) else 0

    def of(self, word: int) -> slice:
        """这个词在 `rows`、`counts` 里的一截。"""
        if word + 1 >= len(self.offsets):
            return slice(0, 0)
        return slice(int(self.offsets[word]), int(self.offsets[word + 1]))


@dataclass(frozen=True)
class _Part:
    """倒排表里此刻还在的行：`alive` 逐行真假，`place` 是该行在全部段落里的位置。"""

    postings: Postings
    alive: NDArray[np.bool_]
    place: NDArray[np.int64]

    @cached_property
    def whole(self) -> bool:
        return bool(self.alive.all())

    def frequency(self, word: int) -> int:
        at = self.postings.of(word)
        return at.stop - at.start if self.whole else int(self.alive[self.postings.rows[at]].sum())


class Keywords:
    """一代索引的 BM25。不可变，多个线程可以同时查。

    Args:
        passages: 此刻全部段落的编号，升序。
        parts: 合起来罩住全部段落的倒排表。
    """

    def __init__(self, passages: NDArray[np.int64], parts: Sequence[Postings]) -> None:
        self.passages = passages
        self._parts = tuple(_part(postings, passages) for postings in parts)
        self._mean = float(sum(part.postings.lengths[part.alive].sum() for part in self._parts)) / max(1, len(passages))
        self._norms = tuple(_norms(part.postings.lengths, self._mean) for part in self._parts)

    def frequency(self, word: int) -> int:
        """有多少段用到编号为 `word` 的词。"""
        return sum(part.frequency(word) for part in self._parts)

    def frequencies(self) -> NDArray[np.int64]:
        """每个词见于多少段，下标即词的编号。"""
        size = max((len(part.postings.offsets) - 1 for part in self._parts), default=0)
        total = np.zeros(size, np.int64)
        for part in self._parts:
            counts = _alive_counts(part)
            total[: len(counts)] += counts
        return total

    def scores(self, words: Sequence[int]) -> NDArray[np.float32]:
        """各段的 BM25 分数，与 `passages` 逐项对应；没有命中的为 0。"""
        total = np.zeros(len(self.passages), np.float32)
        weights = [(word, self._weight(word)) for word in dict.fromkeys(words)]
        for part, norms in zip(self._parts, self._norms, strict=True):
            scores = np.zeros(len(norms), np.float32)
            for word, weight in weights:
                at = part.postings.of(word)
                rows, counts = part.postings.rows[at], part.postings.counts[at].astype(np.float32)
                scores[rows] += weight * counts / (counts + norms[rows])
            total[part.place[part.alive]] += scores[part.alive]
        return total

    def best(self, words: Sequence[int], k: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """分数最高的至多 `k` 段：(段落编号, 分数)，分数大的在前，同分则编号小的在前。"""
        scores = self.scores(words)
        if allowed is not None:
            scores[~allowed] = 0
        found = np.flatnonzero(scores)
        if len(found) > k:
            least = np.partition(scores[found], len(found) - k)[len(found) - k]
            found = found[scores[found] >= least]
        order = found[np.argsort(-scores[found], kind="stable")][:k]
        return [(int(self.passages[row]), float(scores[row])) for row in order]

    def _weight(self, word: int) -> float:
        frequency = self.frequency(word)
        rarity = math.log(1 + (len(self.passages) - frequency + 0.5) / (frequency + 0.5))
        return rarity * (SATURATION + 1)


class Shelf:
    """跟着索引一代代往前走的倒排表：主体不动，新来的段落另成一截，攒多了再并。

    Args:
        file: 主体存成的文件。
        load: 给出编号大于某数的全部段落的用词。
        stamp: 认得出是哪一个索引的记号；段落编号在同一个索引里从不重用。
        harden: 让索引已提交的都落实在磁盘上；断电后它若退回从前，编号会重用，存的文件就不能信了。
    """

    def __init__(
        self, file: Path, load: Callable[[int], WordRows], stamp: str, harden: Callable[[], None] = lambda: None
    ) -> None:
        self._harden = harden
        self._file = file
        self._load = load
        self._stamp = stamp
        self._base: Postings | None = None

    def keywords(self, passages: NDArray[np.int64]) -> Keywords:
        """对着此刻的全部段落，给出 BM25。段落多而文件旧了，顺手重写文件。"""
        base = self._base or read(self._file, self._stamp)
        if base is None or _drift(base, passages) > TAIL:
            base = build(self._load(0))
            self._save(base)
        self._base = base
        newer = len(passages) and passages[-1] > base.last
        return Keywords(passages, [base, build(self._load(base.last))] if newer else [base])

    def _save(self, postings: Postings) -> None:
        """存成文件；存不成也不要紧，下次现建。"""
        if len(postings.passages) < TAIL:
            return
        try:
            self._harden()
            write(self._file, postings, self._stamp)
        except (OSError, IndexingError) as error:
            _LOG.warning("倒排表没有存成文件：%s", error)


def build(rows: WordRows) -> Postings:
    """由逐段的用词建倒排表。"""
    row = np.repeat(np.arange(len(rows.passages), dtype=np.int64), rows.sizes)
    keys = rows.words.astype(np.int64)
    size = int(keys.max(initial=-1)) + 1
    offsets = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=size), out=offsets[1:])
    keys = (keys << (_ROW_BITS + _COUNT_BITS)) | (row << _COUNT_BITS) | rows.counts
    keys.sort()  # 词、行、次数拼成一个数来排，比间接排序快得多
    lengths = np.bincount(row, weights=rows.counts, minlength=len(rows.passages)).astype(np.float32)
    return Postings(
        passages=rows.passages,
        lengths=lengths,
        offsets=offsets,
        rows=((keys >> _COUNT_BITS) & ((1 << _ROW_BITS) - 1)).astype(np.int32),
        counts=(keys & ((1 << _COUNT_BITS) - 1)).astype(np.uint8),
    )


def write(file: Path, postings: Postings, stamp: str) -> None:
    """存成文件：写在旁边，落盘，再改名。"""
    arrays = _layout(postings)
    checksum = 0
    for array in arrays:
        checksum = zlib.crc32(array.tobytes(), checksum)
    header = {"format": _FORMAT, "stamp": stamp, "sizes": [len(array) for array in arrays], "checksum": checksum}
    beside = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as out:
            out.write(json.dumps(header).encode().ljust(_HEADER - 1) + b"\n")
            for array in arrays:
                out.write(array.tobytes())
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def read(file: Path, stamp: str) -> Postings | None:
    """映射文件里的倒排表；没有、不是这个索引的，或坏了，都为 None。"""
    try:
        with file.open("rb") as source:
            header = json.loads(source.read(_HEADER))
            if header["format"] != _FORMAT or header["stamp"] != stamp or _checksum(source) != header["checksum"]:
                return None
        content: NDArray[np.uint8] = np.memmap(file, np.uint8, "r", offset=_HEADER)
        return _mapped(content, [int(size) for size in header["sizes"]])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _checksum(source: IO[bytes]) -> int:
    """通读余下的内容来算；不经映射，免得整个文件都算进内存。"""
    checksum = 0
    while block := source.read(1 << 20):
        checksum = zlib.crc32(block, checksum)
    return checksum


def _layout(postings: Postings) -> tuple[NDArray[np.generic], ...]:
    """文件里各列的先后；宽的在前，列列对齐。"""
    return (postings.passages, postings.offsets, postings.lengths, postings.rows, postings.counts)


def _mapped(content: NDArray[np.uint8], sizes: Sequence[int]) -> Postings:
    widths = (8, 8, 4, 4, 1)
    edges = np.cumsum([0, *(size * width for size, width in zip(sizes, widths, strict=True))])
    columns = [content[start:end] for start, end in pairwise(edges)]
    return Postings(
        passages=columns[0].view(np.int64),
        offsets=columns[1].view(np.int64),
        lengths=columns[2].view(np.float32),
        rows=columns[3].view(np.int32),
        counts=columns[4],
    )


def _part(postings: Postings, passages: NDArray[np.int64]) -> _Part:
    place = np.searchsorted(passages, postings.passages)
    inside = np.minimum(place, max(len(passages) - 1, 0))
    alive = passages[inside] == postings.passages if len(passages) else np.zeros(len(place), np.bool_)
    return _Part(postings, alive, place)


def _norms(lengths: NDArray[np.float32], mean: float) -> NDArray[np.float32]:
    relative = lengths / np.float32(mean or 1)
    norms: NDArray[np.float32] = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative)
    return norms.astype(np.float32)


def _alive_counts(part: _Part) -> NDArray[np.int64]:
    if part.whole:
        return np.diff(part.postings.offsets)
    running = np.concatenate(([0], np.cumsum(part.alive[part.postings.rows])))
    counts: NDArray[np.int64] = running[part.postings.offsets[1:]] - running[part.postings.offsets[:-1]]
    return counts


def _drift(base: Postings, passages: NDArray[np.int64]) -> int:
    """与此刻的段落相差多少：新来的加上不在了的。"""
    kept = int(np.searchsorted(passages, base.last, side="right"))
    return len(passages) - kept + len(base.passages) - kept
