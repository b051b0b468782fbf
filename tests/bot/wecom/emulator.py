"""企业微信那一边：真的 HTTP 与 WebSocket，记下收到的每一条，也会照吩咐出错。"""

import asyncio
import contextlib
import json
import re
import secrets
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from bot.channels.wecom.wire import web_client
from tests.bot.wecom.sealing import CORP, TOKEN, cbc, decrypted, encrypted, raw_key, signed

AGENT = 1000002
SECRET = "app-secret-0123456789"  # noqa: S105 - 测试用
BOT = "bot-id-1"
BOT_SECRET = "bot-secret-0123456789"  # noqa: S105
PATIENCE = 60.0


@dataclass
class Console:
    """接口这一边：发了哪些令牌，收到哪些消息，该出哪些错。"""

    token_lasts: int = 7200
    token_delay: float = 0.0
    tokens: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    responses: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Response | str] = field(default_factory=deque)
    token_faults: deque[Response] = field(default_factory=deque)
    wrongs: list[str] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    def texts(self, person: str) -> list[str]:
        """发给这个人的文字与 markdown，按先后。"""
        return [content(message) for message in list(self.messages) if message["touser"] == person]

    def expire(self) -> None:
        """现有的令牌都作废。"""
        self.tokens.clear()


def content(message: Mapping[str, Any]) -> str:
    """一条消息的正文；卡片则是整个 JSON。"""
    found = message[message["msgtype"]]
    return str(found["content"]) if "content" in found else json.dumps(found, ensure_ascii=False)


def said(code: int) -> JSONResponse:
    """一个错误码。"""
    return JSONResponse({"errcode": code, "errmsg": f"error {code}, from ip: 1.2.3.4"})


class Front:
    """一个端口：/cgi-bin 和 /files 是企业微信，别的是被测的回调。"""

    def __init__(self) -> None:
        self.console = Console()
        self.tested: ASGIApp | None = None
        self.address = ""
        self._api = Starlette(
            routes=[
                Route("/cgi-bin/gettoken", self._gettoken),
                Route("/cgi-bin/message/send", self._send, methods=["POST"]),
                Route("/cgi-bin/message/update_template_card", self._update, methods=["POST"]),
                Route("/cgi-bin/media/get", self._media),
                Route("/cgi-bin/aibot/response", self._respond, methods=["POST"]),
                Route("/files/{name}", self._file),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """按路径分派。"""
        ours = scope["type"] == "http" and not scope["path"].startswith(("/cgi-bin", "/files"))
        await (self.tested if ours and self.tested is not None else self._api)(scope, receive, send)

    async def _gettoken(self, request: Request) -> Response:
        self.console.calls["gettoken"] += 1
        await asyncio.sleep(self.console.token_delay)
        if self.console.token_faults:
            return self.console.token_faults.popleft()
        given = request.query_params
        if given.get("corpid") != CORP or given.get("corpsecret") != SECRET:
            return said(40001)
        self.console.tokens.append(f"token-{secrets.token_hex(8)}")
        lasts = self.console.token_lasts
        return JSONResponse(
            {"errcode": 0, "errmsg": "ok", "access_token": self.console.tokens[-1], "expires_in": lasts}
        )

    async def _send(self, request: Request) -> Response:
        self.console.calls["send"] += 1
        body = await request.json()
        fault = self.console.faults.popleft() if self.console.faults else None
        if isinstance(fault, Response):
            return fault
        if request.query_params.get("access_token") not in self.console.tokens:
            return said(42001 if fault is None else 40014)
        if body["agentid"] != AGENT:
            return said(40056)
        if (wrong := fault_of(body, self.console.messages)) is not None:
            self.console.wrongs.append(f"{wrong}：{content(body)}")
            return said(40058)
        if not _repeated(body, self.console.messages):
            self.console.messages.append(body)
        if fault == "lost":  # 收下了，回音丢了
            return PlainTextResponse("Bad Gateway", status_code=502)
        return JSONResponse({"errcode": 0, "errmsg": "ok", "msgid": secrets.token_hex(4)})

    async def _update(self, request: Request) -> Response:
        self.console.updates.append(await request.json())
        return said(0)

    async def _media(self, request: Request) -> Response:
        if request.query_params.get("access_token") not in self.console.tokens:
            return said(40014)
        found = self.console.files.get(request.query_params.get("media_id", ""))
        if found is None:
            return said(40007)
        name = found[0].encode().decode("latin-1")  # 头里就是 UTF-8 的字节
        return Response(found[1], headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def _file(self, request: Request) -> Response:
        return Response(self.console.files[request.path_params["name"]][1])

    async def _respond(self, request: Request) -> Response:
        self.console.responses.append(await request.json())
        return said(0)


def fault_of(body: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> str | None:
    """消息有没有不合规矩的地方：文字的长短，卡片的编号、按钮、各处的长短；合则为 None。"""
    if body["msgtype"] != "template_card":
        return "太长" if len(content(body).encode()) > 2048 else None
    card = body["template_card"]
    buttons, rows = card["button_list"], card.get("horizontal_content_list", [])
    known = {m["template_card"]["task_id"] for m in before if m["msgtype"] == "template_card" and m != body}
    checks = {
        "卡片的编号": re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", card["task_id"]) and card["task_id"] not in known,
        "按钮的个数": 1 <= len(buttons) <= 6,
        "按钮的字": all(0 < len(b["text"]) <= 10 and len(b["key"].encode()) <= 1024 for b in buttons),
        "选项的行": len(rows) <= 6 and all(len(r["keyname"]) <= 5 and len(r["value"]) <= 26 for r in rows),
        "题目": len(card["main_title"]["title"]) <= 36,
        "正文": len(card.get("sub_title_text", "")) <= 112,
    }
    return next((what for what, well in checks.items() if not well), None)


def _repeated(body: dict[str, Any], messages: list[dict[str, Any]]) -> bool:
    """开了重复消息检查的，同样的内容不再下发。"""
    if not body.get("enable_duplicate_check"):
        return False
    own = {key: value for key, value in body.items() if not key.startswith(("enable_dup", "duplicate_"))}
    return any(own == {k: v for k, v in message.items() if k in own} for message in messages)


@contextmanager
def front() -> Iterator[Front]:
    """在另一个线程里开着这个端口。"""
    opened = Front()
    listener = socket.create_server(("127.0.0.1", 0))
    opened.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(opened, log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield opened
    server.should_exit = True
    thread.join()
    listener.close()


class Pusher:
    """把加密的回调推给被测的一边。"""

    def __init__(self, address: str, receiver: str) -> None:
        self.address = address
        self.receiver = receiver
        self.http = web_client()

    async def xml(self, message: str | bytes, **changed: str) -> httpx.Response:
        """自建应用的一条。"""
        plain = message.encode() if isinstance(message, str) else message
        written = encrypted(plain, changed.pop("receiver", self.receiver))
        outer = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{written}]]></Encrypt></xml>"
        return await self.raw(outer.encode(), written, **changed)

    async def json(self, message: Mapping[str, Any], **changed: str) -> dict[str, Any]:
        """智能机器人的一条，解开它的应答；空的应答为空。"""
        written = encrypted(json.dumps(message).encode(), self.receiver)
        response = await self.raw(json.dumps({"encrypt": written}).encode(), written, **changed)
        assert response.status_code == 200
        if not response.content:
            return {}
        answer = response.json()
        stamp, nonce = str(answer["timestamp"]), answer["nonce"]
        assert answer["msgsignature"] == signed(stamp, nonce, answer["encrypt"])
        found = json.loads(decrypted(answer["encrypt"], self.receiver))
        assert isinstance(found, dict)
        return found

    async def raw(self, body: bytes, written: str, **changed: str) -> httpx.Response:
        """签好名发出；`changed` 改掉签名、时间或随机数。"""
        return await self.http.post(self.address, content=body, params=parameters(written, **changed))

    async def echo(self, plain: str, **changed: str) -> httpx.Response:
        """管理后台的验证。"""
        written = encrypted(plain.encode(), self.receiver)
        return await self.http.get(self.address, params={**parameters(written, **changed), "echostr": written})


def parameters(written: str, **changed: str) -> dict[str, str]:
    """网址里的三样。"""
    stamp, nonce = changed.get("timestamp", str(int(time.time()))), changed.get("nonce", secrets.token_hex(4))
    given = changed.get("msg_signature", signed(stamp, nonce, written, changed.get("token", TOKEN)))
    return {"msg_signature": given, "timestamp": stamp, "nonce": nonce}


def text_xml(text: str, person: str = "ZhangSan", number: str = "") -> str:
    """一条文字消息。"""
    return message_xml(person, f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>", number)


def message_xml(person: str, inner: str, number: str = "") -> str:
    """一条消息。"""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{person}]]></FromUserName>"
        f"<CreateTime>1348831860</CreateTime>{inner}<MsgId>{number or secrets.randbelow(10**15)}</MsgId>"
        f"<AgentID>{AGENT}</AgentID></xml>"
    )


def event_xml(event: str, key: str = "", person: str = "ZhangSan", at: int = 1348831860, extra: str = "") -> str:
    """一个事件，没有 MsgId。"""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{person}]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>"
        f"<EventKey><![CDATA[{key}]]></EventKey>{extra}<AgentID>{AGENT}</AgentID></xml>"
    )


def bot_message(text: str, number: str = "", group: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """智能机器人收到的一条文字。"""
    chat = {"chatid": group, "chattype": "group"} if group else {"chattype": "single"}
    given = {"msgid": number or secrets.token_hex(8), "aibotid": BOT, "from": {"userid": "ZhangSan"}, **chat}
    return {**given, "msgtype": "text", "text": {"content": text}, **more}


def bot_event(name: str, **found: Any) -> dict[str, Any]:  # noqa: ANN401
    """智能机器人的一个事件。"""
    return {
        "msgid": secrets.token_hex(8),
        "create_time": 1700000000,
        "aibotid": BOT,
        "from": {"userid": "ZhangSan"},
        "msgtype": "event",
        "event": {"eventtype": name, name: found},
    }


def sealed_file(content: bytes, key: str) -> bytes:
    """加密存放的文件。"""
    return cbc(raw_key(key), content)


@dataclass
class Hub:
    """长连接那一边：每次连接与收到的每一帧。"""

    address: str = ""
    sockets: list[ServerConnection] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    subscribe_code: int = 0
    mute: Counter[str] = field(default_factory=Counter)
    codes: dict[str, int] = field(default_factory=dict)

    def of(self, command: str) -> list[dict[str, Any]]:
        """收到的某一种帧。"""
        return [frame for frame in self.frames if frame["cmd"] == command]

    def finals(self) -> list[str]:
        """写完的各帧的全文。"""
        streams = [frame["body"]["stream"] for frame in self.of("aibot_respond_msg")]
        return [stream["content"] for stream in streams if stream["finish"]]

    async def push(self, body: Mapping[str, Any], command: str = "aibot_msg_callback", number: str = "") -> str:
        """推一条消息或事件。"""
        number = number or secrets.token_hex(8)
        await self.sockets[-1].send(json.dumps({"cmd": command, "headers": {"req_id": number}, "body": dict(body)}))
        return number

    async def event(self, name: str, **found: Any) -> str:  # noqa: ANN401
        """推一个事件。"""
        return await self.push(bot_event(name, **found), "aibot_event_callback")

    async def _talk(self, connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for written in connection:
                frame = json.loads(written)
                self.frames.append(frame)
                if frame["cmd"] == "aibot_subscribe":
                    right = frame["body"] == {"bot_id": BOT, "secret": BOT_SECRET}
                    code = self.subscribe_code if right else 853000
                    if code == 0:
                        self.sockets.append(connection)
                else:
                    code = self.codes.get(frame["cmd"], 0)
                if self.mute[frame["cmd"]] > 0:
                    self.mute[frame["cmd"]] -= 1
                    continue
                await connection.send(json.dumps({"headers": frame["headers"], "errcode": code, "errmsg": "x"}))


@asynccontextmanager
async def hub() -> AsyncIterator[Hub]:
    """开着长连接那一边。"""
    opened = Hub()
    async with serve(opened._talk, "127.0.0.1", 0, close_timeout=0.2) as server:  # noqa: SLF001 - 同一个文件
        port = next(iter(server.sockets)).getsockname()[1]
        opened.address = f"ws://127.0.0.1:{port}"
        yield opened


async def until(condition: Any, seconds: float = PATIENCE) -> None:  # noqa: ANN401
    """等到成立。"""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "等了太久"
        await asyncio.sleep(0.01)
