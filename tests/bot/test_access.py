"""网页登录与接口令牌。"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from bot.access import (
    close_session,
    form_token,
    hash_password,
    make_token,
    open_session,
    password_matches,
    revoke_token,
    session_person,
    set_password,
    sign_in,
    token_person,
    tokens,
)
from bot.audit import CONSOLE
from bot.ledger.file import Ledger
from bot.people import Person, PersonRole, add_person, block
from bot.people_errors import (
    LoginTaken,
    NotAllowed,
    PasswordTooShort,
    PersonBlocked,
    SignInFailed,
    TooManyTries,
)
from tests.bot.ledgers import Clock, as_who, new_ledger, reopened

GOOD = "修路架桥 2023"


@pytest.fixture
def clock() -> Clock:
    """停着的钟。"""
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """一本空的台账。"""
    opened = new_ledger(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def admin(ledger: Ledger) -> Person:
    """李明，管理员，已设好密码。"""
    added = add_person(ledger, CONSOLE, "李明", PersonRole.ADMIN)
    set_password(ledger, CONSOLE, added.id, "LiMing", GOOD)
    return added


def test_a_password_is_kept_as_argon2id_only() -> None:
    digest = hash_password(GOOD)
    assert digest.startswith("$argon2id$")
    assert password_matches(digest, GOOD)
    assert not password_matches(digest, GOOD + " ")
    assert not password_matches("不是摘要", GOOD)
    with pytest.raises(PasswordTooShort, match="至少要 8 个字符"):
        hash_password("1234567")


def test_signing_in_and_out(ledger: Ledger, admin: Person, clock: Clock) -> None:
    assert sign_in(ledger, " liming", GOOD, "10.0.0.8") == admin
    session = open_session(ledger, admin.id)
    again = reopened(ledger, clock)
    assert session_person(again, session) == admin
    assert session_person(again, session + "x") is None
    assert form_token(again, session) != form_token(again, session + "x")
    close_session(again, session)
    assert session_person(again, session) is None
    again.close()


def test_a_session_ends_by_itself(ledger: Ledger, admin: Person, clock: Clock) -> None:
    session = open_session(ledger, admin.id, timedelta(hours=8))
    clock.forward(hours=8)
    assert session_person(ledger, session) is None


def test_a_new_password_ends_every_session(ledger: Ledger, admin: Person) -> None:
    session = open_session(ledger, admin.id)
    set_password(ledger, as_who(admin.id), admin.id, "liming", "另一个密码 2024")
    assert session_person(ledger, session) is None
    with pytest.raises(SignInFailed):
        sign_in(ledger, "liming", GOOD, "10.0.0.8")
    assert sign_in(ledger, "liming", "另一个密码 2024", "10.0.0.8") == admin


def test_wrong_name_and_wrong_password_read_alike(ledger: Ledger, admin: Person) -> None:
    assert admin.name == "李明"
    said = set()
    for login, password in (("liming", "不是这个密码"), ("nobody", GOOD)):
        with pytest.raises(SignInFailed) as caught:
            sign_in(ledger, login, password, "10.0.0.8")
        said.add(str(caught.value))
    assert said == {"登录名或密码不对。请核对后再试，忘记密码请联系管理员。"}


def test_guessing_from_one_place_does_not_lock_out_another(ledger: Ledger, admin: Person) -> None:
    for _ in range(5):
        with pytest.raises(SignInFailed):
            sign_in(ledger, "liming", "猜一个密码", "10.0.0.66")
    with pytest.raises(TooManyTries, match="请 15 分钟后再试"):
        sign_in(ledger, "liming", GOOD, "10.0.0.66")
    assert sign_in(ledger, "liming", GOOD, "10.0.0.8") == admin


def test_a_login_belongs_to_one_person(ledger: Ledger, admin: Person) -> None:
    wang = add_person(ledger, as_who(admin.id), "王芳")
    with pytest.raises(LoginTaken, match="登录名“liming”已有人用"):
        set_password(ledger, as_who(wang.id), wang.id, "LIMING", GOOD)
    with pytest.raises(NotAllowed):
        set_password(ledger, as_who(wang.id), admin.id, "liming", GOOD)


def test_the_blocked_are_out_at_once(ledger: Ledger, admin: Person) -> None:
    wang = add_person(ledger, as_who(admin.id), "王芳")
    set_password(ledger, as_who(wang.id), wang.id, "wangfang", GOOD)
    session, token = open_session(ledger, wang.id), make_token(ledger, as_who(admin.id), wang.id, "大屏")
    block(ledger, as_who(admin.id), wang.id)
    assert session_person(ledger, session) is None
    assert token_person(ledger, token) is None
    with pytest.raises(PersonBlocked):
        sign_in(ledger, "wangfang", GOOD, "10.0.0.8")


def test_tokens_are_made_used_and_revoked(ledger: Ledger, admin: Person, clock: Clock) -> None:
    me = as_who(admin.id)
    token = make_token(ledger, me, admin.id, "大屏")
    clock.forward(hours=1)
    again = reopened(ledger, clock)
    assert token_person(again, token) == admin
    assert [(kept.name, kept.used, kept.revoked) for kept in tokens(again)] == [("大屏", clock.now, None)]
    revoke_token(again, me, 1)
    assert token_person(again, token) is None
    assert [kept.revoked for kept in tokens(again)] == [clock.now]
    again.close()


def test_an_outdated_digest_is_renewed_on_signing_in(ledger: Ledger, admin: Person) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    with ledger.writing() as connection:
        connection.execute("UPDATE logins SET password = ?", (old,))
    assert sign_in(ledger, "liming", GOOD, "10.0.0.8") == admin
    with ledger.reading() as connection:
        now = connection.execute("SELECT password FROM logins").fetchone()[0]
    assert now != old
    assert password_matches(now, GOOD)
