"""地名与发文单位。"""

import time

import pytest

from corpus.issuer import issuer_of
from corpus.places import aliases, division_of, places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("沂源2023年修了多少路", ["沂源县"]),
        ("那湘西的呢", ["湘西土家族苗族自治州"]),
        ("湘西州和恩施州比", ["湘西土家族苗族自治州", "恩施土家族苗族自治州"]),
        ("十堰的支队", ["十堰市"]),
        ("芷江县、德清有几条", ["芷江侗族自治县", "德清县"]),
        ("北京朝阳区", ["北京市", "朝阳区"]),
        ("甘肃高速", ["甘肃省"]),
    ],
)
def test_names_people_use(text: str, expected: list[str]) -> None:
    assert [place.name for place in places(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "新建农村公路30公里", "路桥工程", "城区公交", "和平年代",
        "河东片", "高新产业", "会同有关单位", "合作市场机制", "创新县域经济",
        "建成县乡村三级网络",
        "经济和政治", "建成安全设施", "高铁东站", "绿色通道",
        "资源整合", "推广安装设备", "公安部门",
        "适应城市发展", "水平衡水量", "新建区间车",
    ],
)  # fmt: skip
def test_common_words_are_not_places(text: str) -> None:
    assert places(text) == ()


def test_span_is_where_it_stands() -> None:
    (place,) = places("在沂源县境内")
    assert (place.written, place.span.of("在沂源县境内"), place.parent) == ("沂源县", "沂源县", "淄博市")


def test_aliases_of_an_autonomous_prefecture() -> None:
    division = division_of("湘西州")
    assert division is not None
    assert aliases(division) == ("湘西", "湘西州", "湘西自治州", "湘西土家族苗族自治州")


def test_a_question_is_read_fast() -> None:
    places("先建好索引")
    start = time.perf_counter()
    for _ in range(50):
        places("沂源县和湘西州2023年农村公路新改建各多少公里")
    assert (time.perf_counter() - start) / 50 < 0.002


def test_written_issuer() -> None:
    found = issuer_of("2023年工作计划", ["2023年工作计划", "德清县交通运输局"], [], "正文。", "a.txt")
    assert (found.name, found.inferred, found.localities) == ("德清县交通运输局", False, ("德清", "德清县"))


@pytest.mark.parametrize("title", ["德清县公路管理局2022年工作总结", "德清县公路管理局关于2022年工作的报告"])
def test_issuer_at_the_head_of_the_title(title: str) -> None:
    assert issuer_of(title, [title], [], "正文。", "a.txt").name == "德清县公路管理局"


def test_issuer_a_speech_was_held_in() -> None:
    title = "在龙泽公共交通集团有限公司2024年工作会议上的讲话"
    assert issuer_of(title, [title], [], "正文。", "a.txt").name == "龙泽公共交通集团有限公司"


def test_speaker_of_a_brigade() -> None:
    found = issuer_of("2023年度述职报告", ["南浦区交通运输综合行政执法大队大队长 周明"], [], "正文。", "a.txt")
    assert found.name == "南浦区交通运输综合行政执法大队"


def test_office_under_a_nameless_commission_speaks_for_the_place_in_the_title() -> None:
    found = issuer_of("云岫州“十四五”发展评估", ["州发展和改革委员会铁路民航办公室"], [], "正文。", "a.txt")
    assert found.localities == ("云岫", "云岫州")


def test_signature_is_the_issuer() -> None:
    assert (
        issuer_of("工作总结", ["工作总结"], ["德清县港航管理中心", "2023年1月5日"], "正文。", "a.txt").name
        == "德清县港航管理中心"
    )


def test_issuer_is_inferred_from_strong_evidence() -> None:
    body = (
        "德清县高铁站、德清客运站、德清综合枢纽建成，德清至杭州班线恢复。"
        "做好交通运输局信访工作，我局获奖，全局努力。全县、我县、全县。"
    )
    found = issuer_of("工作总结", [], [], body, "0001.txt")
    assert (found.name, found.inferred, found.localities) == ("德清县交通运输局", True, ("德清", "德清县"))


def test_parts_of_one_city_tell_the_city() -> None:
    body = "全市执法加强，全市联动，全市统筹。郧阳区、竹溪县、丹江口市先后挂牌。注销至杭州、至上海的线路。"
    assert issuer_of("", [], [], body, "0001.txt").localities[:2] == ("十堰", "十堰市")


def test_no_evidence_no_issuer() -> None:
    found = issuer_of("", [], [], "联合德清县公安局检查，德清县表示感谢。", "0001.txt")
    assert (found.name, found.localities) == (None, ())
