"""这组命令合在一处。"""

from pathlib import Path

import click

from bot.commands.chinese import Group, places
from bot.commands.quiz.checking import check
from bot.commands.quiz.making import add, edit, list_, make, makeup, publish
from bot.commands.quiz.room import opened
from bot.commands.quiz.running import assign, close, complaints, daily, export, group, refresh, results
from bot.commands.quiz.taking import complain, mine, papers, review, settings_, take


@click.group(cls=Group)
@places
@click.pass_context
def quiz(ctx: click.Context, corpus: Path | None, data: Path | None) -> None:
    """测验：从报告出题，题题有据；出卷、发布、答题、成绩、复习。"""
    ctx.obj = ctx.with_resource(opened(corpus, data))


for command in (
    make, list_, edit, add, publish, assign, close, results, export, makeup, complaints, group, daily, refresh, check,
    papers, take, review, mine, settings_, complain,
):  # fmt: skip
    quiz.add_command(command)
