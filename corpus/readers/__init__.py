"""每种格式一个读入器，按内容而不按名字选。"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from corpus.errors import BrokenFile, EmptyFile, OversizedFile, UnknownFormat
from corpus.readers import plain
from corpus.readers.safe import MEGABYTE
from corpus.records import Text

FILE_LIMIT = 300 * MEGABYTE
_OWN_FILES = frozenset({"questions.jsonl", "reports.toml", "thumbs.db", "desktop.ini"})
_UNFINISHED = (".tmp", ".part", ".crdownload", ".download", ".swp", ".lock")


class Reader(Protocol):
    """一个读入器：从字节到文字。"""

    def read(self, data: bytes, name: str) -> Text:
        """读一份文件。"""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """一种格式：怎样从内容认出，由哪个读入器读。"""

    module: str
    matches: Callable[[bytes], bool]


def _is_zip_with(*members: bytes) -> Callable[[bytes], bool]:
    return lambda data: data[:4] == b"PK\x03\x04" and any(member in data for member in members)


KINDS: tuple[Kind, ...] = (
    Kind("docx", _is_zip_with(b"word/document.xml", b"word/document2.xml")),
    Kind("plain", plain.is_text),
)


def can_read(path: Path) -> bool:
    """列文件夹时要不要这个文件：锁文件、隐藏文件、没写完的临时文件和我们自己的清单不要。"""
    name = path.name
    return not (
        name.startswith(("~$", ".", "~WRL", ".~lock"))
        or name.lower() in _OWN_FILES
        or name.lower().endswith(_UNFINISHED)
    )


def read(path: Path, name: str) -> Text:
    """读一份文件。

    Args:
        path: 文件。
        name: 给人看的名字（相对于报告文件夹的路径）。

    Raises:
        UnreadableFile: 读不出来；文字说明为什么、怎么办。
    """
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise OversizedFile(name, f"{FILE_LIMIT // MEGABYTE} MB")
        data = path.read_bytes()
    except OSError as error:
        raise BrokenFile(name, "打不开的文件") from error
    return read_bytes(data, name)


def read_bytes(data: bytes, name: str) -> Text:
    """按内容选读入器读一份文件的字节。

    Raises:
        UnreadableFile: 读不出来。
    """
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile(name)
    for kind in KINDS:
        if kind.matches(data):
            reader = cast("Reader", import_module(f"corpus.readers.{kind.module}"))
            return reader.read(data, name)
    raise UnknownFormat(name)
