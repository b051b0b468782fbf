"""答题的一来一往：一台不认通道的状态机，每一步给出要显示的几块文字与按钮。

通道只做两件事：把 `Step` 画出来（Telegram 的行内键盘、企业微信的卡片或编号、网页、终端），
把人按的按钮（`Press`）或打的字交回 `Desk`。`Press.data` 不超过 64 字节，可以原样放进按钮。
状态全在台账里：走开、换通道、重启之后，`Desk.resume` 给出同一步。
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.ledger.file import Ledger
from bot.quiz import announcements, attempts, daily, results, review
from bot.quiz.asking import asked, buttons, explained, hint, review_buttons, typed
from bot.quiz.attempts import Attempt
from bot.quiz.complaints import complain, complaint
from bot.quiz.errors import AttemptMissing, AttemptOver, ItemMissing
from bot.quiz.grading import Verdict, choices
from bot.quiz.items import LETTERS, Item
from bot.quiz.review import Missed
from bot.quiz.steps import Act, Block, BlockKind, Button, Press, Said, Stage, Standing, Step
from bot.quiz.store import Paper, item_of, paper


class Desk:
    """答题台。

    Args:
        ledger: 台账；钟也在里面。
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def start(self, person: int, named: int | str) -> Step:
        """开始（或接着）答一份试卷，各种错同 `attempts.start`。"""
        return self._question(attempts.start(self._ledger, person, named))

    def resume(self, person: int) -> Step | None:
        """回来接着答；没有正在答的为 None。"""
        going = attempts.running(self._ledger, person)
        return None if going is None else self._question(going)

    def say(self, person: int, text: str) -> Step:
        """打的字当作这一题的作答。

        Raises:
            AttemptMissing: 没有正在答的。
        """
        return self._answered(person, text, None)

    def answer(self, person: int, item: int, text: str, attempt: int = 0) -> Step:
        """答说定的那一题；已经答过的不改，卷里没有的再给出现在这一步。

        Args:
            person: 谁。
            item: 题号。
            text: 字母，或打的字。
            attempt: 哪份答卷里的；那一份已经交了，就不算到重考的这一份上。不给则是正在答的。

        Raises:
            AttemptMissing: 没有正在答的。
        """
        going = attempts.latest(self._ledger, person)
        if attempt and going is not None and going.id != attempt:
            return self._stale(person)
        return self._answered(person, text, item)

    def press(self, person: int, press: Press) -> Step:
        """按了一个按钮；早先那一题的按钮按了不算数，只再给出现在这一步。"""
        act: dict[Act, Callable[[int, Press], Step]] = {
            Act.START: lambda who, p: self.start(who, p.target),
            Act.CHOOSE: self._choose,
            Act.TOGGLE: self._toggle,
            Act.SUBMIT: self._submit,
            Act.NEXT: lambda who, _: self._now(who),
            Act.FINISH: self._finish,
            Act.REVIEW: lambda who, _: self.review(who),
            Act.REVIEW_CHOOSE: self._review_choose,
            Act.REVIEW_TOGGLE: self._review_toggle,
            Act.REVIEW_SUBMIT: self._review_submit,
            Act.DAILY: self._daily,
            Act.COMPLAIN: self._complain,
        }
        return act[press.act](person, press)

    def finish(self, person: int) -> Step:
        """交卷，给出成绩；错的进错题本。

        Raises:
            AttemptMissing: 没有正在答的。
        """
        done = attempts.finish(self._ledger, person)
        review.note(self._ledger, done)
        return self._score(done)

    def _finish(self, person: int, press: Press) -> Step:
        """按了交卷；那一份已经交了的，不把正在重考的也交了。"""
        done = attempts.latest(self._ledger, person)
        if press.attempt and done is not None and (done.id != press.attempt or done.finished is not None):
            return self._stale(person)
        return self.finish(person)

    # 复习

    def review(self, person: int) -> Step:
        """今天该复习的下一题。"""
        waiting = review.due(self._ledger, person)
        if not waiting:
            told = self._nothing_due(person)
            return Step(Stage.NOTHING_DUE, (Block(BlockKind.HINT, told),), (), note=told)
        return self._review_of(waiting[0], len(waiting))

    def _nothing_due(self, person: int) -> str:
        """错题本里还有的，说最早的一题几时复习。"""
        times = [entry.due for entry in review.missed(self._ledger, person)]
        if not times:
            return "现在没有该复习的题。"
        return f"现在没有该复习的题，最早的一题 {self._ledger.local(min(times)):%m-%d %H:%M} 复习。"

    def _review_of(self, entry: Missed, waiting: int) -> Step:
        head = Block(BlockKind.PROGRESS, f"复习，还有 {waiting} 题 · 错过 {entry.missed} 次")
        return Step(
            Stage.REVIEW,
            (head, *asked(entry.item, entry.picked)),
            tuple(review_buttons(entry.item, entry.identity, entry.picked)),
            typed=typed(entry.item),
            item=entry.item,
            target=entry.identity,
            picked=entry.picked,
        )

    def review_say(self, person: int, text: str) -> Step:
        """打的字当作正在复习的那一题的作答。

        Raises:
            ItemMissing: 现在没有该复习的。
        """
        waiting = review.due(self._ledger, person, 1)
        if not waiting:
            raise ItemMissing(0)
        return self._reviewed(person, waiting[0].identity, text)

    def review_answer(self, person: int, identity: str, text: str) -> Step:
        """答说定的那一题复习；它不在该复习的里面（别处答过了），就给出下一题。"""
        if all(entry.identity != identity for entry in review.due(self._ledger, person)):
            return self.review(person)
        return self._reviewed(person, identity, text)

    def _review_choose(self, person: int, press: Press) -> Step:
        entry = self._waiting(person, press)
        if entry is None or press.option is None:
            return replace(self.review(person), stale=True)
        return self._reviewed(person, entry.identity, LETTERS[press.option])

    def _review_toggle(self, person: int, press: Press) -> Step:
        entry = self._waiting(person, press)
        if entry is None or press.option is None:
            return replace(self.review(person), stale=True)
        picked = review.toggle(self._ledger, person, entry.identity, press.option)
        return self._review_of(picked, len(review.due(self._ledger, person)))

    def _review_submit(self, person: int, press: Press) -> Step:
        entry = self._waiting(person, press)
        if entry is None:
            return replace(self.review(person), stale=True)
        if not entry.picked:
            return self._review_of(entry, len(review.due(self._ledger, person)))
        return self._reviewed(person, entry.identity, "".join(LETTERS[i] for i in entry.picked))

    def _waiting(self, person: int, press: Press) -> Missed | None:
        return next((w for w in review.due(self._ledger, person) if w.identity == press.target), None)

    # 每日一题

    def daily(self, person: int, text: str = "") -> Step | None:
        """最近一天的题；`text` 是打的字，写了就是作答（看不懂的不记）。还没有发过为 None。"""
        found = daily.latest_daily(self._ledger)
        if found is None:
            return None
        if not text:
            return Step(Stage.DAILY, daily.daily_blocks(found), daily.daily_buttons(found), item=found.item)
        chosen, said = daily.answer_daily(self._ledger, person, found.id, text)
        return _judged_daily(chosen, said)

    def _daily(self, person: int, press: Press) -> Step:
        """按了每日一题的一个选项：只记第一次，当场说对错。"""
        number = int(press.target) if press.target.isdigit() else 0
        if press.option is None or press.option >= len(LETTERS):
            raise ItemMissing(number)
        return _judged_daily(*daily.answer_daily(self._ledger, person, number, LETTERS[press.option]))

    def _reviewed(self, person: int, identity: str, text: str) -> Step:
        entry, verdict = review.reviewed(self._ledger, person, identity, text)
        when = "" if verdict is Verdict.UNREADABLE else f"下次复习：{self._ledger.local(entry.due):%Y-%m-%d}"
        blocks = (*explained(entry.item, verdict), *([Block(BlockKind.HINT, when)] if when else []))
        return Step(
            Stage.REVIEWED,
            blocks,
            (Button("下一题", Press(Act.REVIEW)),),
            item=entry.item,
            target=identity,
            picked=_picked(entry.item, text),
            said=Said(text, verdict),
            note=when,
        )

    # 内里

    def _now(self, person: int) -> Step:
        step = self.resume(person)
        if step is None:
            return self._latest(person)
        return step

    def _latest(self, person: int) -> Step:
        """没有正在答的：给出最近一份的成绩。"""
        done = [a for a in attempts.attempts_by(self._ledger, person) if a.finished is not None]
        if not done:
            raise AttemptMissing
        return self._score(done[-1])

    def _stale(self, person: int) -> Step:
        """按的是旧按钮：不算数，给出现在这一步；正按着时间到了的，说来迟了。"""
        done = attempts.latest(self._ledger, person)
        if done is not None and done.late and done.id in review.unnoted(self._ledger):
            return self._late(person, str(AttemptOver(paper(self._ledger, done.paper).title)))
        return replace(self._now(person), stale=True)

    def _choose(self, person: int, press: Press) -> Step:
        going = attempts.running(self._ledger, person)
        if going is None or not _current(going, press) or press.option is None:
            return self._stale(person)
        return self._answered(person, LETTERS[press.option], int(press.target))

    def _toggle(self, person: int, press: Press) -> Step:
        with self._ledger.writing():  # 看是不是这一题的，与勾选，中间不容别处答了它
            going = attempts.running(self._ledger, person)
            if going is None or not _current(going, press) or press.option is None:
                return self._stale(person)
            return self._question(attempts.toggle(self._ledger, person, press.option))

    def _submit(self, person: int, press: Press) -> Step:
        going = attempts.running(self._ledger, person)
        if going is None or not _current(going, press):
            return self._stale(person)
        if not going.picked:
            return self._question(going)
        return self._answered(person, "".join(LETTERS[i] for i in going.picked), int(press.target))

    def _complain(self, person: int, press: Press) -> Step:
        item = int(press.target) if press.target.isdigit() else 0
        with self._ledger.writing():
            number = complain(self._ledger, person, item, "这道题有错")
            announcements.complained(self._ledger, complaint(self._ledger, number))
        told = Block(BlockKind.HINT, "已连同引文告诉出题人，谢谢。")
        step = self._now(person)
        return replace(step, blocks=(told, *step.blocks), note=told.text)

    def _answered(self, person: int, text: str, item: int | None) -> Step:
        try:
            going, given = attempts.answer(self._ledger, person, text, item)
        except AttemptOver as late:
            return self._late(person, str(late))
        except ItemMissing:
            return self._now(person)
        chosen = paper(self._ledger, going.paper)
        place = next(p for p in going.places if p.item == given.item)
        if given.verdict is Verdict.UNREADABLE:
            asked = self._question(going)
            told = Block(BlockKind.VERDICT, f"{given.verdict}，请重答。{hint(attempts.shown(self._ledger, place))}")
            return replace(asked, blocks=(told, *asked.blocks), note=told.text)
        if not chosen.settings.at_once:
            return self._question(going)
        shown = attempts.shown(self._ledger, place)
        more = going.next_place is not None
        finish = Button("交卷", Press(Act.FINISH, attempt=going.id))
        after = Button("下一题", Press(Act.NEXT)) if more else finish
        wrong = Button("报错", Press(Act.COMPLAIN, str(place.item)))
        return Step(
            Stage.VERDICT,
            explained(shown, given.verdict),
            (after, wrong),
            seconds=self._left(going),
            item=shown,
            target=str(place.item),
            picked=_picked(shown, given.given),
            said=Said(given.given, given.verdict),
            standing=_standing(chosen, going),
        )

    def _late(self, person: int, told: str) -> Step:
        done = attempts.attempts_by(self._ledger, person)[-1]
        review.note(self._ledger, done)
        step = self._score(done)
        return replace(step, blocks=(Block(BlockKind.HINT, told), *step.blocks), note=told)

    def _question(self, going: Attempt) -> Step:
        at = going.next_place
        chosen = paper(self._ledger, going.paper)
        if at is None:
            done = Block(BlockKind.HINT, f"“{chosen.title}”已全部答完。")
            finish = (Button("交卷", Press(Act.FINISH, attempt=going.id)),)
            standing = _standing(chosen, going)
            return Step(Stage.QUESTION, (done,), finish, seconds=self._left(going), standing=standing)
        place = going.places[at]
        item = attempts.shown(self._ledger, place)
        return Step(
            Stage.QUESTION,
            (Block(BlockKind.PROGRESS, self._progress(chosen, going, at)), *asked(item, going.picked)),
            tuple(buttons(item, place.item, going.picked, going.id)),
            typed=typed(item),
            seconds=self._left(going),
            item=item,
            target=str(place.item),
            picked=going.picked,
            standing=_standing(chosen, going),
        )

    def _progress(self, chosen: Paper, going: Attempt, at: int) -> str:
        left = self._left(going)
        clock = "" if left is None else f" · 还剩 {left // 60} 分 {left % 60} 秒"
        return f"{chosen.title} · 第 {at + 1} / {len(going.places)} 题{clock}"

    def _left(self, going: Attempt) -> int | None:
        return None if going.ends is None else max(0, int((going.ends - self._ledger.now()).total_seconds()))

    def _score(self, done: Attempt) -> Step:
        marked = results.score(self._ledger, done)
        chosen = paper(self._ledger, done.paper)
        passed = "及格" if marked.passed else f"未及格（{chosen.settings.pass_mark} 分及格）"
        late = "到时收卷，" if done.late else ""
        told = f"“{chosen.title}”{late}{marked.points} 分，{passed}：{marked.asked} 题答对 {marked.right} 题。"
        blocks = [Block(BlockKind.SCORE, told)]
        if not chosen.settings.at_once:
            blocks += self._corrections(done)
        again = (Button("复习错题", Press(Act.REVIEW)),) if marked.right < marked.asked else ()
        return Step(Stage.SCORE, tuple(blocks), again, standing=_standing(chosen, done))

    def _corrections(self, done: Attempt) -> Iterator[Block]:
        """交卷之后一并说对错。"""
        for number, place in enumerate(done.places, 1):
            if item_of(self._ledger, place.item).withdrawn is not None:
                continue
            item = attempts.shown(self._ledger, place)
            given = done.given(place.item)
            yield Block(BlockKind.STEM, f"{number}. {item.stem}")
            yield from explained(item, given.verdict if given else Verdict.SKIPPED)


def _judged_daily(chosen: daily.Daily, said: Said) -> Step:
    item = chosen.item
    blocks = (Block(BlockKind.STEM, f"【{item.kind}】{item.stem}"), *explained(item, said.verdict))
    return Step(Stage.DAILY, blocks, (), item=item, picked=_picked(item, said.given), said=said)


def _standing(chosen: Paper, going: Attempt) -> Standing:
    at = going.next_place
    return Standing(going.id, chosen.title, None if at is None else at + 1, len(going.places), len(going.answers))


def _picked(item: Item, given: str) -> tuple[int, ...]:
    """所答的是哪几个选项；打的字没有。"""
    return () if typed(item) else choices(item, given) or ()


def _current(going: Attempt, press: Press) -> bool:
    """这个按钮是正在答的这份答卷、正在答的这一题的；重考时选项次序不同，旧卷的按钮不能算。"""
    at = going.next_place
    return at is not None and press.attempt in (0, going.id) and press.target == str(going.places[at].item)
