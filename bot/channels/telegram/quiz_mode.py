"""答题时打的字算什么：在一个会话里正答着哪一题，打字就是答它；停下，或两小时没有动静，打字就是提问。"""

from dataclasses import dataclass
from datetime import timedelta

from bot.channels.telegram.turn import CHANNEL, Turn
from bot.ledger.chats import Expected, Place, Who, expect, expected, take_expected
from bot.quiz.steps import Stage, Step

IDLE = timedelta(hours=2)
"""多久没有动静，就当作走开了。"""
ANSWERING, REVIEWING = "answering", "reviewing"


@dataclass(frozen=True, slots=True)
class Mode:
    """正答着的一题：答卷里的（`attempt` 是哪份答卷），或错题本里的（`attempt` 为 0）。"""

    target: str
    attempt: int = 0


def current(turn: Turn) -> Mode | None:
    """这个人在这里正答着哪一题；没有为 None。"""
    found = expected(turn.ledger, _seat(turn))
    if found is None:
        return None
    attempt, _, target = found.payload.partition(" ")
    return Mode(target, int(attempt))


def follow(turn: Turn, step: Step) -> None:
    """画出了这一步：等着作答的，此后打的字就是答它；不然打字就是提问。先前等着的更正之类不再等。"""
    take_expected(turn.ledger, turn.who)
    asking = step.stage in (Stage.QUESTION, Stage.REVIEW) and step.item is not None
    if not asking:
        leave(turn)
        return
    attempt = 0 if step.standing is None else step.standing.attempt
    what = ANSWERING if attempt else REVIEWING
    until = turn.ledger.now() + IDLE
    expect(turn.ledger, _seat(turn), Expected(what, f"{attempt} {step.target}", until))


def leave(turn: Turn) -> None:
    """停下：此后打字就是提问。"""
    take_expected(turn.ledger, _seat(turn))


def _seat(turn: Turn) -> Who:
    """与别的等待（更正、报错的话）分开记：等完那一句，还接着答题。"""
    return Who(Place(CHANNEL, f"{turn.incoming.chat} 答题"), turn.person.id)
