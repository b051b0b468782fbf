"""更正：管理员写在 `reports.toml` 里的题名、单位与年度，盖过读出来的。"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from corpus.errors import BrokenCorrections
from corpus.issuer import localities_of
from corpus.periods import explicit_years
from corpus.records import Problem, Report, Role, Section

FILE = "reports.toml"
FIRST_YEAR, LAST_YEAR = 1949, 2100
LONGEST = 200
_HEADER = "更正写在这里：引号里是报告的名称（jihuatong status 列出的），下面写 title、issuer、year 中要更正的几项。"


@dataclass(frozen=True, slots=True)
class Correction:
    """一份报告的更正；为 None 的照读出来的。`year` 是报告的年度，即文中“今年”所指的那一年。"""

    title: str | None = None
    issuer: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Corrections:
    """全部更正，以报告的名称为键；`problems` 是写得不对的各处，写得对的照用。

    `readable` 为假表示整个文件读不通，`entries` 不能当作“没有更正”。
    """

    entries: Mapping[str, Correction] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    readable: bool = True


def load(folder: Path) -> Corrections:
    """读报告文件夹里的更正；没有这个文件即没有更正。"""
    try:
        content = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return Corrections()
    except OSError:
        return _unreadable("打不开，请检查读取的权限")
    return parse_corrections(content)


def parse_corrections(content: bytes) -> Corrections:
    """读 `reports.toml` 的内容。"""
    try:
        text = content.decode("utf-8-sig")
        tables = tomllib.loads(text.replace("\r\n", "\n"))
    except UnicodeDecodeError:
        return _unreadable("不是 UTF-8 编码，请用记事本另存为 UTF-8")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return _unreadable(f"不合 TOML 的写法（{error}）")
    entries: dict[str, Correction] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        wrong = _wrong(table)
        problems += [Problem(FILE, f"《{name}》", f"{sentence}，这一项没有采用。") for sentence in wrong.values()]
        if isinstance(table, dict):
            known = [item.name for item in fields(Correction)]
            found = Correction(**{key: table[key] for key in known if key in table and key not in wrong})
            if found != Correction():
                entries[name] = found
    return Corrections(entries, tuple(problems))


def correct(folder: Path, name: str, change: Correction) -> Correction:
    """把一份报告的更正写进 `reports.toml`，别的几份和注释照旧；返回这份报告现有的全部更正。

    Args:
        folder: 报告文件夹。
        name: 报告的名称。
        change: 要改的几项；为 None 的不动。全为 None 即撤去这份报告的更正。

    Raises:
        BrokenCorrections: 原有的 `reports.toml` 读不通，或写不进去。
    """
    path = folder / FILE
    try:
        before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        after = corrected_text(before, name, change)
        if after == before:
            return parse_corrections(after.encode()).entries.get(name, Correction())
        beside = path.with_name(f"{FILE}.tmp")
        beside.write_text(after, encoding="utf-8")
        beside.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenCorrections(path, str(error)) from error
    except TOMLKitError as error:
        raise BrokenCorrections(path, f"不合 TOML 的写法：{error}") from error
    return parse_corrections(after.encode()).entries.get(name, Correction())


def corrected_text(before: str, name: str, change: Correction) -> str:
    """写进一份更正之后的 `reports.toml`。"""
    document = tomlkit.parse(before)
    if not before.strip():
        document.add(tomlkit.comment(_HEADER))
    if change == Correction():
        document.pop(name, None)
        return tomlkit.dumps(document) if before.strip() else before
    if not isinstance(document.get(name), dict):
        document[name] = tomlkit.table()
    for item in fields(Correction):
        value = getattr(change, item.name)
        if value is not None:
            document[name][item.name] = value
    return tomlkit.dumps(document)


def corrected(report: Report, correction: Correction | None) -> Report:
    """按更正改好的报告；没有更正的原样。"""
    if correction is None:
        return report
    if correction.title is not None:
        report = replace(report, title=correction.title, title_inferred=False)
    if correction.issuer is not None:
        places = localities_of(correction.issuer, report.text)
        report = replace(report, issuer=correction.issuer, issuer_inferred=False, localities=places)
    return report if correction.year is None else _dated(report, correction.year)


def _dated(report: Report, year: int) -> Report:
    """换一个年度：标题里写明年度的节不动，其余随着前后移。"""
    sections: list[Section] = []
    kept: list[bool] = []
    mixed = any(section.level == 1 and section.role is Role.RESULT for section in report.sections)
    for section in report.sections:
        named = bool(section.parent is not None and kept[section.parent]) or bool(_own_years(report, section))
        kept.append(named)
        sections.append(section if named else replace(section, year=_moved(report, section, year, mixed=mixed)))
    tops = {section.year for section in sections if section.level <= 1 and section.year is not None}
    return replace(report, speaks_from=year, sections=tuple(sections), periods=tuple(sorted(tops | {year})))


def _moved(report: Report, section: Section, year: int, *, mixed: bool) -> int | None:
    """没有写明年度的节：原来有年度的移动同样的年数；原来没有的，总结里的计划说的是下一年。"""
    if section.year is not None and report.speaks_from is not None:
        return section.year + year - report.speaks_from
    return year + (mixed and section.role is Role.PLAN)


def _own_years(report: Report, section: Section) -> tuple[int, ...]:
    return explicit_years(section.heading_span.of(report.text), short=True) if section.level else ()


def _wrong(table: object) -> dict[str, str]:
    """一份更正里写得不对的各项：键 → 哪里不对。"""
    if not isinstance(table, dict):
        return {"": "应当是一个表，例如 [“报告.docx”] 下面写 year = 2023"}
    wrong: dict[str, str] = {}
    for key, value in table.items():
        match key:
            case "title" | "issuer":
                if not (isinstance(value, str) and value.strip() and len(value) <= LONGEST and value.isprintable()):
                    wrong[key] = f"{key} 应当是一行文字，最多 {LONGEST} 字"
            case "year":
                if isinstance(value, bool) or not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR:
                    wrong[key] = f"year 应当是 {FIRST_YEAR} 到 {LAST_YEAR} 之间的整数"
            case _:
                wrong[key] = f"不认识 {key}，只有 title、issuer、year 三项"
    return wrong


def _unreadable(cause: str) -> Corrections:
    sentence = f"{FILE} 读不通：{cause}。改好之前，沿用上一次的更正。"
    return Corrections(problems=(Problem(FILE, "", sentence),), readable=False)
