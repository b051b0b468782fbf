"""全部检查，一条命令：`python3 scripts/check.py`；后面的参数交给 pytest。"""

import subprocess
import sys
import time

import environment

EVERY_CORE = ("--numprocesses", "auto", "--dist", "loadfile")  # 一个文件的测试在一起：夹具只备一次
IMPORT_LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def checks(python: str, pytest_options: list[str]) -> dict[str, list[str]]:
    """各项检查的命令，先快后慢。"""
    return {
        "ruff check": [python, "-m", "ruff", "check"],
        "ruff format": [python, "-m", "ruff", "format", "--check"],
        "import-linter": [python, "-c", IMPORT_LINTER],
        "mypy": [python, "-m", "mypy"],
        "pytest": [python, "-m", "pytest", *EVERY_CORE, *pytest_options],
    }


def main() -> int:
    """逐项检查，前面的没过也接着做后面的；有一项没过就返回 1。"""
    python = environment.venv_python(environment.venv_folder())
    if not python.exists():
        print("还没有装好测试环境，请先运行 python3 scripts/test.py", file=sys.stderr)
        return 1
    outcome: dict[str, str] = {}
    for name, command in checks(str(python), sys.argv[1:]).items():
        print(f"\n── {name}", flush=True)
        began = time.monotonic()
        ran = subprocess.run(command, cwd=environment.PROJECT, env=environment.child_variables(), check=False)
        outcome[name] = f"{'通过' if ran.returncode == 0 else '未过'}（{time.monotonic() - began:.0f} 秒）"
    print("\n" + "\n".join(f"{name}：{said}" for name, said in outcome.items()))
    return int(any(said.startswith("未过") for said in outcome.values()))


if __name__ == "__main__":
    sys.exit(main())
