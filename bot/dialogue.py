"""联系上文：省略的年度、单位、主题从前面的问题里补。"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.cues import Kind
from bot.question import Question, read
from bot.segments import Vocabulary
from bot.terms import Term
from corpus.records import Role

_CARRIED = 0.5
_FAINT = 0.2


def understand(
    text: str, history: tuple[str, ...] = (), vocabulary: Vocabulary | None = None, names: Sequence[str] = ()
) -> Question:
    """读一句问话；它是省略句时，缺的部分取自此前的问题（由远及近）。"""
    question = read(text, vocabulary, names)
    for earlier in () if _SWITCH.search(question.text) else reversed(history):
        if not _lacks(question, names):
            break
        question = _completed(question, read(earlier, vocabulary, names))
    return question


def leaning(question: Question, history: tuple[str, ...], names: Sequence[str]) -> Question | None:
    """自己说全了事情、却没有说哪家哪年的一问（“挽回了多少损失”），照上一问的那家那年来理解；无从推想为 None。"""
    alone = not question.earlier and not any(n in question.text for n in names) and not _SWITCH.search(question.text)
    if not history or not alone:
        return None
    before = read(history[-1], None, names)
    years = question.years or (before.years if question.relative is None else ())
    return replace(question, earlier=(before.text,), years=years)


_SWITCH = re.compile(r"换个?(?:话题|问题)|另外(?:再)?问|再问(?:个|一个)别的|不说这个|说点别的")


def _lacks(question: Question, names: Sequence[str]) -> bool:
    """还缺主题，要看上文；自己说了哪家、说了什么事的，是新的一问。"""
    if question.chitchat or question.tampering:
        return False
    if not question.elliptic and any(n in question.text for n in names) and any(t.share >= 1 for t in question.terms):
        return False
    return question.elliptic or sum(t.share >= 1 for t in question.terms) <= 1


def _completed(question: Question, earlier: Question) -> Question:
    """“2023年呢”沿用上一问的主题与问法；“湘西呢”“公路水运呢”用新词顶替，旧词退为辅助。"""
    own = {t.text for t in question.terms}
    share = _FAINT if question.kind is Kind.AMOUNT and question.unit is not None else _CARRIED
    inherits = not any(t.share >= 1 for t in question.terms)
    replaced = question.kind is Kind.AMOUNT and question.unit is not None  # 换了要问的东西
    carried = tuple(
        t if inherits else replace(t, share=t.share * share, near=False, asked=False, proper=False)
        for t in earlier.terms
        if t.text not in own and not (replaced and t.near)
    )
    fresh = _marked(question.terms) if not inherits and question.elliptic else question.terms
    whole_topic = question.kind is Kind.TEXT
    return replace(
        question,
        earlier=(*question.earlier, earlier.text),
        kind=earlier.kind if whole_topic else question.kind,
        years=question.years or _years(question, earlier),
        role=question.role if question.role is not None else _role(question, earlier),
        strict=question.strict if question.role is not None else earlier.strict and not _dated(question),
        counter=question.counter or earlier.counter,
        unit=question.unit or (earlier.unit if whole_topic and inherits else None),
        terms=fresh + carried,
        names=question.names or earlier.names,
        relative=question.relative if question.relative is not None else (None if question.years else earlier.relative),
        elliptic=not (fresh + carried) or (question.elliptic and earlier.elliptic),
    )


_BEFORE = re.compile(r"上一?年度?|前一年")
_AFTER = re.compile(r"下一?年度?|次年|第二年")


def _years(question: Question, earlier: Question) -> tuple[int, ...]:
    """这一问没写年度的从上文；“上一年”从上文的年度推，“去年”“今年”另有所指。"""
    shift = -1 if _BEFORE.search(question.text) else 1 if _AFTER.search(question.text) else 0
    if shift and len(earlier.years) == 1:
        return (earlier.years[0] + shift,)
    return () if question.relative is not None else earlier.years


def _dated(question: Question) -> bool:
    return bool(question.years) or question.relative is not None


def _role(question: Question, earlier: Question) -> Role | None:
    return None if _dated(question) and question.years != earlier.years else earlier.role


def _marked(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(replace(t, near=True, asked=True) for t in terms)
