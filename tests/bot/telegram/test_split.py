"""分段、按钮的内容、快慢：不经网络的几样。"""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.jobs import caption_says
from bot.channels.telegram.pace import Quota, delay
from bot.channels.telegram.presses import Press, Verb, packed, unpacked
from bot.channels.telegram.secrecy import without_token
from bot.channels.telegram.split import plain, size, split
from bot.ledger.file import Ledger
from bot.shelf import Upload, file_name
from tests.bot.telegram.emulator import TOKEN
from tests.bot.telegram.rules import Checked

LINE = "<blockquote>完成新改建农村公路<b><u>1234.5公里</u></b>，见《清河县2023年工作计划》。</blockquote>\n"
_WORD = st.sampled_from(
    [
        "公路",
        "30公里",
        "1,234.56",
        "《某某计划》",
        "&lt;",
        "&amp;",
        "。",
        "，",
        "\n",
        "<b>",
        "<u>",
        "😀",
        "〔2022〕15号",
    ]
)


@st.composite
def _html(draw: st.DrawFn) -> str:
    """成对成套的 HTML。"""
    opened: list[str] = []
    parts: list[str] = []
    for word in draw(st.lists(_WORD, min_size=1, max_size=200)):
        if word.startswith("<"):
            if word[1] in opened:
                while True:
                    last = opened.pop()
                    parts.append(f"</{last}>")
                    if last == word[1]:
                        break
                continue
            opened.append(word[1])
        parts.append(word)
    return "".join([*parts, *(f"</{tag}>" for tag in reversed(opened))])


@given(_html())
@settings(max_examples=60, deadline=None)
def test_parts_are_whole_short_and_lose_nothing(html: str) -> None:
    parts = split(html, 80)
    assert "".join(plain(part) for part in parts).replace("\n", "") == plain(html).replace("\n", "")
    for part in parts:
        checked = Checked()
        checked.feed(part)
        assert (checked.wrong, checked.opened) == ("", [])
        assert size(part) <= 80
        assert not re.search(r"^[.,]?\d+公里", plain(part)) or plain(part).startswith(("30公里", "1,234"))
        assert part.count("《") == part.count("》")


def test_long_lines_break_at_their_ends() -> None:
    parts = split(LINE * 200)
    assert len(parts) > 1
    assert all(part == (LINE * part.count("<b>")).rstrip("\n") for part in parts)
    assert split(LINE) == (LINE,)
    assert split(" \n") == ()


def test_one_endless_line_breaks_at_sentences_and_reopens_its_tags() -> None:
    parts = split("<b>" + "全年完成投资1.8亿元，建成公路30公里。" * 300 + "</b>")
    assert all(part.startswith("<b>全年") and part.endswith("公里。</b>") for part in parts)


def test_a_number_of_absurd_length_still_gets_through() -> None:
    assert "".join(split("9" * 9000)) == "9" * 9000


def test_presses_fit_in_64_bytes_and_survive_a_restart(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "people.sqlite")
    for press in (Press(Verb.CONTEXT, 12, 1, "0"), Press(Verb.ASK, text="比较:各单位" * 20), Press(Verb.CANCEL)):
        data = packed(ledger, press)
        assert len(data.encode()) <= 64
        ledger.close()
        ledger = Ledger(tmp_path / "people.sqlite")
        assert unpacked(ledger, data) == press
        assert packed(ledger, press) == data


def test_how_long_to_wait() -> None:
    assert delay([1.0, 2.0], Quota(2, 5.0), 3.0) == 3.0
    assert delay([1.0], Quota(2, 5.0), 3.0) == 0.0
    assert delay([1.0, 2.0], Quota(2, 5.0), 9.0) == 0.0


def test_what_a_caption_says() -> None:
    assert caption_says("单位：沂河县交通运输局，年度：2023") == ("沂河县交通运输局", 2023)
    assert caption_says("2022年 清河县公路事业发展中心") == ("清河县公路事业发展中心", 2022)
    assert caption_says("请入库") == (None, None)


def test_names_of_files() -> None:
    assert file_name(Upload("../../x/工作:计划.docx", b"", "清河县交通运输局", 2023)) == (
        "清河县交通运输局2023年工作_计划.docx"
    )
    assert file_name(Upload("清河县交通运输局计划.txt", b"", "清河县交通运输局", 2023)) == (
        "清河县交通运输局2023年计划.txt"
    )
    assert len(file_name(Upload("长" * 300 + ".txt", b"")).encode()) <= 190


def test_tokens_are_hidden_whatever_their_dress() -> None:
    assert TOKEN not in without_token(f"POST /bot{TOKEN}/getMe, {TOKEN}")
    assert without_token("会议 12:30 开") == "会议 12:30 开"
