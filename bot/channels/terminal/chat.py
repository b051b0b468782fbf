"""一来一往：问题归答问台，命令各归各，考试归教室。"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.channels.terminal.commands import BY_NAME
from bot.channels.terminal.draw import choices, show
from bot.channels.terminal.pages import show_lines, show_notice, show_turn
from bot.channels.terminal.prose import Prose
from bot.classroom.typed import Doing, Seat, Turn, Typed, command_of
from bot.ledger.chats import Who
from bot.office import Asked, Office
from bot.quiz.notices import NoticeKind
from corpus.errors import JihuatongError

LEAVING = frozenset({"/退出", "/quit", "/exit", "/q", "退出", "再见"})
GREETING = "直接输入问题；/help 列出命令，/quiz 考试，Ctrl+D 结束。"
GIVEN_UP = "已放弃这一问。"
TRY = "可以这样问（输入序号）："
ASKING, ANSWERING = "问 › ", "答 › "
_IN_CLASS = (Doing.ANSWERING, Doing.REVIEWING)


@dataclass(frozen=True, slots=True)
class Host:
    """聊天背后的几样：答问台，谁在问，答题时是谁（头一回当场登记），登记过的是谁。"""

    office: Office
    who: Who
    learner: Callable[[], Who]
    known: Callable[[], Who | None]


class Chat:
    """一次聊天：记得刚才问了什么、列了哪些问法、正答着哪一题。"""

    def __init__(self, host: Host, console: Console) -> None:
        self.office, self.who, self.console = host.office, host.who, console
        self.last: Asked | None = None
        self._host = host
        self._seat = Seat()
        self._typed = Typed(host.office.classroom.learn, host.office.ledger, "/")
        self._choices = host.office.library.examples()

    def learner(self) -> Who:
        """登记了的本人；头一回当场登记。"""
        return self._host.learner()

    def prompt(self) -> str:
        """这时该答还是该问。"""
        return ANSWERING if self._seat.doing in _IN_CLASS else ASKING

    def greet(self) -> None:
        """开头几句：怎样用，新来的通知，有没有没答完的卷子、该复习的题，例子。"""
        self.console.print(Prose(Text.assemble(("计划通", "bold cyan"), (f"  {GREETING}", "dim"))))
        who = self._host.known()
        if who is not None:
            learn = self.office.classroom.learn
            self._tell_news(who)
            going, due = learn.resume(who), learn.due(who)
            if going is not None and going.standing is not None:
                self.console.print(Text(f"“{going.standing.title}”还没有答完，/quiz 接着答。", "yellow"))
            if due:
                self.console.print(Text(f"错题本里有 {due} 题该复习了，/review 复习。", "yellow"))
        self.show_examples()

    def _tell_news(self, who: Who) -> None:
        """没看过的通知，旧的在前；在这里看过了，别处不再送。"""
        learn = self.office.classroom.learn
        fresh = [notice for notice in reversed(learn.notices(who)) if notice.read is None]
        for notice in fresh:
            if notice.kind is not NoticeKind.REVIEW:  # 下面会说该复习几题
                show_notice(notice, self.console)
        learn.read(who, tuple(notice.id for notice in fresh))

    def show_examples(self) -> None:
        """列出例子。"""
        self._choices = self.office.library.examples()
        if self._choices and self.console.is_terminal:
            self.console.print(choices(TRY, self._choices))
        elif self._choices:
            numbered = (Text(f"{number}. {one}") for number, one in enumerate(self._choices, 1))
            show_lines([Text(TRY), *numbered], self.console)

    def hear(self, line: str) -> bool:
        """听一句；说再见了为假。"""
        if not line:
            return True
        if line.lower() in LEAVING and self._seat.doing not in _IN_CLASS:
            return False
        try:
            self._heard(line)
        except JihuatongError as error:
            show_lines([Text(str(error))], self.console)
        except KeyboardInterrupt:  # 等得不耐烦了：放弃这一问，接着聊
            show_lines([Text(GIVEN_UP)], self.console)
        return True

    def part(self) -> None:
        """走的时候，说一声没答完的。"""
        if self._seat.doing is Doing.ANSWERING:
            show_lines([Text("作答都记着；再来时 /quiz 接着答。")], self.console)

    def ask(self, question: str) -> None:
        """问一句，显示答复。"""
        if self.console.is_terminal:
            with self.console.status("正在查…"):
                self.last = self.office.ask(self.who, question)
        else:
            self.last = self.office.ask(self.who, question)
        show(self.last.reply, self.console)
        self._choices = self.last.reply.suggestions or self._choices

    def _heard(self, line: str) -> None:
        name, _, words = line.removeprefix("/").partition(" ")
        command = BY_NAME.get(name.lower()) if line.startswith("/") else None
        if command is not None and command.run is not None:
            command.run(self, words.strip())
            return
        own = line.startswith("/") and command_of(line) is not None
        turn = self._class(line) if command is not None or own or self._seat != Seat() else None
        if turn is not None:
            self._seat = turn.seat
            show_turn(turn, self.console)
        elif line.startswith("/"):
            show_lines([Text(f"没有 /{name} 这个命令。/help 列出全部命令。")], self.console)
        else:
            self._seat = Seat(judged=self._seat.judged, at=self._seat.at)
            self.ask(self._chosen(line))

    def _class(self, line: str) -> Turn | None:
        return self._typed.hear(self.learner(), self._seat, line)

    def _chosen(self, line: str) -> str:
        """输入的若是序号，换成那一句问法。"""
        if line.isdecimal() and 1 <= int(line) <= len(self._choices):
            return self._choices[int(line) - 1]
        return line


def talk(host: Host, remembered: Path | None = None, console: Console | None = None) -> None:
    """聊到说再见。

    Args:
        host: 背后的几样。
        remembered: 记住输入过的问题的文件；没有终端时不用。
        console: 终端，默认标准输出。
    """
    screen = console or Console(highlight=False)
    chat = Chat(host, screen)
    if screen.is_terminal and sys.stdin.isatty():
        chat.greet()
    for line in typed_lines(chat.prompt, screen, remembered):
        if not chat.hear(line):
            return
    chat.part()


def typed_lines(prompt: Callable[[], str], console: Console, remembered: Path | None = None) -> Iterator[str]:
    """输入的一行行，去掉两头的空白；Ctrl+C 放弃这一行，Ctrl+D 结束。"""
    if not (console.is_terminal and sys.stdin.isatty()):
        yield from (line.strip() for line in sys.stdin)
        return
    from prompt_toolkit import PromptSession  # noqa: PLC0415 - 只在真终端里用
    from prompt_toolkit.completion import WordCompleter  # noqa: PLC0415
    from prompt_toolkit.history import FileHistory, InMemoryHistory  # noqa: PLC0415

    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory() if remembered is None else FileHistory(str(remembered)),
        completer=WordCompleter([f"/{name}" for name in BY_NAME], sentence=True),
        complete_while_typing=False,
    )
    while True:
        try:
            yield session.prompt(prompt()).strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
