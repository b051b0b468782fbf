"""台账里的试卷与题目：读出、写入。"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.ledger.file import Connection, Ledger, maybe_moment, moment, stamp, storable
from bot.quiz.errors import ItemMissing, PaperMissing, PaperPublished
from bot.quiz.items import Item, ItemKind

_LONGEST = 10
"""编号最多几位；再长的只能是代码。"""
_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


@dataclass(frozen=True, slots=True)
class Settings:
    """一份试卷的设置。

    `shares` 是各题型占几份；`reports`、`sections`、`topic` 说从哪些报告、哪些节、说到什么的句子出题（空的不限），
    `sections` 是以“ › ”连起来的路径，连同其下各节，`topic` 可以是空格隔开的几个词，有一个就行；
    `minutes` 是时限，没有为 None；`attempts` 为 0 即不限次数；`at_once` 为真则每题答完就说对错，否则交卷后再说；
    `everyone` 为真则知道代码的人都能答；`nicknames` 为真则成绩表里用昵称。
    """

    number: int = 10
    shares: dict[ItemKind, int] = field(default_factory=dict)
    reports: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    topic: str = ""
    minutes: int | None = None
    pass_mark: int = 60
    deadline: datetime | None = None
    attempts: int = 1
    shuffle: bool = True
    at_once: bool = True
    everyone: bool = True
    nicknames: bool = False


_SETTINGS: TypeAdapter[Settings] = TypeAdapter(Settings)


@dataclass(frozen=True, slots=True)
class Paper:
    """一份试卷；`published` 为 None 即草稿，`closed` 是提前关闭的时刻，`makes_up` 是补考所补的那份。"""

    id: int
    author: int | None
    title: str
    settings: Settings
    code: str
    generation: int
    created: datetime
    published: datetime | None
    closed: datetime | None = None
    makes_up: int | None = None

    def ended(self, now: datetime) -> datetime | None:
        """何时停止作答的；还没有停为 None。"""
        over = [t for t in (self.closed, self.settings.deadline) if t is not None and t <= now]
        return min(over, default=None)


@dataclass(frozen=True, slots=True)
class PaperItem:
    """试卷里的一道题；`why` 是撤下的原因，`kept` 为真即出题人审过、留下。"""

    id: int
    paper: int
    position: int
    item: Item
    withdrawn: datetime | None
    why: str | None
    kept: bool = False


def encoded(item: Item) -> str:
    """题目写成 JSON。"""
    written: dict[str, Any] = _ITEM.dump_python(item, mode="json")
    return storable(json.dumps(written, ensure_ascii=False, separators=(",", ":")))


def decoded(written: str) -> Item:
    """读回题目。"""
    return _ITEM.validate_json(written)


def insert_paper(  # noqa: PLR0913 - 一行的七列
    ledger: Ledger,
    *,
    author: int | None,
    title: str,
    settings: Settings,
    code: str,
    generation: int,
    makes_up: int | None = None,
) -> int:
    """写入一份草稿，返回编号。"""
    with ledger.writing() as connection:
        cursor = connection.execute(
            "INSERT INTO quiz_papers (person, title, settings, code, generation, created, makes_up)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (author, storable(title), _written(settings), code, generation, stamp(ledger.now()), makes_up),
        )
        return cursor.lastrowid or 0


def _written(settings: Settings) -> str:
    return _SETTINGS.dump_json(settings).decode()


def paper(ledger: Ledger, named: int | str) -> Paper:
    """按编号或代码取一份试卷；人打的字两样都行，代码不分大小写。

    Raises:
        PaperMissing: 没有。
    """
    said = str(named).strip().upper()
    code = "" if isinstance(named, int) else storable(said)
    number = int(said) if said.isascii() and said.isdigit() and len(said) < _LONGEST else 0
    with ledger.reading() as connection:
        row = connection.execute(
            f"SELECT {_PAPER} FROM quiz_papers WHERE code = ?1 OR id = ?2 ORDER BY code = ?1 DESC LIMIT 1",  # noqa: S608
            (code, number),
        ).fetchone()
    if row is None:
        raise PaperMissing(str(named))
    return _paper(row)


def by_code(ledger: Ledger, code: str) -> Paper | None:
    """代码是它的那份试卷；没有为 None。"""
    with ledger.reading() as connection:
        row = connection.execute(
            f"SELECT {_PAPER} FROM quiz_papers WHERE code = ?",  # noqa: S608
            (storable(code.strip().upper()),),
        ).fetchone()
    return None if row is None else _paper(row)


def papers(ledger: Ledger) -> tuple[Paper, ...]:
    """全部试卷，旧的在前。"""
    with ledger.reading() as connection:
        return tuple(_paper(r) for r in connection.execute(f"SELECT {_PAPER} FROM quiz_papers ORDER BY id"))  # noqa: S608


def items_of(ledger: Ledger, number: int, *, withdrawn: bool = False) -> tuple[PaperItem, ...]:
    """一份试卷的题，按次序；`withdrawn` 为真则连撤下的也要。"""
    shown = "" if withdrawn else " AND withdrawn IS NULL"
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_ITEMS} FROM quiz_items WHERE paper = ?{shown} ORDER BY position",  # noqa: S608
            (number,),
        )
        return tuple(_item(r) for r in rows)


def item_of(ledger: Ledger, number: int) -> PaperItem:
    """按编号取一道题。

    Raises:
        ItemMissing: 没有。
    """
    with ledger.reading() as connection:
        row = connection.execute(f"SELECT {_ITEMS} FROM quiz_items WHERE id = ?", (number,)).fetchone()  # noqa: S608
    if row is None:
        raise ItemMissing(number)
    return _item(row)


def insert_items(ledger: Ledger, number: int, items: tuple[Item, ...]) -> None:
    """在草稿末尾加题。"""
    with ledger.writing() as connection:
        require_draft(connection, number)
        last = connection.execute(
            "SELECT ifnull(max(position), 0) FROM quiz_items WHERE paper = ?", (number,)
        ).fetchone()[0]
        connection.executemany(
            "INSERT INTO quiz_items (paper, position, identity, item) VALUES (?, ?, ?, ?)",
            [(number, last + i, item.identity, encoded(item)) for i, item in enumerate(items, 1)],
        )


def keep_item(ledger: Ledger, number: int) -> None:
    """草稿里的一道题审过了，留下。"""
    with ledger.writing() as connection:
        require_draft(connection, item_of(ledger, number).paper)
        connection.execute("UPDATE quiz_items SET kept = ? WHERE id = ?", (stamp(ledger.now()), number))


def replace_item(ledger: Ledger, number: int, item: Item) -> None:
    """把草稿里的一道题换成另一道。"""
    with ledger.writing() as connection:
        require_draft(connection, item_of(ledger, number).paper)
        connection.execute(
            "UPDATE quiz_items SET identity = ?, item = ?, kept = NULL WHERE id = ?",
            (item.identity, encoded(item), number),
        )


def remove_item(ledger: Ledger, number: int) -> None:
    """从草稿里去掉一道题。"""
    with ledger.writing() as connection:
        require_draft(connection, item_of(ledger, number).paper)
        connection.execute("DELETE FROM quiz_items WHERE id = ?", (number,))


def require_draft(connection: Connection, number: int) -> None:
    """须是草稿。

    Raises:
        PaperMissing: 没有。
        PaperPublished: 已发布。
    """
    row = connection.execute("SELECT title, published FROM quiz_papers WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise PaperMissing(str(number))
    if row[1] is not None:
        raise PaperPublished(row[0])


_PAPER = "id, person, title, settings, code, generation, created, published, closed, makes_up"
_ITEMS = "id, paper, position, item, withdrawn, why, kept"
_PaperRow = tuple[int, int | None, str, str, str, int, str, str | None, str | None, int | None]


def _paper(row: _PaperRow) -> Paper:
    number, author, title, settings, code, generation, created, published, closed, makes_up = row
    return Paper(
        id=number,
        author=author,
        title=title,
        settings=_SETTINGS.validate_json(settings),
        code=code,
        generation=generation,
        created=moment(created),
        published=maybe_moment(published),
        closed=maybe_moment(closed),
        makes_up=makes_up,
    )


def _item(row: tuple[int, int, int, str, str | None, str | None, str | None]) -> PaperItem:
    number, paper_number, position, item, withdrawn, why, kept = row
    return PaperItem(number, paper_number, position, decoded(item), maybe_moment(withdrawn), why, kept is not None)
