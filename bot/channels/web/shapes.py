"""接口说明：答复、报告、数字写成 JSON 是什么样子，供别的程序照着接（OpenAPI）。"""

from typing import Annotated, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field

Ranges = Annotated[list[tuple[int, int]], Field(description="要加亮的区间 [起, 止)，相对于 quote，按字符计")]


class Shape(BaseModel):
    """接口里的一种东西；多一项少一项都不算。"""

    model_config = ConfigDict(extra="forbid")


class Fault(Shape):
    """没有照办。"""

    error: Annotated[str, Field(description="发生了什么，怎么办")]


class Figure(Shape):
    """答复里陈述的一个数字。"""

    subject: Annotated[str, Field(description="什么的数")]
    value: Annotated[str | None, Field(description="原文单位下的普通数字；原文隐去的为 null")]
    unit: str
    year: int | None
    kind: Annotated[str | None, Field(description="actual 完成，plan 计划")]
    org: Annotated[str | None, Field(description="发文单位")]
    document: Annotated[str, Field(description="报告的名称，可用于 /api/reports/{name}")]
    section: Annotated[str, Field(description="所在的节，由上而下")]
    quote: Annotated[str, Field(description="逐字的原句")]


class Source(Shape):
    """一处出处。"""

    document: str
    title: str
    issuer: str | None
    section: str
    quote: Annotated[str, Field(description="逐字的原句")]
    page: Annotated[int | None, Field(description="第几页；没有页码的格式为 null")]
    start: Annotated[int, Field(description="在全文里的位置，按字符计")]
    end: int
    place: Annotated[str, Field(description="写成一行的出处")]
    doubt: Annotated[str, Field(description="扫描件识别来的，是一句提醒；不是的为空")]
    marks: Ranges


class Chip(Shape):
    """一个标签。"""

    kind: Annotated[
        str, Field(description="year 年度，actual 完成，plan 计划，situation 形势，issuer 单位，about 说明")
    ]
    text: str


class TableCell(Shape):
    """对比表的一格。"""

    text: str
    citation: Annotated[int | None, Field(description="citations 的下标；未提及为 null")]


class TableRow(Shape):
    """对比表的一行。"""

    name: str
    cells: list[TableCell]


class Comparison(Shape):
    """对比表。"""

    columns: list[str]
    rows: list[TableRow]


class ChartBar(Shape):
    """对比图的一条。"""

    label: str
    text: str
    share: Annotated[float, Field(description="占最长一条的几分之几")]
    plan: Annotated[bool, Field(description="说的是计划")]
    citation: int | None


class Drawing(Shape):
    """对比图。"""

    title: Annotated[str, Field(description="各条共有的话，如事项、单位")]
    unit: str
    bars: list[ChartBar]


class AskReply(Shape):
    """一问的答复；facts、citations 各自第一条是答复所依据的。"""

    number: Annotated[int, Field(description="审计编号，反馈时用")]
    question: str
    status: Annotated[str, Field(description="answered 有答案，redacted 已隐去，not_found 未检得，ambiguous 要反问")]
    answer: Annotated[str, Field(description="整段答复，可直接给人看")]
    facts: list[Figure]
    citations: list[Source]
    seconds: float
    reason: Annotated[str | None, Field(description="未检得的原因")] = None
    verdict: Annotated[str, Field(description="判语，如“未检得”；有答案时为空")]
    headline: Annotated[str, Field(description="最醒目的一行，如“30 公里”；文字题为空")]
    chips: list[Chip]
    said: Annotated[str, Field(description="大字、标签、引文之外还要说的话")]
    near: Annotated[str, Field(description="引文前的一句")]
    table: Comparison | None
    chart: Drawing | None
    suggestions: Annotated[list[str], Field(description="可以接着问的；反问时是几种说法")]


class ReportSummary(Shape):
    """列表里的一份报告。"""

    name: str
    title: str
    issuer: str | None
    dated: Annotated[str | None, Field(description="成文日期")]
    document_number: Annotated[str | None, Field(description="文号")]
    periods: Annotated[list[int], Field(description="说到哪些年度")]
    problems: Annotated[list[str], Field(description="入库问题")]


class ReportList(Shape):
    """全部报告。"""

    reports: list[ReportSummary]


class Heading(Shape):
    """大纲的一条。"""

    section: int
    level: int
    heading: str
    year: int | None
    role: str | None


class TextBlock(Shape):
    """一块文字；位置按字符计。"""

    start: int
    end: int
    text: str
    section: int
    path: str
    level: Annotated[int | None, Field(description="标题的级别；正文为 null")]
    page: int | None


class WholeReport(ReportSummary):
    """一份报告的大纲与全文。"""

    recognised: Annotated[list[int], Field(description="文字由扫描图像识别而来的页")]
    outline: list[Heading]
    blocks: list[TextBlock]


class Found(Figure):
    """查到的一个数字。"""

    said: Annotated[str, Field(description="数连着单位")]
    role: str
    start: int
    end: int
    marks: Ranges


class FactPage(Shape):
    """查到的数字的一页。"""

    total: int
    years: Annotated[list[int], Field(description="全部数字涉及的年度，新的在前")]
    facts: list[Found]


def described(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 说明；框架自带的英文句子换成中文。"""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        for path in schema["paths"].values():
            for operation in path.values():
                for response in operation["responses"].values():
                    if response["description"] == "Successful Response":
                        response["description"] = "照办了"
        app.openapi_schema = schema
    return app.openapi_schema
