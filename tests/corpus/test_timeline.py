"""一节里先后说某一年和五年的，各段是哪一段时间。"""

import pytest

from corpus.timeline import mixed_year, paragraph_years
from tests.corpus.samples import report


@pytest.mark.parametrize(
    ("heading", "year"),
    [
        ("2025年和“十四五”时期工作回顾", 2025),
        ("“十四五”时期和2025年工作回顾", 2025),
        ("“十四五”时期工作回顾", None),
        ("2025年工作回顾", None),
        ("2024—2025年和“十四五”时期工作回顾", None),
    ],
)
def test_headings_that_speak_of_both(heading: str, year: int | None) -> None:
    assert mixed_year(heading) == year


def test_each_paragraph_follows_the_last_turn() -> None:
    found = report(
        """青河省2026年政府工作报告

一、“十四五”时期和2025年工作回顾
“十四五”时期极不寻常。
新改建农村公路9000公里。
刚刚过去的2025年很不平凡。
（一）交通建设
新改建农村公路1800公里。
五年来的实践启示我们，要久久为功。
二、2026年重点工作
新改建农村公路2000公里。
"""
    )
    said = {p.span.of(found.text): y for p, y in zip(found.paragraphs, paragraph_years(found), strict=True)}
    assert said["新改建农村公路9000公里。"] is None
    assert said["新改建农村公路1800公里。"] == 2025
    assert said["五年来的实践启示我们，要久久为功。"] is None
    assert said["新改建农村公路2000公里。"] == 2026


def test_a_closing_year_is_not_a_turn_to_the_five_years() -> None:
    found = report(
        "青河省2026年政府工作报告\n\n一、2025年和“十四五”时期工作回顾\n"
        "2025年是“十四五”收官之年，我们攻坚克难。\n新改建农村公路1800公里。\n"
    )
    assert paragraph_years(found)[-1] == 2025
