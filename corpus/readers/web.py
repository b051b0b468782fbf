"""网页：取正文，去掉导航、脚本，表格成句。"""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from corpus.errors import BrokenFile, EmptyFile
from corpus.readers.digits import count
from corpus.readers.plain import decode
from corpus.readers.tables import lost_digits, sentences
from corpus.records import Line, Text

_DROPPED = (
    "script style noscript template nav header footer aside form button select iframe object embed svg head input"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_MAIN = re.compile(r"content|article|detail|zoom|main|text|editor|正文", re.IGNORECASE)
_BLOCKS = "p div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article main blockquote pre address center tr td th body"
_BLOCK = frozenset(_BLOCKS.split())
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]+)", re.IGNORECASE)
_SITE = re.compile(r"\s*[-_|–—]\s*[^-_|–—]{2,20}$")
_BREAK = "\x0b"


def read(data: bytes, name: str) -> Text:
    """读一份网页。

    Raises:
        EmptyFile: 没有正文。
        BrokenFile: 标记一层套一层，深得不像网页。
    """
    try:
        return _page(data, name)
    except RecursionError as error:
        raise BrokenFile(name, "网页") from error


def _page(data: bytes, name: str) -> Text:
    soup = BeautifulSoup(decoded(data), "lxml")
    title = soup.title.get_text(strip=True) if soup.title else ""
    for tag in soup.find_all(_DROPPED.split()):
        tag.decompose()
    for tag in soup.find_all(style=_HIDDEN):
        tag.decompose()
    main = _main(soup)
    made = list(_lines(main))
    lines = [line for line, _ in made if line.text.strip()]
    if not lines:
        raise EmptyFile(name)
    if title and len(title) > 4 and not any(_SITE.sub("", title) in line.text for line in lines[:6]):  # noqa: PLR2004
        title = _SITE.sub("", title)
        made.insert(0, (Line(title, level=0, whole=True), count(title)))
        lines.insert(0, made[0][0])
    return Text(tuple(lines), sum(digits for _, digits in made))


def decoded(data: bytes) -> str:
    """按网页自己写明的字符集解码；没有写或写错的按内容认。"""
    named = _CHARSET.search(data[:4096])
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        charset = named[1].decode().lower()
        try:
            return data.decode("gb18030" if charset.startswith("gb") else charset)
        except (UnicodeDecodeError, LookupError):
            return decode(data)[0]
    return decode(data)[0]


def _main(soup: BeautifulSoup) -> Tag:
    """正文所在的元素：名字像正文、又占了全页六成文字的最里一层；没有就是整页。"""
    body = soup.body or soup
    total = len(body.get_text())
    best: Tag = body
    for tag in body.find_all(["div", "article", "main", "td", "section"]):
        named = f"{tag.name} {tag.get('id') or ''} {' '.join(tag.get('class') or [])}"
        if _MAIN.search(named) and len(tag.get_text()) >= 0.6 * total:
            best = tag
    return best


def _lines(root: Tag) -> Iterator[tuple[Line, int]]:
    """各行，和每行在原始层的数字个数。"""
    inline: list[str] = []
    for child in root.children:
        if isinstance(child, Tag) and (
            child.name in _BLOCK or child.name == "table" or child.find(["table", "p", "div", "li"])
        ):
            yield from _flushed(inline, None)
            inline = []
            yield from _block(child)
        elif isinstance(child, Tag):
            inline.append(_BREAK if child.name == "br" else _inline(child))
        elif type(child) is NavigableString:
            inline.append(re.sub(r"\s*\n\s*", "\n", str(child)))
    yield from _flushed(inline, _level(root))


def _inline(tag: Tag) -> str:
    for item in tag.find_all("br"):
        item.replace_with(_BREAK)
    return tag.get_text()


def _level(tag: Tag) -> int | None:
    found = re.fullmatch(r"h([1-6])", tag.name or "")
    return int(found[1]) if found else None


def _flushed(inline: list[str], level: int | None) -> Iterator[tuple[Line, int]]:
    """行内的文字：源码里的换行不是换行，<br> 才是。"""
    text = "".join(inline)
    for part in text.split(_BREAK):
        shown = re.sub(r"(?<=[\u2e80-\uffef])\s*\n\s*(?=[\u2e80-\uffef])", "", part)
        shown = re.sub(r"\s*\n\s*", " ", shown)
        if shown.strip():
            yield Line(shown, level=level, whole=True), count(shown)


def _block(tag: Tag) -> Iterator[tuple[Line, int]]:
    if tag.name == "table":
        if tag.find("table") is None and not _is_layout(tag):
            yield from _table(tag)
        else:
            for cell in tag.find_all(["td", "th", "caption"]):
                if cell.find_parent("table") is tag:
                    yield from _lines(cell)
    else:
        yield from _lines(tag)


def _is_layout(table: Tag) -> bool:
    """排版用的表：只有一格一行，或格里是大段文字。"""
    cells = table.find_all(["td", "th"])
    return len(cells) < 3 or max(len(cell.get_text()) for cell in cells) > 400  # noqa: PLR2004


def _table(table: Tag) -> Iterator[tuple[Line, int]]:
    caption = table.find("caption")
    above = caption.get_text(strip=True) if isinstance(caption, Tag) else ""
    if above:
        yield Line(above, whole=True), count(above)
    grid = grid_of(table)
    made = sentences(grid, above)
    for at, text in enumerate(made):
        yield Line(text, whole=True), count(text) + (lost_digits(grid, made) if at == 0 else 0)


def grid_of(table: Tag) -> list[list[str]]:
    """表格的文字，rowspan、colspan 都填满。"""
    grid: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}
    for row in table.find_all("tr"):
        cells: list[str] = []
        queue = [cell for cell in row.find_all(["td", "th"]) if cell.find_parent("tr") is row]
        while queue or len(cells) in carried:
            if len(cells) in carried:
                left, text = carried.pop(len(cells))
                if left > 1:
                    carried[len(cells)] = (left - 1, text)
                cells.append(text)
                continue
            cell = queue.pop(0)
            text = cell.get_text(" ", strip=True) if cell.find("br") else cell.get_text(strip=True)
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            for _ in range(across):
                if down > 1:
                    carried[len(cells)] = (down - 1, text)
                cells.append(text)
        grid.append(cells)
    return grid


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(max(int(value), 1), 200) if value.isdigit() else 1
