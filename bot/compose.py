"""作答：框定范围，取候选，成文，证明。"""

import re
from dataclasses import replace

from bot import chapters, figures, texts
from bot.answer import Citation, Reason, Reply, Status
from bot.backwards import asks_backwards, stating
from bot.candidates import FactCandidate, role_of
from bot.cues import COMPARES, Kind
from bot.dates import dated
from bot.dialogue import leaning, understand
from bot.excerpts import SentenceCandidate
from bot.figures import Asked, Key, key_of
from bot.finder import Finder, Wanted
from bot.frame import Frame, callings, frame, without_names
from bot.guard import proven
from bot.question import Question, clauses_asked
from bot.refusal import refuse, unproven
from bot.scope import cells
from bot.scope import wanted as wanted_by
from bot.wording import EMPTY_LIBRARY, EXAMPLE, NO_QUESTION, OUTSIDE
from corpus.records import Role
from index.entries import ReportEntry
from index.quantities import same_amount
from index.records import Fact, Passage

_MOMENT = 0.03
_HAPPENED = 0.4
_NEAR = 0.12
_MOST_TOLD = 3
_SLIGHT = 0.35
_WORDY = re.compile(
    r"(?:要求|思路|精神|措施|举措|原则|意义|主题|主线|做法|经验|问题|困难|内容|安排|工作|(?<!年度)(?<!目标)(?<!投资)(?<!征收)任务|重点|理念|方针|电话|地址|名单)[？?。]*$"
)
_DATED = re.compile(
    r"\d{4}年|[\d一二三四五六七八九十]月|季度|年底|年末|年内|年初|上半年|下半年|春节|日前|[\d一二三四五六七八九十]+日|[零\d一二三四五六七八九十]{1,3}[时点](?!代|候)|(?:周|星期|礼拜)[一二三四五六日天末]"
)
_MOVED = re.compile(r"[从由](?:多少|几)[^，。？?]*[到至为](?:了)?(?:多少|几)")
_ALL_OF = re.compile(r"\d[^，。；]*(?:全|都|均)")
_FROM_TO = re.compile(
    r"(?:哪一?[天日年月]|什么时[候间]|几月|几号|几[点时])[^，。？?]{0,4}[到至][^，。？?]{0,2}(?:哪|什么时|几月|几号|几[点时])"
)
_SELF = re.compile(r"支队|总队|海事处|航道处|收费所|管理所|公路局|公路中心|港航中心")
_GRADED = re.compile(r"(?:等级|级别|技术标准)(?:是|为|达到?|提[升高]到)*(?:多少|几级|什么)")
_TOUCHING = 2
_COUNTED_NAME = re.compile(r"(?<!哪)几([\u4e00-\u9fff]{2,})")


class Answerer:
    """凭索引回答问题。

    Args:
        finder: 取候选的。
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def answer(self, text: str, history: tuple[str, ...] = ()) -> Reply:
        """回答一个问题。

        Args:
            text: 问题原话。
            history: 同一聊天里此前的问题，由远及近。

        Returns:
            答复；每个数字都已从引文证明，证明不了的不说。
        """
        if not text.strip():
            return Reply(Status.NOT_FOUND, NO_QUESTION.format(example=EXAMPLE), reason=Reason.EMPTY)
        halves = clauses_asked(text)
        if len(halves) > 1:
            return self._one_by_one(halves, history)
        with self._finder.store.snapshot():
            entries = self._finder.entries()
            if not entries:
                return Reply(Status.NOT_FOUND, EMPTY_LIBRARY, reason=Reason.EMPTY)
            question = understand(text, history, self._finder.store.document_frequency, callings(entries))
            if question.kind is Kind.REPORTS:
                return _catalogue(frame(question, entries), entries)
            reply = self._reply(question, entries)
            likelier = leaning(question, history, callings(entries)) if reply.status is Status.AMBIGUOUS else None
            if likelier is not None:
                again = self._reply(likelier, entries)
                reply = again if again.status in (Status.ANSWERED, Status.REDACTED) else reply
            return reply if proven(reply, self._finder.report) else unproven()

    def _one_by_one(self, asked: tuple[str, ...], history: tuple[str, ...]) -> Reply:
        """一句里问了两件不同的事：逐件答，后一件承前一件；都答得出才合在一起，否则答得出的在前，答不出的说明。"""
        replies = [self.answer(part, (*history, *asked[:i])) for i, part in enumerate(asked)]
        good = [r for r in replies if r.status in (Status.ANSWERED, Status.REDACTED)]
        if not good:
            return replies[0]
        lines = [r.text for r in replies if r in good] + [
            f"“{q}”：{r.text}" for q, r in zip(asked, replies, strict=True) if r not in good
        ]
        return Reply(
            good[0].status,
            "\n".join(lines),
            "；".join(r.headline for r in good if r.headline),
            good[0].caption,
            tuple(f for r in good for f in r.facts),
            tuple(dict.fromkeys(c for r in good for c in r.citations)),
        )

    def _reply(self, question: Question, entries: tuple[ReportEntry, ...]) -> Reply:
        said = question.terms or question.names or question.kind is Kind.DATED or question.open
        if question.chitchat or not said:
            return outside()
        found = self._called(question, frame(question, entries))
        question = without_names(question, entries)
        if question.both or (COMPARES.search(question.text) and len(cells(question, found)) > 1):
            question = replace(question, kind=Kind.AMOUNT, claims=())
        if asks_backwards(question) and (reply := self._backwards(question, found, entries)):
            return reply
        ways = {Kind.DATED: self._dated, Kind.CONFIRM: self._confirm}
        ways |= dict.fromkeys((Kind.AMOUNT, Kind.RANK, Kind.WHEN, Kind.SUM), self._figure)
        way = self._words if _FROM_TO.search(question.text) else ways.get(question.kind, self._words)
        return way(question, found, entries)

    def _called(self, question: Question, found: Frame) -> Frame:
        """问的是支队、收费所一类，报告没有写明单位，也只在这样自称的报告里找。"""
        called = _SELF.search(question.text)
        if called is None or found.reports is not None or found.strangers:
            return found
        return replace(found, reports=self._finder.calling(called[0]) or None)

    # 数字

    def _figure(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply:
        grid = cells(question, found)
        if len(grid) > 1:
            return self._compare(question, entries, grid) or self._missing(question, found, entries)
        if question.asks:
            reply = self._moved(question, found, entries) if _MOVED.search(question.text) else None
            reply = reply or self._each(question, found, entries)
            if reply is not None:
                return reply
        wanted = wanted_by(question, found, entries)
        if not any(t.share > _SLIGHT for t in question.terms):  # 只有“降”“查”一类单字，说不清问的是什么
            return self._missing(question, found, entries)
        ranked = self._finder.figures(question, wanted)
        if question.kind is Kind.SUM:
            return self._parts(ranked) or self._missing(question, found, entries)
        margin = _MOMENT if question.kind is Kind.WHEN else figures.MARGIN
        yields = _HAPPENED if question.kind is Kind.WHEN else figures.OTHER_ROLE
        best = figures.leaders(ranked, question.role, margin, yields)
        if not best and wanted.reports != found.reports:  # 往年的数，后来的报告里也许有：由2020年底的4812公里增至……
            best = figures.leaders(
                self._finder.figures(question, replace(wanted, reports=found.reports)), question.role
            )
        if not best:
            return self._instead(question, found, entries)
        return figures.converted(self._choose(best), question.text)

    def _backwards(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply | None:
        """说出数来问是什么的：答说到这个数的那一条和它的原句。"""
        asked = replace(question, kind=Kind.CONFIRM, unit=None, counter="", asks=())
        wanted = wanted_by(asked, found, entries)
        best = stating(question, self._finder.figures(asked, wanted, self._finder.stating(question, wanted)))
        facts = [c.fact for c in best]
        return figures.told(facts, [self._cite(f) for f in facts]) if facts else None

    def _instead(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply:
        """没有合题的数字：问期限的可以答原句，其余说明为什么不答。"""
        if question.kind in (Kind.WHEN, Kind.RANK) or _GRADED.search(question.text):
            return self._words(question, found, entries)
        return self._counted_name(question, found, entries) or self._missing(question, found, entries)

    def _counted_name(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply | None:
        """“几严禁”“几大风险源”：数是名称的一部分，不是数字事实；答含有它的原句。"""
        noun = _COUNTED_NAME.search(question.text)
        if noun is None:
            return None
        written = re.compile(rf"[\d一二三四五六七八九十]+{re.escape(noun[1][:2])}")
        ranked = self._finder.sentences(question, wanted_by(question, found, entries))
        best = next((c for c in ranked if texts.enough(c) and written.search(c.text)), None)
        return texts.quoted(question, best, self._finder.report(best.passage.document)) if best else None

    def _choose(self, best: list[FactCandidate]) -> Reply:
        facts = [c.fact for c in best]
        if len(facts) == 1:
            return figures.single(facts[0], self._cite(facts[0]))
        holders = {(f.issuer or f.document, f.year) for f in facts}
        if len(holders) == 1:  # 同一家同一年，计划和完成都有：完成在前，都给
            facts.sort(key=lambda f: f.role is not Role.RESULT)
            return (
                figures.together(facts, [self._cite(f) for f in facts])
                if _same(facts)
                else figures.several(facts, [self._cite(f) for f in facts], asked=True)
            )
        facts.sort(key=lambda f: (f.issuer or "", f.year or 0, f.role is Role.RESULT))
        return figures.several(facts, [self._cite(f) for f in facts], asked=False)

    def _each(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply | None:
        """一句里问了几个数：逐个找，须在同一单位、同一年。"""
        facts: list[Fact] = []
        for ask in question.asks:
            ranked = self._finder.figures(ask, wanted_by(ask, found, entries))
            fresh = [c for c in ranked if c.fact not in facts and (not facts or _beside(c.fact, facts[0]))]
            if not fresh or not figures.enough(fresh[0]):
                return None
            beside = [c for c in fresh if facts and 0 <= c.fact.span.start - facts[-1].span.end <= _TOUCHING]
            unsaid = not any(t.near for t in ask.terms)  # “几条多少公里”：后一个紧接着前一个
            facts.append((beside if beside and unsaid else fresh)[0].fact)
        return figures.together(facts, [self._cite(f) for f in facts])

    def _moved(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply | None:
        """“从多少增加到多少”：新数和同一句里紧挨着它的旧数。"""
        ranked = self._finder.figures(replace(question, asks=()), wanted_by(question, found, entries))
        pair = figures.shifted(ranked[0].fact, ranked) if ranked and figures.enough(ranked[0]) else None
        if pair is None:
            return None
        citations = [self._cite(f) for f in pair]
        same = key_of(pair[0]) == key_of(pair[1])
        return figures.together(pair, citations) if same else figures.several(pair, citations, asked=True)

    def _compare(
        self, question: Question, entries: tuple[ReportEntry, ...], cells: list[tuple[Frame, Question]]
    ) -> Reply | None:
        asked: list[Asked] = []
        for scope, cell in cells:
            best = figures.leaders(self._finder.figures(cell, wanted_by(cell, scope, entries)), cell.role)
            fact = _first(best)
            issuer = fact.issuer if fact else (scope.matched[0] if scope.matched else None)
            role = fact.role if fact else role_of(cell)
            year = fact.year if fact else (cell.years[0] if cell.years else None)
            asked.append(Asked(figures.label(year, role, issuer), fact))
        if not any(a.fact for a in asked):
            return None
        citations = [self._cite(a.fact) if a.fact else None for a in asked]
        return figures.compared(asked, citations, "".join(t.text for t in question.terms if t.share >= 1))

    def _parts(self, ranked: list[FactCandidate]) -> Reply | None:
        """问合计：报告没有写的和不替它算，把各部分列出来。"""
        good = [c for c in ranked if figures.enough(c)]
        if not good:
            return None
        facts = [c.fact for c in good if _beside(c.fact, good[0].fact) and c.score >= good[0].score - 0.15][:3]
        facts.sort(key=lambda f: f.span.start)
        return figures.together(facts, [self._cite(f) for f in facts])

    def _confirm(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply:
        """“…23公里对吧”：对就说是，不对就给报告里的数；没有说数的看原文有没有。"""
        if not question.claims:
            return self._yes_or_no(question, found, entries)
        claims = question.claims if _ALL_OF.search(question.text) else ()  # “8个项目都完工了吗”的8不是他猜的答案
        asked = replace(question, kind=Kind.AMOUNT, claims=claims)
        ranked = self._finder.figures(asked, wanted_by(question, found, entries))
        best = figures.leaders(ranked, question.role)
        if not best:
            return self._missing(question, found, entries)
        reply = self._choose(best)
        agreed = [c for c in best if any(same_amount(c.fact.quantity, q) for q in question.claims)]
        done = figures.done_instead(agreed[0], ranked) if agreed and question.role is not Role.PLAN else None
        if done is not None:
            pair = [done, agreed[0].fact]
            both = figures.several(pair, [self._cite(f) for f in pair], asked=True)
            return replace(both, text=f"不对，这是计划数：\n{both.text}")
        if agreed and reply.status is Status.ANSWERED:
            sole = figures.single(agreed[0].fact, self._cite(agreed[0].fact))
            return replace(sole, text=f"是。{sole.text}")
        if reply.status is Status.ANSWERED:
            return replace(reply, text=f"不对，报告写的是 {reply.text}")
        return reply

    def _yes_or_no(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply:
        reply = self._words(question, found, entries)
        if reply.status is not Status.ANSWERED:
            return reply
        denied = any(w in reply.text for w in ("无", "没有", "未发生", "未出现", "尚未", "杜绝"))
        return replace(reply, text=f"{'没有' if denied else '报告里有相关内容'}：{reply.text}")

    # 文字

    def _words(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply:
        wanted = wanted_by(question, found, entries)
        passages = self._finder.passages(question, wanted)
        bare = question.kind is Kind.TEXT and not question.names and not question.interrogative
        if bare and not _WORDY.search(question.text):  # “2017年铁路建设投资”：没有疑问词，要的是数
            best = figures.leaders(self._finder.figures(question, wanted, passages), question.role)
            if best:
                return self._choose(best)
        told = self._told(question, found, wanted, passages)
        if told is not None:
            return told
        if not (question.names or any(t.share > _SLIGHT for t in question.terms)):
            return self._missing(question, found, entries)
        sentences = self._finder.sentences(question, wanted, passages)
        if question.kind is Kind.WHEN:  # 问时间的，句子里得有时间
            sentences = [c for c in sentences if _DATED.search(c.text)]
        if not sentences or not texts.enough(sentences[0]):
            return self._missing(question, found, entries)
        together = _together(sentences) if question.open and not texts.is_topic(sentences[0]) else []
        if len(together) > 1:
            return texts.gathered(question, together, self._finder.report)
        report = self._finder.report(sentences[0].passage.document)
        parent = texts.headed(question, sentences[0], report)
        listed = texts.listed(question, report, parent) if parent is not None else None
        return listed or texts.quoted(question, sentences[0], report)

    def _told(self, question: Question, found: Frame, wanted: Wanted, passages: dict[int, Passage]) -> Reply | None:
        """问一方面的情况、问由哪几部分组成的，答标题或要点；不是这样问的为 None。"""
        if chapters.asks_parts(question, (p.text for p in passages.values())):
            reply = chapters.parts(
                question, self._finder.likely(passages, wanted), self._finder.weigher(question.terms)
            )
            if reply is not None:
                return reply
        return self._chapter(question, found, wanted, passages) if question.open else None

    def _chapter(self, question: Question, found: Frame, wanted: Wanted, passages: dict[int, Passage]) -> Reply | None:
        """“做了哪些工作”“存在哪些问题”：说这件事的一节；没有这样的一节则为 None。"""
        if found.strangers:
            return None
        fitting = chapters.find(question, self._finder.likely(passages, wanted), self._finder.weigher(question.terms))
        if not fitting:
            return None
        if chapters.holders(fitting) > 1:
            return chapters.which(question, fitting)
        return chapters.told(question, fitting[0])

    def _dated(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply:
        chosen = [e for e in entries if found.reports is None or e.id in found.reports]
        return dated(question, chosen, self._finder.report)

    # 不答

    def _missing(self, question: Question, found: Frame, entries: tuple[ReportEntry, ...]) -> Reply:
        return refuse(self._finder, question, found, entries, self._cite)

    def _cite(self, fact: Fact) -> Citation:
        return figures.cited(fact, self._finder.report(fact.document))


def outside() -> Reply:
    """题外话的答复。"""
    return Reply(Status.NOT_FOUND, OUTSIDE.format(example=EXAMPLE), reason=Reason.OUTSIDE)


def _catalogue(found: Frame, entries: tuple[ReportEntry, ...]) -> Reply:
    chosen = [e for e in entries if found.reports is None or e.id in found.reports]
    lines = "\n".join(f"· {e.title}" for e in chosen[:12])
    return Reply(Status.ANSWERED, f"已入库 {len(chosen)} 份报告：\n{lines}")


def _first(best: list[FactCandidate]) -> Fact | None:
    return best[0].fact if best else None


def _together(ranked: list[SentenceCandidate]) -> list[SentenceCandidate]:
    """与第一句一样合题、性质相同的几句；别家的要更合题才算。"""
    best = ranked[0]

    def level(c: SentenceCandidate) -> bool:
        own = c.passage.document == best.passage.document
        return c.head and c.passage.role is best.passage.role and c.score >= best.score - (_NEAR if own else _MOMENT)

    return [c for c in ranked if texts.enough(c) and level(c)][:_MOST_TOLD]


def _same(facts: list[Fact]) -> bool:
    return len({f.role for f in facts}) == 1


def _beside(fact: Fact, first: Fact) -> bool:
    return Key(fact.document, fact.year, fact.role) == Key(first.document, first.year, first.role)
