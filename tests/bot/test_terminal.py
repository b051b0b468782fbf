"""终端通道：有终端时画成卡片，没有终端时是几行文字。"""

import io
import sys
from collections.abc import Callable

import pytest
from rich.console import Console

from bot.answer import Reply
from bot.channels.terminal import HELP, plain, show, talk
from tests.bot.replies import ANSWERED, ASKS_BACK, COMPARED, REDACTED, REFUSED

SOURCE = "《清河县交通运输局2023年工作计划》 · 二、2023年工作安排 › （一）农村公路"


def drawn(reply: Reply) -> str:
    """画在 100 列、不带颜色的终端上，去掉行尾的空白。"""
    out = io.StringIO()
    show(reply, Console(file=out, force_terminal=True, width=100, color_system=None))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).rstrip()


def test_plain_answer() -> None:
    assert plain(ANSWERED) == (
        "30 公里（2023年计划，清河县交通运输局）\n"
        "“全年新改建农村公路30公里，危桥改造4座。”\n"
        f"——{SOURCE}\n"
        "还可以问：2022年完成了多少；危桥改造几座"
    )


def test_plain_table() -> None:
    assert plain(COMPARED).splitlines()[:4] == [
        "2022年完成23公里，2023年计划30公里。",
        "\t2022年\t2023年",
        "完成\t23 公里\t未提及",
        "计划\t未提及\t30 公里",
    ]


def test_not_a_terminal_gets_plain_text() -> None:
    out = io.StringIO()
    show(ANSWERED, Console(file=out))
    assert out.getvalue() == plain(ANSWERED) + "\n"


def test_drawn_answer() -> None:
    assert drawn(ANSWERED) == (
        "  30 公里\n"
        "  2023年 · 计划 · 清河县交通运输局\n"
        "  “全年新改建农村公路30公里，危桥改造4座。”\n"
        f"    ——{SOURCE}\n"
        "  还可以问（输入序号）：\n"
        "    1. 2022年完成了多少\n"
        "    2. 危桥改造几座"
    )


def test_drawn_refusal() -> None:
    assert drawn(REFUSED).splitlines()[:3] == [
        "   未检得",
        "  报告里没有2019年的数字。最接近的是：2023年计划新改建农村公路30公里。",
        "  报告里最接近的内容：",
    ]


def test_drawn_blanked_figure() -> None:
    assert drawn(REDACTED).splitlines()[:2] == ["  原文已隐去", "  2023年 · 完成 · 清河县交通运输局"]


def test_drawn_table() -> None:
    lines = drawn(COMPARED).splitlines()
    assert [cell.strip() for cell in lines[3].split("┃")[1:-1]] == ["", "2022年", "2023年"]
    assert [cell.strip() for cell in lines[5].split("│")[1:-1]] == ["完成", "23 公里", "未提及"]


def test_figure_in_the_quote_is_marked() -> None:
    out = io.StringIO()
    show(ANSWERED, Console(file=out, force_terminal=True, width=100, color_system="standard", highlight=False))
    assert "\x1b[1;30;43m30公里\x1b[0m" in out.getvalue()


def conversation(lines: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], str]:
    """从标准输入读几行；返回问出去的话和写出的文字。"""
    asked: list[str] = []
    out = io.StringIO()

    def ask(question: str) -> Reply:
        asked.append(question)
        return ASKS_BACK if "哪" in question else ANSWERED

    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    talk(ask, ("例子一", "例子二"), console=Console(file=out))
    return asked, out.getvalue()


Talk = Callable[[str], tuple[list[str], str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Talk:
    """不在终端里的一次聊天。"""
    return lambda lines: conversation(lines, monkeypatch)


def test_lines_are_questions_until_goodbye(said: Talk) -> None:
    asked, out = said("甲\n\n  乙 \n/退出\n丙\n")
    assert asked == ["甲", "乙"]
    assert out == (plain(ANSWERED) + "\n") * 2


def test_a_number_picks_a_suggestion(said: Talk) -> None:
    asked, _ = said("哪一年\n2\n9\n2023\n")
    assert asked == ["哪一年", "2023年农村公路新改建多少公里", "9", "2023"]


def test_help_and_examples(said: Talk) -> None:
    asked, out = said("/帮助\n/例子\n1\n")
    assert asked == ["例子一"]
    assert "".join(out.split()).startswith("".join((HELP + "可以这样问：1.例子一2.例子二").split()))
