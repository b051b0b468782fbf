"""一个报告文件夹和它的索引。"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.folder import state_dir
from index.store import Store
from tests.index.samples import LINXI_2022, QINGHE_2023, put


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """名字里有汉字和空格的报告文件夹，里面两份报告。"""
    made = tmp_path / "工作 报告"
    put(made, "青河.txt", QINGHE_2023)
    put(made, "临溪/2022年.md", LINXI_2022)
    return made


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """这个文件夹的索引。"""
    with Store(state_dir(folder) / "index.sqlite") as opened:
        yield opened
