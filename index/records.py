"""检索的记录：段落、数量、数字事实与命中。"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from corpus.records import Role, Span


class Bound(StrEnum):
    """数字旁的约数、界限词，答复时照原样带上。"""

    EXACT = ""
    ABOUT = "约"
    OVER = "余"
    AT_LEAST = "以上"
    AT_MOST = "以内"


class Measure(StrEnum):
    """数量量的是什么：普通数量、名次、倍数比例，还是期限。"""

    AMOUNT = "amount"
    RANK = "rank"
    RATIO = "ratio"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Quantity:
    """一个写出来的数量。

    `value` 是原文单位下的精确十进制数（36亿元 → 36，单位“亿元”）；被隐去的数字为 None。
    `upper` 是区间上限（2-3家 → 3）。期限（6月底前）与分数（三分之二）的 `value` 为 None，
    `measure` 为 DATE、RATIO，`raw` 即其文字。`span` 相对于所读的字符串。
    """

    raw: str
    value: Decimal | None
    unit: str
    span: Span
    upper: Decimal | None = None
    bound: Bound = Bound.EXACT
    measure: Measure = Measure.AMOUNT
    blanked: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """检索的单位：一节之内、在句子处切开的一段。

    `context` 是编码和建词时加在前面的标题、各级标题与年度；`text` 逐字等于 `span` 处的原文。
    """

    document: str
    ordinal: int
    span: Span
    text: str
    context: str
    section: tuple[str, ...]
    year: int | None
    role: Role | None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """一个数字事实：谁、哪年、完成还是计划、什么、多少，和它所在的原句。

    `span` 是数字在报告中的位置，`scope` 是专属于这个数字的那一小段（前一个数字之后、后一个数字之前），
    `lead` 是并列分句共用的动词和主语。`quote` 逐字等于 `quote_span` 处的原文。
    """

    document: str
    issuer: str | None
    section: tuple[str, ...]
    subject: str
    quantity: Quantity
    year: int | None
    role: Role | None
    span: Span
    scope: Span
    lead: str
    quote: str
    quote_span: Span


@dataclass(frozen=True, slots=True)
class Hit:
    """检索命中：段落编号、合并后的分数，以及各路检索给的分数（没有命中为 None）。"""

    passage: int
    score: float
    dense: float | None
    words: float | None
