"""“分别”：几项与后面的几个数依次相配。"""

import re
from dataclasses import dataclass

from index.clauses import Scope, joints
from index.records import Measure

_MARK = re.compile(r"分别|分列|依次|各(?:为|达)")
_LINK = re.compile(
    r"^\s*[、，和与及以]+\s*(?:同比)?(?:分别)?(?P<change>增长|下降|提高|降低|减少|增加|上升|下滑)?(?:了|达到?|为|到|至)?\s*$"
)
_ADVERB = re.compile(
    r"(?:[，\s]|同比|环比|均|也|要|将|已|再|还|同期|比(?:去年|上年|\d{4}年)|较(?:去年|上年|\d{4}年)|年均|各|预计|力争|都|增速|增幅)+$"
)
_ATTRIBUTE = re.compile(
    r"(?:占比|比重|比例|占总量的?(?:比重|比例)?|增长率|完成率|(?:完成|占)?年度?(?:计划|目标|任务)的?)$"
)
_COUNTED = re.compile(r"(?:等)?\s?(?:\d+|[一二三四五六七八九十两]+)\s?个?[\u4e00-\u9fff]{0,4}$")
_LEFT = re.compile(r"^(?:[，：:；\s]|(?:[一二三四五六七八九十]是)|全年|今年|其中|完成|实现)+")
_MEASURE = r"(?:率|亏损面|覆盖面|量|额|数|均价|价格|价|指数|比例|占比|比重|收入|投资|里程|起数|人数|面积)$"
_NOUNS = (re.compile(rf"[\u4e00-\u9fff]{{2}}{_MEASURE}"), re.compile(_MEASURE))
_DAY = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:底|末|份)?前?$|第?[一二三四]季度末?$|[上下]半年$|\d{4}年$"
)
_LEAST = 2
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Matched:
    """一个数字在并列里相配的那一项。

    `item` 是它的主语；并列写在前面各数字上（“客运量1476万人次、货运量5230万吨，同比分别增长18.2%和6.4%”）时，
    `earlier` 是那个数字的序号，`item` 为空。`change` 是它的动词（下降）。`start` 是它专属的一小段的起点，
    `lead` 是各个数共用的那几个字（同比分别增长）。
    """

    item: str
    earlier: int | None
    change: str
    start: int
    lead: str


def matched(sentence: str, found: tuple[Scope, ...]) -> dict[int, Matched]:
    """句子里各个“分别”管着的数字：序号 → 相配的项；对不上个数的不配。"""
    pairs: dict[int, Matched] = {}
    for mark in _MARK.finditer(sentence):
        group = _group(sentence, found, mark.end())
        if len(group) < _LEAST or group[0] in pairs:
            continue
        clause = found[group[0]].clause
        lead = _ADVERB.sub("", sentence[clause.start : mark.start()])
        items = _items(lead, len(group))
        attribute = "" if items else _attribute(lead)
        change = attribute + _change(sentence[mark.end() : found[group[0]].quantity.span.start])
        bare = not _LEFT.sub("", lead.removesuffix(attribute))
        taken = {i for i, pair in pairs.items() if pair.earlier is not None}
        earlier = _earlier(found, group, clause.start, taken) if not items and bare else []
        if not items and not earlier:
            continue
        shared = sentence[mark.start() if items else clause.start : found[group[0]].quantity.span.start]
        for n, i in enumerate(group):
            own = _own_change(sentence, found, i) if n else ""
            start = mark.start() if n == 0 else found[i].before.start
            pairs[i] = Matched(items[n] if items else "", earlier[n] if earlier else None, own or change, start, shared)
    return pairs


def _group(sentence: str, found: tuple[Scope, ...], at: int) -> list[int]:
    """标记之后首尾以顿号、“和”相连的几个数。"""
    first = next((i for i, s in enumerate(found) if s.quantity.span.start >= at), None)
    if first is None or found[first].clause.start > at:
        return []
    group = [first]
    for i in range(first + 1, len(found)):
        between = sentence[found[i - 1].quantity.span.end : found[i].quantity.span.start]
        if not _LINK.match(between) or ("，" in between and not _same_kind(found[i - 1], found[i])):
            break
        group.append(i)
    return group


def _same_kind(one: Scope, other: Scope) -> bool:
    return one.quantity.unit == other.quantity.unit


def _change(text: str) -> str:
    return re.sub(r"(?:达到?|为|到|至|了|是|在|约|\s)+$", "", text)


def _own_change(sentence: str, found: tuple[Scope, ...], i: int) -> str:
    m = _LINK.match(sentence[found[i - 1].quantity.span.end : found[i].quantity.span.start])
    return (m["change"] or "") if m else ""


def _items(text: str, count: int) -> list[str]:
    """标记之前并列的几项；项数对不上为空。"""
    bare = _LEFT.sub("", text)
    for stripped in (_COUNTED.sub("", bare), bare):
        items = _split(stripped)
        if len(items) == count and all(items):
            return _shared(items)
    return []


def _split(text: str) -> list[str]:
    cuts = joints(text)
    edges = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(text)]
    return [text[a:b].strip() for a, b in zip(edges, ends, strict=True)]


def _shared(items: list[str]) -> list[str]:
    """补上各项共有的前半（资金支付进度6月底、9月底）或后半（河砂、碎石均价）。"""
    day = _DAY.search(items[0])
    if day is not None and day.start() and all(_DAY.fullmatch(item) for item in items[1:]):
        return [items[0], *(items[0][: day.start()] + item for item in items[1:])]
    sizes = {len(item) for item in items[:-1]}
    if len(sizes) == 1 and (size := sizes.pop()) <= _SHORT and _NOUNS[-1].search(items[-1]):
        rest = items[-1][size:]
        if len(rest) > 1 and not any(_NOUNS[-1].search(item) for item in items[:-1]):
            return [*(item + rest for item in items[:-1]), items[-1]]
    noun = next((m for pattern in _NOUNS if (m := pattern.search(items[-1])) and m.start()), None)
    if noun is not None and not any(_NOUNS[-1].search(item) for item in items[:-1]):
        return [*(item + noun[0] for item in items[:-1]), items[-1]]
    return items


def _attribute(lead: str) -> str:
    """各项数字量的是什么：“占比分别为……”的占比。"""
    m = _ATTRIBUTE.search(lead)
    return m[0] if m else ""


def _earlier(found: tuple[Scope, ...], group: list[int], at: int, taken: set[int]) -> list[int]:
    """没有列出各项，依次配这一分句（从 `at` 起）之前同样个数的数字；`taken` 里的自己就是配上去的，不算。"""
    before = [
        i
        for i in range(group[0])
        if i not in taken
        and found[i].quantity.measure is Measure.AMOUNT
        and not found[i].replaced
        and found[i].clause.end <= at
    ]
    chosen = before[-len(group) :]
    return chosen if len(chosen) == len(group) else []
