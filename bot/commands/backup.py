"""`backup`：把索引、台账和更正存成一个文件。"""

from pathlib import Path

import click

from bot.commands.chinese import Command, places


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
@places
def backup(file: Path, corpus: Path | None, data: Path | None) -> None:
    """把索引、台账（用户、问答记录）和更正备份到一个文件；机器人开着也可以。报告本身请另行备份。"""
    from bot.app import place  # noqa: PLC0415 - 只看说明时不必等它
    from bot.backups import back_up  # noqa: PLC0415
    from bot.commands.progress import spoken_size  # noqa: PLC0415

    at = place(corpus, data)
    size = back_up(at.folder, at.index, at.people, file.expanduser().absolute())
    click.echo(f"已备份到 {file}（{spoken_size(size)}）。里面有用户和问答记录，请妥善保管。")
