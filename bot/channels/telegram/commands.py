"""斜杠命令，一个命令一个函数。"""

from collections.abc import Callable, Mapping

from bot.channels.telegram import listing, quiz_mine, quiz_orders, quiz_results, quiz_taking, render, wording
from bot.channels.telegram.letters import Button
from bot.channels.telegram.presses import Press, Verb
from bot.channels.telegram.questions import asked
from bot.channels.telegram.render import text
from bot.channels.telegram.turn import CHANNEL, Said, Turn
from bot.codes import invite, link_code
from bot.feedback import feedback_inbox
from bot.ledger.outbox import waiting
from bot.people import Action, Person, PersonRole, grant, identities, people
from index.entries import ReportEntry

MOST_INVITED = 500

Command = Callable[[Turn], Said]


def start(turn: Turn) -> Said:
    """欢迎，几个例子做成按钮。"""
    examples = turn.office.library.examples()
    html = f"{wording.WELCOME}\n{wording.TRY}" if examples else f"{wording.WELCOME}\n{wording.NO_REPORTS}"
    return turn.say(html, render.choices(examples, turn.pack))


def usage(turn: Turn) -> Said:
    """怎么用。"""
    return turn.say(text(wording.help_text(turn.person.role)))


def reports(turn: Turn) -> Said:
    """报告的第一页。"""
    html, keyboard = listing.reports_page(turn.office.library.reports(), 0, turn.pack)
    return turn.say(html, keyboard)


def report(turn: Turn) -> Said:
    """一份报告。"""
    found = _numbered(turn, wording.USE_REPORT)
    return turn.say(text(found)) if isinstance(found, str) else shown_report(turn, found)


def shown_report(turn: Turn, entry: ReportEntry) -> Said:
    """一份报告的题名、单位、大纲等。"""
    return turn.say(render.report_lines(entry, turn.office.library.report(entry.name)))


def facts(turn: Turn) -> Said:
    """一个主题的数字。"""
    words = turn.incoming.text
    return shown_facts(turn, words, 0) if words else turn.say(wording.USE_FACTS)


def shown_facts(turn: Turn, words: str, page: int) -> Said:
    """一个主题的数字的一页。"""
    titles = {entry.name: entry.title for entry in turn.office.library.reports()}
    return turn.say(*listing.facts_page(turn.office.facts_about(words), titles, words, page, turn.pack))


def compare(turn: Turn) -> Said:
    """比较：写成一句比较的问话去问。"""
    words = turn.incoming.text
    if not words:
        return turn.say(wording.USE_COMPARE)
    return asked(turn, words if "比" in words else f"比较{words}")


def link(turn: Turn) -> Said:
    """造一个关联码；带着码的由 `talk` 先办了。"""
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    code = link_code(turn.ledger, turn.person.id)
    return turn.say(
        f"您的关联码：<code>{code}</code>\n十分钟内到网页或另一个通道里输入它，两边就是同一个人；"
        "已在别处拿到关联码的，发 /link 和那个码。"
    )


def status(turn: Turn) -> Said:
    """索引与系统状态。"""
    turn.require(Action.SEE_STATUS)
    library = turn.office.library
    entries, files = library.reports(), library.files()
    problems = [problem for file in files for problem in file.problems]
    lines = [
        library.progress() or "索引是最新的，没有在更新。",
        f"报告 {len(entries)} 份，文件 {len(files)} 个，没有读出的 {sum(file.reports == 0 for file in files)} 个。",
        f"段落 {sum(entry.passages for entry in entries)}，数字 {sum(entry.facts for entry in entries)}。",
        f"人员 {len(people(turn.ledger))} 人，未处理的反馈 {len(feedback_inbox(turn.ledger))} 条。",
        f"待发的消息 {len(waiting(turn.ledger))} 条，索引第 {library.generation()} 代。",
        *(f"注意：{problem.sentence}" for problem in problems[:_PROBLEMS]),
    ]
    lines += [f"还有 {len(problems) - _PROBLEMS} 处问题，见网页的管理页。"] if len(problems) > _PROBLEMS else []
    return turn.say(text("\n".join(lines)))


def remove(turn: Turn) -> Said:
    """删一份报告，先问一声。"""
    turn.require(Action.CHANGE_REPORTS)
    found = _numbered(turn, wording.USE_REMOVE)
    if isinstance(found, str):
        return turn.say(text(found))
    file = turn.office.file_of(found.name)
    together = [entry for entry in turn.office.library.reports() if turn.office.file_of(entry.name) == file]
    also = f"这个文件里有 {len(together)} 份报告，会一起删去。" if len(together) > 1 else ""
    buttons = (
        Button(wording.REMOVE, turn.pack(Press(Verb.REMOVE, text=found.name))),
        Button(wording.CANCEL, turn.pack(Press(Verb.CANCEL))),
    )
    return turn.say(f"要删除《{text(found.title)}》（文件 {text(file)}）吗？{also}删除后不能恢复。", (buttons,))


def persons(turn: Turn) -> Said:
    """人员名单。"""
    return shown_people(turn, turn.incoming.text, 0)


def shown_people(turn: Turn, words: str, page: int) -> Said:
    """人员的一页。"""
    turn.require(Action.MANAGE_PEOPLE)
    return turn.say(*listing.people_page(people(turn.ledger, words), words, page, turn.pack))


def granted(turn: Turn) -> Said:
    """改一个人的角色。"""
    turn.require(Action.MANAGE_PEOPLE)
    number, _, role = turn.incoming.text.partition(" ")
    if not number.isdecimal() or role.strip().lower() not in wording.ROLES:
        return turn.say(wording.USE_GRANT)
    changed = grant(turn.ledger, turn.who, int(number), wording.ROLES[role.strip().lower()])
    said = turn.say(f"{text(changed.name)}（{changed.id}）现在是{changed.role}。")
    return Said(said.letters, menus=menus_of(turn, changed))


def invited(turn: Turn) -> Said:
    """造一个邀请码。"""
    turn.require(Action.MANAGE_PEOPLE)
    if not turn.incoming.private:
        return turn.say(wording.PRIVATE_ONLY)
    words = turn.incoming.text.lower().split()
    role = wording.ROLES.get(words[0]) if words else PersonRole.STAFF
    uses = words[1] if len(words) > 1 else "1"
    if role is None or not uses.isdecimal() or not 1 <= int(uses) <= MOST_INVITED:
        return turn.say(wording.USE_INVITE)
    code = invite(turn.ledger, turn.who, role, int(uses))
    return turn.say(f"邀请码：<code>{code}</code>\n{int(uses)} 人可用，来的人是{role}，七天内有效。让对方把它发给我。")


def menus_of(turn: Turn, changed: Person) -> tuple[tuple[int, PersonRole], ...]:
    """这个人在 Telegram 的会话，和他的角色。"""
    mine = (one for one in identities(turn.ledger, changed.id) if one.channel == CHANNEL)
    return tuple((int(one.external), changed.role) for one in mine)


COMMANDS: Mapping[str, Command] = {
    "start": start,
    "help": usage,
    "reports": reports,
    "report": report,
    "facts": facts,
    "compare": compare,
    "quiz": quiz_taking.quiz,
    "review": quiz_taking.review,
    "pause": quiz_taking.pause,
    "finish": quiz_taking.finish,
    "me": quiz_mine.me,
    "newquiz": quiz_orders.new,
    "papers": quiz_results.papers,
    "results": quiz_results.paper,
    "complaints": quiz_results.complaints,
    "daily": quiz_results.daily,
    "link": link,
    "status": status,
    "remove": remove,
    "people": persons,
    "grant": granted,
    "invite": invited,
}

_PROBLEMS = 5


def _numbered(turn: Turn, how: str) -> ReportEntry | str:
    """所说的第几份，或名字、题名里含有这几个字的唯一一份；找不到则是一句话。"""
    words, entries = turn.incoming.text, turn.office.library.reports()
    if not words:
        return how
    if words.isdecimal():
        number = int(words)
        if 1 <= number <= len(entries):
            return entries[number - 1]
        return wording.NO_SUCH_NUMBER.format(number=number, total=len(entries))
    found = [entry for entry in entries if words in entry.name or words in entry.title]
    if len(found) == 1:
        return found[0]
    return f"有 {len(found)} 份报告的名字里有“{words}”。{how}"
