"""`serve`：网页和每一个设好的通道，一个进程。"""

from pathlib import Path

import click

from bot.commands.chinese import Command, places


@click.command(cls=Command)
@places
@click.option("--host", metavar="地址", help="网页监听的地址（默认只对本机，或设置 WEB_HOST）。")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="端口", help="网页的端口（默认 8765，或设置 WEB_PORT）。"
)
def serve(corpus: Path | None, data: Path | None, host: str | None, port: int | None) -> None:
    """打开网页和设好的通道，按 Ctrl+C 停止。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.channels.web.guards import is_local  # noqa: PLC0415
    from bot.channels.web.server import serve as serve_page  # noqa: PLC0415
    from bot.settings import channels, load  # noqa: PLC0415

    settings = load()
    address = host or settings.web_host
    for problem in channels(settings).problems:
        click.echo(problem, err=True)
    if not is_local(address):
        click.echo(f"注意：网页开在 {address}，同一网络里的人都能看到报告；只想自己用，请设为 127.0.0.1。", err=True)
    with open_application(corpus, data) as application, application.kept_fresh():
        serve_page(application, address, settings.web_port if port is None else port, _announce)
    click.echo("已停止。", err=True)


def _announce(address: str) -> None:
    click.echo(f"网页已打开：{address}（按 Ctrl+C 停止）")
