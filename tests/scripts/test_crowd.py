"""一群人同时问的短版：改两次报告、重启一次、被杀一次，一问一答，一条不丢、一条不重；以及怎样核对。"""

import os
import sys
from itertools import count
from pathlib import Path

import crowd
from crowd import Plan
from tally import Answered, Ask, Channel, Differing, Heard, percentile, tallied
from tests.bot.small import PLAN, SUMMARY
from tests.bot.telegram.emulator import TOKEN

PROGRAM = """
from bot import app
from tests.bot.letters import Letters
app.open_encoder = lambda _: Letters()
from bot.cli import main
main()
"""
QUESTIONS = (
    "清河县交通运输局2023年计划新改建农村公路多少公里",
    "清河县交通运输局2022年完成新改建农村公路多少公里",
    "清河县交通运输局2023年计划改造危桥几座",
    "清河县交通运输局2022年改造危桥几座",
    "清河县交通运输局2023年计划修复路面多少万平方米",
    "清河县交通运输局2019年新改建农村公路多少公里",
)
PERSON, ANOTHER = 1, 2
KILLED = 9.0


def test_a_crowd_is_answered_once_each_through_reindexing_restart_and_kill(tmp_path: Path) -> None:
    corpus = tmp_path / "报告"
    corpus.mkdir()
    (corpus / "总结.txt").write_text(SUMMARY, encoding="utf-8")

    def rewrite(version: int) -> None:
        (corpus / "计划.txt").write_text(PLAN + "\n" * version, encoding="utf-8")

    command = (sys.executable, "-c", PROGRAM, "serve")
    plan = Plan(
        command, dict(os.environ), corpus, QUESTIONS, rewrite, seconds=3.0, alone=2.0, people=8, rate=12.0, settling=0.2
    )
    outcome = crowd.run(plan, tmp_path / "日志.txt")
    tally = outcome.crowd
    assert (tally.lost, tally.doubled, tally.different, outcome.broken, outcome.unanswered) == ((), (), (), (), ())
    assert (len(outcome.fresh), len(outcome.down), outcome.exits, outcome.traces) == (2, 2, (0, 0), 0)
    assert all(len(tally.waits(channel)) > 10 for channel in Channel)
    assert len(crowd.rows(outcome)) == 3
    assert TOKEN not in (tmp_path / "日志.txt").read_text(encoding="utf-8")


def test_what_is_lost_doubled_or_different() -> None:
    alone = {(Channel.WEB, "一"): "甲", (Channel.WEB, "二"): "乙"}
    times = count(1.0)

    def asks(question: str, person: int = PERSON) -> Ask:
        return Ask(Channel.WEB, person, question, next(times))

    def hears(text: str, person: int = PERSON) -> Heard:
        return Heard(Channel.WEB, person, text, next(times))

    first, heard, again = asks("一"), hears("甲"), hears("甲")
    second, wrong = asks("二"), hears("丙")
    other = asks("一", ANOTHER)
    third, before, late = asks("二"), hears("丙"), hears("乙")
    tally = tallied((first, second, other, third), (heard, again, wrong, before, late), alone, (KILLED,))
    assert tally.lost == (other,)
    assert tally.doubled == (again, before)
    assert tally.torn == ()
    assert tally.different == (Differing(Answered(second, wrong), "乙"),)
    assert [one.wait for one in tally.answered] == [1.0, 1.0, 2.0]


def test_sent_again_after_a_kill_in_the_very_act() -> None:
    ask, heard = Ask(Channel.TELEGRAM, PERSON, "一", 8.0), Heard(Channel.TELEGRAM, PERSON, "甲", KILLED - 0.1)
    again = Heard(Channel.TELEGRAM, PERSON, "甲", KILLED + 3)
    assert tallied((ask,), (heard, again), {}, (KILLED,)).torn == (again,)
    assert tallied((ask,), (heard, again), {}, ()).doubled == (again,)


def test_percentile() -> None:
    assert percentile([*range(100)], 0.95) == 95
    assert percentile([2.0], 0.95) == 2.0
