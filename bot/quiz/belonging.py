"""考一个数属于谁的题：哪个单位、哪一年、计划还是完成、下列哪些。"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator

from bot.quiz.claims import ROLE_WORDS, Claim, likeness, same_label, source_of
from bot.quiz.drawing import CHOICES, FEWEST, kind_of, mixed, named
from bot.quiz.figures import askable, askable_anywhere
from bot.quiz.items import Item, ItemKind, Key, Why, Wrong
from bot.quiz.library import ALIKE, Library
from corpus.records import Role
from corpus.years import Kind as YearKind
from corpus.years import mentions

_ROLE_CUE = re.compile(
    r"计划|完成|目标|任务|力争|确保|争取|已|将|拟|要|达到|实现|提前|全部|了|不少于|以上|同比|增长|下降|增加|减少"
)
_LEAST_RIGHT, _MOST_RIGHT = 2, 3


def bureaus(library: Library, dice: random.Random) -> Iterator[Item]:
    """哪个单位：其余单位同一年、同一性质都没有这个数。"""
    holders: dict[tuple[int | None, Role | None], dict[str, Claim]] = defaultdict(dict)
    for claim in library.pool:
        if claim.report.issuer is not None:
            holders[claim.fact.year, claim.fact.role].setdefault(claim.label, claim)
    for claim in mixed(askable(library), dice):
        if claim.report.issuer is None or _names_place(claim):
            continue
        year, role = claim.fact.year, claim.fact.role
        others: list[Claim] = []
        for name, other in sorted(holders[year, role].items()):
            if any(same_label(name, known.label) for known in (claim, *others)):
                continue
            if not library.world.holds_figure(name, year, role, claim):
                others.append(other)
        if len(others) >= FEWEST - 1:
            chosen = dice.sample(others, min(CHOICES - 1, len(others)))
            stem = f"“{claim.text}”，这是哪个单位{year}年的{kind_of(claim)}？"
            texts = {c.label: c for c in chosen}
            yield _choice(
                claim,
                ItemKind.BUREAU,
                stem,
                claim.label,
                {t: (Why.OTHER_BUREAU, c) for t, c in texts.items()},
                library,
                dice,
            )


def years(library: Library, dice: random.Random) -> Iterator[Item]:
    """哪一年：这家单位别的年份同一性质都没有这个数。"""
    held: dict[tuple[str, Role | None], dict[int, Claim]] = defaultdict(dict)
    for claim in library.pool:
        held[claim.label, claim.fact.role].setdefault(claim.fact.year or 0, claim)
    for claim in mixed(askable(library), dice):
        if _names_year(claim.text) or _names_year(claim.label):
            continue
        others = {
            f"{year}年": (Why.OTHER_YEAR, other)
            for year, other in sorted(held[claim.label, claim.fact.role].items())
            if year != claim.fact.year and not library.world.holds_figure(claim.label, year, claim.fact.role, claim)
        }
        if others:
            stem = f"“{claim.text}”，这是{claim.label}哪一年的{kind_of(claim)}？"
            yield _choice(claim, ItemKind.YEAR, stem, f"{claim.fact.year}年", others, library, dice)


def roles(library: Library, dice: random.Random) -> Iterator[Item]:
    """计划还是完成：这家单位这一年的另一性质里没有这个数；分句里没有透露性质的词，另一性质里也常说这样的事。"""
    for claim in mixed(askable(library), dice):
        if _ROLE_CUE.search(claim.text) or _ROLE_CUE.search(claim.label):
            continue
        other = Role.PLAN if claim.fact.role is Role.RESULT else Role.RESULT
        opposite = [c for c in library.pool if c.fact.role is other]
        witness = next((c for c in opposite if c.label == claim.label), None)
        if witness is None or not any(likeness(c.topic, claim.topic) >= ALIKE for c in opposite):
            continue  # “查处多少起”没有谁会计划，一看便知
        if library.world.holds_figure(claim.label, claim.fact.year, other, claim):
            continue
        stem = f"按报告，{claim.label}{claim.fact.year}年“{claim.text}”，说的是计划还是完成？"
        wrong = {ROLE_WORDS[other]: (Why.OTHER_ROLE, witness)}
        yield _choice(claim, ItemKind.ROLE, stem, ROLE_WORDS[claim.fact.role or Role.RESULT], wrong, library, dice)


def multiples(library: Library, dice: random.Random) -> Iterator[Item]:
    """下列哪些：对的写的都是这家单位这一年这一性质，错的是另一年、另一性质或别家的。"""
    pool = [c for c in askable_anywhere(library) if not _shows_itself(c)]
    groups: dict[tuple[str, int | None, Role | None], list[Claim]] = defaultdict(list)
    for claim in askable(library):
        if _shows_itself(claim):
            continue
        groups[claim.label, claim.fact.year, claim.fact.role].append(claim)
    for (name, year, role), members in mixed(sorted(groups.items(), key=lambda pair: str(pair[0])), dice):
        strangers = [c for c in pool if not _may_belong(library, name, year, role, c)]
        dice.shuffle(members)
        rest = members
        while len(rest) >= _LEAST_RIGHT:
            count = min(dice.randint(_LEAST_RIGHT, _MOST_RIGHT), len(rest))
            right, rest = _apart(rest[:count]), rest[count:]
            dice.shuffle(strangers)
            wrong = _apart([*right, *_ranked(strangers, right)], CHOICES)[len(right) :]
            if len(right) >= _LEAST_RIGHT and wrong:
                yield _multiple(right, wrong, library, dice)


def _ranked(strangers: list[Claim], right: list[Claim]) -> list[Claim]:
    """同一家的在前，其次是说得相近的。"""
    return sorted(strangers, key=lambda c: (c.label != right[0].label, -max(likeness(c.topic, r.topic) for r in right)))


def _apart(found: list[Claim], most: int = _MOST_RIGHT) -> list[Claim]:
    """去掉与前面说得差不多的，也去掉同一句里的；够了就停。"""
    kept: list[Claim] = []
    for claim in found:
        if len(kept) == most:
            break
        if not any(likeness(claim.topic, k.topic) >= ALIKE or claim.fact.quote == k.fact.quote for k in kept):
            kept.append(claim)
    return kept


def _may_belong(library: Library, name: str, year: int | None, role: Role | None, claim: Claim) -> bool:
    """这一项会不会也是那一组的：是同一组的，或那一组里有相等的数而说得又有些像。"""
    if same_label(name, claim.label) and (claim.fact.year, claim.fact.role) == (year, role):
        return True
    if same_label(name, claim.label) and name != claim.label:
        return True
    return library.world.holds_figure(name, year, role, claim)


def _multiple(right: list[Claim], wrong: list[Claim], library: Library, dice: random.Random) -> Item:
    mixed = [*right, *wrong]
    dice.shuffle(mixed)
    first = right[0]
    order = [i for i, c in enumerate(mixed) if c in right]
    return Item(
        ItemKind.MULTIPLE,
        f"下列各项，哪些是报告写明的{named(first)}？（多选）",
        tuple(c.text for c in mixed),
        Key(tuple(order)),
        tuple(source_of(mixed[i], library.generation) for i in order),
        tuple(
            Wrong(i, _difference(first, c), source_of(c, library.generation))
            for i, c in enumerate(mixed)
            if c not in right
        ),
        None,
        first.fact.year,
        first.fact.role,
        0.8 if all(c.label == first.label for c in wrong) else 0.6,
    )


def _difference(first: Claim, other: Claim) -> Why:
    if first.label != other.label:
        return Why.OTHER_BUREAU
    return Why.OTHER_YEAR if first.fact.year != other.fact.year else Why.OTHER_ROLE


def _shows_itself(claim: Claim) -> bool:
    """分句自己露了年份、性质或地名。"""
    return _names_year(claim.text) or bool(_ROLE_CUE.search(claim.text)) or _names_place(claim)


def _names_year(text: str) -> bool:
    """文字里露没露年份；“今年”“全年”不算。"""
    return any(m.kind not in (YearKind.THIS, YearKind.WITHIN) for m in mentions(text, short=True))


def _names_place(claim: Claim) -> bool:
    text = claim.text
    places = {p for p in claim.report.localities if p} | {p[:2] for p in claim.report.localities if p}
    return any(p in text for p in places) or (claim.report.issuer or " ")[:2] in text


def _choice(  # noqa: PLR0913, PLR0917 - 一道题的七样来处
    claim: Claim,
    kind: ItemKind,
    stem: str,
    right: str,
    wrong: dict[str, tuple[Why, Claim]],
    library: Library,
    dice: random.Random,
) -> Item:
    options = [right, *list(wrong)[: CHOICES - 1]]
    dice.shuffle(options)
    if kind is ItemKind.YEAR:
        options.sort()
    if kind is ItemKind.ROLE:
        options.sort(reverse=True)
    near = max((likeness(claim.topic, c.topic) for _, c in wrong.values()), default=0.0)
    return Item(
        kind,
        stem,
        tuple(options),
        Key((options.index(right),)),
        (source_of(claim, library.generation),),
        tuple(
            Wrong(i, wrong[o][0], source_of(wrong[o][1], library.generation))
            for i, o in enumerate(options)
            if o != right
        ),
        claim.clause,
        claim.fact.year,
        claim.fact.role,
        round(min(0.9, 0.35 + near + 0.1 * len(wrong)), 3),
    )
