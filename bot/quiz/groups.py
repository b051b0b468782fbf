"""组：把人编成组，试卷发给组里的人。"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.audit import did
from bot.ledger.chats import Who
from bot.ledger.file import Ledger, storable
from bot.people import Action, require_by


@dataclass(frozen=True, slots=True)
class Group:
    """一个组和组里的人（编号）。"""

    name: str
    people: tuple[int, ...]


def groups(ledger: Ledger) -> tuple[Group, ...]:
    """全部的组，按名称。"""
    with ledger.reading() as connection:
        rows = connection.execute("SELECT name, person FROM quiz_groups ORDER BY name, person").fetchall()
    names = dict.fromkeys(name for name, _ in rows)
    return tuple(Group(name, tuple(person for other, person in rows if other == name)) for name in names)


def put_in_group(ledger: Ledger, by: Who, name: str, people: Iterable[int]) -> None:
    """把人编进一个组；没有这个组就建。"""
    require_by(ledger, by, Action.MAKE_QUIZ)
    chosen = tuple(people)
    with ledger.writing() as connection:
        rows = [(storable(name.strip()), person) for person in chosen]
        connection.executemany("INSERT OR IGNORE INTO quiz_groups (name, person) VALUES (?, ?)", rows)
        did(ledger, by, "编组", f"{name.strip()}：加入 {'、'.join(str(p) for p in chosen)}")


def take_out_of_group(ledger: Ledger, by: Who, name: str, people: Iterable[int] | None = None) -> None:
    """把人移出一个组；不说是谁，就是撤去整个组。"""
    require_by(ledger, by, Action.MAKE_QUIZ)
    chosen = None if people is None else tuple(people)
    with ledger.writing() as connection:
        if chosen is None:
            connection.execute("DELETE FROM quiz_groups WHERE name = ?", (storable(name.strip()),))
        else:
            rows = [(storable(name.strip()), person) for person in chosen]
            connection.executemany("DELETE FROM quiz_groups WHERE name = ? AND person = ?", rows)
        told = "撤去整个组" if chosen is None else f"移出 {'、'.join(str(p) for p in chosen)}"
        did(ledger, by, "编组", f"{name.strip()}：{told}")
