"""题目的记录：题干、选项、答案，和它所据的原文。"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from corpus.records import Role, Span

BLANK = "（　　）"
LETTERS = "ABCDEFGHIJKL"


class ItemKind(StrEnum):
    """题型，值即给人看的名称。"""

    FILL = "填空"
    SINGLE = "单选"
    MULTIPLE = "多选"
    TRUE_FALSE = "判断"
    ORDER = "排序"
    COMPLETE = "补全"
    BUREAU = "哪个单位"
    YEAR = "哪一年"
    ROLE = "计划还是完成"
    DEADLINE = "期限"
    OWN_CHOICE = "自拟选择"
    OWN_TEXT = "自拟填空"


OWN_KINDS = frozenset({ItemKind.OWN_CHOICE, ItemKind.OWN_TEXT})
TYPED_KINDS = frozenset({ItemKind.FILL, ItemKind.OWN_TEXT})
"""要打字作答的题型；其余都是选。"""


class Why(StrEnum):
    """一个错误选项错在哪里。"""

    OTHER_YEAR = "是另一年的"
    OTHER_BUREAU = "是别的单位的"
    OTHER_ROLE = "计划与完成弄反了"
    NEIGHBOUR = "是报告里另一项的"


@dataclass(frozen=True, slots=True)
class Source:
    """一处原文：哪份报告、哪一段区间、逐字的引文。

    `span` 是所考的那几个字（数字、期限、标题、列举的一项）的位置，在 `quote_span` 之内；`digest` 是引文的散列，
    `paragraph` 是它所在自然段的散列，重建索引后用来看原文变了没有。
    """

    document: str
    title: str
    issuer: str | None
    section: str
    span: Span
    quote: str
    quote_span: Span
    digest: str
    paragraph: str
    generation: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """一个错误选项的来历：它是真的，但不是本题的答案。"""

    option: int
    why: Why
    source: Source


@dataclass(frozen=True, slots=True)
class Key:
    """答案。

    选择题是选项下标（排序题按先后），打字的题是 `text`（数量照原文单位，如“133公里”）。
    """

    choices: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """一道题。

    `rests_on` 的第一处是答案的依据，也就是给人看的解释；多选、排序题每个正确选项一处，次序同 `key.choices`。
    `clause` 是题干或选项所引的分句在报告里的位置。自拟题可以没有依据。
    """

    kind: ItemKind
    stem: str
    options: tuple[str, ...]
    key: Key
    rests_on: tuple[Source, ...]
    wrongs: tuple[Wrong, ...] = ()
    clause: Span | None = None
    year: int | None = None
    role: Role | None = None
    difficulty: float = 0.5
    explanation: str = ""

    @property
    def source(self) -> Source | None:
        """答案的依据；自拟题可以没有。"""
        return self.rests_on[0] if self.rests_on else None

    @property
    def identity(self) -> str:
        """题目的身份：同一处原文、同一题型、同样的选项，总是同一个。"""
        where = [f"{s.document}:{s.span.start}:{s.span.end}:{s.digest}" for s in self.rests_on]
        return digest("\0".join((self.kind, self.stem, *sorted(self.options), *sorted(where))))

    def key_text(self) -> str:
        """答案写给人看。"""
        if self.kind in TYPED_KINDS:
            return self.key.text
        if self.kind is ItemKind.ORDER:
            return " → ".join(self.options[i] for i in self.key.choices)
        return "；".join(f"{LETTERS[i]}. {self.options[i]}" for i in self.key.choices)


def digest(text: str) -> str:
    """文字的短散列。"""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


class Level(StrEnum):
    """难度的档次。"""

    EASY = "易"
    MEDIUM = "中"
    HARD = "难"


_EASY, _HARD = 0.4, 0.7


def level(item: Item) -> Level:
    """难度写给人看：选项越接近越难。"""
    if item.difficulty < _EASY:
        return Level.EASY
    return Level.MEDIUM if item.difficulty < _HARD else Level.HARD
