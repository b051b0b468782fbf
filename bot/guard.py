"""证明：答复里的每个数字都要能从它的引文重新得出，否则不说。"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from bot.answer import Citation, FactShown, Reply, Status
from corpus.records import Report
from index.facts import facts_at
from index.matching import closeness, plain
from index.quantities import fold, quantities, same_amount
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
        return True
    if not all(_holds(f, reply.citations, read) for f in reply.facts):
        return False
    return _says_only_quoted(reply)


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


def _says_only_quoted(reply: Reply) -> bool:
    """答复文字里的数，都在引文或陈述的事实里。"""
    quoted = [q for c in reply.citations for q in quantities(c.quote)]
    written = plain(fold("".join([*(c.quote for c in reply.citations), *(c.title for c in reply.citations)])))
    return all(_known(q, quoted, written) for q in quantities(_without_gaps(reply.text)))


def _without_gaps(text: str) -> str:
    return text.replace("（余）", "").replace(" ", "")


def _known(quantity: Quantity, quoted: list[Quantity], written: str) -> bool:
    if quantity.measure is Measure.DATE or quantity.blanked or quantity.value is None:
        return plain(fold(quantity.raw)) in written
    return any(same_amount(quantity, q) or _same_written(quantity, q) for q in quoted)


def _same_written(left: Quantity, right: Quantity) -> bool:
    return left.value == right.value and left.unit == right.unit and left.upper == right.upper
