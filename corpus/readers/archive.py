"""压缩包（.zip）：逐个成员读，一个坏了不影响其余；从不写盘。"""

import posixpath
from zipfile import ZipInfo

from corpus import readers
from corpus.errors import EmptyFile, EncryptedFile, OversizedFile, UnreadableFile
from corpus.readers.safe import MEGABYTE, open_archive
from corpus.readers.sight import Sight
from corpus.records import Member, Problem, Text

_KIND = "压缩包"
_MEMBER_LIMIT = 1000
_TOTAL_LIMIT = 512 * MEGABYTE
_DEPTH_LIMIT = 2
_UTF8_FLAG = 0x800


def read(data: bytes, name: str, sight: Sight) -> Text:
    """读一个压缩包里的全部文件。

    Raises:
        EncryptedFile: 各成员都要密码。
        EmptyFile: 没有一份读得出的文件。
        OversizedFile: 成员过多，或合计过大。
    """
    archive = open_archive(data, name, _KIND)
    infos = [info for info in archive.zip.infolist() if not info.is_dir() and _wanted(member_name(info))]
    if len(infos) > _MEMBER_LIMIT:
        raise OversizedFile(name, f"{_MEMBER_LIMIT} 个文件")
    if sum(info.file_size for info in infos) > _TOTAL_LIMIT:
        raise OversizedFile(name, f"解压后 {_TOTAL_LIMIT // MEGABYTE} MB")
    if infos and all(info.flag_bits & 1 for info in infos):
        raise EncryptedFile(name)
    members: list[Member] = []
    problems: list[Problem] = []
    for info in infos:
        own = member_name(info)
        try:
            if is_outside(own):
                problems.append(Problem(name, own, f"压缩包里的《{own}》路径指向包外，为安全没有读。"))
            elif _depth(name) >= _DEPTH_LIMIT and own.lower().endswith(".zip"):
                problems.append(Problem(name, own, f"《{own}》套了太多层压缩，没有读。请解开后再放入。"))
            else:
                members.append(Member(own, readers.read_bytes(archive.take(info), f"{name}/{own}", sight)))
        except UnreadableFile as error:
            problems.append(Problem(name, own, str(error)))
    if not members and not problems:
        raise EmptyFile(name)
    return Text((), 0, tuple(problems), tuple(members))


def member_name(info: ZipInfo) -> str:
    """成员名：没有 UTF-8 标记的按 GB18030 读。"""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def is_outside(name: str) -> bool:
    """成员路径是否指向包外（../、绝对路径、盘符）。"""
    flat = posixpath.normpath(name.replace("\\", "/"))
    return flat.startswith(("../", "/")) or flat == ".." or ":" in flat.split("/")[0]


def _wanted(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not any(part == "__MACOSX" or (part.startswith((".", "~$")) and part not in {"..", "."}) for part in parts)


def _depth(name: str) -> int:
    return name.lower().count(".zip/") + 1
