"""页面与素材：启动时读进内存并压好，带着指纹，浏览器里没变的不再发。"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Asset:
    """一份素材：内容、压过的内容、类型、指纹。"""

    content: bytes
    packed: bytes
    kind: str
    tag: str


def read(path: Path, kind: str) -> Asset:
    """读一份素材。"""
    content = path.read_bytes()
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:20]}"'
    return Asset(content, gzip.compress(content, mtime=0), kind, tag)


def sent(asset: Asset, request: Request) -> Response:
    """发给浏览器；它手里的就是这一份，只回一句没变。"""
    headers = {"ETag": asset.tag, "Vary": "Accept-Encoding"}
    if asset.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.content, media_type=asset.kind, headers=headers)
