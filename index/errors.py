"""建索引与检索时的错误。

JihuatongError（corpus.errors）
└── IndexingError         索引这一间的错误之根
    ├── EncoderError            编码器用不了
    │   ├── EncoderNotFound     设置所指的编码器本机没有
    │   ├── EncoderDataMissing  找不到默认编码器的数据文件
    │   ├── BrokenEncoderData   数据文件不是所要的那一份
    │   ├── EncoderNotSaved     制好的编码器写不进缓存
    │   ├── EncoderUnusable     模型文件夹载不入
    │   └── EncoderFailed       编码时出错
    ├── CannotKeepIndex   放索引的文件夹不能写
    ├── NoRoom            磁盘满了
    ├── IndexBusy         索引被别的程序占着
    ├── AnotherWriter     另一个程序正在建索引
    ├── BrokenIndex       索引文件坏了
    ├── DiskFault         放索引的磁盘读写出错
    ├── OtherIndexVersion 索引是更新的程序建的
    ├── NoCorpus          没有报告文件夹
    ├── UnreadableFolder  文件夹列不出来
    ├── GenerationGone    那一代索引已经重现不了
    └── NoSuchReport      索引里没有这份报告
"""

from datetime import datetime
from pathlib import Path

from corpus.errors import JihuatongError


class IndexingError(JihuatongError):
    """索引这一间的错误之根。"""


class EncoderError(IndexingError):
    """编码器用不了。"""


class EncoderDataMissing(EncoderError):
    """找不到默认编码器的数据文件。

    Args:
        file: 数据文件名。
        command: 取得它的命令。
        folder: 取来后放到哪里。
    """

    def __init__(self, file: str, command: str, folder: Path) -> None:
        super().__init__(
            f"没有找到默认编码器的数据文件 {file}。请运行 {command}，把所得 .whl 里的 {file} 放进 {folder}，再试一次。"
        )
        self.file = file
        self.folder = folder


class BrokenEncoderData(EncoderError):
    """默认编码器的数据文件不是所要的那一份。

    Args:
        file: 数据文件或 wheel。
        command: 重新取得它的命令。
    """

    def __init__(self, file: Path, command: str) -> None:
        super().__init__(f"{file} 不完整，或不是所要的版本。请删去它，运行 {command} 重新取得。")
        self.file = file


class EncoderNotSaved(EncoderError):
    """制好的编码器写不进缓存。

    Args:
        folder: 缓存文件夹。
        cause: 系统所说的原因。
    """

    def __init__(self, folder: Path, cause: str) -> None:
        super().__init__(f"编码器写不进 {folder}（{cause}）。请确认该文件夹可写，并留出 400 MB 空间。")
        self.folder = folder
        self.cause = cause


class CannotKeepIndex(IndexingError):
    """放索引的文件夹不能写。"""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"索引存不进文件夹“{folder}”：没有写入的权限。请用 --data 另指定一个可写的文件夹，报告仍放在原处。"
        )
        self.folder = folder


class NoRoom(IndexingError):
    """磁盘满了；已提交的索引不受影响。"""

    def __init__(self, path: Path) -> None:
        super().__init__(f"磁盘已满，索引“{path}”写不进去。请腾出空间后再运行一次，已建好的部分不受影响。")
        self.path = path


class IndexBusy(IndexingError):
    """等了许久，索引仍被别的程序占着。"""

    def __init__(self, path: Path, seconds: int) -> None:
        super().__init__(f"索引“{path}”正被别的程序占用，等了 {seconds} 秒仍未放开。请稍后再试。")
        self.path = path


class AnotherWriter(IndexingError):
    """另一个程序正在建索引。"""

    def __init__(self, pid: int | None, since: datetime | None) -> None:
        who = "另一个程序" if pid is None else f"另一个程序（进程 {pid}）"
        when = "" if since is None else f"从 {since:%Y-%m-%d %H:%M:%S} 起"
        super().__init__(f"{who}{when}正在建索引。请等它完成后再试；其间照常可以提问。")
        self.pid = pid
        self.since = since


class BrokenIndex(IndexingError):
    """索引文件坏了；报告还在，可以重建。"""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"索引文件“{path}”读不通（{cause}）。请运行 jihuatong verify 由报告重建，报告本身不受影响。")
        self.path = path
        self.cause = cause


class DiskFault(IndexingError):
    """放索引的磁盘读写出错；索引未必坏了。"""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"索引“{path}”所在的磁盘读写出错（{cause}）。请检查磁盘（网络盘看看连着没有），再试一次；不必删除索引。"
        )
        self.path = path


class OtherIndexVersion(IndexingError):
    """索引是更新的程序建的。"""

    def __init__(self, path: Path, found: int, wanted: int) -> None:
        super().__init__(
            f"索引文件“{path}”是更新的程序建的（表的版本是 {found}，本程序用 {wanted}）。"
            "请升级本程序，或删去这个文件再运行 jihuatong index 重建，报告本身不受影响。"
        )
        self.path = path


class NoCorpus(IndexingError):
    """报告文件夹不存在。"""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"没有报告文件夹“{folder}”。请用 --corpus 指定放报告的文件夹。")
        self.folder = folder


class EncoderNotFound(EncoderError):
    """设置所指的编码器本机没有。

    Args:
        setting: `ENCODER` 的值。
    """

    def __init__(self, setting: str) -> None:
        super().__init__(
            f"没有找到编码器“{setting}”：它不是本机的文件夹，缓存里也没有这个名字的模型（本程序不联网下载）。"
            "请把 ENCODER 设为模型文件夹的路径，或设为 e5-small。"
        )
        self.setting = setting


class EncoderUnusable(EncoderError):
    """模型文件夹载不入。

    Args:
        folder: 模型文件夹。
        cause: 库所说的原因。
    """

    def __init__(self, folder: Path, cause: str) -> None:
        super().__init__(
            f"编码器 {folder} 载不入（{cause}）。请确认它是完整的 sentence-transformers 模型，依赖也已装齐。"
        )
        self.folder = folder
        self.cause = cause


class EncoderFailed(EncoderError):
    """编码时出错，多半是内存不足。

    Args:
        name: 编码器的名字。
        cause: 库所说的原因。
    """

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(f"编码器 {name} 算不出向量（{cause}）。请关闭别的程序腾出内存再试；仍不行，请换一个编码器。")
        self.name = name
        self.cause = cause


class UnreadableFolder(IndexingError):
    """报告文件夹或它下面的文件夹列不出来。"""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹“{folder}”打不开，不知道里面有哪些报告。请检查读取的权限；索引暂时保持原样。")
        self.folder = folder


class GenerationGone(IndexingError):
    """那一代索引已经重现不了。"""

    def __init__(self, generation: int, why: str) -> None:
        super().__init__(f"第 {generation} 代索引已不在，不能在它上面重答：{why}")
        self.generation = generation


class NoSuchReport(IndexingError):
    """索引里没有这份报告。"""

    def __init__(self, name: str) -> None:
        super().__init__(f"索引里没有《{name}》。它可能刚被删去或改名，请运行 jihuatong status 查看现有的报告。")
        self.name = name
