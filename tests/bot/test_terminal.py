"""终端里的答复与聊天：有终端时画成卡片，没有终端时是几行文字。"""

import io
import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bot.answer import Reply
from bot.audit import Filter, Kind, listed
from bot.channels.terminal.chat import GIVEN_UP, GREETING, TRY, Chat, Host, talk
from bot.channels.terminal.commands import BY_NAME, COMMANDS
from bot.channels.terminal.draw import plain, show
from bot.channels.terminal.prose import Prose, breaks
from bot.feedback import feedback_inbox
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.office import Office
from bot.people_errors import StrangersRefused
from tests.bot.desk import StandIn
from tests.bot.ledgers import Clock, new_ledger
from tests.bot.replies import ANSWERED, ASKS_BACK, COMPARED, REDACTED, REFUSED

SOURCE = "《清河县交通运输局2023年工作计划》 · 二、2023年工作安排 › （一）农村公路"
QUESTION = "2023年农村公路新改建多少公里"


def drawn(reply: Reply, width: int = 100) -> str:
    """画在不带颜色的终端上，去掉行尾的空白。"""
    out = io.StringIO()
    show(reply, Console(file=out, force_terminal=True, width=width, color_system=None))
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
        "  │ 全年新改建农村公路30公里，危桥改造4座。\n"
        f"    ——{SOURCE}\n"
        "\n"
        "  还可以问（输入序号）：\n"
        "    1. 2022年完成了多少\n"
        "    2. 危桥改造几座"
    )


def test_drawn_on_a_narrow_terminal() -> None:
    lines = drawn(ANSWERED, 40).splitlines()
    assert lines[2:6] == [
        "  │ 全年新改建农村公路30公里，危桥改造",
        "  │ 4座。",
        "    ——《清河县交通运输局2023年工作计",
        "      划》 · 二、2023年工作安排 › （一）",
    ]
    assert all(cell_len(line) <= 40 for line in lines)


def test_drawn_refusal() -> None:
    assert drawn(REFUSED).splitlines()[:3] == [
        "   未检得",
        "  报告里没有2019年的数字。最接近的是：2023年计划新改建农村公路30公里。",
        "  报告里最接近的内容：",
    ]


def test_drawn_blanked_figure() -> None:
    assert drawn(REDACTED).splitlines()[:2] == ["  原文已隐去", "  2023年 · 完成 · 清河县交通运输局"]


def test_drawn_table() -> None:
    assert drawn(COMPARED).splitlines()[2:7] == [
        "  ╭──────┬─────────┬─────────╮",
        "  │      │ 2022年  │ 2023年  │",
        "  ├──────┼─────────┼─────────┤",
        "  │ 完成 │ 23 公里 │ 未提及  │",
        "  │ 计划 │ 未提及  │ 30 公里 │",
    ]


def test_figure_in_the_quote_is_marked() -> None:
    out = io.StringIO()
    show(ANSWERED, Console(file=out, force_terminal=True, width=100, color_system="standard", highlight=False))
    assert "\x1b[36m│ \x1b[0m全年新改建农村公路\x1b[1;30;43m30公里\x1b[0m，危桥" in out.getvalue()


def test_no_color_still_marks_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    show(ANSWERED, Console(file=out, force_terminal=True, width=100, highlight=False))
    assert "\x1b[1m30公里\x1b[0m" in out.getvalue()
    assert "\x1b[3" not in out.getvalue()
    assert "\x1b[4" not in out.getvalue()


# 折行


def lines_of(text: str, width: int) -> list[str]:
    """画出来的各行。"""
    out = io.StringIO()
    Console(file=out, width=width).print(Prose(Text(text)))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_lines_break_between_words_never_in_a_quantity() -> None:
    text = "一是抓建设，计划新改建农村公路30公里，改善路面状况133公里，“四好”建设1.8亿元。"
    assert lines_of(text, 30) == [
        "一是抓建设，计划新改建农村公路",
        "30公里，改善路面状况133公里，",
        "“四好”建设1.8亿元。",
    ]


def test_no_line_begins_with_a_mark_or_ends_with_an_opening() -> None:
    assert lines_of("一二三四五，六七八九（十）", 10) == ["一二三四", "五，六七八", "九（十）"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert lines_of("见https://example.cn/reports/2023", 12) == ["见", "https://exam", "ple.cn/repor", "ts/2023"]


@given(st.text("农村公路，。（）“”30 km1.8亿元/›\u3000", max_size=80), st.integers(4, 40))
def test_nothing_is_lost_and_nothing_sticks_out(text: str, width: int) -> None:
    at = [0, *breaks(text, width), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(at)]
    assert "".join(pieces) == text
    assert all(cell_len(piece.rstrip()) <= width for piece in pieces)


# 聊天


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """一个答问台。"""
    ledger = new_ledger(tmp_path, Clock())
    yield Office(StandIn(tmp_path), ledger)
    ledger.close()


def host(office: Office) -> Host:
    """没有登记的人在聊。"""
    here = Who(Place("terminal", "1"), None)
    return Host(office, here, lambda: here, lambda: None)


Talk = Callable[[str], list[str]]


@pytest.fixture
def said(office: Office, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """不在终端里的一次聊天；返回写出的各行。"""

    def talked(lines: str) -> list[str]:
        out = io.StringIO()
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        talk(host(office), console=Console(file=out))
        return out.getvalue().splitlines()

    return talked


def asked(ledger: Ledger) -> list[str]:
    """问过的话，先问的在前。"""
    return [entry.text for entry in reversed(listed(ledger, Filter(kind=Kind.ASKED)).entries)]


def test_lines_are_questions_until_goodbye(said: Talk, office: Office) -> None:
    assert said("甲\n\n  乙 \n/退出\n丙\n") == plain(ANSWERED).splitlines() * 2
    assert asked(office.ledger) == ["甲", "乙"]


def test_a_number_picks_a_suggestion(said: Talk, office: Office) -> None:
    said("哪一年\n2\n9\n2023\n")
    assert asked(office.ledger) == ["哪一年", ASKS_BACK.suggestions[1], "9", "2023"]


def test_examples(said: Talk, office: Office) -> None:
    assert said("/例子\n1\n")[:2] == [TRY, f"1. {office.library.examples()[0]}"]
    assert asked(office.ledger) == [office.library.examples()[0]]


def test_help_lists_every_command(said: Talk) -> None:
    lines = said("/help\n")
    assert lines[0] == "直接输入问题就问；输入数字，选用上面列出的问法。"
    assert lines[1] == "/help /帮助                    列出这些命令"
    assert lines[3] == "/reports /report /报告 [编号]  有哪些报告；加编号看一份的大纲"
    assert len(lines) == len(COMMANDS) + 1
    assert said("/什么\n") == ["没有 /什么 这个命令。/help 列出全部命令。"]


def test_reports_and_an_outline(said: Talk) -> None:
    assert said("/reports\n") == [
        "一共 1 份报告，/report 加编号看大纲：",
        "1. 《清河县交通运输局2023年工作计划》　清河县交通运输局 · 2022年、2023年 · 5 个数字",
    ]
    assert said("/report 1\n") == [
        "《清河县交通运输局2023年工作计划》",
        "单位：清河县交通运输局　日期：2022-12-09　年度：2022年、2023年",
        "读出 8 段，5 个数字。文件：清河县交通运输局2023年工作计划.txt",
        "一、2022年工作回顾",
        "  （一）公路养护",
        "二、2023年工作安排",
        "  （一）农村公路",
        "  （二）安全应急",
    ]
    assert said("/报告 清河") == said("/report 1")
    assert said("/report 9\n") == ["没有第 9 份报告，现在一共 1 份。编号见 /reports。"]
    assert said("/report 总结\n") == ["有 0 份报告的名字里有“总结”。编号见 /reports。"]


def test_facts(said: Talk) -> None:
    assert said("/facts 清河县农村公路\n") == [
        "数量\t事项\t年度\t性质\t单位",
        "30 公里\t农村公路新改建\t2023\t计划\t清河县交通运输局",
    ]
    assert said("/facts 机场\n") == ["没有查到与“机场”有关的数字。换个说法试试，或用 /reports 看看有哪些报告。"]
    assert said("/facts\n") == ["请写上要找的主题，例如 /facts 农村公路。"]


def test_compare_asks_for_a_comparison(said: Talk, office: Office) -> None:
    assert said("/compare 2022年和2023年的农村公路\n/比较\n") == [
        *plain(COMPARED).splitlines(),
        "请写上要比较什么，例如 /compare 2022年和2023年的农村公路。",
    ]
    assert asked(office.ledger) == ["比较2022年和2023年的农村公路"]


def test_the_paragraph_around_a_quote(said: Talk) -> None:
    lines = said(f"{QUESTION}\n/原文\n/原文 7\n")[4:]
    assert lines[0] == SOURCE
    assert lines[1] == "（一）农村公路"
    assert "全年新改建农村公路30公里，危桥改造4座。" in lines[2]
    assert lines[-1] == "刚才的答复有 1 处引文，没有第 7 处。"
    assert said("/原文\n") == ["还没有问过，没有可以看的。"]


def test_elsewhere_and_opinions(said: Talk, office: Office) -> None:
    lines = said(f"{QUESTION}\n/其他\n/有用\n/不对 应当是31公里\n")[4:]
    assert lines == ["别的年度、别的单位的报告里，没有同一件事的数字。", "谢谢，已记下。", "已记下，管理员会看到。"]
    (told,) = feedback_inbox(office.ledger)
    assert told.correction == "应当是31公里"


def test_what_cannot_be_done_is_said_and_the_chat_goes_on(said: Talk, office: Office) -> None:
    assert isinstance(office.library, StandIn)
    office.library.fault = StrangersRefused()
    assert said("甲\n/help\n")[:2] == [
        "这里只回答已登记的人。请联系管理员为您登记。",
        "直接输入问题就问；输入数字，选用上面列出的问法。",
    ]


def test_ctrl_c_while_looking_gives_up_the_question_only(said: Talk, office: Office) -> None:
    assert isinstance(office.library, StandIn)
    office.library.fault = KeyboardInterrupt()
    assert said("甲\n/facts 机场\n")[0] == GIVEN_UP


def on_screen(office: Office, width: int, *lines: str) -> list[str]:
    """在这么宽的终端里输入几行，看到的各行。"""
    out = io.StringIO()
    chat = Chat(host(office), Console(file=out, force_terminal=True, width=width, color_system=None))
    chat.greet()
    for line in lines:
        chat.hear(line)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_greeting(office: Office) -> None:
    assert on_screen(office, 80)[:3] == [f"计划通  {GREETING}", TRY, "  1. 2023年农村公路新改建多少公里"]


@pytest.mark.parametrize("width", [30, 40, 80, 120])
def test_nothing_sticks_out_of_the_screen(office: Office, width: int) -> None:
    shown = on_screen(office, width, "/help", "/reports", "/report 1", "/facts 农村公路", "比较两年", QUESTION, "/原文")
    assert max(cell_len(line) for line in shown) <= width


def test_every_command_has_a_chinese_and_a_latin_name() -> None:
    assert all(any(name.isascii() for name in c.names) and not all(n.isascii() for n in c.names) for c in COMMANDS)
    assert len(BY_NAME) == sum(len(command.names) for command in COMMANDS), "没有重名的"


def test_a_long_quote_keeps_its_marks_over_lines() -> None:
    quote = "完成投资" * 20 + "30公里。"
    cited = replace(
        ANSWERED.citations[0], quote=quote, marks=(replace(ANSWERED.citations[0].marks[0], start=80, end=84),)
    )
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=40, color_system="standard", highlight=False)
    show(replace(ANSWERED, citations=(cited,)), console)
    assert "\x1b[1;30;43m30公里\x1b[0m" in out.getvalue()
