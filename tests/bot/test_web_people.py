"""网页的人员、接口令牌、审计与反馈。"""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.access import make_token, token_person
from bot.audit import CONSOLE, Filter, Kind, listed
from bot.codes import link_code
from bot.people import Identity, PersonRole, enrol, identified, person
from tests.bot.replies import SENTENCE
from tests.bot.site import PASSWORD, QUESTION, Site, running, signed_in


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """只对本机开放的网页：坐在机器前的就是管理员。"""
    with running(tmp_path) as found:
        yield found


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Site]:
    """对同事开放的网页：管理要登录。"""
    with running(tmp_path, sign_in=True) as found:
        yield found


def test_people_roles_and_invitations(site: Site) -> None:
    client = site.client()
    new = {"name": "小李", "role": "员工", "login": "li", "password": PASSWORD}
    added = client.send("POST", "/api/admin/people", json=new).json()
    assert (added["name"], added["role"]) == ("小李", "员工")
    path = f"/api/admin/people/{added['id']}"
    assert client.send("PATCH", path, json={"role": "培训员"}).json()["role"] == "培训员"
    assert client.send("PATCH", path, json={"blocked": True}).json()["blocked"]
    blocked = site.client().send("POST", "/api/session", json={"login": "li", "password": PASSWORD})
    assert blocked.json() == {"error": "您的帐号已停用。请联系管理员恢复。"}
    code = client.send("POST", "/api/admin/invitations", json={"role": "培训员", "uses": 2}).json()["code"]
    (invitation,) = client.http.get("/api/admin/people").json()["invitations"]
    assert (invitation["role"], invitation["uses"]) == ("培训员", 2)
    client.send("DELETE", f"/api/admin/invitations/{invitation['id']}")
    assert site.client().send("POST", "/api/codes", json=new | {"login": "x", "code": code}).status_code == 400
    assert client.send("DELETE", path).status_code == 200
    assert client.http.get("/api/admin/people").json()["people"] == []


def test_last_admin_stays(shared: Site) -> None:
    client = signed_in(shared, PersonRole.ADMIN)
    me = client.http.get("/api/me").json()["id"]
    refused = client.send("PATCH", f"/api/admin/people/{me}", json={"role": "员工"})
    assert refused.json()["error"].startswith("管理员小王是最后一位管理员")


def test_link_code_joins_web_and_telegram(shared: Site) -> None:
    there = Identity("telegram", "42")
    on_telegram = enrol(shared.ledger, "王工", PersonRole.ADMIN, there)
    client = signed_in(shared, PersonRole.STAFF)
    code = link_code(shared.ledger, on_telegram.id)
    assert client.send("POST", "/api/codes", json={"code": code}).json() == {"name": "王工", "role": "管理员"}
    me = client.http.get("/api/me").json()
    assert (me["id"], me["role"]) == (on_telegram.id, "管理员")
    own = client.send("POST", "/api/me/link").json()["code"]
    assert len(own) == 9
    assert identified(shared.ledger, there) == person(shared.ledger, on_telegram.id)


def test_client_tokens(shared: Site) -> None:
    admin = signed_in(shared, PersonRole.ADMIN)
    me = admin.http.get("/api/me").json()["id"]
    token = admin.send("POST", "/api/admin/tokens", json={"name": "看板", "person": me}).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert token_person(shared.ledger, token) == person(shared.ledger, me)
    assert httpx.get(shared.address + "/metrics", headers=bearer).status_code == 200
    answer = httpx.post(shared.address + "/api/ask", json={"question": QUESTION}, headers=bearer).json()
    assert listed(shared.ledger, Filter(kind=Kind.ASKED)).entries[0].id == answer["number"]
    (made,) = admin.http.get("/api/admin/people").json()["tokens"]
    admin.send("DELETE", f"/api/admin/tokens/{made['id']}")
    gone = httpx.post(shared.address + "/api/ask", json={"question": QUESTION}, headers=bearer)
    assert (gone.status_code, gone.json()) == (
        401,
        {"error": "接口令牌不对，或者已经收回。请向管理员要一个新的。"},
    )


def test_staff_token_may_not_manage(shared: Site) -> None:
    staff = enrol(shared.ledger, "小李", PersonRole.STAFF, None)
    bearer = {"Authorization": "Bearer " + make_token(shared.ledger, CONSOLE, staff.id, "脚本")}
    assert httpx.post(shared.address + "/api/admin/reindex", headers=bearer).status_code == 403


def test_chat_is_remembered_only_where_named(site: Site) -> None:
    for chat, question in (("甲", QUESTION), ("甲", "2022年呢"), ("", "谁答的"), ("乙", "2022年呢")):
        httpx.post(site.address + "/api/ask", json={"question": question, "chat": chat})
    assert [earlier for _, earlier in site.desk.heard] == [(), (QUESTION,), (), ()]


def test_audit_and_feedback(site: Site) -> None:
    client = site.client()
    client.http.get("/api/me")
    number = client.http.post("/api/ask", json={"question": QUESTION}).json()["number"]
    wrong = {"answer": number, "verdict": "不对", "correction": "应当是 32 公里"}
    assert client.send("POST", "/api/feedback", json=wrong).status_code == 200
    assert site.client().send("POST", "/api/feedback", json=wrong).status_code == 404, "别人问的不能评"
    (given,) = client.http.get("/api/admin/feedback").json()["feedback"]
    assert (given["verdict"], given["correction"], given["about"]["text"]) == ("不对", "应当是 32 公里", QUESTION)
    client.send("POST", f"/api/admin/feedback/{given['id']}", json={"note": "已更正"})
    assert client.http.get("/api/admin/feedback").json()["feedback"] == []
    page = client.http.get("/api/admin/audit", params={"kind": "问答"}).json()
    (entry,) = page["entries"]
    assert (entry["text"], entry["status"], entry["generation"], entry["channel"]) == (QUESTION, "answered", 3, "web")
    assert entry["sources"][0]["quote"] == SENTENCE
    assert client.http.get("/api/admin/audit", params={"words": "没有这个词"}).json()["total"] == 0
    table = client.http.get("/api/admin/audit.csv").text
    assert table.startswith("\ufeff编号,时间,类别")
    assert QUESTION in table
    assert json.loads(client.http.get("/api/admin/audit.jsonl").text.splitlines()[0])["text"] == QUESTION
