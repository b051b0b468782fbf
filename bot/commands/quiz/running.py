"""发布之后：assign、close、results、export、complaints、group、daily、refresh。"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.quiz.room import Room, paper_number, to_groups, to_people

if TYPE_CHECKING:
    from bot.ledger.chats import Place
    from bot.quiz.daily import DailySettings


@click.command()
@paper_number
@to_people
@to_groups
@click.pass_obj
def assign(room: Room, number: int, people: tuple[int, ...], groups: tuple[str, ...]) -> None:
    """再发给一些人、一些组，并通知他们。"""
    from bot.audit import CONSOLE  # noqa: PLC0415 - 只看说明时不必等它
    from bot.quiz.papers import Audience, invited  # noqa: PLC0415

    made = room.classroom.teach.assign(CONSOLE, number, Audience(people, groups))
    click.echo(f"“{made.row.paper.title}”现在发给了 {len(invited(room.ledger, number))} 人。")


@click.command()
@paper_number
@click.pass_obj
def close(room: Room, number: int) -> None:
    """提前关闭：不能再开始答，正在答的照各自的时限答完。"""
    from bot.audit import CONSOLE  # noqa: PLC0415

    click.echo(f"“{room.classroom.teach.close(CONSOLE, number).row.paper.title}”已关闭。")


@click.command()
@paper_number
@click.option("--board", is_flag=True, help="只看榜；不愿上榜的人不在内。")
@click.pass_obj
def results(room: Room, number: int, board: bool) -> None:  # noqa: FBT001
    """一份试卷的成绩：各人得分、各题答对率与区分度、分布、该补考的人。"""
    from bot.audit import CONSOLE  # noqa: PLC0415

    if board:
        for place, one in enumerate(room.classroom.teach.leaderboard(CONSOLE, number), 1):
            click.echo(f"{place}\t{one.name}\t{one.points} 分")
        return
    found = room.classroom.teach.results(CONSOLE, number)
    click.echo(
        f"{found.paper.title}：{len(found.scores)} 人交卷，{len(found.failed)} 人未及格，{len(found.absent)} 人未答。"
    )
    for one in found.scores:
        passed = "及格" if one.passed else "未及格"
        click.echo(f"{one.name}\t{one.points} 分\t{one.right} / {one.asked}\t{passed}")
    for row in found.items:
        told = "" if row.discrimination is None else f"\t区分度 {row.discrimination:.2f}"
        click.echo(f"[{row.item.id}] {row.item.item.stem[:30]}…\t答对率 {row.rate:.0%}{told}")
    for name, count in found.bins:
        click.echo(f"{name}\t{'█' * count} {count}")


@click.command()
@paper_number
@click.argument("target", metavar="文件", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--items", is_flag=True, help="导出题目（可改了再导入），不是成绩。")
@click.pass_obj
def export(room: Room, number: int, target: Path, items: bool) -> None:  # noqa: FBT001
    """把成绩（或题目）写成 .xlsx 表格；文件名以 .png 结尾则是分布图。"""
    from bot.audit import CONSOLE  # noqa: PLC0415

    teach = room.classroom.teach
    if items:
        file = teach.export_items(CONSOLE, number)
    elif target.suffix.lower() == ".png":
        file = teach.picture(CONSOLE, number)
    else:
        file = teach.results_sheet(CONSOLE, number)
    target.write_bytes(file.content)
    click.echo(f"已写入 {target}。")


@click.command()
@click.option("--paper", "number", type=int, metavar="编号", help="只看这份试卷的。")
@click.option("--close", "chosen", type=int, metavar="报错号", help="处理完这一条。")
@click.option("--answer", default="", metavar="话", help="与 --close 同用：答复报错的人。")
@click.option("--withdraw", is_flag=True, help="与 --close 同用：属实，把题撤下。")
@click.pass_obj
def complaints(room: Room, number: int | None, chosen: int | None, answer: str, withdraw: bool) -> None:  # noqa: FBT001
    """还没有处理的报错，连同答案与引文；或处理一条。"""
    from bot.audit import CONSOLE  # noqa: PLC0415

    teach = room.classroom.teach
    if chosen is not None:
        teach.answer_complaint(CONSOLE, chosen, answer, withdraw=withdraw)
        click.echo(f"处理了第 {chosen} 条{'，题已撤下' if withdraw else ''}。")
        return
    found = teach.complaints(CONSOLE, number)
    click.echo(f"有 {len(found)} 条报错没有处理。")
    for one in found:
        item = one.item.item
        click.echo(f"[{one.id}] 试卷 {one.item.paper} 第 {one.item.position} 题：{one.said}\n   {item.stem}")
        click.echo(f"   答案：{item.key_text()}")
        if item.source is not None:
            click.echo(f"   依据：“{item.source.quote}”（《{item.source.title}》{item.source.section}）")


@click.command()
@click.argument("name", metavar="[组]", required=False)
@click.option("--add", "added", multiple=True, type=int, metavar="编号", help="把这个人编进组；可写几个。")
@click.option("--remove", "removed", multiple=True, type=int, metavar="编号", help="把这个人移出组；可写几个。")
@click.option("--dissolve", is_flag=True, help="撤去整个组。")
@click.pass_obj
def group(
    room: Room,
    name: str | None,
    added: tuple[int, ...],
    removed: tuple[int, ...],
    dissolve: bool,  # noqa: FBT001
) -> None:
    """列出各组，或把人编进、移出一个组。"""
    from bot.audit import CONSOLE  # noqa: PLC0415
    from bot.people import person  # noqa: PLC0415

    teach = room.classroom.teach
    if name is not None:
        if added:
            teach.put_in_group(CONSOLE, name, [person(room.ledger, one).id for one in added])
        if removed or dissolve:
            teach.take_out_of_group(CONSOLE, name, None if dissolve else removed)
    for one in teach.groups(CONSOLE):
        members = "、".join(f"{person(room.ledger, number).name}（{number}）" for number in one.people)
        click.echo(f"{one.name}\t{members}")


@click.command()
@click.option("--on/--off", "on", default=None, help="开或关。")
@click.option("--at", "when", type=click.DateTime(["%H:%M"]), metavar="时间", help="几点发，如 08:30。")
@click.option("--chat", "chats", multiple=True, metavar="通道:会话", help="发到这个群，如 telegram:-100123；可写几个。")
@click.option("--topic", metavar="主题", help="只从说到这几个词之一的地方出题。")
@click.pass_obj
def daily(
    room: Room,
    on: bool | None,  # noqa: FBT001
    when: datetime | None,
    chats: tuple[str, ...],
    topic: str | None,
) -> None:
    """每日一题的设置；不带选项则说现在怎样设的。订阅的人各自另收。"""
    from dataclasses import replace  # noqa: PLC0415

    from bot.audit import CONSOLE  # noqa: PLC0415

    chosen = room.classroom.teach.daily(CONSOLE)
    if (on, when, chats, topic) != (None, None, (), None):
        chosen = replace(
            chosen,
            on=chosen.on if on is None else on,
            at=chosen.at if when is None else when.time(),
            places=_places(chats) if chats else chosen.places,
            topic=chosen.topic if topic is None else topic,
        )
        room.classroom.teach.set_daily(CONSOLE, chosen)
    _print_daily(chosen)


def _places(chats: tuple[str, ...]) -> "tuple[Place, ...]":
    from bot.ledger.chats import Place  # noqa: PLC0415

    found = []
    for written in chats:
        channel, separator, chat = written.partition(":")
        if not (channel and separator and chat):
            said = f"会话“{written}”不对：应当是 通道:会话，如 telegram:-100123"
            raise click.UsageError(said)
        found.append(Place(channel, chat))
    return tuple(found)


def _print_daily(chosen: "DailySettings") -> None:
    where = "、".join(f"{place.channel}:{place.chat}" for place in chosen.places) or "没有群"
    topic = f"，主题 {chosen.topic}" if chosen.topic else ""
    state = "开着" if chosen.on else "没有开"
    click.echo(f"每日一题{state}：每天 {chosen.at:%H:%M}，发到 {where} 和订阅的人{topic}。")


@click.command()
@click.pass_obj
def refresh(room: Room) -> None:
    """跟上报告的变化：所据原文改了的题撤下，并说明是哪些、为什么。"""
    room.catch_up()
    found = room.classroom.withdraw_stale()
    click.echo(f"撤下 {len(found)} 道题。" if found else "没有要撤下的题。")
    for gone in found:
        click.echo(f"“{gone.paper.title}”第 {gone.item.position} 题：{gone.why}")
