"""直接载入我们制成的 e5 文件夹：不经模型库，省下几秒钟和一半内存，所得相同。"""

import json
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from tokenizers import Tokenizer

from index.bert import Bert, Form, best_type, model_of
from index.model import Model


def load(folder: Path) -> Model:
    """载入 `e5_folder` 制成的文件夹；别的文件夹交给 `library`。"""
    config = _json(folder / "config.json")
    pooling = _json(folder / "1_Pooling" / "config.json")
    form = Form(
        heads=config["num_attention_heads"],
        eps=config["layer_norm_eps"],
        longest=_json(folder / "sentence_bert_config.json")["max_seq_length"],
        first_only=pooling["pooling_mode_cls_token"],
    )
    weights = {name: tensor.to(best_type()) for name, tensor in load_file(folder / "model.safetensors").items()}
    bert = Bert(weights, Tokenizer.from_file(str(folder / "tokenizer.json")), form)
    prompts = _json(folder / "config_sentence_transformers.json")["prompts"]
    return model_of(bert, prompts["document"], prompts["query"])


def _json(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
