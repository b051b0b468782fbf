"""试卷：出草稿、审题、发布、发给谁，原文变了就撤题。"""

import re
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.audit import did
from bot.ledger.chats import Who
from bot.ledger.file import Connection, Ledger, stamp, storable
from bot.people import Action, require_by
from bot.quiz.errors import DeadlinePast, ItemUnproven, NotInvited, PaperUnpublished, TooFewItems
from bot.quiz.generate import MAKERS, gives_away, pick
from bot.quiz.items import OWN_KINDS, Item, ItemKind, Key
from bot.quiz.library import Library, Scope
from bot.quiz.prove import Prover
from bot.quiz.store import (
    Paper,
    PaperItem,
    Settings,
    insert_items,
    insert_paper,
    item_of,
    items_of,
    keep_item,
    paper,
    remove_item,
    replace_item,
    require_draft,
)

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
    ledger: Ledger,
    by: Who,
    title: str,
    settings: Settings,
    library: Library,
    seed: int,
    makes_up: Paper | None = None,
) -> Paper:
    """出一份草稿；补考的（`makes_up`）不出原卷里的题。

    Raises:
        NotAllowed: 不是培训员。
        DeadlinePast: 截止时间已经过了。
        TooFewItems: 出不了这么多题。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    _require_future(ledger, settings)
    used = () if makes_up is None else items_of(ledger, makes_up.id, withdrawn=True)
    seen = frozenset(entry.item.identity for entry in used)
    chosen = pick(on_topic(library, settings), seed, numbers_of(settings), without=seen)
    if len(chosen) < settings.number:
        raise TooFewItems(settings.number, len(chosen))
    with ledger.writing():
        number = insert_paper(
            ledger,
            author=by.person,
            title=title,
            settings=settings,
            code="".join(secrets.choice(_CODE_LETTERS) for _ in range(6)),
            generation=library.generation,
            makes_up=None if makes_up is None else makes_up.id,
        )
        insert_items(ledger, number, chosen)
        did(ledger, by, "出题", f"{title}（{number}），{len(chosen)} 题")
    return paper(ledger, number)


def _require_future(ledger: Ledger, settings: Settings) -> None:
    if settings.deadline is not None and settings.deadline <= ledger.now():
        deadline = f"{ledger.local(settings.deadline):%Y-%m-%d %H:%M}"
        raise DeadlinePast(deadline)


def on_topic(library: Library, settings: Settings) -> Library:
    """只留设置里选定的报告、节与主题。"""
    picked = tuple(r for r in library.reports if not settings.reports or r.name in settings.reports)
    names = {r.name for r in picked}
    scope = Scope(settings.sections, tuple(word for word in re.split(r"[\s,，、;；]+", settings.topic) if word))
    found = tuple(
        c for c in library.claims if c.report.name in names and scope.covers(" › ".join(c.fact.section), c.text)
    )
    return replace(library, reports=picked, claims=found, scope=scope)


# 审题


def keep(ledger: Ledger, by: Who, number: int) -> PaperItem:
    """草稿里的一道题审过了，留下。"""
    require_by(ledger, by, Action.MAKE_QUIZ)
    keep_item(ledger, number)
    return item_of(ledger, number)


def drop(ledger: Ledger, by: Who, number: int) -> None:
    """去掉草稿里的一道题。"""
    require_by(ledger, by, Action.MAKE_QUIZ)
    with ledger.writing():
        gone = item_of(ledger, number)
        remove_item(ledger, number)
        did(ledger, by, "去题", f"试卷 {gone.paper} 第 {gone.position} 题：{gone.item.stem}")


def discard(ledger: Ledger, by: Who, number: int) -> None:
    """删去一份草稿，连同它的题。

    Raises:
        PaperMissing: 没有。
        PaperPublished: 已经发布。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    with ledger.writing() as connection:
        require_draft(connection, number)
        did(ledger, by, "删草稿", f"{paper(ledger, number).title}（{number}）")
        connection.execute("DELETE FROM quiz_papers WHERE id = ?", (number,))


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
            with ledger.writing():
                replace_item(ledger, number, found[0])
                did(ledger, by, "换题", f"试卷 {old.paper} 第 {old.position} 题：{old.item.stem}→{found[0].stem}")
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
    with ledger.writing():
        replace_item(ledger, number, changed)
        did(ledger, by, "改题", f"试卷 {old.paper} 第 {old.position} 题：{old.item.stem}→{changed.stem}")
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
    with ledger.writing():
        insert_items(ledger, number, found)
        did(ledger, by, "加自拟题", f"试卷 {number}，{len(found)} 题")
    return len(found)


# 发布


def publish(ledger: Ledger, by: Who, number: int, people: Iterable[int] = (), groups: Iterable[str] = ()) -> Paper:
    """发布：此后题目与设置不再改。

    Raises:
        PaperPublished: 已经发布过。
        DeadlinePast: 截止时间已经过了。
        TooFewItems: 一道题也没有。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    with ledger.writing() as connection:
        require_draft(connection, number)
        _require_future(ledger, paper(ledger, number).settings)
        if not items_of(ledger, number):
            raise TooFewItems(1, 0)
        connection.execute("UPDATE quiz_papers SET published = ? WHERE id = ?", (stamp(ledger.now()), number))
        _send_to(connection, number, people, groups)
        did(ledger, by, "发布试卷", f"{paper(ledger, number).title}（{number}）")
    return paper(ledger, number)


def assign(ledger: Ledger, by: Who, number: int, people: Iterable[int] = (), groups: Iterable[str] = ()) -> Paper:
    """再发给一些人、一些组；草稿也可以先定下发给谁。

    Raises:
        PaperMissing: 没有。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    chosen, people, groups = paper(ledger, number), tuple(people), tuple(groups)
    with ledger.writing() as connection:
        _send_to(connection, number, people, groups)
        told = "、".join((*(str(p) for p in people), *groups))
        did(ledger, by, "发试卷", f"{chosen.title}（{number}）：{told}")
    return chosen


def _send_to(connection: Connection, number: int, people: Iterable[int], groups: Iterable[str]) -> None:
    rows = [(number, p, None) for p in people] + [(number, None, storable(g.strip())) for g in groups]
    connection.executemany("INSERT OR IGNORE INTO quiz_audience (paper, person, name) VALUES (?, ?, ?)", rows)


def close(ledger: Ledger, by: Who, number: int) -> Paper:
    """提前关闭：不能再开始答，正在答的照各自的时限答完。

    Raises:
        PaperUnpublished: 还没有发布。
    """
    require_by(ledger, by, Action.MAKE_QUIZ)
    with ledger.writing() as connection:
        chosen = paper(ledger, number)
        if chosen.published is None:
            raise PaperUnpublished(chosen.title)
        now = stamp(ledger.now())
        connection.execute("UPDATE quiz_papers SET closed = ifnull(closed, ?) WHERE id = ?", (now, number))
        did(ledger, by, "关闭试卷", f"{chosen.title}（{number}）")
    return paper(ledger, number)


@dataclass(frozen=True, slots=True)
class Audience:
    """一份试卷发给谁：点名的人与组。"""

    people: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()


def audience(ledger: Ledger, number: int) -> Audience:
    """点名发给了哪些人、哪些组。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT person, name FROM quiz_audience WHERE paper = ? ORDER BY person, name", (number,)
        ).fetchall()
    return Audience(tuple(p for p, _ in rows if p is not None), tuple(n for _, n in rows if n is not None))


def still_to_answer(ledger: Ledger, chosen: Paper) -> tuple[int, ...]:
    """点名发给了、还没有交过卷的人。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT DISTINCT person FROM quiz_attempts WHERE paper = ? AND finished IS NOT NULL", (chosen.id,)
        )
        return tuple(sorted(invited(ledger, chosen.id) - {row[0] for row in rows}))


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


def mix(items: Iterable[Item]) -> Counter[ItemKind]:
    """各题型几道。"""
    return Counter(item.kind for item in items)
