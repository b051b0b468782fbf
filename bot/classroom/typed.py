"""打字的一来一往：列试卷、作答、复习、成绩、错题本；一个人正做什么（`Seat`）由通道替他记着。"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.classroom.learning import Learning
from bot.classroom.mine import OWN
from bot.classroom.records import OpenPaper, PaperState
from bot.classroom.spoken import paper_words, wish_words
from bot.ledger.chats import Who
from bot.ledger.file import Ledger
from bot.quiz.errors import AttemptMissing, PaperMissing
from bot.quiz.grading import Verdict
from bot.quiz.steps import Act, Press, Stage, Step
from bot.quiz.store import item_of

IDLE = timedelta(hours=2)
"""这么久没有动静，打的字先不当作作答，问一声。"""
MOST_PAPERS, MOST_OVER = 12, 5
CODE = re.compile(r"[0-9a-z]{6}")
STALE = "按的是答过的题，或已经交了的卷，没有算数。现在是："


class Doing(StrEnum):
    """一个人在一个会话里正做什么。"""

    NOTHING = "nothing"
    CHOOSING = "choosing"
    ANSWERING = "answering"
    REVIEWING = "reviewing"


@dataclass(frozen=True, slots=True)
class Seat:
    """一个人在一个会话里的位子。

    `papers` 是刚列给他挑的试卷；`target` 是正等着作答的题号（复习时是题目的身份），`attempt` 是哪份答卷；
    `judged` 是上一题的题号，报错说的是它；`handing` 为真即问过要不要没答完就交卷；`at` 是上一回说话的时刻。
    """

    doing: Doing = Doing.NOTHING
    papers: tuple[int, ...] = ()
    target: str = ""
    attempt: int = 0
    judged: int = 0
    handing: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """一回：此后的位子，和要说的几样（一步，或一段话），按先后。"""

    seat: Seat
    parts: tuple[Step | str, ...]


_LIST, _REVIEW, _RESULTS, _MISSED = "考试|测验|试卷|答题", "复习", "成绩|我的成绩", "错题本|错题"
_COMMANDS = {
    "papers": rf"(?:{_LIST})[\s:：]*(?P<cn>[0-9a-z]*)|(?:quiz|exam|papers)(?:\s+(?P<en>[0-9a-z]+))?",
    "review": rf"{_REVIEW}|review",
    "results": rf"{_RESULTS}|results",
    "missed": rf"{_MISSED}|mistakes",
    "daily": r"每日一题[\s:：]*(?P<cn>[a-l]|对|错|订阅|退订|)|daily(?:\s+(?P<en>[a-l]))?",
    "remind": r"提醒[\s:：]*(?P<cn>[0-9]{1,2}点?|关|)|remind(?:\s+(?P<en>[0-9]{1,2}|off))?",
    "board": r"榜|排名|board",
    "rank": r"(?P<cn>上榜|不上榜)",
    "nickname": r"昵称(?:[\s:：]+(?P<cn>\S.*))?|nickname(?:\s+(?P<en>\S.*))?",
}
_LEAVE = re.compile(r"退出|离开|quit|exit|q")
_FINISH = re.compile(r"交卷|finish|submit")
_AGAIN = re.compile(rf"{_LIST}|quiz|exam|papers|题目")
_COMPLAIN = re.compile(r"(?:报错|wrong\b)[\s:：,，]*(?P<words>.*)", re.DOTALL | re.IGNORECASE)
_BEGIN = frozenset({"开始", "start"})


def command_of(text: str) -> str | None:
    """这句话是教室的哪一条命令；不是为 None。"""
    return next((name for name, words in _COMMANDS.items() if re.fullmatch(words, _plain(text))), None)


def code_of(text: str) -> str | None:
    """这句话里的试卷代码（单写代码，或“考试 代码”）；没有为 None。"""
    said = _plain(text)
    found = re.fullmatch(_COMMANDS["papers"], said)
    said = next((value for value in found.groupdict().values() if value), "") if found else said
    return said.upper() if CODE.fullmatch(said) and not said.isdigit() else None


class Typed:
    """打字的一边。

    Args:
        learn: 学员的一边。
        ledger: 台账。
        mark: 命令之前要有的记号（终端里是 /）；为空则有没有 / 都可以。答题当中的“退出”“交卷”不论。
        alone: 只答题的地方，没有别的可做。
    """

    def __init__(self, learn: Learning, ledger: Ledger, mark: str = "", *, alone: bool = False) -> None:
        self._learn = learn
        self._ledger = ledger
        self._mark = mark
        self._alone = alone

    def hear(self, who: Who, seat: Seat, text: str, *, menu: bool = False, sent: datetime | None = None) -> Turn | None:
        """打了一句；不是说给教室听的（是个问题）为 None。

        Args:
            who: 谁。
            seat: 他的位子。
            text: 打的字。
            menu: 点的是菜单，不是打的字：从不当作作答。
            sent: 何时发的；在眼前这一题出来之前发的，不当作它的作答。
        """
        if not menu and seat.doing in (Doing.ANSWERING, Doing.REVIEWING) and self._to_class(text):
            return self._stamped(self._in_class(who, seat, text, sent))
        if not menu and seat.doing is Doing.CHOOSING and (chosen := _picked(seat, _plain(text))) is not None:
            return self._stamped(self.start(who, chosen))
        if not text.strip().startswith(self._mark):
            return None
        said = _plain(text)
        complaint = _COMPLAIN.fullmatch(text.strip().lstrip("/／"))
        if complaint is not None and seat.judged and not self._idle(seat):
            return self._stamped(self._complained(who, seat, complaint["words"]))
        name = command_of(said)
        if name is None:
            return None if menu or self._mark else self._by_code(who, said)
        raw = re.fullmatch(_COMMANDS[name], _tidy(text), re.IGNORECASE)
        given = next((value for value in raw.groupdict().values() if value), "") if raw else ""
        return self._stamped(self._done(name, who, seat, given))

    def _done(self, name: str, who: Who, seat: Seat, given: str) -> Turn:
        """办一条命令。"""
        match name:
            case "papers":
                return self.cover(who, given.upper()) if given else self.papers(who)
            case "review":
                return self.review(who)
            case "daily":
                return self._daily(who, seat, given)
            case _:
                return Turn(seat, (OWN[name](self._learn, self._ledger, who, given, self._mark),))

    def _to_class(self, text: str) -> bool:
        """正答着题时，这句话是作答（或退出、交卷之类）吗？要记号的地方，有记号而不是这几样的是别的命令。"""
        if not self._mark or not text.strip().startswith(self._mark):
            return True
        said = _plain(text)
        return any(words.fullmatch(said) for words in (_LEAVE, _FINISH, _AGAIN, _COMPLAIN))

    def _by_code(self, who: Who, said: str) -> Turn | None:
        """打的正是一份试卷的代码；不是为 None。"""
        if code_of(said) is None:
            return None
        try:
            return self.cover(who, said)
        except PaperMissing:
            return None

    def press(self, who: Who, seat: Seat, press: Press) -> Turn:
        """按了一个按钮；旧按钮不算数，给出现在这一步。"""
        step = self._learn.press(who, press)
        if press.act is Act.DAILY:
            return self._stamped(Turn(seat, (step,)))
        chose = press.act is Act.CHOOSE and press.target.isdigit() and not step.stale
        judged = int(press.target) if chose else seat.judged
        turn = self._onward(who, step, judged)
        if step.stale:
            turn = replace(turn, parts=(STALE, *turn.parts))
        if press.act is Act.START:
            turn = replace(turn, parts=(self.rules(), *turn.parts))
        return self._stamped(turn)

    # 试卷

    def papers(self, who: Who) -> Turn:
        """给他的试卷，编了号好挑；不能答的列在后面。"""
        found = self._learn.papers(who)
        able = [one for one in found if one.startable][:MOST_PAPERS]
        rest = [one for one in found if not one.startable][:MOST_OVER]
        lines = ["给您的试卷："] if able else ["现在没有要答的试卷。"]
        lines += [f"{number}. {self._paper(one)}" for number, one in enumerate(able, 1)]
        lines += [f"· {self._paper(one)}" for one in rest]
        choose = "回复编号开始（限时的即刻计时）；" if able else ""
        lines.append(f"{choose}有试卷代码的，发“{self._mark}考试 代码”。")
        seat = Seat(Doing.CHOOSING, tuple(one.paper.id for one in able)) if able else Seat()
        return self._stamped(Turn(seat, ("\n".join(lines),)))

    def cover(self, who: Who, named: int | str) -> Turn:
        """按编号或代码看一份试卷；限时而还没有开始的，说清楚再开始，别的这就开始。

        Raises:
            PaperMissing: 没有，或还没有发布。
            NotInvited: 不是发给他的。
        """
        found = self._learn.paper(who, named)
        going = found.state is PaperState.GOING
        if going or not found.startable or found.paper.settings.minutes is None:
            return self.start(who, found.paper.id)
        told = f"{self._paper(found)}\n回复“开始”答题，从那一刻起计时。"
        return self._stamped(Turn(Seat(Doing.CHOOSING, (found.paper.id,)), (told,)))

    def start(self, who: Who, named: int | str) -> Turn:
        """开始（或接着）答一份；各种错同 `Learning.start`。"""
        turn = self._onward(who, self._learn.start(who, named), 0)
        return self._stamped(replace(turn, parts=(self.rules(), *turn.parts)))

    def review(self, who: Who) -> Turn:
        """开始（或接着）复习。"""
        turn = self._onward(who, self._learn.review(who), 0)
        reviewing = turn.seat.doing is Doing.REVIEWING
        ask = "" if self._alone else "，可以提问"
        told = (f"打的字就是作答；发“{self._mark}退出”离开{ask}。",) if reviewing else ()
        return self._stamped(replace(turn, parts=(*told, *turn.parts)))

    def rules(self) -> str:
        """答题时打的字算什么。"""
        mark = self._mark
        back = "再来接着答" if self._alone else f"可以提问，发“{mark}考试”再来接着答"
        return (
            f"打的字就是作答。发“{mark}退出”离开（作答都记着，{back}），"
            f"“{mark}交卷”提前交卷，“{mark}报错 说明”说上一题有错。"
        )

    def _paper(self, one: OpenPaper) -> str:
        return f"{one.paper.title}（{one.state}）：{paper_words(one, self._ledger)}"

    # 正答着题

    def _in_class(self, who: Who, seat: Seat, text: str, sent: datetime | None) -> Turn:
        said = _plain(text)
        if _LEAVE.fullmatch(said) or (seat.doing is Doing.REVIEWING and _FINISH.fullmatch(said)):
            return self._left(who, seat)
        if self._idle(seat) or _AGAIN.fullmatch(said):
            return self._again(who, seat)
        if (complaint := _COMPLAIN.fullmatch(text.strip().lstrip("/／"))) is not None:
            return self._complained(who, seat, complaint["words"])
        if _FINISH.fullmatch(said) and seat.doing is Doing.ANSWERING:
            return self._handed_in(who, seat)
        if sent is not None and seat.at is not None and sent < seat.at:
            return Turn(seat, (f"“{text.strip()}”是眼前这一题出来之前发的，没有当作它的作答。",))
        return self._answered(who, seat, text.strip())

    def _handed_in(self, who: Who, seat: Seat) -> Turn:
        """交卷；还有没答的，先问一声。"""
        step = self._learn.resume(who)
        left = 0 if step is None or step.standing is None else step.standing.total - step.standing.done
        if left and not seat.handing and step is not None and _attempt(step) == seat.attempt:
            told = f"还有 {left} 题没有答。就这样交卷，请再发一次“{self._mark}交卷”；不交，接着答就是。"
            return Turn(replace(seat, handing=True), (told,))
        return self._onward(who, self._learn.press(who, Press(Act.FINISH, attempt=seat.attempt)), seat.judged)

    def _answered(self, who: Who, seat: Seat, text: str) -> Turn:
        """答正等着的那一题；别处答过了、已经交了的，说明白。"""
        if seat.doing is Doing.REVIEWING:
            return self._onward(who, self._learn.review_answer(who, seat.target, text), 0)
        try:
            step = self._learn.answer(who, int(seat.target), text, seat.attempt)
        except AttemptMissing:
            step = replace(self._learn.press(who, Press(Act.FINISH, attempt=seat.attempt)), stale=True)
        waiting = step.stage is Stage.QUESTION and step.target == seat.target
        turn = self._onward(who, step, seat.judged if waiting else int(seat.target))
        if step.stale:
            return replace(turn, parts=("这份试卷已经交了，刚才这一句没有当作作答。", *turn.parts))
        if step.stage is Stage.VERDICT and step.said is not None and step.said.given != text:
            return replace(turn, parts=(f"这一题在别处答过了，答的是“{step.said.given}”，没有改。", *turn.parts))
        return turn

    def _left(self, who: Who, seat: Seat) -> Turn:
        left = Seat(judged=seat.judged)
        if self._alone:
            return Turn(left, ("已退出，作答都记着；再来时接着答。",))
        if seat.doing is Doing.REVIEWING:
            return Turn(left, (f"已离开复习，发“{self._mark}复习”再来接着。现在可以提问。",))
        step = self._learn.resume(who)
        if step is None or step.standing is None:
            return Turn(left, ("已离开。现在可以提问。",))
        clock = "" if step.seconds is None else f"（还剩 {step.seconds // 60} 分 {step.seconds % 60} 秒，时间照走）"
        told = f"已离开“{step.standing.title}”，作答都记着{clock}。现在可以提问；发“{self._mark}考试”再来接着答。"
        return Turn(left, (told,))

    def _again(self, who: Who, seat: Seat) -> Turn:
        """再给出正等着作答的这一题；隔得久了的，说明刚才的字没有算。"""
        step = self._learn.review(who) if seat.doing is Doing.REVIEWING else self._learn.resume(who)
        if step is None or (seat.doing is Doing.ANSWERING and _attempt(step) != seat.attempt):
            step = self._learn.press(who, Press(Act.FINISH, attempt=seat.attempt))
        turn = self._onward(who, step, seat.judged)
        if not self._idle(seat):
            return turn
        told = f"隔了许久，刚才这一句没有当作作答。要接着答，请答下面这一题；要提问，先发“{self._mark}退出”。"
        asking = turn.seat.doing in (Doing.ANSWERING, Doing.REVIEWING)
        return replace(turn, parts=(told, *turn.parts)) if asking else turn

    def _complained(self, who: Who, seat: Seat, words: str) -> Turn:
        """说上一题有错；还没有答过题的，说的是眼前这一题。"""
        number = seat.judged or (int(seat.target) if seat.doing is Doing.ANSWERING else 0)
        if not number:
            return Turn(seat, ("还没有答过的题可以报错。",))
        self._learn.complain(who, number, words)
        return Turn(seat, (f"已把这一题连同引文告诉出题人，谢谢：{item_of(self._ledger, number).item.stem}",))

    def _onward(self, who: Who, step: Step, judged: int) -> Turn:
        """从这一步自己往下走，走到要人作答，或没有下一步。"""
        parts: list[Step | str] = [step]
        while True:
            if step.stage is Stage.VERDICT:
                judged = int(step.target)
                step = self._learn.press(who, step.buttons[0].press)
            elif step.stage is Stage.QUESTION and step.item is None:  # 全部答完，交卷
                parts.pop()
                step = self._learn.finish(who)
            elif step.stage is Stage.REVIEWED:
                step = self._learn.review(who)
            else:
                break
            parts.append(step)
        if step.stage is Stage.QUESTION:
            return Turn(Seat(Doing.ANSWERING, (), step.target, _attempt(step), judged), tuple(parts))
        if step.stage is Stage.REVIEW:
            return Turn(Seat(Doing.REVIEWING, (), step.target, judged=judged), tuple(parts))
        return Turn(Seat(judged=judged), tuple(parts))

    # 别的

    def _daily(self, who: Who, seat: Seat, said: str) -> Turn:
        if said in ("订阅", "退订"):
            wish = replace(self._learn.preferences(who), daily=said == "订阅")
            return Turn(seat, (wish_words(self._learn.prefer(who, wish)),))
        step = self._learn.daily(who, said)
        if step is None:
            return Turn(seat, ("每日一题还没有开始发。",))
        how = () if step.said else (f"发“{self._mark}每日一题 A”那样作答。",)
        if step.said and step.said.verdict is not Verdict.UNREADABLE and step.said.given.upper() != said.upper():
            how = (f"这一题答过了，答的是“{step.said.given}”，没有改。",)
        return Turn(seat, (step, *how))

    def _idle(self, seat: Seat) -> bool:
        return seat.at is not None and self._ledger.now() - seat.at > IDLE

    def _stamped(self, turn: Turn) -> Turn:
        return replace(turn, seat=replace(turn.seat, at=self._ledger.now()))


def _picked(seat: Seat, said: str) -> int | None:
    """挑的是列出来的哪一份。"""
    if len(seat.papers) == 1 and said in _BEGIN:
        return seat.papers[0]
    listed = said.isascii() and said.isdigit() and len(said) <= len(str(MOST_PAPERS))
    return seat.papers[int(said) - 1] if listed and 1 <= int(said) <= len(seat.papers) else None


def _attempt(step: Step) -> int:
    return 0 if step.standing is None else step.standing.attempt


def _plain(text: str) -> str:
    """收拾过的，再化为小写，看是不是命令。"""
    return _tidy(text).lower()


def _tidy(text: str) -> str:
    """全角化半角，去掉开头的斜杠与两头的空白。"""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("/").strip()
