"""年度的写法：2023年、二〇二三年、23年、今年、“十四五”、过去五年。"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from corpus.records import Span

_HAN = str.maketrans("〇零○Ｏ０一二三四五六七八九OＯo", "00000123456789000")
_HAN_DIGIT = "[〇零○Ｏ０一二三四五六七八九O0]"
_NUMBER = rf"(?:(?<!\d)(?:19[89]\d|20[0-4]\d)|二{_HAN_DIGIT}{{3}})"
_EXPLICIT = re.compile(
    rf"(?P<from>{_NUMBER})\s*年?\s*(?P<range>[-－—–~～至到]+)\s*(?P<to>{_NUMBER})\s*年(?!来|代)"
    rf"|(?P<year>{_NUMBER})\s*(?:年(?!来|代)|(?=[-－./]\d{{1,2}}[-－./]\d{{1,2}}(?!\d)))"
)
_SHORT = re.compile(
    r"(?<![\d第近满达约超过共.])(?P<short>[12]\d)年(?=度|底|初|末|的|计划|完成|总结|工作|全年|上半年|下半年|第?[一二三四]季度|\d{1,2}月|[，,、\s修建新农全市县州省])"
)
_FIVE = re.compile(
    r"[“\"]?(?P<plan>十[一二三四五六])五[”\"]?(?=规划|期|时|以|末|初|开|收|综|交|发|目|这|公|建|，|。|、|末|的|\s|“|”|$|[\u4e00-\u9fff])"
)
_SPAN_OF_YEARS = re.compile(
    r"(?:过去|近|这|最近|前|未来|今后|前面)(?:的)?[两三四五六七八十几]年(?:来|间|里)?|[两三四五六七八十]年(?:来|间)|[三五]年(?=工作回顾)|以来的五年"
)
_RELATIVE = re.compile(
    r"(?P<this>今年|新的?一年|本年度?|当年|这一年|过去(?:的)?一年|刚刚过去的一年|一年来|一年多来|全年|年内|年度内|年底|年末|年终|上半年|下半年)"
    r"|(?P<last>去年|(?<![线以])上一?年度?(?![审检报龄])|前一年)|(?P<next>明年|下一?年度?|来年|次年)|(?P<before>前年)"
)
_WITHIN = frozenset({"全年", "年内", "年度内", "年底", "年末", "年终", "上半年", "下半年", "当年"})
_PAST = frozenset({"过去一年", "过去的一年", "刚刚过去的一年", "一年来", "一年多来", "这一年"})
_BASE_BEFORE = re.compile(
    r"(?:较|比|同比|与|同|和|相较于|相比|对比|由|从|自|距|除|高于|低于|超过|超|面向|始于|源于|沿用|截止)\s*$"
)
_BASE_AFTER = re.compile(
    r"\s*(?:度|末|底|初|同期|全年|\d{1,2}月(?:\d{1,2}日)?)?\s*(?:以来|起|开始|相比|版|的基础上|同期|水平"
    r"|的\s*(?:[\d.]+\s*[%％]|[xX*]+\s*[%％]|百分之|[一二三四五六七八九]成|[\d.]+\s*倍))"
)
_FOUNDATION = re.compile(r"[^，。；,;]{0,30}基础上")
_CLAUSE_START = re.compile(r"(?:^|[，。；：、,;:\s（(“在于]|规划|计划|总结|局|厅|中心|支队)$")
_TITLE_QUOTE = re.compile(r"《[^《》]{0,80}》")
_FIRST_PLAN = 2011


class Kind(Enum):
    """年度写法的种类。"""

    EXPLICIT = "写明"
    THIS = "今年"
    LAST = "去年"
    NEXT = "明年"
    BEFORE = "前年"
    PAST = "过去一年"
    WITHIN = "年内"
    FIVE = "五年规划"
    SPAN = "多年"


@dataclass(frozen=True, slots=True)
class Mention:
    """一处年度的写法。

    `years` 是写明的各年（区间则全部列出），相对的说法为空；`base` 表示只是比较的基数或起点（较2019年、自2018年以来、
    《…2025》），不说明句子本身的年度；`until` 表示“到2025年”。
    """

    span: Span
    kind: Kind
    years: tuple[int, ...] = ()
    base: bool = False
    until: bool = False


def arabic(text: str) -> int:
    """四位年份，汉字的也读成整数：二〇二三 → 2023。"""
    return int(text.translate(_HAN))


@lru_cache(maxsize=4096)
def mentions(text: str, *, short: bool = False) -> tuple[Mention, ...]:
    """一段文字里的全部年度写法，按出现次序。

    Args:
        text: 标题、句子或问题。
        short: 是否也认“23年”这样的两位写法。
    """
    quoted = [Span(*found.span()) for found in _TITLE_QUOTE.finditer(text)]
    found = [*_explicit(text, short=short), *_fives(text), *_relatives(text)]
    inside = [_marked(text, mention, quoted) for mention in found]
    return tuple(sorted(inside, key=lambda mention: mention.span.start))


def _explicit(text: str, *, short: bool) -> list[Mention]:
    found = []
    for match in _EXPLICIT.finditer(text):
        if match["range"]:
            first, last = arabic(match["from"]), arabic(match["to"])
            years = tuple(range(first, last + 1)) if first <= last <= first + 20 else (last,)
        else:
            years = (arabic(match["year"]),)
        found.append(Mention(Span(*match.span()), Kind.EXPLICIT, years))
    if short:
        for match in _SHORT.finditer(text):
            if not any(item.span.start <= match.start() < item.span.end for item in found):
                found.append(Mention(Span(*match.span()), Kind.EXPLICIT, (2000 + int(match["short"]),)))
    return found


def _fives(text: str) -> list[Mention]:
    found = []
    for match in _FIVE.finditer(text):
        first = _FIRST_PLAN + 5 * ("二三四五六".find(match["plan"][1]))
        found.append(Mention(Span(*match.span()), Kind.FIVE, tuple(range(first, first + 5))))
    found.extend(Mention(Span(*match.span()), Kind.SPAN) for match in _SPAN_OF_YEARS.finditer(text))
    return found


def _relatives(text: str) -> list[Mention]:
    kinds = {"this": Kind.THIS, "last": Kind.LAST, "next": Kind.NEXT, "before": Kind.BEFORE}
    found = []
    for match in _RELATIVE.finditer(text):
        kind = kinds[match.lastgroup or "this"]
        if match[0] in _PAST:
            kind = Kind.PAST
        elif match[0] in _WITHIN:
            kind = Kind.WITHIN
        if (
            kind is Kind.WITHIN
            and match.start()
            and (text[match.start() - 1].isdigit() or text[match.start() - 1] in "年近")
        ):
            continue
        found.append(Mention(Span(*match.span()), kind))
    return found


def _marked(text: str, mention: Mention, quoted: list[Span]) -> Mention:
    """补上 `base` 与 `until`。"""
    before, after = text[max(0, mention.span.start - 6) : mention.span.start], text[mention.span.end :]
    listed = len(mention.years) > 1 and mention.kind is Kind.EXPLICIT and not _CLAUSE_START.search(before)
    inside = listed or any(span.start <= mention.span.start < span.end for span in quoted)
    span_on = mention.kind in {Kind.FIVE, Kind.SPAN}
    base = inside or (not span_on and bool(_BASE_BEFORE.search(before) or _BASE_AFTER.match(after)))
    base = base or bool(_FOUNDATION.match(after) and not span_on)
    until = bool(re.search(r"(?:^|[^得达遇])[到至]\s*$", before)) and not base
    return Mention(mention.span, mention.kind, mention.years, base, until)
