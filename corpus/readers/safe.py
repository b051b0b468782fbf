"""不信任的压缩包与 XML：限大小，关实体。"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from corpus.errors import BrokenFile, EncryptedFile, HostileFile, OversizedFile

MEGABYTE = 1 << 20
PART_LIMIT = 64 * MEGABYTE
TOTAL_LIMIT = 256 * MEGABYTE
RATIO_LIMIT = 200
# 借用的库对损坏的内容抛出的各种异常；各家 XML 的语法错误都是 SyntaxError。
PARSER_FAULTS: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,  # 含 NotImplementedError、RecursionError
    OSError,
    EOFError,
)
_ENCRYPTED_FLAG = 0x1


@dataclass(frozen=True, slots=True)
class Archive:
    """一个打开的压缩包；只按名取成员，从不写盘。"""

    name: str
    kind: str
    zip: zipfile.ZipFile
    places: Mapping[str, str]
    """成员名（小写，“/”隔开）→ 包里的写法。"""

    def names(self) -> tuple[str, ...]:
        """成员名，按包内次序，一律用“/”隔开。"""
        return tuple(tidy(name) for name in self.zip.namelist())

    def has(self, member: str) -> bool:
        """有没有这个成员；大小写不论。"""
        return tidy(member).lower() in self.places

    def read(self, member: str) -> bytes:
        """取一个成员的内容。

        Raises:
            OversizedFile: 成员解开后过大，或压缩比高得反常。
            EncryptedFile: 成员设了密码。
            BrokenFile: 成员损坏。
        """
        return self.take(self.zip.getinfo(self.places[tidy(member).lower()]))

    def take(self, info: zipfile.ZipInfo) -> bytes:
        """取一个成员的内容；出错同 `read`。"""
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise EncryptedFile(self.name)
        if info.file_size > PART_LIMIT:
            raise OversizedFile(self.name, f"单个部件 {PART_LIMIT // MEGABYTE} MB")
        if info.file_size > MEGABYTE and info.file_size > RATIO_LIMIT * max(info.compress_size, 1):
            raise OversizedFile(self.name, f"压缩比 {RATIO_LIMIT} 倍")
        try:
            with self.zip.open(info) as part:
                data = part.read(PART_LIMIT + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            raise BrokenFile(self.name, self.kind) from error
        if len(data) > PART_LIMIT:
            raise OversizedFile(self.name, f"单个部件 {PART_LIMIT // MEGABYTE} MB")
        return data

    def xml(self, member: str) -> etree._Element | None:
        """取一个 XML 成员的根元素；没有这个成员则为 None。"""
        if not self.has(member):
            return None
        return parse_xml(self.read(member), self.name, self.kind)


def tidy(member: str) -> str:
    """成员名的通常写法：有的软件用反斜杠隔开，或以“/”“./”开头。"""
    return member.replace("\\", "/").removeprefix("./").lstrip("/")


def open_archive(data: bytes, name: str, kind: str) -> Archive:
    """打开压缩包，先看总大小。

    Raises:
        BrokenFile: 不是完好的压缩包。
        OversizedFile: 全部解开后过大。
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise BrokenFile(name, kind) from error
    if sum(info.file_size for info in opened.infolist()) > TOTAL_LIMIT * 4:
        raise OversizedFile(name, f"解压后 {TOTAL_LIMIT * 4 // MEGABYTE} MB")
    return Archive(name, kind, opened, {tidy(member).lower(): member for member in opened.namelist()})


def parse_xml(data: bytes, name: str, kind: str) -> etree._Element:
    """解析 XML，不解实体，不联网。

    Raises:
        HostileFile: 含有 DOCTYPE 或实体定义。
        BrokenFile: 不是完好的 XML。
    """
    plain = data.replace(b"\x00", b"") if b"\x00" in data[:4096] else data
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise HostileFile(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenFile(name, kind) from error
