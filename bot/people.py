"""人员：是谁、什么角色、能做什么。"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.audit import CONSOLE, did
from bot.ledger.chats import Who
from bot.ledger.file import Connection, Ledger, moment, stamp, storable
from bot.people_errors import (
    IdentityTaken,
    InvitationNeeded,
    LastAdmin,
    NotAllowed,
    PersonBlocked,
    PersonMissing,
    StrangersRefused,
)


class PersonRole(StrEnum):
    """人的角色，由低到高。（报告里的“完成、计划”是 `corpus.records.Role`。）"""

    STAFF = "员工"
    TRAINER = "培训员"
    ADMIN = "管理员"


class Policy(StrEnum):
    """怎样对待没有登记的人。"""

    OPEN = "open"
    CODE = "code"
    CLOSED = "closed"


class Action(StrEnum):
    """要有权限才能做的事。"""

    ASK = "提问"
    TAKE_QUIZ = "答题"
    MAKE_QUIZ = "出题"
    SEE_RESULTS = "看成绩"
    CHANGE_REPORTS = "增删报告"
    REINDEX = "重建索引"
    SEE_STATUS = "看系统状态"
    MANAGE_PEOPLE = "管理人员"
    CHANGE_SETTINGS = "改设置"
    SEE_AUDIT = "看审计"
    SEE_FEEDBACK = "看反馈"


_EVERYONE = frozenset(PersonRole)
_TRAINERS = frozenset({PersonRole.TRAINER, PersonRole.ADMIN})
_ADMINS = frozenset({PersonRole.ADMIN})

ALLOWED: Mapping[Action, frozenset[PersonRole]] = MappingProxyType(
    {
        Action.ASK: _EVERYONE,
        Action.TAKE_QUIZ: _EVERYONE,
        Action.MAKE_QUIZ: _TRAINERS,
        Action.SEE_RESULTS: _TRAINERS,
        Action.CHANGE_REPORTS: _ADMINS,
        Action.REINDEX: _ADMINS,
        Action.SEE_STATUS: _ADMINS,
        Action.MANAGE_PEOPLE: _ADMINS,
        Action.CHANGE_SETTINGS: _ADMINS,
        Action.SEE_AUDIT: _ADMINS,
        Action.SEE_FEEDBACK: _ADMINS,
    }
)
"""哪件事哪些角色可以做。"""


@dataclass(frozen=True, slots=True)
class Person:
    """一个人；停用的人什么都不能做。"""

    id: int
    name: str
    role: PersonRole
    created: datetime
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """一个人在一个通道里的帐号。"""

    channel: str
    external: str


def may(person: Person, action: Action) -> bool:
    """这个人可不可以做这件事。"""
    return not person.blocked and person.role in ALLOWED[action]


def require(person: Person, action: Action) -> None:
    """不可以就说明白。

    Raises:
        PersonBlocked: 人已停用。
        NotAllowed: 角色不够。
    """
    if person.blocked:
        raise PersonBlocked
    if not may(person, action):
        raise NotAllowed(person.name, action, tuple(role for role in PersonRole if role in ALLOWED[action]))


def higher(one: PersonRole, other: PersonRole) -> bool:
    """前一个角色是否更高。"""
    order = tuple(PersonRole)
    return order.index(one) > order.index(other)


def meet(ledger: Ledger, identity: Identity, name: str, policy: Policy) -> Person:
    """来说话的是谁；没有登记的人照 `policy` 办，OPEN 则当场登记为员工。

    Raises:
        PersonBlocked: 人已停用。
        InvitationNeeded: 要先输入邀请码。
        StrangersRefused: 不接待没有登记的人。
    """
    person = identified(ledger, identity)
    if person is None:
        person = _admit(ledger, identity, name, policy)
    if person.blocked:
        raise PersonBlocked
    return person


def identified(ledger: Ledger, identity: Identity) -> Person | None:
    """这个帐号是谁的；没有登记为 None。"""
    with ledger.reading() as connection:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM identities JOIN people ON people.id = person WHERE channel = ? AND external = ?",  # noqa: S608
            (identity.channel, identity.external),
        ).fetchone()
    return None if row is None else _person(row)


def person(ledger: Ledger, number: int) -> Person:
    """按编号取一个人。

    Raises:
        PersonMissing: 没有这个人。
    """
    with ledger.reading() as connection:
        row = connection.execute(f"SELECT {_COLUMNS} FROM people WHERE id = ?", (number,)).fetchone()  # noqa: S608
    if row is None:
        raise PersonMissing(str(number))
    return _person(row)


def people(ledger: Ledger, words: str = "") -> tuple[Person, ...]:
    """全部人员，或编号是、姓名含有 `words` 的。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM people WHERE ?1 = '' OR instr(name, ?1) > 0 OR CAST(id AS TEXT) = ?1 ORDER BY id",  # noqa: S608
            (storable(words.strip()),),
        ).fetchall()
    return tuple(_person(row) for row in rows)


def identities(ledger: Ledger, number: int) -> tuple[Identity, ...]:
    """这个人在各通道的帐号。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT channel, external FROM identities WHERE person = ? ORDER BY added, channel", (number,)
        ).fetchall()
    return tuple(Identity(*row) for row in rows)


def has_admin(ledger: Ledger) -> bool:
    """有没有能用的管理员；没有就该打印管理员码。"""
    with ledger.reading() as connection:
        return _admins(connection) > 0


def add_person(
    ledger: Ledger, by: Who, name: str, role: PersonRole = PersonRole.STAFF, identity: Identity | None = None
) -> Person:
    """管理员登记一个人，可连同他在一个通道里的帐号。

    Raises:
        NotAllowed: 不是管理员。
        IdentityTaken: 帐号已经是别人的。
    """
    with ledger.writing():
        require_by(ledger, by, Action.MANAGE_PEOPLE)
        added = enrol(ledger, name, role, identity)
        did(ledger, by, "登记人员", f"{added.name}（{added.id}），{role}")
    return added


def grant(ledger: Ledger, by: Who, number: int, role: PersonRole) -> Person:
    """改一个人的角色。

    Raises:
        NotAllowed: 不是管理员。
        PersonMissing: 没有这个人。
        LastAdmin: 最后一位管理员不能降级。
    """
    with ledger.writing() as connection:
        require_by(ledger, by, Action.MANAGE_PEOPLE)
        before = person(ledger, number)
        connection.execute("UPDATE people SET role = ? WHERE id = ?", (role, number))
        _keep_an_admin(connection, before)
        did(ledger, by, "改角色", f"{before.name}（{number}）：{before.role}→{role}")
        return person(ledger, number)


def revoke(ledger: Ledger, by: Who, number: int) -> Person:
    """收回角色，变回员工；各种错同 `grant`。"""
    return grant(ledger, by, number, PersonRole.STAFF)


def rename(ledger: Ledger, by: Who, number: int, name: str) -> Person:
    """改姓名；本人可改自己的，管理员可改别人的。"""
    with ledger.writing() as connection:
        if by.person != number:
            require_by(ledger, by, Action.MANAGE_PEOPLE)
        before = person(ledger, number)
        connection.execute("UPDATE people SET name = ? WHERE id = ?", (_named(name), number))
        did(ledger, by, "改姓名", f"{before.name}（{number}）→{_named(name)}")
        return person(ledger, number)


def block(ledger: Ledger, by: Who, number: int, *, blocked: bool = True) -> Person:
    """停用一个人，或恢复；停用后他的网页会话当即作废。各种错同 `grant`。"""
    with ledger.writing() as connection:
        require_by(ledger, by, Action.MANAGE_PEOPLE)
        before = person(ledger, number)
        connection.execute("UPDATE people SET blocked = ? WHERE id = ?", (blocked, number))
        _keep_an_admin(connection, before)
        if blocked:
            connection.execute("DELETE FROM sessions WHERE person = ?", (number,))
        did(ledger, by, "停用人员" if blocked else "恢复人员", f"{before.name}（{number}）")
        return person(ledger, number)


def remove(ledger: Ledger, by: Who, number: int) -> None:
    """移除一个人和他的帐号、密码、令牌；审计里留有他当时的姓名。各种错同 `grant`。"""
    with ledger.writing() as connection:
        require_by(ledger, by, Action.MANAGE_PEOPLE)
        before = person(ledger, number)
        connection.execute("DELETE FROM people WHERE id = ?", (number,))
        _keep_an_admin(connection, before)
        did(ledger, by, "移除人员", f"{before.name}（{number}）")


def require_by(ledger: Ledger, by: Who, action: Action) -> None:
    """动手的人有没有权限；本机命令行总有。

    Raises:
        NotAllowed: 没有，或没有登记。
        PersonBlocked: 已停用。
    """
    if by == CONSOLE:
        return
    if by.person is None:
        raise NotAllowed("没有登记的人", action, tuple(role for role in PersonRole if role in ALLOWED[action]))
    require(person(ledger, by.person), action)


def enrol(ledger: Ledger, name: str, role: PersonRole, identity: Identity | None) -> Person:
    """登记一个人（不查权限，由调用者先查）。

    Raises:
        IdentityTaken: 帐号已经是别人的。
    """
    now = ledger.now()
    with ledger.writing() as connection:
        cursor = connection.execute(
            "INSERT INTO people (name, role, created) VALUES (?, ?, ?)", (_named(name), role, stamp(now))
        )
        added = Person(cursor.lastrowid or 0, _named(name), role, now)
        if identity is not None:
            attach(ledger, identity, added.id)
    return added


def attach(ledger: Ledger, identity: Identity, number: int) -> None:
    """把一个还没有登记的帐号给一个人。

    Raises:
        IdentityTaken: 帐号已经是别人的。
    """
    with ledger.writing() as connection:
        owner = identified(ledger, identity)
        if owner is not None and owner.id != number:
            raise IdentityTaken(identity.channel, owner.name)
        connection.execute(
            "INSERT OR IGNORE INTO identities (channel, external, person, added) VALUES (?, ?, ?, ?)",
            (identity.channel, identity.external, number, stamp(ledger.now())),
        )


def join(ledger: Ledger, kept: int, absorbed: int) -> None:
    """两个登记其实是一个人：凡指着 `absorbed` 的都改指 `kept`，前者随即移除（不查权限，由调用者先查）。"""
    with ledger.writing() as connection:
        for (table,) in connection.execute(_TABLES_WITH_PERSON).fetchall():
            # 表名来自台账自己的目录；改指后会重复的（两边都有登录名之类），以 kept 的为准
            connection.execute(f"UPDATE OR IGNORE {table} SET person = ? WHERE person = ?", (kept, absorbed))  # noqa: S608
            connection.execute(f"DELETE FROM {table} WHERE person = ?", (absorbed,))  # noqa: S608
        connection.execute("DELETE FROM people WHERE id = ?", (absorbed,))


_COLUMNS = "people.id, people.name, people.role, people.created, people.blocked"
_TABLES_WITH_PERSON = """SELECT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c
    WHERE m.type = 'table' AND c.name = 'person' ORDER BY m.name"""


def _admit(ledger: Ledger, identity: Identity, name: str, policy: Policy) -> Person:
    match policy:
        case Policy.CODE:
            raise InvitationNeeded
        case Policy.CLOSED:
            raise StrangersRefused
        case Policy.OPEN:
            with ledger.writing():
                # 同时来的两句话，只登记一次
                return identified(ledger, identity) or enrol(ledger, name, PersonRole.STAFF, identity)


def _keep_an_admin(connection: Connection, before: Person) -> None:
    """改过之后若一位管理员也没有了，就撤回。"""
    if before.role is PersonRole.ADMIN and not before.blocked and _admins(connection) == 0:
        raise LastAdmin(before.name)


def _admins(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) FROM people WHERE role = ? AND NOT blocked", (PersonRole.ADMIN,))
    return int(row.fetchone()[0])


def _named(name: str) -> str:
    """姓名存下的样子：去掉首尾空白与换行，太长的截短，空的叫“未具名”。"""
    return storable(" ".join(name.split()))[:64] or "未具名"


def _person(row: tuple[int, str, str, str, int]) -> Person:
    number, name, role, created, blocked = row
    return Person(number, name, PersonRole(role), moment(created), bool(blocked))
