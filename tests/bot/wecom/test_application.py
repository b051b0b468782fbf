"""自建应用：收下、去重、作答，菜单、卡片、文件与欢迎语。"""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from starlette.applications import Starlette

from bot.channels.wecom.application import Application
from bot.channels.wecom.render import FAILED, NOT_ADMIN, SEARCHING, markdown
from bot.channels.wecom.wire import web_client
from bot.ledger.file import Ledger
from tests.bot.replies import REFUSED
from tests.bot.wecom.clerk import Clerk
from tests.bot.wecom.emulator import (
    AGENT,
    Front,
    Pusher,
    event_xml,
    message_xml,
    text_xml,
    until,
)
from tests.bot.wecom.scene import ANSWER, QUICK, Start, settings
from tests.bot.wecom.sealing import CORP

pytestmark = pytest.mark.anyio


async def test_question_is_acknowledged_then_answered(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start() as pusher:
        clerk.gate.clear()
        began = time.monotonic()
        response = await pusher.xml(text_xml("2023年农村公路新改建多少公里"))
        assert (response.status_code, response.content) == (200, b"")
        assert time.monotonic() - began < 1
        clerk.gate.set()
        await until(lambda: wecom.console.messages)
        assert wecom.console.messages == [
            {"touser": "ZhangSan", "msgtype": "markdown", "markdown": {"content": ANSWER}, "agentid": AGENT}
        ]
        assert clerk.heard == [("ZhangSan", "ZhangSan", "2023年农村公路新改建多少公里")]


async def test_three_retries_make_one_answer(start: Start, wecom: Front, clerk: Clerk) -> None:
    message = text_xml("2023年", number="77")
    async with start() as pusher:
        await asyncio.gather(*(pusher.xml(message) for _ in range(3)))
        await until(lambda: wecom.console.messages)
        await pusher.xml(message)
        await asyncio.sleep(0.1)
    async with start() as pusher:
        assert (await pusher.xml(message)).status_code == 200
        await asyncio.sleep(0.1)
    assert len(clerk.heard) == len(wecom.console.messages) == 1


async def test_question_survives_being_killed(start: Start, wecom: Front, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: clerk.heard)
    clerk.gate.set()
    assert wecom.console.messages == []
    async with start():
        await until(lambda: wecom.console.messages)
    assert wecom.console.texts("ZhangSan") == [ANSWER]


async def test_question_before_the_worker_is_up(wecom: Front, clerk: Clerk, ledger: Ledger) -> None:
    async with web_client() as http, Pusher(f"{wecom.address}/wecom", CORP).http as sending:
        application = Application(settings(wecom.address), clerk.office(), ledger, http, QUICK)
        wecom.tested = Starlette(routes=application.routes())
        pusher = Pusher(f"{wecom.address}/wecom", CORP)
        pusher.http = sending
        await pusher.xml(text_xml("2023年"))
        job = asyncio.create_task(application.run())
        await until(lambda: wecom.console.messages)
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job


async def test_three_people_at_once(start: Start, wecom: Front, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start() as pusher:
        people = ("Zhang", "Li", "Wang")
        for person in people:
            await pusher.xml(text_xml("2023年", person))
            await pusher.xml(text_xml("2019年", person))
        await until(lambda: clerk.busy == 3)
        clerk.gate.set()
        await until(lambda: len(wecom.console.messages) == 6)
    assert clerk.most_busy == 3
    assert [wecom.console.texts(person) for person in people] == [[ANSWER, markdown(REFUSED)]] * 3


async def test_searching_is_said_once(start: Start, wecom: Front, clerk: Clerk) -> None:
    clerk.gate.clear()
    async with start(replace(QUICK, searching_after=0.1)) as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
        await asyncio.sleep(0.15)
        clerk.gate.set()
        await until(lambda: len(wecom.console.messages) == 2)
    assert wecom.console.texts("ZhangSan") == [SEARCHING, ANSWER]


async def test_welcome_once_a_day(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        for at in (1, 1, 2, 3):
            await pusher.xml(event_xml("enter_agent", at=at))
        await pusher.xml(event_xml("enter_agent", person="Other", at=1))
        await until(lambda: len(wecom.console.messages) == 2)
        await asyncio.sleep(0.1)
    (sentence,) = wecom.console.texts("ZhangSan")
    assert sentence == (
        "我是计划通，只凭已入库的工作报告和计划回答，每个数字都有出处。\n可以这样问：\n"
        "· 2023年农村公路新改建多少公里\n· 2022年路面修复多少平方米\n"
        "培训考核：发“考试”答题；“复习”“成绩”“错题本”“榜”“每日一题”“提醒”看自己的。"
    )


async def test_menu(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start() as pusher:
        await pusher.xml(event_xml("click", "status", at=1))
        await pusher.xml(event_xml("CLICK", "2023年危桥改造几座", at=1))
        await pusher.xml(event_xml("click", "2023年危桥改造几座", at=2))
        await pusher.xml(event_xml("click", "2023年危桥改造几座", at=2))
        await pusher.xml(event_xml("click", "帮助", at=3))
        await pusher.xml(event_xml("view", "https://example.com", at=4))
        await until(lambda: len(wecom.console.messages) == 4)
    assert wecom.console.texts("ZhangSan")[0] == "共 12 份报告（ZhangSan）。"
    assert [text for *_, text in clerk.heard] == ["2023年危桥改造几座"] * 2


async def test_choice_buttons(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start() as pusher:
        await pusher.xml(text_xml("是哪一年"))
        await until(lambda: wecom.console.messages)
        card = wecom.console.messages[0]["template_card"]
        key = card["button_list"][1]["key"]
        extra = f"<TaskId>{card['task_id']}</TaskId><ResponseCode><![CDATA[code-1]]></ResponseCode>"
        await pusher.xml(event_xml("template_card_event", key, extra=extra))
        await until(lambda: len(wecom.console.messages) == 2)
    assert clerk.heard[-1] == ("ZhangSan", "ZhangSan", "2023年农村公路新改建多少公里")
    assert wecom.console.updates[0]["response_code"] == "code-1"


async def test_cards_when_they_are_wanted(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start(cards=True) as pusher:
        await pusher.xml(text_xml("2023年"))
        await until(lambda: wecom.console.messages)
        keys = [button["key"] for button in wecom.console.messages[0]["template_card"]["button_list"]]
        await pusher.xml(event_xml("template_card_event", keys[1]))
        await until(lambda: clerk.opinions)
    assert (clerk.opinions[0].question, clerk.opinions[0].verdict.value) == ("2023年", "bad")


async def test_admin_sends_a_report(start: Start, wecom: Front, clerk: Clerk) -> None:
    wecom.console.files["m1"] = ("清河县2023年工作计划.docx", b"PK...")
    xml = "<MsgType>file</MsgType><MediaId>m1</MediaId>"
    async with start() as pusher:
        await pusher.xml(message_xml("Admin", xml))
        await pusher.xml(message_xml("ZhangSan", xml))
        await until(lambda: len(wecom.console.messages) == 2)
    assert clerk.added == [("Admin", "清河县2023年工作计划.docx", b"PK...")]
    assert wecom.console.texts("Admin") == ["已添加《清河县2023年工作计划.docx》。"]
    assert wecom.console.texts("ZhangSan") == [NOT_ADMIN]


async def test_file_that_is_gone(start: Start, wecom: Front, clerk: Clerk) -> None:
    async with start() as pusher:
        await pusher.xml(message_xml("Admin", "<MsgType>file</MsgType><MediaId>old</MediaId><Title>a</Title>"))
        await until(lambda: wecom.console.messages)
    assert wecom.console.texts("Admin") == [
        "企业微信回绝了下载文件（40007）：文件的 media_id 无效或已过三天，请重新发送文件。"
    ]
    assert clerk.added == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("image", "我看不了图片，请用文字提问；报告请发原文件。"),
        ("voice", "我听不了语音，请用文字提问。"),
        ("location", "我只看得懂文字，请用文字提问。"),
    ],
)
async def test_one_sentence_for_the_rest(start: Start, wecom: Front, kind: str, sentence: str) -> None:
    async with start() as pusher:
        await pusher.xml(message_xml("ZhangSan", f"<MsgType>{kind}</MsgType><MediaId>m</MediaId>"))
        await until(lambda: wecom.console.messages)
    assert wecom.console.texts("ZhangSan") == [sentence]


async def test_our_own_faults_are_one_sentence(start: Start, wecom: Front) -> None:
    async with start() as pusher:
        await pusher.xml(text_xml("坏了"))
        await pusher.xml(text_xml("陌生人"))
        await until(lambda: len(wecom.console.messages) == 2)
    failed, refused = wecom.console.texts("ZhangSan")
    assert failed == FAILED
    assert refused.endswith("。")
