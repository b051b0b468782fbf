"""长消息分段：在行末断开，不断在数字、标签、出处之中；断在标签之间的，前段补上收尾，后段重新打开。"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

LIMIT = 4000
"""一段最多多少个 UTF-16 单位，标签在内；Telegram 的上限是 4096。"""

_NUMBER = r"[0-9０-９]+(?:[.．,，:：/～~—–-][0-9０-９]+)*"
_UNIT = r" ?(?:[%％‰]|[\u4e00-\u9fff]{0,4}(?![\u4e00-\u9fff]))?"
_ATOM = re.compile(
    rf"(?P<tag></?[a-z][^<>]*>)|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|《[^《》<>\n]{{1,120}}》|〔[^〔〕<>\n]{{1,20}}〕[0-9]*号?"
    rf"|{_NUMBER}{_UNIT}|\r\n|[\s\S][\u200d\ufe0e\ufe0f\u0300-\u036f]*"
)
_SENTENCE, _CLAUSE = "。！？；!?;", "，、：,:  \t\u3000"


@dataclass(frozen=True, slots=True)
class _Atom:
    """不可再分的一小段；`rank` 是断在它后面有多好，越小越好。"""

    text: str
    size: int
    rank: int
    tag: str = ""


def split(html: str, limit: int = LIMIT) -> tuple[str, ...]:
    """分段；去掉各段首尾的换行和补上的标签，首尾相接就是原文。"""
    if size(html) <= limit:
        return (html,) if html.strip() else ()
    parts: list[str] = []
    rest = list(_atoms(html, limit))
    opened: tuple[str, ...] = ()
    while rest:
        count = _count(rest, limit - size("".join(opened)), opened)
        body = "".join(atom.text for atom in rest[:count])
        still = _open_after(opened, rest[:count])
        whole = "".join(opened) + body.strip("\n") + _closing(still)
        if plain(whole).strip():
            parts.append(whole)
        rest, opened = rest[count:], still
    return tuple(parts)


def size(text: str) -> int:
    """多少个 UTF-16 单位，Telegram 就这样数。"""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(html: str) -> str:
    """去掉标签，还原转义：Telegram 不认格式时就发这个。"""
    return unescape(re.sub(r"</?[a-z][^<>]*>", "", html))


def _atoms(html: str, limit: int) -> Iterator[_Atom]:
    for match in _ATOM.finditer(html):
        text = match[0]
        if match["tag"]:
            yield _Atom(text, size(text), 9, text)
        elif size(text) > limit // 4:  # 离谱地长的“数字”，只好从中断开
            yield from (_Atom(letter, size(letter), 4) for letter in text)
        else:
            yield _Atom(text, size(text), _rank(text[-1]))


def _rank(last: str) -> int:
    if last == "\n":
        return 0
    return 1 if last in _SENTENCE else 2 if last in _CLAUSE else 3


def _count(atoms: list[_Atom], room: int, opened: tuple[str, ...]) -> int:
    """从头起取几个：放得下的里头断得最好的一处，同样好的取最后。"""
    used, best, found = 0, 0, 99
    still = opened
    for at, atom in enumerate(atoms):
        still = _open_after(still, [atom]) if atom.tag else still
        used += atom.size
        if used + size(_closing(still)) > room:
            return max(best, 1)
        rank = atom.rank
        if atom.tag:  # 收尾的标签跟着前面走，打开的标签跟着后面走
            rank = atoms[at - 1].rank if atom.tag.startswith("</") and at else 99
        rank += 3 if used * 3 < room and rank else 0
        if rank <= found:
            best, found = at + 1, rank
    return len(atoms)


def _open_after(opened: tuple[str, ...], atoms: list[_Atom]) -> tuple[str, ...]:
    """读过这些之后还开着哪些标签。"""
    stack = list(opened)
    for atom in atoms:
        if atom.tag.startswith("</"):
            del stack[-1:]
        elif atom.tag:
            stack.append(atom.tag)
    return tuple(stack)


def _closing(opened: tuple[str, ...]) -> str:
    return "".join(f"</{re.match(r'<([a-z-]+)', tag)[1]}>" for tag in reversed(opened))  # type: ignore[index]  # 都是标签
