"""同音字：含自己、互相同音、不认识的没有。"""

from hypothesis import given
from hypothesis import strategies as st

from index.homophones import homophones


def test_same_sound_whatever_the_tone() -> None:
    assert {"路", "鹿", "录"} <= set(homophones("路"))
    assert "修" in homophones("秀")
    assert "桥" not in homophones("路")


def test_not_a_chinese_character() -> None:
    assert homophones("A") == ()
    assert homophones("1") == ()


@given(st.sampled_from("路桥修建公里养护危改造投资完成计划"))
def test_symmetrical(character: str) -> None:
    others = homophones(character)
    assert character in others
    assert all(character in homophones(other) for other in others)
