"""数字的接口：查找，写成表格。"""

import io
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from pydantic import BaseModel, Field

from bot.channels.web.front import Front
from bot.channels.web.shapes import FactPage
from bot.channels.web.visitors import Door
from bot.channels.web.wire import fact_json
from bot.wording import ROLE_WORDS, spoken
from corpus.records import Role
from index.records import Fact

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = {
    "事项": 26,
    "数量": 16,
    "数值": 12,
    "单位": 10,
    "年度": 8,
    "性质": 8,
    "发文单位": 26,
    "报告": 40,
    "所在的节": 40,
    "原句": 80,
}
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


class Wanted(BaseModel):
    """要找哪些数字。"""

    q: Annotated[str, Field(max_length=200, description="以空格隔开，事项、原句、单位、报告里都要有")] = ""
    year: Annotated[int | None, Field(description="年度")] = None
    kind: Annotated[Role | None, Field(description="actual 完成，plan 计划，situation 形势")] = None


Chosen = Annotated[Wanted, Query()]
Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=500)]


def facts_api(front: Front, door: Door) -> APIRouter:
    """数字的接口。"""
    router = APIRouter(tags=["数字"])

    def found(wanted: Wanted) -> tuple[Fact, ...]:
        return tuple(fact for fact in front.office.facts() if matches(fact, wanted))

    @router.get("/api/facts", summary="查找数字", response_model=FactPage)
    def facts(request: Request, wanted: Chosen, offset: Offset = 0, limit: Limit = 50) -> JSONResponse:
        door.known(request)
        chosen = found(wanted)
        years = sorted({fact.year for fact in front.office.facts() if fact.year is not None}, reverse=True)
        rows = [fact_json(fact) for fact in chosen[offset : offset + limit]]
        return JSONResponse({"total": len(chosen), "years": years, "facts": rows})

    @router.get("/api/facts.xlsx", summary="查到的数字写成 Excel 表格", response_class=Response)
    def sheet(request: Request, wanted: Chosen) -> Response:
        door.known(request)
        headers = {"Content-Disposition": 'attachment; filename="facts.xlsx"'}
        return Response(workbook(found(wanted)), media_type=XLSX, headers=headers)

    return router


def matches(fact: Fact, wanted: Wanted) -> bool:
    """这个数字是不是要找的。"""
    year, kind = wanted.year, wanted.kind
    if (year is not None and fact.year != year) or (kind is not None and fact.role is not kind):
        return False
    text = " ".join((fact.subject, fact.quote, fact.issuer or "", fact.document, *fact.section))
    return all(word in text for word in wanted.q.split())


def workbook(facts: Iterable[Fact]) -> bytes:
    """Excel 文件的内容；第一行是表头，能算的数写成数。"""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("数字")
    for number, width in enumerate(COLUMNS.values()):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.freeze_panes = "A2"
    head = [WriteOnlyCell(sheet, name) for name in COLUMNS]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for fact in facts:
        cells = [WriteOnlyCell(sheet, _plain(value)) for value in _row(fact)]
        for cell in cells:
            if cell.data_type == "f":  # 等号开头的是文字，不是公式
                cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(fact: Fact) -> tuple[str | float | None, ...]:
    value = fact.quantity.value
    return (
        fact.subject,
        spoken(fact.quantity),
        None if value is None else float(value),
        fact.quantity.unit,
        fact.year,
        ROLE_WORDS[fact.role],
        fact.issuer,
        fact.document,
        " › ".join(fact.section),
        fact.quote,
    )


def _plain(value: str | float | None) -> str | float | None:
    """去掉 Excel 存不了的控制字符。"""
    return value.translate(_UNPRINTABLE) if isinstance(value, str) else value
