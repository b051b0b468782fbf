"""终端通道：同一份答复，有颜色时画成卡片，没有终端时写成几行文字。"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bot.answer import Citation, Reply, Table
from bot.card import Chip, ChipKind, card, place

Ask = Callable[[str], Reply]

COLOURS = {ChipKind.RESULT: "green", ChipKind.PLAN: "blue", ChipKind.YEAR: "bold"}
LEAVING = frozenset({"/退出", "/quit", "/exit", "/q", "退出", "再见"})
HELP = "直接输入问题；输入数字选用上面列出的问法；/例子 看看可以怎样问；/退出 结束（也可以按 Ctrl+D）。"


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


def talk(ask: Ask, examples: Sequence[str], remembered: Path | None = None, console: Console | None = None) -> None:
    """一问一答，直到说再见。

    Args:
        ask: 问一句，得一份答复。
        examples: 可以怎样问。
        remembered: 记住输入过的问题的文件；没有终端时不用。
        console: 终端，默认标准输出。
    """
    screen = console or Console(highlight=False)
    if not (screen.is_terminal and sys.stdin.isatty()):
        _converse(ask, (line.strip() for line in sys.stdin), examples, screen)
        return
    screen.print(Text("计划通", "bold cyan").append("  " + HELP, "dim"))
    _show_choices("可以这样问：", examples, screen)
    _converse(ask, _typed(remembered), examples, screen)


def _converse(ask: Ask, typed: Iterable[str], examples: Sequence[str], console: Console) -> None:
    choices = tuple(examples)
    for line in typed:
        if line in LEAVING:
            return
        if line in ("/例子", "/examples"):
            choices = tuple(examples)
            _show_choices("可以这样问：", choices, console)
        elif line.startswith("/"):
            console.print(HELP)
        elif line:
            reply = ask(_chosen(line, choices))
            show(reply, console)
            choices = reply.suggestions or choices


def _typed(remembered: Path | None) -> Iterator[str]:
    """用户输入的一行行；Ctrl+C 放弃这一行，Ctrl+D 结束。"""
    from prompt_toolkit import PromptSession  # noqa: PLC0415 - 只在真终端里用
    from prompt_toolkit.history import FileHistory, InMemoryHistory  # noqa: PLC0415

    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory() if remembered is None else FileHistory(str(remembered))
    )
    while True:
        try:
            yield session.prompt("问 › ").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _chosen(line: str, choices: Sequence[str]) -> str:
    """输入的若是序号，换成那一句问法。"""
    if line.isdecimal() and 1 <= int(line) <= len(choices):
        return choices[int(line) - 1]
    return line


def _show_choices(heading: str, choices: Sequence[str], console: Console) -> None:
    if choices:
        console.print(_choices(heading, choices))


def _choices(heading: str, choices: Sequence[str]) -> Text:
    text = Text().append(heading, "dim")
    for number, choice in enumerate(choices, 1):
        text.append(f"\n  {number}. ", "cyan").append(choice)
    return text


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
        yield Text(f" {layout.verdict} ", "black on yellow")
    if layout.headline:
        yield Text(layout.headline, "bold cyan")
    if layout.chips:
        yield _chip_line(layout.chips)
    if layout.said:
        yield Text(layout.said)
    if reply.table is not None:
        yield _grid(reply.table)
    if layout.near:
        yield Text(layout.near, "dim")
    for citation in reply.citations:
        yield _quote(citation)
    if reply.suggestions:
        yield _choices("还可以问（输入序号）：", reply.suggestions)


def _chip_line(chips: Sequence[Chip]) -> Text:
    return Text(" · ").join(Text(chip.text, COLOURS.get(chip.kind, "")) for chip in chips)


def _quote(citation: Citation) -> RenderableType:
    quote = Text(f"“{citation.quote}”")
    for mark in citation.marks:
        quote.stylize("bold black on yellow", mark.start + 1, mark.end + 1)
    return Group(quote, Padding(Text(f"——{place(citation)}", "dim"), (0, 0, 0, 2)))


def _grid(table: Table) -> Grid:
    grid = Grid("", *table.columns, header_style="bold")
    for name, cells in table.rows:
        grid.add_row(Text(name, "bold"), *(Text(cell.text, "dim" if cell.citation is None else "") for cell in cells))
    return grid
