"""扫描件：认哪些页，认出的怎样成段，没认的怎样说；真的引擎只用在一小页上。"""

import io
from collections.abc import Callable
from itertools import count, pairwise
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import BrokenFile, EmptyFile, OversizedFile
from corpus.outline import parse
from corpus.readers import ocr, read_bytes
from corpus.readers.layout import Glyph
from corpus.readers.scan import pages_text
from corpus.readers.sight import Seen
from corpus.records import Text
from tests.corpus import files
from tests.corpus.sights import Eager

PAGE = Path(__file__).with_name("pictures") / "扫描页.png"
PARAGRAPHS = [
    "青溪县交通运输局2023年工作总结",
    "一、主要工作完成情况",
    (
        "2023年，全县完成交通固定资产投资3.26亿元，同比增长12.5%；新改建农村公路47公里，改造危桥6座，"
        "实施村道安防工程118公里。"
    ),
    "二是抓运输，新增公交车15辆，开通城乡公交线路4条，建制村通客车率达到100%。",
]
WAITING = "等待识别 1 页：是扫描图像，或文字层是乱码。"
RECOGNISED = "文字是从扫描图像识别出来的，可能有错字，数字请对照原件。"


def lines(text: Text) -> list[tuple[int | None, str]]:
    return [(line.page, line.text) for line in text.lines]


def spoken(number: int) -> str:
    """第几句；各句不同，不像页眉。"""
    return f"{'零壹贰叁肆伍陆柒捌'[number]}河完成公路{number}公里。"


def picture(number: int = 1) -> Image.Image:
    """一页图像；宽度说明是第几幅。"""
    made = Image.new("RGB", (1000 + number, 1400), "white")
    ImageDraw.Draw(made).rectangle((100, 100, 500, 140), "black")
    return made


def stored(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def scanned_pdf(*pages: Image.Image | str) -> bytes:
    """每页一幅满版的图像，或几行字。"""
    made = io.BytesIO()
    canvas = Canvas(made, (595, 842), invariant=True)
    for page in pages:
        if isinstance(page, str):
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(70, 760, f"{page}，写得满满的，一直写到了这一行的末尾才算完了这一件事，还没有")
            canvas.drawString(70, 736, "写完，这一行就写完了。")
        else:
            canvas.drawImage(ImageReader(page), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """替身引擎：一页认出一句，说的是第几次认。"""
    calls = count(1)

    def recognise(image: Image.Image) -> Seen:
        return Seen(image.width, (Glyph(spoken(next(calls)), 100, 500, 100, 140),))

    monkeypatch.setattr(ocr, "recognise", recognise)
    monkeypatch.setattr(ocr, "is_installed", lambda: True)


@pytest.mark.skipif(not ocr.is_installed(), reason="没有安装文字识别组件")
def test_a_real_page_is_read_and_its_lines_are_joined() -> None:
    text = read_bytes(PAGE.read_bytes(), "总结.png", Eager())
    assert lines(text) == [(1, paragraph) for paragraph in PARAGRAPHS]
    assert (text.recognised, text.waiting, [problem.sentence for problem in text.problems]) == ((1,), (), [RECOGNISED])


@pytest.mark.skipif(not ocr.is_installed(), reason="没有安装文字识别组件")
@pytest.mark.parametrize(
    "turned",
    [
        lambda page: page.transpose(Image.Transpose.ROTATE_90),
        lambda page: page.convert("L").rotate(1.5, fillcolor=255, expand=True),
    ],
    ids=["横放", "歪斜"],
)
def test_a_turned_page_is_read_upright(turned: Callable[[Image.Image], Image.Image]) -> None:
    with Image.open(PAGE) as page:
        data = stored(turned(page))
    assert [line.text for line in read_bytes(data, "横.png", Eager()).lines] == PARAGRAPHS


@pytest.mark.usefixtures("engine")
def test_scanned_pages_stand_in_their_place_among_text_pages() -> None:
    data = scanned_pdf("第一页的文字", picture(7), "第三页的文字")
    assert read_bytes(data, "总结.pdf").waiting == (2,)
    text = read_bytes(data, "总结.pdf", Eager())
    assert [(page, line[:6]) for page, line in lines(text)] == [
        (1, "第一页的文字"),
        (2, spoken(1)[:6]),
        (3, "第三页的文字"),
    ]
    assert [(problem.place, problem.sentence) for problem in text.problems] == [("第 2 页", RECOGNISED)]
    assert [report.recognised for report in parse(text, "总结.pdf")] == [(2,)]


@pytest.mark.usefixtures("engine")
def test_pages_of_a_tiff_up_to_what_is_wanted() -> None:
    data = stored(picture(1), "TIFF", save_all=True, append_images=[picture(2), picture(3)])
    sight = Eager(most=2)
    text = read_bytes(data, "三页.tif", sight)
    assert lines(text) == [(1, spoken(1)), (2, spoken(2))]
    assert (text.recognised, text.waiting) == ((1, 2), (3,))
    assert [(problem.place, problem.sentence) for problem in text.problems] == [
        ("第 1–2 页", RECOGNISED),
        ("第 3 页", WAITING),
    ]


@pytest.mark.usefixtures("engine")
def test_a_page_once_recognised_is_not_recognised_again() -> None:
    data, sight = scanned_pdf(picture(1), picture(2)), Eager()
    first = read_bytes(data, "旧名.pdf", sight)
    kept = dict(sight.kept)
    again = read_bytes(data, "新名.pdf", sight)
    assert (lines(again), sight.kept, len(kept)) == (lines(first), kept, 2)


@pytest.mark.usefixtures("engine")
def test_nonsense_text_layer_is_recognised_instead() -> None:
    made = io.BytesIO()
    canvas = Canvas(made, (595, 842), invariant=True)
    canvas.drawString(70, 700, "\x81\x8d\x8f\x90\x9d þÿ¤¦¨ª¬®°²´ ¹º¼½¾ ÀÂÄÆÈ ÐÒÔÖØ")
    canvas.save()
    assert read_bytes(made.getvalue(), "乱码.pdf").waiting == (1,)
    assert len(read_bytes(made.getvalue(), "乱码.pdf", Eager()).lines) == 1


@pytest.mark.usefixtures("engine")
def test_pictures_of_a_word_file_without_words() -> None:
    document = docx.Document()
    for image in (Image.new("RGB", (60, 60)), picture(5), picture(6)):
        document.add_picture(io.BytesIO(stored(image)))
    made = io.BytesIO()
    document.save(made)
    text = read_bytes(made.getvalue(), "扫描.docx", Eager())
    assert lines(text) == [(1, spoken(1)), (2, spoken(2))]


@pytest.mark.usefixtures("engine")
def test_image_page_of_an_ofd() -> None:
    data = files.ofd([[(30, 40, "第一页有文字的，完成公路建设。")], stored(picture(8))])
    assert read_bytes(data, "公文.ofd").waiting == (2,)
    text = read_bytes(data, "公文.ofd", Eager())
    assert (lines(text)[-1], text.recognised) == ((2, spoken(1)), (2,))


@pytest.mark.usefixtures("engine")
def test_scans_inside_an_archive_wait_and_are_recognised() -> None:
    data = files.zipped({"图.png": stored(picture(4)), "文.txt": "青溪县完成公路建设。"})
    blind = read_bytes(data, "包.zip")
    assert [(member.name, member.text.waiting) for member in blind.members] == [("图.png", (1,)), ("文.txt", ())]
    assert [report.name for report in parse(blind, "包.zip")] == ["包.zip#文.txt"]
    seeing = read_bytes(data, "包.zip", Eager())
    assert [report.name for report in parse(seeing, "包.zip")] == ["包.zip#图.png", "包.zip#文.txt"]


def test_without_the_engine_a_scan_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    text = read_bytes(PAGE.read_bytes(), "总结.png", Eager())
    assert (text.lines, text.waiting) == ((), (1,))
    assert [problem.sentence for problem in text.problems] == [
        f"{WAITING}请放入文字版，或运行 python3 scripts/start.py --ocr 装上文字识别组件。"
    ]


def test_blank_and_broken_pages_are_said(monkeypatch: pytest.MonkeyPatch, engine: None) -> None:
    assert engine is None
    monkeypatch.setattr(ocr, "recognise", lambda image: Seen(image.width, ()))
    with pytest.raises(EmptyFile):
        read_bytes(stored(picture()), "空白.png", Eager())
    text = read_bytes(scanned_pdf("第一页的文字", picture()), "半空.pdf", Eager())
    assert [problem.place for problem in text.problems] == ["第 2 页"]
    assert text.problems[0].sentence.startswith("没有识别出文字")
    broken = stored(picture(), "TIFF", save_all=True, append_images=[picture(2)])
    cut = broken[: len(broken) // 2]
    with pytest.raises((BrokenFile, EmptyFile)):
        read_bytes(cut, "断.tif", Eager())


def test_a_picture_bomb_is_refused() -> None:
    head = stored(Image.new("1", (9000, 9000)))
    with pytest.raises(OversizedFile, match="60 百万像素"):
        read_bytes(head, "炸弹.png", Eager())


def test_a_page_of_any_size_is_drawn_within_bounds(monkeypatch: pytest.MonkeyPatch, engine: None) -> None:
    assert engine is None
    sizes: list[tuple[int, int]] = []

    def measured(image: Image.Image) -> Seen:
        sizes.append(image.size)
        return Seen(image.width, (Glyph("完成公路。", 1, 90, 1, 20),))

    monkeypatch.setattr(ocr, "recognise", measured)
    made = io.BytesIO()
    canvas = Canvas(made, (14000, 14000), invariant=True)
    canvas.drawImage(ImageReader(picture()), 0, 0, 14000, 14000)
    canvas.save()
    read_bytes(made.getvalue(), "大.pdf", Eager())
    assert [width * height <= 12_100_000 for width, height in sizes] == [True]


@given(st.sets(st.integers(1, 60), min_size=1))
def test_page_numbers_are_said_in_runs(numbers: set[int]) -> None:
    said = pages_text(sorted(numbers)).removeprefix("第 ").removesuffix(" 页")
    ends = [part.split("–") for part in said.split("、")]
    assert {n for run in ends for n in range(int(run[0]), int(run[-1]) + 1)} == numbers
    assert all(int(a[-1]) + 1 < int(b[0]) for a, b in pairwise(ends))
