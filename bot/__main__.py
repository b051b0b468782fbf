"""`python -m bot`：用装好依赖的那个 Python 运行命令。"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = "JIHUATONG_VENV"
NEEDED = ("click", "faiss", "fastapi", "lxml", "opencc", "pydantic_settings", "sentence_transformers", "torch")


def missing() -> tuple[str, ...]:
    """正在运行的 Python 里没有哪些依赖（只找，不导入）。"""
    return tuple(name for name in NEEDED if importlib.util.find_spec(name) is None)


def installed_python() -> Path | None:
    """scripts/start.py 装好的那个 Python；没有，或者正是现在这个，为 None。"""
    folder = Path(os.environ.get(VENV) or PROJECT / ".venv").expanduser()
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    return python if python.exists() and folder.resolve() != Path(sys.prefix).resolve() else None


def run_with(python: Path) -> int:  # noqa: RET503 execv 不返回
    """换用 `python` 运行同一条命令，返回退出码（Windows 以外不返回）。"""
    command = [str(python), "-X", "utf8", "-m", "bot", *sys.argv[1:]]
    if sys.platform == "win32":
        return subprocess.run(command, check=False).returncode  # noqa: S603 只运行我们自己的 Python
    os.execv(command[0], command)  # noqa: S606 不经 shell


def main() -> int:
    """入口。"""
    if absent := missing():
        python = installed_python()
        if python is None:
            print(f"还没有装好依赖（缺 {'、'.join(absent)}），请先运行：python3 scripts/start.py", file=sys.stderr)  # noqa: T201
            return 1
        return run_with(python)
    os.environ.pop(VENV, None)  # 这个变量只说明装在哪里，不是机器人的设置
    from bot.cli import main as run  # noqa: PLC0415 依赖齐了才能导入

    run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
