"""按钮带回来的内容：至多 64 字节，放不下的存进台账，只带编号。"""

from dataclasses import dataclass
from enum import StrEnum

from bot.ledger.buttons import button, button_content
from bot.ledger.file import Ledger

LIMIT = 64
_STORED = "@"


class Verb(StrEnum):
    """按钮要做什么。"""

    ASK = "q"
    CONTEXT = "c"
    BACK = "b"
    OTHERS = "o"
    USEFUL = "u"
    WRONG = "w"
    SKIP = "k"
    REPORTS = "p"
    REPORT = "r"
    FACTS = "f"
    REMOVE = "d"
    CANCEL = "x"
    PEOPLE = "n"
    QUIZ = "e"
    TAKE = "s"
    PAUSE = "h"
    FINISH = "i"
    COMPLAIN = "v"
    MARKED = "g"
    BOARD = "j"
    MINE = "m"
    MAKE = "a"
    DRAFT = "t"
    PAPER = "y"


@dataclass(frozen=True, slots=True)
class Press:
    """一个按钮：做什么，第几个，和其余的文字。"""

    verb: Verb
    number: int = 0
    place: int = 0
    text: str = ""


def packed(ledger: Ledger, press: Press) -> str:
    """写成按钮的内容。"""
    plain = f"{press.verb}:{press.number}:{press.place}:{press.text}"
    return plain if len(plain.encode()) <= LIMIT else f"{_STORED}{button(ledger, plain)}"


def unpacked(ledger: Ledger, data: str) -> Press | None:
    """读回按钮的内容；读不懂、已忘掉的为 None。"""
    plain: str | None = data
    if data.startswith(_STORED):
        plain = button_content(ledger, int(data[1:])) if data[1:].isdecimal() else None
    verb, number, place, text = ([*(plain or "").split(":", 3), "", "", "", ""])[:4]
    if verb not in set(Verb) or not number.isdecimal() or not place.isdecimal():
        return None
    return Press(Verb(verb), int(number), int(place), text)
