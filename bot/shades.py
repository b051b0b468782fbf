"""同一件事的几个数怎样分：总投资与完成投资、累计与当年、比出来的差与数本身。"""

import re

from bot.question import Question
from corpus.records import Role
from index.matching import plain
from index.records import Fact

_WHOLE = re.compile(r"总投资|概算|估算|总造价|总预算")
_SPENT = re.compile(r"完成|到位|累计|安排")
_ASKS_SPENT = re.compile(
    r"(?:完成|到位)[^，。？?]{0,6}(?:投资|资金)|投资[^，。？?]{0,4}(?:完成|到位)|(?:当年|年内|累计)[^，。？?]{0,6}投资"
)
_SPENT_PART = re.compile(r"(?:完成|到位)投资")
_TO_DATE = re.compile(r"累计|截[至止]|以来")
_OF_YEAR = re.compile(r"年内|当年|全年|本年|今年")
_GAP = re.compile(
    r"[比较](?![这那它此])[^，。？?]{0,8}?(?:增[加长]?|[多少高低快慢降减升超涨]|提[高升]|下降|减少|上升)(?:出|低)?[\u4e00-\u9fff]{0,3}?了?(?:多少|几)"
)
_GAP_WORDS = re.compile(
    r"[比较](?!例)|同比|环比|超(?!限)|(?<!新)增[加长]|净增|减少|下降|降低|上升|提[高升]|缩短|压缩|提前|推迟|[高低多少][于出]|[多少](?:完成|收|投|办|修|建|查)"
)
_AIMED = re.compile("目标|计划|任务|工期|超|提前")
_BASES = (
    ("平均", re.compile("平均")),
    ("比目标", _AIMED),
    ("比计划", _AIMED),
    ("比全省", re.compile("全省")),
    ("比全国", re.compile("全国")),
)
_MILESTONE = re.compile(r"^(?:突破|超过?|迈上|跨过|站上|达到?)")
_THEN = re.compile(r"^(?:，)?(?:实际)?(?:达到?|为)[\d约]")
_TOTAL = re.compile(r"固定资产投资|交通(?:运输|建设|基础设施)?(?:建设|项目)?(?:完成)?投资|^(?:完成)?(?:总)?投资$")
_MONEY = "投资"
CONFUSED = 0.5


def confused(question: Question, own: str) -> bool:
    """问总投资而句子说的是已完成的，或问完成了多少而句子说的是总投资。"""
    whole, spent = bool(_WHOLE.search(own)), bool(_SPENT.search(own))
    if _WHOLE.search(question.text):
        return spent and not whole
    return bool(_ASKS_SPENT.search(question.text)) and whole and not spent


def is_part(question: Question, own: str) -> bool:
    """只问某项目“投资多少”，没有说年度、没有说完成：某年完成的只是一部分。"""
    plain_ask = _MONEY in question.text and not question.years and question.role is None
    return plain_ask and not _ASKS_SPENT.search(question.text) and bool(_SPENT_PART.search(own))


def is_gap(question: Question) -> bool:
    """问的是比上年、比目标多多少。"""
    return _GAP.search(question.text) is not None


def states_gap(question: Question, fact: Fact, before: str) -> bool:
    """这个数是比出来的差：比上年增加8.9亿斤、超年度目标4座；比的是什么也要对上。"""
    own = before + plain(fact.subject)
    if any(asked in question.text and not written.search(own) for asked, written in _BASES):
        return False
    return _GAP_WORDS.search(before) is not None or _GAP_WORDS.search(plain(fact.subject)) is not None


def to_date(question: Question, before: str) -> float:
    """问累计的要累计数，问当年的不要累计数：合则加，不合则减。"""
    written = bool(_TO_DATE.search(before))
    if _TO_DATE.search(question.text):
        return 0.0 if written else -0.05
    return -0.1 if written and (_OF_YEAR.search(question.text) or question.years) and not question.cumulative else 0.0


def is_milestone(fact: Fact, follows: str) -> bool:
    """“突破4万亿元，达到40318亿元”的前一个：只是个台阶。"""
    return bool(_MILESTONE.match(fact.quantity.raw)) and bool(_THEN.match(follows))


def is_whole_bureau(question: Question, fact: Fact) -> bool:
    """只问“投资多少”，没有说是哪个项目：要的是总数。"""
    asked = [t for t in question.terms if t.share >= 1]
    return bool(asked) and all(_MONEY in t.text for t in asked) and _TOTAL.search(plain(fact.subject)) is not None


_OF_TARGET = re.compile(r"(?:完成|占|为|达)(?:了)?(?:年度?|全年|年初|省定|市定)?(?:计划|目标|任务|目标任务)的?$")
_SHARE = re.compile(r"占[^，。；]{1,12}的$")


def also_called(fact: Fact, before: str, earlier: str) -> str:
    """没有写出名称的：前面说着案子的“宗”是案件；“完成年度任务的116%”是完成率，“占总量的45%”是占比。"""
    if fact.quantity.unit == "宗" and "案" in earlier:  # 土地、交易也论宗
        return "案件"
    if not fact.quantity.unit.endswith("%"):
        return ""
    if _OF_TARGET.search(before):
        return "完成率"
    return "占比比重比例" if _SHARE.search(before) else ""


_GRADE = re.compile(r"[一二三四五六七八九][类级等](?![以及])")
_HALF = re.compile(r"[上下]半年")
_REMAINING = re.compile(
    r"(?:(?<!罚)没|未|剩|缺)[^，。？?]{0,4}(?:多少|几)|(?:没有?|未|尚未)(?:完成|整改|办结|销号|开工|通车|完工|落实|解决|达标|覆盖|到位)的[^，。？?]{0,10}(?:多少|几)|(?:多少|几)[^，。？?]{0,8}(?:(?<!罚)没|未)(?!有[？?]?$|来)"
)
_LEFT = re.compile(r"剩|余|尚|未|没有|仍|缺|欠|待|还有|正在|不足|差")


_OF_WHICH = re.compile(r"[^，。；\d]{1,10}[中里](?:仅|只)?有\d")
_SEVERAL = re.compile("[和与及、各]|分别|一共|合计")
_NUMBERED = re.compile(r"(?<![月\d])\d+号")
_SIDE = re.compile(r"城[东南西北]|[东南西北](?=站|环|岸)")
_TOLD_APART = (
    (
        re.compile(r"(?:死|亡|遇难)了?(?:多少|几)|(?:多少|几)个?人?[^，。？?]{0,4}(?:死|亡|遇难)"),
        re.compile("死|亡|遇难"),
    ),
    (re.compile(r"要求(?:是|为|达到?)?(?:多少|几)"), re.compile(r"要求|[不低少高多]于|不超过|须|应")),
)
"""问死了几人的，救起的不是；问要求多少的，做到的不是。"""


def opposite(question: Question, own: str, near: str) -> bool:
    """问二类桥的，一类桥的数不是；问下半年的，上半年的不是；问还有多少没办的，办了的不是。"""
    if any(
        asked and written and asked.isdisjoint(written)
        for pattern in (_GRADE, _HALF)
        for asked, written in [(set(pattern.findall(question.text)), set(pattern.findall(own)))]
    ):
        return True
    if any(asked.search(question.text) and not written.search(own) for asked, written in _TOLD_APART):
        return True
    return bool(_REMAINING.search(question.text)) and not _LEFT.search(near)


_ALL_YEAR = re.compile(r"全年|当年|年内|(?<!近)(?<!过去)一年")
_SINCE_START = re.compile(r"截[至止]|以来|五[”\"]?期间|规划总投资")


def not_of_year(question: Question, fact: Fact, before: str) -> bool:
    """问全年完成多少的，截至某月的多年累计不是。"""
    if not _ALL_YEAR.search(question.text) or "累计" not in before or _ALL_YEAR.search(fact.quote):
        return False
    return _SINCE_START.search(fact.quote) is not None and "累计" not in question.text


def of_which(question: Question, fact: Fact, own: str) -> bool:
    """“8艘执法艇中有5艘船龄超过15年”：问船龄超了的，不是前一个。"""
    follows = fact.quote[fact.span.end - fact.quote_span.start :]
    return bool(_OF_WHICH.match(follows)) and any(t.share >= 1 and t.text not in own for t in question.terms)


def elsewhere(question: Question, fact: Fact, own: str) -> bool:
    """问2号线、城南、穿越类的，句子只说了3号线、城北，或“穿越类”在句里说的是另一个数：不是。"""
    for pattern in (_NUMBERED, _SIDE):
        asked, written = set(pattern.findall(question.text)), set(pattern.findall(own) or pattern.findall(fact.quote))
        if asked and written and asked.isdisjoint(written):
            return True
    kinds = (t.text for t in question.terms if t.text.endswith("类") and len(t.text) > 2)  # noqa: PLR2004 - 一类、二类另有分法
    return any(kind in fact.quote and kind not in own for kind in kinds)


def of_the_unit(question: Question, follows: str) -> bool:
    """问全省的，“0.09%，低于全省0.03个百分点”的0.09%是本单位的。"""
    m = re.match(r"[比较低高优][于过]?(全[省市国])", follows)
    return m is not None and m[1] in question.text and re.search("[比较高低]", question.text) is None


def acts_next(question: Question, fact: Fact, own: str, follows: str) -> bool:
    """问“拆解了多少”“穿越类几件”，而这个数说的是查处，下一项才是“拆解58艘”：不是它。"""
    if _SEVERAL.search(question.text):
        return False
    unit = re.escape(fact.quantity.unit)
    return any(
        re.match(rf"[、和与及]?{re.escape(term.text)}了?[\d.]+{unit}", follows)
        for term in question.terms
        if len(term.text) > 1 and term.share >= 1 and term.text not in own
    )


_STOCK = re.compile(
    r"(?<![只要会能])有(?:多少|几)|(?:现在|目前|如今)[^，。？?]{0,2}(?:多少|几)|(?:通车|营业|运营|总)里程(?:多少|是|有|达|[？?]?$)|(?:现有|共有|尚有|还有)|(?:一共|总共|合计|总数)[^，。？?]{0,6}(?:多少|几)"
)
_HAVING = re.compile(r"[共现尚仍还]有|已有|[共现]拥?有|达到?|尚|总[数量]|累计")
_ADDED = re.compile(r"新增|新建|新开|新设|改造|加装|增设|建设")
CHANGES = frozenset("增长 提高 提升 上升 增加 下降 降低 减少 缩短 压缩 上涨".split())
"""说变化的词：被问的是什么在变，不是它们。"""
_AMONG = re.compile(r"^[，、]?其中")


def asks_stock(question: Question) -> bool:
    """问现在一共有多少，不是问新增了、计划了多少。"""
    said = _STOCK.search(question.text) is not None
    return said and question.role is not Role.PLAN and not _ADDED.search(question.text)


def stock(question: Question, fact: Fact, before: str) -> float:
    """问存量的：计划数、新增数靠后，“共有、现有”的在前，“其中”的一项（没有问到它）靠后。"""
    if not asks_stock(question):
        return 0.0
    if _AMONG.match(before):
        return 0.2 if plain(fact.subject) in plain(question.text) else -0.12
    planned = fact.role is Role.PLAN
    return 0.04 * bool(_HAVING.search(before)) - 0.5 * (planned or bool(_ADDED.search(before)))
