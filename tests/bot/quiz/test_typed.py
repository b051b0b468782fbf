"""打字的一来一往：挑试卷、作答、离开又回来、交卷、报错、复习；看到的每一句。"""

import pytest

from bot.classroom.room import Classroom
from bot.classroom.spoken import step_words
from bot.classroom.typed import Doing, Seat, Turn, Typed, command_of
from bot.ledger.chats import Who
from bot.ledger.file import Ledger
from bot.quiz.items import ItemKind
from bot.quiz.store import Settings, items_of
from tests.bot.ledgers import Clock
from tests.bot.quiz.test_attempts import right_answer, wrong_answer
from tests.bot.quiz.test_classroom import answered, folder, number_of, published, pupil, room, trainer

__all__ = ["folder", "pupil", "room", "trainer"]

FILLS = Settings(number=2, shares={ItemKind.FILL: 1}, shuffle=False, minutes=20, attempts=2)
RULES = (
    "打的字就是作答。发“退出”离开（作答都记着，可以提问，发“考试”再来接着答），"
    "“交卷”提前交卷，“报错 说明”说上一题有错。"
)


class Chat:
    """一个人打字的一边：记得自己的位子。"""

    def __init__(self, room: Classroom, who: Who) -> None:
        self.typed = Typed(room.learn, room.ledger)
        self.who = who
        self.seat = Seat()

    def says(self, text: str) -> list[str] | None:
        """打一句，看到的各样；是个问题为 None。"""
        turn = self.typed.hear(self.who, self.seat, text)
        return None if turn is None else self.shown(turn)

    def shown(self, turn: Turn) -> list[str]:
        """一回里看到的。"""
        self.seat = turn.seat
        return [part if isinstance(part, str) else step_words(part) for part in turn.parts]


@pytest.fixture
def chat(room: Classroom, pupil: Who) -> Chat:
    """学员。"""
    return Chat(room, pupil)


def keys(ledger: Ledger, number: int) -> list[tuple[str, str]]:
    """各题怎样答对、怎样答错。"""
    return [(right_answer(one.item), wrong_answer(one.item)) for one in items_of(ledger, number)]


def test_a_paper_from_the_list_to_the_score(room: Classroom, trainer: Who, chat: Chat, ledger: Ledger) -> None:
    number = published(room, trainer, settings=FILLS)
    first, second = items_of(ledger, number)
    (right, _), (_, wrong) = keys(ledger, number)
    assert chat.says("考试") == [
        (
            "给您的试卷：\n1. 新员工测验（未开始）：2 题，限时 20 分钟，60 分及格，还能答 2 次\n"
            "回复编号开始（限时的即刻计时）；有试卷代码的，发“考试 代码”。"
        )
    ]
    question = (
        "新员工测验 · 第 1 / 2 题 · 还剩 20 分 0 秒\n"
        f"【填空】{first.item.stem}\n请写数字，可以带单位，例如 30、30公里、三十公里。"
    )
    assert chat.says("1") == [RULES, question]
    assert chat.says("说不准") == ["没有看懂，请重答。请写数字，可以带单位，例如 30、30公里、三十公里。\n" + question]
    source = first.item.rests_on[0]
    assert chat.says(right) == [
        f"答对了\n“{source.quote}”\n《{source.title}》{source.section}",
        question.replace("第 1", "第 2").replace(first.item.stem, second.item.stem),
    ]
    source = second.item.rests_on[0]
    assert chat.says(wrong) == [
        f"数不对。正确答案：{second.item.key_text()}\n“{source.quote}”\n《{source.title}》{source.section}",
        "“新员工测验”50 分，未及格（60 分及格）：2 题答对 1 题。",
    ]
    assert chat.says("2023年农村公路新改建多少公里") is None, "答完了，打的字又是问题"
    assert chat.says("成绩") == [
        ("2026-03-02 09:00 “新员工测验”50 分，未及格\n错题本里有 1 题，现在该复习 0 题。\n发“榜”看最近一份的榜。")
    ]
    assert chat.says("错题本") == [
        (
            f"错题本里有 1 题，现在该复习 0 题。\n1. {second.item.stem}（错过 1 次，03-02 复习）\n"
            "发“复习”现在就复习该复习的。"
        )
    ]


def test_leaving_asking_and_coming_back(room: Classroom, trainer: Who, chat: Chat, clock: Clock) -> None:
    published(room, trainer, settings=FILLS)
    chat.says("考试")
    chat.says("1")
    clock.forward(minutes=5)
    assert chat.says("退出") == [
        "已离开“新员工测验”，作答都记着（还剩 15 分 0 秒，时间照走）。现在可以提问；发“考试”再来接着答。"
    ]
    assert chat.says("30公里") is None
    assert chat.says("考试") == [
        (
            "给您的试卷：\n1. 新员工测验（答题中）：2 题，限时 20 分钟，60 分及格，还能答 1 次\n"
            "回复编号开始（限时的即刻计时）；有试卷代码的，发“考试 代码”。"
        )
    ]
    assert (chat.says("1") or [""])[1].startswith("新员工测验 · 第 1 / 2 题 · 还剩 15 分 0 秒\n")


def test_by_code_a_timed_paper_is_shown_before_it_starts(room: Classroom, trainer: Who, chat: Chat) -> None:
    number = published(room, trainer, settings=FILLS)
    code = room.teach.open(trainer, number).row.paper.code
    cover = ["新员工测验（未开始）：2 题，限时 20 分钟，60 分及格，还能答 2 次\n回复“开始”答题，从那一刻起计时。"]
    assert chat.says(f"考试 {code}") == cover
    assert chat.says(code.lower()) == cover
    assert room.learn.resume(chat.who) is None
    assert (chat.says("开始") or [""])[0] == RULES
    assert Chat(room, chat.who).says("ABCDEF") is None, "不是代码，就是问题"


def test_handing_in_and_what_comes_after(room: Classroom, trainer: Who, chat: Chat, ledger: Ledger) -> None:
    number = published(room, trainer, settings=FILLS)
    chat.says("考试")
    chat.says("1")
    sure = ["还有 2 题没有答。就这样交卷，请再发一次“交卷”；不交，接着答就是。"]
    assert chat.says("交卷") == sure
    assert (chat.says("说不准") or [""])[0].startswith("没有看懂")
    assert chat.says("交卷") == sure, "中间答过，要再问"
    assert chat.says("交卷") == ["“新员工测验”0 分，未及格（60 分及格）：2 题答对 0 题。"]
    step = room.learn.start(chat.who, number)
    assert step.standing is not None
    old = Seat(Doing.ANSWERING, (), str(items_of(ledger, number)[0].id), step.standing.attempt - 1)
    chat.seat = old
    said = chat.says("30公里") or []
    assert said[0] == "这份试卷已经交了，刚才这一句没有当作作答。"
    assert said[1].startswith("新员工测验 · 第 1 / 2 题"), "重考的那份正等着"


def test_time_is_up(room: Classroom, trainer: Who, chat: Chat, clock: Clock) -> None:
    published(room, trainer, settings=FILLS)
    chat.says("考试")
    chat.says("1")
    clock.forward(minutes=21)
    assert chat.says("30公里") == [
        (
            "“新员工测验”的答题时间已到，已按此前的作答交卷，这一题来迟了，不计分。\n"
            "“新员工测验”到时收卷，0 分，未及格（60 分及格）：2 题答对 0 题。"
        )
    ]


def test_collected_while_away(room: Classroom, trainer: Who, chat: Chat, clock: Clock) -> None:
    published(room, trainer, settings=FILLS)
    chat.says("考试")
    chat.says("1")
    clock.forward(minutes=21)
    room.tick()
    assert chat.says("30公里") == [
        "这份试卷已经交了，刚才这一句没有当作作答。",
        "“新员工测验”到时收卷，0 分，未及格（60 分及格）：2 题答对 0 题。",
    ]


def test_long_silence_is_not_an_answer(room: Classroom, trainer: Who, chat: Chat, clock: Clock) -> None:
    published(room, trainer, settings=Settings(number=2, shares={ItemKind.FILL: 1}, shuffle=False))
    chat.says("考试")
    chat.says("1")
    clock.forward(hours=3)
    said = chat.says("2023年农村公路新改建多少公里") or []
    assert said[0] == ("隔了许久，刚才这一句没有当作作答。要接着答，请答下面这一题；要提问，先发“退出”。")
    assert said[1].startswith("新员工测验 · 第 1 / 2 题\n")
    assert (chat.says("98765432") or [""])[0].startswith("数不对。")


def test_a_wrong_item_is_reported(room: Classroom, trainer: Who, chat: Chat, ledger: Ledger) -> None:
    number = published(room, trainer, settings=FILLS)
    first, second = items_of(ledger, number)
    chat.says("考试")
    chat.says("1")
    assert chat.says("报错") == [f"已把这一题连同引文告诉出题人，谢谢：{first.item.stem}"]
    chat.says(right_answer(first.item))
    chat.says(right_answer(second.item))
    assert chat.says("报错：单位写错了") == [f"已把这一题连同引文告诉出题人，谢谢：{second.item.stem}"]
    assert [one.said for one in room.teach.complaints(trainer)] == ["这道题有错", "单位写错了"]


def test_answered_elsewhere(room: Classroom, trainer: Who, chat: Chat, ledger: Ledger) -> None:
    number = published(room, trainer, settings=FILLS)
    chat.says("考试")
    chat.says("1")
    room.learn.say(chat.who, "98765")
    said = chat.says(right_answer(items_of(ledger, number)[0].item)) or []
    assert said[0] == "这一题在别处答过了，答的是“98765”，没有改。"
    assert said[2].startswith("新员工测验 · 第 2 / 2 题")


def test_review(room: Classroom, trainer: Who, chat: Chat, ledger: Ledger, clock: Clock) -> None:
    number = published(room, trainer, settings=FILLS)
    chat.says("考试")
    chat.says("1")
    chat.says("交卷")
    chat.says("交卷")
    assert (chat.says("复习") or [""])[0].startswith("现在没有该复习的题，最早的一题 03-02 ")
    clock.forward(days=1)
    first = items_of(ledger, number)[0].item
    said = chat.says("复习") or []
    assert said[0] == "打的字就是作答；发“退出”离开，可以提问。"
    assert said[1].startswith("复习，还有 2 题 · 错过 1 次\n【填空】")
    told = chat.says("98765432") or []
    assert told[0].startswith("数不对。正确答案：")
    assert chat.says("退出") == ["已离开复习，发“复习”再来接着。现在可以提问。"]
    assert chat.says(right_answer(first)) is None


def test_menu_keys_are_never_answers(room: Classroom, trainer: Who, chat: Chat) -> None:
    published(room, trainer, settings=FILLS)
    chat.says("考试")
    chat.says("1")
    assert chat.typed.hear(chat.who, chat.seat, "2023年农村公路新改建多少公里", menu=True) is None
    turn = chat.typed.hear(chat.who, chat.seat, "quiz", menu=True)
    assert turn is not None
    assert turn.seat.doing is Doing.CHOOSING


def test_the_board_and_staying_off_it(room: Classroom, trainer: Who, chat: Chat) -> None:
    assert chat.says("榜") == ["还没有交过卷，没有榜可看。"]
    number = published(room, trainer, settings=FILLS)
    answered(room, trainer, number, right=True)
    answered(room, chat.who, number, right=False)
    wishes = "发“不上榜”“上榜”改意愿，“昵称 小青”改称呼。"
    assert chat.says("榜") == [f"“新员工测验”的榜，2 人：\n1. 李老师　100 分\n2. 张三（您）　0 分\n{wishes}"]
    assert (chat.says("昵称 Tom") or [""])[0].startswith("昵称：Tom；上榜；")
    assert "2. Tom（您）　0 分" in (chat.says("排名") or [""])[0]
    assert (chat.says("不上榜") or [""])[0].startswith("昵称：Tom；不上榜；")
    assert chat.says("榜") == [f"“新员工测验”的榜，1 人：\n1. 李老师　100 分\n{wishes}"]
    assert (chat.says("昵称 无") or [""])[0].startswith("昵称：没有；")


def test_wishes(room: Classroom, chat: Chat) -> None:
    assert chat.says("提醒 关") == [
        "昵称：没有；上榜；不提醒复习；没有订每日一题。\n发“提醒 8”改钟点，“提醒 关”不再提醒。"
    ]
    assert (chat.says("提醒8点") or [""])[0].startswith("昵称：没有；上榜；8 点提醒复习；")
    assert chat.says("每日一题 订阅") == ["昵称：没有；上榜；8 点提醒复习；订了每日一题。"]
    assert chat.says("每日一题") == ["每日一题还没有开始发。"]
    assert room.learn.preferences(chat.who).daily
    assert number_of(chat.who)


@pytest.mark.parametrize(
    ("text", "name"),
    [("考试", "papers"), ("/quiz", "papers"), ("ＱＵＩＺ", "papers"), ("quiz K7QM3X", "papers"),
     ("测验k7qm3x", "papers"),
     ("考试成绩怎么样", None), ("复习", "review"), ("复习了哪些工作", None), ("错题本", "missed"), ("成绩", "results"),
     ("2022年成绩如何", None), ("每日一题 B", "daily"), ("提醒 25天", None)],
)  # fmt: skip
def test_what_is_a_command(text: str, name: str | None) -> None:
    assert command_of(text) == name
