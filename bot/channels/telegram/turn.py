"""一来一回：谁在哪里说了什么，该发哪几条。"""

from dataclasses import dataclass

from bot.channels.telegram import wording
from bot.channels.telegram.incoming import Incoming
from bot.channels.telegram.letters import Keyboard, Letter, Method, enclosed
from bot.channels.telegram.presses import Press, packed
from bot.channels.telegram.split import split
from bot.classroom.learning import Learning
from bot.classroom.records import File
from bot.classroom.teaching import Teaching
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.office import Office
from bot.people import Action, Person, PersonRole, require_by
from bot.people_errors import PersonMissing
from corpus.errors import JihuatongError
from index.errors import NoSuchReport

CHANNEL = "telegram"


@dataclass(frozen=True, slots=True)
class Said:
    """要发的几条。

    `toast` 是按了按钮一闪而过的那句话，`alert` 为真则留在屏上；`menus` 是角色变了、要换命令菜单的会话。
    """

    letters: tuple[Letter, ...] = ()
    toast: str = ""
    alert: bool = False
    menus: tuple[tuple[int, PersonRole], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """一来一回里要用到的；`bot` 是机器人的用户名，写链接用。"""

    office: Office
    incoming: Incoming
    person: Person
    bot: str = ""

    @property
    def ledger(self) -> Ledger:
        """台账。"""
        return self.office.ledger

    @property
    def who(self) -> Who:
        """谁在哪里。"""
        return Who(Place(CHANNEL, str(self.incoming.chat)), self.person.id)

    @property
    def learn(self) -> Learning:
        """教室里学员的一边。"""
        return self.office.classroom.learn

    @property
    def teach(self) -> Teaching:
        """教室里培训员的一边。"""
        return self.office.classroom.teach

    def pack(self, press: Press) -> str:
        """写成按钮的内容。"""
        return packed(self.ledger, press)

    def require(self, action: Action) -> None:
        """没有权限就抛 `NotAllowed`。"""
        require_by(self.ledger, self.who, action)

    def say(self, html: str, keyboard: Keyboard = (), *, wants_reply: bool = False) -> Said:
        """说一段话，太长的分成几条。"""
        return Said(spoken(self.incoming, html, keyboard, wants_reply=wants_reply))

    def edit(self, html: str, keyboard: Keyboard = (), toast: str = "") -> Said:
        """改按钮所在的那条消息；一条放不下的只留最后一段。"""
        here = self.incoming
        edit = Letter(Method.EDIT, here.chat, split(html)[-1], keyboard, thread=here.thread, message=here.message)
        return Said((edit,), toast)

    def instead(self, html: str, keyboard: Keyboard = (), toast: str = "") -> Said:
        """改按钮所在的那条消息；一条放不下的，余下的接着发。"""
        here = self.incoming
        parts = split(html)
        last = len(parts) - 1
        return Said(
            tuple(
                Letter(
                    Method.SEND if at else Method.EDIT, here.chat, part, keyboard if at == last else (),
                    thread=here.thread, message=None if at else here.message,
                )
                for at, part in enumerate(parts)
            ),
            toast,
        )  # fmt: skip

    def file(self, file: File, caption: str = "") -> Letter:
        """发一个文件。"""
        here = self.incoming
        return Letter(Method.FILE, here.chat, caption, thread=here.thread, file=enclosed(file.name, file.content))


def in_chat(error: JihuatongError) -> str:
    """一个错误的那句话；有的说的是终端的命令，这里换成聊天里的说法。"""
    kinds = ((NoSuchReport, wording.REPORT_GONE), (PersonMissing, wording.NO_PERSON))
    return next((said for kind, said in kinds if isinstance(error, kind)), str(error))


def spoken(incoming: Incoming, html: str, keyboard: Keyboard = (), *, wants_reply: bool = False) -> tuple[Letter, ...]:
    """说给这一条的几封：群里第一封回复那条消息，按钮在最后一封上。"""
    parts = split(html)
    return tuple(
        Letter(
            Method.SEND,
            incoming.chat,
            part,
            keyboard if at == len(parts) - 1 else (),
            reply_to=None if incoming.private or at > 0 else incoming.message,
            thread=incoming.thread,
            wants_reply=wants_reply and not incoming.private and not keyboard,
        )
        for at, part in enumerate(parts)
    )
