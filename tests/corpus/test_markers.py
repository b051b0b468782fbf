"""标题序号。"""

import pytest

from corpus.markers import marker, numeral


@pytest.mark.parametrize(
    ("text", "style", "ordinal"),
    [
        ("第三章 保障措施", "第X章", 3),
        ("第一部分 工作回顾", "第X章", 1),
        ("第二节 养护", "第X节", 2),
        ("一、工作回顾", "一、", 1),
        ("十二．其他", "一、", 12),
        ("（三）强化监管", "（一）", 3),
        ("(十一)强化监管", "（一）", 11),
        ("㈡强化监管", "（一）", 2),
        ("1.加强管理。", "1.", 1),
        ("25、加强管理", "1.", 25),
        ("2．加强管理", "1.", 2),
        ("（4）加强管理", "（1）", 4),
        ("4)加强管理", "1)", 4),
        ("③加强管理", "①", 3),
        ("附件2 任务表", "附件", 2),
    ],
)
def test_styles(text: str, style: str, ordinal: int) -> None:
    found = marker(text)
    assert found is not None
    assert (found.style, found.ordinal) == (style, ordinal)


@pytest.mark.parametrize(
    "text",
    [
        "1.5公里路面",
        "2.5",
        "1、 一是新增企业2家。",
        "一是抓安全",
        "一、二季度完成投资",
        "2023年完成30公里",
        "30公里",
        "第一，要抓紧",
        "10、20公里两段",
        "1.2万元资金",
        "第3条线路开通",
    ],
)
def test_no_marker(text: str) -> None:
    assert marker(text) is None


def test_decimal_numbers_keep_their_prefix() -> None:
    found = marker("2.3 质量管理")
    assert found is not None
    assert (found.prefix, found.ordinal) == ((2,), 3)


def test_numerals() -> None:
    assert [numeral(text) for text in ("十", "二十一", "一百零三", "21", "⑳")] == [10, 21, 103, 21, 20]
