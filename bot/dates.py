"""问报告的日期：落款、题下所写的成文日期。"""

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.answer import Citation, Reason, Reply, Status
from bot.question import Question
from corpus.records import Report, Span, page_at
from index.entries import ReportEntry
from index.matching import closeness, plain
from index.quantities import chinese_number


def dated(question: Question, entries: Sequence[ReportEntry], read: Callable[[str], Report]) -> Reply:
    """这份报告是哪天的；几份都可能时列出来。"""
    chosen = _chosen(question, entries)
    with_date = [e for e in chosen if e.dated is not None]
    if not with_date:
        return Reply(Status.NOT_FOUND, "报告里没有写成文日期。", reason=Reason.NOTHING)
    citations = [c for c in (_citation(read(e.name)) for e in with_date[:_MOST]) if c is not None]
    if not citations:
        return Reply(Status.NOT_FOUND, "报告里没有写成文日期。", reason=Reason.NOTHING)
    lines = [f"{c.quote}（《{c.title}》）" for c in citations]
    status = Status.ANSWERED if len(citations) == 1 else Status.AMBIGUOUS
    headline = citations[0].quote if len(citations) == 1 else ""
    return Reply(status, "\n".join(lines), headline=headline, citations=tuple(citations))


_MOST = 4


def _chosen(question: Question, entries: Sequence[ReportEntry]) -> list[ReportEntry]:
    """题名最合问题的几份。"""
    words = [t for t in question.terms if t.share >= 1]

    def score(entry: ReportEntry) -> float:
        title = plain(entry.title + entry.name)
        years = sum(str(y) in title for y in question.years)
        kind = sum(w in title and w in question.text for w in ("计划", "总结", "要点", "讲话", "方案"))
        return years + kind + sum(closeness(t.text, t.others, title) for t in words)

    best = max((score(e) for e in entries), default=0.0)
    return [e for e in entries if score(e) >= best - 1e-9]


def _citation(report: Report) -> Citation | None:
    if report.dated is None:
        return None
    day = report.dated
    written = rf"{day.year}\s*年\s*{day.month}\s*月\s*{day.day}\s*日"
    found = [*re.finditer(written, report.text), *_chinese_dates(report.text, day)]
    if not found:
        return None
    span = Span(found[0].start(), found[0].end())
    quote = span.of(report.text)
    page = page_at(report, span.start)
    marks = (Span(0, len(quote)),)
    return Citation(report.name, report.title, report.issuer, "", quote, span, page, marks, page in report.recognised)


_CHINESE = re.compile(
    r"(?P<year>[一二][〇零○一二三四五六七八九]{3})年(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})日"
)


def _chinese_dates(text: str, day: date) -> list[re.Match[str]]:
    """汉字写的这一天：二〇二二年一月二十日。"""
    wanted = [day.year, day.month, day.day]
    return [
        m for m in _CHINESE.finditer(text) if [chinese_number(part.replace("○", "〇")) for part in m.groups()] == wanted
    ]
