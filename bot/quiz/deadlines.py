"""考期限的题：什么时候之前完成。"""

import random
import re
from collections.abc import Iterator

from bot.quiz.claims import Claim, likeness, source_of
from bot.quiz.drawing import CHOICES, FEWEST, mixed, named
from bot.quiz.items import Item, ItemKind, Key, Why, Wrong
from bot.quiz.library import RELATED, Library
from corpus.records import Role
from index.quantities import fold, number
from index.records import Measure

_MONTH = re.compile(
    r"(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s?月(?P<day>底|末|初|[上中下]旬|份?)(?:之?前|以前|内)?$"
)
_QUARTER = re.compile(r"第?(?P<quarter>[一二三四1-4])季度(?:末|底)?(?:之?前|以前|内)?$")
_NAMED = {"上半年": (6, 3), "下半年": (12, 3), "年底": (12, 3), "年末": (12, 3), "年中": (6, 3), "年初": (1, 0)}
_HALF = re.compile(r"(上半年|下半年|年底|年末|年中|年初)(?:之?前|以前|内)?$")
_STAGE = {"初": 0, "上旬": 1, "中旬": 2, "下旬": 3, "底": 3, "末": 3, "份": 3, "": 3}

Due = tuple[int, int]


def due(raw: str) -> Due | None:
    """期限化为（月，旬）：6月底前、上半年、二季度都是 (6, 3)；有几号的、读不出来的为 None。"""
    text = re.sub(r"^(?:\d{4}年|[二一][〇零\d一二三四五六七八九]{3}年)", "", fold(raw).strip())
    found = _MONTH.match(text)
    if found is not None:
        month = number(found["month"])
        return None if month is None else (int(month), _STAGE[found["day"]])
    found = _QUARTER.match(text)
    if found is not None:
        quarter = number(found["quarter"])
        return None if quarter is None else (int(quarter) * 3, 3)
    found = _HALF.match(text)
    return _NAMED[found[1]] if found else None


def dated(library: Library) -> tuple[Claim, ...]:
    """可以考的期限：计划里的，写到月、季或半年，挖空后只有一个答案。"""
    return tuple(
        c
        for c in library.sure
        if c.quantity.measure is Measure.DATE
        and c.fact.role is Role.PLAN
        and due(c.quantity.raw) is not None
        and re.search(r"前|底|末|内", c.quantity.raw)
        and not re.search(r"[月季]|[上下]半年|年[底末中]", c.cloze)
    )


def deadlines(library: Library, dice: random.Random) -> Iterator[Item]:
    """期限单选：错误选项是同一家别的事项的期限。"""
    every = dated(library)
    for claim in mixed(every, dice):
        if not _unique(claim, library):
            continue
        wrong = _others(claim, every)
        if len(wrong) < FEWEST - 1:
            continue
        chosen = dice.sample(wrong, min(CHOICES - 1, len(wrong)))
        options = [claim.quantity.raw, *(c.quantity.raw for c in chosen)]
        dice.shuffle(options)
        yield Item(
            ItemKind.DEADLINE,
            f"{named(claim)}：“{claim.cloze}”。空处的期限是？",
            tuple(options),
            Key((options.index(claim.quantity.raw),)),
            (source_of(claim, library.generation),),
            tuple(
                Wrong(options.index(c.quantity.raw), Why.NEIGHBOUR, source_of(c, library.generation)) for c in chosen
            ),
            claim.clause,
            claim.fact.year,
            claim.fact.role,
            _difficulty(claim, chosen),
        )


def _unique(claim: Claim, library: Library) -> bool:
    """没有另一处说同一件事而期限不同，或读不出来。"""
    return all(
        due(c.quantity.raw) == due(claim.quantity.raw)
        for c in library.world.within(claim.label, claim.fact.year, claim.fact.role)
        if c.quantity.measure is Measure.DATE and likeness(c.topic, claim.topic) >= RELATED
    )


def _others(claim: Claim, every: tuple[Claim, ...]) -> list[Claim]:
    """同一家、同一年的别的期限，逐个不同。"""
    found: dict[Due, Claim] = {}
    for other in every:
        at = due(other.quantity.raw)
        if other.label == claim.label and other.fact.year == claim.fact.year and at is not None:
            found.setdefault(at, other)
    own = due(claim.quantity.raw)
    return [c for at, c in sorted(found.items()) if at != own]


def _difficulty(claim: Claim, chosen: list[Claim]) -> float:
    mine = due(claim.quantity.raw) or (0, 0)
    gaps = [abs((due(c.quantity.raw) or (0, 0))[0] - mine[0]) for c in chosen]
    return round(1 / (1 + sum(gaps) / len(gaps) / 4), 3)
