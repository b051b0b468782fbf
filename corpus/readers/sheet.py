"""电子表格（.xlsx .xlsm）：各工作表按空行分成表，每行成句。"""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
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
    for page, sheet in enumerate((item for item in book.worksheets if item.sheet_state != "veryHidden"), 1):
        if sheet.max_row * sheet.max_column > _CELL_LIMIT:
            raise OversizedFile(name, f"一张表 {_CELL_LIMIT // 10_000} 万格")
        made, digits = _sheet(sheet, page, titled=len(book.worksheets) > 1)
        lines += made
        raw += digits
    if not any(line.text for line in lines):
        raise EmptyFile(name)
    return Text(tuple(lines), raw, _problems(data, name))


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
    """各格的文字；合并的格填满。"""
    grid = [[_shown(cell) for cell in row] for row in sheet.iter_rows()]
    for merged in sheet.merged_cells.ranges:
        text = grid[merged.min_row - 1][merged.min_col - 1] if merged.min_row <= len(grid) else ""
        for row in range(merged.min_row - 1, min(merged.max_row, len(grid))):
            for column in range(merged.min_col - 1, min(merged.max_col, len(grid[row]))):
                grid[row][column] = text
    return grid


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
    """按数字格式写一个数：0.125 与 0.0% → 12.5%；不带格式的去掉浮点的尾巴。"""
    form = form.split(";", maxsplit=1)[0]
    percent = "%" in form
    scaled = value * 100 if percent else value
    decimals = _DECIMALS.search(form)
    if decimals:
        text = f"{scaled:.{len(decimals[1])}f}"
    elif form in {"0", "#,##0", "0%"}:
        text = f"{scaled:.0f}" if abs(scaled - round(scaled)) < 1e-9 else f"{scaled:.12g}"  # noqa: PLR2004
    else:
        text = f"{scaled:.10g}"
    if "e" in text:
        text = f"{scaled:f}".rstrip("0").rstrip(".")
    return text + ("%" if percent else "")


def _tables(grid: Sequence[Sequence[str]]) -> list[list[list[str]]]:
    """按整行空白分成几张表；表题、单位占的单行并入下面的表。"""
    tables: list[list[list[str]]] = [[]]
    for row in grid:
        if any(row):
            tables[-1].append(list(row))
        elif tables[-1] and not all(len(set(filter(None, line))) == 1 for line in tables[-1]):
            tables.append([])
    return [table for table in tables if table]
