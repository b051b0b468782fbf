"""测试用的答问台：两份自己编的小报告，几句固定的答复。"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from bot.answer import Reply
from corpus.records import Paragraph, Report, Role, Section, Span
from index.entries import FileEntry, FileState, ReportEntry
from index.errors import NoSuchReport
from index.progress import Outcome, Phase, Progress
from index.records import Fact, Quantity
from tests.bot.replies import ANSWERED, ASKS_BACK, COMPARED, DOCUMENT, ISSUER, REDACTED, REFUSED, SENTENCE

Listener = Callable[[Progress], None]

TITLE = "清河县交通运输局2023年工作计划"
BODY = (
    ("", 0, TITLE),
    ("一、", 1, "2022年工作回顾"),
    ("", None, "全年完成农村公路新改建23公里，群众出行更加方便。" * 6),
    ("（一）", 2, "公路养护"),
    ("", None, "完成路面修复12万平方米，处置桥梁病害9处。" * 8),
    ("二、", 1, "2023年工作安排"),
    ("（一）", 2, "农村公路"),
    ("", None, "围绕补短板、强弱项，" * 5 + SENTENCE + "继续推进美丽农村路建设。"),
    ("（二）", 2, "安全应急"),
    ("", None, "开展隐患排查，确保行业安全形势平稳。" * 10),
    ("", 0, "2022年12月9日"),
)


def _section(number: str, text: str, level: int, parent: int | None, span: Span) -> Section:
    role = Role.PLAN if "安排" in text or "农村公路" in text else Role.RESULT
    return Section(number, text, level, parent, span, span, 2023 if role is Role.PLAN else 2022, role)


def small_report() -> Report:
    """把 `BODY` 拼成一份报告：标题成节，正文成段，题名和日期在两者之外。"""
    text = "\n".join(number + words for number, _, words in BODY)
    whole = Section("", TITLE, 0, None, Span(0, len(text)), Span(0, 0), None, None)
    sections, paragraphs, top, at = [whole], [], 0, 0
    for number, level, words in BODY:
        span = Span(at, at + len(number + words))
        at = span.end + 1
        if level:
            top = len(sections) if level == 1 else top
            sections.append(_section(number, words, level, 0 if level == 1 else top, span))
        elif level is None:
            paragraphs.append(Paragraph(span, len(sections) - 1))
    return Report(
        name=DOCUMENT,
        text=text,
        title=TITLE,
        title_inferred=False,
        issuer=ISSUER,
        issuer_inferred=False,
        localities=("清河", "清河县"),
        dated=date(2022, 12, 9),
        document_number=None,
        speaks_from=2022,
        periods=(2022, 2023),
        sections=tuple(sections),
        paragraphs=tuple(paragraphs),
    )


def small_entry() -> ReportEntry:
    """这份报告在索引里的条目。"""
    report = small_report()
    return ReportEntry(
        id=1,
        name=report.name,
        title=report.title,
        title_inferred=report.title_inferred,
        issuer=report.issuer,
        issuer_inferred=report.issuer_inferred,
        localities=report.localities,
        dated=report.dated,
        document_number=report.document_number,
        speaks_from=report.speaks_from,
        periods=report.periods,
        passages=8,
        facts=5,
        problems=(),
    )


def small_fact() -> Fact:
    """这份报告里的一个数字。"""
    text = small_report().text
    quote = Span(text.index(SENTENCE), text.index(SENTENCE) + len(SENTENCE))
    span = Span(quote.start + 9, quote.start + 13)
    return Fact(
        document=DOCUMENT,
        issuer=ISSUER,
        section=("二、2023年工作安排", "（一）农村公路"),
        subject="农村公路新改建",
        quantity=Quantity("30公里", Decimal(30), "公里", Span(9, 13)),
        year=2023,
        role=Role.PLAN,
        span=span,
        scope=span,
        lead="",
        quote=SENTENCE,
        quote_span=quote,
    )


NOTHING = Outcome(
    read=(),
    with_problems=(),
    unread=(),
    waiting=(),
    unchanged=0,
    renamed=(),
    removed=(),
    passages=0,
    facts=0,
    encoded=0,
    problems=(),
    seconds=0.1,
)


class StandIn:
    """照问题里的字眼挑一句固定的答复，并记下被问过什么。

    Args:
        folder: 报告文件夹；只问不改的测试用不着。
    """

    def __init__(self, folder: Path = Path()) -> None:
        self.folder = folder
        self.heard: list[tuple[str, tuple[str, ...]]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.said: str | None = None
        self.behind = False
        self.recognised = False
        self.fault: BaseException | None = None

    def reply(self, question: str, history: tuple[str, ...] = ()) -> Reply:
        """挑一句。"""
        self.heard.append((question, history))
        self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        replies = {"2019": REFUSED, "隐": REDACTED, "比": COMPARED, "哪": ASKS_BACK}
        start = small_report().text.index(SENTENCE)
        reply = next((reply for word, reply in replies.items() if word in question), ANSWERED)
        return _moved(reply, start, recognised=self.recognised)

    def reports(self) -> tuple[ReportEntry, ...]:
        """一份报告的条目。"""
        return (small_entry(),)

    def report(self, name: str) -> Report:
        """按名取报告。"""
        if name != DOCUMENT:
            raise NoSuchReport(name)
        return small_report()

    def facts(self, name: str) -> tuple[Fact, ...]:
        """一个数字。"""
        return (small_fact(),) if name == DOCUMENT else ()

    def files(self) -> tuple[FileEntry, ...]:
        """一个文件。"""
        return (FileEntry(1, FileState(DOCUMENT, "d", 900, 1, 2, "r"), 1, 20, 20, ()),)

    def generation(self) -> int:
        """总是第三代。"""
        return 3

    def snapshot(self) -> AbstractContextManager[None]:
        """总是同一代。"""
        return nullcontext()

    def update(self, listen: Listener = lambda _: None) -> Outcome:
        """走一步，什么也没有变。"""
        listen(Progress(Phase.SCAN, 1, 1))
        return replace(NOTHING, unchanged=1)

    def examples(self) -> tuple[str, ...]:
        """例子。"""
        return ("2023年农村公路新改建多少公里", "2022年路面修复多少平方米", "比较2022年和2023年的农村公路")

    def progress(self) -> str | None:
        """进度。"""
        return self.said

    def catching_up(self) -> bool:
        """头一遍还没有跟上文件夹。"""
        return self.behind


def _moved(reply: Reply, start: int, *, recognised: bool) -> Reply:
    """把出处的位置移到报告里这句话所在。"""
    span = Span(start, start + len(SENTENCE))
    cited = tuple(replace(cited, span=span, recognised=recognised) for cited in reply.citations)
    return replace(reply, citations=cited)
