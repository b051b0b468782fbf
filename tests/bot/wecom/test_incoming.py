"""读收到的：什么样的 XML 与 JSON 都不出意外，群里的“@”去得干净，编号分得清。"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.incoming import Incoming, Kind, from_json, from_xml, restored, stored, without_mention
from bot.errors import CallbackUnreadable
from tests.bot.wecom.emulator import event_xml, text_xml

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["msgid", "msgtype", "from", "event", "text", "chatid", "chattype", "mixed", "stream", "file"])
SOME = st.sampled_from(
    ["text", "event", "group", "mixed", {"userid": "u"}, {"eventtype": "feedback_event", "feedback_event": {}}, "file"]
)


@given(st.dictionaries(KEYS, JSON | SOME))
def test_any_json(body: dict[str, object]) -> None:
    try:
        incoming = from_json(body)
    except CallbackUnreadable:
        return
    assert restored(stored(incoming)) == incoming


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text_xml(text).encode("utf-8", "replace")))
def test_any_bytes(document: bytes) -> None:
    try:
        assert from_xml(document).kind is Kind.TEXT
    except CallbackUnreadable:
        return


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("@计划通 2023年修了多少路", "2023年修了多少路"),
        ("@计划通\u20052023年修了多少路", "2023年修了多少路"),
        ("@计划通 @小李 2023年修了多少路 @计划通", "2023年修了多少路"),
        ("2023年修了多少路 @计划通 ", "2023年修了多少路"),
        ("发到 a@b.cn 行不行", "发到 a@b.cn 行不行"),
        ("@计划通", ""),
        ("@计划通2023年农村公路新改建多少公里", "计划通2023年农村公路新改建多少公里"),
        ("2023年修了多少路", "2023年修了多少路"),
    ],
)
def test_mention(written: str, kept: str) -> None:
    assert without_mention(written) == kept


def test_two_events_in_one_second_are_two() -> None:
    first = from_xml(event_xml("click", "帮助").encode())
    assert from_xml(event_xml("click", "帮助").encode()).id == first.id
    others = (event_xml("click", "状态"), event_xml("enter_agent"), event_xml("click", "帮助", person="Li"))
    assert len({first.id, *(from_xml(other.encode()).id for other in others)}) == 4


def test_what_is_stored_is_complete() -> None:
    incoming = Incoming("1", "u", Kind.FILE, "t", "g", "m", "n", "k", "r", 2, "a")
    assert restored(stored(incoming)) == incoming
    with pytest.raises(CallbackUnreadable):
        restored("{}")
