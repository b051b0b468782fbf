"""`index`：把变了的报告入库，并说明读了什么、哪里有问题。"""

from pathlib import Path

import click

from bot.commands.chinese import Command, places


@click.command(cls=Command)
@places
def index(corpus: Path | None, data: Path | None) -> None:
    """把报告文件夹里变了的文件入库，列出有问题的文件。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.commands.progress import bring_up_to_date, outcome_lines  # noqa: PLC0415
    from bot.commands.status import problem_lines  # noqa: PLC0415

    with open_application(corpus, data) as application:
        outcome = bring_up_to_date(application, patient=False)
        if outcome is not None:
            for line in (*outcome_lines(outcome), *problem_lines(application)):
                click.echo(line)
