"""出题与审题：make、makeup、list、edit、add、publish。"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.quiz.room import Room, item_number, paper_number, print_item, to_groups, to_people

if TYPE_CHECKING:
    from bot.classroom.records import PaperView
    from bot.quiz.items import ItemKind
    from bot.quiz.store import PaperItem


@click.command()
@click.argument("title", metavar="题名")
@click.option("--number", type=click.IntRange(1, 200), default=10, metavar="题数", help="一共几道题（默认 10）。")
@click.option(
    "--kind", "kinds", multiple=True, metavar="题型=份数", help="题型与所占份数，如 单选=3；可写几个，不写则各种都有。"
)
@click.option("--report", "reports", multiple=True, metavar="报告", help="只从这份报告出题；可写几个。")
@click.option(
    "--section",
    "sections",
    multiple=True,
    metavar="节",
    help="只从这一节出题，如 '二、工作安排 › （一）公路'；可写几个。",
)
@click.option("--topic", default="", metavar="主题", help="只从说到这几个词之一的地方出题，词之间用空格隔开。")
@click.option("--minutes", type=click.IntRange(1, 600), metavar="分钟", help="答题时限；不写则不限。")
@click.option("--pass-mark", type=click.IntRange(0, 100), default=60, metavar="分", help="及格分（默认 60）。")
@click.option("--attempts", type=click.IntRange(0, 100), default=1, metavar="次", help="可答几次，0 为不限（默认 1）。")
@click.option(
    "--deadline", type=click.DateTime(["%Y-%m-%d %H:%M"]), metavar="时间", help="截止时间，如 '2026-03-31 18:00'。"
)
@click.option("--at-end", is_flag=True, help="交卷后再说对错，不是每题答完就说。")
@click.option("--in-order", is_flag=True, help="题目与选项不打乱。")
@click.option("--named-only", is_flag=True, help="只许点名发给的人作答。")
@click.option("--nicknames", is_flag=True, help="成绩表里用昵称或编号。")
@click.option("--seed", type=int, metavar="数", help="同样的数总出同样的题；不写则每次不同。")
@click.pass_obj
def make(  # noqa: PLR0913, PLR0917 - 一个选项一个参数
    room: Room,
    title: str,
    number: int,
    kinds: tuple[str, ...],
    reports: tuple[str, ...],
    sections: tuple[str, ...],
    topic: str,
    minutes: int | None,
    pass_mark: int,
    attempts: int,
    deadline: datetime | None,
    at_end: bool,  # noqa: FBT001
    in_order: bool,  # noqa: FBT001
    named_only: bool,  # noqa: FBT001
    nicknames: bool,  # noqa: FBT001
    seed: int | None,
) -> None:
    """出一份草稿，列出题目供审。"""
    from bot.audit import CONSOLE  # noqa: PLC0415 - 只看说明时不必等它
    from bot.quiz.store import Settings  # noqa: PLC0415

    settings = Settings(
        number=number,
        shares=_shares(kinds),
        reports=reports,
        sections=sections,
        topic=topic,
        minutes=minutes,
        pass_mark=pass_mark,
        deadline=None if deadline is None else deadline.replace(tzinfo=room.ledger.zone),
        attempts=attempts,
        shuffle=not in_order,
        at_once=not at_end,
        everyone=not named_only,
        nicknames=nicknames,
    )
    room.catch_up()
    _print_draft(room.classroom.teach.make(CONSOLE, title, settings, seed))


def _print_draft(made: "PaperView") -> None:
    chosen = made.row.paper
    click.echo(
        f"草稿 {chosen.id}：{chosen.title}，{made.row.items} 题。看过之后用 jihuatong quiz publish {chosen.id} 发布。"
    )
    for entry in made.items:
        print_item(entry)


def _shares(kinds: tuple[str, ...]) -> "dict[ItemKind, int]":
    from bot.quiz.generate import MAKERS  # noqa: PLC0415

    known = {k.value: k for k in MAKERS}
    found: dict[ItemKind, int] = {}
    for written in kinds:
        name, _, share = written.partition("=")
        if name not in known or not (share or "1").isdigit():
            said = f"题型“{written}”不对：应当是 {'、'.join(known)} 之一，后面可跟 =份数"
            raise click.UsageError(said)
        found[known[name]] = int(share or 1)
    return found


@click.command()
@paper_number
@click.option("--seed", type=int, metavar="数", help="同样的数总出同样的题；不写则每次不同。")
@click.pass_obj
def makeup(room: Room, number: int, seed: int | None) -> None:
    """给没及格与没答的人出一份补考草稿，不出原卷里的题。"""
    from bot.audit import CONSOLE  # noqa: PLC0415

    room.catch_up()
    made = room.classroom.teach.make_up(CONSOLE, number, seed=seed)
    _print_draft(made)
    click.echo(f"发布后通知 {len(made.audience.people)} 人补考。")


@click.command(name="list")
@click.argument("number", metavar="[编号]", type=int, required=False)
@click.pass_obj
def list_(room: Room, number: int | None) -> None:
    """列出试卷；给了编号则列出它的题目与答案。"""
    from bot.audit import CONSOLE  # noqa: PLC0415

    if number is not None:
        for entry in room.classroom.teach.open(CONSOLE, number).items:
            print_item(entry)
        return
    found = room.classroom.teach.list(CONSOLE)
    click.echo(f"一共 {len(found)} 份试卷。")
    for row in found:
        one = row.paper
        counts = f"{row.items} 题\t{row.finished} 人交卷\t{row.complaints} 条报错"
        click.echo(f"{one.id}\t{one.title}\t{row.phase}\t{counts}\t代码 {one.code}")


@click.command()
@item_number
@click.option("--stem", metavar="题干", help="改题干。")
@click.option("--key", metavar="答案", help="改答案：选择题写字母，填空题写数字和单位。")
@click.option("--swap", is_flag=True, help="换一道同样题型的。")
@click.option("--drop", is_flag=True, help="从草稿里去掉。")
@click.option("--keep", is_flag=True, help="记下审过了。")
@click.pass_obj
def edit(  # noqa: PLR0913, PLR0917 - 一个选项一个参数
    room: Room,
    item: int,
    stem: str | None,
    key: str | None,
    swap: bool,  # noqa: FBT001
    drop: bool,  # noqa: FBT001
    keep: bool,  # noqa: FBT001
) -> None:
    """审草稿里的一道题：改题干或答案、换题、去题、留下；改过的仍须由原文证明得了。"""
    from bot.audit import CONSOLE  # noqa: PLC0415

    chosen = [name for name, given in (("改", stem or key), ("换", swap), ("去", drop), ("留", keep)) if given]
    if len(chosen) != 1:
        raise click.UsageError("--stem/--key、--swap、--drop、--keep 要选一样，也只能选一样")
    teach = room.classroom.teach
    if drop:
        teach.drop(CONSOLE, item)
        click.echo(f"去掉了 {item}。")
        return
    changed: PaperItem
    if keep:
        changed = teach.keep(CONSOLE, item)
    else:
        room.catch_up()
        changed = teach.swap(CONSOLE, item) if swap else teach.reword(CONSOLE, item, stem, key)
    print_item(changed)


@click.command()
@paper_number
@click.argument("stem", metavar="[题干]", required=False)
@click.argument("key", metavar="[答案]", required=False)
@click.option("--option", "options", multiple=True, metavar="选项", help="选择题的一个选项；按次序写几个。")
@click.option("--why", default="", metavar="解释", help="答完给人看的解释。")
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="表格",
    help="加进 .xlsx 表格里的题。",
)
@click.pass_obj
def add(  # noqa: PLR0913, PLR0917 - 一个选项一个参数
    room: Room,
    number: int,
    stem: str | None,
    key: str | None,
    options: tuple[str, ...],
    why: str,
    sheet: Path | None,
) -> None:
    """往草稿里加自拟题：写一道（选择题的答案写字母），或从表格加进许多道。"""
    from bot.audit import CONSOLE  # noqa: PLC0415
    from bot.classroom.records import OwnItem  # noqa: PLC0415

    if (sheet is None) == (stem is None or key is None):
        raise click.UsageError("写一道题的题干和答案，或用 --sheet 给一个表格")
    room.catch_up()
    if sheet is not None:
        count = room.classroom.teach.import_items(CONSOLE, number, sheet.read_bytes())
        click.echo(f"加进了 {count} 道自拟题。")
        return
    total = room.classroom.teach.add(CONSOLE, number, OwnItem(stem or "", key or "", options, why))
    click.echo(f"加进了，现在一共 {total} 道题。")


@click.command()
@paper_number
@to_people
@to_groups
@click.pass_obj
def publish(room: Room, number: int, people: tuple[int, ...], groups: tuple[str, ...]) -> None:
    """发布审过的草稿，通知点名发给的人；发布之后不再改。"""
    from bot.audit import CONSOLE  # noqa: PLC0415
    from bot.quiz.papers import Audience  # noqa: PLC0415

    made = room.classroom.teach.publish(CONSOLE, number, Audience(people, groups)).row.paper
    click.echo(f"已发布：{made.title}。作答：jihuatong quiz take {made.id}，或凭代码 {made.code}。")
