"""网页的门：主机名、对外网址、会话与密码、试码、快慢、上传中断，接口说明与实际相符。"""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel

from bot.channels.web import people_api
from bot.channels.web.shapes import AskReply, FactPage, Fault, ReportList, WholeReport
from bot.channels.web.visitors import SESSION
from bot.people import PersonRole
from tests.bot.replies import DOCUMENT
from tests.bot.site import PASSWORD, QUESTION, Client, Site, running, signed_in, until

PUBLIC = "jihuatong.example.cn"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """只对本机开放的网页，这个文件里的测试共用。"""
    with running(tmp_path_factory.mktemp("本机")) as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """对同事开放的网页：管理要登录。"""
    with running(tmp_path_factory.mktemp("同事"), sign_in=True) as found:
        yield found


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """前面有反向代理，对外是 https。"""
    with running(tmp_path_factory.mktemp("代理"), url=f"https://{PUBLIC}") as found:
        yield found


# 主机名与对外网址


@pytest.mark.parametrize(("host", "status"), [(PUBLIC, 200), ("127.0.0.1", 200), ("evil.example", 403), ("", 403)])
def test_only_the_public_name(proxied: Site, host: str, status: int) -> None:
    assert httpx.get(proxied.address + "/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("url", "host", "status"),
    [
        (None, "jihuatong.lan", 200),
        (f"https://{PUBLIC}", "10.1.2.3:8765", 200),
        (f"https://{PUBLIC}", "[fd00::1]:8765", 200),
        (f"https://{PUBLIC}", "evil.example", 403),
    ],
)
def test_names_beyond_this_machine(tmp_path: Path, url: str | None, host: str, status: int) -> None:
    with running(tmp_path, host="0.0.0.0", url=url) as found:  # noqa: S104 - 只是说监听在哪里，测试仍在本机
        assert httpx.get(found.address + "/healthz", headers={"host": host}).status_code == status


def test_nobody_is_trusted_behind_a_proxy(proxied: Site) -> None:
    assert httpx.get(proxied.address + "/api/admin/files", headers={"host": PUBLIC}).status_code == 401
    assert httpx.get(proxied.address + "/api/admin/files").status_code == 401


def test_cookies_are_secure_behind_https(proxied: Site) -> None:
    assert "; Secure" in httpx.get(proxied.address + "/api/me", headers={"host": PUBLIC}).headers["set-cookie"]
    assert "; Secure" not in httpx.get(proxied.address + "/api/me").headers["set-cookie"]


def test_page_of_the_public_name_may_ask_though_the_proxy_rewrites_the_host(proxied: Site) -> None:
    for origin, status in ((f"https://{PUBLIC}", 200), ("https://evil.example", 403), ("null", 403)):
        asked = httpx.post(proxied.address + "/api/ask", json={"question": QUESTION}, headers={"origin": origin})
        assert asked.status_code == status


def test_forwarded_address_counts_only_from_this_machine(tmp_path: Path) -> None:
    """本机上的代理说是谁来的就是谁；试错的次数按那个地址记。"""
    with running(tmp_path, sign_in=True) as found:
        signed_in(found, PersonRole.ADMIN)
        wrong = {"login": "wang", "password": "不是这个"}
        for _ in range(5):
            client = found.client()
            client.http.headers["x-forwarded-for"] = "10.9.9.9"
            assert client.send("POST", "/api/session", json=wrong).status_code == 400
        assert client.send("POST", "/api/session", json=wrong).status_code == 429
        assert found.client().send("POST", "/api/session", json=wrong).status_code == 400


# 会话、密码、码


def test_signing_in_ends_the_session_before_and_brings_a_new_one(shared: Site) -> None:
    client = signed_in(shared, PersonRole.STAFF, "a")
    before = client.http.cookies[SESSION]
    form = client.http.get("/api/me").json()["csrf"]
    again = client.send("POST", "/api/session", json={"login": "a", "password": PASSWORD})
    assert again.status_code == 200
    assert client.http.cookies[SESSION] != before
    assert client.http.get("/api/me").json()["csrf"] != form
    assert httpx.get(shared.address + "/api/me", cookies={SESSION: before}).json()["name"] is None


def test_cookie_chosen_by_somebody_else_is_never_a_session(shared: Site) -> None:
    client = shared.client()
    client.http.cookies.set(SESSION, "f" * 43)
    assert client.http.get("/api/me").json()["name"] is None


def test_signing_out_everywhere(shared: Site) -> None:
    here = signed_in(shared, PersonRole.STAFF, "b")
    there = shared.client()
    there.send("POST", "/api/session", json={"login": "b", "password": PASSWORD})
    assert here.send("DELETE", "/api/me/sessions").status_code == 200
    assert [client.http.get("/api/me").json()["name"] for client in (here, there)] == [None, None]
    assert here.send("DELETE", "/api/me/sessions").status_code == 401


def test_changing_the_password_asks_for_the_old_one(shared: Site) -> None:
    client = signed_in(shared, PersonRole.STAFF, "c")
    other = shared.client()
    other.send("POST", "/api/session", json={"login": "c", "password": PASSWORD})
    wrong = client.send("PUT", "/api/me/password", json={"current": "不是这个", "password": "新的密码 2024"})
    assert (wrong.status_code, wrong.json()) == (
        400,
        {"error": "现在的密码不对，没有改。请核对后再试，忘记了请让管理员重设。"},
    )
    changed = client.send("PUT", "/api/me/password", json={"current": PASSWORD, "password": "新的密码 2024"})
    assert changed.status_code == 200
    assert client.http.get("/api/me").json()["name"] == "员工小王", "自己还登录着"
    assert other.http.get("/api/me").json()["name"] is None, "别处的登录作废"
    fresh = shared.client().send("POST", "/api/session", json={"login": "c", "password": "新的密码 2024"})
    assert fresh.status_code == 200


def test_codes_cannot_be_tried_for_ever_by_changing_browsers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_api, "TRIES", 6)
    given = {"code": "AAAA-AAAA", "name": "小李", "login": "li", "password": PASSWORD}
    with running(tmp_path, sign_in=True) as found:
        statuses = [found.client().send("POST", "/api/codes", json=given).status_code for _ in range(7)]
        assert statuses == [400] * 6 + [429]


# 快慢


def test_browsing_too_fast(tmp_path: Path) -> None:
    with running(tmp_path, per_minute=1) as found:
        client = found.client()
        client.http.get("/api/me")
        assert [client.http.get("/api/reports").status_code for _ in range(5)] == [200] * 4 + [429]
        assert client.http.get("/api/facts.xlsx").status_code == 429


def test_figures_need_signing_in_beyond_this_machine(shared: Site) -> None:
    for path in ("/api/facts", "/api/facts.xlsx"):
        assert shared.client().http.get(path).status_code == 401
    assert signed_in(shared, PersonRole.STAFF, "d").http.get("/api/facts").status_code == 200


# 上传


def drafts(site: Site) -> list[str]:
    """报告文件夹里没传完的草稿。"""
    return [path.name for path in site.front.office.library.folder.iterdir() if path.name.endswith(".part")]


def head_of_upload(client: Client, size: int) -> bytes:
    """一次上传的请求头。"""
    form = client.http.get("/api/me").json()["csrf"]
    cookies = "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())
    lines = (
        "PUT /api/admin/files?name=a.txt HTTP/1.1",
        f"Host: {client.http.base_url.netloc.decode()}",
        f"Cookie: {cookies}",
        f"X-CSRF-Token: {form}",
        f"Content-Length: {size}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_upload_broken_off_leaves_nothing(site: Site) -> None:
    client = site.client()
    head = head_of_upload(client, 100_000)
    before = sorted(path.name for path in site.desk.folder.iterdir())
    with closing(socket.create_connection(("127.0.0.1", client.http.base_url.port or 0))) as line:
        line.sendall(head + b"x" * 5000)
        until(lambda: bool(drafts(site)))
    until(lambda: not drafts(site))
    assert sorted(path.name for path in site.desk.folder.iterdir()) == before


def test_upload_is_not_held_in_memory(site: Site) -> None:
    """收到多少写多少：还没传完，草稿已经长到收到的大小。"""
    client = site.client()
    head, size = head_of_upload(client, 4_000_000), 3_000_000
    with closing(socket.create_connection(("127.0.0.1", client.http.base_url.port or 0))) as line:
        sender = threading.Thread(target=line.sendall, args=(head + b"x" * size,))
        sender.start()
        until(lambda: any((site.desk.folder / name).stat().st_size > size - 100_000 for name in drafts(site)))
        sender.join(20)
    until(lambda: not drafts(site))


def test_drafts_of_a_run_cut_short_are_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".0123456789abcdef.upload.part").write_bytes(b"x")
    (tmp_path / "报告.part").write_bytes(b"x")
    with running(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["报告.part"]


# 素材


def test_unchanged_assets_are_not_sent_again(site: Site) -> None:
    first = httpx.get(site.address + "/assets/app.js")
    again = httpx.get(site.address + "/assets/app.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = httpx.get(site.address + "/assets/app.js", headers={"accept-encoding": "identity"})
    assert plain.content == first.content
    assert int(first.headers["content-length"]) < int(plain.headers["content-length"]) / 2


# 接口说明


@pytest.mark.parametrize(
    ("path", "shape"),
    [("/api/reports", ReportList), (f"/api/reports/{DOCUMENT}", WholeReport), ("/api/facts", FactPage), ("/无", Fault)],
)
def test_what_is_sent_is_what_is_described(site: Site, path: str, shape: type[BaseModel]) -> None:
    shape.model_validate(httpx.get(site.address + path).json())


@pytest.mark.parametrize("question", [QUESTION, "比较2022年和2023年", "2019年呢", "哪一年", "隐去的是多少"])
def test_answers_are_as_described(site: Site, question: str) -> None:
    AskReply.model_validate(httpx.post(site.address + "/api/ask", json={"question": question}).json())


def test_description_names_no_stranger_and_speaks_chinese(site: Site) -> None:
    described = httpx.get(site.address + "/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for parts in described["components"].values():
        assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name) for name in parts), "OpenAPI 只许这些字符"
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert re.search(r"[\u4e00-\u9fff]", operation["summary"]), path
            assert "422" not in operation["responses"], path
            assert all(re.search(r"[\u4e00-\u9fff]", one["description"]) for one in operation["responses"].values())
    ask = described["paths"]["/api/ask"]["post"]
    assert ask["security"] == [{"token": []}]
    assert ask["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/AskReply")
