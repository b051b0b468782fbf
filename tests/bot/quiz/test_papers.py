"""试卷：草稿可改，发布不可改；原文变了撤题；改过的题仍须证明得了。"""

import io
from collections.abc import Callable

import openpyxl
import pytest

from bot.audit import CONSOLE
from bot.ledger.file import Ledger
from bot.people import PersonRole, add_person
from bot.people_errors import NotAllowed
from bot.quiz import papers
from bot.quiz.attempts import start
from bot.quiz.errors import ItemUnproven, NotInvited, PaperPublished, PaperUnpublished, SheetUnreadable, TooFewItems
from bot.quiz.groups import put_in_group
from bot.quiz.items import Item, ItemKind, Key
from bot.quiz.library import Library
from bot.quiz.papers import add_own, draft, invited, publish, reword, swap
from bot.quiz.prove import Prover
from bot.quiz.sheets import item_book, read_items
from bot.quiz.store import Paper, Settings, items_of, paper
from bot.quiz.withdrawal import stale, stale_items, withdraw_stale
from corpus.records import Report
from tests.bot.ledgers import as_who
from tests.bot.quiz.samples import QINGHE_2022, report, reports


def test_a_draft_can_be_changed_and_a_published_paper_cannot(ledger: Ledger, small_library: Library) -> None:
    made = draft(ledger, CONSOLE, "测验", Settings(number=4), small_library, 1)
    before = items_of(ledger, made.id)
    changed = swap(ledger, CONSOLE, before[0].id, small_library)
    assert changed.item.kind is before[0].item.kind
    assert changed.item.identity != before[0].item.identity
    papers.drop(ledger, CONSOLE, before[1].id)
    assert len(items_of(ledger, made.id)) == 3
    publish(ledger, CONSOLE, made.id)
    for change in (
        lambda: papers.drop(ledger, CONSOLE, before[0].id),
        lambda: swap(ledger, CONSOLE, before[0].id, small_library),
        lambda: publish(ledger, CONSOLE, made.id),
    ):
        with pytest.raises(PaperPublished, match="“测验”已经发布"):
            change()


def test_staff_do_not_make_papers(ledger: Ledger, small_library: Library, person: int) -> None:
    with pytest.raises(NotAllowed):
        draft(ledger, as_who(person), "测验", Settings(number=2), small_library, 1)


def test_a_trainer_does(ledger: Ledger, small_library: Library) -> None:
    trainer = add_person(ledger, CONSOLE, "李老师", PersonRole.TRAINER).id
    assert draft(ledger, as_who(trainer), "测验", Settings(number=2), small_library, 1).author == trainer


def test_more_items_than_the_reports_hold(ledger: Ledger, small_library: Library) -> None:
    with pytest.raises(TooFewItems, match="要 150 道题，从选定的报告只出得了"):
        draft(ledger, CONSOLE, "大卷", Settings(number=150), small_library, 1)


def test_reports_and_topic_narrow_the_paper(ledger: Ledger, small_library: Library) -> None:
    chosen = Settings(number=2, shares={ItemKind.FILL: 1}, reports=("临溪2022.txt",), topic="养护")
    made = draft(ledger, CONSOLE, "养护", chosen, small_library, 1)
    sources = [i.item.rests_on[0] for i in items_of(ledger, made.id)]
    assert {s.document for s in sources} == {"临溪2022.txt"}
    assert all("养护" in s.section for s in sources)


def test_an_edited_item_must_still_be_proven(ledger: Ledger, small_library: Library) -> None:
    made = draft(ledger, CONSOLE, "填空", Settings(number=2, shares={ItemKind.FILL: 1}), small_library, 1)
    entry = items_of(ledger, made.id)[0]
    prover = Prover(reports())
    polite = reword(ledger, CONSOLE, entry.id, prover, stem=f"请作答：{entry.item.stem}")
    assert polite.item.stem.startswith("请作答：")
    with pytest.raises(ItemUnproven, match="答案与原文不符"):
        reword(ledger, CONSOLE, entry.id, prover, key=Key(text="999公里"))
    with pytest.raises(ItemUnproven):
        reword(ledger, CONSOLE, entry.id, prover, stem="多少公里？")
    assert items_of(ledger, made.id)[0].item == polite.item


def test_only_those_it_was_sent_to(ledger: Ledger, small_library: Library, person: int) -> None:
    other = add_person(ledger, CONSOLE, "王五").id
    third = add_person(ledger, CONSOLE, "赵六").id
    made = draft(ledger, CONSOLE, "点名", Settings(number=2, everyone=False), small_library, 1)
    with pytest.raises(PaperUnpublished):
        start(ledger, person, made.id)
    put_in_group(ledger, CONSOLE, "新员工", [other])
    publish(ledger, CONSOLE, made.id, [person], ["新员工"])
    assert invited(ledger, made.id) == {person, other}
    assert start(ledger, person, made.code).paper == made.id
    with pytest.raises(NotInvited):
        start(ledger, third, made.id)


def shelf(text: str) -> Callable[[str], Report | None]:
    """清河 2022 换成 `text` 之后的各份报告。"""
    found = {r.name: r for r in reports()} | {"清河2022.txt": report(text, "清河2022.txt")}
    return found.get


def test_a_changed_paragraph_withdraws_the_items_on_it_and_tells_why(ledger: Ledger, published: Paper) -> None:
    entries = items_of(ledger, published.id)
    assert stale_items(ledger, shelf(QINGHE_2022)) == ()
    changed = shelf(QINGHE_2022.replace("23公里", "25公里").replace("86家次", "88家次").replace("3座", "4座"))
    expected = [e.id for e in entries if stale(e.item, changed) is not None]
    found = withdraw_stale(ledger, stale_items(ledger, changed))
    assert [w.item.id for w in found] == expected
    for gone in found:
        assert "这一段的原文改了" in gone.why
    assert [e.id for e in items_of(ledger, published.id)] == [e.id for e in entries if e.id not in expected]


def test_a_paragraph_that_only_moved_keeps_its_items(published: Paper, ledger: Ledger) -> None:
    moved = shelf(QINGHE_2022.replace("一、2022年工作回顾", "2022年，各项工作稳步推进。\n一、2022年工作回顾"))
    assert all(stale(e.item, moved) is None for e in items_of(ledger, published.id))


def test_a_heading_that_now_says_another_year_withdraws_the_items_under_it(published: Paper, ledger: Ledger) -> None:
    other = shelf(QINGHE_2022.replace("一、2022年工作回顾", "一、2021年工作回顾"))
    under = [e for e in items_of(ledger, published.id) if e.item.rests_on[0].document == "清河2022.txt"]
    assert under
    assert all(stale(e.item, other) is not None for e in under)


@pytest.mark.usefixtures("published")
def test_a_deleted_report_withdraws_its_items(ledger: Ledger) -> None:
    found = withdraw_stale(ledger, stale_items(ledger, lambda _: None))
    assert len(found) == 5
    assert found[0].why.endswith("已经删去")


def test_own_items_go_out_and_come_back(ledger: Ledger, small_library: Library) -> None:
    own = (
        Item(
            ItemKind.OWN_CHOICE, "报销找哪个科室？", ("财务科", "办公室", "法规科"), Key((0,)), (), explanation="见手册"
        ),
        Item(ItemKind.OWN_CHOICE, "哪些要备案？", ("甲类事项", "乙类事项", "丙类事项"), Key((0, 2)), ()),
        Item(ItemKind.OWN_TEXT, "单位的服务电话？", (), Key(text="12328"), ()),
    )
    assert read_items(item_book(own)) == own
    made = draft(ledger, CONSOLE, "自拟", Settings(number=1), small_library, 1)
    assert add_own(ledger, CONSOLE, made.id, own, Prover(reports())) == 3
    assert [e.item.kind for e in items_of(ledger, made.id)][1:] == [i.kind for i in own]
    twice = Item(ItemKind.OWN_CHOICE, "多少公里？", ("30公里", "30000米"), Key((0,)), ())
    with pytest.raises(ItemUnproven, match="有两个选项是同一个数"):
        add_own(ledger, CONSOLE, made.id, [twice], Prover(reports()))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("别的", "表")], "第 1 行"),
        ([("题干", "答案", "解释"), ("有题没答案", "", "")], "第 2 行"),
        (
            [("题干", "答案", "解释", "选项A", "选项B"), ("题", "D", "", "甲", "乙")],
            "第 2 行读不出来：答案“D”不在选项里",
        ),
    ],
)
def test_a_sheet_filled_in_wrongly_says_which_row(rows: list[tuple[str, ...]], said: str) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(SheetUnreadable, match=said):
        read_items(out.getvalue())
    with pytest.raises(SheetUnreadable, match="不是 .xlsx 表格".replace(".", r"\.")):
        read_items(b"not a sheet")


def test_papers_survive_a_restart(published: Paper, ledger: Ledger) -> None:
    assert paper(ledger, published.code) == published
    assert published.settings.minutes == 30
