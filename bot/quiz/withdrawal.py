"""撤题：所据原文变了的，和报错属实的。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from bot.audit import did
from bot.ledger.chats import Who
from bot.ledger.file import Ledger, stamp, storable
from bot.people import Action, require_by
from bot.quiz.claims import covers, paragraph_of, path_of
from bot.quiz.items import Item, Source, digest
from bot.quiz.store import Paper, PaperItem, item_of, items_of, papers
from corpus.records import Report, Span


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """撤下的一道题，要告诉出题人。"""

    paper: Paper
    item: PaperItem
    why: str


def stale_items(ledger: Ledger, read: Callable[[str], Report | None]) -> tuple[Withdrawn, ...]:
    """所据的自然段变了或没了的题，各为什么；只看，不撤。

    Args:
        ledger: 台账。
        read: 按名字取现在的报告，没有则为 None。
    """
    read = cache(read)
    return tuple(
        Withdrawn(chosen, entry, why)
        for chosen in papers(ledger)
        for entry in items_of(ledger, chosen.id)
        if (why := stale(entry.item, read)) is not None
    )


def withdraw_stale(ledger: Ledger, found: Iterable[Withdrawn]) -> tuple[Withdrawn, ...]:
    """撤下这些题；同时有别的程序在撤的，各撤各的，返回自己撤下的。"""
    with ledger.writing() as connection:
        now = stamp(ledger.now())
        return tuple(
            one
            for one in found
            if connection.execute(
                "UPDATE quiz_items SET withdrawn = ?, why = ? WHERE id = ? AND withdrawn IS NULL",
                (now, storable(one.why), one.item.id),
            ).rowcount
        )


def reports_seen(ledger: Ledger) -> int | None:
    """题目是照索引的第几代查过的；没有查过为 None。"""
    with ledger.reading() as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = 'quiz_generation'").fetchone()
    return None if row is None else int(row[0])


def see_reports(ledger: Ledger, generation: int) -> None:
    """记下题目照这一代查过了。"""
    with ledger.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('quiz_generation', ?)", (generation,))


def withdraw(ledger: Ledger, by: Who, number: int, why: str) -> PaperItem:
    """出题人自己撤下一道题（报错属实）：不再进新的答卷，已有的成绩里也不计。"""
    require_by(ledger, by, Action.MAKE_QUIZ)
    with ledger.writing() as connection:
        gone = item_of(ledger, number)
        connection.execute(
            "UPDATE quiz_items SET withdrawn = ?, why = ? WHERE id = ? AND withdrawn IS NULL",
            (stamp(ledger.now()), storable(why), number),
        )
        did(ledger, by, "撤题", f"试卷 {gone.paper} 第 {gone.position} 题：{why}")
    return item_of(ledger, number)


def stale(item: Item, read: Callable[[str], Report | None]) -> str | None:
    """这道题所据的原文变了没有；没变为 None。错误选项的出处变了也算。"""
    for source in (*item.rests_on, *(w.source for w in item.wrongs)):
        report = read(source.document)
        if report is None:
            return f"报告《{source.document}》已经删去"
        if not _unchanged(source, report):
            return f"《{source.title}》“{source.section}”里这一段的原文改了：“{source.quote[:40]}”"
    return None


def _unchanged(source: Source, report: Report) -> bool:
    """引文还在原来的那一节，所在自然段一字未改；整段只是前后挪了位置的也算没变。"""
    if (report.issuer, report.title) != (source.issuer, source.title):
        return False
    at = source.quote_span.start
    places = [at] if report.text[at : at + len(source.quote)] == source.quote else []
    places += [i for i in _everywhere(report.text, source.quote) if i != at]
    offset = source.span.start - source.quote_span.start
    length = source.span.end - source.span.start
    for place in places:
        span = replace(source.span, start=place + offset, end=place + offset + length)
        if digest(paragraph_of(report, span).of(report.text)) == source.paragraph and _same_path(source, span, report):
            return True
    return False


def _same_path(source: Source, span: Span, report: Report) -> bool:
    """还在同样标题的一节里：标题换了年度、总结改成计划，说的就不是一回事了。引的是标题的，看它的上一级。"""
    heading = next((s for s in report.sections if covers(s.heading_span, span)), None)
    if heading is not None and path_of(report, heading.parent or 0) == source.section:
        return True
    within = next((p for p in report.paragraphs if covers(p.span, span)), None)
    return within is not None and path_of(report, within.section) == source.section


def _everywhere(text: str, quote: str) -> Iterable[int]:
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)
