"""电子表格（.xlsx .xlsm）：各工作表按空行分成表，每行成句。"""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from corpus.errors import BrokenFile, EmptyFile, HostileFile, OversizedFile
from corpus.readers.digits import count
from corpus.readers.safe import PARSER_FAULTS, open_archive
from corpus.readers.tables import lost_digits, sentences
from corpus.records import Line, Problem, Text

_KIND = "电子表格"
_FAULTS: tuple[type[Exception], ...] = (InvalidFileException, *PARSER_FAULTS)
_CELL_LIMIT = 2_000_000
_PLAIN_NAME = re.compile(r"(?:Sheet|工作表)\s*\d*", re.IGNORECASE)
_DECIMALS = re.compile(r"0\.(0+)")
_LITERAL = re.compile(r'"([^"]*)"|[!\\](.)|_.|\*.|\[[^\]]*\]')
"""数字格式里照写的字、占位的空白、颜色与条件。"""


def read(data: bytes, name: str) -> Text:
    """读一份电子表格。

    Raises:
        EmptyFile: 没有内容。
        BrokenFile: 损坏。
        OversizedFile: 格子过多。
    """
    _checked(data, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except _FAULTS as error:
        raise BrokenFile(name, _KIND) from error
    lines: list[Line] = []
    raw = 0
    for page, sheet in enumerate((item for item in book.worksheets if item.sheet_state == "visible"), 1):
        if sheet.max_row * sheet.max_column > _CELL_LIMIT:
            raise OversizedFile(name, f"一张表 {_CELL_LIMIT // 10_000} 万格")
        made, digits = _sheet(sheet, page, titled=len(book.worksheets) > 1)
        lines += made
        raw += digits
    if not any(line.text for line in lines):
        raise EmptyFile(name)
    return Text(tuple(lines), raw, (*_problems(data, name), *_hidden(book, name)))


def _checked(data: bytes, name: str) -> None:
    """各部件不得过大，不得有实体。"""
    archive = open_archive(data, name, _KIND)
    for member in archive.names():
        if member.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(member)[:4096]:
            raise HostileFile(name)


def _problems(data: bytes, name: str) -> tuple[Problem, ...]:
    """公式没有存下结果的（由程序生成、从未用表格软件打开过），数字读不到。"""
    archive = open_archive(data, name, _KIND)
    missing = sum(
        len(re.findall(rb"<f[ >/](?:(?!</c>).)*?</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>", archive.read(member), re.DOTALL))
        for member in archive.names()
        if member.startswith("xl/worksheets/sheet")
    )
    if not missing:
        return ()
    return (Problem(name, "", f"有 {missing} 个公式没有保存计算结果，没有读到数。请用表格软件打开、保存后再放入。"),)


def _hidden(book: Workbook, name: str) -> tuple[Problem, ...]:
    """没有读的隐藏工作表、行、列，说明白。"""
    sheets = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    parts = [f"隐藏的工作表 {len(sheets)} 张（{'、'.join(sheets)}）"] if sheets else []
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    lines = sum(len(_unseen_rows(sheet)) + len(_unseen_columns(sheet)) for sheet in visible)
    parts += [f"隐藏的行、列 {lines} 处"] if lines else []
    return (Problem(name, "", f"{'，'.join(parts)}没有读。要读的请取消隐藏后再放入。"),) if parts else ()


def _unseen_rows(sheet: Worksheet) -> set[int]:
    """隐藏的行；因筛选而看不到的仍是数据，不算。"""
    if sheet.auto_filter.ref or sheet.tables:
        return set()
    return {at for at, row in sheet.row_dimensions.items() if row.hidden and at <= sheet.max_row}


def _unseen_columns(sheet: Worksheet) -> set[int]:
    """隐藏的列；一条说明可以管相连的几列。"""
    return {
        at
        for column in sheet.column_dimensions.values()
        if column.hidden
        for at in range(column.min or 1, min(column.max or 1, sheet.max_column) + 1)
    }


def _sheet(sheet: Worksheet, page: int, *, titled: bool) -> tuple[list[Line], int]:
    grid = _grid(sheet)
    lines = [Line(sheet.title, page, level=1, whole=True)] if titled and not _PLAIN_NAME.fullmatch(sheet.title) else []
    written = count(lines[0].text) if lines else 0
    caption = ""
    for table in _tables(grid):
        made = sentences(table, caption)
        lines += [Line(text, page, whole=True) for text in made]
        written += sum(count(text) for text in made) + lost_digits(table, made)
        caption = made[-1] if made else ""
    return lines, written


def _grid(sheet: Worksheet) -> list[list[str]]:
    """看得见的各格的文字；合并的格填满。"""
    grid = [[_shown(cell) for cell in row] for row in sheet.iter_rows()]
    for merged in sheet.merged_cells.ranges:
        text = grid[merged.min_row - 1][merged.min_col - 1] if merged.min_row <= len(grid) else ""
        for row in range(merged.min_row - 1, min(merged.max_row, len(grid))):
            for column in range(merged.min_col - 1, min(merged.max_col, len(grid[row]))):
                grid[row][column] = text
    rows, columns = _unseen_rows(sheet), _unseen_columns(sheet)
    return [
        [cell for across, cell in enumerate(row, 1) if across not in columns]
        for down, row in enumerate(grid, 1)
        if down not in rows
    ]


def _shown(cell: Cell | MergedCell) -> str:
    """一格照表格软件的样子写成文字：百分数、小数位、日期。"""
    value = cell.value
    if value is None or isinstance(value, bool):
        return "" if value is None else ("是" if value else "否")
    if isinstance(value, (int, float)):
        return number_text(value, str(cell.number_format))
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日"
    return value.strftime("%H:%M") if isinstance(value, time) else str(value).strip()


def number_text(value: float, form: str) -> str:
    """按数字格式写一个数：0.125 与 0.0% → 12.5%；2000000 与 0!.0,"万元" → 200.0万元；不带格式的去掉浮点的尾巴。"""
    form = form.split(";", maxsplit=1)[0]
    inset = re.search(r"0[!\\]\.(0+)(,*)", form)
    if inset:
        scaled = value / 1000 ** len(inset[2]) / 10 ** len(inset[1])
        return f"{scaled:.{len(inset[1])}f}" + _after(form, inset.end())
    found = re.search("[0#?][0#?,.]*", form)
    suffix = _after(form, found.end()) if found else ""
    form = _LITERAL.sub("", form).strip()
    percent = "%" in form
    scaled = value * 100 if percent else value
    if thousands := re.search("[0#](,+)$", form.rstrip("% ")):
        scaled /= 1000 ** len(thousands[1])
    decimals = _DECIMALS.search(form)
    if decimals:
        text = f"{scaled:.{len(decimals[1])}f}"
    elif form in {"0", "#,##0", "0%"}:
        text = f"{scaled:.0f}" if abs(scaled - round(scaled)) < 1e-9 else f"{scaled:.12g}"  # noqa: PLR2004
    else:
        text = f"{scaled:.10g}"
    if "e" in text:
        text = f"{scaled:f}".rstrip("0").rstrip(".")
    return text + ("%" if percent else "") + suffix


def _after(form: str, at: int) -> str:
    """数字之后照写的字：单位；标点与空白不要。"""
    written = "".join(found[1] or found[2] or "" for found in _LITERAL.finditer(form, at))
    return written.strip() if re.search("[\u4e00-\u9fffA-Za-z]", written) else ""


def _tables(grid: Sequence[Sequence[str]]) -> list[list[list[str]]]:
    """按整行空白分成几张表；表题、单位占的单行并入下面的表。"""
    tables: list[list[list[str]]] = [[]]
    for row in grid:
        if any(row):
            tables[-1].append(list(row))
        elif tables[-1] and not all(len(set(filter(None, line))) == 1 for line in tables[-1]):
            tables.append([])
    return [table for table in tables if table]
