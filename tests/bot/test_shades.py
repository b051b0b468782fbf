"""同一件事的几个数：总投资与完成投资、累计与当年、差与数本身；倒过来问；换算单位。"""

from collections.abc import Iterator

import pytest

from bot.answer import Status
from bot.compose import Answerer
from tests.bot.library import answerer, shelved

QINGYUN = """青云县交通运输局2023年工作总结和2024年工作计划

一、2023年工作总结
（一）项目建设
全年完成交通固定资产投资18.6亿元。总投资42.8亿元的青云高速快速推进，全长38.6公里，年内完成投资9.7亿元，累计完成投资23.5亿元。X207线改建工程（12.4公里、5.6亿元）于3月18日开工。
（二）农村公路
改造危桥19座，超年度目标4座。
（三）行政审批
平均办理时限由7个工作日压缩至2.5个工作日。

二、2024年工作计划
（一）项目建设
X207线改建工程完成投资2.4亿元，青云高速完成投资11.2亿元。
（二）农村公路
改造危桥12座。

青云县交通运输局
2023年12月26日
"""

HUNAN = """政府工作报告
——2024年1月24日在南山省第十四届人民代表大会第二次会议上

各位代表：
一、2023年工作回顾
全省地区生产总值突破4万亿元，达到40318亿元，增长5.2%。粮食总产量614.2亿斤，比上年增加8.9亿斤。
二、2024年主要工作
今年的主要预期目标是：地区生产总值增长6%左右。新改建农村公路8000公里。
"""

CITY = """政府工作报告
2024年2月1日在云泽市第六届人民代表大会第四次会议上

各位代表：
一、2023年工作回顾
城镇新增就业3.26万人，完成目标任务的116.4%。西航道通航等级由5万吨级提升到10万吨级。
三月当月完成港口吞吐量452万吨，全年完成港口吞吐量5245万吨。举行溢油应急演练1次，参演XX人。移交公安机关案件某件。
需大中修路段仍有73公里。
二、2024年工作安排
新开工S315线二级公路改造工程，全长26公里，总投资4.3亿元，计划工期24个月。
"""

WATER = """平阳港航事务中心“十四五”发展规划

一、发展回顾
“十三五”期间，水运建设累计完成投资27.4亿元。
二、重点任务
“十四五”期间，规划水运建设总投资63.5亿元。实施罗水航道工程，里程36公里，投资5.4亿元，2023年开工。
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """凭这三份报告答问。"""
    reports = {
        "青云县交通运输局2023年工作总结.txt": QINGYUN,
        "南山省人民政府2024年政府工作报告.txt": HUNAN,
        "2024政府工作报告.txt": CITY,
        "平阳港航事务中心“十四五”发展规划.txt": WATER,
    }
    store = shelved(tmp_path_factory.mktemp("报告"), tmp_path_factory.mktemp("索引"), reports)
    yield answerer(store)
    store.close()


LED_BY = {
    "青云高速总投资多少": "42.8亿元",
    "青云高速多长": "38.6 公里",
    "青云高速2023年年内完成投资多少": "9.7亿元",
    "青云高速累计完成投资多少": "23.5亿元",
    "X207线改建工程投资多少": "5.6亿元",
    "青云县2023年投资完成了多少": "18.6亿元",
    "青云县2023年投资合多少万元": "18.6亿元，合 186000万元",
    "青云县2023年改造危桥比目标多改了几座": "4 座",
    "青云县行政审批办理时限压缩到几天": "2.5 个工作日",
    "南山省2023年GDP多少": "40318亿元",
    "南山省2023年粮食比上年多产多少": "8.9亿斤",
    "2024年南山省GDP增长目标": "约 6%",
    "平阳“十四五”水运规划总投资多少": "63.5亿元",
    "平阳“十三五”水运完成投资多少": "27.4亿元",
    "罗水航道工程投资多少、多长": "罗水航道工程投资 5.4亿元；罗水航道工程里程 36 公里",
    "投资5.4亿元的是哪个项目": "罗水航道工程投资：5.4亿元",
    "总投资4.3亿元的是哪条路": "S315线二级公路改造工程总投资：4.3亿元",
    "S315线改造工期多长": "24 个月",
    "S315线改造工程总投资多少，工期多久": "S315线二级公路改造工程总投资 4.3亿元；S315线二级公路改造工程工期 24 个月",
    "云泽市2023年就业目标完成率": "116.4%",
    "云泽2023年3月份完成吞吐量多少": "452万吨",
    "云泽还有多少公里路要大中修": "73 公里（2023年完成，云泽市人民政府）",
    "哪年计划改造危桥12座": "改造危桥：12 座（2024年计划",
}


@pytest.mark.parametrize(("question", "lead"), LED_BY.items())
def test_the_figure_meant(answers: Answerer, question: str, lead: str) -> None:
    reply = answers.answer(question)
    assert reply.status is Status.ANSWERED
    assert reply.text.startswith(lead), reply.text


@pytest.mark.parametrize("question", ["云泽溢油演练多少人参加", "云泽移交公安机关多少案件"])
def test_what_is_blanked(answers: Answerer, question: str) -> None:
    assert answers.answer(question).status is Status.REDACTED


def test_grade_is_quoted(answers: Answerer) -> None:
    assert "10万吨级" in answers.answer("西航道通航等级是多少").text


@pytest.mark.parametrize("question", ["青云县通用机场投资多少", "青云县2024年危桥改造比上年多多少座"])
def test_what_no_report_says(answers: Answerer, question: str) -> None:
    assert answers.answer(question).status is Status.NOT_FOUND
