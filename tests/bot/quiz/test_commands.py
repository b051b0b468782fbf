"""`jihuatong quiz`：在终端里走完整个来回。"""

import os
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from bot import app
from bot.commands.index import index
from bot.commands.quiz import quiz
from bot.ledger.file import Ledger
from bot.quiz.items import LETTERS, TYPED_KINDS
from bot.quiz.store import items_of
from tests.bot.letters import Letters
from tests.bot.quiz.samples import DONGSHAN_2022, LINXI_2022, QINGHE_2022, QINGHE_2023

_TEXTS = {"清河2022": QINGHE_2022, "清河2023": QINGHE_2023, "临溪2022": LINXI_2022, "东山2022": DONGSHAN_2022}


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """四份小报告；不用真的编码器，也不受本机设置影响。"""
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    for name in [name for name in os.environ if name.startswith("JIHUATONG_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "报告"
    folder.mkdir()
    for name, text in _TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def run(corpus: Path, *words: str | Path, given: str = "") -> Result:
    """运行 quiz 的一条命令。"""
    arguments = [str(w) for w in ("--corpus", corpus, *words)]
    return CliRunner().invoke(quiz, arguments, input=given.encode())


def key_of(corpus: Path, number: int) -> dict[str, str]:
    """各题的题干与怎样答才对。"""
    ledger = Ledger(corpus / ".jihuatong" / "people.sqlite")
    found = {}
    for entry in items_of(ledger, number):
        item = entry.item
        found[item.stem] = item.key.text if item.kind in TYPED_KINDS else "".join(LETTERS[i] for i in item.key.choices)
    ledger.close()
    return found


def test_the_whole_loop(corpus: Path, tmp_path: Path) -> None:
    made = run(corpus, "make", "新员工测验", "--number", "4", "--seed", "3", "--in-order", "--pass-mark", "75")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("草稿 1：新员工测验，4 题。")
    assert made.stdout.count("   依据：“") == 4
    assert "已发布：新员工测验" in run(corpus, "publish", "1").stdout
    assert "1\t新员工测验\t已发布\t4 题" in run(corpus, "list").stdout
    answers = list(key_of(corpus, 1).values())
    half = run(corpus, "take", "1", given="\n".join(answers[:2]) + "\n/退出\n")
    assert half.stdout.rstrip().endswith("已退出，作答都记着；再来时接着答。")
    rest = run(corpus, "take", "1", given=answers[2] + "\n？？\n" + "98765" * (len(answers[3]) > 2) + "错\n/交卷\n")
    assert "第 3 / 4 题" in rest.stdout
    assert "3 题" in rest.stdout or "答对" in rest.stdout
    told = run(corpus, "results", "1").stdout
    assert told.startswith("新员工测验：1 人交卷")
    assert run(corpus, "export", "1", tmp_path / "成绩.xlsx").exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "成绩.xlsx").sheetnames == ["成绩", "各题", "分布"]
    assert run(corpus, "export", "1", tmp_path / "题目.xlsx", "--items").exit_code == 0
    assert run(corpus, "review").exit_code == 0


def test_a_change_in_a_report_withdraws_items(corpus: Path) -> None:
    run(corpus, "make", "填空", "--number", "6", "--kind", "填空", "--seed", "3", "--report", "清河2022.txt")
    run(corpus, "publish", "1")
    assert run(corpus, "refresh").stdout == "没有要撤下的题。\n"
    (corpus / "清河2022.txt").write_text(QINGHE_2022.replace("3座", "4座").replace("15辆", "16辆"), encoding="utf-8")
    told = run(corpus, "refresh").stdout
    assert told.startswith("撤下 ")
    assert "这一段的原文改了：“" in told
    assert "（已撤下：" in run(corpus, "list", "1").stdout


def test_indexing_withdraws_items_too(corpus: Path) -> None:
    run(corpus, "make", "填空", "--number", "6", "--kind", "填空", "--seed", "3", "--report", "清河2022.txt")
    (corpus / "清河2022.txt").write_text(QINGHE_2022.replace("3座", "4座").replace("15辆", "16辆"), encoding="utf-8")
    told = CliRunner().invoke(index, ["--corpus", str(corpus)]).stdout
    assert "道题所据的原文变了，已撤下，并会告诉出题人：\n  “填空”第 " in told


def test_check(corpus: Path) -> None:
    told = run(corpus, "check", "--count", "60")
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[0].startswith("出题 60 道，用时 ")
    assert told.stdout.splitlines()[1].endswith("错 0 处。")


def test_unknown_kind_and_paper(corpus: Path) -> None:
    assert "题型“谜语”不对：应当是 填空" in str(run(corpus, "make", "x", "--kind", "谜语").output)
    assert "没有试卷“9”" in str(run(corpus, "take", "9").exception)
