"""学员的：papers、take、review、mine、settings、complain。"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.quiz.room import Room, for_person, item_number, who

if TYPE_CHECKING:
    from bot.classroom.typed import Turn, Typed
    from bot.ledger.chats import Who


@click.command()
@for_person
@click.pass_obj
def papers(room: Room, person: int | None) -> None:
    """给您的试卷，各是什么状态。"""
    found = room.classroom.learn.papers(who(room, person))
    click.echo(f"有 {len(found)} 份试卷。")
    for one in found:
        settings = one.paper.settings
        told = [f"{one.items} 题", f"限时 {settings.minutes} 分钟" if settings.minutes else "不限时"]
        told += [f"{room.ledger.local(settings.deadline):%Y-%m-%d %H:%M} 截止"] if settings.deadline else []
        told += [] if one.best is None else [f"最好 {one.best} 分"]
        click.echo("\t".join((str(one.paper.id), one.paper.title, one.state, *told)))


@click.command()
@click.argument("named", metavar="编号或代码")
@for_person
@click.pass_obj
def take(room: Room, named: str, person: int | None) -> None:
    """答一份试卷；/退出 之后再来接着答，/交卷 提前交，/报错 说上一题有错。"""
    learner = who(room, person)
    typed = _typed(room)
    _converse(typed, learner, typed.start(learner, named))


@click.command()
@for_person
@click.pass_obj
def review(room: Room, person: int | None) -> None:
    """复习错题本里今天该复习的题。"""
    learner = who(room, person)
    typed = _typed(room)
    _converse(typed, learner, typed.review(learner))


def _typed(room: Room) -> "Typed":
    from bot.classroom.typed import Typed  # noqa: PLC0415 - 只看说明时不必等它

    return Typed(room.classroom.learn, room.ledger, "/", alone=True)


def _converse(typed: "Typed", learner: "Who", turn: "Turn") -> None:
    """一问一答，直到不再等着作答；输入完了即退出。"""
    from rich.console import Console  # noqa: PLC0415

    from bot.channels.terminal.chat import ANSWERING, typed_lines  # noqa: PLC0415
    from bot.channels.terminal.pages import show_turn  # noqa: PLC0415
    from bot.classroom.typed import Doing  # noqa: PLC0415

    console = Console(highlight=False)
    lines = typed_lines(lambda: ANSWERING, console)
    show_turn(turn, console)
    while turn.seat.doing in (Doing.ANSWERING, Doing.REVIEWING):
        said = next(lines, "/退出")
        heard = typed.hear(learner, turn.seat, said) if said else None
        turn = heard or turn
        if heard is not None:
            show_turn(turn, console)


@click.command()
@for_person
@click.option(
    "--export",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="文件",
    help="把自己的全部资料写成 .xlsx。",
)
@click.option("--delete", is_flag=True, help="删去自己的全部答卷、错题本与意愿；不能恢复。")
@click.option("--yes", is_flag=True, help="删去时不再问。")
@click.pass_obj
def mine(room: Room, person: int | None, target: Path | None, delete: bool, yes: bool) -> None:  # noqa: FBT001
    """自己的成绩与错题本；也可以导出、删去。"""
    learn, learner = room.classroom.learn, who(room, person)
    if target is not None:
        target.write_bytes(learn.export(learner).content)
        click.echo(f"已写入 {target}。")
    if delete:
        if not yes:
            click.confirm("删去之后不能恢复，确定吗？", abort=True)
        learn.delete(learner)
        click.echo("已删去。")
    if target is not None or delete:
        return
    for one in learn.results(learner):
        passed = "及格" if one.passed else "未及格"
        at = f"{room.ledger.local(one.finished):%Y-%m-%d %H:%M}"
        click.echo(f"{at}\t{one.paper.title}\t{one.points} 分\t{passed}")
    missed = learn.notebook(learner)
    click.echo(f"错题本里有 {len(missed)} 题，现在该复习 {learn.due(learner)} 题。")
    for entry in missed:
        click.echo(f"   错过 {entry.missed} 次，{room.ledger.local(entry.due):%m-%d} 再问：{entry.item.stem}")


def _hour(written: str) -> int | None:
    """提醒的钟点；off 为 None。"""
    if written == "off":
        return None
    if not (written.isdigit() and int(written) < 24):  # noqa: PLR2004 - 一天二十四小时
        said = f"提醒的钟点“{written}”不对：应当是 0 到 23 的整点，或 off"
        raise click.UsageError(said)
    return int(written)


@click.command(name="settings")
@for_person
@click.option("--nickname", metavar="昵称", help="成绩表与榜上用的昵称；写空的即不用。")
@click.option("--ranked/--unranked", default=None, help="上不上榜。")
@click.option("--remind", metavar="几点", help="几点提醒复习（0 到 23），off 即不要提醒。")
@click.option("--daily/--no-daily", default=None, help="订不订每日一题。")
@click.pass_obj
def settings_(  # noqa: PLR0913, PLR0917 - 一个选项一个参数
    room: Room,
    person: int | None,
    nickname: str | None,
    ranked: bool | None,  # noqa: FBT001
    remind: str | None,
    daily: bool | None,  # noqa: FBT001
) -> None:
    """自己的意愿：昵称、上榜、几点提醒复习、每日一题；不带选项则说现在怎样。"""
    from dataclasses import replace  # noqa: PLC0415

    from bot.classroom.spoken import wish_words  # noqa: PLC0415

    learn, learner = room.classroom.learn, who(room, person)
    wish = learn.preferences(learner)
    if remind is not None:
        wish = replace(wish, hour=_hour(remind))
    if nickname is not None:
        wish = replace(wish, nickname=nickname)
    wish = replace(wish, ranked=wish.ranked if ranked is None else ranked, daily=wish.daily if daily is None else daily)
    wish = learn.prefer(learner, wish)
    click.echo(wish_words(wish))


@click.command()
@item_number
@click.argument("words", metavar="[哪里不对]", required=False, default="")
@for_person
@click.pass_obj
def complain(room: Room, item: int, words: str, person: int | None) -> None:
    """报一道题有错，连同引文告诉出题人；题号是试卷里方括号中的。"""
    room.classroom.learn.complain(who(room, person), item, words)
    click.echo("已连同引文告诉出题人，谢谢。")
