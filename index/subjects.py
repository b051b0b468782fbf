"""数字的主题：由它专属的一小段、并列共用的动词和前一个主题得出。"""

import re
from dataclasses import dataclass

from corpus.records import Span
from index.clauses import GRADES, Scope
from index.owners import (
    is_label,
    is_project,
    named_after,
    named_before,
    planned_of,
    project_at_start,
    project_of,
    without_figures,
)
from index.records import Measure

_VERBS = (
    "参演|参训|新辟|完工|竣工|参加|参与|新开工|新建改建|新改建|新增和改建|提质改造|升级改造|改扩建|新增|新建|改建|建成|建设|完成|实现|开通|优化|查处|处理|处罚|检查|排查|整治|整改|"
    "清理|拆除|注销|组织|开展|举办|召开|印发|制定|修订|出台|发布|办理|受理|化解|安装|更新|投放|培训|培育|打造|创建|争创|申报|"
    "投入|投资|争取|筹集|征收|追缴|减免|收取|发放|安排|接返|转运|卸载|监督|推动|推进|解决|救助|挽回|引进|招聘|招录|提拔|交流|"
    "发展|获得|荣获|获评|取得|纳入|下达|下发|签订|实施|启动|开工|建立|设立|设置|配备|采购|购置|出动|服务|运送|发送|惠及|"
    "覆盖|减少|增加|压减|压缩|缩短|降低|提高|提升|达到|落地|修复|修建|养护|铺筑|绿化|植树|维修|加固|改造|处置|保障|帮扶|慰问|"
    "开行|开设|办结|办成|转正|宣传|刊发|发表|接待|接听|审核|审查|评审|考核|抽查|抽检|检测|监测|约谈|通报|批评|扣押|暂扣|查扣|收集|征集|采纳|消除|治理"
)
_TIME = (
    r"(?:[“\"]?十[一二三四五六]五[”\"]?(?:期间|时期|期(?=完成|内|末))|在(?=(?:19|20)\d{2}年)|(?:19|20)\d{2}年(?:度|底|末)?(?:前|以前)?|[一二][〇零0-9一二三四五六七八九]{3}年|今年(?:以来)?|去年|上年|明年|全年|年内|"
    r"年底前|年底|年末|年初|当年|本年|过去一年|一年来|五年来|截至[^，]{0,8}|目前|现已|期间|[一二三四]季度末?|[上下]半年|"
    r"\d{1,2}月?\s?[-—－～~至]\s?\d{1,2}月份?|\d+月(?:\d+日|底|份)?(?:前)?|到(?!达|位|岗))"
)
_ITEM = (
    rf"(?:[一二三四五六七八九十]+是|第?[一二三四五六七八九十]+(?:(?!{GRADES})、|，)|（[一二三四五六七八九十\d]+）|\d+[.、．](?!\d)|[①-⑳]|——|•|●|·|"
    r"[-－*＊#/／~]+)"
)
_ADVERBS = (
    r"(?:累计|又|共计|总计|合计|共(?!同|建|享|产)|全面(?!从严)|顺利|圆满|提前(?!\d)|高质量|高标准|力争|争取|确保|计划(?!单列|生育)|预计|拟|将|"
    r"要(?!求|素|点)|再(?!生|就业)|可(?=完成|实现|达)|还|继续|持续|积极|扎实|加快|稳步|有序|推动|进一步|大力|深入|先后|分别|同时|其中|并(?!网|轨)|已|均(?!衡|价)|"
    r"全部|基本(?!医|养|农|建|公)|主要|重点(?=完成|推进|抓|实施|做)|目标(?!考核|责任)|预期目标|任务(?=完成)|至少|每年至少)"
)
_HEAD = re.compile(rf"^(?:{_ITEM}|{_TIME}|{_ADVERBS}|[，、：:；\s的是和与及])+")
_PLAIN = re.compile(r"^(?:完成(?!率|时)|实现|达到|达成|落实(?!率))")
_TAIL = re.compile(
    r"(?:达到了?|(?<![到传送])达|(?<![行人作认成因转])为|共计?|累计|约|近|超过|(?<!治)超|突破|分别|实现|完成|不少于|不低于|不超过|不到|控制在|"
    r"稳定在|保持在|维持在|提高到|增加到|上升到|扩大到|拓展到|扩充到|恢复到|压缩到|压减到|减少到|下降到|降低到|降到|升到|"
    r"[增升提降减压缩扩]{1,2}[到至为]|提升[到至]|缩短[到至]|压缩至|调整为|(?<!甚)至|(?<=[^直周收])到|了|是|已有|已|有(?!所)|用于|(?<![高低小大])于|在|按|由|从|各|大约|仅|只|均|"
    r"每人每?[年月]|每人|每[年月]|合并|力争|争取|，|、|：|“|（|《|/|\*|\s)+$"
)
_CHANGE = re.compile(
    r"^(?:(?:同比|环比|比上一?年|较上年|较去年|比去年|年均|实际|名义|受疫情影响|平均|[比较][12]\d{3}年|[一二三四五十]年(?:来)?)*"
    r"(?:增长|下降|上涨|上升|减少|增加|提高|降低|增幅|降幅|回落|压减|提升|前进|缩短|压缩|加快|延长|多(?:争取|完成)?|少|高|低|超|超出|超计划|[高低]于)?"
    r"(?:全[国省市]平均水平)?(?:率|了|出)?"
    r"|(?:占|为|达)?(?:本|全)?年?(?:度|初|内)?(?:原|省定|市定|序时|时序|冲刺)?(?:计划|目标|任务|进度)(?:[\d.]+[万亿]?[\u4e00-\u9fff]{1,3})?的?"
    r"|[仅只约]?(?:恢复到?|相当于|达到|为|占)(?:去年|上年|(?:19|20)\d{2}年)(?:同期|全年)?的?"
    r"|占(?:比|[^，。；]{0,8}的)?|其中|同比|环比|预算|[比少超距低高][^，。；]{0,8}(?:计划|目标)[多少高低差]?"
    r"|[比较][^，。；]{0,8}(?:[高低多少]|增加|减少|提高|下降|增长|降低))$"
)
# 单看不知道说什么的主题，前面要补上刚说的事。
_WEAK = re.compile(
    r"^(?:(?:概算|估算|计划|年度|实际|预计|全年|年内|平均|其中)*"
    r"(?:总?投资|总?里程|全长|总长|面积|总?金额|总额|总数|总量|增速|增幅|规模|投入|资金|用时|价值|赔付金额|位次)"
    r"|(?:整改|办结|满意|合格|完成|处置|执行|覆盖|参与|登记|采用|开工|完工|按时办结|按期办结|群众满意|好评|使用|追缴|在线|理赔|答复|"
    r"达标|安装|上线|到位|投产)[率度面]"
    r"|占比|比例|其余|剩余|另有|还有|尚|尚有|尚余|同期|累计|其他|总计|新打通|增|减|建成|新增|达到|每(?:座|处|支|条|件|户|站))$"
)
_VERB_HEAD = re.compile(rf"^(?:(?:{_VERBS})(?![率度])(?<!服务(?=[区业点站水中质]))(?!工程|项目|单位|任务|资金))+")
_AFTER_NOUN = re.compile(r"^[^，。；：、！？,;:（(/\s]{1,22}")
_STOP = re.compile(
    r"(?:建设工作|工作)?(?:达到|提高到|顺利|圆满|纳入|列入|到位|投入|得到|被|获(?!得感)|荣立|荣获|通过|实现|完成|建成|投运|"
    r"签订|转为|(?<!规模)以上|左右|按期|全部|均(?!衡|价)|并(?!网)|已|累计|共(?![同建享产青])|成为|由|为(?!民)|"
    r"在(?![建编岗线职册途用])|一直|长年|进入|接入|下沉|因(?!素)|每[月季年半]|当年|提前|升(?!级|降)|"
    r"自(?![然主动助驾贸由])|落实|参加|应(?![急用收])|要(?![求素件])|人人|不得|逐步|先行|平均|才(?![能俊干艺])|"
    r"仅|只(?!读)|报送|响应|有望|拉动|给予)"
)
_ADJACENT = re.compile(r"^\s?(?:[\d.]+[余多]?|[xX*]+)(?:万|亿)?[\u4e00-\u9fff]{1,2}")
_COUNTERS = frozenset(
    (
        "个 项 条 处 家 座 对 起 次 份 本 所 期 篇 块 只 套 种 类 批 场 轮 张 枚 部 名 位 辆 台 艘 人 户 件 "
        "支 门 宗 件次 轮次 批次 场次 站 班 公里 米 亩 万元 亿元 元 亿 万 条次 口 根 盏 面 幅 栋 间 组 款 届 "
        "标段 泊位 车位 万户 县市 市州 区县 万名 万人 万亩 通 万通 遍 成 岁 周岁"
    ).split()
)
_QUOTES = (("“", "”"), ("（", "）"), ("《", "》"), ("(", ")"))
_TABLE_ROW = re.compile(
    r"^(?P<row>[^；。]{1,40})：(?:[^；。]{1,30}\s[^；。\s]{1,20}；)*[^；。]{1,30}\s[^；。\s]{1,20}。?$"
)
_COLUMN = re.compile(r"(?:(?:19|20)\d{2}年|年初|全年|年度|本年|上年|累计)?(?:计划|目标|完成|实际|任务|要求|指标|预计)*")
_MEASURED = re.compile(r"[\d.xX*]+[余多]?[万亿]?[\u4e00-\u9fff]{1,2}")
_LASTS = re.compile(r"(?:连续|提前|历时|为期|延长|不满|满)$")
_OLD = re.compile(r"(?:由|从|连同|加上|现行|[比较与]|[高低]于|超[过出])[^由从比较]*$")
_SHIFTED_NOUN = re.compile(
    r"^的([^，、的]{1,8}?)(?:大幅|逐步|统一|进一步|合并)?"
    r"(?:提高|增加|上升|增长|下降|降低|降|压缩|压减|缩短|减少|减|调整|扩大|升|增|提升)?[到至为]$"
)
_TURNED = re.compile(r"为(增长|下降|盈利)$")
_GROWTH = re.compile(r"(?:同比|实际|年均)*(?:增长|下降|上升|上涨|减少|增加|降低|提高)$")
_TARGETS = re.compile(r"(?:年度|全年|年初)?(?:目标|计划|任务)")
_SET_BY = re.compile(
    r"(?:超额|提前|全面|圆满|顺利)*(?:完成|实现|超[过出]?|突破)?(?:了)?(?:[省市县区州部厅局委][\u4e00-\u9fff]{0,6}?)?(?:下达|确定|制定)?的?"
)
_MONEY = re.compile(r"投资|资金|补助|配套|自筹|贷款|债|经费|收入|费|款")
_MORE = re.compile(r"(?:比|较)(?:上年|去年|上一年|同期|上年同期|去年同期|年初)[多少]")
_WORKS = re.compile(r"(?:前期|各项|准备)工作$")
_KIND = re.compile(r"[一二三四五六七八九甲乙丙ABC]{1,2}[类级]")
_UNDONE = re.compile(r"(?:限期|正在|尚未?|未|仍|继续)")
_RATE = re.compile(r"(?:优良(?:中等)?路?率|[\u4e00-\u9fff]{2}率)$")
_ACHIEVED = frozenset(("", "实际", "累计", "开工", "开工以来", "自开工以来"))
_RESTS = frozenset(("其余", "剩余", "另有", "还有", "尚", "尚有", "尚余", "建成", "新增", "达到"))
_NO_NOUN = re.compile(r"^(?:完成|达到|建成|增长|下降|全|未$|尚未|不)")
_LONGEST = 40
_AFTER_OF = 8
_LONGEST_TOPIC = 20
_VAIN = re.compile(r"(?:未能|未|不能|顺延|推迟|延期|全部|力争|项目)+$")
_HINDERED = re.compile(r"(?:受|因|由于)[^，]*$")
_ROAD_NUMBER = re.compile(r"[A-Za-z]+\d+")
_UNNUMBERED = re.compile(r"[\d.]+[余多]?[万亿]?[\u4e00-\u9fff]{1,2}$")
_PARENTHESES = re.compile(r"（[^）]*）")


@dataclass(frozen=True, slots=True)
class Named:
    """一个数字的主题。`topic` 是后面“同比增长”“整改率”之类要补上的那件事；`carried` 是这次补上的。"""

    subject: str
    topic: str
    carried: str = ""


def table_row(sentence: str) -> str:
    """表格成句（“新修通村硬化路：2022年完成 18600公里；……。”）的行名；不是表格则为空串。"""
    m = _TABLE_ROW.match(sentence.strip())
    return m["row"] if m else ""


def lead_verb(sentence: str, scope: Scope) -> str:
    """这一小段自带的动词（完成、新增、查处…），没有则为空串。"""
    m = _VERB_HEAD.match(_HEAD.sub("", scope.before.of(sentence)))
    return m[0] if m else ""


def of_cell(sentence: str, scope: Scope, row: str) -> Named:
    """表格里一格的主题：行名加列名。"""
    column = scope.before.of(sentence)
    column = _COLUMN.sub("", _HEAD.sub("", column.rsplit("：", 1)[-1]).strip(), count=1).strip()
    name = row.removeprefix("其中：")
    return Named(_balanced(f"{name}{column}"), name, row)


def subject(sentence: str, scope: Scope, previous: str, verb: str, *, near: bool = False) -> Named:
    """这个数字说的是什么。

    Args:
        sentence: 整句。
        scope: 数字专属的一小段。
        previous: 前面刚说的事；“增长6.7%”“整改率100%”沿用它。
        verb: 并列各项共用的动词。
        near: 单位与前一个数相同：只有动词的（排查隐患483项，整改481项）沿用前面的主题。

    Returns:
        主题短语，如“农村公路新改建”“新增培训机构”；实在没有文字时是所在分句。
    """
    text = without_figures(_own_text(sentence, scope))
    own = _bare(_OLD.sub("", text) if scope.replaced else text)
    if owned := _owned(sentence, scope, own):
        return owned
    if _MEASURED.fullmatch(own):  # 共8章42万字
        own = ""
    if _LASTS.search(own):
        own += _lasting(sentence, scope)
    if scope.quantity.measure is Measure.DATE:
        return _event(sentence, scope, own, previous)
    if scope.limits:
        return Named(_balanced(f"{own}{_noun(scope.quantity.span.end, sentence)}") or previous, previous)
    return _of_words(sentence, scope, own, previous, verb, near=near)


def _of_words(sentence: str, scope: Scope, own: str, previous: str, verb: str, *, near: bool) -> Named:  # noqa: PLR0913
    """由数字前后的文字 `own` 定主题；文字不足以说明的补上前面刚说的事。"""
    if not previous and is_label(own):
        previous = _project_before(sentence, scope)
    after = _noun_after(sentence, scope)
    if unsaid := _unsaid(sentence, scope, own, after):
        if own in _ACHIEVED and previous.endswith("投资") and unsaid.endswith("完成投资"):
            unsaid = own
        return Named(_balanced(f"{previous}{unsaid}"), previous or unsaid, previous)
    if own and (_CHANGE.match(own) or _WEAK.match(own) or (previous and is_label(own))):
        return _dependent(own, after, previous)
    own += _same_rate(sentence, scope, own, previous) if near else ""
    if own and (after or not _VERB_HEAD.fullmatch(own)):
        return _of_noun(sentence, scope, _balanced(_join(own, after)), previous)
    return _of_verb(sentence, scope, own, after, previous, verb, near=near)


def _of_noun(sentence: str, scope: Scope, named: str, previous: str) -> Named:
    """自己有名词的：“其中”的一项不改换主题；“668亿元，其中农村公路96亿元”的96亿元也是投资。"""
    if topic := project_of(named) or planned_of(named):
        return Named(named, topic)
    among = scope.clause.of(sentence).lstrip("，； ").startswith("其中")
    if among and previous and _KIND.fullmatch(named):  # 维修企业1247家，其中一类21家、二类186家
        named += previous
    if among and scope.quantity.unit.endswith("元") and previous.endswith("投资") and not _MONEY.search(named):
        named += "投资"
    return Named(named, previous if among and previous else _GROWTH.sub("", named))


def _of_verb(  # noqa: PLR0913, PLR0917
    sentence: str, scope: Scope, own: str, after: str, previous: str, verb: str, *, near: bool
) -> Named:
    """自己没有名词的：沿用前面的主题，或取数字之后的话。"""
    if not own and previous and _UNDONE.match(after):  # 查出隐患342处，……，5处限期整改
        return Named(_balanced(f"{previous}{after}"), previous, previous)
    if not own and previous and scope.after.of(sentence).startswith("的"):  # 工程变更超过50万元的……，超过200万元的……
        named = previous
    elif own and previous and own not in previous and (near or not _VERB_HEAD.match(previous)):
        return Named(_balanced(f"{previous}{own}"), previous, previous)
    elif own or after:
        named = _balanced(own or _join(verb, after))
    else:
        named = _topic_before(sentence, scope) or previous or verb or _clause(sentence, scope)
    carried = "" if own or after else previous
    return Named(_balanced(named), named, carried)


def _same_rate(sentence: str, scope: Scope, own: str, previous: str) -> str:
    """“县道优良路率91%、乡道88%”：乡道的也是优良路率；不是这样并列的为空串。"""
    listed = sentence[: scope.before.start].endswith(("、", "和", "与"))
    m = _RATE.search(previous)
    if not listed or m is None or not own or own.endswith(("率", "比", "面", "度")) or scope.quantity.unit != "%":
        return ""
    kind = previous[len(own) - 1 : len(own)] == own[-1] and len(previous) - len(own) >= len(m[0])
    return previous[len(own) :] if kind else m[0]


def _unsaid(sentence: str, scope: Scope, own: str, after: str) -> str:
    """“计划投资7.2亿元，实际完成8亿元”“超额完成下达的180亿元目标”：没有再说一遍的投资、目标；不是这样写的为空串。"""
    money = scope.quantity.unit.endswith("元")
    if money and own in _ACHIEVED and "完成" in scope.before.of(sentence):
        if _TARGETS.match(after):
            return after
        return f"{own}完成投资" if _speaks_of_investment(sentence, scope) else ""
    if (
        money
        and _MORE.fullmatch(own)
        and "完成" in scope.before.of(sentence)
        and _speaks_of_investment(sentence, scope)
    ):
        return f"{own}完成投资"
    counted = scope.quantity.unit in _COUNTERS and not money
    return after if _TARGETS.match(after) and _SET_BY.fullmatch(own) and not counted else ""


def _speaks_of_investment(sentence: str, scope: Scope) -> bool:
    return "投资" in sentence[: scope.quantity.span.start]


def _owned(sentence: str, scope: Scope, own: str) -> Named | None:
    """写在项目名称前面、后面括号里的钱数与里程；不是这样写的为 None。"""
    boxed = named_before(sentence, scope)
    name = _bare(without_figures(boxed[0])) if boxed else ""
    if boxed and name:
        return _of_project(_UNNUMBERED.sub("", name) or name, boxed[1], scope)
    owner = named_after(sentence, scope, own)
    return _of_project(owner, own, scope) if owner else None


def _of_project(name: str, label: str, scope: Scope) -> Named:
    """一个项目的投资、里程：没有写量的是什么的，钱数就是投资。"""
    what = label or ("投资" if scope.quantity.unit.endswith("元") else "")
    return Named(_balanced(f"{name}{what}"), _balanced(name), name)


def of_new_value(sentence: str, old: Scope, scope: Scope, named: Named) -> Named:
    """“由甲提高到乙”里的乙：与甲说的是同一件事。"""
    between = sentence[old.quantity.span.end : scope.quantity.span.start].strip()
    noun = _SHIFTED_NOUN.match(between)
    turned = _TURNED.search(between)
    name = _join(named.subject, noun[1] if noun else "")
    return Named(f"{name}{turned[1]}" if turned else name, name)


def _lasting(sentence: str, scope: Scope) -> str:
    """连续3年、提前27天之后的话：连续……获评优秀。"""
    m = re.match(r"[^，。；：、]{1,16}", scope.after.of(sentence).lstrip("的"))
    return m[0] if m else ""


def _dependent(own: str, after: str, previous: str) -> Named:
    """“同比增长”“整改率”“其余”：补上刚说的事。"""
    named = _join(own, after) if own in _RESTS else own
    carried = "" if previous and previous in named else previous
    return Named(_balanced(f"{carried}{named}"), previous or named, carried)


def _event(sentence: str, scope: Scope, own: str, previous: str) -> Named:
    """期限的主题：谁，到时候怎样。"""
    m = _AFTER_NOUN.match(_PARENTHESES.sub("", scope.after.of(sentence)).lstrip("：:， "))
    what = m[0].strip() if m else ""
    vain = not own or bool(_VAIN.match(own))
    carried = (previous or _first_topic(sentence, scope)) if vain else ""
    who = f"{carried}{own}"
    if what and who.endswith(what):
        what = ""
    topic = (carried if vain else who) or _PLAIN.sub("", what)[:_LONGEST_TOPIC]
    return Named(_balanced(f"{who}{what}") or _clause(sentence, scope), topic, carried)


def _first_topic(sentence: str, scope: Scope) -> str:
    """分号段开头那一分句说的是谁：X026南崔路受用地报批影响，未能在年底前开工。"""
    first = re.split(r"[，：,]", sentence[scope.segment.start : scope.clause.start].lstrip("，：；, "))[0]
    return "" if _HINDERED.search(first) is None else _bare(_HINDERED.sub("", first))[:_LONGEST_TOPIC]


def _own_text(sentence: str, scope: Scope) -> str:
    """主题取自哪里：专属的一段；前一个数只是它的限定（30分钟内到达率、42项重点任务）时从分句开头取。"""
    before = scope.before.of(sentence)
    if scope.before.start == scope.clause.start or not before.strip():
        return before
    whole = sentence[scope.clause.start : scope.quantity.span.start]
    joined = sentence[: scope.before.start].rstrip()
    if joined.endswith(("、", "和", "与", "及", "中")) or len(whole) > _LONGEST:
        return before
    return whole


def without_verbs(text: str) -> str:
    """去掉开头的一串动词：新辟、优化公交线路 → 公交线路；只剩动词的不去。"""
    rest = text
    while m := re.match(r"[、，和与及]*", rest):
        shorter = _VERB_HEAD.sub("", rest[m.end() :])
        if shorter == rest or not shorter:
            break
        rest = shorter
    return rest or text


def bare_subject(text: str) -> str:
    """去掉条目序号、时间、副词与“完成”“达到”之类，留下主题。"""
    return _balanced(_bare(text))


def _bare(text: str) -> str:
    while True:
        shorter = _TAIL.sub("", _HEAD.sub("", text))
        stripped = _PLAIN.sub("", shorter) or shorter
        if stripped == text:
            return text.strip("　 ")
        text = stripped


def _join(own: str, after: str) -> str:
    return own if after and own.endswith(after) else f"{own}{after}"


def _noun_after(sentence: str, scope: Scope) -> str:
    """数字之后的名词：3家培训机构、53名两地分居的职工。"""
    return _noun(0, scope.after.of(sentence)) if not scope.replaced and _counted(scope.quantity.unit) else ""


def _counted(unit: str) -> bool:
    return (unit.lstrip("万亿千百") or unit) in _COUNTERS


def _noun(at: int, text: str) -> str:
    text = text[at:]
    if at == 0 and text.startswith("口"):
        text = f"人{text}"
    m = _AFTER_NOUN.match(_ADJACENT.sub("", text).removeprefix("的"))
    if m is None:
        return ""
    stop = _STOP.search(m[0])
    noun = m[0][: stop.start()] if stop else m[0]
    head, of, rest = noun.partition("的")
    if of:
        noun = f"{head}的{rest[:_AFTER_OF]}" if head else rest
    noun = noun.rstrip("的和与及")
    return "" if _NO_NOUN.match(noun) else noun


def _topic_before(sentence: str, scope: Scope) -> str:
    """同一分号段里、前面紧挨着的、没有数字的分句。"""
    text = sentence[scope.segment.start : scope.clause.start].rstrip("，：, ")
    last = re.split(r"[，：,]", text)[-1]
    return "" if re.search(r"\d|[xX*]", _ROAD_NUMBER.sub("", _HEAD.sub("", last))) else _bare(last)[:_LONGEST]


def _project_before(sentence: str, scope: Scope) -> str:
    """前面紧挨着的分句里的项目：实施罗水航道工程，里程36公里。"""
    topic = _topic_before(sentence, scope)
    name = _WORKS.sub("", _VERB_HEAD.sub("", topic) or topic)
    return name if is_project(name) else project_at_start(name)


def _balanced(text: str) -> str:
    """补上或去掉落单的引号、括号。"""
    for left, right in _QUOTES:
        text = text.removeprefix(right).removesuffix(left)
        missing = text.count(left) - text.count(right)
        if missing > 0:
            text += right * missing
        elif missing < 0:
            text = left * -missing + text
    for left, right in _QUOTES:
        if text.startswith(left) and text.endswith(right) and text.count(left) == 1:
            text = text[1:-1]
    return text.strip()


def _clause(sentence: str, scope: Scope) -> str:
    return Span(scope.before.start, scope.after.end).of(sentence).strip("，。；：、 \n")
