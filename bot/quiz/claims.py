"""考点：有把握的数字事实——年度、性质由标题与句子两处印证，分句可以单独拿出来考。"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from bot.quiz.items import BLANK, Source, digest
from corpus.records import Report, Role, Span, section_path
from corpus.years import Kind as YearKind
from corpus.years import mentions
from index.matching import plain
from index.quantities import base_amount, compatible, fold, quantities
from index.records import Bound, Fact, Measure, Quantity

ROLE_WORDS = {Role.RESULT: "完成", Role.PLAN: "计划"}
LEAST_CONTEXT = 7
LEAST_FOR_DATE = 10
LONGEST_CLAUSE = 60

_EDGE = re.compile(r"(?<!\d)[，,]|[，,](?!\d)|[。；：！？;:!?\n]")
_HARD_EDGE = re.compile(r"[。；！？;!?\n]")
_MARKER = re.compile(
    r"[\s*•●·—]*(?:\d{1,2}[.．、]\s*(?!\d)|[（(][一二三四五六七八九十\d]{1,3}[）)]|[①-⑳]|[一二三四五六七八九十]+是)?\s*"
)
_LEANS = re.compile(r"^(?:其中|其余|分别|另外?有|前者|后者|该|此)")
_FROM_TABLE = re.compile(r"序号|[\u4e00-\u9fff][ \u3000]+[\u4e00-\u9fff]")
"""表格的一行读成的文字：“序号五：……”“节点要求 年底前……”，表头不是句子的一部分。"""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_AGAINST_RESULT = re.compile(
    r"计划|目标|任务|预计|预期|拟|将|力争|确保|有望|下一步|明年|来年|今后|结转|剩余|其余|尚|仍|不足|缺口|问题|困难|"
    r"以前|过去|此前|原来|历年|累计|以来|以往|要求|不少于|不低于|至少|节点|占.{0,4}的"
)
_AGAINST_PLAN = re.compile(
    r"现有|目前|已|了|同比|去年|上年|累计|取得|荣获|获评|实际|共有|下设|截至|以来|实现了|每[年月季日周半]|连续|完成情况|为止"
)
_PAIRS = (("“", "”"), ("（", "）"), ("(", ")"), ("《", "》"), ("‘", "’"))


@dataclass(frozen=True, eq=False)
class Claim:
    """一个数字和它所在的分句。

    `label` 是题干里怎样称呼出处：单位，没有写明单位的用报告题名；`clause` 是分句在报告里的位置；
    `sure` 为真才拿来考、拿来作错误选项，其余只用来排除“第二个也对的答案”。
    """

    fact: Fact
    report: Report
    label: str
    clause: Span
    sure: bool

    @property
    def quantity(self) -> Quantity:
        """数量。"""
        return self.fact.quantity

    @property
    def text(self) -> str:
        """分句原文。"""
        return self.clause.of(self.report.text).strip()

    @property
    def cloze(self) -> str:
        """分句挖去数字。"""
        return cloze(self.report.text, self.clause, self.fact.span)

    @cached_property
    def topic(self) -> frozenset[str]:
        """分句去掉数字后的二字串，用来看两处说的是不是一回事。"""
        return grams(self.cloze)


def cloze(text: str, clause: Span, span: Span) -> str:
    """把分句里的 `span` 换成空。"""
    return f"{text[clause.start : span.start]}{BLANK}{text[span.end : clause.end]}".strip()


@lru_cache(maxsize=20_000)
def grams(text: str) -> frozenset[str]:
    """文字里汉字的二字串，不含数字与空。"""
    bare = re.sub(r"[^\u4e00-\u9fffA-Za-z]+", " ", plain(fold(text)).replace(BLANK, " "))
    return frozenset(a + b for word in bare.split() for a, b in pairwise(word))


def likeness(left: frozenset[str], right: frozenset[str]) -> float:
    """两处文字有多像：共有的二字串占较短一方的份额。"""
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def label(report: Report) -> str:
    """题干里的出处：单位；没有写明单位的用题名。"""
    return report.issuer or f"《{report.title}》"


@lru_cache(maxsize=4096)
def same_label(left: str, right: str) -> bool:
    """两个称呼会不会是同一家：一个含着另一个，或只差一两个字。"""
    if left in right or right in left:
        return True
    return likeness(grams(left), grams(right)) >= 0.75  # noqa: PLR2004 - 四分之三以上相同，宁可当作同一家


def claims(report: Report, facts: Sequence[Fact]) -> Iterator[Claim]:
    """一份报告的全部考点，按原文先后。"""
    named = label(report)
    for fact in facts:
        clause = clause_of(report.text, fact)
        yield Claim(fact, report, named, clause, is_sure(report, fact, clause))


def clause_of(text: str, fact: Fact) -> Span:
    """数字所在的分句；太短时向左并上一个分句，不越过句号、分号。"""
    within = fact.quote_span
    start, end = _left(text, fact.span.start, within.start, _EDGE), _right(text, fact.span.end, within.end)
    least = LEAST_FOR_DATE if fact.quantity.measure is Measure.DATE else LEAST_CONTEXT
    while start > within.start and _context(text, start, end, fact.span) < least:
        if _HARD_EDGE.match(text[start - 1]):
            break
        start = _left(text, start - 1, within.start, _EDGE)
    marker = _MARKER.match(text, start, fact.span.start)
    return Span(marker.end() if marker else start, end)


def _context(text: str, start: int, end: int, span: Span) -> int:
    return len(_HAN.findall(text[start : span.start])) + len(_HAN.findall(text[span.end : end]))


def _left(text: str, at: int, least: int, edge: re.Pattern[str]) -> int:
    return max((m.end() for m in edge.finditer(text, least, at)), default=least)


def _right(text: str, at: int, most: int) -> int:
    found = _EDGE.search(text, at, most)
    return found.start() if found else most


def is_sure(report: Report, fact: Fact, clause: Span) -> bool:
    """这个数字可不可以考。

    年度、性质不但是这个数字的，也是它所在一节的；所在段落到这一句为止没有说到别的年度；分号段里没有相反的用词；
    分句够长也不太长、引号成对，里面没有隐去的数。
    """
    within = next((p for p in report.paragraphs if covers(p.span, fact.span)), None)
    if within is None or fact.year is None or fact.role not in ROLE_WORDS:
        return False
    section = report.sections[within.section]
    if section.year != fact.year or section.role is not fact.role or "原值" in fact.subject:
        return False
    return (
        _speaks_of_one_year(report, fact) and _unmixed(report, fact) and _stands_alone(report.text, clause, fact.span)
    )


def covers(outer: Span, inner: Span) -> bool:
    """前一个区间含着后一个。"""
    return outer.start <= inner.start and inner.end <= outer.end


def paragraph_of(report: Report, span: Span) -> Span:
    """所在的自然段；标题等不在段里的，是所在的一行。"""
    for paragraph in report.paragraphs:
        if covers(paragraph.span, span):
            return paragraph.span
    start = report.text.rfind("\n", 0, span.start) + 1
    end = report.text.find("\n", span.end)
    return Span(start, len(report.text) if end < 0 else end)


def _speaks_of_one_year(report: Report, fact: Fact) -> bool:
    start = paragraph_of(report, fact.span).start
    said = report.text[start : max(fact.quote_span.end, fact.span.end)]
    fine = {YearKind.THIS, YearKind.WITHIN}
    return all(
        m.kind in fine or (m.kind is YearKind.EXPLICIT and m.years == (fact.year,) and not m.base and not m.until)
        for m in mentions(said, short=True)
    )


def segment_of(report: Report, fact: Fact) -> str:
    """数字所在的分号段。"""
    within = paragraph_of(report, fact.span)
    start = _left(report.text, fact.span.start, within.start, _HARD_EDGE)
    found = _HARD_EDGE.search(report.text, fact.span.end, within.end)
    return report.text[start : found.start() if found else within.end]


def _unmixed(report: Report, fact: Fact) -> bool:
    against = _AGAINST_RESULT if fact.role is Role.RESULT else _AGAINST_PLAN
    return against.search(segment_of(report, fact)) is None


def _stands_alone(text: str, clause: Span, span: Span) -> bool:
    said = clause.of(text).strip()
    if "\n" in said or len(said) > LONGEST_CLAUSE or _context(text, clause.start, clause.end, span) < LEAST_CONTEXT:
        return False
    if _FROM_TABLE.search(said):
        return False
    if _LEANS.match(said) or any(said.count(a) != said.count(b) for a, b in _PAIRS) or said.count('"') % 2:
        return False
    return not any(q.blanked for q in quantities(said)) and not re.search(r"[xX*□]{2,}|某", said)


def is_figure(quantity: Quantity) -> bool:
    """是不是一个确定的普通数量：没有隐去，不是约数、区间、期限、名次。"""
    return (
        quantity.measure is Measure.AMOUNT
        and quantity.bound is Bound.EXACT
        and quantity.value is not None
        and quantity.upper is None
        and not quantity.blanked
        and bool(quantity.unit)
    )


base_of = lru_cache(maxsize=20_000)(base_amount)


def same_figure(left: Quantity, right: Quantity) -> bool:
    """两个数会不会被当成一个：折算后相等，不管约数、上限。"""
    a, b = base_of(left), base_of(right)
    return a is not None and b is not None and a[0] == b[0] and compatible(a[1], b[1])


def source_of(claim: Claim, generation: int) -> Source:
    """考点的出处。"""
    fact = claim.fact
    return source_at(claim.report, fact.span, fact.quote_span, " › ".join(fact.section), generation)


def source_at(report: Report, span: Span, quote: Span, section: str, generation: int) -> Source:
    """一处原文的出处。"""
    said = quote.of(report.text)
    return Source(
        report.name,
        report.title,
        report.issuer,
        section,
        span,
        said,
        quote,
        digest(said),
        digest(paragraph_of(report, span).of(report.text)),
        generation,
    )


def path_of(report: Report, index: int) -> str:
    """一节的路径写成一行。"""
    return " › ".join(section_path(report, index))
