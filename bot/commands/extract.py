"""`extract`：一份文件读成了什么样。"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Command

if TYPE_CHECKING:
    from corpus.readers.sight import Seen
    from corpus.records import Report, Text

SECONDS = 45.0
"""识别扫描页最多用几秒；手上的一页估计认不完的，就不开始。"""


WHOLE = "放进报告文件夹运行 jihuatong index，可以不限时地识别。"


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
def extract(file: Path) -> None:
    """读一份文件，按读出的大纲写出全文；扫描件当场识别（至多一分钟）；不入库。"""
    from corpus.errors import NothingInside  # noqa: PLC0415 - 只看说明时不必等它
    from corpus.outline import parse, problems_in  # noqa: PLC0415

    text = _read(file)
    reports = parse(text, file.name)
    if not reports:
        for problem in problems_in(text):
            click.echo(f"问题：{problem.place + '：' if problem.place else ''}{problem.sentence}", err=True)
        raise NothingInside(file.name)
    for report in reports:
        for line in _about(report):
            click.echo(line, err=True)
        for line in _written(report):
            click.echo(line)


def _read(file: Path) -> "Text":
    """读出来；扫描件在时限之内认多少页是多少页。"""
    from corpus.errors import ScannedFile, UnfinishedScan  # noqa: PLC0415
    from corpus.readers.isolated import Worker  # noqa: PLC0415
    from corpus.readers.ocr import is_installed  # noqa: PLC0415
    from corpus.readers.scan import pages_text  # noqa: PLC0415

    with Worker() as worker:
        text = worker.read(file, file.name, Hurried())
    if text.waiting and not text.lines:
        raise (UnfinishedScan if is_installed() else ScannedFile)(file.name, len(text.waiting))
    if text.waiting:
        click.echo(f"没有读：{pages_text(text.waiting)}，{SECONDS:.0f} 秒里识别不完。{WHOLE}", err=True)
    return text


class Hurried:
    """赶时间的 `Sight`：当场认，剩下的时间不够再认一页就不认了。"""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._page = 0.0
        self._at = 0.0

    def recall(self, key: str) -> "Seen | None":  # noqa: ARG002  接口如此
        """什么也没有认过。"""
        return None

    def wants(self, key: str) -> bool:  # noqa: ARG002  接口如此
        """来得及就认。"""
        self._at = time.monotonic()
        return self._at + self._page - self._began < SECONDS

    def keep(self, key: str, seen: "Seen") -> None:  # noqa: ARG002  接口如此
        """量一量认一页要多久。"""
        self._page = max(self._page, time.monotonic() - self._at)


def _about(report: "Report") -> Iterator[str]:
    """题名、单位、日期、年度与问题，写在标准错误上，不混进正文。"""
    guessed = "（推断）"
    yield f"报告：{report.name}"
    yield f"题名：{report.title}{guessed if report.title_inferred else ''}"
    yield f"单位：{report.issuer or '文中未写明'}{guessed if report.issuer and report.issuer_inferred else ''}"
    yield f"日期：{report.dated or '文中未写明'}"
    yield f"年度：{'、'.join(map(str, report.periods)) or '未定'}"
    for problem in report.problems:
        yield f"问题：{problem.place + '：' if problem.place else ''}{problem.sentence}"


def _written(report: "Report") -> Iterator[str]:
    """全文，一段一行；标题所在的段前面的 # 表示级别。"""
    levels = {section.span.start: section.level for section in report.sections[1:]}
    for paragraph in report.paragraphs:
        level = levels.get(paragraph.span.start)
        mark = "" if level is None else "#" * level + " "
        yield mark + paragraph.span.of(report.text)
