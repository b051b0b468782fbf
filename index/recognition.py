"""识别扫描页：一页一页地认，认一页记一页，不碰报告，也不挡着别的文件入库。"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers import ocr
from corpus.readers.isolated import Worker
from corpus.readers.sight import Seen
from index.folder import Found, scan
from index.pages import Pages
from index.progress import Budget, Phase, Progress
from index.reading import waiting_in
from index.store import Store


@dataclass(frozen=True, slots=True)
class Effort:
    """识别了一回：新认了几页，认完以后该重读的文件，还有几页等着，超过每份页数限度而不再认的文件。"""

    pages: int
    files: tuple[str, ...]
    left: int
    beyond: tuple[str, ...]


def recognise(
    folder: Path,
    store: Store,
    budget: Budget,
    listen: Callable[[Progress], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Effort:
    """识别等着的扫描页；认过页的文件记为要重读，由接下来的更新入库。随时可以打断，认完的页都算数。

    Args:
        folder: 报告文件夹。
        store: 索引。
        budget: 限度。
        listen: 听进度，一页一报。
        stopped: 该停下了吗；认完手上的一页就停。

    Raises:
        NoCorpus: 没有报告文件夹。
        AnotherWriter: 另一个程序正在识别。
    """
    files = {file.state.name: file for file in store.files() if file.waiting} if ocr.is_installed() else {}
    waiting = sum(file.waiting for file in files.values())
    changed: list[str] = []
    beyond: list[str] = []
    done = 0
    if not waiting or not budget.run:
        return Effort(0, (), waiting, ())
    present = scan(folder)
    total = min(waiting, budget.run)
    with store.recogniser(), Worker(background=True) as worker:
        for name in [name for name in files if name in present]:
            if done >= budget.run or stopped():
                break

            def tell(new: int, at: int = done, name: str = name) -> None:
                listen(Progress(Phase.RECOGNISE, at + new, total, name))

            eyes = _Eyes(store.pages, Budget(budget.run - done, budget.file), tell, stopped)
            left = _looked_through(worker, present[name], eyes)
            done += eyes.new
            if eyes.beyond:
                beyond.append(name)
            if left < files[name].waiting:
                store.inspection.doubt_files([name])
                changed.append(name)
    return Effort(done, tuple(changed), waiting - done, tuple(beyond))


class _Eyes:
    """识别一份文件时的 `Sight`：认过的取出来，没认过的在限度之内就认，认一页记一页。"""

    def __init__(self, pages: Pages, budget: Budget, tell: Callable[[int], None], stopped: Callable[[], bool]) -> None:
        self.new = 0
        self.beyond = False
        self._pages = pages
        self._budget = budget
        self._tell = tell
        self._stopped = stopped
        self._known = 0
        self._at: str | None = None

    def recall(self, key: str) -> Seen | None:
        """认过的一页。"""
        seen = self._pages.recall(key)
        self._known += seen is not None
        return seen

    def wants(self, key: str) -> bool:
        """限度之内就认。"""
        within = self._known + self.new < self._budget.file
        self.beyond = self.beyond or not within
        wanted = within and self.new < self._budget.run and not self._stopped()
        if wanted:
            self._at = key
            self._tell(self.new)
        return wanted

    def keep(self, key: str, seen: Seen) -> None:
        """记下认出的一页。"""
        self._pages.keep(key, seen)
        self._at = None
        self.new += 1
        self._tell(self.new)

    def give_up(self) -> None:
        """手上的一页认不成：算认过而没有文字，免得每次都倒在这里。"""
        if self._at is not None:
            self.keep(self._at, Seen(1.0, ()))


def _looked_through(worker: Worker, found: Found, eyes: _Eyes) -> int:
    """看一份文件，认其中等着的页；返回还有几页等着。"""
    try:
        return waiting_in(worker.read(found.path, found.name, eyes))
    except UnreadableFile:  # 认出来没有字，或读它的进程没了；重读时自会说明
        eyes.give_up()
        return 0
