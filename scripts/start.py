"""一条命令从零到可用：装好依赖，建好索引，答一个例题，打开网页。

只用标准库；Python 太旧时也要能说出一句话，所以版本检查在最前面。
"""

import sys

if not (3, 11) <= sys.version_info < (3, 15):
    NOW = f"{sys.version_info[0]}.{sys.version_info[1]}"
    sys.exit(f"计划通需要 Python 3.11 到 3.14，现在是 {NOW}。请装好后用它运行，例如：python3.11 scripts/start.py")

import argparse
import os
import subprocess
from pathlib import Path

import environment
from environment import PROJECT, SetupFailed, Source, Venv

SHIPPED = "corpus/reports"
EXAMPLE = "2023年沂源县农村公路新改建多少公里"


def arguments() -> argparse.ArgumentParser:
    """命令行选项。"""
    parser = argparse.ArgumentParser(description="安装并启动计划通", add_help=False)
    parser.add_argument("-h", "--help", action="help", help="显示这段说明")
    parser.add_argument("--corpus", type=Path, metavar="文件夹", help="用自己的报告文件夹（默认是随项目附带的报告）")
    parser.add_argument("--once", action="store_true", help="答一个例题就结束，不打开网页")
    parser.add_argument("--port", type=int, metavar="端口", help="网页的端口")
    parser.add_argument("--cpu", action="store_true", help="装 PyTorch 的 CPU 版，省约 3 GB（没有英伟达显卡时用）")
    parser.add_argument("--ocr", action="store_true", help="连同识别扫描件的附加组件（约 300 MB，不联网识别）")
    parser.add_argument("--wheels", type=Path, metavar="文件夹", help="不上网，从这个文件夹里的安装包安装")
    parser.add_argument(
        "--download", type=Path, metavar="文件夹", help="只把全部安装包下载到这个文件夹，供不能上网的机器用"
    )
    return parser


def bot(venv: Venv, *words: str) -> int:
    """运行 `python -m bot …`，返回它的退出码。"""
    command = [str(venv.python), "-m", "bot", *words]
    print(f"\n$ python3 -m bot {' '.join(words)}", flush=True)
    return subprocess.run(command, cwd=PROJECT, env=environment.child_variables(), check=False).returncode


def serve(venv: Venv, words: list[str]) -> int:  # noqa: RET503 execve 不返回
    """打开网页，直到按 Ctrl+C。"""
    command = [str(venv.python), "-m", "bot", "serve", *words]
    print(f"\n$ python3 -m bot serve {' '.join(words)}", flush=True)
    if sys.platform == "win32":
        with subprocess.Popen(command, cwd=PROJECT, env=environment.child_variables()) as running:
            while True:
                try:
                    return running.wait()
                except KeyboardInterrupt:  # Ctrl+C 也到了子进程，等它自己收尾
                    continue
    os.chdir(PROJECT)
    os.execve(command[0], command, environment.child_variables())  # noqa: S606 不经 shell


def begin(options: argparse.Namespace) -> int:
    """装好、索引、答例题、打开网页；返回退出码。"""
    source = Source(wheels=options.wheels and options.wheels.absolute(), cpu=options.cpu, ocr=options.ocr)
    if options.download:
        environment.download(options.download.absolute(), source)
        print(f"安装包都在 {options.download}。连同本项目一起带过去，运行 python3 scripts/start.py --wheels 文件夹")
        return 0
    venv = environment.prepare(source)
    corpus = ["--corpus", str(options.corpus.absolute()) if options.corpus else SHIPPED]
    failed = bot(venv, "index", *corpus)
    if not failed and not options.corpus and (venv.fresh or options.once):
        failed = bot(venv, "ask", EXAMPLE, *corpus)
    if failed or options.once:
        return failed
    port = ["--port", str(options.port)] if options.port else []
    return serve(venv, [*corpus, *port])


def main() -> int:
    """入口。"""
    try:
        return begin(arguments().parse_args())
    except SetupFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停下。再次运行会接着做。", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
