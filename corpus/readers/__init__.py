"""每种格式一个读入器，按内容而不按名字选。"""

import io
import re
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from corpus.errors import (
    EmptyFile,
    ForeignArchive,
    MissingFile,
    OversizedFile,
    UnfinishedFile,
    UnknownFormat,
    UnopenableFile,
    UnreadableFile,
)
from corpus.readers import plain
from corpus.readers.safe import MEGABYTE, tidy
from corpus.readers.sight import BLIND, Sight
from corpus.records import Text

FILE_LIMIT = 300 * MEGABYTE
TEXT_LIMIT = 1_500_000
"""一份文件最多多少字；三百页的报告约有三十万。"""
_OWN_FILES = frozenset({"questions.jsonl", "reports.toml", "thumbs.db", "desktop.ini"})
_UNFINISHED = (".tmp", ".part", ".crdownload", ".download", ".swp", ".lock")
_BLANK = b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"GIF8", b"RIFF")
_FOREIGN = ((b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"))
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(
    r"(?:Received|Return-Path|From|To|Cc|Subject|Date|MIME-Version|Message-ID|Content-Type|Delivered-To|X-[\w-]+):\s",
    re.IGNORECASE,
)
_OLD_XML = re.compile(
    rb"progid=\"Word\.Document\"|schemas\.microsoft\.com/office/word/2003/wordml|<pkg:package|<uof:", re.IGNORECASE
)


class Reader(Protocol):
    """一个读入器：从字节到文字。"""

    def read(self, data: bytes, name: str) -> Text:
        """读一份文件。"""
        ...


class SightedReader(Protocol):
    """可能遇到扫描页的读入器：从字节到文字，扫描页由 `sight` 决定认不认。"""

    def read(self, data: bytes, name: str, sight: Sight) -> Text:
        """读一份文件。"""
        ...


@dataclass(frozen=True, slots=True)
class Sniffed:
    """认格式要看的东西：全部字节，压缩包的成员名（不是压缩包则为空），开头一段读成的文字。"""

    data: bytes
    members: frozenset[str]
    head: str

    def has(self, *prefixes: str) -> bool:
        """压缩包里有没有名字这样开头的成员。"""
        return any(member.lower().startswith(prefixes) for member in self.members)


@dataclass(frozen=True, slots=True)
class Kind:
    """一种格式：怎样从内容认出，由哪个读入器读；`sighted` 表示里面可能有扫描页。"""

    module: str
    matches: Callable[[Sniffed], bool]
    sighted: bool = False

    def read(self, data: bytes, name: str, sight: Sight) -> Text:
        """读一份这种格式的文件。"""
        module = import_module(f"corpus.readers.{self.module}")
        if self.sighted:
            return cast("SightedReader", module).read(data, name, sight)
        return cast("Reader", module).read(data, name)


KINDS: tuple[Kind, ...] = (
    Kind("docx", lambda it: it.has("word/document"), sighted=True),
    Kind("sheet", lambda it: it.has("xl/workbook.xml", "xl/worksheets/")),
    Kind("slides", lambda it: it.has("ppt/presentation.xml", "ppt/slides/")),
    Kind("ofd", lambda it: it.has("ofd.xml"), sighted=True),
    Kind("legacy", lambda it: bool({"mimetype", "content.xml"} <= it.members), sighted=True),
    Kind("archive", lambda it: it.data.startswith((b"PK\x03\x04", b"PK\x05\x06")), sighted=True),
    Kind("legacy", lambda it: it.data.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")), sighted=True),
    Kind("pdf", lambda it: b"%PDF-" in it.data[:1024], sighted=True),
    Kind("scan", lambda it: it.data.startswith(_IMAGES) and b"\x00" in it.data[:4096], sighted=True),
    Kind("legacy", lambda it: bool(_OLD_XML.search(it.data[:4096])), sighted=True),
    Kind("mail", lambda it: _is_mail(it.head), sighted=True),
    Kind("web", lambda it: bool(_HTML.match(it.head) or re.search(r"<html[\s>]", it.head[:2000], re.IGNORECASE))),
    Kind("plain", lambda it: plain.is_text(it.data) and not it.head.lstrip("\ufeff").startswith("<?xml")),
)


def _is_mail(head: str) -> bool:
    """开头是一串邮件头：至少三行，或写明是 MIME 的两行（单文件网页）。"""
    top = re.split(r"\r?\n\r?\n", head.lstrip("\ufeff"), maxsplit=1)[0]
    rows = [row for row in re.split(r"\r?\n", top) if row and row[0] not in " \t"]
    least = 2 if re.match(r"MIME-Version:", top, re.IGNORECASE) else 3
    return sum(bool(_MAIL.match(row)) for row in rows) >= least and bool(_MAIL.match(rows[0]))


def can_read(name: str) -> bool:
    """列文件夹时要不要叫这个名字的文件：锁文件、隐藏文件、没写完的临时文件和我们自己的清单不要。"""
    return not (
        name.startswith(("~$", ".", "~WRL", ".~lock"))
        or name.lower() in _OWN_FILES
        or name.lower().endswith(_UNFINISHED)
    )


def read(path: Path, name: str, sight: Sight = BLIND) -> Text:
    """读一份文件。

    Args:
        path: 文件。
        name: 给人看的名字（相对于报告文件夹的路径）。
        sight: 扫描页认过什么，认不认；没有认的列在 `Text.waiting`。

    Raises:
        UnreadableFile: 读不出来；文字说明为什么、怎么办。
    """
    return read_bytes(load(path, name), name, sight)


def load(path: Path, name: str) -> bytes:
    """一份文件的全部字节。

    Raises:
        UnreadableFile: 打不开，或过大。
    """
    try:
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            raise UnopenableFile(name)
        if before.st_size > FILE_LIMIT:
            raise OversizedFile(name, f"{FILE_LIMIT // MEGABYTE} MB")
        data = path.read_bytes()
        after = path.stat()
    except FileNotFoundError as error:
        raise MissingFile(name) from error
    except OSError as error:
        raise UnopenableFile(name) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnfinishedFile(name)
    return data


def read_bytes(data: bytes, name: str, sight: Sight = BLIND) -> Text:
    """按内容选读入器读一份文件的字节。

    Raises:
        UnreadableFile: 读不出来。
    """
    text = kind_of(data, name).read(data, name, sight)
    if _length(text) > TEXT_LIMIT:
        raise OversizedFile(name, f"{TEXT_LIMIT // 10_000} 万字")
    return text


def _length(text: Text) -> int:
    """共多少字，压缩包里的也算。"""
    return sum(len(line.text) for line in text.lines) + sum(_length(member.text) for member in text.members)


def kind_of(data: bytes, name: str) -> Kind:
    """从内容认出是哪一种格式。

    Raises:
        EmptyFile: 是空的。
        UnknownFormat: 认不出。
        ForeignArchive: 本程序不解的压缩格式。
    """
    if not data.strip(_BLANK):
        raise EmptyFile(name)
    sniffed = Sniffed(data, _members(data), plain.decode(data[:8192])[0])
    found = next((kind for kind in KINDS if kind.matches(sniffed)), None)
    if found is None:
        raise _unknown(data, name)
    return found


def _members(data: bytes) -> frozenset[str]:
    """压缩包的成员名；目录损坏（没有传完）时按内容里的字样猜，好说清是什么坏了。"""
    if not data.startswith(b"PK"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(tidy(name) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        known = ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml", "OFD.xml")
        return frozenset(name for name in known if name.encode() in data)


def _unknown(data: bytes, name: str) -> UnreadableFile:
    kind = next((kind for mark, kind in _FOREIGN if data.startswith(mark)), None)
    return UnknownFormat(name) if kind is None else ForeignArchive(name, kind)
