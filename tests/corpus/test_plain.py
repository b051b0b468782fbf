"""纯文本与 Markdown：编码按内容认。"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import EmptyFile, UnknownFormat
from corpus.readers import can_read, read, read_bytes
from corpus.readers.digits import lost
from corpus.readers.plain import decode

_TEXT = "青溪县交通运输局2022年工作总结\n一、全年完成农村公路建设23公里，路面状况明显改善。\n"
_TRADITIONAL = "縣交通運輸局工作總結\n全年完成農村公路建設，道路狀況與橋樑質量均有改善，群眾出行更加方便。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encodings(encoding: str) -> None:
    assert decode(_TEXT.encode(encoding))[0] == _TEXT


def test_big5() -> None:
    assert decode(_TRADITIONAL.encode("big5"))[0] == _TRADITIONAL


def test_short_gbk_is_not_taken_for_korean() -> None:
    assert decode("工作计划".encode("gbk"))[0] == "工作计划"


def test_damaged_bytes_are_a_problem_not_a_crash() -> None:
    text = read_bytes(_TEXT.encode() + b"\xff\xfe\xfd", "坏.txt")
    assert [problem.sentence[:2] for problem in text.problems] == ["有 "]
    assert text.lines[0].text.startswith("青溪县")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\x00\x00", "\ufeff".encode()])
def test_empty(data: bytes) -> None:
    with pytest.raises(EmptyFile, match="文件里没有文字"):
        read_bytes(data, "空.txt")


def test_binary_is_not_text() -> None:
    with pytest.raises(UnknownFormat, match="认不出这是什么格式"):
        read_bytes(bytes(range(1, 256)) * 40, "图.txt")


def test_markdown() -> None:
    source = """\
# 2023年工作要点

## 一、**公路**建设

- 新改建[农村公路](http://example.com)30公里
> 引文*强调*一句。

1. **加快建设。** 3月底前开工。

表：单位：公里

| 项目 | 2022年 | 2023年计划 |
|---|---:|---|
| 新改建 | 23 | 30 |

---
```
代码 1
```
"""
    text = read_bytes(source.encode(), "要点.md")
    shown = [(line.level, line.text) for line in text.lines if line.text]
    assert shown == [
        (1, "2023年工作要点"),
        (2, "一、公路建设"),
        (None, "新改建农村公路30公里"),
        (None, "引文强调一句。"),
        (None, "1. 加快建设。 3月底前开工。"),
        (None, "表：单位：公里"),
        (None, "新改建：2022年 23公里；2023年计划 30公里。"),
        (None, "代码 1"),
    ]
    assert lost(text) == 0


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("总结.docx", True),
        ("无后缀", True),
        ("~$总结.docx", False),
        (".隐藏.txt", False),
        ("questions.jsonl", False),
        ("reports.toml", False),
        ("下载中.docx.crdownload", False),
    ],
)
def test_files_of_a_folder(name: str, wanted: bool) -> None:  # noqa: FBT001
    assert can_read(name) is wanted


def test_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_bytes(_TEXT.encode("gb18030"))
    assert read(path, "报告.txt").lines[0].text == "青溪县交通运输局2022年工作总结"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_decoding_never_fails(data: bytes) -> None:
    text, bad = decode(data)
    assert text.count("\ufffd") >= bad or bad == text.count("\ufffd")


_CHINESE = st.text(
    alphabet=st.sampled_from("青溪县交通运输局完成农村公路建设工作年度计划总结的一是，。23"), min_size=8, max_size=80
)


@settings(max_examples=150, deadline=None)
@given(_CHINESE, st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_plain_chinese_survives_any_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_two_encodings_in_one_file_are_told_line_by_line() -> None:
    assert decode(_TEXT.encode() + _TEXT.encode("gb18030")) == (_TEXT * 2, 0)
