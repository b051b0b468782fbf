"""送通知的：教室里等着的一件件取来，放进能送到的那个入口的发件；取走与放进在一个事务里。"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anyio import to_thread

from bot.channels.wecom.postman import Complaints, Letter
from bot.classroom.room import Classroom
from bot.ledger import outbox
from bot.ledger.chats import Place
from bot.quiz.notices import Notice
from corpus.errors import JihuatongError

logger = logging.getLogger(__name__)

CHANNEL = "wecom"
"""人员帐号所在的通道；自建应用与智能机器人是同一批人。"""
EVERY = 3.0
"""隔多少秒看一次有没有通知。"""
NO_WAY_TO_GROUPS = "有通知要发到企业微信的群里，但没有能发的入口：请设好智能机器人的长连接（AIBOT_ID、AIBOT_SECRET）。"


@dataclass(frozen=True, slots=True)
class Way:
    """一个能主动发消息的入口：发件记在哪个通道名下，一条通知写成哪几条，放进之后叫谁去送。"""

    channel: str
    letters: Callable[[Notice], Sequence[Letter]]
    wake: Callable[[], None]


class Herald:
    """企业微信的通知。

    Args:
        classroom: 教室。
        tell_admin: 把一句话告诉管理员。
        every: 隔多少秒看一次。
    """

    def __init__(self, classroom: Classroom, tell_admin: Callable[[str], None], every: float = EVERY) -> None:
        self._classroom = classroom
        self._complaints = Complaints(tell_admin)
        self._every = every
        self._to_people: Way | None = None
        self._to_groups: Way | None = None

    def add(self, way: Way, *, groups: bool) -> None:
        """有了一个入口；先来的给个人发，能发到群里的给群发。"""
        self._classroom.joined(CHANNEL)
        self._to_people = self._to_people or way
        if groups:
            self._to_groups = way

    @property
    def able(self) -> bool:
        """有没有能主动发消息的入口。"""
        return self._to_people is not None

    async def run(self) -> None:
        """一直取，直到被取消。"""
        while True:
            try:
                lost = await to_thread.run_sync(self._hand_over)
            except JihuatongError as error:
                logger.warning("企业微信的通知这一次没有取成：%s", error)
            else:
                if lost:
                    await self._complaints.tell("groups", NO_WAY_TO_GROUPS)
            await asyncio.sleep(self._every)

    def _hand_over(self) -> bool:
        """取来放进发件，叫人去送；返回有没有送不到的。"""
        used: set[Way] = set()
        lost: list[int] = []

        def post(notice: Notice) -> None:
            way = self._to_people if notice.person is not None else self._to_groups
            if way is None or notice.place is None:
                lost.append(notice.id)
                return
            used.add(way)
            place = Place(way.channel, notice.place.chat)
            for number, letter in enumerate(way.letters(notice)):
                key = f"{way.channel} notice {notice.id} {number}"
                outbox.put(self._classroom.ledger, place, letter.written(), key)

        self._classroom.hand_over(CHANNEL, post)
        for way in used:
            way.wake()
        return bool(lost)
