"""从头到尾：真的读入、真的索引、真的作答，手机上加一份报告，马上问得到。"""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import app
from bot.app import open_application
from bot.channels.telegram.channel import Channel
from bot.people import Identity, PersonRole, enrol
from bot.settings import Settings
from bot.settings import Telegram as Token
from tests.bot.letters import Letters
from tests.bot.small import PLAN, SUMMARY
from tests.bot.telegram.emulator import ADMIN, TOKEN, telegram, until
from tests.bot.telegram.rig import FAST, running

PLACE = "《清河县交通运输局2023年工作计划》 · 一、2023年工作安排 › （一）农村公路"


def test_add_a_report_from_the_phone_and_ask_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "总结.txt").write_text(SUMMARY, encoding="utf-8")
    with telegram() as bot, open_application(folder, settings=Settings()) as application:
        application.update()
        office = application.office()
        enrol(office.ledger, "李管", PersonRole.ADMIN, Identity("telegram", str(ADMIN)))
        settings = Token(SecretStr(TOKEN), f"{bot.address}/bot", f"{bot.address}/file/bot", None, None)
        with running(Channel(settings, office, FAST)):
            bot.sends("计划.txt", PLAN.encode())
            until(lambda: "已入库" in bot.reply(1, ADMIN).text, seconds=20)
            bot.says("2023年新改建农村公路多少公里", ADMIN)
            assert bot.reply(2, ADMIN).text == (
                "<b>30 公里</b>\n2023年 · 计划 · 清河县交通运输局\n"
                f"<blockquote>全年新改建农村公路<b><u>30公里</u></b>，危桥改造4座。</blockquote>\n{PLACE}"
            )
            shown = bot.last(ADMIN)
            bot.presses(shown, "其他年份/单位", ADMIN)
            assert "<b>23 公里</b>　2022年 · 完成" in bot.reply(3, ADMIN).text
            bot.presses(shown, "原文上下文", ADMIN)
            until(lambda: len(shown.history) == 2)
            assert "<b>全年新改建农村公路<u>30公里</u>，危桥改造4座。</b>" in shown.text
            bot.says("/remove 计划", ADMIN)
            bot.presses(bot.reply(4, ADMIN), "确认删除", ADMIN)
            until(lambda: bot.last(ADMIN).text == "已删除 计划.txt，现在还有 1 份报告。", seconds=20)
            bot.says("2023年新改建农村公路多少公里", ADMIN)
            assert bot.reply(5, ADMIN).text.startswith("<b>未检得</b>")
        office.ledger.close()
    assert bot.broken == []
