"""对比图：哪些表画得成，横条多长，标什么。"""

import pytest

from bot.answer import Cell, Table
from bot.chart import Bar, Chart, chart


def column(*cells: tuple[str, str]) -> Table:
    """只有一列的对比表：行名与数；“未提及”没有出处。"""
    rows = ((name, (Cell(text, None if text == "未提及" else number),)) for number, (name, text) in enumerate(cells))
    return Table(("农村公路新改建",), tuple(rows))


def test_bars_of_one_unit() -> None:
    table = column(("2022年 完成", "23 公里"), ("2023年 计划", "约 30 公里"), ("2024年 计划", "未提及"))
    assert chart(table) == Chart(
        "农村公路新改建",
        "公里",
        (
            Bar("2022年 完成", "23 公里", 23 / 30, plan=False, citation=0),
            Bar("2023年 计划", "约 30 公里", 1.0, plan=True, citation=1),
        ),
    )


def test_both_names_where_rows_and_columns_differ() -> None:
    rows = (("完成", (Cell("5 座", 0), Cell("1,200 座", 1))), ("计划", (Cell("未提及", None), Cell("0 座", 2))))
    drawn = chart(Table(("2022年", "2023年"), rows))
    assert drawn is not None
    assert [(bar.label, bar.share) for bar in drawn.bars] == [
        ("完成 2022年", 5 / 1200),
        ("完成 2023年", 1.0),
        ("计划 2023年", 0.0),
    ]


def test_what_all_bars_share_is_said_once() -> None:
    drawn = chart(column(("清河县交通运输局 2022年 完成", "23 公里"), ("清河县交通运输局 2023年 完成", "30 公里")))
    assert drawn is not None
    assert drawn.title == "清河县交通运输局 完成 农村公路新改建"
    assert [bar.label for bar in drawn.bars] == ["2022年", "2023年"]


def test_equal_labels_are_left_whole() -> None:
    drawn = chart(column(("2023年 完成", "23 公里"), ("2023年 完成", "30 公里")))
    assert drawn is not None
    assert [bar.label for bar in drawn.bars] == ["2023年 完成", "2023年 完成"]


@pytest.mark.parametrize(
    "cells",
    [
        (("2022年", "23 公里"),),
        (("2022年", "23 公里"), ("2023年", "4 座")),
        (("2022年", "0 公里"), ("2023年", "0 公里")),
        (("2022年", "第4位"), ("2023年", "6月底前")),
        (("2022年", "原文已隐去（X公里）"), ("2023年", "30 公里")),
        tuple((f"{year}年", "30 公里") for year in range(2000, 2020)),
    ],
)
def test_not_drawn(cells: tuple[tuple[str, str], ...]) -> None:
    assert chart(column(*cells)) is None
