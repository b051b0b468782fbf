"""旧格式：随附的报告由 LibreOffice 存成旧格式，再读回来，与直接读的一样。"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from corpus.readers import read
from corpus.readers.digits import lost
from corpus.readers.legacy import find_program

PROGRAM = find_program()
REPORTS = Path(__file__).parents[2] / "corpus" / "reports"
TEXT = REPORTS / "沂源县交通运输局2022年工作总结和2023年工作计划.docx"
TABLE = REPORTS / "咸宁市交通运输局2021—2024年主要指标.xlsx"
_MARK = re.compile(r"^(?:[①-⑳]|[一二三四五六七八九十]+[、?]|[（(][一二三四五六七八九十]+[）)]|\d+\.)")

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="没有安装 LibreOffice")


def shown(path: Path) -> list[str]:
    """有字的各行；数字一个不许丢。"""
    text = read(path, path.name)
    assert lost(text) == 0
    return [line.text for line in text.lines if line.text.strip()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """存旧格式文件与 LibreOffice 自己的配置。"""
    return tmp_path_factory.mktemp("office")


def saved(path: Path, suffix: str, folder: Path) -> Path:
    """由 LibreOffice 另存为旧格式。"""
    made = folder / f"{path.stem}.{suffix}"
    if not made.exists():
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [str(PROGRAM), profile, "--headless", "--convert-to", suffix, "--outdir", str(folder), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return made


@pytest.mark.parametrize("suffix", ["doc", "odt"])
def test_automatic_numbers_paragraphs_and_tables_survive(suffix: str, folder: Path) -> None:
    """LibreOffice 写 .doc 时，重新起编的 ①②③ 会接错，不比。"""
    old, new = shown(saved(TEXT, suffix, folder)), shown(TEXT)
    assert [line.lstrip("①②③④⑤") for line in old] == [line.lstrip("①②③④⑤") for line in new]
    assert "一、2022年工作完成情况" in old


def test_a_wps_file_is_known_by_its_content(folder: Path) -> None:
    made = saved(TEXT, "doc", folder)
    assert shown(Path(shutil.copy(made, folder / "总结.wps")))[:2] == shown(TEXT)[:2]


def test_rich_text_keeps_every_sentence(folder: Path) -> None:
    """LibreOffice 写 .rtf 时，中文的序号会写成“?”，不比。"""
    old, new = shown(saved(TEXT, "rtf", folder)), shown(TEXT)
    assert [_MARK.sub("", line) for line in old] == [_MARK.sub("", line) for line in new]


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_old_tables_row_by_row(suffix: str, folder: Path) -> None:
    assert shown(saved(TABLE, suffix, folder)) == shown(TABLE)


def test_every_paragraph_of_a_printed_report_is_whole(folder: Path) -> None:
    """打印成 PDF，折行、翻页之后接回来的各段，与 Word 文件里的一样。"""
    source = REPORTS / "湘西自治州交通运输局2023年工作计划.docx"
    old, new = shown(saved(source, "pdf", folder)), shown(source)
    assert [line.replace(" ", "") for line in old] == [line.replace(" ", "") for line in new]
