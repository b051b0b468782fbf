"""读报告时的错误。

JihuatongError          一切本程序错误之根；`str()` 就是给人看的中文句子
└── UnreadableFile      整份文件读不出：是哪份、为什么、怎么办
"""


class JihuatongError(Exception):
    """本程序自己的错误；文字写给用户看。"""


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
