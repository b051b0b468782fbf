"""Telegram 的错误；都由 `line` 从 python-telegram-bot 的错误译来，句子里没有令牌。

BotError（bot.errors）
└── TelegramFault         Telegram 这个通道的错误
    ├── Unreachable           一时连不上，稍后再试
    ├── FloodWait             发得太快，要等多少秒
    ├── Refused               这一条永远发不成
    │   └── EntitiesRefused       不认这段 HTML，改发纯文字
    ├── Migrated              群换了编号
    ├── TokenRefused          令牌不对
    ├── Taken                 另一个程序在用同一个机器人收消息
    ├── TooLarge              文件太大，Telegram 不给下载
    └── DoorTaken             webhook 的端口用不了
"""

from bot.errors import BotError


class TelegramFault(BotError):
    """Telegram 这个通道的错误。"""


class Unreachable(TelegramFault):
    """一时连不上。

    Args:
        cause: 为什么。
    """

    def __init__(self, cause: str) -> None:
        super().__init__(f"一时连不上 Telegram：{cause}。程序会自动再试；一直如此，请检查网络和 TELEGRAM_BASE_URL。")


class FloodWait(TelegramFault):
    """发得太快。

    Args:
        seconds: 多少秒之后才能再发。
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram 嫌发得太快，{seconds:g} 秒之后再发。")
        self.seconds = seconds


class Refused(TelegramFault):
    """Telegram 回绝了这一条，再发也没有用。

    Args:
        cause: 为什么。
    """

    def __init__(self, cause: str) -> None:
        super().__init__(f"Telegram 回绝了：{cause}。")
        self.cause = cause


class EntitiesRefused(Refused):
    """不认这段 HTML。"""


class Migrated(TelegramFault):
    """群升级为超级群，换了编号。

    Args:
        chat: 新的编号。
    """

    def __init__(self, chat: int) -> None:
        super().__init__(f"这个群的编号换成了 {chat}。")
        self.chat = chat


class TokenRefused(TelegramFault):
    """令牌不对。"""

    def __init__(self) -> None:
        super().__init__("Telegram 不认这个令牌。请向 @BotFather 核对，写进设置 TELEGRAM_TOKEN，再重新启动。")


class Taken(TelegramFault):
    """另一个程序正用同一个机器人收消息。"""

    def __init__(self) -> None:
        super().__init__("另一个程序正用同一个 Telegram 机器人收消息。请停掉那一个；本程序会接着再试。")


class TooLarge(TelegramFault):
    """文件太大。"""

    def __init__(self) -> None:
        super().__init__("文件超过了 20 MB，Telegram 不让机器人下载。请拆成几份再发，或直接放进报告文件夹。")


class DoorTaken(TelegramFault):
    """webhook 在本机的端口用不了。

    Args:
        port: 端口。
        cause: 系统给的原因。
    """

    def __init__(self, port: int, cause: str) -> None:
        super().__init__(f"Telegram 的 webhook 不能用端口 {port}：{cause}。请改设 TELEGRAM_WEBHOOK_PORT。")
