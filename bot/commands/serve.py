"""`serve`：网页和每一个设好的通道，一个进程。"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Command, places

if TYPE_CHECKING:
    from bot.ledger.file import Ledger


@click.command(cls=Command)
@places
@click.option("--host", metavar="地址", help="网页监听的地址（默认只对本机，或设置 WEB_HOST）。")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="端口", help="网页的端口（默认 8765，或设置 WEB_PORT）。"
)
def serve(corpus: Path | None, data: Path | None, host: str | None, port: int | None) -> None:
    """打开网页和设好的通道，按 Ctrl+C 停止。"""
    from bot import serving  # noqa: PLC0415 - 只看说明时不必等它
    from bot.app import open_application  # noqa: PLC0415
    from bot.channels.web.front import Front  # noqa: PLC0415
    from bot.channels.web.guards import is_local  # noqa: PLC0415
    from bot.channels.web.server import address, listen  # noqa: PLC0415
    from bot.classroom.bell import ringing  # noqa: PLC0415
    from bot.housekeeping import kept_tidy  # noqa: PLC0415
    from bot.metrics import Metrics  # noqa: PLC0415
    from bot.settings import channels, load  # noqa: PLC0415

    settings = load()
    place = host or settings.web_host
    chosen = channels(settings)
    for problem in chosen.problems:
        _warn(problem)
    if not is_local(place):
        _warn(f"注意：网页开在 {place}，同一网络里的人都能看到报告；只想自己用，请设为 127.0.0.1。")
    with open_application(corpus, data, settings) as application:
        metrics = Metrics()
        office = application.office(settings.strangers, metrics.answered)
        front = Front(
            office,
            application.board,
            place,
            settings.web_sign_in,
            settings.web_upload_mb,
            settings.web_per_minute,
            settings.web_url,
            metrics,
        )
        try:
            with (
                listen(place, settings.web_port if port is None else port) as listener,
                application.kept_fresh(),
                kept_tidy(office.ledger, settings.keep_days),
                ringing(office.classroom),
            ):
                click.echo(f"网页已打开：{address(place, listener)}（按 Ctrl+C 停止）")
                _offer_admin(office.ledger)
                serving.serve(front, chosen, listener, _warn)
        finally:
            office.ledger.close()
    _warn("已停止。")


def _offer_admin(ledger: "Ledger") -> None:
    """还没有管理员，就打印一个一次性的管理员码。"""
    from bot.codes import ADMIN_LIFE, make_admin_code  # noqa: PLC0415
    from bot.people import has_admin  # noqa: PLC0415

    if not has_admin(ledger):
        minutes = int(ADMIN_LIFE.total_seconds() // 60)
        click.echo(
            f"还没有管理员。一次性管理员码：{make_admin_code(ledger)}（{minutes} 分钟内有效）。\n"
            "在网页的“管理”里用它注册，或在 Telegram、企业微信里发给机器人，您就是管理员。"
        )


def _warn(sentence: str) -> None:
    click.echo(sentence, err=True)
