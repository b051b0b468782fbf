"""考核的几张照片：出一份卷，审题，发布，几个人答，手机上的一题，成绩。"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TITLE = "新员工入职测验"
DESKTOP, PHONE = (1280, 800), (390, 780)
PEOPLE = {"王建国": 10, "李文静": 9, "张志强": 8, "刘洋": 8, "陈晓燕": 7, "赵磊": 6, "孙丽华": 4}
"""来答的人，各答对几题。"""
LETTERS = "ABCDEFGHIJKL"
PAUSE = 600
"""等动画停下的毫秒数。"""

Keep = Callable[[str, bytes], None]


@dataclass(frozen=True)
class Browsing:
    """一个记得住 cookie 的浏览器，只走接口。"""

    http: httpx.Client

    def send(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """发一个改东西的请求。"""
        form = self.http.get("/api/me").json()["csrf"]
        told: dict[str, Any] = self.http.post(path, json=body, headers={"X-CSRF-Token": form}).json()
        return told


def photograph(browser: "Browser", address: str, keep: Keep) -> None:
    """拍全部四张；`keep` 收下名字与内容。"""
    desk = _opened(browser, DESKTOP)
    desk.goto(f"{address}/admin#training/new")
    desk.get_by_label("试卷的名称").fill(TITLE)
    keep("出卷", desk.screenshot())
    desk.get_by_role("button", name="出题").click()
    desk.get_by_role("article").nth(9).wait_for()
    for number in (1, 2):
        desk.get_by_role("button", name=f"留下第 {number} 题").click()
        desk.get_by_role("button", name=f"留下第 {number} 题").wait_for(state="detached")
    desk.evaluate("scrollTo(0, 0)")
    desk.wait_for_timeout(PAUSE)
    keep("审题", desk.screenshot())
    desk.get_by_role("button", name="发布", exact=True).click()
    desk.get_by_role("dialog").get_by_role("button", name="发布").click()
    code = desk.locator("#link").inner_text().rpartition("/")[2]
    number = int(desk.url.rpartition("/")[2])
    keys = _keys(address, number)
    for at, (name, right) in enumerate(PEOPLE.items()):
        _answer_all(address, code, name, right, keys, random.Random(at))  # noqa: S311 - 只是叫各人错的题不一样
    _phone(browser, address, code, keys, keep)
    desk.goto(f"{address}/admin#training/{number}/results")
    desk.get_by_role("table", name="各题").wait_for()
    desk.evaluate("scrollTo(0, 0)")
    desk.wait_for_timeout(PAUSE)
    keep("成绩", desk.screenshot())
    desk.context.close()


def _opened(browser: "Browser", size: tuple[int, int]) -> "Page":
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", is_mobile=size == PHONE, has_touch=size == PHONE
    )
    return context.new_page()


def _keys(address: str, number: int) -> dict[str, list[str]]:
    """各题的答案：正确选项的文字按先后，或要打的字。"""
    found = {}
    for one in httpx.get(f"{address}/api/training/papers/{number}").json()["items"]:
        options = [option["text"] for option in one["options"]]
        found[_face(one["stem"], options)] = [options[LETTERS.index(c)] for c in one["letters"]] or [one["key"]]
    return found


def _face(stem: str, options: list[str]) -> str:
    """一道题的样子，不论选项的次序：题干可以相同。"""
    return "\n".join((stem, *sorted(options)))


def _written(item: dict[str, Any], key: list[str], *, right: bool) -> str:
    """交上去的作答：字母，或打的字。"""
    if not item["options"]:
        return key[0] if right else "98765"
    letters = [LETTERS[item["options"].index(text)] for text in key]
    if right:
        return "".join(letters)
    if item["answer"] == "order":
        return "".join(reversed(letters))
    return next(c for c in LETTERS[: len(item["options"])] if c not in letters[:1])


def _answer_all(  # noqa: PLR0913, PLR0917 - 谁在哪里答对几题
    address: str, code: str, name: str, right: int, keys: dict[str, list[str]], dice: random.Random
) -> None:
    """一个人凭代码进来，答完，交卷。"""
    with httpx.Client(base_url=address, timeout=30) as http:
        person = Browsing(http)
        person.send("/api/quiz/enter", {"code": code, "name": name})
        step = person.send("/api/quiz/start", {"code": code})
        wrong = set(dice.sample(range(step["total"]), step["total"] - right))
        for at in range(step["total"]):
            item = step["item"]
            given = _written(item, keys[_face(item["stem"], item["options"])], right=at not in wrong)
            person.send("/api/quiz/answer", {"item": item["target"], "given": given})
            step = http.get("/api/quiz/step").json()
        person.send("/api/quiz/finish", {})


def _phone(browser: "Browser", address: str, code: str, keys: dict[str, list[str]], keep: Keep) -> None:
    """手机上答到一道单选，答错了，看到对错与引文。"""
    page = _opened(browser, PHONE)
    page.goto(f"{address}/quiz/{code}")
    page.get_by_label("姓名").fill("周小明")
    page.get_by_role("button", name="进入").click()
    page.get_by_role("button", name="开始答题").click()
    page.locator(".stem").wait_for()
    while page.locator(".badge").first.inner_text() != "单选":
        _answer(page, keys)
        page.get_by_role("button", name="下一题").click()
        page.get_by_role("button", name="交这一题").wait_for()
    options = page.locator("label.option")
    options.filter(has_not_text=_key(page, keys)[0]).first.click()
    page.get_by_role("button", name="交这一题").click()
    page.locator(".after").wait_for()
    page.wait_for_timeout(PAUSE)
    keep("考核", page.screenshot())
    page.context.close()


def _key(page: "Page", keys: dict[str, list[str]]) -> list[str]:
    return keys[_face(page.locator(".stem").inner_text(), page.locator(".option .words").all_inner_texts())]


def _answer(page: "Page", keys: dict[str, list[str]]) -> None:
    """随便答掉一题。"""
    if page.locator(".typed").count():
        page.locator(".typed").fill(_key(page, keys)[0])
    elif page.locator("label.option").count():
        page.locator("label.option").first.click()
    page.get_by_role("button", name="交这一题").click()
    page.locator(".after").wait_for()
