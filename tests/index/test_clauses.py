"""分句：一句话里哪一小段专属于哪个数字。"""

from hypothesis import given
from hypothesis import strategies as st

from index.clauses import scopes, segment_spans
from index.quantities import quantities


def pieces(sentence: str) -> list[tuple[str, str, str]]:
    """每个数字：前面的一段、数字、后面的一段。"""
    found = scopes(sentence, quantities(sentence))
    return [(s.before.of(sentence), s.quantity.raw, s.after.of(sentence)) for s in found]


def test_commas_and_enumeration_commas_part_items() -> None:
    assert pieces("新建高速公路67公里、农村公路29公里，改造危桥1座。") == [
        ("新建高速公路", "67公里", ""),
        ("农村公路", "29公里", "，"),
        ("改造危桥", "1座", "。"),
    ]


def test_commas_in_brackets_do_not_part() -> None:
    assert pieces("13个县（市、区）中已有11个通高速。") == [
        ("", "13个", "县（市、区）中已有"),
        ("县（市、区）中已有", "11个", "通高速。"),
    ]


def test_adjacent_figures_share() -> None:
    assert pieces("进行了6轮75次安全检查。") == [
        ("进行了", "6轮", "75次安全检查。"),
        ("进行了6轮", "75次", "安全检查。"),
    ]


def test_old_value_is_marked() -> None:
    sentence = "覆盖率由上年的62%提高到70%。"
    old, new = scopes(sentence, quantities(sentence))
    assert (old.replaced, new.replaced) == (True, False)
    assert new.before.of(sentence).startswith("覆盖率")


def test_value_of_last_year_in_a_comparison_is_marked() -> None:
    sentence = "今年排名第2，高于上年的第5名。"
    assert [s.replaced for s in scopes(sentence, quantities(sentence))] == [False, True]


def test_threshold_claims_nothing_behind_it() -> None:
    sentence = "30户以上自然村通硬化路比例提高到91.4%。"
    threshold, share = scopes(sentence, quantities(sentence))
    assert threshold.limits
    assert threshold.after.of(sentence) == ""
    assert share.before.of(sentence) == "自然村通硬化路比例提高到"


def test_segments_part_at_semicolons_and_items() -> None:
    sentence = "一是修路30公里；二是架桥1座。"
    assert [s.of(sentence) for s in segment_spans(sentence)] == ["一是修路30公里；", "二是架桥1座。"]


@given(st.text(alphabet="修路架桥30.5万公里座，、；。（）由到和至提高分别其中一是 ", max_size=60))
def test_scopes_stay_inside(sentence: str) -> None:
    for scope in scopes(sentence, quantities(sentence)):
        assert 0 <= scope.before.start <= scope.before.end == scope.quantity.span.start
        assert scope.quantity.span.end == scope.after.start <= scope.after.end <= len(sentence)
        assert scope.segment.start <= scope.quantity.span.start < scope.segment.end
    assert "".join(s.of(sentence) for s in segment_spans(sentence)) == sentence
