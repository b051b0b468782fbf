"""标题序号：第X章、一、（一）1.（1）① 的写法与数值。"""

import re
from dataclasses import dataclass

_CN = "〇零一二三四五六七八九十百"
_NUM = rf"(?:[{_CN}]{{1,5}}|\d{{1,3}})"
_ITEM = re.compile(r"(?:[一二三四五六七八九十]{1,2}(?:是|要|则)|第[一二三四五六七八九十]{1,2}[，,])")
_NOT_LISTED = re.compile(
    rf"[一二三四五六七八九十]、[{_CN}两]+(?:季度|月|级|类|期|批|线|标段|号|等|者|次|级|产|轮|类|流|档|局|处|科|班|组|队|所|站)"
)
_UNIT = re.compile(r"\s*(?:公里|千米|米|万|亿|元|吨|倍|个|%|％|‰|平方|立方|人|辆|级|版|月|日|号)")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BRACKETED = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_DOTTED = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_BRACKETED_CN = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"


@dataclass(frozen=True, slots=True)
class Marker:
    """行首的一个序号。

    `style` 区分写法（同一写法才连成一列），`rank` 是通常的级别次序，`ordinal` 是它在列中的第几，
    `prefix` 是多级小数编号（1.2.3）里前面的几段，`end` 是序号写到第几个字符。
    """

    style: str
    rank: int
    ordinal: int
    raw: str
    end: int
    prefix: tuple[int, ...] = ()


_STYLES: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("附件", 0, re.compile(rf"附\s*(?:件|录|表)\s*(?P<n>{_NUM})?(?=\s|[：:、.．]|$)[：:、.．]?\s*")),
    ("第X章", 1, re.compile(rf"第\s*(?P<n>{_NUM})\s*(?:章|篇|编|部分|板块)[：:、.．\s]*")),
    ("第X节", 2, re.compile(rf"第\s*(?P<n>{_NUM})\s*节(?!能|约|点|日|省|假)[：:、.．\s]*")),
    ("第X条", 3, re.compile(rf"第\s*(?P<n>{_NUM})\s*条(?!线|路|道|例|公交|航|铁路|高速|班)[：:、.．\s]+")),
    ("一、", 4, re.compile(rf"(?P<n>[{_CN}]{{1,4}})\s*(?:、|[.．](?!\d)|\s(?=\s*[\u4e00-\u9fff]{{4,}}))\s*")),
    ("（一）", 5, re.compile(rf"[（(﹙]\s*(?P<n>[{_CN}]{{1,4}})\s*[）)﹚][、.．]?\s*")),
    ("（一）", 5, re.compile(rf"(?P<n>[{_BRACKETED_CN}])[、.．]?\s*")),
    ("1.1", 7, re.compile(r"(?P<n>\d{1,2}(?:[.．]\d{1,2}){1,3})(?![\d.．%％])[、.．]?\s*")),
    ("1.", 6, re.compile(r"(?P<n>\d{1,2})\s*(?:、(?!\d)|[.．](?!\s*\d))\s*")),
    ("1.", 6, re.compile(rf"(?P<n>[{_DOTTED}])\s*")),
    ("1)", 8, re.compile(r"(?P<n>\d{1,2})\s*[）)][、.．]?\s*")),
    ("（1）", 8, re.compile(r"[（(﹙]\s*(?P<n>\d{1,2})\s*[）)﹚][、.．]?\s*")),
    ("（1）", 8, re.compile(rf"(?P<n>[{_BRACKETED}])\s*")),
    ("①", 9, re.compile(rf"(?P<n>[{_CIRCLED}])[、.．]?\s*")),
)


def numeral(text: str) -> int:
    """序号里的数：二十一、21、③、㈠ 都读作整数；读不出为 0。"""
    if text.isascii() and text.isdigit():
        return int(text)
    for glyphs in (_CIRCLED, _BRACKETED, _DOTTED, _BRACKETED_CN):
        if text in glyphs and len(text) == 1:
            return glyphs.index(text) + 1
    return _chinese(text)


def _chinese(text: str) -> int:
    total, unit = 0, 0
    for char in text:
        if char == "百":
            total, unit = total + (unit or 1) * 100, 0
        elif char == "十":
            total, unit = total + (unit or 1) * 10, 0
        else:
            unit = unit * 10 + "零一二三四五六七八九".find("零" if char == "〇" else char)
    return total + unit


def marker(text: str) -> Marker | None:
    """认出行首的序号；“一是”“1.5 公里”“一、二季度”“1、 一是…”都不是。"""
    if not text or _NOT_LISTED.match(text):
        return None
    for style, rank, pattern in _STYLES:
        found = pattern.match(text)
        if not found:
            continue
        raw = found["n"] or "1"
        if style == "1.1":
            parts = tuple(int(part) for part in re.split(r"[.．]", raw))
            if _UNIT.match(text[found.end() :]) or not text[found.end() :].strip():
                return None
            return Marker(f"1.1×{len(parts)}", rank, parts[-1], found[0], found.end(), parts[:-1])
        if _ITEM.match(text[found.end() :]):
            return None
        ordinal = numeral(raw)
        return Marker(style, rank, ordinal, found[0], found.end()) if ordinal > 0 else None
    return None
