"""扫描件与图片：用文字识别读（可选的 ocr 附加组件，离线，慢，只在后台用）。"""

import importlib
import importlib.util
import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Protocol, cast

from PIL import Image, UnidentifiedImageError

from corpus.errors import BrokenFile, EmptyFile, MissingProgram, OversizedFile, ScannedFile
from corpus.readers.layout import Glyph, Page, paragraphs, rows_of, without_furniture
from corpus.records import Problem, Text

_KIND = "扫描图像"
_EXTRA = "ocr 附加组件（pip install 'jihuatong[ocr]'）"
_DOTS_PER_INCH = 200
_PIXEL_LIMIT = 60_000_000
_SURE = 0.5

Progress = Callable[[int, int], None]
"""进度：已识别的页数、要识别的页数。"""


class _Result(Protocol):
    boxes: Sequence[Sequence[Sequence[float]]] | None
    txts: Sequence[str] | None
    scores: Sequence[float] | None


class _Engine(Protocol):
    def __call__(self, image: object) -> _Result: ...


def is_installed() -> bool:
    """文字识别的组件装了没有。"""
    return importlib.util.find_spec("rapidocr") is not None


def read(data: bytes, name: str) -> Text:
    """聊天与平常的索引里不做文字识别：说明是扫描件，怎么办。

    Raises:
        ScannedFile: 总是。
        BrokenFile: 图像损坏。
    """
    raise ScannedFile(name, sum(1 for _ in _frames(data, name, sized_only=True)))


def recognise(data: bytes, name: str, *, budget: int, progress: Progress | None = None) -> Text:
    """识别一份扫描件，最多 `budget` 页；结果注明是识别出来的。

    Raises:
        MissingProgram: 没有安装识别组件。
        EmptyFile: 没有识别出文字。
    """
    if not is_installed():
        raise MissingProgram(name, _KIND, _EXTRA)
    pages: list[Page] = []
    total, done = 0, 0
    for image in _images(data, name):
        total += 1
        if done >= budget:
            continue
        pages.append(Page(total, rows_of(_glyphs(image)), image.width))
        done += 1
        if progress is not None:
            progress(done, budget)
    lines = paragraphs(without_furniture(pages)[0])
    if not lines:
        raise EmptyFile(name)
    return Text(lines, sum(char.isdigit() for line in lines for char in line.text), _problems(name, done, total))


def _problems(name: str, done: int, total: int) -> tuple[Problem, ...]:
    notes = [Problem(name, "", "文字是从扫描图像识别出来的，可能有错字，数字请对照原件。")]
    if done < total:
        notes.append(Problem(name, f"第 {done + 1} 页起", f"只识别了前 {done} 页，后面 {total - done} 页没有读。"))
    return tuple(notes)


def _images(data: bytes, name: str) -> Iterator[Image.Image]:
    if b"%PDF-" in data[:1024]:
        pdf = importlib.import_module("corpus.readers.pdf")
        document = pdf.open_pdf(data, name)
        try:
            for at in range(len(document)):
                yield document[at].render(scale=_DOTS_PER_INCH / 72).to_pil()
        finally:
            document.close()
    else:
        yield from _frames(data, name, sized_only=False)


def _frames(data: bytes, name: str, *, sized_only: bool) -> Iterator[Image.Image]:
    """图片的各帧（TIFF 可有多页）。"""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _PIXEL_LIMIT:
                raise OversizedFile(name, f"{_PIXEL_LIMIT // 1_000_000} 百万像素")
            for frame in range(getattr(image, "n_frames", 1)):
                image.seek(frame)
                yield image if sized_only else image.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BrokenFile(name, _KIND) from error


@cache
def _engine() -> _Engine:
    module = importlib.import_module("rapidocr")
    return cast("_Engine", module.RapidOCR(params={"Global.log_level": "error"}))


def _glyphs(image: Image.Image) -> Iterator[Glyph]:
    numpy = importlib.import_module("numpy")
    found = _engine()(numpy.asarray(image)[:, :, ::-1])
    if found.boxes is None or found.txts is None or found.scores is None:
        return
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if score >= _SURE and text.strip():
            xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
            yield Glyph(text, min(xs), max(xs), min(ys), max(ys))
