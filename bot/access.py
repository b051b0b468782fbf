"""网页登录与接口令牌：密码、会话、令牌，台账里都只存摘要。"""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.audit import did
from bot.ledger.chats import Who
from bot.ledger.file import Ledger, maybe_moment, moment, stamp, storable
from bot.ledger.tries import forgive, missed, refuse_after
from bot.people import Action, Person, person, require_by
from bot.people_errors import LoginTaken, PasswordTooShort, PasswordWrong, PersonBlocked, SignInFailed

LEAST = 8
"""密码至少几个字符。"""
SESSION_LIFE = timedelta(days=7)
TRIES_HERE, TRIES_ANYWHERE, TRIES_SOURCE = 5, 50, 100
"""一刻钟里，同一来处对一个登录名最多错几次；不论来处最多几次；同一来处不论登录名最多几次。"""

_HASHER = PasswordHasher()
_TWO_AT_ONCE = threading.BoundedSemaphore(2)
"""算一次摘要要几十 MB 内存，来登录的再多，也只两个两个地算。"""
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """一个接口令牌（令牌本身已不可知）。"""

    id: int
    name: str
    person: int
    created: datetime
    used: datetime | None
    revoked: datetime | None


def hash_password(password: str) -> str:
    """密码的 Argon2id 摘要，盐在其中。

    Raises:
        PasswordTooShort: 太短。
    """
    if len(password) < LEAST:
        raise PasswordTooShort(LEAST)
    with _TWO_AT_ONCE:
        return _HASHER.hash(storable(password))


def password_matches(digest: str, password: str) -> bool:
    """密码对不对。"""
    try:
        with _TWO_AT_ONCE:
            return _HASHER.verify(digest.encode(), storable(password))
    except (VerificationError, InvalidHashError):
        return False


def set_password(ledger: Ledger, by: Who, number: int, login: str, password: str) -> None:
    """定下一个人的登录名和密码，他已登录的会话全部作废；本人可改自己的，管理员可改别人的。

    Raises:
        PasswordTooShort: 太短。
        LoginTaken: 登录名已有人用。
        NotAllowed: 既不是本人，也不是管理员。
    """
    keep_password(ledger, by, number, login, hash_password(password))


def keep_password(ledger: Ledger, by: Who, number: int, login: str, digest: str) -> None:
    """同 `set_password`，摘要已经算好：算它慢，不该在写事务里算。

    Raises:
        LoginTaken: 登录名已有人用。
        NotAllowed: 既不是本人，也不是管理员。
    """
    login = _login(login)
    with ledger.writing() as connection:
        if by.person != number:
            require_by(ledger, by, Action.MANAGE_PEOPLE)
        owner = person(ledger, number)
        taken = connection.execute("SELECT 1 FROM logins WHERE login = ? AND person <> ?", (login, number)).fetchone()
        if taken is not None:
            raise LoginTaken(login)
        connection.execute("INSERT OR REPLACE INTO logins VALUES (?, ?, ?)", (number, login, digest))
        close_sessions(ledger, number)
        did(ledger, by, "设密码", f"{owner.name}（{number}），登录名 {login}")


def change_password(ledger: Ledger, by: Who, current: str, login: str, password: str) -> None:
    """本人改登录名和密码，要先说出现在的密码；还没有密码的不必。登录名空着即不改。

    Raises:
        PasswordWrong: 现在的密码不对。
        TooManyTries: 试错太多次。
        PasswordTooShort: 新密码太短。
        LoginTaken: 登录名已有人用。
    """
    if by.person is None:
        raise SignInFailed
    subject = f"改密码 {by.person}"
    refuse_after(ledger, subject, TRIES_HERE)
    with ledger.reading() as connection:
        row = connection.execute("SELECT login, password FROM logins WHERE person = ?", (by.person,)).fetchone()
    if row is not None and not password_matches(row[1], current):
        missed(ledger, subject)
        raise PasswordWrong
    forgive(ledger, subject)
    set_password(ledger, by, by.person, login.strip() or ("" if row is None else row[0]), password)


def sign_in(ledger: Ledger, login: str, password: str, source: str) -> Person:
    """用登录名和密码登录；`source` 是来处的地址，错多了先不让再试。

    Raises:
        SignInFailed: 登录名或密码不对。
        TooManyTries: 试错太多次。
        PersonBlocked: 人已停用。
    """
    login = _login(login)
    here, anywhere, whatever = f"登录 {login} {source}", f"登录 {login}", f"登录 来处 {source}"
    refuse_after(ledger, here, TRIES_HERE)
    refuse_after(ledger, anywhere, TRIES_ANYWHERE)
    refuse_after(ledger, whatever, TRIES_SOURCE)
    with ledger.reading() as connection:
        row = connection.execute("SELECT person, password FROM logins WHERE login = ?", (login,)).fetchone()
    # 没有这个登录名也照样算一遍，从用时上看不出来
    if not password_matches(_nobody() if row is None else row[1], password) or row is None:
        missed(ledger, here, anywhere, whatever)
        raise SignInFailed
    forgive(ledger, here)
    found = person(ledger, row[0])
    if found.blocked:
        raise PersonBlocked
    if _HASHER.check_needs_rehash(row[1]):
        _rehash(ledger, found.id, password)
    return found


def open_session(ledger: Ledger, number: int, life: timedelta = SESSION_LIFE) -> str:
    """开一个会话，返回放进 cookie 的文字；顺带删去过期的。"""
    text, now = secrets.token_urlsafe(32), ledger.now()
    with ledger.writing() as connection:
        connection.execute("DELETE FROM sessions WHERE expires <= ?", (stamp(now),))
        connection.execute(
            "INSERT INTO sessions (digest, person, created, expires) VALUES (?, ?, ?, ?)",
            (_digest(text), number, stamp(now), stamp(now + life)),
        )
    return text


def session_person(ledger: Ledger, text: str) -> Person | None:
    """会话是谁的；没有、过期、人已停用，为 None。"""
    with ledger.reading() as connection:
        row = connection.execute(
            "SELECT person FROM sessions WHERE digest = ? AND expires > ?", (_digest(text), stamp(ledger.now()))
        ).fetchone()
        return None if row is None else _active(person(ledger, row[0]))


def close_session(ledger: Ledger, text: str) -> None:
    """退出登录。"""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM sessions WHERE digest = ?", (_digest(text),))


def close_sessions(ledger: Ledger, number: int) -> None:
    """一个人的会话全部作废。"""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM sessions WHERE person = ?", (number,))


def form_token(ledger: Ledger, session: str) -> str:
    """与会话绑定的防伪造文字（CSRF），放进页面，提交时带回；用 `hmac.compare_digest` 比较。"""
    return hmac.digest(ledger.secret, b"form:" + session.encode("utf-8", "replace"), "sha256").hex()


def make_token(ledger: Ledger, by: Who, number: int, name: str) -> str:
    """管理员给一个客户端造一个接口令牌，它以 `number` 这个人的身份做事；令牌只在这时看得到。

    Raises:
        NotAllowed: 不是管理员。
        PersonMissing: 没有这个人。
    """
    text = "jht_" + secrets.token_urlsafe(32)
    with ledger.writing() as connection:
        require_by(ledger, by, Action.MANAGE_PEOPLE)
        owner = person(ledger, number)
        connection.execute(
            "INSERT INTO tokens (digest, name, person, created) VALUES (?, ?, ?, ?)",
            (_digest(text), storable(name), number, stamp(ledger.now())),
        )
        did(ledger, by, "生成令牌", f"{name}，以{owner.name}（{number}）的身份")
    return text


def token_person(ledger: Ledger, text: str) -> Person | None:
    """令牌是谁的；没有、已收回、人已停用，为 None。顺带记下最近一次用它的时刻（一分钟内只记一次）。"""
    now = ledger.now()
    with ledger.reading() as connection:
        row = connection.execute(
            "SELECT id, person, used FROM tokens WHERE digest = ? AND revoked IS NULL", (_digest(text),)
        ).fetchone()
        owner = None if row is None else _active(person(ledger, row[1]))
    if owner is not None and (row[2] is None or now - moment(row[2]) > _USED_EVERY):
        with ledger.writing() as connection:
            connection.execute("UPDATE tokens SET used = ? WHERE id = ?", (stamp(now), row[0]))
    return owner


def tokens(ledger: Ledger) -> tuple[ApiToken, ...]:
    """全部令牌，收回的也在内。"""
    with ledger.reading() as connection:
        rows = connection.execute("SELECT id, name, person, created, used, revoked FROM tokens ORDER BY id").fetchall()
    return tuple(
        ApiToken(row[0], row[1], row[2], moment(row[3]), maybe_moment(row[4]), maybe_moment(row[5])) for row in rows
    )


def revoke_token(ledger: Ledger, by: Who, number: int) -> None:
    """收回一个令牌。

    Raises:
        NotAllowed: 不是管理员。
    """
    with ledger.writing() as connection:
        require_by(ledger, by, Action.MANAGE_PEOPLE)
        connection.execute(
            "UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL", (stamp(ledger.now()), number)
        )
        did(ledger, by, "收回令牌", f"第 {number} 个")


def _rehash(ledger: Ledger, number: int, password: str) -> None:
    """摘要的参数过时了，趁知道密码换成新的。"""
    with _TWO_AT_ONCE:
        digest = _HASHER.hash(storable(password))
    with ledger.writing() as connection:
        connection.execute("UPDATE logins SET password = ? WHERE person = ?", (digest, number))


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex())


def _active(found: Person) -> Person | None:
    return None if found.blocked else found


def _login(login: str) -> str:
    """登录名不分大小写，首尾空白不计。"""
    return storable(login.strip().casefold())


def _digest(text: str) -> bytes:
    """随机文字的摘要；它们本身够长，不必加盐。"""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
