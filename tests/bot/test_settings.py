"""设置：来源的先后、不认识的键、写错的值、只设了一半的通道。"""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import SettingInvalid, SettingsUnreadable, SettingUnknown
from bot.settings import PREFIX, Settings, channels, load


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """测试不受本机环境变量影响。"""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def written(folder: Path, text: str) -> Path:
    """在文件夹里写下 jihuatong.toml。"""
    (folder / "jihuatong.toml").write_text(text, encoding="utf-8")
    return folder


def test_nothing_set_means_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.web_host, settings.web_port, settings.corpus) == ("127.0.0.1", 8765, None)
    assert channels(settings).problems == ()


def test_environment_over_file_over_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, 'WEB_PORT = 9000\nweb_host = "192.168.1.5"\ncorpus = "报告 2023"\n')
    monkeypatch.setenv("JIHUATONG_WEB_PORT", "9100")
    settings = load(tmp_path)
    assert (settings.web_port, settings.web_host, settings.corpus) == (9100, "192.168.1.5", Path("报告 2023"))


def test_table_is_the_same_as_flat_names(tmp_path: Path) -> None:
    telegram = channels(load(written(tmp_path, '[telegram]\ntoken = "1:a"\n'))).telegram
    assert telegram is not None
    assert telegram.token.get_secret_value() == "1:a"
    assert telegram.base_url == "https://api.telegram.org/bot"


def test_empty_variable_is_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHUATONG_TELEGRAM_TOKEN", "")
    assert load(tmp_path).telegram_token is None


def test_variable_of_the_installer_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHUATONG_VENV", "elsewhere")
    assert load(tmp_path).encoder == "e5-small"


def test_settings_are_frozen(tmp_path: Path) -> None:
    settings = load(tmp_path)
    with pytest.raises(ValidationError):
        settings.web_port = 1


def test_unknown_key_in_file(tmp_path: Path) -> None:
    with pytest.raises(SettingUnknown) as caught:
        load(written(tmp_path, "web_prot = 1\n"))
    path = tmp_path / "jihuatong.toml"
    assert str(caught.value) == f"不认识的设置 WEB_PROT（写在{path}里）。是不是想写 WEB_PORT？"


def test_unknown_key_in_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHUATONG_ENCODR", "x")
    with pytest.raises(SettingUnknown) as caught:
        load(tmp_path)
    assert str(caught.value) == "不认识的设置 ENCODR（写在环境变量里）。是不是想写 ENCODER？"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WEB_PORT", "八千", "设置 WEB_PORT 的值“八千”不对：应当是0 到 65535 之间的整数。"),
        ("WEB_PORT", "70000", "设置 WEB_PORT 的值“70000”不对：应当是0 到 65535 之间的整数。"),
        (
            "TELEGRAM_BASE_URL",
            "localhost:80/bot",
            "设置 TELEGRAM_BASE_URL 的值“localhost:80/bot”不对：应当是以 http:// 或 https:// 开头的网址。",
        ),
        ("AIBOT_WS_URL", "http://a", "设置 AIBOT_WS_URL 的值“http://a”不对：应当是以 ws:// 或 wss:// 开头的网址。"),
        ("WECOM_AGENT_ID", "abc", "设置 WECOM_AGENT_ID 的值“abc”不对：应当是大于 0 的整数。"),
        ("WECOM_CALLBACK_PATH", "wecom", "设置 WECOM_CALLBACK_PATH 的值“wecom”不对：应当是以 / 开头的路径。"),
        ("WECOM_AES_KEY", "secret-but-short", "设置 WECOM_AES_KEY 的值“（已隐去）”不对：应当是43 个字符的密钥。"),
    ],
)
def test_wrong_value_in_environment(
    name: str, value: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIHUATONG_" + name, value)
    with pytest.raises(SettingInvalid) as caught:
        load(tmp_path)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("line", ["web_port = true", 'web_port = "8o"', "web_port = [1]", "web_port = 1.5"])
def test_wrong_type_in_file(line: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="WEB_PORT"):
        load(written(tmp_path, line))


def test_broken_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsUnreadable, match=r"jihuatong\.toml 读不出来"):
        load(written(tmp_path, "web_port = = 1"))


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    settings = load(written(tmp_path, 'telegram_token = "12345:abcdef"\n'))
    assert "abcdef" not in repr(settings)


def test_half_set_channels_say_what_is_missing(tmp_path: Path) -> None:
    toml = """
telegram_base_url = "http://127.0.0.1:8081/bot"
wecom_corp_id = "ww1"
wecom_agent_id = 1000002
aibot_id = "b"
"""
    found = channels(load(written(tmp_path, toml)))
    assert (found.telegram, found.wecom, found.aibot_socket, found.aibot_callback) == (None, None, None, None)
    assert found.problems == (
        "通道“Telegram”没有启用：还缺设置 JIHUATONG_TELEGRAM_TOKEN。",
        "通道“企业微信”没有启用：还缺设置 JIHUATONG_WECOM_SECRET、JIHUATONG_WECOM_TOKEN、JIHUATONG_WECOM_AES_KEY。",
        "通道“智能机器人（长连接）”没有启用：还缺设置 JIHUATONG_AIBOT_SECRET。",
    )


def test_full_channels_get_their_addresses(tmp_path: Path) -> None:
    key = "k" * 43
    toml = f"""
[wecom]
corp_id = "ww1"
agent_id = 1000002
secret = "s"
token = "t"
aes_key = "{key}"
api_base = "http://127.0.0.1:9001"
[aibot]
id = "b"
secret = "s"
token = "t"
aes_key = "{key}"
ws_url = "ws://127.0.0.1:9002"
"""
    found = channels(load(written(tmp_path, toml)))
    assert found.problems == ()
    assert found.wecom is not None
    assert (found.wecom.api_base, found.wecom.callback_path) == ("http://127.0.0.1:9001", "/wecom")
    assert found.aibot_socket is not None
    assert found.aibot_socket.ws_url == "ws://127.0.0.1:9002"
    assert found.aibot_callback is not None
    assert found.aibot_callback.callback_path == "/aibot"
