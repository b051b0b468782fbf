"""切词：把一段实词切成报告里有的词，改掉同音错字。"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise

from bot import cues
from index.homophones import homophones
from index.synonyms import known_phrases, synonyms
from index.words import BIGRAM_MARK, cut, cut_known

Vocabulary = Callable[[Iterable[str]], Mapping[str, int]]
"""一批词（二字串前加记号）各见于多少段。"""


_HAN = re.compile(r"[\u4e00-\u9fff]+")


VERBS = frozenset("输撤死伤罚剩开建修收查抓拿发看招买办改装设投评搞种铺拆管护补减增降涨占用花亏省降")
SINGLES = frozenset("车路桥人家县镇村厅局所站")
_PLAIN_CHARACTERS = frozenset("一二三四五六七八九十百千万里外上下中前后大小多少有无不没是在和与及的地得之其此本该每各")
_PLAIN_CHARACTERS |= VERBS | SINGLES
_PREFIXES = frozenset("总新全各首副年月日")


Piece = tuple[str, int]
"""词与它在这一段里的位置。"""


def segmented(run: str, vocabulary: Vocabulary | None) -> list[Piece]:
    """把一段连续的实词切成词。

    Args:
        run: 去掉问法、标点之后的一段。
        vocabulary: 报告的用词，用来改同音字、纠正切错的词；None 则不纠正。
    """
    if vocabulary is None:
        return _pieces(run)
    run = corrected(run, vocabulary)
    words = _pieces(run)
    if any(_strange(word, seen) for word, _ in words for seen in [vocabulary({word.lower()})]):
        return _by_known_words(run, vocabulary) or _resegmented(words, vocabulary)
    return words


def _strange(word: str, seen: Mapping[str, int]) -> bool:
    """报告里没有、也不是虚词和已知说法的词。"""
    return len(word) > 1 and not seen.get(word.lower()) and not synonyms(word) and word not in cues.STOP_TOKENS


def _by_known_words(run: str, vocabulary: Vocabulary) -> list[Piece]:
    """全用报告里有的词（两字以上，或动词、虚词的单字）切得开就这样切，词越长越好；切不开则为空。"""
    size = len(run)
    spans = [(i, j) for i in range(size) for j in range(i + 2, min(i + _LONGEST, size) + 1)]
    seen = vocabulary({run[i:j].lower() for i, j in spans})
    pieces = {(i, j): run[i:j].lower() for i, j in spans}
    pairs = vocabulary({BIGRAM_MARK + a + b for a, b in pairwise(run.lower())})
    known = {at for at, p in pieces.items() if seen.get(p) or synonyms(p) or p in cues.STOP_TOKENS}
    known |= {(i, i + 1) for i, c in enumerate(run) if c in VERBS or c in SINGLES or c in cues.STOP_TOKENS}
    known |= {  # 三九｜路 合为三九路
        (i, j)
        for (i, j), p in pieces.items()
        if p[-1] in SINGLES and (i, j - 1) in known and pairs.get(BIGRAM_MARK + p[-2:])
    }
    best: list[tuple[int, list[Piece]]] = [(0, []), *[(-1, [])] * size]
    for j in range(1, size + 1):
        for i in range(max(0, j - _LONGEST), j):
            score = best[i][0] + (j - i) ** 2
            if best[i][0] >= 0 and (i, j) in known and score > best[j][0]:
                best[j] = (score, [*best[i][1], (run[i:j], i)])
    return best[size][1]


_LONGEST = 8


def _pieces(text: str) -> list[Piece]:
    """一段连续文字里的词及其位置；单字并入前一个词（三九｜路 → 三九路），动词与常用单字除外。"""
    found: list[Piece] = []
    at = 0
    while at < len(text):
        phrase = next((p for p in _phrases_from(text[at]) if text.startswith(p, at)), "")
        if phrase:
            found.append((phrase, at))
            at += len(phrase)
            continue
        end = next(
            (i for i in range(at + 1, len(text)) if any(text.startswith(p, i) for p in _phrases_from(text[i]))),
            len(text),
        )
        offset = at
        for word in cut(text[at:end]):
            found.append((word, offset))
            offset += len(word)
        at = end
    return _merged(found)


@cache
def _phrases_from(first: str) -> tuple[str, ...]:
    return tuple(p for p in known_phrases() if p[0] == first.lower() and len(p) > 2)  # noqa: PLR2004 - 二字词交给分词


def _merged(words: list[Piece]) -> list[Piece]:
    """单字并入紧邻的词：先并入前一个，没有前一个就并入后一个（南｜崔路 → 南崔路）。"""
    result: list[Piece] = []
    for word, at in words:
        joins = (
            len(word) == 1
            and word not in _PREFIXES
            and word not in VERBS
            and word not in cues.STOP_TOKENS
            and result
            and len(result[-1][0]) > 1
            and result[-1][1] + len(result[-1][0]) == at
            and result[-1][0] not in cues.STOP_TOKENS
        )
        opens = (
            result
            and len(word) > 1
            and len(result[-1][0]) == 1
            and result[-1][0] not in VERBS | SINGLES
            and result[-1][0] not in cues.STOP_TOKENS
            and word not in cues.STOP_TOKENS
            and result[-1][1] + 1 == at
        )
        if joins or opens:
            result[-1] = (result[-1][0] + word, result[-1][1])
        else:
            result.append((word, at))
    return result


def _resegmented(words: list[Piece], vocabulary: Vocabulary) -> list[Piece]:
    """报告里没有的词，可能是切错了（快通｜证发）：并上前后的词，在报告里没有的二字串处重新切开。"""
    seen = vocabulary({w for w, _ in words} | {BIGRAM_MARK + a + b for w, _ in words for a, b in pairwise(w)})
    result: list[Piece] = []
    for word, at in (_stripped(w, i, seen) for w, i in words):
        strange = _strange(word, seen)
        if strange and result and result[-1][1] + len(result[-1][0]) == at and len(result[-1][0]) > 1:
            before, start = result.pop()
            cut_again = _split_unknown(before + word, start, vocabulary)
            kept = any(at < i + len(piece) for piece, i in cut_again)
            result += cut_again if kept else [(before, start), (word, at)]
        elif strange and len(word) > 2:  # noqa: PLR2004 - 二字词没有可切之处
            result += _split_unknown(word, at, vocabulary) or _split_finer(word, at, vocabulary) or [(word, at)]
        else:
            result.append((word, at))
    return result


_LEADING = frozenset("能要会可想还已被给将请把由")


def _stripped(word: str, at: int, seen: Mapping[str, int]) -> Piece:
    """切错而粘上的虚字去掉（能省 → 省）。"""
    if len(word) > 1 and word[0] in _LEADING and not seen.get(word.lower()):
        return word[1:], at + 1
    return word, at


def _split_unknown(run: str, at: int, vocabulary: Vocabulary) -> list[Piece]:
    """在报告里没有的二字串处切开；切不出两字以上的片段则为空。"""
    seen = vocabulary({BIGRAM_MARK + a + b for a, b in pairwise(run.lower())})
    cuts = [
        0,
        *(i + 1 for i, (a, b) in enumerate(pairwise(run.lower())) if not seen.get(BIGRAM_MARK + a + b)),
        len(run),
    ]
    pieces = [(run[a:b], at + a) for a, b in pairwise(cuts)]
    kept = [(p, i) for p, i in pieces if len(p) > 1 or p in VERBS or p in SINGLES]
    return kept if any(len(p) > 1 for p, _ in kept) else []


def _split_finer(word: str, at: int, vocabulary: Vocabulary) -> list[Piece]:
    """整个不见于报告的长词，拆成见于报告的两半（新能源出租车 → 新能源｜出租车）；拆不成则为空。"""
    if len(word) < 4:  # noqa: PLR2004 - 三字以下不再拆
        return []
    halves = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
    seen = vocabulary({h.lower() for pair in halves for h in pair})
    good = [(left, right) for left, right in halves if all(seen.get(h.lower()) or synonyms(h) for h in (left, right))]
    return [(good[-1][0], at), (good[-1][1], at + len(good[-1][0]))] if good else []


def corrected(run: str, vocabulary: Vocabulary) -> str:
    """改一段实词里的同音错字（三酒路 → 三九路）。

    一个不成词的字，与左右邻字在报告里都不相连，而换成某个同音字就相连，便换。
    """
    lone = _lone_characters(run)
    seen = vocabulary({BIGRAM_MARK + a + b for a, b in pairwise(run)}) if lone else {}
    for i in sorted(lone, key=lambda i: i in (0, len(run) - 1)):
        around = [run[j : j + 2] for j in (i - 1, i) if 0 <= j < len(run) - 1 and not _is_edge(run, i, j)]
        if around and not any(seen.get(BIGRAM_MARK + g) for g in around):
            better = _homophone(run, i, vocabulary)
            if better:
                return run[:i] + better + run[i + 1 :]
    return run


def _lone_characters(run: str) -> list[int]:
    """不查新词时被单独切开的汉字。"""
    at, lone = 0, []
    for word in cut_known(run):
        if len(word) == 1 and _HAN.fullmatch(word) and word not in _PLAIN_CHARACTERS:
            lone.append(at)
        at += len(word)
    return lone


def _is_edge(run: str, i: int, j: int) -> bool:
    """邻字是单独的动词或虚词，不与这个字成词。"""
    other = run[j] if j < i else run[j + 1]
    return other in VERBS or other in cues.STOP_TOKENS


def _homophone(run: str, i: int, vocabulary: Vocabulary) -> str:
    before = run[i - 1 : i] if i and not _is_edge(run, i, i - 1) else ""
    after = run[i + 1 : i + 2] if i + 1 < len(run) and not _is_edge(run, i, i) else ""
    same = [c for c in homophones(run[i]) if c != run[i]]
    grams = {BIGRAM_MARK + before + c for c in same if before} | {BIGRAM_MARK + c + after for c in same if after}
    seen = vocabulary(grams)
    scored = []
    for c in same:
        sides = [
            seen.get(BIGRAM_MARK + g, 0) for g in ((before + c) if before else "", (c + after) if after else "") if g
        ]
        scored.append((min(sides, default=0), c))
    best = max(scored, default=(0, ""))
    return best[1] if best[0] else ""
