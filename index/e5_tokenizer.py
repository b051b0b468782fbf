"""e5 的分词器：裁小的词表与 `tokenizers` 库的配置。"""

import base64
import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.e5_weights import Vocabulary

METASPACE = "▁"
MASK = "<mask>"
SHORT = 4
FREQUENT = 10_000
_WINDOW = 512
_CHINESE_TEXT = re.compile(
    "["
    "\u0021-\u007e"  # ASCII
    "\u00a1-\u00bf\u00d7\u00f7"  # ·×÷° 等
    "\u2000-\u2bff"  # 标点、单位、箭头、数学、几何图形
    "\u3000-\u303f\u3200-\u33ff"  # 中文标点、带圈与带括号的字
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # 汉字
    "\ufe10-\ufe6f\uff00-\uffef"  # 竖排、小写与全角
    "]*"
)
_LETTERS = re.compile("[\u00a1-\u052f\u3040-\u30ff]?")  # 拉丁、希腊、西里尔字母与假名，只留单个的
_LETTER = re.compile("[A-Za-z]")
_PROMPT_PIECES = frozenset({"▁query", "▁passage", ":", METASPACE})


def kept_pieces(vocabulary: Vocabulary) -> list[int]:
    """中文与 ASCII 文字用得着的词条编号，原来的次序。

    汉字、标点、数字全留；拉丁、希腊、西里尔字母和假名留单个的；含英文字母的留不超过四个字符的和最常用的，
    较长的外文词会拆成几块，仍可编码。提示语的词条和特殊词条必留。
    """
    special = {vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unk}
    return [
        number
        for number, piece in enumerate(vocabulary.pieces)
        if number in special or piece == MASK or _used_in_chinese(piece, number)
    ]


def _used_in_chinese(piece: str, rank: int) -> bool:
    word = piece.lstrip(METASPACE)
    if piece in _PROMPT_PIECES or _LETTERS.fullmatch(word):
        return True
    if not _CHINESE_TEXT.fullmatch(word):
        return False
    return not _LETTER.search(word) or len(word) <= SHORT or rank < FREQUENT


def tokenizer_json(vocabulary: Vocabulary, kept: Sequence[int], normalization: Mapping[int, str]) -> dict[str, object]:
    """`tokenizer.json` 的内容：XLM-R 的约定（归一化、词首加 ▁、<s> … </s>）。

    Args:
        vocabulary: 全部词条。
        kept: 要留的编号；新编号就是在其中的次序。
        normalization: 码点到替换文字。
    """
    ids = {old: new for new, old in enumerate(kept)}
    specials = (vocabulary.bos, vocabulary.pad, vocabulary.eos, vocabulary.unk, vocabulary.pieces.index(MASK))
    bos, eos = vocabulary.pieces[vocabulary.bos], vocabulary.pieces[vocabulary.eos]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added_token(ids[old], vocabulary.pieces[old]) for old in specials],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": precompiled_charsmap(normalization)},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "WhitespaceSplit"},
                {"type": "Metaspace", "replacement": METASPACE, "prepend_scheme": "always", "split": True},
            ],
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_special(bos), _sequence("A"), _special(eos)],
            "pair": [_special(bos), _sequence("A"), _special(eos), _special(eos), _sequence("B"), _special(eos)],
            "special_tokens": {
                bos: {"id": bos, "ids": [ids[vocabulary.bos]], "tokens": [bos]},
                eos: {"id": eos, "ids": [ids[vocabulary.eos]], "tokens": [eos]},
            },
        },
        "decoder": {"type": "Metaspace", "replacement": METASPACE, "prepend_scheme": "always", "split": True},
        "model": {
            "type": "Unigram",
            "unk_id": ids[vocabulary.unk],
            "vocab": [[vocabulary.pieces[old], vocabulary.scores[old]] for old in kept],
            "byte_fallback": False,
        },
    }


def _added_token(number: int, content: str) -> dict[str, object]:
    return {
        "id": number,
        "content": content,
        "single_word": False,
        "lstrip": content == MASK,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


def _special(token: str) -> dict[str, object]:
    return {"SpecialToken": {"id": token, "type_id": 0}}


def _sequence(name: str) -> dict[str, object]:
    return {"Sequence": {"id": name, "type_id": 0}}


def precompiled_charsmap(normalization: Mapping[int, str]) -> str:
    """SentencePiece 的“预编译字符表”：双数组字典树，接以零结尾的替换文字，base64。"""
    texts = bytearray()
    starts: dict[str, int] = {}
    for text in normalization.values():
        if text not in starts:
            starts[text] = len(texts)
            texts += text.encode() + b"\0"
    keys = {chr(point).encode(): starts[text] for point, text in normalization.items() if point}
    trie = double_array(keys).astype("<u4").tobytes()
    return base64.b64encode(len(trie).to_bytes(4, "little") + trie + texts).decode()


def double_array(keys: Mapping[bytes, int]) -> NDArray[np.uint32]:
    """darts-clone 格式的双数组字典树。

    从单元 0 起，读一个字节 c 就走到 `位置 ^ 偏移 ^ c`；单元的低八位是标签，第 8 位表示此处成词，第 10 位起是偏移；
    成词时 `位置 ^ 偏移` 处单元的低 31 位是值。

    Args:
        keys: 不含零字节的非空键与小于 2³¹ 的值；总量须在几十万个单元以内。
    """
    children = _children(keys)
    units: dict[int, int] = {}
    slots = _Slots()
    stack: list[tuple[bytes, int]] = [(b"", 0)]
    while stack:
        prefix, here = stack.pop()
        labels = children[prefix]
        base = slots.claim(labels)
        units[here] = (prefix[-1] if prefix else 0) | (here ^ base) << 10 | (0x100 if labels[0] == 0 else 0)
        for label in labels:
            if label == 0:
                units[base] = keys[prefix] | 1 << 31
            else:
                stack.append((prefix + bytes([label]), base ^ label))
    array = np.zeros((max(units) | 0xFF) + 1, np.uint32)
    array[list(units)] = list(units.values())
    return array


def _children(keys: Mapping[bytes, int]) -> dict[bytes, list[int]]:
    """每个前缀后可接的字节，升序；0 表示到此成词。"""
    children: dict[bytes, set[int]] = {}
    for key in keys:
        for end, byte in enumerate(key):
            children.setdefault(key[:end], set()).add(byte)
        children.setdefault(key, set()).add(0)
    return {prefix: sorted(labels) for prefix, labels in children.items()}


class _Slots:
    """双数组里已占的单元与已用的基址；两个结点不得同基址，否则会走进别家的子结点。"""

    def __init__(self) -> None:
        self.taken = {0}
        self.bases = {0}
        self.last = 0

    def claim(self, labels: Sequence[int]) -> int:
        """占下一组标签的单元，返回其基址；只在末尾一段里找空位，以免越找越慢。"""
        position = max(1, self.last - _WINDOW)
        while not self._fits(base := position ^ labels[0], labels):
            position += 1
        self.bases.add(base)
        self.taken.update(base ^ label for label in labels)
        self.last = max(self.last, base ^ labels[-1])
        return base

    def _fits(self, base: int, labels: Sequence[int]) -> bool:
        return base not in self.bases and not any(base ^ label in self.taken for label in labels)
