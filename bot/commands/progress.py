"""建索引的进度条与结局，都写在标准错误上。"""

import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from corpus.records import Problem
from index.errors import AnotherWriter
from index.progress import Outcome, Phase, Progress

if TYPE_CHECKING:
    from bot.app import Application, Listener
    from index.store import Store

T = TypeVar("T")

UNITS = {Phase.SCAN: "个文件", Phase.READ: "份", Phase.ENCODE: "段", Phase.RECOGNISE: "页", Phase.FINISH: ""}
LONGEST_NAME = 18
_MINUTE, _HOUR = 60, 3600
_MEGABYTE = 1_000_000
_LOOK_AGAIN = 0.5
EVERY = 5.0
"""不是终端时，隔几秒说一行。"""


def bring_up_to_date(application: "Application", *, patient: bool = True) -> Outcome | None:
    """让索引跟上文件夹，边做边报进度。

    Args:
        application: 装好的一套。
        patient: 别的程序正在建索引时，不算错误，用现有的索引接着做事。

    Returns:
        结局；别的程序正在建时为 None。
    """
    try:
        outcome = shown(application.update)
    except AnotherWriter as error:
        if not patient:
            raise
        click.echo(str(error), err=True)
        return None
    if outcome.encoder_fault:
        click.echo(f"暂时只能按词检索：{outcome.encoder_fault}", err=True)
    return outcome


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """读了什么，哪里有问题。"""
    if not outcome.changed:
        yield f"没有变化，{outcome.unchanged} 个文件都已入库。"
    else:
        counts = (("读入", len(outcome.read)), ("改名", len(outcome.renamed)), ("删去", len(outcome.removed)))
        done = "，".join(f"{what} {count} 个文件" for what, count in counts if count) or "没有读出新的文件"
        yield f"{done}；{outcome.unchanged} 个没有变。{outcome.passages} 段，用时 {outcome.seconds:.1f} 秒。"
    yield from (f"  读入　{name}" for name in outcome.read)
    yield from (f"  改名　{old} → {new}" for old, new in outcome.renamed)
    yield from (f"  删去　{name}" for name in outcome.removed)
    yield from (f"  留到下次　{name}" for name in outcome.waiting)


def problem_line(problem: Problem) -> str:
    """一处问题，一行。"""
    return f"  {problem.file}　{problem.place + '：' if problem.place else ''}{problem.sentence}"


def when_free(store: "Store", work: Callable[[], T]) -> T:
    """别的程序正在建索引时，说一句是谁，等它做完再做。"""
    said = False
    while True:
        try:
            return work()
        except AnotherWriter as error:
            if not said:
                click.echo(f"{error}正在等它做完（按 Ctrl+C 不再等）……", err=True)
            said = True
        while store.current_writer() is not None:
            time.sleep(_LOOK_AGAIN)


def shown(work: Callable[["Listener"], T]) -> T:
    """边做边报进度：终端里画进度条，别处隔几秒说一行。"""
    return _with_bar(work) if sys.stderr.isatty() else work(_spoken())


def spoken_time(seconds: float) -> str:
    """时长的说法：秒、分钟或小时。"""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} 秒"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} 分钟"
    return f"{seconds / _HOUR:.1f} 小时"


def spoken_size(count: int) -> str:
    """文件大小的说法：KB 或 MB。"""
    return f"{count / 1e6:.1f} MB" if count >= _MEGABYTE else f"{count / 1e3:.0f} KB"


def _with_bar(work: Callable[["Listener"], T]) -> T:
    """终端里画进度条：走到哪一步、多少份或多少段、还要多久。"""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[file]}", style="dim"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {
            phase: bar.add_task(phase.value, total=None, visible=False, unit=UNITS[phase], file="") for phase in Phase
        }

        def draw(step: Progress) -> None:
            bar.update(
                tasks[step.phase],
                completed=step.done,
                total=step.total,
                visible=step.phase in (Phase.READ, Phase.ENCODE, Phase.RECOGNISE),
                file=_short(step.file),
            )

        return work(draw)


def _short(file: str) -> str:
    """长的文件名留头尾，免得把进度条挤没。"""
    return file if len(file) <= LONGEST_NAME else f"{file[:9]}…{file[-8:]}"


def _spoken() -> "Listener":
    """不是终端时：每隔几秒一行，带上还要多久；很快做完的一行也不说。"""
    last = time.monotonic()
    began: dict[Phase, tuple[float, int]] = {}

    def say(step: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if not began.get(step.phase, (now, 0))[1]:  # 做完头一批再起算：载入模型的几秒不作准
            began[step.phase] = (now, step.done)
        start, first = began[step.phase]
        if now - last >= EVERY:
            last = now
            rest = (now - start) / (step.done - first) * (step.total - step.done) if step.done > first else None
            left = "" if rest is None else f"，约还要 {spoken_time(rest)}"
            line = f"{step.phase} {step.done} / {step.total} {UNITS[step.phase]}{left} {step.file}"
            click.echo(line.rstrip(), err=True)

    return say
