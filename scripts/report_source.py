"""报告的原稿：读成一段一段。

原稿是 UTF-8 纯文本，一行一段，行首记号决定段落种类：

    % 注释                       不写入文件
    @格式：docx                  写成 docx（缺省）、pdf、ofd 或 xlsx
    @标题：……                    居中大字（Title 样式），可有多行
    @单位：……                    居中，发文单位
    @文号：……                    居中，如 沂交字〔2023〕3号
    @日期：……                    居中，照写，如 （2023年1月10日）
    @编号：样式                  序号写在“标题 1”至“标题 4”样式里（缺省）
    @编号：段落                  不用标题样式，序号逐段写在正文段落上（多数单位的文件如此）
    # 一级标题                   自动编号 一、；写成 xlsx 的，是一张工作表的名字
    ## 二级标题                  自动编号 （一）
    ### 三级标题                 自动编号 1.
    #### 四级标题                自动编号 （1）
    #* 不编号的一级标题          标题 1 样式，无序号
    + 列表项                     自动编号 ①②③，隔开一段后重新起编
    | 甲 | 乙 |                  相邻各行合成一张表，第一行是表头；^ 与上一格合并，< 与左一格合并（xlsx）
    > 落款                       右对齐
    其余                         正文，首行缩进两字；空行略去

标题行可以一直写下去（# 强基础。全年完成……），公文里“标题带正文”的段落即如此。序号都由程序生成，不在文字里，
因此原稿里不要手写 一、（一）1.；“一是……二是……”是正文，照写。
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

FORMAT = "格式"
CENTRED = {"标题", "单位", "文号", "日期"}
HEADING = re.compile(r"(#{1,4})\s+(.+)")
DIRECTIVE = re.compile(r"@(\S+?)[：:]\s*(.+)")
DIGITS = "零一二三四五六七八九"


class SourceError(Exception):
    """原稿里有一行看不懂。"""

    def __init__(self, path: Path, line: int, text: str) -> None:
        where = f"{path.name} 第 {line} 行“{text[:20]}”"
        super().__init__(f"{where}看不懂：记号见 report_source.py 的文件头，请改后重新生成。")


@dataclass(frozen=True, slots=True)
class Block:
    """原稿的一段：`kind` 为行首记号的名字（标题、单位……），或 heading、plain_heading、item、table、signature、body。"""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = field(default=())


def parse_line(path: Path, number: int, line: str) -> Block | None:
    """读原稿的一行；空行与注释为 None。"""
    text = line.strip()
    if not text or text.startswith("%"):
        return None
    if text.startswith("@"):
        found = DIRECTIVE.fullmatch(text)
        if not found or found[1] not in CENTRED | {"编号", FORMAT}:
            raise SourceError(path, number, text)
        return Block(found[1], found[2])
    if text.startswith("#*"):
        return Block("plain_heading", text[2:].strip(), 1)
    if text.startswith("#"):
        found = HEADING.fullmatch(text)
        if not found:
            raise SourceError(path, number, text)
        return Block("heading", found[2], len(found[1]))
    if text.startswith("|"):
        cells = tuple(cell.strip() for cell in text.strip("|").split("|"))
        return Block("table", rows=(cells,))
    marks = {"+": "item", ">": "signature"}
    return Block(marks[text[0]], text[1:].strip()) if text[0] in marks else Block("body", text)


def parse(path: Path) -> list[Block]:
    """读一份原稿；相邻的表格行合成一张表。"""
    blocks: list[Block] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        block = parse_line(path, number, line)
        if block is None:
            continue
        if block.kind == "table" and blocks and blocks[-1].kind == "table":
            blocks[-1] = Block("table", rows=blocks[-1].rows + block.rows)
        else:
            blocks.append(block)
    return blocks


def format_of(blocks: Sequence[Block]) -> str:
    """写成哪一种文件。"""
    return next((block.text for block in blocks if block.kind == FORMAT), "docx")


def numbered(blocks: Sequence[Block]) -> list[Block]:
    """序号写进文字里，给没有自动编号的格式用。"""
    counts = [0] * 4
    items = 0
    made: list[Block] = []
    for block in blocks:
        items = items + 1 if block.kind == "item" else 0
        number = ""
        if block.kind == "heading":
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            number = heading_number(block.level, counts[block.level - 1])
        elif block.kind == "item":
            number = chr(ord("①") + items - 1)
        made.append(Block(block.kind, number + block.text, block.level, block.rows))
    return made


def heading_number(level: int, count: int) -> str:
    """第几级的第几个：一、（一）1.（1）。"""
    return (f"{chinese(count)}、", f"（{chinese(count)}）", f"{count}.", f"（{count}）")[level - 1]


def chinese(count: int) -> str:
    """一到九十九。"""
    tens, ones = divmod(count, 10)
    lead = "" if not tens else ("" if tens == 1 else DIGITS[tens]) + "十"
    return lead + (DIGITS[ones] if ones or not tens else "")
