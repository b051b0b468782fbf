"""企业微信要的答问台：把它的人与会话换成我们的，其余交给 `bot.office`。"""

import logging
from dataclasses import dataclass

from bot.answer import Reply, Status
from bot.audit import CONSOLE, Filter, Kind, did, listed
from bot.channels.wecom.office import Office as WecomOffice
from bot.channels.wecom.office import Opinion
from bot.channels.wecom.office import Verdict as Said
from bot.classroom.typed import code_of
from bot.codes import looks_like_code, redeem
from bot.feedback import Verdict, correct, give
from bot.ledger.chats import Place, Who
from bot.office import Office
from bot.people import Action, Identity, Policy, identified, may, require_by
from bot.shelf import Upload

logger = logging.getLogger(__name__)

_VERDICTS = {Said.GOOD: Verdict.USEFUL, Said.BAD: Verdict.WRONG}
_LOOK_BACK = 30


def wecom_office(office: Office, channel: str) -> WecomOffice:
    """一个企业微信入口的答问台。

    Args:
        office: 共用的答问台。
        channel: 人与会话记在哪个通道名下；自建应用与智能机器人是同一批人。
    """
    desk = _Desk(office, channel)
    return WecomOffice(
        ask=desk.ask,
        examples=office.library.examples,
        is_admin=desk.is_admin,
        add_report=desk.add_report,
        status=desk.status,
        give_opinion=desk.give_opinion,
        tell_admin=desk.tell_admin,
        classroom=office.classroom,
        learner=desk.learner,
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    """企业微信的一个入口。"""

    office: Office
    channel: str

    def ask(self, person: str, chat: str, text: str) -> Reply:
        """答一问；发来的是码，就用掉它。"""
        identity = Identity(self.channel, person)
        if looks_like_code(text) and self._expects_code(identity, text):
            done = redeem(self.office.ledger, identity, person, text, self.office.policy)
            return Reply(Status.ANSWERED, f"{done.kind}已用上：您现在是{done.person.name}，{done.person.role}。")
        return self.office.ask(self._who(person, chat), text).reply

    def is_admin(self, person: str) -> bool:
        """能不能添加报告。"""
        found = identified(self.office.ledger, Identity(self.channel, person))
        return found is not None and may(found, Action.CHANGE_REPORTS)

    def add_report(self, person: str, name: str, content: bytes) -> str:
        """存下一份报告，随即入库，说一句读得怎样。"""
        who = self._who(person, person)
        added = self.office.add_report(who, Upload(name, content))
        if added.known:
            return f"《{added.name}》早就有了，内容一样，没有再存。"
        self.office.reindex(who)
        return self._read(added.name)

    def status(self, person: str) -> str:
        """报告与索引现在怎样。"""
        require_by(self.office.ledger, self._who(person, person), Action.SEE_STATUS)
        library = self.office.library
        entries, files = library.reports(), library.files()
        faulty = [file.state.name for file in files if file.problems]
        lines = [
            f"已入库 {len(entries)} 份报告，{sum(entry.facts for entry in entries)} 个数字。",
            library.progress() or "索引是最新的。",
        ]
        return "\n".join(lines + ([f"有问题的文件 {len(faulty)} 个：" + "、".join(faulty[:5])] if faulty else []))

    def give_opinion(self, opinion: Opinion) -> None:
        """评的是这个会话里他最近问的那一句；找不到的只记日志。"""
        who = self._who(opinion.person, opinion.chat)
        chosen = Filter(kind=Kind.ASKED, person=who.person, channel=self.channel, chat=opinion.chat)
        recent = listed(self.office.ledger, chosen, limit=_LOOK_BACK).entries
        found = next((entry for entry in recent if entry.text.startswith(opinion.question)), None)
        if found is None or opinion.verdict not in _VERDICTS:
            logger.info("企业微信的一次评价没有对上哪一问，或是撤回的。")
            return
        given = give(self.office.ledger, who, found.id, _VERDICTS[opinion.verdict])
        if opinion.words:
            correct(self.office.ledger, given.id, opinion.words)

    def tell_admin(self, sentence: str) -> None:
        """记进审计，管理页看得见，同时写日志。"""
        logger.warning("%s", sentence)
        did(self.office.ledger, CONSOLE, "提醒管理员", sentence)

    def learner(self, person: str, text: str) -> Who | None:
        """答题的是谁；没有登记而不是谁都可以来的，要凭试卷代码。"""
        identity, policy = Identity(self.channel, person), self.office.policy
        if identified(self.office.ledger, identity) is None and policy is not Policy.OPEN:
            code = code_of(text)
            if code is None:
                return None
            self.office.classroom.admit(identity, person, code, policy, f"{self.channel} {person}")
        return self._who(person, person)

    def _who(self, person: str, chat: str) -> Who:
        met = self.office.meet(Identity(self.channel, person), person)
        return Who(Place(self.channel, chat), met.id)

    def _expects_code(self, identity: Identity, text: str) -> bool:
        """还没有登记的人发来的一律当作码；登记过的，要有短横才算，免得把“ABCD2345”那样的编号当作码。"""
        if identified(self.office.ledger, identity) is None and self.office.policy is not Policy.OPEN:
            return True
        return "-" in text.strip()

    def _read(self, name: str) -> str:
        """刚存下的这一份读得怎样。"""
        file = next((file for file in self.office.library.files() if file.state.name == name), None)
        problems = "".join(f"\n注意：{problem.sentence}" for problem in (file.problems if file else ())[:3])
        if file is None or not file.reports:
            return f"《{name}》存下了，但没有读出。{problems}"
        return f"《{name}》已入库，读出 {file.reports} 份报告，可以问了。{problems}"
