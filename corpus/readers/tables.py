"""表格成句：每行写成“行名：列名 值单位；列名 值单位。”，数字离开表格也读得懂。"""

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.readers.digits import count

Grid = Sequence[Sequence[str]]

_NUMBER = re.compile(r"[-+－]?[\d,，.]+\s*(?:[%％‰]|[\u4e00-\u9fff]{0,3})|[xX×*]{1,4}")
_BARE = re.compile(r"[-+－]?\d[\d,]*(?:\.\d+)?|[xX×*]{2,4}|X")
_SERIAL_HEAD = re.compile(r"序号|编号|No\.?|№", re.IGNORECASE)
_UNIT_HEAD = re.compile(r"(?:计量|计算|数量)?单位")
_UNIT_OWNER = re.compile(r"(?:责任|牵头|实施|建设|主办|配合|承办|施工|管理|所属|填报|项目)单位")
_UNIT_IN_HEAD = re.compile(r"[（(]\s*(?:单位[:：]\s*)?([^（()）\d]{1,6}?)\s*[)）]\s*$")
_UNIT_IN_CAPTION = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s，。；;、)）/]{1,6})\s*[)）]?\s*$")
_UNIT_WORD = re.compile(
    r"[万亿千百]*(?:公里|千米|米|元|吨|辆次?|台次?|人次?|个|座|条|处|次|件|户|套|项|家|名|平方米|平方公里|立方米|立方|公顷|亩|标箱|"
    r"TEU|[%％]|km|m|t|艘|班|站|对|份|期|场|年|天|月|小时|车次|架次|人公里|吨公里|延米|车公里)"
)
_HEAD_ROWS = 3


def sentences(grid: Grid, caption: str = "") -> list[str]:
    """把一张表写成句子，一行一句；只有一列的表原样逐行给出。

    Args:
        grid: 各行各列的文字，合并的单元格已经填满。
        caption: 表前的一行，从中认“单位：公里”。
    """
    rows = _trim(grid)
    if not rows:
        return []
    if len(rows[0]) == 1:
        return [cell for (cell,) in rows if cell]
    heads = _head_rows(rows)
    if heads == 0:
        return [line for row in rows if (line := _pairs(row))]
    columns = _columns(rows[:heads])
    unit = _caption_unit(caption)
    return [line for row in rows[heads:] if (line := _sentence(row, columns, unit))]


def lost_digits(grid: Grid, rows: Sequence[str]) -> int:
    """表里有、句子里没有的数字个数；序号列不算。"""
    seen = "\n".join(rows)
    serial = {
        at for row in list(grid)[:_HEAD_ROWS] for at, cell in enumerate(row) if _SERIAL_HEAD.fullmatch(cell.strip())
    }
    cells = {cell for row in grid for at, cell in enumerate(row) if at not in serial}
    return sum(count(cell) for cell in cells if _one_line(cell) not in seen)


def is_number(cell: str) -> bool:
    """一格是否是数（可带单位、百分号，或是隐去的 X）。"""
    return bool(_NUMBER.fullmatch(cell)) and not re.fullmatch(r"\d{4}年(?:度)?", cell)


def _trim(grid: Grid) -> list[list[str]]:
    rows = [[_one_line(cell) for cell in row] for row in grid]
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows if any(row)]
    kept = [at for at in range(width) if any(row[at] for row in rows)]
    return [[row[at] for at in kept] for row in rows] if kept else []


def _one_line(cell: str) -> str:
    """单元格里的换行：中文之间去掉，西文之间作空格。"""
    parts = [part.strip() for part in cell.splitlines() if part.strip()]
    joined = parts[0] if parts else ""
    for part in parts[1:]:
        glue = " " if joined[-1].isascii() and part[0].isascii() else ""
        if joined[-1] in "。；：，、" or not glue:
            joined += part
        else:
            joined += glue + part
    return joined


def _head_rows(rows: list[list[str]]) -> int:
    """表头占几行；没有表头（左列是名、右列是值）为 0。"""
    heads = 0
    for row in rows[:_HEAD_ROWS]:
        filled = [cell for cell in row if cell]
        if len(set(filled)) < 2 and heads == 0 and len(rows) > 1 and len(filled) == len(row):  # noqa: PLR2004
            heads += 1  # 横跨全表的标题
            continue
        if any(is_number(cell) for cell in row) or not all(row[1:]):
            break
        if heads and not _continues(rows[heads - 1], row):
            break
        heads += 1
    if heads == len(rows):
        heads = 1 if len(rows) > 1 and len(rows[0]) > 2 else 0  # noqa: PLR2004
    if len(rows[0]) == 2 and heads and not any(is_number(row[1]) for row in rows[heads:]):  # noqa: PLR2004
        return 0 if not _SERIAL_HEAD.fullmatch(rows[0][0]) and len(rows) < 3 else heads  # noqa: PLR2004
    return heads


def _continues(upper: list[str], lower: list[str]) -> bool:
    """下一行是否仍是表头：合并单元格使上行有重复，或上下有相同的格。"""
    repeats = any(a and a == b for a, b in pairwise(upper))
    spans = any(a and a == b for a, b in zip(upper, lower, strict=True))
    return repeats or spans


def _columns(heads: list[list[str]]) -> list[str]:
    """各列的列名：多行表头自上而下连起来，重复的只写一次，横跨全表的标题不算。"""
    useful = [row for row in heads if len(set(row)) > 1] or heads[-1:]
    names = []
    for column in zip(*useful, strict=True):
        parts = [part for at, part in enumerate(column) if part and part not in column[:at]]
        names.append("".join(parts))
    return names


def _caption_unit(caption: str) -> str:
    found = _UNIT_IN_CAPTION.search(caption.strip())
    return found[1] if found and _UNIT_WORD.fullmatch(found[1]) else ""


def _sentence(row: list[str], columns: list[str], unit: str) -> str:
    """一行成一句；单位按“单位列 → 列名括号 → 表前说明”的次序取。"""
    names: list[tuple[str, str]] = []
    values: list[tuple[str, str]] = []
    own = unit
    for cell, column in zip(row, columns, strict=True):
        if not cell or _SERIAL_HEAD.fullmatch(column):
            continue
        if _UNIT_HEAD.fullmatch(column) and _UNIT_WORD.fullmatch(cell):
            own = cell
        elif not values and (not names or not is_number(cell)) and not is_number(cell) and len(names) < 2:  # noqa: PLR2004
            names.append((column, cell))
        else:
            values.append((column, cell))
    if len(names) > 1 and not any(is_number(cell) for _, cell in values):
        values = [*names[1:], *values]
        names = names[:1]
    lead = "".join(dict.fromkeys(cell for _, cell in names))
    body = "；".join(_value(column, cell, own) for column, cell in values if cell not in {name for _, name in names})
    if not body:
        return _closed(lead)
    return _closed(f"{lead}：{body}" if lead else body)


def _value(column: str, cell: str, unit: str) -> str:
    inside = _UNIT_IN_HEAD.search(column)
    if inside and _UNIT_WORD.fullmatch(inside[1]):
        unit, column = inside[1], column[: inside.start()]
    if _BARE.fullmatch(cell) and not _UNIT_OWNER.search(column):
        cell += unit
    return f"{column} {cell}".strip()


def _pairs(row: list[str]) -> str:
    """没有表头的行：两两作“名：值”。"""
    cells = [cell for at, cell in enumerate(row) if cell and (at == 0 or cell != row[at - 1])]
    if not cells:
        return ""
    if len(cells) % 2:
        return _closed(f"{cells[0]}：{'；'.join(cells[1:])}" if len(cells) > 1 else cells[0])
    return _closed("；".join(f"{name}：{value}" for name, value in zip(cells[::2], cells[1::2], strict=True)))


def _closed(sentence: str) -> str:
    return sentence if not sentence or sentence[-1] in "。！？；" else sentence + "。"
