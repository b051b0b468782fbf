"""问一方面的工作、问题、打算：找到说这件事的一节，答它的要点。"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answer import Citation, Reply, Status
from bot.cues import ASKS_PARTS
from bot.question import Question
from bot.terms import Term
from bot.texts import citation
from bot.wording import UNKNOWN_ISSUER, caption
from corpus.records import Report, Role, Section, Span, section_path
from index.matching import closeness, plain
from index.quantities import chinese_number
from index.sentences import sentences

Weigh = Callable[[Term], float]

_LIMIT = 280
_TOPICAL = 0.7
_SAME = 0.75
_MOST_POINTS = 10
_SHORTEST = 8
_ALIKE = 0.05
_MOST_HOLDERS = 5
_LEAST_CALLED = 4
_LEVELS = 10.0
_TROUBLE = re.compile(r"问题|困难|不足|短板|挑战|薄弱环节|差距|瓶颈|难题")
# 说的是问法而不是事情的词：不作为主题。
_WORDS_OF_ASKING = frozenset(
    "问题 困难 不足 短板 挑战 薄弱环节 差距 瓶颈 难题 存在 面临 遇到 主要 突出 措施 举措 打算 安排 思路 计划 任务 重点 "
    "重点工作 重点任务 工作 成绩 成效 亮点 方面 部署 谋划 下步 下一步 今后 取得 开展 采取 推进 落实 抓 抓好 总体 总的 "
    "要求 总体要求 目标 情况 进展 内容 具体 部分 领域 年度 工作计划 工作总结 工作安排 工作要点 工作重点 主要工作 加强 "
    "做好 提到 提出 列出 指出 反映 有关 相关 改进".split()
)
_POINT = re.compile(
    r"(?:(?<=[。；：，\s])|^)(?:[一二三四五六七八九十]{1,2}(?:是|要)|其[一二三四五六]，|第[一二三四五六七八九十]+，|[（(]\d{1,2}[）)]|\d{1,2}[.、．](?!\d)|[①-⑩])"
)
_GENERIC = re.compile(
    r"^[一二三四五六七八九十]{1,2}[个大项条点]?(?:方面|重点)?(?:工作|任务|方面|部分|重点|要求|举措|措施|行动|板块)+$"
)
_CLAUSE_END = re.compile(r"[，；。：]")


@dataclass(frozen=True, slots=True)
class Chapter:
    """一份报告里的一节，和它合题的程度。"""

    report: Report
    section: int
    fit: float


def topic(question: Question) -> tuple[Term, ...]:
    """问题的主题：去掉问法用的词。"""
    numbered = {w for n in question.names if _GENERIC.search(n) for w in (n, n[:2])}
    return tuple(
        t for t in question.terms if t.share >= 1 and t.text not in _WORDS_OF_ASKING and t.text not in numbered
    )


def find(question: Question, reports: Iterable[Report], weigh: Weigh) -> list[Chapter]:
    """合题的各节，最合的在前。

    有主题的，标题要说到它；没有主题的（“存在哪些问题”“有什么打算”），按性质取一级的节。
    """
    about, role = topic(question), question.role
    if role is Role.SITUATION:  # “有什么问题”问的是全局的；上文说的事不限定它
        about = tuple(t for t in about if t.text in question.text)
    found = [
        Chapter(report, i, fit)
        for report in reports
        for i, section in enumerate(report.sections)
        if i and _in_time(question, report, section, role)
        for fit in [_fit(question, about, report, section, weigh) + _called(question, section)]
        if fit > 0
    ]
    return sorted(found, key=lambda c: (-c.fit, c.report.name, c.section))


def _in_time(question: Question, report: Report, section: Section, role: Role | None) -> bool:
    """节所说的年度合不合；问题一节不分年度，看它所在的报告回顾的是哪一年。"""
    if not question.years:
        return True
    if role is Role.SITUATION or section.role is Role.SITUATION:
        reviewed = {s.year for s in report.sections if s.role is Role.RESULT} or {report.speaks_from}
        return bool(reviewed & set(question.years))
    return section.year in question.years


def _fit(question: Question, about: Sequence[Term], report: Report, section: Section, weigh: Weigh) -> float:
    role = question.role
    heading = plain(section.heading_span.of(report.text))
    title = plain(report.title)
    about = [t for t in about if closeness(t.text, t.others, title) < _SAME]
    if role is Role.SITUATION and not (section.role is Role.SITUATION and _TROUBLE.search(heading)):
        return 0.0
    leaning = 0.0 if role is None or section.role is None else 0.15 if section.role is role else -0.3
    if role is Role.SITUATION or not about:
        if role is None and question.years and section.role in (Role.PLAN, Role.RESULT):  # “2023年抓哪几项工作”
            return 1.0 / section.level if not about else 0.0
        if role is None or (section.level > 1 and role is not Role.SITUATION):
            return 0.0
        said = _covered(about, plain(section.span.of(report.text)), weigh) if about else 1.0
        return max(said + leaning - 0.05 * section.level, 0.0) if section.role is role and said >= _TOPICAL else 0.0
    said = _covered(about, heading, weigh)
    return max(said + leaning - 0.05 * section.level, 0.0) if said >= _TOPICAL else 0.0


def _called(question: Question, section: Section) -> float:
    """问话里照写了这一节的标题（保障措施、基本原则）。"""
    heading = plain(section.heading.strip("。：:"))
    return 1.0 if len(heading) >= _LEAST_CALLED and heading in plain(question.text) else 0.0


def _covered(about: Sequence[Term], text: str, weigh: Weigh) -> float:
    weights = [(weigh(t), closeness(t.text, t.others, text)) for t in about]
    total = sum(w for w, _ in weights)
    return sum(w * (c if c >= _SAME else 0.0) for w, c in weights) / total if total else 0.0


def asks_parts(question: Question, texts: Iterable[str]) -> bool:
    """问分几部分，或问“六方面工作”而报告里没有这个提法。"""
    if ASKS_PARTS.search(question.text):
        return True
    named = [plain(n) for n in question.names if _GENERIC.search(n)]
    return bool(named) and not any(n in plain(text) for text in texts for n in named)


def parts(question: Question, reports: Iterable[Report], weigh: Weigh) -> Reply | None:
    """由哪几部分组成：下级标题恰有这么多个、也合主题的一节；不止一份报告有，或没有，为 None。"""
    about = [t for t in topic(question) if not ASKS_PARTS.search(t.text)]
    found = [
        Chapter(report, i, _LEVELS * (section.year in question.years and i > 0) - section.level)
        for report in reports
        for i, section in enumerate(report.sections)
        if _has_parts(question, report, i) and _about_parts(about, report, i, weigh)
    ]
    top = [c for c in found if c.fit == max(f.fit for f in found)]
    return told(question, top[0]) if len({c.report.name for c in top}) == 1 else None


def _has_parts(question: Question, report: Report, at: int) -> bool:
    section = report.sections[at]
    many = len(_headings(report, at))
    counts = {_count(n) for n in question.names if _GENERIC.search(n)}
    right = many in counts if counts else many > 1 and section.level == 0
    return right and (not question.years or section.level == 0 or section.year in question.years)


def _about_parts(about: Sequence[Term], report: Report, at: int, weigh: Weigh) -> bool:
    """主题在这一节的标题里，或它的各个下级标题都说到。"""
    left = [t for t in about if closeness(t.text, t.others, plain(report.title)) < _SAME]
    if not left or _covered(left, plain(report.sections[at].heading_span.of(report.text)), weigh) >= _TOPICAL:
        return True
    return all(_covered(left, plain(h.of(report.text)), weigh) >= _TOPICAL for h in _headings(report, at))


def _count(name: str) -> int:
    """“六方面工作”里的六。"""
    m = re.match(r"[一二三四五六七八九十]{1,2}", name)
    return int(chinese_number(m[0]) or 0) if m else 0


def told(question: Question, chapter: Chapter) -> Reply:
    """这一节的要点：有下级标题的列标题，没有的逐点取开头几句。"""
    report, section = chapter.report, chapter.report.sections[chapter.section]
    path = section_path(report, chapter.section)
    spans = _headings(report, chapter.section) or _points(report, section)
    kept = _shortened(report, spans)
    lead = f"{path[-1]}：\n" if path else ""
    text = lead + "\n".join(s.of(report.text).strip().rstrip("；，：") for s in kept)
    role = section.role if section.role is not Role.SITUATION else None
    said = caption(section.year, role, report.issuer or UNKNOWN_ISSUER)
    return Reply(
        Status.ANSWERED,
        text,
        caption=said.replace("，", " · "),
        citations=tuple(citation(report, s, path, None, question) for s in kept),
    )


def _headings(report: Report, at: int) -> list[Span]:
    """下级标题；只有一个的不算。"""
    children = [s.heading_span for s in report.sections[1:] if s.parent == at]
    return children if len(children) > 1 else []


def _points(report: Report, section: Section) -> list[Span]:
    """一节正文里的各点：“一是、二是”分开的；没有分点的按句。"""
    start = section.heading_span.end
    body = section.span.end
    text = report.text
    marks = [start + m.start() for m in _POINT.finditer(text[start:body])]
    if len(marks) > 1:
        edges = [*marks, body]
        return [_trimmed(text, a, b) for a, b in pairwise(edges)]
    spans = [Span(start + s.start, start + s.end) for s in sentences(text[start:body])]
    return [s for s in spans if len(s.of(text).strip("。．. 　")) >= _SHORTEST]


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _shortened(report: Report, spans: Sequence[Span]) -> list[Span]:
    """放得下就照全文，放不下每点只取开头的几个分句。"""
    chosen = list(spans[:_MOST_POINTS])
    room = _LIMIT
    kept: list[Span] = []
    for i, span in enumerate(chosen):
        share = room // (len(chosen) - i)
        cut = span if span.end - span.start <= share else _opening(report.text, span, share)
        kept.append(cut)
        room -= cut.end - cut.start
        if room <= 0:
            break
    return kept


def _opening(text: str, span: Span, room: int) -> Span:
    """一点的开头几个分句，至少一个，尽量不超过 `room` 字。"""
    ends = [span.start + m.end() for m in _CLAUSE_END.finditer(text[span.start : span.end])] or [span.end]
    fitting = [e for e in ends if e - span.start <= max(room, _SHORTEST) + 1]
    end = fitting[-1] if fitting else ends[0]
    return Span(span.start, end)


def which(question: Question, chapters: Sequence[Chapter]) -> Reply:
    """几家单位都有这一节：反问要哪一家的。"""
    by_holder = {_holder(c.report): c for c in reversed(chapters)}
    holders = list(dict.fromkeys(_holder(c.report) for c in chapters))[:_MOST_HOLDERS]
    cited = tuple(_heading(question, by_holder[h]) for h in holders)
    text = "几份报告都说到了，请看您要的是哪家的：\n" + "\n".join(f"· {h}" for h in holders)
    return Reply(Status.AMBIGUOUS, text, citations=cited, suggestions=tuple(f"{h}呢" for h in holders))


def holders(chapters: Sequence[Chapter]) -> int:
    """同样合题的有几家。"""
    best = chapters[0].fit if chapters else 0.0
    return len({_holder(c.report) for c in chapters if c.fit >= best - _ALIKE})


def _holder(report: Report) -> str:
    return report.issuer or report.title


def _heading(question: Question, chapter: Chapter) -> Citation:
    report, at = chapter.report, chapter.section
    return citation(report, report.sections[at].heading_span, section_path(report, at), None, question)
