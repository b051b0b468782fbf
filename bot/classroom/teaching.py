"""培训员的一边：出题、审题、发布、发给谁，成绩与报错，组与每日一题。"""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.audit import did
from bot.classroom.records import Contents, File, OwnItem, PaperRow, PaperView, Phase
from bot.classroom.shelf import Shelf
from bot.ledger.chats import Who
from bot.ledger.file import Ledger
from bot.people import Action, require_by
from bot.quiz import announcements, attempts, complaints, groups, papers, results, store, withdrawal
from bot.quiz.complaints import Complaint
from bot.quiz.daily import DailySettings, daily_settings
from bot.quiz.errors import AnswerUnreadable
from bot.quiz.grading import choices
from bot.quiz.groups import Group
from bot.quiz.items import TYPED_KINDS, Item, Key
from bot.quiz.papers import Audience
from bot.quiz.picture import PNG, distribution
from bot.quiz.results import Results, Score
from bot.quiz.review import forget_withdrawn
from bot.quiz.sheets import XLSX, item_book, own_item, read_items, result_book
from bot.quiz.store import Paper, PaperItem, Settings
from bot.quiz.timetable import change_daily, settle

NOBODY = Audience()


class Teaching:
    """培训员的一边；权限在这里查，每个动作都进审计。各个方法都可以阻塞，做不到的抛 `JihuatongError`。

    Args:
        ledger: 台账。
        shelf: 题库。
    """

    def __init__(self, ledger: Ledger, shelf: Shelf) -> None:
        self._ledger = ledger
        self._shelf = shelf

    # 出题

    def contents(self, by: Who) -> tuple[Contents, ...]:
        """可以从哪些报告、哪些节出题，各有多少考点。"""
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        library = self._shelf.library()
        counts = Counter((c.report.name, " › ".join(c.fact.section)) for c in library.sure)
        return tuple(
            Contents(
                r.name, r.title, r.issuer, tuple((path, n) for (name, path), n in counts.items() if name == r.name)
            )
            for r in library.reports
        )

    def make(self, by: Who, title: str, settings: Settings, seed: int | None = None) -> PaperView:
        """出一份草稿；同样的 `seed` 总出同样的题，不给则每次不同。

        Raises:
            NotAllowed: 不是培训员。
            TooFewItems: 出不了这么多题。
        """
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        chosen = secrets.randbits(48) if seed is None else seed
        made = papers.draft(self._ledger, by, title.strip() or "测验", settings, self._shelf.library(), chosen)
        return self.open(by, made.id)

    def make_up(
        self,
        by: Who,
        number: int,
        settings: Settings | None = None,
        seed: int | None = None,
        deadline: datetime | None = None,
    ) -> PaperView:
        """给没及格与没答的人出一份补考草稿，不出原卷里的题；发布后只有他们能答。

        Args:
            by: 谁。
            number: 原卷的编号。
            settings: 补考的设置；不给则照原卷。
            seed: 种子。
            deadline: 照原卷时，补考何时截止；None 即不设。

        Raises:
            PaperMissing: 没有。
            PaperUnpublished: 原卷还没有发布。
            TooFewItems: 出不了这么多新题。
        """
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        old = store.paper(self._ledger, number)
        found = results.results(self._ledger, number)
        wanted = replace(settings or replace(old.settings, deadline=deadline), everyone=False)
        chosen = secrets.randbits(48) if seed is None else seed
        library = self._shelf.library()
        with self._ledger.writing():
            made = papers.draft(self._ledger, by, f"{old.title}（补考）", wanted, library, chosen, old)
            papers.assign(self._ledger, by, made.id, (*found.failed, *found.absent))
        return self.open(by, made.id)

    def list(self, by: Who) -> tuple[PaperRow, ...]:
        """全部试卷，新的在前。"""
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        return tuple(self._row(chosen) for chosen in reversed(store.papers(self._ledger)))

    def open(self, by: Who, number: int) -> PaperView:
        """一份试卷和它的题，撤下的也在内。

        Raises:
            PaperMissing: 没有。
        """
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        chosen = store.paper(self._ledger, number)
        entries = store.items_of(self._ledger, number, withdrawn=True)
        mix = papers.mix(e.item for e in entries if e.withdrawn is None)
        return PaperView(self._row(chosen), entries, papers.audience(self._ledger, number), tuple(mix.most_common()))

    def _row(self, chosen: Paper) -> PaperRow:
        entries = store.items_of(self._ledger, chosen.id, withdrawn=True)
        gone = sum(e.withdrawn is not None for e in entries)
        done = {a.person for a in attempts.attempts_of(self._ledger, chosen.id) if a.finished is not None}
        waiting = len(complaints.complaints(self._ledger, chosen.id))
        return PaperRow(chosen, self._phase(chosen), len(entries) - gone, gone, len(done), waiting)

    def _phase(self, chosen: Paper) -> Phase:
        if chosen.published is None:
            return Phase.DRAFT
        if chosen.closed is not None:
            return Phase.CLOSED
        return Phase.OPEN if chosen.ended(self._ledger.now()) is None else Phase.ENDED

    # 审题

    def keep(self, by: Who, item: int) -> PaperItem:
        """审过了，留下。"""
        return papers.keep(self._ledger, by, item)

    def drop(self, by: Who, item: int) -> None:
        """从草稿里去掉一道题。"""
        papers.drop(self._ledger, by, item)

    def discard(self, by: Who, number: int) -> None:
        """删去一份草稿，连同它的题。

        Raises:
            PaperMissing: 没有。
            PaperPublished: 已经发布，只能关闭。
        """
        papers.discard(self._ledger, by, number)

    def swap(self, by: Who, item: int) -> PaperItem:
        """换一道同一题型的题。

        Raises:
            TooFewItems: 没有可换的了。
        """
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        return papers.swap(self._ledger, by, item, self._shelf.library())

    def reword(self, by: Who, item: int, stem: str | None = None, key: str | None = None) -> PaperItem:
        """改题干或答案（写字母或数字，同作答）；改过的仍须由原文证明得了。

        Raises:
            AnswerUnreadable: 答案读不懂。
            ItemUnproven: 证明不了。
        """
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        old = store.item_of(self._ledger, item).item
        return papers.reword(
            self._ledger, by, item, self._shelf.prover(), stem, None if key is None else _key(old, key)
        )

    def add(self, by: Who, number: int, own: OwnItem) -> int:
        """加一道自拟题，返回现在一共几道。

        Raises:
            AnswerUnreadable: 答案不在选项里。
            ItemUnproven: 题目自身说不通。
        """
        made = own_item(own.stem.strip(), own.key.strip(), own.options, own.explanation.strip())
        if made is None:
            raise AnswerUnreadable(own.key)
        papers.add_own(self._ledger, by, number, [made], self._shelf.prover())
        return len(store.items_of(self._ledger, number))

    def import_items(self, by: Who, number: int, sheet: bytes) -> int:
        """从 .xlsx 表格加进自拟题，返回加了几道。

        Raises:
            SheetUnreadable: 表格读不出来，说明哪一行。
            ItemUnproven: 题目自身说不通。
        """
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        return papers.add_own(self._ledger, by, number, read_items(sheet), self._shelf.prover())

    def export_items(self, by: Who, number: int) -> File:
        """题目写成 .xlsx，可以改了再导入。"""
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        chosen = store.paper(self._ledger, number)
        did(self._ledger, by, "导出题目", f"{chosen.title}（{number}）")
        items = (entry.item for entry in store.items_of(self._ledger, number))
        return File(f"{chosen.title}-题目.xlsx", item_book(items), XLSX)

    # 发布

    def publish(self, by: Who, number: int, to: Audience = NOBODY) -> PaperView:
        """发布，并通知点名发给的人；此后题目与设置不再改。

        Raises:
            PaperPublished: 已经发布过。
            TooFewItems: 一道题也没有。
        """
        with self._ledger.writing():
            made = papers.publish(self._ledger, by, number, to.people, to.groups)
            announcements.assigned(self._ledger, made, papers.invited(self._ledger, number))
        return self.open(by, number)

    def assign(self, by: Who, number: int, to: Audience) -> PaperView:
        """再发给一些人、一些组，并通知他们（通知过的不再通知）。"""
        with self._ledger.writing():
            chosen = papers.assign(self._ledger, by, number, to.people, to.groups)
            if chosen.published is not None:
                announcements.assigned(self._ledger, chosen, papers.still_to_answer(self._ledger, chosen))
        return self.open(by, number)

    def close(self, by: Who, number: int) -> PaperView:
        """提前关闭。

        Raises:
            PaperUnpublished: 还没有发布。
        """
        papers.close(self._ledger, by, number)
        return self.open(by, number)

    # 成绩

    def results(self, by: Who, number: int) -> Results:
        """成绩表、各题难度与区分度、分布、该补考的人。"""
        require_by(self._ledger, by, Action.SEE_RESULTS)
        settle(self._ledger)
        return results.results(self._ledger, number)

    def results_sheet(self, by: Who, number: int) -> File:
        """成绩写成 .xlsx。"""
        found = self.results(by, number)
        did(self._ledger, by, "导出成绩", f"{found.paper.title}（{number}）")
        return File(f"{found.paper.title}-成绩.xlsx", result_book(found, self._ledger.zone), XLSX)

    def picture(self, by: Who, number: int) -> File:
        """分布图，PNG。"""
        found = self.results(by, number)
        return File(f"{found.paper.title}-分布.png", distribution(found.bins), PNG)

    def leaderboard(self, by: Who, number: int) -> tuple[Score, ...]:
        """榜；不愿上榜的人不在内。"""
        require_by(self._ledger, by, Action.SEE_RESULTS)
        return results.leaderboard(self._ledger, number)

    # 报错

    def complaints(self, by: Who, number: int | None = None) -> tuple[Complaint, ...]:
        """还没有处理的报错，旧的在前；可以只看一份试卷的。"""
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        return complaints.complaints(self._ledger, number)

    def answer_complaint(self, by: Who, number: int, words: str = "", *, withdraw: bool = False) -> Complaint:
        """处理一条报错：答复报错的人（不写则不答复），属实的把题撤下。

        Raises:
            ComplaintMissing: 没有这条报错。
        """
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        with self._ledger.writing():
            one = complaints.complaint(self._ledger, number)
            complaints.close(self._ledger, number, words.strip() or None)
            if withdraw:
                self.withdraw(by, one.item.id, f"有人报错，出题人撤下：{one.said}")
            if words.strip():
                announcements.answered(self._ledger, one, words.strip())
            did(self._ledger, by, "处理报错", f"第 {number} 条：{words.strip() or '不答复'}")
        return one

    def withdraw(self, by: Who, item: int, why: str) -> PaperItem:
        """撤下一道已发布的题：不再进新的答卷，已有的成绩里也不计，各人的错题本里也去掉。"""
        with self._ledger.writing():
            gone = withdrawal.withdraw(self._ledger, by, item, why.strip() or "出题人撤下")
            forget_withdrawn(self._ledger)
        return gone

    # 组与每日一题

    def groups(self, by: Who) -> tuple[Group, ...]:
        """全部的组。"""
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        return groups.groups(self._ledger)

    def put_in_group(self, by: Who, name: str, people: Iterable[int]) -> tuple[Group, ...]:
        """把人编进一个组；没有这个组就建。"""
        groups.put_in_group(self._ledger, by, name, people)
        return self.groups(by)

    def set_group(self, by: Who, name: str, people: Iterable[int]) -> tuple[Group, ...]:
        """组里就是这些人：没有的编进来，多出的移出去；没有这个组就建。"""
        wanted = set(people)
        with self._ledger.writing():
            now = {person for one in self.groups(by) if one.name == name.strip() for person in one.people}
            if now - wanted:
                groups.take_out_of_group(self._ledger, by, name, sorted(now - wanted))
            if wanted - now:
                groups.put_in_group(self._ledger, by, name, sorted(wanted - now))
        return self.groups(by)

    def take_out_of_group(self, by: Who, name: str, people: Iterable[int] | None = None) -> tuple[Group, ...]:
        """把人移出一个组；不说是谁，就是撤去整个组。"""
        groups.take_out_of_group(self._ledger, by, name, people)
        return self.groups(by)

    def daily(self, by: Who) -> DailySettings:
        """每日一题的设置。"""
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        return daily_settings(self._ledger)

    def set_daily(self, by: Who, chosen: DailySettings) -> DailySettings:
        """改每日一题的设置：开不开，几点，发到哪些群，从哪里出题。"""
        require_by(self._ledger, by, Action.MAKE_QUIZ)
        with self._ledger.writing():
            change_daily(self._ledger, chosen)
            did(self._ledger, by, "设每日一题", f"{'开' if chosen.on else '关'}，{chosen.at:%H:%M}")
        return chosen


def _key(item: Item, said: str) -> Key:
    """写下的答案读成 `Key`。"""
    if item.kind in TYPED_KINDS:
        return Key(text=said.strip())
    chosen = choices(replace(item, key=Key(tuple(range(len(item.options))))), said)
    if chosen is None:
        raise AnswerUnreadable(said)
    return Key(chosen if item.key.choices != tuple(sorted(item.key.choices)) else tuple(sorted(chosen)))
