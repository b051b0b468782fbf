"""自己的几样，写成一段话：成绩、错题本、榜，几点提醒、昵称、上不上榜。"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.classroom.learning import Learning
from bot.classroom.spoken import result_words, wish_words
from bot.ledger.chats import Who
from bot.ledger.file import Ledger

MOST_RESULTS, MOST_MISSED, TOP = 5, 10, 10
LONGEST_NICKNAME = 20

Own = Callable[[Learning, Ledger, Who, str, str], str]
"""学员的一边、台账、谁、命令后面写的、命令之前的记号。"""


def _results(learn: Learning, ledger: Ledger, who: Who, _: str, mark: str) -> str:
    found = learn.results(who)
    lines = [result_words(one, ledger) for one in found[:MOST_RESULTS]] or ["还没有交过卷。"]
    lines.append(f"错题本里有 {len(learn.notebook(who))} 题，现在该复习 {learn.due(who)} 题。")
    return "\n".join(lines + ([f"发“{mark}榜”看最近一份的榜。"] if found else []))


def _notebook(learn: Learning, ledger: Ledger, who: Who, _: str, mark: str) -> str:
    found = learn.notebook(who)
    lines = [f"错题本里有 {len(found)} 题，现在该复习 {learn.due(who)} 题。"]
    for number, entry in enumerate(found[:MOST_MISSED], 1):
        when = f"{ledger.local(entry.due):%m-%d}"
        lines.append(f"{number}. {entry.item.stem}（错过 {entry.missed} 次，{when} 复习）")
    more = len(found) - MOST_MISSED
    lines += [f"还有 {more} 题没有列出。"] if more > 0 else []
    return "\n".join(lines + ([f"发“{mark}复习”现在就复习该复习的。"] if found else []))


def _board(learn: Learning, _: Ledger, who: Who, __: str, mark: str) -> str:
    """最近交的一份的榜；不愿上榜的人不在内。"""
    done = learn.results(who)
    if not done:
        return "还没有交过卷，没有榜可看。"
    chosen = done[0].paper
    found = learn.leaderboard(who, chosen.id)
    lines = [f"“{chosen.title}”的榜，{len(found)} 人："]
    for place, one in enumerate(found, 1):
        if place <= TOP or one.person == who.person:
            own = "（您）" if one.person == who.person else ""
            lines.append(f"{place}. {one.name}{own}　{one.points} 分")
    return "\n".join([*lines, f"发“{mark}不上榜”“{mark}上榜”改意愿，“{mark}昵称 小青”改称呼。"])


def _remind(learn: Learning, _: Ledger, who: Who, said: str, mark: str) -> str:
    wish = learn.preferences(who)
    hour = said.removesuffix("点")
    if said in ("关", "off"):
        wish = learn.prefer(who, replace(wish, hour=None))
    elif hour.isdigit() and int(hour) < 24:  # noqa: PLR2004 - 一天二十四小时
        wish = learn.prefer(who, replace(wish, hour=int(hour)))
    return f"{wish_words(wish)}\n发“{mark}提醒 8”改钟点，“{mark}提醒 关”不再提醒。"


def _rank(learn: Learning, _: Ledger, who: Who, said: str, __: str) -> str:
    return wish_words(learn.prefer(who, replace(learn.preferences(who), ranked=said == "上榜")))


def _nickname(learn: Learning, _: Ledger, who: Who, said: str, mark: str) -> str:
    wish = learn.preferences(who)
    if said:
        wish = learn.prefer(who, replace(wish, nickname=None if said == "无" else said[:LONGEST_NICKNAME]))
    return f"{wish_words(wish)}\n发“{mark}昵称 小青”改称呼，“{mark}昵称 无”不用昵称。"


OWN: Mapping[str, Own] = {
    "results": _results,
    "missed": _notebook,
    "board": _board,
    "remind": _remind,
    "rank": _rank,
    "nickname": _nickname,
}
"""各条命令。"""
