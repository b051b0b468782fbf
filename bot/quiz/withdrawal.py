"""撤题：所据原文变了的，和报错属实的。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from bot.audit import did
from bot.ledger.chats import Who
from bot.ledger.file import Ledger, stamp, storable
from bot.people import Action, require_by
from bot.quiz.claims import paragraph_of
from bot.quiz.items import Item, Source, digest
from bot.quiz.store import Paper, PaperItem, item_of, items_of, papers
from corpus.records import Report


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """撤下的一道题，要告诉出题人。"""

    paper: Paper
    item: PaperItem
    why: str


def withdraw_stale(ledger: Ledger, read: Callable[[str], Report | None]) -> tuple[Withdrawn, ...]:
    """重建索引之后：所据的自然段变了或没了的题撤下，返回撤了哪些、为什么。

    Args:
        ledger: 台账。
        read: 按名字取现在的报告，没有则为 None。
    """
    read = cache(read)
    found: list[Withdrawn] = []
    for chosen in papers(ledger):
        for entry in items_of(ledger, chosen.id):
            why = stale(entry.item, read)
            if why is not None:
                found.append(Withdrawn(chosen, entry, why))
    with ledger.writing() as connection:
        now = stamp(ledger.now())
        connection.executemany(
            "UPDATE quiz_items SET withdrawn = ?, why = ? WHERE id = ? AND withdrawn IS NULL",
            [(now, w.why, w.item.id) for w in found],
        )
    return tuple(found)


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
    """引文还在原处，所在自然段一字未改；整段只是前后挪了位置的也算没变。"""
    if (report.issuer, report.title) != (source.issuer, source.title):
        return False
    at = source.quote_span.start
    places = [at] if report.text[at : at + len(source.quote)] == source.quote else []
    places += [i for i in _everywhere(report.text, source.quote) if i != at]
    offset = source.span.start - source.quote_span.start
    length = source.span.end - source.span.start
    for place in places:
        span = replace(source.span, start=place + offset, end=place + offset + length)
        if digest(paragraph_of(report, span).of(report.text)) == source.paragraph:
            return True
    return False


def _everywhere(text: str, quote: str) -> Iterable[int]:
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)
