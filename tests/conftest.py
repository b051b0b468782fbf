"""全部测试共用：测试时断网，只许连本机；不论机器多忙都能过。"""

import ipaddress
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from index.model import prepare_environment

prepare_environment()  # 与程序一样，在 torch 导入之前
settings.register_profile("忙", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("忙")


class NetworkUsed(AssertionError):
    """测试想连到本机以外。"""

    def __init__(self, host: str) -> None:
        super().__init__(f"测试连到了本机以外：{host}。装好之后的一切都应当离线可用。")


def is_local(host: str) -> bool:
    """是不是本机。"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost", socket.gethostname()}


@pytest.fixture(autouse=True, scope="session")
def _offline() -> Iterator[None]:
    """连接与解析本机以外的地址时报错。"""
    patch = pytest.MonkeyPatch()
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def checked_connect(self: socket.socket, address: tuple[str, int] | str) -> None:
        if isinstance(address, tuple) and not is_local(address[0]):
            raise NetworkUsed(address[0])
        connect(self, address)

    def checked_resolve(host: str | bytes | None, *rest: object, **named: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host or ""
        if not is_local(name):
            raise NetworkUsed(name)
        return resolve(host, *rest, **named)  # type: ignore[arg-type]  # 原样转交

    patch.setattr(socket.socket, "connect", checked_connect)
    patch.setattr(socket, "getaddrinfo", checked_resolve)
    yield
    patch.undo()
