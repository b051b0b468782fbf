"""`ask`：先把变了的报告入库，再回答，然后结束。"""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from bot.commands.chinese import Command, places

if TYPE_CHECKING:
    from bot.app import Application


@click.command(cls=Command)
@click.argument("question", required=False, metavar="[问题]")
@places
@click.option("--json", "as_json", is_flag=True, help="答成一行 JSON，供别的程序读。")
@click.option("--stdin", "from_stdin", is_flag=True, help="从标准输入逐行读问题；与 --json 同用时逐行读 JSON。")
def ask(question: str | None, corpus: Path | None, data: Path | None, *, as_json: bool, from_stdin: bool) -> None:
    """问一个问题，或从标准输入逐行地问。"""
    if (question is None) is not from_stdin:
        raise click.UsageError("问题写在命令后面，或用 --stdin 从标准输入读，二者取一")
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.commands.progress import bring_up_to_date  # noqa: PLC0415

    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr), open_application(corpus, data) as application:
        bring_up_to_date(application)
        if as_json:
            _in_json(application, question, out)
        else:
            _in_words(application, question, out)


def _in_json(application: "Application", question: str | None, out: TextIO) -> None:
    """标准输出上只有答案，一行一个。"""
    from bot.machine import Asked, answered, converse, dumped  # noqa: PLC0415

    if question is None:
        converse(sys.stdin.buffer, application.answer, out.buffer)
    else:
        out.buffer.write(dumped(answered(Asked(None, question), application.answer)))
        out.buffer.flush()


def _in_words(application: "Application", question: str | None, out: TextIO) -> None:
    from rich.console import Console  # noqa: PLC0415

    from bot.channels.terminal.draw import show  # noqa: PLC0415

    console = Console(file=out, highlight=False)
    for line in [question] if question is not None else sys.stdin:
        if line.strip():
            show(application.answer(line.strip(), ()), console)
