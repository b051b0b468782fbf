"""港航、五年回顾一类报告上的问答：并列的占比、由旧到新、半年、规划期、换个单位问。"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from bot.answer import Reason, Status
from bot.compose import Answerer
from tests.bot.library import answerer, shelved

if TYPE_CHECKING:
    from index.store import Store

PORT = "临川市港航中心"
PROVINCE = "青云省公路局"
CITY = "河口市交通运输局"
COUNTY = "江口县道路运输中心"
REPORTS = {
    "港航.txt": """临川市港航中心2024年工作总结和2025年工作安排

2024年，全市港航系统真抓实干，全年完成水运投资12.5亿元，占年度计划的104%，同比增长9.6%。
一、2024年工作总结
（一）港口生产
煤炭、矿石分别完成860万吨和420万吨，占比分别为31.5%、15.4%。全年完成客运量30万人次、货运量90万吨，同比分别增长6.1%和2.4%。
（二）航道管理
上半年集装箱吞吐量20.3万标箱，水上巡航1.1万海里，全市760公里航道中Ⅳ级及以上航道215公里。全市船舶达126艘。复垦弃土场150亩。
（三）安全监管
排查隐患37处，整改31处，剩余6处。

二、2025年工作安排
水运投资完成14亿元，更新船舶20艘。
""",
    "附件.txt": """河口市交通运输局
关于报送2023年工作总结和2024年工作要点的函

市政府办公室：
现将我局2023年工作总结和2024年工作要点报上，请审阅。

附件：1.2023年工作总结
2.2024年工作要点
河口市交通运输局
2024年1月15日

附件1
2023年工作总结
一、综合交通投资再创新高。全年完成综合交通投资156.3亿元。

附件2
2024年工作要点
重点抓好两件事：一是开工建设环城高速西段（41公里）；二是建成监测中心，投资3680万元。
""",
    "运管.txt": """江口县道路运输中心关于2023年上半年工作总结及下半年工作打算的报告

县交通运输局：
客运方面，上半年发送旅客68.4万人次，去年同期为41.2万人次，增长66%。一类维修企业2家、二类维修企业17家。
征拆方面，23座桥梁主体完工19座，协调解决难点问题27个，尚有4个正在协调。投诉占比由去年的46%降到38%。科目二合格率61.5%。
下半年：淘汰柴油货车120台（上半年已淘汰80台），科目二合格率达到65%以上，扩建车站（3.2万平方米、概算9.8亿元）。
""",
    "公路.txt": """青云省公路局2025年工作总结和2026年工作要点

一、2025年和“十四五”时期工作回顾
2025年是“十四五”收官之年。经济总量迈上6万亿元台阶，达到62661亿元，其中武汉经济总量2.3万亿元。全年改造危桥156座，优良路率由2020年的83.5%提升至2025年的91.2%，应急处置时间由6.8小时缩短至3.5小时。
（一）养护水平提升
改造隧道36座。PQI由年初的87.6提高到90.3，路面大修超期率低于省定目标0.12个百分点。一类桥18座、二类桥21座。
五年来，累计改造危桥1193座，一、二类桥梁比例达到95.3%。

二、2026年工作要点
力争PQI达到91以上，改造危桥120座。
""",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """凭这两份报告答问。"""
    store: Store = shelved(tmp_path_factory.mktemp("报告"), tmp_path_factory.mktemp("索引"), REPORTS)
    yield answerer(store)
    store.close()


SAID = {
    "临川2024年水运投资完成多少": f"12.5亿元（2024年完成，{PORT}）",
    "矿石占比多少": f"15.4%（2024年完成，{PORT}）",
    "煤炭完成多少万吨": f"860万吨（2024年完成，{PORT}）",
    "货运量同比增长多少": f"2.4%（2024年完成，{PORT}）",
    "集装箱上半年完成多少标箱": f"20.3万标箱（2024年完成，{PORT}）",
    "水上巡航里程多少公里": f"1.1万海里（2024年完成，{PORT}）",
    "四级以上航道多少公里": f"215 公里（2024年完成，{PORT}）",
    "临川现在有多少艘船舶": f"126 艘（2024年完成，{PORT}）",
    "复垦弃土场多少公顷": f"150 亩（2024年完成，{PORT}）",
    "隐患排查了多少处，还剩几处": f"排查隐患 37 处；排查隐患剩余 6 处（2024年完成，{PORT}）",
    "河口2023年综合交通投资多少": f"156.3亿元（2023年完成，{CITY}）",
    "河口监测中心投资多少": f"3680万元（2024年计划，{CITY}）",
    "江口上半年发送旅客多少": f"68.4万人次（2023年完成，{COUNTY}）",
    "江口去年同期发送旅客多少": f"41.2万人次（2022年完成，{COUNTY}）",
    "江口二类维修企业几家": f"17 家（2023年完成，{COUNTY}）",
    "江口桥梁主体完工几座": f"19 座（2023年完成，{COUNTY}）",
    "江口难点问题还有几个没解决": f"4 个（2023年完成，{COUNTY}）",
    "江口投诉占比去年多少": f"46%（2022年完成，{COUNTY}）",
    "江口科目二合格率目标": f"65%以上（2023年计划，{COUNTY}）",
    "江口下半年淘汰柴油货车多少台": f"120 台（2023年计划，{COUNTY}）",
    "江口扩建车站概算": f"9.8亿元（2023年计划，{COUNTY}）",
    "青云2025年改造危桥几座": f"156 座（2025年完成，{PROVINCE}）",
    "青云2025年改造隧道几座": f"36 座（2025年完成，{PROVINCE}）",
    "青云十四五改造了多少座危桥": f"1193 座（完成，{PROVINCE}）",
    "青云2026年改造危桥几座>上一年呢": f"156 座（2025年完成，{PROVINCE}）",
    "青云2026年PQI目标": f"91以上（2026年计划，{PROVINCE}）",
    "青云年初PQI是多少": f"87.6（{PROVINCE}）",
    "青云2025年PQI多少": f"90.3（2025年完成，{PROVINCE}）",
    "青云路面大修超期率低于省定目标多少": f"0.12 个百分点（2025年完成，{PROVINCE}）",
    "青云经济总量多少亿": f"62661亿元（2025年完成，{PROVINCE}）",
    "青云一类桥和二类桥一共多少座": f"一类桥 18 座；二类桥 21 座（2025年完成，{PROVINCE}）",
    "青云优良路率现在是多少": f"91.2%（2025年完成，{PROVINCE}）",
    "青云2020年优良路率是多少": f"83.5%（2020年完成，{PROVINCE}）",
    "青云一、二类桥梁比例多少": f"95.3%（完成，{PROVINCE}）",
    "青云应急处置时间从多少小时缩短到多少小时": (
        f"应急处置时间（原值）：6.8 小时（{PROVINCE}）\n应急处置时间：3.5 小时（2025年完成，{PROVINCE}）"
    ),
    "青云改造危桥2026年比2025年多还是少": f"{PROVINCE} 2025年 完成：156 座\n{PROVINCE} 2026年 计划：120 座",
}


@pytest.mark.parametrize(("questions", "text"), SAID.items())
def test_the_right_figure(answers: Answerer, questions: str, text: str) -> None:
    *history, question = questions.split(">")
    reply = answers.answer(question, tuple(history))
    assert (reply.status, reply.text) == (Status.ANSWERED, text)


def test_another_bureau_of_the_same_place_is_not_answered_for(answers: Answerer) -> None:
    reply = answers.answer("青云省交通运输厅2025年改造危桥几座")
    assert (reply.status, reply.reason) == (Status.NOT_FOUND, Reason.NO_ISSUER)


def test_whether_one_thing_is_done_is_not_answered_with_another(answers: Answerer) -> None:
    assert answers.answer("临川通用机场2024年开工了吗").status is Status.NOT_FOUND


def test_the_next_item_does_not_answer_for_this_one(answers: Answerer) -> None:
    assert answers.answer("河口环城高速西段投资多少").status is Status.NOT_FOUND


def test_a_large_amount_is_not_answered_with_a_small_one(answers: Answerer) -> None:
    assert answers.answer("临川更新船舶多少万").status is Status.NOT_FOUND
