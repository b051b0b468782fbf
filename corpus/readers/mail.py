"""邮件（.eml）与单文件网页（.mht）：主题、正文，附件各自成份。"""

from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser

from corpus import readers
from corpus.errors import BrokenFile, EmptyFile, UnreadableFile
from corpus.readers import web
from corpus.readers.digits import count
from corpus.readers.plain import decode
from corpus.readers.sight import Sight
from corpus.records import Line, Member, Problem, Text

_KIND = "邮件"
_ATTACHMENT_LIMIT = 100


def read(data: bytes, name: str, sight: Sight) -> Text:
    """读一封邮件。

    Raises:
        EmptyFile: 没有正文，也没有读得出的附件。
        BrokenFile: 不成邮件。
    """
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        body = message.get_body(preferencelist=("html", "plain"))
        attached = [part for part in message.iter_attachments() if isinstance(part, EmailMessage)]
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:
        raise BrokenFile(name, _KIND) from error
    lines: list[Line] = []
    subject = str(message.get("Subject") or "").strip()
    if subject:
        lines.append(Line(subject, level=0, whole=True))
    if isinstance(body, EmailMessage):
        lines += _body(body, name)
    members, problems = _attachments(attached, name, sight)
    if not any(line.text.strip() for line in lines[bool(subject) :]) and not members:
        raise EmptyFile(name)
    return Text(tuple(lines), sum(count(line.text) for line in lines), tuple(problems), tuple(members))


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _body(part: EmailMessage, name: str) -> list[Line]:
    data = _payload(part)
    if not data.strip():
        return []
    if part.get_content_subtype() == "html":
        return list(web.read(data, name).lines)
    charset = part.get_content_charset()
    try:
        text = data.decode(charset) if charset else decode(data)[0]
    except (LookupError, UnicodeDecodeError):
        text = decode(data)[0]
    return [Line(row) for row in text.replace("\r\n", "\n").split("\n")]


def _attachments(parts: list[EmailMessage], name: str, sight: Sight) -> tuple[list[Member], list[Problem]]:
    members, problems = [], []
    for at, part in enumerate(parts[:_ATTACHMENT_LIMIT]):
        own = part.get_filename() or f"附件{at + 1}"
        data = _payload(part)
        if part.get_content_maintype() in {"image", "audio", "video"} or not data:
            continue
        try:
            members.append(Member(own, readers.read_bytes(data, f"{name}/{own}", sight)))
        except UnreadableFile as error:
            problems.append(Problem(name, own, str(error)))
    return members, problems
