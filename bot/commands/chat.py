"""`chat`：在终端里聊。"""

import secrets
from pathlib import Path

import click

from bot.commands.chinese import Command, places


@click.command(cls=Command)
@places
def chat(corpus: Path | None, data: Path | None) -> None:
    """在终端里一问一答，记得上文；/help 列出命令，/quiz 考试。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.channels.terminal.chat import Host, talk  # noqa: PLC0415
    from bot.commands.progress import bring_up_to_date  # noqa: PLC0415
    from bot.commands.quiz.room import known_learner, local_learner  # noqa: PLC0415
    from bot.ledger.chats import Place, Who  # noqa: PLC0415

    with open_application(corpus, data) as application:
        bring_up_to_date(application)
        office = application.office()
        here = Who(Place("terminal", secrets.token_hex(4)), None)
        host = Host(office, here, lambda: local_learner(office.ledger), lambda: known_learner(office.ledger))
        try:
            talk(host, application.data / "typed.txt")
        finally:
            office.ledger.close()
