"""不答：为什么，以及报告里最接近的是什么。"""

from collections.abc import Callable
from dataclasses import replace

from bot import texts
from bot.answer import Citation, Reason, Reply, Status
from bot.candidates import role_of
from bot.cues import Kind
from bot.figures import enough
from bot.finder import Finder, Wanted
from bot.frame import Frame
from bot.question import Question
from bot.wording import ROLE_WORDS, UNKNOWN_ISSUER, caption, spoken
from index.entries import ReportEntry
from index.records import Fact

_NEAREST = 0.45
Cite = Callable[[Fact], Citation]


def refuse(finder: Finder, question: Question, found: Frame, entries: tuple[ReportEntry, ...], cite: Cite) -> Reply:
    """说明不答的理由：没有这家单位、没有这一年、只有计划（或只有结果），或报告没有说。"""
    asked = replace(question, asks=())
    if found.strangers:
        known = "、".join(dict.fromkeys(e.issuer for e in entries if e.issuer))
        where = "、".join(found.strangers)
        sentence = f"报告里没有{where}的这项内容" + (f"（已入库：{known[:80]}）。" if known else "。")
        return Reply(Status.NOT_FOUND, sentence, reason=Reason.NO_ISSUER)
    for relaxed, reason, sentence in _relaxations(asked, found, entries):
        best = finder.figures(asked, relaxed)
        if best and enough(best[0]):
            return _with_nearest(reason, sentence, best[0].fact, cite)
    return _nothing(finder, asked, found)


def _relaxations(
    question: Question, found: Frame, entries: tuple[ReportEntry, ...]
) -> list[tuple[Wanted, Reason, str]]:
    """依次放宽一个条件，看是哪个条件挡住了。"""
    role = role_of(question)
    years = "、".join(f"{y}年" for y in question.years)
    options: list[tuple[Wanted, Reason, str]] = []
    if role is not None:
        words = ROLE_WORDS[role]
        options.append((Wanted(found.reports, question.years), Reason.NO_ROLE, f"报告里没有{years}这项内容的{words}数"))
    if question.years:
        missing = not any(set(question.years) & set(e.periods) for e in entries)
        sentence = f"没有入库{years}的报告" if missing else f"报告里没有{years}的这项数字"
        options.append((Wanted(found.reports), Reason.NO_YEAR, sentence))
    if found.reports is not None:
        name = "、".join(found.matched)
        options.append((Wanted(None, question.years, role), Reason.NO_ISSUER, f"{name}的报告里没有这项数字"))
    return options


def _with_nearest(reason: Reason, sentence: str, fact: Fact, cite: Cite) -> Reply:
    said = caption(fact.year, fact.role, fact.issuer or UNKNOWN_ISSUER)
    text = f"{sentence}。最接近的是：{fact.subject} {spoken(fact.quantity)}（{said}）"
    return Reply(Status.NOT_FOUND, text, citations=(cite(fact),), reason=reason)


def _nothing(finder: Finder, question: Question, found: Frame) -> Reply:
    sentences = finder.sentences(question, Wanted(found.reports))
    if not sentences or sentences[0].score < _NEAREST:
        return Reply(Status.NOT_FOUND, "报告里没有说到这个问题。", reason=Reason.NOTHING)
    best = sentences[0]
    report = finder.report(best.passage.document)
    near = texts.quoted(replace(question, kind=Kind.TEXT), best, report)
    return Reply(
        Status.NOT_FOUND,
        f"报告里没有写明这一点。最接近的原文是：“{near.citations[0].quote}”",
        citations=near.citations,
        reason=Reason.NOTHING,
    )


def unproven() -> Reply:
    """证明不了的不说，只给出处供人自己看。"""
    return Reply(
        Status.NOT_FOUND,
        "找到了相关内容，但其中的数字未能逐项核对无误，所以不作答。",
        reason=Reason.UNPROVEN,
    )
