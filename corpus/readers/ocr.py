"""文字识别引擎：rapidocr，模型在它的安装包里，不联网（可选的 ocr 附加组件）。"""

import importlib
import importlib.util
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Protocol, cast

import numpy as np
from PIL import Image

from corpus.readers.layout import Glyph
from corpus.readers.sight import Seen

ENGINE = "rapidocr-3/PP-OCRv6-small"
"""引擎与模型；换了的话，认过的页要重认。"""
_SURE = 0.5
_UPRIGHT = 0.8
_SIDEWAYS = 1.5
_MOST_THREADS = 4


class _Result(Protocol):
    boxes: Sequence[Sequence[Sequence[float]]] | None
    txts: Sequence[str] | None
    scores: Sequence[float] | None


class _Engine(Protocol):
    def __call__(self, image: object) -> _Result: ...


@dataclass(frozen=True, slots=True)
class _Box:
    """一行字：文字、把握、四角（左上起，顺时针）。"""

    text: str
    score: float
    corners: tuple[tuple[float, float], ...]

    @property
    def width(self) -> float:
        """上边的长。"""
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        """左边的长。"""
        return math.dist(self.corners[0], self.corners[3])


@dataclass(frozen=True, slots=True)
class _View:
    """转了一个方向读出的一页。"""

    width: float
    boxes: tuple[_Box, ...]

    @property
    def weight(self) -> float:
        """认得准的字数。"""
        return sum(len(box.text) * box.score for box in self.boxes)

    @property
    def sureness(self) -> float:
        """各字平均的把握。"""
        return self.weight / max(sum(len(box.text) for box in self.boxes), 1)

    @property
    def sideways(self) -> bool:
        """多半的行是竖着的长条：页面横放了。"""
        tall = sum(box.height > _SIDEWAYS * box.width for box in self.boxes)
        return tall > len(self.boxes) / 2


def is_installed() -> bool:
    """文字识别的组件装了没有。"""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def recognise(image: Image.Image) -> Seen:
    """识别一页；横放、倒放的先转正，歪的扶正。"""
    best = _view(image)
    if best.boxes and (best.sideways or best.sureness < _UPRIGHT):
        turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270) if best.sideways else ()
        others = [_view(image.transpose(turn)) for turn in turns or (Image.Transpose.ROTATE_180,)]
        best = max([best, *others], key=lambda view: view.weight)
    return Seen(best.width, tuple(_straightened(best.boxes)))


@cache
def _engine() -> _Engine:
    module = importlib.import_module("rapidocr")
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    chosen = {
        "Global.log_level": "critical",
        "Global.use_cls": False,  # 倒放的整页转正，不逐行判断
        "EngineConfig.onnxruntime.intra_op_num_threads": threads,
    }
    return cast("_Engine", module.RapidOCR(params=chosen))


def _view(image: Image.Image) -> _View:
    found = _engine()(np.asarray(image)[:, :, ::-1])
    if found.boxes is None or found.txts is None or found.scores is None:
        return _View(image.width, ())
    boxes = (
        _Box(text.strip(), float(score), tuple((float(x), float(y)) for x, y in corners))
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    )
    return _View(image.width, tuple(box for box in boxes if box.text and box.score >= _SURE))


def _straightened(boxes: Sequence[_Box]) -> Iterator[Glyph]:
    """各行按全页的倾斜扶正：长的行说了算。"""
    lean = _lean(boxes)
    cos, sin = math.cos(-lean), math.sin(-lean)
    for box in boxes:
        xs = [x * cos - y * sin for x, y in box.corners]
        ys = [x * sin + y * cos for x, y in box.corners]
        yield Glyph(box.text, min(xs), max(xs), min(ys), max(ys))


def _lean(boxes: Sequence[_Box]) -> float:
    """倾斜的角度（弧度）。"""
    longest = sorted(boxes, key=lambda box: box.width, reverse=True)[: max(3, len(boxes) // 2)]
    if not longest:
        return 0.0
    return median(
        math.atan2(box.corners[1][1] - box.corners[0][1], box.corners[1][0] - box.corners[0][0]) for box in longest
    )
