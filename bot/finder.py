"""按问题的范围从索引里取候选。"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from bot.candidates import FactCandidate, rank_facts
from bot.excerpts import SentenceCandidate, rank_sentences
from bot.question import Question
from bot.terms import Term
from corpus.records import Report, Role
from index.entries import ReportEntry
from index.matching import plain
from index.records import Fact, Passage
from index.retriever import Retriever
from index.store import Store
from index.words import BIGRAM_MARK, query_terms

_DEPTH = 24
_FEW = 8
_CALLED = 100
_MOST_STATING = 200
_SCALED = tuple((Decimal(a), Decimal(b)) for a in (1, 10**4, 10**8, 1000) for b in (1, 10**4, 10**8, 1000))
_FIVE = re.compile(r"十[一二三四五六]五")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """候选必须满足的条件；空的不限。"""

    reports: frozenset[int] | None = None
    years: tuple[int, ...] = ()
    role: Role | None = None
    strangers: tuple[str, ...] = ()
    cumulative: bool = False
    relative: int | None = None
    span: bool = False
    five: str = ""


class Finder:
    """从当前一代索引里取段落、数字事实和句子。"""

    def __init__(self, store: Store, retriever: Retriever) -> None:
        self.store = store
        self._retriever = retriever

    def entries(self) -> tuple[ReportEntry, ...]:
        """现有的报告。"""
        return self.store.reports()

    def report(self, name: str) -> Report:
        """一份报告。"""
        return self.store.report(name)

    def likely(self, passages: dict[int, Passage], wanted: Wanted) -> list[Report]:
        """可能说到这件事的报告：命中的段落所在的，以及点名的那家的。"""
        names = dict.fromkeys(p.document for p in passages.values())
        if wanted.reports is not None and len(wanted.reports) <= _FEW:
            names |= dict.fromkeys(e.name for e in self.entries() if e.id in wanted.reports)
        return [self.report(name) for name in names]

    def passages(self, question: Question, wanted: Wanted) -> dict[int, Passage]:
        """最合问题的段落，按检索名次。"""
        others = [o for t in question.terms for o in t.others[:4]]
        text = " ".join([question.text, *(t.text for t in question.terms)])
        hits = self._retriever.hits(text, others, _DEPTH, wanted.reports)
        named = [i for n in question.names for i, _ in self.store.match(query_terms(n), _FEW, wanted.reports)]
        wished = list(dict.fromkeys([*(h.passage for h in hits), *named]))
        found = self.store.passages(wished)
        return {i: found[i] for i in wished if i in found}

    def calling(self, word: str) -> frozenset[int]:
        """行文里这样自称的报告：支队；全所、我所、所支部之于收费所。"""
        last = word[-1]
        spoken = (word, *((f"全{last}", f"我{last}", f"本{last}", f"{last}支部") if len(word) > 2 else ()))  # noqa: PLR2004
        found = self.store.match([t for s in spoken for t in query_terms(s)], _CALLED)
        read = self.store.passages([i for i, _ in found]).values()
        names = {p.document for p in read if any(s in p.text for s in spoken)}
        return frozenset(e.id for e in self.entries() if e.name in names)

    def figures(
        self, question: Question, wanted: Wanted, passages: dict[int, Passage] | None = None
    ) -> list[FactCandidate]:
        """合条件的数字，高分在前。"""
        read = self.passages(question, wanted) if passages is None else passages
        facts = self.store.facts(tuple(read))
        spoken = self._spoken(wanted)
        rows = (
            (i, p, tuple(f for f in facts.get(i, ()) if _allowed(f, p, wanted, spoken.get(f.document))))
            for i, p in read.items()
        )
        return rank_facts(replace(question, grams=self._grams(question.text)), rows, self.weigher(question.terms))

    def stating(self, question: Question, wanted: Wanted) -> dict[int, Passage]:
        """写着问题里所说的数的段落，连同最合题的段落。"""
        values = {format((q.value * a / b).normalize(), "f") for q in question.claims if q.value for a, b in _SCALED}
        numbered = self.store.passages(self.store.stating(values)[:_MOST_STATING])
        if wanted.reports is not None:
            names = {e.name for e in self.entries() if e.id in wanted.reports}
            numbered = {i: p for i, p in numbered.items() if p.document in names}
        return {**self.passages(question, wanted), **numbered}

    def _spoken(self, wanted: Wanted) -> dict[str, int | None]:
        """各报告说话的年度；问“去年”“今年”时，取同一单位最新的那份的。"""
        if wanted.relative is None and not wanted.cumulative:
            return {}
        entries = self.entries()
        if wanted.relative is None:
            return {e.name: e.speaks_from for e in entries}
        newest: dict[str, int] = {}
        for e in entries:
            if e.speaks_from:
                newest[e.issuer or e.name] = max(newest.get(e.issuer or e.name, 0), e.speaks_from)
        return {e.name: newest.get(e.issuer or e.name) for e in entries}

    def _grams(self, text: str) -> dict[str, float]:
        """原话里各个二字串的稀有程度。"""
        pairs = {a + b for a, b in pairwise(plain(text)) if _HAN.fullmatch(a + b)}
        frequency = self.store.document_frequency({BIGRAM_MARK + p for p in pairs})
        total = max(self.store.passage_count, 1)
        return {p: _idf(frequency.get(BIGRAM_MARK + p, 0), total) for p in pairs if frequency.get(BIGRAM_MARK + p)}

    def sentences(
        self, question: Question, wanted: Wanted, passages: dict[int, Passage] | None = None
    ) -> list[SentenceCandidate]:
        """合条件的句子，高分在前。"""
        read = self.passages(question, wanted) if passages is None else passages
        rows = ((i, p) for i, p in read.items() if not wanted.years or p.year is None or p.year in wanted.years)
        found = rank_sentences(question, rows, self.weigher(question.terms))
        return [c for c in found if _mentions(wanted.strangers, c.text + c.passage.context)]

    def weigher(self, terms: Sequence[Term]) -> Callable[[Term], float]:
        """每个实词的分量：自身份额 × 逆文档频率（Robertson & Spärck Jones 1976 的平滑式）。"""
        keys = {t.text: _keys(t) for t in terms}
        frequency = self.store.document_frequency({k for group in keys.values() for k in group})
        total = max(self.store.passage_count, 1)

        def weigh(term: Term) -> float:
            return term.share * _rarity(keys[term.text], frequency, total) if term.text in keys else term.share

        return weigh


def _keys(term: Term) -> tuple[str, ...]:
    grams = tuple(BIGRAM_MARK + a + b for a, b in pairwise(term.text))
    return (term.text, *grams)


def _rarity(keys: Iterable[str], frequency: dict[str, int], total: int) -> float:
    word, *grams = keys
    if frequency.get(word):
        return _idf(frequency[word], total)
    known = [_idf(frequency.get(g, 0), total) for g in grams]
    return sum(known) / len(known) if known else _idf(0, total)


def _idf(frequency: int, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _allowed(fact: Fact, passage: Passage, wanted: Wanted, spoken: int | None) -> bool:
    """是否合条件。"""
    if (wanted.span or wanted.five) and fact.year is not None:
        return False
    if wanted.five and wanted.five not in (_fives(fact) or wanted.five):
        return False
    if wanted.relative is not None and (spoken is None or fact.year != spoken + wanted.relative):
        return False
    if wanted.years and fact.year not in wanted.years and not _sums_up(fact, wanted, spoken):
        return False
    if wanted.role is not None and fact.role is not wanted.role:
        return False
    return _mentions(wanted.strangers, fact.quote + passage.context)


def _fives(fact: Fact) -> str:
    """这个数的原句里写着的规划期；原句没有写的看标题。"""
    written = (fact.quote, " ".join(fact.section), fact.document)
    return next(("".join(found) for text in written if (found := _FIVE.findall(text))), "")


def _sums_up(fact: Fact, wanted: Wanted, spoken: int | None) -> bool:
    """“截至某年”的累计数，出自当年或次年报告里不分年度的回顾。"""
    return (
        wanted.cumulative
        and fact.year is None
        and spoken is not None
        and any(spoken - y in (0, 1) for y in wanted.years)
    )


def _mentions(names: Collection[str], text: str) -> bool:
    bare = plain(text)
    return all(plain(n) in bare for n in names)
