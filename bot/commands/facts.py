"""`facts`：一份报告里认出的数字。"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.chinese import Command, places

if TYPE_CHECKING:
    from index.records import Fact


@click.command(cls=Command)
@click.argument("report", metavar="报告")
@places
@click.option("--json", "as_json", is_flag=True, help="一个数字一行 JSON。")
def facts(report: str, corpus: Path | None, data: Path | None, *, as_json: bool) -> None:
    """列出一份已入库的报告里的数字；“报告”是 status 列出的名称。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它

    with open_application(corpus, data) as application:
        found = application.facts(report)
    if as_json:
        for fact in found:
            click.echo(json.dumps(_row(fact), ensure_ascii=False))
    else:
        _print(found)


def _row(fact: "Fact") -> dict[str, Any]:
    from bot.machine import kind  # noqa: PLC0415
    from bot.wording import value_text  # noqa: PLC0415

    return {
        "subject": fact.subject,
        "value": value_text(fact.quantity) or None,
        "unit": fact.quantity.unit,
        "raw": fact.quantity.raw,
        "blanked": fact.quantity.blanked,
        "year": fact.year,
        "kind": kind(fact.role),
        "org": fact.issuer,
        "document": fact.document,
        "section": " › ".join(fact.section),
        "quote": fact.quote,
    }


def _print(found: tuple["Fact", ...]) -> None:
    """终端里画成表，别处用制表符隔开。"""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from bot.wording import ROLE_WORDS, spoken  # noqa: PLC0415

    columns = ("事项", "数量", "年度", "性质", "所在的节")
    rows = [
        (
            fact.subject,
            spoken(fact.quantity),
            str(fact.year or ""),
            ROLE_WORDS[fact.role],
            " › ".join(fact.section),
        )
        for fact in found
    ]
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            click.echo("\t".join(row))
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
