"""版面：行、空格、加粗的重影、折行的题名与数字。"""

from collections.abc import Sequence

from corpus.readers.layout import Glyph, Page, paragraphs, rows_of, without_shadows
from corpus.readers.marks import without_watermarks


def glyphs(text: str, x: float = 0.0, y: float = 0.0, size: float = 10.0, pitch: float = 0.0) -> list[Glyph]:
    """一串字：汉字一格，西文半格，字间再加 `pitch`；空格占半格、不成字。"""
    made: list[Glyph] = []
    spaced = False
    for char in text:
        wide = size * (0.5 if char.isascii() else 1.0)
        if char == " ":
            spaced = True
        else:
            made.append(Glyph(char, x, x + wide, y, y + size, spaced))
            spaced = False
        x += wide + pitch
    return made


def line(*rows: Sequence[Glyph]) -> list[str]:
    """各行的文字。"""
    return [row.text for row in rows_of([glyph for row in rows for glyph in row])]


def test_letter_spacing_is_no_space() -> None:
    assert line(glyphs("2022年工作总结", pitch=6)) == ["2022年工作总结"]
    assert line(glyphs("12 34 56")) == ["12 34 56"]


def test_wide_gaps_between_han_characters_are_spaces() -> None:
    assert line(glyphs("锚定目标 实干争先")) == ["锚定目标 实干争先"]
    assert line(glyphs("完成投资3.2亿元", pitch=2)) == ["完成投资3.2亿元"]


def test_a_space_written_between_numbers_is_kept_however_narrow() -> None:
    first, second = glyphs("附件1"), [Glyph("2", 26, 31, 0, 10, spaced=True)]
    assert line(first, second) == ["附件1 2"]


def test_shadows_count_once() -> None:
    bold = glyphs("投资11亿元") + glyphs("投资11亿元", x=0.3, y=0.2)
    assert "".join(glyph.text for glyph in without_shadows(bold)) == "投资11亿元"
    dashes = [Glyph("—", 0, 10, 0, 10)] * 2
    assert without_shadows(dashes) == tuple(dashes)


def text_of(*rows: tuple[str, float, float]) -> list[str]:
    """一页上若干行（文字、左边、字高），自上而下，读成的自然段。"""
    placed: list[Glyph] = []
    y = 0.0
    for text, x, size in rows:
        placed += glyphs(text, x, y, size)
        y += size * 1.5
    return [found.text for found in paragraphs([Page(1, rows_of(placed), 400)])]


_BODY = "全年完成新改建农村公路二十一公里并且通过了验收得到群众的好评路面状况改"


def test_a_title_on_two_lines_is_one() -> None:
    rows = [("青溪县交通运输局2022年工作总结和", 60, 16), ("2023年工作计划", 150, 16), (_BODY + "善。", 20, 10)]
    assert text_of(*rows) == ["青溪县交通运输局2022年工作总结和2023年工作计划", _BODY + "善。"]
    rows[1] = ("——在全县工作会议上的讲话", 100, 16)
    assert len(text_of(*rows)) == 3


def test_a_figure_at_the_start_of_a_wrapped_line_is_no_number_of_a_heading() -> None:
    rows = [
        ("　　" + _BODY, 20, 10),
        ("1.2兆瓦光伏并网发电。", 0, 10),
        ("　　" + _BODY + "善", 20, 10),
        ("100%。", 0, 10),
    ]
    assert text_of(*rows) == [_BODY + "1.2兆瓦光伏并网发电。", _BODY + "善100%。"]


def test_a_point_set_apart_from_its_digits_is_no_space() -> None:
    loose = [Glyph("8", 0, 5, 0, 10), Glyph(".", 5, 7, 0, 10), Glyph("5", 11, 16, 0, 10), Glyph("%", 16, 24, 0, 10)]
    assert line(loose) == ["8.5%"]


def test_names_written_apart_stay_apart() -> None:
    first, second = glyphs("青溪县交通局"), glyphs("青溪县公安局", x=63)
    assert line(first, [Glyph(it.text, it.x0, it.x1, 0, 10, spaced=at == 0) for at, it in enumerate(second)]) == [
        "青溪县交通局 青溪县公安局"
    ]


def test_an_open_quotation_goes_on_however_short_the_line() -> None:
    assert text_of(("围绕“一", 20, 10), ("张网运营”，新增公交车15辆。", 0, 10)) == [
        "围绕“一张网运营”，新增公交车15辆。"
    ]


def test_short_lines_alone_on_a_page_are_no_paragraph() -> None:
    assert text_of(("一、情况", 0, 10), ("正文一。", 0, 10), ("末段。", 0, 10)) == ["一、情况", "正文一。", "末段。"]


def test_a_date_ends_its_paragraph() -> None:
    full = [("　" + _BODY, 0, 10), (_BODY, 0, 10)]
    assert text_of(*full, ("2023年2月15日", 320, 10), ("（此件公开发布）", 0, 10))[-2:] == [
        "2023年2月15日",
        "（此件公开发布）",
    ]


def test_a_stop_hanging_over_the_margin_does_not_widen_the_column() -> None:
    rows = [(_BODY[:35] + "92.3%，", 0, 10), *((_BODY[:35], 0, 10) for _ in range(6)), ("完。", 0, 10)]
    assert text_of(*rows) == [_BODY[:35] + "92.3%，" + _BODY[:35] * 6 + "完。"]


def test_a_word_split_by_a_hyphen_is_made_whole() -> None:
    assert text_of(("The county built 47 kilometres of road con-", 0, 10), ("struction in 2023.", 0, 10)) == [
        "The county built 47 kilometres of road construction in 2023."
    ]


def test_the_unit_above_an_unruled_table() -> None:
    table = [("项目", "2023年计划", "2023年完成"), ("新改建", "40", "47.5"), ("安防", "100", "118")]
    placed = glyphs("单位：公里", 300, 0)
    for down, row in enumerate(table):
        for across, text in enumerate(row):
            placed += glyphs(text, 130 * across, 20 + 20 * down)
    assert [found.text for found in paragraphs([Page(1, rows_of(placed), 400)])] == [
        "单位：公里",
        "新改建：2023年计划 40公里；2023年完成 47.5公里。",
        "安防：2023年计划 100公里；2023年完成 118公里。",
    ]


def test_short_items_of_a_list_are_no_split_figures() -> None:
    rows = [(f"{at}、莫愁前路无知己天下谁人不识君《别董大》", 0, 10) for at in range(1, 8)]
    assert text_of((_BODY + "善。", 0, 10), *rows)[1:] == [row for row, _, _ in rows]


def test_a_level_watermark_over_the_text_is_left_out() -> None:
    body = [glyph for at in range(4) for glyph in glyphs("全年完成新改建农村公路二十一公里", 0, 15 * at)]
    mark = glyphs("内部资料", 20, 14, size=30)
    assert without_watermarks([*mark, *body]) == tuple(body)
    title = glyphs("工作总结", 20, -40, size=30)
    assert without_watermarks([*title, *body]) == (*title, *body)


def test_glyphs_without_height_are_read_all_the_same() -> None:
    assert line([Glyph("公", 0, 10, 5, 5), Glyph("路", 10, 20, 5, 5)]) == ["公路"]


def test_a_line_left_short_by_the_rules_of_line_breaking_is_full() -> None:
    """“2位；”不拆开、字距调整过的行，能空出三个字；下一行顶格，话没有说完，就是同一段。"""
    rows = [
        ("\u3000\u3000" + _BODY[:33] + "第2", 0, 10),
        ("位；" + _BODY, 0, 10),
        (_BODY + "善", 0, 10),
        ("好。", 0, 10),
    ]
    assert text_of(*rows) == [_BODY[:33] + "第2位；" + _BODY + _BODY + "善好。"]


def test_a_title_whose_second_line_has_no_latin_letters_is_one() -> None:
    rows = [("青溪县交通运输局2022年工作总结和下", 60, 16.0), ("一年工作计划", 150, 14.4), (_BODY + "善。", 20, 10)]
    assert text_of(*rows)[0] == "青溪县交通运输局2022年工作总结和下一年工作计划"
