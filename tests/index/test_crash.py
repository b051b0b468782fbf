"""断电、被杀、磁盘满、文件坏：旧的答案还在，下一次做完。"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import database
from index.build import bring_up_to_date
from index.errors import NoRoom
from index.folder import state_dir
from index.nearest import FILE, Nearest
from index.store import Store
from index.verify import verify
from tests.encoders import HashEncoder
from tests.index.samples import LINXI_2022, LONG_AGO, QINGHE_2023, put

ROOT = Path(__file__).parents[2]
CHANGED = QINGHE_2023.replace("42公里", "43公里")
POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="靠 fork 与 SIGKILL")


def made(place: Path) -> Path:
    """一个已入库又有改动的地方：一份改、一份新、一份删、一份改名。"""
    folder = place / "报告"
    put(folder, "青河.txt", QINGHE_2023)
    put(folder, "临溪.md", LINXI_2022)
    put(folder, "旧名.txt", LINXI_2022.replace("临溪", "东溪"))
    with Store(state_dir(folder, place / "索引") / "index.sqlite") as store:
        bring_up_to_date(folder, store, HashEncoder())
    put(folder, "青河.txt", CHANGED, LONG_AGO + 60)
    put(folder, "三河.txt", QINGHE_2023.replace("青河", "三河"))
    (folder / "临溪.md").unlink()
    (folder / "旧名.txt").rename(folder / "新名.txt")
    return place


def stands_whole(store: Store) -> None:
    """每份报告不是整份旧的，就是整份新的；没有动的答案都在。"""
    texts = {entry.name: store.report(entry.name).text for entry in store.reports()}
    assert "青河.txt" in texts
    assert ("42公里" in texts["青河.txt"]) != ("43公里" in texts["青河.txt"])
    assert ("旧名.txt" in texts) != ("新名.txt" in texts)
    for entry in store.reports():
        passages = store.passages_of_report(entry.name)
        assert len(passages) == entry.passages
        assert all(passage.span.of(texts[entry.name]) == passage.text for passage in passages.values())
        assert sum(map(len, store.facts(passages).values())) == entry.facts
    vectors = Nearest(store, "hash-64").current()
    assert vectors is None or set(vectors.ids.tolist()) <= set(store.catalogue().ids.tolist())


def finishes(place: Path, store: Store) -> None:
    """再运行一次，一切就绪，查验也没有话说。"""
    bring_up_to_date(place / "报告", store, HashEncoder())
    assert [entry.name for entry in store.reports()] == ["三河.txt", "新名.txt", "青河.txt"]
    assert "43公里" in store.report("青河.txt").text
    vectors = Nearest(store, "hash-64").current()
    assert vectors is not None
    assert not vectors.disagrees(*store.vectors("hash-64"))
    assert len(vectors) == store.passage_count
    found = store.match(["临溪"], 10)
    assert not found
    assert verify(place / "报告", store.path, HashEncoder()) == ()


def survives(place: Path) -> None:
    """照现在的样子打开：旧的答案还在，下一次做完。"""
    with Store(place / "索引" / "index.sqlite") as store:
        stands_whole(store)
        finishes(place, store)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """在每一个写的步骤被杀之后的样子；最后一个是做完的。"""
    place = tmp_path_factory.mktemp("逐步")
    made(place / "样本")
    target = place / "被杀"
    command = [sys.executable, "-X", "utf8", "-W", "ignore", "-m", "tests.index.crashing"]
    subprocess.run([*command, place / "样本", target], check=True, cwd=ROOT)
    return tuple(sorted(target.iterdir()))


@POSIX_ONLY
def test_killed_at_every_write_the_old_answers_stand_and_the_next_run_finishes(killed: tuple[Path, ...]) -> None:
    assert len(killed) > 50
    for place in killed:
        survives(shutil.copytree(place, place.parent.parent / "察看" / place.name))


@POSIX_ONLY
def test_torn_tail_of_the_log_loses_only_what_was_not_done(killed: tuple[Path, ...], tmp_path: Path) -> None:
    fullest = max(killed, key=lambda place: _log(place).stat().st_size if _log(place).exists() else 0)
    size = _log(fullest).stat().st_size
    assert size > 30_000
    for part, damage in enumerate((0, 1, 100, 5000, size // 2, size - 33)):
        torn = shutil.copytree(fullest, tmp_path / f"{part}")
        with _log(torn).open("r+b") as log:
            if part % 2:
                log.truncate(size - damage)
            else:
                log.seek(max(32, size - damage - 4096))
                log.write(os.urandom(min(4096, size)))
        survives(torn)


def _log(place: Path) -> Path:
    return place / "索引" / "index.sqlite-wal"


@pytest.mark.parametrize("start", [0, 40, 5000])
def test_broken_faiss_file_is_never_trusted(tmp_path: Path, start: int) -> None:
    place = made(tmp_path)
    file = place / "索引" / FILE
    content = bytearray(file.read_bytes())
    content[start : start + 200] = os.urandom(200)
    file.write_bytes(content)
    survives(place)


def test_full_disk_keeps_the_old_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cramped(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        return connection

    place = made(tmp_path)
    put(place / "报告", "大.txt", QINGHE_2023 + "新增公交车15辆，开通线路3条。\n" * 400)
    connect = database._connect  # noqa: SLF001  从引擎这一层装满
    with monkeypatch.context() as patch:
        patch.setattr(database, "_connect", cramped)
        with Store(place / "索引" / "index.sqlite") as store, pytest.raises(NoRoom, match="请腾出空间"):
            bring_up_to_date(place / "报告", store, HashEncoder())
    (place / "报告" / "大.txt").unlink()
    survives(place)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """一个 2 MB 的盘；要有 root。"""
    at = tmp_path / "盘"
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(at)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("挂不上小盘")
    yield at
    subprocess.run(["umount", "-l", str(at)], check=True)  # noqa: S607


def test_real_full_disk_at_every_point_keeps_the_old_answers(small_disk: Path, tmp_path: Path) -> None:
    place = made(tmp_path / "处")
    put(place / "报告", "大.txt", QINGHE_2023 + "新增公交车15辆，开通线路3条。\n" * 500)
    whole = place / "索引"
    full = 0
    for room in (0, 20_000, 60_000, 200_000, 500_000):
        used = small_disk / "索引"
        shutil.copytree(whole, used)
        filler = small_disk / "占着"
        with Store(used / "index.sqlite") as store:
            filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - room))
            try:
                bring_up_to_date(place / "报告", store, HashEncoder())
            except NoRoom:
                full += 1
            stands_whole(store)
            filler.unlink()
            bring_up_to_date(place / "报告", store, HashEncoder())
            names = [entry.name for entry in store.reports()]
            assert names == ["三河.txt", "大.txt", "新名.txt", "青河.txt"]
            assert verify(place / "报告", store.path, HashEncoder()) == ()
        filler.write_bytes(bytes(shutil.disk_usage(small_disk).free))
        (used / "index.sqlite-shm").unlink(missing_ok=True)
        with pytest.raises(NoRoom), Store(used / "index.sqlite"):
            pass
        filler.unlink()
        shutil.rmtree(used)
    assert full >= 3
