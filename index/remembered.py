"""按代记住算好的结果。"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """记住一件由索引导出的东西，索引到了新的一代才重算。

    Args:
        compute: 怎样算；在快照之内调用。
    """

    def __init__(self, compute: Callable[[], T]) -> None:
        self._compute = compute
        self._lock = threading.Lock()
        self._known: tuple[int, T] | None = None

    def at(self, generation: int) -> T:
        """这一代的结果；几个线程同时来要，只算一次。"""
        known = self._known
        if known is not None and known[0] == generation:
            return known[1]
        with self._lock:
            known = self._known
            if known is None or known[0] != generation:
                self._known = known = (generation, self._compute())
            return known[1]
