"""`users`：在装着程序的这台机器上管人。"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Group, places
from bot.commands.ledger import ledger_of

if TYPE_CHECKING:
    from bot.ledger.file import Ledger
    from bot.people import Person


@click.group(cls=Group, invoke_without_command=True)
@places
@click.pass_context
def users(ctx: click.Context, corpus: Path | None, data: Path | None) -> None:
    """列出人员；或改角色、停用、生成邀请码与管理员码、设密码、生成接口令牌。"""
    ctx.obj = ctx.with_resource(ledger_of(corpus, data))
    if ctx.invoked_subcommand is None:
        _list(ctx)


def _list(ctx: click.Context) -> None:
    """一人一行：编号、姓名、角色、各通道的帐号。"""
    from bot.people import identities, people  # noqa: PLC0415 - 只看说明时不必等它

    found = people(ctx.obj)
    click.echo(f"一共 {len(found)} 人。")
    for one in found:
        accounts = "、".join(f"{identity.channel} {identity.external}" for identity in identities(ctx.obj, one.id))
        click.echo("\t".join(part for part in (str(one.id), one.name, _standing(one), accounts) if part))


def _standing(one: "Person") -> str:
    return f"{one.role}（已停用）" if one.blocked else str(one.role)


_ROLE = click.Choice(["员工", "培训员", "管理员"])
_number = click.argument("number", metavar="编号", type=int)


@users.command()
@_number
@click.argument("role", metavar="角色", type=_ROLE)
@click.pass_obj
def grant(ledger: "Ledger", number: int, role: str) -> None:
    """改一个人的角色：员工、培训员或管理员。"""
    from bot.audit import CONSOLE  # noqa: PLC0415
    from bot.people import PersonRole  # noqa: PLC0415
    from bot.people import grant as give  # noqa: PLC0415

    changed = give(ledger, CONSOLE, number, PersonRole(role))
    click.echo(f"{changed.name}（{changed.id}）现在是{changed.role}。")


@users.command()
@_number
@click.option("--undo", is_flag=True, help="恢复。")
@click.pass_obj
def block(ledger: "Ledger", number: int, *, undo: bool) -> None:
    """停用一个人，或恢复。"""
    from bot.audit import CONSOLE  # noqa: PLC0415
    from bot.people import block as stop  # noqa: PLC0415

    changed = stop(ledger, CONSOLE, number, blocked=not undo)
    click.echo(f"{changed.name}（{changed.id}）{'已恢复' if undo else '已停用'}。")


@users.command()
@click.option("--role", type=_ROLE, default="员工", metavar="角色", help="来的人是什么角色（默认员工）。")
@click.option("--uses", type=click.IntRange(1, 500), default=1, metavar="人数", help="几个人可用（默认 1）。")
@click.pass_obj
def invite(ledger: "Ledger", role: str, uses: int) -> None:
    """生成一个邀请码，七天内有效。"""
    from bot.audit import CONSOLE  # noqa: PLC0415
    from bot.codes import invite as make  # noqa: PLC0415
    from bot.people import PersonRole  # noqa: PLC0415

    click.echo(f"邀请码：{make(ledger, CONSOLE, PersonRole(role), uses)}（{role}，{uses} 人可用，七天内有效）")


@users.command("admin-code")
@click.pass_obj
def admin_code(ledger: "Ledger") -> None:
    """生成一个一次性的管理员码，三十分钟内有效；忘了密码时也用它。"""
    from bot.codes import make_admin_code  # noqa: PLC0415

    click.echo(f"管理员码：{make_admin_code(ledger)}（三十分钟内有效，用一次即废）")


@users.command()
@_number
@click.argument("login", metavar="登录名")
@click.password_option(prompt="密码（至少 8 个字符）", confirmation_prompt="再输一遍", help="密码；不写就在终端里问。")
@click.pass_obj
def password(ledger: "Ledger", number: int, login: str, password: str) -> None:
    """定下一个人在网页上的登录名和密码。"""
    from bot.access import set_password  # noqa: PLC0415
    from bot.audit import CONSOLE  # noqa: PLC0415

    set_password(ledger, CONSOLE, number, login, password)
    click.echo("密码已设好，他以前的登录随即作废。")


@users.command()
@_number
@click.argument("name", metavar="用途")
@click.pass_obj
def token(ledger: "Ledger", number: int, name: str) -> None:
    """给一个程序生成接口令牌，它以这个人的身份提问；令牌只显示这一次。"""
    from bot.access import make_token  # noqa: PLC0415
    from bot.audit import CONSOLE  # noqa: PLC0415

    click.echo(make_token(ledger, CONSOLE, number, name))
