"""测试用的扫描件与替身识别引擎。"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from corpus.readers import isolated, ocr

LONG_AGO = 1_700_000_000
ENGINE = """
import os
from corpus.readers import apart, isolated, ocr
from corpus.readers.layout import Glyph
from corpus.readers.sight import Seen

def recognise(image):
    number = image.width - 500
    if number == 9:
        os.abort()
    town = "零壹贰叁肆伍陆柒捌"[number] + "河镇"
    words = f"{{town}}完成公路{{number}}公里，{{town}}人人满意。"
    return Seen(image.width, (Glyph(words, 50, 350, 50, 80),))

ocr.is_installed = lambda: True
ocr.recognise = recognise
apart.main(background={background})
"""


@contextmanager
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """读文件的进程里用替身引擎：第 n 页认出“…完成公路 n 公里”，第 9 页崩溃。"""
    monkeypatch.setattr(isolated, "_START", ENGINE)
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    isolated._shared.cache_clear()  # noqa: SLF001  常驻的那个也换成替身，过后换回来
    yield
    isolated._shared.cache_clear()  # noqa: SLF001


def scan(folder: Path, name: str, *pages: int) -> None:
    """放入一份多页的扫描件；各页的宽度不同，认得出是第几页。"""
    images = [Image.new("L", (500 + page, 700), 255) for page in pages]
    made = io.BytesIO()
    images[0].save(made, "TIFF", save_all=True, append_images=images[1:])
    (folder / name).write_bytes(made.getvalue())
    os.utime(folder / name, (LONG_AGO, LONG_AGO))
