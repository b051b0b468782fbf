"""出题：各种题型轮流出，互相透底的不同时要，证明不了的不要。"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bot.quiz.belonging import bureaus, multiples, roles, years
from bot.quiz.claims import grams, likeness
from bot.quiz.deadlines import deadlines
from bot.quiz.figures import fills, judgements, singles
from bot.quiz.items import Item, ItemKind
from bot.quiz.library import Library
from bot.quiz.lists import completions, orders
from bot.quiz.prove import Prover

Maker = Callable[[Library, random.Random], Iterator[Item]]

MAKERS: Mapping[ItemKind, Maker] = {
    ItemKind.FILL: fills,
    ItemKind.SINGLE: singles,
    ItemKind.MULTIPLE: multiples,
    ItemKind.TRUE_FALSE: judgements,
    ItemKind.ORDER: orders,
    ItemKind.COMPLETE: completions,
    ItemKind.BUREAU: bureaus,
    ItemKind.YEAR: years,
    ItemKind.ROLE: roles,
    ItemKind.DEADLINE: deadlines,
}
"""各题型由谁出。"""

_LEAKS = 0.6


def generate(library: Library, seed: int, kinds: Iterable[ItemKind] = tuple(MAKERS)) -> Iterator[Item]:
    """各题型轮流出题，证明得了的才给；同样的题库与种子总得同样的题。"""
    prover = Prover(library.world.reports.values())
    streams = [_stream(library, kind, seed) for kind in kinds]
    while streams:
        for stream in tuple(streams):
            item = next((i for i in stream if prover.fault(i) is None), None)
            if item is None:
                streams.remove(stream)
            else:
                yield item


def _stream(library: Library, kind: ItemKind, seed: int) -> Iterator[Item]:
    dice = random.Random(f"{seed}:{kind}")  # noqa: S311 - 出题不是保密
    return MAKERS[kind](library, dice)


def pick(
    library: Library,
    seed: int,
    shares: Mapping[ItemKind, int],
    avoid: Sequence[Item] = (),
    without: frozenset[str] = frozenset(),
) -> tuple[Item, ...]:
    """按各题型的题数挑一卷题，题与题之间不透底；不够的题型由其余题型（`shares` 里写着零的也算）补足。

    Args:
        library: 题库。
        seed: 种子。
        shares: 各题型要几道。
        avoid: 已经在卷里的，不得与之透底。
        without: 不要的题（`Item.identity`）。

    Returns:
        至多 `sum(shares.values())` 道。
    """
    chosen: list[Item] = []
    spare: list[Item] = []
    left = dict(shares)
    wanted = sum(shares.values())
    for item in generate(library, seed, shares):
        if sum(left.values()) == 0:
            break
        if item.identity in without:
            continue
        if left[item.kind] == 0:
            spare.append(item)
        elif not any(gives_away(item, other) for other in (*avoid, *chosen)):
            chosen.append(item)
            left[item.kind] -= 1
    for item in spare:
        if len(chosen) >= wanted:
            break
        if not any(gives_away(item, other) for other in (*avoid, *chosen)):
            chosen.append(item)
    return tuple(chosen)


def gives_away(one: Item, other: Item) -> bool:
    """两道题会不会互相透底：依据同一句、同一处，或一题的依据说的就是另一题看得见的。"""
    for a in one.rests_on:
        for b in other.rests_on:
            same = a.document == b.document
            if same and a.quote_span.start < b.quote_span.end and b.quote_span.start < a.quote_span.end:
                return True
    return _tells(one, other) or _tells(other, one)


def _tells(teller: Item, asked: Item) -> bool:
    """`teller` 看得见的文字里有没有 `asked` 的答案：说的是一回事，数也在。"""
    shown = "\n".join((teller.stem, *teller.options))
    if asked.kind in (ItemKind.ORDER, ItemKind.COMPLETE):
        return any(s.span.start != s.span.end and _part(asked, i) in shown for i, s in enumerate(asked.rests_on))
    topics = grams(shown)
    return any(
        likeness(topics, grams(_local(s.quote, s.span.start - s.quote_span.start))) >= _LEAKS for s in asked.rests_on
    )


def _part(item: Item, index: int) -> str:
    return item.options[item.key.choices[index if item.kind is ItemKind.ORDER else 0]]


def _local(quote: str, at: int) -> str:
    """引文里所考的数左右各十来个字。"""
    return quote[max(0, at - 14) : at + 14]
