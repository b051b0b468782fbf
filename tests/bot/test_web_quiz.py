"""网页上的考核，从头到尾：培训员出卷、审题、发布，学员在手机上答，中途重启，成绩、错题本、复习，报告改了就撤题。"""

import io
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from bot import app
from bot.app import Application, open_application
from bot.audit import CONSOLE
from bot.ledger.chats import Place
from bot.ledger.file import Ledger, utc_now
from bot.office import Library
from bot.people import PersonRole, add_person, people
from bot.quiz.attempts import running as running_attempt
from bot.quiz.attempts import shown
from bot.quiz.daily import DailySettings
from bot.quiz.items import LETTERS, Item, ItemKind
from bot.quiz.papers import Audience
from bot.quiz.review import missed
from bot.quiz.store import Settings as PaperSettings
from bot.quiz.store import items_of
from bot.settings import Settings
from tests.bot.letters import Letters
from tests.bot.quiz.samples import DONGSHAN_2022, LINXI_2022, QINGHE_2022, QINGHE_2023
from tests.bot.quiz.test_attempts import right_answer, wrong_answer
from tests.bot.sight import cramped, faint
from tests.bot.site import PASSWORD, Site, Visit, opened, running, signed_in, strangers
from tests.bot.test_web_exam import WithReports

DESKTOP: ViewportSize = {"width": 1366, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 720}
KINDS = (ItemKind.FILL, ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.TRUE_FALSE, ItemKind.ORDER)
TRAINING_PAGES = {"new": "出一份试卷", "1": "新员工测验", "1/results": "各题", "groups": "分组", "daily": "每日一题"}
REPORTS = {
    "清河2022.txt": QINGHE_2022,
    "清河2023.txt": QINGHE_2023,
    "临溪2022.txt": LINXI_2022,
    "东山2022.txt": DONGSHAN_2022,
}


class Bureau:
    """一个单位：报告与台账，网页可以停了再起，端口不变；钟可以往前拨。"""

    def __init__(self, folder: Path, library: Library) -> None:
        self.folder = folder
        self.library = library
        self.ahead = timedelta()
        self._stack = ExitStack()
        self.site = self._started(0)

    def _started(self, port: int) -> Site:
        return self._stack.enter_context(running(self.folder, library=self.library, port=port, clock=self.now))

    def now(self) -> datetime:
        """现在。"""
        return utc_now() + self.ahead

    def restart(self) -> None:
        """程序停下，再起来：新的台账连接，新的网页服务，原先的地址。"""
        port = int(self.site.address.rpartition(":")[2])
        self.close()
        self.site = self._started(port)

    def close(self) -> None:
        """停下。"""
        self._stack.close()

    @property
    def ledger(self) -> Ledger:
        """现在的台账。"""
        return self.site.ledger


@pytest.fixture
def indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """真的报告文件夹，四份小报告，已入库；出题的骰子是定好的。"""
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    monkeypatch.setattr(secrets, "randbits", lambda _: 2)
    folder = tmp_path / "报告"
    folder.mkdir()
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with open_application(folder, settings=Settings()) as application:
        application.update()
        yield application


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """四份小报告，不经过索引。"""
    found = Bureau(tmp_path, WithReports())
    yield found
    found.close()


@contextmanager
def training(browser: Browser, site: Site) -> Iterator[Visit]:
    """坐在本机前打开“培训”；用完要求它没有报错，也没有向别处请求。"""
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN", accept_downloads=True)
    visit = opened(context, site, "/admin#training", "h2")
    yield visit
    context.close()
    assert [fault for fault in visit.faults if "409" not in fault] == [], "改错的题回绝，浏览器会记一笔"
    assert strangers(visit, site) == []


@pytest.fixture
def trainer(browser: Browser, bureau: Bureau) -> Iterator[Visit]:
    """打开着的“培训”。"""
    with training(browser, bureau.site) as visit:
        yield visit


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """一部手机。"""
    context = browser.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN", reduced_motion="reduce"
    )
    yield context
    context.close()


# 出卷、审题、发布


def make(page: Page, title: str) -> None:
    """出一份五题的卷，五种题型各一。"""
    page.get_by_role("link", name="出一份试卷").click()
    page.get_by_label("试卷的名称").fill(title)
    page.get_by_label("题数").fill("5")
    page.get_by_text("各题型占几份").click()
    for field in page.locator(".kinds input").all():
        kind = (field.get_attribute("name") or "").removeprefix("kind:")
        field.fill("1" if kind in KINDS else "0")
    page.get_by_role("button", name="出题").click()
    expect(page.get_by_role("article")).to_have_count(5)


def item_of_kind(page: Page, kind: ItemKind) -> int:
    """这一题型的是第几题。"""
    card = page.get_by_role("article").filter(has=page.locator(".badge", has_text=re.compile(f"^{kind}$")))
    return int(re.sub(r"\D", "", card.get_attribute("aria-label") or ""))


def review(page: Page) -> None:
    """审题：换一题，改错了不收，改对了收，余下的留下。"""
    fill, single = item_of_kind(page, ItemKind.FILL), item_of_kind(page, ItemKind.SINGLE)
    before = page.get_by_role("article", name=f"第 {single} 题").locator("h3").inner_text()
    page.get_by_role("button", name=f"换一题：第 {single} 题").click()
    expect(page.get_by_role("article", name=f"第 {single} 题").locator("h3")).not_to_have_text(before)
    page.get_by_role("button", name=f"改第 {fill} 题").click()
    dialog = page.get_by_role("dialog")
    known = dialog.get_by_label("答案").input_value()
    dialog.get_by_label("答案").fill("98765432公里")
    dialog.get_by_role("button", name="改好").click()
    expect(dialog.get_by_role("alert")).to_have_text(re.compile(r"^这道题不能这样改：.+。请照原文改正，或换一道。$"))
    dialog.get_by_label("答案").fill(known)
    stem = dialog.get_by_label("题干")
    stem.fill("请填空：" + stem.input_value())
    dialog.get_by_role("button", name="改好").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("article", name=f"第 {fill} 题").locator("h3")).to_have_text(re.compile("^请填空："))
    for number in range(1, 6):
        page.get_by_role("button", name=f"留下第 {number} 题").click()
        expect(page.get_by_role("article", name=f"第 {number} 题").get_by_text("看过，留下")).to_be_visible()


def publish(page: Page) -> str:
    """发布，返回分享的链接。"""
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="发布").click()
    square = page.get_by_role("img", name="链接的二维码")
    square.wait_for()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=square.element_handle())
    return page.locator("#link").inner_text()


# 作答


def current(ledger: Ledger, person: int) -> Item:
    """正在答的那一题。"""
    going = running_attempt(ledger, person)
    assert going is not None
    assert going.next_place is not None
    return shown(ledger, going.places[going.next_place])


def fill_in(page: Page, item: Item, answer: str) -> None:
    """照着写的作答：点选项、排次序、打字。"""
    if item.kind is ItemKind.FILL:
        page.get_by_label("答案").fill(answer)
    elif item.kind is ItemKind.ORDER:
        for rank, letter in enumerate(answer):
            text = item.options[LETTERS.index(letter)]
            up = page.get_by_role("button", name=f"上移：{text}")
            while not page.locator(".ordering li").nth(rank).inner_text().endswith(text):
                up.click()
    else:
        for letter in answer:
            page.locator(".options label").nth(LETTERS.index(letter)).click()


def answer_one(page: Page, item: Item, *, right: bool) -> None:
    """答一题，看到对错与引文。"""
    expect(page.locator(".stem")).to_have_text(item.stem)
    fill_in(page, item, right_answer(item) if right else wrong_answer(item))
    page.get_by_role("button", name="交这一题").click()
    told = page.locator(".after")
    expect(told.locator("b")).to_have_text("答对了" if right else re.compile("^(答错了|数不对)$"))
    expect(told.locator("q").first).to_have_text(item.rests_on[0].quote)


def enter(page: Page, name: str) -> None:
    """凭链接报上姓名，开始答题。"""
    page.get_by_label("姓名").fill(name)
    page.get_by_role("button", name="进入").click()
    page.get_by_role("button", name="开始答题").click()
    page.locator(".stem").wait_for()


def test_the_whole_way(browser: Browser, tmp_path: Path, indexed: Application, phone: BrowserContext) -> None:
    bureau = Bureau(tmp_path, indexed)
    try:
        with training(browser, bureau.site) as trainer:
            make(trainer.page, "新员工测验")
            review(trainer.page)
            learn(publish(trainer.page), bureau, phone)
            results(trainer.page)
            withdrawn(trainer.page, bureau, indexed)
    finally:
        bureau.close()


def learn(link: str, bureau: Bureau, phone: BrowserContext) -> None:
    """学员在手机上从链接进来，答完，看成绩，复习。"""
    assert link.startswith(bureau.site.address + "/quiz/")
    pupil = opened(phone, bureau.site, link.removeprefix(bureau.site.address), ".cover")
    page = pupil.page
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    enter(page, "王小明")
    person = max(one.id for one in people(bureau.ledger))
    seen = take(page, bureau, person)
    assert seen == set(KINDS)
    expect(page.locator(".points")).to_have_text("80 分")
    expect(page.locator(".score .badge")).to_have_text("及格")
    expect(page.locator(".me")).to_have_text("1王小明（您）80 分")
    assert (faint(page), cramped(page)) == ([], [])
    notebook_and_review(page, bureau, person)
    assert pupil.faults == []


def take(page: Page, bureau: Bureau, person: int) -> set[ItemKind]:
    """答完五题，第一题故意答错；第二题答到一半，程序重启。"""
    seen = set()
    for number in range(5):
        item = current(bureau.ledger, person)
        seen.add(item.kind)
        expect(page.locator(".progress-line .hint")).to_have_text(f"第 {number + 1} / 5 题")
        if number == 1:
            bureau.restart()
        answer_one(page, item, right=number > 0)
        if number == 2:
            page.get_by_role("link", name="我的考核").first.click()
            page.get_by_role("link", name="接着答").click()
            expect(page.locator(".progress-line .hint")).to_have_text("第 4 / 5 题")
        elif number < 4:
            page.get_by_role("button", name="下一题").click()
    page.get_by_role("button", name="交卷，看成绩").click()
    return seen


def notebook_and_review(page: Page, bureau: Bureau, person: int) -> None:
    """错的一题进了错题本；到时候复习，答对了改日再问。"""
    (entry,) = missed(bureau.ledger, person)
    page.get_by_role("link", name="我的考核").last.click()
    page.get_by_text("看全部错题").click()
    expect(page.locator(".missed-list .what")).to_have_text(entry.item.stem)
    bureau.ahead += timedelta(minutes=2)
    page.reload()
    page.get_by_role("link", name="复习今天的 1 题").click()
    page.locator(".stem").wait_for()
    answer_one(page, entry.item, right=True)
    expect(page.locator(".after .hint")).to_have_text(re.compile(r"^下次复习：\d{4}-\d\d-\d\d$"))
    page.get_by_role("button", name="下一题").click()
    expect(page.locator(".panel")).to_have_text(
        re.compile(r"^复习完了现在没有该复习的题，最早的一题 \d\d-\d\d \d\d:\d\d 复习。$")
    )


def results(page: Page) -> None:
    """培训员看成绩，导出表格。"""
    page.get_by_role("link", name="看成绩").click()
    row = page.get_by_role("table", name="成绩", exact=True).get_by_role("row").nth(1)
    expect(row).to_contain_text("王小明80 分及格4 / 5")
    bars = page.get_by_role("table", name="成绩分布").get_by_role("row")
    assert bars.all_inner_texts()[3].split() == ["80–89", "1", "人"]
    items = page.get_by_role("table", name="各题").get_by_role("row")
    expect(items).to_have_count(6)
    with page.expect_download() as started:
        page.get_by_role("link", name="导出 Excel").click()
    assert started.value.suggested_filename == "新员工测验-成绩.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))
    assert [cell.value for cell in book["成绩"][2]][:5] == ["王小明", 80, 4, 5, "是"]


def withdrawn(page: Page, bureau: Bureau, application: Application) -> None:
    """报告改过，重建索引，所据的题撤下，培训员看得到是哪题、为什么。"""
    source = items_of(bureau.ledger, 1)[0].item.rests_on[0]
    report = bureau.folder / "报告" / source.document
    report.write_text(REPORTS[source.document].replace(source.quote, "据统计，" + source.quote), encoding="utf-8")
    application.update()
    bureau.site.front.office.classroom.tick()
    page.get_by_role("link", name="试题与分享").click()
    page.get_by_role("link", name="全部试卷").click()
    told = page.get_by_label("撤下的题")
    expect(told.get_by_role("heading")).to_have_text(re.compile(r"^报告改过，撤下了 \d 道题$"))
    expect(told.get_by_role("listitem").first).to_contain_text("里这一段的原文改了")


# 别的情形


def sat(bureau: Bureau, settings: PaperSettings) -> str:
    """发布一份试卷，返回代码。"""
    teach = bureau.site.front.office.classroom.teach
    made = teach.make(CONSOLE, "新员工测验", settings, seed=2)
    return teach.publish(CONSOLE, made.row.paper.id).row.paper.code


@pytest.fixture
def pupil(phone: BrowserContext, bureau: Bureau) -> Iterator[Visit]:
    """手机上打开了一份两题的试卷，一题排序，一题填空，限时十分钟。"""
    shares = {ItemKind.ORDER: 1, ItemKind.FILL: 1}
    code = sat(bureau, PaperSettings(number=2, shares=shares, shuffle=False, minutes=10))
    visit = opened(phone, bureau.site, f"/quiz/{code}", ".cover")
    enter(visit.page, "王小明")
    yield visit
    assert visit.faults == []
    assert strangers(visit, bureau.site) == []


def turn_to(page: Page, bureau: Bureau, kind: ItemKind) -> Item:
    """答到这一题型为止。"""
    person = max(one.id for one in people(bureau.ledger))
    item = current(bureau.ledger, person)
    if item.kind is not kind:
        answer_one(page, item, right=True)
        page.get_by_role("button", name="下一题").click()
        item = current(bureau.ledger, person)
    expect(page.locator(".stem")).to_have_text(item.stem)
    return item


def test_ordering_by_keyboard_and_by_dragging(pupil: Visit, bureau: Bureau) -> None:
    page = pupil.page
    item = turn_to(page, bureau, ItemKind.ORDER)
    rows = page.locator(".ordering .words")
    page.get_by_role("button", name=f"下移：{item.options[0]}").focus()
    page.keyboard.press("Alt+ArrowDown")
    assert rows.all_inner_texts()[:2] == [item.options[1], item.options[0]]
    expect(page.locator("#spoken")).to_have_text(f"“{item.options[0]}”排在第 2")
    expect(page.get_by_role("button", name=f"下移：{item.options[0]}")).to_be_focused()
    grip, top = page.locator(".grip").nth(1).bounding_box(), page.locator(".grip").nth(0).bounding_box()
    assert grip is not None
    assert top is not None
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(top["x"] + 8, top["y"] + 4, steps=4)
    page.mouse.up()
    assert rows.all_inner_texts() == list(item.options)
    fill_in(page, item, right_answer(item))
    assert (faint(page), cramped(page)) == ([], [])
    page.get_by_role("button", name="交这一题").press("Enter")
    expect(page.locator(".after b")).to_have_text("答对了")
    assert (faint(page), cramped(page)) == ([], [])


def test_the_clock_runs_out_on_the_page(pupil: Visit, bureau: Bureau) -> None:
    page = pupil.page
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^还剩 (10:00|9:\d\d)$"))
    bureau.ahead += timedelta(minutes=9, seconds=58)
    page.reload()
    expect(page.locator(".points")).to_have_text("0 分", timeout=15_000)
    expect(page.get_by_text("时间到了，按当时的作答收的卷。")).to_be_visible()


def test_source_complaint_and_answer(pupil: Visit, bureau: Bureau, trainer: Visit) -> None:
    page = pupil.page
    item = turn_to(page, bureau, ItemKind.FILL)
    answer_one(page, item, right=False)
    page.get_by_role("button", name="查看原文").click()
    panel = page.get_by_role("complementary")
    expect(panel.locator(".cited")).to_have_text(item.rests_on[0].quote)
    page.get_by_role("button", name="关闭原文").click()
    page.get_by_role("button", name="报错").click()
    page.get_by_label("哪里不对").fill("原文说的是另一年")
    page.get_by_role("button", name="交给出题人").click()
    expect(page.locator("#toast")).to_have_text("已连同引文交给出题人，谢谢。")
    desk = trainer.page
    desk.reload()
    desk.get_by_text("王小明：原文说的是另一年").click()
    desk.get_by_role("button", name="处理完了").click()
    desk.get_by_label("给他的答复").fill("原文没有错")
    desk.get_by_role("dialog").get_by_role("button", name="处理完了").click()
    expect(desk.get_by_label("报错")).to_have_count(0)
    page.get_by_role("link", name="我的考核").first.click()
    expect(page.get_by_label("通知")).to_contain_text("您报的错，出题人答复：原文没有错")
    page.get_by_role("button", name="知道了").click()
    expect(page.get_by_label("通知")).to_have_count(0)


def test_the_daily_question_is_answered_among_the_notices(pupil: Visit, bureau: Bureau) -> None:
    page, room = pupil.page, bureau.site.front.office.classroom
    page.get_by_role("link", name="我的考核").first.click()
    page.get_by_label("订阅每日一题").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#toast")).to_have_text("记下了。")
    local = bureau.ledger.local(bureau.now())
    bureau.ahead += local.replace(hour=12, minute=0) + timedelta(days=1) - local
    room.teach.set_daily(CONSOLE, DailySettings(on=True, at=time(12, 5)))
    bureau.ahead += timedelta(minutes=10)
    room.tick()
    page.reload()
    notices = page.get_by_label("通知", exact=True)
    daily = notices.get_by_role("listitem").filter(has=page.get_by_text("每日一题", exact=True))
    daily.locator("button.second:not(.small)").first.click()
    expect(page.locator(".progress-line")).to_have_text("每日一题")
    expect(page.locator(".after b")).to_have_text(re.compile("^答[对错]了$"))
    expect(page.locator(".after q").first).not_to_be_empty()
    page.get_by_role("link", name="我的考核").last.click()
    expect(page.get_by_role("heading", name="我的试卷")).to_be_visible()
    expect(daily).to_have_count(0)


def test_groups_audience_make_up_and_the_daily_question(trainer: Visit, bureau: Bureau) -> None:
    names = [f"员工{letter}" for letter in "甲乙丙丁戊己庚辛壬癸子丑"]
    for name in names:
        add_person(bureau.ledger, CONSOLE, name)
    sat(bureau, PaperSettings(number=2))
    page = trainer.page
    page.get_by_role("link", name="分组").click()
    page.get_by_role("button", name="新建一组").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("组名").fill("新员工")
    for name in ("员工丑", "员工甲"):
        dialog.get_by_role("searchbox").fill(name)
        dialog.get_by_label(name).check()
    assert dialog.locator(".tick:visible").all_inner_texts() == ["员工甲", "员工丑"], "勾上的总看得见"
    dialog.get_by_role("button", name="存下").click()
    expect(page.get_by_role("article")).to_contain_text("员工甲、员工丑")
    page.get_by_role("link", name="全部试卷").click()
    page.get_by_role("link", name="试题与分享：新员工测验").click()
    page.get_by_role("button", name="再发给").click()
    page.get_by_label("新员工（2 人）").check()
    page.get_by_role("button", name="发给他们").click()
    expect(page.get_by_text("点名发给：新员工")).to_be_visible()
    page.get_by_role("link", name="看成绩").click()
    expect(page.get_by_text("发给了而没有答：员工甲、员工丑")).to_be_visible()
    page.get_by_role("button", name="给 2 人出补考卷").click()
    page.get_by_role("dialog").get_by_role("button", name="出题").click()
    expect(page.get_by_role("heading", name="新员工测验（补考）")).to_be_visible()
    page.get_by_role("link", name="全部试卷").click()
    page.get_by_role("link", name="每日一题").click()
    page.get_by_label("每天出一题").check()
    page.get_by_label("几点发").fill("07:45")
    page.get_by_role("button", name="存下").click()
    expect(page.locator("#toast")).to_have_text("记下了。")
    page.get_by_label("群的编号").fill("-1001")
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("listitem")).to_contain_text("Telegram -1001")
    chosen = bureau.site.front.office.classroom.teach.daily(CONSOLE)
    assert (chosen.on, f"{chosen.at:%H:%M}", chosen.places) == (True, "07:45", (Place("telegram", "-1001"),))


def test_every_control_is_named_seen_and_within_reach(pupil: Visit, trainer: Visit) -> None:
    pupil.page.get_by_role("link", name="我的考核").first.click()
    pupil.page.get_by_role("heading", name="错题本").wait_for()
    desk = trainer.page
    for path, heading in TRAINING_PAGES.items():
        desk.goto(f"{desk.url.partition('#')[0]}#training/{path}")
        desk.get_by_role("heading", name=heading, exact=True).wait_for()
        assert (nameless(desk), faint(desk), cramped(desk)) == ([], [], []), path
    assert (nameless(pupil.page), faint(pupil.page), cramped(pupil.page)) == ([], [], [])


def nameless(page: Page) -> list[str]:
    """看得见而说不出名字的按钮、链接、输入框。"""
    controls = page.locator("button:visible, a:visible, input:visible, select:visible, textarea:visible")
    found: list[str] = controls.evaluate_all(
        """all => all.filter(c => !(c.getAttribute('aria-label') || c.textContent.trim()
            || c.labels?.[0]?.textContent || c.querySelector('img[alt]')?.alt)).map(c => c.outerHTML)"""
    )
    return found


def test_signing_in_leads_back_to_the_paper(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, library=WithReports(), sign_in=True) as site:
        teach = site.front.office.classroom.teach
        made = teach.make(CONSOLE, "测验", PaperSettings(number=2, everyone=False), seed=1)
        for role, login in ((PersonRole.STAFF, "li"), (PersonRole.ADMIN, "wang")):
            signed_in(site, role, login)
        number = people(site.ledger)[0].id
        code = teach.publish(CONSOLE, made.row.paper.id, Audience((number,))).row.paper.code
        context = browser.new_context(viewport=PHONE, color_scheme="dark", locale="zh-CN")
        page = opened(context, site, f"/quiz/{code}", ".panel").page
        expect(page.get_by_role("alert")).to_have_text("试卷“测验”没有发给您。需要作答请联系出题人。")
        page.get_by_role("link", name="已有帐号，去登录").click()
        page.get_by_label("登录名").fill("li")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("button", name="开始答题").click()
        expect(page.locator(".progress-line .hint")).to_have_text("第 1 / 2 题")
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        context.close()
