"""装配：只有这里说得出各个零件的名字；其余模块都是被交给什么用什么。"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from platformdirs import user_data_path

from bot.board import Board
from bot.settings import SHIPPED, Settings, load
from corpus.errors import JihuatongError
from index.encoder import Encoder, open_encoder
from index.errors import AnotherWriter, CannotKeepIndex, EncoderError, NoCorpus
from index.lifetimes import Keep
from index.progress import Budget, Outcome, Progress
from index.store import Store

if TYPE_CHECKING:
    from bot.answer import Reply
    from bot.audit import Entry
    from bot.compose import Answerer
    from bot.office import Office, Watch
    from bot.replay import Replayed
    from corpus.records import Report
    from index.entries import FileEntry, ReportEntry
    from index.nearest import Nearest
    from index.recognition import Effort
    from index.records import Fact
    from index.retriever import Dense

logger = logging.getLogger(__name__)

STATE = ".jihuatong"
INDEX = "index.sqlite"
PEOPLE = "people.sqlite"
ZONE = "Asia/Shanghai"
KEEP = Keep()
REMEMBERED = 8
"""一段对话记住最近几个问题。"""
RECOGNISE_EVERY = 2.0
"""隔多少秒看一次有没有扫描页等着识别。"""
LOOK_EVERY = 20.0
"""没有变化的通知时，隔多少秒也看一次报告文件夹。"""

Listener = Callable[[Progress], None]


class Stopped(Exception):  # 不是错误，是要停下
    """正在更新时被要求停下；已提交的都算数。"""


class Application:
    """一个报告文件夹和它的索引，装好了可以问。

    Args:
        folder: 报告文件夹。
        data: 放索引的文件夹。
        encoder: 设置 `ENCODER` 的值。
        zone: 设置 `TIMEZONE` 的值。
        budget: 识别扫描页的限度。
        keep: 换下的旧报告留多久。
    """

    def __init__(  # noqa: PLR0913, PLR0917 - 都是设置
        self, folder: Path, data: Path, encoder: str, zone: str = ZONE, budget: Budget | None = None, keep: Keep = KEEP
    ) -> None:
        self.folder = folder
        self.data = data
        self.store = Store(data / INDEX, keep)
        self.board = Board()
        self.budget = budget or Budget()
        self._catching_up = False
        self._encoder_setting = encoder
        self._zone = zone
        self._examples: tuple[int, tuple[str, ...]] = (-1, ())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.store.close()

    @cached_property
    def encoder(self) -> Encoder:
        """编码器；模型到第一次编码时才载入。"""
        return open_encoder(self._encoder_setting)

    @cached_property
    def _answerer(self) -> "Answerer":
        return _answers_from(self.store, lambda: self.encoder, self._nearest)

    @cached_property
    def _by_words(self) -> "Answerer":
        """只凭词检索，几毫秒一答：用来试问法。"""
        return _answers_from(self.store)

    def _nearest(self) -> "Dense | None":
        return self._vectors.current()

    @cached_property
    def _vectors(self) -> "Nearest":
        from index.nearest import Nearest  # noqa: PLC0415 - faiss 到要用时才导入

        return Nearest(self.store, self.encoder.name)

    # 问答

    def answer(self, question: str, history: tuple[str, ...] = ()) -> "Reply":
        """答一个问题；`history` 是同一聊天里此前的问题，由远及近。"""
        earlier = history[-REMEMBERED:]
        try:
            return self._answerer.answer(question, earlier)
        except EncoderError as error:
            logger.warning("这一问只按词检索：%s", error)
            return self._by_words.answer(question, earlier)

    def reply(self, question: str, history: tuple[str, ...] = ()) -> "Reply":
        """与 `answer` 相同，再加上接着可以问什么；给人看的通道用它。"""
        from bot.examples import follow_ups  # noqa: PLC0415

        found = self.answer(question, history)
        with self.store.snapshot():
            return replace(found, suggestions=follow_ups(self.store, found, self._by_words.answer))

    def replay(self, entry: "Entry") -> "Replayed":
        """审计里的一条，在它当时那一代索引上重答，再照今天的答一遍。

        Raises:
            AnswerMissing: 它没有答成，或是管理动作。
            GenerationGone: 那一代已经重现不了。
        """
        from bot.replay import Replayed, said  # noqa: PLC0415 - 难得一用
        from index.nearest import Nearest  # noqa: PLC0415
        from index.rewind import rewound, since  # noqa: PLC0415

        then, generation = said(entry)
        what = since(self.store, generation, entry.at)
        with rewound(self.store, generation, self.encoder if what.encoder else None) as past:
            vectors = Nearest(past, self.encoder.name)
            answerer = _answers_from(past, lambda: self.encoder, vectors.current)
            again = answerer.answer(entry.text, entry.earlier[-REMEMBERED:])
        return Replayed(entry, then, again, self.answer(entry.text, entry.earlier), generation, what, self.encoder.name)

    def office(self, strangers: str = "open", watch: "Watch | None" = None) -> "Office":
        """各通道共用的答问台，连同台账；用完把它的 `ledger` 关上。

        Args:
            strangers: 怎样对待没有登记的人，设置 `STRANGERS` 的值。
            watch: 每答一问告知一次。
        """
        from bot.ledger.file import Ledger  # noqa: PLC0415 - 只问一句的命令不记台账
        from bot.office import Office  # noqa: PLC0415
        from bot.people import Policy  # noqa: PLC0415

        ledger = Ledger(self.data / PEOPLE, zone=ZoneInfo(self._zone))
        return Office(self, ledger, Policy(strangers), watch or (lambda *_: None))

    def examples(self) -> tuple[str, ...]:
        """可以怎样问：从现有的报告里取，都是答得出的；一代只取一次。"""
        generation = self.store.generation()
        if self._examples[0] != generation:
            from bot.examples import examples  # noqa: PLC0415

            self._examples = (generation, examples(self.store, self._by_words.answer))
        return self._examples[1]

    # 报告

    def reports(self) -> "tuple[ReportEntry, ...]":
        """现有的全部报告。"""
        return self.store.reports()

    def report(self, name: str) -> "Report":
        """一份报告；没有则抛 `NoSuchReport`。"""
        return self.store.report(name)

    def files(self) -> "tuple[FileEntry, ...]":
        """文件夹里的全部文件，没有读出的也在内。"""
        return self.store.files()

    def generation(self) -> int:
        """索引的第几代。"""
        return self.store.generation()

    def snapshot(self) -> AbstractContextManager[None]:
        """其间本线程看到的是同一代。"""
        return self.store.snapshot()

    def facts(self, name: str) -> "tuple[Fact, ...]":
        """一份报告里的数字；没有这份报告则抛 `NoSuchReport`。"""
        self.store.report(name)
        return self.store.facts_of_report(name)

    # 更新

    def update(self, listen: Listener = lambda _: None) -> Outcome:
        """让索引跟上报告文件夹。"""
        from index.build import bring_up_to_date  # noqa: PLC0415 - 不更新就不必等读入器

        def told(step: Progress) -> None:
            self.board.step(step)
            listen(step)

        try:
            outcome = bring_up_to_date(self.folder, self.store, self.encoder, told)
        except AnotherWriter:  # 牌上写的是那一边的进展
            raise
        except BaseException:
            self.board.idle()
            raise
        if outcome.changed:
            self.board.finished(outcome)
        else:
            self.board.idle()
        return outcome

    def recognise(self, listen: Listener = lambda _: None, stopped: Callable[[], bool] = lambda: False) -> "Effort":
        """识别等着的扫描页，在限度之内；认完要再 `update` 才入库。

        Raises:
            AnotherWriter: 另一个程序正在识别。
        """
        from index.recognition import recognise  # noqa: PLC0415 - 多数时候没有扫描件

        def told(step: Progress) -> None:
            self.board.step(step)
            listen(step)

        try:
            return recognise(self.folder, self.store, self.budget, told, stopped)
        finally:
            self.board.idle()

    def progress(self) -> str | None:
        """正在更新时说到哪儿了；空闲时为 None。"""
        return self.board.said()

    def catching_up(self) -> bool:
        """刚开张、头一遍还没有跟上文件夹：这时答“未检得”可能只是还没读到。"""
        return self._catching_up

    @contextmanager
    def kept_fresh(self) -> Iterator[None]:
        """其间在后台不断跟上文件夹的变化，识别扫描页，不耽误回答。"""
        stop = threading.Event()
        self._catching_up = True
        threads = [
            threading.Thread(target=work, args=(stop,), name=name, daemon=True)
            for name, work in (("update", self._keep_fresh), ("recognise", self._keep_recognising))
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _keep_fresh(self, stop: threading.Event) -> None:
        from index.watching import changes  # noqa: PLC0415 - 只问一句的命令不盯文件夹

        warm = False
        for _ in changes(self.folder, stop, LOOK_EVERY):
            try:
                self.update(lambda _: _stop_if(stop))
                self._catching_up = False
                if not warm and self.store.reports():
                    self.answer("预热")
                    warm = True
            except Stopped:
                return
            except AnotherWriter:  # 管理员正在更新，或另一个程序正在更新
                pass
            except JihuatongError as error:
                logger.warning("这一次没有更新成：%s", error)
            except Exception:  # 后台的循环：记下来，下次再试
                logger.exception("更新索引时出错")
            self._catching_up = False

    def _keep_recognising(self, stop: threading.Event) -> None:
        """有扫描页等着就认，认完一回入库一回；认不动了就等索引有变。"""
        exhausted = -1
        while not stop.wait(RECOGNISE_EVERY):
            generation = self.store.generation()
            if generation == exhausted:
                continue
            try:
                if self.recognise(stopped=stop.is_set).files and not stop.is_set():
                    self.update(lambda _: _stop_if(stop))
                    continue
            except Stopped:
                return
            except AnotherWriter:  # 别的程序正在识别，或正在更新：它会接着做
                continue
            except JihuatongError as error:
                logger.warning("这一次没有识别成：%s", error)
            except Exception:  # 后台的循环：记下来，下次再试
                logger.exception("识别扫描页时出错")
            exhausted = generation


def _answers_from(
    store: Store, encoder: Callable[[], Encoder] | None = None, dense: "Callable[[], Dense | None]" = lambda: None
) -> "Answerer":
    """凭一个索引作答；不给编码器就只凭词检索。"""
    from bot.compose import Answerer  # noqa: PLC0415 - status、facts 不回答，不等它
    from bot.finder import Finder  # noqa: PLC0415
    from index.retriever import Retriever  # noqa: PLC0415

    return Answerer(Finder(store, Retriever(store, encoder, dense)))


def _stop_if(stop: threading.Event) -> None:
    if stop.is_set():
        raise Stopped


@dataclass(frozen=True, slots=True)
class Place:
    """报告在哪里，索引在哪里，用哪个编码器（设置 `ENCODER` 的值），单位在哪个时区，识别扫描页的限度，换下的留多久。"""

    folder: Path
    data: Path
    encoder: str
    zone: str = ZONE
    budget: Budget = field(default_factory=Budget)
    keep: Keep = KEEP

    @property
    def index(self) -> Path:
        """索引文件。"""
        return self.data / INDEX

    @property
    def people(self) -> Path:
        """台账文件。"""
        return self.data / PEOPLE

    def open_encoder(self) -> Encoder:
        """编码器；模型到第一次编码时才载入。"""
        return open_encoder(self.encoder)


def place(corpus: Path | None = None, data: Path | None = None, settings: Settings | None = None) -> Place:
    """按命令行的选项和设置定下位置，放索引的文件夹没有就建；选项优先。

    Args:
        corpus: 报告文件夹。
        data: 放索引的文件夹。
        settings: 设置；不给就现读。

    Raises:
        BotError: 设置不对。
        NoCorpus: 没有报告文件夹。
        CannotKeepIndex: 放索引的文件夹建不了。
    """
    chosen = settings or load()
    folder = (corpus or chosen.corpus or SHIPPED).expanduser().resolve()
    if not folder.is_dir():
        raise NoCorpus(folder)
    wanted = data or chosen.data
    state = state_folder(folder) if wanted is None else wanted.expanduser().resolve()
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotKeepIndex(state) from error
    budget = Budget(chosen.ocr_run_pages, chosen.ocr_file_pages)
    return Place(folder, state, chosen.encoder, chosen.timezone, budget, Keep(chosen.past_days))


def open_application(
    corpus: Path | None = None, data: Path | None = None, settings: Settings | None = None
) -> Application:
    """按命令行的选项和设置装好；选项优先。参数与 `place` 相同。

    Raises:
        BotError: 设置不对。
        NoCorpus: 没有报告文件夹。
        IndexingError: 索引打不开。
    """
    at = place(corpus, data, settings)
    return Application(at.folder, at.data, at.encoder, at.zone, at.budget, at.keep)


def state_folder(folder: Path) -> Path:
    """索引默认放在报告文件夹下；随程序附带的报告若装在不可写处，放到用户的数据文件夹。"""
    if folder == SHIPPED and not os.access(folder, os.W_OK):
        return user_data_path("jihuatong", appauthor=False) / "shipped"
    return folder / STATE
