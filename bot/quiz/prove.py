"""证明：不信出题的，逐题从报告原文重新得出答案；得不出的不要，从不修补。"""

from collections.abc import Iterable
from functools import cached_property

from bot.quiz.claims import Claim, claims, covers, is_figure, same_figure
from bot.quiz.deadlines import due
from bot.quiz.items import BLANK, OWN_KINDS, TYPED_KINDS, Item, ItemKind, Key, Source, Why, Wrong, digest
from bot.quiz.library import World
from bot.wording import spoken, value_text
from corpus.records import Report, Role
from index.facts import extract, facts_at
from index.quantities import quantities
from index.records import Fact

_ROLE_WORDS = {Role.RESULT: "完成", Role.PLAN: "计划"}
_OPPOSITE = {Role.RESULT: Role.PLAN, Role.PLAN: Role.RESULT}
_TWO = 2


class Unproven(Exception):  # 只在本模块之内
    """一处证明不了。"""


class Prover:
    """拿着全部报告原文，逐题证明。

    Args:
        reports: 全部已入库的报告。
    """

    def __init__(self, reports: Iterable[Report]) -> None:
        self._reports = {report.name: report for report in reports}

    @cached_property
    def _world(self) -> World:
        return World(c for report in self._reports.values() for c in claims(report, extract(report)))

    def fault(self, item: Item) -> str | None:
        """这道题哪里站不住；站得住为 None。"""
        try:
            self._prove(item)
        except Unproven as cause:
            return str(cause)
        return None

    def _prove(self, item: Item) -> None:
        well_formed(item)
        for source in (*item.rests_on, *(w.source for w in item.wrongs)):
            self._stands(source)
        if item.kind in OWN_KINDS:
            return
        _require(bool(item.rests_on), "没有依据")
        match item.kind:
            case ItemKind.ORDER:
                self._order(item)
            case ItemKind.COMPLETE:
                self._completion(item)
            case ItemKind.MULTIPLE:
                self._multiple(item)
            case _:
                self._about_one(item, self._claim(item.rests_on[0]))

    def _stands(self, source: Source) -> None:
        """引文就是报告这个位置的原文，所考的字在引文之内。"""
        report = self._reports.get(source.document)
        if report is None:
            gone = f"报告《{source.document}》不在了"
            raise Unproven(gone)
        _require(source.quote_span.of(report.text) == source.quote, "引文与原文不符")
        _require(digest(source.quote) == source.digest, "引文的散列不符")
        inside = source.quote_span.start <= source.span.start < source.span.end <= source.quote_span.end
        _require(inside, "所考的字不在引文里")
        _require((source.title, source.issuer) == (report.title, report.issuer), "题名或单位与报告不符")

    def _claim(self, source: Source) -> Claim:
        """从引文重新取出这个数，须是有把握的。"""
        report = self._reports[source.document]
        again = [f for f in facts_at(report, source.quote_span) if f.span == source.span]
        _require(len(again) == 1, "从引文取不出这个数")
        found = next(claims(report, again))
        _require(found.sure, "年度或性质没有把握")
        return found

    # 一个数

    def _about_one(self, item: Item, claim: Claim) -> None:
        _require(item.clause == claim.clause, "题干引的不是这个数所在的分句")
        _require((item.year, item.role) == (claim.fact.year, claim.fact.role), "年度或性质与原文不符")
        _named(item, claim)
        match item.kind:
            case ItemKind.FILL:
                self._fill(item, claim)
            case ItemKind.SINGLE:
                self._single(item, claim)
            case ItemKind.TRUE_FALSE:
                self._judgement(item, claim)
            case ItemKind.DEADLINE:
                self._deadline(item, claim)
            case ItemKind.BUREAU | ItemKind.YEAR | ItemKind.ROLE:
                self._belongs(item, claim)
            case _:
                raise Unproven("不认识的题型")

    def _figure(self, item: Item, claim: Claim) -> None:
        _require(is_figure(claim.quantity), "不是确定的数")
        _require(self._world.is_unique(claim), "同一件事另有一个数")
        _require(claim.cloze in item.stem, "题干与原文不符")
        _require(value_text(claim.quantity) not in claim.cloze, "题干里看得出答案")

    def _fill(self, item: Item, claim: Claim) -> None:
        self._figure(item, claim)
        _require(item.key == Key(text=f"{value_text(claim.quantity)}{claim.quantity.unit}"), "答案与原文不符")

    def _single(self, item: Item, claim: Claim) -> None:
        self._figure(item, claim)
        _require(item.options[_sole(item)] == spoken(claim.quantity), "答案与原文不符")
        for wrong in item.wrongs:
            self._wrong_figure(item.options[wrong.option], wrong, claim)

    def _wrong_figure(self, said: str, wrong: Wrong, claim: Claim) -> None:
        other = self._claim(wrong.source)
        _require(spoken(other.quantity) == said, "错误选项不是真的数")
        _require(not self._world.could_be_true(claim, other), "错误选项可能也对")
        _require(_differs(wrong.why, claim.label, claim.fact, other), "错误选项的说明不符")

    def _judgement(self, item: Item, claim: Claim) -> None:
        _require(is_figure(claim.quantity), "不是确定的数")
        _require(self._world.is_unique(claim), "同一件事另有一个数")
        true = item.key.choices == (0,)
        _require(true is not bool(item.wrongs), "对错与依据不符")
        other = claim if true else self._claim(item.wrongs[0].source)
        shown = spoken(other.quantity).replace(" ", "")
        _require(not true or shown == claim.quantity.raw.replace(" ", ""), "题干不是原话")
        _require(f"“{claim.cloze.replace(BLANK, shown, 1)}”" in item.stem, "题干与原文不符")
        if not true:
            self._wrong_figure(spoken(other.quantity), item.wrongs[0], claim)

    def _deadline(self, item: Item, claim: Claim) -> None:
        _require(claim.cloze in item.stem, "题干与原文不符")
        own = due(claim.quantity.raw)
        _require(own is not None and item.options[_sole(item)] == claim.quantity.raw, "答案与原文不符")
        seen = {own}
        for wrong in item.wrongs:
            other = self._claim(wrong.source)
            at = due(other.quantity.raw)
            _require(item.options[wrong.option] == other.quantity.raw and at is not None, "错误选项不是真的期限")
            _require(at not in seen and other.label == claim.label, "错误选项与答案或彼此是同一个期限")
            seen.add(at)

    def _belongs(self, item: Item, claim: Claim) -> None:
        _require(is_figure(claim.quantity) and self._world.is_unique(claim), "同一件事另有一个数")
        _require(f"“{claim.text}”" in item.stem, "题干与原文不符")
        fact = claim.fact
        answers = {
            ItemKind.BUREAU: claim.label,
            ItemKind.YEAR: f"{fact.year}年",
            ItemKind.ROLE: _ROLE_WORDS.get(fact.role or Role.SITUATION),
        }
        _require(item.options[_sole(item)] == answers[item.kind], "答案与原文不符")
        _require(str(answers[item.kind]) not in item.stem.replace("计划还是完成", ""), "题干里看得出答案")
        for wrong in item.wrongs:
            other, said = self._claim(wrong.source), item.options[wrong.option]
            named, year, role = claim.label, fact.year, fact.role
            if item.kind is ItemKind.BUREAU:
                _require(
                    said == other.label and (other.fact.year, other.fact.role) == (year, role), "错误选项不是真的单位"
                )
                named = other.label
            elif item.kind is ItemKind.YEAR:
                _require(said == f"{other.fact.year}年" and other.label == named, "错误选项不是真的年度")
                year = other.fact.year
            else:
                role = _OPPOSITE.get(role or Role.SITUATION)
                _require(other.label == named and said == _ROLE_WORDS.get(role or Role.SITUATION), "错误选项不是真的")
            _require(not self._world.holds_figure(named, year, role, claim), "错误选项可能也对")

    # 下列哪些

    def _multiple(self, item: Item) -> None:
        right = [self._claim(s) for s in item.rests_on]
        first = right[0]
        _require(len(right) == len(item.key.choices) >= _TWO, "正确选项太少")
        _named(item, first)
        group = (first.label, first.fact.year, first.fact.role)
        _require((item.year, item.role) == group[1:], "年度或性质与原文不符")
        for at, claim in zip(item.key.choices, right, strict=True):
            _require((claim.label, claim.fact.year, claim.fact.role) == group, "正确选项不属于这一组")
            _require(item.options[at] == claim.text and self._world.is_unique(claim), "正确选项与原文不符")
        for wrong in item.wrongs:
            other = self._claim(wrong.source)
            _require(item.options[wrong.option] == other.text, "错误选项与原文不符")
            _require((other.label, other.fact.year, other.fact.role) != group, "错误选项也属于这一组")
            _require(not self._world.holds_figure(*group, other), "错误选项可能也对")
            _require(_differs(wrong.why, first.label, first.fact, other), "错误选项的说明不符")

    # 大纲与列举

    def _order(self, item: Item) -> None:
        starts = [s.span.start for s in item.rests_on]
        _require(len({s.document for s in item.rests_on}) == 1 and starts == sorted(set(starts)), "依据的先后不对")
        _require(len(item.key.choices) == len(item.rests_on) == len(item.options), "项数不符")
        for at, source in zip(item.key.choices, item.rests_on, strict=True):
            _require(item.options[at] == self._said(source), "选项与原文不符")
        self._whole_list(item.rests_on)
        self._of_its_section(item)
        _require(item.rests_on[0].title in item.stem, "题干没有说是哪份报告")

    def _completion(self, item: Item) -> None:
        source = item.rests_on[0]
        said = self._said(source)
        _require(item.options[_sole(item)] == said, "答案与原文不符")
        _require(said not in item.stem and item.stem.count(BLANK) == 1, "题干里看得出答案")
        _require(source.title in item.stem, "题干没有说是哪份报告")
        shown = [
            p.split(". ", 1)[1].removesuffix("。空处是哪一项？") for p in item.stem.split("依次是：")[1].split("；")
        ]
        self._of_its_section(item)
        siblings = self._siblings(source)
        _require([said if p == BLANK else p for p in shown] == siblings, "题干列出的与原文不符")
        for wrong in item.wrongs:
            _require(item.options[wrong.option] == self._said(wrong.source), "错误选项不是真的")
            _require(item.options[wrong.option] not in siblings, "错误选项也在其中")

    def _of_its_section(self, item: Item) -> None:
        """年度与性质是上一级标题（列举是它所在一节）的。"""
        source = item.rests_on[0]
        report = self._reports[source.document]
        heading = next((s for s in report.sections if s.heading_span == source.quote_span), None)
        within = next((p.section for p in report.paragraphs if covers(p.span, source.span)), 0)
        above = report.sections[within if heading is None else heading.parent or 0]
        _require((item.year, item.role) == (above.year, above.role), "年度或性质与原文不符")

    def _said(self, source: Source) -> str:
        return source.span.of(self._reports[source.document].text).strip()

    def _siblings(self, source: Source) -> list[str]:
        """与这一项并列的各项：同一上级的各节，或同一句里以顿号隔开的各项。"""
        report = self._reports[source.document]
        section = next((s for s in report.sections if s.heading_span == source.quote_span), None)
        if section is None:
            listed = source.quote.split("”", 1)[1]
            for opening in ("，就是", "就是", "是指", "指的是", "，即", "即", "，是", "是", "："):
                if listed.startswith(opening):
                    return listed.removeprefix(opening).split("、")
            raise Unproven("认不出列举")
        return [
            s.heading_span.of(report.text).removeprefix(s.number).lstrip(" 、.．　\t").strip()
            for s in report.sections
            if s.parent == section.parent and s.number and s is not report.sections[0]
        ]

    def _whole_list(self, sources: tuple[Source, ...]) -> None:
        _require(self._siblings(sources[0]) == [self._said(s) for s in sources], "不是完整的一串")


def well_formed(item: Item) -> None:
    """题目自身说得通：选项不重、不等值，答案在选项之内。"""
    _require(bool(item.stem.strip()), "没有题干")
    if item.kind in TYPED_KINDS:
        _require(bool(item.key.text) and not item.options, "没有答案")
        _require(item.key.text not in item.stem, "题干里看得出答案")
        return
    options, chosen = item.options, item.key.choices
    _require(len(options) >= _TWO and all(o.strip() for o in options), "选项太少")
    _require(len(set(options)) == len(options), "选项重复")
    _require(bool(chosen) and len(set(chosen)) == len(chosen), "没有答案")
    _require(all(0 <= i < len(options) for i in chosen), "答案不在选项里")
    amounts = [quantities(o) for o in options]
    whole = [q[0] for o, q in zip(options, amounts, strict=True) if len(q) == 1 and q[0].raw == o.strip()]
    _require(not any(same_figure(a, b) for i, a in enumerate(whole) for b in whole[:i]), "有两个选项是同一个数")
    if item.kind not in OWN_KINDS | {ItemKind.TRUE_FALSE, ItemKind.ORDER}:
        _require({w.option for w in item.wrongs} == set(range(len(options))) - set(chosen), "有的错误选项没有来历")


def _sole(item: Item) -> int:
    _require(len(item.key.choices) == 1, "答案不止一个")
    return item.key.choices[0]


def _named(item: Item, claim: Claim) -> None:
    """题干说明了是谁、哪年、计划还是完成（所问的那一样除外）。"""
    asked = {ItemKind.BUREAU: claim.label, ItemKind.YEAR: f"{claim.fact.year}年"}.get(item.kind)
    words = (claim.label, f"{claim.fact.year}年", _ROLE_WORDS.get(claim.fact.role or Role.SITUATION, "？"))
    _require(all(w in item.stem for w in words if w != asked), "题干没有说清单位、年度或性质")


def _differs(why: Why, named: str, fact: Fact, other: Claim) -> bool:
    match why:
        case Why.OTHER_BUREAU:
            return other.label != named
        case Why.OTHER_YEAR:
            return other.label == named and other.fact.year != fact.year
        case Why.OTHER_ROLE:
            return other.label == named and other.fact.role is not fact.role
        case Why.NEIGHBOUR:
            return other.report.name == fact.document and other.fact.span != fact.span


def _require(holds: bool, cause: str) -> None:  # noqa: FBT001 - 断言的条件
    if not holds:
        raise Unproven(cause)
