"""报告、大纲、数字、原文与答题的一步，写成一行行有格式的字。"""

from collections.abc import Iterable, Iterator, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.answer import Citation
from bot.blocks import blocks
from bot.channels.terminal.draw import BAR
from bot.channels.terminal.prose import Prose
from bot.classroom.typed import Turn
from bot.quiz.grading import Verdict
from bot.quiz.notices import Notice
from bot.quiz.steps import Act, Block, BlockKind, Step
from bot.wording import ROLE_WORDS, spoken
from corpus.records import Report
from index.entries import ReportEntry
from index.records import Fact

MOST_FACTS = 20
LEVELS = 2
"""大纲列到第几级。"""

_HOW = {
    Act.START: "/quiz {target} 开始答题。",
    Act.REVIEW: "/review 复习错题。",
    Act.DAILY: "/每日一题 A 那样作答。",
}
_STYLES = {
    BlockKind.PROGRESS: "dim",
    BlockKind.STEM: "bold",
    BlockKind.HINT: "dim",
    BlockKind.SCORE: "bold cyan",
    BlockKind.SOURCE: "dim",
}


def show_lines(lines: Iterable[Text], console: Console) -> None:
    """一行行送到终端；不是终端就写成文字。"""
    if console.is_terminal:
        rows = (Prose(line, indent=_hanging(line.plain)) for line in lines)
        console.print(Padding(Group(*rows), (0, 0, 1, 2)))
        return
    for line in lines:
        console.file.write(line.plain + "\n")
    console.file.flush()


def report_list(entries: Sequence[ReportEntry]) -> Iterator[Text]:
    """有哪些报告，编了号。"""
    if not entries:
        yield Text("还没有入库任何报告。")
        return
    yield Text(f"一共 {len(entries)} 份报告，/report 加编号看大纲：", "dim")
    for number, entry in enumerate(entries, 1):
        years = "、".join(f"{year}年" for year in entry.periods)
        about = " · ".join(part for part in (entry.issuer or "", years, f"{entry.facts} 个数字") if part)
        yield Text.assemble((f"{number}. ", "cyan"), f"《{entry.title}》", (f"　{about}", "dim"))


def report_outline(entry: ReportEntry, report: Report) -> Iterator[Text]:
    """一份报告：题名、单位、年度、读出了多少、大纲和问题。"""
    yield Text(f"《{entry.title}》", "bold").append("（题名是推断的）" if entry.title_inferred else "")
    issuer = (entry.issuer or "文中未写明") + ("（推断）" if entry.issuer and entry.issuer_inferred else "")
    years = "、".join(f"{year}年" for year in entry.periods)
    about = [
        f"单位：{issuer}",
        f"日期：{entry.dated:%Y-%m-%d}" if entry.dated else "",
        f"年度：{years}" if years else "",
    ]
    yield Text("　".join(part for part in about if part), "dim")
    yield Text(f"读出 {entry.passages} 段，{entry.facts} 个数字。文件：{entry.name}", "dim")
    yield from (Text(f"注意：{problem.sentence}", "yellow") for problem in entry.problems)
    for section in report.sections[1:]:
        if section.level <= LEVELS:
            heading = section.heading_span.of(report.text).strip()
            yield Text("  " * (section.level - 1) + heading, "bold" if section.level == 1 else "")


def show_facts(words: str, found: Sequence[Fact], console: Console) -> None:
    """一个主题的数字：终端里画成表，别处用制表符隔开。"""
    if not found:
        show_lines([Text(f"没有查到与“{words}”有关的数字。换个说法试试，或用 /reports 看看有哪些报告。")], console)
        return
    columns = ("数量", "事项", "年度", "性质", "单位")
    rows = [
        (spoken(f.quantity), f.subject, f"{f.year or ''}", ROLE_WORDS[f.role], f.issuer or "")
        for f in found[:MOST_FACTS]
    ]
    more = f"还有 {len(found) - MOST_FACTS} 个没有列出，主题写细一些。" if len(found) > MOST_FACTS else ""
    if not console.is_terminal:
        lines = ["\t".join(row) for row in (columns, *rows)]
        show_lines([*map(Text, lines), *([Text(more)] if more else [])], console)
        return
    table = Table(box=box.ROUNDED, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column == "数量" else "left", no_wrap=column in ("年度", "性质"))
    for quantity, *rest in rows:
        table.add_row(Text(quantity, "bold cyan"), *(Prose(Text(cell)) for cell in rest))
    console.print(Padding(Group(table, Text(more, "dim")) if more else table, (0, 0, 1, 2)))


def around(report: Report, citation: Citation, at: int) -> Iterator[Text]:
    """引文所在的段落，引文加粗、数字加亮，和它的前后各一段。"""
    found = blocks(report)
    home = next((i for i, one in enumerate(found) if one.span.start <= at < one.span.end), 0)
    page = "" if citation.page is None else f"第 {citation.page} 页"
    yield Text(" · ".join(part for part in (f"《{report.title}》", citation.section, page) if part), "dim")
    for number in range(max(home - 1, 0), min(home + 2, len(found))):
        span = found[number].span
        line = Text(span.of(report.text))
        if number == home:
            start = at - span.start
            line.stylize("bold", start, start + len(citation.quote))
            for mark in citation.marks:
                line.stylize("black on yellow", start + mark.start, start + mark.end)
        yield line


def show_turn(turn: Turn, console: Console) -> None:
    """教室里的一回。"""
    for part in turn.parts:
        if not console.is_terminal:
            show_lines([*(Text(block) for block in _plain(part)), Text()], console)
        elif isinstance(part, str):
            show_lines((Text(line) for line in part.split("\n")), console)
        else:
            console.print(Padding(Group(*(_drawn(block) for block in part.blocks)), (0, 0, 1, 2)))


def show_notice(notice: Notice, console: Console) -> None:
    """一条通知，末了说怎样办。"""
    lines = [Text(f"【{notice.kind}】", "bold yellow"), *(Text(block.text) for block in notice.body.blocks)]
    told = (_HOW[b.press.act].format(target=b.press.target) for b in notice.body.buttons if b.press.act in _HOW)
    show_lines([*lines, *(Text(how, "dim") for how in dict.fromkeys(told))], console)


def _plain(part: Step | str) -> list[str]:
    return part.split("\n") if isinstance(part, str) else [block.text for block in part.blocks]


def _drawn(block: Block) -> RenderableType:
    if block.kind is BlockKind.QUOTE:
        return Prose(Text(block.text), BAR)
    if block.kind is BlockKind.OPTION:
        letter, _, words = block.text.partition(". ")
        return Prose(Text.assemble((f"  {letter}. ", "cyan"), words), indent=5)
    if block.kind is BlockKind.VERDICT:
        return Prose(Text(block.text, "bold green" if block.text == Verdict.RIGHT else "bold red"))
    return Prose(Text(block.text, _STYLES.get(block.kind, "")), indent=2 if block.kind is BlockKind.SOURCE else 0)


def _hanging(line: str) -> int:
    """编了号的一行，第二行起缩进几格。"""
    number, dot, _ = line.partition(". ")
    return len(number) + 2 if dot and number.strip().isdigit() else 0
