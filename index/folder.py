"""报告文件夹：里面有什么，与索引相比变了什么。"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path

import corpus
import index
from corpus.readers import can_read
from index.entries import FileState
from index.errors import CannotKeepIndex, NoCorpus, UnreadableFolder
from index.words import engine

STATE_FOLDER = ".jihuatong"

# 改动时间离上次核对不到两秒的，可能是核对之后又改的，要看内容。
_DOUBT_NS = 2_000_000_000
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """文件夹里的一份文件；`location` 是它的路径，多数文件没有变，用不着做成 `Path`。"""

    name: str
    location: str
    size: int
    modified_ns: int

    @property
    def path(self) -> Path:
        """文件在哪里。"""
        return Path(self.location)

    def still(self) -> bool:
        """文件还是列出来时的样子，没有正在被改。"""
        try:
            stat = self.path.stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.modified_ns)


@dataclass(frozen=True, slots=True)
class Changes:
    """与索引相比变了什么。

    `fresh` 是新的、内容变了的或要用新读法重读的；`renamed` 是 (旧名, 新的样子)；`touched` 内容没变，只是改动时间变了。
    """

    fresh: tuple[FileState, ...]
    renamed: tuple[tuple[str, FileState], ...]
    removed: tuple[str, ...]
    touched: tuple[FileState, ...]
    unchanged: int


def state_dir(folder: Path, data: Path | None = None) -> Path:
    """放索引的文件夹，没有就建：报告文件夹里的 `.jihuatong/`，或另指定的 `data`。

    Raises:
        NoCorpus: 没有报告文件夹。
        CannotKeepIndex: 建不了或不能写。
    """
    if not folder.is_dir():
        raise NoCorpus(folder)
    chosen = data if data is not None else folder / STATE_FOLDER
    try:
        chosen.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotKeepIndex(chosen) from error
    if not os.access(chosen, os.W_OK):
        raise CannotKeepIndex(chosen)
    return chosen


def scan(folder: Path) -> dict[str, Found]:
    """文件夹里（含下级）要读的文件，以相对路径为名。

    Raises:
        NoCorpus: 没有这个文件夹。
        UnreadableFolder: 它或它下面的文件夹没有权限列出。
    """
    if not folder.is_dir():
        raise NoCorpus(folder)
    return {found.name: found for found in _walk(str(folder))}


def compare(
    present: Mapping[str, Found],
    states: Iterable[FileState],
    recipes: Callable[[str], str],
    fixed: Callable[[str], bool],
) -> Changes:
    """与索引相比变了什么；只有大小或改动时间变了的才看内容。

    Args:
        present: 文件夹里此刻的文件。
        states: 索引里的文件，当时的样子。
        recipes: 各份文件该用哪一版读法，含它的更正。
        fixed: 由这份文件读出的报告，题名与单位是否与文件名无关；有关的改了名要重读。
    """
    known = {state.name: state for state in states}
    gone = {name: state for name, state in known.items() if name not in present}
    renamed: list[tuple[str, FileState]] = []
    fresh: list[FileState] = []
    touched: list[FileState] = []
    for name, found in present.items():
        old = known.get(name)
        wanted = recipes(name)
        if old is not None and old.recipe == wanted and _looks_known(found, old):
            continue
        state = _state(found, old, wanted)
        if old is not None and _same(old, state):
            touched.append(state)
            continue
        source = None if old else next((was for was, then in gone.items() if _same(then, state) and fixed(was)), None)
        if source is None:
            fresh.append(state)
        else:
            del gone[source]
            renamed.append((source, state))
    unchanged = len(present) - len(fresh) - len(renamed)
    return Changes(tuple(fresh), tuple(renamed), tuple(gone), tuple(touched), unchanged)


@cache
def recipe() -> str:
    """读法的版本：读入、理大纲、切段、取数、分词的源码与词表的散列。程序升级后据此重读，向量照用。"""
    digest = blake2b(engine().encode(), digest_size=8)
    for package in (corpus, index):
        root = Path(next(iter(package.__path__)))
        for file in sorted(p for p in root.rglob("*") if p.suffix in {".py", ".txt"} and "reports" not in p.parts):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _walk(folder: str, above: str = "") -> Iterator[Found]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:  # 列不出来不等于里面的报告删了
        raise UnreadableFolder(Path(folder)) from error
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith("."):
                yield from _walk(entry.path, f"{above}{entry.name}/")
        elif can_read(entry.name) and entry.is_file():
            try:
                stat = entry.stat()
            except FileNotFoundError:  # 刚被删去
                continue
            yield Found(_shown(above + entry.name), entry.path, stat.st_size, stat.st_mtime_ns)


def _shown(name: str) -> str:
    """可以记下来的名字；不是 UTF-8 的文件名按 GB18030 认。"""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


def _state(found: Found, known: FileState | None, wanted: str) -> FileState:
    """此刻的样子。看上去没变的沿用已知的散列。"""
    checked = time.time_ns()
    if known is not None and _looks_known(found, known):
        return replace(known, recipe=wanted)
    return FileState(found.name, file_digest(found.path), found.size, found.modified_ns, checked, wanted)


def _looks_known(found: Found, known: FileState) -> bool:
    """看上去没变：读出过，大小和改动时间都对，核对时离改动也够久。"""
    return (
        found.modified_ns == known.modified_ns
        and found.size == known.size
        and known.modified_ns < known.checked_ns - _DOUBT_NS
        and bool(known.digest)
    )


def _same(old: FileState, new: FileState) -> bool:
    return bool(new.digest) and (old.digest, old.recipe) == (new.digest, new.recipe)


def file_digest(path: Path) -> str:
    """内容的散列；打不开的为空，读的时候自会说明。"""
    digest = blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
