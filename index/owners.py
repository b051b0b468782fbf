"""写在项目名称前面、括号里的钱数与里程：说的是哪个项目。"""

import re

from index.clauses import Scope
from index.records import Measure
from index.units import UNIT_PATTERN

_OPENS = "（("
_NUMBER = rf"[约达近超]?[\d.]+[余多]?(?:万亿|亿|万|千|百)?(?:{UNIT_PATTERN})?(?:以上|左右)?"
_LABEL = (
    r"(?:项目|工程|全线|线路|该[桥路项目线段]{1,2})?(?:(?:概算|估算|匡算|计划|预计|批复|合同|工程|建设|核定|静态|动态)*(?:总?投资|总?造价|资金|金额|总额)|(?:投资|资金)计划|概算|估算|匡算|造价|全长|总长|路线长|线路长|长度?|总?里程|"
    r"(?:计划|建设|合同|施工)?工期|(?:总|建筑|占地)?面积|(?:路基|路面)?宽度?|用地)?"
)
_ITEM = rf"\s*{_LABEL}\s*(?:为|是|：)?\s*{_NUMBER}\s*"
_LABELS = re.compile(rf"(?:建设|改造|整治)?(?:年度|当年|年内)?(?:完成)?(?P<what>{_LABEL})")
_LISTED = re.compile(rf"^(?:{_ITEM}[、，,；;和及])*\s*(?P<label>{_LABEL})\s*(?:为|是|：|约|达)?\s*$")
_OWNED = re.compile(rf"^(?:(?:以上|左右)?[、，和及]{_ITEM})*的(?P<name>[^，。；：、（(！？,;]{{3,30}})")
_NAME_ENDS = re.compile(
    r"(?:建设(?!项目|工程|任务)|快速|加快|正式|顺利|有序|全面|稳步|提前|如期|按期|成功|已|推进|开工|动工|完工|竣工|交工|建成|通车|签约|落地|进展|"
    r"完成|启动|实施|投入|投运|获批|纳入|列入|通过|进入|施工|于|将|在)"
)
_PROJECT = re.compile(
    r"(?:项目|工程|线|段|[\u4e00-\u9fffA-Za-z\d]{5,}公路|(?<![公水道铁])路|桥|隧道|高速|枢纽|码头|港区?|作业区|泊位|机场|铁路|站|场|中心|园区?|基地|航道|船闸|通道|服务区|互通|绕城|环线|迁建|改线|[一二三四五]期)$"
)
_TOLD = re.compile(
    r"(?P<name>.{3,30}?)(?:已|累计|年内|年度|计划|完成|实现|于|全长|总长|总?投资|总?里程|概算|估算|建设工期|工期)"
)
_HEAD_CUT = re.compile(r"[，。；：,;:！？\n]|[）)][、和与及]|\d[余多]?[万亿]?[\u4e00-\u9fff]{1,2}[、和与及]")
_PLAN_OF = re.compile(
    r"(?:[省市县区]?(?:里|级)?下达)?(?:我[省市县区州局中心]+|全[省市县区州])?的?(?P<name>[\u4e00-\u9fff]{4,16}?)(?:年度)?(?:计划|目标|任务)(?:任务)?"
)
_TRAILING = re.compile(r"(?:为|是|：|约|达)$")
_HEADED = re.compile(r"^\s*(?:[（(]?\d{1,2}[）).、．]\s*)?(?P<name>[^，。；：:！？\n（(]{3,24})[：:]")
_NOT_NAME = re.compile(
    r"(?:方面|问题|计划|打算|情况|目标|任务|如下|其中|是|工作|安排|重点|成效|思路|措施|要求|方向|指标|上|中|类|困难|不足)$|^[一二三四五六七八九十]是|\d年$"
)
_STARTS = re.compile(
    r"[\u4e00-\u9fffA-Za-z\d]{2,16}?(?:大桥|特大桥|高速|隧道|机场|码头|枢纽|船闸|客运站|绕城|改建工程|改线工程)"
)
_PIECES = re.compile(r"[、，,；;]")
_FIGURES = re.compile(r"（[^）]*\d[^）]*）|\([^)]*\d[^)]*\)")


def without_figures(text: str) -> str:
    """去掉括号里的数字：“改线工程（12.4公里、5.6亿元）”。"""
    return _FIGURES.sub("", text)


def headed_by(paragraph: str) -> str:
    """“楚山至南河高速：全长112公里……”：这一段各句说的都是冒号前的；不是这样写的为空串。"""
    m = _HEADED.match(paragraph)
    return m["name"].strip() if m and not _NOT_NAME.search(m["name"]) else ""


def is_label(text: str) -> bool:
    """“总投资”“建设里程”：只说量的是什么。"""
    m = _LABELS.fullmatch(text)
    return m is not None and bool(m["what"])


def is_project(text: str) -> bool:
    """像不像一个项目的名称。"""
    return _PROJECT.search(text) is not None


def project_at_start(text: str) -> str:
    """“安阳岭大桥下部结构全部完成”里的安阳岭大桥；没有则为空串。"""
    m = _STARTS.match(text)
    return m[0] if m else ""


def project_of(subject: str) -> str:
    """“S207线改建工程全长”“临宜高速完成投资”里的项目；不是说项目的投资、里程、进展的为空串。"""
    m = _TOLD.match(subject)
    return m["name"] if m and is_project(m["name"]) else ""


def planned_of(subject: str) -> str:
    """“下达我区农村公路建设计划”说的是农村公路建设；不是这样写的为空串。"""
    m = _PLAN_OF.fullmatch(subject)
    return m["name"] if m else ""


def named_after(sentence: str, scope: Scope, own: str) -> str:
    """“总投资42.8亿元的临宜高速”：数字后面所说的项目；不是这样写的为空串。

    Args:
        sentence: 整句。
        scope: 数字专属的一小段。
        own: 数字之前的文字，须是“总投资”“全长”这样只说量什么的。
    """
    if scope.quantity.measure is not Measure.AMOUNT or not is_label(own):
        return ""
    m = _OWNED.match(sentence[scope.quantity.span.end :])
    if m is None:
        return ""
    end = _NAME_ENDS.search(m["name"])
    name = m["name"][: end.start()] if end else m["name"]
    return name if is_project(name) else ""


def named_before(sentence: str, scope: Scope) -> tuple[str, str] | None:
    """“改线工程（12.4公里、5.6亿元）”：括号前面所说的，和括号里写的“总投资”“全长”；不是这样写的为 None。"""
    start = scope.quantity.span.start
    opened = max(sentence.rfind(mark, scope.clause.start, start) for mark in _OPENS)
    if opened < 0 or scope.quantity.measure is not Measure.AMOUNT:
        return None
    inner = sentence[opened + 1 : start]
    if "）" in inner or ")" in inner:
        return None
    last = _TRAILING.sub("", _PIECES.split(inner)[-1]).strip()
    m = _LISTED.match(last if is_label(last) else inner)
    head = _HEAD_CUT.split(sentence[scope.clause.start : opened])[-1]
    return (head, m["label"]) if m and head.strip() else None
