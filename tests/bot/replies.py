"""测试用的答复：自己编的报告与句子，形状与真答复一样。"""

from bot.answer import Cell, Citation, FactShown, Reason, Reply, Status, Table
from corpus.records import Role, Span

SENTENCE = "全年新改建农村公路30公里，危桥改造4座。"
DOCUMENT = "清河县交通运输局2023年工作计划.txt"
ISSUER = "清河县交通运输局"

CITATION = Citation(
    document=DOCUMENT,
    title="清河县交通运输局2023年工作计划",
    issuer=ISSUER,
    section="二、2023年工作安排 › （一）农村公路",
    quote=SENTENCE,
    span=Span(0, len(SENTENCE)),
    marks=(Span(9, 13),),
)

ANSWERED = Reply(
    status=Status.ANSWERED,
    text="30 公里（2023年计划，清河县交通运输局）",
    headline="30 公里",
    caption="2023年 · 计划 · 清河县交通运输局",
    facts=(FactShown("农村公路新改建", "30", "公里", 2023, Role.PLAN, ISSUER, DOCUMENT, CITATION.section, SENTENCE),),
    citations=(CITATION,),
    suggestions=("2022年完成了多少", "危桥改造几座"),
)

REFUSED = Reply(
    status=Status.NOT_FOUND,
    text="报告里没有2019年的数字。最接近的是：2023年计划新改建农村公路30公里。",
    citations=(CITATION,),
    reason=Reason.NO_YEAR,
)

REDACTED = Reply(
    status=Status.REDACTED,
    text="原文已隐去这个数字。",
    headline="原文已隐去",
    caption="2023年 · 计划 · 清河县交通运输局",
    facts=(FactShown("出动人员", None, "人次", 2023, Role.RESULT, ISSUER, DOCUMENT, "一、回顾", "出动xxx人次。"),),
    citations=(CITATION,),
)

COMPARED = Reply(
    status=Status.ANSWERED,
    text="2022年完成23公里，2023年计划30公里。",
    headline="多 7 公里",
    caption="农村公路新改建 · 清河县交通运输局",
    facts=ANSWERED.facts,
    citations=(CITATION,),
    table=Table(
        ("2022年", "2023年"),
        (("完成", (Cell("23 公里", 0), Cell("未提及", None))), ("计划", (Cell("未提及", None), Cell("30 公里", 0)))),
    ),
)

ASKS_BACK = Reply(
    status=Status.AMBIGUOUS,
    text="您问的是哪一年？",
    suggestions=("2022年农村公路新改建多少公里", "2023年农村公路新改建多少公里"),
)
