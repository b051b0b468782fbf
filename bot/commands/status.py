"""`status`：索引里有哪些报告，哪里有问题。"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Command, places

if TYPE_CHECKING:
    from bot.app import Application


@click.command(cls=Command)
@places
def status(corpus: Path | None, data: Path | None) -> None:
    """列出已入库的报告和有问题的文件。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它

    with open_application(corpus, data) as application:
        for line in _lines(application):
            click.echo(line)


def _lines(application: "Application") -> Iterator[str]:
    reports = application.reports()
    passages, facts = (sum(entry.passages for entry in reports), sum(entry.facts for entry in reports))
    yield f"报告文件夹：{application.folder}"
    yield f"索引：{application.store.path}（第 {application.store.generation()} 代）"
    yield f"已入库 {len(reports)} 份报告，{passages} 段，{facts} 个数字。"
    for entry in reports:
        years = "、".join(map(str, entry.periods)) or "年度未定"
        yield f"  {entry.name}　{entry.issuer or '文中未写明单位'} · {years} · {entry.facts} 个数字"
    yield from problem_lines(application)


def problem_lines(application: "Application") -> Iterator[str]:
    """有问题的文件，一处一行。"""
    files = [file for file in application.store.files() if file.problems]
    if files:
        yield f"有问题的文件 {len(files)} 个："
    for file in files:
        for problem in file.problems:
            where = f"{problem.place}：" if problem.place else ""
            yield f"  {file.state.name}　{where}{problem.sentence}"
