"""向量：按内积找最近的段落；由 SQLite 里的向量而来，随时可以重建。"""

import errno
import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.errors import CannotKeepIndex, NoRoom

Ids = NDArray[np.int64]

EXACT_LIMIT = 120_000
_PROBED = 32
_LISTS_PER_ROOT = 2
_TRAINED_PER_LIST = 40
_MAGIC = b"jihuatong vectors 2"
_COUNT_BYTES = 8

# 核对时的宽严：逐个比较的分毫不差；分区、压缩的，九成五以上的段落找得回与自己相差不到两成的。
_CLOSE = 1e-6
_SAMPLE = 200
_FAITHFUL = 0.2
_MOST = 0.95


@dataclass(frozen=True, slots=True)
class Stamp:
    """文件的印记：由哪一代索引、哪个编码器的向量而来。"""

    generation: int
    encoder: str


class Vectors:
    """段落编号与向量的索引；可多个线程共用。

    十二万段以内逐个比较，存半精度：与 SQLite 里的分毫不差，比单精度快近一倍、省一半内存。
    更多时分区、每维一个字节，以一点精度换时间和内存。

    Args:
        index: faiss 索引。
        ids: 其中的段落编号，升序。
    """

    def __init__(self, index: faiss.Index, ids: Ids) -> None:
        self._index = index
        self._ids = ids
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> Ids:
        """段落编号，升序。"""
        return self._ids

    def search(self, vector: ArrayLike, k: int, among: ArrayLike | None = None) -> list[tuple[int, float]]:
        """内积最大的至多 `k` 段，高分在前，同分按编号。

        Args:
            vector: [dim]。
            k: 至多几段。
            among: 只在这些编号里找；None 为不限。

        Returns:
            (段落编号, 内积)。
        """
        wanted = None if among is None else np.unique(np.asarray(among, np.int64))
        with self._lock:
            most = min(k, len(self._ids) if wanted is None else len(wanted))
            if most <= 0:
                return []
            query = np.asarray(vector, np.float32).reshape(1, -1)
            scores, ids = self._index.search(query, most, params=_parameters(self._index, wanted))
        found = [(int(number), float(score)) for number, score in zip(ids[0], scores[0], strict=True) if number >= 0]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def add(self, ids: ArrayLike, matrix: ArrayLike) -> None:
        """加入若干段；编号已有的换成新的向量。

        Args:
            ids: [n]，不重复。
            matrix: [n, dim]，半精度或单精度。
        """
        fresh = np.asarray(ids, np.int64)
        if not len(fresh):
            return
        with self._lock:
            self._drop(fresh[np.isin(fresh, self._ids)])
            self._index.add_with_ids(_floats(matrix), fresh)
            self._ids = np.union1d(self._ids, fresh)

    def remove(self, ids: ArrayLike) -> None:
        """去掉若干段；没有的编号不管。"""
        with self._lock:
            self._drop(np.intersect1d(np.asarray(ids, np.int64), self._ids))

    def disagrees(self, ids: ArrayLike, matrix: ArrayLike) -> bool:
        """与应有的向量对不上：逐个比较的索引全部核对，分区的抽样看能不能找回自己。

        Args:
            ids: [n]，升序。
            matrix: [n, dim]。
        """
        numbers, rows = np.asarray(ids, np.int64), _floats(matrix)
        if not np.array_equal(numbers, self._ids):
            return True
        if self._index.ntotal <= EXACT_LIMIT and not isinstance(self._index, faiss.IndexIVF):
            with self._lock:
                held = self._index.reconstruct_batch(numbers)
            return not np.allclose(held, rows, atol=_CLOSE)
        sample = np.random.default_rng(0).choice(len(numbers), min(len(numbers), _SAMPLE), replace=False)
        best = [next(iter(self.search(rows[at], 1)), (0, 0.0))[1] / float(rows[at] @ rows[at]) for at in sample]
        return float(np.mean(np.abs(np.array(best) - 1) < _FAITHFUL)) < _MOST

    def write(self, path: Path, stamp: Stamp) -> None:
        """写成文件：先写在旁边，落盘，再改名。

        Raises:
            NoRoom: 磁盘满了。
            CannotKeepIndex: 文件夹不能写。
        """
        with self._lock:
            numbers, body = self._ids, faiss.serialize_index(self._index).tobytes()
        content = b"".join((np.int64(len(numbers)).tobytes(), numbers.tobytes(), body))
        try:
            _write_whole(path, b"\n".join((_MAGIC, _label(stamp, content), content)))
        except OSError as fault:
            full = fault.errno in {errno.ENOSPC, errno.EDQUOT}
            raise (NoRoom(path) if full else CannotKeepIndex(path.parent)) from fault

    def _drop(self, ids: Ids) -> None:
        if len(ids):
            self._index.remove_ids(faiss.IDSelectorBatch(ids))
            self._ids = np.setdiff1d(self._ids, ids, assume_unique=True)


def build(ids: ArrayLike, matrix: ArrayLike) -> Vectors:
    """由向量建索引。

    Args:
        ids: [n]，不重复。
        matrix: [n, dim]，半精度或单精度；dim 不为 0。
    """
    numbers, rows = np.asarray(ids, np.int64), _floats(matrix)
    index = _empty(rows)
    if len(rows):
        index.add_with_ids(rows, numbers)
    return Vectors(index, np.sort(numbers))


def read(path: Path, stamp: Stamp) -> Vectors | None:
    """读回写好的索引；文件没有、过时或坏了则为 None，应重建。不用 mmap：那样的索引一加就崩。"""
    try:
        with path.open("rb") as file:
            magic, label, body = file.readline(), file.readline(), file.read()
    except OSError:
        return None
    if magic.rstrip(b"\n") != _MAGIC or label.rstrip(b"\n") != _label(stamp, body):
        return None
    count = int(np.frombuffer(body, np.int64, 1)[0])
    ids = np.frombuffer(body, np.int64, count, _COUNT_BYTES).copy()  # 不牵着整个文件的内容
    index = faiss.deserialize_index(np.frombuffer(body, np.uint8, offset=_COUNT_BYTES + ids.nbytes))
    return Vectors(index, ids)


def _label(stamp: Stamp, body: bytes) -> bytes:
    """文件的第二行：印记与正文的散列；与应有的一字不差才算数。"""
    content = {**asdict(stamp), "sha256": hashlib.sha256(body).hexdigest()}
    return json.dumps(content, ensure_ascii=False).encode()


def _empty(rows: NDArray[np.float32]) -> faiss.Index:
    """还没有向量的索引；分区的先用部分向量定好区。"""
    count, dim = rows.shape
    if count <= EXACT_LIMIT:
        return faiss.index_factory(dim, "IDMap2,SQfp16", faiss.METRIC_INNER_PRODUCT)
    lists = int(_LISTS_PER_ROOT * count**0.5)
    index = faiss.index_factory(dim, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.nprobe = _PROBED  # type: ignore[attr-defined]  # 库漏标
    chosen = np.random.default_rng(0).choice(count, min(count, _TRAINED_PER_LIST * lists), replace=False)
    index.train(rows[np.sort(chosen)])
    return index


def _parameters(index: faiss.Index, among: Ids | None) -> faiss.SearchParameters | None:
    """限定范围时，分区的索引各区都看：合格的段落可能很少，也不知在哪区。"""
    if among is None:
        return None
    selector = faiss.IDSelectorBatch(among)
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=selector, nprobe=index.nlist)  # type: ignore[call-arg]  # 库漏标
    return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # 库漏标


def _floats(matrix: ArrayLike) -> NDArray[np.float32]:
    return np.ascontiguousarray(matrix, np.float32)


def _write_whole(path: Path, content: bytes) -> None:
    """写在旁边，落盘，改名；中途断电，原来的文件还在。"""
    beside = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
