"""一题写成几块文字与按钮：问的时候，和答完之后。"""

from collections.abc import Iterator

from bot.quiz.grading import Verdict
from bot.quiz.items import LETTERS, TYPED_KINDS, Item, ItemKind
from bot.quiz.steps import Act, Block, BlockKind, Button, Press

_MANY = frozenset({ItemKind.MULTIPLE, ItemKind.ORDER})


def typed(item: Item) -> bool:
    """要不要打字作答。"""
    return item.kind in TYPED_KINDS


def many(item: Item) -> bool:
    """要不要选几项。"""
    return item.kind in _MANY or len(item.key.choices) > 1


def asked(item: Item, picked: tuple[int, ...]) -> tuple[Block, ...]:
    """题干、选项与怎样作答。"""
    options = tuple(
        Block(BlockKind.OPTION, f"{LETTERS[i]}. {text}", picked=i in picked) for i, text in enumerate(item.options)
    )
    chosen = "".join(LETTERS[i] for i in picked)
    told = hint(item) + (f" 已选：{chosen}" if chosen else "")
    return (Block(BlockKind.STEM, f"【{item.kind}】{item.stem}"), *options, Block(BlockKind.HINT, told))


def hint(item: Item) -> str:
    """怎样作答。"""
    if item.kind is ItemKind.FILL:
        return "请写数字，可以带单位，例如 30、30公里、三十公里。"
    if typed(item):
        return "请写出答案。"
    if item.kind is ItemKind.ORDER:
        return "请按先后点选或写出字母，例如 BAC。"
    return "请选出全部正确的，例如 AC。" if many(item) else "请选一项，例如 A。"


def buttons(item: Item, target: int, picked: tuple[int, ...], attempt: int) -> Iterator[Button]:
    """答卷里一题的按钮：各个选项，选好了，交卷。"""
    act = Act.TOGGLE if many(item) else Act.CHOOSE
    for i in range(len(item.options)):
        yield Button(_label(item, i, picked), Press(act, str(target), i, attempt))
    if many(item):
        yield Button("选好了", Press(Act.SUBMIT, str(target), attempt=attempt))
    yield Button("交卷", Press(Act.FINISH, attempt=attempt))


def review_buttons(item: Item, identity: str, picked: tuple[int, ...]) -> Iterator[Button]:
    """复习一题的按钮。"""
    act = Act.REVIEW_TOGGLE if many(item) else Act.REVIEW_CHOOSE
    for i in range(len(item.options)):
        yield Button(_label(item, i, picked), Press(act, identity, i))
    if many(item):
        yield Button("选好了", Press(Act.REVIEW_SUBMIT, identity))


def _label(item: Item, option: int, picked: tuple[int, ...]) -> str:
    """按钮上的字：判断题是对、错，其余是字母；选上的打钩，排序题写第几。"""
    mark = "" if option not in picked else f"{picked.index(option) + 1}·" if item.kind is ItemKind.ORDER else "✓"
    return mark + (item.options[option] if item.kind is ItemKind.TRUE_FALSE else LETTERS[option])


def explained(item: Item, verdict: Verdict) -> tuple[Block, ...]:
    """对错、答案、引文与出处。"""
    if verdict is Verdict.UNREADABLE:
        return (Block(BlockKind.VERDICT, f"{verdict}，请重答。{hint(item)}"),)
    said = str(verdict) if verdict is Verdict.RIGHT else f"{verdict}。正确答案：{item.key_text()}"
    blocks = [Block(BlockKind.VERDICT, said)]
    if item.explanation:
        blocks.append(Block(BlockKind.HINT, item.explanation))
    quotes = dict.fromkeys((s.quote, s.title, s.section) for s in item.rests_on)
    for quote, title, section in quotes:
        blocks.append(Block(BlockKind.QUOTE, f"“{quote}”"))
        blocks.append(Block(BlockKind.SOURCE, f"《{title}》{section}"))
    return tuple(blocks)
