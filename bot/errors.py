"""问答与通道的错误。

JihuatongError（corpus.errors）
└── BotError              问答这一间的错误之根
"""

from corpus.errors import JihuatongError


class BotError(JihuatongError):
    """问答这一间的错误之根。"""
