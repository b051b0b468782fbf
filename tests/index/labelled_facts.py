"""手工标注的数字事实：读标注文件，与抽取的结果逐个对照。"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from corpus.outline import parse
from corpus.readers import read
from corpus.records import Report, Span
from index.facts import extract
from index.records import Fact

REPORTS = Path(__file__).parents[2] / "corpus" / "reports"
LABELLED = Path(__file__).parent / "labelled"
ANY = "*"


@dataclass(frozen=True, slots=True)
class Label:
    """标注的一个数字。`clause` 是含它的原文，`occurrence` 是同样的文字里的第几处；`subject` 的词要全在主题里。

    年度、性质为 `*` 表示两可；`optional` 的不计得失（“三个方面”）。
    """

    clause: str
    raw: str
    value: Decimal | None
    upper: Decimal | None
    unit: str
    year: int | str | None
    role: str | None
    subject: tuple[str, ...]
    measure: str
    blanked: bool
    optional: bool
    occurrence: int

    def span_in(self, text: str) -> Span:
        """这个数字在全文里的位置。"""
        starts = [m.start() for m in re.finditer(re.escape(self.clause), text)]
        start = starts[self.occurrence] + self.clause.index(self.raw)
        return Span(start, start + len(self.raw))


@dataclass(frozen=True, slots=True)
class Comparison:
    """一份报告的对照结果：标注了几个、抽出几个、其中全对几个，和各处不合的说明。"""

    labelled: int
    extracted: int
    right: int
    faults: tuple[str, ...]

    @property
    def precision(self) -> float:
        """抽出的里面全对的份额。"""
        return self.right / self.extracted

    @property
    def recall(self) -> float:
        """标注的里面全对的份额。"""
        return self.right / self.labelled


def labels(name: str) -> tuple[Label, ...]:
    """一份报告的标注。"""
    lines = (LABELLED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_label(json.loads(line)) for line in lines)


def _label(row: dict[str, object]) -> Label:
    value, upper, year, subject = row["value"], row.get("upper"), row["year"], row["subject"]
    assert isinstance(subject, list)
    return Label(
        clause=str(row["clause"]),
        raw=str(row["raw"]),
        value=None if value is None else Decimal(str(value)),
        upper=None if upper is None else Decimal(str(upper)),
        unit=str(row["unit"]),
        year=year if year is None or isinstance(year, int) else str(year),
        role=None if row["role"] is None else str(row["role"]),
        subject=tuple(str(word) for word in subject),
        measure=str(row["measure"]),
        blanked=bool(row.get("blanked", False)),
        optional=bool(row.get("optional", False)),
        occurrence=int(str(row.get("occurrence", 0))),
    )


def report_named(name: str) -> Report:
    """随项目附带的一份报告。"""
    path = next(p for p in sorted(REPORTS.iterdir()) if p.stem == name)
    return parse(read(path, path.name), path.name)[0]


def compare(name: str) -> Comparison:
    """逐个对照值、单位、年度、性质、主题；任何一项不合都不算对。"""
    report = report_named(name)
    facts = list(extract(report))
    wanted = labels(name)
    right = 0
    faults: list[str] = []
    for label in wanted:
        span = label.span_in(report.text)
        fact = next((f for f in facts if f.span.start < span.end and span.start < f.span.end), None)
        if fact is not None:
            facts.remove(fact)
        if label.optional:
            continue
        fault = "没有抽出" if fact is None else _fault(label, fact)
        if fault:
            faults.append(f"{label.clause}【{label.raw}】{fault}")
        else:
            right += 1
    faults += [f"多出：{f.subject} = {f.quantity.raw}（{f.quote[:40]}）" for f in facts]
    counted = sum(not label.optional for label in wanted)
    found = right + sum(not fault.endswith("没有抽出") for fault in faults)
    return Comparison(counted, found, right, tuple(faults))


def _fault(label: Label, fact: Fact) -> str:
    quantity = fact.quantity
    found = {
        "值": quantity.value == label.value and quantity.upper == label.upper and quantity.blanked == label.blanked,
        "单位": quantity.unit == label.unit,
        "类别": quantity.measure == label.measure,
        "年度": label.year in (ANY, fact.year),
        "性质": label.role in (ANY, fact.role),
        "主题": all(word in fact.subject for word in label.subject),
    }
    wrong = [name for name, same in found.items() if not same]
    shown = f"{fact.subject} = {quantity.raw} {fact.year} {fact.role}"
    return f"{'、'.join(wrong)}不合，得 {shown}，应为 {label.subject} {label.year} {label.role}" if wrong else ""
