"""分词与检索用词。"""

import importlib.util
import logging
import re
import unicodedata
import warnings
from collections.abc import Callable
from functools import cache
from importlib import resources
from itertools import pairwise

from platformdirs import user_cache_path

# 行业词的词频：足以压过任何逐字拼法，又不至于拆散更长的词。
TERM_FREQUENCY = 3000

# 二字串前的记号，使“公路”作为词与作为二字串各算各的。
BIGRAM_MARK = "~"

_STOP_WORDS = """
的 了 和 与 及 等 在 是 为 将 对 以 并 或 于 把 被 从 向 由 也 都 又 而 且 其 这 那 该 各 之 所 我 我们 他们 你 您
吗 呢 吧 啊 呀 请 请问 多少 几 哪 哪些 哪个 什么 怎么 怎样 如何 是否 有没有 以及 通过 进行 其中 关于
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_PARTICLES = frozenset("的了吗呢吧啊呀么")

_RUNS = re.compile(
    r"(?P<han>[\u3007\u3400-\u9fff\U00020000-\U0003134f]+)"
    r"|(?P<grouped>\d{1,3}(?:,\d{3})+(?:\.\d+)?)"
    r"|[a-z0-9]*[a-z][a-z0-9]*"
    r"|\d+(?:\.\d+)?"
)


def cut(text: str) -> list[str]:
    """把文字切成词，标点、空白也各成一项，连起来仍是原文。"""
    return _cutter()(text)


def cut_known(text: str) -> list[str]:
    """只按词典切，不猜新词：不成词的字各自单独。"""
    return _strict_cutter()(text)


def terms(text: str) -> list[str]:
    """一段文字的检索用词，按出现先后，有重复。

    词与编号取小写的 NFKC 形；汉字另加前有记号的二字串；标点与虚词不计。数字、编号（X009、ETC、1.5）整个算一词。
    """
    found: list[str] = []
    for run in _RUNS.finditer(unicodedata.normalize("NFKC", text).lower()):
        if run["han"]:
            found += [word for word in cut(run[0]) if word not in STOP_WORDS]
            found += _bigrams(run[0])
        else:
            found.append(run[0].replace(",", "") if run["grouped"] else run[0])
    return found


def query_terms(text: str) -> list[str]:
    """一个问题的检索用词：编号与二字串，不含整词。

    整词与它的二字串说的是一回事，一并计分反把切词的偶然算重了；只有不成二字串的单字才用词。
    """
    found = terms(text)
    return [term for term in found if term.startswith(BIGRAM_MARK) or term.isascii()] or found


def engine() -> str:
    """所用分词程序的名字；换了程序，旧的用词要重建。"""
    return "rjieba" if importlib.util.find_spec("rjieba") else "jieba"


def domain_terms() -> tuple[str, ...]:
    """随程序带的交通行业词表。"""
    text = resources.files("index").joinpath("terms.txt").read_text(encoding="utf-8")
    lines = (line.split("#", 1)[0] for line in text.splitlines())
    return tuple(word for line in lines for word in line.split())


def _bigrams(han: str) -> list[str]:
    return [BIGRAM_MARK + a + b for a, b in pairwise(han) if a not in _PARTICLES and b not in _PARTICLES]


@cache
def _cutter() -> Callable[[str], list[str]]:
    """头一次用到时才装入词典；装了 rjieba 用它（快二十倍），否则用 jieba。"""
    return _rust_cutter() if engine() == "rjieba" else _python_cutter()


@cache
def _strict_cutter() -> Callable[[str], list[str]]:
    return _rust_cutter(guess=False) if engine() == "rjieba" else _python_cutter(guess=False)


def _rust_cutter(*, guess: bool = True) -> Callable[[str], list[str]]:
    import rjieba  # noqa: PLC0415  词典在用到时才装入

    tokenizer = rjieba.Jieba()
    for word in domain_terms():
        tokenizer.add_word(word, TERM_FREQUENCY, None)

    def words(text: str) -> list[str]:
        return list(tokenizer.cut(text, hmm=guess))

    return words


def _python_cutter(*, guess: bool = True) -> Callable[[str], list[str]]:
    with warnings.catch_warnings():  # jieba 0.42.1 的源码自带弃用告警
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415  同上
    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()
    folder = user_cache_path("jihuatong")
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.tmp_dir = str(folder)  # 缺省放在公用临时目录，别人可以改
    for word in domain_terms():
        tokenizer.add_word(word, TERM_FREQUENCY)

    def words(text: str) -> list[str]:
        return list(tokenizer.lcut(text, HMM=guess))

    return words
