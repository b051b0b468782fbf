"""清理：去掉导出、网页和排版留下的残渣，不动正文的字。"""

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.records import Line

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufffc\x00-\x08\x0b\x0e-\x1f\x7f]")
_BLANK = re.compile("[\u3000\u00a0\u2000-\u200a\u202f\u205f\t\x0c ]")
_RESIDUE = re.compile(
    r"\[bookmark: [^\[\]]{0,100}\]"
    r"|HYPERLINK\s+(?:\\l\s+)?[\"“][^\"”]*[\"”](?:\s*\\[a-z])*"
    r"|PAGEREF\s+_Toc\d+(?:\s*\\[a-z])*"
    r"|TOC\s+\\o\s+[\"“][^\"”]*[\"”](?:\s*\\[a-z])*"
    r"|_Toc\d{3,}"
)
_RUN = re.compile(r"(?<=\S) {2,}(?=\S)")
_PAGE_NUMBER = re.compile(r"[-—–－·\s]*\d{1,4}[-—–－·\s]*|第\s*\d{1,4}\s*页(?:[\s,，/]*共\s*\d{1,4}\s*页)?")
_CONTENTS_HEAD = re.compile(r"目\s*录")
_CONTENTS = re.compile(r"目\s*录|.{2,100}?(?:[.．…·]\s*){4,}[-—–\s]*\d{1,4}[-—–\s]*")
_CONTENTS_PAGE = re.compile(r"[\s.．…·]*\d{0,4}$")
_CONTENTS_LONGEST = 80
_MOST_ENTRIES = 500
_WEB_WORD = (
    r"下载|打印(?:本页)?|收藏|分享(?:到)?|(?:字号|字体)\s*[:：]?(?:\s*【?\s*[大中小](?:\s+[大中小]){2}\s*】?)?|【?\s*[大中小](?:\s+[大中小]){2}\s*】?"
    r"|关闭(?:窗口|本页)?|返回(?:顶部|首页)?"
    r"|(?:信息)?来源\s*[:：]?\s*\S*|您(?:现在)?(?:的|所在的?)?位置\s*[:：]?.*|当前位置\s*[:：]?.*"
    r"|浏览(?:次数|量)?\s*[:：]?\s*\d*次?|阅读(?:次数|量)?\s*[:：]?\s*\d*次?|点击(?:数|次数)?\s*[:：]?\s*\d*次?"
    r"|(?:发布|更新|发表)(?:时间|日期)\s*[:：]\s*[\d\-年月日/.: ]+"
    r"|责任编辑\s*[:：]?\s*\S*|扫一扫.*|上一篇.*|下一篇.*|微信|微博"
)
_WEB = re.compile(rf"(?:[\[【|｜\s]*(?:{_WEB_WORD})[\]】|｜\s]*)+")
_WEB_TOP = 15
_WEB_BOTTOM = 8


def clean(text: str) -> str:
    """清理一行：各种空白并为半角空格，去掉看不见的字符和书签、域代码；行首缩进保留。"""
    text = _BLANK.sub(" ", _INVISIBLE.sub("", _RESIDUE.sub("", text.replace("\r", ""))))
    return _RUN.sub(" ", text).rstrip()


def is_furniture(text: str) -> bool:
    """一行是否只是页码或目录行。"""
    text = text.strip()
    return bool(text) and bool(_CONTENTS.fullmatch(text) or (_PAGE_NUMBER.fullmatch(text) and not text.isdigit()))


def is_web_furniture(text: str) -> bool:
    """一行是否只是网页上的按钮、来源、位置等。"""
    return bool(text.strip()) and bool(_WEB.fullmatch(text.strip()))


def clean_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """清理全部行；页码、目录和首尾的网页残渣删去，空行保留（它隔开自然段）。"""
    kept = _without_contents([replace(line, text=clean(line.text)) for line in lines])
    bottom = len(kept) - _WEB_BOTTOM
    return tuple(
        line
        for at, line in enumerate(kept)
        if not is_furniture(line.text) and not ((at < _WEB_TOP or at >= bottom) and is_web_furniture(line.text))
    )


def _without_contents(lines: list[Line]) -> list[Line]:
    """“目录”之下，凡是后面还有一行以它开头的，都是目录行；没有引导符、没有页码的也认得出。"""
    if not any(_CONTENTS_HEAD.fullmatch(line.text.strip()) for line in lines):
        return lines
    bare = ["".join(line.text.split()) for line in lines]
    made: list[Line] = []
    inside, entries = False, 0
    for at, line in enumerate(lines):
        if bare[at] and inside:
            entries += 1
            inside = entries <= _MOST_ENTRIES and _is_entry(line.text, bare, at)
        if not inside:
            made.append(line)
        inside = inside or bool(_CONTENTS_HEAD.fullmatch(line.text.strip()))
    return made


def _is_entry(text: str, bare: Sequence[str], at: int) -> bool:
    if len(text) > _CONTENTS_LONGEST:
        return False
    entry = "".join(_CONTENTS_PAGE.sub("", text).split())
    whole = bare[at]
    return len(entry) > 1 and any(
        later.startswith((entry, whole)) and not later[len(entry) :].isdigit() for later in bare[at + 1 :]
    )
