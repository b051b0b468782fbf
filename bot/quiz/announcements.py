"""该通知的各件事：说什么，给谁，凭什么只说一次。"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.ledger.file import Ledger
from bot.people import PersonRole, people
from bot.quiz.attempts import Attempt
from bot.quiz.complaints import Complaint
from bot.quiz.notices import Body, NoticeKind, notify
from bot.quiz.papers import still_to_answer
from bot.quiz.results import score
from bot.quiz.steps import Act, Block, BlockKind, Button, Press
from bot.quiz.store import Paper, items_of, paper
from bot.quiz.withdrawal import Withdrawn

REVIEW_STANDS = timedelta(hours=20)
"""复习的提醒过了这么久还没送到，就不送了。"""


def assigned(ledger: Ledger, chosen: Paper, to: Iterable[int]) -> None:
    """有一份新试卷（或补考）要答。"""
    kind = NoticeKind.ASSIGNED if chosen.makes_up is None else NoticeKind.MAKE_UP
    body = Body((_said(_about(ledger, chosen)),), (_start(chosen),))
    for person in to:
        notify(ledger, kind, person, body, key=f"发卷 {chosen.id} {person}", expires=chosen.settings.deadline)


def _about(ledger: Ledger, chosen: Paper) -> str:
    settings = chosen.settings
    told = [f"{len(items_of(ledger, chosen.id))} 题"]
    told += [f"限时 {settings.minutes} 分钟"] if settings.minutes else []
    told += [f"{settings.pass_mark} 分及格"]
    told += [f"{_moment(ledger, settings.deadline)} 截止"] if settings.deadline else []
    what = "新试卷" if chosen.makes_up is None else "补考"
    return f"{what}“{chosen.title}”：{'，'.join(told)}。"


def deadline_near(ledger: Ledger, chosen: Paper) -> None:
    """快截止了，还没有答的人。"""
    deadline = chosen.settings.deadline
    if deadline is None:
        return
    said = f"“{chosen.title}”{_moment(ledger, deadline)} 截止，您还没有交卷。"
    for person in still_to_answer(ledger, chosen):
        key = f"截止 {chosen.id} {person}"
        notify(ledger, NoticeKind.DEADLINE, person, Body((_said(said),), (_start(chosen),)), key=key, expires=deadline)


def collected(ledger: Ledger, done: Attempt) -> None:
    """到时收了卷，告诉答卷的人得了多少分。"""
    marked = score(ledger, done)
    chosen = paper(ledger, done.paper)
    passed = "及格" if marked.passed else "未及格"
    said = f"“{chosen.title}”的答题时间到了，已自动交卷：{marked.points} 分，{passed}。"
    again = (Button("复习错题", Press(Act.REVIEW)),) if marked.right < marked.asked else ()
    notify(ledger, NoticeKind.COLLECTED, done.person, Body((_said(said),), again), key=f"收卷 {done.id}")


def review_due(ledger: Ledger, person: int, count: int) -> None:
    """今天有该复习的题；一天只提醒一次。"""
    now = ledger.now()
    body = Body((_said(f"错题本里有 {count} 道题今天该复习了。"),), (Button("开始复习", Press(Act.REVIEW)),))
    key = f"复习 {person} {ledger.local(now):%Y-%m-%d}"
    notify(ledger, NoticeKind.REVIEW, person, body, key=key, expires=now + REVIEW_STANDS)


def withdrawn(ledger: Ledger, gone: Sequence[Withdrawn]) -> None:
    """原文变了、撤下的题，按试卷告诉出题人：哪几题，为什么。"""
    by_paper: dict[int, list[Withdrawn]] = {}
    for one in gone:
        by_paper.setdefault(one.paper.id, []).append(one)
    for found in by_paper.values():
        chosen = found[0].paper
        lines = [_said(f"“{chosen.title}”有 {len(found)} 道题所据的原文变了，已撤下，新的答卷里不再有：")]
        for one in found:
            lines += [Block(BlockKind.STEM, f"第 {one.item.position} 题：{one.item.item.stem}")]
            lines += [Block(BlockKind.HINT, one.why)]
        key = f"撤题 {chosen.id} {'-'.join(str(one.item.id) for one in found)}"
        for person in trainers_of(ledger, chosen):
            notify(ledger, NoticeKind.WITHDRAWN, person, Body(tuple(lines)), key=f"{key} {person}")


def complained(ledger: Ledger, one: Complaint) -> None:
    """有人说一道题有错：告诉出题人，连同答案与引文。"""
    chosen, item = paper(ledger, one.item.paper), one.item.item
    quotes = dict.fromkeys((s.quote, s.title, s.section) for s in item.rests_on)
    blocks = [
        _said(f"“{chosen.title}”第 {one.item.position} 题有人报错：{one.said}"),
        Block(BlockKind.STEM, item.stem),
        Block(BlockKind.HINT, f"答案：{item.key_text()}"),
    ]
    for quote, title, section in quotes:
        blocks += [Block(BlockKind.QUOTE, f"“{quote}”"), Block(BlockKind.SOURCE, f"《{title}》{section}")]
    for person in trainers_of(ledger, chosen):
        notify(ledger, NoticeKind.COMPLAINT, person, Body(tuple(blocks)), key=f"报错 {one.id} {person}")


def answered(ledger: Ledger, one: Complaint, words: str) -> None:
    """报错有了答复，告诉报错的人。"""
    if one.person is not None:
        blocks = (Block(BlockKind.STEM, one.item.item.stem), _said(f"您报的错，出题人答复：{words}"))
        notify(ledger, NoticeKind.ANSWERED, one.person, Body(blocks), key=f"答复 {one.id}")


def trainers_of(ledger: Ledger, chosen: Paper) -> tuple[int, ...]:
    """这份试卷的事告诉谁：出题人；他不在了，或是在命令行里出的，则各位培训员与管理员。"""
    able = [p.id for p in people(ledger) if p.role is not PersonRole.STAFF and not p.blocked]
    return (chosen.author,) if chosen.author in able else tuple(able)


def _said(text: str) -> Block:
    return Block(BlockKind.NOTICE, text)


def _start(chosen: Paper) -> Button:
    return Button("开始答题", Press(Act.START, str(chosen.id)))


def _moment(ledger: Ledger, at: datetime) -> str:
    return f"{ledger.local(at):%m-%d %H:%M}"
