"""网页的错误。

BotError（bot.errors）
└── WebError              网页拒绝了一个请求
    ├── SignInNeeded          要先登录
    ├── TokenWrong            接口令牌不对
    ├── FormRefused           不是从本页提交的
    ├── TooFast               问得太快
    ├── UploadTooLarge        上传的文件太大
    ├── UploadUnknown         上传的不是报告的格式
    └── UploadBroken          上传中断
"""

from bot.errors import BotError


class WebError(BotError):
    """网页拒绝了一个请求；`status` 是 HTTP 状态。"""

    status = 400


class SignInNeeded(WebError):
    """要先登录。"""

    status = 401

    def __init__(self) -> None:
        super().__init__("这件事要先登录。请在“管理”页登录；还没有帐号的，用管理员给的邀请码注册。")


class TokenWrong(WebError):
    """接口令牌不对，或已收回。"""

    status = 401

    def __init__(self) -> None:
        super().__init__("接口令牌不对，或者已经收回。请向管理员要一个新的。")


class FormRefused(WebError):
    """请求不是从本页发出的。"""

    status = 403

    def __init__(self) -> None:
        super().__init__("这个请求不是从本页发出的，没有照办。请刷新页面再试。")


class TooFast(WebError):
    """问得太快。

    Args:
        seconds: 多少秒之后再试。
    """

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"问得太快了，请 {seconds} 秒后再问。")
        self.seconds = seconds


class UploadTooLarge(WebError):
    """上传的文件太大。

    Args:
        limit: 最多多少 MB。
    """

    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"文件太大：一份最多 {limit} MB。请拆成几份，或直接放进报告文件夹。")


class UploadUnknown(WebError):
    """上传的不是报告的格式。

    Args:
        name: 文件名。
    """

    status = 415

    def __init__(self, name: str) -> None:
        super().__init__(
            f"《{name}》不是读得了的格式。可以上传 Word、WPS、PDF、OFD、Excel、PPT、文本、网页、邮件、图片或 zip。"
        )


class UploadBroken(WebError):
    """上传中断。"""

    def __init__(self) -> None:
        super().__init__("上传中断了，没有存下。请再传一次。")
