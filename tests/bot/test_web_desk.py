"""管理页：在真的浏览器里登录、上传、看进度、问到它、更正、删除，管人，看审计与反馈。"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, ViewportSize, expect

from bot import app
from bot.access import close_sessions, set_password
from bot.app import open_application
from bot.audit import CONSOLE
from bot.channels.web.reports_api import MEGABYTE
from bot.codes import make_admin_code
from bot.people import PersonRole, enrol
from bot.settings import Settings
from tests.bot.letters import Letters
from tests.bot.sight import cramped, faint
from tests.bot.site import PASSWORD, QUESTION, Site, Visit, opened, running, strangers, until
from tests.bot.small import PLAN, SUMMARY

DESKTOP: ViewportSize = {"width": 1366, "height": 820}
PHONE: ViewportSize = {"width": 360, "height": 720}
EARLIER = "2022年农村公路新改建多少公里"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """背后是真的索引，文件夹里有一份计划和一份读不出的。"""
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "计划.txt").write_text(PLAN, encoding="utf-8")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04\x00")
    with (
        open_application(folder, settings=Settings()) as application,
        running(tmp_path, library=application, board=application.board, upload_mb=1) as found,
    ):
        application.update()
        yield found


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Visit]:
    """坐在本机前打开管理页；用完要求它没有报错，也没有向别处请求。"""
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    visit = opened(context, site, "/admin", ".file")
    yield visit
    context.close()
    assert visit.faults == []
    assert strangers(visit, site) == []


@pytest.fixture
def loose(browser: Browser, site: Site) -> Iterator[Visit]:
    """会断线的管理页：浏览器自己记的错不算。"""
    with browser.new_context(viewport=DESKTOP, locale="zh-CN") as context:
        yield opened(context, site, "/admin", ".file")


def tab(page: Page, name: str) -> None:
    """换一个标签页。"""
    page.get_by_role("tab", name=name).click()


def test_upload_see_progress_ask_and_delete(desk: Visit, site: Site, tmp_path: Path) -> None:
    page, report = desk.page, tmp_path / "总结.txt"
    report.write_text(SUMMARY, encoding="utf-8")
    page.get_by_label("选择要上传的报告").set_input_files(report)
    progress = page.get_by_role("status", name="更新索引的进度")
    expect(progress).to_contain_text("更新好了：读出 1 个文件，")
    added = page.get_by_role("article", name="总结.txt")
    expect(added.locator(".title")).to_have_text("清河县交通运输局2022年工作总结")
    expect(added.locator(".badge")).to_have_text("已入库")
    page.goto(site.address)
    desk.ask(EARLIER)
    expect(page.locator(".card .headline")).to_have_text("23公里")
    page.goto(site.address + "/admin")
    page.get_by_role("button", name="删除：清河县交通运输局2022年工作总结").click()
    page.get_by_role("button", name="取消").click()
    expect(added).to_have_count(1)
    page.get_by_role("button", name="删除：清河县交通运输局2022年工作总结").click()
    page.get_by_role("button", name="确认删除").click()
    expect(added).to_have_count(0)
    expect(page.locator("#toast")).to_have_text("已删除 总结.txt。")
    page.goto(site.address)
    desk.ask(EARLIER)
    expect(page.locator(".card").last.locator(".verdict")).to_have_text("未检得")


def test_several_files_are_sent_one_by_one_each_with_its_outcome(desk: Visit) -> None:
    page = desk.page
    files: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": content}
        for name, content in (
            ("总结.txt", SUMMARY.encode()),
            ("又一份.txt", PLAN.encode()),
            ("计划.txt", b"\xef\xbb\xbf" + PLAN.encode()),
            ("大.txt", b"x" * (MEGABYTE + 1)),
            ("程序.exe", b"MZ"),
            ("空.txt", b""),
        )
    ]
    page.get_by_label("选择要上传的报告").set_input_files(files)
    outcomes = page.get_by_role("list", name="上传的文件").get_by_role("listitem")
    said = outcomes.locator(".hint")
    expect(said).to_have_text(
        [
            "已存下，入库的结果看下面。",
            "与《计划.txt》内容一样，没有再存。",
            "已有同名的一份，这一份存成《计划（2）.txt》，入库的结果看下面。",
            "太大：1.0 MB，一份最多 1 MB。请拆成几份，或直接放进报告文件夹。",
            "不是读得了的格式，没有上传。",
            "是空的，没有上传。",
        ]
    )
    expect(page.get_by_role("article", name="计划（2）.txt")).to_be_visible()
    page.get_by_role("button", name="收起《总结.txt》").click()
    expect(outcomes).to_have_count(5)


def test_upload_that_failed_is_sent_again(loose: Visit) -> None:
    page, sent = loose.page, 0

    def broken(route: Route) -> None:
        nonlocal sent
        sent += 1
        route.abort() if sent == 1 else route.fallback()

    page.route("**/api/admin/files?name=*", broken)
    page.get_by_label("选择要上传的报告").set_input_files(
        {"name": "总结.txt", "mimeType": "text/plain", "buffer": SUMMARY.encode()}
    )
    said = page.locator(".uploads .hint")
    expect(said).to_have_text("连不上计划通，请确认它还在运行，然后再试一次。")
    page.get_by_role("button", name="再传《总结.txt》").click()
    expect(said).to_have_text("已存下，入库的结果看下面。")


def test_upload_is_seen_to_go_and_can_be_cancelled(desk: Visit, site: Site) -> None:
    page = desk.page
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 20_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.get_by_label("选择要上传的报告").set_input_files(
        {"name": "慢.txt", "mimeType": "text/plain", "buffer": b"x" * 600_000}
    )
    going = page.locator(".uploads .hint")
    expect(going).to_have_text(re.compile(r"^\d+ KB / 586 KB$"))
    until(lambda: bool(page.locator(".uploads progress").evaluate("bar => bar.value > 0")))
    page.get_by_role("button", name="取消上传《慢.txt》").click()
    expect(going).to_have_text("已取消，没有存下。")
    folder = site.front.office.library.folder
    until(lambda: not [path for path in folder.iterdir() if path.name.endswith((".part", "慢.txt"))])


def test_finding_a_report_and_only_the_faulty(desk: Visit) -> None:
    files = desk.page.locator(".file")
    expect(files).to_have_count(2)
    desk.page.get_by_label("只看有问题的").check()
    expect(files).to_have_count(1)
    expect(files).to_have_accessible_name("坏.docx")
    desk.page.get_by_label("只看有问题的").uncheck()
    desk.page.get_by_label("查找报告").fill("清河 2023")
    expect(files).to_have_accessible_name("计划.txt")
    desk.page.get_by_label("查找报告").fill("没有这个")
    expect(desk.page.locator(".files")).to_have_text("没有这样的报告。")


def test_lost_line_is_said(loose: Visit) -> None:
    loose.page.route("**/api/admin/progress", lambda route: route.abort())
    loose.page.reload()
    said = loose.page.get_by_role("status", name="更新索引的进度")
    expect(said).to_have_text("与计划通断开了，正在重新连接……")


def test_dropping_a_file_uploads_it(desk: Visit, site: Site) -> None:
    transfer = desk.page.evaluate_handle(
        """text => { const sent = new DataTransfer(); sent.items.add(new File([text], "拖来.txt")); return sent; }""",
        SUMMARY,
    )
    desk.page.locator(".drop").dispatch_event("drop", {"dataTransfer": transfer})
    expect(desk.page.get_by_role("article", name="拖来.txt")).to_be_visible()
    assert (site.front.office.library.folder / "拖来.txt").read_text(encoding="utf-8") == SUMMARY


def test_unread_file_comes_first_and_says_why(desk: Visit) -> None:
    first = desk.page.locator(".file").first
    expect(first).to_have_accessible_name("坏.docx")
    expect(first.locator(".badge")).to_have_text("没有读出")
    expect(first.locator("li")).to_contain_text("坏.docx")


def test_correcting_a_report(desk: Visit) -> None:
    page = desk.page
    page.get_by_role("button", name="更正：清河县交通运输局2023年工作计划").click()
    page.get_by_label("发文单位").fill("白水县交通运输局")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("article", name="计划.txt").locator(".about").first).to_contain_text("白水县交通运输局 · ")


def test_facts_are_searched(desk: Visit) -> None:
    tab(desk.page, "数字")
    rows = desk.page.get_by_role("region", name="数字表").locator("tbody tr")
    expect(rows).to_have_count(3)
    desk.page.get_by_label("查找数字").fill("危桥")
    expect(rows.locator(".number")).to_contain_text(["4 座"])
    link = desk.page.get_by_role("link", name="导出 Excel")
    with desk.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "facts.xlsx"


def test_wrong_answer_reaches_the_inbox(desk: Visit, site: Site) -> None:
    page = desk.page
    page.goto(site.address)
    desk.ask(QUESTION)
    page.get_by_role("button", name="不对").click()
    page.get_by_label("对的应该是什么").fill("应当是 32 公里")
    page.get_by_role("button", name="转给管理员").click()
    expect(page.locator(".thanks")).to_have_text("谢谢，已转给管理员。")
    page.reload()
    expect(page.get_by_role("button", name="不对")).to_have_attribute("aria-pressed", "true")
    page.goto(site.address + "/admin")
    expect(page.get_by_role("tab", name="反馈").locator(".count")).to_have_text("1")
    tab(page, "反馈")
    given = page.get_by_role("article", name=QUESTION)
    expect(given).to_contain_text("他说对的是：应当是 32 公里")
    given.get_by_role("button", name="处理完").click()
    page.get_by_role("dialog").get_by_role("button", name="处理完").click()
    expect(given).to_have_count(0)
    tab(page, "审计")
    expect(page.locator(".entry .what").first).to_contain_text("第 1 条")
    expect(page.locator(".entry", has_text=QUESTION).locator(".badge").first).to_have_text("已答")


def test_first_admin_signs_up_and_manages_people(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, sign_in=True) as site:
        context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
        visit = opened(context, site, "/admin", ".sign")
        page = visit.page
        expect(page.locator(".sign .hint")).to_contain_text("请输入程序启动时在终端打印的管理员码")
        fields = {"码（如": make_admin_code(site.ledger), "姓名": "王工", "登录名": "wang", "密码": "清河大桥2023"}
        for name, value in fields.items():
            page.get_by_label(name).fill(value)
        page.get_by_role("button", name="注册").click()
        expect(page.locator("#who")).to_have_text("王工 · 管理员")
        tab(page, "人员")
        page.get_by_role("button", name="登记一个人").click()
        page.get_by_role("dialog").get_by_label("姓名").fill("小李")
        page.get_by_role("button", name="登记", exact=True).click()
        page.get_by_label("小李的角色").select_option("培训员")
        page.get_by_role("button", name="停用小李").click()
        expect(page.get_by_role("row", name="小李")).to_contain_text("已停用")
        page.get_by_role("button", name="生成邀请码").click()
        page.get_by_role("button", name="生成", exact=True).click()
        expect(page.locator(".code")).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
        page.get_by_role("button", name="好", exact=True).click()
        page.get_by_role("button", name="退出").click()
        page.get_by_role("button", name="登录").wait_for()
        page.get_by_label("登录名").fill("wang")
        page.get_by_label("密码").fill("不是这个密码")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_have_text("登录名或密码不对。请核对后再试，忘记密码请联系管理员。")
        assert [fault for fault in visit.faults if "status of 40" not in fault] == []
        context.close()


def entered(page: Page, login: str, password: str) -> None:
    """在登录表里填好，登录。"""
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def test_own_account(browser: Browser, tmp_path: Path) -> None:
    """改密码，登录作废后回到登录，在所有地方退出。"""
    with running(tmp_path, sign_in=True) as site, browser.new_context(viewport=DESKTOP, locale="zh-CN") as context:
        admin = enrol(site.ledger, "王工", PersonRole.ADMIN, None)
        set_password(site.ledger, CONSOLE, admin.id, "wang", PASSWORD)
        page = opened(context, site, "/admin", ".sign").page
        entered(page, "wang", PASSWORD)
        tab(page, "我的帐号")
        page.get_by_role("button", name="改密码").click()
        dialog = page.get_by_role("dialog", name="改密码")
        dialog.get_by_label("现在的密码").fill("不是这个")
        dialog.get_by_label("新密码").fill("新的密码 2024")
        dialog.get_by_role("button", name="改好").click()
        expect(dialog.get_by_role("alert")).to_contain_text("现在的密码不对，没有改。")
        dialog.get_by_label("现在的密码").fill(PASSWORD)
        dialog.get_by_role("button", name="改好").click()
        expect(page.locator("#toast")).to_have_text("密码改好了，别处的登录都已作废。")
        close_sessions(site.ledger, admin.id)
        tab(page, "人员")
        entered(page, "wang", "新的密码 2024")
        expect(page.get_by_role("row", name="王工")).to_be_visible()
        tab(page, "我的帐号")
        page.get_by_role("button", name="在所有地方退出").click()
        page.get_by_role("button", name="都退出").click()
        page.get_by_label("登录名").wait_for()
        assert site.client().http.get("/api/me").json()["name"] is None


def test_audit_is_narrowed_by_outcome_and_day(desk: Visit, site: Site) -> None:
    page = desk.page
    page.goto(site.address)
    for question in (QUESTION, "2031年农村公路新改建多少公里"):
        desk.ask(question)
    page.goto(site.address + "/admin#audit")
    asked = page.locator(".entry .what")
    page.get_by_label("类别").select_option("问答")
    expect(asked).to_have_text(["2031年农村公路新改建多少公里", QUESTION])
    page.get_by_label("结果").select_option("已答")
    expect(asked).to_have_text([QUESTION])
    page.locator(".entry summary").click()
    link = page.get_by_role("link", name="查看原文")
    page.get_by_label("到哪一天为止").fill("2020-01-01")
    expect(asked).to_have_count(0)
    page.get_by_label("到哪一天为止").fill("")
    page.locator(".entry summary").click()
    link.click()
    expect(page.locator(".cited")).to_contain_text("30公里")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_shows_every_tab_without_sideways_scrolling(browser: Browser, site: Site, scheme: str) -> None:
    context = browser.new_context(
        viewport=PHONE, color_scheme="dark" if scheme == "dark" else "light", is_mobile=True, has_touch=True
    )
    visit = opened(context, site, "/admin", ".file")
    for name in ("报告", "数字", "人员", "审计", "反馈"):
        tab(visit.page, name)
        visit.page.wait_for_timeout(150)
        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], name
        for control in visit.page.locator("button:visible, input:visible, select:visible").all():
            assert control.evaluate(
                "c => c.getAttribute('aria-label') || c.textContent.trim() || (c.labels && c.labels[0].textContent)"
            ), control.evaluate("c => c.outerHTML")
        assert faint(visit.page) == [], name
        assert cramped(visit.page) == [], name
    assert visit.faults == []
    context.close()
