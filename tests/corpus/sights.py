"""测试用的 `Sight` 与替身引擎。"""

from corpus.readers.sight import Seen


class Eager:
    """没认过的都认，认过的都记着；`asked` 是问过的页。"""

    def __init__(self, most: int = 1000) -> None:
        self.kept: dict[str, Seen] = {}
        self.asked: list[str] = []
        self._most = most

    def recall(self, key: str) -> Seen | None:
        """认过的。"""
        self.asked.append(key)
        return self.kept.get(key)

    def wants(self, key: str) -> bool:  # noqa: ARG002  接口如此
        """没有到数就认。"""
        return len(self.kept) < self._most

    def keep(self, key: str, seen: Seen) -> None:
        """记下。"""
        self.kept[key] = seen
