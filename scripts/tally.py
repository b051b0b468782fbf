"""核对：每一问的答复恰好一次，与单独问时一样；供 `crowd.py` 用。"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

AT_THE_KILL = 1.0
"""被杀之前多少秒之内送出的，对方收下了、程序也许还没记下，重启后会再送一遍。"""


class Channel(StrEnum):
    """从哪里问。"""

    WEB = "网页"
    TELEGRAM = "Telegram"


@dataclass(frozen=True, slots=True)
class Span:
    """一段时间。"""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Ask:
    """一问：谁，什么时候。"""

    channel: Channel
    person: int
    question: str
    at: float


@dataclass(frozen=True, slots=True)
class Heard:
    """听到的一条答复。"""

    channel: Channel
    person: int
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Answered:
    """一问与它的答复。"""

    ask: Ask
    heard: Heard

    @property
    def wait(self) -> float:
        """等了几秒。"""
        return self.heard.at - self.ask.at

    def met(self, span: Span) -> bool:
        """等的时候碰上了这一段吗？"""
        return self.ask.at < span.end and span.start < self.heard.at


@dataclass(frozen=True, slots=True)
class Differing:
    """与单独问时不一样的一条答复；`alone` 是单独问时的。"""

    answered: Answered
    alone: str


@dataclass(frozen=True, slots=True)
class Tally:
    """核对的结果。

    `lost` 没有答复；`doubled` 是多出来的答复；`torn` 也是多出来的，但那一条正好在被杀的一瞬送出；
    `different` 与单独问时不一样。
    """

    answered: tuple[Answered, ...]
    lost: tuple[Ask, ...]
    doubled: tuple[Heard, ...]
    torn: tuple[Heard, ...]
    different: tuple[Differing, ...]

    def waits(self, channel: Channel, down: Sequence[Span] = ()) -> tuple[float, ...]:
        """在一个通道里各等了几秒；`down` 是不算的几段时间，碰上了的不算。"""
        own = (one for one in self.answered if one.ask.channel is channel)
        return tuple(one.wait for one in own if not any(one.met(span) for span in down))


Alone = Mapping[tuple[Channel, str], str]
"""单独问时的答复。"""


def tallied(asks: Sequence[Ask], heard: Sequence[Heard], alone: Alone, kills: Sequence[float] = ()) -> Tally:
    """核对。

    Args:
        asks: 全部的问。
        heard: 全部的答复。
        alone: 单独问时的答复；没有单独问过的不比。
        kills: 什么时候被杀过。
    """
    waiting: defaultdict[tuple[Channel, int], list[Ask]] = defaultdict(list)
    for asked in sorted(asks, key=lambda one: one.at):
        waiting[asked.channel, asked.person].append(asked)
    answered: list[Answered] = []
    last: dict[tuple[Channel, int], str] = {}
    extra: list[Heard] = []
    for one in sorted(heard, key=lambda one: one.at):
        place = (one.channel, one.person)
        own = [ask for ask in waiting[place] if ask.at <= one.at]
        ask = next((ask for ask in own if _expected(alone, ask, one.text) == one.text), None)
        if ask is None and last.get(place) != one.text:
            ask = next(iter(own), None)
        if ask is None:
            extra.append(one)
        else:
            waiting[place].remove(ask)
            answered.append(Answered(ask, one))
            last[place] = one.text
    torn = tuple(one for one in extra if _at_the_kill(answered, one, kills))
    return Tally(
        answered=tuple(answered),
        lost=tuple(ask for own in waiting.values() for ask in own),
        doubled=tuple(one for one in extra if one not in torn),
        torn=torn,
        different=tuple(
            Differing(one, expected)
            for one in answered
            if (expected := _expected(alone, one.ask, one.heard.text)) != one.heard.text
        ),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """排在这个位置上的一个；没有则为 nan。"""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def _expected(alone: Alone, ask: Ask, otherwise: str) -> str:
    return alone.get((ask.channel, ask.question), otherwise)


def _at_the_kill(answered: Sequence[Answered], heard: Heard, kills: Sequence[float]) -> bool:
    """头一遍正好在被杀的一瞬送出。"""
    place = (heard.channel, heard.person, heard.text)
    first = [one.heard for one in answered if (one.heard.channel, one.heard.person, one.heard.text) == place]
    return any(0 <= killed - one.at <= AT_THE_KILL for one in first for killed in kills)
