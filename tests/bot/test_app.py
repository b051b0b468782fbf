"""装配：索引放在哪里，后台更新时照常回答，可以怎样问。"""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import app
from bot.answer import Status
from bot.app import Application, open_application, state_folder
from bot.ledger.chats import Place, Who
from bot.settings import SHIPPED, Settings
from index.errors import CannotKeepIndex, NoCorpus
from tests.bot.letters import Letters
from tests.bot.small import PLAN, SUMMARY

QUESTION = "2023年农村公路新改建多少公里"


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """装着一份计划的一套，用替身编码器。"""
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    monkeypatch.setattr(app, "LOOK_EVERY", 0.05)
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "计划.txt").write_text(PLAN, encoding="utf-8")
    with open_application(folder, settings=Settings()) as opened:
        yield opened


def until(happened: object, seconds: float = 60) -> None:
    """等到一件事成真。"""
    assert callable(happened)
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_option_over_setting_over_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("JIHUATONG_CORPUS", str(tmp_path / "乙"))
    with open_application(settings=Settings()) as opened:
        assert opened.folder == tmp_path / "乙"
    with open_application(tmp_path / "甲", tmp_path / "索引", Settings()) as opened:
        assert (opened.folder, opened.data) == (tmp_path / "甲", tmp_path / "索引")
    assert state_folder(SHIPPED).name == ".jihuatong"


def test_no_folder_and_no_room_for_the_index(tmp_path: Path) -> None:
    with pytest.raises(NoCorpus):
        open_application(tmp_path / "没有", settings=Settings())
    (tmp_path / "文件").write_text("", encoding="utf-8")
    with pytest.raises(CannotKeepIndex):
        open_application(tmp_path, tmp_path / "文件" / "索引", Settings())


def test_folder_is_followed_in_the_background(application: Application) -> None:
    with application.kept_fresh():
        until(lambda: application.answer(QUESTION).headline == "30 公里")
        (application.folder / "总结.txt").write_text(SUMMARY, encoding="utf-8")
        until(lambda: application.answer("2022年农村公路新改建多少公里").headline == "23 公里")
        (application.folder / "计划.txt").unlink()
        until(lambda: application.answer(QUESTION).status is Status.NOT_FOUND)
    assert application.progress() is None


def test_answers_while_indexing(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    application.update()
    (application.folder / "总结.txt").write_text(SUMMARY, encoding="utf-8")
    gate = threading.Event()

    def slow(texts: list[str], _: object = None) -> object:
        gate.wait(10)
        return Letters().encode_passages(texts)

    monkeypatch.setattr(application.encoder, "encode_passages", slow)
    with application.kept_fresh():
        until(lambda: application.progress() is not None)
        assert application.answer(QUESTION).headline == "30 公里"
        gate.set()
        until(lambda: application.answer("2022年农村公路新改建多少公里").headline == "23 公里")


def test_stopping_does_not_wait_for_the_rest(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def endless(_: list[str], progress: object) -> object:
        assert callable(progress)
        while True:
            begun.set()
            progress(0)
            time.sleep(0.01)

    monkeypatch.setattr(application.encoder, "encode_passages", endless)
    with application.kept_fresh():
        assert begun.wait(10)
    assert application.reports() == ()


def test_examples_are_answerable(application: Application) -> None:
    assert application.examples() == ()
    application.update()
    examples = application.examples()
    assert examples
    for question in examples:
        assert application.answer(question).status is Status.ANSWERED


def test_follow_ups_name_the_other_year(application: Application) -> None:
    (application.folder / "总结.txt").write_text(SUMMARY, encoding="utf-8")
    application.update()
    following = application.reply(QUESTION).suggestions
    assert following[0].startswith("2022年清河县")
    assert all(application.answer(question).status is Status.ANSWERED for question in following)


def test_office_remembers_each_chat(application: Application) -> None:
    (application.folder / "总结.txt").write_text(SUMMARY, encoding="utf-8")
    application.update()
    office = application.office()
    here, there = (Who(Place("terminal", chat), None) for chat in ("甲", "乙"))
    asked = [office.ask(here, QUESTION), office.ask(here, "那2022年呢"), office.ask(there, "那2022年呢")]
    assert [one.reply.headline for one in asked] == ["30 公里", "23 公里", ""]
    office.ledger.close()
