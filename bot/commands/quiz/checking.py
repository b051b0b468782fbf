"""检验：check。"""

import time
from typing import TYPE_CHECKING

import click

from bot.commands.quiz.room import Room

if TYPE_CHECKING:
    from bot.quiz.items import Item
    from bot.quiz.library import Library


@click.command()
@click.option("--count", type=click.IntRange(1, 100_000), default=1000, metavar="题数", help="检验几道（默认 1000）。")
@click.option("--seed", type=int, default=1, metavar="数", help="从哪个种子出起（默认 1）。")
@click.pass_obj
def check(room: Room, count: int, seed: int) -> None:
    """出许多题，用另写的一套检验逐题核对；有一处错，退出码即为 1。"""
    from collections import Counter  # noqa: PLC0415 - 只看说明时不必等它

    from bot.quiz.check import check as flaws_of  # noqa: PLC0415

    room.catch_up()
    library = room.classroom.shelf.library()
    began = time.perf_counter()
    made = _many(library, seed, count)
    generated = time.perf_counter()
    flaws = flaws_of(made, library.world.reports.values())
    checked = time.perf_counter()
    kinds = "，".join(f"{kind} {number}" for kind, number in Counter(i.kind for i in made).most_common())
    click.echo(f"出题 {len(made)} 道，用时 {generated - began:.1f} 秒：{kinds}。")
    click.echo(f"检验用时 {checked - generated:.1f} 秒，错 {len(flaws)} 处。")
    for flaw in flaws:
        click.echo(f"  {flaw.what}：{flaw.item.stem}")
    if len(made) < count:
        click.echo(f"现有的报告只出得了 {len(made)} 道不重复的题。", err=True)
    if flaws:
        raise click.exceptions.Exit(1)


def _many(library: "Library", seed: int, count: int) -> "list[Item]":
    """不重复的题，一个种子不够就换下一个；连换几个也出不了新的就停。"""
    from bot.quiz.generate import generate  # noqa: PLC0415

    made: dict[str, Item] = {}
    for number in range(seed, seed + 50):
        before = len(made)
        for item in generate(library, number):
            made.setdefault(item.identity, item)
            if len(made) == count:
                return list(made.values())
        if len(made) == before:
            break
    return list(made.values())
