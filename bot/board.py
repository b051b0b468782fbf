"""进度牌：更新索引走到哪一步，谁都可以来看。"""

import threading
from dataclasses import dataclass, replace

from index.progress import Outcome, Phase, Progress


@dataclass(frozen=True, slots=True)
class Notice:
    """牌上写着什么。

    `version` 每换一次加一；`running` 是正在更新；`step` 是走到哪一步；`outcome` 是最近一次的结局，
    `problem` 是没更新成的原因。
    """

    version: int = 0
    running: bool = False
    step: Progress | None = None
    outcome: Outcome | None = None
    problem: str = ""


class Board:
    """一块进度牌；写的与看的可以在不同的线程。"""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notice = Notice()

    def read(self) -> Notice:
        """现在写着什么。"""
        return self._notice

    def step(self, step: Progress) -> None:
        """走了一步；查看文件不算，没有变化时谁也不必知道。"""
        if step.phase is not Phase.SCAN:
            self._write(running=True, step=step, problem="")

    def finished(self, outcome: Outcome) -> None:
        """做完了。"""
        self._write(running=False, step=None, outcome=outcome, problem="")

    def failed(self, problem: str) -> None:
        """没有做成。"""
        self._write(running=False, step=None, outcome=None, problem=problem)

    def idle(self) -> None:
        """停下了，没有结局。"""
        if self._notice.running:
            self._write(running=False, step=None)

    def said(self) -> str | None:
        """一句话；空闲时为 None。"""
        step = self._notice.step
        if step is None:
            return None
        return f"正在更新索引：{step.phase} {step.done} / {step.total}。已入库的报告照常可以问。"

    def _write(self, **changed: object) -> None:
        with self._lock:
            self._notice = replace(self._notice, version=self._notice.version + 1, **changed)  # type: ignore[arg-type]  # 只由上面几处写，类型是对的
