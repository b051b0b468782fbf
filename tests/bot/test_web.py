"""网页：JSON 接口、安全的几道关，以及在真的浏览器里问、接着问、看原文。"""

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
from playwright.sync_api import Browser, expect

from bot.blocks import blocks
from bot.channels.web import server
from bot.channels.web.server import ASSETS, listen
from bot.errors import AddressTaken
from tests.bot.desk import small_report
from tests.bot.replies import DOCUMENT, ISSUER, SENTENCE
from tests.bot.site import QUESTION, Site, Visit, opened, running


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


# 浏览器


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """桌面大小的一页；用完要求它没有报错，也没有向别处请求。"""
    context = browser.new_context(viewport={"width": 1366, "height": 820}, locale="zh-CN")
    found = opened(context, site)
    yield found
    context.close()
    assert found.faults == []
    assert [url for url in found.requests if not url.startswith(site.address + "/")] == []


def test_answer_card(visit: Visit) -> None:
    visit.ask(QUESTION)
    card = visit.page.get_by_role("article", name="答复")
    expect(card.locator(".headline")).to_have_text("30公里")
    assert card.locator(".chip").all_inner_texts() == ["2023年", "计划", ISSUER]
    expect(card.locator("q")).to_have_text(SENTENCE)
    expect(card.locator("mark")).to_have_text("30公里")
    expect(card.locator("cite")).to_have_text(
        "《清河县交通运输局2023年工作计划》 · 二、2023年工作安排 › （一）农村公路"
    )


def test_source_opens_at_the_sentence(visit: Visit) -> None:
    visit.ask(QUESTION)
    visit.page.get_by_role("button", name="查看原文").click()
    panel = visit.page.get_by_role("complementary")
    expect(panel.locator(".cited")).to_have_text(SENTENCE)
    expect(panel.locator(".cited")).to_be_in_viewport()
    expect(panel.locator(".cited mark")).to_have_text("30公里")
    expect(panel.get_by_role("button", name="（一）农村公路")).to_have_attribute("aria-current", "true")
    panel.get_by_role("button", name="一、2022年工作回顾").click()
    expect(panel.get_by_role("heading", name="一、2022年工作回顾")).to_be_in_viewport()
    visit.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(visit.page.get_by_role("button", name="查看原文")).to_be_focused()


def test_follow_up_sends_the_earlier_questions(visit: Visit, site: Site) -> None:
    visit.ask(QUESTION)
    visit.page.get_by_role("button", name="2022年完成了多少").click()
    visit.page.locator(".card").nth(1).wait_for()
    assert site.desk.heard[-1] == ("2022年完成了多少", (QUESTION,))


def test_table_cells_open_their_source(visit: Visit) -> None:
    visit.ask("比较2022年和2023年")
    table = visit.page.get_by_role("table")
    assert table.get_by_role("columnheader").all_inner_texts() == ["2022年", "2023年"]
    picture = visit.page.get_by_role("img", name="横条图：完成 2022年 23 公里，计划 2023年 30 公里")
    assert [bar.get_attribute("width") for bar in picture.locator(".value").all()] == ["76.67%", "100%"]
    table.get_by_role("button", name="30 公里").click()
    expect(visit.page.locator(".cited")).to_have_text(SENTENCE)


def test_refusal_blanked_and_asking_back(visit: Visit) -> None:
    for question, verdict in (("2019年呢", "未检得"), ("哪一年", "请说明一下")):
        visit.ask(question)
        expect(visit.page.locator(".card").last.locator(".verdict")).to_have_text(verdict)
    visit.ask("隐去的是多少")
    expect(visit.page.locator(".card").last.locator(".headline")).to_have_text("原文已隐去")


def test_chats_are_kept_in_the_browser(visit: Visit) -> None:
    visit.ask(QUESTION)
    visit.page.reload()
    expect(visit.page.locator(".card .headline")).to_have_text("30公里")
    visit.page.get_by_role("button", name="新对话").click()
    expect(visit.page.locator(".card")).to_have_count(0)
    visit.ask("2019年呢")
    visit.page.get_by_role("button", name=QUESTION, exact=True).click()
    expect(visit.page.locator(".card .headline")).to_have_text("30公里")
    visit.page.get_by_role("button", name="删除对话：2019年呢").click()
    expect(visit.page.locator("#chat-list li")).to_have_count(1)


def test_all_reports(visit: Visit) -> None:
    visit.page.get_by_role("button", name="全部报告").first.click()
    search = visit.page.get_by_role("searchbox", name="查找报告")
    search.fill("2031")
    expect(visit.page.locator(".shelf li")).to_have_count(0)
    search.fill("清河 2023")
    visit.page.locator(".shelf li button").click()
    expect(visit.page.get_by_role("heading", name="二、2023年工作安排")).to_be_visible()


def test_keyboard(visit: Visit, site: Site) -> None:
    box = visit.page.get_by_label("问题", exact=True)
    visit.page.get_by_role("button", name="新对话").focus()
    visit.page.keyboard.press("/")
    expect(box).to_be_focused()
    visit.page.keyboard.type("甲")
    visit.page.keyboard.press("Shift+Enter")
    visit.page.keyboard.type("乙")
    assert site.desk.heard == []
    visit.page.keyboard.press("Enter")
    visit.page.locator(".card").wait_for()
    assert site.desk.heard[0][0] == "甲\n乙"
    visit.page.keyboard.press("ArrowUp")
    expect(box).to_have_value("甲\n乙")


def test_composing_does_not_send(visit: Visit, site: Site) -> None:
    box = visit.page.get_by_label("问题", exact=True)
    box.fill("nong")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert site.desk.heard == []


def test_theme_is_chosen_and_remembered(visit: Visit) -> None:
    root = visit.page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    button = visit.page.locator("#theme")
    button.click()
    button.click()
    expect(button).to_have_attribute("aria-label", "配色：深色")
    visit.page.reload()
    expect(root).to_have_attribute("data-theme", "dark")


def test_every_control_has_a_name(visit: Visit) -> None:
    visit.ask("比较2022年和2023年")
    visit.page.get_by_role("button", name="查看原文").first.click()
    visit.page.locator(".paper").wait_for()
    for control in visit.page.locator("button:visible, input:visible, textarea:visible").all():
        name = control.evaluate(
            "c => c.getAttribute('aria-label') || c.textContent.trim() || (c.labels && c.labels[0].textContent)"
        )
        assert name, control.evaluate("c => c.outerHTML")


def test_fault_offers_another_try(browser: Browser, site: Site) -> None:
    context = browser.new_context()
    found = opened(context, site)
    site.desk.fault = ZeroDivisionError()
    found.ask(QUESTION)
    expect(found.page.locator(".card.failed .said")).to_have_text("程序出了错，已记入日志；请稍后再试。")
    site.desk.fault = None
    found.page.get_by_role("button", name="再试一次").click()
    expect(found.page.locator(".headline")).to_have_text("30公里")
    context.close()


def test_question_text_is_never_markup(visit: Visit) -> None:
    visit.ask("<img src=x onerror=alert(1)>")
    expect(visit.page.locator(".mine")).to_have_text("<img src=x onerror=alert(1)>")
    expect(visit.page.locator("#log img")).to_have_count(0)


def test_indexing_is_announced(browser: Browser, site: Site) -> None:
    site.desk.said = "正在更新索引：3 / 12 份"
    context = browser.new_context()
    found = opened(context, site)
    expect(found.page.get_by_role("status")).to_have_text("正在更新索引：3 / 12 份")
    site.desk.said = None
    expect(found.page.locator("#banner")).to_be_hidden(timeout=5000)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone(browser: Browser, site: Site, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 375, "height": 720},
        color_scheme="dark" if scheme == "dark" else "light",
        has_touch=True,
        is_mobile=True,
    )
    found = opened(context, site)
    expect(found.page.locator("html")).to_have_attribute("data-theme", scheme)
    found.ask("比较2022年和2023年")
    assert found.page.evaluate("document.documentElement.scrollWidth") == 375
    found.page.get_by_role("button", name="查看原文").first.click()
    expect(found.page.locator(".cited")).to_be_in_viewport()
    assert found.page.locator("#reader").bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 720}
    found.page.get_by_role("button", name="关闭原文").click()
    found.page.locator("#menu").click()
    expect(found.page.get_by_role("button", name="新对话")).to_be_in_viewport()
    assert found.faults == []
    context.close()


def test_assets_live_in_the_package() -> None:
    assert ASSETS.is_relative_to(Path(server.__file__).parent)
