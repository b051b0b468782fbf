"""手工标注的四份报告：抽取的值、单位、年度、性质、主题全对的份额。"""

import pytest

from tests.index.labelled_facts import LABELLED, compare

NAMES = sorted(path.stem for path in LABELLED.glob("*.jsonl"))
FLOOR = 0.97


def test_four_reports_are_labelled() -> None:
    assert len(NAMES) == 4


@pytest.mark.parametrize("name", NAMES)
def test_facts_agree_with_labels(name: str) -> None:
    result = compare(name)
    explained = "\n".join(result.faults)
    assert result.precision >= FLOOR, explained
    assert result.recall >= FLOOR, explained
