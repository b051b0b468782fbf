"""收到一条，说什么：三个入口共用，不知道怎样送达。"""

import logging
from collections.abc import Awaitable, Callable

from anyio import CapacityLimiter, to_thread

from bot.answer import Reply
from bot.channels.wecom.download import File
from bot.channels.wecom.exam import Exam
from bot.channels.wecom.incoming import Incoming, Kind
from bot.channels.wecom.office import Office, Opinion, Verdict
from bot.channels.wecom.render import (
    FAILED,
    MENU_HELP,
    MENU_STATUS,
    NOT_ADMIN,
    ONLY_TEXT,
    opinion_question,
    welcome,
)
from bot.classroom.typed import Turn
from corpus.errors import JihuatongError

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""同时答几个人；再多的排队。"""
VERDICTS = {1: Verdict.GOOD, 2: Verdict.BAD, 3: Verdict.WITHDRAWN}
BUTTON_VERDICTS = {"good": Verdict.GOOD, "bad": Verdict.BAD}
THANKS = {Verdict.GOOD: "谢谢，已记下。", Verdict.BAD: "已转告管理员。正确的应当是什么，可以直接发给我。"}


Fetch = Callable[[Incoming], Awaitable[File]]
Said = Reply | Turn | str | None
"""一份答复，教室里的一回，一句话，或什么也不说。"""


class Talk:
    """一个入口的对话；答题在工作线程里，几个人可以同时问。"""

    def __init__(self, office: Office, fetch: Fetch) -> None:
        self._office = office
        self._fetch = fetch
        self._exam = Exam(office)
        self._limiter = CapacityLimiter(AT_ONCE)

    async def say(self, incoming: Incoming) -> Said:
        """这一条该说什么；出了意外也有一句话，经过记入日志。"""
        try:
            return await self._say(incoming)
        except JihuatongError as error:
            return str(error)
        except Exception:  # 这是通道的循环：记下来，说一句话，接着办下一条
            logger.exception("企业微信的一条消息没有答成")
            return FAILED

    async def welcome(self) -> str:
        """欢迎语。"""
        return welcome(await to_thread.run_sync(self._office.examples))

    async def _say(self, incoming: Incoming) -> Said:
        if incoming.kind is Kind.TEXT:
            return await self._typed(incoming)
        if incoming.kind is Kind.CLICK:
            return await self._clicked(incoming)
        if incoming.kind is Kind.FILE:
            return await self._added(incoming)
        if incoming.kind is Kind.ENTER:
            return await self.welcome()
        if incoming.kind is Kind.OPINION:
            await self._judged(
                incoming, VERDICTS.get(incoming.verdict), opinion_question(incoming.about), incoming.text
            )
            return None
        return ONLY_TEXT.get(incoming.kind.value)

    async def _typed(self, incoming: Incoming) -> Said:
        """说给教室听的归教室，其余是问题。"""
        if not incoming.text.strip():
            return await self.welcome()
        turn = await to_thread.run_sync(self._exam.heard, incoming, limiter=self._limiter)
        return turn if turn is not None else await self._asked(incoming, incoming.text)

    async def _asked(self, incoming: Incoming, text: str) -> Said:
        if not text.strip():
            return await self.welcome()
        ask = self._office.ask
        return await to_thread.run_sync(
            ask, incoming.person, incoming.chat, text.strip(), limiter=self._limiter, abandon_on_cancel=True
        )

    async def _clicked(self, incoming: Incoming) -> Said:
        """菜单或按钮：帮助、状态、评价、教室的，其余的键当作问题。"""
        key = incoming.text.strip()
        if key.lower() in MENU_HELP:
            return await self.welcome()
        if key.lower() in MENU_STATUS:
            return await to_thread.run_sync(self._office.status, incoming.person)
        kind, _, rest = key.partition(":")
        if kind in BUTTON_VERDICTS and rest:
            verdict = BUTTON_VERDICTS[kind]
            await self._judged(incoming, verdict, rest)
            return THANKS[verdict]
        return await self._asked(incoming, rest) if kind == "ask" else await self._typed(incoming)

    async def _judged(self, incoming: Incoming, verdict: Verdict | None, question: str, words: str = "") -> None:
        if verdict is None:
            return
        opinion = Opinion(incoming.person, incoming.chat, question, verdict, words)
        await to_thread.run_sync(self._office.give_opinion, opinion)

    async def _added(self, incoming: Incoming) -> Said:
        if not await to_thread.run_sync(self._office.is_admin, incoming.person):
            return NOT_ADMIN
        file = await self._fetch(incoming)
        return await to_thread.run_sync(self._office.add_report, incoming.person, file.name, file.content)
