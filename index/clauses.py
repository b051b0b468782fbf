"""分句：一句话里哪一小段专属于哪个数字。"""

import re
from dataclasses import dataclass
from itertools import pairwise

from corpus.records import Span
from index.records import Measure, Quantity

_COMMA = re.compile(r"[，；：。！？,;:!?\n]")
_SEMICOLON = re.compile(r"[；;。！？\n]|(?<=[，。；：])(?=[一二三四五六七八九十]是)")
# “一、二类桥梁”“三、四级航道”的顿号不分开并列项。
GRADES = r"(?<=[一二三四五六七八九ⅠⅡⅢⅣⅤ])、(?=[一二三四五六七八九ⅠⅡⅢⅣⅤ][、类级等期号档]|[一二三四五六七八九ⅠⅡⅢⅣⅤ]季度)"
_JOINT = re.compile(rf"(?!{GRADES})、|[和与及](?![以之][上下内])(?=$|[^，。；]{{3}})")
_SHIFT = re.compile(
    r"^(?:的[^，。；]{0,6}?|左右|以上)?(?:大幅|逐步|统一|进一步|合并|转)?"
    r"(?:提高|增加|上升|增长|下降|降低|降|压缩|压减|缩短|减少|减|调整|扩大|延长|扩招|升|增|提升|发展|转)?[到至为]"
)
_WHEN = r"(?:(?:19|20)\d{2}年(?:度|底|末)?|目前|现在|今年|去年|上年|“?十[一二三四五六]五”?末?|年底|年末|期末)?的?"
# “23座桥梁主体完工19座”：完工的是19座。
_DONE_OF = re.compile(
    r"(?:已|全部|均|主体|累计|基本|共|其中)*(?:完工|完成|建成|开工|竣工|通车|投用|交工|整改|办结|启动|解决|销号|达标)(?:了|约|近|达)?$"
)
# “762公里航道中Ⅳ级及以上航道215公里”：“中”字之前说的是762公里，之后说的是215公里。
_AMONG = re.compile(r"的?[^，。、；的]{1,8}?(?<![其集])中(?![心小国央型等级高低学部期])")
_ENDS_SHIFT = re.compile(rf"[到至为](?:增长|下降|上升|盈利)?{_WHEN}[-－—]?$")
_FROM = re.compile(r"(?:由|从|将[^，]{0,20}现行)[^，；。]{0,14}$")
_COMPARED = re.compile(
    r"(?:比|较|高于|低于|超过|超出|与)(?:去年|上一?年|前年|(?:19|20)\d{2}年)(?:同期|全年|末|底|度)?的[^，、；\d]{0,8}$"
    r"|^[，；]?(?:去年|上一?年|前年|(?:19|20)\d{2}年)同期(?:仅|只)?(?:为|是|有|完成)?$"
    r"|(?:连同|加上)(?:去年|上一?年|(?:19|20)\d{2}年)的?$"
)
_THRESHOLD = re.compile(r"(?:以上|以下|以内|之内|内)$")


@dataclass(frozen=True, slots=True)
class Scope:
    """一个数量专属的一小段。

    `before`、`after` 是数字之前、之后归它的文字（相对于句子）；`clause` 是逗号之间的一段，`segment` 是它所在的分号段；
    `replaced` 为真表示它是“由甲提高到乙”“比上年的甲”里的甲，即变动前的旧值；`limits` 为真表示它只限定后面的名词
    （30户以上自然村通硬化路比例），后面的话说的是下一个数。
    """

    quantity: Quantity
    before: Span
    after: Span
    clause: Span
    segment: Span
    replaced: bool = False
    limits: bool = False


def scopes(sentence: str, found: tuple[Quantity, ...]) -> tuple[Scope, ...]:
    """给句子里每个数量划出专属的一小段。

    并列项在顿号、“和”处分开（新建高速公路6700多公里、农村公路29万公里）；两个数紧挨着（6轮75次）则共用；
    “由420元提高到450元”里的两个数共用前面的主语。
    """
    if not found:
        return ()
    spans = tuple(q.span for q in found)
    depths = _depths(sentence)
    commas, semicolons = _cuts(_COMMA, sentence, spans, depths), _cuts(_SEMICOLON, sentence, spans, depths)
    result: list[Scope] = []
    for i, quantity in enumerate(found):
        clause = _around(commas, quantity.span.start, len(sentence))
        segment = _around(semicolons, quantity.span.start, len(sentence))
        before = _before(sentence, found, i, clause, result)
        replaced, limits = _is_replaced(sentence, found, i, clause), _limits(sentence, found, i, clause)
        after = Span(quantity.span.end, quantity.span.end) if limits else _after(sentence, found, i, clause)
        after = Span(after.start, _closing(depths, sentence, after))
        result.append(Scope(quantity, before, after, clause, segment, replaced, limits))
    return tuple(result)


def segment_spans(sentence: str) -> tuple[Span, ...]:
    """句子里的分号段（也在“一是”“二是”处切开），首尾相接，覆盖全句。"""
    edges = [0, *_cuts(_SEMICOLON, sentence, (), _depths(sentence)), len(sentence)]
    return tuple(Span(a, b) for a, b in pairwise(edges) if b > a)


def joints(text: str) -> list[re.Match[str]]:
    """括号外的顿号、“和与及”，并列项在那里分开。"""
    if "（" not in text and "(" not in text:
        return list(_JOINT.finditer(text))
    depths = _depths(text)
    return [m for m in _JOINT.finditer(text) if depths[m.start()] == 0]


def _depths(text: str) -> list[int]:
    """每个字在几层括号里；没有收尾的括号不作数。"""
    depth, depths = 0, []
    closed = max(text.rfind("）"), text.rfind(")"))
    for at, c in enumerate(text):
        depth += c in "（(" and at < closed
        depths.append(depth)
        depth -= c in "）)" and depth > 0
    return depths


def _cuts(pattern: re.Pattern[str], text: str, spans: tuple[Span, ...], depths: list[int]) -> list[int]:
    """标点之后的位置；落在数量内部的（1,200）与括号内的不算。"""
    return [
        m.end()
        for m in pattern.finditer(text)
        if (m.end() == m.start() or depths[m.start()] == 0) and not any(s.start < m.start() < s.end for s in spans)
    ]


def _around(cuts: list[int], at: int, length: int) -> Span:
    start = max((c for c in cuts if c <= at), default=0)
    return Span(start, min((c for c in cuts if c > at), default=length))


def _before(sentence: str, found: tuple[Quantity, ...], i: int, clause: Span, done: list[Scope]) -> Span:
    at = found[i].span.start
    previous = found[i - 1] if i and found[i - 1].span.end > clause.start else None
    if previous is None:
        return Span(clause.start, at)
    between = sentence[previous.span.end : at]
    if not between.strip() or _SHIFT.match(between.strip()) or previous.measure is Measure.DATE:
        return Span(done[-1].before.start, at)
    joint = joints(between)
    among = _AMONG.match(between)
    return Span(previous.span.end + (joint[-1].end() if joint else among.end() if among else 0), at)


def _after(sentence: str, found: tuple[Quantity, ...], i: int, clause: Span) -> Span:
    at = found[i].span.end
    following = found[i + 1] if i + 1 < len(found) and found[i + 1].span.start < clause.end else None
    if following is None:
        return Span(at, clause.end)
    between = sentence[at : following.span.start]
    if not between.strip():  # 6轮75次安全检查
        return Span(at, _after(sentence, found, i + 1, clause).end)
    joint = joints(between)
    if joint:
        return Span(at, at + joint[0].start())
    among = _AMONG.match(between)
    done = _DONE_OF.search(between) if following.unit == found[i].unit else None
    end = among.end() - 1 if among else done.start() if done and done.start() else len(between)
    return Span(at, at + end)


def _closing(depths: list[int], sentence: str, after: Span) -> int:
    """括号里的数字，括号之后的话不归它。"""
    inside = depths[after.start - 1] if after.start else 0
    closes = (at for at in range(after.start, after.end) if inside and depths[at] <= inside and sentence[at] in "）)")
    return next(closes, after.end)


def _limits(sentence: str, found: tuple[Quantity, ...], i: int, clause: Span) -> bool:
    if found[i].measure is not Measure.AMOUNT or not _THRESHOLD.search(found[i].raw):
        return False
    following = found[i + 1] if i + 1 < len(found) and found[i + 1].span.start < clause.end else None
    between = sentence[found[i].span.end : following.span.start] if following else ""
    return bool(between.strip()) and not joints(between)


def _is_replaced(sentence: str, found: tuple[Quantity, ...], i: int, clause: Span) -> bool:
    before = sentence[clause.start : found[i].span.start]
    if _COMPARED.search(before):
        return True
    if i + 1 >= len(found) or found[i + 1].span.start >= clause.end:
        return False
    between = sentence[found[i].span.end : found[i + 1].span.start]
    return _ENDS_SHIFT.search(between.strip()) is not None and _FROM.search(before) is not None
