"""由 sentence-transformers 库载入任一模型。"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import functional
from transformers import BertModel
from transformers.utils import logging

from index.bert import Bert, Form, best_type, model_of
from index.model import Floats, Model

QUERY_PROMPTS = ("query",)
PASSAGE_PROMPTS = ("document", "passage", "corpus")
SAME = 0.999
_SAMPLES = ("公路", "2023 年，全县新改建农村公路 30 公里，完成投资 1.8 亿元。")


def load(folder: Path) -> Model:
    """载入模型，不联网、不打印。"""
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # 库未标类型
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # 库未标类型
    model = SentenceTransformer(str(folder), local_files_only=True, model_kwargs={"dtype": best_type()})
    bert = bert_of(model)
    if bert is not None:
        return model_of(bert, _prompt(model, PASSAGE_PROMPTS), _prompt(model, QUERY_PROMPTS))
    alone = threading.Lock()
    dim = model.get_embedding_dimension() or 0
    return Model(_vectors(model.encode_document, alone), _vectors(model.encode_query, alone), dim)


def bert_of(model: SentenceTransformer) -> Bert | None:
    """模型合适（CPU 上的 BERT，均值或首词池化），并且试编几句与库所得相同，才给出；否则由库自己编码。"""
    if not _is_plain_bert(model):
        return None
    expected = model.encode(list(_SAMPLES), convert_to_tensor=True, show_progress_bar=False)
    inner = cast("BertModel", model[0].auto_model)
    form = Form(
        heads=inner.config.num_attention_heads,
        eps=inner.config.layer_norm_eps,
        longest=model.max_seq_length or inner.config.max_position_embeddings,
        first_only=model[1].pooling_mode == "cls",
    )
    weights = {name: weight.detach() for name, weight in inner.named_parameters()}
    bert = Bert(weights, model.tokenizer.backend_tokenizer, form)
    agreement = (bert(_SAMPLES) * functional.normalize(expected.float(), dim=-1)).sum(-1)
    return bert if bool(agreement.min() > SAME) else None


def _is_plain_bert(model: SentenceTransformer) -> bool:
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling", "Normalize"], ["Transformer", "Pooling"]):
        return False
    bert, pooling = model[0].auto_model, model[1]
    return bool(
        type(bert) is BertModel
        and model.device.type == "cpu"
        and bert.config.hidden_act == "gelu"
        and not bert.config.is_decoder
        and pooling.pooling_mode in {"mean", "cls"}
        and pooling.include_prompt
        and model.default_prompt_name is None
    )


def _vectors(encode: Callable[..., Tensor], alone: threading.Lock) -> Callable[[list[str]], Floats]:
    """由库编码。库改动分词器的状态，同时只许一个线程。"""

    def vectors(texts: list[str]) -> Floats:
        with alone:
            raw = encode(texts, convert_to_tensor=True, show_progress_bar=False)
        found: Floats = functional.normalize(raw.float(), dim=-1).cpu().numpy()
        return found

    return vectors


def _prompt(model: SentenceTransformer, names: Sequence[str]) -> str:
    """与库的 `encode_query`、`encode_document` 一样选提示语。"""
    return next((model.prompts[name] for name in names if name in model.prompts), None) or ""
