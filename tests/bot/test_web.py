"""网页：JSON 接口与安全的几道关。"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.blocks import blocks
from bot.channels.web import server
from bot.channels.web.server import ASSETS, listen
from bot.errors import AddressTaken
from tests.bot.desk import small_report
from tests.bot.replies import DOCUMENT, ISSUER, SENTENCE
from tests.bot.site import QUESTION, Site, running


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """起一个网页，用完停下。"""
    with running(tmp_path) as found:
        yield found


def asked(site: Site, **body: Any) -> httpx.Response:  # noqa: ANN401 - 故意可以写错
    """向接口问一句。"""
    return httpx.post(site.address + "/api/ask", json=body, timeout=20)


# JSON 接口


def test_ask(site: Site) -> None:
    answer = asked(site, question=QUESTION, history=["甲？", "乙？"]).json()
    assert site.desk.heard == [(QUESTION, ("甲？", "乙？"))]
    assert (answer["status"], answer["headline"]) == ("answered", "30 公里")
    assert answer["chips"] == [
        {"kind": "year", "text": "2023年"},
        {"kind": "plan", "text": "计划"},
        {"kind": "issuer", "text": ISSUER},
    ]
    assert answer["said"] == ""
    (cited,) = answer["citations"]
    assert small_report().text[cited["start"] : cited["end"]] == cited["quote"] == SENTENCE
    assert [cited["quote"][start:end] for start, end in cited["marks"]] == ["30公里"]


def test_refusal_says_why_and_what_is_nearest(site: Site) -> None:
    answer = asked(site, question="2019年呢").json()
    assert (answer["verdict"], answer["near"], answer["chips"]) == ("未检得", "报告里最接近的内容：", [])
    assert answer["said"] == "报告里没有2019年的数字。最接近的是：2023年计划新改建农村公路30公里。"


def test_reports_and_one_report(site: Site) -> None:
    (listed,) = httpx.get(site.address + "/api/reports").json()["reports"]
    assert (listed["name"], listed["issuer"], listed["periods"]) == (DOCUMENT, ISSUER, [2022, 2023])
    report = httpx.get(f"{site.address}/api/reports/{DOCUMENT}").json()
    assert [entry["heading"] for entry in report["outline"]] == [
        "一、2022年工作回顾",
        "（一）公路养护",
        "二、2023年工作安排",
        "（一）农村公路",
        "（二）安全应急",
    ]
    assert (report["blocks"][0]["text"], report["blocks"][-1]["text"]) == (report["title"], "2022年12月9日")


def test_blocks_hold_the_whole_report() -> None:
    report = small_report()
    spans = [block.span for block in blocks(report)]
    assert all(first.end <= second.start for first, second in pairwise(spans))
    assert "".join(span.of(report.text) for span in spans) == re.sub(r"\s", "", report.text)


def test_start_and_health(site: Site) -> None:
    site.desk.said = "正在更新索引：3 / 12 份"
    start = httpx.get(site.address + "/api/start").json()
    assert (len(start["examples"]), start["indexing"]) == (3, "正在更新索引：3 / 12 份")
    assert httpx.get(site.address + "/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"question": "路" * 501}, 422, "问题太长：最多 500 个字。"),
        ({"question": "q", "history": ["甲"] * 21}, 422, "此前的问题太多：最多 20 个。"),
        ({"question": 5}, 422, '请求的格式不对：应当是 JSON，如 {"question": "2023年农村公路新改建多少公里"}。'),
        ({"question": "路" * 80_000}, 413, "请求太大：一次只问一个问题。"),
    ],
)
def test_wrong_requests(site: Site, body: dict[str, Any], status: int, sentence: str) -> None:
    response = asked(site, **body)
    assert (response.status_code, response.json()) == (status, {"error": sentence})


def test_body_without_length_is_limited_too(site: Site) -> None:
    response = httpx.post(site.address + "/api/ask", content=(b"x" * 1000 for _ in range(200)))
    assert response.status_code == 413


def test_broken_json_and_missing_things(site: Site) -> None:
    broken = httpx.post(site.address + "/api/ask", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 422
    assert httpx.get(site.address + "/api/reports/none.txt").json()["error"].startswith("索引里没有《none.txt》")
    gone = httpx.get(site.address + "/没有")
    assert (gone.status_code, gone.json()) == (404, {"error": "没有这一页：/没有。"})
    assert httpx.get(site.address + "/assets/../server.py").status_code == 404
    assert httpx.get(site.address + "/api/ask").json() == {"error": "这个地址不接受这种请求。"}


def test_fault_is_a_sentence_and_keeps_its_headers(site: Site) -> None:
    site.desk.fault = ZeroDivisionError("内情")
    response = asked(site, question=QUESTION)
    assert (response.status_code, response.json()) == (500, {"error": "程序出了错，已记入日志；请稍后再试。"})
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_security_headers(site: Site) -> None:
    headers = httpx.get(site.address).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1", 200), ("localhost:80", 200), ("[::1]:9", 200), ("evil.example", 403), ("127.evil.example", 403)],
)
def test_only_this_machine_by_name(site: Site, host: str, status: int) -> None:
    assert httpx.get(site.address + "/healthz", headers={"host": host}).status_code == status


def test_several_people_at_once(site: Site) -> None:
    site.desk.gate.clear()
    people = [threading.Thread(target=asked, args=(site,), kwargs={"question": f"第{n}问"}) for n in range(3)]
    for person in people:
        person.start()
    deadline = time.monotonic() + 5
    while len(site.desk.heard) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(site.desk.heard) == 3
    assert httpx.get(site.address + "/healthz", timeout=2).status_code == 200
    site.desk.gate.set()
    for person in people:
        person.join(10)


def test_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(AddressTaken, match=f"网页不能在 127.0.0.1:{port} 上启动"):
            listen("127.0.0.1", port)


def test_assets_ask_nobody_else() -> None:
    for path in ASSETS.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(https?:)?//[a-z0-9]+\.", text), path.name
        assert "innerHTML" not in text, path.name
    for name in server.PAGES:
        html = (ASSETS / name).read_text(encoding="utf-8")
        assert not re.search(r"\son\w+=|style=|<script>|<style", html)


def test_assets_are_all_served(site: Site) -> None:
    for path in ASSETS.iterdir():
        address = server.PAGES.get(path.name, f"/assets/{path.name}")
        response = httpx.get(site.address + address)
        assert response.content == path.read_bytes(), path.name
        assert response.headers["content-type"] == server.KINDS[path.suffix]


def test_assets_live_in_the_package() -> None:
    assert ASSETS.is_relative_to(Path(server.__file__).parent)
