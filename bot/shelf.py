"""文件架：送来的一份文件叫什么名字、放在哪里、怎样写进报告文件夹。"""

import filecmp
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from bot.errors import BotError


class CannotChangeReports(BotError):
    """报告文件夹写不进、删不了。

    Args:
        name: 哪份文件。
        cause: 系统给的原因。
    """

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(f"《{name}》没有改成：{cause}。请检查报告文件夹的权限和空间。")


class NoFileName(BotError):
    """文件名用不得。"""

    def __init__(self) -> None:
        super().__init__("这个文件的名字不能用。请改成“单位＋年度＋标题”那样的名字再发。")


@dataclass(frozen=True, slots=True)
class Upload:
    """送来的一份报告；`content` 是内容，或报告文件夹里写好的草稿（收下后草稿就不在了）。

    `issuer`、`year` 是送的人说明的，只在原文没有写明时起作用。
    """

    name: str
    content: bytes | Path
    issuer: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """存好的一份文件：存成什么名字，是不是早就有了同样的一份，同名而不同的是哪份。"""

    name: str
    known: bool
    namesake: str | None = None


def file_name(upload: Upload) -> str:
    """存成什么名字：去掉路径与怪字符；名字里没有所说明的单位、年度，就加在前面。

    Raises:
        NoFileName: 名字里一个能用的字也没有。
    """
    plain = PurePath(upload.name.replace("\\", "/")).name
    plain = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*#]+', "_", plain).strip(" .~")
    stem, suffix = PurePath(plain).stem, PurePath(plain).suffix
    if not stem.strip("_"):
        raise NoFileName
    year = f"{upload.year}年" if upload.year is not None and str(upload.year) not in stem else ""
    issuer = upload.issuer if upload.issuer and upload.issuer not in stem else ""
    if issuer or not upload.issuer:
        stem = f"{issuer}{year}{stem}"
    else:
        stem = stem.replace(upload.issuer, upload.issuer + year, 1)
    return _short(stem, 180 - len(suffix.encode())) + suffix


def _short(text: str, limit: int) -> str:
    """截到这么多字节，不断在一个字里。"""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def place_for(folder: Path, wanted: str, content: bytes | Path) -> Added:
    """存在哪里：同名的内容一样就不必再存，不一样就另起一个名字。"""
    stem, suffix = PurePath(wanted).stem, PurePath(wanted).suffix
    number = 1
    while True:
        name = wanted if number == 1 else f"{stem}（{number}）{suffix}"
        path = folder / name
        try:
            if not path.exists():
                return Added(name, known=False, namesake=wanted if number > 1 else None)
            if path.is_file() and same(path, content):
                return Added(name, known=True)
        except OSError as error:
            raise CannotChangeReports(name, error.strerror or str(error)) from error
        number += 1


def same(path: Path, content: bytes | Path) -> bool:
    """文件里正是这些内容吗？"""
    if isinstance(content, Path):
        return filecmp.cmp(path, content, shallow=False)
    return path.stat().st_size == len(content) and path.read_bytes() == content


def written(path: Path, content: bytes | Path) -> None:
    """先写在旁边再改名：看得见的总是完整的一份。"""
    draft = content if isinstance(content, Path) else path.with_name(f".{path.name}.part")
    try:
        if isinstance(content, bytes):
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CannotChangeReports(path.name, error.strerror or str(error)) from error
