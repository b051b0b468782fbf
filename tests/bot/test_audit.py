"""审计与反馈：记下、读回、翻页、挑选、导出、过期。"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Reply, Status
from bot.audit import (
    CONSOLE,
    Filter,
    Kind,
    answered,
    asked,
    did,
    entry,
    every,
    listed,
    prune_audit,
    pseudonyms,
    unanswered,
)
from bot.audit_export import COLUMNS, csv_lines, json_lines
from bot.feedback import Verdict, close_feedback, correct, feedback_inbox, give
from bot.ledger.chats import Place, Who
from bot.ledger.errors import ReplyUnreadable
from bot.ledger.file import Ledger
from bot.ledger.replies import decoded, encoded
from bot.people import Person, PersonRole, add_person, remove
from bot.people_errors import AnswerMissing, FeedbackMissing
from tests.bot.ledgers import TELEGRAM, Clock, as_who, new_ledger, reopened
from tests.bot.replies import ANSWERED, ASKS_BACK, COMPARED, REDACTED, REFUSED

BEIJING = timezone(timedelta(hours=8))


@pytest.fixture
def clock() -> Clock:
    """停着的钟。"""
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """一本空的台账。"""
    opened = new_ledger(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def li(ledger: Ledger) -> Person:
    """李明，员工；登记他这件事在审计里是第 1 条。"""
    return add_person(ledger, CONSOLE, "李明")


def exchange(ledger: Ledger, who: Who, question: str, reply: Reply, generation: int = 7) -> int:
    """一问一答。"""
    number = asked(ledger, who, question)
    answered(ledger, number, reply, generation, 0.125)
    return number


# 答复与 JSON


@settings(max_examples=150, deadline=None)
@given(st.from_type(Reply))
def test_any_reply_is_read_back_as_it_was(reply: Reply) -> None:
    assert decoded(encoded(reply)) == reply


@pytest.mark.parametrize("reply", [ANSWERED, REFUSED, REDACTED, COMPARED, ASKS_BACK])
def test_a_logged_answer_is_read_back_whole(ledger: Ledger, clock: Clock, reply: Reply) -> None:
    number = exchange(ledger, as_who(None), "2023年农村公路新改建多少公里", reply)
    again = reopened(ledger, clock)
    logged = entry(again, number)
    assert (logged.reply, logged.generation, logged.seconds, logged.problem) == (reply, 7, 0.125, None)
    assert (logged.at, logged.kind, logged.name, logged.place) == (clock.now, Kind.ASKED, "未登记", TELEGRAM)
    again.close()


def test_a_reply_written_before_a_field_was_added_is_still_read() -> None:
    old = json.loads(encoded(ANSWERED))
    del old["suggestions"], old["table"], old["citations"][0]["marks"]
    old["dropped_since"] = 1
    citation = replace(ANSWERED.citations[0], marks=())
    assert decoded(json.dumps(old)) == replace(ANSWERED, suggestions=(), citations=(citation,))


def test_what_is_no_reply_says_where_it_goes_wrong() -> None:
    with pytest.raises(ReplyUnreadable, match="一条答复读不回来（status：Field required）"):
        decoded('{"text": "30 公里"}')


# 记下与翻看


def test_a_question_is_logged_even_if_never_answered(ledger: Ledger, li: Person, clock: Clock) -> None:
    number = asked(ledger, as_who(li.id), "2023年呢")
    again = reopened(ledger, clock)
    assert (entry(again, number).text, entry(again, number).reply) == ("2023年呢", None)
    unanswered(again, number, "程序在答这一问时出了错。", 0.5)
    assert entry(again, number).problem == "程序在答这一问时出了错。"
    again.close()


def test_the_name_outlives_the_person(ledger: Ledger, li: Person) -> None:
    number = exchange(ledger, as_who(li.id), "危桥改造几座", ANSWERED)
    remove(ledger, CONSOLE, li.id)
    assert entry(ledger, number).name == "李明"
    assert [logged.text for logged in every(ledger, Filter(kind=Kind.DID))] == ["李明（1），员工", "李明（1）"]


def test_pages_run_from_new_to_old_without_gap_or_overlap(ledger: Ledger) -> None:
    numbers = [asked(ledger, as_who(None), f"第{n}问") for n in range(7)]
    seen: list[int] = []
    before: int | None = None
    while True:
        page = listed(ledger, before=before, limit=3)
        asked(ledger, as_who(None), "翻页时又来了一问")
        seen.extend(logged.id for logged in page.entries)
        before = page.before
        if before is None:
            break
    assert seen == numbers[::-1]
    assert [logged.id for logged in every(ledger, batch=2)] == [*numbers, 8, 9, 10]


def test_entries_are_chosen_by_who_where_when_and_what(ledger: Ledger, li: Person, clock: Clock) -> None:
    morning = clock.now
    first = exchange(ledger, as_who(li.id), "农村公路新改建多少公里", ANSWERED)
    clock.forward(hours=2)
    second = exchange(ledger, Who(Place("wecom", "群"), None), "2019年多少公里", REFUSED)
    did(ledger, CONSOLE, "重建索引", "3 份报告")

    def chosen(wanted: Filter) -> list[int]:
        found = [logged.id for logged in every(ledger, wanted)]
        assert listed(ledger, wanted).total == len(found)
        return found

    assert chosen(Filter(person=li.id)) == [first]
    assert chosen(Filter(channel="wecom", chat="群")) == [second]
    assert chosen(Filter(status=Status.NOT_FOUND)) == [second]
    assert chosen(Filter(kind=Kind.ASKED, until=clock.now)) == [first]
    assert chosen(Filter(kind=Kind.ASKED, since=morning + timedelta(hours=1))) == [second]
    assert chosen(Filter(words="公里 清河县")) == [first, second]
    assert chosen(Filter(words="公里 没有2019年")) == [second]
    assert chosen(Filter(words="%")) == []
    assert [logged.name for logged in every(ledger, Filter(kind=Kind.DID))] == ["本机", "本机"]


def test_a_missing_entry_is_said_so(ledger: Ledger) -> None:
    with pytest.raises(AnswerMissing, match="没有编号为 404 的答复"):
        entry(ledger, 404)


# 导出


def test_json_lines_hold_the_whole_reply(ledger: Ledger) -> None:
    exchange(ledger, as_who(None), "农村公路新改建多少公里", ANSWERED)
    (line,) = json_lines(every(ledger), BEIJING)
    written = json.loads(line)
    assert decoded(json.dumps(written.pop("reply"))) == ANSWERED
    assert written == {
        "id": 1,
        "at": "2026-03-02T09:00:00+08:00",
        "kind": "问答",
        "person": None,
        "name": "未登记",
        "channel": "telegram",
        "chat": "42",
        "text": "农村公路新改建多少公里",
        "earlier": [],
        "action": None,
        "generation": 7,
        "seconds": 0.125,
        "problem": None,
    }


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(ledger: Ledger) -> None:
    exchange(ledger, as_who(None), '=HYPERLINK("x")，逗号\n换行', ANSWERED)
    head, row = csv.reader(io.StringIO("".join(csv_lines(every(ledger), BEIJING)), newline=""))
    assert tuple(head) == COLUMNS
    citation = ANSWERED.citations[0]
    assert row == [
        "1", "2026-03-02 09:00:00+08:00", "问答", "", "未登记", "telegram", "42", '\'=HYPERLINK("x")，逗号\n换行', "",
        "answered", ANSWERED.text, f"{citation.document} {citation.section}：{citation.quote}", "7", "0.125", "",
    ]  # fmt: skip


def test_pseudonyms_are_steady_and_tell_nobody(ledger: Ledger, li: Person, clock: Clock) -> None:
    wang = add_person(ledger, CONSOLE, "王芳", PersonRole.TRAINER)
    for who in (li.id, li.id, wang.id):
        asked(ledger, as_who(who), "危桥改造几座")
    first, second, other = map(pseudonyms(ledger), every(ledger, Filter(kind=Kind.ASKED)))
    assert first.name == second.name != other.name
    assert first.name.startswith("人员-")
    assert first.person is None
    assert first.place.chat == other.place.chat != "42"
    again = reopened(ledger, clock)
    assert pseudonyms(again)(entry(again, first.id)) == first
    again.close()


# 保存期


def test_entries_go_after_their_time_unless_feedback_is_open(ledger: Ledger, clock: Clock) -> None:
    doubted = exchange(ledger, as_who(None), "农村公路新改建多少公里", ANSWERED)
    exchange(ledger, as_who(None), "危桥改造几座", ANSWERED)
    complaint = give(ledger, as_who(None), doubted, Verdict.WRONG)
    clock.forward(days=200)
    kept = exchange(ledger, as_who(None), "危桥改造几座", ANSWERED)
    assert prune_audit(ledger, timedelta(days=180)) == 1
    assert [logged.id for logged in every(ledger)] == [doubted, kept]
    close_feedback(ledger, CONSOLE, complaint.id)
    assert prune_audit(ledger, timedelta(days=180)) == 1
    assert feedback_inbox(ledger, closed=True) == ()


# 反馈


def test_a_wrong_answer_reaches_the_inbox_with_what_is_right(ledger: Ledger, li: Person, clock: Clock) -> None:
    answer = exchange(ledger, as_who(li.id), "农村公路新改建多少公里", ANSWERED)
    complaint = give(ledger, as_who(li.id), answer, Verdict.WRONG)
    again = reopened(ledger, clock)
    corrected = correct(again, complaint.id, "应为 32 公里，见第二节")
    assert feedback_inbox(again) == (corrected,)
    assert (corrected.answer, corrected.person, corrected.verdict) == (answer, li.id, Verdict.WRONG)
    assert corrected.correction == "应为 32 公里，见第二节"
    clock.forward(days=1)
    closed = close_feedback(again, CONSOLE, complaint.id, "报告有两处，已改题")
    assert (closed.closed, closed.note) == (clock.now, "报告有两处，已改题")
    assert (feedback_inbox(again), feedback_inbox(again, closed=True)) == ((), (closed,))
    last = listed(again, Filter(kind=Kind.DID), limit=1).entries[0]
    assert (last.action, last.text) == ("处理反馈", "第 1 条：报告有两处，已改题")
    again.close()


def test_one_person_says_one_thing_of_one_answer(ledger: Ledger, li: Person) -> None:
    answer = exchange(ledger, as_who(li.id), "危桥改造几座", ANSWERED)
    useful = give(ledger, as_who(li.id), answer, Verdict.USEFUL)
    assert give(ledger, as_who(li.id), answer, Verdict.USEFUL) == useful
    assert feedback_inbox(ledger) == ()
    changed = give(ledger, as_who(li.id), answer, Verdict.WRONG)
    assert (changed.id, changed.verdict) == (useful.id, Verdict.WRONG)
    assert feedback_inbox(ledger) == (changed,)
    other = give(ledger, as_who(None), answer, Verdict.WRONG)
    assert feedback_inbox(ledger) == (other, changed)
    assert feedback_inbox(ledger, before=other.id) == (changed,)


def test_feedback_on_nothing_is_refused(ledger: Ledger) -> None:
    with pytest.raises(AnswerMissing):
        give(ledger, as_who(None), 9, Verdict.USEFUL)
    with pytest.raises(FeedbackMissing, match="没有编号为 9 的反馈"):
        correct(ledger, 9, "应为 32 公里")
