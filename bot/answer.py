"""答复的记录：给人看的与给机器看的是同一份。"""

from dataclasses import dataclass
from enum import StrEnum

from corpus.records import Role, Span


class Status(StrEnum):
    """答复的四种结局，值即机器接口里的 `status`。"""

    ANSWERED = "answered"
    REDACTED = "redacted"
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"


class Reason(StrEnum):
    """为什么不答。"""

    NO_YEAR = "no_year"
    NO_ISSUER = "no_issuer"
    NO_ROLE = "no_role"
    NOTHING = "nothing"
    OUTSIDE = "outside"
    EMPTY = "empty"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class FactShown:
    """答复里陈述的一个数字；`value` 是原文单位下的普通数字，隐去的为 None。"""

    subject: str
    value: str | None
    unit: str
    year: int | None
    role: Role | None
    issuer: str | None
    document: str
    section: str
    quote: str


@dataclass(frozen=True, slots=True)
class Citation:
    """出处：逐字引文、它在报告中的位置，以及引文内要加亮的区间（相对于引文）。

    `recognised` 表示这一页的文字是从扫描图像识别出来的，可能有错字。
    """

    document: str
    title: str
    issuer: str | None
    section: str
    quote: str
    span: Span
    page: int | None = None
    marks: tuple[Span, ...] = ()
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """对比表的一格；`citation` 是 `Reply.citations` 的下标，原文未提及时为 None。"""

    text: str
    citation: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """对比表：行名、列名与逐格的出处。"""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """一次答复。

    `text` 是聊天里看到的整段文字（约 300 字以内）；`headline` 是最醒目的一行（“30 公里”，文字题则为空）；
    `caption` 是年度、性质、单位一行。第一个 fact 和第一个 citation 是答复所依据的。
    `reason` 只在 `not_found` 时有值；那时 facts、citations 是“最接近的”内容。
    """

    status: Status
    text: str
    headline: str = ""
    caption: str = ""
    facts: tuple[FactShown, ...] = ()
    citations: tuple[Citation, ...] = ()
    table: Table | None = None
    reason: Reason | None = None
    suggestions: tuple[str, ...] = ()
