"""测试用的答问台：两份自己编的小报告，几句固定的答复。"""

import threading
from dataclasses import replace
from datetime import date

from bot.answer import Reply
from corpus.records import Paragraph, Report, Role, Section, Span
from index.entries import ReportEntry
from index.errors import NoSuchReport
from tests.bot.replies import ANSWERED, ASKS_BACK, COMPARED, DOCUMENT, ISSUER, REDACTED, REFUSED, SENTENCE

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


class StandIn:
    """照问题里的字眼挑一句固定的答复，并记下被问过什么。"""

    def __init__(self) -> None:
        self.heard: list[tuple[str, tuple[str, ...]]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.said: str | None = None
        self.fault: Exception | None = None

    def reply(self, question: str, history: tuple[str, ...]) -> Reply:
        """挑一句。"""
        self.heard.append((question, history))
        self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        replies = {"2019": REFUSED, "隐": REDACTED, "比": COMPARED, "哪": ASKS_BACK}
        start = small_report().text.index(SENTENCE)
        reply = next((reply for word, reply in replies.items() if word in question), ANSWERED)
        return _moved(reply, start)

    def reports(self) -> tuple[ReportEntry, ...]:
        """一份报告的条目。"""
        return (small_entry(),)

    def report(self, name: str) -> Report:
        """按名取报告。"""
        if name != DOCUMENT:
            raise NoSuchReport(name)
        return small_report()

    def examples(self) -> tuple[str, ...]:
        """例子。"""
        return ("2023年农村公路新改建多少公里", "2022年路面修复多少平方米", "比较2022年和2023年的农村公路")

    def progress(self) -> str | None:
        """进度。"""
        return self.said


def _moved(reply: Reply, start: int) -> Reply:
    """把出处的位置移到报告里这句话所在。"""
    span = Span(start, start + len(SENTENCE))
    return replace(reply, citations=tuple(replace(cited, span=span) for cited in reply.citations))
