"""大纲：把一份文件的文字理成报告。"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from corpus.clean import clean_lines
from corpus.front import front_of, inferred_title, is_date_line, is_title, split_front
from corpus.issuer import is_issuer, issuer_of
from corpus.joining import is_salutation, join
from corpus.markers import marker
from corpus.periods import Frame, Part, explicit_years, frame_of, part_of
from corpus.records import Line, Paragraph, Problem, Report, Role, Section, Span, Text
from corpus.roles import text_role
from corpus.series import Heading, headings_of

_SIGNATURE = 4
_MIN_DOCUMENT = 200
_FRONT = 60
_SEPARATOR = "\n"


def parse(text: Text, name: str) -> tuple[Report, ...]:
    """把读出的文字理成报告；一个文件含两份的，后者名字带 `#2`；压缩包里的带 `#成员名`。

    Args:
        text: 读入器给出的全部文字。
        name: 相对于报告文件夹的路径。

    Returns:
        至少一份；没有文字的文件得到一份空报告，问题里说明；等着识别的扫描件、一份成员也读不出的压缩包没有报告。
    """
    members = [report for member in text.members for report in parse(member.text, f"{name}#{member.name}")]
    if not text.lines and (members or text.waiting or text.problems):
        return tuple(members)
    blocks = _with_annex_titles(join(clean_lines(text.lines)))
    parts = split_documents(blocks)
    reports: list[Report] = []
    for at, part in enumerate(parts):
        own = name if at == 0 else f"{name}#{at + 1}"
        found = _report(part, own, name, text.problems if at == 0 else ())
        reports.append(replace(found, recognised=text.recognised))
    return (*reports, *members)


def problems_in(text: Text) -> Iterator[Problem]:
    """读入器说的问题，压缩包里的也算。"""
    yield from text.problems
    for member in text.members:
        yield from problems_in(member.text)


def _with_annex_titles(blocks: Sequence[Line]) -> tuple[Line, ...]:
    """独占一行的“附件1”与下一行的题名并为一段。"""
    merged: list[Line] = []
    for line in blocks:
        found = marker(merged[-1].text) if merged else None
        alone = found is not None and found.style == "附件" and found.end >= len(merged[-1].text)
        if alone and len(line.text) <= 40 and marker(line.text) is None and not re.search(r"[。；，：]", line.text):  # noqa: PLR2004
            merged[-1] = replace(merged[-1], text=f"{merged[-1].text} {line.text}", whole=True)
        else:
            merged.append(line)
    return tuple(merged)


@dataclass(slots=True)
class _Document:
    """正读着的一份：从第几段起、题名、首列序号的写法、有没有到附件。"""

    start: int
    title: str
    style: str = ""
    annexed: bool = False

    def pass_by(self, text: str) -> None:
        """又读过一段。"""
        found = marker(text)
        if found is not None:
            self.style = self.style or found.style
            self.annexed = self.annexed or found.style == "附件"


def split_documents(blocks: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """一个文件里首尾相接的两份文件分开：又有一个题名，且前面有落款、后面另起序号或另有单位日期。"""
    cuts = [0]
    written = [0, *accumulate(len(line.text) for line in blocks)]
    current = _begun(blocks, 0)
    for at, line in enumerate(blocks[:-1]):
        enough = at > 2 and written[at] - written[current.start] >= _MIN_DOCUMENT  # noqa: PLR2004
        if enough and _opens_document(blocks, current, at):
            cuts.append(at - 1 if is_issuer(blocks[at - 1].text) and is_date_line(blocks[at - 2].text) else at)
            current = _begun(blocks, cuts[-1])
            for passed in blocks[cuts[-1] : at]:
                current.pass_by(passed.text)
        current.pass_by(line.text)
    return tuple(tuple(blocks[a:b]) for a, b in zip(cuts, [*cuts[1:], len(blocks)], strict=True))


def _begun(blocks: Sequence[Line], start: int) -> _Document:
    front = [line.text for line in blocks[start : start + _FRONT]]
    return _Document(start, front_of(front[: split_front(front)], ()).title)


def _opens_document(blocks: Sequence[Line], current: _Document, at: int) -> bool:
    text = blocks[at].text
    if current.annexed or not is_title(text) or (blocks[at].level or 0) > 1:
        return False
    before = blocks[max(current.start + 2, at - 3) : at]
    signed = any(is_issuer(line.text) or is_date_line(line.text) for line in before)
    headed = any(
        is_issuer(line.text) or is_date_line(line.text) or is_salutation(line.text) for line in blocks[at + 1 : at + 4]
    )
    title = current.title
    covered = len(explicit_years(title)) > 1 or bool(
        re.search(r"(?:总结|回顾|情况).{0,12}(?:计划|安排|打算|要点)", title)
    )
    score = 2 * signed + headed + _restarts(blocks, current, at) + bool(title)
    return score >= 3 and (signed or not covered)  # noqa: PLR2004


def _restarts(blocks: Sequence[Line], current: _Document, at: int) -> bool:
    """题名之后，首列序号从头开始。"""
    following = next((found for line in blocks[at + 1 : at + 8] if (found := marker(line.text))), None)
    return following is not None and following.style == current.style and following.ordinal == 1


def _report(blocks: Sequence[Line], name: str, file: str, problems: tuple[Problem, ...]) -> Report:
    texts = [line.text for line in blocks]
    at = _front_end(blocks, split_front(texts)) if blocks else 0
    front, back = texts[:at], _signature(texts[at:])
    body = _SEPARATOR.join(texts)
    found = front_of(front, back)
    headings = headings_of(blocks, at)
    starts = _starts(texts)
    tops = [texts[item.block][: item.end] for item in headings if item.level == 1 and not item.attached]
    frame = frame_of(found.title or _name_title(file), tops, body, found.dated)
    title = found.title or inferred_title(file, body, frame.speaks_from)
    sections = _sections(headings, texts, starts, body, frame)
    issuer = issuer_of(found.title, front, back, body, file)
    return Report(
        name=name,
        text=body,
        title=title,
        title_inferred=not found.title,
        issuer=issuer.name,
        issuer_inferred=issuer.inferred,
        localities=issuer.localities,
        dated=found.dated,
        document_number=found.document_number,
        speaks_from=frame.speaks_from,
        periods=_periods(frame, sections),
        sections=sections,
        paragraphs=_paragraphs(blocks, headings, starts),
        problems=problems,
    )


def _name_title(file: str) -> str:
    """文件名里写着年度和“总结、计划”的，可当题名来定年度。"""
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", re.split(r"[/\\]", file)[-1])
    return stem if is_title(stem) and explicit_years(stem, short=True) else ""


def _front_end(blocks: Sequence[Line], at: int) -> int:
    """文件标明的各级标题若不是题名，正文就从它开始。"""
    for index, line in enumerate(blocks[:at]):
        level = line.level or 0
        peers = sum(other.level == level for other in blocks)
        if level > 0 and index and (peers > 1 or not is_title(line.text)):
            return index
    titled = [index for index, line in enumerate(blocks[:at]) if is_title(line.text)]
    if len(titled) > 1 and titled[-1] == at - 1 and any(_heads_part(blocks, later) for later in range(at, len(blocks))):
        return at - 1
    return at


def _heads_part(blocks: Sequence[Line], at: int) -> bool:
    """一行题名下面的序号从头开始：“2023年工作计划 / 一、……”。"""
    following = marker(blocks[at + 1].text) if at + 1 < len(blocks) else None
    return is_title(blocks[at].text) and following is not None and following.ordinal == 1


def _signature(texts: Sequence[str]) -> list[str]:
    """正文之末（附件之前）和全文之末的落款：单位行与日期行。"""
    annexes = [at for at, text in enumerate(texts) if (found := marker(text)) and found.style == "附件"]
    near = [at for end in (len(texts), *reversed(annexes)) for at in range(max(0, end - _SIGNATURE), end)]
    return [texts[at] for at in dict.fromkeys(near) if is_issuer(texts[at]) or is_date_line(texts[at])]


def _starts(texts: Sequence[str]) -> list[int]:
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(_SEPARATOR)
    return starts


def _sections(
    headings: Sequence[Heading], texts: Sequence[str], starts: Sequence[int], body: str, frame: Frame
) -> tuple[Section, ...]:
    whole = Span(0, len(body))
    root = Part(None, None)
    default = frame.role or (None if headings and len(frame.years) > 1 else text_role(body))
    sections: list[Section] = []
    parts: list[Part] = []
    ends = _section_ends(headings, starts, len(body))
    for at, heading in enumerate(headings):
        text, start = texts[heading.block], starts[heading.block]
        end = ends[at]
        shown = text[: heading.end][len(heading.number) :].strip()
        parent = root if heading.parent is None else parts[heading.parent]
        opening = body[start + heading.end : min(end, start + heading.end + 200)].lstrip("。：；:; \n")
        top = heading.parent is None or (headings[heading.parent].attached and headings[heading.parent].level == 1)
        part = part_of(shown, opening, parent, frame, top=top)
        if part.role is None and top:
            part = replace(part, role=text_role(body[start:end]) or default)
        parts.append(part)
        above = 0 if heading.parent is None else heading.parent + 1
        span, named = Span(start, end), Span(start, start + heading.end)
        sections.append(Section(heading.number, shown, heading.level, above, span, named, part.year, part.role))
    return (Section("", "", 0, None, whole, Span(0, 0), _root_year(frame), _root_role(sections, default)), *sections)


def _root_role(sections: Sequence[Section], default: Role | None) -> Role | None:
    """导语的性质：各一级标题都一样才从它，有总结又有计划的逐句判断。"""
    roles = {section.role for section in sections if section.level == 1}
    return default if roles <= {default} else None


def _root_year(frame: Frame) -> int | None:
    """没有标题的正文（导语）说的年度：题名只有一年就是它，否则是说话的年度。"""
    return frame.years[0] if len(frame.years) == 1 else frame.speaks_from


def _section_ends(headings: Sequence[Heading], starts: Sequence[int], end: int) -> list[int]:
    """各节到哪里为止：到下一个同级或更高的标题之前，没有就到文末。"""
    ends = [end] * len(headings)
    unfinished: list[int] = []
    for at, heading in enumerate(headings):
        while unfinished and headings[unfinished[-1]].level >= heading.level:
            ends[unfinished.pop()] = starts[heading.block] - len(_SEPARATOR)
        unfinished.append(at)
    return ends


def _paragraphs(blocks: Sequence[Line], headings: Sequence[Heading], starts: Sequence[int]) -> tuple[Paragraph, ...]:
    paragraphs, section, pending = [], 0, list(headings)
    for at, line in enumerate(blocks):
        if pending and pending[0].block == at:
            section += 1
            pending.pop(0)
        paragraphs.append(Paragraph(Span(starts[at], starts[at] + len(line.text)), section, line.page))
    return tuple(paragraphs)


def _periods(frame: Frame, sections: Sequence[Section]) -> tuple[int, ...]:
    """报告涉及的年度：题名里的，和一级标题的。"""
    years = {*frame.years, *(item.year for item in sections if item.level == 1 and item.year is not None)}
    if not years and frame.speaks_from is not None:
        years = {frame.speaks_from}
    return tuple(sorted(years))


def outline_text(report: Report) -> str:
    """大纲的可读写法，一节一行，供 `extract` 与查看。"""
    kinds = {Role.RESULT: "完成", Role.PLAN: "计划", Role.SITUATION: "形势", None: "未定"}
    lines = []
    for section in report.sections[1:]:
        heading = section.heading_span.of(report.text)
        lines.append(f"{'  ' * (section.level - 1)}{heading}〔{section.year or '年度未定'}·{kinds[section.role]}〕")
    return "\n".join(lines)
