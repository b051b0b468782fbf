"""`index`：把变了的报告入库，并说明读了什么、哪里有问题。"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Command, places

PAGE_SECONDS = 8
"""识别一页约要几秒。"""

if TYPE_CHECKING:
    from bot.app import Application
    from index.forecast import Forecast
    from index.progress import Outcome


@click.command(cls=Command)
@places
@click.option("--dry-run", "dry", is_flag=True, help="只说会做什么、要花多少，什么也不改。")
@click.option("--watch", is_flag=True, help="入库之后盯着文件夹，一有变化就入库，按 Ctrl+C 停止。")
@click.option("--wait", is_flag=True, help="别的程序正在建索引时，等它做完再做。")
def index(corpus: Path | None, data: Path | None, *, dry: bool, watch: bool, wait: bool) -> None:
    """把报告文件夹里变了的文件入库，列出有问题的文件。"""
    if dry and watch:
        raise click.UsageError("--dry-run 与 --watch 只能用一个")
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它

    with open_application(corpus, data) as application:
        if dry:
            _say(_forecast_lines(_forecast(application)))
        elif watch:
            _follow(application)
        else:
            _once(application, wait=wait)


def _once(application: "Application", *, wait: bool) -> None:
    from bot.commands.progress import bring_up_to_date, outcome_lines, when_free  # noqa: PLC0415
    from bot.commands.status import problem_lines  # noqa: PLC0415
    from bot.commands.withdrawn import withdrawn_lines  # noqa: PLC0415

    def update() -> "Outcome | None":
        return bring_up_to_date(application, patient=False)

    outcome = when_free(application.store, update) if wait else update()
    if outcome is None:
        return
    _say(outcome_lines(outcome))
    read = outcome.read
    if _recognise(application) and (after := update()) is not None:
        _say(f"  读入　{name}" for name in after.read)
        read = tuple(dict.fromkeys((*read, *after.read)))
    _say(_digit_lines(application, read))
    _say(problem_lines(application))
    _say(withdrawn_lines(application))


def _recognise(application: "Application") -> bool:
    """识别等着的扫描页，边做边报进度；认出了新的页则为真。"""
    from bot.commands.progress import shown, spoken_time  # noqa: PLC0415
    from corpus.readers.ocr import is_installed  # noqa: PLC0415
    from index.errors import AnotherWriter  # noqa: PLC0415

    waiting = sum(file.waiting for file in application.files())
    most = min(waiting, application.budget.run)
    if not most or not is_installed():
        return False
    click.echo(
        f"有 {waiting} 页扫描件等待识别，这一次识别 {most} 页，约 {spoken_time(most * PAGE_SECONDS)}"
        "（可以按 Ctrl+C 停下，认完的页都算数）。"
    )
    try:
        effort = shown(application.recognise)
    except AnotherWriter:
        click.echo("另一个程序正在识别扫描件，这里不再识别。")
        return False
    left = f"，还有 {effort.left} 页没有识别，再运行一次 index 接着识别" if effort.left and not effort.beyond else ""
    click.echo(f"识别了 {effort.pages} 页{left}。")
    for name in effort.beyond:
        click.echo(f"  {name}　一份文件最多识别 {application.budget.file} 页（设置 ocr_file_pages），后面的没有读。")
    return bool(effort.files)


def _follow(application: "Application") -> None:
    """每有变化就入库；出了错说一句，接着盯。"""
    from bot.commands.progress import bring_up_to_date, outcome_lines, problem_line  # noqa: PLC0415
    from bot.commands.withdrawn import withdrawn_lines  # noqa: PLC0415
    from corpus.errors import JihuatongError  # noqa: PLC0415
    from index.watching import changes  # noqa: PLC0415

    said: object = None
    for _ in changes(application.folder, threading.Event()):
        try:
            outcome = bring_up_to_date(application, patient=False)
        except JihuatongError as error:
            if str(error) != said:
                click.echo(str(error), err=True)
            said = str(error)
            continue
        if outcome is None or (not outcome.changed and said == outcome.problems):
            continue
        _say(outcome_lines(outcome))
        _say(problem_line(problem) for problem in outcome.problems)
        _say(withdrawn_lines(application))
        if said is None:
            click.echo(f"正在盯着 {application.folder}（按 Ctrl+C 停止）。", err=True)
        said = outcome.problems


def _forecast(application: "Application") -> "Forecast":
    from bot.commands.progress import shown  # noqa: PLC0415
    from index.forecast import forecast  # noqa: PLC0415

    return shown(lambda listen: forecast(application.folder, application.store, application.encoder.name, listen))


def _forecast_lines(found: "Forecast") -> Iterator[str]:
    from bot.commands.progress import problem_line, spoken_size, spoken_time  # noqa: PLC0415

    changes = found.changes
    if not (changes.fresh or changes.renamed or changes.removed or found.to_encode):
        yield f"没有变化，{changes.unchanged} 个文件都已入库。"
        return
    cost = "要花多久没有量过，建一次索引就知道" if found.seconds is None else f"约 {spoken_time(found.seconds)}"
    yield (
        f"会读 {len(changes.fresh)} 个文件（{spoken_size(found.size)}），改名 {len(changes.renamed)} 个，"
        f"删去 {len(changes.removed)} 个；{changes.unchanged} 个没有变。"
    )
    yield f"读出 {found.passages} 段，要编码 {found.to_encode} 段，{cost}。现在什么也没有改。"
    yield from (f"  会读　{state.name}" for state in changes.fresh)
    yield from (f"  会改名　{old} → {state.name}" for old, state in changes.renamed)
    yield from (f"  会删去　{name}" for name in changes.removed)
    yield from map(problem_line, found.problems)


def _digit_lines(application: "Application", read: tuple[str, ...]) -> Iterator[str]:
    """这次读入的文件，原文里和读出的数字字符各多少个。"""
    names = set(read)
    files = [file for file in application.store.files() if file.state.name in names]
    if files:
        yield "数字字符核对（原文件 / 读出）："
    for file in files:
        yield f"  {file.state.name}　{file.raw_digits} / {file.read_digits}"


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)
