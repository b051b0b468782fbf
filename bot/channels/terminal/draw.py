"""一份答复：有终端时画成卡片，没有终端时写成几行文字。"""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bot.answer import Citation, Reply, Table
from bot.card import Chip, ChipKind, card, place
from bot.channels.terminal.prose import Prose

COLOURS = {ChipKind.RESULT: "green", ChipKind.PLAN: "blue", ChipKind.YEAR: "bold"}
BAR = "│ "


def plain(reply: Reply) -> str:
    """几行文字：答复、对比表、引文、出处、还可以问。"""
    return "\n".join(_plain_lines(reply))


def drawn(reply: Reply) -> RenderableType:
    """画成卡片：大字、年度性质单位、对比表、加亮数字的引文。"""
    return Padding(Group(*_parts(reply)), (0, 0, 1, 2))


def show(reply: Reply, console: Console) -> None:
    """送到终端；不是终端就写成文字。"""
    if console.is_terminal:
        console.print(drawn(reply))
    else:
        console.file.write(plain(reply) + "\n")
        console.file.flush()


def choices(heading: str, asked: Sequence[str]) -> RenderableType:
    """几句可以问的，编了号。"""
    rows: list[RenderableType] = [Text(heading, "dim")]
    for number, question in enumerate(asked, 1):
        rows.append(Prose(Text.assemble((f"  {number}. ", "cyan"), question), indent=5))
    return Group(*rows)


def _plain_lines(reply: Reply) -> Iterator[str]:
    yield reply.text
    if reply.table is not None:
        yield "\t".join(("", *reply.table.columns))
        yield from ("\t".join((name, *(cell.text for cell in cells))) for name, cells in reply.table.rows)
    for citation in reply.citations:
        yield f"“{citation.quote}”"
        yield f"——{place(citation)}"
    if reply.suggestions:
        yield "还可以问：" + "；".join(reply.suggestions)


def _parts(reply: Reply) -> Iterator[RenderableType]:
    layout = card(reply)
    if layout.verdict:
        yield Text(f" {layout.verdict} ", "reverse yellow")
    if layout.headline:
        yield Prose(Text(layout.headline, "bold cyan"))
    if layout.chips:
        yield _chip_line(layout.chips)
    if layout.said:
        yield Prose(Text(layout.said))
    if reply.table is not None:
        yield _grid(reply.table)
    if layout.near:
        yield Prose(Text(layout.near, "dim"))
    for citation in reply.citations:
        yield quoted(citation)
    if reply.suggestions:
        yield Text()
        yield choices("还可以问（输入序号）：", reply.suggestions)


def _chip_line(chips: Sequence[Chip]) -> RenderableType:
    line = Text(" · ").join(Text(chip.text, COLOURS.get(chip.kind, "")) for chip in chips)
    return Prose(line)


def quoted(citation: Citation) -> RenderableType:
    """一段引文，依据的数字加亮，下面是出处。"""
    quote = Text(citation.quote)
    for mark in citation.marks:
        quote.stylize("bold black on yellow", mark.start, mark.end)
    return Group(Prose(quote, BAR), Prose(Text(f"  ——{place(citation)}", "dim"), indent=4))


def _grid(table: Table) -> Grid:
    grid = Grid("", *table.columns, header_style="bold", box=box.ROUNDED)
    for name, cells in table.rows:
        shown = (Prose(Text(cell.text, "dim" if cell.citation is None else "")) for cell in cells)
        grid.add_row(Prose(Text(name, "bold")), *shown)
    return grid
