"""网页上的对话：在真的浏览器里问、接着问、看原文、等、停、再试，键盘、手机、深浅两色。"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Route, expect

from bot.people import Policy
from tests.bot.desk import small_report
from tests.bot.replies import DOCUMENT, ISSUER, SENTENCE
from tests.bot.sight import cramped, faint, focus, moving
from tests.bot.site import QUESTION, Site, Visit, opened, running, strangers


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """起一个网页，这个文件里的测试共用。"""
    with running(tmp_path_factory.mktemp("对话")) as found:
        yield found


@pytest.fixture
def site(house: Site) -> Site:
    """答问台复了原的网页。"""
    house.desk.heard.clear()
    house.desk.gate.set()
    house.desk.fault = house.desk.said = None
    house.desk.recognised = False
    return house


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """桌面大小的一页；用完要求它没有报错，也没有向别处请求。"""
    context = browser.new_context(viewport={"width": 1366, "height": 820}, locale="zh-CN")
    found = opened(context, site)
    yield found
    context.close()
    assert found.faults == []
    assert strangers(found, site) == []


@pytest.fixture
def loose(browser: Browser, site: Site) -> Iterator[Visit]:
    """服务端会出错、会断开的一页：浏览器自己记的错不算。"""
    with browser.new_context(locale="zh-CN") as context:
        yield opened(context, site)


@pytest.fixture
def phone(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """360 像素宽的手机。"""
    scheme: Literal["light", "dark"] = getattr(request, "param", "light")
    with browser.new_context(
        viewport={"width": 360, "height": 720}, color_scheme=scheme, has_touch=True, is_mobile=True
    ) as context:
        found = opened(context, site)
        found.scheme = scheme
        yield found
        assert found.faults == []
        assert strangers(found, site) == []


def confirm(visit: Visit, name: str) -> None:
    """在对话框里点头。"""
    visit.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


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


def test_recognised_quote_says_to_check_the_original(visit: Visit, site: Site) -> None:
    site.desk.recognised = True
    visit.ask(QUESTION)
    expect(visit.page.locator(".source .doubt")).to_have_text("扫描识别，请对照原件")


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


def test_choices_are_buttons_in_the_card(visit: Visit, site: Site) -> None:
    visit.ask("哪一年")
    choices = visit.page.get_by_role("group", name="请选一个").get_by_role("button")
    expect(choices).to_have_text(["2022年农村公路新改建多少公里", "2023年农村公路新改建多少公里"])
    choices.last.click()
    expect(visit.page.locator(".card").nth(1).locator(".headline")).to_have_text("30公里")
    assert site.desk.heard[-1] == ("2023年农村公路新改建多少公里", ("哪一年",))


def test_copying_where_the_clipboard_is_out_of_reach(visit: Visit) -> None:
    visit.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    visit.ask(QUESTION)
    visit.page.get_by_role("button", name="复制").click()
    expect(visit.page.get_by_role("button", name="已复制")).to_be_visible()


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
    confirm(visit, "删除")
    expect(visit.page.locator("#chat-list li")).to_have_count(1)
    visit.page.get_by_role("button", name="清空").click()
    expect(visit.page.get_by_role("dialog")).to_contain_text("这个浏览器里存着的 1 个对话都会删去，不能恢复。")
    confirm(visit, "清空")
    expect(visit.page.locator("#chat-list li")).to_have_count(0)
    expect(visit.page.locator("#examples")).to_be_visible()
    expect(visit.page.get_by_role("button", name="新对话")).to_be_focused()


def test_two_tabs_keep_each_others_chats(visit: Visit, site: Site) -> None:
    other = opened(visit.page.context, site)
    visit.ask(QUESTION)
    other.page.get_by_role("button", name="新对话").click()
    other.ask("2019年呢")
    for page in (visit.page, other.page):
        expect(page.locator("#chat-list .go")).to_have_text(["2019年呢", QUESTION])


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
    box.focus()
    keys = visit.page.context.new_cdp_session(visit.page)
    keys.send("Input.imeSetComposition", {"text": "nong", "selectionStart": 4, "selectionEnd": 4})
    enter = {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    keys.send("Input.dispatchKeyEvent", enter)
    keys.send("Input.insertText", {"text": "农村公路"})
    expect(box).to_have_value("农村公路")
    assert site.desk.heard == []
    visit.page.keyboard.press("Enter")
    visit.page.locator(".card").wait_for()
    assert [question for question, _ in site.desk.heard] == ["农村公路"]


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


# 等、停、再试


def test_fault_offers_another_try(loose: Visit, site: Site) -> None:
    site.desk.fault = ZeroDivisionError()
    loose.ask(QUESTION)
    expect(loose.page.locator(".card.failed .said")).to_have_text("程序出了错，已记入日志；请稍后再试。")
    site.desk.fault = None
    loose.page.get_by_role("button", name="再试一次").click()
    expect(loose.page.locator(".headline")).to_have_text("30公里")
    expect(loose.page.locator(".mine")).to_have_text([QUESTION])
    loose.ask("2022年呢")
    assert site.desk.heard[-1] == ("2022年呢", (QUESTION,))


def test_server_gone_is_tried_again(loose: Visit, site: Site) -> None:
    gone = 2
    loose.page.clock.install()

    def broken(route: Route) -> None:
        nonlocal gone
        gone -= 1
        route.abort() if gone >= 0 else route.fallback()

    loose.page.route("**/api/ask", broken)
    loose.page.get_by_label("问题", exact=True).fill(QUESTION)
    loose.page.keyboard.press("Enter")
    waiting = loose.page.locator(".waiting")
    for seconds in (1, 3):
        expect(waiting).to_have_text(f"连不上计划通，{seconds} 秒后再试……")
        loose.page.clock.run_for(seconds * 1000)
    expect(loose.page.locator(".headline")).to_have_text("30公里")
    assert len(site.desk.heard) == 1


def test_server_gone_for_good_keeps_the_question(loose: Visit) -> None:
    loose.page.clock.install()
    loose.page.route("**/api/ask", lambda route: route.abort())
    loose.page.get_by_label("问题", exact=True).fill(QUESTION)
    loose.page.keyboard.press("Enter")
    for seconds in (1, 3, 6):
        expect(loose.page.locator(".waiting")).to_contain_text(f"{seconds} 秒后再试")
        loose.page.clock.run_for(seconds * 1000)
    said = "连不上计划通，请确认它还在运行，然后再试一次。"
    expect(loose.page.locator(".card.failed .said")).to_have_text(said)
    loose.page.reload()
    expect(loose.page.locator(".mine")).to_have_text(QUESTION)
    expect(loose.page.locator(".card.failed .said")).to_have_text(said)


def test_page_closed_while_waiting(loose: Visit, site: Site) -> None:
    site.desk.gate.clear()
    loose.page.get_by_label("问题", exact=True).fill(QUESTION)
    loose.page.keyboard.press("Enter")
    loose.page.locator(".waiting").wait_for()
    loose.page.reload()
    expect(loose.page.locator(".card.failed .said")).to_have_text("这一问没有等到答复，页面就关上了。")
    site.desk.gate.set()
    loose.page.get_by_role("button", name="再试一次").click()
    expect(loose.page.locator(".headline")).to_have_text("30公里")


def test_typing_and_stopping_while_waiting(loose: Visit, site: Site) -> None:
    box = loose.page.get_by_label("问题", exact=True)
    site.desk.gate.clear()
    box.fill(QUESTION)
    loose.page.keyboard.press("Enter")
    loose.page.locator(".waiting").wait_for()
    loose.page.keyboard.type("2022年呢")
    loose.page.keyboard.press("Enter")
    expect(loose.page.locator("#said")).to_have_text("上一问还没有答完，写好的先留着。")
    expect(box).to_have_value("2022年呢")
    box.fill("")
    loose.page.get_by_role("button", name="停止").click()
    expect(box).to_have_value(QUESTION)
    expect(loose.page.locator(".mine")).to_have_count(0)
    expect(loose.page.get_by_role("button", name="发送")).to_be_enabled()
    site.desk.gate.set()


def test_slow_answer_is_said_to_be_slow(loose: Visit, site: Site) -> None:
    site.desk.gate.clear()
    loose.page.clock.install()
    loose.page.get_by_label("问题", exact=True).fill(QUESTION)
    loose.page.keyboard.press("Enter")
    expect(loose.page.locator(".waiting")).to_have_text("正在查报告……")
    loose.page.clock.run_for(8000)
    expect(loose.page.locator(".waiting")).to_have_text("比平时慢，还在查……")
    site.desk.gate.set()
    expect(loose.page.locator(".headline")).to_have_text("30公里")


def test_stranger_is_shown_where_to_sign_in(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, policy=Policy.CODE, sign_in=True) as closed, browser.new_context() as context:
        found = opened(context, closed, ready="#banner a")
        expect(found.page.locator("#banner")).to_contain_text("您还没有登记。")
        found.ask(QUESTION)
        expect(found.page.locator(".card").get_by_role("link", name="登录或注册")).to_have_attribute("href", "/admin")


# 原文


def test_report_and_sentence_named_in_the_address(visit: Visit, site: Site) -> None:
    start = small_report().text.index(SENTENCE)
    visit.page.goto(f"{site.address}/#report={quote(DOCUMENT)}&at={start}-{start + len(SENTENCE)}")
    expect(visit.page.locator(".cited")).to_have_text(SENTENCE)
    expect(visit.page.locator(".cited")).to_be_in_viewport()


@pytest.mark.parametrize(("now", "said"), [("前言。" + SENTENCE, ISSUER), ("全文重写。", "这份报告后来改过")])
def test_sentence_of_a_report_changed_since(visit: Visit, now: str, said: str) -> None:
    def changed(route: Route) -> None:
        report = route.fetch().json()
        block = next(block for block in report["blocks"] if SENTENCE in block["text"])
        block["text"] = now
        route.fulfill(json=report)

    visit.page.route("**/api/reports/*", changed)
    visit.ask(QUESTION)
    visit.page.get_by_role("button", name="查看原文").click()
    expect(visit.page.locator("#reader-about")).to_contain_text(said)
    expect(visit.page.locator(".cited")).to_have_text([SENTENCE] if SENTENCE in now else [])


def test_back_on_a_phone_closes_the_source(phone: Visit) -> None:
    phone.ask(QUESTION)
    phone.page.get_by_role("button", name="查看原文").click()
    expect(phone.page.locator(".cited")).to_be_in_viewport()
    assert phone.page.locator(".talk").evaluate("part => part.inert"), "盖住的按不到"
    phone.page.go_back()
    expect(phone.page.locator("#reader")).to_be_hidden()
    expect(phone.page.get_by_role("button", name="查看原文")).to_be_focused()
    assert not phone.page.locator(".talk").evaluate("part => part.inert")
    assert phone.page.url.endswith("/")
    phone.page.locator("#menu").click()
    phone.page.keyboard.press("Escape")
    expect(phone.page.locator("#menu")).to_be_focused()


# 看得清，按得到


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_sizes(browser: Browser, site: Site, scheme: Literal["light", "dark"]) -> None:
    with browser.new_context(
        viewport={"width": 1366, "height": 820}, color_scheme=scheme, reduced_motion="reduce"
    ) as context:
        found = opened(context, site)
        assert faint(found.page) == []
        for question in (QUESTION, "比较2022年和2023年", "2019年呢", "哪一年", "隐去的是多少"):
            found.ask(question)
        found.page.get_by_role("button", name="有用").first.click()
        found.page.locator(".thanks", has_text="谢谢").wait_for()
        found.page.get_by_role("button", name="查看原文").first.click()
        found.page.locator(".cited").wait_for()
        assert faint(found.page) == []
        assert cramped(found.page) == []


def test_focus_is_seen_and_moves_in_order(visit: Visit) -> None:
    visit.ask(QUESTION)
    visit.page.locator(".skip").focus()
    order: list[str] = []
    while "question" not in order:
        name, seen = focus(visit.page)
        assert seen, f"看不出焦点在“{name}”"
        order.append(name)
        assert len(order) < 30
        visit.page.keyboard.press("Tab")
    wanted = ["new-chat", "clear-chats", "show-reports", "manage", "theme", "查看原文", "有用", "question"]
    assert [name for name in order if name in wanted] == wanted


def test_calm_when_asked_to_be(browser: Browser, site: Site) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        found = opened(context, site)
        found.ask(QUESTION)
        assert moving(found.page) == 0


def test_printing_leaves_out_the_tools(visit: Visit) -> None:
    visit.ask(QUESTION)
    visit.page.emulate_media(media="print")
    for part in (".top", ".ask", ".chats", ".tools", ".follow"):
        expect(visit.page.locator(part).first).to_be_hidden()
    expect(visit.page.locator(".card q")).to_be_visible()


def test_question_text_is_never_markup(visit: Visit) -> None:
    visit.ask("<img src=x onerror=alert(1)>")
    expect(visit.page.locator(".mine")).to_have_text("<img src=x onerror=alert(1)>")
    expect(visit.page.locator("#log img")).to_have_count(0)


def test_indexing_is_announced(browser: Browser, site: Site) -> None:
    site.desk.said = "正在更新索引：3 / 12 份"
    context = browser.new_context()
    found = opened(context, site)
    expect(found.page.locator("#banner")).to_have_text("正在更新索引：3 / 12 份")
    site.desk.said = None
    expect(found.page.locator("#banner")).to_be_hidden(timeout=5000)
    context.close()


@pytest.mark.parametrize("phone", ["light", "dark"], indirect=True)
def test_phone(phone: Visit) -> None:
    expect(phone.page.locator("html")).to_have_attribute("data-theme", phone.scheme)
    for question in ("比较2022年和2023年", "哪一年", "路" * 400):
        phone.ask(question)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
    assert phone.page.locator(".scroll").evaluate("part => part.scrollWidth - part.clientWidth") == 0
    phone.page.get_by_role("button", name="查看原文").first.click()
    expect(phone.page.locator(".cited")).to_be_in_viewport()
    assert phone.page.locator("#reader").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 720}
    phone.page.locator("summary", has_text="大纲").click()
    phone.page.get_by_role("button", name="（二）安全应急").click()
    expect(phone.page.get_by_role("heading", name="（二）安全应急")).to_be_in_viewport()
    expect(phone.page.get_by_role("button", name="（二）安全应急")).to_be_hidden()
    phone.page.get_by_role("button", name="关闭原文").click()
    phone.page.locator("#menu").click()
    expect(phone.page.get_by_role("button", name="新对话")).to_be_in_viewport()
