"""发文单位：文中写明的；没有写明而证据充分的，推断并注明。"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.place_words import WORDS
from corpus.places import Division, Place, Rank, aliases, divisions, places

_BODY = (
    r"局|厅|委员会|人民政府|办公室|办公厅|中心|支队|总队|大队|公司|集团|指挥部|领导小组|管理处|管理署|公路署|管理所|管理站|收费所|服务所|养护所|事务所|公路段|养护段|"
    r"公路站|分局|海事处|航道处|运管处|运管所|公路处|运输处|研究院|设计院|党委|党组|党总支|党支部|总站|质监站|监督站|事业处|管理局|国务院|交通部|运输部|委"
)
_ISSUER_LINE = re.compile(
    rf"[\u4e00-\u9fffxX×*A-Za-z0-9（）()“”]{{2,36}}(?:{_BODY})(?:[（(][\u4e00-\u9fff]{{2,10}}[)）])?(?:文件)?"
)
_NOT_ISSUER = re.compile(
    r"[，。；：！？]|关于|报告|总结|计划|要点|通知|方案|讲话|会议|建设[^局厅委]{0,2}$|^[一二三四五六七八九十]、|如何|工作$"
)
_HEAD_OF_TITLE = re.compile(
    rf"^在?(?:(?:19|20)\d{{2}}年度?)?([\u4e00-\u9fffxX×*（）()]{{2,30}}?(?:{_BODY}))(?=\d{{4}}|二[〇○零]|[“\"]?十[一二三四五六]五|关于|年度|上半年|今年|工作|党建|全面|贯彻|落实|安全|法治|政府信息|机关)"
)
_SPEAKER = re.compile(
    r"^[\s（(—-]*([\u4e00-\u9fff]{2,30}?(?:局|厅|委|中心|支队|总队|大队|处|所|站|段|公司|集团))\s*(?:党委|党组|党总支|党支部)?(?:副?书记|副?局长|副?厅长|副?主任|副?[支总大]队长|副?处长|副?所长|副?站长|副?段长|副?总经理|董事长)"
)
_LINE_DATE = re.compile(
    r"\s+[（(]?(?:20\d{2}|二[〇○零][〇○零一二三四五六七八九]{2})年[\d一二三四五六七八九十]{1,3}月.{0,6}$"
)
_ASSEMBLY = re.compile(
    r"在([\u4e00-\u9fff]{2,12}?(?:省|自治区|市|自治州|州|县|区|旗|盟))(?:第[一二三四五六七八九十百\d]+届)?人民代表大会"
)
_TRADE = r"(?:交通|公路|道路|运输|运管|港航|航道|海事|铁路|民航|邮政|治超|路政|高速|养护|轨道|客运|货运|机场|住建|发改)"
_NAMED_UNIT = re.compile(
    rf"{_TRADE}[^的是在和与及向对由把被将为等\W\d]{{0,12}}?(?:(?<![省市县])(?<![格布全大结破开变困新政])局|厅|委员会|中心|支队|总队|大队|管理处|管理所|公路段|分局)"
)
_SELF = {
    "局": re.compile(r"我局|全局(?!性|观|意识|谋划|出发|高度|利益|工作和)|局党组|局党委|局机关|局办公室"),
    "厅": re.compile(r"我厅|厅党组|厅机关"),
    "中心": re.compile(r"我中心|中心党委|中心机关|全中心"),
    "支队": re.compile(r"我支队|支队党委|支队机关|全支队"),
    "大队": re.compile(r"我大队|全大队"),
    "处": re.compile(r"我处|全处|处党委|处机关"),
    "所": re.compile(r"我所|全所"),
}
_LEVEL_WORD = {
    Rank.PROVINCE: re.compile(r"全省|我省|全区各"),
    Rank.PREFECTURE: re.compile(r"全市|我市|全州|我州|全盟"),
    Rank.COUNTY: re.compile(r"全县|我县|全区(?!域)|我区|全旗"),
}
_MOVING = re.compile(r"(?:至|到|往|赴|—|－|-|～|前往|发往|开往|与|同|和)$")
_ROUTE_AFTER = re.compile(r"(?:至|到|—|－|～)(?!\d)")
_MIN_DOMINANT = 3


@dataclass(frozen=True, slots=True)
class Issuer:
    """发文单位和可用来称呼它的简称；`inferred` 为真表示不是文中写明的。"""

    name: str | None
    inferred: bool
    localities: tuple[str, ...]


def is_issuer(line: str) -> bool:
    """一行是否像单位名（题名下、落款处）。"""
    line = line.strip().strip("（）()")
    return len(line) <= 40 and bool(_ISSUER_LINE.fullmatch(line)) and not _NOT_ISSUER.search(line)  # noqa: PLR2004


def issuer_of(title: str, front: Sequence[str], back: Sequence[str], body: str, name: str) -> Issuer:
    """定发文单位。

    次序：题名下或落款处的单位行 → 题名开头的单位 → 讲话人的单位 → 文件名里的单位 → 正文里充分的证据。

    Args:
        title: 题名。
        front: 正文之前的各行。
        back: 正文之后的各行（落款）。
        body: 全文。
        name: 文件名。
    """
    written = _written(title, front, back)
    from_name = _HEAD_OF_TITLE.match(_stem(name))
    if (
        written
        and from_name
        and from_name[1] != written
        and from_name[1].endswith(written)
        and written[0] in "省市县区州"
    ):
        return Issuer(from_name[1], inferred=True, localities=localities_of(from_name[1], body))
    if written:
        return Issuer(
            written, inferred=False, localities=localities_of(written, body) or _titled(re.sub(r"\s+", "", title))
        )
    if from_name:
        return Issuer(from_name[1], inferred=True, localities=localities_of(from_name[1], body))
    home = home_of(body)
    if home is None:
        return Issuer(None, inferred=False, localities=_titled(re.sub(r"\s+", "", title)))
    unit = _own_unit(body)
    return Issuer(home.name + unit if unit else None, inferred=bool(unit), localities=aliases(home))


def _titled(title: str) -> tuple[str, ...]:
    """题名以某地开头的（某省综合交通运输“十四五”发展规划），就是那里的。"""
    place = next((p for p in places(title) if p.span.start == 0), None)
    if place is not None:
        division = next(item for item in divisions() if item.code == place.code)
        return tuple(dict.fromkeys([*aliases(division), place.written]))
    own = re.match(
        rf"[\u4e00-\u9fff]{{2,6}}?(?:省|县|区|市|州|旗)(?=[“\"]?十[一二三四五六]五|\d{{4}}年|农村|综合|城市|{_TRADE})",
        title,
    )
    return (own[0][:-1], own[0]) if own else ()


def _stem(name: str) -> str:
    return re.sub(r"\.[A-Za-z0-9]{1,8}$", "", re.split(r"[/\\]", name)[-1])


def _written(title: str, front: Sequence[str], back: Sequence[str]) -> str | None:
    for written in (*front, *reversed(back)):
        line = _LINE_DATE.sub("", written)
        if is_issuer(line):
            return re.sub(r"\s+", "", line.strip().strip("（）()")).removesuffix("文件")
    in_title = _HEAD_OF_TITLE.match(re.sub(r"\s+", "", title))
    if in_title:
        return in_title[1]
    if re.search(r"国务院政府工作报告|^政府工作报告$", re.sub(r"\s+", "", title)) and any(
        "国务院" in line for line in (title, *front)
    ):
        return "国务院"
    assembly = next((m[1] for line in (title, *front) if (m := _ASSEMBLY.search(re.sub(r"\s+", "", line)))), None)
    if assembly and "政府工作报告" in re.sub(r"\s+", "", title):
        return f"{assembly}人民政府"
    for line in front:
        speaker = _SPEAKER.match(line)
        if speaker:
            return speaker[1]
    return None


def localities_of(issuer: str, body: str) -> tuple[str, ...]:
    """单位名里最低一级的地名的各种叫法；名里没有地名的，看正文说的是哪里。"""
    named = places(issuer)
    if named:
        last = max(named, key=lambda place: (place.rank, place.span.start))
        division = next(item for item in divisions() if item.code == last.code)
        return tuple(dict.fromkeys([*aliases(division), last.written]))
    own = re.match(rf"[\u4e00-\u9fff]{{2,6}}?(?:省|县|区|市|州|镇|乡|旗)(?=人民|农村|地方|综合|城市|{_TRADE})", issuer)
    if own:
        return (own[0][:-1], own[0])
    bare = re.match(rf"([\u4e00-\u9fff]{{2,4}}?)(?=(?:地方)?{_TRADE}[\u4e00-\u9fff]{{0,10}}(?:{_BODY}|处)$)", issuer)
    if bare and not re.search(_TRADE, bare[0]):
        return (bare[0],)
    if re.match(r"[市县区州省]", issuer) and (home := home_of(body)):
        return aliases(home)
    return ()


def home_of(body: str) -> Division | None:
    """正文说的是哪里：用“全县”“全市”“全省”定层级，再看这一级哪个地名独占多数。

    只作线路端点、合作对象的地名不算；说“全市”而只提到几个县的，县都属同一市才算那个市。
    """
    rank = _rank_spoken(body)
    if rank is None:
        return None
    found = places(body)
    counted = [place for place in found if not _is_passing(body, place)]
    passing = Counter(place.code for place in found if _is_passing(body, place))
    names = Counter({place.code: _said(body, place) - passing[place.code] for place in found if place.rank == rank})
    best = names.most_common(2)
    if best and best[0][1] >= _MIN_DOMINANT and (len(best) == 1 or best[0][1] > 2 * best[1][1]):
        return next(item for item in divisions() if item.code == best[0][0])
    return _by_parts(counted, rank)


def _said(body: str, place: Place) -> int:
    """全文说到一地的次数；简称是常用词的只数全称。"""
    return body.count(place.name if place.short in WORDS else place.short)


def _rank_spoken(body: str) -> Rank | None:
    """全文自称的层级：说得最多的“全县、全市、全省”，须有三次以上。"""
    counts = {rank: len(pattern.findall(body)) for rank, pattern in _LEVEL_WORD.items()}
    rank = max(counts, key=lambda item: (counts[item], item))
    return rank if counts[rank] >= _MIN_DOMINANT else None


def _by_parts(counted: Sequence[Place], rank: Rank) -> Division | None:
    """由下级地名推上级：三个以上不同的下级占了全部下级地名的八成，且同属一地。"""
    width = 2 * int(rank)
    below = {place.code for place in counted if place.rank > rank}
    owners = Counter(code[:width] for code in below)
    for owner, number in owners.most_common(1):
        if number >= _MIN_DOMINANT and number * 5 >= len(below) * 4:
            code = owner.ljust(6, "0")
            return next((item for item in divisions() if item.code == code), None)
    return None


def _is_passing(body: str, place: Place) -> bool:
    """只是线路的端点或合作的对象：“至杭州”“X 至南京”。"""
    before, after = body[max(0, place.span.start - 4) : place.span.start], body[place.span.end : place.span.end + 2]
    return bool(_MOVING.search(before) or _ROUTE_AFTER.match(after))


def _own_unit(body: str) -> str:
    """正文用“我局”“全局”自称时，文中不带地名的本行业单位名；不止一个或没有为空。"""
    said = {suffix: len(pattern.findall(body)) for suffix, pattern in _SELF.items()}
    suffix = max(said, key=lambda item: said[item])
    if said[suffix] < 2:  # noqa: PLR2004
        return ""
    units = Counter(
        found[0]
        for found in _NAMED_UNIT.finditer(body)
        if found[0].endswith(suffix)
        and not re.search(r"[省市县区州部级]$", body[max(0, found.start() - 1) : found.start()])
    )
    common = units.most_common(2)
    return common[0][0] if common and (len(common) == 1 or common[0][1] > common[1][1]) else ""
