"""对比图：把一张对比表里同一单位的数画成横条，只算长短，画由通道来画。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Table

LEAST, MOST = 2, 16
"""最少、最多几条；再多就看不清了。"""

_AMOUNT = re.compile(r"\s*(?:约|近|超过?)?\s*(\d[\d,]*(?:\.\d+)?)\s*([^\d\s，。；（(〔]{1,8})")


@dataclass(frozen=True, slots=True)
class Bar:
    """一条：标签、写出来的数、占最长一条的几分之几；`plan` 是说计划的，`citation` 是出处的下标。"""

    label: str
    text: str
    share: float
    plan: bool
    citation: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """一张图；全部横条同一个单位，各条都有的话写在题上，不在每条里重复。"""

    title: str
    unit: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class _Amount:
    """一格里的数。"""

    label: str
    text: str
    value: float
    unit: str
    citation: int | None


def chart(table: Table) -> Chart | None:
    """一张表的图；不足两个数、单位不一、太多或全是零的不画。"""
    amounts = _amounts(table)
    units = {amount.unit for amount in amounts}
    largest = max((amount.value for amount in amounts), default=0.0)
    if not LEAST <= len(amounts) <= MOST or len(units) != 1 or largest <= 0:
        return None
    shared, labels = _apart([amount.label for amount in amounts])
    bars = (
        Bar(label, amount.text, amount.value / largest, "计划" in amount.label, amount.citation)
        for label, amount in zip(labels, amounts, strict=True)
    )
    title = " ".join(dict.fromkeys((*shared, *_only(table))))
    return Chart(title, units.pop(), tuple(bars))


def _apart(labels: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """各条都有的词，和各条去掉它们以后的标签；去掉就没有了的，一个词也不去。"""
    words = [label.split() for label in labels]
    shared = tuple(word for word in words[0] if all(word in others for others in words))
    left = tuple(" ".join(word for word in one if word not in shared) for one in words)
    return (shared, left) if all(left) else ((), tuple(labels))


def _only(table: Table) -> tuple[str, ...]:
    """只有一列的，列名说的是全部。"""
    return tuple(name for name in table.columns if name) if len(table.columns) == 1 else ()


def _amounts(table: Table) -> tuple[_Amount, ...]:
    """逐格读数；读不成数的（未提及、原文已隐去）略去。"""
    found = []
    for name, cells in table.rows:
        for column, cell in zip(table.columns, cells, strict=False):
            match = _AMOUNT.match(cell.text)
            if match and cell.citation is not None:
                label = _label(name, column, rows=len(table.rows), columns=len(table.columns))
                found.append(_Amount(label, cell.text, float(match[1].replace(",", "")), match[2], cell.citation))
    return tuple(found)


def _label(row: str, column: str, *, rows: int, columns: int) -> str:
    """只有一行的用列名，只有一列的用行名，否则两个都写。"""
    if columns == 1 and row:
        return row
    if rows == 1 and column:
        return column
    return " ".join(part for part in (row, column) if part)
