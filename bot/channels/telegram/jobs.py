"""要做许久的事：收报告、更新索引、删除；一件一件做，进度在一条消息里改。"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable

from anyio import to_thread

from bot.channels.telegram import wording
from bot.channels.telegram.errors import TelegramFault, TooLarge
from bot.channels.telegram.incoming import Incoming, Kind
from bot.channels.telegram.letters import Letter, Method
from bot.channels.telegram.line import LARGEST
from bot.channels.telegram.presses import Verb, unpacked
from bot.channels.telegram.render import text
from bot.channels.telegram.split import split
from bot.channels.telegram.turn import Said, Turn, in_chat, spoken
from bot.ledger.file import Ledger
from bot.office import Library, Listener
from bot.people import Action, may
from bot.shelf import Added, Upload
from corpus.corrections import Correction
from corpus.errors import JihuatongError
from index.progress import Outcome, Phase, Progress

logger = logging.getLogger(__name__)

SHOWN = 10
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_ISSUER = re.compile(
    r"[\u4e00-\u9fff（）()]{2,30}?(?:委员会|人民政府|政府|中心|支队|大队|总队|集团|公司|局|厅|委|处|所|站|办)"
    r"(?![\u4e00-\u9fff])"
)

Work = Callable[[Listener], str]
Download = Callable[[str], Awaitable[bytes]]
Deliver = Callable[[Letter], Awaitable[int | None]]


def is_job(incoming: Incoming, ledger: Ledger) -> bool:
    """要不要当作许久的事来做。"""
    if incoming.kind is Kind.PRESS:
        press = unpacked(ledger, incoming.text)
        return press is not None and press.verb is Verb.REMOVE
    return incoming.kind is Kind.FILE or incoming.command == "reindex"


async def done(turn: Turn, download: Download, every: float, deliver: Deliver) -> Said:
    """做完一件，返回最后要说的。

    Args:
        turn: 一来一回。
        download: 下载一个文件。
        every: 进度最快多少秒改一次。
        deliver: 当即送一条。
    """
    incoming = turn.incoming
    if incoming.kind is Kind.FILE:
        if not may(turn.person, Action.CHANGE_REPORTS):
            return turn.say(wording.NOT_ADMIN)
        return await _shown(
            turn, await _adding(turn, download), every, deliver, f"收到《{_name(incoming)}》，正在读入……"
        )
    if incoming.kind is Kind.PRESS:
        return await to_thread.run_sync(_removed, turn)
    turn.require(Action.REINDEX)
    return await _shown(turn, lambda listen: _reindexed(turn, listen), every, deliver, "正在更新索引……")


def caption_says(caption: str) -> tuple[str | None, int | None]:
    """说明里写的单位和年度；没有写的为 None。"""
    year = _YEAR.search(caption)
    plain = re.sub(r"[:：，,。；;、]|单位|年度|(?:19|20)\d{2}年?", " ", caption)
    issuer = _ISSUER.search(plain)
    return (issuer[0] if issuer else None), (int(year[1]) if year else None)


async def _adding(turn: Turn, download: Download) -> Work:
    """先下载；返回其余要做的。"""
    file = turn.incoming.file
    if file is None or file.size > LARGEST:
        raise TooLarge
    content = await download(file.id)
    issuer, year = caption_says(turn.incoming.text)
    upload = Upload(_name(turn.incoming), content, issuer, year)

    def work(listen: Listener) -> str:
        added = turn.office.add_report(turn.who, upload)
        turn.office.reindex(turn.who, listen)
        _insist(turn, added, issuer, year, listen)
        return _added(turn.office.library, added)

    return work


def _insist(turn: Turn, added: Added, issuer: str | None, year: int | None, listen: Listener) -> None:
    """说明里的单位、年度与读出来的不同，以说明为准，记成更正。"""
    entries = [entry for entry in turn.office.library.reports() if entry.name == added.name]
    for entry in entries:
        other_issuer = issuer if issuer != entry.issuer else None
        other_year = year if year is not None and year not in entry.periods else None
        if other_issuer or other_year:
            turn.office.correct_report(turn.who, entry.name, Correction(issuer=other_issuer, year=other_year))
            turn.office.reindex(turn.who, listen)


async def _shown(turn: Turn, work: Work, every: float, deliver: Deliver, opening: str) -> Said:
    """先发一条，边做边改，最后改成结局。"""
    first = spoken(turn.incoming, text(opening))[0]
    try:
        message = await deliver(first)
    except TelegramFault:  # 一时发不出：进度不说了，结局过后再发
        message = None
    steps: list[Progress] = []
    working = asyncio.ensure_future(to_thread.run_sync(work, steps.append, abandon_on_cancel=True))
    told, last = text(opening), time.monotonic()
    while not working.done():
        await asyncio.wait({working}, timeout=max(0.0, last + every - time.monotonic()))
        latest = text(_progress(steps[-1])) if steps else told
        if working.done() or message is None:
            await asyncio.wait({working})
        elif latest != told:
            told = latest
            await _quietly(deliver, Letter(Method.EDIT, turn.incoming.chat, latest, message=message))
            last = time.monotonic()
        else:
            last = time.monotonic()
    try:
        ending = working.result()
    except JihuatongError as error:
        ending = text(in_chat(error))
    except Exception:  # 一件事出了错：记下来，说一句话，接着办下一件
        logger.exception("Telegram 的一件事没有办成")
        ending = wording.FAILED
    await asyncio.sleep(max(0.0, last + every - time.monotonic()))
    return _ended(turn, ending, message)


def _ended(turn: Turn, ending: str, message: int | None) -> Said:
    if message is None:
        return turn.say(ending)
    parts = split(ending)
    edit = Letter(Method.EDIT, turn.incoming.chat, parts[0], thread=turn.incoming.thread, message=message)
    rest = (Letter(Method.SEND, turn.incoming.chat, part, thread=turn.incoming.thread) for part in parts[1:])
    return Said((edit, *rest))


async def _quietly(deliver: Deliver, letter: Letter) -> None:
    """进度没改成就算了，下一次再改。"""
    try:
        await deliver(letter)
    except TelegramFault:
        return


def _removed(turn: Turn) -> Said:
    press = unpacked(turn.ledger, turn.incoming.text)
    if press is None:
        return Said(toast=wording.BUTTON_GONE)
    file = turn.office.remove_report(turn.who, press.text)
    return turn.edit(f"已删除 {text(file)}，现在还有 {len(turn.office.library.reports())} 份报告。")


def _reindexed(turn: Turn, listen: Listener) -> str:
    outcome = turn.office.reindex(turn.who, listen)
    return summary(outcome, len(turn.office.library.reports()))


def summary(outcome: Outcome, total: int) -> str:
    """一次更新读了什么、哪些有问题。"""
    lines = [f"<b>索引已更新</b>，现在一共 {total} 份报告，用时 {outcome.seconds:.1f} 秒。"]
    kinds = (
        ("读出", outcome.read),
        ("没有读出", outcome.unread),
        ("正在被写、留到下次", outcome.waiting),
        ("改名", tuple(f"{old} → {new}" for old, new in outcome.renamed)),
        ("已不在", outcome.removed),
    )
    for label, names in kinds:
        lines += [f"{label} {len(names)} 份：{text(_some(names))}"] if names else []
    lines += [f"没有变化 {outcome.unchanged} 份。"] if outcome.unchanged else []
    lines += [f"注意：{text(problem.sentence)}" for problem in outcome.problems[:SHOWN]]
    lines += [f"注意：{text(outcome.encoder_fault)}"] if outcome.encoder_fault else []
    return "\n".join(lines)


def _added(library: Library, added: Added) -> str:
    """一份文件读出了什么。"""
    file = next((file for file in library.files() if file.state.name == added.name), None)
    entries = [entry for entry in library.reports() if entry.name == added.name or _is_part(entry.name, added.name)]
    lines = ["<b>已入库</b>"] if entries else ["<b>没有读出</b>"]
    lines += [f"内容与已有的 {text(added.name)} 一样，没有另存。"] if added.known else []
    if added.namesake:
        lines.append(
            f"已有同名的 {text(added.namesake)}，这一份存为 {text(added.name)}；旧的若不要了，用 /remove 删去。"
        )
    for entry in entries:
        about = [entry.issuer or "文中未写明单位", *(f"{year}年" for year in entry.periods)]
        lines.append(f"《{text(entry.title)}》　{text('、'.join(about))}")
        lines.append(f"读出 {entry.passages} 段，{entry.facts} 个数字。")
    problems = file.problems if file is not None else ()
    return "\n".join([*lines, *(f"注意：{text(problem.sentence)}" for problem in problems[:SHOWN])])


def _is_part(report: str, file: str) -> bool:
    return re.fullmatch(re.escape(file) + r"#\d+", report) is not None


def _progress(step: Progress) -> str:
    if step.phase is Phase.READ and step.file:
        return f"正在读报告 {step.done} / {step.total}：{step.file}"
    return f"{step.phase} {step.done} / {step.total}……"


def _some(names: tuple[str, ...]) -> str:
    return "、".join(names[:SHOWN]) + ("等" if len(names) > SHOWN else "")


def _name(incoming: Incoming) -> str:
    return (incoming.file.name if incoming.file else "") or "报告"
