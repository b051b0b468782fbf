"""要发的一条：写成 JSON 放进台账，读回来再发。"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import TypeAdapter


class Method(StrEnum):
    """怎么发。"""

    SEND = "send"
    EDIT = "edit"
    ANSWER = "answer"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Button:
    """一个按钮：字，和按下之后带回来的内容。"""

    text: str
    data: str


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """随信的一个文件，内容写成 base64。"""

    name: str
    base64: str

    @property
    def content(self) -> bytes:
        """内容。"""
        return b64decode(self.base64)

    @property
    def is_picture(self) -> bool:
        """是不是图：是就当照片发，不必点开。"""
        return self.name.endswith(".png")


def enclosed(name: str, content: bytes) -> Enclosed:
    """装进信里。"""
    return Enclosed(name, b64encode(content).decode())


@dataclass(frozen=True, slots=True)
class Letter:
    """一条要发的。

    SEND：`html` 发到 `chat`，`reply_to` 是所答的消息，`thread` 是群里的话题，`wants_reply` 请对方直接回这一条。
    EDIT：把 `message` 改成 `html`，改不成就照 SEND 发。
    ANSWER：应答按钮 `callback`，`html` 是一闪而过的那句话（纯文字，可空）；`alert` 为真则留在屏上，等他点了才收。
    FILE：把 `file` 发到 `chat`，`html` 是它的说明。
    """

    method: Method
    chat: int = 0
    html: str = ""
    keyboard: Keyboard = field(default=())
    reply_to: int | None = None
    thread: int | None = None
    message: int | None = None
    callback: str = ""
    wants_reply: bool = False
    alert: bool = False
    file: Enclosed | None = None


_LETTER: TypeAdapter[Letter] = TypeAdapter(Letter)


def written(letter: Letter) -> str:
    """写成 JSON。"""
    return _LETTER.dump_json(letter).decode()


def read(stored: str) -> Letter:
    """从台账读回来。"""
    return _LETTER.validate_json(stored)
