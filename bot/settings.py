"""设置：环境变量 `JIHUATONG_*` 优先，其次 `jihuatong.toml`，再次默认值；读一次，不再变。"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingInvalid, SettingsUnreadable, SettingUnknown

PREFIX = "JIHUATONG_"
FILE = "jihuatong.toml"
SHIPPED = Path(__file__).resolve().parent.parent / "corpus" / "reports"
HIDDEN = "（已隐去）"
CALLBACK_WINDOW = 600
"""企业微信回调的时间与本机最多相差多少秒。"""
ELSEWHERE = frozenset({"venv"})
"""同样以 `JIHUATONG_` 开头，但由安装脚本使用的环境变量。"""


@dataclass(frozen=True, slots=True)
class Expects:
    """一项设置应当是什么；值不对时写进报错的句子。"""

    what: str


def _no_bool(value: object) -> object:
    """TOML 的 true、false 不当作 1、0。"""
    if isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - pydantic 只把 ValueError 收成校验错误
    return value


def _known_zone(name: str) -> str:
    """本机有没有这个时区的数据。"""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(name) from error
    return name


_Http = Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")]
_Ws = Annotated[str, Field(pattern=r"^wss?://[^\s/]+\S*$")]
_Bound = Annotated[int, BeforeValidator(_no_bool), Field(ge=1, le=65535)]
_Key = Annotated[SecretStr, Field(min_length=43, max_length=43)]
_Positive = Annotated[int, BeforeValidator(_no_bool), Field(ge=1)]
_Slashed = Annotated[str, Field(pattern=r"^/\S*$")]

Folder = Annotated[Path | None, Expects("一个文件夹的路径")]
Address = Annotated[_Http | None, Expects("以 http:// 或 https:// 开头的网址")]
Socket = Annotated[_Ws | None, Expects("以 ws:// 或 wss:// 开头的网址")]
Port = Annotated[int, BeforeValidator(_no_bool), Field(ge=0, le=65535), Expects("0 到 65535 之间的整数")]
MaybePort = Annotated[_Bound | None, Expects("1 到 65535 之间的整数")]
Number = Annotated[_Positive | None, Expects("大于 0 的整数")]
Count = Annotated[int, BeforeValidator(_no_bool), Field(ge=0), Expects("0 或大于 0 的整数")]
Rate = Annotated[_Positive, Expects("大于 0 的整数")]
Megabytes = Annotated[int, BeforeValidator(_no_bool), Field(ge=1, le=300), Expects("1 到 300 之间的整数")]
Strangers = Annotated[Literal["open", "code", "closed"], Expects("open、code 或 closed")]
UrlPath = Annotated[_Slashed | None, Expects("以 / 开头的路径")]
Word = Annotated[str, Field(min_length=1), Expects("一段文字")]
Words = Annotated[str | None, Expects("一段文字")]
Secret = Annotated[SecretStr | None, Expects("一段文字")]
Flag = Annotated[bool, Expects("true 或 false")]
Zone = Annotated[str, AfterValidator(_known_zone), Expects("一个时区的名称，如 Asia/Shanghai")]
AesKey = Annotated[_Key | None, Expects("43 个字符的密钥")]


class Settings(BaseSettings):
    """全部设置。环境变量名是 `JIHUATONG_` 加大写的字段名，`jihuatong.toml` 里用字段名，大小写都可以。"""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    corpus: Folder = Field(default=None, description="报告文件夹；不设则用随程序附带的报告")
    data: Folder = Field(default=None, description="索引放在哪里；不设则放在报告文件夹下的 .jihuatong/")
    encoder: Word = Field(
        default="e5-small",
        description="e5-small（自带的 multilingual-e5-small），或 sentence-transformers 模型的名称或文件夹",
    )
    ocr_run_pages: Count = Field(default=60, description="一次入库最多识别多少页扫描件；0 表示不识别")
    ocr_file_pages: Rate = Field(default=300, description="一份文件最多识别多少页")
    web_host: Word = Field(default="127.0.0.1", description="网页监听的地址")
    web_port: Port = Field(default=8765, description="网页的端口；0 表示任选一个空闲的")
    web_sign_in: Flag = Field(default=False, description="网页只对本机开放时，管理也要登录")
    web_url: Address = Field(
        default=None, description="反向代理对外的网址，如 https://jihuatong.example.cn；设了就都要登录才能管理"
    )
    web_upload_mb: Megabytes = Field(default=50, description="网页上传一份报告最多多少 MB")
    web_per_minute: Rate = Field(default=300, description="网页上每人每分钟最多问多少次")
    strangers: Strangers = Field(
        default="open", description="没有登记的人：open 都可以问，code 先要邀请码，closed 不接待"
    )
    timezone: Zone = Field(default="Asia/Shanghai", description="单位所在的时区；截止时间、几点提醒都照它")
    keep_days: Rate = Field(default=1095, description="审计记录保留多少天")
    past_days: Count = Field(default=90, description="换下、删去的报告在索引里留多少天，供重放审计；0 表示不留")
    telegram_token: Secret = Field(default=None, description="Telegram 机器人的令牌")
    telegram_base_url: Address = Field(default=None, description="Bot API 的地址，以 /bot 结尾")
    telegram_base_file_url: Address = Field(
        default=None, description="下载文件的地址，以 /file/bot 结尾；不设则与 telegram_base_url 同一处"
    )
    telegram_webhook_url: Address = Field(default=None, description="对外的 webhook 地址；不设则用轮询")
    telegram_webhook_port: MaybePort = Field(default=None, description="webhook 在本机监听的端口")
    wecom_corp_id: Words = Field(default=None, description="企业微信的企业 ID")
    wecom_agent_id: Number = Field(default=None, description="企业微信自建应用的 AgentId")
    wecom_secret: Secret = Field(default=None, description="企业微信自建应用的 Secret")
    wecom_token: Secret = Field(default=None, description="企业微信接收消息的 Token")
    wecom_aes_key: AesKey = Field(default=None, description="企业微信接收消息的 EncodingAESKey")
    wecom_api_base: Address = Field(default=None, description="企业微信接口的地址：协议、主机和端口")
    wecom_callback_path: UrlPath = Field(default=None, description="企业微信接收消息的路径")
    wecom_callback_window: Number = Field(
        default=None, description="企业微信回调的时间与本机最多相差多少秒；不设为 600"
    )
    wecom_cards: Flag = Field(default=False, description="自建应用里单个数字的答复用模板卡片")
    aibot_id: Words = Field(default=None, description="企业微信智能机器人的 BotID（长连接）")
    aibot_secret: Secret = Field(default=None, description="企业微信智能机器人的 Secret（长连接）")
    aibot_ws_url: Socket = Field(default=None, description="智能机器人长连接的地址")
    aibot_token: Secret = Field(default=None, description="智能机器人回调的 Token")
    aibot_aes_key: AesKey = Field(default=None, description="智能机器人回调的 EncodingAESKey")
    aibot_callback_path: UrlPath = Field(default=None, description="智能机器人回调的路径")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """环境变量在前，`load` 从文件读来的在后。"""
        return env_settings, init_settings


@dataclass(frozen=True, slots=True)
class Telegram:
    """Telegram 通道的设置。"""

    token: SecretStr
    base_url: str
    base_file_url: str
    webhook_url: str | None
    webhook_port: int | None


@dataclass(frozen=True, slots=True)
class Wecom:
    """企业微信自建应用的设置。"""

    corp_id: str
    agent_id: int
    secret: SecretStr
    token: SecretStr
    aes_key: SecretStr
    api_base: str
    callback_path: str
    window: int = CALLBACK_WINDOW
    cards: bool = False


@dataclass(frozen=True, slots=True)
class AibotSocket:
    """企业微信智能机器人，长连接。"""

    id: str
    secret: SecretStr
    ws_url: str


@dataclass(frozen=True, slots=True)
class AibotCallback:
    """企业微信智能机器人，回调。"""

    token: SecretStr
    aes_key: SecretStr
    callback_path: str
    window: int = CALLBACK_WINDOW


@dataclass(frozen=True, slots=True)
class Channels:
    """设好的各通道；没有设的为 None，只设了一半的在 `problems` 里各有一句话。"""

    telegram: Telegram | None
    wecom: Wecom | None
    aibot_socket: AibotSocket | None
    aibot_callback: AibotCallback | None
    problems: tuple[str, ...]


def load(folder: Path | None = None) -> Settings:
    """读一次设置。

    Args:
        folder: `jihuatong.toml` 所在的文件夹，默认为当前文件夹。

    Raises:
        SettingsUnreadable: `jihuatong.toml` 读不出来。
        SettingUnknown: 有不认识的键。
        SettingInvalid: 有一项的值不对。
    """
    path = (folder or Path.cwd()) / FILE
    written = _from_file(path)
    _refuse_unknown(written, str(path))
    _refuse_unknown(_environment(os.environ), "环境变量")
    try:
        return Settings(**written)  # type: ignore[arg-type]  # 值的类型正是由 pydantic 来校验
    except ValidationError as error:
        raise _invalid(error) from None


def channels(settings: Settings) -> Channels:
    """把各通道的设置分好组，只设了一半的指出缺哪一项。"""
    problems = tuple(
        f"通道“{title}”没有启用：还缺设置 {'、'.join(PREFIX + name.upper() for name in missing)}。"
        for title, names, needed in _GROUPS
        if (missing := _missing(settings, names, needed))
    )
    return Channels(_telegram(settings), _wecom(settings), _socket(settings), _callback(settings), problems)


_GROUPS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "Telegram",
        ("telegram_base_url", "telegram_base_file_url", "telegram_webhook_url", "telegram_webhook_port"),
        ("telegram_token",),
    ),
    ("Telegram webhook", ("telegram_webhook_port",), ("telegram_webhook_url",)),
    (
        "企业微信",
        ("wecom_api_base", "wecom_callback_path"),
        ("wecom_corp_id", "wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key"),
    ),
    ("智能机器人（长连接）", ("aibot_ws_url",), ("aibot_id", "aibot_secret")),
    ("智能机器人（回调）", ("aibot_callback_path",), ("aibot_token", "aibot_aes_key")),
)
"""每组：名称、可选的键、必有的键。"""


def _missing(settings: Settings, optional: Iterable[str], needed: tuple[str, ...]) -> tuple[str, ...]:
    """这一组若只设了一半，缺哪些必有的键；全没设或都设了则为空。"""
    absent = tuple(name for name in needed if getattr(settings, name) is None)
    touched = len(absent) < len(needed) or any(getattr(settings, name) is not None for name in optional)
    return absent if touched else ()


def _telegram(settings: Settings) -> Telegram | None:
    if settings.telegram_token is None or (settings.telegram_webhook_port and not settings.telegram_webhook_url):
        return None
    base = settings.telegram_base_url or "https://api.telegram.org/bot"
    return Telegram(
        settings.telegram_token,
        base,
        settings.telegram_base_file_url or f"{base.removesuffix('/bot')}/file/bot",
        settings.telegram_webhook_url,
        settings.telegram_webhook_port,
    )


def _wecom(settings: Settings) -> Wecom | None:
    corp, agent, secret = settings.wecom_corp_id, settings.wecom_agent_id, settings.wecom_secret
    token, key = settings.wecom_token, settings.wecom_aes_key
    if corp is None or agent is None or secret is None or token is None or key is None:
        return None
    base = settings.wecom_api_base or "https://qyapi.weixin.qq.com"
    path, window = settings.wecom_callback_path or "/wecom", settings.wecom_callback_window or CALLBACK_WINDOW
    return Wecom(corp, agent, secret, token, key, base, path, window, settings.wecom_cards)


def _socket(settings: Settings) -> AibotSocket | None:
    if settings.aibot_id is None or settings.aibot_secret is None:
        return None
    address = settings.aibot_ws_url or "wss://openws.work.weixin.qq.com"
    return AibotSocket(settings.aibot_id, settings.aibot_secret, address)


def _callback(settings: Settings) -> AibotCallback | None:
    if settings.aibot_token is None or settings.aibot_aes_key is None:
        return None
    path, window = settings.aibot_callback_path or "/aibot", settings.wecom_callback_window or CALLBACK_WINDOW
    return AibotCallback(settings.aibot_token, settings.aibot_aes_key, path, window)


def _from_file(path: Path) -> dict[str, object]:
    """`jihuatong.toml` 里的键与值，键化为小写；`[telegram] token` 与 `telegram_token` 同义。"""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsUnreadable(str(path), str(error)) from None
    return dict(_flat(table))


def _flat(table: Mapping[str, object], above: str = "") -> Iterable[tuple[str, object]]:
    for key, value in table.items():
        name = above + key.lower()
        if isinstance(value, dict):
            yield from _flat(value, name + "_")
        else:
            yield name, value


def _environment(environ: Iterable[str]) -> Iterable[str]:
    """环境变量里写下的键。"""
    names = (name.upper().removeprefix(PREFIX).lower() for name in environ if name.upper().startswith(PREFIX))
    return (name for name in names if name not in ELSEWHERE)


def _refuse_unknown(names: Iterable[str], where: str) -> None:
    for name in names:
        if name not in Settings.model_fields:
            raise SettingUnknown(name.upper(), where, tuple(field.upper() for field in Settings.model_fields))


def _invalid(error: ValidationError) -> SettingInvalid:
    """把 pydantic 的第一处校验错误说成一句中文。"""
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]).lower().removeprefix(PREFIX.lower())
    field = Settings.model_fields[name]
    secret = "SecretStr" in str(field.annotation)
    return SettingInvalid(name.upper(), HIDDEN if secret else str(first["input"]), _expected(field))


def _expected(field: FieldInfo) -> str:
    return next(mark.what for mark in field.metadata if isinstance(mark, Expects))
