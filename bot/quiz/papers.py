"""试卷：出草稿、审题、发布、发给谁，原文变了就撤题。"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bot.audit import did
from bot.ledger.chats import Who
from bot.ledger.file import Ledger, stamp, storable
from bot.people import Action, require_by
from bot.quiz.claims import paragraph_of
from bot.quiz.errors import ItemUnproven, NotInvited, TooFewItems
from bot.quiz.generate import MAKERS, gives_away, pick
from bot.quiz.items import OWN_KINDS, Item, ItemKind, Key, Source, digest
from bot.quiz.library import Library
from bot.quiz.prove import Prover
from bot.quiz.store import (
    Paper,
    PaperItem,
    Settings,
    insert_items,
    insert_paper,
    item_of,
    items_of,
    paper,
    papers,
    remove_item,
    replace_item,
    require_draft,
)
from corpus.records import Report

_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SPARE_SEEDS = 20

USUAL_SHARES = {
    ItemKind.FILL: 2,
    ItemKind.SINGLE: 3,
    ItemKind.MULTIPLE: 1,
    ItemKind.TRUE_FALSE: 2,
    ItemKind.ORDER: 1,
    ItemKind.COMPLETE: 1,
    ItemKind.BUREAU: 1,
    ItemKind.YEAR: 1,
    ItemKind.ROLE: 1,
    ItemKind.DEADLINE: 1,
}
"""没有说各题型占几份时的份数。"""


def numbers_of(settings: Settings) -> dict[ItemKind, int]:
    """把份数化成各题型的题数，合计恰为所要的题数（最大余数法）。"""
    shares = {k: n for k, n in (settings.shares or USUAL_SHARES).items() if n > 0 and k in MAKERS}
    total = sum(shares.values())
    exact = {k: settings.number * n / total for k, n in shares.items()} if total else {}
    found = {k: int(x) for k, x in exact.items()}
    rest = settings.number - sum(found.values())
    for kind in sorted(exact, key=lambda k: (found[k] - exact[k], list(ItemKind).index(k)))[:rest]:
        found[kind] += 1
    return found


def draft(  # noqa: PLR0913, PLR0917 - 谁、题名、设置、题库、种子
    ledger: Ledger, by: Who, title: str, settings: Settings, library: Library, seed: int
) -> Paper:
    """出一份草稿。

    Raises:
        NotAllowed: 不是培训员。
        TooFewItems: 出不了这么多题。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    chosen = pick(on_topic(library, settings), seed, numbers_of(settings))
    if len(chosen) < settings.number:
        raise TooFewItems(settings.number, len(chosen))
    with ledger.writing():
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(6))
        number = insert_paper(ledger, by.person, title, settings, code, library.generation)
        insert_items(ledger, number, chosen)
        did(ledger, by, "出题", f"{title}（{number}），{len(chosen)} 题")
    return paper(ledger, number)


def on_topic(library: Library, settings: Settings) -> Library:
    """只留设置里选定的报告，和路径里含有 `topic` 的节。"""
    picked = [r for r in library.reports if not settings.reports or r.name in settings.reports]
    names = {r.name for r in picked}
    found = tuple(
        c
        for c in library.claims
        if c.report.name in names and (not settings.topic or settings.topic in " › ".join(c.fact.section) + c.text)
    )
    return replace(library, reports=() if settings.topic else tuple(picked), claims=found)


# 审题


def drop(ledger: Ledger, by: Who, number: int) -> None:
    """去掉草稿里的一道题。"""
    require_by(ledger, by, Action.MAKE_QUIZ)
    remove_item(ledger, number)


def swap(ledger: Ledger, by: Who, number: int, library: Library) -> PaperItem:
    """换一道同一题型的题，不与卷里其余的透底。

    Raises:
        TooFewItems: 没有可换的了。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    old = item_of(ledger, number)
    rest = [i.item for i in items_of(ledger, old.paper)]
    settings = paper(ledger, old.paper).settings
    for seed in range(number, number + _SPARE_SEEDS):
        found = pick(on_topic(library, settings), seed, {old.item.kind: 1}, rest)
        if found:
            replace_item(ledger, number, found[0])
            return item_of(ledger, number)
    raise TooFewItems(1, 0)


def reword(  # noqa: PLR0913, PLR0917 - 改题干或答案，只给要改的
    ledger: Ledger, by: Who, number: int, prover: Prover, stem: str | None = None, key: Key | None = None
) -> PaperItem:
    """改题干或答案；改过的仍须证明得了，也不得与别的题透底。

    Raises:
        ItemUnproven: 证明不了。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    old = item_of(ledger, number)
    changed = replace(old.item, stem=stem or old.item.stem, key=key or old.item.key)
    fault = prover.fault(changed)
    others = [i.item for i in items_of(ledger, old.paper) if i.id != number]
    if fault is None and any(gives_away(changed, other) for other in others):
        fault = "与卷里另一题互相透底"
    if fault is not None:
        raise ItemUnproven(fault)
    replace_item(ledger, number, changed)
    return item_of(ledger, number)


def add_own(ledger: Ledger, by: Who, number: int, items: Iterable[Item], prover: Prover) -> int:
    """加进自拟的题，返回加了几道。

    Raises:
        ItemUnproven: 题目自身说不通，或引文不在报告里。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    found = tuple(items)
    for item in found:
        fault = prover.fault(item) if item.kind in OWN_KINDS else "不是自拟题"
        if fault is not None:
            said = f"“{item.stem[:20]}”{fault}"
            raise ItemUnproven(said)
    insert_items(ledger, number, found)
    return len(found)


# 发布


def publish(ledger: Ledger, by: Who, number: int, people: Iterable[int] = (), groups: Iterable[str] = ()) -> Paper:
    """发布：此后题目与设置不再改。

    Raises:
        PaperPublished: 已经发布过。
        TooFewItems: 一道题也没有。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    with ledger.writing() as connection:
        require_draft(connection, number)
        if not items_of(ledger, number):
            raise TooFewItems(1, 0)
        connection.execute("UPDATE quiz_papers SET published = ? WHERE id = ?", (stamp(ledger.now()), number))
        rows = [(number, p, None) for p in people] + [(number, None, storable(g)) for g in groups]
        connection.executemany("INSERT OR IGNORE INTO quiz_audience (paper, person, name) VALUES (?, ?, ?)", rows)
        did(ledger, by, "发布试卷", f"{paper(ledger, number).title}（{number}）")
    return paper(ledger, number)


def put_in_group(ledger: Ledger, by: Who, group: str, people: Iterable[int]) -> None:
    """把人编进一个组。"""
    require_by(ledger, by, Action.MAKE_QUIZ)
    with ledger.writing() as connection:
        rows = [(storable(group), person) for person in people]
        connection.executemany("INSERT OR IGNORE INTO quiz_groups (name, person) VALUES (?, ?)", rows)


def invited(ledger: Ledger, number: int) -> frozenset[int]:
    """点名发给的人，组里的也算。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            """SELECT person FROM quiz_audience WHERE paper = ?1 AND person IS NOT NULL
               UNION SELECT quiz_groups.person FROM quiz_groups JOIN quiz_audience USING (name) WHERE paper = ?1""",
            (number,),
        )
        return frozenset(int(row[0]) for row in rows)


def require_invited(ledger: Ledger, chosen: Paper, person: int) -> None:
    """须是发给这个人的。

    Raises:
        NotInvited: 不是。
    """
    if not chosen.settings.everyone and person not in invited(ledger, chosen.id):
        raise NotInvited(chosen.title)


# 原文变了


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


def untold(ledger: Ledger, author: int | None) -> tuple[PaperItem, ...]:
    """还没有告诉这位出题人的撤题；取过即算告诉了。"""
    with ledger.writing() as connection:
        rows = connection.execute(
            """UPDATE quiz_items SET told = ? WHERE withdrawn IS NOT NULL AND told IS NULL
               AND paper IN (SELECT id FROM quiz_papers WHERE person IS ?) RETURNING id""",
            (stamp(ledger.now()), author),
        ).fetchall()
    return tuple(item_of(ledger, row[0]) for row in rows)


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


def mix(items: Iterable[Item]) -> Counter[ItemKind]:
    """各题型几道。"""
    return Counter(item.kind for item in items)
