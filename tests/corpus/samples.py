"""测试用的小报告：都是自己写的句子。"""

from corpus.outline import parse
from corpus.records import Line, Report, Section, Text

COMBINED = """\
青溪县交通运输局
2022年工作总结和2023年工作计划

一、2022年工作完成情况
一年来，全局上下合力攻坚，较好完成了各项任务。
（一）道路建设方面：一是新改建农村公路21公里，比2021年多建4公里。二是年内完成危桥改造3座，完成全年计划的90%。
（二）运输服务方面：1.新增公交线路5条。2.去年停运的2条班线恢复运营。
二、2023年工作安排
2022年，全县交通工作取得了新的成绩。同时，还存在养护资金不足的困难。
（一）加快项目建设。今年计划新改建农村公路28公里，力争6月底前开工。
（二）强化行业管理。较去年多查处违法行为10%。
三、下一步要求
一、作风要实。
二、措施要硬。
"""

SPEECH = """\
同志们：
这次会议的主要任务是：总结2021年全市道路运输工作，分析当前形势，部署2022年重点任务。
一、过去一年工作回顾
过去一年，我们新开客运班线12条。去年完成投资3.5亿元，今年1月已全部投用。
二、当前面临的形势
去年客运量下降了8%。今年客流预计回升。
三、2022年工作任务
（一）抓安全
全年开展检查20次以上。
到2025年，建成客运站6座。
同志们，让我们共同努力！
"""

GOVERNMENT = """\
2018年政府工作报告
各位代表：
现在，我代表县人民政府，向大会报告工作。
一、2017年工作回顾
过去一年，新建公路66公里，去年底通车。
二、过去五年的主要成绩
五年来，新建公路310公里。2017年，公路总里程达到1200公里。
三、对2018年工作的建议
今年安排建设资金2.4亿元。
"""


def lines(text: str) -> Text:
    """逐行变成读入器给出的样子。"""
    return Text(tuple(Line(row) for row in text.split("\n")), raw_digits=sum(char.isdigit() for char in text))


def report(text: str, name: str = "报告.txt") -> Report:
    """理成一份报告。"""
    (only,) = parse(lines(text), name)
    return only


def section(report: Report, heading: str) -> Section:
    """按标题里的几个字取一节。"""
    return next(item for item in report.sections if heading in item.heading)


def headings(report: Report) -> list[tuple[int, str]]:
    """各节的级别和“序号 + 标题”。"""
    return [(item.level, item.heading_span.of(report.text)) for item in report.sections[1:]]


def rows(*texts: str) -> str:
    """各行连成一份文字。"""
    return "\n".join(texts)
