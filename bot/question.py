"""读懂问题：年度、性质、单位、主题和问法。"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from bot import cues
from bot.cues import Kind
from corpus.records import Role
from index.quantities import chinese_number, dimension, fold, quantities
from index.records import Measure, Quantity
from index.homophones import homophones
from index.synonyms import known_phrases, synonyms
from index.units import UNIT_PATTERN
from index.words import BIGRAM_MARK, cut, cut_known, domain_terms


@dataclass(frozen=True, slots=True)
class Term:
    """问题里的一个实词。

    `share` 是它的分量（1 为普通，单字动词和沿用自上文的较小）；`others` 是同义说法；
    `near` 表示它紧挨着疑问词；`asked` 表示它就在疑问词之后，正是要数的东西（“多少座桥”的桥）；
    `proper` 表示它是路名、桥名、编号一类的专名，答案里必须有它。
    """

    text: str
    share: float = 1.0
    others: tuple[str, ...] = ()
    near: bool = False
    asked: bool = False
    proper: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """读懂了的问题；年度、性质（`strict` 时）、单位都是硬条件。

    `asks` 是并列的几个小问（“几项国家级荣誉、几项省部级荣誉”），只有一个小问时为空；
    `claims` 是用户自己说出的数（“23公里对吧”）；`names` 是书名号、引号里的名称；
    `grams` 是原话的二字串及其稀有程度（逆文档频率）；
    `earlier` 是联系上文时前面问题的原话，单位名称这里没有才到那里找。
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
    compares: bool = False
    both: bool = False
    elliptic: bool = False
    relative: int | None = None
    cumulative: bool = False
    interrogative: bool = True
    chitchat: bool = False
    tampering: bool = False
    earlier: str = ""
    grams: Mapping[str, float] = field(default_factory=dict)


_YEAR_4 = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?=\s?(?:年|财年|和|与|、|跟|及|到|至|[-—~]\s?(?:19|20)\d{2}|vs|比|计划|目标|实际|完成|$|[^\d\s公里万亿元个%.]))"
)
_YEAR_2 = re.compile(r"(?<![\d.第])(1[5-9]|2\d|3[0-5])年(?!来|内|以|前|间|的?时间|后)")
_YEAR_ZH = re.compile(r"([二2][〇零○0oO][一二三四五六七八九〇零○0-9oO]{2}|[一二三][一二三四五六七八九〇零])年")
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
_YEAR_PHRASE = re.compile(r"年度?(?:底|末|初)?")


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


@cache
def _converter() -> "object":
    import opencc  # noqa: PLC0415 - 词典只在用到时装入

    return opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """繁体化简体，全角数字字母化半角，去掉首尾空白与礼貌语。"""
    simplified: str = _converter().convert(fold(text))  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", simplified).strip()


Vocabulary = Callable[[Iterable[str]], Mapping[str, int]]
"""一批词（二字串前加记号）各见于多少段。"""


def read(text: str, vocabulary: Vocabulary | None = None) -> Question:
    """把一句问话读成 `Question`；不联系上文。

    Args:
        text: 原话。
        vocabulary: 报告的用词，用来校正同音字、纠正分词；None 则不校正。
    """
    plain = normalise(text)
    tampering = bool(cues.INJECTION.search(plain))
    kept = cues.INJECTION.sub(" ", plain).strip(" ，。,：:；！!") if tampering else plain
    kind = _kind(kept)
    role, strict = role_in(kept)
    cumulative = bool(re.search(r"截[至止]|年底|年末|目前", kept))
    relative = next((shift for word, shift in _RELATIVE if word in kept), None)
    question = Question(
        text=kept,
        kind=kind,
        years=years_in(kept),
        role=role,
        strict=strict,
        unit=_unit(kept, kind),
        counter=_counter(kept),
        terms=_terms(kept, vocabulary),
        claims=_claims(kept),
        names=_names(kept),
        compares=bool(cues.COMPARE.search(kept)),
        both=bool(cues.BOTH_ROLES.search(kept)),
        elliptic=_elliptic(kept),
        relative=relative,
        cumulative=cumulative,
        interrogative=bool(_ASKING_PATTERN.search(kept) or kept.endswith(("吗", "呢", "?", "？"))),
        chitchat=bool(cues.CHITCHAT.search(plain)),
        tampering=tampering or bool(cues.SECRETS.search(plain)),
    )
    return replace(question, asks=_asks(kept, question))


_QUOTED = re.compile(r"[“\"「《']([^”\"」》']{2,24})[”\"」》']")
_NUMBERED = re.compile(
    r"(?<![第〇零一二三四五六七八九十])(?:[一两二三四五六七八九十]{1,2}个?[\u4e00-\u9fff]{1,4}?(?=的|是|指|都|分别|内|包|有|叫|$|[？?，])|[一二三四五六七八九十][无不]?[一二三四五六七八九十]?[\u4e00-\u9fff]{1,2}[一二三四五六七八九十][\u4e00-\u9fff]{1,2})"
)


def _names(text: str) -> tuple[str, ...]:
    """问题里的专名：引号、书名号里的，以及“四个坚持”“一无两降”这类数字开头的提法。"""
    return tuple(dict.fromkeys([*(m[1] for m in _QUOTED.finditer(text)), *(m[0] for m in _NUMBERED.finditer(text))]))


def _kind(text: str) -> Kind:
    for kind, pattern in cues.KINDS:
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


_CHANNELS = re.compile(r"视频|监控|线|公交")
_COUNTED = re.compile(rf"(?:多少|(?<!哪)几)(?P<scale>万亿|亿|万|千|百)?(?P<unit>{UNIT_PATTERN}|)")


def _unit(text: str, kind: Kind) -> str | None:
    """问题要的量纲（“米”“元”“%”…）；没有说则为 None。"""
    if kind in (Kind.WHEN, Kind.OFTEN, Kind.RANK, Kind.DATED):
        return None
    for m in _COUNTED.finditer(text):
        if m["unit"] and (m["unit"] != "路" or _CHANNELS.search(text)):
            return dimension(m["unit"])
    return next((unit for pattern, unit in cues.NOUN_UNITS if pattern.search(text)), None)


def _counter(text: str) -> str:
    """问里的量词原字（“几条”的条，“多少万”的万）；没有则为空。"""
    m = next((m for m in _COUNTED.finditer(text) if m["unit"] or m["scale"]), None)
    return (m["unit"] or m["scale"]) if m else ""


def _claims(text: str) -> tuple[Quantity, ...]:
    found = (q for q in quantities(text) if q.measure is Measure.AMOUNT and not q.blanked and q.unit != "年")
    return tuple(
        q
        for q in found
        if q.raw.lstrip("约近超")[0].isdigit() or text.rstrip("？?").endswith(("吗", "吧", "么", "对不对"))
    )


_ASKING = (
    rf"(?:是|有|为|在|到|达到?|能|可)?(?:(?:多少|几)(?:万亿|亿|万|千|百)?(?:{UNIT_PATTERN})?|多少钱|什么时[候间]|啥时[候间]?|何时|"
    r"哪(?:[些几个一]|一个|家)?(?:单位|部门|公司|机构|地方|里|儿|年|月|天|日|人|[县市省局])?|多久|多长时间|"
    r"多[大长高远]|排?名?第几名?|谁|干嘛|干什么|做什么|什么(?:单位|部门|地方|级别|时候)?|啥|怎么样|怎么|如何)"
)
_ASKING_PATTERN = re.compile(_ASKING)
_ERASED = re.compile(
    r"(?:19|20)\d{2}(?:年[度底末初]?)?|(?<!\d)\d{2}年[度底末初]?|[二2][〇零○0oO][一二三四五六七八九〇零○0-9oO]{2}年度?|"
    r"[一二三][一二三四五六七八九〇零]年|今年|去年|前年|明年|上年|本年|全年|年内|年底(?:前)?|截至|截止|原计划|原定|"
    r"请问一?下?|告诉我|我想(?:知道|问)|帮我|查一?下|一共|总共|合计|总计|共计|分别|各自|到底|究竟|具体|大概|大约|"
    r"对吗|对吧|对不对|对么|是吗|是吧|是不是|是否|属实吗|有没有|加起来|一样吗|各是|各有|各(?=多少|几|安排|完成)|"
    r"是什么意思|什么意思|啥意思|指的是|是指|指什么|指啥|全称|含义|"
    r"(?<![需主重必只想摘纲概])要(?!求|点|闻|素|件|害|道)|(?<=[^的目])了|的|吗|呢|吧|啊|呀|嘛|咱们?|我们|你们|"
    r"计划|目标|打算|预期|预计|实际|最后|最终|已经|力争|争取|准备|(?<!固定资产)拟|完成(?!率)|达到|情况|至少|最多|多少次|"
    r"按.{1,4}还是.{1,4}算|以后|之后|内容(?=是|有|包|都)"
)


def _terms(text: str, vocabulary: Vocabulary | None = None) -> tuple[Term, ...]:
    """问题里的实词：先认同义表里的说法，其余分词，去掉问法、年度、数量和虚词。"""
    masked = _mask_claims(text)
    asked = [(m.span(), m[0]) for m in _ASKING_PATTERN.finditer(masked)]
    erased = _ERASED.sub(lambda m: "\n" * len(m[0]), masked)
    erased = _ASKING_PATTERN.sub(lambda m: "\n" * len(m[0]), erased)
    found: list[Term] = []
    for m in re.finditer(r"[^\s，。？?！!、；;：:（）()“”\"'《》「」…~～\-—]+", erased):
        run = corrected(m[0], vocabulary) if vocabulary else m[0]
        for word, start in _resegmented(_pieces(run), vocabulary):
            at = m.start() + start
            before = any(_between(erased, at + len(word), a) and _FOCUSED.match(what) for (a, _), what in asked)
            after = any(_between(erased, b, at) and _COUNTING.match(what) for (_, b), what in asked)
            term = _term(word, near=before or after, asked=after)
            if term is not None:
                found.append(term)
    unique = {t.text: t for t in reversed(found)}
    return tuple(t for t in dict.fromkeys(t.text for t in found) for t in [unique[t]])


def _resegmented(words: list[tuple[str, int]], vocabulary: Vocabulary | None) -> list[tuple[str, int]]:
    """报告里没有的词，可能是切错了（快通｜证发）：并上前后的词，在报告里没有的二字串处重新切开。"""
    if vocabulary is None:
        return words
    seen = vocabulary({w for w, _ in words} | {BIGRAM_MARK + a + b for w, _ in words for a, b in pairwise(w)})
    result: list[tuple[str, int]] = []
    for word, at in (_stripped(w, i, seen) for w, i in words):
        strange = len(word) > 1 and not seen.get(word.lower()) and not synonyms(word) and word not in cues.STOP_TOKENS
        if strange and result and result[-1][1] + len(result[-1][0]) == at and len(result[-1][0]) > 1:
            before, start = result.pop()
            result += _split_unknown(before + word, start, vocabulary) or [(before, start), (word, at)]
        elif strange and len(word) > 2:  # noqa: PLR2004 - 二字词没有可切之处
            result += _split_unknown(word, at, vocabulary) or _split_finer(word, at, vocabulary) or [(word, at)]
        else:
            result.append((word, at))
    return result


_LEADING = frozenset("能要会可想还已被给将请把由")


def _stripped(word: str, at: int, seen: Mapping[str, int]) -> tuple[str, int]:
    """切错而粘上的虚字去掉（能省 → 省）。"""
    if len(word) > 1 and word[0] in _LEADING and not seen.get(word.lower()):
        return word[1:], at + 1
    return word, at


def _split_unknown(run: str, at: int, vocabulary: Vocabulary) -> list[tuple[str, int]]:
    """在报告里没有的二字串处切开；切不出两字以上的片段则为空。"""
    seen = vocabulary({BIGRAM_MARK + a + b for a, b in pairwise(run.lower())})
    cuts = [
        0,
        *(i + 1 for i, (a, b) in enumerate(pairwise(run.lower())) if not seen.get(BIGRAM_MARK + a + b)),
        len(run),
    ]
    pieces = [(run[a:b], at + a) for a, b in pairwise(cuts)]
    kept = [(p, i) for p, i in pieces if len(p) > 1 or p in _VERBS or p in _SINGLES]
    return kept if any(len(p) > 1 for p, _ in kept) else []


def _split_finer(word: str, at: int, vocabulary: Vocabulary) -> list[tuple[str, int]]:
    """整个不见于报告的长词，拆成见于报告的两半（新能源出租车 → 新能源｜出租车）；拆不成则为空。"""
    if len(word) < 4:  # noqa: PLR2004 - 三字以下不再拆
        return []
    halves = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
    seen = vocabulary({h.lower() for pair in halves for h in pair})
    good = [(l, r) for l, r in halves if all(seen.get(h.lower()) or synonyms(h) for h in (l, r))]
    return [(good[-1][0], at), (good[-1][1], at + len(good[-1][0]))] if good else []


def corrected(run: str, vocabulary: Vocabulary) -> str:
    """改一段实词里的同音错字：一个不成词的字，与左右邻字在报告里都不相连，而换成某个同音字就相连，便换（三酒路 → 三九路）。"""
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
    return other in _VERBS or other in cues.STOP_TOKENS


def _homophone(run: str, i: int, vocabulary: Vocabulary) -> str:
    before = run[i - 1 : i] if i and not _is_edge(run, i, i - 1) else ""
    after = run[i + 1 : i + 2] if i + 1 < len(run) and not _is_edge(run, i, i) else ""
    same = [c for c in homophones(run[i]) if c != run[i]]
    grams = {BIGRAM_MARK + before + c for c in same if before} | {BIGRAM_MARK + c + after for c in same if after}
    seen = vocabulary(grams)
    scored = []
    for c in same:
        sides = [seen.get(BIGRAM_MARK + g, 0) for g in ((before + c) if before else "", (c + after) if after else "") if g]
        scored.append((min(sides, default=0), c))
    best = max(scored, default=(0, ""))
    return best[1] if best[0] else ""


def _between(text: str, start: int, end: int) -> bool:
    """两处之间只隔着抹去的字。"""
    return 0 <= end - start <= 4 and not text[start:end].strip()  # noqa: PLR2004 - 隔得远就不算挨着


def _mask_claims(text: str) -> str:
    for q in _claims(text):
        text = text[: q.span.start] + "\n" * (q.span.end - q.span.start) + text[q.span.end :]
    return text


_MINOR = 0.35
# 只说量法、不说事的词：单位已经说明了问的是什么。
_MEASURE_WORDS = frozenset(
    "全长 总长 里程 长度 总里程 规模 总额 金额 数额 总数 总量 比例 比率 次数 人数 工作 项目 工程 建设 活动 全省 全市 全县 全州 全国 系统".split()
)
_BUREAUS = ("支队", "大队", "局", "厅", "中心", "收费所", "管理所", "交通局")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def _pieces(text: str) -> list[tuple[str, int]]:
    """一段连续文字里的词及其位置；单字并入前一个词（三九｜路 → 三九路），动词与常用单字除外。"""
    found: list[tuple[str, int]] = []
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


def _merged(words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """单字并入紧邻的词：先并入前一个，没有前一个就并入后一个（南｜崔路 → 南崔路）。"""
    result: list[tuple[str, int]] = []
    for word, at in words:
        joins = (
            len(word) == 1
            and word not in _PREFIXES
            and word not in _VERBS
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
            and result[-1][0] not in _VERBS | _SINGLES
            and result[-1][0] not in cues.STOP_TOKENS
            and word not in cues.STOP_TOKENS
            and result[-1][1] + 1 == at
        )
        if joins or opens:
            result[-1] = (result[-1][0] + word, result[-1][1])
        else:
            result.append((word, at))
    return result


# 疑问词前面的词是被问的：“……多少”“……是谁”“……什么时候”；“哪个县没评上”的“没评上”不是。
_FOCUSED = re.compile(r"(?:是|为|有|在|到|达到?|能|可)?(?:多少|几|第几|排|百分|多[大长高远久])|(?:是|为|叫)|什么时|啥时|何时")
_COUNTING = re.compile(r"(?:是|有|为|在|到|达到?|能|可)?(?:多少|几)|什么时|啥时|何时|哪[两三四五六七八九十]")
_VERBS = frozenset("开建修收查抓拿发看招买办改装设投评搞种铺拆管护补减增降涨占用花亏省降")
_SINGLES = frozenset("车路桥人家县镇村厅局所站")
_PLAIN_CHARACTERS = frozenset("一二三四五六七八九十百千万里外上下中前后大小多少有无不没是在和与及的地得之其此本该每各")
_PLAIN_CHARACTERS |= _VERBS | _SINGLES
_PREFIXES = frozenset("总新全各首副年月日")
_PROPER = re.compile(r"[a-z]+\d+|[\u4e00-\u9fff]{1,6}(?:路|桥|隧道|高速|线|大道|镇|乡|村|港|机场|铁路|集团|水库|枢纽)")


def _is_proper(text: str) -> bool:
    """是不是路名、桥名、编号；行业通用的说法（农村公路、高速公路）不是。"""
    if len(text) < 3 or not _PROPER.fullmatch(text):  # noqa: PLR2004 - 两个字的多是通名
        return False
    return text not in _domain() and not synonyms(text) and not text.endswith(("公路", "道路", "铁路线"))


@cache
def _domain() -> frozenset[str]:
    return frozenset(domain_terms())


def _term(word: str, *, near: bool, asked: bool = False) -> Term | None:
    text = word.lower().strip()
    others = tuple(o for o in synonyms(text) if len(o) > 1 or len(text) == 1)
    if not text or text in cues.STOP_TOKENS or re.fullmatch(r"\d+(?:\.\d+)?|\W+", text):
        return None
    if len(text) == 1:
        if text not in _VERBS and text not in _SINGLES:
            return None
        return Term(text, 0.8 if near and text in _SINGLES else _MINOR, others, near, asked and text in _SINGLES)
    if text.endswith(_BUREAUS):
        return Term(text, _MINOR, others, near)
    return Term(text, _MINOR if text in _MEASURE_WORDS else 1.0, others, near, asked, _is_proper(text))


_ELLIPTIC = re.compile(r"^(?:那么?|还有|再|然后)?.{0,14}呢[？?。]*$|^(?:那|还有|那么)")


def _elliptic(text: str) -> bool:
    """省略句：“那湘西的呢”“2022年呢”“完成了多少”。"""
    if _ELLIPTIC.search(text):
        return True
    rest = [t for t in _terms(text) if t.share >= 1]
    return not rest


def _asks(text: str, question: Question) -> tuple[Question, ...]:
    """一句里问了几个数：按疑问词拆开，各自的词为主，其余词为辅。"""
    marks = list(re.finditer(rf"(?:多少|几)(?:万亿|亿|万|千|百)?(?:{UNIT_PATTERN}|)", text))
    if len(marks) < 2 or question.kind is not Kind.AMOUNT or re.search(r"还是", text):  # noqa: PLR2004 - 两问才拆
        return ()
    pieces = _split_at(text, marks)
    asks = []
    for piece in pieces:
        own = _terms(piece)
        carried = tuple(
            replace(t, share=t.share * 0.5, near=False) for t in question.terms if t.text not in {o.text for o in own}
        )
        own = tuple(replace(t, near=True) for t in own) if len(own) == 1 else own
        asks.append(replace(question, text=piece, unit=_unit(piece, Kind.AMOUNT), counter=_counter(piece), terms=own + carried, asks=()))
    return tuple(asks)


def _split_at(text: str, marks: list[re.Match[str]]) -> list[str]:
    cuts = [0]
    for left, right in zip(marks, marks[1:], strict=False):
        between = text[left.end() : right.start()]
        joint = re.search(r"[，,、；;]|和|与|以及", between)
        cuts.append(left.end() + (joint.end() if joint else 0))
    cuts.append(len(text))
    return [text[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
