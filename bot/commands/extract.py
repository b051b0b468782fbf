"""`extract`：一份文件读成了什么样。"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Command

if TYPE_CHECKING:
    from corpus.records import Report


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
def extract(file: Path) -> None:
    """读一份文件，按读出的大纲写出全文；不入库。"""
    from corpus.outline import parse  # noqa: PLC0415 - 只看说明时不必等它
    from corpus.readers import read  # noqa: PLC0415

    for report in parse(read(file, file.name), file.name):
        for line in _about(report):
            click.echo(line, err=True)
        for line in _written(report):
            click.echo(line)


def _about(report: "Report") -> Iterator[str]:
    """题名、单位、日期、年度与问题，写在标准错误上，不混进正文。"""
    guessed = "（推断）"
    yield f"报告：{report.name}"
    yield f"题名：{report.title}{guessed if report.title_inferred else ''}"
    yield f"单位：{report.issuer or '文中未写明'}{guessed if report.issuer and report.issuer_inferred else ''}"
    yield f"日期：{report.dated or '文中未写明'}"
    yield f"年度：{'、'.join(map(str, report.periods)) or '未定'}"
    for problem in report.problems:
        yield f"问题：{problem.place + '：' if problem.place else ''}{problem.sentence}"


def _written(report: "Report") -> Iterator[str]:
    """全文，一段一行；标题所在的段前面的 # 表示级别。"""
    levels = {section.span.start: section.level for section in report.sections[1:]}
    for paragraph in report.paragraphs:
        level = levels.get(paragraph.span.start)
        mark = "" if level is None else "#" * level + " "
        yield mark + paragraph.span.of(report.text)
