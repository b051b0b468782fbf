"""三种码：首位管理员的一次性码、邀请码、把各通道的帐号合为一人的关联码；台账里只存摘要。"""

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.audit import did
from bot.ledger.chats import Place, Who
from bot.ledger.file import Connection, Ledger, moment, stamp
from bot.ledger.tries import forgive, missed, refuse_after
from bot.people import (
    Action,
    Identity,
    Person,
    PersonRole,
    Policy,
    attach,
    enrol,
    higher,
    identified,
    join,
    person,
    require_by,
)
from bot.people_errors import CodeInvalid, HigherRoleHere, PersonBlocked, StrangersRefused

ADMIN_LIFE = timedelta(minutes=30)
LINK_LIFE = timedelta(minutes=10)
INVITE_LIFE = timedelta(days=7)
TRIES = 5
"""一个帐号一刻钟里最多错几次。"""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 没有易混的 0 O 1 I L
_CODE = re.compile(f"[{_LETTERS}]{{4}}-?[{_LETTERS}]{{4}}")


class CodeKind(StrEnum):
    """码的用处。"""

    ADMIN = "管理员码"
    INVITE = "邀请码"
    LINK = "关联码"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """用掉一个码之后：他现在是谁，用的是哪种码。"""

    person: Person
    kind: CodeKind


@dataclass(frozen=True, slots=True)
class Invitation:
    """一个还能用的邀请码（码本身已不可知）；`uses` 是还能用几次。"""

    id: int
    role: PersonRole
    uses: int
    created: datetime
    expires: datetime


def make_admin_code(ledger: Ledger, life: timedelta = ADMIN_LIFE) -> str:
    """造一个管理员码，只打印在终端上；以前造的随即作废，用一次即废。"""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM codes WHERE kind = ?", (CodeKind.ADMIN,))
        return _make(ledger, _Grant(0, CodeKind.ADMIN, PersonRole.ADMIN, None, 1), life)


def invite(
    ledger: Ledger, by: Who, role: PersonRole = PersonRole.STAFF, uses: int = 1, life: timedelta = INVITE_LIFE
) -> str:
    """管理员造一个邀请码，`uses` 个人可用，来的人是 `role`。

    Raises:
        NotAllowed: 不是管理员。
    """
    with ledger.writing():
        require_by(ledger, by, Action.MANAGE_PEOPLE)
        did(ledger, by, "生成邀请码", f"{role}，{uses} 人可用")
        return _make(ledger, _Grant(0, CodeKind.INVITE, role, None, uses), life)


def link_code(ledger: Ledger, number: int, life: timedelta = LINK_LIFE) -> str:
    """本人在一个通道里造一个关联码，到另一个通道里输入，两边就是同一个人。"""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM codes WHERE kind = ? AND person = ?", (CodeKind.LINK, number))
        return _make(ledger, _Grant(0, CodeKind.LINK, None, number, 1), life)


def invitations(ledger: Ledger) -> tuple[Invitation, ...]:
    """还能用的邀请码。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            """SELECT id, role, uses, created, expires FROM codes
               WHERE kind = ? AND uses > 0 AND expires > ? ORDER BY id""",
            (CodeKind.INVITE, stamp(ledger.now())),
        ).fetchall()
    return tuple(Invitation(row[0], PersonRole(row[1]), row[2], moment(row[3]), moment(row[4])) for row in rows)


def cancel_invitation(ledger: Ledger, by: Who, number: int) -> None:
    """作废一个邀请码。

    Raises:
        NotAllowed: 不是管理员。
    """
    with ledger.writing() as connection:
        require_by(ledger, by, Action.MANAGE_PEOPLE)
        connection.execute("DELETE FROM codes WHERE id = ? AND kind = ?", (number, CodeKind.INVITE))
        did(ledger, by, "作废邀请码", f"第 {number} 个")


def looks_like_code(text: str) -> bool:
    """这句话像不像一个码（K7QM-3XWP）；像才值得拿去 `redeem`。"""
    return _CODE.fullmatch(_tidy(text)) is not None


def redeem(ledger: Ledger, identity: Identity, name: str, text: str, policy: Policy) -> Redeemed:
    """用一个码；错的也记数，错多了先不让再试。

    Args:
        ledger: 台账。
        identity: 输入码的帐号，可以还没有登记。
        name: 若因此登记，叫什么。
        text: 输入的文字；大小写、全角、空格、短横都不计较。
        policy: CLOSED 时没有登记的人不能用邀请码。

    Raises:
        CodeInvalid: 码不对、过期或用完。
        TooManyTries: 试错太多次。
        PersonBlocked: 人已停用。
        StrangersRefused: 不接待没有登记的人。
        HigherRoleHere: 关联会丢掉更高的角色。
    """
    subject = f"码 {identity.channel} {identity.external}"
    refuse_after(ledger, subject, TRIES)
    with ledger.writing() as connection:
        granted = _valid(ledger, connection, text)
        if granted is not None:
            before = identified(ledger, identity)
            result = _apply(ledger, identity, name, granted, policy)
            if granted.kind is not CodeKind.INVITE or result.person != before:  # 重发一遍邀请码，不白占名额
                connection.execute("UPDATE codes SET uses = uses - 1 WHERE id = ?", (granted.id,))
            forgive(ledger, subject)
            return result
    missed(ledger, subject)
    raise CodeInvalid


@dataclass(frozen=True, slots=True)
class _Grant:
    """一个码给的是什么。"""

    id: int
    kind: CodeKind
    role: PersonRole | None
    person: int | None
    uses: int


def _apply(ledger: Ledger, identity: Identity, name: str, granted: _Grant, policy: Policy) -> Redeemed:
    here = identified(ledger, identity)
    if here is not None and here.blocked:
        raise PersonBlocked
    if granted.kind is CodeKind.INVITE and here is None and policy is Policy.CLOSED:
        raise StrangersRefused
    if granted.person is not None:
        now = _linked(ledger, identity, here, person(ledger, granted.person))
    else:
        now = _raised(ledger, identity, name, here, granted.role or PersonRole.STAFF)
    did(
        ledger,
        Who(Place(identity.channel, identity.external), now.id),
        f"使用{granted.kind}",
        f"{now.name}，{now.role}",
    )
    return Redeemed(now, granted.kind)


def _raised(ledger: Ledger, identity: Identity, name: str, here: Person | None, role: PersonRole) -> Person:
    """没有登记的就登记；已登记的只升不降。"""
    if here is None:
        return enrol(ledger, name, role, identity)
    if higher(role, here.role):
        with ledger.writing() as connection:
            connection.execute("UPDATE people SET role = ? WHERE id = ?", (role, here.id))
    return person(ledger, here.id)


def _linked(ledger: Ledger, identity: Identity, here: Person | None, owner: Person) -> Person:
    """这个帐号归到造码的人名下；这边若已另有登记，两个登记合为一个。"""
    if owner.blocked:
        raise PersonBlocked
    if here is None:
        attach(ledger, identity, owner.id)
    elif higher(here.role, owner.role):
        raise HigherRoleHere(here.role)
    elif here.id != owner.id:
        join(ledger, owner.id, here.id)
    return owner


def _make(ledger: Ledger, granted: _Grant, life: timedelta) -> str:
    text = "".join(secrets.choice(_LETTERS) for _ in range(8))
    now = ledger.now()
    with ledger.writing() as connection:
        connection.execute("DELETE FROM codes WHERE expires <= ? OR uses <= 0", (stamp(now),))
        connection.execute(
            "INSERT INTO codes (kind, digest, role, person, uses, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                granted.kind, _digest(ledger, text), granted.role, granted.person, granted.uses,
                stamp(now), stamp(now + life),
            ),
        )  # fmt: skip
    return f"{text[:4]}-{text[4:]}"


def _valid(ledger: Ledger, connection: Connection, text: str) -> _Grant | None:
    row = connection.execute(
        "SELECT id, kind, role, person, uses FROM codes WHERE digest = ? AND uses > 0 AND expires > ?",
        (_digest(ledger, text), stamp(ledger.now())),
    ).fetchone()
    if row is None:
        return None
    return _Grant(row[0], CodeKind(row[1]), None if row[2] is None else PersonRole(row[2]), row[3], row[4])


def _digest(ledger: Ledger, text: str) -> bytes:
    return hmac.digest(ledger.secret, b"code:" + _tidy(text).replace("-", "").encode("utf-8", "replace"), "sha256")


def _tidy(text: str) -> str:
    """全角化半角、小写化大写、去掉空白，各种横线化为短横。"""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"\s+", "", re.sub(r"[‐-―−－_]", "-", plain))
