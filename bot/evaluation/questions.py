"""题目：从 .jsonl 或 .xlsx 读入，每题一问和它应有的答复。"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.answer import Status
from bot.errors import BotError
from corpus.records import Role, Span
from index.quantities import quantities
from index.records import Quantity


class QuestionsUnreadable(BotError):
    """题目文件读不懂。

    Args:
        path: 哪个文件。
        where: 在哪里。
        reason: 为什么。
    """

    def __init__(self, path: Path, where: str, reason: str) -> None:
        super().__init__(f"题目文件 {path.name} {where}读不懂：{reason}。格式见 README 的“考一考它”。")


@dataclass(frozen=True, slots=True)
class Item:
    """一道题。`statuses` 是可以接受的几种结局；`groups` 里每组至少要说到一样，至少说到 `least` 组。"""

    id: str
    question: str
    history: tuple[str, ...]
    kind: str
    statuses: frozenset[Status]
    values: tuple[Quantity, ...] = ()
    any_value: bool = False
    groups: tuple[tuple[str, ...], ...] = ()
    least: int = 0
    forbidden: tuple[Quantity, ...] = ()
    never: tuple[Quantity, ...] = ()
    leads: tuple[str, ...] = ()
    bare: bool = False
    documents: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    year: int | None = None
    role: Role | None = None


def read_items(path: Path) -> tuple[Item, ...]:
    """读一个题目文件。

    Raises:
        QuestionsUnreadable: 打不开，或有一行不合格式。
    """
    rows = _sheet_rows(path) if path.suffix.lower() == ".xlsx" else _json_rows(path)
    items: list[Item] = []
    for where, row in rows:
        try:
            items.append(_item(row, str(len(items) + 1)))
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise QuestionsUnreadable(path, where, f"缺少或写错了 {error}") from error
    if not items:
        raise QuestionsUnreadable(path, "", "里面没有题目")
    return tuple(items)


def _json_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsUnreadable(path, "", "打不开，或不是 UTF-8 文字") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield f"第 {number} 行", json.loads(line)
            except ValueError as error:
                raise QuestionsUnreadable(path, f"第 {number} 行", "不是一个 JSON 对象") from error


STATUSES = {
    "": Status.ANSWERED,
    "有答案": Status.ANSWERED,
    "已隐去": Status.REDACTED,
    "未检得": Status.NOT_FOUND,
    "要反问": Status.AMBIGUOUS,
}
ROLES = {"完成": Role.RESULT.value, "计划": Role.PLAN.value}


def _sheet_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError) as error:
        raise QuestionsUnreadable(path, "", "打不开，或不是 .xlsx 表格") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    heads = [str(cell or "").strip() for cell in next(rows, ())]
    for number, cells in enumerate(rows, 2):
        row = {head: str("" if cell is None else cell).strip() for head, cell in zip(heads, cells, strict=False)}
        if row.get("问题"):
            yield f"第 {number} 行", _from_sheet(row)


def _from_sheet(row: Mapping[str, str]) -> Mapping[str, Any]:
    """表格一行化为与 .jsonl 相同的样子；答案是数（可带单位列）就比数，不是数就比文字。"""
    told, status, unit = row.get("答案", ""), row.get("应答状态", ""), row.get("单位", "")
    names = [STATUSES[s].value if s in STATUSES else s for s in status.split("/")]
    expected: dict[str, Any] = {"status": names, "kind": ROLES.get(row.get("性质", ""))}
    parts = [part.strip() for part in told.replace("；", ";").split(";") if part.strip()]
    if parts and all(_is_number(part) for part in parts):
        expected["values"] = [{"value": part, "unit": unit} for part in parts]
    elif parts:
        expected["text_all"] = [[part] for part in parts]
    if row.get("年度"):
        expected["year"] = int(float(row["年度"].removesuffix("年")))
    if row.get("出处原文"):
        expected["gold"] = [row["出处原文"]]
    history = [line for line in row.get("历史", "").splitlines() if line.strip()]
    return {"question": row["问题"], "history": history, "type": row.get("类别") or "全部", "expected": expected}


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _item(row: Mapping[str, Any], fallback: str) -> Item:
    expected = row["expected"]
    groups = [tuple(group) for group in expected.get("text_all", ())]
    groups += [tuple(expected["text_any"])] if expected.get("text_any") else []
    return Item(
        id=str(row.get("id") or fallback),
        question=row["question"],
        history=tuple(row.get("history") or ()),
        kind=row.get("type") or "全部",
        statuses=frozenset(map(Status, _listed(expected["status"]))),
        values=tuple(map(_quantity, expected.get("values", ()))),
        any_value=expected.get("match") == "any_of",
        groups=tuple(groups),
        least=int(expected.get("min_items", len(groups))),
        forbidden=tuple(map(_quantity, expected.get("forbid", ()))),
        never=tuple(map(_quantity, expected.get("forbid_number", ()))),
        leads=tuple(expected.get("forbid_lead", ())),
        bare=bool(expected.get("no_facts")),
        documents=tuple(_listed(expected.get("document"))),
        gold=tuple(_listed(expected.get("gold"))),
        year=expected.get("year"),
        role=Role(expected["kind"]) if expected.get("kind") else None,
    )


def _listed(value: Any) -> list[str]:  # noqa: ANN401 - JSON 里的一样或一列
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _quantity(written: Mapping[str, Any]) -> Quantity:
    """题目里的数：值照写，单位照读（“万元”“公里”）。"""
    value, unit = str(written["value"]), str(written.get("unit") or "")
    read = quantities(f"{value}{unit}")
    plain = Quantity(value + unit, Decimal(value), unit, Span(0, len(value + unit)))
    return read[0] if len(read) == 1 and read[0].value is not None else plain
