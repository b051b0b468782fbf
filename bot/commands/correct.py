"""`correct`：更正一份报告的题名、单位或年度。"""

from pathlib import Path

import click

from bot.commands.chinese import Command, places
from corpus.corrections import FIRST_YEAR, LAST_YEAR


@click.command(cls=Command)
@click.argument("report", metavar="报告")
@places
@click.option("--title", metavar="题名", help="正确的题名。")
@click.option("--issuer", metavar="单位", help="正确的发文单位。")
@click.option("--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR), metavar="年度", help="报告的年度，文中“今年”所指。")
@click.option("--clear", is_flag=True, help="撤去这份报告的全部更正，照读出来的。")
def correct(  # noqa: PLR0913 - 一个选项一个参数
    report: str,
    corpus: Path | None,
    data: Path | None,
    *,
    title: str | None,
    issuer: str | None,
    year: int | None,
    clear: bool,
) -> None:
    """更正一份报告的题名、单位或年度，写进报告文件夹的 reports.toml，并只重读这一份；“报告”是 status 列出的名称。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.commands.progress import bring_up_to_date, problem_line  # noqa: PLC0415
    from corpus.corrections import Correction  # noqa: PLC0415
    from corpus.corrections import correct as write  # noqa: PLC0415

    change = Correction(title and title.strip(), issuer and issuer.strip(), year)
    if (change == Correction()) is not clear or "" in (change.title, change.issuer):
        raise click.UsageError("请写明 --title、--issuer、--year 中的至少一项，或只用 --clear 撤去更正")
    with open_application(corpus, data) as application:
        application.report(report)
        write(application.folder, report, change)
        outcome = bring_up_to_date(application)
        if outcome is None:
            click.echo("更正已写入 reports.toml，正在建索引的程序做完以后就会用上。")
            return
        found = application.report(report)
        click.echo(f"《{report}》现在是：{found.title}　{found.issuer or '文中未写明单位'}　{_years(found.periods)}")
        for problem in application.store.notes.problems():
            click.echo(problem_line(problem), err=True)


def _years(periods: tuple[int, ...]) -> str:
    return "、".join(map(str, periods)) or "年度未定"
