"""`status`：索引里有哪些报告，哪里有问题。"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.chinese import Command, places

if TYPE_CHECKING:
    from bot.app import Application
    from index.entries import ReportEntry

ENGINE_FILES = {"vectors.faiss": "向量", "keywords.bin": "用词"}
"""由索引导出的文件，删了会自己重做。"""


@click.command(cls=Command)
@places
def status(corpus: Path | None, data: Path | None) -> None:
    """列出已入库的报告、有问题的文件，以及索引、编码器和谁在更新。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它

    with open_application(corpus, data) as application:
        for line in _lines(application):
            click.echo(line)


def _lines(application: "Application") -> Iterator[str]:
    reports = application.reports()
    passages, facts = (sum(entry.passages for entry in reports), sum(entry.facts for entry in reports))
    yield f"报告文件夹：{application.folder}"
    yield f"索引：{application.store.path}（第 {application.store.generation()} 代，{_sizes(application.store.path)}）"
    yield _encoder_line(application)
    past = application.store.past.reach()
    if past.files:
        yield f"换下的旧文件 {past.files} 份（{_spoken(past.bytes)}），第 {past.whole} 代起的答复可以重放。"
    writer = application.store.current_writer()
    if writer is not None:
        since = f"从 {writer.since:%Y-%m-%d %H:%M:%S} 起" if writer.since else ""
        yield f"正在更新：进程 {writer.pid or '不详'} {since}正在建索引。"
    yield f"已入库 {len(reports)} 份报告，{passages} 段，{facts} 个数字。"
    digits = {file.state.name: f" · 数字字符 {file.raw_digits} / {file.read_digits}" for file in application.files()}
    for entry in reports:
        yield f"  {entry.name}　{_about(entry)} · {entry.facts} 个数字{digits.get(entry.name, '')}"
    yield from problem_lines(application)


def _about(entry: "ReportEntry") -> str:
    guessed = "（推断）" if entry.issuer and entry.issuer_inferred else ""
    years = "、".join(map(str, entry.periods)) or "年度未定"
    return f"{entry.issuer or '文中未写明单位'}{guessed} · {years}"


def _encoder_line(application: "Application") -> str:
    """现用的编码器，向量齐不齐。"""
    settled, wanted = application.store.encoder(), application.encoder.name
    if settled == wanted:
        return f"编码器：{wanted}，向量齐全。"
    missing = len(application.store.missing_vectors(wanted))
    if not missing and not application.store.passage_count:
        return f"编码器：{wanted}，还没有段落。"
    if not missing:
        return f"编码器：{wanted}，上一次更新没有做完，做完之前只按词检索。运行 jihuatong index 接着做完。"
    before = f"（原来用 {settled}）" if settled else ""
    return f"编码器：{wanted}{before}，还有 {missing} 段没有编码，编好之前只按词检索。运行 jihuatong index 即可编好。"


def _spoken(size: int) -> str:
    from bot.commands.progress import spoken_size  # noqa: PLC0415

    return spoken_size(size)


def _sizes(index: Path) -> str:
    """索引和由它导出的文件各多大。"""
    from bot.commands.progress import spoken_size  # noqa: PLC0415

    own = sum(_size(index.with_name(index.name + tail)) for tail in ("", "-wal"))
    sizes = {what: _size(index.with_name(name)) for name, what in ENGINE_FILES.items()}
    return "，".join([spoken_size(own), *(f"{what}文件 {spoken_size(size)}" for what, size in sizes.items() if size)])


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def problem_lines(application: "Application") -> Iterator[str]:
    """有问题的文件，一处一行。"""
    from bot.commands.progress import problem_line  # noqa: PLC0415

    notes = application.store.notes.problems()
    files = [(file.state.name, file.problems) for file in application.files() if file.problems]
    if files or notes:
        yield f"有问题的文件 {len(files) + len({problem.file for problem in notes})} 个："
    for problem in notes:
        yield problem_line(problem)
    for name, problems in files:
        for problem in problems:
            where = f"{problem.place}：" if problem.place else ""
            yield f"  {name}　{where}{problem.sentence}"
