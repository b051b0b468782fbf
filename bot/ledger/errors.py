"""台账的错误。

BotError（bot.errors）
└── LedgerError           台账（people.sqlite）用不了
    ├── LedgerUnwritable      台账所在的文件夹不能写
    ├── LedgerFull            磁盘满了
    ├── LedgerBusy            台账被别的程序占着
    ├── LedgerBroken          台账文件坏了
    ├── LedgerTooNew          台账是更新的程序写的
    └── ReplyUnreadable       记下的答复读不回来
"""

from pathlib import Path

from bot.errors import BotError


class LedgerError(BotError):
    """台账（people.sqlite）用不了。"""


class LedgerUnwritable(LedgerError):
    """台账所在的文件夹不能写。

    Args:
        folder: 文件夹。
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"台账写不进文件夹“{folder}”：没有写入的权限。请改正权限，或用 --data 另指定一个可写的文件夹。"
        )
        self.folder = folder


class LedgerFull(LedgerError):
    """磁盘满了；已记下的不受影响。

    Args:
        path: 台账文件。
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"磁盘已满，台账“{path}”写不进去。请腾出空间后再试，已记下的不受影响。")
        self.path = path


class LedgerBusy(LedgerError):
    """等了许久，台账仍被别的程序占着。

    Args:
        path: 台账文件。
        seconds: 等了多久。
    """

    def __init__(self, path: Path, seconds: int) -> None:
        super().__init__(f"台账“{path}”正被别的程序占用，等了 {seconds} 秒仍未放开。请稍后再试。")
        self.path = path


class LedgerBroken(LedgerError):
    """台账文件坏了；它不能由报告重建，只能从备份恢复。

    Args:
        path: 台账文件。
        cause: SQLite 说的原因。
    """

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"台账文件“{path}”读不通（{cause}）。人员和审计记录都在里面，请不要删去："
            "停下程序，用 jihuatong restore 从备份恢复。"
        )
        self.path = path


class LedgerTooNew(LedgerError):
    """台账是更新的程序写的。

    Args:
        path: 台账文件。
        found: 文件里表的版本。
        known: 本程序认识的最新版本。
    """

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"台账文件“{path}”是更新的程序写的（表的版本是 {found}，本程序只认识到 {known}）。"
            "请升级本程序，不要删去台账。"
        )
        self.path = path


class ReplyUnreadable(LedgerError):
    """记下的答复读不回来。

    Args:
        place: 第一处不对的地方。
        cause: 怎么不对。
    """

    def __init__(self, place: str, cause: str) -> None:
        where = place or "开头"
        super().__init__(
            f"审计记录里的一条答复读不回来（{where}：{cause}）。它可能是另一版程序记下的，请用那一版程序导出。"
        )
