"""考大纲与列举的题：排出先后、补上缺的一项。"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from bot.quiz.claims import grams, label, likeness, path_of, source_at
from bot.quiz.drawing import CHOICES, FEWEST, mixed
from bot.quiz.items import BLANK, Item, ItemKind, Key, Source, Why, Wrong
from bot.quiz.library import Library
from corpus.records import Report, Role, Span
from index.matching import plain
from index.quantities import number

_FEWEST_PARTS, _MOST_PARTS = 3, 8
_LONGEST = 32
_SHORTEST = 2
_ALIKE = 0.7
_LENGTHS = 10
_NAMED = re.compile(
    r"“([二三四五六七八九十两])(?:个|项|大|条)?([^“”，。；、\d]{1,8})”(?:，?(?:就是|是指|即|指的是|是)|：)"
)
_STOCK = re.compile(
    r"\d{4}年|[二一][〇零○][〇零○一二三四五六七八九]{2}年|去年|今年|明年|下一步|存在|主要指标|"
    r"^(?:主要|重点|总体|全[局年市县省州])?(?:任务|工作|情况|目标|思路|要求|措施|成效|做法|进展|重点|回顾|安排|打算|计划|谋划|总结|保障|组织|问题|形势)+$"
)
"""哪份报告都有的套话标题，不必看报告也排得出先后。"""
_END = re.compile(r"[，。；！？\n]")


@dataclass(frozen=True)
class Listing:
    """一串有次序的东西：一节之下的各节，或“四个坚持”的各项。"""

    report: Report
    name: str
    section: int
    parts: tuple[Span, ...]
    quote: Span
    nested: bool

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """各项的文字。"""
        return tuple(p.of(self.report.text).strip() for p in self.parts)

    @cached_property
    def affixes(self) -> tuple[str, str]:
        """各项同样的开头与结尾：“坚持”“……方面”。"""
        return _shared(self.texts), _shared(tuple(t[::-1] for t in self.texts))[::-1]

    @property
    def path(self) -> str:
        """在哪一节。"""
        return path_of(self.report, self.section)

    @property
    def whose(self) -> str:
        """题干开头：哪家单位的哪份报告，说的哪一年、什么性质。"""
        section = self.report.sections[self.section]
        year = f"{section.year}年" if section.year and str(section.year) not in self.name else ""
        role = {Role.PLAN: "工作计划", Role.RESULT: "完成情况"}.get(section.role or Role.SITUATION, "")
        told = f"（{year}{role}）" if year else ""
        return f"{self.report.issuer or ''}《{self.report.title}》{told}"


def listings(report: Report) -> Iterator[Listing]:
    """一份报告里可以考的各串。"""
    yield from _headings(report)
    yield from _named_lists(report)


def _headings(report: Report) -> Iterator[Listing]:
    for parent, section in enumerate(report.sections):
        children = [i for i, s in enumerate(report.sections) if s.parent == parent and i > 0 and s.number]
        parts = tuple(_words(report, i) for i in children)
        name = "各大部分" if parent == 0 else _bare_heading(report, parent)
        found = Listing(report, name, parent, parts, section.heading_span, nested=True)
        if _well_numbered(report, children) and _fit(found) and name:
            yield found


def _bare_heading(report: Report, index: int) -> str:
    return _words(report, index).of(report.text).strip()


def _words(report: Report, index: int) -> Span:
    """标题去掉序号。"""
    section = report.sections[index]
    whole = section.heading_span
    at = whole.start + (len(section.number) if whole.of(report.text).startswith(section.number) else 0)
    while at < whole.end and report.text[at] in " 、.．　\t":
        at += 1
    return Span(at, whole.end)


def _well_numbered(report: Report, children: list[int]) -> bool:
    """序号从一起，逐个相连；“附件”之类不算。"""
    numbers = [number(re.sub(r"[^\d一二三四五六七八九十]", "", report.sections[i].number)) for i in children]
    return numbers == list(range(1, len(children) + 1))


def _named_lists(report: Report) -> Iterator[Listing]:
    for paragraph in report.paragraphs:
        text = paragraph.span.of(report.text)
        for found in _NAMED.finditer(text):
            stop = _END.search(text, found.end())
            end = stop.start() if stop else len(text)
            parts, at = [], found.end()
            for piece in text[found.end() : end].split("、"):
                parts.append(Span(paragraph.span.start + at, paragraph.span.start + at + len(piece)))
                at += len(piece) + 1
            name = text[found.start() + 1 : text.index("”", found.start())]
            quote = Span(paragraph.span.start + found.start(), paragraph.span.start + end)
            listing = Listing(report, name, paragraph.section, tuple(parts), quote, nested=False)
            if number(found[1].replace("两", "二")) == len(parts) and _fit(listing):
                yield listing


def _fit(listing: Listing) -> bool:
    texts = listing.texts
    return (
        _FEWEST_PARTS <= len(texts) <= _MOST_PARTS
        and len({plain(t) for t in texts}) == len(texts)
        and all(_SHORTEST <= len(t) <= _LONGEST and "\n" not in t for t in texts)
        and not any(re.search(r"[xX*□]{2,}|某", t) for t in texts)
        and not any(a is not b and plain(a) in plain(b) for a in texts for b in texts)
        and not any(_STOCK.search(t) for t in texts)
    )


def chosen_listings(library: Library) -> tuple[Listing, ...]:
    """选定的报告里可以考的各串；同名而内容不同的（不同年的“四个坚持”），只在题名分得清时才考。"""
    found = [x for r in library.reports for x in listings(r) if library.scope.covers(x.path, " ".join(x.texts))]
    whole = [x for r in library.world.reports.values() for x in listings(r)]
    return tuple(x for x in found if not any(_confusable(x, y) for y in whole))


def _confusable(one: Listing, other: Listing) -> bool:
    same = (
        one.report.title == other.report.title and label(one.report) == label(other.report) and one.name == other.name
    )
    return same and one.texts != other.texts


def orders(library: Library, dice: random.Random) -> Iterator[Item]:
    """排序：按报告里的先后。"""
    for listing in mixed(chosen_listings(library), dice):
        shuffled = list(range(len(listing.parts)))
        while shuffled == sorted(shuffled):
            dice.shuffle(shuffled)
        key = tuple(shuffled.index(i) for i in range(len(shuffled)))
        yield Item(
            ItemKind.ORDER,
            f"{listing.whose}里，{_about(listing)}，按报告里的先后排序。",
            tuple(listing.texts[i] for i in shuffled),
            Key(key),
            tuple(_source(listing, p, library) for p in listing.parts),
            (),
            None,
            *_when(listing),
            round(min(0.9, 0.3 + 0.1 * len(shuffled)), 3),
        )


def completions(library: Library, dice: random.Random) -> Iterator[Item]:
    """补全：列出其余各项，补上缺的；错误选项取自别的列举。"""
    every = chosen_listings(library)
    for listing, missing in mixed([(x, i) for x in every for i in range(len(x.parts))], dice):
        wrong = _outsiders(listing, missing, every)
        if len(wrong) >= FEWEST - 1:
            nearest = sorted(wrong, key=lambda w: -likeness(grams(w[1]), grams(listing.texts[missing])))[: 2 * CHOICES]
            picked = dice.sample(nearest, min(CHOICES - 1, len(nearest)))
            yield _completion(listing, missing, picked, library, dice)


def _outsiders(listing: Listing, missing: int, every: tuple[Listing, ...]) -> list[tuple[Listing, str, Span]]:
    """别的列举里的项：同样是标题或同样是列举，长短相近，与本串各项都不像，彼此不重。"""
    found: list[tuple[Listing, str, Span]] = []
    own = [*map(grams, listing.texts), grams(listing.name)]
    seen: set[str] = set()
    for other in every:
        if other is listing or other.nested is not listing.nested or other.quote == listing.quote:
            continue
        if not _same_level(other, listing) or other.affixes != listing.affixes:
            continue
        for text, span in zip(other.texts, other.parts, strict=True):
            close = abs(len(text) - len(listing.texts[missing])) <= _LENGTHS and _looks_alike(text, listing)
            if close and text not in seen and not any(likeness(grams(text), s) >= _ALIKE for s in own):
                seen.add(text)
                found.append((other, text, span))
    return found


def _looks_alike(text: str, listing: Listing) -> bool:
    """分句一样多，头一个分句一样长短：混在其中看不出是外来的。"""
    parts = text.split("，")
    shapes = {(len(own), len(own[0])) for own in (t.split("，") for t in listing.texts)}
    return any(len(parts) == count and (count == 1 or len(parts[0]) == first) for count, first in shapes)


def _shared(texts: tuple[str, ...]) -> str:
    """各项共有的开头。"""
    return "".join(c[0] for c in takewhile(lambda c: len(set(c)) == 1, zip(*texts, strict=False)))


def _same_level(one: Listing, other: Listing) -> bool:
    return not one.nested or (one.section == 0) == (other.section == 0)


def _completion(
    listing: Listing,
    missing: int,
    picked: list[tuple[Listing, str, Span]],
    library: Library,
    dice: random.Random,
) -> Item:
    options = [listing.texts[missing], *(text for _, text, _ in picked)]
    dice.shuffle(options)
    shown = "；".join(f"{i + 1}. {BLANK if i == missing else t}" for i, t in enumerate(listing.texts))
    wrongs = tuple(
        Wrong(options.index(text), _why(listing, other), _source(other, span, library)) for other, text, span in picked
    )
    near = max(likeness(grams(t), grams(listing.texts[missing])) for _, t, _ in picked)
    return Item(
        ItemKind.COMPLETE,
        f"{listing.whose}里，{_about(listing)}依次是：{shown}。空处是哪一项？",
        tuple(options),
        Key((options.index(listing.texts[missing]),)),
        (_source(listing, listing.parts[missing], library),),
        wrongs,
        None,
        *_when(listing),
        round(min(0.9, 0.4 + near / 2), 3),
    )


def _why(listing: Listing, other: Listing) -> Why:
    if label(other.report) != label(listing.report):
        return Why.OTHER_BUREAU
    mine, theirs = listing.report.sections[listing.section], other.report.sections[other.section]
    if mine.year != theirs.year:
        return Why.OTHER_YEAR
    return Why.NEIGHBOUR if mine.role is theirs.role else Why.OTHER_ROLE


def _about(listing: Listing) -> str:
    if not listing.nested:
        return f"“{listing.name}”"
    return "各大部分的标题" if listing.section == 0 else f"“{listing.name}”之下的各项标题"


def _when(listing: Listing) -> tuple[int | None, Role | None]:
    section = listing.report.sections[listing.section]
    return section.year, section.role


def _source(listing: Listing, part: Span, library: Library) -> Source:
    """引文是这一项所在的一行（标题）或整串（列举）。"""
    quote = listing.quote
    if listing.nested:
        sections = listing.report.sections
        quote = next(s.heading_span for s in sections if s.heading_span.start <= part.start < s.heading_span.end)
    return source_at(listing.report, part, quote, path_of(listing.report, listing.section), library.generation)
