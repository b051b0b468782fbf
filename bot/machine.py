"""机器接口：一行 JSON 一问，一行 JSON 一答。"""

import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from bot.answer import Citation, FactShown, Reply, Status
from corpus.errors import JihuatongError
from corpus.records import Role

logger = logging.getLogger(__name__)

LONGEST = 2000
"""一个问题最多多少个字。"""

Answer = Callable[[str, tuple[str, ...]], Reply]
"""问题与此前的问题（由远及近）→ 答复。"""


@dataclass(frozen=True, slots=True)
class Asked:
    """一行问题；`id` 原样带回，`history` 由远及近。"""

    id: object
    question: str
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Malformed:
    """读不懂的一行；能认出的 `id`、`question` 照样带回，`reason` 是给人看的一句话。"""

    id: object
    question: str
    reason: str


def parse(line: bytes) -> Asked | Malformed:
    """读一行 JSON。"""
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        return Malformed(None, "", "这一行不是 UTF-8 编码的文字。")
    except (ValueError, RecursionError):
        return Malformed(None, "", "这一行不是一个完整的 JSON 对象。")
    if not isinstance(value, dict):
        return Malformed(None, "", "这一行应当是一个 JSON 对象，含 id 与 question。")
    return _asked(value)


def row(asked: Asked, reply: Reply, seconds: float) -> dict[str, Any]:
    """一问一答的一行。"""
    written: dict[str, Any] = {
        "id": asked.id,
        "question": asked.question,
        "status": reply.status.value,
        "answer": reply.text,
        "facts": [_fact(fact) for fact in reply.facts],
        "citations": [_citation(citation) for citation in reply.citations],
        "seconds": round(seconds, 4),
    }
    if reply.reason is not None:
        written["reason"] = reply.reason.value
    return written


def failed(asked: Asked | Malformed, sentence: str, seconds: float = 0.0) -> dict[str, Any]:
    """答不了的一行：`not_found`，理由就是答复。"""
    return {
        "id": asked.id,
        "question": asked.question,
        "status": Status.NOT_FOUND.value,
        "answer": sentence,
        "facts": [],
        "citations": [],
        "seconds": round(seconds, 4),
        "reason": sentence,
    }


def dumped(written: dict[str, Any]) -> bytes:
    """一行 JSON 的字节，含行尾；不成对的代理项写成转义，保证总是合法的 UTF-8。"""
    try:
        return json.dumps(written, ensure_ascii=False).encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        return json.dumps(written).encode("ascii") + b"\n"


def converse(lines: Iterable[bytes], answer: Answer, out: BinaryIO) -> None:
    """一行一问，一行一答，答好即送出；空行略过，任何一行出错都不影响其余各行。"""
    for line in lines:
        if line.strip():
            out.write(dumped(answered(parse(line), answer)))
            out.flush()


def answered(asked: Asked | Malformed, answer: Answer) -> dict[str, Any]:
    """答一行，并记下用时。"""
    if isinstance(asked, Malformed):
        return failed(asked, asked.reason)
    start = time.perf_counter()
    try:
        reply = answer(well_formed(asked.question), tuple(map(well_formed, asked.history)))
    except JihuatongError as error:
        return failed(asked, str(error), time.perf_counter() - start)
    except Exception:  # 这是一项作业的循环：记下来，说一句话，接着答下一行
        logger.exception("答这一问时出错：%s", asked.question)
        return failed(asked, "程序在答这一问时出了错，已记入日志。", time.perf_counter() - start)
    return row(asked, reply, time.perf_counter() - start)


def well_formed(text: str) -> str:
    """换掉不成对的代理项（JSON 里单写的 ud800 之类），后面各环节就只见到合法的文字。"""
    return text.encode("utf-8", "replace").decode("utf-8")


def _asked(value: dict[str, Any]) -> Asked | Malformed:
    identity, question, history = value.get("id"), value.get("question"), value.get("history")
    if not isinstance(question, str):
        return Malformed(identity, "", "缺少文字形式的 question。")
    if history is None:
        history = []
    if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
        return Malformed(identity, question, "history 应当是一列文字：此前的问题，由远及近。")
    if len(question) > LONGEST:
        return Malformed(identity, question[:LONGEST], f"question 太长，最多 {LONGEST} 个字。")
    return Asked(identity, question, tuple(history))


def _refuse(constant: str) -> None:
    """JSON 里没有 NaN 与 Infinity。"""
    raise ValueError(constant)


def kind(role: Role | None) -> str | None:
    """机器接口里的 kind：actual、plan，或两者都不是。"""
    return role.value if role in (Role.RESULT, Role.PLAN) else None


def _fact(fact: FactShown) -> dict[str, Any]:
    return {
        "subject": fact.subject,
        "value": fact.value,
        "unit": fact.unit,
        "year": fact.year,
        "kind": kind(fact.role),
        "org": fact.issuer,
        "document": fact.document,
        "section": fact.section,
        "quote": fact.quote,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "document": citation.document,
        "section": citation.section,
        "quote": citation.quote,
        "page": citation.page,
    }
