"""审计写成 JSON 行、CSV 与 Excel 工作簿。"""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from bot.audit import Entry
from bot.ledger.replies import as_json

COLUMNS = (
    "编号", "时间", "类别", "人员编号", "姓名", "通道", "会话", "问题或说明", "动作",
    "结局", "答复", "出处", "索引代次", "用时（秒）", "未答原因",
)  # fmt: skip


def json_lines(entries: Iterable[Entry], zone: tzinfo | None = None) -> Iterator[str]:
    """一条一行 JSON，整个答复都在内；时间用 `zone`，不给则用本机时区。"""
    for entry in entries:
        written = {
            "id": entry.id,
            "at": entry.at.astimezone(zone).isoformat(timespec="seconds"),
            "kind": entry.kind.value,
            "person": entry.person,
            "name": entry.name,
            "channel": entry.place.channel,
            "chat": entry.place.chat,
            "text": entry.text,
            "earlier": list(entry.earlier),
            "action": entry.action,
            "reply": None if entry.reply is None else as_json(entry.reply),
            "generation": entry.generation,
            "seconds": entry.seconds,
            "problem": entry.problem,
        }
        yield json.dumps(written, ensure_ascii=False) + "\n"


def csv_lines(entries: Iterable[Entry], zone: tzinfo | None = None) -> Iterator[str]:
    """表头与一条一行；写成文件用 utf-8-sig，Excel 才认得中文。"""
    written = csv.writer(_Echo())
    yield str(written.writerow(COLUMNS))
    for entry in entries:
        yield str(written.writerow([_harmless(cell) for cell in _cells(entry, zone)]))


def workbook(entries: Iterable[Entry], path: Path, zone: tzinfo | None = None) -> None:
    """写成 Excel 工作簿：一条一行，冻结表头；文字总是文字，不当公式。"""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("审计")
    sheet.freeze_panes = "A2"
    sheet.append(COLUMNS)
    for entry in entries:
        sheet.append([_plain(WriteOnlyCell(sheet), cell) for cell in _cells(entry, zone)])
    book.save(path)


def _plain(cell: Cell, value: str | float | None) -> Cell:
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


class _Echo:
    """csv 往里写什么，`writerow` 就交回什么。"""

    def write(self, text: str, /) -> str:
        return text


def _cells(entry: Entry, zone: tzinfo | None) -> tuple[str | float | None, ...]:
    reply = entry.reply
    return (
        entry.id,
        entry.at.astimezone(zone).isoformat(" ", timespec="seconds"),
        entry.kind.value,
        entry.person,
        entry.name,
        entry.place.channel,
        entry.place.chat,
        entry.text,
        entry.action,
        None if reply is None else reply.status.value,
        None if reply is None else reply.text,
        None if reply is None else "\n".join(f"{c.document} {c.section}：{c.quote}" for c in reply.citations),
        entry.generation,
        entry.seconds,
        entry.problem,
    )


def _harmless(cell: object) -> object:
    """表格软件会把 = + - @ 开头的文字当公式，前面加一撇。"""
    return "'" + cell if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
