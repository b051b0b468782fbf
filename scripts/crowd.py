"""一群人同时问：网页与 Telegram 混着来，其间改报告、重启、被杀；供 `bench.py load` 用。

起的是真的 `python -m bot serve`，Telegram 那一边是测试用的仿真器，都走真的 HTTP。
"""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.dialogue import understand
from program import STARTING, Program
from tally import Ask, Channel, Heard, Span, Tally, percentile, tallied
from tests.bot.telegram.emulator import ADMIN, BOT, GROUP, TOKEN, Shown, Telegram, telegram

PATIENCE = 90.0
"""一个人等答复，最多等多少秒；过了算丢。"""
ALONE, FIRST = 900, 1000
"""单独问的那个人和一群人的编号从哪里起。"""
LOOKS = 5
"""每答几问，翻看一次原文。"""
CONTEXT = "原文上下文"
AGAIN = 0.2
FRESH = "清河县交通运输局2026年工作计划.txt"
FRESH_QUESTION = "清河县交通运输局2026年计划新改建农村公路多少公里"
Done = Callable[[], bool]
_FRESH = """清河县交通运输局2026年工作计划

一、2026年工作安排
（一）农村公路
全年计划新改建农村公路{length}公里。

清河县交通运输局
2026年1月9日
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """怎样问。

    `command` 与 `variables` 起程序，`rewrite` 把报告改成第几版，`questions` 是不靠上文也说得全的问题；
    `alone`、`seconds` 是一个人、一群人各问多少秒，`rate` 是每秒几问；
    `settling` 是问完以后再等多少秒，看还有没有多出来的。
    """

    command: Sequence[str]
    variables: dict[str, str]
    corpus: Path
    questions: Sequence[str]
    rewrite: Callable[[int], None]
    seconds: float
    alone: float
    people: int = 20
    rate: float = 4.0
    settling: float = 3.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """结果。

    `fresh` 是每次改报告到问得到新数字各几秒，`down` 是每次从停下到又开张；`again` 是网页断了重问几次；
    `unanswered` 是没有应答的按钮，`broken` 是违反 Bot API 规矩的调用；`traces` 是日志里几处堆栈；
    `exits` 是正常停下的返回值。
    """

    alone: Tally
    crowd: Tally
    fresh: tuple[float, ...]
    down: tuple[Span, ...]
    again: int
    looked: int
    unanswered: tuple[str, ...]
    broken: tuple[str, ...]
    traces: int
    exits: tuple[int, ...]


@dataclass
class Crowd:
    """一群人：一人同时只问一问，答了再问下一问。"""

    plan: Plan
    program: Program
    emulated: Telegram
    asks: list[Ask] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    again: int = 0
    looked: int = 0
    pressed: list[str] = field(default_factory=list)
    _busy: set[int] = field(default_factory=set)
    _clients: dict[int, httpx.AsyncClient] = field(default_factory=dict)
    _waiting: dict[int, asyncio.Future[Shown]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """其间听着 Telegram 那一边收到的。"""
        ears = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            ears.cancel()
            await asyncio.gather(ears, return_exceptions=True)
            for client in self._clients.values():
                await client.aclose()
            self._clients.clear()

    async def _listen(self) -> None:
        at = len(self.emulated.sent)
        while True:
            for shown in self.emulated.sent[at:]:
                at += 1
                person = FIRST + self.plan.people - 1 if shown.chat == GROUP else shown.chat
                if person == ADMIN:
                    continue
                self.heard.append(Heard(Channel.TELEGRAM, person, shown.history[0], shown.times[0]))
                waiting = self._waiting.pop(person, None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(shown)
            await asyncio.sleep(0.005)

    async def talk(
        self, people: Sequence[tuple[int, Channel]], seconds: float, other: Done = lambda: True, *, looking: bool = True
    ) -> None:
        """这些人轮着问这么多秒，`other` 没完就再问一阵；不空的跳过，都不空就等。"""
        began = due = time.monotonic()
        turn = 0
        shuffled = random.Random(len(people))  # noqa: S311 - 只是打乱次序
        pool: list[str] = []
        while (now := time.monotonic()) < began + seconds or not other():
            free = [one for one in people if one[0] not in self._busy]
            if free:
                person, channel = free[turn % len(free)]
                pool = pool or shuffled.sample(self.plan.questions, len(self.plan.questions))
                self._busy.add(person)
                task = asyncio.create_task(self._asked(person, channel, pool.pop(), look=looking and turn % LOOKS == 0))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                turn += 1
                due = max(due + 1 / self.plan.rate, now)  # 耽搁了的不赶
            await asyncio.sleep(max(0.005, due - now))

    async def settled(self) -> None:
        """等没答完的答完，再等一会儿看有没有多出来的。"""
        await asyncio.gather(*self._tasks)
        await asyncio.sleep(self.plan.settling)

    async def _asked(self, person: int, channel: Channel, question: str, *, look: bool) -> None:
        try:
            await (self._on_web if channel is Channel.WEB else self._on_telegram)(person, question, look=look)
        finally:
            self._busy.discard(person)

    async def _on_telegram(self, person: int, question: str, *, look: bool) -> None:
        answered = self._waiting[person] = asyncio.get_running_loop().create_future()
        self.asks.append(Ask(Channel.TELEGRAM, person, question, time.monotonic()))
        if person == FIRST + self.plan.people - 1:  # 最后一个人在群里问
            self.emulated.says(f"@{BOT['username']} {question}", person, GROUP)
        else:
            self.emulated.says(question, person)
        try:
            shown = await asyncio.wait_for(answered, PATIENCE)
        except TimeoutError:
            return
        if look and any(CONTEXT in row for row in shown.labels):
            self.looked += 1
            self.pressed.append(self.emulated.presses(shown, CONTEXT, person))

    async def _on_web(self, person: int, question: str, *, look: bool) -> None:
        self.asks.append(Ask(Channel.WEB, person, question, time.monotonic()))
        found = await self.sent(person, "POST", "/api/ask", question)
        if found is None:
            return
        text = f"{found['answer']}\n" + "\n".join(citation["quote"] for citation in found["citations"])
        self.heard.append(Heard(Channel.WEB, person, text, time.monotonic()))
        if look and found["citations"]:
            self.looked += 1
            await self.sent(person, "GET", f"/api/reports/{found['citations'][0]['document']}")

    async def sent(self, person: int, method: str, path: str, question: str | None = None) -> dict[str, Any] | None:
        """发一个请求；断了就像人那样再来一次，到没有耐心为止。"""
        client = self._clients.get(person)
        if client is None:
            client = self._clients[person] = httpx.AsyncClient(
                base_url=self.program.address, trust_env=False, timeout=PATIENCE
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if not client.cookies:
                    await client.get("/api/me")
                answer = await client.request(method, path, json=None if question is None else {"question": question})
                if answer.is_success:
                    found: dict[str, Any] = answer.json()
                    return found
            except httpx.TransportError:
                pass
            self.again += 1
            await asyncio.sleep(AGAIN)
        return None


class Trouble:
    """其间的事：改报告、重启、再改报告、被杀。

    Args:
        plan: 怎样问。
        program: 起起停停的程序。
        crowd: 正问着的一群人。
    """

    def __init__(self, plan: Plan, program: Program, crowd: Crowd) -> None:
        self._plan = plan
        self._program = program
        self._crowd = crowd
        self.fresh: list[float] = []
        self.down: list[Span] = []
        self.exits: list[int] = []
        self.kills: list[float] = []

    async def run(self) -> None:
        """隔一阵来一件。"""
        began, pause = time.monotonic(), self._plan.seconds / 5
        things: tuple[Callable[[], Awaitable[None]], ...] = (
            lambda: self._rewritten(1),
            lambda: self._restarted(self._stopped),
            lambda: self._rewritten(2, "/reindex"),
            lambda: self._restarted(self._killed),
        )
        for number, thing in enumerate(things, 1):
            await asyncio.sleep(max(0.0, began + pause * number - time.monotonic()))
            await thing()

    async def _rewritten(self, version: int, order: str = "") -> None:
        """改报告，问到新的数字为止；有 `order` 就由管理员来更新，否则等程序自己看见。"""
        began = time.monotonic()
        await asyncio.to_thread(self._plan.rewrite, version)
        write_fresh(self._plan.corpus, version)
        if order:
            self._crowd.emulated.says(order, ADMIN)
        while time.monotonic() < began + STARTING:
            found = await self._crowd.sent(ADMIN, "POST", "/api/ask", FRESH_QUESTION)
            if found is not None and f"{length(version)} 公里" in found["answer"]:
                self.fresh.append(time.monotonic() - began)
                return
            await asyncio.sleep(AGAIN)

    async def _restarted(self, stop: Callable[[], None]) -> None:
        began = time.monotonic()
        await asyncio.to_thread(stop)
        self._program.start()
        await self._program.opened()
        self.down.append(Span(began, time.monotonic()))

    def _stopped(self) -> None:
        self.exits.append(self._program.stop())

    def _killed(self) -> None:
        self.kills.append(time.monotonic())
        self._program.kill()


def whole(questions: Sequence[str]) -> list[str]:
    """不靠上文也说得全的问题：前面问过什么都一样。"""
    earlier = ("2019年完成投资多少亿元", "哪个单位的公路最长")
    return [one for one in questions if all(understand(one, (before,)) == understand(one) for before in earlier)]


def length(version: int) -> int:
    """第几版的报告里是多少公里。"""
    return 30 + version


def write_fresh(corpus: Path, version: int) -> None:
    """写好每次都改的那份报告：先写在旁边再改名。"""
    draft = corpus / f".{FRESH}.part"
    draft.write_text(_FRESH.format(length=length(version)), encoding="utf-8")
    draft.replace(corpus / FRESH)


def run(plan: Plan, log: Path) -> Outcome:
    """照着问一遍。"""
    plan.rewrite(0)
    write_fresh(plan.corpus, 0)
    with telegram() as emulated:
        variables = plan.variables | {
            "JIHUATONG_TELEGRAM_TOKEN": TOKEN,
            "JIHUATONG_TELEGRAM_BASE_URL": f"{emulated.address}/bot",
            "JIHUATONG_TELEGRAM_BASE_FILE_URL": f"{emulated.address}/file/bot",
        }
        with Program(plan.command, plan.corpus, variables, log) as program:
            return asyncio.run(_run(plan, emulated, program))


async def _run(plan: Plan, emulated: Telegram, program: Program) -> Outcome:
    await program.opened()
    code = re.search(r"管理员码：(\S+?)（", program.log.read_text(encoding="utf-8"))
    emulated.says(code[1] if code else "", ADMIN)
    one = Crowd(plan, program, emulated)
    await _asked_alone(one)
    alone = {
        (heard.ask.channel, heard.ask.question): heard.heard.text for heard in tallied(one.asks, one.heard, {}).answered
    }
    crowd = Crowd(plan, program, emulated)
    trouble = Trouble(plan, program, crowd)
    people = [(FIRST + n, Channel.TELEGRAM if n % 2 else Channel.WEB) for n in range(plan.people)]
    async with crowd.listening():
        troubled = asyncio.create_task(trouble.run())
        await crowd.talk(people, plan.seconds, troubled.done)
        await troubled
        await crowd.settled()
    await _asked_alone(one)
    exits = (*trouble.exits, program.stop())
    return Outcome(
        alone=tallied(one.asks, one.heard, alone),
        crowd=tallied(crowd.asks, crowd.heard, alone, trouble.kills),
        fresh=tuple(trouble.fresh),
        down=tuple(trouble.down),
        again=crowd.again,
        looked=crowd.looked,
        unanswered=tuple(query for query in crowd.pressed if query not in emulated.toasts),
        broken=tuple(emulated.broken),
        traces=program.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most recent call last)"),
        exits=exits,
    )


async def _asked_alone(one: Crowd) -> None:
    """一个人先后从两边问；一群人问之前、之后各来一回，机器那时忙不忙就差不多。"""
    async with one.listening():
        for person, channel in ((ALONE, Channel.WEB), (ALONE + 1, Channel.TELEGRAM)):
            await one.talk([(person, channel)], one.plan.alone / 4, looking=False)
            await one.settled()


def rows(outcome: Outcome) -> list[tuple[str, ...]]:
    """写成一张表。"""
    tally = outcome.crowd
    found: list[tuple[str, ...]] = [
        ("", "问", "丢", "重", "不一样", "单人 p95 秒", "p95 秒", "之比", "开着时 p95 秒", "之比"),
    ]
    for channel in Channel:
        waits = tally.waits(channel)
        lost = sum(one.channel is channel for one in tally.lost)
        doubled = sum(one.channel is channel for one in tally.doubled)
        different = sum(one.answered.ask.channel is channel for one in tally.different)
        base, slow, up = (
            percentile(each, 0.95) for each in (outcome.alone.waits(channel), waits, tally.waits(channel, outcome.down))
        )
        counts = map(str, (len(waits) + lost, lost, doubled, different))
        times = (f"{base:.3f}", f"{slow:.3f}", f"{slow / base:.2f}", f"{up:.3f}", f"{up / base:.2f}")
        found.append((channel, *counts, *times))
    return found


def notes(outcome: Outcome) -> list[str]:
    """表里放不下的几句。"""
    tally, down = outcome.crowd, [one.end - one.start for one in outcome.down]
    said = [
        f"正在送出时被杀、重启后又送了一遍的 {len(tally.torn)} 条；网页断了重问 {outcome.again} 次。",
        f"改报告 {len(outcome.fresh)} 次，各过 {_listed(outcome.fresh)} 秒问得到新的数字。",
        f"停下 {len(down)} 次，各过 {_listed(down)} 秒又开张；正常停下的返回值：{outcome.exits}。",
        f"翻看原文 {outcome.looked} 次，没有应答的按钮 {len(outcome.unanswered)} 个；日志里堆栈 {outcome.traces} 处。",
    ]
    said += [f"违反 Bot API：{one}" for one in outcome.broken]
    said += [f"丢：{one}" for one in tally.lost] + [f"重：{one}" for one in tally.doubled]
    return said + [f"不一样：{one.answered}，单独问时：{one.alone}" for one in tally.different]


def _listed(seconds: Sequence[float]) -> str:
    return "、".join(f"{one:.1f}" for one in seconds)
