"""`restore`：由备份恢复。"""

from pathlib import Path

import click

from bot.commands.chinese import Command, places

WORDS = {"index.sqlite": "索引", "people.sqlite": "台账", "reports.toml": "更正"}


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
@places
@click.option("--yes", is_flag=True, help="不再问一遍。")
def restore(file: Path, corpus: Path | None, data: Path | None, *, yes: bool) -> None:
    """由备份恢复索引、台账和更正，现有的被替换；先查过备份，不完整的什么也不动。"""
    from bot.app import place  # noqa: PLC0415 - 只看说明时不必等它
    from bot.backups import restore as bring_back  # noqa: PLC0415

    at = place(corpus, data)
    if not yes:
        click.confirm(f"要用 {file} 替换 {at.data} 里的索引和台账吗？", abort=True, err=True)
    names = bring_back(file.expanduser().absolute(), at.folder, at.index, at.people)
    click.echo(
        f"已恢复{'、'.join(WORDS[name] for name in names)}。报告文件夹若与备份时不同，运行 jihuatong index 跟上。"
    )
    if "people.sqlite" in names:
        click.echo("机器人若正在运行，请重新启动，它才会用恢复的台账。")
