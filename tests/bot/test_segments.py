"""切词：报告里有什么词，就按什么切；同音错字改过来，真没有的词不乱改。"""

from collections.abc import Iterable, Mapping

import pytest

from bot.segments import corrected, segmented
from index.words import BIGRAM_MARK

KNOWN = "三九路 快递 进村 覆盖率 快通证 新能源 出租车 农村公路 开工 棚改 环境整治 县道"


def vocabulary(terms: Iterable[str]) -> Mapping[str, int]:
    """好像报告里只有 KNOWN 这些词，“快递进村”连着写。"""
    words = {*KNOWN.split(), "三九", "高速公路"}
    text = KNOWN.replace("快递 进村", "快递进村")
    return {t: int(t in words or (t.startswith(BIGRAM_MARK) and t.removeprefix(BIGRAM_MARK) in text)) for t in terms}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("三酒路", "三九路"), ("快第进村覆盖率", "快递进村覆盖率"), ("环境整制", "环境整治")],
)
def test_homophones_are_mended(written: str, meant: str) -> None:
    assert corrected(written, vocabulary) == meant


@pytest.mark.parametrize("written", ["局长", "占地", "搞专项", "行政村"])
def test_words_the_reports_lack_stay(written: str) -> None:
    assert corrected(written, vocabulary) == written


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("开工棚改", ["开工", "棚改"]),
        ("三九路", ["三九路"]),
        ("新能源出租车", ["新能源", "出租车"]),
    ],
)
def test_cut_by_what_the_reports_know(run: str, words: list[str]) -> None:
    assert [word for word, _ in segmented(run, vocabulary)] == words


def test_an_unknown_word_is_not_shattered() -> None:
    assert "地铁" in [word for word, _ in segmented("农村公路地铁", vocabulary)]


def test_places_point_into_the_run() -> None:
    run = "开工棚改"
    assert all(run[at : at + len(word)] == word for word, at in segmented(run, vocabulary))
