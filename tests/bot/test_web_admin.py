"""网页的管理：登录与角色、防伪造、上限、上传与删除、人员、审计、反馈、统计，和接口令牌。"""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest

from bot import app
from bot.app import open_application
from bot.audit import CONSOLE, Filter, Kind, listed
from bot.channels.web.visitors import SESSION, VISITOR
from bot.codes import invite, make_admin_code
from bot.people import PersonRole, Policy
from bot.settings import Settings
from tests.bot.desk import NOTHING
from tests.bot.letters import Letters
from tests.bot.replies import DOCUMENT, ISSUER, SENTENCE
from tests.bot.site import PASSWORD, QUESTION, Site, running, signed_in
from tests.bot.small import PLAN, SUMMARY

ADMIN_ONLY = (
    "/api/admin/files",
    "/api/admin/people",
    "/api/admin/audit",
    "/api/admin/audit.csv",
    "/api/admin/feedback",
    "/api/admin/progress",
    "/metrics",
)


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


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """背后是真的索引，文件夹里有一份计划。"""
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "计划.txt").write_text(PLAN, encoding="utf-8")
    with (
        open_application(folder, settings=Settings()) as application,
        running(tmp_path, library=application, board=application.board, upload_mb=1) as found,
    ):
        application.update()
        yield found


def settled(site: Site, **wanted: object) -> dict[str, object]:
    """从进度里听到那样的结局为止；听到的每一步都要是完整的 JSON。"""
    with httpx.stream("GET", site.address + "/api/admin/progress", timeout=20) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        for line in events.iter_lines():
            outcome = json.loads(line[6:])["outcome"] if line.startswith("data: ") else None
            if outcome is not None and wanted.items() <= outcome.items():
                return dict(outcome)
    raise AssertionError


# 登录与角色


def test_first_admin_signs_up_with_the_printed_code(shared: Site) -> None:
    client = shared.client()
    assert client.http.get("/api/me").json()["needs_admin"]
    code = make_admin_code(shared.ledger)
    given = {"code": code.lower(), "name": "王工", "login": "wang", "password": PASSWORD}
    joined = client.send("POST", "/api/codes", json=given)
    assert joined.json() == {"name": "王工", "role": "管理员"}
    me = client.http.get("/api/me").json()
    assert (me["name"], me["role"], me["needs_admin"]) == ("王工", "管理员", False)
    assert "manage_people" in me["may"]
    assert client.send("POST", "/api/codes", json=given | {"code": code}).status_code == 400
    cookie = joined.headers["set-cookie"]
    assert cookie.startswith(SESSION + "=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/"))


def test_short_password_does_not_use_up_the_code(shared: Site) -> None:
    code = invite(shared.ledger, CONSOLE)
    given = {"code": code, "name": "小李", "login": "li", "password": "短"}
    refused = shared.client().send("POST", "/api/codes", json=given)
    assert refused.json() == {"error": "密码太短，至少要 8 个字符。请换一个长一些的。"}
    assert shared.client().send("POST", "/api/codes", json=given | {"password": PASSWORD}).json()["role"] == "员工"


def test_signing_in_and_out(shared: Site) -> None:
    client = signed_in(shared, PersonRole.ADMIN)
    assert client.http.get("/api/admin/people").status_code == 200
    client.send("DELETE", "/api/session")
    assert client.http.get("/api/admin/people").status_code == 401
    wrong = client.send("POST", "/api/session", json={"login": "wang", "password": "不是这个密码"})
    assert wrong.json() == {"error": "登录名或密码不对。请核对后再试，忘记密码请联系管理员。"}
    for _ in range(4):
        client.send("POST", "/api/session", json={"login": "wang", "password": "x"})
    again = client.send("POST", "/api/session", json={"login": "wang", "password": PASSWORD})
    assert (again.status_code, again.json()) == (429, {"error": "试错的次数太多，请 15 分钟后再试。"})


def test_only_admins_see_the_rest(shared: Site) -> None:
    nobody, staff = shared.client(), signed_in(shared, PersonRole.STAFF)
    for path in ADMIN_ONLY:
        refused = nobody.http.get(path)
        assert (refused.status_code, refused.json()["error"][:8]) == (401, "这件事要先登录。"), path
        refused = staff.http.get(path)
        assert (refused.status_code, refused.json()["error"][:7]) == (403, "员工小王没有“"), path


def test_anyone_may_ask(shared: Site) -> None:
    assert httpx.post(shared.address + "/api/ask", json={"question": QUESTION}).json()["headline"] == "30 公里"


@pytest.mark.parametrize(
    ("policy", "sentence"), [(Policy.CODE, "您还没有登记。"), (Policy.CLOSED, "这里只回答已登记的人。")]
)
def test_strangers_as_the_setting_says(tmp_path: Path, policy: Policy, sentence: str) -> None:
    with running(tmp_path, policy=policy, sign_in=True) as site:
        for response in (
            httpx.post(site.address + "/api/ask", json={"question": QUESTION}),
            httpx.get(site.address + "/api/reports"),
            httpx.get(site.address + "/api/facts"),
            httpx.get(site.address + "/api/start"),
        ):
            assert response.status_code == 401
            assert response.json()["error"].startswith(sentence)
        known = signed_in(site, PersonRole.STAFF)
        assert known.http.post("/api/ask", json={"question": QUESTION}).status_code == 200


def test_proxied_request_is_not_taken_for_this_machine(site: Site) -> None:
    assert httpx.get(site.address + "/api/admin/files").status_code == 200
    for header in ("x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-proto", "via"):
        assert httpx.get(site.address + "/api/admin/files", headers={header: "10.0.0.9"}).status_code == 401


# 防伪造与上限


def test_changes_need_the_token_of_this_page(site: Site) -> None:
    client = site.client()
    form = client.http.get("/api/me").json()["csrf"]
    refused = {"error": "这个请求不是从本页发出的，没有照办。请刷新页面再试。"}
    for headers in ({}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": form[::-1]}):
        response = client.http.post("/api/admin/reindex", headers=headers)
        assert (response.status_code, response.json()) == (403, refused)
    stolen = httpx.post(site.address + "/api/admin/reindex", headers={"X-CSRF-Token": form})
    assert stolen.status_code == 403
    assert client.send("POST", "/api/admin/reindex").status_code == 202


def test_other_sites_are_refused(site: Site) -> None:
    headers = {"Origin": "https://evil.example"}
    response = httpx.post(site.address + "/api/ask", json={"question": QUESTION}, headers=headers)
    assert (response.status_code, site.desk.heard) == (403, [])
    own = httpx.post(site.address + "/api/ask", json={"question": QUESTION}, headers={"Origin": site.address})
    assert own.status_code == 200


def test_asking_too_fast(tmp_path: Path) -> None:
    with running(tmp_path, per_minute=3) as site:
        client = site.client()
        client.http.get("/api/me")
        statuses = [client.http.post("/api/ask", json={"question": QUESTION}).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        slow = client.http.post("/api/ask", json={"question": QUESTION})
        assert slow.json()["error"].startswith("问得太快了，请 ")
        assert 1 <= int(slow.headers["retry-after"]) <= 60
        other = site.client()
        other.http.get("/api/me")
        assert other.http.post("/api/ask", json={"question": QUESTION}).status_code == 200


def test_uploads_are_limited_in_size_and_kind(library: Site) -> None:
    client, folder = library.client(), library.front.office.library.folder
    before = sorted(path.name for path in folder.iterdir())
    big = client.send("PUT", "/api/admin/files", params={"name": "大.txt"}, content=b"x" * (1 << 20) + b"y")
    assert (big.status_code, big.json()["error"].partition("请")[0]) == (413, "文件太大：一份最多 1 MB。")
    pieces = client.send(
        "PUT", "/api/admin/files", params={"name": "大.txt"}, content=(b"x" * 9999 for _ in range(200))
    )
    assert pieces.status_code == 413
    program = client.send("PUT", "/api/admin/files", params={"name": "程序.exe"}, content=b"MZ")
    assert (program.status_code, program.json()["error"].partition("可以")[0]) == (
        415,
        "《程序.exe》不是读得了的格式。",
    )
    empty = client.send("PUT", "/api/admin/files", params={"name": "空.txt"}, content=b"")
    assert empty.json() == {"error": "上传中断了，没有存下。请再传一次。"}
    outside = client.send("PUT", "/api/admin/files", params={"name": "../../外.txt"}, content=b"a")
    assert outside.json()["name"] == "外.txt"
    assert sorted(path.name for path in folder.iterdir() if path.name != "外.txt") == before


# 报告


def test_upload_progress_answer_delete(library: Site) -> None:
    client, question = library.client(), "2022年农村公路新改建多少公里"
    sent = client.send("PUT", "/api/admin/files", params={"name": "总结.txt"}, content=SUMMARY.encode())
    assert (sent.status_code, sent.json()) == (201, {"name": "总结.txt", "known": False, "namesake": None})
    assert settled(library, read=["总结.txt"])["problems"] == []
    assert client.http.post("/api/ask", json={"question": question}).json()["headline"] == "23 公里"
    again = client.send("PUT", "/api/admin/files", params={"name": "总结.txt"}, content=SUMMARY.encode())
    assert again.json()["known"]
    plan, summary = sorted(client.http.get("/api/admin/files").json()["files"], key=lambda file: str(file["name"]))[
        ::-1
    ]
    assert (plan["name"], summary["name"]) == ("计划.txt", "总结.txt")
    assert summary["reports"][0]["title"] == "清河县交通运输局2022年工作总结"
    assert summary["raw_digits"] == summary["read_digits"] > 0
    assert client.send("DELETE", "/api/admin/reports/总结.txt").json() == {"removed": "总结.txt"}
    assert client.http.post("/api/ask", json={"question": question}).json()["status"] == "not_found"
    assert client.send("DELETE", "/api/admin/reports/总结.txt").status_code == 404
    done = [entry.action for entry in listed(library.ledger, Filter(kind=Kind.DID)).entries]
    assert [action for action in done if action != "重建索引"] == ["删除报告", "添加报告"]


def test_correction_changes_the_answer(library: Site) -> None:
    client = library.client()
    change = {"title": "清河县2024年工作计划", "issuer": "白水县交通运输局", "year": 2024}
    assert client.send("PATCH", "/api/admin/reports/计划.txt", json=change).status_code == 200
    deadline = time.monotonic() + 10
    while (found := client.http.get("/api/reports").json()["reports"][0])["title"] != change["title"]:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    assert found["issuer"] == "白水县交通运输局"
    assert client.send("PATCH", "/api/admin/reports/没有.txt", json=change).status_code == 404
    assert client.send("PATCH", "/api/admin/reports/计划.txt", json={"year": 1}).status_code == 422


def test_reindex_without_changes_says_so(site: Site) -> None:
    client = site.client()
    client.send("POST", "/api/admin/reindex")
    outcome = settled(site, unchanged=1)
    assert (outcome["read"], outcome["removed"], outcome["seconds"]) == ([], [], NOTHING.seconds)


# 数字


def test_facts_are_found_and_exported(site: Site) -> None:
    found = httpx.get(site.address + "/api/facts", params={"q": "农村公路 清河县", "year": 2023, "kind": "plan"}).json()
    assert (found["total"], found["years"]) == (1, [2023])
    (fact,) = found["facts"]
    assert (fact["subject"], fact["value"], fact["unit"], fact["role"], fact["org"]) == (
        "农村公路新改建",
        "30",
        "公里",
        "计划",
        ISSUER,
    )
    assert [fact["quote"][start:end] for start, end in fact["marks"]] == ["30公里"]
    for other in ({"q": "桥隧"}, {"year": 2022}, {"kind": "actual"}):
        assert httpx.get(site.address + "/api/facts", params=other).json()["total"] == 0
    sheet = httpx.get(site.address + "/api/facts.xlsx", params={"q": "农村公路"})
    assert sheet.headers["content-disposition"] == 'attachment; filename="facts.xlsx"'
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content))["数字"].values)
    assert rows[0][:4] == ("事项", "数量", "数值", "单位")
    assert rows[1] == (
        "农村公路新改建",
        "30 公里",
        30,
        "公里",
        2023,
        "计划",
        ISSUER,
        DOCUMENT,
        "二、2023年工作安排 › （一）农村公路",
        SENTENCE,
    )


# 统计与说明


def test_metrics_and_openapi(site: Site) -> None:
    httpx.post(site.address + "/api/ask", json={"question": QUESTION})
    httpx.post(site.address + "/api/ask", json={"question": "2019年呢"})
    text = httpx.get(site.address + "/metrics").text
    assert 'jihuatong_questions_total{channel="web",status="answered"} 1.0' in text
    assert 'jihuatong_questions_total{channel="web",status="not_found"} 1.0' in text
    assert 'jihuatong_answer_seconds_count{channel="web"} 2.0' in text
    assert "jihuatong_reports 1.0" in text
    assert "jihuatong_generation 3.0" in text
    paths = httpx.get(site.address + "/api/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/reports", "/api/facts"} <= set(paths)


def test_browser_cookie_is_shut_to_scripts_and_other_sites(site: Site) -> None:
    cookie = httpx.get(site.address + "/api/me").headers["set-cookie"]
    assert cookie.startswith(VISITOR + "=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict"))
