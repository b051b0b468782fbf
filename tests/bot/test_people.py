"""人员：头一位管理员、邀请、关联、角色与权限。"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from bot import audit
from bot.audit import CONSOLE
from bot.codes import (
    CodeKind,
    cancel_invitation,
    invitations,
    invite,
    link_code,
    looks_like_code,
    make_admin_code,
    redeem,
)
from bot.ledger.chats import history, remember
from bot.ledger.file import Ledger
from bot.people import (
    ALLOWED,
    Action,
    Identity,
    Person,
    PersonRole,
    Policy,
    add_person,
    block,
    grant,
    has_admin,
    identified,
    identities,
    may,
    meet,
    people,
    person,
    remove,
    rename,
    require,
    revoke,
)
from bot.people_errors import (
    CodeInvalid,
    HigherRoleHere,
    IdentityTaken,
    InvitationNeeded,
    LastAdmin,
    NotAllowed,
    PersonBlocked,
    PersonMissing,
    StrangersRefused,
    TooManyTries,
)
from tests.bot.ledgers import Clock, as_who, new_ledger, reopened

LI = Identity("telegram", "501")
WANG = Identity("telegram", "502")
LI_AT_WECOM = Identity("wecom", "LiMing")


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
    """李明，用终端上打印的码成了管理员。"""
    return redeem(ledger, LI, "李明", make_admin_code(ledger), Policy.CLOSED).person


# 头一位管理员


def test_the_printed_code_makes_the_first_admin_once(ledger: Ledger, clock: Clock) -> None:
    assert not has_admin(ledger)
    code = make_admin_code(ledger)
    again = reopened(ledger, clock)
    used = redeem(again, LI, "李明", f" {code.lower().replace('-', ' ')} ", Policy.CLOSED)
    assert used.kind is CodeKind.ADMIN
    assert used.person == Person(1, "李明", PersonRole.ADMIN, clock.now)
    assert has_admin(again)
    with pytest.raises(CodeInvalid):
        redeem(again, WANG, "王芳", code, Policy.CLOSED)
    again.close()


def test_a_new_admin_code_voids_the_one_before(ledger: Ledger) -> None:
    before = make_admin_code(ledger)
    make_admin_code(ledger)
    with pytest.raises(CodeInvalid, match="这个码不对，或者已经过期、用完"):
        redeem(ledger, LI, "李明", before, Policy.OPEN)


def test_an_admin_code_expires(ledger: Ledger, clock: Clock) -> None:
    code = make_admin_code(ledger)
    clock.forward(minutes=30)
    with pytest.raises(CodeInvalid):
        redeem(ledger, LI, "李明", code, Policy.OPEN)


def test_a_known_member_of_staff_becomes_admin_by_the_code(ledger: Ledger) -> None:
    before = meet(ledger, LI, "李明", Policy.OPEN)
    after = redeem(ledger, LI, "李明", make_admin_code(ledger), Policy.OPEN).person
    assert (after.id, after.role) == (before.id, PersonRole.ADMIN)


def test_no_code_is_stored_as_it_is(ledger: Ledger, admin: Person) -> None:
    codes = [make_admin_code(ledger), invite(ledger, as_who(admin.id)), link_code(ledger, admin.id)]
    ledger.close()
    stored = b"".join(file.read_bytes() for file in ledger.path.parent.iterdir())
    assert [code for code in codes if code.encode() in stored or code.replace("-", "").encode() in stored] == []


# 没有登记的人


def test_open_enrols_a_stranger_as_staff_once(ledger: Ledger, clock: Clock) -> None:
    met = meet(ledger, LI, "  李\n明 ", Policy.OPEN)
    assert met == Person(1, "李 明", PersonRole.STAFF, clock.now)
    assert meet(ledger, LI, "改了昵称", Policy.CLOSED) == met


def test_by_code_asks_for_an_invitation(ledger: Ledger) -> None:
    with pytest.raises(InvitationNeeded, match="请把管理员给您的邀请码发到这里"):
        meet(ledger, LI, "李明", Policy.CODE)
    assert people(ledger) == ()


def test_closed_refuses(ledger: Ledger, admin: Person) -> None:
    code = invite(ledger, as_who(admin.id))
    with pytest.raises(StrangersRefused, match="这里只回答已登记的人"):
        meet(ledger, WANG, "王芳", Policy.CLOSED)
    with pytest.raises(StrangersRefused):
        redeem(ledger, WANG, "王芳", code, Policy.CLOSED)


def test_two_messages_at_once_enrol_one_person(ledger: Ledger) -> None:
    start = Barrier(6)

    def knock(_: int) -> int:
        start.wait()
        return meet(ledger, LI, "李明", Policy.OPEN).id

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(knock, range(6))) == {1}
    assert len(people(ledger)) == 1


# 邀请码


def test_an_invitation_serves_as_many_as_it_says(ledger: Ledger, admin: Person, clock: Clock) -> None:
    code = invite(ledger, as_who(admin.id), PersonRole.TRAINER, uses=2)
    assert [(left.role, left.uses, left.expires) for left in invitations(ledger)] == [
        (PersonRole.TRAINER, 2, clock.now + timedelta(days=7))
    ]
    invited = [redeem(ledger, Identity("wecom", name), name, code, Policy.CODE).person for name in ("甲", "乙")]
    assert [who.role for who in invited] == [PersonRole.TRAINER, PersonRole.TRAINER]
    assert invitations(ledger) == ()
    with pytest.raises(CodeInvalid):
        redeem(ledger, Identity("wecom", "丙"), "丙", code, Policy.CODE)


def test_sending_an_invitation_twice_takes_one_place(ledger: Ledger, admin: Person) -> None:
    code = invite(ledger, as_who(admin.id), uses=2)
    first = redeem(ledger, WANG, "王芳", code, Policy.CODE)
    assert redeem(ledger, WANG, "王芳", code, Policy.CODE) == first
    assert [left.uses for left in invitations(ledger)] == [1]


def test_an_invitation_never_lowers_a_role(ledger: Ledger, admin: Person) -> None:
    code = invite(ledger, as_who(admin.id), PersonRole.STAFF)
    assert redeem(ledger, LI, "李明", code, Policy.CODE).person.role is PersonRole.ADMIN


def test_the_last_place_is_given_to_one_of_two_who_race(ledger: Ledger, admin: Person) -> None:
    code = invite(ledger, as_who(admin.id))
    start = Barrier(2)

    def come(name: str) -> str | None:
        start.wait()
        try:
            return redeem(ledger, Identity("wecom", name), name, code, Policy.CODE).person.name
        except CodeInvalid:
            return None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(map(str, pool.map(come, ("甲", "乙")))) in (["None", "甲"], ["None", "乙"])


def test_a_cancelled_invitation_is_void(ledger: Ledger, admin: Person) -> None:
    code = invite(ledger, as_who(admin.id))
    cancel_invitation(ledger, as_who(admin.id), invitations(ledger)[0].id)
    with pytest.raises(CodeInvalid):
        redeem(ledger, WANG, "王芳", code, Policy.CODE)


def test_guessing_is_stopped_for_a_while(ledger: Ledger, clock: Clock) -> None:
    code = make_admin_code(ledger)
    for _ in range(5):
        with pytest.raises(CodeInvalid):
            redeem(ledger, WANG, "王芳", "2222-2222", Policy.CODE)
        clock.forward(minutes=1)
    with pytest.raises(TooManyTries, match="请 10 分钟后再试"):
        redeem(ledger, WANG, "王芳", code, Policy.CODE)
    assert redeem(ledger, LI, "李明", code, Policy.CODE).person.name == "李明"
    clock.forward(minutes=10)
    with pytest.raises(CodeInvalid):
        redeem(ledger, WANG, "王芳", code, Policy.CODE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("K7QM-3XWP", True),
        ("k7qm3xwp", True),
        ("Ｋ７ＱＭ－３ＸＷＰ", True),
        ("K7QM—3XWP", True),
        ("2023年完成多少", False),
        ("20232024", False),
        ("K7QM-3XW", False),
    ],
)
def test_what_looks_like_a_code(text: str, expected: bool) -> None:  # noqa: FBT001
    assert looks_like_code(text) is expected


# 关联


def test_a_link_code_makes_two_accounts_one_person(ledger: Ledger, admin: Person) -> None:
    linked = redeem(ledger, LI_AT_WECOM, "LiMing", link_code(ledger, admin.id), Policy.CLOSED)
    assert linked.kind is CodeKind.LINK
    assert linked.person == admin
    assert identities(ledger, admin.id) == (LI, LI_AT_WECOM)


def test_linking_brings_along_what_was_done_under_the_other_account(ledger: Ledger, admin: Person) -> None:
    other = meet(ledger, LI_AT_WECOM, "LiMing", Policy.OPEN)
    remember(ledger, as_who(other.id), "2023年农村公路呢")
    asked = audit.asked(ledger, as_who(other.id), "2023年农村公路呢")
    redeem(ledger, LI_AT_WECOM, "LiMing", link_code(ledger, admin.id), Policy.OPEN)
    assert people(ledger) == (admin,)
    assert history(ledger, as_who(admin.id)) == ("2023年农村公路呢",)
    logged = audit.entry(ledger, asked)
    assert (logged.person, logged.name) == (admin.id, "LiMing")


def test_linking_from_the_lower_role_is_turned_round(ledger: Ledger, admin: Person) -> None:
    staff = meet(ledger, WANG, "王芳", Policy.OPEN)
    with pytest.raises(HigherRoleHere, match="您在这里已经是管理员"):
        redeem(ledger, LI, "李明", link_code(ledger, staff.id), Policy.OPEN)
    assert people(ledger) == (admin, staff)


def test_a_link_code_is_short_lived(ledger: Ledger, admin: Person, clock: Clock) -> None:
    code = link_code(ledger, admin.id)
    clock.forward(minutes=10)
    with pytest.raises(CodeInvalid):
        redeem(ledger, LI_AT_WECOM, "LiMing", code, Policy.OPEN)


# 角色与权限


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (PersonRole.STAFF, {Action.ASK, Action.TAKE_QUIZ}),
        (PersonRole.TRAINER, {Action.ASK, Action.TAKE_QUIZ, Action.MAKE_QUIZ, Action.SEE_RESULTS}),
        (PersonRole.ADMIN, set(Action)),
    ],
)
def test_who_may_do_what(role: PersonRole, actions: set[Action], clock: Clock) -> None:
    assert set(ALLOWED) == set(Action)
    assert {action for action in Action if may(Person(1, "某", role, clock.now), action)} == actions
    assert not any(may(Person(1, "某", role, clock.now, blocked=True), action) for action in Action)


def test_the_refusal_names_who_may(clock: Clock) -> None:
    with pytest.raises(NotAllowed, match=r"王芳没有“出题”的权限，只有培训员、管理员可以。"):
        require(Person(2, "王芳", PersonRole.STAFF, clock.now), Action.MAKE_QUIZ)


def test_roles_are_granted_and_revoked_by_admins_only(ledger: Ledger, admin: Person) -> None:
    wang = meet(ledger, WANG, "王芳", Policy.OPEN)
    with pytest.raises(NotAllowed, match="王芳没有“管理人员”的权限"):
        grant(ledger, as_who(wang.id), wang.id, PersonRole.ADMIN)
    with pytest.raises(NotAllowed, match="没有登记的人没有“管理人员”的权限"):
        grant(ledger, as_who(None), wang.id, PersonRole.ADMIN)
    assert grant(ledger, as_who(admin.id), wang.id, PersonRole.TRAINER).role is PersonRole.TRAINER
    assert revoke(ledger, CONSOLE, wang.id).role is PersonRole.STAFF
    assert [(did.name, did.action, did.text) for did in audit.every(ledger, audit.Filter(kind=audit.Kind.DID))] == [
        ("李明", "使用管理员码", "李明，管理员"),
        ("李明", "改角色", "王芳（2）：员工→培训员"),
        ("本机", "改角色", "王芳（2）：培训员→员工"),
    ]


def test_the_last_admin_stays(ledger: Ledger, admin: Person) -> None:
    wang = meet(ledger, WANG, "王芳", Policy.OPEN)
    me = as_who(admin.id)
    with pytest.raises(LastAdmin, match="李明是最后一位管理员，不能降级、停用或移除"):
        revoke(ledger, me, admin.id)
    with pytest.raises(LastAdmin):
        block(ledger, me, admin.id)
    with pytest.raises(LastAdmin):
        remove(ledger, me, admin.id)
    assert people(ledger) == (admin, wang)
    grant(ledger, me, wang.id, PersonRole.ADMIN)
    assert revoke(ledger, me, admin.id).role is PersonRole.STAFF
    with pytest.raises(LastAdmin):
        block(ledger, CONSOLE, wang.id)


def test_the_blocked_are_turned_away_until_restored(ledger: Ledger, admin: Person) -> None:
    wang = meet(ledger, WANG, "王芳", Policy.OPEN)
    block(ledger, as_who(admin.id), wang.id)
    with pytest.raises(PersonBlocked, match="您的帐号已停用"):
        meet(ledger, WANG, "王芳", Policy.OPEN)
    with pytest.raises(PersonBlocked):
        redeem(ledger, WANG, "王芳", invite(ledger, as_who(admin.id)), Policy.OPEN)
    block(ledger, as_who(admin.id), wang.id, blocked=False)
    assert meet(ledger, WANG, "王芳", Policy.OPEN) == wang


def test_people_are_added_found_renamed_and_removed(ledger: Ledger, admin: Person) -> None:
    me = as_who(admin.id)
    wang = add_person(ledger, me, "王芳", PersonRole.TRAINER, WANG)
    with pytest.raises(IdentityTaken, match="这个 telegram 帐号已经登记为王芳"):
        add_person(ledger, me, "赵强", identity=WANG)
    assert people(ledger, "王") == (wang,)
    assert people(ledger, str(wang.id)) == (wang,)
    assert rename(ledger, as_who(wang.id), wang.id, "王芳芳").name == "王芳芳"
    remove(ledger, me, wang.id)
    assert identified(ledger, WANG) is None
    assert people(ledger) == (admin,)
    with pytest.raises(PersonMissing, match="没有“2”这个人"):
        person(ledger, wang.id)
