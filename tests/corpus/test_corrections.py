"""更正：管理员写下的题名、单位与年度盖过读出来的。"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.corrections import FILE, Correction, correct, corrected, corrected_text, load, parse_corrections
from corpus.errors import BrokenCorrections
from corpus.outline import parse
from corpus.records import Line, Report, Text

UNDATED = """工作总结

一、主要成效
完成农村公路新改建42公里，改造危桥6座。
二、下一步打算
计划新改建农村公路50公里。
"""
DATED = """青河县交通运输局2022年工作总结和2023年工作计划

一、2022年工作总结
（一）农村公路
完成农村公路新改建42公里。
二、今后的工作打算
计划新改建农村公路50公里。
"""


def report(text: str, name: str = "报告.txt") -> Report:
    """读成一份报告。"""
    return parse(Text(tuple(Line(line) for line in text.splitlines()), 0), name)[0]


def years(of: Report) -> list[int | None]:
    """各节的年度，整份报告在先。"""
    return [section.year for section in of.sections]


def test_title_and_issuer_are_written_not_inferred() -> None:
    fixed = corrected(report(UNDATED), Correction(title="青河县2022年交通工作总结", issuer="沂源县交通运输局"))
    assert (fixed.title, fixed.title_inferred) == ("青河县2022年交通工作总结", False)
    assert (fixed.issuer, fixed.issuer_inferred) == ("沂源县交通运输局", False)
    assert "沂源县" in fixed.localities


def test_year_of_an_undated_report_reaches_its_parts() -> None:
    assert years(report(UNDATED)) == [None, None, None]
    fixed = corrected(report(UNDATED), Correction(year=2022))
    assert (fixed.speaks_from, years(fixed), fixed.periods) == (2022, [2022, 2022, 2023], (2022, 2023))


def test_year_moves_the_parts_that_do_not_name_theirs() -> None:
    before = report(DATED)
    fixed = corrected(before, Correction(year=2024))
    assert years(fixed)[1:3] == [2022, 2022]
    assert (years(before)[3], years(fixed)[3]) == (2023, 2024)
    assert fixed.text == before.text


def test_report_without_a_correction_is_untouched() -> None:
    before = report(DATED)
    assert corrected(before, None) is before


def test_file_is_written_and_read_back(tmp_path: Path) -> None:
    correct(tmp_path, "临溪/2022年.docx", Correction(title="临溪 “两年”总结", year=2022))
    assert correct(tmp_path, "临溪/2022年.docx", Correction(issuer="临溪局")).year == 2022
    correct(tmp_path, "a.pdf#2", Correction(issuer="青河县交通运输局"))
    found = load(tmp_path)
    assert (found.problems, found.readable) == ((), True)
    assert found.entries == {
        "临溪/2022年.docx": Correction("临溪 “两年”总结", "临溪局", 2022),
        "a.pdf#2": Correction(issuer="青河县交通运输局"),
    }
    correct(tmp_path, "a.pdf#2", Correction())
    assert list(load(tmp_path).entries) == ["临溪/2022年.docx"]


def test_what_the_admin_wrote_by_hand_is_kept(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('# 张三核对过\n["甲.txt"]\nyear = 2021 # 落款写错\n', encoding="utf-8-sig")
    correct(tmp_path, "甲.txt", Correction(title="甲"))
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert "# 张三核对过" in text
    assert "# 落款写错" in text
    assert load(tmp_path).entries == {"甲.txt": Correction("甲", None, 2021)}


def test_wrong_items_are_problems_and_the_rest_is_used() -> None:
    text = '["甲.txt"]\nyear = "去年"\ntitel = "x"\nissuer = "甲局"\n["乙.txt"]\nyear = 3000\n'
    found = parse_corrections(text.encode())
    assert found.entries == {"甲.txt": Correction(issuer="甲局")}
    assert [(problem.file, problem.place, problem.sentence) for problem in found.problems] == [
        (FILE, "《甲.txt》", "year 应当是 1949 到 2100 之间的整数，这一项没有采用。"),
        (FILE, "《甲.txt》", "不认识 titel，只有 title、issuer、year 三项，这一项没有采用。"),
        (FILE, "《乙.txt》", "year 应当是 1949 到 2100 之间的整数，这一项没有采用。"),
    ]


def test_unreadable_file_is_a_problem_and_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[甲", encoding="utf-8")
    found = load(tmp_path)
    assert (found.readable, len(found.problems)) == (False, 1)
    assert "沿用上一次的更正" in found.problems[0].sentence
    with pytest.raises(BrokenCorrections, match="没有写入"):
        correct(tmp_path, "甲.txt", Correction(year=2022))
    assert (tmp_path / FILE).read_text(encoding="utf-8") == "[甲"


def test_taking_back_nothing_writes_nothing(tmp_path: Path) -> None:
    assert correct(tmp_path, "甲.txt", Correction()) == Correction()
    assert not (tmp_path / FILE).exists()


def test_no_file_is_no_correction(tmp_path: Path) -> None:
    assert load(tmp_path).entries == {}


@given(st.binary(max_size=200))
def test_any_bytes_are_corrections_or_problems(content: bytes) -> None:
    found = parse_corrections(content)
    assert found.readable or found.problems


@given(
    st.text(min_size=1, max_size=30),
    st.text(min_size=1, max_size=30).filter(lambda title: title.strip() and title.isprintable()),
)
def test_any_name_and_title_come_back(name: str, title: str) -> None:
    text = corrected_text('["别的.txt"]\nyear = 2020\n', name, Correction(title=title))
    assert parse_corrections(text.encode()).entries[name] == Correction(title=title)
