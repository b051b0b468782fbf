"""问答与通道的错误。

JihuatongError（corpus.errors）
└── BotError              问答这一间的错误之根
    ├── SettingUnknown        不认识的设置
    ├── SettingInvalid        一项设置的值不对
    ├── SettingsUnreadable    设置文件读不出来
    ├── AddressTaken          网页的地址用不了
    ├── LedgerError           台账（people.sqlite）用不了
    │   ├── LedgerUnwritable      台账所在的文件夹不能写
    │   ├── LedgerFull            磁盘满了
    │   ├── LedgerBusy            台账被别的程序占着
    │   ├── LedgerBroken          台账文件坏了
    │   ├── LedgerTooNew          台账是更新的程序写的
    │   └── ReplyUnreadable       记下的答复读不回来
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
    └── PeopleError           人员与权限
        ├── NotAllowed            没有做这件事的权限
        ├── InvitationNeeded      要先输入邀请码
        ├── StrangersRefused      不接待未登记的人
        ├── PersonBlocked         这个人已被停用
        ├── CodeInvalid           邀请码、关联码、管理员码不对
        ├── TooManyTries          试错太多次
        ├── HigherRoleHere        关联会丢掉更高的角色
        ├── LastAdmin             最后一位管理员
        ├── PersonMissing         没有这个人
        ├── IdentityTaken         这个帐号已经是别人的
        ├── PasswordTooShort      密码太短
        ├── LoginTaken            登录名已有人用
        ├── SignInFailed          登录名或密码不对
        ├── AnswerMissing         没有这条答复
        └── FeedbackMissing       没有这条反馈
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


class PeopleError(BotError):
    """人员与权限。"""


class NotAllowed(PeopleError):
    """没有做这件事的权限。

    Args:
        name: 谁。
        what: 想做什么。
        roles: 哪些角色可以做。
    """

    def __init__(self, name: str, what: str, roles: tuple[str, ...]) -> None:
        super().__init__(f"{name}没有“{what}”的权限，只有{'、'.join(roles)}可以。需要的话请联系管理员。")


class InvitationNeeded(PeopleError):
    """未登记的人要先输入邀请码。"""

    def __init__(self) -> None:
        super().__init__("您还没有登记。请把管理员给您的邀请码发到这里；没有邀请码请向管理员索取。")


class StrangersRefused(PeopleError):
    """不接待未登记的人。"""

    def __init__(self) -> None:
        super().__init__("这里只回答已登记的人。请联系管理员为您登记。")


class PersonBlocked(PeopleError):
    """这个人已被停用。"""

    def __init__(self) -> None:
        super().__init__("您的帐号已停用。请联系管理员恢复。")


class CodeInvalid(PeopleError):
    """码不对、过期、用完，三者不加区分，免得被人试探。"""

    def __init__(self) -> None:
        super().__init__("这个码不对，或者已经过期、用完。请核对后再发一次，或请对方重新生成一个。")


class TooManyTries(PeopleError):
    """试错太多次。

    Args:
        minutes: 多少分钟之后再试。
    """

    def __init__(self, minutes: int) -> None:
        super().__init__(f"试错的次数太多，请 {minutes} 分钟后再试。")
        self.minutes = minutes


class HigherRoleHere(PeopleError):
    """关联会丢掉更高的角色。

    Args:
        role: 这一边的角色。
    """

    def __init__(self, role: str) -> None:
        super().__init__(f"您在这里已经是{role}，比另一边的角色高。请反过来：在这里生成关联码，到另一边输入。")


class LastAdmin(PeopleError):
    """最后一位管理员不能降级、停用或移除。

    Args:
        name: 谁。
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}是最后一位管理员，不能降级、停用或移除。请先让另一个人成为管理员。")


class PersonMissing(PeopleError):
    """没有这个人。

    Args:
        who: 所找的编号或姓名。
    """

    def __init__(self, who: str) -> None:
        super().__init__(f"没有“{who}”这个人。用 jihuatong users 可以列出全部人员。")


class IdentityTaken(PeopleError):
    """这个帐号已经是别人的。

    Args:
        channel: 通道。
        name: 现在是谁的。
    """

    def __init__(self, channel: str, name: str) -> None:
        super().__init__(f"这个 {channel} 帐号已经登记为{name}。要合为一人，请用关联码。")


class PasswordTooShort(PeopleError):
    """密码太短。

    Args:
        least: 至少多少个字符。
    """

    def __init__(self, least: int) -> None:
        super().__init__(f"密码太短，至少要 {least} 个字符。请换一个长一些的。")


class LoginTaken(PeopleError):
    """登录名已有人用。

    Args:
        login: 登录名。
    """

    def __init__(self, login: str) -> None:
        super().__init__(f"登录名“{login}”已有人用。请换一个。")


class SignInFailed(PeopleError):
    """登录名或密码不对，两者不加区分。"""

    def __init__(self) -> None:
        super().__init__("登录名或密码不对。请核对后再试，忘记密码请联系管理员。")


class AnswerMissing(PeopleError):
    """没有这条答复，或已过了保存期。

    Args:
        number: 答复的编号。
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号为 {number} 的答复，它可能已过了保存期。请重新提问。")
        self.number = number


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


class FeedbackMissing(PeopleError):
    """没有这条反馈。

    Args:
        number: 反馈的编号。
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号为 {number} 的反馈，它所说的答复可能已过了保存期。请刷新反馈箱。")
        self.number = number
