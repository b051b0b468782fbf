"""下载用户发来的文件：边收边数，太大的不收；加密的解开。"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import httpx
from anyio import to_thread

from bot.channels.wecom.crypto import decrypted_file
from bot.channels.wecom.wire import check, refuse, unreachable
from bot.errors import DownloadTooLarge, WecomUnreachable

LARGEST = 100
"""最多多少 MB，智能机器人也只收这么大的。"""
UNNAMED = "企业微信文件"
LONGEST_NAME = 100

_MEGABYTE = 1024 * 1024
_EXTENDED = re.compile(r"filename\*\s*=\s*utf-8''([^;\s]+)", re.IGNORECASE)
_QUOTED = re.compile(r'filename\s*=\s*"([^"]*)"|filename\s*=\s*([^;]+)', re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class File:
    """一个文件；`name` 不含文件夹。"""

    name: str
    content: bytes


async def download(
    http: httpx.AsyncClient, address: str, doing: str, parameters: Mapping[str, str] | None = None
) -> File:
    """下载一个文件。

    Raises:
        WecomUnreachable: 网络不通，或对方出了 5xx。
        WecomRefused: 对方回绝了。
        DownloadTooLarge: 文件太大。
    """
    content = bytearray()
    try:
        async with http.stream("GET", address, params=parameters, follow_redirects=True) as response:
            check(response, doing)
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > LARGEST * _MEGABYTE:
                    raise DownloadTooLarge(LARGEST)
    except httpx.InvalidURL:
        raise WecomUnreachable(doing, "下载的网址不对") from None
    except httpx.HTTPError as error:
        raise unreachable(error, doing) from None
    _refuse_answer(response, bytes(content), doing)
    return File(_name(response, address), bytes(content))


async def decrypted(file: File, key: bytes) -> File:
    """解开一个加密的文件。

    Raises:
        DownloadUnreadable: 解不开。
    """
    return File(file.name, await to_thread.run_sync(decrypted_file, key, file.content))


def file_name(written: str) -> str:
    """只留文件名，去掉文件夹与控制字符；没有名字的给一个。"""
    last = re.split(r"[\\/]", _CONTROL.sub("", written))[-1].strip(" .")
    return last[-LONGEST_NAME:] or UNNAMED


def _refuse_answer(response: httpx.Response, content: bytes, doing: str) -> None:
    """取不到文件时，对方用 JSON 说明原因。"""
    if "content-disposition" in response.headers or "json" not in response.headers.get("content-type", "json"):
        return
    try:
        found = json.loads(content)
    except ValueError:
        return
    if isinstance(found, dict) and "errcode" in found:
        refuse(found, doing)


def _name(response: httpx.Response, address: str) -> str:
    """应答头里的文件名；没有则取网址的最后一段。"""
    header = response.headers.get("content-disposition", "")
    if extended := _EXTENDED.search(header):
        return file_name(unquote(extended[1]))
    if quoted := _QUOTED.search(header):
        return file_name(unquote(quoted[1] or quoted[2] or ""))
    last = unquote(urlsplit(address).path.rsplit("/", 1)[-1])
    return file_name(last if "." in last else "")
