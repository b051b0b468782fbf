"""分句：一句话里哪一小段专属于哪个数字。"""

import re
from dataclasses import dataclass

from corpus.records import Span
from index.records import Measure, Quantity

_COMMA = re.compile(r"[，；：。！？,;:!?\n]")
_SEMICOLON = re.compile(r"[；;。！？\n]|(?<=[，。；：])(?=[一二三四五六七八九十]是)")
_JOINT = re.compile(r"[、]|[和与及](?![^，。；]{0,2}$)")
_SHIFT = re.compile(
    r"^(?:的[^，。；]{0,6}?|左右|以上)?(?:大幅|逐步|统一|进一步)?"
    r"(?:提高|增加|上升|增长|下降|降低|降|压缩|缩短|减少|调整|扩大|延长|扩招|升|增|减|提升|发展)?[到至为]"
)
_FROM = re.compile(r"(?:由|从|将[^，]{0,20}现行)[^，；。]{0,14}$")


@dataclass(frozen=True, slots=True)
class Scope:
    """一个数量专属的一小段。

    `before`、`after` 是数字之前、之后归它的文字（相对于句子）；`segment` 是它所在的分号段；
    `replaced` 为真表示它是“由甲提高到乙”里的甲，即变动前的旧值。
    """

    quantity: Quantity
    before: Span
    after: Span
    segment: Span
    replaced: bool = False


def _cuts(pattern: re.Pattern[str], text: str, spans: tuple[Span, ...]) -> list[int]:
    """标点之后的位置；落在数量内部的（1,200）与括号内的不算。"""
    cuts = []
    depth = 0
    depths = []
    for c in text:
        depth += c in "（("
        depths.append(depth)
        depth -= c in "）)" and depth > 0
    for m in pattern.finditer(text):
        inside = any(s.start < m.start() < s.end for s in spans)
        if not inside and (m.end() == m.start() or depths[m.start()] == 0):
            cuts.append(m.end())
    return cuts


def _around(cuts: list[int], at: int, length: int) -> Span:
    start = max((c for c in cuts if c <= at), default=0)
    return Span(start, min((c for c in cuts if c > at), default=length))


def segment_spans(sentence: str) -> tuple[Span, ...]:
    """句子里的分号段（也在“一是”“二是”处切开），首尾相接，覆盖全句。"""
    edges = [0, *_cuts(_SEMICOLON, sentence, ()), len(sentence)]
    return tuple(Span(a, b) for a, b in zip(edges, edges[1:], strict=False) if b > a)


def scopes(sentence: str, found: tuple[Quantity, ...]) -> tuple[Scope, ...]:
    """给句子里每个数量划出专属的一小段。

    并列项在顿号、“和”处分开（新建高速公路6700多公里、农村公路29万公里）；两个数紧挨着（6轮75次）则共用；
    “由420元提高到450元”里的两个数共用前面的主语。
    """
    spans = tuple(q.span for q in found)
    commas, semicolons = _cuts(_COMMA, sentence, spans), _cuts(_SEMICOLON, sentence, spans)
    result: list[Scope] = []
    for i, quantity in enumerate(found):
        clause = _around(commas, quantity.span.start, len(sentence))
        segment = _around(semicolons, quantity.span.start, len(sentence))
        before = _before(sentence, found, i, clause, result)
        after = _after(sentence, found, i, clause)
        replaced = _is_replaced(sentence, found, i, clause)
        result.append(Scope(quantity, before, after, segment, replaced))
    return tuple(result)


def _before(sentence: str, found: tuple[Quantity, ...], i: int, clause: Span, done: list[Scope]) -> Span:
    at = found[i].span.start
    previous = found[i - 1] if i and found[i - 1].span.end > clause.start else None
    if previous is None:
        return Span(clause.start, at)
    between = sentence[previous.span.end : at]
    if len(between.strip()) == 0 or _SHIFT.match(between.strip()) or previous.measure is Measure.DATE:
        return Span(done[-1].before.start, at)
    joint = list(_JOINT.finditer(between))
    return Span(previous.span.end + (joint[-1].end() if joint else 0), at)


def _after(sentence: str, found: tuple[Quantity, ...], i: int, clause: Span) -> Span:
    at = found[i].span.end
    following = found[i + 1] if i + 1 < len(found) and found[i + 1].span.start < clause.end else None
    if following is None:
        return Span(at, clause.end)
    between = sentence[at : following.span.start]
    if not between.strip():  # 6轮75次安全检查
        return Span(at, _after(sentence, found, i + 1, clause).end)
    joint = _JOINT.search(between)
    return Span(at, at + joint.start() if joint else following.span.start)


def _is_replaced(sentence: str, found: tuple[Quantity, ...], i: int, clause: Span) -> bool:
    if i + 1 >= len(found) or found[i + 1].span.start >= clause.end:
        return False
    between = sentence[found[i].span.end : found[i + 1].span.start]
    shifts = re.search(r"[到至为]$", between.strip()) is not None
    return shifts and _FROM.search(sentence[clause.start : found[i].span.start]) is not None
