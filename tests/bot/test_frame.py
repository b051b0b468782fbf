"""框定范围：问题点名的单位与入库的是不是同一家。"""

import pytest

from bot.frame import frame
from bot.question import read
from index.entries import ReportEntry

THIRD = ReportEntry(
    id=1, name="三支队2022年总结.txt", title="2022年工作总结", title_inferred=False,
    issuer="宁平省高速公路路政执法总队三支队", issuer_inferred=False, localities=("宁平", "宁平省"), dated=None,
    document_number=None, speaks_from=2022, periods=(2022,), passages=1, facts=1, problems=(),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "strangers"),
    [
        ("宁平三支队2022年路产案件多少起", ()),
        ("宁平第三支队2022年路产案件多少起", ()),
        ("宁平2022年路产案件多少起", ()),
        ("宁平一支队2022年路产案件多少起", ("一支队",)),
        ("宁平第一支队2022年路产案件多少起", ("第一支队",)),
        ("宁平二大队2022年路产案件多少起", ()),
    ],
)
def test_a_unit_of_another_number_is_another_unit(question: str, strangers: tuple[str, ...]) -> None:
    assert frame(read(question), (THIRD,)).strangers == strangers


@pytest.mark.parametrize(
    ("question", "known"), [("拧平省2022年路产案件多少起", True), ("晋平省2022年路产案件多少起", False)]
)
def test_a_place_written_by_its_sound_is_known(question: str, known: bool) -> None:  # noqa: FBT001
    assert (frame(read(question), (THIRD,)).reports is not None) is known
