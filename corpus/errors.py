"""读报告时的错误。

JihuatongError          一切本程序错误之根；`str()` 就是给人看的中文句子
├── BrokenCorrections   `reports.toml` 读不通或写不进，更正没有写入
└── UnreadableFile      整份文件读不出：是哪份、为什么、怎么办
"""

from pathlib import Path


class JihuatongError(Exception):
    """本程序自己的错误；文字写给用户看。"""


class BrokenCorrections(JihuatongError):
    """更正没有写进 `reports.toml`。

    Args:
        path: 文件。
        cause: 为什么。
    """

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"更正没有写入“{path}”：{cause}。请先把这个文件改好（或删去重写），再试一次。")
        self.path = path


class UnreadableFile(JihuatongError):
    """整份文件读不出来。

    Args:
        name: 文件名。
        cause: 为什么，如“文件已加密”。
        remedy: 怎么办，如“请去掉密码后重新放入”。
    """

    def __init__(self, name: str, cause: str, remedy: str) -> None:
        super().__init__(f"《{name}》读不出来：{cause}。{remedy}。")
        self.name = name
        self.cause = cause
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        """可以在进程之间传：种类不变，句子不变。"""
        return _restored, (type(self), self.name, self.cause, self.remedy)


def _restored(kind: type[UnreadableFile], name: str, cause: str, remedy: str) -> UnreadableFile:
    error = kind.__new__(kind)
    UnreadableFile.__init__(error, name, cause, remedy)
    return error


class EmptyFile(UnreadableFile):
    """文件里没有文字。"""

    def __init__(self, name: str) -> None:
        super().__init__(name, "文件里没有文字", "请确认放入的是写好的文件")


class EncryptedFile(UnreadableFile):
    """文件设了密码。"""

    def __init__(self, name: str) -> None:
        super().__init__(name, "文件已加密，打开需要密码", "请去掉密码后重新放入")


class BrokenFile(UnreadableFile):
    """文件损坏，或没有写完。"""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name, f"像是{kind}，但内容损坏或不完整", "请用原来的软件打开确认，另存一份再放入")


class MissingFile(UnreadableFile):
    """没有这个文件。"""

    def __init__(self, name: str) -> None:
        super().__init__(name, "没有这个文件", "请核对文件名和所在的文件夹")


class UnopenableFile(UnreadableFile):
    """文件在，但打不开：是文件夹，没有权限，或磁盘出错。"""

    def __init__(self, name: str) -> None:
        super().__init__(name, "打不开，它不是普通文件，或没有读它的权限", "请确认这是文件，并放开读取权限")


class UnfinishedFile(UnreadableFile):
    """读的时候文件还在变。"""

    def __init__(self, name: str) -> None:
        super().__init__(name, "读的时候还在写入", "请等写完、保存好再读一次")


class OversizedFile(UnreadableFile):
    """文件过大，或解压后过大（压缩炸弹）。"""

    def __init__(self, name: str, limit: str) -> None:
        super().__init__(name, f"内容过大，超过了{limit}的限度", "请拆成几份，或删去其中的图片再放入")


class HostileFile(UnreadableFile):
    """文件里有不该有的东西（外部实体、实体炸弹），不予解析。"""

    def __init__(self, name: str) -> None:
        super().__init__(
            name, "文件里定义了 XML 实体，正常的办公文件不会有，为安全不予解析", "请用办公软件打开后另存一份再放入"
        )


class UnknownFormat(UnreadableFile):
    """认不出是什么格式。"""

    def __init__(self, name: str) -> None:
        super().__init__(name, "认不出这是什么格式的文件", "请另存为 .docx、.pdf 或 .txt 再放入")


class MissingProgram(UnreadableFile):
    """读这种格式要用的软件没有安装。"""

    def __init__(self, name: str, kind: str, program: str) -> None:
        super().__init__(name, f"这是{kind}，要借助 {program} 才能读", f"请安装 {program}，或另存为 .docx 再放入")


class ScannedFile(UnreadableFile):
    """整份是扫描的图像，或文字层是乱码，要用文字识别才能读。"""

    def __init__(self, name: str, pages: int) -> None:
        super().__init__(
            name,
            f"是扫描件（{pages} 页），没有可用的文字",
            "请放入文字版，或运行 python3 scripts/start.py --ocr 装上文字识别组件",
        )


class UnfinishedScan(UnreadableFile):
    """扫描件在限定的时间里一页也没有识别完。"""

    def __init__(self, name: str, pages: int) -> None:
        super().__init__(
            name,
            f"是扫描件（{pages} 页），限定的时间里没有识别完一页",
            "请放进报告文件夹运行 jihuatong index，不限时地识别",
        )


class NothingInside(UnreadableFile):
    """压缩包、邮件里的文件一份也读不出。"""

    def __init__(self, name: str) -> None:
        super().__init__(name, "里面的文件一份也读不出来", "请照逐份说明的原因改好后重新放入")


class FaultyReader(UnreadableFile):
    """读它的程序自己出了错。"""

    def __init__(self, name: str) -> None:
        super().__init__(name, "程序在读它时出了错", "请把这份文件交给开发者，或另存一份再放入")


class CrashedReader(UnreadableFile):
    """读它的进程中途没了：多半是内容损坏得让解析库崩溃，或内存不够。"""

    def __init__(self, name: str) -> None:
        super().__init__(
            name, "读它的进程中途崩溃，文件多半损坏或过大", "请用原来的软件打开确认，另存一份（大的拆成几份）再放入"
        )


class SlowFile(UnreadableFile):
    """过了时限还没有读完。"""

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(name, f"读了 {seconds:.0f} 秒还没有读完", "请拆成几份，或另存为 .docx 再放入")


class ForeignArchive(UnreadableFile):
    """本程序不解的压缩格式。"""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name, f"是 {kind} 压缩包，本程序只解 .zip", "请解开后把文件直接放入")
