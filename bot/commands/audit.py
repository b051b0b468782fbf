"""`audit`：看审计，导出审计，重放其中一条。"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Group, places
from bot.commands.ledger import ledger_of

if TYPE_CHECKING:
    from bot.answer import Reply
    from bot.audit import Entry, Filter
    from bot.ledger.file import Ledger
    from bot.replay import Replayed
    from index.rewind import Since

MOST_NAMES = 5
"""列出至多几个变了的文件。"""

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class Where:
    """`--corpus` 与 `--data`，交给子命令。"""

    corpus: Path | None
    data: Path | None


@click.group(cls=Group, invoke_without_command=True)
@places
@click.option("--words", default="", metavar="词", help="问题或答复里要有的词，空格隔开。")
@click.option("--person", type=int, metavar="编号", help="只看这个人的。")
@click.option("--since", type=_DAY, metavar="年-月-日", help="从这一天起。")
@click.option("--until", type=_DAY, metavar="年-月-日", help="到这一天为止（不含）。")
@click.option("--last", type=click.IntRange(1), default=20, metavar="条数", help="列出最近几条（默认 20）。")
@click.option(
    "--export",
    "kind",
    type=click.Choice(["csv", "jsonl", "xlsx"]),
    metavar="格式",
    help="改为全部导出：csv、jsonl，或 xlsx（要用 --output 给文件名）。",
)
@click.option("--output", type=click.Path(path_type=Path), metavar="文件", help="导出到哪个文件（默认标准输出）。")
@click.option("--pseudonyms", is_flag=True, help="导出时姓名与会话换成化名。")
@click.pass_context
def audit(  # noqa: PLR0913, PLR0917 - 一个选项一个参数
    ctx: click.Context,
    corpus: Path | None,
    data: Path | None,
    words: str,
    person: int | None,
    since: datetime | None,
    until: datetime | None,
    last: int,
    kind: str | None,
    output: Path | None,
    *,
    pseudonyms: bool,
) -> None:
    """列出谁在何时问了什么、答了什么、做了什么管理动作，或全部导出；或重放其中一条。"""
    from bot.audit import Filter  # noqa: PLC0415 - 只看说明时不必等它

    ctx.obj = Where(corpus, data)
    if ctx.invoked_subcommand is not None:
        return
    chosen = Filter(person=person, since=_moment(since), until=_moment(until), words=words)
    with ledger_of(corpus, data) as ledger:
        if kind is None:
            for line in _latest(ledger, chosen, last):
                click.echo(line)
        elif output is None:
            if kind == "xlsx":
                raise click.UsageError("导出 xlsx 要用 --output 给文件名")
            sys.stdout.writelines(_exported(ledger, chosen, kind, pseudonyms=pseudonyms))
        elif kind == "xlsx":
            _book(ledger, chosen, output, pseudonyms=pseudonyms)
        else:
            encoding = "utf-8-sig" if kind == "csv" else "utf-8"
            with output.open("w", encoding=encoding, newline="") as file:
                file.writelines(_exported(ledger, chosen, kind, pseudonyms=pseudonyms))
            click.echo(f"已导出到 {output}。")


@audit.command()
@click.argument("number", metavar="编号", type=int)
@click.pass_obj
def replay(where: Where, number: int) -> None:
    """把审计里的一条，在它当时那一代索引上重答，与当时的、今天的对照。"""
    from bot.app import open_application  # noqa: PLC0415
    from bot.audit import entry  # noqa: PLC0415

    with ledger_of(where.corpus, where.data) as ledger:
        found = entry(ledger, number)
    with open_application(where.corpus, where.data) as application:
        for line in _replayed(application.replay(found)):
            click.echo(line)


def _replayed(found: "Replayed") -> Iterator[str]:
    """当时的、重答的、今天的，各答了什么，是否一致；那以后变了哪些报告。"""
    from bot.replay import differences  # noqa: PLC0415

    entry, other = found.entry, differences(found.then, found.today)
    yield f"第 {entry.id} 条，{entry.at.astimezone():%Y-%m-%d %H:%M}，{entry.name}问：{entry.text}"
    if entry.earlier:
        yield f"联系的上文：{'；'.join(entry.earlier)}"
    yield f"当时（索引第 {found.generation} 代）：{_flat(found.then)}"
    yield f"在第 {found.generation} 代上重答：{_flat(found.again)}"
    yield "  与当时一致。" if found.same else f"  与当时不一致：{'，'.join(differences(found.then, found.again))}。"
    yield from (f"  {note}" for note in found.notes)
    yield f"今天答：{_flat(found.today)}"
    yield f"  与当时不同：{'，'.join(other)}。" if other else "  与当时相同。"
    yield from _changes(found.since)


def _changes(since: "Since") -> Iterator[str]:
    """那一代以来变了哪些文件。"""
    replaced = [name for name in since.gone if name in since.fresh]
    gone = [name for name in since.gone if name not in since.fresh]
    fresh = [name for name in since.fresh if name not in since.gone]
    for what, names in (("换过内容", replaced), ("删去或改名", gone), ("新来", fresh)):
        if names:
            more = f" 等 {len(names)} 个" if len(names) > MOST_NAMES else ""
            yield f"那以后{what}的文件：{'、'.join(f'《{name}》' for name in names[:MOST_NAMES])}{more}。"


def _flat(reply: "Reply") -> str:
    return reply.text.replace("\n", "；")


def _latest(ledger: "Ledger", chosen: "Filter", last: int) -> Iterator[str]:
    """最近几条，旧的在前。"""
    from bot.audit import listed  # noqa: PLC0415

    page = listed(ledger, chosen, limit=last)
    yield f"一共 {page.total} 条，列出最近 {len(page.entries)} 条。"
    yield from (_line(entry) for entry in reversed(page.entries))


def _line(entry: "Entry") -> str:
    done = entry.action or (entry.reply.status.value if entry.reply else "没答成")
    said = _flat(entry.reply) if entry.reply else entry.problem or ""
    when = f"{entry.at.astimezone():%Y-%m-%d %H:%M}"
    return "\t".join((str(entry.id), when, entry.name, entry.place.channel, done, entry.text, said))


def _book(ledger: "Ledger", chosen: "Filter", output: Path, *, pseudonyms: bool) -> None:
    from bot.audit_export import workbook  # noqa: PLC0415

    workbook(_entries(ledger, chosen, pseudonyms=pseudonyms), output)
    click.echo(f"已导出到 {output}。")


def _entries(ledger: "Ledger", chosen: "Filter", *, pseudonyms: bool) -> "Iterator[Entry]":
    from bot.audit import every  # noqa: PLC0415
    from bot.audit import pseudonyms as hide  # noqa: PLC0415

    return map(hide(ledger), every(ledger, chosen)) if pseudonyms else every(ledger, chosen)


def _exported(ledger: "Ledger", chosen: "Filter", kind: str, *, pseudonyms: bool) -> Iterator[str]:
    from bot.audit_export import csv_lines, json_lines  # noqa: PLC0415

    entries = _entries(ledger, chosen, pseudonyms=pseudonyms)
    return csv_lines(entries) if kind == "csv" else json_lines(entries)


def _moment(day: datetime | None) -> datetime | None:
    """本机时区的那一天零点。"""
    return None if day is None else day.astimezone(UTC)
