"""纯文本与 Markdown。"""

import codecs
import re

from corpus.clean import clean
from corpus.errors import EmptyFile, UnknownFormat
from corpus.readers.digits import count
from corpus.readers.tables import sentences
from corpus.records import Line, Problem, Text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# 简、繁正文里最常见的字与标点：一段正常中文有四成以上落在其中，错码的不到一成。
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"
    "國個們來時會過這對說為產後學經進電實兩體從業應開還關發間樣與無條總員問題結長現動務設計農區強領導運東義級統見車場報當變車路線質量轉廣縣議題黨處華萬與聯辦單計畫"
    "，。、；：！？“”‘’（）《》〔〕【】—…%％0123456789０１２３４５６７８９"
)
_PLAUSIBLE = 0.2
_MARKDOWN_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_MARKDOWN_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*")
_MARKDOWN_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_MARKDOWN_BULLET = re.compile(r"^(\s*)[-*+]\s+")
_MARKDOWN_SPANS = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<(?:https?|mailto):[^>]*>"), ""),
    (re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>"), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![*\\])\*(?=[^\s*])([^*\n，。；]{1,12}?)(?<=[^\s*])\*(?!\*)"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"~~(.+?)~~"), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])"), r"\1"),
)


def plausibility(text: str) -> float:
    """像正常中文（或英文）的程度，0 到 1：常见字占非空白字符的比例。"""
    seen = [char for char in text[:20_000] if not char.isspace()]
    if not seen:
        return 0.0
    return sum(char in _COMMON or "!" <= char <= "~" for char in seen) / len(seen)


def decode(data: bytes) -> tuple[str, int]:
    """把字节读成文字：字节序标记、UTF-8、按零字节认出的 UTF-16，再在 GB18030 与 Big5 中取像中文的。

    Returns:
        文字，和认不出而被换成“�”的字符个数。
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            return text, text.count("\ufffd")
    strict = _strict(data, "utf-8")
    if strict is not None and "\x00" not in strict:
        return strict, 0
    names = ("utf-16-le", "utf-16-be") if b"\x00" in data else ("gb18030", "big5")
    readings = [text for text in (_strict(data, name) for name in names) if text is not None]
    if not readings and b"\x00" not in data:
        readings = [_line_by_line(data)]
    damaged = ("utf-8",) if readings else ("utf-8", *names)
    readings += [data.decode(name, errors="replace") for name in damaged]
    best = max(readings, key=plausibility)
    return best, best.count("\ufffd")


def _line_by_line(data: bytes) -> str:
    """几份编码不同的文字拼在一起的：一行一行地认。"""
    rows = data.split(b"\n")
    read = (_strict(row, "utf-8") or _strict(row, "gb18030") or row.decode("utf-8", errors="replace") for row in rows)
    return "\n".join(read)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def is_text(data: bytes) -> bool:
    """这些字节是否像一份文字。"""
    text, bad = decode(data[: 1 << 16])
    # 截取可能把最后一个字切断。
    controls = sum(char < " " and char not in "\t\n\r\x0b\x0c" for char in text)
    return plausibility(text) >= _PLAUSIBLE and max(bad, controls) <= 5 + len(text) // 50


def read(data: bytes, name: str) -> Text:
    """读纯文本；名字以 .md 结尾或满是 # 标题的按 Markdown 读。

    Raises:
        EmptyFile: 没有文字。
        UnknownFormat: 不像文字。
    """
    text, bad = decode(data)
    if not text.strip("\ufeff\x00 \t\r\n\u3000"):
        raise EmptyFile(name)
    if not is_text(data):
        raise UnknownFormat(name)
    problems = (Problem(name, "", f"有 {bad} 个字符的编码认不出，读作“�”。请另存为 UTF-8 再放入。"),) if bad else ()
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\x0c", "\n").split("\n")
    lines = markdown(rows) if _is_markdown(rows, name) else tuple(Line(row) for row in rows)
    raw = sum(count(clean(line.text)) for line in lines)
    return Text(lines, raw, problems)


def _is_markdown(rows: list[str], name: str) -> bool:
    headings = sum(bool(_MARKDOWN_HEADING.fullmatch(row)) for row in rows)
    return headings > 0 and (name.lower().endswith((".md", ".markdown")) or headings > 1)


def unmarked(text: str) -> str:
    """去掉一行里的 Markdown 记号，只留文字。"""
    for pattern, kept in _MARKDOWN_SPANS:
        text = pattern.sub(kept, text)
    return text


def markdown(rows: list[str]) -> tuple[Line, ...]:
    """把 Markdown 各行读成 `Line`：# 标题带级别，表格成句，其余去掉记号。"""
    lines: list[Line] = []
    table: list[list[str]] = []
    fenced = False
    for row in rows:
        if row.lstrip().startswith("```"):
            fenced = not fenced
            continue
        if not fenced and row.strip().startswith("|"):
            if not _MARKDOWN_TABLE_RULE.fullmatch(row):
                table.append([unmarked(cell).strip() for cell in row.strip().strip("|").split("|")])
            continue
        lines.extend(_table_lines(table, lines))
        table = []
        lines.extend(_markdown_line(row))
    lines.extend(_table_lines(table, lines))
    return tuple(lines)


def _markdown_line(row: str) -> list[Line]:
    if _MARKDOWN_RULE.fullmatch(row):
        return [Line("")]
    heading = _MARKDOWN_HEADING.fullmatch(row)
    if heading:
        return [Line(unmarked(heading[2]), level=len(heading[1]), whole=True)]
    row = re.sub(r"^\s{0,3}(?:>\s?)+", "", row)
    return [Line(unmarked(_MARKDOWN_BULLET.sub(r"\1", row, count=1)))]


def _table_lines(table: list[list[str]], before: list[Line]) -> list[Line]:
    if not table:
        return []
    caption = next((line.text for line in reversed(before) if line.text.strip()), "")
    return [Line(sentence, whole=True) for sentence in sentences(table, caption)]
