"""取教室里的通知，画好放进待发：交出与放进是一个事务，不漏不重，重启也一样。"""

from bot.channels.telegram import quiz_pages
from bot.channels.telegram.letters import Letter, Method
from bot.channels.telegram.postman import post
from bot.channels.telegram.presses import packed
from bot.channels.telegram.split import split
from bot.channels.telegram.turn import CHANNEL
from bot.classroom.room import Classroom
from bot.quiz.notices import Notice


def take(room: Classroom) -> int:
    """取走该由 Telegram 送的，返回几条。"""
    ledger = room.ledger

    def put(notice: Notice) -> None:
        post(ledger, _letters(notice, room), f"notice {notice.id}")

    return room.hand_over(CHANNEL, put)


def _letters(notice: Notice, room: Classroom) -> tuple[Letter, ...]:
    if notice.place is None:
        return ()
    chat = int(notice.place.chat)
    html, keyboard = quiz_pages.notice(notice.kind, notice.body, lambda press: packed(room.ledger, press))
    parts = split(html)
    return tuple(
        Letter(Method.SEND, chat, part, keyboard if at == len(parts) - 1 else ()) for at, part in enumerate(parts)
    )
