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
    r"TEU|[%％]|km|m|t|艘|班|站|对|份|期|场|年|天|月|小时|工作日|车次|架次|人公里|吨公里|延米|车公里)"
)
_NO_UNIT = re.compile(r"率|比重|占比|增[长幅速]|排名|名次|年份|年度$|编号|桩号|电话|代码|备注|日期|时间|时限|序号")
_PERIOD = re.compile(r"\d{4}\s*年|\d{1,2}\s*月|\d{1,2}\s*季度|\d{1,2}\s*日$")
_HEAD_LIKE = re.compile(
    r"\d{4}年|数|量|完成|计划|目标|金额|里程|投资|[值率比]|单位|备注|情况|内容|时间|时限|合计|说明|结果|标准|责任|措施|任务|名称|规模|进度"
)
_GROUP = re.compile(r"类别|分类|类型|大类|所属.*|区域|地区|县区|科室|部门|领域|专业")
_ITEM = re.compile(r".*(?:项目|指标|名称|内容|任务|事项|路线|线路|路段|工程|类别|种类).*")
_NAME = re.compile(
    r"(?:名称|性质|里程|总?投资|时间|日期|期限|年限|单位|地点|位置|规模|等级|类型|类别|负责人|联系人|电话|编号|金额|面积|长度|宽度|来源|依据|方式|范围|人数|性别|年龄|职务|职称|姓名|地址|情况|备注)$"
)
_LONGEST_NAME = 10
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
    title = _title_rows(rows)
    heads = _head_rows(rows[title:])
    above = [next(filter(None, row)) for row in rows[:title]]
    if heads == 0:
        return above + [line for row in rows[title:] if (line := _pairs(row))]
    columns = _columns(rows[title : title + heads])
    data = rows[title + heads :]
    unit = _caption_unit(above[-1] if above else "") or _caption_unit(caption)
    named = _name_columns(data, columns)
    return above + [line for row in data if (line := _sentence(row, columns, named, unit))]


def heading(grid: Grid) -> slice:
    """表头是哪几行：表顶横跨全表的标题之后；没有表头则为空。"""
    rows = _trim(grid)
    title = _title_rows(rows) if rows and len(rows[0]) > 1 else 0
    return slice(title, title + _head_rows(rows[title:]))


def lost_digits(grid: Grid, rows: Sequence[str]) -> int:
    """表里有、句子里没有的数字个数；序号列不算。"""
    seen = "\n".join(rows)
    known = {*_BARE.findall(seen), *re.split(r"[：；。\s]+", seen)}  # 多数格在此，不必逐格找遍全文
    serial = {
        at for row in list(grid)[:_HEAD_ROWS] for at, cell in enumerate(row) if _SERIAL_HEAD.fullmatch(cell.strip())
    }
    cells = {cell for row in grid for at, cell in enumerate(row) if at not in serial}
    return sum(
        digits
        for cell in cells
        if (digits := count(cell)) and cell not in known and _without_unit(_one_line(cell)).rstrip("。；") not in seen
    )


def _without_unit(head: str) -> str:
    """列名去掉括号里的单位；成句时单位写到数后面去了。"""
    inside = _UNIT_IN_HEAD.search(head)
    return head[: inside.start()] if inside and _UNIT_WORD.fullmatch(inside[1]) else head


def is_number(cell: str) -> bool:
    """一格是否是数（可带单位、百分号，或是隐去的 X）；“2022年”“3月完成”不是。"""
    return bool(_NUMBER.fullmatch(cell)) and not _PERIOD.match(cell)


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
        joined += (" " if joined[-1].isascii() and part[0].isascii() else "") + part
    return joined


def _title_rows(rows: list[list[str]]) -> int:
    """表顶横跨全表的标题占几行。"""
    title = 0
    while title < len(rows) - 1 and _spans_all(rows[title]):
        title += 1
    return title


def _spans_all(row: list[str]) -> bool:
    return len(set(filter(None, row))) == 1 and (all(row) or len(row) > 2)  # noqa: PLR2004


def _head_rows(rows: list[list[str]]) -> int:
    """表头占几行；没有表头（左列是名、右列是值）为 0。"""
    if _is_form(rows) or len(rows) < 2 or any(is_number(cell) for cell in rows[0]) or sum(map(bool, rows[0])) < 2:  # noqa: PLR2004
        return 0
    if len(rows[0]) == 2 and not _HEAD_LIKE.search(rows[0][1]):  # noqa: PLR2004
        return 0
    heads = 1
    while heads < min(_HEAD_ROWS, len(rows) - 1):
        row = rows[heads]
        if any(is_number(cell) for cell in row) or not _continues(rows[heads - 1], row):
            break
        heads += 1
    return heads


def _is_form(rows: list[list[str]]) -> bool:
    """一行里两两是“名、值”的登记表：首行以下，单数列都是短的名目。"""
    if len(rows) < 2 or len(rows[0]) < 4 or len(rows[0]) % 2:  # noqa: PLR2004
        return False
    names = [cell for row in rows[1:] for cell in row[::2] if cell]
    return all(row[0] and row[2] for row in rows[1:]) and all(
        len(cell) <= _LONGEST_NAME and _NAME.search(cell) and not any(char.isdigit() for char in cell) for cell in names
    )


def _continues(upper: list[str], lower: list[str]) -> bool:
    """下一行是否仍是表头：上行有横向合并，且有一列上下相同（纵向合并）或为空。"""
    repeats = any(a and a == b for a, b in pairwise(upper))
    spans = any(a and b in {a, ""} for a, b in zip(upper, lower, strict=True))
    return repeats and spans


def _columns(heads: list[list[str]]) -> list[str]:
    """各列的列名：多行表头自上而下连起来，重复的只写一次。"""
    names = []
    for column in zip(*heads, strict=True):
        parts = [part for at, part in enumerate(column) if part and part not in column[:at]]
        names.append("".join(parts))
    return names


def _name_columns(data: list[list[str]], columns: list[str]) -> tuple[int, ...]:
    """哪几列合成行名：第一个文字列；它是重复的大类时，加上后面的项目列。"""
    texts = [at for at in range(len(columns)) if _is_text_column(data, at, columns[at])]
    if not texts:
        return ()
    first = texts[0]
    values = [row[first] for row in data if row[first]]
    grouped = len(set(values)) < len(values) or _GROUP.fullmatch(columns[first])
    more = [at for at in texts[1:2] if grouped and not _UNIT_OWNER.search(columns[at]) and _ITEM.fullmatch(columns[at])]
    return (first, *more)


def _is_text_column(data: list[list[str]], at: int, column: str) -> bool:
    if _SERIAL_HEAD.fullmatch(column) or _UNIT_HEAD.fullmatch(column):
        return False
    cells = [row[at] for row in data if row[at]]
    return bool(cells) and sum(is_number(cell) for cell in cells) * 2 < len(cells)


def _caption_unit(caption: str) -> str:
    found = _UNIT_IN_CAPTION.search(caption.strip())
    return found[1] if found and _UNIT_WORD.fullmatch(found[1]) else ""


def _sentence(row: list[str], columns: list[str], named: tuple[int, ...], unit: str) -> str:
    """一行成一句；单位按“列名括号 → 单位列 → 行名括号 → 表前说明”的次序取。"""
    if _spans_all(row):
        return next(filter(None, row))
    lead = _named(list(dict.fromkeys(row[at] for at in named)))
    inside = _UNIT_IN_HEAD.search(lead)
    if inside and _UNIT_WORD.fullmatch(inside[1]):
        unit = inside[1]
    elif _NO_UNIT.search(lead):
        unit = ""
    for cell, column in zip(row, columns, strict=True):
        if _UNIT_HEAD.fullmatch(column) and _UNIT_WORD.fullmatch(cell):
            unit = cell
    body = "；".join(
        _value(column, cell, unit)
        for at, (cell, column) in enumerate(zip(row, columns, strict=True))
        if cell and at not in named and not _SERIAL_HEAD.fullmatch(column) and not _is_unit(column, cell)
    )
    return _closed(f"{lead}：{body}" if lead and body else lead or body)


def _named(parts: list[str]) -> str:
    """行名：大类加项目；项目自己以大类开头的不重复（养护、养护投入）。"""
    return "".join(
        part for at, part in enumerate(parts) if not any(later.startswith(part) for later in parts[at + 1 :])
    )


def _is_unit(column: str, cell: str) -> bool:
    return bool(_UNIT_HEAD.fullmatch(column) and _UNIT_WORD.fullmatch(cell))


def _value(column: str, cell: str, unit: str) -> str:
    inside = _UNIT_IN_HEAD.search(column)
    own = inside[1] if inside and _UNIT_WORD.fullmatch(inside[1]) else ""
    column = _without_unit(column)
    if _BARE.fullmatch(cell) and not _UNIT_OWNER.search(column):
        cell += own or ("" if _NO_UNIT.search(column) else unit)
    return f"{column} {cell.rstrip('。；')}".strip()


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
