"""考一考：小题目集上算得对，随附题目集上不低于底线。"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from bot.answer import Reply, Status
from bot.commands.evaluate import evaluate
from bot.evaluation.questions import QuestionsUnreadable, read_items
from bot.evaluation.scoring import figures, judge
from bot.settings import SHIPPED
from corpus.readers import can_read
from index.store import Store
from tests.bot.library import answerer, shelved
from tests.encoders import HashEncoder

ROWS = [
    {"status": "answered", "values": [{"value": "23000", "unit": "米"}], "year": 2022, "kind": "actual"},
    {"status": "answered", "values": [{"value": "31", "unit": "公里"}]},
    {"status": "redacted", "gold": ["投放出租车X台"], "document": "湘西自治州交通运输局2023年工作总结暨2024年工作打算"},
    {"status": "not_found"},
    {"status": "answered", "text_any": ["湘西路桥"], "gold": ["由湘西路桥建设有限公司承建"]},
]
QUESTIONS = (
    "沂源2022年修了多少路",
    "沂源2023年农村公路新改建计划多少公里",
    "湘西2023年投放出租车多少台",
    "沂源2019年农村公路新改建多少公里",
    "张花高速连接线是哪家公司承建的",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """入了库的一架报告。"""
    store = shelved(tmp_path_factory.mktemp("报告"), tmp_path_factory.mktemp("索引"))
    yield store
    store.close()


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """五道题，第二道的答案是故意写错的。"""
    path = tmp_path / "题目.jsonl"
    rows = [
        json.dumps({"question": q, "type": "数", "expected": e}, ensure_ascii=False)
        for q, e in zip(QUESTIONS, ROWS, strict=True)
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_figures_of_a_tiny_set(store: Store, questions: Path) -> None:
    answers = answerer(store)
    verdicts = [judge(item, answers.answer(item.question, item.history)) for item in read_items(questions)]
    assert [v.right for v in verdicts] == [True, False, True, True, True]
    assert verdicts[1].faults == ("没有说 31公里",)
    assert figures(verdicts) == {
        "acc": (0.8, 5),
        "misled": (0.2, 5),
        "cited": (1.0, 2),
        "citation_precision": (1.0, 2),
        "refusal_recall": (1.0, 1),
        "false_refusal": (0.0, 4),
        "redacted_acc": (1.0, 1),
        "wrong_number": (0.0, 5),
    }


def test_wrong_value_or_year_scores_nothing(store: Store, questions: Path) -> None:
    item = read_items(questions)[0]
    assert judge(item, Reply(Status.ANSWERED, "23 公里")).right
    assert not judge(item, Reply(Status.ANSWERED, "23 座")).right
    assert judge(item, Reply(Status.ANSWERED, "24 公里")).invented == ("24公里",)
    plan = answerer(store).answer("沂源2022年计划新改建农村公路多少公里")
    assert not judge(item, plan).right


def test_sheet(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["问题", "历史", "应答状态", "答案", "单位", "年度", "性质", "出处原文"])
    sheet.append(["那2022年呢", "2023年修了多少路\n沂源呢", None, 23, "公里", 2022, "完成", "新改建23公里"])
    sheet.append(["四个必查指什么", None, "有答案", "证照必查；设备必查", None, None, None, None])
    sheet.append(["2019年呢", None, "未检得", None, None, None, None, None])
    book.save(tmp_path / "题目.xlsx")
    first, second, third = read_items(tmp_path / "题目.xlsx")
    assert first.history == ("2023年修了多少路", "沂源呢")
    assert (first.values[0].value, first.values[0].unit, first.year) == (Decimal(23), "公里", 2022)
    assert second.groups == (("证照必查",), ("设备必查",))
    assert third.statuses == {Status.NOT_FOUND}


@pytest.mark.parametrize(
    "text", ["", "[1", '{"question": "几座"}', '{"question": "几座", "expected": {"status": "?"}}']
)
def test_unreadable_questions_say_where(tmp_path: Path, text: str) -> None:
    (tmp_path / "题目.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(QuestionsUnreadable, match=r"题目\.jsonl"):
        read_items(tmp_path / "题目.jsonl")


def test_shipped_questions_stay_above_the_floors(tmp_path: Path) -> None:
    names = [path for path in SHIPPED.iterdir() if path.is_file() and can_read(path.name)]
    (tmp_path / "报告").mkdir()
    for path in names:
        (tmp_path / "报告" / path.name).write_bytes(path.read_bytes())
    shelf = shelved(tmp_path / "报告", tmp_path / "索引", {})
    answers = answerer(shelf)
    items = read_items(SHIPPED / "questions.jsonl")
    found = figures([judge(item, answers.answer(item.question, item.history)) for item in items])
    shelf.close()
    assert found["acc"][0] >= 0.85
    assert found["misled"][0] <= 0.06
    assert found["wrong_number"][0] <= 0.02


def test_command_tells_what_changed(tmp_path: Path, questions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.open_encoder", lambda _: HashEncoder())
    shelved(tmp_path / "报告", tmp_path / "索引").close()
    options = [str(questions), "--corpus", str(tmp_path / "报告"), "--data", str(tmp_path / "索引")]
    first = CliRunner().invoke(evaluate, [*options, "--json", "--failures", str(tmp_path / "错题.jsonl")])
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["since_last"] is None
    assert [json.loads(line)["id"] for line in (tmp_path / "错题.jsonl").read_text(encoding="utf-8").splitlines()] == [
        "2"
    ]
    text = questions.read_text(encoding="utf-8").replace('"31"', '"30"')
    questions.write_text(text, encoding="utf-8")
    second = CliRunner().invoke(evaluate, options)
    assert "100.0%  答对的（共 5 题）" in second.stdout
    assert "比上次新答对 1 题：2" in second.stdout
