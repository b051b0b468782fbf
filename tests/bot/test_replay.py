"""审计里的一条在它当时那一代上重答：与当时一致，与今天的对照；那一代不在了就说为什么。"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import app
from bot.answer import Reply
from bot.app import Application, open_application
from bot.audit import entry
from bot.cli import main
from bot.ledger.chats import Place, Who
from bot.office import Office
from bot.settings import Settings
from index.progress import Phase, Progress
from tests.bot.letters import Letters
from tests.bot.small import PLAN, SUMMARY

QUESTION = "2023年农村公路新改建多少公里"
WHO = Who(Place("telegram", "42"), None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """装着一份计划、一份总结的报告文件夹。"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    found = tmp_path / "报告"
    found.mkdir()
    (found / "计划.txt").write_text(PLAN, encoding="utf-8")
    (found / "总结.txt").write_text(SUMMARY, encoding="utf-8")
    return found


@pytest.fixture
def application(folder: Path) -> Iterator[Application]:
    """索引已建好。"""
    with open_application(folder, settings=Settings()) as opened:
        opened.update()
        yield opened


@pytest.fixture
def office(application: Application) -> Iterator[Office]:
    """答问台。"""
    opened = application.office()
    yield opened
    opened.ledger.close()


def run(*words: object) -> Result:
    """运行一条命令。"""
    return CliRunner().invoke(main, [str(word) for word in words])


def test_replayed_after_the_report_changed_and_another_was_deleted(
    folder: Path, application: Application, office: Office
) -> None:
    number = office.ask(WHO, QUESTION).number
    generation = application.generation()
    (folder / "计划.txt").write_text(PLAN.replace("30公里", "32公里"), encoding="utf-8")
    (folder / "总结.txt").unlink()
    (folder / "补充.txt").write_text(SUMMARY.replace("2022", "2021"), encoding="utf-8")
    application.update()
    first, *lines = run("audit", "--corpus", folder, "replay", number).stdout.splitlines()
    assert first.startswith(f"第 {number} 条，")
    assert first.endswith(f"问：{QUESTION}")
    assert lines == [
        f"当时（索引第 {generation} 代）：30 公里（2023年计划，清河县交通运输局）",
        f"在第 {generation} 代上重答：30 公里（2023年计划，清河县交通运输局）",
        "  与当时一致。",
        "今天答：32 公里（2023年计划，清河县交通运输局）",
        "  与当时不同：数字不同，出处不同。",
        "那以后换过内容的文件：《计划.txt》。",
        "那以后删去或改名的文件：《总结.txt》。",
        "那以后新来的文件：《补充.txt》。",
    ]


def test_follow_up_is_replayed_with_what_was_asked_before(
    folder: Path, application: Application, office: Office
) -> None:
    office.ask(WHO, QUESTION)
    number = office.ask(WHO, "2022年呢").number
    office.ask(WHO, "2023年危桥改造多少座")
    assert entry(office.ledger, number).earlier == (QUESTION,)
    (folder / "总结.txt").unlink()
    application.update()
    lines = run("audit", "--corpus", folder, "replay", number).stdout.splitlines()
    assert lines[1] == f"联系的上文：{QUESTION}"
    assert lines[2].split("：")[1] == lines[3].split("：")[1] == "23 公里（2022年完成，清河县交通运输局）"
    assert lines[4] == "  与当时一致。"
    assert lines[6].startswith("  与当时不同：结局由“答出”变为“未检得”")


def test_nothing_changed_and_today_is_the_same(folder: Path, office: Office) -> None:
    number = office.ask(WHO, QUESTION).number
    lines = run("audit", "--corpus", folder, "replay", number).stdout.splitlines()
    assert [lines[3], lines[5:]] == ["  与当时一致。", ["  与当时相同。"]]


def test_generation_that_is_gone_says_why(
    folder: Path, application: Application, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, generation = office.ask(WHO, QUESTION).number, application.generation()
    (folder / "总结.txt").unlink()
    application.update()
    monkeypatch.setenv("JIHUATONG_PAST_DAYS", "0")
    assert run("index", "--corpus", folder).exit_code == 0
    refused = run("audit", "--corpus", folder, "replay", number)
    assert refused.exit_code != 0
    assert refused.stderr == (
        f"第 {generation} 代索引已不在，不能在它上面重答："
        f"换下的旧报告留得有限（设置 past_days），第 {application.generation()} 代以前的已经清掉。\n"
    )


def test_what_was_never_answered_cannot_be_replayed(folder: Path, office: Office) -> None:
    number = office.ask(WHO, QUESTION).number
    refused = run("audit", "--corpus", folder, "replay", number + 1)
    assert refused.stderr == f"没有编号为 {number + 1} 的答复，它可能已过了保存期。请重新提问。\n"


def test_generation_recorded_is_the_one_that_answered(
    folder: Path, application: Application, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """正答着，索引换了一代：记下的是答它的那一代。"""
    before = application.generation()
    answer = application.reply

    def interrupted(question: str, history: tuple[str, ...] = ()) -> Reply:
        (folder / "计划.txt").write_text(PLAN.replace("30公里", "32公里"), encoding="utf-8")
        steps: list[Progress] = []
        with open_application(folder, settings=Settings()) as another:
            another.update(steps.append)
        assert steps[-1].phase is Phase.FINISH
        return answer(question, history)

    monkeypatch.setattr(application, "reply", interrupted)
    known = office.ask(WHO, QUESTION)
    assert known.reply.headline == "30 公里"
    assert entry(office.ledger, known.number).generation == before < application.generation()
