"""开张：一个进程里的网页与各通道，一个出错不连累别的，收到信号就干净地停下。"""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.answer import Status
from bot.audit import CONSOLE, Filter, Kind, listed
from bot.board import Board
from bot.channels.web.front import Front
from bot.channels.web.server import page
from bot.channels.wecom.office import Opinion, Verdict
from bot.codes import invite, make_admin_code
from bot.feedback import feedback_inbox
from bot.housekeeping import kept_tidy, tidy
from bot.ledger.chats import Place, Who, history, remember
from bot.office import Office
from bot.people import Identity, PersonRole, Policy, enrol, identified
from bot.people_errors import InvitationNeeded, NotAllowed
from bot.serving import Running, kept_running, opened
from bot.settings import channels, load
from bot.wecom_desk import wecom_office
from index.progress import Phase, Progress
from tests.bot.desk import NOTHING, StandIn
from tests.bot.ledgers import Clock, new_ledger
from tests.bot.replies import DOCUMENT
from tests.bot.small import PLAN

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = """
from bot import app
from tests.bot.letters import Letters
app.open_encoder = lambda _: Letters()
from bot.cli import main
main(["serve", "--corpus", "报告", "--port", "0"])
"""
TELEGRAM = {
    "JIHUATONG_TELEGRAM_TOKEN": "1:a",
    "JIHUATONG_TELEGRAM_BASE_URL": "http://127.0.0.1:9/bot",
    "JIHUATONG_TELEGRAM_BASE_FILE_URL": "http://127.0.0.1:9/file/bot",
}
WECOM = {
    "JIHUATONG_WECOM_CORP_ID": "ww1",
    "JIHUATONG_WECOM_AGENT_ID": "1",
    "JIHUATONG_WECOM_SECRET": "s",
    "JIHUATONG_WECOM_TOKEN": "t",
    "JIHUATONG_WECOM_AES_KEY": "！" * 43,
    "JIHUATONG_WECOM_API_BASE": "http://127.0.0.1:9",
}


AES = {"JIHUATONG_WECOM_AES_KEY": "A" * 43, "JIHUATONG_WECOM_CALLBACK_PATH": "/wecom"}
ROBOT = {
    "JIHUATONG_AIBOT_ID": "b",
    "JIHUATONG_AIBOT_SECRET": "s",
    "JIHUATONG_AIBOT_WS_URL": "ws://127.0.0.1:9",
}
CALLBACK = {
    "JIHUATONG_AIBOT_TOKEN": "t",
    "JIHUATONG_AIBOT_AES_KEY": "A" * 43,
    "JIHUATONG_AIBOT_CALLBACK_PATH": "/aibot",
}


@pytest.fixture
def clock() -> Clock:
    """停着的钟。"""
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """一个答问台，先要邀请码。"""
    ledger = new_ledger(tmp_path, clock)
    yield Office(StandIn(tmp_path), ledger, Policy.CODE)
    ledger.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 SIGTERM")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_broken_channel_stops_nothing(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "报告").mkdir()
    (tmp_path / "报告" / "计划.txt").write_text(PLAN, encoding="utf-8")
    environment = os.environ | TELEGRAM | WECOM | {"PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as running:
        assert running.stdout is not None
        address = re.search(r"http://127.0.0.1:\d+", running.stdout.readline())
        assert address is not None
        assert "一次性管理员码" in running.stdout.readline()
        assert httpx.get(address[0] + "/healthz", timeout=20).json() == {"status": "ok"}
        running.send_signal(number)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 0, said
    assert "通道“企业微信”没有启用：" in said
    assert said.endswith("已停止。\n")
    assert "1:a" not in said


def test_faulty_channel_is_opened_again() -> None:
    began: list[int] = []

    async def run() -> None:
        began.append(len(began))
        if len(began) < 3:
            raise ZeroDivisionError

    asyncio.run(kept_running(Running("试验", run), 0.01, 0.02))
    assert began == [0, 1, 2]


@pytest.mark.parametrize(
    ("settings", "titles"),
    [
        (WECOM | AES, ["企业微信", "企业微信的通知"]),
        (WECOM | AES | ROBOT, ["企业微信", "智能机器人（长连接）", "企业微信的通知"]),
        (ROBOT, ["智能机器人（长连接）", "企业微信的通知"]),
        (CALLBACK, ["智能机器人（回调）"]),
    ],
)
def test_notices_are_taken_where_a_wecom_entrance_can_speak_first(
    office: Office, settings: dict[str, str], titles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in settings.items():
        monkeypatch.setenv(key, value)
    running, _ = opened(office, channels(load()), httpx.AsyncClient(), pytest.fail)
    assert [one.title for one in running] == titles


def test_callbacks_have_their_own_door(office: Office) -> None:
    async def said(request: Request) -> PlainTextResponse:
        return PlainTextResponse((await request.body()).decode())

    app = page(Front(office, Board()), [Route("/wecom", said, methods=["POST"])])
    with TestClient(app, base_url="https://jiaotong.example") as client:
        assert client.post("/wecom", content="密" * 30000).text == "密" * 30000
        assert client.get("/healthz").status_code == 403, "网页只认本机的主机名"


# 企业微信的答问台


def test_wecom_person_joins_by_code_and_asks(office: Office) -> None:
    desk = wecom_office(office, "wecom")
    with pytest.raises(InvitationNeeded):
        desk.ask("zhang", "zhang", "2023年农村公路新改建多少公里")
    said = desk.ask("zhang", "zhang", make_admin_code(office.ledger))
    assert (said.status, said.text) == (Status.ANSWERED, "管理员码已用上：您现在是zhang，管理员。")
    assert desk.is_admin("zhang")
    assert not desk.is_admin("li")
    assert desk.ask("zhang", "群", "2023年农村公路新改建多少公里").headline == "30 公里"
    (asked,) = listed(office.ledger, Filter(kind=Kind.ASKED)).entries
    assert (asked.name, asked.place) == ("zhang", Place("wecom", "群"))
    assert desk.status("zhang") == "已入库 1 份报告，5 个数字。\n索引是最新的。"


def test_wecom_report_is_added_and_read(office: Office) -> None:
    desk = wecom_office(office, "wecom")
    desk.ask("li", "li", invite(office.ledger, CONSOLE))
    with pytest.raises(NotAllowed):
        desk.add_report("li", DOCUMENT, b"x")
    enrol(office.ledger, "王工", PersonRole.ADMIN, Identity("wecom", "wang"))
    assert desk.add_report("wang", DOCUMENT, b"x") == f"《{DOCUMENT}》已入库，读出 1 份报告，可以问了。"
    assert desk.add_report("wang", DOCUMENT, b"x") == f"《{DOCUMENT}》早就有了，内容一样，没有再存。"
    assert desk.add_report("wang", "坏.docx", b"y") == "《坏.docx》存下了，但没有读出。"


def test_wecom_opinion_finds_its_answer(office: Office) -> None:
    enrol(office.ledger, "王工", PersonRole.ADMIN, Identity("wecom", "wang"))
    desk = wecom_office(office, "wecom")
    desk.ask("wang", "wang", "2023年农村公路新改建多少公里")
    desk.give_opinion(Opinion("wang", "wang", "2023年农村公路新改建多少公里", Verdict.BAD, "应当是 32 公里"))
    desk.give_opinion(Opinion("wang", "wang", "没有问过的", Verdict.BAD))
    (given,) = feedback_inbox(office.ledger)
    assert given.correction == "应当是 32 公里"
    desk.tell_admin("Secret 不对。")
    told = listed(office.ledger, Filter(kind=Kind.DID)).entries[0]
    assert (told.action, told.text) == ("提醒管理员", "Secret 不对。")
    assert identified(office.ledger, Identity("wecom", "nobody")) is None


# 进度牌与日常收拾


def test_board_says_how_far_it_is() -> None:
    board = Board()
    board.step(Progress(Phase.SCAN, 1, 9))
    assert (board.said(), board.read().version) == (None, 0)
    board.step(Progress(Phase.READ, 3, 12, "计划.txt"))
    assert board.said() == "正在更新索引：读报告 3 / 12。已入库的报告照常可以问。"
    board.finished(NOTHING)
    assert (board.said(), board.read().outcome, board.read().running) == (None, NOTHING, False)
    board.failed("磁盘满了。")
    assert (board.read().problem, board.read().outcome) == ("磁盘满了。", None)


def test_tidying_keeps_what_is_still_wanted(office: Office, clock: Clock) -> None:
    who = Who(Place("web", "甲"), None)
    office.ask(who, "2023年农村公路新改建多少公里")
    assert tidy(office.ledger, 30) == 0
    clock.forward(days=31)
    remember(office.ledger, who, "新问的")
    assert tidy(office.ledger, 30) == 2
    assert history(office.ledger, who) == ("新问的",)
    assert listed(office.ledger).total == 0


def test_tidying_runs_in_the_background(office: Office, clock: Clock) -> None:
    office.ask(Who(Place("web", "甲"), None), "2023年农村公路新改建多少公里")
    clock.forward(days=400)
    with kept_tidy(office.ledger, 30, first_after=0.0, every=0.01):
        for _ in range(200):
            if listed(office.ledger).total == 0:
                break
            asyncio.run(asyncio.sleep(0.01))
    assert listed(office.ledger).total == 0
