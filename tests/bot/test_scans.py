"""扫描件从放进文件夹到答出来：在前台识别，在后台识别，当场识别；出处里注明。"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import app
from bot.app import open_application
from bot.card import place
from bot.cli import main
from bot.commands import extract as extraction
from bot.machine import Asked, answered
from bot.settings import Settings
from corpus.readers import ocr
from tests.bot.letters import Letters
from tests.bot.small import PLAN
from tests.bot.test_app import until
from tests.corpus.files import zipped
from tests.scans import scan, stand_in

QUESTION = "贰河镇完成公路多少公里"
RECOGNISED = "文字是从扫描图像识别出来的，可能有错字，数字请对照原件。"


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    monkeypatch.setattr(app, "RECOGNISE_EVERY", 0.05)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("JIHUATONG_")]:
        monkeypatch.delenv(name)
    with stand_in(monkeypatch):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """一份计划，一份三页的扫描件。"""
    made = tmp_path / "报告 夹"
    made.mkdir()
    (made / "计划.txt").write_text(PLAN, encoding="utf-8")
    scan(made, "青溪县交通运输局2023年工作总结.tif", 1, 2, 3)
    return made


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_index_recognises_within_the_budget_and_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHUATONG_OCR_RUN_PAGES", "2")
    lines = run("index", "--corpus", folder).stdout.splitlines()
    assert lines[1:5] == [
        "  读入　计划.txt",
        "有 3 页扫描件等待识别，这一次识别 2 页，约 16 秒（可以按 Ctrl+C 停下，认完的页都算数）。",
        "识别了 2 页，还有 1 页没有识别，再运行一次 index 接着识别。",
        "  读入　青溪县交通运输局2023年工作总结.tif",
    ]
    assert lines[-2:] == [
        f"  青溪县交通运输局2023年工作总结.tif　第 1–2 页：{RECOGNISED}",
        "  青溪县交通运输局2023年工作总结.tif　第 3 页：等待识别 1 页：是扫描图像，或文字层是乱码。",
    ]
    assert "识别了 1 页。" in run("index", "--corpus", folder).stdout.splitlines()
    assert "等待识别" not in run("index", "--corpus", folder).stdout


def test_pages_beyond_the_limit_of_a_file_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHUATONG_OCR_FILE_PAGES", "2")
    assert (
        "  青溪县交通运输局2023年工作总结.tif　一份文件最多识别 2 页（设置 ocr_file_pages），后面的没有读。"
        in run("index", "--corpus", folder).stdout.splitlines()
    )


def test_no_budget_or_no_engine_leaves_the_scan_waiting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHUATONG_OCR_RUN_PAGES", "0")
    lines = run("index", "--corpus", folder).stdout.splitlines()
    assert lines[-1].endswith("第 1–3 页：等待识别 3 页：是扫描图像，或文字层是乱码。")
    monkeypatch.delenv("JIHUATONG_OCR_RUN_PAGES")
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    assert "识别了" not in run("index", "--corpus", folder).stdout


def test_scans_are_recognised_in_the_background_while_answers_go_on(folder: Path) -> None:
    with open_application(folder, settings=Settings()) as application, application.kept_fresh():
        until(lambda: len(application.reports()) == 2, 60)
        until(lambda: not any(file.waiting for file in application.files()), 60)
        reply = application.answer(QUESTION)
        assert reply.facts[0].value == "2"
        assert (reply.citations[0].page, reply.citations[0].recognised) == (2, True)
        assert place(reply.citations[0]).endswith(" · 第 2 页 · 扫描识别，请对照原件")
        until(lambda: application.progress() is None, 60)
        plan = application.answer("2023年清河县农村公路新改建多少公里")
        assert [citation.recognised for citation in plan.citations] == [False]


def test_json_keeps_to_its_contract(folder: Path) -> None:
    run("index", "--corpus", folder)
    with open_application(folder, settings=Settings()) as application:
        said = answered(Asked(None, QUESTION), application.answer)
    assert set(said["citations"][0]) == {"document", "section", "quote", "page"}
    assert said["citations"][0]["page"] == 2


def test_extract_recognises_at_once_and_says_what_it_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "青溪县交通运输局2023年工作总结.tif"
    whole = run("extract", file)
    assert (whole.exit_code, whole.stdout.count("人人满意")) == (0, 3)
    waits = iter([True, True, False])
    monkeypatch.setattr(extraction.Hurried, "wants", lambda *_: next(waits))
    some = run("extract", file)
    assert (some.exit_code, some.stdout.count("人人满意")) == (0, 2)
    assert some.stderr.splitlines()[0] == (
        "没有读：第 3 页，45 秒里识别不完。放进报告文件夹运行 jihuatong index，可以不限时地识别。"
    )


def test_extract_of_a_scan_that_cannot_be_recognised(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "青溪县交通运输局2023年工作总结.tif"
    monkeypatch.setattr(extraction, "SECONDS", 0.0)
    late = run("extract", file)
    assert (late.exit_code, late.stdout) == (1, "")
    assert "是扫描件（3 页），限定的时间里没有识别完一页。请放进报告文件夹" in late.stderr
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    bare = run("extract", file)
    assert (bare.exit_code, bare.stdout) == (1, "")
    assert bare.stderr.strip() == (
        "《青溪县交通运输局2023年工作总结.tif》读不出来：是扫描件（3 页），没有可用的文字。"
        "请放入文字版，或运行 python3 scripts/start.py --ocr 装上文字识别组件。"
    )


def test_extract_of_an_archive_of_which_nothing_is_read(folder: Path) -> None:
    (folder / "包.zip").write_bytes(zipped({"../恶.txt": "坏"}))
    result = run("extract", folder / "包.zip")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "问题：../恶.txt：压缩包里的《../恶.txt》路径指向包外，为安全没有读。",
        "《包.zip》读不出来：里面的文件一份也读不出来。请照逐份说明的原因改好后重新放入。",
    ]
