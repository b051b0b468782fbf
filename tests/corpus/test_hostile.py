"""坏的、怪的、有害的文件：各有一句中文，说清是什么、怎么办。"""

import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import (
    BrokenFile,
    EncryptedFile,
    ForeignArchive,
    HostileFile,
    MissingFile,
    MissingProgram,
    OversizedFile,
    UnfinishedFile,
    UnopenableFile,
    UnreadableFile,
)
from corpus.outline import parse
from corpus.readers import legacy, read, read_bytes
from tests.corpus import files
from tests.corpus.test_docx import docx, p
from tests.corpus.test_formats import RTF

_ENTITIES = '<!DOCTYPE a [<!ENTITY x "九">]><a>&x;</a>'
_ENCRYPTED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"3 0 obj<</Filter/Standard/V 1/R 2/O<" + b"00" * 32 + b">/U<" + b"11" * 32 + b">/P -4>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]/Size 4>>\n%%EOF"
)


def flagged(data: bytes) -> bytes:
    """给压缩包的成员打上加密标记。"""
    made = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + offset] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (
            docx(p("字"))[:-40],
            BrokenFile,
            "《x》读不出来：像是Word 文件，但内容损坏或不完整。请用原来的软件打开确认，另存一份再放入。",
        ),
        (b"%PDF-1.7\nbroken", BrokenFile, "像是PDF，但内容损坏"),
        (_ENCRYPTED_PDF, EncryptedFile, "《x》读不出来：文件已加密，打开需要密码。请去掉密码后重新放入。"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, BrokenFile, "像是旧版 Office 文件，但内容损坏"),
        (b"Rar!\x1a\x07" + b"\0" * 99, ForeignArchive, "是 RAR 压缩包，本程序只解 .zip。请解开后把文件直接放入。"),
        (files.zipped({"OFD.xml": _ENTITIES}), HostileFile, "定义了 XML 实体"),
        (files.zipped({"OFD.xml": "<a/>"}), BrokenFile, "像是OFD 文件"),
        (files.zipped({"xl/workbook.xml": _ENTITIES}), HostileFile, "定义了 XML 实体"),
        (files.zipped({"xl/workbook.xml": "<a/>"}), BrokenFile, "像是电子表格"),
        (files.zipped({"ppt/presentation.xml": _ENTITIES}), HostileFile, "定义了 XML 实体"),
        (files.zipped({"ppt/presentation.xml": "<a/>"}), BrokenFile, "像是演示文稿"),
        (files.zipped({"word/document.xml": b"0" * 30_000_000}), OversizedFile, "内容过大"),
        (flagged(files.zipped({"a.txt": "完成公路建设。"})), EncryptedFile, "打开需要密码"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, BrokenFile, "像是扫描图像"),
    ],
)
def test_one_sentence_each(data: bytes, error: type[UnreadableFile], sentence: str) -> None:
    with pytest.raises(error) as caught:
        read_bytes(data, "x")
    assert sentence in str(caught.value)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="没有这个文件。请核对文件名和所在的文件夹。"):
        read(tmp_path / "无.txt", "无.txt")
    with pytest.raises(UnopenableFile, match="打不开，它不是普通文件，或没有读它的权限。请确认这是文件"):
        read(tmp_path, "夹.txt")


def test_a_file_still_growing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    growing = tmp_path / "长.txt"
    growing.write_text("完成公路建设", encoding="utf-8")
    whole = Path.read_bytes

    def and_then_more(path: Path) -> bytes:
        data = whole(path)
        path.write_text("完成公路建设23公里", encoding="utf-8")
        return data

    monkeypatch.setattr(Path, "read_bytes", and_then_more)
    with pytest.raises(UnfinishedFile, match="读的时候还在写入。请等写完、保存好再读一次。"):
        read(growing, "长.txt")


def test_zip_of_zips_of_zips_stops() -> None:
    inner = files.zipped({"a.txt": "完成公路建设。"})
    for _ in range(4):
        inner = files.zipped({"b.zip": inner})
    text = read_bytes(inner, "套.zip")
    assert "套了太多层压缩" in str(text)


def test_too_many_members() -> None:
    with pytest.raises(OversizedFile, match="1000 个文件"):
        read_bytes(files.zipped({f"{at}.txt": "a" for at in range(1001)}), "多.zip")


def test_without_libreoffice_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "find_program", lambda: None)
    with pytest.raises(MissingProgram, match="这是RTF 文件，要借助 LibreOffice 才能读。请安装 LibreOffice，或另存为"):
        read_bytes(RTF.encode(), "x.rtf")


def test_a_converter_that_does_nothing_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "find_program", lambda: "/bin/true")
    with pytest.raises(BrokenFile, match="像是RTF 文件"):
        read_bytes(RTF.encode(), "x.rtf")


_SEEDS = (
    docx(p("完成公路建设23公里。")),
    files.pdf(["完成公路建设23公里。"]),
    files.ofd([[(30, 40, "完成公路建设23公里。")]]),
    files.xlsx(files.workbook()),
    files.deck(),
    files.zipped({"a.txt": "完成公路建设。"}),
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(_SEEDS), st.integers(0, 10_000), st.binary(min_size=1, max_size=8), st.booleans())
def test_damage_is_always_an_own_error(seed: bytes, at: int, damage: bytes, cut: bool) -> None:  # noqa: FBT001
    at %= len(seed)
    data = seed[:at] + damage + (b"" if cut else seed[at + len(damage) :])
    with contextlib.suppress(UnreadableFile):
        read_bytes(data, "坏")


def test_member_read_limits_hold_even_if_the_directory_lies() -> None:
    made = bytearray(files.zipped({"word/document.xml": b"0" * 70_000_000}))
    at = made.find(b"PK\x01\x02")
    made[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(UnreadableFile):
        read_bytes(bytes(made), "谎.docx")


def test_nested_tags_without_end_are_a_broken_page() -> None:
    with pytest.raises(BrokenFile, match="像是网页，但内容损坏或不完整"):
        read_bytes(("<html><body>" + "<div>" * 20_000 + "完成公路23公里" + "</div>" * 20_000).encode(), "深.html")


def test_text_beyond_any_report_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.readers.TEXT_LIMIT", 20_000)
    with pytest.raises(OversizedFile, match="超过了2 万字的限度"):
        read_bytes("青溪县完成公路建设。\n".encode() * 3000, "大.txt")


def test_archive_of_which_nothing_is_read_is_no_report() -> None:
    text = read_bytes(files.zipped({"../恶.txt": "坏", "空.txt": ""}), "包.zip")
    assert (parse(text, "包.zip"), len(text.problems)) == ((), 2)


def test_a_folder_that_holds_itself_is_a_broken_file() -> None:
    """旧版 Office 文件的目录里，一个文件夹的内容是它自己。"""
    free, end, fat, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", fat, end, *[free] * 126)

    def entry(name: str, kind: int, child: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        tree = struct.pack("<HBB3I", len(written), kind, 1, none, none, child)
        return written.ljust(64, b"\0") + tree + bytes(36) + struct.pack("<IQ", end, 0)

    folders = entry("Loop", 1, 0) + entry("", 0, none) * 3
    with pytest.raises(BrokenFile):
        read_bytes(head + table + folders, "环.doc")
