"""读一份文件：从文件到报告、段落、数字事实与用词。"""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from corpus.corrections import Correction, corrected
from corpus.errors import UnreadableFile
from corpus.outline import parse, problems_in
from corpus.readers import isolated
from corpus.readers.digits import count, lost
from corpus.readers.sight import BLIND, Sight
from corpus.records import Problem, Report, Text
from index.entries import FileReading, FileState, Reading
from index.facts import extract
from index.folder import Found
from index.passages import cut, document_text
from index.words import terms

_LOG = logging.getLogger(__name__)

# 改动不足这么久的文件，先等一小会儿，看它还变不变。
_RECENT_NS = 2_000_000_000
_PAUSE = 0.3


def is_settled(found: Found, seen: float) -> bool:
    """文件没有正在被写；刚改过的，从列出它时（`seen`，单调钟）起等够一小会儿再看。"""
    if time.time_ns() - found.modified_ns < _RECENT_NS:
        time.sleep(max(0.0, seen + _PAUSE - time.monotonic()))
    return found.still()


def unsettled_problem(name: str) -> Problem:
    """正在被写的文件，给管理员的那句话。"""
    return Problem(name, "", f"《{name}》正在被写入或移动，这一次没有读，写完后下一次再读。")


def read_file(
    found: Found, state: FileState, corrections: Mapping[str, Correction], sight: Sight = BLIND
) -> FileReading:
    """读一份文件；扫描页取 `sight` 认过的。读不出也不抛错，问题记在结果里。"""
    try:
        text = isolated.read(found.path, found.name, sight)
        reports = [corrected(report, corrections.get(report.name)) for report in parse(text, found.name)]
        readings = tuple(read_report(report) for report in reports)
    except UnreadableFile as error:
        return _unread(state, str(error))
    except Exception:  # noqa: BLE001  一份坏文件不能挡住其余的
        _LOG.exception("读《%s》时程序出错", found.name)
        return _unread(
            state, f"《{found.name}》没有读出：程序在读它时出了错。请把这份文件交给开发者，或另存一份再放入。"
        )
    problems = dict.fromkeys([*problems_in(text), *(p for report in reports for p in report.problems)])
    raw, read = _raw_digits(text), _read_digits(text)
    loss = _loss(found.name, text, raw)
    return FileReading(state, readings, raw, read, (*problems, *loss), waiting_in(text))


def waiting_in(text: Text) -> int:
    """等待识别的页数，压缩包里的也算。"""
    return len(text.waiting) + sum(waiting_in(member.text) for member in text.members)


def read_report(report: Report) -> Reading:
    """把报告切成段落，取出数字事实和用词。"""
    report.text.encode()  # 不成对的代理字符存不进索引，在此就拦下
    passages = cut(report)
    facts = extract(report) if passages else ()
    return Reading(report, passages, facts, tuple(Counter(terms(document_text(passage))) for passage in passages))


def _loss(name: str, text: Text, raw: int) -> Iterator[Problem]:
    """丢数警报：原始层里的数字，读出的少了。"""
    missing = lost(text)
    if missing:
        yield Problem(
            name,
            "",
            f"可能丢了数字：原文件里有 {raw} 个数字字符，读出的少了 {missing} 个。"
            f"请用 jihuatong extract 核对《{PurePosixPath(name).name}》，不对的另存为 .docx 再放入。",
        )


def _raw_digits(text: Text) -> int:
    return text.raw_digits + sum(_raw_digits(member.text) for member in text.members)


def _read_digits(text: Text) -> int:
    return sum(count(line.text) for line in text.lines) + sum(_read_digits(member.text) for member in text.members)


def _unread(state: FileState, sentence: str) -> FileReading:
    return FileReading(state, (), 0, 0, (Problem(state.name, "", sentence),))
