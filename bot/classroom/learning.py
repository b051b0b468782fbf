"""学员的一边：有哪些试卷，答题、复习、错题本，自己的成绩与意愿。"""

from datetime import datetime

from bot.audit import did
from bot.classroom.records import Corrected, File, Marked, MyResult, OpenPaper, PaperState
from bot.ledger.chats import Who
from bot.ledger.file import Ledger
from bot.people import Action, require_by
from bot.people_errors import NotAllowed
from bot.quiz import announcements, attempts, notices, privacy, results, review
from bot.quiz.attempts import Attempt
from bot.quiz.complaints import complain, complaint
from bot.quiz.errors import AttemptMissing, PaperMissing
from bot.quiz.grading import Verdict
from bot.quiz.notices import Notice
from bot.quiz.papers import invited, require_invited
from bot.quiz.privacy import Preferences
from bot.quiz.results import Score
from bot.quiz.review import Missed
from bot.quiz.session import Desk
from bot.quiz.sheets import XLSX, personal_book
from bot.quiz.steps import Press, Step
from bot.quiz.store import Paper, item_of, items_of, paper, papers


class Learning:
    """学员的一边；各个方法都可以阻塞，做不到的抛 `JihuatongError`，那句话原样给用户看。

    Args:
        ledger: 台账。
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._desk = Desk(ledger)

    # 试卷

    def papers(self, who: Who) -> tuple[OpenPaper, ...]:
        """给他的试卷，要做的在前，新的在前：点名发给他的、人人可答的、他答过的。"""
        person = self._person(who)
        own: dict[int, list[Attempt]] = {}
        for one in attempts.attempts_by(self._ledger, person):
            own.setdefault(one.paper, []).append(one)
        found = [
            self._open_paper(chosen, person in sent, own.get(chosen.id, []))
            for chosen in papers(self._ledger)
            if chosen.published is not None
            for sent in [invited(self._ledger, chosen.id)]
            if chosen.settings.everyone or person in sent or chosen.id in own
        ]
        return tuple(sorted(found, key=lambda one: (not one.startable, -one.paper.id)))

    def paper(self, who: Who, named: int | str) -> OpenPaper:
        """按编号或代码看一份试卷。

        Raises:
            PaperMissing: 没有，或还没有发布。
            NotInvited: 不是发给他的。
        """
        person, chosen = self._person(who), paper(self._ledger, named)
        if chosen.published is None:
            raise PaperMissing(str(named))
        require_invited(self._ledger, chosen, person)
        own = [one for one in attempts.attempts_by(self._ledger, person) if one.paper == chosen.id]
        return self._open_paper(chosen, person in invited(self._ledger, chosen.id), own)

    def _open_paper(self, chosen: Paper, assigned: bool, own: list[Attempt]) -> OpenPaper:  # noqa: FBT001
        now = self._ledger.now()
        done = [results.score(self._ledger, one) for one in own if one.finished is not None]
        going = any(one.finished is None and (one.ends is None or one.ends > now) for one in own)
        passed = any(one.passed for one in done)
        allowed = chosen.settings.attempts
        left = max(0, allowed - len(own)) if allowed else None
        startable = going or (chosen.published is not None and chosen.ended(now) is None and left != 0)
        return OpenPaper(
            paper=chosen,
            state=_state(done, now, chosen, going=going, assigned=assigned, startable=startable),
            assigned=assigned,
            items=len(items_of(self._ledger, chosen.id)),
            left=left,
            best=max((one.points for one in done), default=None),
            passed=passed,
            startable=startable,
            latest=done[-1].attempt if done else None,
        )

    # 答题

    def start(self, who: Who, named: int | str) -> Step:
        """按编号或代码开始（或接着）答一份试卷；各种错同 `attempts.start`。"""
        return self._desk.start(self._person(who), named)

    def resume(self, who: Who) -> Step | None:
        """正在答的那一步，哪个通道里开始的都行；没有为 None。"""
        return self._desk.resume(self._person(who))

    def say(self, who: Who, text: str) -> Step:
        """打的字当作这一题的作答。

        Raises:
            AttemptMissing: 没有正在答的。
        """
        return self._desk.say(self._person(who), text)

    def answer(self, who: Who, item: int, text: str, attempt: int = 0) -> Step:
        """答说定的那一题（字母，或打的字）：两处同时开着也不会答到别的题上；答过的不改，别的答卷里的不算。

        Raises:
            AttemptMissing: 没有正在答的。
        """
        return self._desk.answer(self._person(who), item, text, attempt)

    def press(self, who: Who, press: Press) -> Step:
        """按了一个按钮（答题、复习、每日一题、通知里的都是）。"""
        return self._desk.press(self._person(who), press)

    def finish(self, who: Who) -> Step:
        """交卷。

        Raises:
            AttemptMissing: 没有正在答的。
        """
        return self._desk.finish(self._person(who))

    def complain(self, who: Who, item: int, words: str) -> int:
        """说一道题有错，连同引文告诉出题人；返回编号。

        Raises:
            ItemMissing: 没有这道题。
        """
        person = self._person(who)
        with self._ledger.writing():
            number = complain(self._ledger, person, item, words.strip() or "这道题有错")
            announcements.complained(self._ledger, complaint(self._ledger, number))
            did(self._ledger, who, "报错", f"题 {item}：{words.strip()}")
        return number

    # 之后

    def results(self, who: Who) -> tuple[MyResult, ...]:
        """自己的各次成绩，新的在前。"""
        found = []
        for one in attempts.attempts_by(self._ledger, self._person(who)):
            if one.finished is not None:
                marked = results.score(self._ledger, one)
                found.append(_my_result(paper(self._ledger, one.paper), marked))
        return tuple(reversed(found))

    def marked(self, who: Who, attempt: int | None = None) -> Marked:
        """自己的一次成绩，逐题的对错与依据；不说哪次就是最近交的。

        Raises:
            AttemptMissing: 没有交过，或不是他的。
        """
        person = self._person(who)
        own = [a for a in attempts.attempts_by(self._ledger, person) if a.finished is not None]
        done = next((a for a in reversed(own) if attempt in (None, a.id)), None)
        if done is None:
            raise AttemptMissing
        answers = tuple(
            Corrected(
                number, place.item, shown, given.given if given else "", given.verdict if given else Verdict.SKIPPED
            )
            for number, place in enumerate(done.places, 1)
            if item_of(self._ledger, place.item).withdrawn is None
            for shown, given in [(attempts.shown(self._ledger, place), done.given(place.item))]
        )
        return Marked(_my_result(paper(self._ledger, done.paper), results.score(self._ledger, done)), answers)

    def leaderboard(self, who: Who, number: int) -> tuple[Score, ...]:
        """一份试卷的榜；不愿上榜的人不在内。

        Raises:
            NotInvited: 不是发给他的。
        """
        require_invited(self._ledger, paper(self._ledger, number), self._person(who))
        return results.leaderboard(self._ledger, number)

    def notebook(self, who: Who) -> tuple[Missed, ...]:
        """错题本，错得多的在前。"""
        return review.missed(self._ledger, self._person(who))

    def due(self, who: Who) -> int:
        """今天有几题该复习（至多数到二十）。"""
        return len(review.due(self._ledger, self._person(who)))

    def review(self, who: Who) -> Step:
        """复习：该复习的下一题。"""
        return self._desk.review(self._person(who))

    def review_say(self, who: Who, text: str) -> Step:
        """打的字当作正在复习的那一题的作答。

        Raises:
            ItemMissing: 现在没有该复习的。
        """
        return self._desk.review_say(self._person(who), text)

    def review_answer(self, who: Who, identity: str, text: str) -> Step:
        """答说定的那一题复习；别处已经答过的，给出下一题。"""
        return self._desk.review_answer(self._person(who), identity, text)

    def daily(self, who: Who, text: str = "") -> Step | None:
        """最近一天的每日一题；`text` 是打的字，写了就是作答，只记第一次。还没有发过为 None。"""
        return self._desk.daily(self._person(who), text)

    def forget(self, who: Who, identity: str) -> None:
        """从错题本里去掉一题。"""
        review.forget(self._ledger, self._person(who), identity)

    # 本人

    def preferences(self, who: Who) -> Preferences:
        """昵称、上不上榜、几点提醒、订不订每日一题。"""
        return privacy.preferences(self._ledger, self._person(who))

    def prefer(self, who: Who, wish: Preferences) -> Preferences:
        """改意愿。"""
        privacy.prefer(self._ledger, self._person(who), wish)
        return self.preferences(who)

    def export(self, who: Who) -> File:
        """自己的全部答卷、作答、错题本与意愿，一个表格。"""
        person = self._person(who)
        told = privacy.exported(self._ledger, person)
        did(self._ledger, who, "导出自己的成绩")
        return File("我的成绩.xlsx", personal_book(told), XLSX)

    def delete(self, who: Who) -> None:
        """删去自己的全部答卷、作答、错题本与意愿；不能恢复。"""
        with self._ledger.writing():
            privacy.deleted(self._ledger, self._person(who))
            did(self._ledger, who, "删去自己的成绩")

    def notices(self, who: Who) -> tuple[Notice, ...]:
        """网页上给他看的通知，新的在前。"""
        return notices.notices_for(self._ledger, self._person(who))

    def read(self, who: Who, numbers: tuple[int, ...]) -> None:
        """这些通知看过了。"""
        notices.mark_read(self._ledger, self._person(who), numbers)

    def _person(self, who: Who) -> int:
        """须是登记了的人。

        Raises:
            NotAllowed: 没有登记。
            PersonBlocked: 已停用。
        """
        require_by(self._ledger, who, Action.TAKE_QUIZ)
        if who.person is None:
            raise NotAllowed("没有登记的人", Action.TAKE_QUIZ, ("登记了的人",))
        return who.person


def _state(  # noqa: PLR0913 - 各种情形
    done: list[Score], now: datetime, chosen: Paper, *, going: bool, assigned: bool, startable: bool
) -> PaperState:
    if going:
        return PaperState.GOING
    if any(one.passed for one in done):
        return PaperState.DONE
    if done:
        return PaperState.DONE if startable else PaperState.MAKE_UP
    if chosen.ended(now) is not None:
        return PaperState.MAKE_UP if assigned else PaperState.OVER
    return PaperState.NEW


def _my_result(chosen: Paper, marked: Score) -> MyResult:
    return MyResult(
        attempt=marked.attempt,
        paper=chosen,
        points=marked.points,
        right=marked.right,
        asked=marked.asked,
        passed=marked.passed,
        finished=marked.finished,
        late=marked.late,
    )
