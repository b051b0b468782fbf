"""问答与通道的错误。

JihuatongError（corpus.errors）
└── BotError              问答这一间的错误之根
    ├── SettingUnknown        不认识的设置
    ├── SettingInvalid        一项设置的值不对
    ├── SettingsUnreadable    设置文件读不出来
    ├── AddressTaken          网页的地址用不了
    ├── LedgerError           台账用不了（bot.ledger.errors）
    └── PeopleError           人员与权限（bot.people_errors）
"""

from difflib import get_close_matches

from corpus.errors import JihuatongError


class BotError(JihuatongError):
    """问答这一间的错误之根。"""


class SettingUnknown(BotError):
    """设置文件或环境变量里有不认识的键。

    Args:
        key: 写下的键。
        where: 写在哪里。
        known: 全部认识的键。
    """

    def __init__(self, key: str, where: str, known: tuple[str, ...]) -> None:
        near = get_close_matches(key, known, n=1)
        remedy = f"是不是想写 {near[0]}？" if near else f"可用的设置有：{'、'.join(known)}。"
        super().__init__(f"不认识的设置 {key}（写在{where}里）。{remedy}")
        self.key = key


class SettingInvalid(BotError):
    """一项设置的值不对。

    Args:
        key: 哪一项。
        value: 写下的值；密钥一类不给看。
        expected: 应当是什么。
    """

    def __init__(self, key: str, value: str, expected: str) -> None:
        super().__init__(f"设置 {key} 的值“{value}”不对：应当是{expected}。")
        self.key = key


class SettingsUnreadable(BotError):
    """设置文件读不出来。

    Args:
        path: 文件。
        cause: 为什么。
    """

    def __init__(self, path: str, cause: str) -> None:
        super().__init__(f"设置文件 {path} 读不出来：{cause}。请按 TOML 格式改正，例如 web_port = 8765。")


class AddressTaken(BotError):
    """网页要用的地址和端口用不了。

    Args:
        address: 主机与端口。
        cause: 系统给的原因。
    """

    def __init__(self, address: str, cause: str) -> None:
        super().__init__(f"网页不能在 {address} 上启动：{cause}。请改用别的端口（--port 或设置 WEB_PORT）。")
