"""问答与通道的错误。

JihuatongError（corpus.errors）
└── BotError              问答这一间的错误之根
    ├── SettingUnknown        不认识的设置
    ├── SettingInvalid        一项设置的值不对
    ├── SettingsUnreadable    设置文件读不出来
    ├── AddressTaken          网页的地址用不了
    ├── BackupNotWritten      备份写不出来
    ├── BackupUnusable        备份文件用不了
    ├── QuestionsUnreadable   题目文件读不懂（bot.evaluation.questions）
    ├── LedgerError           台账用不了（bot.ledger.errors）
    ├── WecomError            企业微信
    │   ├── AesKeyWrong           EncodingAESKey 不对
    │   ├── CallbackRefused       不理会的回调
    │   │   ├── SignatureWrong        签名不对
    │   │   ├── CallbackStale         时间相差太多
    │   │   ├── CallbackTooLarge      请求太大
    │   │   ├── CallbackUnreadable    读不懂
    │   │   └── ReceiverWrong         不是发给我们的
    │   ├── WecomRefused          企业微信回绝了
    │   ├── WecomUnreachable      一时连不上企业微信
    │   ├── DownloadUnreadable    文件解不开
    │   ├── DownloadTooLarge      文件太大
    │   └── BotTakenOver          智能机器人被另一个程序接走
    └── PeopleError           人员与权限（bot.people_errors）
"""

from difflib import get_close_matches
from pathlib import Path

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


class BackupNotWritten(BotError):
    """备份写不出来。

    Args:
        path: 备份文件。
        cause: 系统给的原因。
    """

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"备份没有写成“{path}”：{cause}。请换一个可写、空间足够的地方再试；原有的文件没有动。")
        self.path = path


class BackupUnusable(BotError):
    """备份文件用不了；什么也没有恢复。

    Args:
        path: 备份文件。
        cause: 为什么。
    """

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"备份“{path}”用不了：{cause}。请换一份完整的备份；现有的索引和台账没有动。")
        self.path = path


class WecomError(BotError):
    """企业微信这个通道的错误。"""


class AesKeyWrong(WecomError):
    """EncodingAESKey 解不成 32 字节的密钥。"""

    def __init__(self) -> None:
        super().__init__("EncodingAESKey 不对：它应当是 43 个字母和数字。请从企业微信管理后台重新复制。")


class CallbackRefused(WecomError):
    """不予理会的回调；`status` 是回给对方的 HTTP 状态。"""

    status = 403


class SignatureWrong(CallbackRefused):
    """签名不对。"""

    def __init__(self) -> None:
        super().__init__("回调的签名不对。如果是企业微信发来的，请核对 Token 是否与管理后台一致。")


class CallbackStale(CallbackRefused):
    """回调的时间与本机相差太多。

    Args:
        seconds: 相差多少秒；时间读不出来则为 None。
        window: 最多容许多少秒。
    """

    def __init__(self, seconds: int | None, window: int) -> None:
        gap = "读不出来" if seconds is None else f"与本机相差 {seconds} 秒"
        super().__init__(f"回调的时间{gap}，容许 {window} 秒。请校准本机的时钟，或调大设置 WECOM_CALLBACK_WINDOW。")


class CallbackTooLarge(CallbackRefused):
    """回调的正文太大。

    Args:
        limit: 最多多少字节。
    """

    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"回调的正文超过了 {limit} 字节，不予理会。")


class CallbackUnreadable(CallbackRefused):
    """回调的内容读不懂。

    Args:
        cause: 哪里不对。
    """

    status = 400

    def __init__(self, cause: str) -> None:
        super().__init__(f"回调读不懂：{cause}。如果是企业微信发来的，请核对 EncodingAESKey 是否与管理后台一致。")


class ReceiverWrong(CallbackRefused):
    """密文里的接收方不是我们。"""

    def __init__(self) -> None:
        super().__init__("回调里的接收方不是本企业。请核对企业 ID 是否与管理后台一致。")


class WecomRefused(WecomError):
    """企业微信回绝了一次调用。

    Args:
        code: 错误码；不是接口给的则是 HTTP 状态。
        doing: 当时在做什么。
        meaning: 是什么意思、怎么办。
    """

    def __init__(self, code: int, doing: str, meaning: str) -> None:
        super().__init__(f"企业微信回绝了{doing}（{code}）：{meaning}")
        self.code = code
        self.doing = doing


class WecomUnreachable(WecomError):
    """一时连不上企业微信，稍后再试。

    Args:
        doing: 当时在做什么。
        cause: 为什么。
        uncertain: 对方也许已经收下。
    """

    def __init__(self, doing: str, cause: str, *, uncertain: bool = False) -> None:
        super().__init__(f"{doing}没有成功：{cause}。程序会自动再试；一直如此，请检查本机到企业微信的网络。")
        self.doing = doing
        self.uncertain = uncertain


class DownloadUnreadable(WecomError):
    """下载来的文件解不开。"""

    def __init__(self) -> None:
        super().__init__("文件下载下来了，但解不开。请重新发送一次。")


class DownloadTooLarge(WecomError):
    """要下载的文件太大。

    Args:
        limit: 最多多少 MB。
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"文件超过了 {limit} MB，没有下载。请拆成几份再发，或直接放进报告文件夹。")


class BotTakenOver(WecomError):
    """另一个程序用同一个智能机器人连上了。"""

    def __init__(self) -> None:
        super().__init__(
            "另一个程序用同一个智能机器人连上了企业微信，本机的长连接已停用。"
            "一个机器人同时只能有一个长连接：请停掉那一个，再重新启动本程序。"
        )
