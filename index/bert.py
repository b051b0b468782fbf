"""BERT 的前向计算：同样的权重、同样的数，不经模型库的层层包装。"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from index.model import Floats, Model


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


@dataclass(frozen=True, slots=True)
class Form:
    """权重之外要知道的。

    Args:
        heads: 头数。
        eps: 层归一化的小数。
        longest: 一句至多几个词。
        first_only: 池化取首词；否则取均值。
    """

    heads: int
    eps: float
    longest: int
    first_only: bool


class Bert:
    """由 BertModel 的权重编码。

    Args:
        weights: 各张量，按 BertModel 的名字。
        tokenizer: 分词器；补齐与截断由这里重设。
        form: 权重之外要知道的。
    """

    def __init__(self, weights: Mapping[str, Tensor], tokenizer: Tokenizer, form: Form) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(form.longest)
        self._form = form
        self._words = weights["embeddings.word_embeddings.weight"]
        kinds = weights["embeddings.token_type_embeddings.weight"]
        self._places = weights["embeddings.position_embeddings.weight"] + kinds[0]
        self._entry = _norm(weights, "embeddings.LayerNorm", form.eps)
        count = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
        self._layers = [_layer(weights, f"encoder.layer.{number}", form.eps) for number in range(count)]

    @property
    def dim(self) -> int:
        """向量的维数。"""
        return self._words.shape[1]

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
                x = layer(x, self._form.heads, mask)
            pooled = x[:, 0].float() if self._form.first_only else (x.float() * present[..., None]).sum(1)
            return functional.normalize(pooled, dim=-1)


def best_type() -> torch.dtype:
    """权重用多宽的浮点：CPU 有 AMX 时，半宽快一倍，余弦仍在 0.9999 以上。"""
    fast = not torch.cuda.is_available() and bool(torch.cpu.get_capabilities().get("amx_bf16"))
    return torch.bfloat16 if fast else torch.float32


def model_of(bert: Bert, passage_prompt: str, query_prompt: str) -> Model:
    """各带各的提示语编码。"""

    def prompted(prompt: str) -> Callable[[list[str]], Floats]:
        def vectors(texts: list[str]) -> Floats:
            found: Floats = bert([prompt + text for text in texts]).numpy()
            return found

        return vectors

    return Model(prompted(passage_prompt), prompted(query_prompt), bert.dim)


def _layer(weights: Mapping[str, Tensor], name: str, eps: float) -> Layer:
    """一层的权重，按 BertLayer 的部件名取。"""
    three = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    return Layer(
        attend=Linear(
            torch.cat([weights[f"{one}.weight"] for one in three]), torch.cat([weights[f"{one}.bias"] for one in three])
        ),
        project=_linear(weights, f"{name}.attention.output.dense"),
        attended=_norm(weights, f"{name}.attention.output.LayerNorm", eps),
        widen=_linear(weights, f"{name}.intermediate.dense"),
        narrow=_linear(weights, f"{name}.output.dense"),
        finished=_norm(weights, f"{name}.output.LayerNorm", eps),
    )


def _linear(weights: Mapping[str, Tensor], name: str) -> Linear:
    return Linear(weights[f"{name}.weight"], weights[f"{name}.bias"])


def _norm(weights: Mapping[str, Tensor], name: str, eps: float) -> Norm:
    return Norm(weights[f"{name}.weight"], weights[f"{name}.bias"], eps)
