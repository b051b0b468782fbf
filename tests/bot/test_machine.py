"""机器接口：一行一问，一行一答，坏行不影响好行。"""

import io
import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Reply
from bot.machine import Asked, converse, parse, row
from corpus.errors import UnreadableFile
from tests.bot.replies import ANSWERED, DOCUMENT, ISSUER, REDACTED, REFUSED, SENTENCE


def talk(*lines: bytes) -> list[dict[str, Any]]:
    """逐行问一台总答“30 公里”的机器。"""
    out = io.BytesIO()
    converse(lines, lambda question, history: ANSWERED, out)  # noqa: ARG005
    return [json.loads(line) for line in out.getvalue().decode("utf-8").splitlines()]


def test_whole_line() -> None:
    asked = Asked("s001", "2023年农村公路新改建多少公里")
    assert row(asked, ANSWERED, 0.03125) == {
        "id": "s001",
        "question": "2023年农村公路新改建多少公里",
        "status": "answered",
        "answer": "30 公里（2023年计划，清河县交通运输局）",
        "facts": [
            {
                "subject": "农村公路新改建",
                "value": "30",
                "unit": "公里",
                "year": 2023,
                "kind": "plan",
                "org": ISSUER,
                "document": DOCUMENT,
                "section": "二、2023年工作安排 › （一）农村公路",
                "quote": SENTENCE,
            }
        ],
        "citations": [
            {
                "document": DOCUMENT,
                "section": "二、2023年工作安排 › （一）农村公路",
                "quote": SENTENCE,
                "page": None,
            }
        ],
        "seconds": 0.0312,
    }


def test_refusal_and_blanked_figure() -> None:
    assert row(Asked(1, "q"), REFUSED, 0)["status"] == "not_found"
    assert row(Asked(1, "q"), REFUSED, 0)["reason"] == "no_year"
    fact = row(Asked(1, "q"), REDACTED, 0)["facts"][0]
    assert (fact["value"], fact["kind"]) == (None, "actual")


def test_history_is_passed_oldest_first() -> None:
    heard: list[tuple[str, tuple[str, ...]]] = []

    def answer(question: str, history: tuple[str, ...]) -> Reply:
        heard.append((question, history))
        return ANSWERED

    line = '{"id": "a", "question": "那2023年呢", "history": ["甲？", "乙？"]}'
    converse([line.encode()], answer, io.BytesIO())
    assert heard == [("那2023年呢", ("甲？", "乙？"))]


@pytest.mark.parametrize(
    ("line", "identity", "reason"),
    [
        (b"{", None, "这一行不是一个完整的 JSON 对象。"),
        (b"[" * 100_000, None, "这一行不是一个完整的 JSON 对象。"),
        (b'{"id": NaN, "question": "q"}', None, "这一行不是一个完整的 JSON 对象。"),
        (b"\xff\xfe{", None, "这一行不是 UTF-8 编码的文字。"),
        (b"[1]", None, "这一行应当是一个 JSON 对象，含 id 与 question。"),
        (b'{"id": 7}', 7, "缺少文字形式的 question。"),
        (b'{"id": "x", "question": 5}', "x", "缺少文字形式的 question。"),
        (b'{"id": "x", "question": "q", "history": "p"}', "x", "history 应当是一列文字：此前的问题，由远及近。"),
    ],
)
def test_malformed_line_is_one_line_back(line: bytes, identity: object, reason: str) -> None:
    first, second = talk(line + b"\n", b'{"id": "next", "question": "q"}\n')
    assert (first["id"], first["status"], first["reason"], first["answer"]) == (identity, "not_found", reason, reason)
    assert (first["facts"], first["citations"]) == ([], [])
    assert (second["id"], second["status"]) == ("next", "answered")


def test_blank_lines_and_byte_order_mark() -> None:
    assert [line["id"] for line in talk(b"\xef\xbb\xbf" + b'{"id": 1, "question": "q"}\r\n', b"\r\n", b"  \n")] == [1]


def test_lone_surrogate_comes_back_as_valid_utf8() -> None:
    (line,) = talk(b'{"id": "s", "question": "2023\\ud800"}')
    assert line["question"] == "2023\ud800"


def test_too_long_a_question() -> None:
    (line,) = talk(json.dumps({"id": 1, "question": "路" * 5000}).encode())
    assert line["answer"] == "question 太长，最多 2000 个字。"


def test_one_failure_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    def answer(question: str, history: tuple[str, ...]) -> Reply:  # noqa: ARG001
        if question == "坏":
            raise ZeroDivisionError
        raise UnreadableFile("甲.txt", "文件是空的", "请换一份")

    out = io.BytesIO()
    lines = [json.dumps({"id": n, "question": q}).encode() for n, q in enumerate("坏读")]
    with caplog.at_level(logging.CRITICAL):
        converse(lines, answer, out)
    answers = [json.loads(line)["answer"] for line in out.getvalue().splitlines()]
    assert answers == ["程序在答这一问时出了错，已记入日志。", "《甲.txt》读不出来：文件是空的。请换一份。"]


def test_each_line_is_sent_at_once() -> None:
    class Pipe(io.BytesIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    pipe = Pipe()
    converse([b'{"question": "a"}', b'{"question": "b"}'], lambda question, history: ANSWERED, pipe)  # noqa: ARG005
    assert pipe.flushed == 2


@given(st.binary(max_size=60).filter(lambda line: bool(line.strip())))
def test_any_bytes_give_exactly_one_line(line: bytes) -> None:
    assert len(talk(line)) == 1


@given(st.text(max_size=40), st.lists(st.text(max_size=10), max_size=3))
def test_what_is_written_is_read(question: str, history: list[str]) -> None:
    asked = parse(json.dumps({"id": "n", "question": question, "history": history}).encode())
    assert asked == Asked("n", question, tuple(history))
