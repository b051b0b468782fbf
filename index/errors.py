"""建索引与检索时的错误。

JihuatongError（corpus.errors）
└── IndexingError         索引这一间的错误之根
"""

from corpus.errors import JihuatongError


class IndexingError(JihuatongError):
    """索引这一间的错误之根。"""
