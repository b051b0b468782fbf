"""按主题找数字：主题里的词，对得上多少。"""

import re
from collections.abc import Iterable

from index.records import Fact
from index.words import STOP_WORDS, cut

MOST_FACTS = 300


def about(facts: Iterable[Fact], words: str) -> tuple[Fact, ...]:
    """说到这个主题的数字；主题正是它的在前，新的在前。可以写上年度。"""
    years = {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", words)}
    wanted = _topic(words)
    if not wanted and not years:
        return ()
    found = [fact for fact in facts if not years or fact.year in years]
    scored = [(fact, _closeness(fact, wanted)) for fact in found]
    ranked = sorted((pair for pair in scored if pair[1]), key=lambda pair: (-pair[1], -(pair[0].year or 0)))
    return tuple(fact for fact, _ in ranked[:MOST_FACTS])


def _topic(words: str) -> tuple[str, ...]:
    """主题里的词，年度与虚词不算。"""
    rest = re.sub(r"(?<!\d)(?:19|20)\d{2}(?!\d)年?度?", " ", words)
    return tuple(word for word in cut(rest) if word.strip() and word not in STOP_WORDS and word.isalnum())


def _closeness(fact: Fact, wanted: Iterable[str]) -> int:
    """主题正是它的 2，原句里说到的 1，不相干的 0；单位的名字也可以写在主题里。"""
    words, issuer = tuple(wanted), fact.issuer or ""
    for closeness, place in ((2, fact.subject), (1, f"{fact.quote}\n{''.join(fact.section)}")):
        if all(word in place or word in issuer for word in words) and (
            not words or any(word in place for word in words)
        ):
            return closeness
    return 0
