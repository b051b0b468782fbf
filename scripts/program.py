"""起起停停的 `serve`：端口不变，可以正常停下，也可以杀掉；供 `crowd.py` 用。"""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

import environment

STARTING = 300.0
"""最多等多少秒开张。"""
STOPPING = 60.0
LOOK_AGAIN = 0.2
TAIL = 2000


class Program:
    """起起停停的程序，端口不变。

    Args:
        command: 怎样起。
        corpus: 报告文件夹。
        variables: 环境变量。
        log: 日志写到哪里。
    """

    def __init__(self, command: Sequence[str], corpus: Path, variables: Mapping[str, str], log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        self._command = [*command, "--corpus", str(corpus), "--port", str(port)]
        self._variables = {**variables, "PYTHONUTF8": "1"}
        self._running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def start(self) -> None:
        """起来，不等它开张。"""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                self._command, env=self._variables, cwd=environment.PROJECT, stdout=log, stderr=log
            )

    def stop(self) -> int:
        """请它停下，等它停好；返回它的返回值。"""
        if self._running is None:
            return 0
        self._running.send_signal(signal.SIGTERM)
        return self._running.wait(STOPPING)

    def kill(self) -> None:
        """杀掉，不让它收拾（kill -9）。"""
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    async def opened(self) -> None:
        """等到网页开了张，索引不在更新。"""
        deadline = time.monotonic() + STARTING
        async with httpx.AsyncClient(base_url=self.address, trust_env=False) as client:
            while time.monotonic() < deadline:
                if self._running is not None and self._running.poll() is not None:
                    break
                try:
                    if (await client.get("/api/reports")).json()["reports"]:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(LOOK_AGAIN)
        said = self.log.read_text(encoding="utf-8", errors="replace")
        sys.exit(f"程序没有开张：\n{said[-TAIL:]}")
