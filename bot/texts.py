"""问文字：答一两句原文。"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.answer import Citation, Reply, Status
from bot.cues import Kind
from bot.excerpts import SentenceCandidate
from bot.question import Question
from bot.wording import UNKNOWN_ISSUER, caption
from corpus.records import Report, Span, section_path
from index.matching import closeness, plain
from index.quantities import chinese_number
from index.sentences import sentences

ENOUGH = 0.48
ENOUGH_WITHOUT_HEAD = 0.62
_LONGEST = 200
_LISTED = 280
_LEAD_IN = 12
_TOPIC = 22
_OPENING = 3
_EDGE = re.compile(r"(?<=[，；：。])")


def enough(candidate: SentenceCandidate) -> bool:
    """分数够不够作答；没有说到被问的东西的，要求高些。"""
    return candidate.score >= (ENOUGH if candidate.head else ENOUGH_WITHOUT_HEAD)


def quoted(question: Question, best: SentenceCandidate, report: Report) -> Reply:
    """以最合题的一句（太长则取其中最相关的几个分句）作答。"""
    span = best.span
    rows = _parallel(question, best, report)
    if rows:
        return _in_rows(question, best, report, rows)
    if _opens_list(question, best, report):
        span = _with_following(report, span)
    if span.end - span.start > _limit(question):
        span = _narrowed(question, report, span, _limit(question))
    return Reply(
        Status.ANSWERED,
        span.of(report.text),
        caption=caption(best.passage.year, None, report.issuer or UNKNOWN_ISSUER).replace("，", " · "),
        citations=(citation(report, span, best.passage.section, best.passage.page, question),),
    )


def citation(report: Report, span: Span, section: Sequence[str], page: int | None, question: Question) -> Citation:
    """一段原文的出处，问题里的专名与实词加亮。"""
    quote = span.of(report.text)
    marks: list[Span] = []
    for word in dict.fromkeys([*question.names, *(t.text for t in question.terms if t.share >= 1)]):
        at = quote.lower().find(word.lower())
        if at >= 0 and not any(m.start < at + len(word) and at < m.end for m in marks):
            marks.append(Span(at, at + len(word)))
    return Citation(
        report.name,
        report.title,
        report.issuer,
        " › ".join(section),
        quote,
        span,
        page,
        tuple(sorted(marks, key=lambda m: m.start)),
        recognised=page in report.recognised,
    )


def _limit(question: Question) -> int:
    return _LISTED if question.kind in (Kind.DEFINE, Kind.WHICH) else _LONGEST


def _opens_list(question: Question, best: SentenceCandidate, report: Report) -> bool:
    """问有哪些、指什么、怎么做，而这一句只点了题、下文才展开。"""
    if question.open:
        return is_topic(best) or _opens_paragraph(best, report)
    if question.kind not in (Kind.DEFINE, Kind.WHICH):
        return False
    text = best.text.strip()
    if text.endswith(("：", ":")):
        return True
    named = [n for n in (*question.names, *(t.text for t in question.terms)) if plain(n) in plain(text)]
    return bool(named) and len(text) < 30 and best.span.end < len(report.text)  # noqa: PLR2004 - 短句只是点题


def _parallel(question: Question, best: SentenceCandidate, report: Report) -> list[Span]:
    """“三个服务”这样的提法，原句没有说是哪几个，而后文以它开头的一段里恰有这么多句同样起头的话。"""
    for name in question.names:
        m = _NUMBERED.fullmatch(name)
        count = int(chinese_number(m["count"]) or 0) if m else 0
        if count < 2 or plain(name) not in plain(best.text) or _spelt_out(name, best.text):  # noqa: PLR2004
            continue
        for paragraph in report.paragraphs:
            text = paragraph.span.of(report.text)
            if plain(name) not in plain(text[: len(name) + _LEAD_IN]):
                continue
            start = paragraph.span.start
            found: dict[str, list[Span]] = {}
            for s in sentences(text):
                found.setdefault(text[s.start : s.start + _OPENING], []).append(Span(start + s.start, start + s.end))
            rows = next((spans for spans in found.values() if len(spans) == count), [])
            if rows:
                return rows
    return []


def _in_rows(question: Question, best: SentenceCandidate, report: Report, rows: Sequence[Span]) -> Reply:
    passage = best.passage
    return Reply(
        Status.ANSWERED,
        "\n".join(s.of(report.text) for s in rows),
        caption=caption(passage.year, None, report.issuer or UNKNOWN_ISSUER).replace("，", " · "),
        citations=tuple(citation(report, s, passage.section, passage.page, question) for s in rows),
    )


def _opens_paragraph(best: SentenceCandidate, report: Report) -> bool:
    """这一句是段首，或自成一段的标题：后面的话是接着它说的。"""
    inside = next((p for p in report.paragraphs if p.span.start <= best.span.start < p.span.end), None)
    return inside is None or inside.span.start == best.span.start


def gathered(question: Question, chosen: Sequence[SentenceCandidate], read: Callable[[str], Report]) -> Reply:
    """散在几处的几句，合起来答；各是各的出处，几家单位的标明是谁的。"""
    issuers = {c.passage.document: read(c.passage.document).issuer or UNKNOWN_ISSUER for c in chosen}
    several = len(set(issuers.values())) > 1
    room = _LISTED // len(chosen)
    lines: list[str] = []
    cited: list[Citation] = []
    for c in chosen:
        report = read(c.passage.document)
        span = c.span if c.span.end - c.span.start <= room else _narrowed(question, report, c.span, room)
        lines.append((f"{issuers[c.passage.document]}：" if several else "") + span.of(report.text).strip())
        cited.append(citation(report, span, c.passage.section, c.passage.page, question))
    best = chosen[0]
    said = caption(best.passage.year, None, "" if several else issuers[best.passage.document])
    return Reply(Status.ANSWERED, "\n".join(lines), caption=said.replace("，", " · "), citations=tuple(cited))


def _with_following(report: Report, span: Span) -> Span:
    """连同同一段里后面的话，至多到答复的长度。"""
    paragraph = next((p for p in report.paragraphs if p.span.start <= span.start and p.span.end > span.end), None)
    if paragraph is None:  # 这一句自成一段（多是标题）：连同它下面的一段
        paragraph = next((p for p in report.paragraphs if p.span.start >= span.end), None)
    if paragraph is None or report.text[span.end : paragraph.span.start].strip():
        return span
    end = min(paragraph.span.end, span.start + _LISTED)
    item = _ITEM.search(report.text, span.end, end)
    return Span(span.start, item.start() if item else end)


_ITEM = re.compile(r"(?<=[。；])[一二三四五六七八九十]{1,2}是")


def is_topic(best: SentenceCandidate) -> bool:
    """这一句只点了题（“二是大力发展智慧高速。”），话在后面。"""
    return len(best.text) < _TOPIC


def _narrowed(question: Question, report: Report, span: Span, limit: int) -> Span:
    """从长句里截取最相关的连续几个分句，不超过 `limit` 字。"""
    text = span.of(report.text)
    edges = [0, *(m.start() for m in _EDGE.finditer(text) if 0 < m.start() < len(text)), len(text)]
    pieces = list(pairwise(edges))
    worth = [_worth(question, text[a:b]) for a, b in pieces]
    best, chosen = -1.0, (0, 1)
    for i in range(len(pieces)):
        for j in range(i + 1, len(pieces) + 1):
            length = pieces[j - 1][1] - pieces[i][0]
            if length > limit and j > i + 1:
                break
            total = _worth(question, text[pieces[i][0] : pieces[j - 1][1]]) + 0.01 * sum(worth[i:j])
            if total > best:
                best, chosen = total, (i, j)
    i, j = _padded(pieces, chosen, limit)
    return Span(span.start + pieces[i][0], span.start + min(pieces[j - 1][1], pieces[i][0] + limit + 40))


def _padded(pieces: Sequence[tuple[int, int]], chosen: tuple[int, int], limit: int) -> tuple[int, int]:
    """向后、再向前补足上下文，直到长度用完。"""
    i, j = chosen
    while j < len(pieces) and pieces[j][1] - pieces[i][0] <= limit:
        j += 1
    while i > 0 and pieces[j - 1][1] - pieces[i - 1][0] <= limit:
        i -= 1
    return i, j


def _worth(question: Question, text: str) -> float:
    bare = plain(text)
    found = sum(t.share * closeness(t.text, t.others, bare) for t in question.terms)
    return found + sum(2.0 for n in question.names if plain(n) in bare)


_NUMBERED = re.compile(r"(?P<count>[二两三四五六七八九十]{1,2})[个项条大]?(?P<noun>[\u4e00-\u9fff]{1,6})")


_GENERIC = frozenset("工作 重点工作 任务 重点任务 方面 方面工作 重点 举措 措施 行动 要求 项工作 硬仗 突破".split())


def headed(question: Question, best: SentenceCandidate, report: Report) -> int | None:
    """“六项工作”这样的提法，原句没有逐项列出，而后文恰有这么多个并列的下级标题：那一节的下标；没有则为 None。"""
    for name in question.names:
        m = _NUMBERED.fullmatch(name)
        count = int(chinese_number(m["count"]) or 0) if m else 0
        if count < 2 or plain(name) not in plain(best.text) or _spelt_out(name, best.text):  # noqa: PLR2004
            continue
        children = Counter(s.parent for s in report.sections if s.parent is not None)
        noun = m["noun"] if m is not None else ""
        parents = [i for i, many in children.items() if many == count and _all_called(noun, report, i)]
        around = [i for i in parents if report.sections[i].span.end > best.span.start]
        if around:
            return min(around, key=lambda i: abs(report.sections[i].span.start - best.span.start))
    return None


def _all_called(noun: str, report: Report, parent: int) -> bool:
    """下级标题都带着这个名称（五大工程：实施某某工程……），或名称只是工作、任务一类通名。"""
    if noun in _GENERIC:
        return True
    children = (s for i, s in enumerate(report.sections) if s.parent == parent and i > 0)
    return all(noun in s.heading_span.of(report.text) for s in children)


def _spelt_out(name: str, text: str) -> bool:
    """这一句是不是已经说了是哪几项。"""
    return bool(re.search(rf"{re.escape(name)}[”\"]?(?:，|的)?(?:就是|是指|即|指的?是|[：:](?=\s*\S)|是|分别)", text))


def listed(question: Question, report: Report, parent: int) -> Reply | None:
    """以下级标题作答（“六项工作是什么”）；没有下级标题则为 None。"""
    children = [i for i, s in enumerate(report.sections) if s.parent == parent and i > 0]
    if len(children) < 2:  # noqa: PLR2004 - 一个不成其为列举
        return None
    headings = [report.sections[i].heading_span for i in children]
    lines = [h.of(report.text).strip() for h in headings]
    path = section_path(report, parent)
    return Reply(
        Status.ANSWERED,
        "\n".join(lines),
        caption=caption(report.sections[parent].year, None, report.issuer or UNKNOWN_ISSUER).replace("，", " · "),
        citations=tuple(citation(report, h, path, None, question) for h in headings),
    )
