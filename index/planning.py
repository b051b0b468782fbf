"""这一次更新要做什么：文件夹与索引相比变了什么，用哪些更正。"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from corpus.corrections import FILE, Correction, Corrections, load
from corpus.records import Problem
from index.folder import Changes, Found, compare, recipe, scan
from index.store import Store

_NOTE = "corrections"


@dataclass(frozen=True, slots=True)
class Plan:
    """一次更新的打算。

    `present` 是文件夹里此刻的文件，`seen` 是列出它们的时刻（单调钟）；`corrections` 是要用的更正。
    """

    present: Mapping[str, Found]
    seen: float
    corrections: Corrections
    changes: Changes


def plan(folder: Path, store: Store) -> Plan:
    """看看变了什么，什么也不做。

    Raises:
        NoCorpus: 没有报告文件夹。
        UnreadableFolder: 有文件夹列不出来。
    """
    present, seen = scan(folder), time.monotonic()
    corrections = _in_use(load(folder), store)
    marks = _marks(corrections.entries)

    @cache
    def inferred() -> frozenset[str]:
        """题名或单位是推断来的文件；改了名要重读。"""
        entries = store.reports()
        return frozenset(_file_of(entry.name) for entry in entries if entry.title_inferred or entry.issuer_inferred)

    changes = compare(
        present, store.file_states(), lambda name: recipe() + marks.get(name, ""), lambda name: name not in inferred()
    )
    return Plan(present, seen, corrections, changes)


def remember_corrections(store: Store, corrections: Corrections) -> None:
    """记下用过的更正，`reports.toml` 读不通时沿用；用不上的和写错的，作为问题记在索引里。"""
    names = {entry.name for entry in store.reports()} if corrections.entries else set()
    unused = [Problem(FILE, f"《{name}》", _UNUSED) for name in corrections.entries if name not in names]
    entries = {name: asdict(correction) for name, correction in corrections.entries.items()}
    store.notes.write(_NOTE, json.dumps(entries, ensure_ascii=False))
    store.notes.keep_problems((*corrections.problems, *unused))


_UNUSED = "没有这个名称的报告，这一项没有用上。报告改了名的，请把这里的名称也改过来（见 jihuatong status）。"


def _in_use(found: Corrections, store: Store) -> Corrections:
    if found.readable:
        return found
    kept = json.loads(store.notes.read(_NOTE) or "{}")
    entries = {name: Correction(**fields) for name, fields in kept.items()}
    return Corrections(entries, found.problems, readable=False)


def _marks(entries: Mapping[str, Correction]) -> dict[str, str]:
    """各份文件的更正的记号；更正变了，记号就变。"""
    of_file: dict[str, list[str]] = {}
    for name, correction in sorted(entries.items()):
        parts = name.split("#")
        for end in range(1, len(parts) + 1):  # 文件名里也可能有“#”
            of_file.setdefault("#".join(parts[:end]), []).append(f"{name}{correction}")
    return {file: "+" + blake2b("\n".join(said).encode(), digest_size=8).hexdigest() for file, said in of_file.items()}


def _file_of(report: str) -> str:
    """报告出自哪份文件：去掉第二份报告的“#2”。"""
    return re.sub(r"#\d+$", "", report)
