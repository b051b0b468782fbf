"""项目自己的虚拟环境：建立，按锁文件安装，记下装的是哪一版。

只用标准库；start.py 与 test.py 共用。第二次运行时印记相符，什么也不做。
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
import threading
import time
import tomllib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

PROJECT = Path(__file__).resolve().parent.parent
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
MODEL_PLATFORM = "manylinux2014_x86_64"
MARK = "jihuatong-venv.txt"
PROBE = (
    "import json, platform, sysconfig; import pip; "
    "print(json.dumps([platform.python_version(), sysconfig.get_path('purelib')]))"
)
LOG_TAIL = 12


class SetupFailed(Exception):
    """安装不成；`str()` 就是给人看的句子。

    SetupFailed
    ├── FolderTaken     该放虚拟环境的地方已有别的东西
    ├── VenvNotMade     虚拟环境建不成
    └── StepFailed      pip 的某一步没有成功
    """


class FolderTaken(SetupFailed):
    """`folder` 里已有别的东西，不能清空。"""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 里已有别的东西，不能在那里建虚拟环境。请移走它，或用 JIHUATONG_VENV 另指一处。")


class VenvNotMade(SetupFailed):
    """`python -m venv` 没有成功；`said` 是它打印的话。"""

    def __init__(self, folder: Path, said: str) -> None:
        super().__init__(
            f"虚拟环境建不成：{folder}。请确认这个 Python 带有 venv 与 pip"
            f"（Debian、Ubuntu 上先运行 apt install python3-venv）。\n{said}"
        )


class StepFailed(SetupFailed):
    """pip 没有成功；`log` 是完整记录，`tail` 是它的最后几行。"""

    def __init__(self, log: Path, tail: Iterable[str]) -> None:
        ending = "\n".join(f"  {line}" for line in tail)
        super().__init__(
            f"安装没有成功。完整记录在 {log}，最后几行是：\n{ending}\n"
            "请检查网络后重新运行（会接着装）；不能上网的机器请看 README“不能上网的机器”一节。"
        )


@dataclass(frozen=True, slots=True)
class Source:
    """从哪里取安装包：`wheels` 是离线安装包文件夹（None 表示上网），`cpu` 表示取 PyTorch 的 CPU 版。

    `ocr` 表示连同识别扫描件的附加组件。
    """

    wheels: Path | None = None
    cpu: bool = False
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """安装的一步：`wanted` 交给 pip 说明装什么，`placing` 是只在安装（而非下载）时用的参数。"""

    name: str
    wanted: tuple[str, ...]
    placing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Venv:
    """一个能用的虚拟环境；`fresh` 表示这一次才装好。"""

    folder: Path
    python: Path
    version: str
    purelib: Path
    fresh: bool = False


def venv_folder(variables: Mapping[str, str] = os.environ) -> Path:
    """虚拟环境放在哪里：$JIHUATONG_VENV，否则项目旁的 .venv。"""
    named = variables.get("JIHUATONG_VENV", "")
    return Path(named).expanduser().absolute() if named else PROJECT / ".venv"


def venv_python(folder: Path) -> Path:
    """虚拟环境里的 Python。"""
    return folder / "Scripts" / "python.exe" if sys.platform == "win32" else folder / "bin" / "python"


def child_variables() -> dict[str, str]:
    """子进程的环境变量：一律 UTF-8，pip 不多话、不往用户目录里装。"""
    quiet = {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
    }
    return {**os.environ, **quiet, "PYTHONUTF8": "1"}


def torch_pin() -> str:
    """pyproject.toml 里 torch 的版本，如 `torch==2.13.0`。"""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pin: str = next(item for item in project["dependencies"] if item.startswith("torch=="))
    return pin


def locked(name: str) -> tuple[str, ...]:
    """只装锁文件 `name` 里写明的，逐个核对哈希。"""
    return ("--require-hashes", "--no-deps", "-r", str(PROJECT / name))


def lock_name(*, development: bool) -> str:
    """用哪一份锁文件。"""
    return "requirements-dev.txt" if development else "requirements.txt"


def steps(purelib: Path, source: Source, *, development: bool) -> tuple[Step, ...]:
    """安装的各步，先后有序：构建工具、锁定的依赖、PyTorch、默认编码器的权重。"""
    torch = ("--no-deps", "--index-url", CPU_INDEX, torch_pin()) if source.cpu else (torch_pin(),)
    foreign = ("--only-binary=:all:", "--platform", MODEL_PLATFORM)
    return (
        Step("构建工具", locked("requirements-build.txt")),
        Step("依赖包", (*locked(lock_name(development=development)), "--no-build-isolation", "--use-pep517")),
        Step("PyTorch", torch),
        Step("编码器权重", (*locked("requirements-model.txt"), *foreign), ("--target", str(purelib), "--upgrade")),
    )


RECOGNITION = Step("文字识别", locked("requirements-ocr.txt"))
"""识别扫描件的附加组件；测试用的锁文件里本来就有。"""


def digest(version: str, *, development: bool) -> str:
    """装的是哪一版：锁文件、torch 版本、Python 版本与项目位置合成的印记。"""
    names = ("requirements-build.txt", lock_name(development=development), "requirements-model.txt")
    return _digest(names, torch_pin(), version, str(PROJECT))


def recognition_digest(version: str) -> str:
    """文字识别装的是哪一版。"""
    return _digest(("requirements-ocr.txt",), version)


def _digest(names: Iterable[str], *others: str) -> str:
    parts = [(PROJECT / name).read_bytes() for name in names]
    return hashlib.sha256(b"\0".join([*parts, *(text.encode() for text in others)])).hexdigest()


def stamp_file(folder: Path, *, development: bool) -> Path:
    """印记文件的位置。"""
    return folder / ("installed-dev.txt" if development else "installed.txt")


def recognition_stamp(folder: Path) -> Path:
    """文字识别的印记文件的位置。"""
    return folder / "installed-ocr.txt"


def probe(folder: Path) -> Venv | None:
    """看 `folder` 里的虚拟环境能不能用；不能用（或没有）为 None。"""
    python = venv_python(folder)
    if not python.exists():
        return None
    ran = subprocess.run([python, "-c", PROBE], capture_output=True, check=False, env=child_variables())
    if ran.returncode != 0:
        return None
    version, purelib = json.loads(ran.stdout)
    return Venv(folder, python, version, Path(purelib))


def create(folder: Path) -> Venv:
    """建立虚拟环境；自己建的坏了就重建，不是自己建的一概不动。

    Raises:
        SetupFailed: 建不成，或那里已有别的东西。
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise FolderTaken(folder)
    command = [sys.executable, "-m", "venv", "--clear", str(folder)]
    ran = subprocess.run(command, capture_output=True, check=False, env=child_variables())
    made = probe(folder) if ran.returncode == 0 else None
    if made is None:
        raise VenvNotMade(folder, (ran.stdout + ran.stderr).decode("utf-8", "replace").strip())
    (folder / MARK).write_text("本文件夹由计划通的安装脚本建立，可以整个删除。\n", encoding="utf-8")
    return made


def narrate(line: str) -> str | None:
    """把 pip 的一行输出说成一句中文；无关的行为 None。

    Args:
        line: pip 打印的一行，如 `Collecting numpy==2.4.6 (from -r …)`。
    """
    words = line.split()
    match words:
        case ["Collecting", name, *_]:
            return f"查找 {name}"
        case ["Downloading", name, *size]:
            return f"下载 {name.rpartition('/')[2]} {' '.join(size)}".rstrip()
        case ["Using", "cached", name, *_]:
            return f"取用已下载的 {name}"
        case ["Building", "wheels", "for", *_, name]:
            return f"构建 {name}"
        case ["Installing", "collected", "packages:", *names]:
            return f"装入 {len(names)} 个包"
    return None


class ProgressLine:
    """终端里原地更新的一行：第几步、正在装什么、用了多久；不是终端时只在每步结束时打印一行。"""

    def __init__(self, label: str) -> None:
        self._label = label
        self._doing = "准备"
        self._began = time.monotonic()
        self._live = sys.stdout.isatty()
        self._done = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        if self._live:
            self._ticker.start()
        else:
            print(f"{self._label}……", flush=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._done.set()
        if self._live:
            self._ticker.join()
            print("\r\033[K", end="")
        if kind is None:
            print(f"{self._label}：好了，用时 {self._seconds()} 秒", flush=True)

    def say(self, doing: str | None) -> None:
        """换成正在做的事；None 表示还是原来那件。"""
        self._doing = doing or self._doing

    def _seconds(self) -> int:
        return round(time.monotonic() - self._began)

    def _tick(self) -> None:
        while not self._done.wait(0.2):
            print(f"\r\033[K{self._label}：{self._doing[:60]}（{self._seconds()} 秒）", end="", flush=True)


def run_logged(command: list[str], log: Path, progress: ProgressLine) -> None:
    """运行一步，输出全部记入日志，同时说给人听。

    Raises:
        SetupFailed: 这一步没有成功；句子里有日志的位置和它的最后几行。
    """
    tail: deque[str] = deque(maxlen=LOG_TAIL)
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child_variables(),
            encoding="utf-8",
            errors="replace",
        ) as running,
    ):
        for line in running.stdout or ():
            file.write(line)
            tail.append(line.rstrip())
            progress.say(narrate(line))
    if running.returncode != 0:
        raise StepFailed(log, tail)


def install(venv: Venv, source: Source, *, development: bool) -> Venv:
    """按锁文件安装；印记相符就不做。"""
    stamp = stamp_file(venv.folder, development=development)
    wanted = digest(venv.version, development=development)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return venv
    carry_out(venv, steps(venv.purelib, source, development=development), source)
    link(venv)
    stamp.write_text(wanted, encoding="utf-8")
    return replace(venv, fresh=True)


def install_recognition(venv: Venv, source: Source) -> None:
    """装上识别扫描件的附加组件；印记相符就不做。"""
    stamp = recognition_stamp(venv.folder)
    wanted = recognition_digest(venv.version)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        carry_out(venv, (RECOGNITION,), source)
        stamp.write_text(wanted, encoding="utf-8")


def carry_out(venv: Venv, planned: tuple[Step, ...], source: Source) -> None:
    """一步一步地装，完整记录在 install.log。"""
    log = venv.folder / "install.log"
    log.write_text("", encoding="utf-8")
    offline = ["--no-index", "--find-links", str(source.wheels)] if source.wheels else []
    for number, step in enumerate(planned, 1):
        pip = [str(venv.python), "-m", "pip", "install", "--progress-bar", "off", *offline]
        with ProgressLine(f"安装 {number}/{len(planned)} {step.name}") as progress:
            run_logged([*pip, *step.wanted, *step.placing], log, progress)


def link(venv: Venv) -> None:
    """让虚拟环境找得到本项目，并放一个 `jihuatong` 命令。

    路径写成纯 ASCII 的转义：.pth 在 Windows 上按系统编码读，写中文会使 Python 起不来。
    """
    line = f"import sys; sys.path.append({str(PROJECT)!a})\n"
    (venv.purelib / "jihuatong.pth").write_text(line, encoding="ascii")
    if sys.platform == "win32":
        launcher = venv.python.with_name("jihuatong.cmd")
        launcher.write_text('@"%~dp0python.exe" -X utf8 -m bot %*\r\n', encoding="ascii", newline="")
    else:
        launcher = venv.python.with_name("jihuatong")
        launcher.write_text(f'#!/bin/sh\nexec {shlex.quote(str(venv.python))} -m bot "$@"\n', encoding="utf-8")
        launcher.chmod(0o755)


def prepare(source: Source, *, development: bool = False) -> Venv:
    """备好虚拟环境：没有就建，没装就装。

    Raises:
        SetupFailed: 建不成或装不成。
    """
    folder = venv_folder()
    venv = probe(folder)
    if venv is None:
        with ProgressLine(f"建立虚拟环境 {folder}"):
            venv = create(folder)
    venv = install(venv, source, development=development)
    if source.ocr or recognition_stamp(folder).exists():  # 装过的，随锁文件更新
        install_recognition(venv, source)
    return venv


def download(target: Path, source: Source) -> None:
    """把全部安装包下载到一个文件夹，供不能上网的同类机器安装。

    Raises:
        SetupFailed: 下载没有成功。
    """
    target.mkdir(parents=True, exist_ok=True)
    folder = venv_folder()
    venv = probe(folder) or create(folder)
    log = venv.folder / "download.log"
    log.write_text("", encoding="utf-8")
    pip = [str(venv.python), "-m", "pip"]
    planned = (*steps(venv.purelib, source, development=False), *((RECOGNITION,) if source.ocr else ()))
    with ProgressLine("准备构建工具") as progress:
        run_logged([*pip, "install", "--progress-bar", "off", *planned[0].wanted], log, progress)
    for number, step in enumerate(planned, 1):
        with ProgressLine(f"下载 {number}/{len(planned)} {step.name}") as progress:
            command = [*pip, "download", "--progress-bar", "off", "--dest", str(target), *step.wanted]
            run_logged(command, log, progress)
