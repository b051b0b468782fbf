"""中文的折行：照格子的宽度断开，不断在数字和单位之中，行首没有句读，行尾没有开括号。"""

import re
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_CLOSING = "，。、；：！？）》〉」』】〕”’…%％‰,.;:!?)]}›·"
_OPENING = "（《〈「『【〔“‘([{/"
_UNIT = r"[ \u00a0]?[万亿余多]{0,2}(?:平方米|公里|千米|[元米座个台人次辆吨项家处件所条年月日%％‰]){0,2}"
_TOKEN = re.compile(rf"[0-9０-９][0-9０-９.,，:：/~～-]*(?<![,，.:：]){_UNIT}|[A-Za-z0-9_./@:+-]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prose:
    """一段话；`bar` 画在每行之前，`indent` 是第二行起缩进几格。"""

    text: Text
    bar: str = ""
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """一行行画出。"""
        room = options.max_width - cell_len(self.bar)
        for line in self.text.split("\n", allow_blank=True):
            rows = line.divide(breaks(line.plain, room, self.indent))
            for number, row in enumerate(rows):
                row.rstrip()
                pad = " " * self.indent if number else ""
                yield Text.assemble((self.bar, "cyan"), pad).append_text(row)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """能宽则宽。"""
        widest = max((cell_len(line) for line in self.text.plain.split("\n")), default=0) + cell_len(self.bar)
        return Measurement(min(widest, 8), min(widest, options.max_width))


def breaks(text: str, width: int, indent: int = 0) -> list[int]:
    """在哪些位置之前另起一行，每行不超过 `width` 格；第二行起少 `indent` 格。"""
    found: list[int] = []
    at, used, room = 0, 0, max(width, 2)
    for piece in _pieces(text):
        size = cell_len(piece)
        if used and used + cell_len(piece.rstrip()) > room:
            found.append(at)
            used, room = 0, max(width - indent, 2)
        while used + cell_len(piece.rstrip()) > room:  # 一行也放不下的，只好从中断开
            cut = _fitting(piece, room - used)
            at += cut
            piece = piece[cut:]  # noqa: PLW2901 - 剩下的接着断
            found.append(at)
            size, used, room = cell_len(piece), 0, max(width - indent, 2)
        at += len(piece)
        used += size
    return found


def _pieces(text: str) -> list[str]:
    """不宜断开的一块块：字词与数量各一块，句读跟着前面的，开括号跟着后面的。"""
    pieces: list[str] = []
    opened = ""
    for token in _TOKEN.findall(text):
        if token in _OPENING:
            opened += token
        elif pieces and not opened and (token in _CLOSING or token.isspace()):
            pieces[-1] += token
        else:
            pieces.append(opened + token)
            opened = ""
    return [*pieces, opened] if opened else pieces


def _fitting(piece: str, room: int) -> int:
    """放得下几个字，至少一个。"""
    used = 0
    for count, letter in enumerate(piece):
        used += cell_len(letter)
        if used > room:
            return max(count, 1)
    return len(piece)
