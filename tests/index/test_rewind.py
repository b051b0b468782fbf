"""过去的一代重现得一字不差；换下的留得有限，清掉了的说明为什么。"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.build import bring_up_to_date
from index.errors import GenerationGone
from index.folder import state_dir
from index.lifetimes import Keep
from index.nearest import Nearest
from index.retriever import Retriever
from index.rewind import rewound, since
from index.store import Store
from tests.encoders import BrokenEncoder, HashEncoder
from tests.index.samples import LINXI_2022, LONG_AGO, QINGHE_2023, put

QUESTIONS = ("完成农村公路新改建多少公里", "处治塌方滑坡几处", "新增新能源公交车多少辆")
Found = list[tuple[str, str, float]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """两份报告的文件夹。"""
    put(tmp_path, "青河.txt", QINGHE_2023)
    put(tmp_path, "临溪/2022年.md", LINXI_2022)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """建好的索引；换下的不限。"""
    with Store(state_dir(folder) / "index.sqlite", Keep()) as opened:
        bring_up_to_date(folder, opened, HashEncoder())
        yield opened


def answers(store: Store) -> list[Found]:
    """几个问题各检得什么：报告、段落、分数。"""
    nearest = Nearest(store, "hash-64", store.path.with_name("试.faiss"))
    retriever = Retriever(store, HashEncoder, nearest.current)
    found = []
    for question in QUESTIONS:
        hits = retriever.hits(question, (), 5)
        passages = store.passages([hit.passage for hit in hits])
        found.append([(passages[h.passage].document, passages[h.passage].text, round(h.score, 6)) for h in hits])
    return found


def everything(store: Store) -> list[object]:
    """索引里说的一切：报告、段落及其编号、数字。"""
    return [
        (entry, store.report(entry.name), store.passages_of_report(entry.name), store.facts_of_report(entry.name))
        for entry in store.reports()
    ]


def now() -> datetime:
    """此刻。"""
    return datetime.now(UTC)


def changed(folder: Path, store: Store) -> None:
    """改一份、删一份、添一份，再改个名。"""
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
    bring_up_to_date(folder, store, HashEncoder())
    (folder / "临溪" / "2022年.md").unlink()
    put(folder, "新来.txt", QINGHE_2023.replace("青河县", "红河县"))
    bring_up_to_date(folder, store, HashEncoder())
    (folder / "青河.txt").rename(folder / "青河县.txt")
    bring_up_to_date(folder, store, HashEncoder())


def test_a_generation_of_the_past_answers_as_it_did(folder: Path, store: Store) -> None:
    generation, asked, said, held = store.generation(), now(), answers(store), everything(store)
    changed(folder, store)
    assert answers(store) != said
    later = everything(store)
    what = since(store, generation, asked)
    assert (what.gone, what.fresh) == (("临溪/2022年.md", "青河.txt"), ("新来.txt", "青河县.txt"))
    assert (what.reread, what.encoder) == (False, "hash-64")
    with rewound(store, generation, HashEncoder()) as past:
        assert everything(past) == held
        assert answers(past) == said
    assert everything(store) == later
    assert not list(store.path.parent.glob(".jihuatong-*"))


def test_every_generation_on_the_way_can_be_seen_again(folder: Path, store: Store) -> None:
    kept = []
    for step in range(4):
        put(folder, "青河.txt", QINGHE_2023.replace("42公里", f"4{step + 3}公里"), LONG_AGO + 60 * (step + 1))
        bring_up_to_date(folder, store, HashEncoder())
        kept.append((store.generation(), everything(store)))
    for generation, held in kept:
        with rewound(store, generation, HashEncoder()) as past:
            assert everything(past) == held


def test_only_what_has_no_vector_is_encoded_again(folder: Path, store: Store) -> None:
    generation = store.generation()
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
    bring_up_to_date(folder, store, HashEncoder())
    encoder = HashEncoder()
    with rewound(store, generation, encoder) as past:
        assert past.encoder() == encoder.name
    assert len(encoder.encoded) == 1
    assert "42公里" in encoder.encoded[0]


def test_without_an_encoder_the_past_is_searched_by_words(folder: Path, store: Store) -> None:
    generation = store.generation()
    changed(folder, store)
    with rewound(store, generation, BrokenEncoder("hash-64")) as past:
        assert (past.encoder(), past.match(["塌方"], 3) != []) == ("", True)


def test_reading_the_same_words_again_is_no_change(folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    generation, asked = store.generation(), now()
    monkeypatch.setattr("index.planning.recipe", lambda: "新读法")
    assert len(bring_up_to_date(folder, store, HashEncoder()).read) == 2
    what = since(store, generation, asked)
    assert (what.gone, what.fresh, what.reread) == ((), (), True)
    assert store.past.reach().files == 0


def test_another_encoder_is_remembered_by_generation(folder: Path, store: Store) -> None:
    generation, asked = store.generation(), now()
    bring_up_to_date(folder, store, HashEncoder("hash-新"))
    assert since(store, generation, asked).encoder == "hash-64"
    assert since(store, store.generation(), now()).encoder == "hash-新"


@pytest.mark.parametrize("keep", [Keep(days=0), Keep(most=0)])
def test_what_is_kept_is_bounded(folder: Path, store: Store, keep: Keep) -> None:
    generation, asked = store.generation(), now()
    changed(folder, store)
    assert store.past.reach().files == 3
    with Store(store.path, keep) as strict:
        bring_up_to_date(folder, strict, HashEncoder())
        assert strict.past.reach().files == 0
        with pytest.raises(GenerationGone, match=r"第 \d+ 代索引已不在.*设置 past_days.*已经清掉"):
            since(strict, generation, asked)
        assert since(strict, strict.generation(), now()).gone == ()


def test_the_oldest_goes_first(folder: Path, store: Store) -> None:
    generation, asked = store.generation(), now()
    changed(folder, store)
    middle, then = store.generation(), now()
    put(folder, "青河县.txt", QINGHE_2023.replace("42公里", "44公里"), LONG_AGO + 120)
    bring_up_to_date(folder, store, HashEncoder())
    size = store.past.reach().bytes
    with Store(store.path, Keep(most=size - 1)) as strict:
        bring_up_to_date(folder, strict, HashEncoder())
        assert 0 < strict.past.reach().files < 4
        assert since(strict, middle, then).gone == ("青河县.txt",)
        with pytest.raises(GenerationGone):
            since(strict, generation, asked)


def test_restored_index_knows_nothing_of_generations_before(folder: Path, store: Store, tmp_path: Path) -> None:
    generation, asked = store.generation(), now()
    store.copy_to(tmp_path / "备份.sqlite")
    changed(folder, store)
    store.restore_from(tmp_path / "备份.sqlite")
    with pytest.raises(GenerationGone, match="由备份恢复过"):
        since(store, generation, asked)
    assert since(store, store.generation(), now() + timedelta(seconds=1)).gone == ()


def test_deleted_report_is_seen_nowhere_but_in_the_past(folder: Path, store: Store) -> None:
    (folder / "临溪" / "2022年.md").unlink()
    bring_up_to_date(folder, store, HashEncoder())
    assert not [one for found in answers(store) for one in found if one[0].startswith("临溪")]
    assert store.match(["塌方"], 5) == []
    assert [entry.name for entry in store.reports()] == ["青河.txt"]
