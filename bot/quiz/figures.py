"""考一个数的题：填空、单选、判断。"""

import random
import re
from collections.abc import Iterator
from functools import lru_cache

from bot.quiz.claims import Claim, is_figure, source_of
from bot.quiz.drawing import CHOICES, FEWEST, decoys, difficulty, mixed, named, with_decoys
from bot.quiz.items import BLANK, Item, ItemKind, Key, Wrong
from bot.quiz.library import Library, World
from bot.wording import spoken, value_text

TRUE, FALSE = "对", "错"


_BARE = re.compile(r"^(?:会同|联合|按照|根据|(?:重点)?围绕|针对|通过|依托|结合|随着|面对)[^，,]*$")
_POINTS_ON = re.compile(r"(?:以下|如下|下列|上述|前述)")


def askable(library: Library) -> tuple[Claim, ...]:
    """选定的报告里可以考的数。"""
    return _worth_asking(library.sure, library.world)


def askable_anywhere(library: Library) -> tuple[Claim, ...]:
    """全部报告里可以考的数。"""
    return _worth_asking(library.pool, library.world)


@lru_cache(maxsize=8)
def _worth_asking(found: tuple[Claim, ...], world: World) -> tuple[Claim, ...]:
    """确定的普通数量，挖空后只有一个答案，题干里看不出答案，也值得一考。"""
    return tuple(
        c for c in found if is_figure(c.quantity) and not _gives_away(c) and not _idle(c) and world.is_unique(c)
    )


def _gives_away(claim: Claim) -> bool:
    shown = value_text(claim.quantity) in claim.cloze or claim.quantity.raw in claim.cloze
    return shown or _counts_what_it_lists(claim)


def _counts_what_it_lists(claim: Claim) -> bool:
    """数的就是题干里列着的几样：“干部、班子两个表率”。"""
    before, _, after = claim.cloze.partition(BLANK)
    listed = (re.split(r"[，,：:；;]", before)[-1], re.split(r"[，,：:；;]", after)[0])
    return claim.quantity.value in {side.count("、") + 1 for side in listed if "、" in side}


def _idle(claim: Claim) -> bool:
    """考了也没有意思的：只有一个、24 小时值班、以下几个方面、没有说完的半句。"""
    one = claim.quantity.value == 1 and claim.quantity.raw[:1] in "1一"
    always = claim.quantity.raw.replace(" ", "") == "24小时"
    return one or always or bool(_POINTS_ON.search(claim.text)) or bool(_BARE.match(claim.text))


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
