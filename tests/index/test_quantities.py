"""数量的读法：写法不同而相等，差一个字就不等；不是数量的不读。"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.quantities import base_amount, chinese_number, compatible, dimension, quantities, same_amount, split_unit
from index.records import Bound, Measure, Quantity
from index.synonyms import known_phrases, synonyms

FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
UNITS = ("公里", "千米", "万元", "亿元", "座", "辆", "人次", "平方米", "吨", "%", "个百分点", "天", "处", "台次", "亩")


def one(text: str) -> Quantity:
    """文字里唯一的数量。"""
    (found,) = quantities(text)
    return found


def shown(text: str) -> list[tuple[str, str | None, str]]:
    """文字里的数量：原文、值、单位。"""
    return [(q.raw, None if q.value is None else str(q.value), q.unit) for q in quantities(text)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("30公里", "30千米"),
        ("30公里", "三十公里"),
        ("30公里", "３０ 公里"),
        ("30公里", "30km"),
        ("1.8亿元", "18000万元"),
        ("1.8亿元", "1亿8千万元"),
        ("3万多亿元", "3万余亿元"),
        ("2.5万公里", "2万5千公里"),
        ("12,600公里", "1.26万公里"),
        ("百分之三十三点三", "33.3%"),
        ("一百二十座", "120座"),
    ],
)
def test_same_amount_in_other_words(left: str, right: str) -> None:
    assert same_amount(one(left), one(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("30公里", "31公里"),
        ("30公里", "30米"),
        ("36万元", "36亿元"),
        ("2%", "2个百分点"),
        ("X台", "X台"),
        ("2—3家", "2家"),
        ("1.3亿人", "1亿3千人"),
    ],
)
def test_amounts_that_differ(left: str, right: str) -> None:
    assert not same_amount(one(left), one(right))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("挽回损失xxx万元，查处黑车X台", [("xxx万元", None, "万元"), ("X台", None, "台")]),
        ("整改率X%，培训XX余人，投入某万元", [("X%", None, "%"), ("XX余人", None, "人"), ("某万元", None, "万元")]),
        ("投入抢险资金**万元", [("**万元", None, "万元")]),
        ("费用降至X元/人次", [("X元/人次", None, "元/人次")]),
        ("每公里每年补助420元/公里·年", [("420元/公里·年", "420", "元/公里·年")]),
        ("约车电话全年接单X单，应急演练6次", [("X单", None, "单"), ("6次", "6", "次")]),
        ("2023年完成 2146处；2024年计划 xx处。", [("2146处", "2146", "处"), ("xx处", None, "处")]),
        ("受理来电xx万通，机械640台班", [("xx万通", None, "万通"), ("640台班", "640", "台班")]),
        ("1万6千多户，9亿多人", [("1万6千多户", "16000", "户"), ("9亿多人", "9", "亿人")]),
        ("8县市全部接入", [("8县市", "8", "县市")]),
        ("不良率超过四成，占七成以上", [("超过四成", "4", "成"), ("七成以上", "7", "成")]),
        ("日均车流量一度下滑近三成。", [("近三成", "3", "成")]),
        ("败诉案件均为零。", [("零", "0", "")]),
        ("普通国道PQI达到93.2，比上年提高0.4", [("93.2", "93.2", ""), ("0.4", "0.4", "")]),
        ("临淄：PQI 93.9；位次 1。", [("93.9", "93.9", ""), ("1", "1", "")]),
        ("公路联合治超52次", [("52次", "52", "次")]),
        ("共8章42万字", [("8章", "8", "章"), ("42万字", "42", "万字")]),
        ("路面厚度5厘米", [("5厘米", "5", "厘米")]),
    ],
)
def test_amounts(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "X009淄安路与G341、5G、XG",
        "xx省某某公司、王某某同志",
        "落实“四个坚持”“6个100%”",
        "中央八项规定、十九届六次全会",
        "千家万户、千方百计、几千万人",
        "三年逐年下降，X-X年持续回落",
        "2018—2020年度，二〇二三年",
        "1—8月累计",
        "截至12月底",
        "年初确定的目标",
        "一次到位、一次性更新",
        "今年中小企业",
        "位居全国第一方阵，坚持质量第一",
        "第一，加强领导",
        "一月一考核",
        "*对照指标逐项销号",
        "12345热线",
        "7×24小时应答",
        "（2022年11月25日）",
        "——2017年3月5日在全县交通工作会议上",
    ],
)
def test_no_quantity(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("30公里以上", Bound.AT_LEAST),
        ("不少于48次", Bound.AT_LEAST),
        ("突破100篇", Bound.AT_LEAST),
        ("控制在0.5%以内", Bound.AT_MOST),
        ("30分钟内", Bound.AT_MOST),
        ("不到5个", Bound.AT_MOST),
        ("8%左右", Bound.ABOUT),
        ("近2000平方公里", Bound.ABOUT),
        ("约1260公里", Bound.ABOUT),
        ("3400余人次", Bound.OVER),
        ("6700多公里", Bound.OVER),
        ("36亿元", Bound.EXACT),
    ],
)
def test_bounds(text: str, bound: Bound) -> None:
    assert one(text).bound is bound
    assert one(text).raw == text


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("2-3家", "2", "3", "家"),
        ("1至2个", "1", "2", "个"),
        ("6%－6.5%", "6", "6.5", "%"),
        ("100～200万元", "100", "200", "万元"),
    ],
)
def test_ranges(text: str, low: str, high: str, unit: str) -> None:
    found = one(text)
    assert (found.value, found.upper, found.unit) == (Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize(
    ("text", "value", "raw"),
    [
        ("排名全市第1，", 1, "第1"),
        ("居全国第9位", 9, "第9位"),
        ("进入全省前3名", 3, "前3名"),
        ("位列全市前三。", 3, "前三"),
        ("稳居全省首位", 1, "首位"),
        ("考核全国第一。", 1, "第一"),
    ],
)
def test_ranks(text: str, value: int, raw: str) -> None:
    found = one(text)
    assert (found.measure, found.value, found.raw) == (Measure.RANK, Decimal(value), raw)


@pytest.mark.parametrize("text", ["三分之二", "一半以上", "翻一番", "三分之一以上"])
def test_ratios(text: str) -> None:
    found = one(f"压减{text}。")
    assert (found.measure, found.raw, found.value) == (Measure.RATIO, text, None)


@pytest.mark.parametrize(
    ("text", "raw", "blanked"),
    [
        ("6月底前开工", "6月底前", False),
        ("X月底前完成", "X月底前", True),
        ("2023年第三季度完成", "2023年第三季度", False),
        ("到今年底以前建成", "今年底以前", False),
        ("上半年选点", "上半年", False),
        ("2023年12月16日通车", "2023年12月16日", False),
        ("二〇二一年一季度获评", "二〇二一年一季度", False),
        ("春节前兑付", "春节前", False),
        ("六月底前联网", "六月底前", False),
    ],
)
def test_deadlines(text: str, raw: str, blanked: bool) -> None:  # noqa: FBT001 - 参数化
    found = one(text)
    assert (found.measure, found.raw, found.blanked) == (Measure.DATE, raw, blanked)


@given(
    st.decimals(min_value=1, max_value=99999, places=2, allow_nan=False, allow_infinity=False), st.sampled_from(UNITS)
)
def test_any_figure_reads_back(value: Decimal, unit: str) -> None:
    written = format(value.normalize(), "f")
    plain, wide = one(f"完成{written}{unit}，"), one(f"完成{written.translate(FULL_WIDTH)}{unit}，")
    assert plain.value == wide.value == value
    assert plain.unit == wide.unit == unit
    assert same_amount(plain, wide)


@given(st.integers(min_value=2, max_value=99999999))
def test_chinese_numerals_read_back(value: int) -> None:
    assert chinese_number(in_chinese(value)) == value


@given(st.integers(min_value=10, max_value=9999), st.sampled_from(("公里", "座", "辆", "处", "人次")))
def test_chinese_figures_equal_arabic_ones(value: int, unit: str) -> None:
    read = one(f"共有{in_chinese(value)}{unit}。")
    assert same_amount(read, one(f"共有{value}{unit}。"))


@given(st.integers(min_value=1, max_value=99999), st.integers(min_value=0, max_value=4), st.integers(1, 9))
def test_changed_digit_is_another_amount(value: int, place: int, by: int) -> None:
    digits = list(str(value))
    at = place % len(digits)
    digits[at] = str((int(digits[at]) + by) % 10)
    changed = int("".join(digits))
    assert same_amount(one(f"{value}公里。"), one(f"{changed}公里。")) is (changed == value)


@given(
    st.text(
        alphabet="一二十百千万亿第前月底年0123456789.,xX*某余多约近%公里元个名位成半—-至到。，、；“”（）上下 ",
        max_size=60,
    )
)
def test_spans_are_disjoint_and_verbatim(text: str) -> None:
    found = quantities(text)
    ends = [0, *(q.span.end for q in found)]
    assert all(q.span.start >= end for q, end in zip(found, ends, strict=False))
    assert all(q.span.of(text) == q.raw and q.raw for q in found)


@given(st.text(max_size=80))
def test_reads_any_text(text: str) -> None:
    assert all(q.span.of(text) == q.raw for q in quantities(text))


def in_chinese(value: int) -> str:
    """汉字写法：120 → 一百二十。"""
    if value >= 10000:
        rest = value % 10000
        zero = "零" if 0 < rest < 1000 else ""
        return f"{in_chinese(value // 10000)}万{zero}{in_chinese(rest) if rest else ''}"
    text, gap = "", False
    for name, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // size % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + name
        gap = digit == 0
    return text


def test_units_and_dimensions() -> None:
    assert split_unit("万辆次") == ("万", "辆次")
    assert dimension("亿元") == dimension("万元") == "元"
    assert dimension("千米") == dimension("公里") == "米"
    assert base_amount(one("36亿元")) == (Decimal(3600000000), "元")
    assert base_amount(one("xxx万元")) is None
    assert compatible("个", "辆")
    assert not compatible("米", "元")


def test_synonyms_hold_no_figures() -> None:
    """同义词表只换说法，不换数：组里没有数字，也没有两个不同的计量单位。"""
    for phrase in known_phrases():
        assert not quantities(phrase)
        assert not any(c.isdigit() for c in phrase)
        assert dimension(phrase) == phrase or not any(
            dimension(o) not in (o, dimension(phrase)) for o in synonyms(phrase)
        )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("一亿八千万", 180_000_000),
        ("一万二千三百", 12_300),
        ("三亿零五百万", 305_000_000),
        ("一万亿", 10**12),
        ("一万二", 12_000),
        ("三百五", 350),
        ("一万零二", 10_002),
        ("二十五", 25),
    ],
)
def test_large_chinese_numbers(written: str, value: int) -> None:
    assert chinese_number(written) == value
