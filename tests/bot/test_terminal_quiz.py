"""在终端的聊天里考试：列试卷、作答、离开去提问、断了再来接着答、复习；看到的原样文字。"""

import io
import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.channels.terminal.chat import ANSWERING, ASKING, Chat, Host
from bot.codes import link_code
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.people import Identity, Policy, identified, meet
from bot.quiz.items import ItemKind
from bot.quiz.store import Settings, items_of
from tests.bot.ledgers import Clock, reopened
from tests.bot.quiz.samples import DONGSHAN_2022, LINXI_2022, QINGHE_2022, QINGHE_2023
from tests.bot.wecom.school import School, answer_to

PROJECT = Path(__file__).resolve().parents[2]
ME = Identity("terminal", "wang")
RULES = (
    "打的字就是作答。发“/退出”离开（作答都记着，可以提问，发“/考试”再来接着答），"
    "“/交卷”提前交卷，“/报错 说明”说上一题有错。"
)
FILLS = Settings(number=2, shares={ItemKind.FILL: 1}, shuffle=False, minutes=20)


@dataclass
class Screen:
    """一个终端里的聊天。"""

    chat: Chat
    out: io.StringIO

    def says(self, *lines: str) -> list[str]:
        """输入几行，看到的各行。"""
        before = len(self.out.getvalue())
        for line in lines:
            assert self.chat.hear(line)
        return [line.rstrip() for line in self.out.getvalue()[before:].rstrip().splitlines()]


def sat_down(school: School, *, width: int | None = None) -> Screen:
    """坐下来聊；给了宽度就是真的终端，不然是管道。"""
    ledger = school.ledger

    def learner() -> Who:
        return Who(Place("terminal", "wang"), meet(ledger, ME, "wang", Policy.OPEN).id)

    def known() -> Who | None:
        return None if identified(ledger, ME) is None else learner()

    out = io.StringIO()
    console = Console(file=out, force_terminal=width is not None, width=width or 80, color_system=None)
    return Screen(Chat(Host(school.desk, Who(Place("terminal", "1"), None), learner, known), console), out)


def test_from_the_list_to_the_score(school: School) -> None:
    first, second = (entry.item for entry in school.publish(FILLS).items)
    screen = sat_down(school)
    assert screen.chat.prompt() == ASKING
    assert screen.says("/quiz") == [
        "给您的试卷：",
        "1. 新员工测验（未开始）：2 题，限时 20 分钟，60 分及格，还能答 1 次",
        "回复编号开始（限时的即刻计时）；有试卷代码的，发“/考试 代码”。",
    ]
    question = [
        "新员工测验 · 第 1 / 2 题 · 还剩 20 分 0 秒",
        f"【填空】{first.stem}",
        "请写数字，可以带单位，例如 30、30公里、三十公里。",
    ]
    assert screen.says("1") == [RULES, "", *question]
    assert screen.chat.prompt() == ANSWERING
    source = first.rests_on[0]
    assert screen.says(answer_to(first))[:4] == [
        "答对了",
        f"“{source.quote}”",
        f"《{source.title}》{source.section}",
        "",
    ]
    assert screen.says("/报错 单位写错了") == [f"已把这一题连同引文告诉出题人，谢谢：{first.stem}"]
    told = screen.says("98765432")
    assert told[0] == f"数不对。正确答案：{second.key_text()}"
    assert told[-1] == "“新员工测验”50 分，未及格（60 分及格）：2 题答对 1 题。"
    assert screen.says("/成绩") == [
        "2026-03-02 09:00 “新员工测验”50 分，未及格",
        "错题本里有 1 题，现在该复习 0 题。",
        "发“/榜”看最近一份的榜。",
    ]
    assert screen.says("/不上榜") == ["昵称：没有；不上榜；9 点提醒复习；没有订每日一题。"]
    assert screen.chat.prompt() == ASKING


def test_commands_while_answering_are_not_answers(school: School) -> None:
    school.publish(FILLS)
    screen = sat_down(school)
    screen.says("/quiz", "1")
    assert screen.says("/reports")[0] == "一共 4 份报告，/report 加编号看大纲："
    assert screen.says("/错题本") == ["错题本里有 0 题，现在该复习 0 题。"]
    assert screen.says("/没有的") == ["没有 /没有的 这个命令。/help 列出全部命令。"]
    assert screen.chat.prompt() == ANSWERING
    assert screen.says("/退出") == [
        "已离开“新员工测验”，作答都记着（还剩 20 分 0 秒，时间照走）。现在可以提问；发“/考试”再来接着答。"
    ]
    assert screen.says("2023年农村公路新改建多少公里")[0].startswith("30 公里")
    assert not screen.chat.hear("/退出"), "没有在答题，就是结束聊天"


def test_cut_off_and_back_again(school: School, clock: Clock) -> None:
    first, second = (entry.item for entry in school.publish(FILLS).items)
    screen = sat_down(school)
    screen.says("/quiz", "1", answer_to(first))
    screen.chat.part()
    assert screen.out.getvalue().endswith("作答都记着；再来时 /quiz 接着答。\n")
    clock.forward(minutes=5)
    school.opened(reopened(school.ledger, clock))
    again = sat_down(school, width=80)
    again.chat.greet()
    assert "“新员工测验”还没有答完，/quiz 接着答。" in again.out.getvalue()
    shown = again.says("/quiz", "1")
    assert "  新员工测验 · 第 2 / 2 题 · 还剩 15 分 0 秒" in shown
    assert again.says(answer_to(second))[-1] == "  “新员工测验”100 分，及格：2 题答对 2 题。"


def test_notices_are_told_at_the_beginning_once(school: School) -> None:
    screen = sat_down(school)
    screen.says("/quiz")
    me = identified(school.ledger, ME)
    assert me is not None
    school.publish(FILLS, [Who(Place("terminal", "wang"), me.id)])
    again = sat_down(school, width=80)
    again.chat.greet()
    shown = again.out.getvalue().splitlines()[1:4]
    assert [line.strip() for line in shown] == [
        "【新试卷】",
        "新试卷“新员工测验”：2 题，限时 20 分钟，60 分及格。",
        "/quiz 1 开始答题。",
    ]
    assert again.says("/quiz 1")[1] == "  回复“开始”答题，从那一刻起计时。"
    once = sat_down(school, width=80)
    once.chat.greet()
    assert "【新试卷】" not in once.out.getvalue()


def test_by_code(school: School) -> None:
    code = school.publish(FILLS).row.paper.code
    screen = sat_down(school)
    assert screen.says(f"/quiz {code}") == [
        "新员工测验（未开始）：2 题，限时 20 分钟，60 分及格，还能答 1 次",
        "回复“开始”答题，从那一刻起计时。",
    ]
    assert screen.says("开始")[0] == RULES
    assert screen.says("/退出", "/quiz ZZZZZZ")[-1].startswith("没有试卷“ZZZZZZ”。")


def test_review_when_due(school: School, clock: Clock) -> None:
    school.publish(FILLS)
    screen = sat_down(school)
    screen.says("/quiz", "1", "/交卷", "/交卷")
    clock.forward(days=1)
    again = sat_down(school, width=80)
    again.chat.greet()
    assert "错题本里有 2 题该复习了，/review 复习。" in again.out.getvalue()
    assert again.says("/review")[2].startswith("  复习，还有 2 题 · 错过 1 次")
    assert again.says("98765432")[0].startswith("  数不对。正确答案：")
    assert again.says("/退出") == ["  已离开复习，发“/复习”再来接着。现在可以提问。"]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_kind_of_item_fits_the_screen(school: School, width: int) -> None:
    made = school.publish(Settings(number=10, shuffle=False))
    screen = sat_down(school, width=width)
    shown = screen.says("/quiz", "1", *(answer_to(entry.item) for entry in made.items))
    assert "".join(shown).replace(" ", "").endswith("10题答对10题。")
    assert max(cell_len(line) for line in shown) <= width


def test_the_terminal_and_wecom_are_one_person(school: School) -> None:
    school.publish(FILLS)
    screen = sat_down(school)
    assert screen.says("/我")[0].startswith("wang（编号 ")
    assert school.pupil.person is not None
    code = link_code(school.ledger, school.pupil.person)
    assert screen.says(f"/link {code}") == ["关联码已用上：您现在是张三，员工。"]
    assert screen.says("/我") == [f"张三（编号 {school.pupil.person}），员工。帐号：terminal wang、wecom ZhangSan"]
    assert re.fullmatch(r"您的关联码：\w{4}-\w{4}", screen.says("/link")[0])
    school.room.learn.start(school.pupil, 1)
    assert "（答题中）" in screen.says("/quiz")[1], "在企业微信里开始的，在终端里接着答"


def test_a_person_is_registered_only_when_answering(school: School) -> None:
    screen = sat_down(school)
    screen.says("2023年农村公路新改建多少公里", "/reports")
    assert identified(school.ledger, ME) is None
    screen.says("/quiz")
    assert identified(school.ledger, ME) is not None


PROGRAM = """
from bot import app
from tests.bot.letters import Letters
app.open_encoder = lambda _: Letters()
from bot.cli import main
main(["chat", "--corpus", "报告"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有伪终端")
def test_in_a_real_terminal(tmp_path: Path) -> None:
    """真的终端：提示、作答、Ctrl+C 放弃一行、Ctrl+D 断开，再开一次接着答。"""
    folder = tmp_path / "报告"
    folder.mkdir()
    for name, text in {"甲": QINGHE_2022, "乙": QINGHE_2023, "丙": LINXI_2022, "丁": DONGSHAN_2022}.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / ".jihuatong").mkdir()
    ledger = Ledger(folder / ".jihuatong" / "people.sqlite")
    made = School(ledger).publish(FILLS)
    right = answer_to(items_of(ledger, made.row.paper.id)[0].item)
    ledger.close()
    with Terminal(tmp_path) as first:
        first.until("问 ›")
        first.types("/quiz\r", "回复编号开始", "问 ›")
        first.types("1\r", "第 1 / 2 题", "答 ›")
        first.types("写了一半\x03", "写了一半", "答 ›")
        first.types(f"{right}\r", "第 2 / 2 题", "答 ›")
        first.types("\x04", "作答都记着；再来时 /quiz 接着答。")
    with Terminal(tmp_path) as again:
        again.until("“新员工测验”还没有答完，/quiz 接着答。", "问 ›")
        again.types("/quiz\r", "答题中", "问 ›")
        again.types("1\r", "第 2 / 2 题", "答 ›")
        again.types("/交卷\r", "还有 1 题没有答", "答 ›")
        again.types("/交卷\r", "“新员工测验”50 分，未及格")


class Terminal:
    """开在伪终端里的聊天。"""

    def __init__(self, folder: Path) -> None:
        import pty  # noqa: PLC0415 - Windows 没有

        self.ours, theirs = pty.openpty()
        environment = os.environ | {
            "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "TERM": "xterm", "COLUMNS": "100", "LINES": "40",
            "PROMPT_TOOLKIT_NO_CPR": "1", "USER": "wang",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.seen = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        os.close(self.ours)

    def types(self, keys: str, *then: str) -> None:
        """按几个键，等依次看到。"""
        self.seen = ""
        os.write(self.ours, keys.encode())
        self.until(*then)

    def until(self, *words: str) -> None:
        """等到屏幕上依次有这几样。"""
        wanted = ".*".join(map(re.escape, words))
        deadline = time.monotonic() + 60
        while not re.search(wanted, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.seen), re.DOTALL):
            left = deadline - time.monotonic()
            assert left > 0, self.seen
            assert select.select([self.ours], [], [], left)[0], self.seen
            self.seen += os.read(self.ours, 65536).decode(errors="replace")
