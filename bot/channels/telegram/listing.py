"""分页的单子：报告、数字、人员。"""

from collections.abc import Sequence
from typing import TypeVar

from bot.channels.telegram import wording
from bot.channels.telegram.letters import Button, Keyboard
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.render import Pack, fact_lines, text
from bot.people import Person
from index.entries import ReportEntry
from index.records import Fact

T = TypeVar("T")

REPORTS_A_PAGE = 8
FACTS_A_PAGE = 6
PEOPLE_A_PAGE = 20


def reports_page(entries: Sequence[ReportEntry], page: int, pack: Pack) -> tuple[str, Keyboard]:
    """报告的一页；编号是在全部报告里的次序，按编号的按钮看那一份。"""
    if not entries:
        return wording.NO_REPORTS, ()
    page, shown = _page(entries, page, REPORTS_A_PAGE)
    first = page * REPORTS_A_PAGE + 1
    lines = [f"<b>一共 {len(entries)} 份报告</b>"]
    for number, entry in enumerate(shown, first):
        about = "、".join(part for part in (entry.issuer or "", *(f"{year}年" for year in entry.periods)) if part)
        lines.append(f"{number}. 《{text(entry.title)}》" + (f"（{text(about)}）" if about else ""))
    numbers = tuple(
        Button(str(number), pack(Press(Verb.REPORT, text=entry.name))) for number, entry in enumerate(shown, first)
    )
    turns = _turns(Press(Verb.REPORTS), page, len(entries), REPORTS_A_PAGE, pack)
    rows = [numbers[at : at + 4] for at in range(0, len(numbers), 4)]
    return "\n".join(lines), (*rows, *turns)


def facts_page(
    facts: Sequence[Fact], titles: dict[str, str], words: str, page: int, pack: Pack
) -> tuple[str, Keyboard]:
    """一个主题的数字的一页。"""
    if not facts:
        return f"没有查到与“{text(words)}”有关的数字。换个说法试试，或用 /reports 看看有哪些报告。", ()
    page, shown = _page(facts, page, FACTS_A_PAGE)
    lines = [f"<b>“{text(words)}”的数字，一共 {len(facts)} 个</b>"]
    lines += [fact_lines(fact, titles.get(fact.document, fact.document)) for fact in shown]
    return "\n".join(lines), _turns(Press(Verb.FACTS, text=words), page, len(facts), FACTS_A_PAGE, pack)


def people_page(people: Sequence[Person], words: str, page: int, pack: Pack) -> tuple[str, Keyboard]:
    """人员的一页。"""
    if not people:
        return f"没有“{text(words)}”这个人。发 /people 看全部人员。", ()
    page, shown = _page(people, page, PEOPLE_A_PAGE)
    lines = [f"<b>一共 {len(people)} 人</b>"]
    lines += [f"{one.id}. {text(one.name)}　{one.role}{'　已停用' if one.blocked else ''}" for one in shown]
    return "\n".join(lines), _turns(Press(Verb.PEOPLE, text=words), page, len(people), PEOPLE_A_PAGE, pack)


def _page(items: Sequence[T], page: int, size: int) -> tuple[int, Sequence[T]]:
    """页码收进有的范围；取出那一页。"""
    kept = min(page, (len(items) - 1) // size)
    return kept, items[kept * size : (kept + 1) * size]


def _turns(press: Press, page: int, total: int, size: int, pack: Pack) -> Keyboard:
    """翻页的按钮；只有一页就没有。"""
    steps = ((wording.NEWER, page - 1), (wording.OLDER, page + 1))
    there = tuple(
        Button(label, pack(Press(press.verb, to, text=press.text))) for label, to in steps if 0 <= to * size < total
    )
    return (there,) if there else ()
