"""说法的吻合：逐字、同义、缩写、部分。"""

import pytest

from index.matching import EXACT, PARTIAL, SCATTERED, SYNONYM, closeness, plain


@pytest.mark.parametrize(
    ("term", "others", "text", "expected"),
    [
        ("危桥改造", (), "全年危桥改造6座", EXACT),
        ("司机之家", (), "改造“司机之家”10个", EXACT),
        ("危桥改造", ("改造危桥",), "改造危桥6座", SYNONYM),
        ("隐患排查", (), "排查隐患37处", SYNONYM),
        ("四级航道", (), "Ⅳ级航道15公里", EXACT),
        ("母婴室", (), "新建母婴休息室5个", SCATTERED),
        ("农村公路建设", (), "农村公路养护", PARTIAL * 3 / 5),
        ("危桥", (), "桥梁危险", 0.0),
        ("快递进村", (), "安全生产", 0.0),
    ],
)
def test_closeness(term: str, others: tuple[str, ...], text: str, expected: float) -> None:
    assert closeness(term, others, plain(text)) == pytest.approx(expected)


def test_plain_drops_quotes_and_spaces() -> None:
    assert plain("“ETC” 停车场《办法》") == "etc停车场办法"
