"""入库之后：所据原文变了的题撤下，说明是哪些、为什么。"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.app import Application


def withdrawn_lines(application: "Application") -> Iterator[str]:
    """撤题，并逐题说明；没有台账（从没有人用过）就没有题可撤。"""
    from bot.app import PEOPLE  # noqa: PLC0415 - 只看说明时不必等它

    if not (application.data / PEOPLE).is_file():
        return
    office = application.office()
    try:
        gone = office.classroom.withdraw_stale()
    finally:
        office.ledger.close()
    if gone:
        yield f"测验里有 {len(gone)} 道题所据的原文变了，已撤下，并会告诉出题人："
    for one in gone:
        yield f"  “{one.paper.title}”第 {one.item.position} 题：{one.why}"
