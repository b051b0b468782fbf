"""读懂问题：年度、性质、单位、主题和问法。"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bot import cues
from bot.cues import Kind
from bot.segments import Vocabulary
from bot.terms import ASKING, Term, claims, terms
from corpus.records import Role
from index.quantities import chinese_number, dimension, fold
from index.records import Quantity
from index.units import UNIT_PATTERN

if TYPE_CHECKING:
    from opencc import OpenCC


@dataclass(frozen=True, slots=True)
class Question:
    """读懂了的问题；年度、性质（`strict` 时）、单位都是硬条件。

    `asks` 是并列的几个小问（“几项国家级荣誉、几项省部级荣誉”），只有一个小问时为空；
    `claims` 是用户自己说出的数（“23公里对吧”）；`names` 是书名号、引号里的名称；
    `ordinal` 是列举里的第几项；
    `open` 表示问的是怎么做、有什么安排，要一段话来答；
    `grams` 是原话的二字串及其稀有程度（逆文档频率）；
    `earlier` 是联系上文时前面问题的原话，由近及远，单位名称这一问没有才到那里找。
    """

    text: str
    kind: Kind
    years: tuple[int, ...] = ()
    role: Role | None = None
    strict: bool = False
    unit: str | None = None
    counter: str = ""
    terms: tuple[Term, ...] = ()
    asks: tuple["Question", ...] = ()
    claims: tuple[Quantity, ...] = ()
    names: tuple[str, ...] = ()
    ordinal: int = 0
    both: bool = False
    elliptic: bool = False
    relative: int | None = None
    cumulative: bool = False
    interrogative: bool = True
    open: bool = False
    chitchat: bool = False
    tampering: bool = False
    earlier: tuple[str, ...] = ()
    grams: Mapping[str, float] = field(default_factory=dict)


_YEAR_4 = re.compile(
    r"(?<![\d较])(?<!(?<!占)比)((?:19|20)\d{2})(?=\s?(?:年|财年|和|与|、|跟|及|到|至|[-—~]\s?(?:19|20)\d{2}|vs|比|计划|目标|实际|完成|$|[^\d\s公里万亿元个%.]))"
)
_YEAR_2 = re.compile(
    r"(?<![\d.第超满近])(?<!超过|达到|不足|不到|[大小]于)(1[5-9]|2\d|3[0-5])年(?!来|内|以|前|间|的?时间|后)"
)
_YEAR_ZH = re.compile(
    r"(?<!较)(?<!(?<!占)比)([二2][〇零○0oO][一二三四五六七八九〇零○0-9oO]{2}|[一二三][一二三四五六七八九〇零])年"
)
_RELATIVE = (
    ("前年", -2),
    ("去年", -1),
    ("上一年", -1),
    ("上年", -1),
    ("今年", 0),
    ("本年", 0),
    ("明年", 1),
    ("下一年", 1),
)


def years_in(text: str) -> tuple[int, ...]:
    """问题里写明的年度：2023年、23年、二〇二三年、二三年、“2022和2023”；升序不重。"""
    found = {int(m[1]) for m in _YEAR_4.finditer(text)}
    found |= {2000 + int(m[1]) for m in _YEAR_2.finditer(text)}
    for m in _YEAR_ZH.finditer(text):
        digits = re.sub("[oO○0]", "〇", m[1]).replace("2", "二")
        value = chinese_number(digits)
        if value is not None:
            found.add(int(value) if value >= 1900 else 2000 + int(value))  # noqa: PLR2004 - 四位数的年份
    return tuple(sorted(found))


def _as_compared(text: str) -> str:
    """“2024年比2023年多还是少”：两年都要；“比2023年增长多少”的2023年只是基数。"""
    return re.sub(r"[比较](?=(?:19|20)?\d{2}年)", "和", text) if cues.COMPARES.search(text) else text


@cache
def _converter() -> "OpenCC":
    import opencc  # noqa: PLC0415 - 词典只在用到时装入

    return opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """繁体化简体，全角数字字母化半角，去掉首尾空白与礼貌语。"""
    simplified: str = _converter().convert(fold(text))
    return re.sub(r"\s+", " ", simplified).strip()


_EITHER_WAY = re.compile(r"是?(?:[涨增升]|上升|上涨|增加|增长)了?(?:还是)(?:[跌降减]|下降|下跌|减少)了?")
"""问涨了还是跌了的，两头都不是实词。"""


def read(text: str, vocabulary: Vocabulary | None = None, names: Sequence[str] = ()) -> Question:
    """把一句问话读成 `Question`；不联系上文。

    Args:
        text: 原话。
        vocabulary: 报告的用词，用来校正同音字、纠正分词；None 则不校正。
        names: 入了库的单位的称呼，不算实词。
    """
    plain = normalise(text)
    tampering = bool(cues.INJECTION.search(plain))
    kept = cues.INJECTION.sub(" ", plain).strip(" ，。,：:；！!") if tampering else _without_courtesy(plain)
    kind = _kind(kept)
    role, strict = role_in(kept)
    cumulative = bool(re.search(r"截[至止]|年底|年末|目前|到(?=\d{4}年)", kept))
    relative = next((shift for word, shift in _RELATIVE if re.search(f"(?<![较同与])(?<!(?<!占)比){word}", kept)), None)
    found = terms(_EITHER_WAY.sub("", kept), vocabulary, names)
    wide = bool(cues.OPEN.search(kept) or cues.ASKS_TROUBLE.search(kept)) and kind in (Kind.TEXT, Kind.WHICH, Kind.WHO)
    question = Question(
        text=kept,
        kind=kind,
        years=years_in(_as_compared(kept)),
        role=(_role_of_open(kept) or role) if wide else role,
        strict=strict and not wide,
        unit=_unit(kept, kind) or _unit_of_noun(found, kind),
        counter=_counter(kept),
        terms=found,
        claims=claims(kept),
        names=_names(kept),
        ordinal=_ordinal(kept),
        both=bool(cues.BOTH_ROLES.search(kept)),
        elliptic=_elliptic(kept),
        relative=relative,
        cumulative=cumulative,
        interrogative=bool(ASKING.search(kept) or kept.endswith(("吗", "呢", "?", "？"))),
        open=wide,
        chitchat=bool(cues.CHITCHAT.search(kept) or cues.SECRETS.search(plain)),
        tampering=tampering,
    )
    return replace(question, asks=_asks(kept, question))


_COURTESY = re.compile(
    r"您好|你好|早上好|晚上好|谢谢(?:您|你|了|啦)?|麻烦(?:您|你)?(?:帮忙|帮我)?(?:查一?查|看一?看|查一?下)?(?=[，,。！!]|$)|请教一?下"
)
_FEWEST = 4


def _without_courtesy(text: str) -> str:
    """去掉客套话；除了客套没有别的，照原样。"""
    rest = _COURTESY.sub("", text).strip(" ，。,：:；！!~")
    return rest if len(rest) >= _FEWEST else text


_QUOTED = re.compile(r"[“\"「《']([^”\"」》']{2,24})[”\"」》']")
_NUMBERED = re.compile(
    r"(?<![第哪〇零一二三四五六七八九十])(?:[一两二三四五六七八九十]{1,2}个?(?:大?方面)?[\u4e00-\u9fff]{1,4}?(?=的|是|指|都|分别|内|里|中|包|有|叫|$|[？?，])|[一二三四五六七八九十\d]个\d+[%％]|[一二三四五六七八九十][无不]?[一二三四五六七八九十]?[\u4e00-\u9fff]{1,2}[一二三四五六七八九十][\u4e00-\u9fff]{1,2})"
)


def _ordinal(text: str) -> int:
    """问的是列举里的第几项；没有说为 0。"""
    m = re.search(r"第([一二三四五六七八九十]{1,2}|\d{1,2})[个项条点种类大]", text)
    if m is None:
        return 0
    return int(m[1]) if m[1].isdigit() else int(chinese_number(m[1]) or 0)


def _names(text: str) -> tuple[str, ...]:
    """问题里的专名：引号、书名号里的，以及“四个坚持”“一无两降”这类数字开头的提法。"""
    counted = (m[0] for m in _NUMBERED.finditer(text) if not _COUNTING.fullmatch(m[0]))
    return tuple(dict.fromkeys([*(m[1] for m in _QUOTED.finditer(text)), *counted]))


_COUNTING = re.compile(r"[一两二三四五六七八九十](?:[节句章段些下起样直般定共年步]|部分)")


def _kind(text: str) -> Kind:
    if cues.ASKS_PARTS.search(text) or cues.COUNTS_TROUBLE.search(text):
        return Kind.WHICH
    for kind, pattern in cues.KINDS:
        if kind is Kind.CONFIRM and cues.ASKS_WHICH.search(text):  # “有什么问题吗”问的是什么
            continue
        if pattern.search(text):
            asked_amount = cues.ASKS_AMOUNT.search(text)
            if asked_amount and kind in (Kind.WHICH, Kind.DEFINE, Kind.WHO, Kind.CONFIRM):
                return kind if cues.PLACES_OR_NAMES.search(text) else Kind.AMOUNT
            return kind
    return Kind.AMOUNT if cues.ASKS_AMOUNT.search(text) or _unit(text, Kind.TEXT) == "%" else Kind.TEXT


def role_in(text: str) -> tuple[Role | None, bool]:
    """问的是计划还是结果，以及是否说得明确（明确的是硬条件）。"""
    if cues.BOTH_ROLES.search(text):
        return None, False
    text = cues.TO_BE_DONE.sub(r"\1", cues.MEASURED_BY_PLAN.sub("", text))
    plan, result = cues.PLAN_STRONG.search(text), cues.RESULT_STRONG.search(text)
    if plan and not result:
        return Role.PLAN, plan[0] not in ("安排", "任务", "指标", "得", "应", "应当")
    if result and not plan:
        return Role.RESULT, True
    if plan and result:
        return None, False
    if cues.RESULT_WEAK.search(text):
        return Role.RESULT, False
    return (Role.PLAN, False) if cues.PLAN_WEAK.search(text) else (None, False)


def _role_of_open(text: str) -> Role | None:
    """问做了什么、有什么问题，还是有什么打算；看不出为 None。"""
    if cues.ASKS_TROUBLE.search(text):
        return Role.SITUATION
    if cues.LOOKS_BACK.search(text):
        return Role.RESULT
    return Role.PLAN if cues.LOOKS_AHEAD.search(text) else None


_CHANNELS = re.compile(r"视频|监控|线|公交")
_COUNTED = re.compile(
    rf"(?:多少|(?<!哪)几)(?P<scale>万亿|亿|万|千|百)?(?:个(?=学时|小时|工作日|公里|亿|万|百分点))?(?P<unit>{UNIT_PATTERN}|)"
)


def _unit(text: str, kind: Kind) -> str | None:
    """问题要的量纲（“米”“元”“%”…）；没有说则为 None。"""
    if kind in (Kind.WHEN, Kind.OFTEN, Kind.RANK, Kind.DATED):
        return None
    for m in _COUNTED.finditer(text):
        if (
            m["unit"]
            and m["unit"] not in ("点", "个百分点")
            and not text[m.end() :].startswith("点")
            and (m["unit"] != "路" or _CHANNELS.search(text))
        ):
            return dimension(m["unit"])
    return next((unit for pattern, unit in cues.NOUN_UNITS if pattern.search(text)), None)


_NOUN_ENDS = (
    (
        (
            "投资",
            "资金",
            "经费",
            "补助",
            "收入",
            "费用",
            "通行费",
            "罚没款",
            "营收",
            "工资",
            "概算",
            "估算",
            "造价",
            "总价",
        ),
        "元",
    ),
    (("率", "占比", "比例", "比重", "进度"), "%"),
    (("里程",), "米"),
)


def _unit_of_noun(found: Sequence[Term], kind: Kind) -> str | None:
    """最后一个实词是投资、覆盖率、里程之类，量纲也就定了。"""
    if kind is not Kind.AMOUNT or not found:
        return None
    return next((unit for ends, unit in _NOUN_ENDS if found[-1].text.endswith(ends)), None)


def _counter(text: str) -> str:
    """问里的量词原字（“几条”的条，“多少万”的万）；没有则为空。"""
    m = next((m for m in _COUNTED.finditer(text) if m["unit"] or m["scale"]), None)
    return (m["unit"] or m["scale"]) if m else ""


_ELLIPTIC = re.compile(r"^(?:那么?|还有|再|然后)?.{0,14}呢[？?。]*$|^(?:那|还有|那么)")


def _elliptic(text: str) -> bool:
    """省略句：“那湘西的呢”“2022年呢”“完成了多少”。"""
    if _ELLIPTIC.search(text):
        return True
    rest = [t for t in terms(text) if t.share >= 1]
    return not rest


def _asks(text: str, question: Question) -> tuple[Question, ...]:
    """一句里问了几个数：按疑问词拆开，各自的词为主，其余词为辅。"""
    listed = _listed_asks(text, question)
    if listed:
        return listed
    marks = list(re.finditer(rf"(?:多少|几)(?:万亿|亿|万|千|百)?(?:{UNIT_PATTERN}|)|多[长宽高久]", text))
    if len(marks) < 2 or question.kind is not Kind.AMOUNT or re.search(r"还是", text):  # noqa: PLR2004 - 两问才拆
        return ()
    pieces = _split_at(text, marks)
    words = [terms(piece) for piece in pieces]
    asks = []
    for i, piece in enumerate(pieces):
        own = words[i]
        apart = piece.endswith(("，", ",", "；", ";")) and any(t.share >= 1 for t in own)
        later = {t.text for word in words[i + 1 :] for t in word} if apart else set()  # 后一分句问的是另一件事
        known = {o.text for o in own} | later
        carried = tuple(replace(t, share=t.share * 0.5, near=False) for t in question.terms if t.text not in known)
        own = tuple(replace(t, near=True) for t in own) if len(own) == 1 else own
        asks.append(
            replace(
                question,
                text=piece,
                unit=_unit(piece, Kind.AMOUNT),
                counter=_counter(piece),
                terms=own + carried,
                asks=(),
            )
        )
    return tuple(asks)


_SEPARATE = re.compile(r"[，,；;？?！!]")


def clauses_asked(text: str) -> tuple[str, ...]:
    """一句里问的几件不同的事（“投入多少人次，多久抢通的”），各成一问；只问一件的原样一问。

    问的都是数的不分，由 `Question.asks` 拆；没有疑问词的分句归入后一问；分句自己没有说到什么事的也不分。
    """
    plain = normalise(text)
    if cues.INJECTION.search(plain):
        return (text,)
    found: list[str] = []
    lead = ""
    for clause in filter(None, (c.strip() for c in _SEPARATE.split(plain))):
        if not ASKING.search(clause):
            lead += clause + "，"
            continue
        found.append(lead + clause)
        lead = ""
    kinds = [(_kind(f), "多久" in f or "多长" in f) for f in found]
    split = len(set(kinds)) > 1 and all(k is not Kind.CONFIRM for k, _ in kinds) and not lead
    whole = all(sum(t.share >= 1 for t in terms(f)) > 1 for f in found)
    return tuple(found) if split and whole else (text,)


_LISTED = re.compile(
    r"(?P<items>[^，。？?]{2,40}?)(?:(?:分别|各自)[\u4e00-\u9fff]{0,4}|各(?:是|有|为|降|增|完成|安排|占|要)*)了?(?:多少|几)"
)
_LISTING = re.compile(rf"(?:多少|几)(?:{UNIT_PATTERN})(?P<items>[^，。？?]{{3,40}})[？?]?$")
_JOINT = re.compile(r"、|和|与|以及|跟")


def _listed_asks(text: str, question: Question) -> tuple[Question, ...]:
    """“提拔干部和交流调整干部各几名”：并列的几样东西各问一次。"""
    plain = re.sub(r"(?:哪个|谁|哪一?[项家样])[^，,？?]{1,5}[，,]", "", text)
    m = _LISTED.search(plain) or _LISTING.search(plain)
    if m is None or question.kind is not Kind.AMOUNT or len(question.years) > 1:
        return ()
    items = [i for i in _JOINT.split(m["items"]) if i.strip()]
    words = [tuple(t for t in terms(i) if t.share >= 1) for i in items]
    if len(items) < 2 or not all(words):  # noqa: PLR2004 - 两样才算并列
        return ()
    shared = [{w.text for other in words[:i] + words[i + 1 :] for w in other} for i in range(len(words))]
    return tuple(
        replace(
            question,
            text=item,
            terms=(
                *(replace(t, near=True, asked=True) for t in own),
                *(
                    replace(t, share=t.share * 0.5, near=False)
                    for t in question.terms
                    if t.text not in shared[i] | {o.text for o in own}
                ),
            ),
            asks=(),
        )
        for i, (item, own) in enumerate(zip(items, words, strict=True))
    )


def _split_at(text: str, marks: list[re.Match[str]]) -> list[str]:
    cuts = [0]
    for left, right in pairwise(marks):
        between = text[left.end() : right.start()]
        joint = re.search(r"[，,、；;]|和|与|以及", between)
        cuts.append(left.end() + (joint.end() if joint else 0))
    cuts.append(len(text))
    return [text[a:b] for a, b in pairwise(cuts)]
