"""考一个数的题：填空、单选、判断。"""

import random
from collections.abc import Iterator
from functools import lru_cache

from bot.quiz.claims import Claim, is_figure, source_of
from bot.quiz.drawing import CHOICES, FEWEST, decoys, difficulty, mixed, named, with_decoys
from bot.quiz.items import BLANK, Item, ItemKind, Key, Wrong
from bot.quiz.library import Library
from bot.wording import spoken, value_text

TRUE, FALSE = "对", "错"


@lru_cache(maxsize=2)
def askable(library: Library) -> tuple[Claim, ...]:
    """可以考的数：确定的普通数量，挖空后只有一个答案，题干里看不出答案。"""
    return tuple(c for c in library.sure if is_figure(c.quantity) and not _gives_away(c) and library.world.is_unique(c))


def _gives_away(claim: Claim) -> bool:
    return value_text(claim.quantity) in claim.cloze or claim.quantity.raw in claim.cloze


def fills(library: Library, dice: random.Random) -> Iterator[Item]:
    """填空：写出数字，写不写单位都行。"""
    for claim in mixed(askable(library), dice):
        unit = claim.quantity.unit
        yield Item(
            ItemKind.FILL,
            f"{named(claim)}：“{claim.cloze}”。空处是多少？（单位：{unit}）",
            (),
            Key(text=f"{value_text(claim.quantity)}{unit}"),
            (source_of(claim, library.generation),),
            (),
            claim.clause,
            claim.fact.year,
            claim.fact.role,
            max(0.5, difficulty(claim, decoys(claim, library)[: CHOICES - 1])),
        )


def singles(library: Library, dice: random.Random) -> Iterator[Item]:
    """单选：几个同类的数里选一个。"""
    for claim in mixed(askable(library), dice):
        chosen = decoys(claim, library)[: CHOICES - 1]
        if len(chosen) >= FEWEST - 1:
            stem = f"{named(claim)}：“{claim.cloze}”。空处是多少？"
            yield with_decoys(claim, stem, chosen, library, dice)


def judgements(library: Library, dice: random.Random) -> Iterator[Item]:
    """判断：一半照原文，一半换成另一处真的数。"""
    for claim in mixed(askable(library), dice):
        if claim.quantity.raw.replace(" ", "") != spoken(claim.quantity).replace(" ", ""):
            continue  # “两次”写成“2 次”就不是原话了
        options = decoys(claim, library)
        decoy = dice.choice(options) if options and dice.random() < 0.5 else None  # noqa: PLR2004 - 对错各半
        shown = spoken(claim.quantity) if decoy is None else decoy.text
        wrongs = () if decoy is None else (Wrong(0, decoy.why, source_of(decoy.claim, library.generation)),)
        said = claim.cloze.replace(BLANK, shown.replace(" ", ""), 1)
        yield Item(
            ItemKind.TRUE_FALSE,
            f"{named(claim)}：“{said}”。这样说对不对？",
            (TRUE, FALSE),
            Key((0,) if decoy is None else (1,)),
            (source_of(claim, library.generation),),
            wrongs,
            claim.clause,
            claim.fact.year,
            claim.fact.role,
            difficulty(claim, (decoy,) if decoy else options),
        )
