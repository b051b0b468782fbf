"""实词：问题里除去问法、年度、单位之后，说的是什么。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot import cues
from bot.segments import SINGLES, VERBS, Vocabulary, segmented
from index.quantities import quantities
from index.records import Measure, Quantity
from index.synonyms import synonyms
from index.units import UNIT_PATTERN
from index.words import domain_terms


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


def claims(text: str) -> tuple[Quantity, ...]:
    """用户自己说出的数：阿拉伯数字的，或是求证的问话里的。"""
    asserted = re.sub(r"对(?=[吗吧么]|不对)", "，", text)  # “36亿对吗”的对不是单位
    found = (q for q in quantities(asserted) if q.measure is Measure.AMOUNT and not q.blanked and q.unit != "年")
    return tuple(
        q
        for q in found
        if q.raw.lstrip("约近超")[0].isdigit() or text.rstrip("？?").endswith(("吗", "吧", "么", "对不对"))
    )


_ASKING = (
    r"(?:(?<=[修建改铺][了\n])|(?<=[修建改铺]))(?:多少|几)(?=路)|"  # “修了多少路”的路是东西，不是量词
    rf"(?:是|(?<![实现])有|为|在|到|达到?)?(?:百分之)?(?:(?:多少|几)(?:万亿|亿|万|千|百)?(?:{UNIT_PATTERN})?|多少钱|什么时[候间]|啥时[候间]?|何时|"
    r"星期几|周几|礼拜几|为什么|为何|为啥|因为什么|(?:是)?(?:什么|啥)原因|怎么会|怎么没|哪[两三四五六七八九十]{1,2}(?:[个项条座家种处件类名位所辆]|大(?!道))?(?:站|县|市|人|方面)?|哪(?:[些几个一条座段支艘级种类]|一个|家|项|处|所)?(?:单位|部门|公司|机构|地方|里|儿|年|月|天|日|人|[县市省局])?|多久|多长时间|"
    r"多[大长高远]|排?名?第几名?|谁|干嘛|干什么|做什么|什么(?:单位|部门|地方|级别|时候)?|啥|怎么样|怎么|怎样|如何)"
)
ASKING = re.compile(_ASKING)
"""疑问词，连同它带的量词。"""
_MINOR = 0.35
# 只说量法、不说事的词：单位已经说明了问的是什么。
_MEASURE_WORDS = frozenset(
    "全长 总长 里程 长度 总里程 规模 总额 金额 数额 总数 总量 比例 比率 次数 人数 工作 项目 工程 建设 活动 "
    "全省 全市 全县 全州 全国 系统".split()
)
_BUREAUS = ("海事处", "航道处", "支队", "大队", "局", "厅", "中心", "收费所", "管理所", "交通局")
_ERASED = re.compile(
    r"(?:19|20)\d{2}(?:年[度底末初]?)?|(?<!\d)\d{2}年[度底末初]?|[二2][〇零○0oO][一二三四五六七八九〇零○0-9oO]{2}年度?|"
    r"[一二三][一二三四五六七八九〇零]年|今年|去年|前年|明年|上年|本年|全年|年内|年底(?:前)?|截至|截止|原计划|原定|"
    r"请问一?下?|告诉我|我想(?:知道|问)|帮我|查一?下|一共|总共|合计|总计|共计|分别|各自|到底|究竟|具体|大概|大约|"
    r"对吗|对吧|对不对|对么|是吗|是吧|是不是|是否|属实吗|有没有|加起来|一样吗|各是|各有|各(?=多少|几|安排|完成)|"
    r"是什么意思|什么意思|啥意思|指的是|是指|指什么|指啥|全称|含义|"
    r"(?<![需主重必只想摘纲概])要(?!求|点|闻|素|件|害|道)|(?<=[^的目])了|的|吗|呢|吧|啊|呀|嘛|咱们?|我们|你们|"
    r"怎么(?:抓|做|干)|怎样|如何|有(?:什么|哪些|啥)(?:安排|措施|举措|打算|部署|成效|成绩|做法|亮点|进展|任务|要求|问题|困难)?|"
    r"(?:做|干|开展|采取|取得)了?(?:哪些|什么|啥)(?:工作|事|措施|成绩|成效)?|方面|"
    r"计划|目标|打算|预期|预计|实际|最后|最终|已经|力争|争取|准备|(?<!固定资产)拟|完成(?!率)|达到|情况|至少|最多|多少次|"
    r"(?:依据|根据|按照|依照)?的?是?(?:哪|什么|啥)(?:[一个部份些项]|几个)*(?:文件|规定|法规|法律|条例|办法|标准|通知|意见|制度|政策)|(?:文件|政策)?依据|第[一二三四五六七八九十\d]+[个项条点种类]|(?:领导|主任|书记|同事)(?:让我|叫我)?(?=想|要|让|问)|(?:想|要)?问一?下|来着|帮忙|麻烦(?:您|你)?|也?就是(?![指说])|下一?步|下一?阶段|换个?(?:话题|问题)|另外问|再问|"
    r"一[次回](?=[\u4e00-\u9fff]?路?[？?]?$)|(?<=[年期标划务度])[多少](?=[\u4e00-\u9fff]?了?(?:多少|几))|按.{1,4}还是.{1,4}算|以后|之后|内容(?=是|有|包|都)"
)


def terms(text: str, vocabulary: Vocabulary | None = None, names: Sequence[str] = ()) -> tuple[Term, ...]:
    """问题里的实词：先认同义表里的说法，其余分词，去掉问法、年度、数量、单位的称呼 `names` 和虚词。"""
    masked = _masked(text)
    asked = [(m.span(), m[0]) for m in ASKING.finditer(masked)]
    erased = _ERASED.sub(lambda m: "\n" * len(m[0]), _nameless(masked, tuple(names)))
    erased = ASKING.sub(lambda m: "\n" * len(m[0]), erased)
    found: list[Term] = []
    for m in re.finditer(r"[^\s，。？?！!、；;：:（）()“”\"'《》「」…~～\-—]+", erased):
        for word, start in segmented(m[0], vocabulary):
            at = m.start() + start
            before = any(_between(erased, at + len(word), a) and _FOCUSED.match(what) for (a, _), what in asked)
            after = any(_between(erased, b, at) and _COUNTING.match(what) for (_, b), what in asked)
            term = _term(word, near=before or after, asked=after)
            if (
                term is not None
                and word in _TYPES
                and any(_between(erased, b, at) and _TYPING.match(what) for (_, b), what in asked)
            ):
                term = replace(term, share=_MINOR)
            if term is not None:
                found.append(term)
    return tuple({t.text: t for t in reversed(found)}[text] for text in dict.fromkeys(t.text for t in found))


_BUREAU = r"(?:交通运输局|交通运输厅|交通局|交通厅|公路局)?"
_AFTER_NAME = (
    rf"(?!道)(?:(?:省|自治区|自治州|地区|市|州|县|区(?!域|间|块|段))(?!道){_BUREAU}"
    rf"|(?![\u4e00-\u9fff]{{0,2}}(?:高速|公路|路|线|段|站|桥|隧道|机场|服务区|快速|港|大道|中心|支队|大队|所|至|到)){_BUREAU})"
)


def _nameless(text: str, names: tuple[str, ...]) -> str:
    """抹去单位、地方的称呼（临川县通用机场 → 通用机场），切词才不会切错；线路名里的地名（临川段）不抹。"""
    if not names:
        return text
    called = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?:{called}){_AFTER_NAME}", lambda m: "\n" * len(m[0]), text)


def _between(text: str, start: int, end: int) -> bool:
    """两处之间只隔着抹去的字，或“能”“会”一类。"""
    return 0 <= end - start <= 4 and _MODAL.fullmatch(text[start:end]) is not None  # noqa: PLR2004 - 隔得远就不算挨着


# “什么称号”“哪些措施”：只说要的是哪一类，原文里多半没有这个词。
_TYPES = frozenset(
    "称号 荣誉 表彰 奖项 奖励 品牌 措施 办法 机制 制度 活动 项目 平台 系统 会议 文件 精神 原则 "
    "标准 级别 单位 部门 岗位 方式 手段 荣誉称号 奖".split()
)
_TYPING = re.compile(r"(?:是|有|为|在)?(?:哪些|哪几|哪[两三四五六七八九十]|哪种|哪类|哪级|什么|啥)")
_MODAL = re.compile(r"[\s能可会才就将以够]*")


def _masked(text: str) -> str:
    for q in claims(text):
        text = text[: q.span.start] + "\n" * (q.span.end - q.span.start) + text[q.span.end :]
    return text


# 疑问词前面的词是被问的：“……多少”“……是谁”“……什么时候”；“哪个县没评上”的“没评上”不是。
_FOCUSED = re.compile(
    r"(?:是|为|有|在|到|达到?|能|可)?(?:多少|几|第几|排|百分|多[大长高远久])|(?:是|为|叫)|什么时|啥时|何时"
)
_COUNTING = re.compile(r"(?:是|有|为|在|到|达到?)?(?:百分之)?(?:多少|几)|什么时|啥时|何时|哪[两三四五六七八九十]")
_PROPER = re.compile(r"[a-z]+\d+|[\u4e00-\u9fff]{1,6}(?:路|桥|隧道|高速|线|大道|镇|乡|村|港|机场|铁路|集团|水库|枢纽)")


_PART_OF_YEAR = re.compile(r"[上下]半年|[一二三四]季度|前[两三]季度|\d{1,2}月份?|[上中下]旬|年[初中]")


_MONTHS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_COUNTED = re.compile(r"[一二两三四五六七八九十]{1,2}[个项条大种点节句章段]")
# 单字也说清了问什么的：死了多少人、输了几件。
_TELLING = frozenset("死伤输")
_DONE = re.compile(r"([\u4e00-\u9fff])(?:完|好|成|起来|出来|完成|出)")


def _is_proper(text: str) -> bool:
    """是不是路名、桥名、编号；行业通用的说法（农村公路、高速公路）不是。"""
    if len(text) < 3 or not _PROPER.fullmatch(text):  # noqa: PLR2004 - 两个字的多是通名
        return False
    return (
        text not in _domain() and not synonyms(text) and not text.endswith(("公路", "道路", "铁路线", "线路", "航路"))
    )


@cache
def _domain() -> frozenset[str]:
    return frozenset(domain_terms())


def _months(text: str) -> tuple[str, ...]:
    """“3月份”的别的写法：3月、三月。"""
    m = re.fullmatch(r"(\d{1,2})月份?", text)
    return (f"{m[1]}月", f"{_MONTHS[int(m[1])]}月") if m and 0 < int(m[1]) < len(_MONTHS) else ()


def _term(word: str, *, near: bool, asked: bool = False) -> Term | None:
    text = word.lower().strip()
    done = _DONE.fullmatch(text)
    if done and done[1] in VERBS:  # 办完、修好：问的是办、修
        text = done[1]
    others = tuple(o for o in synonyms(text) if len(o) > 1 or len(text) == 1)
    if not text or text in cues.STOP_TOKENS or _COUNTED.fullmatch(text) or re.fullmatch(r"\d+(?:\.\d+)?|\W+", text):
        return None
    if len(text) == 1:
        if text not in VERBS and text not in SINGLES:
            return None
        weight = 1.0 if text in _TELLING else 0.8 if near and text in SINGLES else _MINOR
        return Term(text, weight, others, near, asked and text in SINGLES)
    if _PART_OF_YEAR.fullmatch(text):  # 时段不是被问的东西
        return Term(text, _MINOR, (*others, *_months(text)))
    if text.endswith(_BUREAUS):
        return Term(text, _MINOR, others, near)
    return Term(text, _MINOR if text in _MEASURE_WORDS else 1.0, others, near, asked, _is_proper(text))
