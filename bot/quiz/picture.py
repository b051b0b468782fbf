"""分布图：各分数段几人，一张 PNG；图上只有数字，不靠本机的中文字体。"""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

PNG = "image/png"

_WIDTH, _HEIGHT, _MARGIN, _FOOT = 900, 480, 48, 56
_INK, _BAR, _LINE, _PAPER = "#1f2937", "#2563eb", "#d1d5db", "#ffffff"
_SIZE = 24
_STEPS = 4


def distribution(bins: Sequence[tuple[str, int]]) -> bytes:
    """画出各分数段几人。

    Args:
        bins: 分数段与人数，低分在前。
    """
    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_SIZE)
    most = max((count for _, count in bins), default=0) or 1
    floor, tall = _HEIGHT - _FOOT, _HEIGHT - _FOOT - _MARGIN
    step = max(1, -(-most // _STEPS))
    for level in range(0, most + 1, step):
        y = floor - tall * level / most
        draw.line((_MARGIN, y, _WIDTH - _MARGIN, y), fill=_LINE)
        draw.text((_MARGIN - 10, y), str(level), fill=_INK, font=font, anchor="rm")
    wide = (_WIDTH - 2 * _MARGIN) / max(1, len(bins))
    for at, (name, count) in enumerate(bins):
        left, top = _MARGIN + wide * (at + 0.2), floor - tall * count / most
        draw.rectangle((left, top, left + wide * 0.6, floor), fill=_BAR)
        centre = _MARGIN + wide * (at + 0.5)
        draw.text((centre, floor + 10), name.replace("–", "-"), fill=_INK, font=font, anchor="ma")
        draw.text((centre, top - 6), str(count), fill=_INK, font=font, anchor="mb")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
