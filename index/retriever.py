"""为一个问题找段落：词与向量两路检索，合并名次。"""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.encoder import Encoder
from index.fusion import fuse
from index.records import Hit
from index.store import Store
from index.words import query_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WIDTH = 3


class Dense(Protocol):
    """按向量找段落。"""

    def search(
        self, vector: "NDArray[np.float32]", k: int, among: "NDArray[np.int64] | None" = None
    ) -> list[tuple[int, float]]:
        """内积最大的至多 `k` 段，(段落编号, 余弦)；`among` 限定在这些段落里找。"""


class Retriever:
    """两路检索；没有编码器（或还没有向量）时只用词。

    Args:
        store: 索引。
        encoder: 取编码器；None 表示不用向量。
        dense: 取当前一代的向量索引；还没有时为 None。
    """

    def __init__(self, store: Store, encoder: Callable[[], Encoder] | None, dense: Callable[[], Dense | None]) -> None:
        self._store = store
        self._encoder = encoder
        self._dense = dense

    def hits(self, text: str, others: Sequence[str], k: int, reports: Collection[int] | None = None) -> tuple[Hit, ...]:
        """最合问题的至多 `k` 段，高分在前。

        Args:
            text: 问题。
            others: 问题实词的同义说法，只用于词检索。
            k: 至多几段。
            reports: 只在这些报告（编号）里找；None 为不限。
        """
        words = list(dict.fromkeys([*query_terms(text), *(t for other in others for t in query_terms(other))]))
        found = dict(self._store.match(words, k * _WIDTH, reports))
        return fuse(found, self._nearest(text, k * _WIDTH, reports))[:k]

    def _nearest(self, text: str, k: int, reports: Collection[int] | None) -> dict[int, float]:
        dense = self._dense()
        if self._encoder is None or dense is None:
            return {}
        return dict(dense.search(self._encoder().encode_query(text), k, self._passages_of(reports)))

    def _passages_of(self, reports: Collection[int] | None) -> "NDArray[np.int64] | None":
        if reports is None:
            return None
        catalogue = self._store.catalogue()
        return catalogue.ids[np.isin(catalogue.reports, list(reports))]
