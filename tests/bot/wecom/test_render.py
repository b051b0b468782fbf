"""答复怎样写：整条消息的样子，格式字符不走样，卡片放得下才用。"""

import json
from dataclasses import replace

from bot.answer import Reply, Status
from bot.channels.wecom.render import (
    EXAMS,
    answer_card,
    choices_card,
    has_special,
    markdown,
    opinion_id,
    opinion_question,
    plain,
    welcome,
)
from bot.channels.wecom.split import size
from tests.bot.replies import ANSWERED, ASKS_BACK, CITATION, COMPARED, REDACTED, REFUSED


def test_answer_in_markdown() -> None:
    assert markdown(ANSWERED) == (
        "**30 公里**\n"
        "2023年 · 计划 · 清河县交通运输局\n"
        "> 全年新改建农村公路**30公里**，危桥改造4座。\n"
        "——《清河县交通运输局2023年工作计划》 · 二、2023年工作安排 › （一）农村公路\n"
        "\n"
        "还可以问：\n"
        "- 2022年完成了多少\n"
        "- 危桥改造几座"
    )


def test_refusal_shows_the_nearest() -> None:
    assert markdown(REFUSED).splitlines()[:3] == [
        "**未检得**",
        "报告里没有2019年的数字。最接近的是：2023年计划新改建农村公路30公里。",
        "报告里最接近的内容：",
    ]


def test_redacted() -> None:
    assert markdown(REDACTED).startswith("**原文已隐去**\n2023年 · 完成 · 清河县交通运输局\n")


def test_comparison_is_a_table() -> None:
    assert "|  | 2022年 | 2023年 |\n| --- | --- | --- |\n| 完成 | 23 公里 | 未提及 |\n| 计划 |" in markdown(COMPARED)
    assert "完成：2022年 23 公里；2023年 未提及\n" in plain(COMPARED)


def test_blanked_figures_keep_their_stars() -> None:
    starred = replace(ANSWERED, citations=(replace(CITATION, quote="投资*亿元，完成[附件]。", marks=()),))
    assert has_special(starred)
    assert not has_special(ANSWERED)
    assert r"> 投资\*亿元，完成\[附件\]。" in markdown(starred)
    assert "“投资*亿元，完成[附件]。”" in plain(starred)


def test_choices_become_buttons() -> None:
    card = choices_card(ASKS_BACK, "1")
    assert card is not None
    assert card["main_title"]["title"] == "您问的是哪一年？"
    assert [(button["text"], button["key"]) for button in card["button_list"]] == [
        ("2022年", "ask:2022年农村公路新改建多少公里"),
        ("2023年", "ask:2023年农村公路新改建多少公里"),
    ]


def test_choices_that_do_not_fit_stay_text() -> None:
    many = replace(ASKS_BACK, suggestions=tuple(f"第{n}个问题" for n in range(7)))
    long = replace(ASKS_BACK, suggestions=("甲县的农村公路新改建了多少公里呀", "乙市一共投资多少亿元修建高速公路"))
    assert choices_card(many, "1") is None
    assert choices_card(long, "1") is None
    assert choices_card(ANSWERED, "1") is None
    assert "- 第6个问题" in markdown(many)


def test_single_figure_card() -> None:
    card = answer_card(ANSWERED, "1", "农村公路")
    assert card is not None
    assert card["main_title"] == {"title": "30 公里", "desc": "2023年 · 计划 · 清河县交通运输局"}
    assert card["quote_area"]["quote_text"] == CITATION.quote
    assert [button["key"] for button in card["button_list"]] == ["good:农村公路", "bad:农村公路"]
    assert answer_card(COMPARED, "1", "比较") is None
    assert answer_card(REFUSED, "1", "2019") is None
    json.dumps(card)


def test_opinion_id_carries_the_question() -> None:
    question = "2023年农村公路新改建多少公里" * 20
    written = opinion_id("msg", question)
    assert size(written) <= 256
    assert question.startswith(opinion_question(written))
    assert opinion_question(opinion_id("msg", "路|桥")) == "路|桥"


def test_welcome_has_examples() -> None:
    assert welcome(("甲", "乙")).endswith(f"可以这样问：\n· 甲\n· 乙\n{EXAMS}")
    assert "这样问" not in welcome(())


def test_text_only_reply() -> None:
    assert markdown(Reply(Status.ANSWERED, "共 12 份报告。")) == "共 12 份报告。"
