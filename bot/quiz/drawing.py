"""出题共用的几步：选错误选项、定难度、打乱次序。"""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from bot.quiz.claims import Claim, base_of, is_figure, likeness, same_figure, source_of
from bot.quiz.items import Item, ItemKind, Key, Why, Wrong
from bot.quiz.library import RELATED, Library
from bot.wording import spoken
from corpus.records import Role
from index.quantities import dimension

CHOICES = 4
FEWEST = 3
_NEAREST = 6.0
"""错误选项与答案相差至多几倍。"""
_NEAREST_RATE = 2.0
"""百分率更近一些才像：合格率没有人信是三成。"""


@dataclass(frozen=True)
class Decoy:
    """一个错误选项：真的数，错的地方。"""

    claim: Claim
    why: Why

    @property
    def text(self) -> str:
        """选项上写的。"""
        return spoken(self.claim.quantity)


@lru_cache(maxsize=4096)
def decoys(claim: Claim, library: Library) -> tuple[Decoy, ...]:
    """可作错误选项的数，至多四个，越能迷惑人的越靠前：另一年的、计划与完成之间的、别的单位的，再是相邻的数。"""
    found: list[Decoy] = []
    for other in library.pool:
        why = _why(claim, other) if _comparable(claim, other) else None
        if why is not None:
            found.append(Decoy(other, why))
    found.sort(key=lambda d: (-_temptation(claim, d), d.claim.report.name, d.claim.fact.span.start))
    kept: list[Decoy] = []
    for decoy in found:
        if len(kept) == CHOICES:
            break
        seen = any(same_figure(decoy.claim.quantity, d.claim.quantity) for d in kept)
        if not seen and not library.world.could_be_true(claim, decoy.claim):
            kept.append(decoy)
    return tuple(kept)


dimension_of = lru_cache(maxsize=1024)(dimension)
_T = TypeVar("_T")


def mixed(found: Iterable[_T], dice: random.Random) -> list[_T]:
    """打乱次序；随后出一道算一道，不必全出完。"""
    kept = list(found)
    dice.shuffle(kept)
    return kept


def _comparable(claim: Claim, other: Claim) -> bool:
    if not is_figure(other.quantity) or dimension_of(claim.quantity.unit) != dimension_of(other.quantity.unit):
        return False
    if claim.quantity.unit != other.quantity.unit and not _scaled(claim, other):
        return False
    return distance(claim, other) <= math.log(_NEAREST_RATE if claim.quantity.unit == "%" else _NEAREST)


def _scaled(claim: Claim, other: Claim) -> bool:
    """只差万、亿之类的倍数词也算同一单位；“个”与“座”不算。"""
    bare = {q.unit.lstrip("万亿千百十") for q in (claim.quantity, other.quantity)}
    return len(bare) == 1


def distance(claim: Claim, other: Claim) -> float:
    """两个数相差多少倍（对数）；有一个是零则算很远。"""
    a, b = base_of(claim.quantity), base_of(other.quantity)
    if a is None or b is None or a[0] <= 0 or b[0] <= 0:
        return math.inf
    return abs(math.log(float(a[0] / b[0])))


def _why(claim: Claim, other: Claim) -> Why | None:
    same_role, same_year = claim.fact.role is other.fact.role, claim.fact.year == other.fact.year
    if claim.label != other.label:
        return Why.OTHER_BUREAU if same_role and same_year and likeness(claim.topic, other.topic) >= RELATED else None
    if likeness(claim.topic, other.topic) < RELATED:
        return Why.NEIGHBOUR if same_role and same_year and claim.report.name == other.report.name else None
    if not same_year:
        return Why.OTHER_YEAR
    return None if same_role else Why.OTHER_ROLE


def _temptation(claim: Claim, decoy: Decoy) -> float:
    about = 0.0 if decoy.why is Why.NEIGHBOUR else 1.0 + likeness(claim.topic, decoy.claim.topic)
    return about + 1 / (1 + distance(claim, decoy.claim))


def difficulty(claim: Claim, chosen: Sequence[Decoy]) -> float:
    """错误选项越接近越难：0 到 1。"""
    if not chosen:
        return 0.5
    each = [1 / (1 + distance(claim, d.claim)) * (0.7 if d.why is Why.NEIGHBOUR else 1.0) for d in chosen]
    return round(sum(each) / len(each), 3)


def named(claim: Claim) -> str:
    """题干开头：谁、哪年、计划还是完成。"""
    return f"{claim.label}{claim.fact.year}年{kind_of(claim)}"


def kind_of(claim: Claim) -> str:
    """说的是计划，还是完成了什么。"""
    return "工作计划" if claim.fact.role is Role.PLAN else "完成情况"


def with_decoys(claim: Claim, stem: str, chosen: Sequence[Decoy], library: Library, dice: random.Random) -> Item:
    """答案与错误选项打乱次序，成一道单选题。"""
    slots: list[Decoy | None] = [None, *chosen]
    dice.shuffle(slots)
    texts = tuple(spoken(claim.quantity) if s is None else s.text for s in slots)
    wrongs = tuple(
        Wrong(i, s.why, source_of(s.claim, library.generation)) for i, s in enumerate(slots) if s is not None
    )
    return Item(
        ItemKind.SINGLE,
        stem,
        texts,
        Key((slots.index(None),)),
        (source_of(claim, library.generation),),
        wrongs,
        claim.clause,
        claim.fact.year,
        claim.fact.role,
        difficulty(claim, chosen),
    )
