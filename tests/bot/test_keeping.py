"""管理员的命令：预估、更正、状态、查验、备份与恢复。"""

import os
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from bot import app
from bot.cli import main
from bot.ledger.file import Ledger
from index.store import Store
from tests.bot.letters import Letters
from tests.bot.small import PLAN, SUMMARY


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """不用真的编码器，也不受本机设置影响。"""
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("JIHUATONG_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """两份小报告，已经入库。"""
    folder = tmp_path / "报告 2023"
    folder.mkdir()
    (folder / "计划.txt").write_text(PLAN, encoding="utf-8")
    (folder / "总结.txt").write_text(SUMMARY, encoding="utf-8")
    assert run("index", "--corpus", folder).exit_code == 0
    return folder


def run(*words: str | Path, given: str = "") -> Result:
    """运行一条命令。"""
    return CliRunner().invoke(main, [str(word) for word in words], input=given)


def state(corpus: Path) -> Path:
    """放索引的文件夹。"""
    return corpus / ".jihuatong"


def test_dry_run_says_what_would_happen_and_changes_nothing(corpus: Path) -> None:
    (corpus / "计划.txt").write_text(PLAN.replace("30公里", "45公里"), encoding="utf-8")
    (corpus / "总结.txt").unlink()
    said = run("index", "--dry-run", "--corpus", corpus).stdout.splitlines()
    assert said[0] == "会读 1 个文件（0 KB），改名 0 个，删去 1 个；0 个没有变。"
    assert said[1].startswith("读出 3 段，要编码 1 段，")
    assert said[2:] == ["  会读　计划.txt", "  会删去　总结.txt"]
    assert "已入库 2 份报告" in run("status", "--corpus", corpus).stdout
    run("index", "--corpus", corpus)
    assert run("index", "--dry-run", "--corpus", corpus).stdout == "没有变化，1 个文件都已入库。\n"


def test_dry_run_and_watch_exclude_each_other(corpus: Path) -> None:
    result = run("index", "--dry-run", "--watch", "--corpus", corpus)
    assert (result.exit_code, result.stderr) == (
        2,
        "--dry-run 与 --watch 只能用一个。用 jihuatong index --help 查看用法。\n",
    )


def test_index_shows_the_digits_of_each_file(corpus: Path) -> None:
    (corpus / "新.txt").write_text("新增公交车15辆。\n", encoding="utf-8")
    said = run("index", "--corpus", corpus).stdout.splitlines()
    assert said[-2:] == ["数字字符核对（原文件 / 读出）：", "  新.txt　2 / 2"]


def test_correction_by_command_answers_at_once_and_is_taken_back(corpus: Path) -> None:
    asked = ("ask", "2021年农村公路新改建多少公里", "--corpus", corpus)
    result = run("correct", "计划.txt", "--issuer", "清河市交通局", "--year", "2023", "--corpus", corpus)
    assert result.stdout == "《计划.txt》现在是：清河县交通运输局2023年工作计划　清河市交通局　2023\n"
    assert "清河市交通局" in run("ask", "2023年农村公路新改建多少公里", "--corpus", corpus).stdout
    assert 'issuer = "清河市交通局"' in (corpus / "reports.toml").read_text(encoding="utf-8")
    assert "清河县交通运输局" in run("correct", "计划.txt", "--clear", "--corpus", corpus).stdout
    assert run(*asked).exit_code == 0


@pytest.mark.parametrize("words", [(), ("--clear", "--year", "2022"), ("--title", " ")])
def test_correction_of_nothing_is_wrong_usage(corpus: Path, words: tuple[str, ...]) -> None:
    result = run("correct", "计划.txt", *words, "--corpus", corpus)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("请写明 --title、--issuer、--year 中的至少一项")


def test_correction_of_no_report_is_said(corpus: Path) -> None:
    result = run("correct", "无.txt", "--year", "2022", "--corpus", corpus)
    assert (result.exit_code, result.stderr[:9]) == (1, "索引里没有《无.t")
    assert not (corpus / "reports.toml").exists()


def test_bad_corrections_are_shown_by_index_and_status(corpus: Path) -> None:
    (corpus / "reports.toml").write_text('["计划.txt"]\nyear = "去年"\n', encoding="utf-8")
    line = "  reports.toml　《计划.txt》：year 应当是 1949 到 2100 之间的整数，这一项没有采用。"
    assert line in run("index", "--corpus", corpus).stdout.splitlines()
    assert line in run("status", "--corpus", corpus).stdout.splitlines()


def test_status_tells_encoder_sizes_and_digits(corpus: Path) -> None:
    said = run("status", "--corpus", corpus).stdout.splitlines()
    assert said[0] == f"报告文件夹：{corpus}"
    assert "（第 " in said[1]
    assert " KB" in said[1]
    assert said[2] == f"编码器：{Letters().name}，向量齐全。"
    assert said[-1].endswith(" · 数字字符 19 / 19")


def test_status_tells_another_encoder(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(Letters):
        name = "另一个"

    monkeypatch.setattr(app, "open_encoder", lambda _: Other())
    said = run("status", "--corpus", corpus).stdout.splitlines()[2]
    assert said.startswith(f"编码器：另一个（原来用 {Letters().name}），还有 ")


def test_status_tells_an_update_cut_short(corpus: Path) -> None:
    with Store(state(corpus) / "index.sqlite") as store:
        store.unsettle()
    said = run("status", "--corpus", corpus).stdout.splitlines()[2]
    assert said == (
        f"编码器：{Letters().name}，上一次更新没有做完，做完之前只按词检索。运行 jihuatong index 接着做完。"
    )


def test_status_tells_replaced_files_kept_for_replay(corpus: Path) -> None:
    (corpus / "计划.txt").write_text(PLAN.replace("30公里", "32公里"), encoding="utf-8")
    assert run("index", "--corpus", corpus).exit_code == 0
    said = run("status", "--corpus", corpus).stdout.splitlines()[3]
    assert said.startswith("换下的旧文件 1 份（")
    assert said.endswith("），第 0 代起的答复可以重放。")


def test_status_tells_who_is_writing(corpus: Path) -> None:
    with Store(state(corpus) / "index.sqlite") as store, store.writer():
        assert f"正在更新：进程 {os.getpid()} 从 " in run("status", "--corpus", corpus).stdout
        left = run("index", "--corpus", corpus)
        assert (left.exit_code, left.stderr.startswith(f"另一个程序（进程 {os.getpid()}）从 ")) == (1, True)
    assert "正在更新" not in run("status", "--corpus", corpus).stdout


def test_second_writer_waits_when_told_to(corpus: Path) -> None:
    holding = (
        "import pathlib, sys, time\n"
        "from index.lock import writer_lock\n"
        "with writer_lock(pathlib.Path(sys.argv[1])):\n"
        "    print('占住了', flush=True); time.sleep(1)\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-X", "utf8", "-c", holding, str(state(corpus) / "index.lock")]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        waited = run("index", "--wait", "--corpus", corpus)
    assert (waited.exit_code, waited.stdout[:4]) == (0, "没有变化")
    assert "正在等它做完" in waited.stderr


def test_verify_is_content_or_repairs(corpus: Path) -> None:
    assert run("verify", "--corpus", corpus).stdout == "查验完毕，索引和台账都完好。\n"
    with closing(sqlite3.connect(state(corpus) / "index.sqlite")) as connection:
        connection.execute("DELETE FROM facts")
        connection.commit()
    result = run("verify", "--corpus", corpus)
    assert result.exit_code == 0
    assert [line[:4] for line in result.stdout.splitlines()] == ["已修好　", "已修好　"]
    (state(corpus) / "people.sqlite").write_bytes(b"not a database" * 100)
    broken = run("verify", "--corpus", corpus)
    assert (broken.exit_code, broken.stdout.startswith("没有修好　台账 people.sqlite 坏了")) == (1, True)


def people(corpus: Path) -> list[str]:
    """台账里记着的两件事。"""
    ledger = Ledger(state(corpus) / "people.sqlite")
    try:
        with ledger.reading() as connection:
            return [row[0] for row in connection.execute("SELECT value FROM meta WHERE key = '试'")]
    finally:
        ledger.close()


def note(corpus: Path, text: str) -> None:
    """在台账里记一笔。"""
    ledger = Ledger(state(corpus) / "people.sqlite")
    with ledger.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('试', ?)", (text,))
    ledger.close()


def test_backup_and_restore_bring_everything_back_while_the_bot_runs(corpus: Path, tmp_path: Path) -> None:
    note(corpus, "从前")
    run("correct", "计划.txt", "--title", "旧题名", "--corpus", corpus)
    saved = run("backup", tmp_path / "备份.zip", "--corpus", corpus)
    assert saved.stdout.startswith(f"已备份到 {tmp_path / '备份.zip'}（")
    (corpus / "总结.txt").unlink()
    note(corpus, "后来")
    with Store(state(corpus) / "index.sqlite") as running:
        run("correct", "计划.txt", "--title", "新题名", "--corpus", corpus)
        assert [entry.title for entry in running.reports()] == ["新题名"]
        result = run("restore", tmp_path / "备份.zip", "--corpus", corpus, given="y\n")
        assert result.stdout.splitlines() == [
            "已恢复索引、台账、更正。报告文件夹若与备份时不同，运行 jihuatong index 跟上。",
            "机器人若正在运行，请重新启动，它才会用恢复的台账。",
        ]
        assert [entry.title for entry in running.reports()][1] == "旧题名"
    assert people(corpus) == ["从前"]
    assert "新题名" in (state(corpus) / "reports.toml.bak").read_text(encoding="utf-8")
    assert run("index", "--corpus", corpus).stdout.splitlines()[1] == "  删去　总结.txt"
    assert run("verify", "--corpus", corpus).exit_code == 0


def test_restore_replaces_a_broken_index(corpus: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "备份.zip", "--corpus", corpus)
    (state(corpus) / "index.sqlite").write_bytes(b"broken" * 1000)
    (state(corpus) / "index.sqlite-wal").write_bytes(b"broken" * 1000)
    assert run("status", "--corpus", corpus).stderr.endswith("由报告重建，报告本身不受影响。\n")
    assert run("restore", tmp_path / "备份.zip", "--yes", "--corpus", corpus).exit_code == 0
    assert "已入库 2 份报告" in run("status", "--corpus", corpus).stdout


def test_restore_asks_first(corpus: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "备份.zip", "--corpus", corpus)
    result = run("restore", tmp_path / "备份.zip", "--corpus", corpus, given="n\n")
    assert (result.exit_code, result.stdout) == (130, "")


def test_bad_backups_change_nothing(corpus: Path, tmp_path: Path) -> None:
    good = tmp_path / "备份.zip"
    run("backup", good, "--corpus", corpus)
    before = (state(corpus) / "index.sqlite").read_bytes()
    (tmp_path / "截断.zip").write_bytes(good.read_bytes()[:-200])
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "改过.zip", "w") as changed:
        for name in source.namelist():
            changed.writestr(name, source.read(name).replace("公里".encode(), b"metres"))
    for name, cause in (("截断.zip", "不是完整的备份"), ("改过.zip", "坏了或缺了"), ("没有.zip", "没有这个文件")):
        result = run("restore", tmp_path / name, "--yes", "--corpus", corpus)
        assert (result.exit_code, cause in result.stderr) == (1, True)
    assert (state(corpus) / "index.sqlite").read_bytes() == before


def test_backup_that_cannot_be_written_is_said(corpus: Path, tmp_path: Path) -> None:
    result = run("backup", tmp_path / "没有" / "备份.zip", "--corpus", corpus)
    assert (result.exit_code, result.stderr.startswith("备份没有写成")) == (1, True)


def test_watch_follows_the_folder(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(folder: Path, _: object) -> Iterator[None]:
        yield
        (folder / "新.txt").write_text("新增公交车15辆。\n", encoding="utf-8")
        os.utime(folder / "新.txt", (time.time() - 60,) * 2)
        yield
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr("index.watching.changes", twice)
    result = run("index", "--watch", "--corpus", corpus)
    assert result.exit_code == 130
    assert "没有变化，2 个文件都已入库。" in result.stdout.splitlines()
    assert result.stdout.count("读入　新.txt") == 1
    assert f"正在盯着 {corpus}（按 Ctrl+C 停止）。" in result.stderr


def test_another_encoder_is_taken_up_in_the_background_and_never_mixed(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(Letters):
        name = "另一个"

        def encode_passages(
            self, texts: Sequence[str], progress: Callable[[int], None] | None = None
        ) -> NDArray[np.float32]:
            encoding.set()
            assert go_on.wait(10)
            return super().encode_passages(texts, progress)

    encoding, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(app, "open_encoder", lambda _: Slow())
    with app.open_application(corpus) as application, application.kept_fresh():
        assert encoding.wait(10)
        assert application._nearest() is None  # noqa: SLF001  回答时用不用向量
        assert application.answer("2023年农村公路新改建多少公里").text.startswith("30 公里")
        go_on.set()
        deadline = time.monotonic() + 10
        while application.store.encoder() != "另一个":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert application._nearest() is not None  # noqa: SLF001
        assert len(application.store.vectors(Letters.name)[0]) == 0
        assert application.answer("2023年农村公路新改建多少公里").text.startswith("30 公里")
