"""台账文件、会话、收件、发件：重启不丢，同时来不重，次序不乱。"""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ledger.chats import Expected, Place, expect, forget, history, prune_chats, remember, take_expected
from bot.ledger.errors import LedgerBroken, LedgerTooNew, LedgerUnwritable
from bot.ledger.file import Ledger
from bot.ledger.inbox import Received, begin, done, first_time, pending, prune_seen, receive
from bot.ledger.outbox import due, failed, given_up, next_due, prune_outbox, put, sent, waiting
from bot.ledger.schema import STEPS
from tests.bot.ledgers import TELEGRAM, Clock, as_who, new_ledger, reopened

PROJECT = Path(__file__).resolve().parents[2]
OTHER = Place("telegram", "77")


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


def put_and_fail(ledger: Ledger) -> None:
    """放进一条，随即出错。"""
    with ledger.writing():
        put(ledger, TELEGRAM, "一半")
        raise RuntimeError


# 文件


@pytest.mark.skipif(os.name == "nt", reason="Windows 没有这样的权限位")
def test_only_its_owner_can_read_it(ledger: Ledger) -> None:
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_what_is_written_together_is_undone_together(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError):
        put_and_fail(ledger)
    assert waiting(ledger) == ()


def test_an_inner_failure_undoes_only_itself(ledger: Ledger) -> None:
    with ledger.writing():
        put(ledger, TELEGRAM, "外层")
        with pytest.raises(RuntimeError):
            put_and_fail(ledger)
    assert [message.payload for message in waiting(ledger)] == ["外层"]


def test_a_newer_file_is_refused_and_left_alone(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute("PRAGMA user_version = 99")
    ledger.close()
    with pytest.raises(LedgerTooNew, match=f"表的版本是 99，本程序只认识到 {len(STEPS)}"):
        Ledger(ledger.path)


def test_an_older_file_is_upgraded_in_place_and_a_copy_kept(ledger: Ledger, clock: Clock) -> None:
    put(ledger, TELEGRAM, "升级前放的")
    ledger.close()
    upgraded = Ledger(ledger.path, clock, (*STEPS, ("CREATE TABLE quizzes (id INTEGER PRIMARY KEY)",)))
    with upgraded.writing() as connection:
        connection.execute("INSERT INTO quizzes DEFAULT VALUES")
    assert [message.payload for message in waiting(upgraded)] == ["升级前放的"]
    upgraded.close()
    kept = Ledger(ledger.path.with_name(f"people.v{len(STEPS)}.sqlite"), clock)
    assert [message.payload for message in waiting(kept)] == ["升级前放的"]
    kept.close()


def test_a_broken_file_says_restore_not_delete(tmp_path: Path) -> None:
    path = tmp_path / "people.sqlite"
    path.write_bytes(b"not a database, " * 300)
    with pytest.raises(LedgerBroken, match="请不要删去：停下程序，用 jihuatong restore 从备份恢复"):
        Ledger(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("这里已有一个文件", encoding="utf-8")
    with pytest.raises(LedgerUnwritable, match="没有写入的权限"):
        Ledger(tmp_path / "state" / "people.sqlite")


def test_a_copy_taken_while_in_use_is_whole(ledger: Ledger, clock: Clock, tmp_path: Path) -> None:
    put(ledger, TELEGRAM, "要备份的")
    ledger.copy_to(tmp_path / "backup.sqlite")
    copy = Ledger(tmp_path / "backup.sqlite", clock)
    assert (copy.faults(), copy.secret, len(waiting(copy))) == ((), ledger.secret, 1)
    copy.close()


# 会话


def test_last_questions_survive_a_restart(ledger: Ledger, clock: Clock) -> None:
    for year in range(2011, 2024):
        remember(ledger, as_who(1), f"{year}年呢", kept=3)
    remember(ledger, as_who(2), "群里另一个人问的")
    assert history(reopened(ledger, clock), as_who(1)) == ("2021年呢", "2022年呢", "2023年呢")


def test_old_turns_are_not_followed_up(ledger: Ledger, clock: Clock) -> None:
    remember(ledger, as_who(None), "昨天问的")
    clock.forward(days=1)
    remember(ledger, as_who(None), "今天问的")
    assert history(ledger, as_who(None), within=timedelta(hours=2)) == ("今天问的",)
    assert prune_chats(ledger, timedelta(hours=2)) == 1
    forget(ledger, as_who(None))
    assert history(ledger, as_who(None)) == ()


def test_what_is_expected_is_taken_once_and_expires(ledger: Ledger, clock: Clock) -> None:
    soon = clock.now + timedelta(minutes=10)
    expect(ledger, as_who(1), Expected("确认删除", "甲", soon))
    expect(ledger, as_who(1), Expected("更正", "7", soon))
    again = reopened(ledger, clock)
    assert take_expected(again, as_who(2)) is None
    assert take_expected(again, as_who(1)) == Expected("更正", "7", soon)
    assert take_expected(again, as_who(1)) is None
    expect(again, as_who(1), Expected("更正", "8", soon))
    clock.forward(minutes=10)
    assert take_expected(again, as_who(1)) is None
    again.close()


# 收件


def test_the_same_id_is_received_once_also_after_a_restart(ledger: Ledger, clock: Clock) -> None:
    first = receive(ledger, "telegram", "1001", "{}")
    assert first == Received(1, "telegram", "1001", "{}", clock.now, 0)
    assert receive(ledger, "telegram", "1001", "{}") is None
    assert receive(ledger, "wecom", "1001", "{}") is not None
    done(ledger, 1)
    again = reopened(ledger, clock)
    assert receive(again, "telegram", "1001", "{}") is None
    assert [waits.channel for waits in pending(again)] == ["wecom"]
    assert pending(again, "telegram") == ()
    again.close()


def test_two_threads_racing_for_one_id(ledger: Ledger) -> None:
    """八个线程同时递来同样的五十条，各条只有一个线程收下。"""
    start = Barrier(8)

    def deliver(_: int) -> list[str]:
        start.wait()
        return [name for name in map(str, range(50)) if first_time(ledger, "wecom", name)]

    with ThreadPoolExecutor(8) as pool:
        accepted = [name for names in pool.map(deliver, range(8)) for name in names]
    assert sorted(accepted, key=int) == [str(number) for number in range(50)]


def test_ids_are_forgotten_after_a_while_but_not_the_unfinished(ledger: Ledger, clock: Clock) -> None:
    assert first_time(ledger, "telegram", "1")
    receive(ledger, "telegram", "2", "还没办完")
    clock.forward(days=8)
    assert first_time(ledger, "telegram", "3")
    assert prune_seen(ledger, timedelta(days=7)) == 1
    assert [first_time(ledger, "telegram", name) for name in "123"] == [True, False, False]


def test_a_message_that_kills_the_program_shows_in_its_tries(ledger: Ledger, clock: Clock) -> None:
    received = receive(ledger, "telegram", "1", "{}")
    assert received is not None
    assert begin(ledger, received.id) == 1
    again = reopened(ledger, clock)
    assert [waits.tries for waits in pending(again)] == [1]
    assert begin(again, received.id) == 2
    done(again, received.id)
    assert begin(again, received.id) == 0
    again.close()


CRASHES = """
import sys, time
from pathlib import Path
from bot.ledger.chats import Place
from bot.ledger.file import Ledger
from bot.ledger.inbox import done, receive
from bot.ledger.outbox import put
ledger = Ledger(Path(sys.argv[1]))
for number in range(3):
    receive(ledger, "telegram", str(number), f"第 {number} 问")
with ledger.writing():
    put(ledger, Place("telegram", "42"), "第 0 答")
    done(ledger, 1)
with ledger.writing():
    put(ledger, Place("telegram", "42"), "第 1 答")
    done(ledger, 2)
    print("acknowledged", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows 没有 SIGKILL")
def test_killed_between_receive_and_done_nothing_is_lost_or_doubled(ledger: Ledger) -> None:
    """第 0 问已答完，第 1 问的答复放了一半，第 2 问还没动手：这时程序被杀。"""
    child = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", CRASHES, str(ledger.path)], cwd=PROJECT, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"acknowledged"
        child.send_signal(signal.SIGKILL)
    assert [waits.payload for waits in pending(ledger)] == ["第 1 问", "第 2 问"]
    assert [message.payload for message in waiting(ledger)] == ["第 0 答"]
    assert receive(ledger, "telegram", "2", "第 2 问") is None
    assert ledger.faults() == ()


# 发件


def test_later_messages_wait_for_earlier_ones_of_their_chat(ledger: Ledger, clock: Clock) -> None:
    first, second = put(ledger, TELEGRAM, "一"), put(ledger, TELEGRAM, "二")
    put(ledger, OTHER, "别处的")
    assert first is not None
    assert second is not None
    failed(ledger, first, clock.now + timedelta(seconds=30), "429 Too Many Requests")
    assert [message.payload for message in due(ledger, clock.now)] == ["别处的"]
    assert next_due(ledger) == clock.now
    clock.forward(seconds=30)
    again = reopened(ledger, clock)
    retried = due(again, clock.now, "telegram")
    assert [(message.payload, message.attempts, message.why) for message in retried] == [
        ("一", 1, "429 Too Many Requests"),
        ("别处的", 0, None),
    ]
    sent(again, first)
    assert [message.payload for message in due(again, clock.now)] == ["二", "别处的"]
    given_up(again, second, "Forbidden: bot was blocked by the user")
    assert [message.payload for message in waiting(again)] == ["别处的"]
    assert waiting(again, TELEGRAM) == ()
    assert next_due(again, "wecom") is None
    again.close()


def test_the_same_key_is_put_once_even_after_it_was_sent(ledger: Ledger, clock: Clock) -> None:
    number = put(ledger, TELEGRAM, "答复", key="telegram:1001:0")
    assert number is not None
    sent(ledger, number)
    assert put(ledger, TELEGRAM, "答复", key="telegram:1001:0") is None
    assert due(ledger, clock.now) == ()


def test_only_the_finished_are_pruned(ledger: Ledger, clock: Clock) -> None:
    number = put(ledger, TELEGRAM, "发出的")
    put(ledger, OTHER, "还没发出的")
    assert number is not None
    sent(ledger, number)
    clock.forward(days=30)
    assert prune_outbox(ledger, timedelta(days=7)) == 1
    assert [message.payload for message in waiting(ledger)] == ["还没发出的"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.sampled_from("甲乙丙"), min_size=1, max_size=12),
    outcomes=st.lists(st.sampled_from(("sent", "sent", "failed", "given up")), min_size=40, max_size=40),
)
def test_each_chat_gets_its_messages_in_order(
    tmp_path_factory: pytest.TempPathFactory, places: list[str], outcomes: list[str]
) -> None:
    """随意成败，直到发完：每个会话里发出的次序就是放进的次序，一条不少，一条不重。"""
    clock = Clock()
    ledger = new_ledger(tmp_path_factory.mktemp("outbox"), clock)
    for number, place in enumerate(places):
        put(ledger, Place("telegram", place), f"{number:02}")
    finished: list[tuple[str, str]] = []
    fates = iter(outcomes)
    while waiting(ledger):
        for message in due(ledger, clock.now):
            match next(fates, "sent"):
                case "failed":
                    failed(ledger, message.id, clock.now + timedelta(seconds=5), "502")
                    continue
                case "sent":
                    sent(ledger, message.id)
                case _:
                    given_up(ledger, message.id, "403")
            finished.append((message.place.chat, message.payload))
        clock.forward(seconds=2)
    ledger.close()
    for place in set(places):
        in_order = [f"{number:02}" for number, at in enumerate(places) if at == place]
        assert [payload for chat, payload in finished if chat == place] == in_order


def test_text_no_utf8_can_hold_is_still_kept(ledger: Ledger) -> None:
    put(ledger, TELEGRAM, "坏的\ud800字，零\0字节")
    assert [message.payload for message in waiting(ledger)] == ["坏的?字，零\0字节"]
