"""跟着索引一代代往前走的向量索引。"""

import logging
import threading
from pathlib import Path

import numpy as np

from index.errors import IndexingError
from index.store import Store
from index.vectors import Ids, Stamp, Vectors, build, read

_LOG = logging.getLogger(__name__)

FILE = "vectors.faiss"

# 文件里的与此刻的相差超过这么多段，或超过这个比例的倒数，才重写文件；相差不多的，读进来再补。
_SLACK = 200
_SHARE = 20


def stamp(store: Store, encoder: str) -> Stamp:
    """此刻这个索引、这个编码器的文件应有的印记。"""
    return Stamp(0, f"{store.identity()}/{encoder}")


class Nearest:
    """一个编码器的向量索引，需要时从文件读入或由 SQLite 重建，此后只补新的、去旧的。

    段落编号从不重用，所以文件旧了也只是少几段、多几段，对照编号即可补齐；别的索引或别的编码器留下的文件不认。

    Args:
        store: 索引。
        encoder: 编码器的名字。
        file: 存成的文件；缺省在索引旁边。
    """

    def __init__(self, store: Store, encoder: str, file: Path | None = None) -> None:
        self._store = store
        self._encoder = encoder
        self._file = file if file is not None else store.path.with_name(FILE)
        self._stamp = stamp(store, encoder)
        self._lock = threading.Lock()
        self._known: tuple[int, Vectors] | None = None

    def current(self) -> Vectors | None:
        """此刻的向量索引；这个编码器的向量还没有齐全，或一段也没有，则为 None。"""
        with self._lock, self._store.snapshot():
            generation = self._store.generation()
            wanted = stamp(self._store, self._encoder)
            if wanted != self._stamp:  # 恢复了备份，编号各指各的
                self._stamp, self._known = wanted, None
            if self._known is not None and self._known[0] == generation:
                return self._known[1]
            ids = self._store.catalogue().ids
            if self._store.encoder() != self._encoder or not len(ids):
                return None
            vectors = self._followed(self._known[1], ids) if self._known is not None else self._opened(ids)
            self._known = (generation, vectors)
            return vectors

    def _opened(self, ids: Ids) -> Vectors:
        """读入文件并补齐；文件不在、坏了或相差太多的，顺手重写。"""
        saved = read(self._file, self._stamp)
        drift = len(ids) if saved is None else len(np.setxor1d(saved.ids, ids, assume_unique=True))
        vectors = self._followed(saved, ids)
        if saved is None or drift > max(_SLACK, len(ids) // _SHARE):
            try:
                self._store.harden()  # 断电后索引若退回从前，编号会重用，文件就不能信了
                vectors.write(self._file, self._stamp)
            except IndexingError as error:
                _LOG.warning("向量索引没有存成文件，下次再由 SQLite 重建：%s", error)
        return vectors

    def _followed(self, vectors: Vectors | None, ids: Ids) -> Vectors:
        """补上新来的，去掉不在的；补不齐就重建。"""
        if vectors is not None and len(vectors):
            last = int(vectors.ids[-1])
            vectors.remove(np.setdiff1d(vectors.ids, ids, assume_unique=True))
            vectors.add(*self._store.vectors(self._encoder, last))
            if np.array_equal(vectors.ids, ids):
                return vectors
        return build(*self._store.vectors(self._encoder))
