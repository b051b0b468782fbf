"""题目写成消息：出得了的每一道题，问的、判的、悄悄说的，都合 Telegram 的规矩。"""

from collections.abc import Iterator

import pytest

from bot.channels.telegram import quiz_pages
from bot.channels.telegram.letters import Keyboard
from bot.channels.telegram.presses import LIMIT, Press
from bot.channels.telegram.split import LIMIT as LONGEST
from bot.channels.telegram.split import size
from bot.quiz.asking import asked, buttons, explained, review_buttons
from bot.quiz.generate import generate
from bot.quiz.grading import Verdict
from bot.quiz.items import Item, ItemKind
from bot.quiz.library import library
from bot.quiz.steps import Said, Stage, Step
from tests.bot.quiz.samples import reports
from tests.bot.telegram.rules import wrong

BIG = 10**9


def pack(press: Press) -> str:
    """照原样写成按钮的内容。"""
    return f"{press.verb}:{press.number}:{press.place}:{press.text}"


@pytest.fixture(scope="module")
def items() -> tuple[Item, ...]:
    """小报告里出得了的各种题。"""
    return tuple(item for seed in range(3) for item in generate(library(reports(), 1), seed))


def questions(items: tuple[Item, ...]) -> Iterator[tuple[Item, str, Keyboard]]:
    """每道题，答卷里的与复习的。"""
    for item in items:
        blocks, picked = asked(item, ()), tuple(range(len(item.options)))
        for choices in (buttons(item, BIG, picked, BIG), review_buttons(item, item.identity, picked)):
            html, keyboard = quiz_pages.asked(Step(Stage.QUESTION, blocks, tuple(choices), item=item), pack)
            yield item, html, keyboard


def test_every_question_fits(items: tuple[Item, ...]) -> None:
    assert {item.kind for item in items} >= {ItemKind.FILL, ItemKind.MULTIPLE, ItemKind.ORDER, ItemKind.BUREAU}
    for item, html, keyboard in questions(items):
        assert wrong({"text": html, "parse_mode": "HTML"}) == ""
        assert all(len(button.data.encode()) <= LIMIT for row in keyboard for button in row)
        shown = html + "".join(button.text for row in keyboard for button in row)
        assert all(option in shown for option in item.options), "选项不在正文里，就在按钮上"
        assert len({button.data for row in keyboard for button in row}) == sum(map(len, keyboard))


def test_every_verdict_fits(items: tuple[Item, ...]) -> None:
    for item in items:
        for verdict in (Verdict.RIGHT, Verdict.WRONG, Verdict.WRONG_UNIT):
            picked = (0,) if item.options else ()
            step = Step(
                Stage.VERDICT, explained(item, verdict), (), item=item, picked=picked, said=Said("9<&", verdict)
            )
            html = quiz_pages.judged(step, "第 1 / 9 题")
            assert wrong({"text": html, "parse_mode": "HTML"}) == ""
            assert size(html) < LONGEST
            whispered = quiz_pages.whispered(step, 1)
            assert 0 < len(whispered) <= 200
            assert str(verdict) in whispered
