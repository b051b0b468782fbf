"""数的写法：阿拉伯数字、中文数字与全角字符。"""

from decimal import Decimal, InvalidOperation

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
PLACES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_ZH = "零〇一二三四五六七八九十百千两"
CHINESE = rf"[{_ZH}](?:[{_ZH}]|[万亿](?=[零〇一二三四五六七八九两十]))*(?:点[零〇一二三四五六七八九]+)?"

# 只做等长替换，这样读出的位置就是原文的位置。
_FOLD: dict[int, int | str] = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in "，：；！？（）"}
_FOLD |= {ord("　"): " ", ord("\xa0"): " ", ord("﹪"): "%", ord("×"): "x", ord("○"): "〇", ord("﹡"): "*"}


def fold(text: str) -> str:
    """全角数字、字母、符号化为半角；长度不变，位置不变。"""
    return text.translate(_FOLD)


def chinese_number(text: str) -> Decimal | None:
    """中文数字的值：三十 → 30，一百二十 → 120，二〇二三 → 2023，一点八 → 1.8；不是数字则为 None。"""
    whole, dot, fraction = text.partition("点")
    value = _chinese_integer(whole)
    if value is None or (dot and (not fraction or any(c not in DIGITS for c in fraction))):
        return None
    digits = "".join(str(DIGITS[c]) for c in fraction)
    return Decimal(f"{value}.{digits}") if digits else Decimal(value)


def _chinese_integer(text: str) -> int | None:
    if not text or any(c not in DIGITS and c not in PLACES and c not in _MYRIADS for c in text):
        return None
    if len(text) > 1 and all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    hundred_millions = myriads = section = digit = 0
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
        elif c in PLACES:
            section += (digit or 1) * PLACES[c]
            digit = 0
        elif c == "万":
            myriads += (section + digit) * _MYRIADS[c]
            section = digit = 0
        else:
            hundred_millions = (hundred_millions + myriads + section + digit) * _MYRIADS[c]
            myriads = section = digit = 0
    return hundred_millions + myriads + section + digit * _spoken_place(text)


def _spoken_place(text: str) -> int:
    """末位的数值几何：“一万二”说的是一万二千，“一万零二”才是两个。"""
    above = (PLACES | _MYRIADS).get(text[-2:-1], 10)
    return above // 10


def number(text: str) -> Decimal | None:
    """阿拉伯或中文数字的值，认千分位；不是数字则为 None。"""
    if text[:1].isascii() and text[:1].isdigit():
        try:
            return Decimal(text.replace(",", ""))
        except InvalidOperation:
            return None
    return chinese_number(text)


def inside_number(text: str, start: int) -> bool:
    """前面紧挨着字母、小数点或数字：是编号（X009、PM2.5）或数的后半截。"""
    if start == 0:
        return False
    before, here = text[start - 1], text[start]
    if before.isdigit() or (before.isascii() and before.isalpha()) or before in "_.":
        return True
    chinese = before in DIGITS or before in PLACES
    return chinese and (here in DIGITS or here in PLACES)
