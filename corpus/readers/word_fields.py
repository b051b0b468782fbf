"""Word 的域：只要结果，不要代码；目录与页码的结果也不要。"""

import re
from dataclasses import dataclass, field

from lxml import etree

from corpus.readers.numbering import W

_DROPPED_RESULT = re.compile(r"\s*(?:TOC|PAGE|NUMPAGES|SECTIONPAGES|SECTION|INDEX)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Field:
    code: str = ""
    in_result: bool = False


@dataclass(slots=True)
class Fields:
    """读到哪些域里了；域可以跨段，一份文件一个。

    `broken` 表示开合不成对：这时分不清哪里是结果，凡是显示的字都要。
    """

    broken: bool
    open: list[_Field] = field(default_factory=list)

    def feed(self, element: etree._Element) -> None:
        """走过一个域标记（w:fldChar）或一截域代码（w:instrText）。"""
        if element.tag == f"{W}instrText":
            if self.open:
                self.open[-1].code += element.text or ""
            return
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self.open.append(_Field())
        elif kind == "separate" and self.open:
            self.open[-1].in_result = True
        elif kind == "end" and self.open:
            self.open.pop()

    def shows(self) -> bool:
        """此处的字看得见：不在任何一个域的代码里，也不在目录、页码的结果里。"""
        return self.broken or all(item.in_result and not _DROPPED_RESULT.match(item.code) for item in self.open)


def fields_of(body: etree._Element) -> Fields:
    """一份文件的域；先看开合是否成对。"""
    depth, broken = 0, False
    for mark in body.iter(f"{W}fldChar"):
        kind = mark.get(f"{W}fldCharType")
        depth += (kind == "begin") - (kind == "end")
        broken = broken or depth < 0
    return Fields(broken=broken or depth != 0)


def drops(simple: etree._Element) -> bool:
    """简写的域（w:fldSimple）的结果要不要丢。"""
    return bool(_DROPPED_RESULT.match(simple.get(f"{W}instr", "")))
