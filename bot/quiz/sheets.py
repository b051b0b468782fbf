"""表格：成绩导出，自拟题的导入与导出。"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from bot.quiz.errors import SheetUnreadable
from bot.quiz.grading import choices
from bot.quiz.items import LETTERS, Item, ItemKind, Key, level
from bot.quiz.results import Results, Score

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MOST_OPTIONS = 12
_HEAD = ("题干", "答案", "解释", *(f"选项{letter}" for letter in LETTERS))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def result_book(found: Results, zone: tzinfo) -> bytes:
    """成绩表：成绩、各题、分布三张；时刻照单位所在的时区 `zone`。"""
    book = openpyxl.Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "成绩"
    _rows(
        sheet,
        ("姓名", "得分", "答对", "题数", "及格", "开始", "交卷", "到时收卷"),
        [
            (
                s.name,
                s.points,
                s.right,
                s.asked,
                _yes(s.passed),
                _time(s.started, zone),
                _time(s.finished, zone),
                _yes(s.late),
            )
            for s in found.scores
        ],
    )
    _rows(
        book.create_sheet("各题"),
        ("题型", "题干", "答案", "出处", "引文", "出题难度", "作答人数", "答对率", "区分度"),
        [
            (
                r.item.item.kind.value,
                r.item.item.stem,
                r.item.item.key_text(),
                "" if r.item.item.source is None else f"{r.item.item.source.title} › {r.item.item.source.section}",
                "" if r.item.item.source is None else r.item.item.source.quote,
                level(r.item.item).value,
                r.answered,
                r.rate,
                r.discrimination,
            )
            for r in found.items
        ],
    )
    _rows(book.create_sheet("分布"), ("分数", "人数"), found.bins)
    return _saved(book)


def _marks(s: Score) -> tuple[object, ...]:
    return s.name, s.points, s.right, s.asked, _yes(s.passed)


def item_book(items: Iterable[Item]) -> bytes:
    """题目写成可以再导入的表；有出处的把引文写进解释。"""
    book = openpyxl.Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "题目"
    _rows(sheet, _HEAD, [_item_row(item) for item in items])
    return _saved(book)


def _item_row(item: Item) -> tuple[str, ...]:
    key = item.key.text or "".join(LETTERS[i] for i in item.key.choices)
    quote = item.explanation or ("" if item.source is None else item.source.quote)
    return (item.stem, key, quote, *item.options)


def read_items(data: bytes) -> tuple[Item, ...]:
    """读入自拟题：一行一题，有选项的是选择题，没有的是填空题。

    Raises:
        SheetUnreadable: 不是表格，或某一行不对。
    """
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError, ValueError) as error:
        raise SheetUnreadable("整个文件", "不是 .xlsx 表格") from error
    rows = [tuple(_cell(value) for value in row) for row in book.worksheets[0].iter_rows(values_only=True)]
    if not rows or rows[0][:2] != _HEAD[:2]:
        raise SheetUnreadable("第 1 行", "头两列应当是“题干”“答案”")
    return tuple(_own_item(row, at) for at, row in enumerate(rows[1:], 2) if any(row))


def _own_item(row: Sequence[str], at: int) -> Item:
    stem, key, explanation, *rest = (*row, "", "", "")[: max(3, len(row))]
    if not stem or not key:
        raise SheetUnreadable(_row_name(at), "没有题干或答案")
    made = own_item(stem, key, tuple(rest), explanation)
    if made is None:
        raise SheetUnreadable(_row_name(at), f"答案“{key}”不在选项里")
    return made


def own_item(stem: str, key: str, options: Sequence[str], explanation: str = "") -> Item | None:
    """写下的一道自拟题；答案不在选项里为 None。"""
    kept = tuple(o.strip() for o in options[:_MOST_OPTIONS] if o.strip())
    if not kept:
        return Item(ItemKind.OWN_TEXT, stem, (), Key(text=key), (), explanation=explanation)
    blank = Item(ItemKind.OWN_CHOICE, stem, kept, Key(tuple(range(len(kept)))), (), explanation=explanation)
    chosen = choices(blank, key)
    return None if chosen is None else replace(blank, key=Key(tuple(sorted(chosen))))


def personal_book(tables: Mapping[str, Sequence[Mapping[str, object]]]) -> bytes:
    """一个人的资料，一类一张。"""
    book = openpyxl.Workbook()
    for at, (name, rows) in enumerate(tables.items()):
        sheet = (book.active if at == 0 else None) or book.create_sheet()
        sheet.title = name
        head = tuple(rows[0]) if rows else ("没有",)
        _rows(sheet, head, [tuple(row.values()) for row in rows])
    return _saved(book)


def _row_name(at: int) -> str:
    return f"第 {at} 行"


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip().removeprefix("'")


def _rows(sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sheet.append(list(head))
    for row in rows:
        sheet.append([_safe(value) for value in row])
    sheet.freeze_panes = "A2"


def _safe(value: object) -> object:
    """文字不得被当成公式。"""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _yes(value: bool) -> str:  # noqa: FBT001 - 就是把它写成字
    return "是" if value else "否"


def _time(value: datetime, zone: tzinfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
