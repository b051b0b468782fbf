"""评分：一题一判，值错即零分；再算各项比率。"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from bot.answer import FactShown, Reply, Status
from bot.evaluation.questions import Item
from index.matching import plain
from index.quantities import fold, quantities, same_amount
from index.records import Measure, Quantity

_LONGEST_QUOTE = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """一题的判定；`cited` 为 None 表示题目没有写出处。"""

    item: Item
    reply: Reply
    faults: tuple[str, ...]
    cited: bool | None
    invented: tuple[str, ...]

    @property
    def right(self) -> bool:
        """对不对。"""
        return not self.faults


def judge(item: Item, reply: Reply) -> Verdict:
    """判一题。"""
    faults = list(_faults(item, reply))
    cited = _cites(item, reply) if (item.gold or item.documents) and Status.NOT_FOUND not in item.statuses else None
    invented = () if reply.status is Status.NOT_FOUND else tuple(q.raw for q in _invented(item, reply))
    return Verdict(item, reply, tuple(faults), cited, invented)


def _faults(item: Item, reply: Reply) -> Iterable[str]:
    if reply.status not in item.statuses:
        yield f"应为 {'/'.join(sorted(item.statuses))}，答成 {reply.status}"
        return
    if item.bare and (reply.facts or reply.citations):
        yield "不该列出数字和出处"
    if reply.status not in (Status.ANSWERED, Status.REDACTED):
        return
    said = _said(reply)
    yield from (f"不该说 {q.raw}" for q in item.never if any(same_amount(q, s) for s in said))
    if reply.status is Status.ANSWERED:
        yield from _missing(item, reply, said)


def _said(reply: Reply) -> tuple[Quantity, ...]:
    return quantities(fold(reply.text).replace(" ", "").replace("（余）", ""))


def _missing(item: Item, reply: Reply, said: Sequence[Quantity]) -> Iterable[str]:
    found = [any(same_amount(v, q) for q in said) for v in item.values]
    if item.values and not (any(found) if item.any_value else all(found)):
        yield "没有说 " + "、".join(v.raw for v, ok in zip(item.values, found, strict=True) if not ok)
    elif len(item.values) == 1:
        yield from _misplaced(item, reply)
    bare = plain(fold(reply.text))
    met = [any(plain(fold(words)) in bare for words in group) for group in item.groups]
    if sum(met) < item.least:
        yield "没有说 " + "、".join(group[0] for group, ok in zip(item.groups, met, strict=True) if not ok)
    first = next((i for i, q in enumerate(said) if any(same_amount(q, v) for v in item.values)), len(said))
    yield from (f"先说了 {q.raw}" for q in said[:first] if any(same_amount(q, f) for f in item.forbidden))
    yield from (f"以“{lead}”开头" for lead in item.leads if bare.startswith(plain(fold(lead))))


def _misplaced(item: Item, reply: Reply) -> Iterable[str]:
    """值虽对，却是别的年度、别的性质的。"""
    same = [f for f in reply.facts if _is(f, item.values[0])]
    if same and item.year is not None and all(f.year not in (None, item.year) for f in same):
        yield f"年度应为 {item.year}"
    if same and item.role is not None and all(f.role not in (None, item.role) for f in same):
        yield "完成与计划弄反了"


def _is(fact: FactShown, wanted: Quantity) -> bool:
    read = quantities(f"{fact.value}{fact.unit}") if fact.value is not None else ()
    return any(same_amount(q, wanted) for q in read)


def _cites(item: Item, reply: Reply) -> bool:
    """第一条出处是不是题目写的那一句、那份报告。"""
    if not reply.citations:
        return False
    first = reply.citations[0]
    name = PurePath(first.document.partition("#")[0]).stem
    if item.documents and name not in item.documents and first.document not in item.documents:
        return False
    quote = plain(fold(first.quote))
    whole = [plain(fold(gold)) for gold in item.gold]
    return not whole or (len(quote) <= _LONGEST_QUOTE and any(g in quote or quote in g for g in whole))


def _invented(item: Item, reply: Reply) -> Iterable[Quantity]:
    """答复里既不在引文、也不在题目和问话里的数。"""
    sources = [c.quote + c.section for c in reply.citations] + [item.question, *item.history, *item.gold]
    known = [*item.values, *(q for text in sources for q in quantities(text))]
    for said in _said(reply):
        if said.measure is Measure.AMOUNT and said.value is not None and not any(same_amount(said, k) for k in known):
            yield said


Rate = tuple[float, int]
"""比率与它的分母。"""

FIGURES: tuple[tuple[str, str, Callable[[Verdict], bool | None]], ...] = (
    ("acc", "答对的", lambda v: v.right),
    ("misled", "答错而没有拒答的（越低越好）", lambda v: v.reply.status is Status.ANSWERED and not v.right),
    ("cited", "答对而出处也对的", lambda v: v.right and v.cited if v.cited is not None else None),
    ("citation_precision", "作答时第一条出处正确的", lambda v: v.cited if v.reply.citations else None),
    ("refusal_recall", "该拒答而拒答的", lambda v: v.right if v.item.statuses == {Status.NOT_FOUND} else None),
    (
        "false_refusal",
        "有答案却拒答的（越低越好）",
        lambda v: (
            v.reply.status is Status.NOT_FOUND if v.item.statuses in ({Status.ANSWERED}, {Status.REDACTED}) else None
        ),
    ),
    ("redacted_acc", "隐去的数答对的", lambda v: v.right if v.item.statuses == {Status.REDACTED} else None),
    ("wrong_number", "说了谁也没写过的数的（应为零）", lambda v: bool(v.invented)),
)


def figures(verdicts: Sequence[Verdict]) -> dict[str, Rate]:
    """各项比率；没有这类题的不列。"""
    found = {name: [ok for v in verdicts if (ok := of(v)) is not None] for name, _, of in FIGURES}
    return {name: (sum(marks) / len(marks), len(marks)) for name, marks in found.items() if marks}


def by_kind(verdicts: Sequence[Verdict]) -> dict[str, Rate]:
    """各类题的正确率。"""
    kinds = sorted({v.item.kind for v in verdicts})
    marks = {kind: [v.right for v in verdicts if v.item.kind == kind] for kind in kinds}
    return {kind: (sum(m) / len(m), len(m)) for kind, m in marks.items()}
