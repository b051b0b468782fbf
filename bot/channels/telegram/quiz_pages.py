"""测验的一步、一题、一条通知写成 Telegram 的 HTML 与按钮。"""

from collections.abc import Callable, Iterable, Sequence

from bot.channels.telegram import wording
from bot.channels.telegram.letters import Button, Keyboard
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.render import Pack, text
from bot.quiz.grading import Verdict
from bot.quiz.items import LETTERS, Item, ItemKind
from bot.quiz.notices import Body, NoticeKind
from bot.quiz.steps import Act, Block, BlockKind, Step
from bot.quiz.steps import Button as Choice

SHORT = 14
"""选项都不超过这么多字的，写在按钮上；不然列在正文里，按钮只写字母。"""
TWO_A_ROW = 7
LETTERS_A_ROW = 6
MOST_ALERT = 190
"""按钮的应答最多 200 个字。"""

_LAYOUT: dict[BlockKind, Callable[[str], str]] = {
    BlockKind.PROGRESS: lambda words: f"<b>{words}</b>",
    BlockKind.HINT: lambda words: f"<i>{words}</i>",
    BlockKind.VERDICT: lambda words: f"<b>{words}</b>",
    BlockKind.SCORE: lambda words: f"<b>{words}</b>",
    BlockKind.QUOTE: lambda words: f"<blockquote>{words.removeprefix('“').removesuffix('”')}</blockquote>",
}


def written(blocks: Iterable[Block]) -> str:
    """几块文字。"""
    return "\n".join(_LAYOUT.get(block.kind, str)(text(block.text)) for block in blocks)


def asked(step: Step, pack: Pack) -> tuple[str, Keyboard]:
    """要答的一题。"""
    item = step.item
    short = item is not None and _is_short(item)
    blocks = tuple(block for block in step.blocks if not (short and block.kind is BlockKind.OPTION))
    return written(blocks), asked_keyboard(step.buttons, item, pack)


def asked_keyboard(choices: Sequence[Choice], item: Item | None, pack: Pack) -> Keyboard:
    """选项的按钮，再是交这一题、先停下、交卷。"""
    options = [_button(choice, pack, _label(choice, item)) for choice in choices if choice.press.option is not None]
    submits = [choice for choice in choices if choice.press.act in (Act.SUBMIT, Act.REVIEW_SUBMIT)]
    finishes = [choice for choice in choices if choice.press.act is Act.FINISH]
    wide = LETTERS_A_ROW
    if item is not None and _is_short(item) and item.kind is not ItemKind.TRUE_FALSE:
        wide = 2 if all(len(option) <= TWO_A_ROW for option in item.options) else 1
    rows = [tuple(options[at : at + wide]) for at in range(0, len(options), wide)]
    rows += [(_button(choice, pack, wording.SUBMIT),) for choice in submits]
    pause = Button(wording.PAUSE, pack(Press(Verb.PAUSE)))
    return (*rows, (pause, *(_button(choice, pack) for choice in finishes)))


def judged(step: Step, head: str = "") -> str:
    """答完的一题：题干，答的什么，对错，引文与出处。"""
    item, said = step.item, step.said
    if item is None or said is None:
        return written(step.blocks)
    mark = "✅ " if said.verdict is Verdict.RIGHT else "❌ "
    told = [block for block in step.blocks if block.kind is not BlockKind.STEM]
    return "\n".join([*answered(item, step.picked, said.given, head), mark + written(told)])


def answered(item: Item, picked: Sequence[int], given: str, head: str = "") -> list[str]:
    """题干、选项，和答的什么。"""
    lines = [f"<b>{text(head)}</b>"] if head else []
    lines.append(text(f"【{item.kind}】{item.stem}"))
    if item.kind is not ItemKind.TRUE_FALSE:
        lines += [text(f"{letter}. {option}") for letter, option in zip(LETTERS, item.options, strict=False)]
    return [*lines, f"您答：{text(spoken(item, picked, given))}"]


def spoken(item: Item, picked: Sequence[int], given: str) -> str:
    """答的什么：选的写字母与选项，打的照写。"""
    if not picked:
        return given
    if item.kind is ItemKind.TRUE_FALSE:
        return item.options[picked[0]]
    joint = " → " if item.kind is ItemKind.ORDER else "；"
    return joint.join(f"{LETTERS[at]}. {item.options[at]}" for at in picked)


def whispered(step: Step, pressed: int | None) -> str:
    """群里按了每日一题，只给按的人看的那句话：对错、答案，还放得下就加引文。"""
    item, said = step.item, step.said
    if item is None or said is None:
        return ""
    told = [block for block in step.blocks if block.kind in (BlockKind.VERDICT, BlockKind.QUOTE, BlockKind.SOURCE)]
    known = [] if step.picked == (pressed,) else [f"只记头一回，您答的是 {spoken(item, step.picked, said.given)}"]
    whole = ""
    for line in (*known, *(block.text for block in told)):
        longer = f"{whole}\n{line}".strip()
        if len(longer) > MOST_ALERT:
            break
        whole = longer
    return whole or told[0].text[:MOST_ALERT]


def notice(kind: NoticeKind, body: Body, pack: Pack) -> tuple[str, Keyboard]:
    """一条通知；每日一题没有自报家门的话，写上题头与怎样答；报错写上怎样处理。"""
    html = written(body.blocks)
    if kind is NoticeKind.COMPLAINT:
        html = f"{html}\n<i>{wording.COMPLAINT_HINT}</i>"
    if kind is NoticeKind.DAILY:
        html = f"<b>{text(kind)}</b>\n{html}\n<i>{wording.DAILY_HINT}</i>"
    return html, tuple(rows(body.buttons, pack))


def rows(choices: Sequence[Choice], pack: Pack) -> list[tuple[Button, ...]]:
    """几个按钮：选项排在一行，别的一行一个。"""
    options = tuple(_button(choice, pack) for choice in choices if choice.press.option is not None)
    rest = [(_button(choice, pack),) for choice in choices if choice.press.option is None]
    return [*([options] if options else []), *rest]


def _button(choice: Choice, pack: Pack, label: str = "") -> Button:
    return Button(label or choice.label, pack(Press(Verb.QUIZ, text=choice.press.data)))


def _label(choice: Choice, item: Item | None) -> str:
    """写得下就把选项写上；判断题的按钮本来就是对、错。"""
    at = choice.press.option
    if item is None or at is None or item.kind is ItemKind.TRUE_FALSE or not _is_short(item):
        return choice.label
    return f"{choice.label}. {item.options[at]}"


def _is_short(item: Item) -> bool:
    return bool(item.options) and all(len(option) <= SHORT for option in item.options)
