"""完成还是计划：标题的用词与句子的动词。"""

import re
from collections.abc import Sequence

from corpus.records import Role

_PLAN_STRONG = re.compile(
    r"计划|安排|谋划|部署|要点|下一?步|下阶段|打算|思路|目标|规划|展望|今后|预算草案|努力方向|工作重点|总体要求|工作要求|建议|预期|方案"
)
_PLAN_WEAK = re.compile(r"重点工作|重点任务|主要任务|工作任务|工作举措|做好|抓好|扎实推进|奋力|要求|举措|任务")
_RESULT = re.compile(
    r"发展基础|发展现状|现状基础|现状评价|回顾|总结|成效|成绩|成就|进展|开展情况|工作情况|完成情况|落实情况|推进情况|执行情况|履职情况|基本情况|主要做法|主要工作|经验做法|"
    r"卓有成效|取得|工作小结|亮点|情况(?:汇报|报告)?$|述职"
)
_DONE_OF_PLAN = re.compile(
    r"(?:计划|安排|目标|任务|要点|规划|部署).{0,6}(?:完成|执行|落实|实施|进展|推进)(?:的)?(?:情况|成效|进展)|(?:落实|执行|完成).{0,12}(?:情况|成效)"
)
_SITUATION = re.compile(r"形势|问题|困难|不足|短板|挑战|制约|差距|薄弱环节|风险(?!防|管|排)")
_SUB_SITUATION = re.compile(
    r"(?:存在|面临|主要)的?(?:主要|突出)?(?:问题|困难|不足|短板|挑战)|(?:问题|困难|不足|短板|差距)(?:和|与|及|、).{0,6}(?:困难|不足|挑战|原因|问题)?$|形势(?:分析|研判)"
)
_SUB_PLAN = re.compile(
    r"(?:下一?步|下阶段|明年|下年度|今后).{0,10}(?:计划|打算|安排|思路|目标|工作|重点|措施)|工作(?:计划|打算|安排|思路)$|主要(?:预期)?目标"
)
_SUB_RESULT = re.compile(
    r"(?:完成|开展|落实|推进|进展|执行)情况|工作(?:回顾|总结|成效|亮点)|(?:取得|主要)的?(?:成效|成绩|做法)"
)
_END_PLAN = re.compile(
    r"(?:计划|安排|谋划|部署|要点|打算|思路|目标|任务|要求|措施|举措|重点|建议|取向|重点工作|展望|规划|方向|预期)(?:（草案）)?$|^下一?步|^今后|^下阶段|^做好"
)
_END_RESULT = re.compile(r"(?:发展基础|现状|回顾|总结|成效|成绩|成就|情况|进展|做法|亮点|小结|经验|体会)$")
_END_SITUATION = re.compile(r"(?:形势|问题|困难|不足|挑战|短板|差距|薄弱环节|原因)(?:任务|分析|研判|和原因)?$")

_PLANNED = re.compile(
    r"计划(?:于|在|到|用|从)?\d|计划(?:投资|新建|新增|完成|实施|开工|建设|建成|改造|改建|开通|安排|投入|启动|总投资|争取|改扩建|发展|培训|开展|到|于|在|年内)"
    r"|(?<![模虚比])拟(?!定了|人)|力争|争取|确保|预计|预期(?:目标)?[是为]?|目标(?:是|为|：|任务是)|(?<![必只需主重首简摘扼概])要(?:完成|在|以|把|将|全面|继续|加快|进一步|严格|着力|大力|坚持|强化|加强|深入|持续|突出|紧紧|切实|抓|推进|积极|牢固|实现|做)"
    r"|将(?!士|军|领|.{1,12}(?:纳入|列入|作为|列为|融入|转化为)了)|打算|下一?步|明年|来年|今后|未来|(?:年|月|季度)?底(?:以)?前(?:要|将|完成|建成|实现|开工|力争|确保)|(?:到|至)\d{4}年|不少于|不低于|至少|达到?\d+[%％]以上的目标"
)
_HARD_PLAN = re.compile(
    r"(?:预期|奋斗|总体|发展)目标(?:是|为|：)|(?<!完成)(?<![年度原比超占为于较距离差])计划(?:于|在|到)?\s*(?:\d|投资|新建|新增|完成|实施|开工|建设|建成|改造|改建|开通|安排|投入|启动|总投资|改扩建)|(?<![模虚比])拟(?!定|人)|预计|力争|下一?步|明年|来年|打算|将(?:于|在|继续|进一步|全面|全力|重点|加快|完成|新建|实施|投入|开工|建成)|(?:年|月|季度)底(?:以)?前(?:完成|建成|实现|开工|全部|力争|确保|可)"
)
_DONE = re.compile(
    r"已(?!有望)|了(?!解|如指)|累计|荣获|获得|获评|被评|入选|列入了|评为|取得|实现了|完成(?:全年|年度|计划|任务|目标).{0,8}(?:的)?\s*(?:\d|[xX×*]|百分之)"
    r"|同比|比上年|较上年|较去年|比去年|创历史|圆满完成|顺利完成|超额完成|全面完成.{0,8}任务[，。；]|率先完成|提前完成|先后|共(?:完成|处理|征收|查处|检查|受理|出动|开展|组织|投入|新建|排查)|全年(?:共|累计|完成)|总量(?:突破|达)|位列|位居|排名|竣工(?:通车|验收)?[，。；]|投产里程超过|通车运营[，。；]"
)
_HARD_DONE = re.compile(
    r"实际完成\s*\d|[仅只]完成|目前(?:已|共)?完成|\d月(?:份|底)?(?:共|已|累计)?完成|未能|没有完成|未完成|已(?:经|完成|建成|全|列入|申请|开工|实现|通过|纳入|于|有|达|累计|投入|基本)|完成了|取得了|实现了|累计完成|荣获|获评|被评为|全年(?:共|累计)|完成(?:全年|年度)(?:计划|目标|任务|目标任务)的|圆满完成|超额完成|建成了|开通了|不断增强[。；]"
)
_LOOKS_BACK = re.compile(
    r"已(?:经|完成|建成|全部|列入|申请|开工|实现|通过|纳入|有|达|累计|投入使用|基本完成)|完成了|取得了|实现了|累计完成|荣获|获评|被评为|(?<![比较同与由从和])去年(?!同期)|(?<![比较同与由从和])上年(?:度|以来)?[，,]"
)
_TITLE_PLAN = re.compile(r"计划|要点|安排|规划|方案|打算|思路|目标|部署")
_TITLE_RESULT = re.compile(r"总结|回顾|情况|小结|述职|成效|纪实|年报|公报|完成")


def heading_role(heading: str, *, dated: bool, strict: bool) -> Role | None:
    """从一级标题的用词判定；两者都有（总结和计划）或都没有为 None。

    Args:
        heading: 去掉序号的标题。
        dated: 标题里写着年度（“2023年……”），用词在哪里都算。
        strict: 题名已经说明性质，标题只有以“计划、情况、问题”一类词收尾才另作判断。
    """
    if _DONE_OF_PLAN.search(heading):
        return Role.RESULT
    plan, result, situation = _PLAN_STRONG.search(heading), _RESULT.search(heading), _SITUATION.search(heading)
    if plan and result and re.search(r"[和与及、暨]", heading):
        return None
    ends = ((_END_SITUATION, Role.SITUATION), (_END_PLAN, Role.PLAN), (_END_RESULT, Role.RESULT))
    ended = next((role for end, role in ends if end.search(heading)), None)
    if ended is not None or (strict and not dated):
        return ended
    if result and not situation:
        return Role.RESULT
    if plan or not situation:
        return Role.PLAN if plan or _PLAN_WEAK.search(heading) else None
    return Role.SITUATION


_BARE_WORK = re.compile(r"(?:^|[、.．）)\s])(?:主要|重点)(?:工作|任务)$")


def is_bare_work(heading: str) -> bool:
    """标题只是“重点工作”：自己看不出是做了的还是要做的。"""
    return _BARE_WORK.search(heading) is not None


def plans_apart(headings: Sequence[str]) -> bool:
    """“重点工作”之后另有一节专讲打算（“四、2025年打算”）：前面的“重点工作”是做了的。"""
    bare = next((at for at, text in enumerate(headings) if is_bare_work(text)), len(headings))
    return any(_PLAN_STRONG.search(text) and _END_PLAN.search(text) for text in headings[bare + 1 :])


def sub_heading_role(heading: str) -> Role | None:
    """下级标题只有写得明白才改变继承来的性质，如“（四）存在的问题”。"""
    if _SUB_RESULT.search(heading):
        return Role.RESULT
    if _SUB_SITUATION.search(heading):
        return Role.SITUATION
    return Role.PLAN if _SUB_PLAN.search(heading) else None


def title_role(title: str) -> Role | None:
    """从题名判定；《总结和计划》两者都有，为 None。"""
    if _DONE_OF_PLAN.search(title):
        return Role.RESULT
    telling = title if re.search(r"\d{2,4}年|[〇○零一二三四五六七八九]年", title) else title[-10:]
    plan, result = bool(_TITLE_PLAN.search(telling)), bool(_TITLE_RESULT.search(telling))
    if plan == result:
        return None
    return Role.PLAN if plan else Role.RESULT


def is_planned(sentence: str, *, hard: bool = False) -> bool:
    """句子有计划的动词；`hard` 只认在总结里也足以说明是计划的（计划投资、拟、预计）。"""
    return bool((_HARD_PLAN if hard else _PLANNED).search(sentence))


def is_done(sentence: str, *, hard: bool = False) -> bool:
    """句子有已完成的动词；`hard` 只认在计划里也足以说明已完成的（已、取得了、荣获）。"""
    return bool((_HARD_DONE if hard else _DONE).search(sentence))


def looks_back(sentence: str) -> bool:
    """计划里的一句是在回顾（已完成、取得了、去年…）；“同比增长”也用来说目标，不算。"""
    return bool(_LOOKS_BACK.search(sentence))


def text_role(text: str) -> Role | None:
    """通篇数动词：完成的多还是计划的多；相差不大为 None。"""
    done, planned = len(_DONE.findall(text)), len(_PLANNED.findall(text))
    imperative = len(
        re.findall(
            r"(?:^|[。；])(?:[一二三四五六七八九十]是)?(?:要|加强|推进|落实|严格|深入|持续|抓好|加快|强化|完善|做好|开展|坚持)",
            text,
        )
    )
    planned += imperative // 2
    if max(done, planned) < 2 or abs(done - planned) * 5 < max(done, planned):  # noqa: PLR2004
        return None
    return Role.RESULT if done > planned else Role.PLAN
