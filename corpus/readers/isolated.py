"""在另一个进程里读文件：解析库崩溃、耗尽内存、没完没了，坏的只是那一份。"""

import atexit
import logging
import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from corpus import readers
from corpus.errors import CrashedReader, FaultyReader, SlowFile, UnreadableFile
from corpus.readers.apart import Call, Fault, Said, receive, send
from corpus.readers.sight import BLIND, Sight
from corpus.records import Text

SECONDS = 120.0
"""读一份文件最多几秒没有一点进展（读完，或认完一页）。"""

_LOG = logging.getLogger(__name__)
_PATIENCE = 3.0
_PLAIN_LIMIT = 1 << 20
_START = "from corpus.readers.apart import main; main(background={background})"


def read(path: Path, name: str, sight: Sight = BLIND) -> Text:
    """读一份文件；短的纯文本就地读，其余交给常驻的读文件进程。

    Raises:
        UnreadableFile: 读不出来，连同进程崩溃与超时。
    """
    if _size(path) <= _PLAIN_LIMIT:
        data = readers.load(path, name)
        kind = readers.kind_of(data, name)
        if kind.module == "plain":
            return kind.read(data, name, sight)
    return _shared(os.getpid()).read(path, name, sight)


def _size(path: Path) -> int:
    """文件多大；看不到的为 0，打开时自会说明。"""
    try:
        return path.stat().st_size
    except OSError:
        return 0


class Worker:
    """一个读文件的进程；用到时才开，读坏了换一个。一次读一份。

    Args:
        background: 在后台慢慢读，让着别的进程。
    """

    def __init__(self, *, background: bool = False) -> None:
        self._background = background
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def read(self, path: Path, name: str, sight: Sight = BLIND, seconds: float = SECONDS) -> Text:
        """读一份文件。

        Args:
            path: 文件。
            name: 给人看的名字。
            sight: 扫描页认过什么，认不认。
            seconds: 最多几秒没有一点进展。

        Raises:
            UnreadableFile: 读不出来，连同进程崩溃与超时。
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = _started(background=self._background)
            try:
                said = _conversation(self._process, path, name, sight, seconds)
            except BaseException:  # 崩溃、超时，或中途不要了（Ctrl+C）：读到一半的进程不能再用
                self.close()
                raise
        match said:
            case Text():
                return said
            case Fault():
                _LOG.error("读《%s》时程序出错\n%s", name, said.trace)
                raise FaultyReader(name)
            case _:
                raise said

    def close(self) -> None:
        """关上进程。"""
        if self._process is not None:
            _stop(self._process)
            self._process = None


def _conversation(
    process: subprocess.Popen[bytes], path: Path, name: str, sight: Sight, seconds: float
) -> Text | UnreadableFile | Fault:
    """说要读哪一份，答它关于扫描页的问话，直到它读完。"""
    speaking, listening = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    try:
        send(speaking, (path, name))
        while True:
            said = _heard(process, listening, name, seconds)
            if not isinstance(said, Call):
                return said
            send(speaking, getattr(sight, said.method)(*said.arguments))
    except (BrokenPipeError, EOFError, pickle.UnpicklingError) as error:
        raise CrashedReader(name) from error


def _heard(process: subprocess.Popen[bytes], listening: IO[bytes], name: str, seconds: float) -> Said:
    """听它说一句；过了时限就不等了。"""
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _stop(process)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        return cast("Said", receive(listening))
    except (EOFError, OSError, ValueError) as error:
        if late.is_set():
            raise SlowFile(name, seconds) from error
        raise
    finally:
        timer.cancel()


def _started(*, background: bool) -> subprocess.Popen[bytes]:
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603  命令是常数
        [sys.executable, "-X", "utf8", "-c", _START.format(background=background)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=variables,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """请它停下，不听就杀；管道一并关上。"""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            if pipe is not None:
                pipe.close()


@lru_cache(maxsize=1)
def _shared(owner: int) -> Worker:  # noqa: ARG001  fork 出的进程另开一个
    """本进程常驻的一个。"""
    worker = Worker()
    atexit.register(worker.close)
    return worker
