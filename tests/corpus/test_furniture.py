"""页眉、页脚、页码：去掉的只是页边上的；正文里像页码、像页眉的都留着。"""

from corpus.readers.furniture import without_furniture
from corpus.readers.layout import Page, Row


def page(number: int, *rows: tuple[str, float], size: float = 12) -> Page:
    """一页（595×842）：各行的文字与顶边。"""
    made = tuple(Row(text, 80, 80 + size * len(text), top, top + size) for text, top in rows)
    return Page(number, made, 595, 842)


def shown(*pages: Page) -> list[list[str]]:
    """去掉页眉页码以后各页的行。"""
    return [[row.text for row in kept.rows] for kept in without_furniture(pages)[0]]


def test_the_heading_of_every_page_and_its_number_are_dropped() -> None:
    pages = [
        page(at, ("青溪县交通运输局文件汇编", 45), (f"第{at}处完成。", 300), (f"— {at} —", 770)) for at in range(1, 5)
    ]
    assert shown(*pages) == [[f"第{at}处完成。"] for at in range(1, 5)]
    assert without_furniture(pages)[1].count("汇编") == 4


def test_signatures_at_the_same_height_of_two_pages_are_no_heading() -> None:
    first = page(1, ("工作总结", 110), ("青溪县交通运输局", 600), ("2022年12月20日", 625), ("- 1 -", 780))
    second = page(2, ("工作计划", 110), ("青溪县交通运输局", 600), ("2023年1月10日", 625), ("- 2 -", 780))
    assert shown(first, second) == [
        ["工作总结", "青溪县交通运输局", "2022年12月20日"],
        ["工作计划", "青溪县交通运输局", "2023年1月10日"],
    ]


def test_dates_in_the_lower_margin_of_two_pages_differ_in_more_than_a_page_number() -> None:
    pages = [page(1, ("总结", 300), ("2022年12月20日", 750)), page(2, ("计划", 300), ("2023年1月10日", 750))]
    assert shown(*pages) == [["总结", "2022年12月20日"], ["计划", "2023年1月10日"]]


def test_a_figure_standing_alone_in_the_body_is_no_page_number() -> None:
    assert shown(page(1, ("里程", 300), ("47", 330))) == [["里程", "47"]]
    for number in ("3", "—３—", "第3页 共10页", "第三页", "3/10", "Page 3 of 10", "iii"):
        assert shown(page(1, ("里程", 300), (number, 790))) == [["里程"]], number


def test_what_would_leave_nothing_is_left_alone() -> None:
    pages = [page(at, ("青溪县有限公司", 60)) for at in (1, 2)]
    assert shown(*pages) == [["青溪县有限公司"]] * 2
