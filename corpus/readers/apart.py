"""读文件的进程：从标准输入听要读哪一份，读出的写到标准输出；由 `isolated` 来开。"""

import contextlib
import os
import pickle
import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, cast

from corpus import readers
from corpus.errors import OversizedFile, UnreadableFile
from corpus.readers.sight import Seen
from corpus.records import Text

MEMORY = 1_600_000_000
"""读文件的进程最多用多少字节内存；识别一页约要 9 亿。"""
_NICE = 10
_FRAMES = 12


@dataclass(frozen=True, slots=True)
class Call:
    """读到扫描页，问那一边的 `Sight`。"""

    method: Literal["recall", "wants", "keep"]
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """程序自己的错误。"""

    trace: str


Said = Text | UnreadableFile | Call | Fault
"""读文件的进程说的一句。"""


def send(pipe: IO[bytes], value: object) -> None:
    """说一句。"""
    pickle.dump(value, pipe)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:  # noqa: ANN401  说的是什么由两边约定
    """听一句；那一边没有了则 EOFError。"""
    return pickle.load(pipe)  # noqa: S301  那一边是自己开的进程


class _FarSight:
    """隔着管道的 `Sight`。"""

    def __init__(self, listening: IO[bytes], speaking: IO[bytes]) -> None:
        self._listening = listening
        self._speaking = speaking

    def recall(self, key: str) -> Seen | None:
        return cast("Seen | None", self._ask(Call("recall", (key,))))

    def wants(self, key: str) -> bool:
        return cast("bool", self._ask(Call("wants", (key,))))

    def keep(self, key: str, seen: Seen) -> None:
        self._ask(Call("keep", (key, seen)))

    def _ask(self, call: Call) -> object:
        send(self._speaking, call)
        answer: object = receive(self._listening)
        return answer


def main(*, background: bool) -> None:
    """一份一份地读，直到那一边关上管道。

    Args:
        background: 让着别的进程。
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C 由那一边作主
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # 借用的 LibreOffice 随之收拾
    _restrain(background=background)
    listening, speaking = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # 解析库自己打印的话不得混进管道
    sight = _FarSight(listening, speaking)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            path, name = receive(listening)
            send(speaking, _read(path, name, sight))


def _read(path: Path, name: str, sight: _FarSight) -> Said:
    try:
        return readers.read(path, name, sight)
    except UnreadableFile as error:
        return error
    except MemoryError:
        return OversizedFile(name, f"内存 {MEMORY / 1e9:.1f} GB")
    except (EOFError, BrokenPipeError):
        raise
    except Exception:  # noqa: BLE001  说给那一边记下来
        return Fault(traceback.format_exc(limit=-_FRAMES))


def _restrain(*, background: bool) -> None:
    """限住内存；在后台的，让着答问的进程。"""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  Windows 没有

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    if background:
        os.nice(_NICE)
