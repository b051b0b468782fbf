"""成绩：得分、及格、各题难度与区分度、分布、榜。"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.ledger.file import Ledger
from bot.people import people
from bot.quiz.attempts import Attempt, attempts_of
from bot.quiz.grading import Verdict
from bot.quiz.papers import invited
from bot.quiz.privacy import preferences
from bot.quiz.store import Paper, PaperItem, items_of, paper

_THIRD = 0.27
"""区分度取成绩最高与最低的各 27%（Kelley 1939）。"""
_FEWEST = 4
_BINS = ((0, 59), (60, 69), (70, 79), (80, 89), (90, 100))


@dataclass(frozen=True, slots=True)
class Score:
    """一份答卷的成绩：百分制，撤下的题不计；`name` 是成绩表里的称呼。"""

    attempt: int
    person: int
    name: str
    right: int
    asked: int
    points: int
    passed: bool
    started: datetime
    finished: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class ItemResult:
    """一题的统计：答对率（即难度）、区分度（人太少为 None）、各种结果几人。"""

    item: PaperItem
    answered: int
    rate: float
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class Results:
    """一份试卷的成绩。

    `scores` 是每人最好的一次，高分在前；`absent` 是发给了而没有答的人，`failed` 是没及格的：这两种人该补考。
    """

    paper: Paper
    scores: tuple[Score, ...]
    items: tuple[ItemResult, ...]
    bins: tuple[tuple[str, int], ...]
    failed: tuple[int, ...]
    absent: tuple[int, ...]


def score(ledger: Ledger, done: Attempt) -> Score:
    """一份交了的答卷的成绩。"""
    return _score(done, paper(ledger, done.paper), items_of(ledger, done.paper), _names(ledger, done.paper))


def _score(done: Attempt, chosen: Paper, entries: Sequence[PaperItem], names: dict[int, str]) -> Score:
    kept = {e.id for e in entries}
    asked = [p.item for p in done.places if p.item in kept]
    right = sum(g.verdict is Verdict.RIGHT for g in done.answers if g.item in kept)
    points = round(100 * right / len(asked)) if asked else 0
    return Score(
        attempt=done.id,
        person=done.person,
        name=names.get(done.person, f"人员 {done.person}"),
        right=right,
        asked=len(asked),
        points=points,
        passed=bool(asked) and points >= chosen.settings.pass_mark,
        started=done.started,
        finished=done.finished or done.started,
        late=done.late,
    )


def results(ledger: Ledger, number: int) -> Results:
    """一份试卷的全部成绩；没交的不在内。"""
    chosen = paper(ledger, number)
    entries = items_of(ledger, number)
    done = [a for a in attempts_of(ledger, number) if a.finished is not None]
    names = _names(ledger, number)
    best: dict[int, tuple[Score, Attempt]] = {}
    for one in done:
        marked = _score(one, chosen, entries, names)
        if one.person not in best or marked.points > best[one.person][0].points:
            best[one.person] = (marked, one)
    ranked = sorted(best.values(), key=lambda pair: (-pair[0].points, pair[0].finished))
    scores = tuple(s for s, _ in ranked)
    return Results(
        chosen,
        scores,
        tuple(_item_result(e, [a for _, a in ranked]) for e in entries),
        tuple((f"{a}–{b}", sum(a <= s.points <= b for s in scores)) for a, b in _BINS),
        tuple(s.person for s in scores if not s.passed),
        tuple(sorted(invited(ledger, number) - set(best))),
    )


def _item_result(entry: PaperItem, ranked: Sequence[Attempt]) -> ItemResult:
    asked = [a for a in ranked if any(p.item == entry.id for p in a.places)]
    marks = [_is_right(a, entry.id) for a in asked]
    size = max(1, round(len(asked) * _THIRD))
    told = None
    if len(asked) >= _FEWEST:
        told = round((sum(marks[:size]) - sum(marks[-size:])) / size, 3)
    return ItemResult(entry, len(asked), round(sum(marks) / len(marks), 3) if marks else 0.0, told)


def _is_right(done: Attempt, item: int) -> bool:
    given = done.given(item)
    return given is not None and given.verdict is Verdict.RIGHT


def leaderboard(ledger: Ledger, number: int) -> tuple[Score, ...]:
    """榜：不愿上榜的人不在内，称呼用昵称。"""
    kept = []
    for marked in results(ledger, number).scores:
        wish = preferences(ledger, marked.person)
        if wish.ranked:
            kept.append(replace(marked, name=wish.nickname or marked.name))
    return tuple(kept)


def _names(ledger: Ledger, number: int) -> dict[int, str]:
    """成绩表里的称呼：试卷要求用昵称的用昵称，没有昵称的用编号。"""
    if not paper(ledger, number).settings.nicknames:
        return {p.id: p.name for p in people(ledger)}
    return {p.id: preferences(ledger, p.id).nickname or f"{p.id} 号" for p in people(ledger)}
