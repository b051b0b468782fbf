"""`chat`：在终端里聊。"""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Command, places

if TYPE_CHECKING:
    from bot.answer import Reply


@click.command(cls=Command)
@places
def chat(corpus: Path | None, data: Path | None) -> None:
    """在终端里一问一答，记得上文。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.channels.terminal import talk  # noqa: PLC0415
    from bot.commands.progress import bring_up_to_date  # noqa: PLC0415
    from bot.ledger.chats import Place, Who  # noqa: PLC0415

    with open_application(corpus, data) as application:
        bring_up_to_date(application)
        office = application.office()
        here = Who(Place("terminal", secrets.token_hex(4)), None)

        def ask(question: str) -> "Reply":
            return office.ask(here, question).reply

        try:
            talk(ask, application.examples(), application.data / "typed.txt")
        finally:
            office.ledger.close()
