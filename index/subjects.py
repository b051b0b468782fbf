"""数字的主题：由它专属的一小段、并列共用的动词和前一个主题得出。"""

import re

from corpus.records import Span
from index.clauses import Scope

_VERBS = (
    "新建改建|新改建|新增和改建|提质改造|升级改造|改扩建|新增|新建|改建|建成|建设|完成|实现|开通|优化|查处|处理|处罚|检查|排查|整治|整改|"
    "清理|拆除|注销|组织|开展|举办|召开|印发|制定|修订|出台|发布|办理|受理|化解|安装|更新|投放|培训|培育|打造|创建|争创|申报|"
    "投入|投资|争取|筹集|征收|追缴|减免|收取|发放|安排|接返|转运|卸载|监督|推动|推进|解决|救助|挽回|引进|招聘|招录|提拔|交流|"
    "发展|获得|荣获|获评|取得|通过|纳入|下达|下发|签订|实施|启动|开工|建立|设立|设置|配备|采购|购置|出动|服务|运送|发送|惠及|"
    "覆盖|减少|增加|压减|压缩|缩短|降低|提高|提升|达到|落地|修复|修建|养护|铺筑|绿化|植树|维修|加固|改造|处置|保障|帮扶|慰问|"
    "宣传|刊发|发表|接待|接听|审核|审查|评审|考核|抽查|抽检|检测|监测|约谈|通报|批评|扣押|暂扣|查扣|收集|征集|采纳|消除|治理"
)
_TIME = (
    r"(?:(?:19|20)\d{2}年(?:度|底|末)?(?:前|以前)?|[一二][〇零0-9一二三四五六七八九]{3}年|今年(?:以来)?|去年|上年|明年|全年|年内|"
    r"年底前|年底|年末|当年|本年|过去一年|一年来|五年来|截至[^，]{0,8}|目前|现已|期间|[一二三四]季度|\d+月(?:底|份)?(?:前)?|到)"
)
_ITEM = r"(?:[一二三四五六七八九十]+是|第?[一二三四五六七八九十]+(?:、|，)|（[一二三四五六七八九十\d]+）|\d+[.、．]|[①-⑳]|——|•|●)"
_ADVERBS = (
    r"(?:累计|共计|总计|合计|共|全面|顺利|圆满|提前|高质量|高标准|力争|争取|确保|计划|预计|拟|将|要|再|还|继续|持续|积极|扎实|"
    r"加快|稳步|有序|推动|进一步|大力|深入|先后|分别|同时|其中|并|已|均|全部|基本|主要|重点|目标|预期目标|任务)"
)
_HEAD = re.compile(rf"^(?:{_ITEM}|{_TIME}|{_ADVERBS}|[，、：:；\s的是])+")
_PLAIN = re.compile(r"^(?:完成|实现|达到|达成|落实)")
_TAIL = re.compile(
    r"(?:达到了?|达|为|共计?|累计|约|近|超过|超|突破|分别|实现|完成|不少于|不低于|不超过|控制在|保持在|维持在|提高到|增加到|上升到|"
    r"下降到|降到|降至|增至|升至|提升至|提升到|调整为|减少到|至|到|了|是|有|于|在|按|由|从|各|每人每?[年月]|每人|每[年月]|，|、|：|“|（|《|\s)+$"
)
_CHANGE = re.compile(
    r"^(?:(?:同比|环比|比上年|较上年|较去年|比去年|年均|实际|名义|较[12]\d{3}年|比[12]\d{3}年)*"
    r"(?:增长|下降|上涨|上升|减少|增加|提高|降低|增幅|降幅|回落|压减|提升)?(?:率)?|占比?|其中|同比|环比|预算)$"
)
_VERB_HEAD = re.compile(rf"^(?:{_VERBS})+")
_AFTER_NOUN = re.compile(r"^[^，。；：、！？,;:（(\s]{1,18}")
_AFTER_STOP = re.compile(
    r"(?:建设工作|工作)?(?:顺利|圆满|纳入|列入|到位|投入|得到|被|获|通过|实现|完成|(?<!规模)以上|左右|按期|全部|均|并|已|由|为|在|的)"
)
_COUNTERS = frozenset(
    "个 项 条 处 家 座 对 起 次 份 本 所 期 篇 块 只 套 种 类 批 场 轮 张 枚 部 名 位 辆 台 艘 人 户 件 支 门 宗 件次 轮次 "
    "批次 场次 站 班 公里 米 亩 万元 亿元 元 亿 万 条次 口 根 盏 面 幅 栋 间 组 款 届 标段 泊位 车位".split()
)


def lead_verb(sentence: str, scope: Scope) -> str:
    """这一小段自带的动词（完成、新增、查处…），没有则为空串。"""
    own = _HEAD.sub("", scope.before.of(sentence))
    m = _VERB_HEAD.match(own)
    return m[0] if m else ""


def subject(sentence: str, scope: Scope, previous: str, verb: str) -> str:
    """这个数字说的是什么。

    Args:
        sentence: 整句。
        scope: 数字专属的一小段。
        previous: 同句里前一个数字的主题；“增长6.7%”沿用它。
        verb: 并列各项共用的动词。

    Returns:
        主题短语，如“农村公路新改建”“新增培训机构”；实在没有文字时是所在分句。
    """
    own = _bare(scope.before.of(sentence))
    after = _noun_after(sentence, scope)
    if _CHANGE.match(own) and previous and own:
        return f"{previous}{own}"
    if after and (not own or _VERB_HEAD.fullmatch(own) or _counts(scope)):
        return _join(own, after)
    if own and not _VERB_HEAD.fullmatch(own):
        return own
    return _join(own or verb, after) or previous or _clause(sentence, scope)


def _join(own: str, after: str) -> str:
    return own if after and own.endswith(after) else f"{own}{after}"


def _bare(text: str) -> str:
    """去掉条目序号、时间、副词与“完成”“达到”之类，留下主题。"""
    while True:
        shorter = _TAIL.sub("", _HEAD.sub("", text))
        stripped = _PLAIN.sub("", shorter) or shorter
        if stripped == text:
            return text.strip("“”《》（）() ")
        text = stripped


def _counts(scope: Scope) -> bool:
    return scope.quantity.unit in _COUNTERS


def _noun_after(sentence: str, scope: Scope) -> str:
    m = _AFTER_NOUN.match(scope.after.of(sentence))
    if m is None or not _counts(scope):
        return ""
    stop = _AFTER_STOP.search(m[0])
    noun = m[0][: stop.start()] if stop else m[0]
    return noun.strip("“”《》") if not _VERB_HEAD.match(noun) else ""


def _clause(sentence: str, scope: Scope) -> str:
    return Span(scope.before.start, scope.after.end).of(sentence).strip("，。；：、 \n")
