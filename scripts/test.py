"""从零跑完全部检查与测试：`python3 scripts/test.py`；后面的参数交给 pytest。"""

import sys

if not (3, 11) <= sys.version_info < (3, 15):
    NOW = f"{sys.version_info[0]}.{sys.version_info[1]}"
    sys.exit(f"计划通需要 Python 3.11 到 3.14，现在是 {NOW}。请装好后用它运行，例如：python3.11 scripts/test.py")

import os
import shutil
import subprocess
from pathlib import Path

import environment
from environment import SetupFailed, Source

DEBIAN_PACKAGES = {
    "chromium": "看网页",
    "fonts-noto-cjk": "网页里的中文",
    "libreoffice-writer-nogui": "读旧版 Word 文件",
    "libreoffice-calc-nogui": "读旧版电子表格",
}


def missing_debian_packages() -> list[str]:
    """测试要用而还没有装的 Debian 软件包。"""
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status}"]
    return [
        name
        for name in DEBIAN_PACKAGES
        if subprocess.run([*query, name], capture_output=True, check=False).stdout != b"installed"
    ]


def install_debian_packages() -> None:
    """在 Debian 类系统上以 root 运行时，装上测试要用的软件包；其他时候说明缺什么，相应的测试会跳过。"""
    if shutil.which("apt-get") is None or shutil.which("dpkg-query") is None:
        return
    missing = missing_debian_packages()
    if not missing:
        return
    if sys.platform == "win32" or os.geteuid() != 0:
        print(f"没有装 {'、'.join(missing)}，用到它们的测试会跳过；可以用 apt install 装上。")
        return
    print(f"安装 Debian 软件包 {'、'.join(missing)}……", flush=True)
    log = environment.venv_folder() / "apt.log"
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        with log.open("ab") as file:
            variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            ran = subprocess.run(
                ["apt-get", "-q", *command], stdout=file, stderr=subprocess.STDOUT, check=False, env=variables
            )
        if ran.returncode != 0:
            print(f"apt-get {command[0]} 没有成功，记录在 {log}；用到它们的测试会跳过。")


def main() -> int:
    """装好测试环境，再跑全部检查。"""
    try:
        venv = environment.prepare(Source(), development=True)
    except SetupFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    install_debian_packages()
    check = Path(__file__).with_name("check.py")
    command = [str(venv.python), str(check), *sys.argv[1:]]
    return subprocess.run(command, env=environment.child_variables(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
