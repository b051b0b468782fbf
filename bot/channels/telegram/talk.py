"""收到一条，说什么：不知道怎样送达；全是可以阻塞的函数，在工作线程里调用。"""

import logging
from collections.abc import Callable, Mapping

from bot.channels.telegram import (
    commands,
    listing,
    questions,
    quiz_drafts,
    quiz_mine,
    quiz_mode,
    quiz_orders,
    quiz_results,
    quiz_taking,
    wording,
)
from bot.channels.telegram.incoming import Incoming, Kind
from bot.channels.telegram.presses import Press, Verb, unpacked
from bot.channels.telegram.quiz_drafts import DEEP_LINK
from bot.channels.telegram.render import text
from bot.channels.telegram.turn import CHANNEL, Said, Turn, in_chat, spoken
from bot.codes import CodeKind, looks_like_code, redeem
from bot.ledger.chats import expected, take_expected
from bot.office import Office
from bot.people import Identity, identified
from corpus.errors import JihuatongError
from index.errors import NoSuchReport

logger = logging.getLogger(__name__)

CODE_COMMANDS = frozenset({"", "start", "link"})
QUIZ_COMMANDS = frozenset({"quiz", "review", "pause", "finish"})
CHINESE_COMMANDS = {"/答题": "quiz", "/复习": "review", "/退出": "pause", "/交卷": "finish"}
"""Telegram 的命令只许用字母；这几个汉字的也认。"""


class Talk:
    """一个机器人的对话。

    Args:
        office: 答问台。
        bot: 机器人的用户名；还没有问清时为空。
    """

    def __init__(self, office: Office, bot: Callable[[], str] = str) -> None:
        self._office = office
        self._bot = bot

    def say(self, incoming: Incoming) -> Said:
        """这一条该说什么；出了意外也有一句话，经过记入日志。"""
        try:
            return self.reply(incoming)
        except Exception:  # 这是通道的循环：记下来，说一句话，接着办下一条
            logger.exception("Telegram 的一条消息没有答成")
            return sentence(incoming, wording.FAILED)

    def reply(self, incoming: Incoming) -> Said:
        """这一条该说什么；办不成的说为什么，出了意外照样抛出。"""
        try:
            return self._say(incoming)
        except JihuatongError as error:
            return explained(incoming, error)

    def turn(self, incoming: Incoming) -> Turn:
        """认出是谁。

        Raises:
            PeopleError: 不接待这个人。
        """
        person = self._office.meet(_identity(incoming), incoming.name)
        return Turn(self._office, incoming, person, self._bot())

    def is_of_quiz(self, incoming: Incoming) -> bool:
        """是不是测验里的一步：做得快，又改台账，要与要发的话写在一个事务里——做了一半被杀，重启后不会答两遍。"""
        ledger = self._office.ledger
        if incoming.kind is Kind.PRESS:
            press = unpacked(ledger, incoming.text)
            return press is not None and (
                press.verb in QUIZ_VERBS or press.text.split(" ")[0] in TRAINER_ACTS.get(press.verb, ())
            )
        if incoming.kind is Kind.TEXT:
            return incoming.text in CHINESE_COMMANDS or (self._is_awaited(incoming) and not self._is_slow(incoming))
        return incoming.command in QUIZ_COMMANDS or paper_code(incoming) is not None

    def _is_slow(self, incoming: Incoming) -> bool:
        """等着的是改题：要用题库证明，慢。"""
        turn = self.turn(incoming)
        return _prompted(turn) in (quiz_drafts.STEM, quiz_drafts.KEY)

    def _is_awaited(self, incoming: Incoming) -> bool:
        """打的字正是测验里等着的：作答，报错的话，昵称；八位的数字也不当作邀请码。"""
        if incoming.kind is not Kind.TEXT or not incoming.private:
            return False
        person = identified(self._office.ledger, _identity(incoming))
        if person is None:
            return False
        turn = Turn(self._office, incoming, person)
        waiting = expected(turn.ledger, turn.who)
        return quiz_mode.current(turn) is not None if waiting is None else waiting.what in PROMPTS

    def _say(self, incoming: Incoming) -> Said:
        if incoming.private and _brings_code(incoming) and not self._is_awaited(incoming):
            return self._redeemed(incoming)
        code = paper_code(incoming)
        if code is not None:
            return quiz_taking.cover(self._admitted(incoming, code), code)
        return self._answered(self.turn(incoming))

    def _answered(self, turn: Turn) -> Said:
        incoming = turn.incoming
        if incoming.kind is Kind.PRESS:
            return self._pressed(turn)
        if incoming.kind is Kind.COMMAND:
            return self._commanded(turn)
        if incoming.kind is Kind.TEXT:
            return _told(turn) if incoming.text else commands.start(turn)
        return turn.say(wording.ONLY_TEXT)

    def _admitted(self, incoming: Incoming, code: str) -> Turn:
        """凭试卷代码来的；没有登记的就此登记。"""
        identity = _identity(incoming)
        if identified(self._office.ledger, identity) is None:
            source = f"{CHANNEL} {incoming.sender}"
            self._office.classroom.admit(identity, incoming.name, code, self._office.policy, source)
        return self.turn(incoming)

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
        turn = Turn(self._office, incoming, person, self._bot())
        said = turn.say(text(f"{done}：您是{person.name}（编号 {person.id}），{person.role}。发 /help 看看能做什么。"))
        return Said(said.letters, menus=commands.menus_of(turn, person))


def _brings_code(incoming: Incoming) -> bool:
    """带着邀请码、关联码来的。"""
    if incoming.command == "link" and incoming.text:
        return True
    return incoming.command in CODE_COMMANDS and looks_like_code(incoming.text)


def paper_code(incoming: Incoming) -> str | None:
    """单独对话里带着试卷代码来的：深链接，或 /quiz 和代码；没有为 None。"""
    if not incoming.private or incoming.kind is not Kind.COMMAND:
        return None
    if incoming.command == "start" and incoming.text.startswith(DEEP_LINK):
        return incoming.text.removeprefix(DEEP_LINK)
    return incoming.text or None if incoming.command == "quiz" else None


def _told(turn: Turn) -> Said:
    """一句话：正等着他说的，正答着的题，不然就是问题。"""
    words = turn.incoming.text
    if words in CHINESE_COMMANDS:
        return commands.COMMANDS[CHINESE_COMMANDS[words]](turn)
    prompt = _prompted(turn)
    if prompt is not None:
        waiting = take_expected(turn.ledger, turn.who)
        return PROMPTS[prompt](turn, "" if waiting is None else waiting.payload)
    mode = quiz_mode.current(turn) if turn.incoming.private else None
    if mode is not None and expected(turn.ledger, turn.who) is None:
        return turn.say(wording.EDITED) if turn.incoming.edited else quiz_taking.typed(turn, mode)
    return questions.told(turn)


def _prompted(turn: Turn) -> str | None:
    """正等着他写的是测验里的哪一件；没有为 None。"""
    waiting = expected(turn.ledger, turn.who)
    return waiting.what if waiting is not None and waiting.what in PROMPTS else None


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


def aloud(incoming: Incoming, said: Said) -> Said:
    """按钮已经先应答了，一闪而过的话再也闪不出来：没有别的可看的，就发一条。"""
    return said if said.letters or not said.toast else Said(spoken(incoming, text(said.toast)))


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
    Verb.QUIZ: quiz_taking.chosen,
    Verb.TAKE: quiz_taking.taken,
    Verb.PAUSE: quiz_taking.paused,
    Verb.FINISH: quiz_taking.finished,
    Verb.COMPLAIN: quiz_taking.complains,
    Verb.MARKED: quiz_mine.marked,
    Verb.BOARD: quiz_mine.board,
    Verb.MINE: quiz_mine.chosen,
    Verb.MAKE: quiz_orders.pressed,
    Verb.DRAFT: quiz_drafts.chosen,
    Verb.PAPER: quiz_results.chosen,
}
QUIZ_VERBS = frozenset({Verb.QUIZ, Verb.TAKE, Verb.PAUSE, Verb.FINISH, Verb.COMPLAIN, Verb.MINE})
"""学员的改台账的按钮。"""
TRAINER_ACTS = {Verb.DRAFT: quiz_drafts.QUICK, Verb.PAPER: quiz_results.QUICK}
"""培训员的按钮里，做得快又改台账的。"""
PROMPTS: Mapping[str, Callable[[Turn, str], Said]] = {
    quiz_taking.COMPLAINT: quiz_taking.complaint_told,
    quiz_mine.NICKNAME: quiz_mine.nickname_told,
    quiz_mine.NAME: quiz_mine.name_told,
    quiz_results.ANSWER: quiz_results.answer_told,
    quiz_drafts.STEM: quiz_drafts.stem_told,
    quiz_drafts.KEY: quiz_drafts.key_told,
}
"""等着他写的，写来了怎样办。"""
