"""Telegram 通道：收下即落盘，答好放进待发，由送信人送出；杀了重启也不丢、不重。"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from html import escape

from anyio import CapacityLimiter, to_thread
from telegram import Update

from bot.channels.telegram import jobs, quiz_notices, wording
from bot.channels.telegram.errors import FloodWait, Refused, Taken, TelegramFault, TokenRefused, Unreachable
from bot.channels.telegram.incoming import Incoming, Kind, Me, external, read, said_here
from bot.channels.telegram.letters import Letter, Method
from bot.channels.telegram.line import Line
from bot.channels.telegram.pace import Limits, Pace
from bot.channels.telegram.postman import Postman, post
from bot.channels.telegram.presses import Verb, unpacked
from bot.channels.telegram.secrecy import guard_logs
from bot.channels.telegram.talk import Talk, aloud, explained, sentence
from bot.channels.telegram.turn import CHANNEL, Said
from bot.channels.telegram.updates import Written, number
from bot.channels.telegram.webhook import door, secret_of, server
from bot.codes import looks_like_code
from bot.ledger import inbox
from bot.ledger.errors import LedgerError
from bot.ledger.file import storable
from bot.ledger.inbox import Received
from bot.office import Office
from bot.people import PersonRole
from bot.settings import Telegram
from corpus.errors import JihuatongError

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""同时答几个人；再多的排队。"""
LOOK_AGAIN = 0.05
NEEDS_NO_REPORTS = frozenset({"help", "me", "link", "status", "people", "grant", "invite"})
MOST_TRIES = 3
"""一条总把程序弄垮的，最多办几次。"""
DOWNLOADS = 6
"""一个文件最多下载几次。"""
ALBUMS = 100
"""记得最近多少组文件的说明。"""


@dataclass(frozen=True, slots=True)
class Timing:
    """快慢；测试里改小。"""

    poll: int = 30
    empty_pause: float = 0.2
    first_pause: float = 1.0
    longest_pause: float = 20.0
    edit_every: float = 1.5
    first_look: float = 120.0
    album: float = 1.0
    notices: float = 3.0
    limits: Limits = field(default_factory=Limits)


class Channel:
    """一个 Telegram 机器人。

    Args:
        settings: Telegram 的设置。
        office: 答问台。
        timing: 快慢。
    """

    def __init__(self, settings: Telegram, office: Office, timing: Timing | None = None) -> None:
        guard_logs(settings.token.get_secret_value())
        self._settings = settings
        self._office = office
        self._ledger = office.ledger
        office.classroom.joined(CHANNEL)  # 一设好就算，免得还没连上时，该送这里的被别的通道先取走
        self._timing = timing or Timing()
        self._talk = Talk(office, lambda: self._me.username)
        self._limiter = CapacityLimiter(AT_ONCE)
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._job = asyncio.Lock()
        self._captions: dict[str, str] = {}
        self._me = Me(0, "")
        self._line: Line
        self._pace: Pace
        self._postman: Postman
        self._group: asyncio.TaskGroup

    async def run(self) -> None:
        """接着办没办完的，再办新来的，直到被取消；令牌不对则写进日志，就此停下。"""
        async with Line(self._settings) as line:
            self._line = line
            self._pace = Pace(self._timing.limits)
            self._postman = Postman(self._ledger, line.deliver, self._pace, self._timing.first_pause)
            try:
                self._me = await self._met()
            except TokenRefused as error:
                logger.error("%s", error)  # noqa: TRY400 - 句子已说清楚
                self._office.classroom.left(CHANNEL)
                return
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(self._postman.run())
                for received in await to_thread.run_sync(inbox.pending, self._ledger, CHANNEL):
                    self._resume(received)
                group.create_task(self._menus())
                group.create_task(self._notices())
                await (self._hooked() if self._settings.webhook_url else self._polled())

    async def _met(self) -> Me:
        """问清自己是谁；连不上就一直试。"""
        pause = self._timing.first_pause
        while True:
            try:
                return await self._line.me()
            except TokenRefused:
                raise
            except TelegramFault as error:
                pause = await self._rested(error, pause)

    # 收

    async def _polled(self) -> None:
        """轮询：一批都落了盘，下一次才说收到。"""
        await self._until_done(self._line.use_polling)
        offset: int | None = None
        pause = self._timing.first_pause
        while True:
            started = asyncio.get_running_loop().time()
            try:
                updates = await self._line.updates(offset, self._timing.poll)
                for written in sorted(updates, key=number):
                    await self._take(written)
                    offset = number(written) + 1
                if not updates:
                    offset = None  # 都收下了；隔久了没有消息，编号会另起
                pause = self._timing.first_pause
            except Taken as error:
                pause = await self._rested(error, pause)
                await self._until_done(self._line.use_polling)  # 也许是 webhook 又设上了
                continue
            except (TelegramFault, LedgerError) as error:
                pause = await self._rested(error, pause)
                continue
            except Exception:  # 收信的循环：记下来，接着收
                logger.exception("收 Telegram 的更新时出错")
                await asyncio.sleep(pause)
                continue
            if not updates and asyncio.get_running_loop().time() - started < self._timing.empty_pause:
                await asyncio.sleep(self._timing.empty_pause)  # 对方不肯等，我们自己等

    async def _hooked(self) -> None:
        """webhook：先开门，再告诉 Telegram。"""
        secret, url = await to_thread.run_sync(secret_of, self._ledger), self._settings.webhook_url or ""

        web = server(url, secret, self._take)
        with door(self._settings.webhook_port) as listener:
            serving = asyncio.ensure_future(web.serve(sockets=[listener]))
            try:
                while not web.started and not serving.done():  # noqa: ASYNC110 - uvicorn 只有这个标志
                    await asyncio.sleep(0.01)
                await self._until_done(lambda: self._line.use_webhook(url, secret))
                await asyncio.shield(serving)
            finally:
                web.should_exit = True
                await asyncio.wait({serving})

    async def _until_done(self, call: Callable[[], Awaitable[None]]) -> None:
        pause = self._timing.first_pause
        while True:
            try:
                await call()
            except (Refused, TokenRefused) as error:
                logger.error("%s", error)  # noqa: TRY400 - 句子已说清楚
                return
            except TelegramFault as error:
                pause = await self._rested(error, pause)
            else:
                return

    async def _take(self, written: Written) -> None:
        """收下一条：先落盘；读不懂的记下来，略过。"""
        payload = storable(json.dumps(written, ensure_ascii=False))
        try:
            update = self._line.parsed(json.loads(payload))
            incoming = read(update, self._me)
        except Exception:  # 收信的循环：一条读不懂，别的照收
            logger.exception("Telegram 的一条更新读不懂，略过：%.200s", payload)
            return
        if incoming is None:
            return
        received = await to_thread.run_sync(self._kept, update, incoming, payload)
        if received is not None:
            self._begin(received, incoming)

    def _kept(self, update: Update, incoming: Incoming, payload: str) -> Received | None:
        """存下一条；收过的、改了别处而话没有变的、一组图片里后来的为 None。"""
        with self._ledger.writing():
            fresh = inbox.first_time(self._ledger, CHANNEL, said_here(incoming))
            if update.edited_message is not None and not fresh:
                return None
            alone = not incoming.album or inbox.first_time(self._ledger, CHANNEL, f"album {incoming.album}")
            if incoming.kind is Kind.OTHER and not alone:
                return None
            return inbox.receive(self._ledger, CHANNEL, external(update), payload)

    async def _rested(self, error: JihuatongError, pause: float) -> float:
        """说一句，歇一歇；返回下一次歇多久。"""
        logger.warning("%s", error)
        await asyncio.sleep(error.seconds if isinstance(error, FloodWait) else pause)
        return min(pause * 2, self._timing.longest_pause)

    # 办

    def _resume(self, received: Received) -> None:
        """接着办上次没办完的一条。"""
        try:
            incoming = read(self._line.parsed(json.loads(received.payload)), self._me)
        except Exception:  # 换了版本，读不懂从前存的：不连累别的
            logger.exception("上次没办完的一条读不懂了，略过：%.200s", received.payload)
            incoming = None
        if incoming is None:
            inbox.done(self._ledger, received.id)
        else:
            self._begin(received, incoming)

    def _begin(self, received: Received, incoming: Incoming) -> None:
        if incoming.album and incoming.text:
            self._captions[incoming.album] = incoming.text
            for old in list(self._captions)[:-ALBUMS]:
                del self._captions[old]
        self._group.create_task(self._worked(received, incoming))

    async def _worked(self, received: Received, incoming: Incoming) -> None:
        """办一条，没办成的歇一歇再办；别的照常。"""
        if incoming.album and incoming.file:  # 一组文件一条条地来，说明只写在其中一条上
            await asyncio.sleep(self._timing.album)
            incoming = replace(incoming, text=incoming.text or self._captions.get(incoming.album, ""))
        for _ in range(MOST_TRIES + 1):
            try:
                async with self._job if jobs.is_job(incoming, self._ledger) else self._turns[incoming.chat]:
                    await self._answered(received, incoming)
            except Exception:  # 这是通道的循环：记下来，歇一歇再办
                logger.exception("Telegram 的一条消息没有办完")
                await asyncio.sleep(self._timing.first_pause)
            else:
                return

    async def _answered(self, received: Received, incoming: Incoming) -> None:
        """答一条；放进待发与办完写在一个事务里：不会答两遍，也不会不答。"""
        tries = await to_thread.run_sync(inbox.begin, self._ledger, received.id)
        if tries == 0:
            return
        key = received.external
        answered = incoming.kind is Kind.PRESS and self._takes_time(incoming)
        if answered:
            await to_thread.run_sync(post, self._ledger, (_toast(incoming, ""),), f"{key} toast")
            self._postman.wake()
        of_quiz = tries <= MOST_TRIES and await to_thread.run_sync(self._talk.is_of_quiz, incoming)
        if not of_quiz:
            await self._caught_up(incoming)

        def finish(said: Said) -> Said:
            with self._ledger.writing():
                if incoming.kind is Kind.PRESS:
                    post(self._ledger, (_toast(incoming, said.toast, alert=said.alert),), f"{key} toast")
                post(self._ledger, said.letters, key)
                inbox.done(self._ledger, received.id)
            return said

        def answer() -> Said:
            with self._ledger.writing():
                return finish(self._talk.reply(incoming))

        if of_quiz:
            said = await to_thread.run_sync(answer, limiter=self._limiter)
        else:
            told = await self._said(incoming) if tries <= MOST_TRIES else sentence(incoming, wording.GIVEN_UP)
            said = await to_thread.run_sync(finish, aloud(incoming, told) if answered else told)
        self._postman.wake()
        for chat, role in said.menus:
            await self._menu(role, chat)

    async def _caught_up(self, incoming: Incoming) -> None:
        """要看报告才说得出的，等开张后的头一遍读完再说；读得太久的，先就读好的说。"""
        if incoming.command in NEEDS_NO_REPORTS or looks_like_code(incoming.text):
            return
        deadline = time.monotonic() + self._timing.first_look
        while self._office.library.catching_up() and time.monotonic() < deadline:  # noqa: ASYNC110 - 在别的线程里读
            await asyncio.sleep(LOOK_AGAIN)

    async def _said(self, incoming: Incoming) -> Said:
        if not jobs.is_job(incoming, self._ledger):
            return await to_thread.run_sync(self._talk.say, incoming, limiter=self._limiter, abandon_on_cancel=True)
        try:
            turn = await to_thread.run_sync(self._talk.turn, incoming)
            return await jobs.done(turn, self._downloaded, self._timing.edit_every, self._at_once)
        except JihuatongError as error:
            return explained(incoming, error)
        except Exception:  # 这是通道的循环：记下来，说一句话，接着办下一件
            logger.exception("Telegram 的一件事没有办成")
            return sentence(incoming, wording.FAILED)

    async def _at_once(self, letter: Letter) -> int | None:
        """不排队，当即送一条；限流的照等，改进度的不再补。"""
        while True:
            await self._pace.turn(letter.chat)
            try:
                return await self._line.deliver(letter)
            except FloodWait as error:
                self._pace.hold(letter.chat, error.seconds)
                if letter.method is Method.EDIT:
                    raise

    async def _downloaded(self, file: str) -> bytes:
        """下载一个文件；一时下载不了，多试几次。"""
        pause = self._timing.first_pause
        for _ in range(DOWNLOADS - 1):
            try:
                return await self._line.download(file)
            except (Unreachable, FloodWait) as error:
                pause = await self._rested(error, pause)
        return await self._line.download(file)

    def _takes_time(self, incoming: Incoming) -> bool:
        """要等一等才有下文的按钮，先应答。"""
        press = unpacked(self._ledger, incoming.text)
        return press is not None and press.verb in (Verb.ASK, Verb.REMOVE, Verb.MAKE)

    async def _notices(self) -> None:
        """隔一会儿取一次测验的通知，放进待发。"""
        room = self._office.classroom
        while True:
            try:
                if await to_thread.run_sync(quiz_notices.take, room):
                    self._postman.wake()
            except Exception:  # 取通知的循环：记下来，下次再取
                logger.exception("取测验的通知时出错")
            await asyncio.sleep(self._timing.notices)

    async def _menus(self) -> None:
        """各人的命令菜单。"""
        await self._menu(PersonRole.STAFF, None)
        for role in (PersonRole.TRAINER, PersonRole.ADMIN):
            for account in await to_thread.run_sync(self._office.accounts, CHANNEL, role):
                await self._menu(role, int(account.external))

    async def _menu(self, role: PersonRole, chat: int | None) -> None:
        """换命令菜单；没换成不要紧，命令照样能用。"""
        try:
            await self._line.menu(wording.menu(role), chat)
        except TelegramFault as error:
            logger.warning("命令菜单没有换成：%s", error)


def _toast(incoming: Incoming, words: str, *, alert: bool = False) -> Letter:
    said = escape(words, quote=False)
    return Letter(Method.ANSWER, incoming.chat, said, callback=incoming.callback, alert=alert)
