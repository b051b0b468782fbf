"""建索引的进度与结局。"""

from dataclasses import dataclass
from enum import StrEnum

from corpus.records import Problem


class Phase(StrEnum):
    """走到哪一步；值即给人看的说法。"""

    SCAN = "查看文件"
    READ = "读报告"
    ENCODE = "编码段落"
    RECOGNISE = "识别扫描页"
    FINISH = "收尾"


@dataclass(frozen=True, slots=True)
class Progress:
    """一步进展。

    `done`、`total` 在 READ 是文件数，在 ENCODE 是段落数（没有读完时 `total` 是估计），在 RECOGNISE 是页数；
    `file` 是正在读的文件。
    """

    phase: Phase
    done: int
    total: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """识别扫描页的限度：一次最多几页，一份文件最多几页。"""

    run: int = 60
    file: int = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """一次更新的结局。

    `read` 是这次读出的文件，其中有问题的又列在 `with_problems`；`unread` 是这次没有读出的；`unchanged` 是没有变的份数。
    `waiting` 是正在被写、留到下次的。
    `renamed` 是 (旧名, 新名)。`passages`、`facts` 是这次写入的；`encoded` 是这次编码的文字条数。
    `encoder_fault` 是编码器用不了时的那句话，此时只有词检索，下次再补；没有则为空。
    """

    read: tuple[str, ...]
    with_problems: tuple[str, ...]
    unread: tuple[str, ...]
    waiting: tuple[str, ...]
    unchanged: int
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    passages: int
    facts: int
    encoded: int
    problems: tuple[Problem, ...]
    seconds: float
    encoder_fault: str = ""

    @property
    def changed(self) -> bool:
        """索引是否因此有变。"""
        return bool(self.read or self.unread or self.renamed or self.removed or self.encoded)
