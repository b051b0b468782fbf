"""人员、权限、登录与反馈的错误。

BotError（bot.errors）
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

from bot.errors import BotError


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
