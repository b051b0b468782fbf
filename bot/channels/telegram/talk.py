"""收到一条，说什么：不知道怎样送达；全是可以阻塞的函数，在工作线程里调用。"""

import logging
from collections.abc import Callable, Mapping

from bot.channels.telegram import commands, listing, questions, wording
from bot.channels.telegram.incoming import Incoming, Kind
from bot.channels.telegram.presses import Press, Verb, unpacked
from bot.channels.telegram.render import text
from bot.channels.telegram.turn import CHANNEL, Quiz, Said, Turn, in_chat, spoken
from bot.codes import CodeKind, looks_like_code, redeem
from bot.office import Office
from bot.people import Identity
from corpus.errors import JihuatongError
from index.errors import NoSuchReport

logger = logging.getLogger(__name__)

CODE_COMMANDS = frozenset({"", "start", "link"})


class Talk:
    """一个机器人的对话。

    Args:
        office: 答问台。
        quiz: 给一个人的试卷；还没有试卷时为 None。
    """

    def __init__(self, office: Office, quiz: Quiz = lambda _: None) -> None:
        self._office = office
        self._quiz = quiz

    def say(self, incoming: Incoming) -> Said:
        """这一条该说什么；出了意外也有一句话，经过记入日志。"""
        try:
            return self._say(incoming)
        except JihuatongError as error:
            return explained(incoming, error)
        except Exception:  # 这是通道的循环：记下来，说一句话，接着办下一条
            logger.exception("Telegram 的一条消息没有答成")
            return sentence(incoming, wording.FAILED)

    def turn(self, incoming: Incoming) -> Turn:
        """认出是谁。

        Raises:
            PeopleError: 不接待这个人。
        """
        person = self._office.meet(_identity(incoming), incoming.name)
        return Turn(self._office, incoming, person, self._quiz)

    def _say(self, incoming: Incoming) -> Said:
        if incoming.private and incoming.command in CODE_COMMANDS and looks_like_code(incoming.text):
            return self._redeemed(incoming)
        if incoming.private and incoming.command == "link" and incoming.text:
            return self._redeemed(incoming)
        turn = self.turn(incoming)
        if incoming.kind is Kind.PRESS:
            return self._pressed(turn)
        if incoming.kind is Kind.COMMAND:
            return self._commanded(turn)
        if incoming.kind is Kind.TEXT:
            return questions.told(turn) if incoming.text else commands.start(turn)
        return turn.say(wording.ONLY_TEXT)

    def _commanded(self, turn: Turn) -> Said:
        known = commands.COMMANDS.get(turn.incoming.command)
        if known is not None:
            return known(turn)
        unknown = wording.UNKNOWN_COMMAND.format(command=turn.incoming.command)
        return turn.say(text(unknown)) if turn.incoming.private else Said()

    def _pressed(self, turn: Turn) -> Said:
        press = unpacked(turn.ledger, turn.incoming.text)
        return Said(toast=wording.BUTTON_GONE) if press is None else PRESSES[press.verb](turn, press)

    def _redeemed(self, incoming: Incoming) -> Said:
        """用掉一个码。"""
        ledger, identity = self._office.ledger, _identity(incoming)
        result = redeem(ledger, identity, incoming.name, incoming.text, self._office.policy)
        person = result.person
        done = "两边已合为一人" if result.kind is CodeKind.LINK else "好了"
        turn = Turn(self._office, incoming, person, self._quiz)
        said = turn.say(text(f"{done}：您是{person.name}（编号 {person.id}），{person.role}。发 /help 看看能做什么。"))
        return Said(said.letters, menus=commands.menus_of(turn, person))


def _identity(incoming: Incoming) -> Identity:
    return Identity(CHANNEL, str(incoming.sender))


def explained(incoming: Incoming, error: JihuatongError) -> Said:
    """把一个错误说给人听。"""
    return sentence(incoming, in_chat(error))


def sentence(incoming: Incoming, sentence: str) -> Said:
    """一句话：按按钮的，短的一闪而过，不打扰会话。"""
    if incoming.kind is Kind.PRESS and len(sentence) <= TOAST:
        return Said(toast=sentence)
    return Said(spoken(incoming, text(sentence)))


TOAST = 190
"""一闪而过的话最多 200 个字。"""


def _reports(turn: Turn, press: Press) -> Said:
    return turn.edit(*listing.reports_page(turn.office.library.reports(), press.number, turn.pack))


def _report(turn: Turn, press: Press) -> Said:
    entry = next((entry for entry in turn.office.library.reports() if entry.name == press.text), None)
    if entry is None:
        raise NoSuchReport(press.text)
    return commands.shown_report(turn, entry)


def _facts(turn: Turn, press: Press) -> Said:
    titles = {entry.name: entry.title for entry in turn.office.library.reports()}
    found = turn.office.facts_about(press.text)
    return turn.edit(*listing.facts_page(found, titles, press.text, press.number, turn.pack))


def _people(turn: Turn, press: Press) -> Said:
    letter = commands.shown_people(turn, press.text, press.number).letters[-1]
    return turn.edit(letter.html, letter.keyboard)


PRESSES: Mapping[Verb, Callable[[Turn, Press], Said]] = {
    Verb.ASK: lambda turn, press: questions.asked(turn, press.text, echoed=True),
    Verb.CONTEXT: questions.context,
    Verb.BACK: questions.back,
    Verb.OTHERS: questions.others,
    Verb.USEFUL: questions.useful,
    Verb.WRONG: questions.wrong,
    Verb.SKIP: questions.skipped,
    Verb.REPORTS: _reports,
    Verb.REPORT: _report,
    Verb.FACTS: _facts,
    Verb.PEOPLE: _people,
    Verb.CANCEL: lambda turn, _: turn.edit(wording.CANCELLED),
}
