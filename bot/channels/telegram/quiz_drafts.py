"""审题与发布：一题一题看，留下、换一道、去掉，再发布得到代码与链接。"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.channels.telegram import wording
from bot.channels.telegram.incoming import Kind
from bot.channels.telegram.letters import Button, Keyboard
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.render import text
from bot.channels.telegram.turn import Said, Turn
from bot.classroom.records import PaperView, Phase
from bot.classroom.spoken import settings_words
from bot.ledger.chats import Expected, expect
from bot.quiz.errors import ItemMissing
from bot.quiz.items import LETTERS, Item, level
from bot.quiz.papers import Audience
from bot.quiz.store import Paper, PaperItem

DEEP_LINK = "quiz_"
STEM, KEY = "stem", "key"
WAITS = timedelta(minutes=30)
QUICK = frozenset({"keep", "drop", "discard", "publish", "assign", "close"})
"""做得快、又改台账的几样；换题、出补考要建题库，慢。"""


def chosen(turn: Turn, press: Press) -> Said:
    """按了试卷的一个按钮；`press.number` 是试卷，`press.place` 是第几题，`press.text` 是做什么、对什么做。"""
    what, _, rest = press.text.partition(" ")
    act = _ACTS.get(what)
    return Said(toast=wording.BUTTON_GONE) if act is None else act(turn, replace(press, text=rest))


def shown_draft(turn: Turn, number: int) -> Said:
    """一份草稿，或发布了的试卷；按了按钮的就地改。"""
    view = turn.teach.open(turn.who, number)
    html, keyboard = _draft(turn, view) if view.row.phase is Phase.DRAFT else _published(turn, view)
    return _put(turn, html, keyboard)


def _draft(turn: Turn, view: PaperView) -> tuple[str, Keyboard]:
    paper = view.row.paper
    mix = "，".join(f"{kind} {count}" for kind, count in view.mix)
    kept = sum(entry.kept for entry in view.items)
    lines = [
        f"<b>草稿 {paper.id}：{text(paper.title)}</b>",
        text(f"{settings_words(paper.settings, view.row.items, turn.ledger)}。"),
        text(f"{mix}；审过 {kept} 题。"),
    ]
    lines += [text(f"发布后通知 {len(view.audience.people)} 人。")] if view.audience.people else []
    rows = (
        (button(turn, wording.REVIEW_ITEMS, paper, "item"), button(turn, wording.PUBLISH, paper, "to")),
        (button(turn, wording.DISCARD, paper, "sure"),),
    )
    return "\n".join(lines), rows


def _published(turn: Turn, view: PaperView) -> tuple[str, Keyboard]:
    row, paper = view.row, view.row.paper
    gone = f"，撤下 {row.withdrawn} 题" if row.withdrawn else ""
    lines = [
        f"<b>试卷 {paper.id}：{text(paper.title)}（{row.phase}）</b>",
        text(f"{settings_words(paper.settings, row.items, turn.ledger)}{gone}。"),
        text(f"{row.finished} 人交卷，{row.complaints} 条报错没有处理。"),
        *_link(turn, paper),
    ]
    rows: list[tuple[Button, ...]] = [
        (
            Button(wording.RESULTS, turn.pack(Press(Verb.PAPER, paper.id, text="results"))),
            button(turn, wording.MAKE_UP, paper, "makeup"),
        )
    ]
    if row.phase is Phase.OPEN:
        rows += [
            (button(turn, wording.SEND_TO_GROUP.format(name=name), paper, f"assign {name}"),)
            for name in _groups(turn, view.audience)
        ]
        rows.append((button(turn, wording.CLOSE, paper, "close"),))
    return "\n".join(lines), tuple(rows)


def _link(turn: Turn, paper: Paper) -> tuple[str, ...]:
    """代码与链接；只给点名的人考的没有。"""
    if not paper.settings.everyone:
        return (wording.NAMED_ONLY,)
    link = f"\n作答链接：https://t.me/{turn.bot}?start={DEEP_LINK}{paper.code}" if turn.bot else ""
    return (f"代码：<code>{paper.code}</code>{link}",)


def _groups(turn: Turn, known: Audience) -> list[str]:
    """还没有发给的各组。"""
    return [group.name for group in turn.teach.groups(turn.who) if group.name not in known.groups]


def button(turn: Turn, label: str, paper: Paper, what: str, place: int = 0) -> Button:
    """对一份试卷做一件事的按钮。"""
    return Button(label, turn.pack(Press(Verb.DRAFT, paper.id, place, what)))


# 审题


def _item(turn: Turn, press: Press) -> Said:
    """草稿里的第几题；过了末一题的，回到草稿。"""
    view = turn.teach.open(turn.who, press.number)
    if view.row.phase is not Phase.DRAFT or press.place >= len(view.items):
        return shown_draft(turn, press.number)
    entry, paper = view.items[press.place], view.row.paper
    kept = "，审过" if entry.kept else ""
    head = f"<b>草稿 {paper.id} · 第 {press.place + 1} / {len(view.items)} 题{kept}</b>"
    rows = (
        tuple(
            button(turn, label, paper, f"{what} {entry.id}", press.place)
            for label, what in ((wording.KEEP, "keep"), (wording.SWAP, "swap"), (wording.DROP, "drop"))
        ),
        tuple(
            button(turn, label, paper, f"{what} {entry.id}", press.place)
            for label, what in ((wording.EDIT_STEM, STEM), (wording.EDIT_KEY, KEY))
        ),
        tuple(
            button(turn, label, paper, "item", to)
            for label, to in ((wording.EARLIER_ITEM, press.place - 1), (wording.LATER_ITEM, press.place + 1))
            if 0 <= to < len(view.items)
        ),
        (button(turn, wording.BACK_TO_DRAFT, paper, "open"),),
    )
    return _put(turn, f"{head}\n{_item_words(entry.item)}", tuple(row for row in rows if row))


def _put(turn: Turn, html: str, keyboard: Keyboard) -> Said:
    """按了按钮的就地改，打了字的另发一条。"""
    return turn.edit(html, keyboard) if turn.incoming.kind is Kind.PRESS else turn.say(html, keyboard)


def _item_words(item: Item) -> str:
    lines = [text(f"【{item.kind} · {level(item)}】{item.stem}")]
    lines += [text(f"{letter}. {option}") for letter, option in zip(LETTERS, item.options, strict=False)]
    lines.append(f"<b>{text(f'答案：{item.key_text()}')}</b>")
    quotes = dict.fromkeys((source.quote, source.title, source.section) for source in item.rests_on)
    for quote, title, section in quotes:
        lines += [f"<blockquote>{text(quote)}</blockquote>", text(f"《{title}》{section}")]
    return "\n".join(lines)


def _reviewed(act: Callable[[Turn, int], PaperItem | None], onward: int) -> Callable[[Turn, Press], Said]:
    """对一题做一件事，再看下一题（或换来的这一题）。"""

    def done(turn: Turn, press: Press) -> Said:
        act(turn, int(press.text))
        return _item(turn, replace(press, place=press.place + onward))

    return done


def _asks(turn: Turn, press: Press, what: str, asks: str, now: str) -> Said:
    payload = f"{press.number} {press.place} {press.text}"
    expect(turn.ledger, turn.who, Expected(what, payload, turn.ledger.now() + WAITS))
    return turn.say(f"{asks}\n<code>{text(now)}</code>")


def _stem(turn: Turn, press: Press) -> Said:
    """问新的题干。"""
    return _asks(turn, press, STEM, wording.WHICH_STEM, _entry(turn, press).item.stem)


def _key(turn: Turn, press: Press) -> Said:
    """问新的答案。"""
    item = _entry(turn, press).item
    now = item.key.text or "".join(LETTERS[at] for at in item.key.choices)
    return _asks(turn, press, KEY, wording.WHICH_KEY, now)


def _entry(turn: Turn, press: Press) -> PaperItem:
    """草稿里的这一题；已经换掉、去掉的抛 `ItemMissing`。"""
    number = int(press.text)
    found = (entry for entry in turn.teach.open(turn.who, press.number).items if entry.id == number)
    entry = next(found, None)
    if entry is None:
        raise ItemMissing(number)
    return entry


def stem_told(turn: Turn, payload: str) -> Said:
    """写了新的题干；改过的仍须由原文证明得了。"""
    paper, place, item = map(int, payload.split())
    turn.teach.reword(turn.who, item, stem=turn.incoming.text.strip())
    return _item(turn, Press(Verb.DRAFT, paper, place))


def key_told(turn: Turn, payload: str) -> Said:
    """写了新的答案；改过的仍须由原文证明得了。"""
    paper, place, item = map(int, payload.split())
    turn.teach.reword(turn.who, item, key=turn.incoming.text.strip())
    return _item(turn, Press(Verb.DRAFT, paper, place))


# 发布


def _to(turn: Turn, press: Press) -> Said:
    """给谁考；发布之前说清楚不能再改。"""
    view = turn.teach.open(turn.who, press.number)
    paper = view.row.paper
    whom = wording.PUBLISH_OPEN if paper.settings.everyone else wording.PUBLISH
    rows = [(button(turn, whom, paper, "publish"),)]
    rows += [
        (button(turn, wording.PUBLISH_TO_GROUP.format(name=name), paper, f"publish {name}"),)
        for name in _groups(turn, view.audience)
    ]
    return turn.edit(wording.BEFORE_PUBLISHING, (*rows, (button(turn, wording.BACK_TO_DRAFT, paper, "open"),)))


def _publish(turn: Turn, press: Press) -> Said:
    made = turn.teach.publish(turn.who, press.number, _audience(press.text))
    return replace(shown_draft(turn, made.row.paper.id), toast=wording.PUBLISHED)


def _assign(turn: Turn, press: Press) -> Said:
    turn.teach.assign(turn.who, press.number, _audience(press.text))
    return replace(shown_draft(turn, press.number), toast=wording.SENT)


def _audience(group: str) -> Audience:
    return Audience(groups=(group,) if group else ())


def _sure(turn: Turn, press: Press) -> Said:
    paper = turn.teach.open(turn.who, press.number).row.paper
    rows = ((button(turn, wording.REMOVE, paper, "discard"), button(turn, wording.BACK_TO_DRAFT, paper, "open")),)
    return turn.edit(wording.DISCARD_DRAFT.format(title=text(paper.title)), rows)


def _discard(turn: Turn, press: Press) -> Said:
    turn.teach.discard(turn.who, press.number)
    return turn.edit(wording.DISCARDED)


def _close(turn: Turn, press: Press) -> Said:
    turn.teach.close(turn.who, press.number)
    return shown_draft(turn, press.number)


def _make_up(turn: Turn, press: Press) -> Said:
    made = turn.teach.make_up(turn.who, press.number)
    return turn.say(*_draft(turn, made))


_ACTS: Mapping[str, Callable[[Turn, Press], Said]] = {
    "open": lambda turn, press: shown_draft(turn, press.number),
    "item": _item,
    "keep": _reviewed(lambda turn, item: turn.teach.keep(turn.who, item), 1),
    "swap": _reviewed(lambda turn, item: turn.teach.swap(turn.who, item), 0),
    "drop": _reviewed(lambda turn, item: turn.teach.drop(turn.who, item), 0),
    STEM: _stem,
    KEY: _key,
    "to": _to,
    "publish": _publish,
    "assign": _assign,
    "sure": _sure,
    "discard": _discard,
    "close": _close,
    "makeup": _make_up,
}
