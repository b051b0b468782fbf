"""答复卡：一份答复在有版面的通道里要画出的几样，各通道画法不同，内容相同。"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.answer import Citation, FactShown, Reply, Status, Table
from corpus.records import Role

VERDICTS = {Status.NOT_FOUND: "未检得", Status.REDACTED: "原文已隐去", Status.AMBIGUOUS: "请说明一下"}
ROLES = {Role.RESULT: "完成", Role.PLAN: "计划", Role.SITUATION: "形势"}
NEAREST = "报告里最接近的内容："
RECOGNISED = "扫描识别，请对照原件"

_ASIDE = re.compile(r"[\s，。、；：（）()·,.;:“”\"'《》]+")


class ChipKind(StrEnum):
    """标签说的是什么。"""

    YEAR = "year"
    RESULT = "actual"
    PLAN = "plan"
    SITUATION = "situation"
    ISSUER = "issuer"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Chip:
    """一个标签。"""

    kind: ChipKind
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """卡上的几样；没有的为空。

    `verdict` 是“未检得”之类的判语，`said` 是大字、标签、引文之外还要说的话，`near` 是引文前的一句。
    """

    verdict: str
    headline: str
    chips: tuple[Chip, ...]
    said: str
    near: str


def card(reply: Reply) -> Card:
    """一份答复的卡。"""
    verdict = VERDICTS.get(reply.status, "")
    chips = _chips(reply)
    quotes = (citation.quote for citation in reply.citations)
    shown = (reply.headline, *(chip.text for chip in chips), *quotes, *_cells(reply.table))
    return Card(
        verdict="" if verdict == reply.headline else verdict,
        headline=reply.headline,
        chips=chips,
        said=reply.text if _says_more(reply.text, shown) else "",
        near=NEAREST if reply.status is Status.NOT_FOUND and reply.citations else "",
    )


def place(citation: Citation) -> str:
    """出处一行：哪份报告，哪一节，第几页，是不是识别来的。"""
    return " · ".join(part for part in (where(citation), doubt(citation)) if part)


def where(citation: Citation) -> str:
    """哪份报告，哪一节，第几页。"""
    page = "" if citation.page is None else f"第 {citation.page} 页"
    return " · ".join(part for part in (f"《{citation.title}》", citation.section, page) if part)


def doubt(citation: Citation) -> str:
    """引文是从扫描图像识别来的，提醒对照；不是的为空。"""
    return RECOGNISED if citation.recognised else ""


def _chips(reply: Reply) -> tuple[Chip, ...]:
    """年度、性质、单位各一个标签；说的不止一个数字时用说明行。"""
    if reply.status in (Status.NOT_FOUND, Status.AMBIGUOUS):
        return ()
    if reply.table is None and reply.facts:
        same = {(f.year, f.role, f.issuer) for f in reply.facts}
        return _fact_chips(reply.facts[0]) if len(same) == 1 else ()
    return (Chip(ChipKind.ABOUT, reply.caption),) if reply.caption else ()


def _fact_chips(fact: FactShown) -> tuple[Chip, ...]:
    chips = (
        fact.year and Chip(ChipKind.YEAR, f"{fact.year}年"),
        fact.role and Chip(ChipKind(fact.role.value), ROLES[fact.role]),
        fact.issuer and Chip(ChipKind.ISSUER, fact.issuer),
    )
    return tuple(chip for chip in chips if isinstance(chip, Chip))


def _cells(table: Table | None) -> tuple[str, ...]:
    if table is None:
        return ()
    return (*table.columns, *(text for name, cells in table.rows for text in (name, *(cell.text for cell in cells))))


def _says_more(text: str, shown: tuple[str, ...]) -> bool:
    """这段话除了卡上已有的，还说了别的吗？"""
    rest = _ASIDE.sub("", text)
    for part in sorted((_ASIDE.sub("", part) for part in shown), key=len, reverse=True):
        rest = rest.replace(part, "") if part else rest
    return bool(rest)
