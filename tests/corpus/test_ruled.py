"""画线的表：合并的格、没有画全的线、跨页；以及横着的页、水印、看不见的字。"""

import io
import re
from collections.abc import Sequence
from itertools import groupby

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.readers import read_bytes
from corpus.readers.digits import lost
from corpus.readers.layout import Glyph
from corpus.readers.ruled import Rule, spliced, tables_of
from tests.corpus import files
from tests.corpus.files import FONT


def box(x0: float, x1: float, top: float, bottom: float) -> list[Rule]:
    """一个框的四条边。"""
    return [Rule(x0, x1, y, y) for y in (top, bottom)] + [Rule(x, x, top, bottom) for x in (x0, x1)]


def word(text: str, x: float, y: float) -> list[Glyph]:
    """一串字，左上角在 (x, y)，字高 10。"""
    return [Glyph(char, x + 10 * at, x + 10 * at + 10, y, y + 10) for at, char in enumerate(text)]


def grid_of(rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> list[list[tuple[str, ...]]]:
    """各张表的文字。"""
    return [list(table.grid) for table in tables_of(0, rules, glyphs)]


def test_merged_cells_are_filled_both_ways() -> None:
    rules = (
        box(0, 100, 0, 60) + box(0, 100, 60, 90) + box(100, 200, 0, 30) + box(100, 200, 30, 60) + box(200, 300, 30, 60)
    )
    rules += box(200, 300, 0, 30) + box(100, 300, 60, 90)
    glyphs = (
        word("公路", 10, 20) + word("新建", 110, 10) + word("30", 210, 10) + word("改建", 110, 40) + word("12", 210, 40)
    )
    glyphs += word("合计", 10, 70) + word("42", 150, 70)
    assert grid_of(rules, glyphs) == [
        [("公路", "新建", "30"), ("公路", "改建", "12"), ("合计", "42", "42")],
    ]


def test_a_table_open_at_both_sides() -> None:
    rules = [Rule(0, 300, y, y) for y in (0, 30, 60)] + [Rule(x, x, 0, 60) for x in (100, 200)]
    glyphs = [
        item for at, text in enumerate("甲乙丙丁戊己") for item in word(text, 10 + 100 * (at % 3), 10 + 30 * (at // 3))
    ]
    assert grid_of(rules, glyphs) == [[("甲", "乙", "丙"), ("丁", "戊", "己")]]


def test_rows_without_rules_between_are_told_by_their_figures() -> None:
    rules = [Rule(0, 200, y, y) for y in (0, 30, 120)] + [Rule(x, x, 0, 120) for x in (0, 100, 200)]
    glyphs = word("项目", 10, 10) + word("公里", 110, 10)
    for at, (name, figure) in enumerate([("新建", "30"), ("改建", "12"), ("大修", "8")]):
        glyphs += word(name, 10, 40 + 25 * at) + word(figure, 110, 40 + 25 * at)
    assert grid_of(rules, glyphs) == [[("项目", "公里"), ("新建", "30"), ("改建", "12"), ("大修", "8")]]


def test_wrapped_cells_are_no_rows() -> None:
    rules = box(0, 100, 0, 80) + box(100, 200, 0, 80)
    glyphs = word("任务", 10, 30) + word("新建公路", 110, 5) + word("三十公里", 110, 30) + word("并验收", 110, 55)
    assert grid_of(rules, glyphs) == [[("任务", "新建公路\n三十公里\n并验收")]]


def test_frames_and_underlines_are_no_tables() -> None:
    assert grid_of(box(0, 200, 0, 50), word("框里的一句话", 10, 10)) == []
    assert grid_of([Rule(0, 200, 30, 30), Rule(0, 200, 60, 60)], word("下划线", 10, 10)) == []


def test_a_half_ruled_form_is_left_to_the_layout() -> None:
    rules = box(0, 300, 0, 200) + box(0, 300, 200, 230) + [Rule(200, 200, 200, 230)]
    glyphs = [
        item
        for row in range(5)
        for text, x in (("甲", 10), ("乙", 110), ("丙", 210))
        for item in word(text, x, 10 + 30 * row)
    ]
    assert grid_of(rules, glyphs + word("注", 10, 210)) == []


def test_a_table_goes_on_over_the_page() -> None:
    rules = [rule for x in (0, 100, 200) for y in (0, 30) for rule in box(x, x + 100, y, y + 30)]
    first = word("类别", 10, 10) + word("项目", 110, 10) + word("完成", 210, 10)
    first += word("公路", 10, 40) + word("新建", 110, 40) + word("30", 210, 40)
    second = (
        word("改建", 110, 10) + word("12", 210, 10) + word("桥梁", 10, 40) + word("危桥", 110, 40) + word("3", 210, 40)
    )
    made = spliced([*tables_of(0, rules, first), *tables_of(1, rules, second)])
    assert [table.grid for table in made] == [
        (("类别", "项目", "完成"), ("公路", "新建", "30")),
        (("类别", "项目", "完成"), ("公路", "改建", "12"), ("桥梁", "危桥", "3")),
    ]


def without_repeats(grid: list[list[str]]) -> list[tuple[str, ...]]:
    """整行、整列都并在一起的，画出来只有一行、一列。"""
    rows = [row for row, _ in groupby(zip(*(column for column, _ in groupby(zip(*grid, strict=True))), strict=True))]
    return list(rows)


_COLUMNS = [rule for x in (0, 100, 200) for rule in box(x, x + 100, 0, 30)]


def test_a_row_cut_by_the_page_is_made_whole() -> None:
    first = word("新建农村", 10, 10) + word("30", 110, 10) + word("年底完工", 210, 10)
    head = word("项目", 10, 10) + word("公里", 110, 10) + word("备注", 210, 10)
    lower = [Glyph(item.text, item.x0, item.x1, item.top + 30, item.bottom + 30) for item in first]
    second = word("公路", 10, 10) + word("并交付", 210, 10)
    rules = [*_COLUMNS, *(Rule(rule.x0, rule.x1, rule.top + 30, rule.bottom + 30) for rule in _COLUMNS)]
    made = spliced([*tables_of(0, rules, head + lower), *tables_of(1, _COLUMNS, second)])
    assert [table.grid for table in made] == [
        (("项目", "公里", "备注"), ("新建农村\n公路", "30", "年底完工\n并交付")),
        (),
    ]


def test_a_heading_left_at_the_foot_of_the_page_moves_on() -> None:
    head, row = word("项目", 10, 10) + word("计划", 110, 10), word("新建", 10, 10) + word("30", 110, 10)
    made = spliced([*tables_of(0, _COLUMNS, head), *tables_of(1, _COLUMNS, row)])
    assert [table.grid for table in made] == [(), (("项目", "计划", ""), ("新建", "30", ""))]


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), st.data())
def test_what_is_drawn_is_found(down: int, across: int, data: st.DataObject) -> None:
    """随意合并一块格子，画出来，读回来的各格与画的相同。"""
    top, left = data.draw(st.integers(0, down - 1)), data.draw(st.integers(0, across - 1))
    bottom, right = data.draw(st.integers(top, down - 1)), data.draw(st.integers(left, across - 1))
    merged = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    assume((bottom - top, right - left) != (down - 1, across - 1))
    expected = [[f"{row}.{column}" for column in range(across)] for row in range(down)]
    rules, glyphs = box(left * 60, right * 60 + 60, top * 30, bottom * 30 + 30), []
    for row in range(down):
        for column in range(across):
            if (row, column) in merged:
                expected[row][column] = f"{top}.{left}"
            else:
                rules += box(column * 60, column * 60 + 60, row * 30, row * 30 + 30)
            if (row, column) not in merged or (row, column) == (top, left):
                glyphs += word(f"{row}.{column}", column * 60 + 8, row * 30 + 8)
    assert grid_of(data.draw(st.permutations(rules)), glyphs) == [without_repeats(expected)]


def drawn(*pages: Sequence[tuple[float, float, str]], turned: bool = False, extra: str = "") -> bytes:
    """各页画几行字；`turned` 是横着写在竖页上，`extra` 是另外的画法。"""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4)
    for rows in pages:
        canvas.setFont(FONT, 12)
        if turned:
            canvas.translate(A4[0], 0)
            canvas.rotate(90)
        for x, y, text in rows:
            canvas.drawString(x, y, text)
        if extra == "水印":
            canvas.translate(200, 300)
            canvas.rotate(45)
            canvas.drawString(0, 0, "内部资料 9999")
        elif extra == "侧面的页码":
            canvas.translate(60, 400)
            canvas.rotate(90)
            canvas.drawString(0, 0, "— 12 —")
        elif extra:
            hidden = canvas.beginText(100, 500)
            hidden.setTextRenderMode(3)
            hidden.textLine(extra)
            canvas.drawText(hidden)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


_ROWS = ((100.0, 560.0, "一、完成公路建设23公里。"), (100.0, 400.0, "二、危桥改造3座。"))


@pytest.mark.parametrize("turned", [False, True])
def test_a_page_lying_on_its_side(turned: bool) -> None:  # noqa: FBT001
    text = read_bytes(drawn(_ROWS, turned=turned), "横.pdf")
    assert [line.text for line in text.lines] == ["一、完成公路建设23公里。", "二、危桥改造3座。"]


@pytest.mark.parametrize("extra", ["水印", "看不见的8888", "侧面的页码"])
def test_watermarks_and_invisible_text_are_left_out(extra: str) -> None:
    text = read_bytes(drawn(_ROWS, extra=extra), "印.pdf")
    assert [line.text for line in text.lines] == ["一、完成公路建设23公里。", "二、危桥改造3座。"]
    assert lost(text) == 0


def test_one_broken_page_is_said_and_the_rest_is_read() -> None:
    made = drawn(_ROWS, _ROWS[:1])
    pages = [found.start() for found in re.finditer(rb"/Type\s*/Page\b", made)]
    text = read_bytes(made[: pages[1]] + made[pages[1] :].replace(b"/Page", b"/Xage", 1), "坏页.pdf")
    assert [line.text for line in text.lines] == ["一、完成公路建设23公里。", "二、危桥改造3座。"]
    assert [(problem.place, problem.sentence[:5]) for problem in text.problems] == [("第 2 页", "这几页损坏")]


def test_a_long_ruled_table_in_a_pdf() -> None:
    rows = [["序号", "项目", "2023年计划"], *([str(at), f"第{at}条路", str(at * 3)] for at in range(1, 90))]
    text = read_bytes(files.pdf(["附表（单位：公里）", files.pdf_table(rows)]), "表.pdf")
    assert [line.text for line in text.lines][1:] == [f"第{at}条路：2023年计划 {at * 3}公里。" for at in range(1, 90)]
    assert lost(text) == 0


def test_glyphs_that_name_no_character_are_recognised_or_said() -> None:
    """字体没有写明各字形是什么字（没有 ToUnicode）的页，文字层不能用。"""
    made = drawn(_ROWS).replace(b"/GBK-EUC-H", b"/Identity-H").replace(b"/UniGB-UCS2-H", b"/Identity-H   ")
    assert read_bytes(made, "无名.pdf").waiting == (1,)
