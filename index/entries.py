"""索引里记着什么：文件与报告的条目，以及写入一份文件所需的全部。"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corpus.records import Problem, Report, Role
from index.records import Fact, Passage

# `Catalogue.roles` 的下标所指。
ROLES = tuple(Role)


@dataclass(frozen=True, slots=True)
class FileState:
    """报告文件夹里一份文件的样子。

    `digest` 是内容的散列；`recipe` 说明是用哪一版读法读的，读法变了要重读；`checked_ns` 是核对它的时刻，
    改动时间离这一刻太近的，下次不凭改动时间认它未变。
    """

    name: str
    digest: str
    size: int
    modified_ns: int
    checked_ns: int
    recipe: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """索引里的一份文件；`reports` 是从中读出的报告份数，0 即没有读出。

    `raw_digits` 与 `read_digits` 是原始层与读出文字里的数字字符个数，两者不等即可能丢数。
    `waiting` 是等待识别的页数。
    """

    id: int
    state: FileState
    reports: int
    raw_digits: int
    read_digits: int
    problems: tuple[Problem, ...]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """索引里的一份报告，不含全文；`passages`、`facts` 是段落数与数字事实数，`recognised` 是由图像识别来的页。"""

    id: int
    name: str
    title: str
    title_inferred: bool
    issuer: str | None
    issuer_inferred: bool
    localities: tuple[str, ...]
    dated: date | None
    document_number: str | None
    speaks_from: int | None
    periods: tuple[int, ...]
    passages: int
    facts: int
    problems: tuple[Problem, ...]
    recognised: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """一份报告读出的全部：报告、段落、数字事实，以及各段的用词与次数（与段落一一对应）。"""

    report: Report
    passages: tuple[Passage, ...]
    facts: tuple[Fact, ...]
    words: tuple[Mapping[str, int], ...]


@dataclass(frozen=True, slots=True)
class FileReading:
    """一份文件读出的全部；读不出时没有报告，只有问题。`waiting` 是等待识别的页数。"""

    state: FileState
    readings: tuple[Reading, ...]
    raw_digits: int
    read_digits: int
    problems: tuple[Problem, ...]
    waiting: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """全部段落的编号与归属，逐项对应，编号升序。

    `years` 里 0 表示年度不详；`roles` 是 `ROLES` 的下标，性质不详为 -1。
    """

    ids: NDArray[np.int64]
    reports: NDArray[np.int64]
    years: NDArray[np.int16]
    roles: NDArray[np.int8]
