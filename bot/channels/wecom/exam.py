"""考试的一边：收到的一条是不是说给教室听的；同一条只办一次，办过的再来问，还是原来那一回。"""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

from bot.channels.wecom.incoming import Incoming, Kind
from bot.channels.wecom.office import Office
from bot.classroom.typed import Doing, Seat, Turn, Typed, code_of, command_of
from bot.ledger.chats import Expected, Place, Who, expect, expected
from bot.quiz.steps import pressed

KEPT = timedelta(days=30)
"""位子最多留多久。"""
GO_PRIVATE = "答题、看成绩请到单聊里：点我的头像发消息，再发“考试”。"


@dataclass(frozen=True, slots=True)
class Kept:
    """台账里记着的一回：办的是哪一条，办成怎样。"""

    last: str
    turn: Turn


EMPTY = Kept("", Turn(Seat(), ()))
_KEPT: TypeAdapter[Kept] = TypeAdapter(Kept)


class Exam:
    """一个入口的考试；可以阻塞，在工作线程里调用。"""

    def __init__(self, office: Office) -> None:
        self._learner = office.learner
        self._ledger = office.classroom.ledger
        self._typed = Typed(office.classroom.learn, office.classroom.ledger)

    def heard(self, incoming: Incoming) -> Turn | str | None:
        """打了一句，或按了菜单、卡片；不是说给教室听的为 None。做不到的抛 `JihuatongError`。"""
        if incoming.group:
            return GO_PRIVATE if command_of(incoming.text) else None
        who = self._learner(incoming.person, incoming.text)
        if who is None:
            return None
        own = Who(Place(who.place.channel, f"{who.place.chat} 答题"), who.person)
        if self._kept(own) == EMPTY and not _opens(incoming):  # 从没答过题的人提问，不必占着写台账的队
            return None
        with self._ledger.writing():  # 作答与记下答到哪里，一起提交
            kept = self._kept(own)
            if kept.last == incoming.id:
                return kept.turn
            turn = self._turn(who, kept.turn.seat, incoming)
            if turn is not None:
                self._keep(own, Kept(incoming.id, turn))
            elif kept.turn.seat.doing is Doing.CHOOSING:  # 问起别的来了，此后的数字不再是挑试卷
                self._keep(own, Kept(incoming.id, Turn(Seat(judged=kept.turn.seat.judged), ())))
            return turn

    def _turn(self, who: Who, seat: Seat, incoming: Incoming) -> Turn | None:
        menu = incoming.kind is Kind.CLICK
        press = pressed(incoming.text) if menu else None
        if press is not None:
            return self._typed.press(who, seat, press)
        return self._typed.hear(who, seat, incoming.text, menu=menu, sent=incoming.at)

    def _kept(self, own: Who) -> Kept:
        found = expected(self._ledger, own)
        try:
            return EMPTY if found is None else _KEPT.validate_json(found.payload)
        except ValidationError:  # 别的版本记的
            return EMPTY

    def _keep(self, own: Who, kept: Kept) -> None:
        until = self._ledger.now() + KEPT
        expect(self._ledger, own, Expected("答题", _KEPT.dump_json(kept).decode(), until))


def _opens(incoming: Incoming) -> bool:
    """这一条本身就是说给教室听的，不论正做什么。"""
    return any((command_of(incoming.text), code_of(incoming.text), pressed(incoming.text)))
