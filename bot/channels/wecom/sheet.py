"""教室里的一回、一条通知写成企业微信的文字、markdown 与模板卡片。"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.channels.wecom.render import BUTTON_TEXT, BUTTONS, escaped, task_id
from bot.classroom.spoken import step_words
from bot.classroom.typed import Turn
from bot.quiz.items import LETTERS, ItemKind
from bot.quiz.notices import Notice, NoticeKind
from bot.quiz.steps import Act, Block, BlockKind, Button, Stage, Step

TITLE, SUBTITLE, TEXT = 26, 30, 112
"""卡片的题目、题目下的小字、正文各不宜超过多少字。"""
ROW = 26
"""卡片里一行选项最多多少字。"""
DAILY_PRIVATELY = "作答请到单聊里给我发“每日一题 A”那样的一句。"

_CHOICES = frozenset({Act.CHOOSE, Act.REVIEW_CHOOSE, Act.DAILY})
_HOW = {
    Act.START: "发“考试 {target}”开始答题。",
    Act.REVIEW: "发“复习”复习错题。",
    Act.DAILY: "发“每日一题 A”那样作答。",
}


def plain(turn: Turn) -> str:
    """一回的纯文字。"""
    return "\n\n".join(_words(part) for part in turn.parts)


def marked(turn: Turn) -> str:
    """一回的 markdown。"""
    return "\n\n".join(_marked_step(part) if isinstance(part, Step) else escaped(part) for part in turn.parts)


def messages(turn: Turn, seed: str) -> Iterator[str | dict[str, Any]]:
    """自建应用里的一回：能一按就答的题用卡片，其余相连的写成一条文字。"""
    waiting: list[str] = []
    for number, part in enumerate(turn.parts):
        card = question_card(part, f"{seed} {number}") if isinstance(part, Step) else None
        if card is None:
            waiting.append(_words(part))
            continue
        if waiting:
            yield "\n\n".join(waiting)
            waiting = []
        yield card
    if waiting:
        yield "\n\n".join(waiting)


def question_card(step: Step, seed: str) -> dict[str, Any] | None:
    """选一项的题写成按钮卡片；放不下的、要选几项的、要打字的为 None，改用文字。"""
    choices = tuple(button for button in step.buttons if button.press.act in _CHOICES)
    if step.item is None or step.stage not in (Stage.QUESTION, Stage.REVIEW, Stage.DAILY) or not choices:
        return None
    head, aside = _heading(step)
    note = f"{step.note}\n" if step.note else ""
    stem = next(block.text for block in step.blocks if block.kind is BlockKind.STEM)
    options = () if step.item.kind is ItemKind.TRUE_FALSE else step.item.options
    return _card((head, aside), note + stem, options, choices, seed)


def notice_message(notice: Notice) -> str | dict[str, Any]:
    """一条通知：放得下的写成带按钮的卡片，放不下的写成文字。"""
    body = notice.body
    if body.buttons and notice.person is not None:
        options = tuple(b.text.partition(". ")[2] for b in body.blocks if b.kind is BlockKind.OPTION)
        named = all(button.label in LETTERS for button in body.buttons)
        text = "\n".join(block.text for block in body.blocks if block.kind is not BlockKind.OPTION)
        shown = options if named else ()
        card = _card((str(notice.kind), "计划通"), text, shown, body.buttons, f"notice {notice.id}")
        if card is not None:
            return card
    return notice_words(notice)


def notice_words(notice: Notice) -> str:
    """一条通知的文字，末了说怎样办。"""
    lines = [f"【{notice.kind}】", *(block.text for block in notice.body.blocks)]
    if notice.kind is NoticeKind.DAILY and notice.person is None:
        return "\n".join([*lines, DAILY_PRIVATELY])
    return "\n".join([*lines, *_how(notice.body.buttons)])


def notice_marked(notice: Notice) -> str:
    """一条通知的 markdown。"""
    return escaped(notice_words(notice))


def _heading(step: Step) -> tuple[str, str]:
    if step.standing is not None and step.standing.number is not None:
        clock = "" if step.seconds is None else f"还剩 {step.seconds // 60} 分 {step.seconds % 60} 秒 · "
        return f"第 {step.standing.number} / {step.standing.total} 题", clock + step.standing.title
    head = next((block.text for block in step.blocks if block.kind is BlockKind.PROGRESS), "每日一题")
    return head, "计划通"


def _card(
    heading: tuple[str, str], text: str, options: Sequence[str], choices: Sequence[Button], seed: str
) -> dict[str, Any] | None:
    title, aside = heading
    labels = [f"{letter}. {option}" for letter, option in zip(LETTERS, options, strict=False)]
    short = bool(labels) and all(len(label) <= BUTTON_TEXT for label in labels)
    fits = len(title) <= TITLE and len(text) <= TEXT and len(choices) <= BUTTONS
    if not fits or any(len(option) > ROW for option in options):
        return None
    shown = labels if short else [choice.label for choice in choices]
    rows = [] if short else [{"keyname": letter, "value": o} for letter, o in zip(LETTERS, options, strict=False)]
    return {
        "card_type": "button_interaction",
        "main_title": {"title": title, "desc": aside if len(aside) <= SUBTITLE else aside[: SUBTITLE - 1] + "…"},
        "sub_title_text": text,
        **({"horizontal_content_list": rows} if rows else {}),
        "task_id": task_id(seed),
        "button_list": [
            {"text": label, "style": 1, "key": choice.press.data} for label, choice in zip(shown, choices, strict=True)
        ],
    }


def _words(part: Step | str) -> str:
    if isinstance(part, str):
        return part
    how = _how(part.buttons) if part.stage is Stage.SCORE else ()
    return "\n".join((step_words(part), *how))


def _how(buttons: Sequence[Button]) -> tuple[str, ...]:
    """没有按钮可按时，打什么字。"""
    found = (_HOW[b.press.act].format(target=b.press.target) for b in buttons if b.press.act in _HOW)
    return tuple(dict.fromkeys(found))


_LAYOUT = {
    BlockKind.PROGRESS: "**{}**",
    BlockKind.VERDICT: "**{}**",
    BlockKind.SCORE: "**{}**",
    BlockKind.QUOTE: "> {}",
}


def _marked_step(step: Step) -> str:
    how = _how(step.buttons) if step.stage is Stage.SCORE else ()
    return "\n".join((*(_marked_block(block) for block in step.blocks), *how))


def _marked_block(block: Block) -> str:
    return _LAYOUT.get(block.kind, "{}").format(escaped(" ".join(block.text.split("\n"))))
