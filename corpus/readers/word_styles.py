"""Word 的样式：大纲级别、编号、是否目录、是否隐藏。"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from corpus.readers.numbering import W

_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLE_NAME = re.compile(r"title|标题|文章标题|公文标题|大标题", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"toc\s*(?:\d|heading)|目录\s*\d|table of figures|图表目录", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """一种样式：名字、大纲级别（0 起，None 为正文）、编号、字是否隐藏。"""

    name: str
    outline: int | None
    num: str | None
    depth: int | None
    hidden: bool = False

    @property
    def is_contents(self) -> bool:
        """是否目录行的样式。"""
        return bool(_CONTENTS_NAME.match(self.name.strip()))

    @property
    def is_title(self) -> bool:
        """是否文章标题的样式。"""
        return bool(_TITLE_NAME.fullmatch(self.name.strip()))


@dataclass(frozen=True, slots=True)
class Styles:
    """一份文件的全部样式；`linked` 是编号样式名 → numId。"""

    named: Mapping[str, Style]
    default: str
    linked: Mapping[str, str]

    def of(self, paragraph: etree._Element) -> Style | None:
        """一段的样式；没有写的用默认的。"""
        return self.named.get(val(paragraph.find(f"{W}pPr/{W}pStyle"))) or self.named.get(self.default)

    def hides(self, run: etree._Element) -> bool:
        """一截字是否隐藏：自己写的先于字符样式。"""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return False
        own = properties.find(f"{W}vanish")
        if own is not None:
            return is_on(own)
        style = self.named.get(val(properties.find(f"{W}rStyle")))
        return style is not None and style.hidden


def styles_of(root: etree._Element | None) -> Styles:
    """读 styles.xml；文件里没有样式则为空。"""
    elements = {} if root is None else {item.get(f"{W}styleId", ""): item for item in root.findall(f"{W}style")}
    named = {key: _style(key, elements) for key in elements}
    default = ""
    linked: dict[str, str] = {}
    for key, item in elements.items():
        kind = item.get(f"{W}type")
        if kind == "paragraph" and item.get(f"{W}default") in {"1", "true"}:
            default = key
        if kind == "numbering" and (num := named[key].num):
            linked[key] = num
    return Styles(named, default, linked)


def _style(key: str, elements: Mapping[str, etree._Element]) -> Style:
    """一种样式，沿 basedOn 继承大纲级别、编号与隐藏。"""
    name, outline, num, depth = "", None, None, None
    hidden: bool | None = None
    seen: set[str] = set()
    at = key
    while at in elements and at not in seen:
        seen.add(at)
        element = elements[at]
        own = val(element.find(f"{W}name")) or at
        name = name or own
        properties = element.find(f"{W}pPr")
        if properties is not None:
            outline = number(properties.find(f"{W}outlineLvl")) if outline is None else outline
            num = (val(properties.find(f"{W}numPr/{W}numId")) or None) if num is None else num
            depth = number(properties.find(f"{W}numPr/{W}ilvl")) if depth is None else depth
        vanish = element.find(f"{W}rPr/{W}vanish")
        hidden = is_on(vanish) if hidden is None and vanish is not None else hidden
        named = _HEADING_NAME.fullmatch(own.strip())
        if outline is None and named:
            outline = int(named[1]) - 1
        at = val(element.find(f"{W}basedOn"))
    return Style(name, outline, num, depth, hidden=bool(hidden))


def val(element: etree._Element | None) -> str:
    """元素的 w:val；没有为空。"""
    return "" if element is None else str(element.get(f"{W}val", ""))


def number(element: etree._Element | None) -> int | None:
    """元素的 w:val 读作非负整数；不是则为 None。"""
    value = val(element)
    return int(value) if re.fullmatch("[0-9]{1,9}", value) else None


def is_on(element: etree._Element) -> bool:
    """开关属性是否开着；不写值就是开。"""
    return val(element) not in {"0", "false", "off"}
