"""证明：答复里的每个数字都要能从它的引文重新得出，否则不说。"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from bot.answer import Citation, FactShown, Reply, Status
from bot.wording import NOT_MENTIONED, UNKNOWN_ISSUER
from corpus.records import Report, Role
from index.facts import facts_at
from index.matching import closeness, plain
from index.quantities import dimension, fold, quantities, same_amount, split_unit
from index.records import Fact, Measure, Quantity

_SUBJECT_ENOUGH = 0.5


def proven(reply: Reply, read: Callable[[str], Report]) -> bool:
    """这条答复里的引文、数字是否全部站得住。

    逐条重读报告原文：引文逐字在原文里；数字的值、单位、年度、性质、单位名称、主题与从原文重新取出的事实一致；
    答复文字里没有引文之外的数。

    Args:
        reply: 要送出的答复。
        read: 按名字取报告。
    """
    if not all(_stands(c, read) for c in reply.citations):
        return False
    if reply.status is Status.NOT_FOUND:
        return not reply.citations or _all_known(reply.text, reply)
    if not all(_holds(f, reply.citations, read) for f in reply.facts):
        return False
    return _says_only_quoted(reply, read)


def _stands(citation: Citation, read: Callable[[str], Report]) -> bool:
    """引文就是报告这个位置的原文。"""
    report = read(citation.document)
    return citation.quote != "" and citation.span.of(report.text) == citation.quote


def _holds(shown: FactShown, citations: tuple[Citation, ...], read: Callable[[str], Report]) -> bool:
    """陈述的事实能从原文重新取出来，且引文也在出处之中。"""
    citation = next((c for c in citations if c.document == shown.document and c.quote == shown.quote), None)
    if citation is None:
        return False
    again = facts_at(read(shown.document), citation.span)
    return any(_same_fact(shown, fact) for fact in again)


def _same_fact(shown: FactShown, fact: Fact) -> bool:
    return (
        shown.unit == fact.quantity.unit
        and _same_value(shown.value, fact.quantity)
        and shown.year == fact.year
        and shown.role is fact.role
        and shown.issuer == fact.issuer
        and shown.subject == fact.subject
        and about(shown.subject, fact.quote)
        and shown.section == " › ".join(fact.section)
    )


def _same_value(value: str | None, quantity: Quantity) -> bool:
    if value is None or quantity.value is None:
        return value is None and quantity.value is None
    try:
        return Decimal(value) == quantity.value
    except InvalidOperation:
        return False


def about(subject: str, quote: str) -> bool:
    """主题里的字是不是都来自引文。"""
    bare, text = plain(subject.removesuffix("（原值）")), plain(quote)
    return not bare or closeness(bare, (), text) > 0 or sum(c in text for c in bare) / len(bare) >= _SUBJECT_ENOUGH


def _says_only_quoted(reply: Reply, read: Callable[[str], Report]) -> bool:
    """答复文字里的数、年度、性质、单位名称，都在引文或陈述的事实里。"""
    lines = _lines(reply)
    return (
        all(_all_known(line, reply) for line in lines)
        and all(_in_its_place(line, reply.facts) for line in lines)
        and _captions_hold(reply, _written(reply), read)
        and _rows_hold(reply)
    )


def _rows_hold(reply: Reply) -> bool:
    """对比表的每一行写着它那条出处的单位；正文逐行就是表的各行。"""
    if reply.table is None:
        return True
    cells = [(label, cell.citation) for label, row in reply.table.rows for cell in row]
    issuers = [(label, reply.citations[at].issuer) for label, at in cells if at is not None]
    labels = tuple(plain(label) for label, _ in reply.table.rows)
    lines = [plain(fold(line)) for line in reply.text.splitlines()]
    return all(not issuer or issuer in label for label, issuer in issuers) and all(
        line.startswith(label) for line, label in zip(lines, labels, strict=False)
    )


def _lines(reply: Reply) -> list[str]:
    """用户看得到的各行：正文、醒目的一行连同它的说明、对比表的各行。"""
    rows = reply.table.rows if reply.table else ()
    return [
        *reply.text.splitlines(),
        f"{reply.headline}（{reply.caption}）",
        *(f"{label}：{cell.text}" for label, cells in rows for cell in cells),
    ]


def _written(reply: Reply) -> str:
    return plain(fold("".join(part for c in reply.citations for part in (c.quote, c.title, c.section))))


def _all_known(text: str, reply: Reply) -> bool:
    """文字里的数量都在引文里。"""
    quoted = [q for c in reply.citations for q in quantities(c.quote)]
    written = _written(reply)
    return all(_known(q, quoted, written) for q in quantities(_without_gaps(text)))


def _in_its_place(line: str, facts: tuple[FactShown, ...]) -> bool:
    """一行里标明了年度、性质、单位的，数须是那一年、那种性质、那家单位的事实（计划与完成的数不得对调）。"""
    bare = _without_gaps(fold(line))
    marked = {(int(m["year"]), _ROLES[m["role"]]) for m in _CAPTION.finditer(bare) if m["role"]}
    if len(marked) != 1 or not facts:
        return True
    named = {f.issuer for f in facts if f.issuer and _without_gaps(fold(f.issuer)) in bare}
    own = [f for f in facts if (f.year, f.role) in marked and (not named or f.issuer in named)]
    said = (q for q in quantities(bare) if q.measure is Measure.AMOUNT and q.value is not None)
    return all(any(_states(f, q) for f in own) for q in said)


def _states(fact: FactShown, quantity: Quantity) -> bool:
    """这个数量就是这条事实，或是它的主题、原句里已有的（“42项重点任务完成39项”）。"""
    if fact.value is not None:
        stated = Quantity(fact.value, Decimal(fact.value), fact.unit, quantity.span, upper=quantity.upper)
        if same_amount(stated, quantity):
            return True
    return any(same_amount(q, quantity) for q in quantities(fact.subject))


def _without_gaps(text: str) -> str:
    return text.replace("（余）", "").replace(" ", "")


def _known(quantity: Quantity, quoted: list[Quantity], written: str) -> bool:
    if quantity.measure is Measure.DATE or quantity.blanked or quantity.value is None:
        return plain(fold(quantity.raw)) in written
    return any(same_amount(quantity, q) and _same_counter(quantity, q) for q in quoted)


def _same_counter(left: Quantity, right: Quantity) -> bool:
    """量词（座、处、人次…）要逐字相同；能换算的单位（公里与千米、万元与亿元）按数额比。"""
    one, other = split_unit(left.unit)[1], split_unit(right.unit)[1]
    return one == other or dimension(one) not in ("个", "人", "辆", "")


_CAPTION = re.compile(r"(?P<year>(?:19|20)\d{2})年(?P<role>完成|计划)?(?:，(?P<holder>[^）；，\n]+)）)?")
_ROLES = {"完成": Role.RESULT, "计划": Role.PLAN, None: None}


def _captions_hold(reply: Reply, written: str, read: Callable[[str], Report]) -> bool:
    """文字里的“2023年计划，某局”须是某条事实的年度、性质、单位，或照抄引文；标“未提及”的行没有数，不论。"""
    stated = {(f.year, f.role) for f in reply.facts} or _moments(reply, read)
    holders = {f.issuer or UNKNOWN_ISSUER for f in reply.facts} | {c.issuer or UNKNOWN_ISSUER for c in reply.citations}
    lines = (line for line in _without_gaps(reply.text).splitlines() if NOT_MENTIONED not in line)
    for m in (m for line in lines for m in _CAPTION.finditer(line)):
        known = (int(m["year"]), _ROLES[m["role"]]) in stated or plain(m[0]) in written
        if not known and (m["role"] or not _is_quoted_year(int(m["year"]), reply, written)):
            return False
        if m["holder"] and m["holder"] not in holders and plain(m["holder"]) not in written:
            return False
    return True


def _moments(reply: Reply, read: Callable[[str], Report]) -> set[tuple[int | None, Role | None]]:
    """期限没有数值，不列为事实：从引文重新取出答复里说到的期限，看它的年度与性质。"""
    again = (f for c in reply.citations for f in facts_at(read(c.document), c.span))
    return {(f.year, f.role) for f in again if f.quantity.measure is Measure.DATE and f.quantity.raw in reply.text}


def _is_quoted_year(year: int, reply: Reply, written: str) -> bool:
    return str(year) in written or any(f.year == year for f in reply.facts)
