"""这组命令共用的：教室，和现在的题库。"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.app import Application
    from bot.classroom.room import Classroom
    from bot.ledger.chats import Who
    from bot.ledger.file import Ledger
    from bot.quiz.items import Item
    from bot.quiz.store import PaperItem


@dataclass(frozen=True, slots=True)
class Room:
    """报告文件夹（和它的索引），与教室。"""

    application: "Application"
    classroom: "Classroom"

    @property
    def ledger(self) -> "Ledger":
        """台账。"""
        return self.classroom.ledger

    def catch_up(self) -> None:
        """出题之前，先让索引跟上报告。"""
        from bot.commands.progress import bring_up_to_date  # noqa: PLC0415 - 只看说明时不必等它

        bring_up_to_date(self.application)


@contextmanager
def opened(corpus: Path | None, data: Path | None) -> Iterator[Room]:
    """打开教室，用完关上台账。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它

    with open_application(corpus, data) as application:
        office = application.office()
        try:
            yield Room(application, office.classroom)
        finally:
            office.ledger.close()


paper_number = click.argument("number", metavar="编号", type=int)
item_number = click.argument("item", metavar="题号", type=int)
for_person = click.option(
    "--person", type=int, metavar="编号", help="人员的编号（users 列出的）；不给就是本机的使用者。"
)
to_people = click.option("--person", "people", multiple=True, type=int, metavar="编号", help="给这个人；可写几个。")
to_groups = click.option("--group", "groups", multiple=True, metavar="组", help="给这个组；可写几个。")


def who(room: Room, person: int | None) -> "Who":
    """答题的是谁：指定的人，或本机的使用者（头一回当场登记）。"""
    from bot.ledger.chats import Place, Who  # noqa: PLC0415
    from bot.people import person as find  # noqa: PLC0415

    if person is None:
        return local_learner(room.ledger)
    return Who(Place("terminal", getpass.getuser()), find(room.ledger, person).id)


def local_learner(ledger: "Ledger") -> "Who":
    """本机的使用者；头一回当场登记。"""
    from bot.ledger.chats import Place, Who  # noqa: PLC0415
    from bot.people import Identity, Policy, meet  # noqa: PLC0415

    name = getpass.getuser()
    return Who(Place("terminal", name), meet(ledger, Identity("terminal", name), name, Policy.OPEN).id)


def known_learner(ledger: "Ledger") -> "Who | None":
    """本机的使用者；还没有登记过为 None。"""
    from bot.people import Identity, identified  # noqa: PLC0415

    known = identified(ledger, Identity("terminal", getpass.getuser()))
    return None if known is None else local_learner(ledger)


def print_item(entry: "PaperItem", *, answers: bool = True) -> None:
    """一道题：题干、选项、答案与依据。"""
    from bot.quiz.items import level  # noqa: PLC0415

    item = entry.item
    marks = (f"已撤下：{entry.why}" if entry.withdrawn else "", "审过" if entry.kept else "")
    said = "".join(f"（{mark}）" for mark in marks if mark)
    click.echo(f"{entry.position}. [{entry.id}]【{item.kind} · {level(item)}】{item.stem}{said}")
    print_options(item)
    if answers:
        click.echo(f"   答案：{item.key_text()}")
    if item.source is not None:
        click.echo(f"   依据：“{item.source.quote}”（《{item.source.title}》{item.source.section}）")


def print_options(item: "Item") -> None:
    """各个选项。"""
    from bot.quiz.items import LETTERS  # noqa: PLC0415

    for letter, option in zip(LETTERS, item.options, strict=False):
        click.echo(f"   {letter}. {option}")
