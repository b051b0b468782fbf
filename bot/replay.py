"""重放：审计里的一条，在它当时那一代索引上重答，与当时的、与今天的对照。"""

from dataclasses import dataclass

from bot.answer import Citation, FactShown, Reply, Status
from bot.audit import Entry
from bot.people_errors import AnswerMissing
from index.rewind import Since

_ENDINGS = {
    Status.ANSWERED: "答出",
    Status.REDACTED: "原文已隐去",
    Status.NOT_FOUND: "未检得",
    Status.AMBIGUOUS: "反问",
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """重放的一条。

    `then` 是当时的答复，`again` 是在那一代上重答的，`today` 是今天答的；`since` 是那一代以来变了什么，
    `encoder` 是重答所用的编码器。
    """

    entry: Entry
    then: Reply
    again: Reply
    today: Reply
    generation: int
    since: Since
    encoder: str

    @property
    def same(self) -> bool:
        """重答的与当时一致。"""
        return not differences(self.then, self.again)

    @property
    def notes(self) -> tuple[str, ...]:
        """重答时与当时不同的条件，一项一句。"""
        found = []
        if self.since.reread:
            found.append("那以后程序升级过：原文是当时的，切段、取数和答法是现在的。")
        if not self.since.encoder:
            found.append("那时向量还没有编好，只按词检索；重答也只按词。")
        elif self.since.encoder != self.encoder:
            found.append(f"那时的编码器是 {self.since.encoder}，现在是 {self.encoder}，重答用现在的。")
        return tuple(found)


def said(entry: Entry) -> tuple[Reply, int]:
    """当时的答复，和它所据的代次。

    Raises:
        AnswerMissing: 没有答成，或是管理动作。
    """
    if entry.reply is None or entry.generation is None:
        raise AnswerMissing(entry.id)
    return entry.reply, entry.generation


def differences(one: Reply, other: Reply) -> tuple[str, ...]:
    """两个答复哪里不同；“接着可以问”不算。"""
    found = []
    if one.status != other.status:
        found.append(f"结局由“{_ENDINGS[one.status]}”变为“{_ENDINGS[other.status]}”")
    if list(map(_number, one.facts)) != list(map(_number, other.facts)):
        found.append("数字不同")
    if list(map(_source, one.citations)) != list(map(_source, other.citations)):
        found.append("出处不同")
    if not found and (one.text, one.table) != (other.text, other.table):
        found.append("文字不同")
    return tuple(found)


def _number(fact: FactShown) -> tuple[object, ...]:
    return (fact.subject, fact.value, fact.unit, fact.year, fact.role, fact.issuer)


def _source(citation: Citation) -> tuple[object, ...]:
    return (citation.document, citation.section, citation.quote)
