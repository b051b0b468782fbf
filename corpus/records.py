"""报告的记录：从文件到大纲，各环节之间传递的不可变数据。"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """一节、一句或一个数字说的是什么：已完成的结果、将来的计划，还是形势与问题。"""

    RESULT = "actual"
    PLAN = "plan"
    SITUATION = "situation"


@dataclass(frozen=True, slots=True)
class Span:
    """半开区间 [start, end)，单位是字符，相对于 `Report.text`。"""

    start: int
    end: int

    def of(self, text: str) -> str:
        """取出这一段原文。"""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Problem:
    """一份文件里的一处入库问题，是值而不是异常。

    `place` 说明在哪里（第几页、第几行；整份文件则为空），`sentence` 是给管理员看的一句话。
    """

    file: str
    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """读入器给出的一行（一个自然段、一个表格行，或纯文本的一行）。

    `page` 从 1 起；`level` 是文件自己标明的标题级别（Word 的“标题 1”、Markdown 的 #），没有则为 None；
    `whole` 表示这一行本身完整（docx 的段、表格的行），不得与下一行相接。
    """

    text: str
    page: int | None = None
    level: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """一份文件读出的全部文字，尚未理大纲。

    `raw_digits` 是文件原始层里的数字字符个数，供“丢数警报”与读出的个数对照。
    `members` 是压缩包里、邮件附件里的各份文件，各自成为报告；这时 `lines` 可以为空。
    `recognised` 是文字由图像识别而来的页，`waiting` 是等待识别、还没有读的页，都从 1 起。
    """

    lines: tuple[Line, ...]
    raw_digits: int
    problems: tuple[Problem, ...] = ()
    members: "tuple[Member, ...]" = ()
    recognised: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """压缩包里或邮件所附的一份文件；`name` 是它在包里的名字。"""

    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Section:
    """大纲中的一节。

    第 0 节总是整份报告（level 0，无序号）。`span` 含标题与下级各节；`heading_span` 只含序号与标题。
    `year`、`role` 是本节所说的年度与性质，由标题判定或继承自上级；判定不了为 None。
    """

    number: str
    heading: str
    level: int
    parent: int | None
    span: Span
    heading_span: Span
    year: int | None
    role: Role | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """正文的一个自然段（接好断行之后）；`section` 是它所在最深一节的下标。"""

    span: Span
    section: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """一份读好的报告。

    `name` 是相对于报告文件夹的路径（一个文件含两份报告时，后者带 `#2`）；`text` 是清理、接行后的全文，
    所有 `Span` 都指向它。`speaks_from` 是报告说话时所处的年度（“今年”所指）。`periods` 是报告涉及的年度，升序。
    `recognised` 是文字由图像识别而来的页（见 `Text`）。
    `*_inferred` 为真表示该项不是原文写明，而是推断的。`localities` 是可用来称呼这家单位的简称，如 ("沂源", "沂源县")。
    """

    name: str
    text: str
    title: str
    title_inferred: bool
    issuer: str | None
    issuer_inferred: bool
    localities: tuple[str, ...]
    dated: date | None
    document_number: str | None
    speaks_from: int | None
    periods: tuple[int, ...]
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    problems: tuple[Problem, ...] = ()
    recognised: tuple[int, ...] = ()


def section_path(report: Report, index: int) -> tuple[str, ...]:
    """第 `index` 节自上而下的标题，不含整份报告本身，如 ("二、2023年工作谋划", "（二）聚力…")。"""
    path: list[str] = []
    at: int | None = index
    while at is not None and at != 0:
        section = report.sections[at]
        path.append(section.heading_span.of(report.text))
        at = section.parent
    return tuple(reversed(path))


def page_at(report: Report, at: int) -> int | None:
    """第 `at` 个字符所在自然段的页码；不分页的为 None。"""
    return next((p.page for p in report.paragraphs if p.span.start <= at < p.span.end), None)
