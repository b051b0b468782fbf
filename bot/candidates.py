"""数字的候选：命中的段落里，哪个数字最合问题。"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot import shades
from bot.cues import DURATION, Kind
from bot.question import Question
from bot.terms import ASKING, Term
from corpus.places import places
from corpus.records import Role
from index.matching import closeness, plain
from index.quantities import compatible, dimension, quantities, same_amount, split_unit
from index.records import Fact, Measure, Passage
from index.units import SCALES

Weigh = Callable[[Term], float]

# 词出现在数字专属的一段里算足，离得越远越打折；权重在自拟问题集上比较得出。
_OWN = 1.0
_NAMED = 0.95
_LEAD = 0.8
_TOPIC = 0.8
_SIBLING = 0.5
_CONTEXT = 0.45
_REST = 0.4
_PREVIOUS = 0.44
_BEHIND = 0.3
_HEADING = 0.7
HEAD_MISSED = 0.75
_HEAD_FOUND = 0.6
_EXTRA = 0.06
_STEP = 0.012
_FARTHEST = 0.2
_DURATIONS = frozenset({"小时", "天", "分钟", "工作日", "月", "年", "日", "个"})
_DAYS = frozenset({"天", "工作日", "小时"})
_MEASURES = {Kind.WHEN: Measure.DATE, Kind.RANK: Measure.RANK}
_LOOKED_AT = 8
# 问“多少万”的，至少上千（9800元也可说成零点九八万）。
_LARGE = {"万": 1000, "亿": 1_000_000}
_ASKED = 1.4
_PHRASE = 0.3
_SAME_COUNTER = 0.04
_OTHER_COUNTER = 0.1
_SHORT = 8
_MANY = 3
PROPER_FOUND = 0.45
_DERIVED = 0.12
_TOTAL = 0.03
_TOTALS = re.compile(r"全[省市县州区年系]|累计|总")
_QUALIFIERS = {
    "累计": 0.25,
    "其中": 0.15,
    "总": 0.05,
    "新增": 0.05,
    "平均": 0.1,
    "日均": 0.15,
    "年均": 0.15,
    "首次": 0.05,
    "全省": 0.05,
    "全市": 0.05,
    "全县": 0.05,
    "同比": 0.15,
    "增长": 0.05,
    "下降": 0.05,
    "占": 0.05,
    "预计": 0.15,
}
_CHANGES = re.compile(
    r"^(?:[，、]|比上?年?|较上?年?|同比|环比|年均|实际|分别)*"
    r"(?:净?增[长加]|净增|下降|提高|减少|上升|降低|占|完成率|超(?:出|额)?(?:年度|全年|序时|时序)*(?:计划|进度|目标)|增幅|压减|缩短|压缩)"
)
_CHANGED = re.compile(r"(?:增长|下降|上涨|缩短|减少|增加|提高|降低|上升|回落|压减)[到至为了]?$")
# “迈上6万亿元台阶，达到62661亿元”：前一个只是个约数。
_MILESTONE = re.compile(r"(?:的)?(?:新?台阶|大关|关口|门槛)")
_WORDED = re.compile(r"[\u4e00-\u9fff]{2}")
_DERIVATIVE = re.compile(r"(?:增长|下降|缩短|上涨|减少|增加|提高|降低|上升|回落|压减|占比|比重|比例|占[^，]{0,8}的)$")
_GROWTH = re.compile(
    r"(?:增长?|涨|下?降|减少?|提高|上升|回落|缩短|压缩|超(?:出|额|过)?(?:年度|全年|序时|时序)*(?:计划|进度|目标))了?(?:多少|几)(?!公里|座|条|个(?!点|百分)|处|家|人|辆)|[涨增升]了?还是[跌降减]"
)
_ASKS_CHANGE = re.compile(r"增|降|涨|减|升|提高|占|超|比|率|快|慢|翻")
_DEPENDENT = re.compile(
    r"^[，、]?(?:其中|累计|同比|环比|比|较|增|降|总量|增幅|位|排|列|居|占|完成率|完成年|超|为年|平均|年均|均|达|下降|上升|提高|名列)"
)
_CLAUSE = re.compile(r"[，,；;：:。]")
# 接着上一句说同一样东西：“该项目全长……”“其中”不算。
REFERS = re.compile(
    r"^(?:[一二三四五六七八九十]是)?(?:该|其(?!中|他|它|余|次)|本项目|本工程|项目(?:全长|总投资|于|计划|建成)|工程(?:全长|总投资|于|计划)|全长|总投资|线路全长)|[，；](?:该|其)(?:项目|工程|路|桥|线|段|站)"
)
_MEANT = 0.9
_NEXT_DATE = re.compile(r"[、；，](?=(?:\d{4}年)?(?:\d{1,2}月|年[底内末中]|[上下]半年|[一二三四]季度))")
_MARKED = re.compile(r"\d|[xX*]{1,}(?=[万亿元个件人次台条家本%])")


@dataclass(frozen=True, slots=True)
class FactCandidate:
    """一个数字与它的得分。

    `covered`（0–1）是问题的实词有多少落在它身上，够不够作答看它；`score` 再加上字面相近、量词相同之类，只用来排先后；
    `head` 表示说到了被问的东西。
    """

    fact: Fact
    passage: int
    score: float
    covered: float
    head: bool


@dataclass(frozen=True, slots=True)
class _Regions:
    """数字周围的文字，按与它的亲疏分层；都经过 `plain`。"""

    layers: tuple[tuple[float, str], ...]
    own: str
    before: str
    after: str
    follows: str


def fits(fact: Fact, question: Question) -> bool:
    """单位与问法是否相容：问公里的不给个数，问名次的只给名次，问时间的只给期限。"""
    measure = fact.quantity.measure
    if question.kind in _MEASURES:
        return measure is _MEASURES[question.kind]
    if measure is Measure.RATIO:
        return question.unit in (None, "%")
    if not _on_scale(fact, question.counter):
        return False
    if question.unit is None and question.counter and dimension(question.counter) != "%":
        return measure is Measure.AMOUNT and dimension(fact.quantity.unit) not in ("%", "百分点")
    return measure is Measure.AMOUNT and (question.unit is None or _unit_fits(fact.quantity.unit, question.unit))


def _on_scale(fact: Fact, counter: str) -> bool:
    """问“多少万”“多少亿”的，不给个位数。"""
    value = fact.quantity.value
    if counter not in _LARGE or value is None:
        return True
    return value * SCALES[split_unit(fact.quantity.unit)[0]] >= _LARGE[counter]


def _echoes(fact: Fact, question: Question) -> bool:
    """问题里自己说出的数（500米覆盖率、39个项目）不是要问的数。"""
    if question.kind is Kind.CONFIRM:
        return False
    counted = quantities(question.text) if ASKING.search(question.text) else ()
    said = (*question.claims, *(q for q in counted if q.value is not None and q.value >= _MANY))
    return any(same_amount(fact.quantity, q) and q.unit == fact.quantity.unit for q in said)


_ASKS_OLD = re.compile(r"原来|原先|之前|以前|此前|年初(?![目计下定])|[从由](?:多少|几)")


def _superseded(fact: Fact, question: Question) -> bool:
    """“由甲提高到乙”的甲是旧数，没有问原来、也没有问它那年的就不取。"""
    if not fact.subject.endswith("（原值）") or _ASKS_OLD.search(question.text):
        return False
    return fact.year is None or (fact.year not in question.years and question.relative is None)


def _unit_fits(unit: str, wanted: str) -> bool:
    have = dimension(unit)
    if wanted == DURATION:
        return have in _DURATIONS
    if have in ("", "百", "千") or unit in ("万", "亿", "万亿"):
        return wanted not in ("%", "米")
    if wanted in ("%", "成"):
        return have in ("%", "百分点", "成", "倍", "‰")
    if wanted in _DAYS:
        return have in _DAYS
    if wanted in ("人", "辆"):
        return have == wanted
    return compatible(have, wanted) or {have, wanted} <= {"个", "月", "年", "小时"}


def rank_facts(
    question: Question, found: Iterable[tuple[int, Passage, tuple[Fact, ...]]], weigh: Weigh
) -> list[FactCandidate]:
    """给每个相容的数字打分，高分在前。"""
    candidates = [
        _rate(question, passage_id, passage, fact, weigh)
        for passage_id, passage, facts in found
        for fact in facts
        if fits(fact, question) and not _echoes(fact, question) and not _superseded(fact, question)
    ]
    ranked = sorted(candidates, key=_order)
    return sorted([*(_placed(c, question) for c in ranked[:_LOOKED_AT]), *ranked[_LOOKED_AT:]], key=_order)


def _order(candidate: FactCandidate) -> tuple[float, str, int]:
    return -candidate.score, candidate.fact.document, candidate.fact.span.start


def _placed(candidate: FactCandidate, question: Question) -> FactCandidate:
    """问全省的，不给省里某地的：主题里的地名，问题、题名和单位都没有说到。"""
    fact = candidate.fact
    named = [p.short for p in places(fact.subject)]
    known = f"{question.text}{fact.document}{fact.issuer}"
    elsewhere = named and not any(name in known for name in named)
    return replace(candidate, score=candidate.score - _DERIVED) if elsewhere else candidate


_STOCK = re.compile(r"(?<![没还])(?:现|共|总共|一共)?有(?:多少|几)[^，。？?]{1,8}[？?]*$")
_TURNOVER = re.compile(
    r"更新|改造|撤销|搬迁|淘汰|注销|置换|补充|招聘|招录|培训|提拔|查处|新增|增加|减少|优化|调整|转运|出动|购置|整治"
)


def _not_stock(question: Question, regions: "_Regions") -> bool:
    """问现有多少的，更新、撤销、新增的数不是。"""
    if not _STOCK.search(question.text) or _TURNOVER.search(question.text):
        return False
    return bool(_TURNOVER.search(regions.before) or _TURNOVER.match(regions.own))


def _rate(question: Question, passage_id: int, passage: Passage, fact: Fact, weigh: Weigh) -> FactCandidate:
    regions = _around(fact, passage)
    missing_gap = shades.is_gap(question) and not shades.states_gap(question, fact, regions.before)
    if (
        missing_gap
        or shades.opposite(question, regions.before + regions.after, regions.own)
        or shades.elsewhere(question, fact, regions.before + regions.after)
        or shades.of_the_unit(question, regions.follows)
        or shades.acts_next(question, fact, regions.own, regions.follows)
        or shades.not_of_year(question, fact, regions.before)
        or shades.of_which(question, fact, regions.own)
        or _not_stock(question, regions)
    ):
        return FactCandidate(fact, passage_id, 0.0, 0.0, head=False)
    score = total = 0.0
    anchored = not question.terms
    for term in question.terms:
        weight = weigh(term) * (_ASKED if term.near and term.text not in shades.CHANGES else 1.0)
        total += weight
        best = _nearest_layer(term, regions)
        anchored = anchored or best > _SIBLING
        if term.proper and best < PROPER_FOUND:
            return FactCandidate(fact, passage_id, 0.0, 0.0, head=False)
        score += weight * max(best - _distance(term, regions), 0.0)
    head = has_head(question.terms, regions.own)
    covered = (score / total if total else 0.0) * (1.0 if head and anchored else HEAD_MISSED)
    covered *= shades.CONFUSED if shades.confused(question, regions.own) else 1.0
    return FactCandidate(fact, passage_id, covered + _nuances(question, fact, regions), covered, head)


def _nearest_layer(term: Term, regions: "_Regions") -> float:
    """这个词在各层里最好的吻合；层按亲疏排好，够好了就不必再看远处。"""
    best = 0.0
    for layer, text in regions.layers:
        if best >= layer:
            break
        best = max(best, closeness(term.text, term.others, text) * layer)
    return best


def has_head(terms: Sequence[Term], own: str) -> bool:
    """被问的东西（先看紧跟疑问词的，没有再看紧靠它之前的）有没有在近旁；没有被问的词就算有。"""
    asked = [t for t in terms if t.asked] or [t for t in terms if t.near and t.share >= 1]
    return not asked or any(closeness(t.text, t.others, own) >= _HEAD_FOUND for t in asked)


def _nuances(question: Question, fact: Fact, regions: "_Regions") -> float:
    """只影响先后的细处：字面相近、带着同样的限定词、量词相同；派生的数（增幅、占比）没有问到就靠后。"""
    extra = _PHRASE * _shared_phrase(question, regions) + _TOTAL * bool(_TOTALS.search(regions.own))
    extra += sum(gain for w, gain in _QUALIFIERS.items() if w in question.text and w in regions.own)
    derived = bool(
        _CHANGES.match(regions.before) or _CHANGED.search(regions.before) or _DERIVATIVE.search(plain(fact.subject))
    )
    if _turns_aside(question, fact, regions):
        extra -= _DERIVED
    if _ASKS_OLD.search(question.text) and not fact.subject.endswith("（原值）"):
        extra -= _DERIVED
    if _MILESTONE.match(regions.after) or shades.is_milestone(fact, regions.follows):
        extra -= 2 * _DERIVED
    if shades.is_part(question, regions.own):
        extra -= 2 * _DERIVED
    extra += shades.stock(question, fact, regions.before)
    extra += shades.to_date(question, regions.before) + _DERIVED * shades.is_whole_bureau(question, fact)
    said = question.text if ASKING.search(question.text) else " ".join((question.text, *question.earlier[:1]))
    if derived and not _ASKS_CHANGE.search(said):
        extra -= _DERIVED
    if _GROWTH.search(said):
        extra += _DERIVED if derived else -_DERIVED
    return extra - _EXTRA * _excess(question.terms, regions.own) - _mismatch(question, fact)


def _turns_aside(question: Question, fact: Fact, regions: "_Regions") -> bool:
    """接着前面的事说另一个数（排查隐患37处，整改31处；新增23个，累计42个），而问题没有提到这另一面。"""
    if plain(fact.subject) in regions.own.split("，", 1)[0] or not _WORDED.search(regions.before):
        return False
    return not any(closeness(t.text, t.others, regions.before + regions.after) for t in question.terms)


def _shared_phrase(question: Question, regions: "_Regions") -> float:
    """问题原话的二字串（按稀有程度）有多少也在数字近旁：字面越像越优先。"""
    total = sum(question.grams.values())
    return sum(rarity for g, rarity in question.grams.items() if g in regions.own) / total if total else 0.0


def _distance(term: Term, regions: "_Regions") -> float:
    """专属的一段里，词离数字越远越可能说的是别的数。"""
    left = regions.before.rfind(term.text)
    right = regions.after.find(term.text)
    gaps = [len(regions.before) - left - len(term.text)] if left >= 0 else []
    gaps += [right] if right >= 0 else []
    return min(_STEP * min(gaps), _FARTHEST) if gaps else 0.0


def _mismatch(question: Question, fact: Fact) -> float:
    """问的量词与数字的单位虽可通用（几个、几家）而不相同时略减。"""
    if (question.unit is None and question.counter not in _LARGE) or fact.quantity.measure is not Measure.AMOUNT:
        return 0.0
    if question.unit == DURATION:
        return 0.0
    scale, bare = split_unit(fact.quantity.unit)
    if not bare:
        return 0.0
    if question.counter in SCALES:
        return -0.06 if scale == question.counter else 0.08
    if question.counter and question.counter == bare and bare not in ("个", "项", "人", "次"):
        return -_SAME_COUNTER
    loose = question.counter in ("", "个", "项") or dimension(bare) not in ("个", "辆", "人")
    return 0.0 if loose and dimension(bare) == question.unit else _OTHER_COUNTER


def _excess(terms: Sequence[Term], own: str) -> float:
    """专属的一段里与问题无关的字所占的份额：同样合题时，话少的更贴切。"""
    if not own:
        return 0.0
    wanted = {c for t in terms for c in t.text}.union(*(set(o) for t in terms for o in t.others)) if terms else set()
    return sum(c not in wanted for c in own) / (len(own) + 8)


def _around(fact: Fact, passage: Passage) -> _Regions:
    base = passage.span.start
    text = passage.text
    start, end = max(fact.scope.start - base, 0), max(min(fact.scope.end - base, len(text)), 0)
    before = plain(text[start : max(fact.span.start - base, start)])
    after = plain(text[max(fact.span.end - base, 0) : end])
    if fact.quantity.measure is Measure.DATE:  # 6月动工、11月投用：各说各的
        after = _NEXT_DATE.split(after)[0]
    own = (
        before
        + plain(text[max(fact.span.start - base, start) : max(fact.span.end - base, 0)])
        + after
        + shades.also_called(fact, before, text[:start] + before)
    )
    opening = max(fact.quote_span.start - base, 0)
    segment = max(opening, text.rfind("；", opening, start) + 1, _last_item(text, opening, start))
    itemized = _last_item(text, opening, start) > opening  # 一是、二是各说各的
    topic, siblings = _split_clauses(text[segment:start])
    last = max((text.rfind(mark, 0, max(opening - 1, 0)) for mark in "。！？\n"), default=-1) + 1
    follows = _CLAUSE.split(text[end : fact.quote_span.end - base].lstrip("，"))[0]
    follows = _NEXT_DATE.split(f"，{follows}")[0] if fact.quantity.measure is Measure.DATE else follows
    layers = (
        (_TOPIC if len(before) + len(after) <= _SHORT else _REST, plain(follows)),
        (_OWN, own),
        (_NAMED, plain(fact.subject)),
        (_LEAD, plain(fact.lead)),
        (_TOPIC, plain(topic)),
        (_TOPIC if _DEPENDENT.match(before) else _SIBLING, plain(siblings)),
        (_CONTEXT, plain(passage.context + (fact.issuer or ""))),
        (_BEHIND if itemized else _REST, plain(text[opening:segment] + "，" + text[end : fact.quote_span.end - base])),
        (_HEADING, plain(fact.section[-1]) if fact.section else ""),
        (_MEANT if REFERS.search(text[opening:end]) else _PREVIOUS, plain(text[last:opening])),
        (_BEHIND, plain(text[:opening])),
    )
    ordered = tuple(sorted(layers, key=lambda layer: -layer[0]))
    return _Regions(
        ordered, f"{own}，{plain(fact.subject)}，{plain(fact.lead)}，{plain(topic)}", before, after, plain(follows)
    )


def _last_item(text: str, opening: int, start: int) -> int:
    found = [m.start() for m in re.finditer(r"(?<=[，。；：\s])[一二三四五六七八九十]是", text[opening:start])]
    return opening + found[-1] if found else 0


def _split_clauses(text: str) -> tuple[str, str]:
    """数字之前的分句分两类：自己没有数的是话题，自己有数的是并列项。"""
    topic: list[str] = []
    siblings: list[str] = []
    for clause in _CLAUSE.split(text):
        (siblings if _MARKED.search(re.sub(r"(?:19|20)\d{2}年?|[A-Z]\d+", "", clause)) else topic).append(clause)
    return "，".join(topic), "，".join(siblings)


def role_of(question: Question) -> Role | None:
    """问题硬性要求的性质；只是倾向时为 None。"""
    return question.role if question.strict else None
