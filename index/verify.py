"""查验索引：散列、条数、向量、导出的文件，逐项对照；由报告而来的都能修补。"""

import zlib
from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import keywords
from index.build import bring_up_to_date
from index.encoder import Encoder
from index.entries import ReportEntry
from index.errors import BrokenIndex, IndexingError
from index.folder import file_digest, scan
from index.nearest import FILE, Nearest, stamp
from index.passages import text_hash
from index.progress import Progress
from index.store import KEYWORDS, Store
from index.vectors import read

Listener = Callable[[Progress], None]

ASIDE = ".broken"
_DECODING = (ValueError, KeyError, IndexError, TypeError, zlib.error, ArithmeticError)
_LENGTH_SLACK = 0.02


@dataclass(frozen=True, slots=True)
class Finding:
    """查出的一处不对：一句话，和修好了没有。"""

    sentence: str
    repaired: bool


def verify(folder: Path, path: Path, encoder: Encoder, listen: Listener = lambda _: None) -> tuple[Finding, ...]:
    """查验一遍，坏了的由报告重做。

    Args:
        folder: 报告文件夹。
        path: 索引文件。
        encoder: 编码器；向量坏了才用得着。
        listen: 听重做的进度。

    Returns:
        查出的各处不对；一处也没有则为空。

    Raises:
        AnotherWriter: 另一个程序正在建索引。
        NoCorpus: 没有报告文件夹。
        NoRoom: 磁盘满了。
    """
    broken = _file_faults(path)
    if broken:
        return _rebuilt(folder, path, encoder, broken, listen)
    with Store(path) as store:
        with store.writer():
            doubtful = dict(_doubtful(folder, store))
            store.inspection.doubt_files(doubtful)
            bad = _bad_vectors(store, encoder.name)
            if bad:
                store.inspection.drop_vectors(encoder.name, bad)
            missing = len(store.missing_vectors(encoder.name)) if store.encoder() == encoder.name else 0
            if missing and not bad:
                store.inspection.drop_vectors(encoder.name, ())
        fault = ""
        if doubtful or bad or missing:
            fault = bring_up_to_date(folder, store, encoder, listen).encoder_fault
        still = dict(_doubtful(folder, store)) if doubtful else {}
        found = [Finding(f"《{name}》：{why}", name not in still) for name, why in doubtful.items()]
        if bad or missing:
            found.append(Finding(f"{len(bad) + missing} 个向量坏了或缺了。{fault}", not fault))
        return (*found, *_derived(store, encoder.name))


def _file_faults(path: Path) -> tuple[str, ...]:
    try:
        with Store(path) as store:
            return store.inspection.faults()
    except BrokenIndex as error:
        return (error.cause,)


def _rebuilt(
    folder: Path, path: Path, encoder: Encoder, broken: tuple[str, ...], listen: Listener
) -> tuple[Finding, ...]:
    """索引文件本身坏了：放到一边，由报告重建。"""
    aside = path.with_name(path.name + ASIDE)
    path.replace(aside)
    for beside in (f"{path.name}-wal", f"{path.name}-shm", FILE, KEYWORDS):
        path.with_name(beside).unlink(missing_ok=True)
    said = f"索引文件坏了（{broken[0]}），已由报告重建；坏的留作 {aside.name}，可以删去。正在运行的机器人请重新启动。"
    with Store(path) as store:
        outcome = bring_up_to_date(folder, store, encoder, listen)
    return (Finding(said + outcome.encoder_fault, not outcome.encoder_fault),)


def _doubtful(folder: Path, store: Store) -> Iterator[tuple[str, str]]:
    """不可信的文件与原因：内容与记下的散列不符，或由它读出的与记下的对不上。"""
    present = scan(folder)
    wrong: dict[str, str] = {}
    known = {file.state.name: file.state for file in store.files()}
    wordless = store.inspection.wordless()
    for entry in store.reports():
        said = _report_fault(store, entry) or ("有的段落没有用词" if entry.name in wordless else "")
        if said:
            wrong.setdefault(_file_of(entry.name, known), said)
    for state in known.values():
        found = present.get(state.name)
        same = found is not None and (found.size, found.modified_ns) == (state.size, state.modified_ns)
        if state.name in wrong:
            yield state.name, wrong[state.name]
        elif found is not None and same and state.digest and file_digest(found.path) != state.digest:
            yield state.name, "内容变了，改动时间却没有变"


def _report_fault(store: Store, entry: ReportEntry) -> str:
    """一份报告记下的哪里对不上；都对则为空。"""
    try:
        report = store.report(entry.name)
        passages = tuple(store.passages_of_report(entry.name).values())
        facts = store.facts_of_report(entry.name)
    except _DECODING as error:
        return f"记下的读不通（{type(error).__name__}）"
    if (len(passages), len(facts)) != (entry.passages, entry.facts):
        return f"应有 {entry.passages} 段、{entry.facts} 个数字，实有 {len(passages)} 段、{len(facts)} 个"
    if any(passage.span.of(report.text) != passage.text for passage in passages):
        return "段落与全文对不上"
    if any(fact.quote_span.of(report.text) != fact.quote for fact in facts):
        return "数字的原句与全文对不上"
    if store.inspection.hashes(entry.name) != tuple(text_hash(passage) for passage in passages):
        return "段落的散列对不上"
    return ""


def _file_of(report: str, files: Container[str]) -> str:
    """报告出自哪份文件：逐个去掉后面的“#…”，直到是一份文件。"""
    name = report
    while name not in files and "#" in name:
        name = name.rpartition("#")[0]
    return name


def _bad_vectors(store: Store, encoder: str) -> tuple[bytes, ...]:
    """长短不一、不是单位长度的向量。"""
    rows = store.inspection.vectors(encoder)
    if not rows:
        return ()
    size = Counter(len(vector) for _, vector in rows).most_common(1)[0][0]
    whole = [(text, vector) for text, vector in rows if len(vector) == size]
    matrix = np.frombuffer(b"".join(vector for _, vector in whole), np.float16).reshape(len(whole), -1)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(matrix.astype(np.float32), axis=1)
    right = np.abs(lengths - 1) <= _LENGTH_SLACK
    odd = [text for text, vector in rows if len(vector) != size]
    return (*odd, *(text for (text, _), good in zip(whole, right, strict=True) if not good))


def _derived(store: Store, encoder: str) -> Iterator[Finding]:
    """由 SQLite 导出的文件：对不上的删去重写。"""
    file = store.path.with_name(FILE)
    if file.exists() and store.encoder() == encoder and not _faithful(store, encoder):
        file.unlink()
        yield _again(lambda: Nearest(store, encoder).current(), f"{FILE} 与索引对不上，已由索引重写")
    words = store.path.with_name(KEYWORDS)
    if words.exists() and keywords.read(words, store.identity()) is None:
        words.unlink()
        yield _again(lambda: Store(store.path).match([""], 1), f"{KEYWORDS} 与索引对不上，已由索引重写")


def _faithful(store: Store, encoder: str) -> bool:
    """FAISS 文件与索引相符；文件可以旧一些，只要补齐之后分毫不差。"""
    saved = read(store.path.with_name(FILE), stamp(store, encoder))
    if saved is None:
        return False
    ids, matrix = store.vectors(encoder)
    kept = np.isin(ids, saved.ids)
    saved.remove(np.setdiff1d(saved.ids, ids))
    return not saved.disagrees(ids[kept], matrix[kept])


def _again(make: Callable[[], object], sentence: str) -> Finding:
    try:
        make()
    except IndexingError as error:
        return Finding(f"{sentence}时出错：{error}", repaired=False)
    return Finding(f"{sentence}。", repaired=True)
