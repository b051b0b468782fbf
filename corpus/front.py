"""题名、日期、文号：正文前后的几行。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corpus.issuer import is_issuer
from corpus.joining import ends_sentence, is_salutation
from corpus.markers import marker
from corpus.years import arabic

_TITLE_WORD = re.compile(
    r"报告|总结|计划|要点|方案|通知|讲话|汇报|意见|安排|情况|纲要|规划|办法|公报|年报|打算|思路|回顾|发言|说明|材料|部署|决定|函|预案|细则|规定|清单|小结|述职|纪要"
)
_TITLE_END = re.compile(rf"(?:{_TITLE_WORD.pattern})(?:[（(][^（()）]{{1,12}}[)）])?[》”]?$")
_YEAR = r"(?P<y>(?:19|20)\d{2}|二[〇○零Ｏ０O0][〇○零Ｏ０O0一二三四]{1}[〇○零Ｏ０O0一二三四五六七八九])"
_DATE = re.compile(
    rf"{_YEAR}\s*(?:年\s*(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月\s*(?:(?P<d>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日)?"
    r"|[-./－．](?P<m2>\d{1,2})[-./－．](?P<d2>\d{1,2}))"
)
_UNNAMED = re.sub(r"\?P<\w+>", "?:", _DATE.pattern)
_DATE_LINE = re.compile(rf"[\s（(]*(?:{_UNNAMED})[\s)）]*")
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,12}\s*[〔\[【（(﹝［]\s*(?:19|20)\d{2}\s*[〕\]】）)﹞］]\s*(?:第\s*)?\d{1,4}\s*号|[\u4e00-\u9fff]{2,10}\s*(?:19|20)\d{2}\s*年第\s*\d{1,4}\s*号"
)
_HAN_NUMBER = {char: at for at, char in enumerate("〇一二三四五六七八九")}
_LONGEST = 70
_AT_MEETING = re.compile(r"^[\s（(]*(?:——|—|--)|^[（(].*[)）]$|^——?在")
_PERSON = re.compile(r"[\u4e00-\u9fff]{1,3}\s?[\u4e00-\u9fff]{1,2}")


@dataclass(frozen=True, slots=True)
class Front:
    """正文之前读出的题名、日期与文号；`title` 为空表示没有写题名。"""

    title: str
    dated: date | None
    document_number: str | None


def split_front(blocks: Sequence[str]) -> int:
    """正文从第几段开始：第一个序号标题、称呼或带句末标点的长段。"""
    for at, text in enumerate(blocks):
        found = marker(text)
        if is_salutation(text) or (found and found.style != "附件"):
            return at
        if (at and text.endswith(("：", ":"))) or len(text) > _LONGEST:
            return at
        if ends_sentence(text) and len(text) > 6 and not is_date_line(text):  # noqa: PLR2004
            return at
    return min(len(blocks), 1)


def front_of(front: Sequence[str], back: Sequence[str]) -> Front:
    """从正文前后的几行读题名、日期、文号。"""
    number = next((found[0] for line in (*front, *back) if (found := _NUMBER.search(line))), None)
    return Front(_title(front), _dated(front, back), re.sub(r"\s+", "", number) if number else None)


def is_date_line(text: str) -> bool:
    """一行是否只是日期。"""
    return bool(_DATE_LINE.fullmatch(text.strip()))


def is_title(text: str) -> bool:
    """一行是否像题名：短，不带句末标点，以“总结、计划、报告”一类词收尾。"""
    if marker(text.strip()) is not None:
        return False
    text = re.sub(r"\s+", "", text)
    return (
        4 <= len(text) <= _LONGEST  # noqa: PLR2004
        and not ends_sentence(text)
        and not re.search(r"[。；！？]", text)
        and bool(_TITLE_END.search(text))
        and not is_date_line(text)
        and not is_issuer(text)
    )


def _title(front: Sequence[str]) -> str:
    lines = [line for line in front if _may_be_title(line)]
    titled = [at for at, line in enumerate(lines) if _TITLE_WORD.search(line)]
    if not titled:
        candidates = [line for line in lines if not is_issuer(line) and not _PERSON.fullmatch(line) and len(line) > 4]  # noqa: PLR2004
        return _spaced(candidates[0]) if candidates else ""
    at = titled[0]
    title = lines[at]
    if at and (title.startswith("关于") or len(title) <= 6) and _leads(lines[at - 1]):  # noqa: PLR2004
        title = lines[at - 1] + title
    return _spaced(title)


def _leads(line: str) -> bool:
    """上一行是题名的前半：单位名，或“在全市交通运输工作会议上的”。"""
    return is_issuer(line) or line.endswith(("的", "关于", "上", "年", "年度"))


def _may_be_title(line: str) -> bool:
    line = line.strip()
    return (
        1 < len(line) <= _LONGEST
        and not is_date_line(line)
        and not _NUMBER.fullmatch(line.replace(" ", ""))
        and not is_salutation(line)
        and not _AT_MEETING.search(line)
        and not re.search(r"[。；！？，：]$", line)
    )


def _spaced(title: str) -> str:
    """题名里为美观加的空格去掉：工 作 总 结。"""
    title = title.strip()
    gaps = re.findall(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", title)
    return re.sub(r"(?<=[\u4e00-\u9fff\d])\s+(?=[\u4e00-\u9fff\d])", "", title) if gaps else title


def _dated(front: Sequence[str], back: Sequence[str]) -> date | None:
    for line in (*front, *reversed(back)):
        if len(line) <= _LONGEST and (found := _DATE.search(line)) and (is_date_line(line) or line in front):
            return _date(found)
    return None


def _date(found: re.Match[str]) -> date | None:
    month = _small(found["m"] or found["m2"])
    day = _small(found["d"] or found["d2"] or "1")
    try:
        return date(arabic(found["y"]), month, day)
    except ValueError:
        return None


def _small(text: str) -> int:
    """两位以内的数，汉字的也读：二十五 → 25。"""
    if text.isdigit():
        return int(text)
    tens, found, ones = text.rpartition("十")
    return (_HAN_NUMBER.get(tens, 1) * 10 if found else 0) + _HAN_NUMBER.get(ones, 0)


_MEETING = re.compile(r"召开(全[\u4e00-\u9fff]{2,24}?(?:会议|大会))")
_REVIEWED = re.compile(
    r"总结(?:了)?((?:二[〇○零一二三四五六七八九]{3}|20\d{2})年[\u4e00-\u9fff]{0,20}?工作).{0,40}?部署((?:二[〇○零一二三四五六七八九]{3}|20\d{2})年[\u4e00-\u9fff]{0,16}?(?:工作|任务))"
)
_REQUIRED = re.compile(
    r"((?:今年|二[〇○零一二三四五六七八九]{3}年|20\d{2}年)[\u4e00-\u9fff]{2,24}?工作)的?(?:总体要求|总体思路|指导思想|主要任务)"
)


def inferred_title(name: str, body: str, year: int | None) -> str:
    """没有写题名时：文件名若是人起的就用它，否则由首段拟一个。"""
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", re.split(r"[/\\]", name)[-1])
    if len(re.findall(r"[\u4e00-\u9fff]", stem)) >= 4:  # noqa: PLR2004
        return stem
    head = body[:1200]
    if found := _MEETING.search(head):
        lead = f"{year}年" if year else ""
        return f"在{lead}{found[1]}上的讲话"
    if found := _REVIEWED.search(head):
        return f"总结{found[1]}、部署{found[2]}的讲话"
    if found := _REQUIRED.search(head):
        subject = found[1].replace("今年", f"{year}年" if year else "今年")
        return f"{subject}要点"
    first = re.split(r"[，。；：！\n]", next((line for line in body.split("\n") if not is_salutation(line)), stem))[0]
    return first[:30] or stem
