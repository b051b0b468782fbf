"""旧格式（.doc .wps .rtf .odt .xls .et .ppt）：借 LibreOffice 转成新格式再读。"""

import atexit
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import olefile

from corpus import readers
from corpus.errors import BrokenFile, EncryptedFile, MissingProgram, OversizedFile
from corpus.readers.safe import PARSER_FAULTS
from corpus.readers.sight import Sight
from corpus.records import Text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECONDS = 50
_RESULT_LIMIT = 300 << 20
_PLACES = (
    "/usr/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Legacy:
    """一种旧格式：给人看的名字、后缀、转成什么。"""

    kind: str
    suffix: str
    target: str


_WORD = Legacy("旧版 Word（WPS）文件", "doc", "docx")
_EXCEL = Legacy("旧版电子表格", "xls", "xlsx")
_SLIDES = Legacy("旧版演示文稿", "ppt", "pptx")
_RTF = Legacy("RTF 文件", "rtf", "docx")
_ODT = Legacy("OpenDocument 文件", "odt", "docx")
_ODS = Legacy("OpenDocument 表格", "ods", "xlsx")
_ODP = Legacy("OpenDocument 演示文稿", "odp", "pptx")
_XML = Legacy("Word 2003 XML 文件", "xml", "docx")
_UOF = Legacy("UOF 文件", "uot", "docx")


def read(data: bytes, name: str, sight: Sight) -> Text:
    """转换后读。

    Raises:
        EncryptedFile: 要密码。
        MissingProgram: 没有安装 LibreOffice。
        BrokenFile: 转换不了，或超过时限。
    """
    legacy = legacy_of(data, name)
    program = find_program()
    if program is None:
        raise MissingProgram(name, legacy.kind, "LibreOffice")
    return readers.read_bytes(converted(data, name, legacy, program), name, sight)


def legacy_of(data: bytes, name: str) -> Legacy:
    """从内容认出是哪一种旧格式。

    Raises:
        EncryptedFile: 要密码。
        BrokenFile: 认不出，或损坏。
    """
    if data.startswith(_OLE):
        return _ole(data, name)
    if data.startswith(b"{\\rtf"):
        return _RTF
    head = data[:4096]
    if data.startswith(b"PK"):
        table = (
            (b"opendocument.text", _ODT),
            (b"opendocument.spreadsheet", _ODS),
            (b"opendocument.presentation", _ODP),
        )
        return next((legacy for mark, legacy in table if mark in head), _ODT)
    if b"Word.Document" in head or b"wordml" in head or b"xmlPackage" in head:
        return _XML
    if b"uof" in head.lower():
        return _UOF
    raise BrokenFile(name, "旧格式文件")


def _ole(data: bytes, name: str) -> Legacy:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = {"/".join(entry) for entry in ole.listdir()}
            if "EncryptedPackage" in streams or _is_encrypted(ole, streams):
                raise EncryptedFile(name)
    except PARSER_FAULTS as error:
        raise BrokenFile(name, "旧版 Office 文件") from error
    for stream, legacy in (
        ("WordDocument", _WORD),
        ("Workbook", _EXCEL),
        ("Book", _EXCEL),
        ("PowerPoint Document", _SLIDES),
    ):
        if stream in streams:
            return legacy
    raise BrokenFile(name, "旧版 Office 文件")


def _is_encrypted(ole: "olefile.OleFileIO[str]", streams: set[str]) -> bool:
    """.doc 看 FIB 的加密位，.xls 看 FILEPASS 记录，.ppt 看当前用户流的标记。"""
    if "WordDocument" in streams:
        flags = ole.openstream("WordDocument").read(12)
        return len(flags) == 12 and bool(flags[11] & 0x01)  # noqa: PLR2004
    for stream in {"Workbook", "Book"} & streams:
        return b"\x2f\x00" in _record_types(ole.openstream(stream).read(8192))
    if "Current User" in streams:
        return ole.openstream("Current User").read(16)[12:16] == b"\xdf\xc4\xd1\xf3"
    return False


def _record_types(data: bytes) -> list[bytes]:
    """BIFF 流开头各记录的类型。"""
    found: list[bytes] = []
    at = 0
    while at + 4 <= len(data) and len(found) < 40:  # noqa: PLR2004
        found.append(data[at : at + 2])
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    return found


def find_program() -> str | None:
    """LibreOffice 在哪里；没有安装为 None。"""
    named = shutil.which("soffice") or shutil.which("libreoffice")
    return named or next((place for place in _PLACES if Path(place).exists()), None)


def converted(data: bytes, name: str, legacy: Legacy, program: str) -> bytes:
    """用自己的配置目录转换一份文件，到时限就停。

    Raises:
        BrokenFile: 没有转出来。
        OversizedFile: 转出来的过大。
    """
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="jihuatong-") as folder:
        work = Path(folder)
        source = work / f"input.{legacy.suffix}"
        source.write_bytes(data)
        profile = _profile().as_uri()
        options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to", legacy.target]
        command = [program, f"-env:UserInstallation={profile}", *options, "--outdir", str(work / "out"), str(source)]
        with _running(command) as process:
            try:
                process.wait(_SECONDS)
            except subprocess.TimeoutExpired as error:
                _profile.cache_clear()
                raise BrokenFile(name, legacy.kind) from error
        result = work / "out" / f"input.{legacy.target}"
        if not result.exists():
            raise BrokenFile(name, legacy.kind)
        if result.stat().st_size > _RESULT_LIMIT:
            raise OversizedFile(name, f"{_RESULT_LIMIT >> 20} MB")
        return result.read_bytes()


@cache
def _profile() -> Path:
    """LibreOffice 在本进程里用的配置目录，不碰用户自己的；退出时删去。"""
    folder = tempfile.mkdtemp(prefix="jihuatong-office-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """开一个进程，离开时连同它的子进程一起结束。"""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 - 命令是找到的 LibreOffice，参数是我们自己的临时文件
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
