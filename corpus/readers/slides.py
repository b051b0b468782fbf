"""演示文稿（.pptx）：逐页取标题、文字、表格和备注。"""

import io
from collections.abc import Iterable, Iterator

import pptx
from pptx.exc import PythonPptxError
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide

from corpus.errors import BrokenFile, EmptyFile, HostileFile
from corpus.readers.digits import count
from corpus.readers.safe import PARSER_FAULTS, open_archive
from corpus.readers.tables import lost_digits, sentences
from corpus.records import Line, Text

_KIND = "演示文稿"
_FAULTS: tuple[type[Exception], ...] = (PythonPptxError, *PARSER_FAULTS)


def read(data: bytes, name: str) -> Text:
    """读一份演示文稿。

    Raises:
        EmptyFile: 没有文字。
        BrokenFile: 损坏。
    """
    archive = open_archive(data, name, _KIND)
    if any(
        b"<!DOCTYPE" in archive.read(member)[:4096] for member in archive.names() if member.endswith((".xml", ".rels"))
    ):
        raise HostileFile(name)
    try:
        deck = pptx.Presentation(io.BytesIO(data))
        slides = [list(_slide(slide, page)) for page, slide in enumerate(deck.slides, 1)]
    except _FAULTS as error:
        raise BrokenFile(name, _KIND) from error
    lines = [line for slide in slides for line, _ in slide if line.text.strip()]
    if not lines:
        raise EmptyFile(name)
    return Text(tuple(lines), sum(digits for slide in slides for _, digits in slide))


def _slide(slide: Slide, page: int) -> Iterator[tuple[Line, int]]:
    """一页的各行和每行在原始层的数字个数。"""
    title = slide.shapes.title
    for shape in _ordered(slide.shapes):
        level = 1 if title is not None and shape.shape_id == title.shape_id else None
        yield from _shape(shape, page, level)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for text in slide.notes_slide.notes_text_frame.text.splitlines():
            yield Line(text, page, whole=True), count(text)


def _ordered(shapes: Iterable[BaseShape]) -> list[BaseShape]:
    """自上而下、自左而右。"""
    return sorted(shapes, key=lambda shape: (int(shape.top or 0), int(shape.left or 0)))


def _shape(shape: BaseShape, page: int, level: int | None) -> Iterator[tuple[Line, int]]:
    if isinstance(shape, GroupShape):
        for inner in _ordered(shape.shapes):
            yield from _shape(inner, page, None)
    elif isinstance(shape, GraphicFrame) and shape.has_table:
        grid = [[cell.text for cell in row.cells] for row in shape.table.rows]
        made = sentences(grid)
        for at, text in enumerate(made):
            yield Line(text, page, whole=True), count(text) + (lost_digits(grid, made) if at == 0 else 0)
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:  # type: ignore[attr-defined]  # 有文本框的图形都有 text_frame
            text = "".join(run.text for run in paragraph.runs) or paragraph.text
            yield Line(text.replace("\v", ""), page, level=level, whole=True), count(text)
