"""由原稿的各段写成 .xlsx：每个一级标题一张工作表，合并的格照原稿的记号。"""

import io
import re

import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from report_bytes import repacked
from report_source import Block

UP, LEFT = "^", "<"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
THIN = Side(style="thin")


def written(blocks: list[Block], title: str) -> bytes:
    """写成一份 .xlsx 的字节。"""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = title, ""
    for block in blocks:
        if block.kind == "heading":
            book.create_sheet(block.text)
        elif block.kind == "table":
            _fill(book.worksheets[-1], block.rows)
    made = io.BytesIO()
    book.save(made)
    return repacked(made.getvalue())


def _fill(sheet: Worksheet, rows: tuple[tuple[str, ...], ...]) -> None:
    """写一张表，从第一行起。"""
    for down, row in enumerate(rows, 1):
        for across, text in enumerate(row, 1):
            cell = sheet.cell(down, across)
            cell.border = Border(THIN, THIN, THIN, THIN)
            cell.alignment = Alignment("center", "center", wrap_text=True)
            if text not in {UP, LEFT, ""}:
                cell.value = _value(text)
    for down, row in enumerate(rows):
        for across, text in enumerate(row):
            if text not in {UP, LEFT}:
                _merge(sheet, rows, down, across)
    sheet["A1"].font = Font(bold=True, size=14)
    for column in "ABCDEFG"[: len(rows[0])]:
        sheet.column_dimensions[column].width = 18


def _value(text: str) -> str | float | int:
    """数写成数，别的写成文字。"""
    if not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _merge(sheet: Worksheet, rows: tuple[tuple[str, ...], ...], down: int, across: int) -> None:
    """一格右边、下边记着与它合并的格，合并起来。"""
    right = across
    while right + 1 < len(rows[down]) and rows[down][right + 1] == LEFT:
        right += 1
    bottom = down
    while bottom + 1 < len(rows) and rows[bottom + 1][across] == UP:
        bottom += 1
    if (right, bottom) != (across, down):
        sheet.merge_cells(start_row=down + 1, end_row=bottom + 1, start_column=across + 1, end_column=right + 1)
