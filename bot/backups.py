"""备份与恢复：索引、台账和更正，合成一个文件；机器人开着也前后一致。"""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from bot.errors import BackupNotWritten, BackupUnusable
from bot.ledger.errors import LedgerBroken
from bot.ledger.file import Ledger
from corpus.corrections import FILE as CORRECTIONS
from index.errors import BrokenIndex
from index.nearest import FILE as VECTORS
from index.store import KEYWORDS, Store

MANIFEST = "manifest.json"
INDEX, PEOPLE = "index.sqlite", "people.sqlite"
SET_ASIDE = "reports.toml.bak"
FORMAT = 1
_BLOCK = 1 << 20
_PRIVATE = 0o600


def back_up(folder: Path, index: Path, people: Path, target: Path) -> int:
    """把索引、台账（有的话）和更正存成一个文件，只有本用户能读；返回它的字节数。

    Args:
        folder: 报告文件夹。
        index: 索引文件。
        people: 台账文件。
        target: 存成的文件；已有的，写好了才替换。

    Raises:
        BackupNotWritten: 写不出来。
        IndexingError: 索引读不了。
        LedgerError: 台账读不了。
    """
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".jihuatong-") as work:
            members = list(_copies(folder, index, people, Path(work)))
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "wb") as out:  # noqa: PTH123
                _pack(members, out)
                out.flush()
                os.fsync(out.fileno())
        beside.replace(target)
    except OSError as error:
        raise BackupNotWritten(target, error.strerror or str(error)) from error
    finally:
        beside.unlink(missing_ok=True)
    return target.stat().st_size


def restore(archive: Path, folder: Path, index: Path, people: Path) -> tuple[str, ...]:
    """由备份恢复；返回恢复了哪几样。先全部查过，一样不对就什么也不动。

    正在运行的机器人随即用恢复的索引回答。现有的更正若与备份里的不同，在索引旁另存为 `reports.toml.bak`。

    Raises:
        BackupUnusable: 备份不完整，或不是备份。
        AnotherWriter: 另一个程序正在建索引。
        OtherIndexVersion: 备份是更新的程序做的。
        IndexingError: 索引写不了。
        LedgerError: 台账写不了。
    """
    with TemporaryDirectory(dir=index.parent, prefix=".jihuatong-") as work:
        names = _unpacked(archive, Path(work))
        with ExitStack() as held:
            store = held.enter_context(_usable_store(index))
            held.enter_context(store.writer())
            incoming = Path(work, PEOPLE)
            if PEOPLE in names:
                Ledger(incoming).close()  # 看看认不认得，旧的就地升级
            if INDEX in names:
                store.restore_from(Path(work, INDEX))
                for derived in (VECTORS, KEYWORDS):  # 由旧索引导出的，不会再认；占着的删不掉也不要紧
                    with suppress(OSError):
                        index.with_name(derived).unlink(missing_ok=True)
            if PEOPLE in names:
                _restore_people(people, incoming)
            if CORRECTIONS in names:
                _restore_corrections(folder / CORRECTIONS, Path(work, CORRECTIONS), index.with_name(SET_ASIDE))
    return names


def ledger_faults(people: Path) -> tuple[str, ...]:
    """台账坏在哪里；完好，或还没有台账，则为空。"""
    if not people.exists():
        return ()
    try:
        ledger = Ledger(people)
    except LedgerBroken as error:
        return (str(error),)
    try:
        return ledger.faults()
    except LedgerBroken as error:
        return (str(error),)
    finally:
        ledger.close()


def _copies(folder: Path, index: Path, people: Path, work: Path) -> Iterator[Path]:
    with Store(index) as store:
        store.copy_to(work / INDEX)
    yield work / INDEX
    if people.exists():
        ledger = Ledger(people)
        try:
            ledger.copy_to(work / PEOPLE)
        finally:
            ledger.close()
        yield work / PEOPLE
    if (folder / CORRECTIONS).exists():
        shutil.copyfile(folder / CORRECTIONS, work / CORRECTIONS)
        yield work / CORRECTIONS


def _pack(members: list[Path], out: BinaryIO) -> None:
    hashes = {member.name: _sha256(member) for member in members}
    manifest = {"format": FORMAT, "made": datetime.now(UTC).isoformat(timespec="seconds"), "sha256": hashes}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        for member in members:
            packed.write(member, member.name)


def _unpacked(archive: Path, work: Path) -> tuple[str, ...]:
    """取出备份里的几样，逐个核对散列。"""
    try:
        with zipfile.ZipFile(archive) as packed:
            manifest = json.loads(packed.read(MANIFEST))
            if manifest["format"] > FORMAT:
                raise BackupUnusable(archive, "它是更新的程序做的，请先升级本程序")
            hashes: dict[str, str] = manifest["sha256"]
            names = tuple(name for name in (INDEX, PEOPLE, CORRECTIONS) if name in hashes)
            for name in names:
                with packed.open(name) as source, (work / name).open("wb") as target:
                    shutil.copyfileobj(source, target, _BLOCK)
    except FileNotFoundError as error:
        raise BackupUnusable(archive, "没有这个文件") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, NotImplementedError, OSError) as error:
        raise BackupUnusable(archive, f"不是完整的备份（{error}）") from error
    wrong = [name for name in names if _sha256(work / name) != hashes[name]]
    if wrong or INDEX not in names:
        raise BackupUnusable(archive, f"里面的 {'、'.join(wrong) or INDEX} 坏了或缺了")
    return names


@contextmanager
def _usable_store(index: Path) -> Iterator[Store]:
    """现有的索引；坏得打不开的，清掉重来。"""
    try:
        store = Store(index)
    except BrokenIndex:
        _clear(index)
        store = Store(index)
    with store:
        yield store


def _restore_people(people: Path, incoming: Path) -> None:
    try:
        ledger = Ledger(people)
    except LedgerBroken:
        _clear(people)
        ledger = Ledger(people)
    try:
        ledger.restore_from(incoming)
    finally:
        ledger.close()


def _restore_corrections(current: Path, incoming: Path, aside: Path) -> None:
    if current.exists() and current.read_bytes() != incoming.read_bytes():
        shutil.copyfile(current, aside)
    shutil.copyfile(incoming, current)


def _clear(database: Path) -> None:
    for name in (database.name, f"{database.name}-wal", f"{database.name}-shm"):
        database.with_name(name).unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
