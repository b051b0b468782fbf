"""命令行：中文说明，出错只说一句话，标准输出上只有该有的。"""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import app
from bot.channels.web.front import Front
from bot.cli import main
from bot.settings import Channels
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
    """两份小报告，文件夹名带空格和汉字。"""
    folder = tmp_path / "报告 2023"
    folder.mkdir()
    (folder / "计划.txt").write_text(PLAN, encoding="utf-8")
    (folder / "总结.txt").write_text(SUMMARY, encoding="gb18030")
    return folder


def run(*words: str | Path, given: bytes = b"") -> Result:
    """运行一条命令。"""
    return CliRunner().invoke(main, [str(word) for word in words], input=given)


def test_ask(corpus: Path) -> None:
    result = run("ask", "2023年农村公路新改建多少公里", "--corpus", corpus)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[:2] == ["30 公里（2023年计划，清河县交通运输局）", "“全年新改建农村公路30公里，危桥改造4座。”"]
    assert lines[2].endswith("一、2023年工作安排 › （一）农村公路")
    assert (corpus / ".jihuatong").is_dir()


def test_ask_in_json(corpus: Path) -> None:
    result = run("ask", "2023年农村公路新改建多少公里", "--json", "--corpus", corpus)
    (line,) = result.stdout.splitlines()
    answer = json.loads(line)
    assert (answer["id"], answer["status"]) == (None, "answered")
    fact = answer["facts"][0]
    assert (fact["value"], fact["unit"], fact["year"], fact["kind"]) == ("30", "公里", 2023, "plan")
    assert (fact["document"], answer["citations"][0]["page"]) == ("计划.txt", None)


def test_conversation_in_json_lines(corpus: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "question": "2023年农村公路新改建多少公里"},
        {"id": "b", "question": "那2022年呢", "history": ["2023年农村公路新改建多少公里"]},
    ]
    given = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n坏行\n"
    state = tmp_path / "另处"
    result = run("ask", "--json", "--stdin", "--corpus", corpus, "--data", state, given=given.encode())
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", None]
    assert [answer["status"] for answer in answers] == ["answered", "answered", "not_found"]
    assert answers[1]["facts"][0]["value"] == "23"
    assert state.is_dir()
    assert not (corpus / ".jihuatong").exists()


def test_ask_reads_what_changed_first(corpus: Path) -> None:
    run("index", "--corpus", corpus)
    (corpus / "计划.txt").write_text(PLAN.replace("30公里", "45公里"), encoding="utf-8")
    assert run("ask", "2023年农村公路新改建多少公里", "--corpus", corpus).stdout.startswith("45 公里")
    (corpus / "计划.txt").unlink()
    answer = json.loads(run("ask", "2023年农村公路新改建多少公里", "--json", "--corpus", corpus).stdout)
    assert (answer["status"], answer["reason"]) == ("not_found", "no_year")


def test_index_says_what_was_read_and_what_had_problems(corpus: Path) -> None:
    (corpus / "空.txt").write_bytes(b"")
    result = run("index", "--corpus", corpus)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("读入 2 个文件")
    assert {"  读入　总结.txt", "  读入　计划.txt", "有问题的文件 1 个："} <= set(lines)
    assert lines[-1].startswith("  空.txt　")
    again = run("index", "--corpus", corpus)
    assert again.stdout.splitlines()[0].startswith("没有变化")


def test_status_and_facts(corpus: Path) -> None:
    run("index", "--corpus", corpus)
    status = run("status", "--corpus", corpus).stdout
    assert "已入库 2 份报告" in status
    assert "计划.txt　清河县交通运输局 · 2023 · " in status
    listed = run("facts", "总结.txt", "--corpus", corpus).stdout.splitlines()
    assert listed[0] == "事项\t数量\t年度\t性质\t所在的节"
    assert any(line.split("\t")[1:4] == ["23 公里", "2022", "完成"] for line in listed)
    rows = [json.loads(line) for line in run("facts", "总结.txt", "--json", "--corpus", corpus).stdout.splitlines()]
    assert ("23", "公里", 2022, "actual") in [(row["value"], row["unit"], row["year"], row["kind"]) for row in rows]


def test_facts_of_no_report(corpus: Path) -> None:
    result = run("facts", "无.txt", "--corpus", corpus)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("索引里没有《无.txt》")


def test_extract(corpus: Path) -> None:
    result = run("extract", corpus / "计划.txt")
    assert result.exit_code == 0
    assert "# 一、2023年工作安排\n## （一）农村公路\n全年新改建农村公路30公里，危桥改造4座。\n" in result.stdout
    assert "单位：清河县交通运输局\n" in result.stderr


def test_extract_of_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    for name in ("空.txt", "没有.txt"):
        result = run("extract", tmp_path / name)
        assert (result.exit_code, result.stdout) == (1, "")
        assert len(result.stderr.splitlines()) == 1
        assert name in result.stderr


def test_chat_without_a_terminal(corpus: Path) -> None:
    given = "2023年农村公路新改建多少公里\n那2022年呢\n/退出\n"
    result = run("chat", "--corpus", corpus, given=given.encode())
    assert [line for line in result.stdout.splitlines() if "公里（" in line] == [
        "30 公里（2023年计划，清河县交通运输局）",
        "23 公里（2022年完成，清河县交通运输局）",
    ]


def test_help_is_chinese() -> None:
    for words in ((), ("--help",), ("-h",), *((name, "--help") for name in main.commands)):
        result = run(*words)
        assert result.exit_code == 0
        assert result.stdout.startswith("用法：")
        assert "显示这份说明。" in result.stdout
        for english in ("Usage", "Options", "Commands", "Show this", "default:", "[OPTIONS]"):
            assert english not in result.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("aks",), "没有“aks”这条命令，是不是 ask。用 jihuatong --help 查看用法。"),
        (("status", "--corpsu", "x"), "没有 --corpsu 这个选项，是不是 --corpus。用 jihuatong status --help 查看用法。"),
        (("extract",), "还缺文件。用 jihuatong extract --help 查看用法。"),
        (("status", "--corpus"), "选项 --corpus 的用法不对：它后面要跟一个值，或者不该跟值。用"),
        (("serve", "--port", "x"), "选项 --port 的值不对：应当是 0 到 65535 之间的整数。用 jihuatong serve --help"),
        (("ask",), "问题写在命令后面，或用 --stdin 从标准输入读，二者取一。用 jihuatong ask --help 查看用法。"),
        (("ask", "q", "--stdin"), "问题写在命令后面，或用 --stdin 从标准输入读，二者取一。用"),
    ],
)
def test_wrong_usage_is_one_chinese_sentence(words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)
    assert len(result.stderr.splitlines()) == 1


def test_faults_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = run("ask", "q", "--corpus", tmp_path / "没有")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert missing.stderr.startswith("没有报告文件夹")
    monkeypatch.setenv("JIHUATONG_WEB_PORT", "八千")
    wrong = run("status", "--corpus", tmp_path)
    assert (wrong.exit_code, wrong.stderr) == (
        1,
        "设置 WEB_PORT 的值“八千”不对：应当是0 到 65535 之间的整数。\n",
    )


def test_serve_warns_and_starts(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def stand_in(front: Front, chosen: Channels, listener: socket.socket, warn: Callable[[str], None]) -> None:
        started.append(front.host)
        assert (front.office.library.folder, chosen.aibot_socket) == (corpus, None)
        assert listener.getsockname()[1] > 0
        warn("一个通道没有启用。")

    monkeypatch.setattr("bot.serving.serve", stand_in)
    monkeypatch.setattr("bot.channels.web.server.listen", lambda *_: socket.create_server(("127.0.0.1", 0)))
    monkeypatch.setenv("JIHUATONG_AIBOT_ID", "b")
    here = run("serve", "--corpus", corpus, "--port", "0")
    opened, offered, how = here.stdout.splitlines()
    assert re.fullmatch(r"网页已打开：http://127.0.0.1:\d+/（按 Ctrl\+C 停止）", opened)
    assert re.fullmatch(r"还没有管理员。一次性管理员码：\w{4}-\w{4}（30 分钟内有效）。", offered)
    assert how == "在网页的“管理”里用它注册，或在 Telegram、企业微信里发给机器人，您就是管理员。"
    assert here.stderr.splitlines() == [
        "通道“智能机器人（长连接）”没有启用：还缺设置 JIHUATONG_AIBOT_SECRET。",
        "一个通道没有启用。",
        "已停止。",
    ]
    wide = run("serve", "--corpus", corpus, "--host", "0.0.0.0", "--port", "0")  # noqa: S104
    assert wide.stderr.splitlines()[1].startswith("注意：网页开在 0.0.0.0，同一网络里的人都能看到报告")
    assert started == ["127.0.0.1", "0.0.0.0"]  # noqa: S104


def test_empty_folder_still_answers(tmp_path: Path) -> None:
    folder = tmp_path / "空"
    folder.mkdir()
    answer = json.loads(run("ask", "q", "--json", "--corpus", folder).stdout)
    assert (answer["status"], answer["reason"]) == ("not_found", "empty")


def test_corpus_from_settings(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHUATONG_CORPUS", str(corpus))
    assert run("ask", "2023年农村公路新改建多少公里").stdout.startswith("30 公里")


def test_interrupt_is_clean(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app.Application, "update", interrupted)
    result = run("ask", "q", "--corpus", corpus)
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (130, "", "已中断。")


def test_light_commands_import_nothing_heavy(corpus: Path) -> None:
    heavy = ("torch", "sentence_transformers", "faiss", "fastapi", "jieba", "prompt_toolkit")
    for words in (["--help"], ["status", "--corpus", str(corpus)], ["extract", str(corpus / "计划.txt")]):
        script = (
            "import sys\nfrom bot.cli import main\n"
            f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
            f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
        )
        root = Path(app.__file__).parents[1]
        ran = subprocess.run(
            [sys.executable, "-c", script], cwd=root, capture_output=True, check=True, encoding="utf-8"
        )
        assert ran.stderr.splitlines()[-1] == "[]", words
