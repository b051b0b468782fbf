"""原句的候选：命中的段落里，哪句话最合问题。"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.candidates import HEAD_MISSED, PROPER_FOUND, REFERS, Weigh, has_head
from bot.cues import SURNAMES, TITLES, Kind
from bot.question import Question
from corpus.records import Role, Span
from index.matching import SCATTERED, closeness, plain
from index.quantities import chinese_number
from index.records import Passage
from index.sentences import sentences


@dataclass(frozen=True, slots=True)
class SentenceCandidate:
    """一句话与它的得分；`span` 相对于报告全文。"""

    passage: Passage
    passage_id: int
    span: Span
    text: str
    score: float
    head: bool


_NEIGHBOUR = 0.45
_MEANT = 0.85
_HEADING = 0.5
_NAMED_ONLY = 0.45
_ELSEWHERE = 0.8
_PARTICULAR = {Kind.CONFIRM: 0.4, Kind.WHEN: 0.3, Kind.WHY: 0.3}
_LACKING = 0.6
_UNDER = 0.5
_TITLED = 0.85
_BARE = 18
_SAME = 0.75
_CLEAR = 0.6
_NAMED = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:局|厅|公司|中心|委员?会?|县|市|州|省|区|部|院|集团|办公室|支队|大队|处|站|所|银行|学校|大学|协会)"
)
_WHICH_FIRM = re.compile(
    r"(?:单位|公司|企业|机构|施工方|部门)(?:是|叫|为)(?:哪[家个]|谁|什么)|是哪[家个](?:单位|公司|企业|机构)?[？?]*$"
)
_FIRM = re.compile(r"[\u4e00-\u9fff]{2,}(?:公司|集团|局|厅|服务中心|信息中心|中心|研究院|设计院|委员会|银行|大学|学院)")
_REGULAR = re.compile(r"每(?:半年|季度|个?月|年|周|天|日|两年)|半年|年度|(?:每|一)(?:年|季度|月).{0,6}次|常态化")


def rank_sentences(question: Question, found: Iterable[tuple[int, Passage]], weigh: Weigh) -> list[SentenceCandidate]:
    """给命中段落里的每句话打分，高分在前。"""
    candidates = []
    read = list(found)
    written = frozenset(n for n in question.names if any(_digits(plain(n)) in _digits(plain(p.text)) for _, p in read))
    for passage_id, passage in read:
        pieces = [s.of(passage.text) for s in sentences(passage.text)]
        spans = sentences(passage.text)
        context = plain(passage.context)
        for i, (piece, span) in enumerate(zip(pieces, spans, strict=True)):
            before = plain("".join(pieces[max(0, i - 2) : i]))
            score, head = _rate_sentence(question, plain(piece), before, context, weigh)
            score += (
                _fitness(question, piece, written)
                - (_HEADING if (question.open or question.kind is Kind.WHEN) and _is_heading(piece, passage) else 0.0)
                + _leaning(question, passage)
                + _on_topic(question, passage)
            )
            shifted = Span(passage.span.start + span.start, passage.span.start + span.end)
            candidates.append(SentenceCandidate(passage, passage_id, shifted, piece, score, head))
    return sorted(candidates, key=lambda c: (-c.score, c.passage.document, c.span.start))


def _is_heading(text: str, passage: Passage) -> bool:
    """是题名或标题，不是正文里的话。"""
    bare = plain(text.strip("。：: "))
    return bare in plain(passage.document) or any(bare == plain(s) for s in passage.section)


def _rate_sentence(question: Question, text: str, before: str, context: str, weigh: Weigh) -> tuple[float, bool]:
    score = total = 0.0
    lacking = 0.0
    refers = bool(REFERS.search(text))
    present = refers or not any(t.share >= 1 for t in question.terms)
    for term in question.terms:
        weight = weigh(term)
        total += weight
        here = closeness(term.text, term.others, text)
        near = max(
            closeness(term.text, term.others, before) * (_MEANT if refers else _NEIGHBOUR),
            closeness(term.text, term.others, context) * (_TITLED if question.open else _UNDER),
        )
        if term.proper and max(here, near) < PROPER_FOUND:
            return 0.0, False
        score += weight * max(here, near)
        present = present or (term.share >= 1 and here >= SCATTERED)
        lacking += weight if not max(here, near) else 0.0
    if lacking > _PARTICULAR.get(question.kind, 1.0) * total:  # “通用机场开工了吗”：别的工程开没开工都不是回答
        score *= _LACKING
    if not present:  # 要说的事都在上文或标题里
        score *= _ELSEWHERE
    head = has_head(question.terms, before + text if refers else text)
    named = any(_digits(plain(n)) in _digits(text) for n in question.names)
    share = score / total if total else _NAMED_ONLY * named  # 只说了提法，没有别的词
    return share * (1.0 if head else HEAD_MISSED), head


def _fitness(question: Question, text: str, written: frozenset[str]) -> float:
    """句子像不像这类问题的答案；`written` 是报告里写着的提法。"""
    parts = (
        _confirms,
        _names_whom,
        _regular,
        _enumerates,
        _tells,
        _reasons,
        _on_weekday,
        _called_so,
        _spans,
        _located,
        _responsible,
    )
    return _defines(question, text, written) + sum(part(question, text) for part in parts)


def _reasons(question: Question, text: str) -> float:
    """问原因的，要说到因为什么；问依据的，要说到根据什么。"""
    if question.kind is Kind.WHY:
        return 0.25 if _CAUSE.search(text) else -0.15
    if question.kind is Kind.BASIS:
        return 0.25 if _BASIS.search(text) else -0.3
    return 0.0


_CAUSE = re.compile(
    r"受[^，。；]{1,30}(?:影响|制约|限制)|由于|因为|(?<![原起])因(?![此而素地时人势]|地制宜)|原因|导致|造成|致使|鉴于|缘于|主要是|为(?:了|解决|破解|缓解|满足|方便)"
)
_BASIS = re.compile(r"(?:根据|依据|按照|依照|遵照|落实|贯彻|执行)[^，。；]{0,12}《|《[^》]+》|根据|依据|按照")


def _on_weekday(question: Question, text: str) -> float:
    """问星期几的，要写着星期几。"""
    if not re.search(r"星期几|周几|礼拜几", question.text):
        return 0.0
    return 0.3 if re.search(r"(?:周|星期|礼拜)[一二三四五六日天末]", text) else -0.5


def _called_so(question: Question, text: str) -> float:
    """问叫什么名字的，要有引号里的名称紧挨着那样东西。"""
    if not _NAME.search(question.text):
        return 0.0
    nouns = [t.text for t in question.terms if t.text in text][-2:]
    named = any(
        re.search(rf"“[^”]{{2,16}}”[^，。；“]{{0,4}}{re.escape(n)}|{re.escape(n)}[^，。；“]{{0,4}}“[^”]{{2,16}}”", text)
        for n in nouns
    )
    return 0.3 if named else 0.0


_NAME = re.compile(r"叫什么|叫啥|名称|名字|什么品牌|全名")


def _spans(question: Question, text: str) -> float:
    """问从哪天到哪天的，要有两个日子。"""
    if len(_WHEN.findall(question.text)) < 2:  # noqa: PLR2004
        return 0.0
    return 0.2 if len(_DAY.findall(text)) > 1 else -0.2


_WHEN = re.compile(r"哪一?[天日年月]|什么时[候间]|几月|几号|几[点时]")
_DAY = re.compile(r"\d{1,2}[日号时点]|\d{1,2}月|\d{4}年|零时")


def _located(question: Question, text: str) -> float:
    """问在哪里的，说到地址、位于的更像。"""
    return 0.2 if _WHERE.search(question.text) and _LOCATED.search(text) else 0.0


_WHERE = re.compile(r"哪[里儿]|何处|什么地方|地址|位置|在哪")
_LOCATED = re.compile(r"位于|地址|新址|坐落|设在|搬迁至|迁至")


def _responsible(question: Question, text: str) -> float:
    """问谁负责、谁牵头的，要写着责任单位。"""
    if question.kind is not Kind.WHO or not _IN_CHARGE.search(question.text):
        return 0.0
    return 0.45 if _CHARGED.search(text) else -0.2


_IN_CHARGE = re.compile(r"负责|牵头|责任|分管|主管|主办|承办|归[^，。？]{0,8}管|[哪谁][^，。？]{0,6}管[？?]*$")
_CHARGED = re.compile(
    r"(?:责任|牵头|负责|配合|主办|承办|分管)(?:科室|股室|处室|单位|部门|人|领导|同志)?[：:为是]|由[^，。；]{2,16}(?:负责|牵头)"
)


def _defines(question: Question, text: str, written: frozenset[str]) -> float:
    """说到并解释问题里的提法；“四个坚持”哪里都没有写而正好列了四项的，也像。"""
    bonus, bare = 0.0, plain(text)
    listing = question.kind in (Kind.DEFINE, Kind.WHICH)
    quoted = [q for q in re.findall(r"“([^”]{2,14})”", text) if q not in question.names]
    told = any(_digits(q.replace("、", "")) in _digits(question.text) for q in quoted)
    for name in question.names:
        count = _named_count(name)
        for longer in (n for n in question.names if name in n and name != n):
            bare = bare.replace(plain(longer), "")
        asked_now = 1.0 if name == question.names[-1] else 0.5  # “两横三纵中的三纵”问的是三纵
        if _digits(plain(name)) in _digits(bare):
            bonus += (0.05 + 0.5 * _explains(_digits(name), _digits(text))) * asked_now
        elif name in written and listing and not told:
            bonus -= 0.3 * asked_now
        elif count and listing and name not in written:
            bonus += _listing(name, text, count)
    if _MEANING.search(question.text) and not _explained(question, text):
        bonus -= 0.6
    if listing or question.kind is Kind.TEXT:
        asked = _digits(question.text)
        bonus += sum(0.05 + 0.5 * _explains(q, text) for q in quoted if _digits(q.replace("、", "")) in asked)
        items = (
            item for run in re.findall(r"[^，。；：“”]{9,}", text) if run.count("、") > 1 for item in run.split("、")
        )
        bonus += 0.35 if any(len(i) >= _LONG_ITEM and i in question.text for i in items) else 0.0
    return bonus


_LONG_ITEM = 5
_HAN_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


def _digits(text: str) -> str:
    """数字不论汉字还是阿拉伯：六个100% 即 6个100%。"""
    return text.translate(_HAN_DIGITS)


_MEANING = re.compile(r"什么意思|啥意思|含义|什么叫|啥叫|什么是|何谓|定义")


def _explained(question: Question, text: str) -> bool:
    """这句话有没有解释问题里的提法；只是提到，不算。"""
    quoted = [q for q in re.findall(r"“([^”]{2,14})”", text) if q.replace("、", "") in question.text]
    named = [n for n in question.names if plain(n) in plain(text)]
    tops = [t.text for t in question.terms if t.share >= 1 and t.text in plain(text)]
    return any(_explains(name, text) >= _CLEAR for name in (*quoted, *named, *tops))


def _confirms(question: Question, text: str) -> float:
    if question.kind is not Kind.CONFIRM or not re.search(r"了|没", question.text):
        return 0.0
    return 0.08 if re.search(r"未能|没有|尚未|未完成|顺延|推迟|已|完成|如期|通过", text) else 0.0


def _names_whom(question: Question, text: str) -> float:
    """问谁、哪家的，要有单位、地方或人名。"""
    bonus = -0.1 if question.kind is Kind.WHO and not _NAMED.search(text) else 0.0
    if _WHICH_FIRM.search(question.text) and not _FIRM.search(text):
        bonus -= 0.7
    asks_person = any(t in question.text for t in TITLES) and re.search(r"叫|谁|名字|姓", question.text)
    return bonus - (0.6 if asks_person and not _names_person(question, text) else 0.0)


def _regular(question: Question, text: str) -> float:
    if question.kind is not Kind.OFTEN:
        return 0.0
    return 0.12 if _REGULAR.search(text) else -0.15


def _tells(question: Question, text: str) -> float:
    """问怎么做的，只有标题或一句空话不算回答；没有问困难的，诉说困难的话也不算。"""
    if not question.open:
        return 0.0
    aside = question.role is not Role.SITUATION and len(set(_HARDSHIP.findall(text))) > 1
    return (-0.1 if len(text) < _BARE else 0.0) - (0.25 if aside else 0.0)


_HARDSHIP = re.compile(r"困难|挑战|短板|不足|欠账|欠缺|差距|薄弱|存在[^，。]{0,8}问题")


def _enumerates(question: Question, text: str) -> float:
    return 0.12 if question.kind is Kind.WHICH and text.count("、") > 1 else 0.0


def _leaning(question: Question, passage: Passage) -> float:
    """问“了没有”的，结果里的话优先；问计划的反之。"""
    if question.open and question.role is not None and passage.role is not None:
        return 0.1 if passage.role is question.role else -0.25
    if passage.role not in (Role.RESULT, Role.PLAN):
        return 0.0
    if question.kind is Kind.CONFIRM and re.search(r"了|没", question.text):
        return 0.08 if passage.role is Role.RESULT else -0.08
    if question.role is None:
        return 0.0
    return 0.04 if passage.role is question.role else -0.04


def _on_topic(question: Question, passage: Passage) -> float:
    """问怎么做的，标题正说这件事的一节优先。"""
    if not question.open:
        return 0.0
    heading = plain(passage.section[-1]) if passage.section else ""
    titled = any(closeness(t.text, t.others, heading) >= _SAME for t in question.terms if t.share >= 1)
    return 0.15 if titled else 0.0


def _names_person(question: Question, text: str) -> bool:
    """职务旁边有没有人名：局长王某某、王某某局长。"""
    return any(
        _SURNAMED_AFTER.match(text[m.end() : m.end() + 6])
        or _SURNAMED_BEFORE.search(text[max(0, m.start() - 5) : m.start()])
        for title in TITLES
        if title in question.text
        for m in re.finditer(title, text)
    )


_SURNAMED_AFTER = re.compile(rf"[：:\s]*[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}(?:$|[，。、（同主作])")
_SURNAMED_BEFORE = re.compile(rf"(?:^|[，。、])[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}(?:任|兼)?$")


def _explains(name: str, text: str) -> float:
    """这句话有多像在解释这个提法：“甲”就是…、“甲”：…、…的“甲”最像；“甲”后列举的次之。"""
    quoted = rf"[“\"《]?{re.escape(name)}[”\"》]?"
    if re.search(rf"{quoted}(?:，|的)?(?:就是|是指|即|指的?是|：|:|——|，即|包括|为|（)", text):
        return 1.0
    if re.search(rf"(?:的|即){quoted}", text):
        return 0.8
    count = _named_count(name)
    if count and _listing(name, text, count) > 0:
        return 0.6
    return 0.3 if text.count("、") >= 2 else 0.0  # noqa: PLR2004 - 至少三项才像列举


def _listing(name: str, text: str, count: int) -> float:
    """有没有恰好这么多项的并列；各项都带着提法里的字（服务大局、服务人民、服务基层）最像，没有这样的并列则不像。"""
    noun = re.sub(r"^[一二三四五六七八九十两]+[个项条种]?", "", name)
    runs = [run.split("、") for run in re.findall(r"[^，。；：]+", text)]
    if any(len(run) == count and noun and all(noun in item for item in run) for run in runs):
        return 0.5
    return 0.05 if any(len(run) == count for run in runs) else -0.3


def _named_count(name: str) -> int:
    """“四个坚持”里的四；没有则为 0。"""
    m = re.match(r"[一二三四五六七八九十两]{1,2}", name)
    value = chinese_number(m[0]) if m else None
    return int(value) if value is not None and value > 1 else 0
