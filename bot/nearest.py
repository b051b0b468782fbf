"""跟着索引一代一代走的向量索引。"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoder import Encoder
from index.store import Store

if TYPE_CHECKING:
    from index.vectors import Vectors

FILE = "vectors.faiss"


class Nearest:
    """当前一代的向量索引：没有就从文件读，文件不合就从索引重建；换代时只增删变了的段落。

    Args:
        store: 索引。
        encoder: 取编码器。
        folder: 放向量文件的文件夹。
    """

    def __init__(self, store: Store, encoder: Callable[[], Encoder], folder: Path) -> None:
        self._store = store
        self._encoder = encoder
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._vectors: Vectors | None = None
        self._generation = -1

    def current(self) -> "Vectors | None":
        """这一代（或更新的一代）的向量索引；一条向量也没有则为 None。"""
        with self._lock, self._store.snapshot():
            generation = self._store.generation()
            if generation > self._generation:
                self._vectors = self._followed(generation)
                self._generation = generation
            return self._vectors

    def _followed(self, generation: int) -> "Vectors | None":
        wanted = self._store.catalogue().ids
        vectors = self._vectors
        if vectors is None:
            return self._opened(generation)
        vectors.remove(np.setdiff1d(vectors.ids, wanted))
        last = int(vectors.ids[-1]) if len(vectors) else 0
        vectors.add(*self._store.vectors(self._encoder().name, last))
        if len(vectors) < len(wanted):  # 有旧段落后来才补上向量
            return self._built(generation)
        return vectors

    def _opened(self, generation: int) -> "Vectors | None":
        from index.vectors import Stamp, read  # noqa: PLC0415 - faiss 到要用时才导入

        return read(self._path, Stamp(generation, self._encoder().name)) or self._built(generation)

    def _built(self, generation: int) -> "Vectors | None":
        from index.vectors import Stamp, build  # noqa: PLC0415

        ids, matrix = self._store.vectors(self._encoder().name)
        if not len(ids):
            return None
        vectors = build(ids, matrix)
        vectors.write(self._path, Stamp(generation, self._encoder().name))
        return vectors
