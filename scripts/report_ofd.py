"""由原稿的各段写成 .ofd（GB/T 33190）：一行一个文字对象，字体写名字，不嵌入。"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from report_bytes import packed
from report_source import CENTRED, Block, numbered

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEADER = '<?xml version="1.0" encoding="UTF-8"?>'
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 210.0, 297.0, 28.0, 37.0, 260.0
BODY, TITLE = 5.6, 7.6
LEADING = 9.8
NEVER_FIRST = "，。；：、！？）》”’%"
"""不放在行首的标点。"""


@dataclass(frozen=True, slots=True)
class Placed:
    """一行文字：左边、基线、字号（毫米），各字前进多少。"""

    text: str
    x: float
    y: float
    size: float
    steps: tuple[float, ...]


def written(blocks: list[Block], title: str) -> bytes:
    """写成一份 .ofd 的字节。"""
    pages = list(_pages(numbered(blocks)))
    listed = "".join(f'<ofd:Page ID="{100 + at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages)))
    members = {
        "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:Title>{escape(title)}</ofd:Title><ofd:CreationDate>2024-01-01</ofd:CreationDate></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID>"
        f"<ofd:PageArea><ofd:PhysicalBox>0 0 {WIDTH:g} {HEIGHT:g}</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:Fonts>'
        '<ofd:Font ID="1" FontName="仿宋" FamilyName="仿宋"/></ofd:Fonts></ofd:Res>',
    }
    for at, rows in enumerate(pages):
        members[f"Doc_0/Pages/Page_{at}/Content.xml"] = _page([*rows, _centred(f"— {at + 1} —", 280.0, 4.2)])
    return packed({name: (HEADER + text).encode() for name, text in members.items()})


def _pages(blocks: Sequence[Block]) -> Iterator[list[Placed]]:
    """各段折成行，自上而下排满一页再排下一页。"""
    page: list[Placed] = []
    y = TOP
    for block in blocks:
        for row in _rows(block):
            if y > BOTTOM:
                yield page
                page, y = [], TOP
            page.append(Placed(row.text, row.x, y, row.size, row.steps))
            y += LEADING * row.size / BODY
    yield page


def _rows(block: Block) -> list[Placed]:
    if block.kind in {"格式", "编号"}:
        return []
    if block.kind in CENTRED:
        return [_centred(block.text, 0, TITLE if block.kind == "标题" else BODY)]
    if block.kind == "signature":
        return [_row(block.text, WIDTH - LEFT - sum(_advances(block.text, BODY)), BODY)]
    return _wrapped(block.text)


def _wrapped(text: str) -> list[Placed]:
    """一段正文折成行，首行缩进两字。"""
    rows: list[Placed] = []
    x, line = LEFT + 2 * BODY, ""
    for char in text:
        room = WIDTH - LEFT - x
        if line and sum(_advances(line + char, BODY)) > room and char not in NEVER_FIRST and not _inside(line, char):
            rows.append(_row(line, x, BODY))
            x, line = LEFT, ""
        line += char
    return [*rows, _row(line, x, BODY)]


def _inside(line: str, char: str) -> bool:
    """数与数、字母之间不断开。"""
    return line[-1].isascii() and line[-1].isalnum() and char.isascii() and (char.isalnum() or char == ".")


def _centred(text: str, y: float, size: float) -> Placed:
    row = _row(text, (WIDTH - sum(_advances(text, size))) / 2, size)
    return Placed(text, row.x, y, size, row.steps)


def _row(text: str, x: float, size: float) -> Placed:
    return Placed(text, x, 0.0, size, tuple(_advances(text, size)[:-1]))


def _advances(text: str, size: float) -> list[float]:
    return [size / 2 if char.isascii() else size for char in text]


def _page(rows: Sequence[Placed]) -> str:
    objects = "".join(_text_object(at, row) for at, row in enumerate(rows, 1000))
    return (
        f"<ofd:Page {NAMESPACE}><ofd:Content>"
        f'<ofd:Layer ID="999" Type="Body">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def _text_object(ident: int, row: Placed) -> str:
    """边框的上沿比基线高一个字。"""
    width = sum(row.steps) + row.size
    steps = " ".join(f"{step:g}" for step in row.steps)
    return (
        f'<ofd:TextObject ID="{ident}" Font="1" Size="{row.size:g}" '
        f'Boundary="{row.x:.2f} {row.y - row.size:.2f} {width:.2f} {row.size * 1.3:.2f}">'
        f'<ofd:TextCode X="0" Y="{row.size:g}" DeltaX="{steps}">{escape(row.text)}</ofd:TextCode></ofd:TextObject>'
    )
