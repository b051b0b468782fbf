"""问报告的日期：落款、题下所写的成文日期。"""

import re
from collections.abc import Callable, Sequence

from bot.answer import Citation, Reason, Reply, Status
from bot.question import Question
from corpus.records import Report, Span
from index.entries import ReportEntry
from index.matching import closeness, plain


def dated(question: Question, entries: Sequence[ReportEntry], read: Callable[[str], Report]) -> Reply:
    """这份报告是哪天的；几份都可能时列出来。"""
    chosen = _chosen(question, entries)
    with_date = [e for e in chosen if e.dated is not None]
    if not with_date:
        return Reply(Status.NOT_FOUND, "报告里没有写成文日期。", reason=Reason.NOTHING)
    citations = [c for c in (_citation(read(e.name)) for e in with_date[:4]) if c is not None]
    lines = [f"{_spoken(e)}（《{e.title}》）" for e in with_date[:4]]
    status = Status.ANSWERED if len(with_date) == 1 else Status.AMBIGUOUS
    return Reply(status, "\n".join(lines), headline=_spoken(with_date[0]), citations=tuple(citations))


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


def _spoken(entry: ReportEntry) -> str:
    return f"{entry.dated.year}年{entry.dated.month}月{entry.dated.day}日" if entry.dated else ""


def _citation(report: Report) -> Citation | None:
    if report.dated is None:
        return None
    day = report.dated
    written = rf"{day.year}\s*年\s*{day.month}\s*月\s*{day.day}\s*日"
    found = list(re.finditer(written, report.text)) or list(_chinese_dates(report.text))
    if not found:
        return None
    span = Span(found[0].start(), found[0].end())
    quote = span.of(report.text)
    return Citation(report.name, report.title, report.issuer, "", quote, span, None, (Span(0, len(quote)),))


def _chinese_dates(text: str) -> list[re.Match[str]]:
    pattern = r"[二三][〇零○一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
    return list(re.finditer(pattern, text))
