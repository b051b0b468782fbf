"""随项目附带的报告：由原稿生成的逐字节不变，每一份都读得全。"""

from pathlib import Path

import pytest

import make_reports
import report_source
from bot.evaluation.questions import read_items
from corpus.outline import parse
from corpus.readers import can_read, read
from corpus.readers.digits import lost
from report_source import Block, SourceError, heading_number, numbered

REPORTS = sorted(path for path in make_reports.REPORTS.iterdir() if path.is_file() and can_read(path.name))
SOURCES = sorted(make_reports.SOURCES.glob("*.txt"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_made_again_the_bytes_are_the_same(source: Path) -> None:
    name, data = make_reports.made(source)
    assert (make_reports.REPORTS / name).read_bytes() == data


def test_every_format_is_shipped() -> None:
    assert {path.suffix for path in REPORTS} == {".docx", ".pdf", ".ofd", ".xlsx", ".txt", ".md"}


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.name)
def test_every_report_is_read_whole(path: Path) -> None:
    text = read(path, path.name)
    (report,) = parse(text, path.name)
    assert (text.problems, lost(text), report.problems) == ((), 0, ())
    assert report.issuer is not None
    assert report.periods


def test_lines_tables_and_furniture_of_the_shipped_pdf() -> None:
    path = next(path for path in REPORTS if path.suffix == ".pdf")
    lines = [line.text for line in read(path, path.name).lines]
    assert "改造危桥：2023年完成 27座；2024年计划 32座；责任科室 养护科。" in lines
    assert not [line for line in lines if line.startswith("—")]
    assert [number for number, line in enumerate(lines) if line == path.stem] == [0], "题名只在篇首，页眉里的不算"
    assert max(map(len, lines)) > 150
    assert all(line[-1] in "。：" for line in lines if len(line) > 60)


def test_every_question_quotes_the_reports_it_names() -> None:
    texts = {path.stem: "\n".join(line.text for line in read(path, path.name).lines) for path in REPORTS}
    for item in read_items(make_reports.REPORTS / "questions.jsonl"):
        assert set(item.documents) <= set(texts), item
        named = [texts[name] for name in item.documents]
        assert not item.gold or any(part in text for part in item.gold for text in named), item


def test_numbers_are_written_in_for_formats_without_numbering() -> None:
    blocks = [
        Block("heading", "甲", 1),
        Block("heading", "乙", 2),
        Block("heading", "丙", 2),
        Block("heading", "丁", 1),
    ]
    assert [block.text for block in numbered(blocks)] == ["一、甲", "（一）乙", "（二）丙", "二、丁"]
    items = [Block("item", "甲"), Block("item", "乙"), Block("body", "丙"), Block("item", "丁")]
    assert [block.text for block in numbered(items)] == ["①甲", "②乙", "丙", "①丁"]
    assert [heading_number(1, count) for count in (9, 10, 12, 20, 21)] == [
        "九、",
        "十、",
        "十二、",
        "二十、",
        "二十一、",
    ]


def test_a_line_that_is_not_understood_is_named(tmp_path: Path) -> None:
    path = tmp_path / "稿.txt"
    path.write_text("@题目：甲", encoding="utf-8")
    with pytest.raises(SourceError, match=r"稿\.txt 第 1 行“@题目：甲”看不懂"):
        report_source.parse(path)
