"""重现过去的一代：抄出一份索引，后来的去掉，换下的放回。"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from index.encoder import Encoder
from index.entries import FileReading
from index.errors import EncoderError, GenerationGone
from index.passages import document_text, text_hash
from index.past import PastFile
from index.reading import read_report
from index.store import Store

_LOG = logging.getLogger(__name__)

_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Since:
    """那一代以来变了什么。

    `gone` 是那时有、后来换下或删去的文件，`fresh` 是那时没有（或不是这样）的；`reread` 为真即读法已经不同，
    那时的原文按现在的读法来切；`encoder` 是那时向量齐全的编码器，没有则为空。
    """

    gone: tuple[str, ...]
    fresh: tuple[str, ...]
    reread: bool
    encoder: str


def since(store: Store, generation: int, asked: datetime) -> Since:
    """那一代以来变了什么。

    Args:
        store: 索引。
        generation: 哪一代。
        asked: 那一代在用的一个时刻，用来认出是不是同一个索引。

    Raises:
        GenerationGone: 那一代已经重现不了。
    """
    with store.snapshot():
        now, reach = store.generation(), store.past.reach()
        if asked < reach.since or generation > now:
            when = f"{reach.since.astimezone():%Y-%m-%d %H:%M}"
            raise GenerationGone(generation, f"索引在 {when} 重建过，或由备份恢复过，那以前的各代没有留下。")
        if generation < reach.whole:
            raise GenerationGone(
                generation, f"换下的旧报告留得有限（设置 past_days），第 {reach.whole} 代以前的已经清掉。"
            )
        past = store.past
        return Since(
            gone=tuple(sorted({one.state.name for one in past.files(generation)})),
            fresh=past.fresh(generation),
            reread=past.era("recipe", generation) != past.era("recipe", now),
            encoder=past.era("encoder", generation),
        )


@contextmanager
def rewound(store: Store, generation: int, encoder: Encoder | None) -> Iterator[Store]:
    """那一代的索引，用完即弃；放在索引旁的临时文件夹里。

    Args:
        store: 索引；照常在用，不动它。
        generation: 哪一代，`since` 说过还能重现。
        encoder: 给放回的段落编码；None 则只能按词检索。

    Raises:
        NoRoom: 磁盘放不下。
    """
    with TemporaryDirectory(dir=store.path.parent, prefix=".jihuatong-") as work:
        copy = Path(work, store.path.name)
        store.copy_to(copy)
        with Store(copy) as found:
            found.past.rewind(generation, [(was, _read(was)) for was in found.past.files(generation)])
            if encoder is not None:
                _complete(found, encoder)
            yield found


def _read(was: PastFile) -> FileReading:
    return FileReading(was.state, tuple(map(read_report, was.reports)), 0, 0, ())


def _complete(store: Store, encoder: Encoder) -> None:
    """给没有向量的段落编码；编不了就只按词检索。"""
    missing = store.missing_vectors(encoder.name)
    try:
        for start in range(0, len(missing), _AT_ONCE):
            texts = {
                text_hash(passage): document_text(passage)
                for passage in store.passages(missing[start : start + _AT_ONCE]).values()
            }
            store.add_vectors(
                encoder.name, list(texts), encoder.encode_passages(list(texts.values())).astype(np.float16)
            )
    except EncoderError as error:
        _LOG.warning("重现的一代只按词检索：%s", error)
        store.unsettle()
        return
    store.settle(encoder.name)
