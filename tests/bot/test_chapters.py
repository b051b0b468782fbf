"""一方面的工作、原因、依据、负责的人：在一架小报告上，答那一节的要点或那一句。"""

from collections.abc import Iterator

import pytest

from bot.answer import Reply, Status
from bot.compose import Answerer
from tests.bot.library import answerer, shelved

HAIYUN = """海云县交通运输局2023年工作总结和2024年工作计划

一、2023年工作完成情况
（一）运输服务提质惠民。一是推进城乡公交一体化，收购客车46台，开通线路9条。二是建成村级物流点71个。三是开展出租车整治，罚款88万元。
（二）项目建设提速增效。一是G512海云绕城段建成通车。该项目全长16公里，总投资7.4亿元，2021年4月开工，2023年11月6日正式通车。二是S311柳河段完成路基。受征地滞后影响，该项目未能按期完工。
二、存在的主要问题
一是资金压力大，县级配套到位率61%；二是养护欠账较多；三是执法编制空缺12名。
三、2024年工作计划
2024年重点实施“三大工程”。
（一）实施攻坚工程。S311柳河段6月底前通车。（牵头单位：项目办）
（二）实施管养工程。根据《南江省农村公路条例》，将养护资金纳入县财政预算。
（三）实施平安工程。筹建应急中心1处，6月动工、11月投用，由养护股负责。更新渡船8艘，创建示范路3条，分别是东湾路、西岭路、石桥路。示范路检查自3月5日开始，3月20日结束。坚持“三不”（不漏查、不漏改、不漏报）。
"""
PORT = """临川市港航中心2024年工作要点

一、加快重点项目建设
1.松滋河航道整治工程。9月底前完成主体工程。
2.智慧港口建设。建成监测点位30个，打造“江上行”出行品牌。危险货物车辆每日零时至6时禁行。罚款36万元。
二、存在问题
（一）岸线资源紧张
（二）船员流失严重
"""


PLAN = """云岭省综合交通运输“十四五”发展规划

一、总体要求
（一）基本原则。坚持服务大局、绿色低碳。
（二）发展目标。到2025年，基本形成两横三纵大通道。高速公路通车里程达到7800公里。
“两横”指南、北两条通道，“三纵”指东、中、西三条通道。
二、保障措施
落实“6个100%”扬尘防治措施。加强组织领导，强化资金保障。
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """三家的三份报告。"""
    reports = {"海云.txt": HAIYUN, "临川.txt": PORT, "规划.txt": PLAN}
    store = shelved(tmp_path_factory.mktemp("报告"), tmp_path_factory.mktemp("索引"), reports)
    yield answerer(store)
    store.close()


def said(answers: Answerer, words: str) -> Reply:
    """“>”隔开的，前面的是此前的问题。"""
    *history, question = words.split(">")
    return answers.answer(question, tuple(history))


CHAPTERS = {
    "海云2023年运输服务方面做了哪些工作": ("（一）运输服务提质惠民：", "城乡公交一体化", "物流点", "出租车整治"),
    "海云县2023年存在哪些问题": ("二、存在的主要问题：", "资金压力", "养护欠账", "编制空缺"),
    "海云2024年有什么打算": ("三、2024年工作计划：", "攻坚工程", "管养工程", "平安工程"),
    "海云2024年三大工程是哪些": ("攻坚工程", "管养工程", "平安工程"),
    "临川港航中心有哪些困难": ("岸线资源紧张", "船员流失严重"),
    "示范路是哪三条": ("东湾路", "西岭路", "石桥路"),
    "“三不”指什么": ("不漏查、不漏改、不漏报",),
    "海云2023年开通线路多少条>有什么问题吗": ("资金压力", "养护欠账"),
    "云岭省“十四五”规划有哪些保障措施": ("组织领导", "资金保障"),
    "海云的报告分几部分": ("工作完成情况", "主要问题", "工作计划"),
    "海云2024年三方面工作是哪些": ("攻坚工程", "管养工程", "平安工程"),
    "两横三纵中的三纵是哪三条通道": ("“三纵”指东、中、西三条通道",),
    "六个100%指什么措施": ("“6个100%”扬尘防治",),
    "海云的报告提到的问题有几个": ("资金压力", "养护欠账"),
    "云岭省的基本原则有哪几条": ("服务大局", "绿色低碳"),
}


@pytest.mark.parametrize(("question", "parts"), CHAPTERS.items())
def test_what_was_done_is_told_point_by_point(answers: Answerer, question: str, parts: tuple[str, ...]) -> None:
    reply = said(answers, question)
    assert reply.status is Status.ANSWERED
    assert all(part in reply.text for part in parts), reply.text
    assert len(reply.text) <= 300


def test_several_bureaus_with_such_a_chapter_are_named(answers: Answerer) -> None:
    reply = said(answers, "存在哪些问题")
    assert reply.status is Status.AMBIGUOUS
    assert reply.text.splitlines()[1:] == ["· 临川市港航中心", "· 海云县交通运输局"]


SENTENCES = {
    "S311柳河段为什么没能按期完工": "受征地滞后影响",
    "S311柳河段按期完工了吗>为什么": "受征地滞后影响",
    "养护资金纳入预算依据的是哪个文件": "《南江省农村公路条例》",
    "攻坚工程由哪个单位牵头": "牵头单位：项目办",
    "G512海云绕城段什么时候通车的": "2023年11月6日",
    "G512海云绕城段哪年开工": "2021年4月",
    "G512海云绕城段什么时候通车>它总投资多少": "7.4亿元",
    "松滋河航道主体工程期限": "9月底前",
    "应急中心啥时候能投用": "11月",
    "临川的出行品牌叫什么": "“江上行”出行品牌",
    "临川危险货物车辆几点到几点禁行": "零时至6时",
    "海云2023年开通多少条线路>罚款多少": "88万元",
    "海云的平安工程示范路检查从哪天到哪天": "3月5日开始，3月20日结束",
    "应急中心归哪个股室管": "养护股",
    "云岭省2025年高速公路通车里程达到多少": "7800 公里",
    "海云2023年开通几条线路>换个话题，临川监测点位建成多少个": "30 个",
    "我们领导想问一下，海云2023年那个公交线路大概开通了多少条来着，麻烦帮忙查一查，谢谢": "9 条",
    "海云2023年收购客车多少台，S311柳河段什么时候通车": "46 台",
}


@pytest.mark.parametrize(("question", "part"), SENTENCES.items())
def test_reasons_grounds_and_dates_are_found(answers: Answerer, question: str, part: str) -> None:
    reply = said(answers, question)
    assert (reply.status, part in reply.text) == (Status.ANSWERED, True), reply.text


def test_two_questions_in_one_are_both_answered(answers: Answerer) -> None:
    reply = said(answers, "海云2023年收购客车多少台，S311柳河段什么时候通车")
    assert "6月底前" in reply.text


def test_what_was_replaced_is_not_what_there_is(answers: Answerer) -> None:
    assert said(answers, "海云有多少艘渡船").status is Status.NOT_FOUND
    assert said(answers, "海云2024年更新多少艘渡船").text.startswith("8 艘")
