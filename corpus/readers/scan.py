"""扫描件与图片：认过的页取出文字，没认过的由 `Sight` 决定现在认还是等着。"""

import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from itertools import groupby

from PIL import Image, ImageOps

from corpus.errors import BrokenFile, EmptyFile, OversizedFile, UnreadableFile
from corpus.readers import ocr
from corpus.readers.digits import count
from corpus.readers.furniture import without_furniture
from corpus.readers.layout import Page, paragraphs, rows_of
from corpus.readers.sight import Seen, Sight
from corpus.records import Problem, Text

INSTALL = "运行 python3 scripts/start.py --ocr 装上文字识别组件"
_PIXEL_LIMIT = 60_000_000
_SMALLEST_PAGE = 400 * 400
_FAULTS: tuple[type[Exception], ...] = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    Image.DecompressionBombError,
)
_KIND = "扫描图像"
_FRAME_LIMIT = 2000

Draw = Callable[[], Image.Image]
"""画出要识别的一页。"""


def read(data: bytes, name: str, sight: Sight) -> Text:
    """读一份图片；TIFF、GIF 可有多页。

    Raises:
        BrokenFile: 图像损坏。
        OversizedFile: 像素过多。
        EmptyFile: 各页都识别过了，没有文字。
    """
    draws = [partial(picture, data, name, at) for at in range(_frames(data, name))]
    return read_pictures(draws, data, name, sight)


def read_pictures(draws: Sequence[Draw], data: bytes, name: str, sight: Sight) -> Text:
    """读若干页图像，一页一幅。

    Args:
        draws: 怎样画出各页。
        data: 它们所在的文件。
        name: 文件名。
        sight: 认过什么，认不认。

    Raises:
        EmptyFile: 各页都识别过了，没有文字。
    """
    content = content_key(data)
    pages: list[Page] = []
    waiting: list[int] = []
    for number, draw in enumerate(draws, 1):
        seen = look(sight, content, number, draw)
        if seen is None:
            waiting.append(number)
        else:
            pages.append(Page(number, rows_of(seen.glyphs), seen.width))
    kept, dropped = without_furniture(pages)
    lines = paragraphs(kept)
    if not lines and not waiting:
        raise EmptyFile(name)
    recognised = tuple(page.number for page in pages if page.rows)
    blank = [page.number for page in pages if not page.rows]
    raw = sum(count(row.text) for page in pages for row in page.rows) - count(dropped)
    return Text(lines, raw, notes(name, recognised, waiting, blank), recognised=recognised, waiting=tuple(waiting))


def content_key(data: bytes) -> str:
    """一份文件的内容的记号。"""
    return blake2b(data, digest_size=16).hexdigest()


def look(sight: Sight, content: str, number: int, draw: Draw) -> Seen | None:
    """看一页：认过的取出来，要认的现在认；都不是为 None。"""
    key = f"{content}:{number}:{ocr.ENGINE}"
    seen = sight.recall(key)
    if seen is None and ocr.is_installed() and sight.wants(key):
        try:
            seen = ocr.recognise(draw())
        except UnreadableFile:  # 只坏了这一页：算认过而没有文字，其余照读
            seen = Seen(1.0, ())
        sight.keep(key, seen)
    return seen


def notes(
    name: str, recognised: Sequence[int], waiting: Sequence[int], blank: Sequence[int] = ()
) -> tuple[Problem, ...]:
    """识别出来的、识别了而没有文字的、等待识别的页，各说一句。"""
    remedy = "" if ocr.is_installed() else f"。请放入文字版，或{INSTALL}"
    said = (
        (recognised, "文字是从扫描图像识别出来的，可能有错字，数字请对照原件。"),
        (blank, "没有识别出文字：不是空白页的，请放入清楚些的扫描件或文字版。"),
        (waiting, f"等待识别 {len(waiting)} 页：是扫描图像，或文字层是乱码{remedy}。"),
    )
    return tuple(Problem(name, pages_text(numbers), sentence) for numbers, sentence in said if numbers)


def nameless(name: str, found: Mapping[int, int]) -> tuple[Problem, ...]:
    """各页里没有写明是什么字的：一处不漏地说。"""
    pages = [number for number, times in found.items() if times]
    if not pages:
        return ()
    sentence = f"有 {sum(found.values())} 个字只有字形，没有写明是什么字，没有读出。请对照原件，或放入别的格式。"
    return (Problem(name, pages_text(pages), sentence),)


def broken(name: str, pages: Sequence[int]) -> tuple[Problem, ...]:
    """缺失、打不开的页，说是哪几页。"""
    if not pages:
        return ()
    return (Problem(name, pages_text(pages), "这几页损坏或缺失，没有读。请用原来的软件打开确认，另存一份再放入。"),)


def pages_text(numbers: Sequence[int]) -> str:
    """页码的说法：“第 1–3、7 页”。"""
    runs = [list(run) for _, run in groupby(sorted(numbers), key=_run_key(sorted(numbers)))]
    return f"第 {'、'.join(str(run[0]) if len(run) == 1 else f'{run[0]}–{run[-1]}' for run in runs)} 页"


def _run_key(ordered: Sequence[int]) -> Callable[[int], int]:
    """相连的页码得同一个值。"""
    places = {number: at for at, number in enumerate(ordered)}
    return lambda number: number - places[number]


def picture(data: bytes, name: str, at: int = 0) -> Image.Image:
    """一幅图的第 `at` 页，转正，化为彩色。

    Raises:
        BrokenFile: 图像损坏。
        OversizedFile: 像素过多。
    """
    with _opened(data, name) as image:
        try:
            image.seek(at)
            return ImageOps.exif_transpose(image).convert("RGB")
        except _FAULTS as error:
            raise BrokenFile(name, _KIND) from error


def is_page(data: bytes, name: str) -> bool:
    """文件里的一幅图大得像一页；打不开的也算，识别时自会说明。"""
    try:
        with _opened(data, name) as image:
            return image.width * image.height >= _SMALLEST_PAGE
    except UnreadableFile:
        return True


def _frames(data: bytes, name: str) -> int:
    """图片有几页。"""
    with _opened(data, name) as image:
        return min(int(getattr(image, "n_frames", 1)), _FRAME_LIMIT)


def _opened(data: bytes, name: str) -> Image.Image:
    """打开一幅图，先看大小。"""
    try:
        image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:  # 大到 PIL 自己也不肯打开
        raise OversizedFile(name, f"{_PIXEL_LIMIT // 1_000_000} 百万像素") from error
    except _FAULTS as error:
        raise BrokenFile(name, _KIND) from error
    if image.width * image.height > _PIXEL_LIMIT:
        raise OversizedFile(name, f"{_PIXEL_LIMIT // 1_000_000} 百万像素")
    return image
