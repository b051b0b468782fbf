"""命令行的中文：用法、小标题、选项说明与用法错误。"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from click.exceptions import NoSuchCommand

Body = TypeVar("Body", bound=Callable[..., Any])

HELP = {"help_option_names": ["-h", "--help"]}
HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}


class Formatter(click.HelpFormatter):
    """把小标题写成中文。"""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """用法一行。"""
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """小标题。"""
        self.write(f"{'':>{self.current_indent}}{HEADINGS.get(heading, heading)}：\n")


class Context(click.Context):
    """用中文的排版器。"""

    formatter_class = Formatter


class Command(click.Command):
    """一条命令；`--help` 的说明也是中文。"""

    context_class = Context

    def __init__(self, name: str | None, **named: Any) -> None:  # noqa: ANN401 - 原样转交 click
        super().__init__(name, **named | {"options_metavar": "[选项]", "context_settings": HELP})

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`-h`、`--help`。"""
        return _in_chinese(super().get_help_option(ctx))


class Group(click.Group):
    """全部命令。"""

    context_class = Context
    command_class = Command

    def __init__(self, name: str | None, **named: Any) -> None:  # noqa: ANN401 - 原样转交 click
        words = {"options_metavar": "[选项]", "subcommand_metavar": "命令 [参数]…", "context_settings": HELP}
        super().__init__(name, **named | words)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`-h`、`--help`。"""
        return _in_chinese(super().get_help_option(ctx))


def places(body: Body) -> Body:
    """给一条命令加上 `--corpus` 与 `--data`。"""
    folder = click.Path(path_type=Path)
    with_data = click.option("--data", type=folder, metavar="文件夹", help="索引放在哪里（默认在报告文件夹下）。")
    with_corpus = click.option("--corpus", type=folder, metavar="文件夹", help="报告文件夹（默认用随程序附带的报告）。")
    return with_corpus(with_data(body))


def explained(error: click.UsageError) -> str:
    """用法错误说成一句中文。"""
    command = error.ctx.command_path if error.ctx else "jihuatong"
    return f"{_cause(error)}。用 {command} --help 查看用法。"


def _cause(error: click.UsageError) -> str:
    match error:
        case NoSuchCommand():
            cause = f"没有“{error.command_name}”这条命令{_nearest(error.possibilities)}"
        case click.NoSuchOption():
            cause = f"没有 {error.option_name} 这个选项{_nearest(error.possibilities)}"
        case click.BadOptionUsage():
            cause = f"选项 {error.option_name} 的用法不对：它后面要跟一个值，或者不该跟值"
        case click.MissingParameter():
            cause = f"还缺{_name(error.param)}"
        case click.BadParameter():
            cause = f"{_name(error.param)} 的值不对：应当是{_wanted(error.param)}"
        case _:
            cause = f"参数不对（{error.message}）" if error.message.isascii() else error.message
    return cause


def _wanted(parameter: click.Parameter | None) -> str:
    kind = parameter.type if parameter is not None else None
    if isinstance(kind, click.IntRange):
        return f" {kind.min} 到 {kind.max} 之间的整数"
    return "整数" if isinstance(kind, click.types.IntParamType) else "另一种值"


def _nearest(possibilities: Sequence[str] | None) -> str:
    return f"，是不是 {'、'.join(sorted(possibilities))}" if possibilities else ""


def _name(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return "参数"
    if isinstance(parameter, click.Option):
        return f"选项 {parameter.opts[0]}"
    return getattr(parameter, "metavar", None) or parameter.name or "参数"


def _in_chinese(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这份说明。"
    return option
