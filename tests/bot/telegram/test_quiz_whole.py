"""从头到尾：真的报告文件与索引，出卷、发布、凭链接来答、中途重启、交卷、复习、带走成绩、改报告撤题。"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from pydantic import SecretStr

from bot import app
from bot.app import Application, open_application
from bot.channels.telegram.channel import Channel
from bot.classroom.bell import ringing
from bot.ledger.chats import Place, Who
from bot.ledger.file import Ledger
from bot.office import Office
from bot.people import Identity, PersonRole, Policy, enrol, identified
from bot.quiz.items import TYPED_KINDS
from bot.quiz.steps import Step
from bot.settings import Settings
from bot.settings import Telegram as Token
from tests.bot.ledgers import Clock
from tests.bot.letters import Letters
from tests.bot.quiz.samples import DONGSHAN_2022, LINXI_2022, QINGHE_2022, QINGHE_2023
from tests.bot.quiz.test_attempts import right_answer, wrong_answer
from tests.bot.telegram.emulator import TOKEN, Telegram, telegram, until
from tests.bot.telegram.exam import TRAINER, changed
from tests.bot.telegram.rig import FAST, running

PUPIL = 77
TEXTS = {"清河2022": QINGHE_2022, "清河2023": QINGHE_2023, "临溪2022": LINXI_2022, "东山2022": DONGSHAN_2022}


class School:
    """一个程序：真的报告与索引，拨得动的钟，可以停下再开。"""

    def __init__(self, bot: Telegram, application: Application, folder: Path) -> None:
        self.bot = bot
        self.application = application
        self.path = folder / "people.sqlite"
        self.clock = Clock()

    @contextmanager
    def open(self) -> Iterator[Office]:
        """其间机器人与铃都在运行。"""
        ledger = Ledger(self.path, self.clock)
        office = Office(self.application, ledger, Policy.CODE)
        token = Token(SecretStr(TOKEN), f"{self.bot.address}/bot", f"{self.bot.address}/file/bot", None, None)
        with running(Channel(token, office, FAST)), ringing(office.classroom, every=0.05):
            yield office
        ledger.close()


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    """四份报告入了库，有一位培训员。"""
    monkeypatch.setattr(app, "open_encoder", lambda _: Letters())
    monkeypatch.setattr("bot.classroom.teaching.secrets.randbits", lambda _: 3)
    folder = tmp_path / "报告"
    folder.mkdir()
    for name, words in TEXTS.items():
        (folder / f"{name}.txt").write_text(words, encoding="utf-8")
    with telegram() as bot, open_application(folder, settings=Settings()) as application:
        application.update()
        made = School(bot, application, tmp_path)
        with closing(Ledger(made.path, made.clock)) as ledger:
            enrol(ledger, "李老师", PersonRole.TRAINER, Identity("telegram", str(TRAINER)))
        yield made
        assert bot.broken == []


def asked(office: Office) -> Step:
    """学员正答着的一题。"""
    found = identified(office.ledger, Identity("telegram", str(PUPIL)))
    assert found is not None
    step = office.classroom.learn.resume(Who(Place("telegram", str(PUPIL)), found.id))
    assert step is not None
    return step


def answer(office: Office, bot: Telegram, *, right: bool, more: int) -> None:
    """答正答着的一题：选的按按钮（选几项的按完再交），打的打字；等着再来几条。"""
    step, count, shown = asked(office), len(bot.texts(PUPIL)), bot.last(PUPIL)
    assert step.item is not None
    words = right_answer(step.item) if right else wrong_answer(step.item)
    if step.item.kind in TYPED_KINDS:
        bot.says(words, PUPIL)
    elif shown.labels[-2] == ["交这一题"]:
        buttons = {button["text"].split(".")[0]: button["callback_data"] for row in shown.buttons for button in row}
        for letter in words:
            changed(shown, lambda letter=letter: bot.calls_back(shown, buttons[letter], PUPIL))  # type: ignore[misc]
        bot.calls_back(shown, buttons["交这一题"], PUPIL)
    else:
        options = [button["callback_data"] for row in shown.buttons[:-1] for button in row]
        bot.calls_back(shown, options["ABCDEFGH".index(words)], PUPIL)
    bot.reply(count + more + (step.item.kind in TYPED_KINDS), PUPIL)


def test_the_whole_loop(school: School) -> None:
    bot = school.bot
    with school.open() as office:
        bot.says("/newquiz 入职测验 4题 30分钟", TRAINER)
        draft = bot.reply(1, TRAINER)
        for label in ("出题", "发布", "发布，凭代码作答"):
            changed(draft, lambda label=label: bot.presses(draft, label, TRAINER))  # type: ignore[misc]  # 默认值
        link = re.search(r"https://t\.me/JihuatongBot\?start=(quiz_\w+)", draft.text)
        assert link is not None
        bot.says(f"/start {link[1]}", PUPIL)
        bot.presses(bot.reply(1, PUPIL), "开始答题", PUPIL)
        bot.reply(3, PUPIL)
        answer(office, bot, right=True, more=1)
        step = asked(office)
    until(lambda: not bot.pending)
    school.clock.forward(minutes=10)
    with school.open() as office:
        assert (asked(office).target, asked(office).seconds) == (step.target, 20 * 60)
        answer(office, bot, right=False, more=1)
        answer(office, bot, right=True, more=1)
        answer(office, bot, right=True, more=1)
        score = bot.last(PUPIL)
        assert score.text == "<b>“入职测验”75 分，及格：4 题答对 3 题。</b>"
        school.clock.forward(minutes=2)
        count = len(bot.texts(PUPIL))
        bot.presses(score, "复习错题", PUPIL)
        assert bot.reply(count + 1, PUPIL).text.startswith("<b>复习，还有 1 题 · 错过 1 次</b>\n【")
        bot.says("/me", PUPIL)
        bot.presses(bot.reply(count + 2, PUPIL), "导出我的成绩", PUPIL)
        book = openpyxl.load_workbook(BytesIO(bot.reply(count + 3, PUPIL).content))
        verdicts = [row[4] for row in book["作答"].iter_rows(min_row=2, values_only=True)]
        assert [verdict == "答对了" for verdict in verdicts] == [True, False, True, True]
    rewrite(school)
    with school.open() as office:
        told = bot.reply(2, TRAINER).text.split("\n")
        assert told[0] == "“入职测验”有 3 道题所据的原文变了，已撤下，新的答卷里不再有："
        assert len([line for line in told if "里这一段的原文改了：“" in line]) == 3
        count = len(bot.texts(PUPIL))
        bot.says("/review", PUPIL)
        assert bot.reply(count + 1, PUPIL).text == "<i>现在没有该复习的题。</i>", "撤下的题不再复习"
        assert len(bot.texts(TRAINER)) == 2


def rewrite(school: School) -> None:
    """四份报告都重新写过，句句加了几个字，索引跟上；标题没有动，考标题的那一题不撤。"""
    for name, words in TEXTS.items():
        changed_words = words.replace("。", "，成效明显。")
        (school.application.folder / f"{name}.txt").write_text(changed_words, encoding="utf-8")
    school.application.update()
