"""测试用的编码器：不载入模型，同样的文字总得同样的向量。"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderUnusable
from index.words import terms

DIM = 64


class HashEncoder:
    """把用词散列到各维上相加，词相近的文字向量也相近；记着编码过哪些段落、每次叫它编了哪些。

    Args:
        name: 编码器的名字；名字不同即不同的编码器。
    """

    def __init__(self, name: str = "hash-64") -> None:
        self._name = name
        self.encoded: list[str] = []
        self.calls: list[tuple[str, ...]] = []

    @property
    def name(self) -> str:
        """身份。"""
        return self._name

    @property
    def dim(self) -> int:
        """维数。"""
        return DIM

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """编码段落。"""
        self.encoded += texts
        self.calls.append(tuple(texts))
        if progress is not None:
            progress(len(texts))
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, DIM)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """编码问题。"""
        return self._vector(text)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(DIM, np.float32)
        for term in terms(text) or [text]:
            digest = blake2b(f"{self._name}\0{term}".encode(), digest_size=4).digest()
            vector[digest[0] % DIM] += 1 if digest[1] % 2 else -1
        vector[0] += 1e-3
        return vector / np.float32(np.linalg.norm(vector))


class BrokenEncoder(HashEncoder):
    """载入不了的编码器。"""

    def encode_passages(
        self,
        texts: Sequence[str],  # noqa: ARG002  接口如此
        progress: Callable[[int], None] | None = None,  # noqa: ARG002
    ) -> NDArray[np.float32]:
        """总是出错。"""
        raise EncoderUnusable(Path("model"), "缺文件")
