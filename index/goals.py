"""一件一件的实事：先说目标，后一句说完成得怎样。"""

import re

from corpus.roles import is_done
from index.quantities import quantities
from index.subjects import bare_subject, without_verbs

_REPORTS = re.compile(
    r"^(?:截[至止][^，。；]{1,14}[，,]?)?(?:目前|现)?[，,]?(?:均?已|实际)(?:全部|累计)?[\u4e00-\u9fff]{1,4}"
)
_TOLD = re.compile(r"分别|占|增长|下降|同比|达到?(?!标)|了")
_LONGEST = 40


def is_goal(sentence: str, following: str) -> bool:
    """“新建公共停车位5000个。已建成5230个。”的前一句。

    Args:
        sentence: 总结里的一句。
        following: 同一段里接着的一句，没有则为空串。
    """
    if len(sentence) > _LONGEST or is_done(sentence) or _TOLD.search(sentence) or not _REPORTS.match(following):
        return False
    units = {q.unit for q in quantities(following) if q.unit}
    return any(q.unit in units for q in quantities(sentence))


def aimed_at(aim: str) -> str:
    """目标一句说的是什么：新建公共停车位5000个 → 公共停车位；不是目标则为空串。"""
    found = quantities(aim)
    return without_verbs(bare_subject(aim[: found[0].span.start])) if found else ""
