"""启动脚本与 `python -m bot`：太旧的 Python、没有装好的 Python、说明。"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import environment

BARE = {**os.environ, "PYTHONUTF8": "1"}


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """在项目文件夹里运行一条命令。"""
    return subprocess.run(
        command, cwd=environment.PROJECT, env={**BARE, **variables}, capture_output=True, check=False, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """一个什么都没有装的 Python。"""
    folder = tmp_path_factory.mktemp("空 环境")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(environment.venv_python(folder))


def test_help_tells_every_option() -> None:
    told = run([sys.executable, "scripts/start.py", "--help"]).stdout
    assert all(name in told for name in ("--corpus", "--once", "--port", "--cpu", "--wheels", "--download"))


@pytest.mark.parametrize("script", ["start", "test"])
@pytest.mark.parametrize("version", [(3, 10, 13), (3, 15, 0)])
def test_python_out_of_range_gets_one_sentence(script: str, version: tuple[int, int, int]) -> None:
    code = (
        f"import runpy, sys; sys.version_info = {version}; runpy.run_path('scripts/{script}.py', run_name='__main__')"
    )
    ran = run([sys.executable, "-c", code])
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"计划通需要 Python 3.11 到 3.14，现在是 3.{version[1]}。"
        f"请装好后用它运行，例如：python3.11 scripts/{script}.py\n"
    )


def test_bot_without_dependencies_points_to_start(bare_python: str, tmp_path: Path) -> None:
    ran = run([bare_python, "-m", "bot", "--help"], JIHUATONG_VENV=str(tmp_path / "没有"))
    assert ran.returncode == 1
    assert ran.stderr.startswith("还没有装好依赖（缺 click、")
    assert ran.stderr.endswith("），请先运行：python3 scripts/start.py\n")


def test_bot_moves_over_to_the_python_that_has_them(bare_python: str) -> None:
    ran = run([bare_python, "-m", "bot", "--help"], JIHUATONG_VENV=sys.prefix)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == run([sys.executable, "-m", "bot", "--help"]).stdout
