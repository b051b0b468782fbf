"""要靠文字识别来读的一页：认过的取出来，没认过的现在认，还是先等着。"""

from dataclasses import dataclass
from typing import Protocol

from corpus.readers.layout import Glyph


@dataclass(frozen=True, slots=True)
class Seen:
    """一页识别的结果：各行字与位置，单位是像素；`width` 是转正以后的图像宽度。"""

    width: float
    glyphs: tuple[Glyph, ...]

    def scaled(self, factor: float) -> tuple[Glyph, ...]:
        """换成别的单位的各行字。"""
        return tuple(
            Glyph(it.text, it.x0 * factor, it.x1 * factor, it.top * factor, it.bottom * factor) for it in self.glyphs
        )


class Sight(Protocol):
    """读的人对文字识别的三个答复；`key` 由文件内容与页码而来，同一页总是同一个。"""

    def recall(self, key: str) -> Seen | None:
        """认过的这一页；没有认过为 None。"""
        ...

    def wants(self, key: str) -> bool:
        """没有认过的这一页，现在认吗；不认就列为等待识别。"""
        ...

    def keep(self, key: str, seen: Seen) -> None:
        """刚认完一页，收好。"""
        ...


class Blind:
    """什么也没有认过，也不认：扫描页一律等着。"""

    def recall(self, key: str) -> Seen | None:  # noqa: ARG002  接口如此
        """没有认过。"""
        return None

    def wants(self, key: str) -> bool:  # noqa: ARG002  接口如此
        """不认。"""
        return False

    def keep(self, key: str, seen: Seen) -> None:
        """不会有可收的。"""


BLIND = Blind()
"""不认扫描页的，都是这一个。"""
