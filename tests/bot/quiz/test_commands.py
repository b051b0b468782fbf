"""`jihuatong quiz`：在终端里走完整个来回。"""

import os
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from bot import app
from bot.audit import CONSOLE
from bot.commands.index import index
from bot.commands.quiz.program import quiz
from bot.ledger.file import Ledger
from bot.people import add_person
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


def run(corpus: Path, *words: str | Path | int, given: str = "") -> Result:
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
    last = "98765" * (len(answers[3]) > 2) + "错"
    rest = run(corpus, "take", "1", given=f"{answers[2]}\n？？\n{last}\n/交卷\n/交卷\n")
    assert "第 3 / 4 题" in rest.stdout
    assert "3 题" in rest.stdout or "答对" in rest.stdout
    told = run(corpus, "results", "1").stdout
    assert told.startswith("新员工测验：1 人交卷")
    assert run(corpus, "export", "1", tmp_path / "成绩.xlsx").exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "成绩.xlsx").sheetnames == ["成绩", "各题", "分布"]
    assert run(corpus, "export", "1", tmp_path / "题目.xlsx", "--items").exit_code == 0
    assert run(corpus, "export", "1", tmp_path / "分布.png").exit_code == 0
    assert (tmp_path / "分布.png").read_bytes().startswith(b"\x89PNG")
    assert run(corpus, "results", "1", "--board").stdout.startswith("1\t")
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


def test_a_draft_is_gone_through_item_by_item(corpus: Path, tmp_path: Path) -> None:
    run(corpus, "make", "填空", "--number", "3", "--kind", "填空", "--seed", "3")
    assert "（审过）" in run(corpus, "edit", "1", "--keep").stdout
    before = run(corpus, "list", "1").stdout.splitlines()
    swapped = run(corpus, "edit", "2", "--swap").stdout.splitlines()
    assert swapped[0].startswith("2. [2]【填空")
    assert swapped[0] not in before
    assert run(corpus, "edit", "3", "--drop").stdout == "去掉了 3。\n"
    assert "答案与原文不符" in str(run(corpus, "edit", "1", "--key", "999公里").exception)
    assert "要选一样" in run(corpus, "edit", "1", "--keep", "--drop").output
    own = ("add", "1", "报销找哪个科室？", "A", "--option", "财务科", "--option", "办公室")
    assert run(corpus, *own).stdout == "加进了，现在一共 3 道题。\n"
    run(corpus, "export", "1", tmp_path / "题目.xlsx", "--items")
    assert run(corpus, "add", "1", "--sheet", tmp_path / "题目.xlsx").stdout == "加进了 3 道自拟题。\n"


def test_a_class_from_the_first_paper_to_the_make_up(corpus: Path, tmp_path: Path) -> None:
    ledger = Ledger(corpus / ".jihuatong" / "people.sqlite")
    one, two = (add_person(ledger, CONSOLE, name).id for name in ("张三", "王五"))
    ledger.close()
    made = run(corpus, "group", "新员工", "--add", one, "--add", two)
    assert made.stdout == f"新员工\t张三（{one}）、王五（{two}）\n"
    run(corpus, "make", "测验", "--number", "2", "--kind", "填空", "--seed", "3", "--named-only", "--in-order")
    run(corpus, "publish", "1", "--group", "新员工")
    assert "1\t测验\t未开始\t2 题\t不限时" in run(corpus, "papers", "--person", one).stdout
    told = run(corpus, "take", "1", "--person", one, given="98765432\n/报错 单位写错了\n98765432\n").stdout
    assert "已把这一题连同引文告诉出题人，谢谢：" in told
    assert told.rstrip().endswith("“测验”0 分，未及格（60 分及格）：2 题答对 0 题。")
    assert "1\t测验\t要补考" in run(corpus, "papers", "--person", one).stdout
    found = run(corpus, "complaints").stdout
    assert found.startswith("有 1 条报错没有处理。\n[1] 试卷 1 第 1 题：单位写错了\n")
    closed = run(corpus, "complaints", "--close", "1", "--answer", "改了", "--withdraw").stdout
    assert closed == "处理了第 1 条，题已撤下。\n"
    assert run(corpus, "close", "1").stdout == "“测验”已关闭。\n"
    again = run(corpus, "makeup", "1", "--seed", "5")
    assert "草稿 2：测验（补考），2 题。" in again.stdout
    assert again.stdout.rstrip().endswith("发布后通知 2 人补考。")
    assert "错题本里有 1 题" in run(corpus, "mine", "--person", one).stdout
    assert run(corpus, "mine", "--person", one, "--export", tmp_path / "我.xlsx").exit_code == 0
    assert run(corpus, "mine", "--person", one, "--delete", "--yes").stdout == "已删去。\n"
    assert "错题本里有 0 题" in run(corpus, "mine", "--person", one).stdout


def test_reminders_and_the_daily_question_are_set(corpus: Path) -> None:
    assert run(corpus, "settings").stdout == "昵称：没有；上榜；9 点提醒复习；没有订每日一题。\n"
    changed = run(corpus, "settings", "--nickname", "小青", "--unranked", "--remind", "off", "--daily").stdout
    assert changed == "昵称：小青；不上榜；不提醒复习；订了每日一题。\n"
    assert "应当是 0 到 23 的整点，或 off" in run(corpus, "settings", "--remind", "25").output
    assert run(corpus, "daily").stdout == "每日一题没有开：每天 08:30，发到 没有群 和订阅的人。\n"
    told = run(corpus, "daily", "--on", "--at", "09:15", "--chat", "telegram:-100", "--topic", "公路").stdout
    assert told == "每日一题开着：每天 09:15，发到 telegram:-100 和订阅的人，主题 公路。\n"
    assert "应当是 通道:会话" in run(corpus, "daily", "--chat", "群").output


def test_check(corpus: Path) -> None:
    told = run(corpus, "check", "--count", "60")
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[0].startswith("出题 60 道，用时 ")
    assert told.stdout.splitlines()[1].endswith("错 0 处。")


def test_unknown_kind_and_paper(corpus: Path) -> None:
    assert "题型“谜语”不对：应当是 填空" in str(run(corpus, "make", "x", "--kind", "谜语").output)
    assert "没有试卷“9”" in str(run(corpus, "take", "9").exception)
