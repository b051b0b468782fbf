"""编码器：文字变成向量。"""

import gc
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from index import e5, e5_stamp
from index.errors import EncoderFailed, EncoderNotFound, EncoderUnusable
from index.model import Floats, Model, prepare_environment

DEFAULT = "e5-small"
BATCH_CHARACTERS = 1_600
QUERIES_REMEMBERED = 256
_SAMPLE = 1 << 16


class Encoder(Protocol):
    """把文字变成长度为 1 的向量；内积就是余弦。"""

    @property
    def name(self) -> str:
        """身份，含版本：名字相同，向量才可放在一起。"""

    @property
    def dim(self) -> int:
        """向量的维数。"""

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Floats:
        """编码段落，得 float32 [n, dim]；每完成一批，以这批的条数调用 `progress`。"""

    def encode_query(self, text: str) -> Floats:
        """编码一个问题，得 float32 [dim]。"""


def open_encoder(setting: str = DEFAULT, cache: Path | None = None, data: Path | None = None) -> Encoder:
    """按设置选编码器；此时不载入模型，第一次编码时才载入。

    Args:
        setting: `e5-small`、sentence-transformers 模型的文件夹，或本机缓存里已有的模型名（`BAAI/bge-m3` 等）。
        cache: 放默认编码器的文件夹，默认用户缓存。
        data: 默认编码器的数据文件或 wheel，默认自己去找。

    Raises:
        EncoderNotFound: 没有这个文件夹，缓存里也没有这个名字。
    """
    if setting == DEFAULT:
        return ModelEncoder(e5_stamp.NAME, lambda: _own(e5.prepare(cache, data)), e5.DIM)
    folder = find_model(setting)
    return ModelEncoder(f"{Path(setting).name}@{fingerprint(folder)}", lambda: _by_library(folder))


def find_model(setting: str) -> Path:
    """设置所指的模型文件夹；名字只在本机缓存里找，从不下载。

    Raises:
        EncoderNotFound: 找不到。
    """
    folder = Path(setting).expanduser()
    if folder.is_dir():
        return folder
    prepare_environment()
    from huggingface_hub import snapshot_download  # noqa: PLC0415 只有用模型名时才要
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    for name in (setting, f"sentence-transformers/{setting}"):
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    raise EncoderNotFound(setting)


def fingerprint(folder: Path) -> str:
    """模型文件夹的短指纹：各文件的名字、大小和头尾内容，足以分辨版本而不必通读几个 G 的权重。"""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE))
            file.seek(max(_SAMPLE, size - _SAMPLE))
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:12]


class ModelEncoder:
    """由一个模型编码；可多个线程共用。

    Args:
        name: 身份，含版本。
        load: 载入模型，首次编码时调用一次。
        dim: 维数；不知道就载入后问模型。
    """

    def __init__(self, name: str, load: Callable[[], Model], dim: int | None = None) -> None:
        self.name = name
        self._load = load
        self._dim = dim
        self._model: Model | None = None
        self._lock = threading.Lock()
        self._queries: OrderedDict[str, Floats] = OrderedDict()

    @property
    def dim(self) -> int:
        """向量的维数。"""
        if self._dim is None:
            self._dim = self._loaded().dim
        return self._dim

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Floats:
        """编码段落。

        Args:
            texts: 段落，任意长短；超出模型上限的部分不计。
            progress: 每完成一批，以其条数调用。

        Returns:
            float32 [n, dim]，次序同 `texts`，每行长度为 1。

        Raises:
            EncoderError: 模型备不好、载不入或算不了。
        """
        import numpy as np  # noqa: PLC0415 与模型一同载入

        vectors = np.empty((len(texts), self.dim), np.float32)
        if not texts:
            return vectors
        model = self._loaded()
        for batch in batches([len(text) for text in texts]):
            vectors[batch] = self._encode(model.passages, [texts[number] for number in batch])
            if progress is not None:
                progress(len(batch))
        return vectors

    def encode_query(self, text: str) -> Floats:
        """编码一个问题；问过的直接取。

        Raises:
            EncoderError: 模型备不好、载不入或算不了。
        """
        known = self._queries.get(text)
        if known is None:
            known = self._encode(self._loaded().queries, [text])[0]
            known.flags.writeable = False
            self._queries[text] = known
            while len(self._queries) > QUERIES_REMEMBERED:
                self._queries.popitem(last=False)
        return known

    def _encode(self, encode: Callable[[list[str]], Floats], texts: list[str]) -> Floats:
        try:
            return encode([encodable(text) for text in texts])
        except (RuntimeError, MemoryError, IndexError, ValueError) as fault:
            raise EncoderFailed(self.name, str(fault)) from fault

    def _loaded(self) -> Model:
        with self._lock:
            if self._model is None:
                self._model = self._load()
                gc.freeze()  # 模型库的几十万个对象不会再变，垃圾回收不必回回都看一遍
            return self._model


def encodable(text: str) -> str:
    """去掉不成对的代理字符，它们无法编成 UTF-8。"""
    return text.encode("utf-8", "replace").decode("utf-8")


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """把序号分批：长短相近的在一批，少填空白；每批总长不过 `BATCH_CHARACTERS`，长的在前。"""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > BATCH_CHARACTERS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _own(folder: Path) -> Model:
    """默认的编码器：文件夹是我们制成的，直接载入。"""
    with _translated(folder):
        from index import e5_model  # noqa: PLC0415 torch 要一两秒，用到才导入

        return e5_model.load(folder)


def _by_library(folder: Path) -> Model:
    """别的编码器。"""
    with _translated(folder):
        from index import library  # noqa: PLC0415 连同 torch 要几秒钟，用到才导入

        return library.load(folder)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """库没有装好，或文件夹不是完好的模型。"""
    prepare_environment()
    try:
        yield
    except Exception as fault:  # tokenizers 对坏文件抛的就是 Exception
        raise EncoderUnusable(folder, str(fault)) from fault
