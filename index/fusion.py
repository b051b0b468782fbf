"""合并各路检索的分数。"""

from collections.abc import Mapping

from index.records import Hit

WORDS_SHARE = 0.7


def fuse(words: Mapping[int, float], dense: Mapping[int, float], share: float = WORDS_SHARE) -> tuple[Hit, ...]:
    """词与向量各自按最小—最大归一，再加权相加，高分在前。

    Args:
        words: 段落 → BM25 分。
        dense: 段落 → 余弦。
        share: 词所占的权重；其余归向量。
    """
    scaled_words, scaled_dense = _scaled(words), _scaled(dense)
    hits = [
        Hit(
            passage,
            share * scaled_words.get(passage, 0.0) + (1 - share) * scaled_dense.get(passage, 0.0),
            dense.get(passage),
            words.get(passage),
        )
        for passage in words.keys() | dense.keys()
    ]
    return tuple(sorted(hits, key=lambda h: (-h.score, h.passage)))


def _scaled(scores: Mapping[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    width = high - low
    return {key: (value - low) / width if width else 1.0 for key, value in scores.items()}
