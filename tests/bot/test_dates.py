"""问报告的日期：答落款或题下写的那一天，照原文的写法。"""

from pathlib import Path

import pytest

from bot.answer import Status
from bot.compose import Answerer
from bot.finder import Finder
from index.build import bring_up_to_date
from index.retriever import Retriever
from index.store import Store
from tests.encoders import HashEncoder

PLAN = """湘西自治州交通运输局2023年工作计划
（2022年11月25日）

一、2023年重点工作
提质改造农村公路180公里，实施安防工程200公里。
"""

SPEECH = """十堰市道路运输事业发展中心2021年工作总结

一、2021年工作回顾
二〇二一年新增公交线路2条，注销客运班线3条。

十堰市道路运输事业发展中心
二〇二二年一月二十日
"""


@pytest.fixture
def answerer(tmp_path: Path) -> Answerer:
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "湘西.txt").write_text(PLAN, encoding="utf-8")
    (folder / "十堰.txt").write_text(SPEECH, encoding="utf-8")
    store = Store(tmp_path / "index.sqlite")
    bring_up_to_date(folder, store, HashEncoder())
    return Answerer(Finder(store, Retriever(store, None, lambda: None)))


@pytest.mark.parametrize(
    ("question", "day"),
    [("湘西那份计划是哪天的", "2022年11月25日"), ("十堰的总结是什么时候写的", "二〇二二年一月二十日")],
)
def test_the_day_is_quoted_as_written(answerer: Answerer, question: str, day: str) -> None:
    reply = answerer.answer(question)
    assert reply.status is Status.ANSWERED
    assert reply.headline == day
    assert [citation.quote for citation in reply.citations] == [day]


def test_several_reports_are_listed(answerer: Answerer) -> None:
    reply = answerer.answer("报告是哪天的")
    assert reply.status is Status.AMBIGUOUS
    assert sorted(c.quote for c in reply.citations) == ["2022年11月25日", "二〇二二年一月二十日"]
