"""第二道检验：另写一遍，只看题目与报告的文字，不用取数、出题、证明的任何一步。"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b

from bot.quiz.items import BLANK, Item, ItemKind, Source, Wrong
from corpus.records import Report, Role

_TENS = {"万亿": 12, "千亿": 11, "百亿": 10, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2, "": 0}
_PLAIN = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>万亿|千亿|百亿|亿|千万|百万|十万|万|千(?![米克瓦伏])|百|)\s*(?P<unit>.*)"
)
_SAME = {
    "千米": ("公里", 0),
    "km": ("公里", 0),
    "KM": ("公里", 0),
    "米": ("公里", -3),
    "延米": ("公里", -3),
    "公斤": ("吨", -3),
    "千克": ("吨", -3),
}
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_YEAR = re.compile(r"(?<!\d)(20\d{2}|二[〇零○][〇零○一二三四五六七八九]{2})\s?年")
_PLAN_HEAD = re.compile(r"计划|安排|要点|部署|谋划|打算|目标|思路|下一步|要求|重点任务|重点工作")
_DONE_HEAD = re.compile(r"总结|回顾|情况|成效|成绩|卓有成效|工作基础|进展")
_ANY_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Flaw:
    """检验出的一处错：哪道题，错在哪里。"""

    item: Item
    what: str


def check(items: Iterable[Item], reports: Iterable[Report]) -> tuple[Flaw, ...]:
    """逐题检验，返回全部错处；没有错为空。"""
    shelf = {report.name: report for report in reports}
    return tuple(Flaw(item, what) for item in items for what in _flaws(item, shelf))


def _flaws(item: Item, shelf: dict[str, Report]) -> list[str]:
    found = [w for s in (*item.rests_on, *(x.source for x in item.wrongs)) for w in _quote(s, shelf)]
    if found:
        return found
    if not item.rests_on:
        return ["没有依据"]
    found += _shape(item)
    first = item.rests_on[0]
    report = shelf[first.document]
    if item.kind is ItemKind.ORDER:
        return found + _listed_year(item, report, first) + _order(item, report)
    if item.kind is ItemKind.COMPLETE:
        return found + _listed_year(item, report, first) + _complete(item, report, shelf)
    if item.kind is ItemKind.MULTIPLE:
        for source in item.rests_on:
            found += _when(item, shelf[source.document], source)
        return found + _multiple(item, shelf)
    return found + _when(item, report, first) + _clause(item, first, shelf)


def _quote(source: Source, shelf: dict[str, Report]) -> list[str]:
    report = shelf.get(source.document)
    if report is None or report.text.find(source.quote) < 0:
        return ["引文不在报告里"]
    if report.text[source.quote_span.start : source.quote_span.end] != source.quote:
        return ["引文的位置不对"]
    said = blake2b(source.quote.encode(), digest_size=12).hexdigest()
    return [] if said == source.digest else ["引文的散列不对"]


def _shape(item: Item) -> list[str]:
    """选项不重、不同值；所选都在选项里。"""
    flaws = []
    if item.options:
        values = [amount(o) for o in item.options]
        flaws += [
            f"选项“{one}”与“{item.options[j]}”相同"
            for i, one in enumerate(item.options)
            for j in range(i)
            if one == item.options[j] or (values[i] is not None and values[i] == values[j])
        ]
        if any(not 0 <= k < len(item.options) for k in item.key.choices) or not item.key.choices:
            flaws.append("答案不在选项里")
        if re.search(r"[xX*□]{2,}|隐去", "".join(item.options)):
            flaws.append("选项里有隐去的数")
    return flaws


def amount(text: str) -> tuple[Decimal, str] | None:
    """“1.8亿元” → (180000000, 元)；不是一个数加单位的为 None。"""
    found = _PLAIN.fullmatch(text.replace(" ", ""))
    if found is None:
        return None
    value = Decimal(found["number"].replace(",", "")) * Decimal(10) ** _TENS[found["scale"]]
    unit, shift = _SAME.get(found["unit"], (found["unit"], 0))
    return (value * Decimal(10) ** shift).normalize(), unit


def figure(text: str) -> tuple[Decimal, str] | None:
    """与 `amount` 相同，也认汉字数字与百分之几。"""
    text = re.sub(r"^百分之(.+)$", r"\1%", text.replace(" ", "").replace("％", "%"))
    found = re.match(r"[零〇一二三四五六七八九十百千两]+", text)
    if found is not None:
        text = f"{_han(found[0])}{text[found.end() :]}"
    return amount(text)


def _han(text: str) -> int:
    if len(text) > 1 and all(c in _HAN for c in text):
        return int("".join(str(_HAN[c]) for c in text))
    total, digit = 0, None
    for c in text:
        if c in _HAN:
            digit = _HAN[c]
        else:
            total += (1 if digit is None else digit) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = None
    return total + (digit or 0)


def _headings(report: Report, at: int) -> list[str]:
    """由近及远，这个位置之上的各级标题，最后是题名。"""
    above = [s for s in report.sections[1:] if s.span.start <= at < s.span.end]
    above.sort(key=lambda s: s.span.start, reverse=True)
    return [*(s.heading_span.of(report.text) for s in above), report.title]


def _years(text: str) -> set[int]:
    return {
        int("".join(str(_HAN.get(c, c)) if not c.isdigit() else c for c in y.replace("○", "〇")))
        for y in _YEAR.findall(text)
    }


def _when(item: Item, report: Report, source: Source) -> list[str]:
    """年度、性质照最近的、说得清的标题来看；单位照报告来看。"""
    flaws = []
    levels = _headings(report, source.span.start)
    year = next((_years(h) for h in levels if _years(h)), set())
    if item.year not in year and (year or item.year not in report.periods):
        flaws.append(f"年度不符：题目说 {item.year}，标题说 {sorted(year)}")
    said = _outer_role(levels)
    if said is not None and said is not item.role:
        flaws.append(f"性质不符：题目说{item.role}，标题说{said}")
    who = report.issuer or report.title
    if item.kind is not ItemKind.BUREAU and who not in item.stem:
        flaws.append("题干没有写明单位")
    if item.kind is not ItemKind.YEAR and f"{item.year}年" not in item.stem:
        flaws.append("题干没有写明年度")
    return flaws


def _outer_role(levels: list[str]) -> Role | None:
    """最外一级说得清的标题定性质，各级都说不清才看题名。"""
    *headings, title = levels
    return next((r for h in (*reversed(headings), title) if (r := _role(h)) is not None), None)


def _said_then(item: Item, said: str, report: Report, shelf: dict[str, Report]) -> bool:
    """这家单位的报告里，同一年、同一性质之下有没有这句原话。"""
    for other in _kin(report, shelf):
        for found in _written(said).finditer(other.text):
            levels = _headings(other, found.start())
            year = next((_years(h) for h in levels if _years(h)), {item.year})
            if item.year in year and _outer_role(levels) in (item.role, None):
                return True
    return False


def _role(heading: str) -> Role | None:
    plan, done = _PLAN_HEAD.search(heading), _DONE_HEAD.search(heading)
    if bool(plan) == bool(done):
        return None
    return Role.PLAN if plan else Role.RESULT


def _clause(item: Item, source: Source, shelf: dict[str, Report]) -> list[str]:
    """把答案放回题干的空里，就是原文；放错误选项，在这家单位的任何报告里都找不到。"""
    report = shelf[source.document]
    written = report.text[source.span.start : source.span.end]
    quoted = re.search(r"“(.*)”", item.stem, re.DOTALL)
    if quoted is None:
        return ["题干里没有引原文"]
    said = quoted[1]
    match item.kind:
        case ItemKind.FILL | ItemKind.SINGLE | ItemKind.DEADLINE:
            return _cloze(item, said, written, source, report, shelf)
        case ItemKind.TRUE_FALSE:
            real = _written(_squeezed(said)).search(_squeezed(source.quote)) is not None
            if item.key.choices not in ((0,), (1,)) or real is not (item.key.choices == (0,)):
                return ["判断题的对错与原文不符"]
            false = not real
            return ["说成错的，同一年的报告里却有原话"] if false and _said_then(item, said, report, shelf) else []
        case _:
            return _belongs(item, said, source, shelf)


def _cloze(  # noqa: PLR0913, PLR0917 - 一道题、所引的话与两处原文
    item: Item, said: str, written: str, source: Source, report: Report, shelf: dict[str, Report]
) -> list[str]:
    flaws = []
    if said.count(BLANK) != 1 or said.replace(BLANK, written) not in source.quote:
        flaws.append("把答案放回空里，不是原文")
    key = item.key.text if item.kind is ItemKind.FILL else item.options[item.key.choices[0]]
    if item.kind is ItemKind.DEADLINE:
        if key != written:
            flaws.append("答案不是原文的期限")
    elif figure(key) is None or figure(key) != figure(written):
        flaws.append(f"答案“{key}”与原文“{written}”不等")
    if (counted := _counted(said.replace(BLANK, "\0"))) is not None and counted == _plain_value(key):
        flaws.append("题干里列着的正好是这么多样")
    bare = _ANY_NUMBER.search(key)
    if bare and re.search(rf"(?<![\d.]){re.escape(bare[0])}(?![\d.])", said):
        flaws.append("题干里看得出答案")
    for at, option in enumerate(item.options):
        tried = said.replace(BLANK, option.replace(" ", ""))
        if at not in item.key.choices and _said_then(item, tried, report, shelf):
            flaws.append(f"错误选项“{option}”放进去也是原文")
    return flaws + _wrongs(item, shelf)


def _counted(said: str) -> int | None:
    """紧挨着空的一串顿号隔开的有几样；没有这样一串为 None。"""
    near = re.search(r"([^，,：:；;\0]*)\0([^，,：:；;]*)", said)
    listed = [side for side in (near.groups() if near else ()) if "、" in side]
    return len(listed[0].split("、")) if listed else None


def _plain_value(key: str) -> int | None:
    found = re.match(r"\d+(?![\d.%万亿千百])", key)
    return int(found[0]) if found else None


def _wrongs(item: Item, shelf: dict[str, Report]) -> list[str]:
    """错误选项在它说的出处里确有其数。"""
    flaws = []
    for wrong in item.wrongs:
        text = shelf[wrong.source.document].text
        written = text[wrong.source.span.start : wrong.source.span.end]
        option = item.options[wrong.option]
        if option != written and (figure(option) is None or figure(option) != figure(written)):
            flaws.append(f"错误选项“{option}”不是出处里的“{written}”")
    return flaws


def _belongs(item: Item, said: str, source: Source, shelf: dict[str, Report]) -> list[str]:
    """引的是原文；只有一个选项对得上这份报告。"""
    flaws = [] if said in source.quote else ["题干引的不是原文"]
    report = shelf[source.document]
    key = item.options[item.key.choices[0]]
    truth = {
        ItemKind.BUREAU: report.issuer,
        ItemKind.YEAR: f"{item.year}年",
        ItemKind.ROLE: "计划" if item.role is Role.PLAN else "完成",
    }[item.kind]
    if key != truth:
        flaws.append(f"答案应当是“{truth}”")
    flaws += [f"错误选项“{item.options[w.option]}”不是真的" for w in item.wrongs if not _real(item, w, shelf)]
    if item.kind is ItemKind.BUREAU:
        flaws += [
            f"{other.issuer}的报告里也有这句话"
            for other in shelf.values()
            if other.issuer in item.options and other.issuer != key and _squeezed(said) in _squeezed(other.text)
        ]
    elif sum(_squeezed(r.text).count(_squeezed(said)) for r in _kin(report, shelf)) > 1:
        flaws += _elsewhere(item, said, shelf, report)
    return flaws


def _real(item: Item, wrong: Wrong, shelf: dict[str, Report]) -> bool:
    """错误的单位、年度、性质，确是那处出处的。"""
    home, option = shelf[wrong.source.document], item.options[wrong.option]
    if item.kind is ItemKind.BUREAU:
        return option == home.issuer
    levels = _headings(home, wrong.source.span.start)
    if item.kind is ItemKind.ROLE:
        role = _outer_role(levels)
        return option in ("计划", "完成") and role in (None, Role.PLAN if option == "计划" else Role.RESULT)
    years = next((_years(h) for h in levels if _years(h)), set(home.periods))
    return option.endswith("年") and option[:-1].isdigit() and int(option[:-1]) in years


def _elsewhere(item: Item, said: str, shelf: dict[str, Report], report: Report) -> list[str]:
    """同样的话不止一处：每一处的年度、性质都要与答案一致。"""
    flaws = []
    for other in _kin(report, shelf):
        for found in _written(said).finditer(other.text):
            levels = _headings(other, found.start())
            year = next((_years(h) for h in levels if _years(h)), {item.year})
            role = _outer_role(levels) or item.role
            if (item.kind is ItemKind.YEAR and item.year not in year) or (
                item.kind is ItemKind.ROLE and role is not item.role
            ):
                flaws.append("同样的话在另一年或另一性质里也有")
    return flaws


def _multiple(item: Item, shelf: dict[str, Report]) -> list[str]:
    if len(item.key.choices) != len(item.rests_on):
        return ["正确选项与依据对不上"]
    flaws = []
    for at, source in zip(item.key.choices, item.rests_on, strict=True):
        if item.options[at] not in source.quote:
            flaws.append("正确选项不是原文")
    homes = {shelf[s.document].name: shelf[s.document] for s in item.rests_on}
    for wrong in item.wrongs:
        said, home = item.options[wrong.option], shelf[wrong.source.document]
        if said not in wrong.source.quote:
            flaws.append("错误选项不是真的原文")
        levels = _headings(home, wrong.source.span.start)
        year = next((_years(h) for h in levels if _years(h)), set())
        role = _outer_role(levels)
        if home.issuer == item.rests_on[0].issuer and home.issuer and year == {item.year} and role is item.role:
            flaws.append("错误选项也是这一年这一性质的")
        if home.name not in homes and any(_squeezed(said) in _squeezed(r.text) for r in homes.values()):
            flaws.append("错误选项在这份报告里也有")
    if set(item.key.choices) | {w.option for w in item.wrongs} != set(range(len(item.options))):
        flaws.append("有的选项说不清对错")
    return flaws


def _listed_year(item: Item, report: Report, source: Source) -> list[str]:
    """列举的年度：近处说得清的标题里有它。"""
    year = next((_years(h) for h in _headings(report, source.span.start) if _years(h)), set())
    return (
        [f"年度不符：题目说 {item.year}，标题说 {sorted(year)}"] if item.year and year and item.year not in year else []
    )


def _order(item: Item, report: Report) -> list[str]:
    flaws = []
    if sorted(item.key.choices) != list(range(len(item.options))):
        flaws.append("有的项没有排进去")
    elif not _listed(report.text, [item.options[i] for i in item.key.choices]):
        flaws.append("各项不是按这个先后列出的")
    if list(item.key.choices) == list(range(len(item.options))):
        flaws.append("选项已经排好了")
    return flaws


def _complete(item: Item, report: Report, shelf: dict[str, Report]) -> list[str]:
    """把答案放回去，各项在报告里依次列出；错误选项不在各项之间。"""
    shown = re.search(r"依次是：(.*)。空处是哪一项", item.stem, re.DOTALL)
    if shown is None:
        return ["题干没有列出各项"]
    key = item.options[item.key.choices[0]]
    parts = [re.sub(r"^\d+\. ", "", p) for p in shown[1].split("；")]
    flaws = ["题干里看得出答案"] if key in item.stem else []
    if not _listed(report.text, [key if p == BLANK else p for p in parts]):
        flaws.append("各项不是按这个先后列出的")
    if any(item.options[w.option] in parts for w in item.wrongs):
        flaws.append("错误选项也在其中")
    for wrong in item.wrongs:
        span = wrong.source.span
        if shelf[wrong.source.document].text[span.start : span.end].strip() != item.options[wrong.option]:
            flaws.append("错误选项不是真的原文")
    return flaws


def _listed(text: str, parts: list[str]) -> bool:
    """各项以顿号相连写在一处，或带着序号一、二、三依次出现。"""
    if "、".join(parts) in text:
        return True
    at = 0
    for number, part in enumerate(parts, 1):
        marks = rf"第?(?:{number}|{'零一二三四五六七八九'[number]})[章节条]?[）)、.．]?[\s\u3000*]*"
        found = re.compile(marks + re.escape(part)).search(text, at)
        if found is None:
            return False
        at = found.end()
    return True


def _kin(report: Report, shelf: dict[str, Report]) -> list[Report]:
    """同一家单位的报告；没有写明单位的只有它自己。"""
    return [r for r in shelf.values() if r is report or (r.issuer and r.issuer == report.issuer)]


def _written(said: str) -> re.Pattern[str]:
    """这句话本身；“12家企业”里的“2家企业”不算。"""
    return re.compile(rf"(?<![\d.]){re.escape(said)}" if said[:1].isdigit() else re.escape(said))


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
