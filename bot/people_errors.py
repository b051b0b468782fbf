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
    ├── PasswordWrong         现在的密码不对
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


class PasswordWrong(PeopleError):
    """改密码时说的现在的密码不对。"""

    def __init__(self) -> None:
        super().__init__("现在的密码不对，没有改。请核对后再试，忘记了请让管理员重设。")


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


class FeedbackMissing(PeopleError):
    """没有这条反馈。

    Args:
        number: 反馈的编号。
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号为 {number} 的反馈，它所说的答复可能已过了保存期。请刷新反馈箱。")
        self.number = number
