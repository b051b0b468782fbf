"""答复写成 Telegram 的 HTML 与按钮。"""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from bot.answer import Citation, Reply, Status, Table
from bot.blocks import blocks
from bot.card import ROLES, card, place
from bot.channels.telegram import wording
from bot.channels.telegram.letters import Button, Keyboard
from bot.channels.telegram.presses import Press, Verb
from bot.office import Asked
from bot.wording import spoken
from corpus.records import Report, Span
from index.entries import ReportEntry
from index.records import Fact

AROUND = 900
"""引文前后各给多少个字。"""
CHOICES = 6
CHOICE_TEXT = 60
_HARD_STOP = "……"

Pack = Callable[[Press], str]


def answer(asked: Asked, *, echoed: bool = False) -> str:
    """一份答复；按按钮问的，先写明问的是什么。"""
    lines = [f"<i>问：{text(asked.question)}</i>"] if echoed else []
    return "\n".join([*lines, *_answer_lines(asked.reply)])


def answer_keyboard(asked: Asked, pack: Pack, *, echoed: bool = False, shown: int | None = None) -> Keyboard:
    """答复下面的按钮；`shown` 是正展示着第几处原文的上下文，没有则为 None。"""
    reply, number = asked.reply, asked.number
    if reply.status is Status.AMBIGUOUS:
        return choices(reply.suggestions, pack)
    first: list[Button] = []
    if shown is not None:
        first.append(Button(wording.BACK, pack(Press(Verb.BACK, number, int(echoed)))))
    if shown is None and reply.citations:
        first.append(Button(wording.CONTEXT, pack(Press(Verb.CONTEXT, number, int(echoed), "0"))))
    if shown is not None and len(reply.citations) > 1:
        following = (shown + 1) % len(reply.citations)
        first.append(Button(wording.NEXT_CONTEXT, pack(Press(Verb.CONTEXT, number, int(echoed), str(following)))))
    if reply.facts and reply.status is not Status.NOT_FOUND:
        first.append(Button(wording.ELSEWHERE, pack(Press(Verb.OTHERS, number))))
    verdicts = (
        Button(wording.USEFUL, pack(Press(Verb.USEFUL, number))),
        Button(wording.WRONG, pack(Press(Verb.WRONG, number))),
    )
    rows = (tuple(first), verdicts) if first else (verdicts,)
    asks = choices(reply.suggestions, pack) if reply.status is Status.NOT_FOUND else ()
    return (*asks, *rows)


def choices(questions: Sequence[str], pack: Pack) -> Keyboard:
    """几个可以直接问的问题，一行一个。"""
    distinct = tuple(dict.fromkeys(questions))[:CHOICES]
    return tuple((Button(_cropped(q, CHOICE_TEXT), pack(Press(Verb.ASK, text=q))),) for q in distinct)


def context(report: Report, citation: Citation, at: int) -> str:
    """引文所在的段落与前后文，引文加粗、数字加下划线。"""
    span = Span(at, at + len(citation.quote))
    before, after = _around(report, span)
    page = "" if citation.page is None else f"第 {citation.page} 页"
    where = " · ".join(part for part in (citation.section, page) if part)
    head = [f"<b>《{text(report.title)}》</b>", *([text(where)] if where else []), ""]
    body = f"{text(before)}<b>{marked(citation, tag='u')}</b>{text(after)}"
    return "\n".join(head) + "\n" + body


def marked(citation: Citation, tag: str = "b") -> str:
    """引文，所依据的数字用标签标出。"""
    parts: list[str] = []
    at = 0
    opening, closing = (f"<{tag}>", f"</{tag}>") if tag == "u" else (f"<{tag}><u>", f"</u></{tag}>")
    for mark in sorted(citation.marks, key=lambda span: span.start):
        if at <= mark.start < mark.end <= len(citation.quote):
            parts.append(text(citation.quote[at : mark.start]))
            parts.append(opening + text(mark.of(citation.quote)) + closing)
            at = mark.end
    return "".join((*parts, text(citation.quote[at:])))


def fact_lines(fact: Fact, title: str) -> str:
    """一个数字：值在前，再是年度、性质、单位，主题与出处。"""
    role = ROLES[fact.role] if fact.role is not None else ""
    caption = " · ".join(part for part in (f"{fact.year}年" if fact.year else "", role, fact.issuer or "") if part)
    where = " · ".join((f"《{title}》", *(fact.section[-1:])))
    first = f"<b>{text(spoken(fact.quantity))}</b>" + (f"　{text(caption)}" if caption else "")
    return f"{first}\n{text(fact.subject)}（{text(where)}）"


def report_lines(entry: ReportEntry, report: Report) -> str:
    """一份报告：题名、单位、日期、年度、读出了多少、大纲和问题。"""
    lines = [f"<b>《{text(entry.title)}》</b>" + ("（题名是推断的）" if entry.title_inferred else "")]
    issuer = (entry.issuer or "文中未写明") + ("（推断）" if entry.issuer and entry.issuer_inferred else "")
    lines.append(f"单位：{text(issuer)}")
    if entry.dated is not None:
        lines.append(f"日期：{entry.dated:%Y-%m-%d}")
    if entry.document_number:
        lines.append(f"文号：{text(entry.document_number)}")
    if entry.periods:
        lines.append("年度：" + "、".join(f"{year}年" for year in entry.periods))
    lines.append(f"读出 {entry.passages} 段，{entry.facts} 个数字。文件：{text(entry.name)}")
    lines += [f"注意：{text(problem.sentence)}" for problem in entry.problems]
    outline = [
        "　" * (section.level - 1) + text(section.heading_span.of(report.text).strip())
        for section in report.sections[1:]
        if section.level <= 2  # noqa: PLR2004 - 两级大纲
    ]
    return "\n".join([*lines, "", *outline] if outline else lines)


def text(words: str) -> str:
    """转义；正文里不用转引号。"""
    return escape(words, quote=False)


def _answer_lines(reply: Reply) -> Iterator[str]:
    layout = card(reply)
    if layout.verdict:
        yield f"<b>{text(layout.verdict)}</b>"
    if layout.headline:
        yield f"<b>{text(layout.headline)}</b>"
    if layout.chips:
        yield text(" · ".join(chip.text for chip in layout.chips))
    if layout.said:
        yield text(layout.said)
    if reply.table is not None:
        yield from _table(reply.table)
    if layout.near:
        yield text(layout.near)
    for citation in reply.citations:
        yield f"<blockquote>{marked(citation)}</blockquote>"
        yield text(place(citation))


def _table(table: Table) -> Iterator[str]:
    """对比表：一行一条，手机上也看得清。"""
    for name, cells in table.rows:
        values = (
            f"{text(column)} {text(cell.text) if cell.citation is None else f'<b>{text(cell.text)}</b>'}"
            for column, cell in zip(table.columns, cells, strict=False)
        )
        yield f"{text(name)}：" + "；".join(values)


def _around(report: Report, span: Span) -> tuple[str, str]:
    """引文之前与之后的文字：所在的那一段和相邻的两段，太长的在句末截断。"""
    found = blocks(report)
    home = next((i for i, block in enumerate(found) if block.span.start <= span.start < block.span.end), None)
    if home is None:
        return "", ""
    start = found[max(home - 1, 0)].span.start if found[home - (home > 0)].level is None else found[home].span.start
    last = min(home + 1, len(found) - 1)
    end = found[last].span.end if found[last].level is None else found[home].span.end
    before, after = report.text[start : span.start], report.text[span.end : max(end, span.end)]
    if len(before) > AROUND:
        tail = before[-AROUND:]
        before = _HARD_STOP + tail[tail.find("。") + 1 :]
    if len(after) > AROUND:
        head = after[:AROUND]
        after = head[: head.rfind("。") + 1 or AROUND] + _HARD_STOP
    return before, after


def _cropped(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"
