"""`quiz`：出题、发布、答题、成绩、复习、检验。"""

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Group, places
from bot.commands.ledger import ledger_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import Application
    from bot.ledger.file import Ledger
    from bot.quiz.items import Item, ItemKind
    from bot.quiz.library import Library
    from bot.quiz.session import Desk
    from bot.quiz.steps import Step

QUIT = ("/退出", "/quit")


@dataclass(frozen=True, slots=True)
class Room:
    """这组命令共用的：报告文件夹与台账。"""

    corpus: Path | None
    data: Path | None
    ledger: "Ledger"


@click.group(cls=Group)
@places
@click.pass_context
def quiz(ctx: click.Context, corpus: Path | None, data: Path | None) -> None:
    """测验：从报告出题，题题有据；出卷、发布、答题、成绩、复习。"""
    ctx.obj = Room(corpus, data, ctx.with_resource(ledger_of(corpus, data)))


@contextmanager
def _library(room: Room) -> "Iterator[tuple[Application, Library]]":
    """先让索引跟上报告，再建起题库。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.commands.progress import bring_up_to_date  # noqa: PLC0415
    from bot.quiz.library import library  # noqa: PLC0415

    with open_application(room.corpus, room.data) as application:
        bring_up_to_date(application)
        with application.store.snapshot():
            reports = [application.report(entry.name) for entry in application.reports()]
            yield (
                application,
                library(reports, application.store.generation(), lambda r: application.facts(r.name)),
            )


_number = click.argument("number", metavar="编号", type=int)
_person = click.option("--person", type=int, metavar="编号", help="人员的编号（users 列出的）；不给就是本机的使用者。")


@quiz.command()
@click.argument("title", metavar="题名")
@click.option("--number", type=click.IntRange(1, 200), default=10, metavar="题数", help="一共几道题（默认 10）。")
@click.option(
    "--kind", "kinds", multiple=True, metavar="题型=份数", help="题型与所占份数，如 单选=3；可写几个，不写则各种都有。"
)
@click.option("--report", "reports", multiple=True, metavar="报告", help="只从这份报告出题；可写几个。")
@click.option("--topic", default="", metavar="主题", help="只从标题或句子里有这几个字的地方出题。")
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
    from bot.audit import CONSOLE  # noqa: PLC0415
    from bot.quiz.papers import draft  # noqa: PLC0415
    from bot.quiz.store import Settings  # noqa: PLC0415

    settings = Settings(
        number=number,
        shares=_shares(kinds),
        reports=reports,
        topic=topic,
        minutes=minutes,
        pass_mark=pass_mark,
        deadline=None if deadline is None else deadline.astimezone(),
        attempts=attempts,
        shuffle=not in_order,
        at_once=not at_end,
        everyone=not named_only,
        nicknames=nicknames,
    )
    with _library(room) as (_, library):
        made = draft(room.ledger, CONSOLE, title, settings, library, time.time_ns() if seed is None else seed)
    click.echo(f"草稿 {made.id}：{made.title}，{number} 题。看过之后用 jihuatong quiz publish {made.id} 发布。")
    _print_items(room.ledger, made.id)


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


def _print_items(ledger: "Ledger", number: int) -> None:
    from bot.quiz.items import LETTERS, level  # noqa: PLC0415
    from bot.quiz.store import items_of  # noqa: PLC0415

    for entry in items_of(ledger, number, withdrawn=True):
        item = entry.item
        gone = f"（已撤下：{entry.why}）" if entry.withdrawn else ""
        click.echo(f"{entry.position}. [{entry.id}]【{item.kind} · {level(item)}】{item.stem}{gone}")
        for letter, option in zip(LETTERS, item.options, strict=False):
            click.echo(f"   {letter}. {option}")
        click.echo(f"   答案：{item.key_text()}")
        if item.source is not None:
            click.echo(f"   依据：“{item.source.quote}”（《{item.source.title}》{item.source.section}）")


@quiz.command(name="list")
@click.argument("number", metavar="[编号]", type=int, required=False)
@click.pass_obj
def list_(room: Room, number: int | None) -> None:
    """列出试卷；给了编号则列出它的题目与答案。"""
    from bot.quiz.store import items_of, paper, papers  # noqa: PLC0415

    if number is not None:
        paper(room.ledger, number)
        _print_items(room.ledger, number)
        return
    found = papers(room.ledger)
    click.echo(f"一共 {len(found)} 份试卷。")
    for one in found:
        state = "草稿" if one.published is None else "已发布"
        click.echo(f"{one.id}\t{one.title}\t{state}\t{len(items_of(room.ledger, one.id))} 题\t代码 {one.code}")


@quiz.command()
@_number
@click.option("--swap", "swaps", multiple=True, type=int, metavar="题号", help="换掉这道题；题号是方括号里的。")
@click.option("--drop", "drops", multiple=True, type=int, metavar="题号", help="去掉这道题。")
@click.option("--own", type=click.Path(path_type=Path, exists=True), metavar="表格", help="加进 .xlsx 里自拟的题。")
@click.option("--person", "people", multiple=True, type=int, metavar="编号", help="发给这个人；可写几个。")
@click.option("--group", "groups", multiple=True, metavar="组", help="发给这个组；可写几个。")
@click.option("--draft", is_flag=True, help="只改草稿，先不发布。")
@click.pass_obj
def publish(  # noqa: PLR0913, PLR0917 - 一个选项一个参数
    room: Room,
    number: int,
    swaps: tuple[int, ...],
    drops: tuple[int, ...],
    own: Path | None,
    people: tuple[int, ...],
    groups: tuple[str, ...],
    draft: bool,  # noqa: FBT001
) -> None:
    """审过的草稿，换题、去题、加自拟题，然后发布；发布之后不再改。"""
    from bot.audit import CONSOLE  # noqa: PLC0415
    from bot.quiz import papers  # noqa: PLC0415
    from bot.quiz.prove import Prover  # noqa: PLC0415
    from bot.quiz.sheets import read_items  # noqa: PLC0415

    for item in drops:
        papers.drop(room.ledger, CONSOLE, item)
    if swaps or own is not None:
        with _library(room) as (_, library):
            for item in swaps:
                papers.swap(room.ledger, CONSOLE, item, library)
            if own is not None:
                prover = Prover(library.world.reports.values())
                added = papers.add_own(room.ledger, CONSOLE, number, read_items(own.read_bytes()), prover)
                click.echo(f"加进了 {added} 道自拟题。")
    if draft:
        _print_items(room.ledger, number)
        return
    made = papers.publish(room.ledger, CONSOLE, number, people, groups)
    click.echo(f"已发布：{made.title}。作答：jihuatong quiz take {made.id}，或凭代码 {made.code}。")


@quiz.command()
@click.argument("named", metavar="编号或代码")
@_person
@click.pass_obj
def take(room: Room, named: str, person: int | None) -> None:
    """答一份试卷；中途退出（/退出）后再来，接着答。"""
    from bot.quiz.session import Desk  # noqa: PLC0415

    desk = Desk(room.ledger)
    who = _who(room.ledger, person)
    step = desk.start(who, named)
    _answer_all(desk, who, step)


def _who(ledger: "Ledger", person: int | None) -> int:
    """答题的是谁：指定的人，或本机的使用者（头一回当场登记）。"""
    import getpass  # noqa: PLC0415

    from bot.people import Identity, Policy, meet  # noqa: PLC0415
    from bot.people import person as find  # noqa: PLC0415

    if person is not None:
        return find(ledger, person).id
    return meet(ledger, Identity("terminal", getpass.getuser()), getpass.getuser(), Policy.OPEN).id


def _answer_all(desk: "Desk", who: int, step: "Step") -> None:
    """一问一答，直到出成绩；空行是跳到可按的第一个按钮（下一题、交卷）。"""
    from bot.quiz.steps import Stage  # noqa: PLC0415

    while True:
        _show(step)
        if step.stage is Stage.SCORE:
            return
        if step.stage is Stage.VERDICT or (step.stage is Stage.QUESTION and step.item is None):
            step = desk.press(who, step.buttons[0].press)
            continue
        said = _line()
        if said is None:
            click.echo("已退出，作答都记着；再来时接着答。")
            return
        step = desk.finish(who) if said in ("/交卷", "/finish") else desk.say(who, said)


def _show(step: "Step") -> None:
    for block in step.blocks:
        click.echo(block.text)
    click.echo("")


def _line() -> str | None:
    """读一行；读完了或要退出为 None。"""
    if sys.stdin.isatty():
        click.echo("> ", nl=False)
    line = sys.stdin.readline()
    said = line.strip()
    return None if not line or said in QUIT else said


@quiz.command()
@_person
@click.pass_obj
def review(room: Room, person: int | None) -> None:
    """复习错题本里今天该复习的题。"""
    from bot.quiz.session import Desk  # noqa: PLC0415
    from bot.quiz.steps import Stage  # noqa: PLC0415

    desk = Desk(room.ledger)
    who = _who(room.ledger, person)
    step = desk.review(who)
    while step.stage is Stage.REVIEW:
        _show(step)
        said = _line()
        if said is None:
            return
        _show(desk.review_say(who, said))
        step = desk.review(who)
    _show(step)


@quiz.command()
@_number
@click.pass_obj
def results(room: Room, number: int) -> None:
    """一份试卷的成绩：各人得分、各题答对率与区分度、分布、该补考的人。"""
    from bot.quiz.attempts import collect  # noqa: PLC0415
    from bot.quiz.results import results as found_of  # noqa: PLC0415

    collect(room.ledger)
    found = found_of(room.ledger, number)
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


@quiz.command()
@_number
@click.argument("target", metavar="文件", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--items", is_flag=True, help="导出题目（可再导入），不是成绩。")
@click.pass_obj
def export(room: Room, number: int, target: Path, items: bool) -> None:  # noqa: FBT001
    """把成绩（或题目）写成 .xlsx 表格。"""
    from bot.quiz.results import results as found_of  # noqa: PLC0415
    from bot.quiz.sheets import item_book, result_book  # noqa: PLC0415
    from bot.quiz.store import items_of, paper  # noqa: PLC0415

    paper(room.ledger, number)
    if items:
        data = item_book(entry.item for entry in items_of(room.ledger, number))
    else:
        data = result_book(found_of(room.ledger, number), room.ledger.zone)
    target.write_bytes(data)
    click.echo(f"已写入 {target}。")


@quiz.command()
@click.pass_obj
def refresh(room: Room) -> None:
    """跟上报告的变化：所据原文改了的题撤下，并说明是哪些、为什么。"""
    from bot.quiz.review import forget_withdrawn  # noqa: PLC0415
    from bot.quiz.withdrawal import withdraw_stale  # noqa: PLC0415

    with _library(room) as (_, library):
        found = withdraw_stale(room.ledger, library.world.reports.get)
    forget_withdrawn(room.ledger)
    click.echo(f"撤下 {len(found)} 道题。" if found else "没有要撤下的题。")
    for gone in found:
        click.echo(f"“{gone.paper.title}”第 {gone.item.position} 题：{gone.why}")


@quiz.command()
@click.option("--count", type=click.IntRange(1, 100_000), default=1000, metavar="题数", help="检验几道（默认 1000）。")
@click.option("--seed", type=int, default=1, metavar="数", help="从哪个种子出起（默认 1）。")
@click.pass_obj
def check(room: Room, count: int, seed: int) -> None:
    """出许多题，用另写的一套检验逐题核对；有一处错，退出码即为 1。"""
    from collections import Counter  # noqa: PLC0415

    from bot.quiz.check import check as flaws_of  # noqa: PLC0415

    with _library(room) as (_, library):
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
