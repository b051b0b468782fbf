"""Bot API 那一边：真的 HTTP，像 Telegram 那样记消息、验格式，也会照吩咐出错。"""

import asyncio
import json
import re
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

from tests.bot.telegram.rules import known, wrong

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # noqa: S105 - 文档里的例子
BOT = {"id": 110201543, "is_bot": True, "first_name": "计划通", "username": "JihuatongBot"}
PERSON, ADMIN, GROUP = 42, 7, -100500
NAMES = {PERSON: "张三", ADMIN: "李管"}
PATIENCE = 30.0

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Fault:
    """一次出错：`status` 与 `body` 照回；`drop` 掐断连接，`late` 是办完了才出错。"""

    status: int = 502
    body: Mapping[str, Any] = field(default_factory=dict)
    drop: bool = False
    late: bool = False


def flood(seconds: int) -> Fault:
    """限流。"""
    said = f"Too Many Requests: retry after {seconds}"
    body = {"ok": False, "error_code": 429, "description": said, "parameters": {"retry_after": seconds}}
    return Fault(429, body)


def refused(description: str, status: int = 400) -> Fault:
    """回绝。"""
    return Fault(status, {"ok": False, "error_code": status, "description": description})


@dataclass
class Shown:
    """会话里机器人的一条消息，现在的样子；`history` 是每次改成的样子。"""

    id: int
    chat: int
    text: str
    buttons: list[list[dict[str, str]]]
    reply_to: int | None
    mode: str | None
    thread: int | None = None
    force: bool = False
    history: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    name: str = ""
    content: bytes = b""

    @property
    def labels(self) -> list[list[str]]:
        """按钮上的字。"""
        return [[button["text"] for button in row] for row in self.buttons]

    def data(self, label: str) -> str:
        """写着这几个字的按钮带的内容。"""
        return next(button["callback_data"] for row in self.buttons for button in row if button["text"] == label)


class Telegram:
    """一个 Bot API 服务和它的客户们。"""

    def __init__(self) -> None:
        self.address = ""
        self.calls: list[tuple[str, dict[str, Any], float]] = []
        self.sent: list[Shown] = []
        self.toasts: dict[str, str] = {}
        self.alerts: set[str] = set()
        self.menus: dict[str, list[str]] = {}
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        self.pending: list[dict[str, Any]] = []
        self.broken: list[str] = []
        self.unsupported: set[str] = set()
        self.closing = False
        self._queueing = threading.Lock()
        self._held: dict[int, float] = {}
        self._numbers = iter(range(1000, 10**9))
        self._updates = iter(range(500_000, 10**9))

    # 客户

    def says(self, words: str, who: int = PERSON, chat: int | None = None, **more: object) -> int:
        """说一句；返回消息编号。"""
        return self._message(who, chat, text=words, **more)

    def sends(self, name: str, content: bytes, caption: str = "", who: int = ADMIN, **more: object) -> int:
        """发一个文件。"""
        file = f"file{next(self._numbers)}"
        self.files[file] = content
        document = {"file_id": file, "file_unique_id": file, "file_name": name, "file_size": len(content)}
        return self._message(who, None, document=document, caption=caption, **more)

    def shows(self, who: int = PERSON, chat: int | None = None, **content: object) -> int:
        """发别的：图片、语音之类。"""
        return self._message(who, chat, **content)

    def presses(self, shown: Shown, label: str, who: int = PERSON) -> str:
        """按一条消息下面的按钮；返回这一按的编号。"""
        return self.calls_back(shown, shown.data(label), who)

    def calls_back(self, shown: Shown, data: str, who: int = PERSON) -> str:
        """带着这些内容按按钮。"""
        query = f"query{next(self._numbers)}"
        message = {"message_id": shown.id, "date": 1_767_000_000, "chat": _chat(shown.chat), "from": BOT, "text": "…"}
        self.queue({"callback_query": {
            "id": query, "from": _user(who), "message": message, "chat_instance": "1", "data": data,
        }})  # fmt: skip
        return query

    def queue(self, update: dict[str, Any]) -> dict[str, Any]:
        """放进待收的更新。"""
        with self._queueing:
            numbered = {"update_id": next(self._updates), **update}
            self.pending.append(numbered)
        return numbered

    def again(self, update: dict[str, Any]) -> None:
        """同一条更新再送一遍。"""
        with self._queueing:
            self.pending.append(update)

    def push(self, update: dict[str, Any], secret: str | None = None) -> int:
        """经 webhook 送一条；返回状态。"""
        header = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"] if secret is None else secret}
        return httpx.post(self.webhook["url"], json=update, headers=header, trust_env=False).status_code

    def _message(self, who: int, chat: int | None, **content: object) -> int:
        number = next(self._numbers)
        place = _chat(who if chat is None else chat)
        self.queue({"message": {
            "message_id": number, "date": 1_767_000_000, "chat": place, "from": _user(who), **content,
        }})  # fmt: skip
        return number

    # 看

    def texts(self, chat: int = PERSON) -> list[str]:
        """机器人在这里发的，现在的样子。"""
        return [shown.text for shown in list(self.sent) if shown.chat == chat]

    def last(self, chat: int = PERSON) -> Shown:
        """机器人在这里发的最后一条。"""
        return [shown for shown in self.sent if shown.chat == chat][-1]

    def reply(self, count: int = 1, chat: int = PERSON) -> Shown:
        """等到机器人在这里一共发了这么多条，取最后一条。"""
        until(lambda: len(self.texts(chat)) >= count, lambda: f"{self.texts(chat)}")
        return self.last(chat)

    def toast(self, query: str) -> str:
        """等到这一按有了应答。"""
        until(lambda: query in self.toasts, lambda: f"{query} {self.calls[-5:]}")
        return self.toasts[query]

    def methods(self, *names: str) -> list[str]:
        """调用过的方法。"""
        return [method for method, _, _ in list(self.calls) if not names or method in names]

    # 服务

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """一次调用。"""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        kind = dict(scope["headers"]).get(b"content-type", b"").decode()
        path = scope["path"]
        if path.startswith(f"/file/bot{TOKEN}/"):
            if self.faults["file"]:
                await _send(send, self.faults["file"].popleft().status, b"", "text/html")
                return
            await _send(send, 200, self.files.get(path.rsplit("/", 1)[1], b""), "application/octet-stream")
            return
        method = path.removeprefix(f"/bot{TOKEN}/")
        if not path.startswith(f"/bot{TOKEN}/") or method in self.unsupported:
            await _send_json(send, 404, _error(404, "Not Found"))
            return
        await self._called(method, _parts(body, kind) if "multipart" in kind else _parameters(body), send)

    async def _called(self, method: str, given: dict[str, Any], send: Send) -> None:
        self.calls.append((method, given, time.monotonic()))
        self.broken += [f"{method} 没有参数 {name}" for name in sorted(set(given) - known(method))]
        queue = self.faults[method]
        fault = queue.popleft() if queue else None
        if fault is None or fault.late:
            if method == "getUpdates":
                await self._wait_for_updates(given)
            status, answer = getattr(self, f"_{method}", self._fine)(given)
        if fault is None:
            await _send_json(send, status, answer)
            return
        if fault.status == 429 and "chat_id" in given:
            self._held[int(given["chat_id"])] = time.monotonic() + fault.body["parameters"]["retry_after"]
        if fault.drop:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"99")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            raise ConnectionAbortedError
        if fault.body:
            await _send_json(send, fault.status, dict(fault.body))
        else:
            await _send(send, fault.status, b"<html>Bad Gateway</html>", "text/html")

    async def _wait_for_updates(self, given: Mapping[str, Any]) -> None:
        offset = int(given.get("offset", 0))
        with self._queueing:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        deadline = time.monotonic() + int(given.get("timeout", 0))
        while not self.pending and time.monotonic() < deadline and not self.closing:  # noqa: ASYNC110 - 更新来自别的线程
            await asyncio.sleep(0.005)

    def _fine(self, _: Mapping[str, Any]) -> Answer:
        return _ok(True)  # noqa: FBT003 - Bot API 就回 true

    def _getMe(self, _: Mapping[str, Any]) -> Answer:  # noqa: N802 - Bot API 的方法名
        return _ok(BOT)

    def _getUpdates(self, given: Mapping[str, Any]) -> Answer:  # noqa: N802
        wanted = given.get("allowed_updates") or ()
        return _ok([update for update in self.pending if not wanted or set(wanted) & set(update)])

    def _setWebhook(self, given: dict[str, Any]) -> Answer:  # noqa: N802
        self.webhook = given
        return _ok(True)  # noqa: FBT003

    def _getFile(self, given: Mapping[str, Any]) -> Answer:  # noqa: N802
        file = str(given["file_id"])
        if file not in self.files:
            return 400, _error(400, "Bad Request: file is too big")
        return _ok({"file_id": file, "file_unique_id": file, "file_path": f"documents/{file}"})

    def _setMyCommands(self, given: Mapping[str, Any]) -> Answer:  # noqa: N802
        scope = given.get("scope") or {"type": "default"}
        self.menus[str(scope.get("chat_id", "default"))] = [item["command"] for item in given["commands"]]
        return _ok(True)  # noqa: FBT003

    def _sendMessage(self, given: Mapping[str, Any]) -> Answer:  # noqa: N802
        chat = int(given["chat_id"])
        fault = self._wrong(given)
        if fault:
            return 400, _error(400, fault)
        markup, reply = given.get("reply_markup") or {}, given.get("reply_parameters") or {}
        shown = Shown(
            next(self._numbers), chat, given["text"], markup.get("inline_keyboard", []), reply.get("message_id"),
            given.get("parse_mode"), given.get("message_thread_id"), bool(markup.get("force_reply")),
            [given["text"]], [time.monotonic()],
        )  # fmt: skip
        self.sent.append(shown)
        return _ok(_as_message(shown))

    def _editMessageText(self, given: Mapping[str, Any]) -> Answer:  # noqa: N802
        shown = next((each for each in self.sent if each.id == int(given["message_id"])), None)
        fault = self._wrong(given)
        if fault or shown is None:
            return 400, _error(400, fault or "Bad Request: message to edit not found")
        buttons = (given.get("reply_markup") or {}).get("inline_keyboard", [])
        if (shown.text, shown.buttons) == (given["text"], buttons):
            return 400, _error(400, "Bad Request: message is not modified: specified new message content ...")
        shown.text, shown.buttons = given["text"], buttons
        shown.history.append(given["text"])
        shown.times.append(time.monotonic())
        return _ok(_as_message(shown))

    def _sendDocument(self, given: Mapping[str, Any], what: str = "document") -> Answer:  # noqa: N802
        """一个文件，或一张照片；连同说明。"""
        chat, caption = int(given["chat_id"]), str(given.get("caption", ""))
        fault = wrong({**given, "text": caption}) if caption else ""
        if fault:
            return 400, _error(400, fault)
        name, content = given[what]
        shown = Shown(next(self._numbers), chat, caption, [], None, given.get("parse_mode"), name=name, content=content)
        self.sent.append(shown)
        return _ok(_as_message(shown))

    def _sendPhoto(self, given: Mapping[str, Any]) -> Answer:  # noqa: N802
        return self._sendDocument(given, "photo")

    def _answerCallbackQuery(self, given: Mapping[str, Any]) -> Answer:  # noqa: N802
        query = str(given["callback_query_id"])
        if query in self.toasts:
            self.broken.append(f"{query} 应答了两次")
        self.toasts[query] = str(given.get("text", ""))
        if str(given.get("show_alert")) == "true":
            self.alerts.add(query)
        if len(self.toasts[query]) > 200:
            return 400, _error(400, "Bad Request: MESSAGE_TOO_LONG")
        return _ok(True)  # noqa: FBT003

    def _wrong(self, given: Mapping[str, Any]) -> str:
        """验一条消息；限流没过就来的另记一笔。"""
        chat = int(given["chat_id"])
        if time.monotonic() < self._held.get(chat, 0):
            self.broken.append(f"限流没过就发到了 {chat}")
        return wrong(given)


def until(happened: Callable[[], bool], shown: Callable[[], str] = str, seconds: float = PATIENCE) -> None:
    """等到一件事成真。"""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, shown()
        time.sleep(0.005)


@contextmanager
def telegram() -> Iterator[Telegram]:
    """在本机的一个端口上开着。"""
    emulated = Telegram()
    listener = socket.create_server(("127.0.0.1", 0))
    emulated.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(emulated, log_config=None, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    try:
        yield emulated
    finally:
        emulated.closing = True
        server.should_exit = server.force_exit = True
        thread.join()
        listener.close()


def _user(who: int) -> dict[str, Any]:
    return {"id": who, "is_bot": False, "first_name": NAMES.get(who, f"生人{who}")}


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private"} if chat > 0 else {"id": chat, "type": "supergroup", "title": "公路科"}


def _as_message(shown: Shown) -> dict[str, Any]:
    return {"message_id": shown.id, "date": 1_767_000_000, "chat": _chat(shown.chat), "from": BOT, "text": shown.text}


def _ok(result: object) -> Answer:
    return 200, {"ok": True, "result": result}


def _error(code: int, description: str) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": description}


def _parameters(body: bytes) -> dict[str, Any]:
    """表单里的参数；JSON 的读开。"""
    plain = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    return {name: json.loads(value) if re.match(r"[\[{]", value) and name != "text" else value
            for name, value in plain.items()}  # fmt: skip


def _parts(body: bytes, kind: str) -> dict[str, Any]:
    """一段一段的参数；文件是名字与内容。"""
    found: dict[str, Any] = {}
    for part in body.split(b"--" + kind.partition("boundary=")[2].encode())[1:-1]:
        head, _, content = part.strip(b"\r\n").partition(b"\r\n\r\n")
        about = head.decode()
        name, file = re.search(r'[ ;]name="([^"]+)"', about), re.search(r'filename="([^"]+)"', about)
        assert name is not None
        found[name[1]] = content.decode() if file is None else (file[1], content)
    return found


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _send_json(send: Send, status: int, answer: dict[str, Any]) -> None:
    await _send(send, status, json.dumps(answer).encode(), "application/json")


async def _send(send: Send, status: int, body: bytes, kind: str) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [
        (b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()),
    ]})  # fmt: skip
    await send({"type": "http.response.body", "body": body})
