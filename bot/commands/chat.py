"""`chat`：在终端里聊。"""

from pathlib import Path

import click

from bot.commands.chinese import Command, places


@click.command(cls=Command)
@places
def chat(corpus: Path | None, data: Path | None) -> None:
    """在终端里一问一答，记得上文。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.channels.terminal import talk  # noqa: PLC0415
    from bot.commands.progress import bring_up_to_date  # noqa: PLC0415

    with open_application(corpus, data) as application:
        bring_up_to_date(application)
        talk(application.conversation(), application.examples(), application.data / "typed.txt")
