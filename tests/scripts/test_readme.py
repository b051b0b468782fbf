"""README 里的命令都能运行，设置一项不漏，写到的文件都在。"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import environment
import readme
import start
from bot.cli import main

README = (environment.PROJECT / "README.md").read_text(encoding="utf-8")
SAMPLES = Path("corpus", "reports")
WHOLE = {
    "scripts/start.py",
    "scripts/test.py",
    "scripts/check.py",
    "scripts/lock.py",
    "scripts/bench.py",
    "scripts/readme.py",
    "scripts/make_reports.py",
}
"""由 CI 整个运行的，或要联网、要几分钟的脚本：这里只看它在不在、选项对不对。"""
STAYING = {"serve", "chat", "start"}
"""不会自己结束的命令：这里只看选项对不对。"""


def commands() -> Iterator[str]:
    """README 里 console 块的每条命令。"""
    for block in re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                yield line.removeprefix("$ ")


def is_whole(command: str) -> bool:
    """是不是整个运行的脚本。"""
    return shlex.split(command)[1] in WHOLE


@dataclass(frozen=True, slots=True)
class Desk:
    """照着 README 做的人：在自己的文件夹里，用一份抄来的报告，不动项目里的文件。"""

    folder: Path

    def run(self, words: list[str], said: str = "") -> subprocess.CompletedProcess[str]:
        """运行一条 `python3 …`。"""
        reports = str(self.folder / SAMPLES)
        places = {"PYTHONPATH": str(environment.PROJECT), "JIHUATONG_CORPUS": reports}
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONUTF8": "1", **places},
            input=said,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """报告抄一份，索引就建在它旁边。"""
    folder = tmp_path_factory.mktemp("照着做")
    shutil.copytree(environment.PROJECT / SAMPLES, folder / SAMPLES, ignore=shutil.ignore_patterns(".jihuatong"))
    return Desk(folder)


def test_readme_shows_commands() -> None:
    assert len(list(commands())) > 10


@pytest.mark.parametrize("command", [command for command in commands() if is_whole(command)])
def test_scripts_exist_and_know_their_options(command: str) -> None:
    python, script, *options = shlex.split(command)
    assert python == "python3"
    assert (environment.PROJECT / script).is_file()
    if script == "scripts/start.py":
        start.arguments().parse_args(options)


@pytest.mark.parametrize("command", [command for command in commands() if not is_whole(command)])
def test_commands_run(command: str, desk: Desk) -> None:
    said, _, piped = command.rpartition(" | ")
    python, *words = shlex.split(piped)
    assert python == "python3"
    if words[2] in STAYING:
        words.append("--help")
    ran = desk.run(words, " ".join(shlex.split(said)[1:]))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout


def test_example_at_the_top_is_what_the_terminal_says(desk: Desk) -> None:
    shown = re.search(r"^```text\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert shown is not None
    ran = desk.run(["-m", "bot", "ask", start.EXAMPLE])
    assert ran.stdout.strip() == shown[1].strip()


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in main.commands if f"python3 -m bot {name}" not in README] == []


def test_every_setting_is_in_the_readme() -> None:
    assert readme.settings_table() in README, "请运行 python3 scripts/readme.py"


def test_sample_questions_are_answered(desk: Desk) -> None:
    """“可以这样问”的每一句都答得出；后一句可以接着前一句问。"""
    table = README.partition("| 想知道 | 例如 |")[2].partition("\n\n")[0]
    questions = [row.split("|")[2].strip() for row in table.splitlines()[2:]]
    lines = [
        json.dumps({"id": number, "question": question, "history": questions[:number]})
        for number, question in enumerate(questions)
    ]
    ran = desk.run(["-m", "bot", "ask", "--json", "--stdin"], "\n".join(lines))
    replies = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [reply["question"] for reply in replies] == questions
    assert [reply["question"] for reply in replies if reply["status"] != "answered"] == []


def test_cpu_torch_is_named_as_it_is_installed() -> None:
    assert f"pip install {environment.torch_pin()} --index-url {environment.CPU_INDEX}" in README


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert Path(environment.PROJECT, target).exists()


@pytest.mark.parametrize("target", re.findall(r"\]\(#([^)]+)\)", README))
def test_links_inside_lead_somewhere(target: str) -> None:
    assert re.search(rf"^#+ {re.escape(target)}$", README, re.MULTILINE)
