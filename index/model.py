"""载好的模型，以及载入之前的布置。"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float32]"


@dataclass(frozen=True, slots=True)
class Model:
    """载好的模型：两种编码（各得 float32 [n, dim]，每行长度为 1）与维数。"""

    passages: Callable[[list[str]], Floats]
    queries: Callable[[list[str]], Floats]
    dim: int


def prepare_environment() -> None:
    """各库在导入时读这些变量：不联网；等待时不空转，机器忙时不至于慢十倍。"""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
