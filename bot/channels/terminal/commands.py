"""斜杠命令，一个命令一个函数；考试的几条归教室。"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bot.channels.terminal.pages import around, report_list, report_outline, show_facts, show_lines
from bot.codes import link_code, redeem
from bot.feedback import Verdict, correct, give
from bot.ledger.chats import Who
from bot.office import Asked, Office
from bot.people import Identity, identities, person
from index.entries import ReportEntry

WIDEST_HELP = 46
"""说明最宽的一行占多少格，连同空隙。"""
NOTHING_ASKED = "还没有问过，没有可以看的。"


class Table(Protocol):
    """命令要用的几样：答问台、谁在问、终端、刚才那一问，和替他问一句。"""

    office: Office
    who: Who
    console: Console
    last: Asked | None

    def learner(self) -> Who:
        """登记了的本人；头一回当场登记。"""

    def ask(self, question: str) -> None:
        """问一句。"""

    def show_examples(self) -> None:
        """列出例子。"""


@dataclass(frozen=True, slots=True)
class Command:
    """一条命令：几个名字，后面写什么，做什么；没有 `run` 的归教室。"""

    names: tuple[str, ...]
    words: str
    does: str
    run: Callable[[Table, str], None] | None = None


def _help(table: Table, _: str) -> None:
    """命令与说明排成两列；窄的终端里，说明写在下一行。"""
    width = max(cell_len(_usage(command)) for command in COMMANDS)
    wide = not table.console.is_terminal or table.console.width > width + WIDEST_HELP
    lines = [Text("直接输入问题就问；输入数字，选用上面列出的问法。", "dim")]
    for command in COMMANDS:
        usage = _usage(command)
        gap = " " * (width + 2 - cell_len(usage)) if wide else "\n    "
        lines.append(Text.assemble((usage, "cyan"), f"{gap}{command.does}"))
    show_lines(lines, table.console)


def _usage(command: Command) -> str:
    return "/" + " /".join(command.names) + (f" {command.words}" if command.words else "")


def _examples(table: Table, _: str) -> None:
    table.show_examples()


def _reports(table: Table, words: str) -> None:
    entries = table.office.library.reports()
    if not words:
        show_lines(report_list(entries), table.console)
        return
    found = _numbered(entries, words)
    if isinstance(found, str):
        show_lines([Text(found)], table.console)
    else:
        show_lines(report_outline(found, table.office.library.report(found.name)), table.console)


def _numbered(entries: tuple[ReportEntry, ...], words: str) -> ReportEntry | str:
    """所说的第几份，或名字、题名里含有这几个字的唯一一份；找不到则是一句话。"""
    if words.isdecimal():
        if 1 <= int(words) <= len(entries):
            return entries[int(words) - 1]
        return f"没有第 {words} 份报告，现在一共 {len(entries)} 份。编号见 /reports。"
    found = [entry for entry in entries if words in entry.name or words in entry.title]
    return found[0] if len(found) == 1 else f"有 {len(found)} 份报告的名字里有“{words}”。编号见 /reports。"


def _facts(table: Table, words: str) -> None:
    if not words:
        show_lines([Text("请写上要找的主题，例如 /facts 农村公路。")], table.console)
        return
    show_facts(words, table.office.facts_about(words), table.console)


def _compare(table: Table, words: str) -> None:
    if not words:
        show_lines([Text("请写上要比较什么，例如 /compare 2022年和2023年的农村公路。")], table.console)
        return
    table.ask(words if "比" in words else f"比较{words}")


def _source(table: Table, words: str) -> None:
    citations = table.last.reply.citations if table.last is not None else ()
    at = int(words) - 1 if words.isdecimal() else 0
    if not citations or not 0 <= at < len(citations):
        said = f"刚才的答复有 {len(citations)} 处引文，没有第 {words} 处。" if citations else NOTHING_ASKED
        show_lines([Text(said)], table.console)
        return
    found = table.office.source(citations[at])
    if found is None:
        show_lines([Text("这份报告已经更新，原来那一句不在了。请重新提问。")], table.console)
        return
    show_lines(around(found[0], citations[at], found[1]), table.console)


def _others(table: Table, _: str) -> None:
    if table.last is None:
        show_lines([Text(NOTHING_ASKED)], table.console)
        return
    found = table.office.elsewhere(table.last)
    if not found:
        show_lines([Text("别的年度、别的单位的报告里，没有同一件事的数字。")], table.console)
        return
    show_facts(table.last.question, found, table.console)


def _good(table: Table, _: str) -> None:
    _judge(table, Verdict.USEFUL, "")


def _bad(table: Table, words: str) -> None:
    _judge(table, Verdict.WRONG, words)


def _judge(table: Table, verdict: Verdict, words: str) -> None:
    if table.last is None:
        show_lines([Text(NOTHING_ASKED)], table.console)
        return
    given = give(table.office.ledger, table.who, table.last.number, verdict)
    if words:
        correct(table.office.ledger, given.id, words)
    show_lines([Text("谢谢，已记下。" if verdict is Verdict.USEFUL else "已记下，管理员会看到。")], table.console)


def _me(table: Table, _: str) -> None:
    who = table.learner()
    own = person(table.office.ledger, who.person or 0)
    accounts = "、".join(f"{one.channel} {one.external}" for one in identities(table.office.ledger, own.id))
    show_lines([Text(f"{own.name}（编号 {own.id}），{own.role}。帐号：{accounts}")], table.console)


def _link(table: Table, words: str) -> None:
    """造一个关联码，或用别处造的。"""
    who, ledger = table.learner(), table.office.ledger
    if not words:
        told = (
            f"您的关联码：{link_code(ledger, who.person or 0)}\n"
            "十分钟内到网页或另一个通道里输入它，两边就是同一个人；已在别处拿到关联码的，发 /link 和那个码。"
        )
        show_lines(map(Text, told.split("\n")), table.console)
        return
    here = Identity(who.place.channel, who.place.chat)
    done = redeem(ledger, here, who.place.chat, words, table.office.policy)
    show_lines([Text(f"{done.kind}已用上：您现在是{done.person.name}，{done.person.role}。")], table.console)


COMMANDS = (
    Command(("help", "帮助"), "", "列出这些命令", _help),
    Command(("examples", "例子"), "", "可以怎样问", _examples),
    Command(("reports", "report", "报告"), "[编号]", "有哪些报告；加编号看一份的大纲", _reports),
    Command(("facts", "数字"), "主题", "一个主题的数字，列成表", _facts),
    Command(("compare", "比较"), "……", "比较，如 /compare 2022年和2023年的农村公路", _compare),
    Command(("source", "原文"), "[第几处]", "刚才那句引文所在的段落", _source),
    Command(("others", "其他"), "", "同一件事，别的年度、别的单位的数字", _others),
    Command(("good", "有用"), "", "刚才答得有用", _good),
    Command(("bad", "不对"), "[正确的是]", "刚才答得不对，告诉管理员", _bad),
    Command(("quiz", "考试"), "[代码]", "有哪些试卷；凭代码答一份；接着答没答完的"),
    Command(("review", "复习"), "", "复习错题本里该复习的"),
    Command(("results", "成绩"), "", "自己的成绩"),
    Command(("mistakes", "错题本"), "", "自己的错题"),
    Command(("board", "榜"), "", "最近一份试卷的榜；/上榜 /不上榜 改意愿"),
    Command(("nickname", "昵称"), "[称呼]", "榜与成绩表里的称呼"),
    Command(("daily", "每日一题"), "[字母]", "今天的一题；写上字母就是作答"),
    Command(("remind", "提醒"), "[钟点]", "几点提醒复习；写“关”就不提醒"),
    Command(("me", "我"), "", "我是谁，在各处的帐号", _me),
    Command(("link", "关联"), "[码]", "与网页等处的帐号合为一人", _link),
    Command(("quit", "退出"), "", "结束（也可以按 Ctrl+D）；答题时是离开这份卷子"),
)
BY_NAME = {name: command for command in COMMANDS for name in command.names}
