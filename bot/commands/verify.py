"""`verify`：查验索引与台账，能修的修好。"""

import sys
from pathlib import Path

import click

from bot.commands.chinese import Command, places


@click.command(cls=Command)
@places
def verify(corpus: Path | None, data: Path | None) -> None:
    """查验索引（散列、条数、向量、导出的文件）和台账；由报告而来的都能修好，修不好的以非零退出码结束。"""
    from bot.app import place  # noqa: PLC0415 - 只看说明时不必等它
    from bot.backups import ledger_faults  # noqa: PLC0415
    from bot.commands.progress import shown  # noqa: PLC0415
    from index.verify import verify as examine  # noqa: PLC0415

    at = place(corpus, data)
    found = shown(lambda listen: examine(at.folder, at.index, at.open_encoder(), listen))
    for one in found:
        click.echo(f"{'已修好' if one.repaired else '没有修好'}　{one.sentence}")
    faults = ledger_faults(at.people)
    for fault in faults:
        click.echo(f"没有修好　台账 {at.people.name} 坏了（{fault}）。请用 jihuatong restore 恢复最近的备份。")
    if not found and not faults:
        click.echo("查验完毕，索引和台账都完好。")
    sys.exit(1 if faults or not all(one.repaired for one in found) else 0)
