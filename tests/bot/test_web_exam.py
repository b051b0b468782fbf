"""考核与培训的接口：谁能进来，答题时不漏答案，来迟了不算，培训员的事学员做不了。"""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from bot.audit import CONSOLE
from bot.ledger.file import utc_now
from bot.people import PersonRole, Policy, people
from bot.quiz.notices import NoticeKind
from bot.quiz.store import Paper, Settings
from corpus.records import Report
from index.entries import ReportEntry
from index.records import Fact
from tests.bot.desk import StandIn
from tests.bot.quiz.folder import Folder
from tests.bot.site import Client, Site, running, signed_in

TRAINERS_ONLY = (
    ("GET", "/api/training"),
    ("GET", "/api/training/options"),
    ("GET", "/api/training/people"),
    ("GET", "/api/training/daily"),
    ("POST", "/api/training/papers"),
    ("GET", "/api/training/papers/1"),
    ("DELETE", "/api/training/papers/1"),
    ("POST", "/api/training/papers/1/publish"),
    ("POST", "/api/training/papers/1/audience"),
    ("POST", "/api/training/papers/1/close"),
    ("POST", "/api/training/papers/1/makeup"),
    ("GET", "/api/training/papers/1/results"),
    ("GET", "/api/training/papers/1/results.xlsx"),
    ("GET", "/api/training/papers/1/items.xlsx"),
    ("GET", "/api/training/papers/1/code.svg"),
    ("POST", "/api/training/items/1/keep"),
    ("POST", "/api/training/items/1/swap"),
    ("PATCH", "/api/training/items/1"),
    ("DELETE", "/api/training/items/1"),
    ("POST", "/api/training/items/1/withdraw"),
    ("PUT", "/api/training/own?paper=1"),
    ("POST", "/api/training/complaints/1"),
    ("PUT", "/api/training/groups/新员工"),
    ("DELETE", "/api/training/groups/新员工"),
    ("PUT", "/api/training/daily"),
)
BODIES: dict[str, dict[str, Any]] = {
    "/api/training/papers": {"title": "测验"},
    "/api/training/items/1": {"stem": "题", "key": "A"},
    "/api/training/groups/新员工": {"people": []},
    "/api/training/daily": {"on": True, "at": "08:30"},
}


class WithReports(StandIn):
    """答问台照旧，报告是四份小报告。"""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = Folder()

    def reports(self) -> tuple[ReportEntry, ...]:
        """全部报告。"""
        return self.shelf.reports()

    def report(self, name: str) -> Report:
        """一份报告。"""
        return self.shelf.report(name)

    def facts(self, name: str) -> tuple[Fact, ...]:
        """一份报告里的数字。"""
        return self.shelf.facts(name)

    def generation(self) -> int:
        """第几代。"""
        return self.shelf.generation()


class Ahead:
    """往前拨得动的钟。"""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        """报时。"""
        return utc_now() + self.by


@pytest.fixture
def clock() -> Ahead:
    """钟。"""
    return Ahead()


@pytest.fixture
def shared(tmp_path: Path, clock: Ahead) -> Iterator[Site]:
    """对同事开放的网页：管理要登录。"""
    with running(tmp_path, library=WithReports(), clock=clock, sign_in=True) as site:
        yield site


def published(site: Site, settings: Settings | None = None) -> Paper:
    """一份三题、限时十分钟的试卷。"""
    teach = site.front.office.classroom.teach
    made = teach.make(CONSOLE, "新员工测验", settings or Settings(number=3, minutes=10, shuffle=False), seed=3)
    return teach.publish(CONSOLE, made.row.paper.id).row.paper


def entered(site: Site, paper: Paper, name: str = "王五") -> Client:
    """凭代码进来的一个浏览器。"""
    client = site.client()
    assert client.send("POST", "/api/quiz/enter", json={"code": paper.code, "name": name}).status_code == 201
    return client


def started(site: Site, paper: Paper) -> tuple[Client, dict[str, Any]]:
    """进来，开始答。"""
    client = entered(site, paper)
    return client, client.send("POST", "/api/quiz/start", json={"code": paper.code}).json()


# 进来


def test_only_trainers_train(shared: Site) -> None:
    nobody, staff = shared.client(), signed_in(shared, PersonRole.STAFF)
    for method, path in TRAINERS_ONLY:
        body = BODIES.get(path, {})
        refused = nobody.send(method, path, json=body)
        assert (refused.status_code, refused.json()["error"][:8]) == (401, "这件事要先登录。"), path
        refused = staff.send(method, path, json=body)
        assert (refused.status_code, refused.json()["error"][:7]) == (403, "员工小王没有“"), path


def test_changes_need_the_token_of_this_page(shared: Site) -> None:
    client, step = started(shared, published(shared))
    for method, path in (("POST", "/api/quiz/answer"), ("POST", "/api/quiz/finish"), ("DELETE", "/api/quiz/own")):
        body = {"item": step["item"]["target"], "given": "A"} if path.endswith("answer") else {}
        refused = client.http.request(method, path, json=body)
        assert (refused.status_code, refused.json()["error"][:13]) == (403, "这个请求不是从本页发出的，"), path


@pytest.mark.parametrize(("policy", "status"), [(Policy.OPEN, 201), (Policy.CODE, 201), (Policy.CLOSED, 401)], ids=str)
def test_a_papers_code_lets_people_in_unless_closed(tmp_path: Path, policy: Policy, status: int) -> None:
    with running(tmp_path, library=WithReports(), policy=policy, sign_in=True) as site:
        paper, client = published(site), site.client()
        assert client.http.get("/api/quiz", params={"code": paper.code}).json()["paper"]["title"] == "新员工测验"
        came = client.send("POST", "/api/quiz/enter", json={"code": paper.code.lower(), "name": "王五"})
        assert came.status_code == status
        reads = client.http.get("/api/reports").status_code
        assert reads == (200 if status == 201 else 401), "进来的人看得到引文所在的报告"


def test_a_code_gives_nothing_but_the_quiz(shared: Site) -> None:
    client = entered(shared, published(shared))
    assert client.http.get("/api/me").json()["may"] == []
    assert client.http.get("/api/quiz").json()["me"]["name"] == "王五"
    assert client.http.get("/api/training").status_code == 401
    assert client.send("POST", "/api/me/link").status_code == 401


def test_another_person_at_the_same_computer(shared: Site) -> None:
    paper = published(shared)
    client = entered(shared, paper, "王五")
    client.send("DELETE", "/api/quiz/enter")
    assert client.http.get("/api/quiz").json() == {"me": None}
    client.send("POST", "/api/quiz/enter", json={"code": paper.code, "name": "赵六"})
    assert client.http.get("/api/quiz").json()["me"]["name"] == "赵六"
    assert [one.name for one in people(shared.ledger)] == ["王五", "赵六"]


def test_wrong_codes_and_papers_for_others(shared: Site) -> None:
    client = shared.client()
    wrong = client.http.get("/api/quiz", params={"code": "AAAAAA"})
    assert (wrong.status_code, wrong.json()) == (
        404,
        {"error": "没有试卷“AAAAAA”。请核对编号或代码，或向出题人再要一次。"},
    )
    named = published(shared, Settings(number=2, everyone=False))
    refused = client.http.get("/api/quiz", params={"code": named.code})
    assert (refused.status_code, refused.json()) == (
        403,
        {"error": "试卷“新员工测验”没有发给您。需要作答请联系出题人。"},
    )


# 答题


def test_questions_do_not_tell_their_keys(shared: Site) -> None:
    _, step = started(shared, published(shared, Settings(number=8, shuffle=False)))
    assert (step["stage"], step["told"], step["number"], step["total"]) == ("question", None, 1, 8)
    assert set(step["item"]) == {"target", "kind", "stem", "options", "answer", "hint", "picked"}


def test_unreadable_answers_are_asked_again(shared: Site) -> None:
    client, step = started(shared, published(shared))
    again = client.send("POST", "/api/quiz/answer", json={"item": step["item"]["target"], "given": "？"}).json()
    assert (again["stage"], again["item"]["target"]) == ("question", step["item"]["target"])
    assert again["note"].startswith("没有看懂，请重答。")
    lost = client.send("POST", "/api/quiz/answer", json={"item": "甲", "given": "A"})
    assert lost.status_code == 404


def test_a_late_answer_is_late(shared: Site, clock: Ahead) -> None:
    client, step = started(shared, published(shared))
    assert 590 <= step["seconds"] <= 600
    clock.by = timedelta(minutes=11)
    late = client.send("POST", "/api/quiz/answer", json={"item": step["item"]["target"], "given": "A"}).json()
    assert (late["stage"], late["score"]["points"], late["score"]["late"]) == ("score", 0, True)
    assert late["note"].endswith("这一题来迟了，不计分。")
    assert len(late["answers"]) == 3
    assert all(one["told"]["sources"] for one in late["answers"])
    over = client.send(
        "POST", "/api/quiz/start", json={"code": client.http.get("/api/quiz").json()["papers"][0]["code"]}
    )
    assert (over.status_code, over.json()) == (409, {"error": "试卷“新员工测验”只能答 1 次，您已经答完。"})


def test_told_at_the_end_only(shared: Site) -> None:
    client, step = started(shared, published(shared, Settings(number=3, at_once=False)))
    for number in (2, 3):
        given = {"item": step["item"]["target"], "given": "30公里" if not step["item"]["options"] else "A"}
        step = client.send("POST", "/api/quiz/answer", json=given).json()
        assert (step["stage"], step["number"], step["told"]) == ("question", number, None)
    done = client.send("POST", "/api/quiz/finish").json()
    assert (done["stage"], len(done["answers"])) == ("score", 3)
    assert client.send("POST", "/api/quiz/finish").json()["score"] == done["score"], "再交一次还是这个成绩"


def test_own_results_are_taken_away_and_deleted(shared: Site) -> None:
    client, _ = started(shared, published(shared))
    client.send("POST", "/api/quiz/finish")
    wish = {"nickname": "小燕子", "ranked": True, "hour": 20, "daily": True}
    assert client.send("PUT", "/api/quiz/wishes", json=wish).json() == wish
    board = client.http.get("/api/quiz/step").json()["board"]
    assert [(one["name"], one["me"]) for one in board] == [("小燕子", True)]
    client.send("PUT", "/api/quiz/wishes", json=wish | {"ranked": False})
    assert client.http.get("/api/quiz/step").json()["board"] == []
    file = client.http.get("/api/quiz/own.xlsx")
    assert "%E6%88%91%E7%9A%84%E6%88%90%E7%BB%A9.xlsx" in file.headers["content-disposition"]
    assert "作答" in openpyxl.load_workbook(io.BytesIO(file.content)).sheetnames
    assert len(client.http.get("/api/quiz").json()["missed"]) == 3
    client.send("DELETE", "/api/quiz/own")
    mine = client.http.get("/api/quiz").json()
    assert (mine["missed"], mine["papers"][0]["latest"]) == ([], None)


def test_a_token_may_take_a_quiz_too(shared: Site) -> None:
    admin = signed_in(shared, PersonRole.ADMIN)
    me = admin.http.get("/api/me").json()["id"]
    token = admin.send("POST", "/api/admin/tokens", json={"name": "脚本", "person": me}).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    code = published(shared).code
    step = httpx.post(shared.address + "/api/quiz/start", json={"code": code}, headers=bearer).json()
    assert step["stage"] == "question"


# 培训员


def test_notices_complaints_and_answers(shared: Site) -> None:
    trainer = signed_in(shared, PersonRole.TRAINER)
    paper = trainer.send("POST", "/api/training/papers", json={"title": "测验", "number": 3}).json()["id"]
    opened = trainer.send("POST", f"/api/training/papers/{paper}/publish").json()["paper"]
    client, step = started(shared, Paper(paper, None, "", Settings(), opened["code"], 0, utc_now(), utc_now()))
    said = {"item": int(step["item"]["target"]), "said": "原文说的是另一年"}
    assert client.send("POST", "/api/quiz/complaints", json=said).status_code == 201
    (told,) = trainer.http.get("/api/training").json()["complaints"]
    assert (told["name"], told["said"], told["item"]["stem"]) == ("王五", "原文说的是另一年", step["item"]["stem"])
    assert told["item"]["sources"][0]["quote"]
    trainer.send("POST", f"/api/training/complaints/{told['id']}", json={"answer": "原文没有错"})
    assert trainer.http.get("/api/training").json()["complaints"] == []
    (notice,) = client.http.get("/api/quiz").json()["notices"]
    assert (notice["kind"], notice["lines"][-1]) == (NoticeKind.ANSWERED, "您报的错，出题人答复：原文没有错")
    client.send("POST", "/api/quiz/notices", json={"numbers": [notice["id"]]})
    assert client.http.get("/api/quiz").json()["notices"] == []


def test_a_deadline_without_a_zone_is_the_bureaus(shared: Site) -> None:
    trainer = signed_in(shared, PersonRole.TRAINER)
    wanted = {"title": "测验", "number": 2, "deadline": "2099-03-31T18:00"}
    made = trainer.send("POST", "/api/training/papers", json=wanted).json()["id"]
    assert trainer.http.get(f"/api/training/papers/{made}").json()["paper"]["deadline"] == "2099-03-31T18:00:00+08:00"
    past = trainer.send("POST", "/api/training/papers", json=wanted | {"deadline": "2020-03-31T18:00"})
    assert (past.status_code, past.json()) == (
        409,
        {"error": "截止时间 2020-03-31 18:00 已经过了，没有人能答。请另定一个截止时间再出。"},
    )


def test_own_items_are_imported_and_exported(shared: Site) -> None:
    trainer = signed_in(shared, PersonRole.TRAINER)
    paper = trainer.send("POST", "/api/training/papers", json={"title": "测验", "number": 2}).json()["id"]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["题干", "答案", "解释", "选项A", "选项B"])
    sheet.append(["单位的举报电话是多少？", "A", "", "12328", "12345"])
    content = io.BytesIO()
    book.save(content)
    own = f"/api/training/own?paper={paper}"
    assert trainer.send("PUT", own, content=content.getvalue()).json() == {"added": 1}
    items = trainer.http.get(f"/api/training/papers/{paper}").json()["items"]
    assert [one["own"] for one in items] == [False, False, True]
    rows = openpyxl.load_workbook(io.BytesIO(trainer.http.get(f"/api/training/papers/{paper}/items.xlsx").content))
    assert rows.worksheets[0].max_row == 4
    broken = trainer.send("PUT", own, content=b"PK")
    assert broken.json() == {"error": "自拟题的表格整个文件读不出来：不是 .xlsx 表格。请照导出的样子填写。"}
    large = trainer.send("PUT", own, content=b"x" * (5 << 20))
    assert (large.status_code, large.json()["error"][:5]) == (413, "文件太大：")


def test_make_up_goes_to_those_who_failed_and_stayed_away(shared: Site) -> None:
    trainer = signed_in(shared, PersonRole.TRAINER)
    paper = published(shared)
    client, _ = started(shared, paper)
    client.send("POST", "/api/quiz/finish")
    listed = trainer.http.get("/api/training/people").json()["people"]
    number = next(one["id"] for one in listed if one["name"] == "培训员小王")
    trainer.send("POST", f"/api/training/papers/{paper.id}/audience", json={"people": [number]})
    found = trainer.http.get(f"/api/training/papers/{paper.id}/results").json()
    assert (found["failed"], found["absent"], found["absent_names"]) == (["王五"], 1, ["培训员小王"])
    made = trainer.send("POST", f"/api/training/papers/{paper.id}/makeup", json={}).json()["id"]
    view = trainer.http.get(f"/api/training/papers/{made}").json()
    assert (view["paper"]["title"], sorted(view["audience"])) == ("新员工测验（补考）", ["培训员小王", "王五"])
    assert not view["paper"]["everyone"]


def test_groups_and_the_daily_question(shared: Site) -> None:
    trainer = signed_in(shared, PersonRole.TRAINER)
    (person,) = trainer.http.get("/api/training/people").json()["people"]
    trainer.send("PUT", "/api/training/groups/新员工", json={"people": [person["id"]]})
    assert trainer.http.get("/api/training/people").json()["groups"] == [{"name": "新员工", "people": [person["id"]]}]
    trainer.send("DELETE", "/api/training/groups/新员工")
    assert trainer.http.get("/api/training/people").json()["groups"] == []
    spot = {"channel": "telegram", "chat": "-1001"}
    wish = {"on": True, "at": "08:30", "topic": "农村公路", "reports": [], "places": [spot]}
    assert trainer.send("PUT", "/api/training/daily", json=wish).json() == wish
    assert trainer.http.get("/api/training/daily").json() == wish


def test_nicknames_are_all_the_trainer_sees(shared: Site) -> None:
    trainer = signed_in(shared, PersonRole.TRAINER)
    paper = published(shared, Settings(number=2, nicknames=True))
    client, _ = started(shared, paper)
    client.send("POST", "/api/quiz/finish")
    person = client.http.get("/api/quiz").json()["me"]["id"]
    text = trainer.http.get(f"/api/training/papers/{paper.id}/results").text
    assert "王五" not in text
    assert f"{person} 号" in text
