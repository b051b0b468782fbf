"""BERT 的前向计算：同样的权重、同样的数，不经模型库的层层包装。"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import functional
from transformers import BertModel

SAME = 0.999
_SAMPLES = ("公路", "2023 年，全县新改建农村公路 30 公里，完成投资 1.8 亿元。")


@dataclass(frozen=True, slots=True)
class Linear:
    """y = x·Wᵀ + b。"""

    weight: Tensor
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """作用于最后一维。"""
        return functional.linear(x, self.weight, self.bias)


@dataclass(frozen=True, slots=True)
class Norm:
    """层归一化。"""

    weight: Tensor
    bias: Tensor
    eps: float

    def __call__(self, x: Tensor) -> Tensor:
        """作用于最后一维。"""
        return functional.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


@dataclass(frozen=True, slots=True)
class Layer:
    """一层：查询、键、值并成一次乘法的注意力，接两次全连接。"""

    attend: Linear
    project: Linear
    attended: Norm
    widen: Linear
    narrow: Linear
    finished: Norm

    def __call__(self, x: Tensor, heads: int, mask: Tensor | None) -> Tensor:
        """算一层。

        Args:
            x: [句, 词, 隐层宽]。
            heads: 头数。
            mask: [句, 1, 1, 词]，真为有词；各句一样长则为 None。
        """
        queries, keys, values = self.attend(x).view(*x.shape[:2], 3, heads, -1).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        x = self.attended(x + self.project(seen.transpose(1, 2).flatten(2)))
        return self.finished(x + self.narrow(functional.gelu(self.widen(x))))


class Bert:
    """从载好的 sentence-transformers 模型取出权重，照样编码。

    Args:
        model: 第一个模块是 BertModel，池化为均值或首词。
    """

    def __init__(self, model: SentenceTransformer) -> None:
        bert = cast("BertModel", model[0].auto_model)
        embeddings = bert.embeddings
        self._tokenizer = model.tokenizer.backend_tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(model.max_seq_length or bert.config.max_position_embeddings)
        self._heads = bert.config.num_attention_heads
        self._first_only = model[1].pooling_mode == "cls"
        self._words = embeddings.word_embeddings.weight
        self._places = embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
        self._entry = _norm(embeddings.LayerNorm)
        self._layers = [_layer(layer) for layer in bert.encoder.layer]

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """编码，得 float32 [n, dim]，每行长度为 1；`texts` 已带提示语。"""
        tokens = [torch.tensor(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]
        lengths = torch.tensor([len(one) for one in tokens])
        with torch.inference_mode():
            ids = torch.nn.utils.rnn.pad_sequence(tokens, batch_first=True)
            present = torch.arange(ids.shape[1]) < lengths[:, None]
            mask = None if bool(present.all()) else present[:, None, None]
            x = self._entry(self._words[ids] + self._places[: ids.shape[1]])
            for layer in self._layers:
                x = layer(x, self._heads, mask)
            pooled = x[:, 0].float() if self._first_only else (x.float() * present[..., None]).sum(1)
            return functional.normalize(pooled, dim=-1)


def bert_of(model: SentenceTransformer) -> Bert | None:
    """模型合适（CPU 上的 BERT，均值或首词池化），并且试编几句与库所得相同，才给出；否则由库自己编码。"""
    if not _is_plain_bert(model):
        return None
    expected = model.encode(list(_SAMPLES), convert_to_tensor=True, show_progress_bar=False)
    bert = Bert(model)
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


def _layer(layer: torch.nn.Module) -> Layer:
    """一层的权重，按 BertLayer 的部件名取。"""
    part = layer.get_submodule
    three = [part(f"attention.self.{name}") for name in ("query", "key", "value")]
    return Layer(
        attend=Linear(
            torch.cat([_tensor(one, "weight") for one in three]), torch.cat([_tensor(one, "bias") for one in three])
        ),
        project=_linear(part("attention.output.dense")),
        attended=_norm(part("attention.output.LayerNorm")),
        widen=_linear(part("intermediate.dense")),
        narrow=_linear(part("output.dense")),
        finished=_norm(part("output.LayerNorm")),
    )


def _linear(module: torch.nn.Module) -> Linear:
    return Linear(_tensor(module, "weight"), _tensor(module, "bias"))


def _norm(module: torch.nn.Module) -> Norm:
    return Norm(_tensor(module, "weight"), _tensor(module, "bias"), float(module.eps))  # type: ignore[arg-type]


def _tensor(module: torch.nn.Module, name: str) -> Tensor:
    return module.get_parameter(name).detach()
