"""建索引的进度条与结局，都写在标准错误上。"""

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from index.errors import AnotherWriter
from index.progress import Outcome, Phase, Progress

if TYPE_CHECKING:
    from bot.app import Application, Listener

UNITS = {Phase.SCAN: "个文件", Phase.READ: "份", Phase.ENCODE: "段", Phase.FINISH: ""}
LONGEST_NAME = 18
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
        outcome = _with_bar(application) if sys.stderr.isatty() else application.update(_spoken())
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


def _with_bar(application: "Application") -> Outcome:
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
                visible=step.phase in (Phase.READ, Phase.ENCODE),
                file=_short(step.file),
            )

        return application.update(draw)


def _short(file: str) -> str:
    """长的文件名留头尾，免得把进度条挤没。"""
    return file if len(file) <= LONGEST_NAME else f"{file[:9]}…{file[-8:]}"


def _spoken() -> "Listener":
    """不是终端时：每隔几秒一行，很快做完的一行也不说。"""
    last = time.monotonic()

    def say(step: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            click.echo(f"{step.phase} {step.done} / {step.total} {UNITS[step.phase]} {step.file}".rstrip(), err=True)

    return say
