"""命令行：`jihuatong`，也就是 `python -m bot`。"""

import logging
import os
import sys
from typing import Any

import click

from bot.commands.ask import ask
from bot.commands.audit import audit
from bot.commands.backup import backup
from bot.commands.chat import chat
from bot.commands.chinese import Group, explained
from bot.commands.correct import correct
from bot.commands.evaluate import evaluate
from bot.commands.extract import extract
from bot.commands.facts import facts
from bot.commands.index import index
from bot.commands.quiz.program import quiz
from bot.commands.restore import restore
from bot.commands.serve import serve
from bot.commands.status import status
from bot.commands.users import users
from bot.commands.verify import verify
from corpus.errors import JihuatongError

WRONG_USAGE = 2
INTERRUPTED = 130


class Program(Group):
    """全部命令；出错时在标准错误上说一句话，不给堆栈。"""

    def main(self, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - 与 click 的签名一致
        """运行，并以退出码结束。"""
        _speak_utf8()
        logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
        try:
            code = super().main(*rest, **named | {"prog_name": "jihuatong", "standalone_mode": False})
        except click.UsageError as error:
            code = _said(explained(error), WRONG_USAGE)
        except JihuatongError as error:
            code = _said(str(error), 1)
        except (click.Abort, KeyboardInterrupt):
            code = _said("已中断。", INTERRUPTED)
        except BrokenPipeError:  # 读的一方先走了，没有人要看余下的
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 1
        sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=Program, invoke_without_command=True)
@click.pass_context
def main(ctx: click.Context) -> None:
    """计划通：只凭单位自己的工作报告和计划作答，每个数字都有出处。"""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (
    ask,
    chat,
    serve,
    index,
    status,
    facts,
    extract,
    correct,
    verify,
    evaluate,
    backup,
    restore,
    users,
    audit,
    quiz,
):
    main.add_command(command)


def _said(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def _speak_utf8() -> None:
    """中文在哪里都按 UTF-8 输出；写不出的字换成问号，不因此中断。"""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main()
