"""`users` 与 `audit` 命令：列出、改角色、邀请、设密码、令牌、导出。"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from bot.access import sign_in, token_person
from bot.cli import main
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.office import Office
from bot.people import Identity, PersonRole, enrol
from tests.bot.desk import StandIn

QUESTION = "2023年农村公路新改建多少公里"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """一个报告文件夹，台账里有一个人，问过一句。"""
    monkeypatch.chdir(tmp_path)
    found = tmp_path / "报告"
    found.mkdir()
    ledger = Ledger(found / ".jihuatong" / "people.sqlite")
    added = enrol(ledger, "小李", PersonRole.STAFF, Identity("telegram", "42"))
    Office(StandIn(found), ledger).ask(Who(Place("telegram", "42"), added.id), QUESTION)
    ledger.close()
    return found


def run(*words: object, given: str = "") -> Result:
    """运行一条命令。"""
    return CliRunner().invoke(main, [str(word) for word in words], input=given)


def test_listing_and_granting(folder: Path) -> None:
    users = ("users", "--corpus", folder)
    assert run(*users).stdout == "一共 1 人。\n1\t小李\t员工\ttelegram 42\n"
    assert run(*users, "grant", 1, "管理员").stdout == "小李（1）现在是管理员。\n"
    assert run(*users, "grant", 1, "员工").stderr.startswith("小李是最后一位管理员")
    assert run(*users, "grant", 9, "员工").stderr == "没有“9”这个人。用 jihuatong users 可以列出全部人员。\n"
    enrol_second = run(*users, "invite", "--role", "培训员", "--uses", 3).stdout
    assert enrol_second.endswith("（培训员，3 人可用，七天内有效）\n")
    assert run(*users, "admin-code").stdout.startswith("管理员码：")


def test_blocking(folder: Path) -> None:
    users = ("users", "--corpus", folder)
    assert run(*users, "block", 1).stdout == "小李（1）已停用。\n"
    assert "员工（已停用）" in run(*users).stdout
    assert run(*users, "block", 1, "--undo").stdout == "小李（1）已恢复。\n"


def test_password_and_token(folder: Path) -> None:
    users = ("users", "--corpus", folder)
    assert run(*users, "password", 1, "li", given="清河大桥2023\n清河大桥2023\n").exit_code == 0
    token = run(*users, "token", 1, "看板").stdout.strip()
    ledger = Ledger(folder / ".jihuatong" / "people.sqlite")
    assert sign_in(ledger, "li", "清河大桥2023", "本机") == token_person(ledger, token)
    ledger.close()


def test_audit_is_listed_and_exported(folder: Path, tmp_path: Path) -> None:
    audit = ("audit", "--corpus", folder)
    head, line = run(*audit).stdout.splitlines()
    assert head == "一共 1 条，列出最近 1 条。"
    assert line.split("\t")[2:] == ["小李", "telegram", "answered", QUESTION, "30 公里（2023年计划，清河县交通运输局）"]
    assert run(*audit, "--words", "没有这个词").stdout == "一共 0 条，列出最近 0 条。\n"
    assert run(*audit, "--until", "2020-01-01").stdout.startswith("一共 0 条")
    written = json.loads(run(*audit, "--export", "jsonl").stdout)
    assert (written["name"], written["text"]) == ("小李", QUESTION)
    hidden = json.loads(run(*audit, "--export", "jsonl", "--pseudonyms").stdout)
    assert hidden["name"].startswith("人员-")
    target = tmp_path / "审计.csv"
    assert run(*audit, "--export", "csv", "--output", target).stdout == f"已导出到 {target}。\n"
    assert target.read_bytes().startswith("\ufeff编号,时间".encode())


def test_audit_is_exported_to_excel(folder: Path, tmp_path: Path) -> None:
    ledger = Ledger(folder / ".jihuatong" / "people.sqlite")
    Office(StandIn(folder), ledger).ask(Who(Place("web", "1"), None), "=1+1\x0b是多少")
    ledger.close()
    audit, target = ("audit", "--corpus", folder, "--export", "xlsx"), tmp_path / "审计.xlsx"
    assert run(*audit).stderr.startswith("导出 xlsx 要用 --output 给文件名")
    assert run(*audit, "--output", target).stdout == f"已导出到 {target}。\n"
    sheet = load_workbook(target)["审计"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [rows[0][:2], rows[1][4], rows[1][7]] == [["编号", "时间"], "小李", QUESTION]
    assert (rows[2][7], sheet["H3"].data_type) == ("=1+1是多少", "s")
