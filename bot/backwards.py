"""倒过来问：说出数，问是哪个项目、哪一年、哪一家。"""

from collections.abc import Sequence

from bot.candidates import FactCandidate
from bot.cues import Kind
from bot.question import Question
from index.quantities import same_amount

_KINDS = (Kind.WHO, Kind.WHICH, Kind.WHEN, Kind.DEFINE)
_LEAST = 0.4
_MARGIN = 0.15


def asks_backwards(question: Question) -> bool:
    """“投资6.8亿元的是哪个项目”“哪年计划改造危桥32座”。"""
    return question.kind in _KINDS and any(
        q.unit and not any(n.startswith(q.raw) for n in question.names) for q in question.claims
    )


def stating(question: Question, ranked: Sequence[FactCandidate]) -> list[FactCandidate]:
    """候选里说的正是这个数、也合题的几个，最合题的在前。"""
    said = [c for c in ranked if any(same_amount(c.fact.quantity, q) for q in question.claims) and c.covered >= _LEAST]
    return [c for c in said if c.score >= said[0].score - _MARGIN]
