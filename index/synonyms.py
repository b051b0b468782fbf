"""同义说法。"""

from collections import defaultdict
from functools import cache
from importlib import resources


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    text = resources.files("index").joinpath("synonyms.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        words = line.split()
        for word in words:
            found[word.lower()] += [w.lower() for w in words if w != word]
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}


def synonyms(word: str) -> tuple[str, ...]:
    """一个词的同义说法（小写），不含它自己；没有则为空。"""
    return _groups().get(word.lower(), ())


def known_phrases() -> tuple[str, ...]:
    """表里出现过的全部说法，长的在前；读问题时先认它们，免得被分词拆散。"""
    return _phrases()


@cache
def _phrases() -> tuple[str, ...]:
    return tuple(sorted(_groups(), key=len, reverse=True))
