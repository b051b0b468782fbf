"""答复写成企业微信的 markdown、纯文字与模板卡片。"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.answer import Citation, Reply, Status, Table
from bot.card import card, place
from bot.channels.wecom.split import size

SEARCHING = "正在查…"
FAILED = "程序在答这一问时出了错，已记入日志；请稍后再试。"
GIVEN_UP = "这一条几次都没有处理成功，已记入日志。请换一种说法再问。"
ONLY_TEXT = {
    "picture": "我看不了图片，请用文字提问；报告请发原文件。",
    "voice": "我听不了语音，请用文字提问。",
    "other": "我只看得懂文字，请用文字提问。",
}
NOT_ADMIN = "收到了文件，但只有管理员可以添加报告；要提问，请直接发文字。"
MORE_CHOICES = "也可以直接把要问的打出来。"
EXAMS = "培训考核：发“考试”答题；“复习”“成绩”“错题本”“榜”“每日一题”“提醒”看自己的。"
MENU_HELP = frozenset({"help", "帮助", "例子", "examples", "welcome"})
MENU_STATUS = frozenset({"status", "状态"})
BUTTONS = 6
"""一张卡片最多几个按钮。"""
BUTTON_TEXT = 10
KEY_BYTES = 1024
TITLE = 36
SUBTITLE = 44
OPINION_ID_BYTES = 240
"""评价的编号最多 256 字节，留一点余地。"""

_SPECIAL = re.compile(r"[*_`~<>\[\]#]")


def welcome(examples: Sequence[str]) -> str:
    """欢迎语，带几个可以直接问的例子。"""
    lines = ["我是计划通，只凭已入库的工作报告和计划回答，每个数字都有出处。"]
    if examples:
        lines += ["可以这样问：", *(f"· {example}" for example in examples)]
    return "\n".join((*lines, EXAMS))


def markdown(reply: Reply) -> str:
    """整份答复；引文里有会被当成格式的字符时，用反斜杠隔开。"""
    return "\n".join(_lines(reply, marked=True))


def plain(reply: Reply) -> str:
    """整份答复的纯文字。"""
    return "\n".join(_lines(reply, marked=False))


def has_special(reply: Reply) -> bool:
    """答复里有会被当成格式的字符吗？自建应用的 markdown 不认反斜杠，那就发纯文字。"""
    shown = (reply.text, reply.headline, *(f"{citation.quote}{place(citation)}" for citation in reply.citations))
    cells = (text for row in (reply.table.rows if reply.table else ()) for text in (row[0], *(c.text for c in row[1])))
    return any(_SPECIAL.search(text) for text in (*shown, *cells))


def choices_card(reply: Reply, task: str) -> dict[str, Any] | None:
    """反问时的按钮卡片，点哪个就等于问哪一句；放不下的为 None，改用文字。"""
    choices = tuple(dict.fromkeys(reply.suggestions))
    if reply.status is not Status.AMBIGUOUS or not choices or len(choices) > BUTTONS:
        return None
    keys = [f"ask:{choice}" for choice in choices]
    labels = _labels(choices)
    if labels is None or len(reply.text) > TITLE + SUBTITLE or any(size(key) > KEY_BYTES for key in keys):
        return None
    title, rest = (reply.text, MORE_CHOICES) if len(reply.text) <= TITLE else ("请说明一下", reply.text)
    return {
        "card_type": "button_interaction",
        "main_title": {"title": title, "desc": rest},
        "task_id": task_id(task),
        "button_list": [{"text": label, "style": 1, "key": key} for label, key in zip(labels, keys, strict=True)],
    }


def answer_card(reply: Reply, task: str, question: str) -> dict[str, Any] | None:
    """单个数字的卡片：大字、年度性质单位、引文，可以评价、接着问；放不下的为 None。"""
    if reply.status is not Status.ANSWERED or reply.table or len(reply.citations) != 1 or not reply.headline:
        return None
    cited = reply.citations[0]
    caption = " · ".join(chip.text for chip in card(reply).chips)
    opinions = {"有用": f"good:{question}", "不对": f"bad:{question}"}
    if len(reply.headline) > TITLE or len(caption) > SUBTITLE or size(question) > KEY_BYTES - len("good:"):
        return None
    return {
        "card_type": "button_interaction",
        "source": {"desc": "计划通"},
        "main_title": {"title": reply.headline, "desc": caption},
        "quote_area": {"type": 0, "title": place(cited), "quote_text": cited.quote},
        "sub_title_text": card(reply).said,
        "task_id": task_id(task),
        "button_list": [{"text": text, "style": 1 + at, "key": key} for at, (text, key) in enumerate(opinions.items())],
    }


def escaped(text: str) -> str:
    """会被当成格式的字符，用反斜杠隔开。"""
    return _SPECIAL.sub(lambda match: "\\" + match.group(), text)


def task_id(seed: str) -> str:
    """卡片的编号，只由字母和数字组成。"""
    return "jht" + hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def opinion_id(seed: str, question: str) -> str:
    """评价的编号里带上问题：过多久来评，都知道评的是哪一问。"""
    head = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    room = OPINION_ID_BYTES - len(head) - 1
    kept = question.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return f"{head}|{kept}"


def opinion_question(written: str) -> str:
    """从评价的编号里取回问题。"""
    return written.partition("|")[2]


def _lines(reply: Reply, *, marked: bool) -> Iterator[str]:
    layout = card(reply)
    written = escaped if marked else str
    if layout.verdict:
        yield _bold(layout.verdict, marked=marked)
    if layout.headline:
        yield _bold(written(layout.headline), marked=marked)
    if layout.chips:
        yield written(" · ".join(chip.text for chip in layout.chips))
    if layout.said:
        yield written(layout.said)
    if reply.table is not None:
        yield ""
        yield from _table(reply.table, marked=marked)
        yield ""
    if layout.near:
        yield layout.near
    for citation in reply.citations:
        yield _quote(citation, marked=marked)
        yield f"——{written(place(citation))}"
    if reply.suggestions:
        yield ""
        yield "还可以问："
        yield from (f"{'- ' if marked else '· '}{written(suggestion)}" for suggestion in reply.suggestions)


def _quote(citation: Citation, *, marked: bool) -> str:
    """一段引文，占一行，依据的数字加粗。"""
    if not marked:
        return f"“{_one_line(citation.quote)}”"
    parts: list[str] = []
    at = 0
    for mark in sorted(citation.marks, key=lambda span: span.start):
        if at <= mark.start < mark.end <= len(citation.quote):
            parts += [escaped(citation.quote[at : mark.start]), _bold(escaped(mark.of(citation.quote)), marked=True)]
            at = mark.end
    return "> " + _one_line("".join((*parts, escaped(citation.quote[at:]))))


def _table(table: Table, *, marked: bool) -> Iterator[str]:
    """对比表，一行一条；自建应用的 markdown 没有表格，也看得懂。"""
    if not marked:
        yield from (
            f"{name}：" + "；".join(f"{column} {cell.text}" for column, cell in zip(table.columns, cells, strict=False))
            for name, cells in table.rows
        )
        return
    yield _row(("", *table.columns))
    yield _row(("---",) * (len(table.columns) + 1))
    yield from (_row((escaped(name), *(escaped(cell.text) for cell in cells))) for name, cells in table.rows)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_one_line(cell).replace("|", "｜") for cell in cells) + " |"


def _labels(choices: Sequence[str]) -> list[str] | None:
    """按钮上的字最多十个：去掉各句共同的头尾，剩下的还放不下则不用按钮。"""
    if all(len(choice) <= BUTTON_TEXT for choice in choices):
        return list(choices)
    head, tail = _shared(choices), _shared([choice[::-1] for choice in choices])
    if tail and any(choice[len(choice) - tail - 1].isdigit() for choice in choices):  # 数字连着它的单位
        tail -= 1
    labels = [choice[head : len(choice) - tail] for choice in choices]
    fits = all(0 < len(label) <= BUTTON_TEXT for label in labels) and len(set(labels)) == len(labels)
    return labels if fits else None


def _shared(choices: Sequence[str]) -> int:
    """各句开头相同的有几个字；不从数字中间断开。"""
    count = 0
    for letters in zip(*choices, strict=False):
        if len(set(letters)) > 1:
            break
        count += 1
    while count and choices[0][count - 1].isdigit():
        count -= 1
    return count


def _bold(text: str, *, marked: bool) -> str:
    return f"**{text}**" if marked else text


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))
