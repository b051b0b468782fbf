"""Word 文件的部件：正文、样式、编号、脚注，以及正文引入的别的文件。"""

import posixpath
from dataclasses import dataclass

from lxml import etree

from corpus.errors import BrokenFile
from corpus.readers.numbering import W
from corpus.readers.safe import Archive, open_archive

_KIND = "Word 文件"
_MAIN = "word/document.xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_STRICT_MATH = b"http://purl.oclc.org/ooxml/officeDocument/math"
_STRICT_LINK = b"http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True, slots=True)
class Package:
    """一份 Word 文件：压缩包、正文元素、正文在包里的位置。"""

    archive: Archive
    body: etree._Element
    main: str

    def beside(self, part: str) -> etree._Element | None:
        """正文旁边的部件，如 styles.xml；没有为 None。"""
        return _part(self.archive, posixpath.join(posixpath.dirname(self.main), part))

    def notes(self) -> dict[tuple[str, str], etree._Element]:
        """脚注与尾注：(标记, 编号) → 元素；分隔线不算。"""
        found: dict[tuple[str, str], etree._Element] = {}
        for tag in ("footnote", "endnote"):
            root = self.beside(f"{tag}s.xml")
            for note in () if root is None else root.findall(f"{W}{tag}"):
                if note.get(f"{W}type", "normal") == "normal":
                    found[f"{W}{tag}Reference", note.get(f"{W}id", "")] = note
        return found

    def chunk(self, element: etree._Element) -> bytes:
        """正文引入的一份别的文件（w:altChunk）；找不到为空。"""
        return self._linked(element.get(f"{_R}id"))

    def pictures(self) -> tuple[bytes, ...]:
        """正文里的图像，按先后。"""
        found = (self._linked(blip.get(f"{_R}embed")) for blip in self.body.iter(f"{_A}blip"))
        return tuple(picture for picture in found if picture)

    def _linked(self, ident: str | None) -> bytes:
        """关系表里编号所指的部件；没有，或在包外，则为空。"""
        folder, file = posixpath.split(self.main)
        links = self.archive.xml(f"{folder}/_rels/{file}.rels")
        for link in () if links is None else links:
            if link.get("Id") == ident and link.get("TargetMode") != "External":
                member = posixpath.normpath(posixpath.join("/" + folder, str(link.get("Target", "")))).lstrip("/")
                return self.archive.read(member) if self.archive.has(member) else b""
        return b""


def opened(data: bytes, name: str) -> Package:
    """打开一份 Word 文件；正文的位置由关系表说明，多数是 word/document.xml。

    Raises:
        BrokenFile: 缺少正文，或损坏。
    """
    archive = open_archive(data, name, _KIND)
    main = _MAIN
    relations = archive.xml("_rels/.rels")
    for relation in () if relations is None else relations:
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            main = str(relation.get("Target", main)).lstrip("/")
    root = _part(archive, main)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise BrokenFile(name, _KIND)
    return Package(archive, body, main)


def _part(archive: Archive, member: str) -> etree._Element | None:
    """取一个部件；“严格”变体的命名空间换成通行的。"""
    root = archive.xml(member)
    if root is None or _STRICT not in (data := archive.read(member)):
        return root
    for strict, usual in ((_STRICT, W), (_STRICT_MATH, M), (_STRICT_LINK, _R)):
        data = data.replace(strict, usual[1:-1].encode())
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
