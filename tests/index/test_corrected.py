"""更正、丢数警报、正在被写的文件与预估。"""

import time
from pathlib import Path

import pytest

from corpus.corrections import FILE, Correction, correct
from corpus.readers import isolated
from corpus.readers.sight import Sight
from corpus.records import Line, Problem, Text
from index.build import bring_up_to_date
from index.forecast import forecast
from index.store import Store
from tests.encoders import BrokenEncoder, HashEncoder
from tests.index.samples import LINXI_2022, LONG_AGO, QINGHE_2023, put


def test_correction_reaches_the_report_its_passages_and_facts(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    correct(folder, "青河.txt", Correction(title="青河县交通工作总结", issuer="青河县交通局"))
    encoder = HashEncoder()
    outcome = bring_up_to_date(folder, store, encoder)
    assert (outcome.read, outcome.unchanged) == (("青河.txt",), 1)
    report = store.report("青河.txt")
    assert (report.title, report.issuer) == ("青河县交通工作总结", "青河县交通局")
    assert {fact.issuer for fact in store.facts_of_report("青河.txt")} == {"青河县交通局"}
    assert all("青河县交通工作总结" in text for text in encoder.encoded)
    assert bring_up_to_date(folder, store, HashEncoder()).changed is False


def test_issuer_alone_costs_no_encoding(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    correct(folder, "临溪/2022年.md", Correction(issuer="临溪市公路局"))
    outcome = bring_up_to_date(folder, store, HashEncoder())
    assert (outcome.read, outcome.encoded) == (("临溪/2022年.md",), 0)


def test_correction_survives_a_change_of_the_file_and_can_be_taken_back(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    read = store.report("青河.txt").issuer
    correct(folder, "青河.txt", Correction(issuer="青河县交通局"))
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
    bring_up_to_date(folder, store, HashEncoder())
    assert (store.report("青河.txt").issuer, "43公里" in store.report("青河.txt").text) == ("青河县交通局", True)
    (folder / FILE).unlink()
    bring_up_to_date(folder, store, HashEncoder())
    assert store.report("青河.txt").issuer == read


def test_unreadable_corrections_are_a_problem_and_the_last_good_ones_stay(folder: Path, store: Store) -> None:
    correct(folder, "青河.txt", Correction(issuer="青河县交通局"))
    bring_up_to_date(folder, store, HashEncoder())
    put(folder, FILE, "[青河", LONG_AGO)
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
    outcome = bring_up_to_date(folder, store, HashEncoder())
    assert (outcome.read, store.report("青河.txt").issuer) == (("青河.txt",), "青河县交通局")
    assert [problem.file for problem in store.notes.problems()] == [FILE]
    assert [problem.file for problem in outcome.problems] == [FILE]


def test_correction_of_a_report_that_is_not_there_is_a_problem(folder: Path, store: Store) -> None:
    correct(folder, "不在.txt", Correction(year=2022))
    bring_up_to_date(folder, store, HashEncoder())
    assert [(problem.file, problem.place) for problem in store.notes.problems()] == [(FILE, "《不在.txt》")]
    put(folder, "不在.txt", LINXI_2022)
    bring_up_to_date(folder, store, HashEncoder())
    assert store.notes.problems() == ()


def test_lost_digits_raise_the_alarm(folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "read", lambda *_: Text((Line("新增公交车15辆。"),), 7))
    outcome = bring_up_to_date(folder, store, HashEncoder())
    assert outcome.with_problems == ("临溪/2022年.md", "青河.txt")
    said = "可能丢了数字：原文件里有 7 个数字字符，读出的少了 5 个。"
    assert outcome.problems[1].sentence.startswith(said)
    assert [(file.raw_digits, file.read_digits) for file in store.files()] == [(7, 2), (7, 2)]


def test_file_being_written_is_left_with_a_sentence(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def growing(seconds: float) -> None:
        with (folder / "青河.txt").open("a", encoding="utf-8") as file:
            file.write(f"还在写，等了{seconds}\n")

    bring_up_to_date(folder, store, HashEncoder())
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), int(time.time()))
    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", growing)
        outcome = bring_up_to_date(folder, store, HashEncoder())
    sentence = "《青河.txt》正在被写入或移动，这一次没有读，写完后下一次再读。"
    assert (outcome.waiting, outcome.problems) == (("青河.txt",), (Problem("青河.txt", "", sentence),))
    assert "42公里" in store.report("青河.txt").text
    assert bring_up_to_date(folder, store, HashEncoder()).read == ("青河.txt",)
    assert "43公里" in store.report("青河.txt").text


def test_file_removed_while_reading_is_gone_next_time(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanishing(path: Path, name: str, _: Sight) -> Text:
        path.unlink()
        return Text((Line(name),), 0)

    monkeypatch.setattr(isolated, "read", vanishing)
    assert bring_up_to_date(folder, store, HashEncoder()).waiting == ("临溪/2022年.md", "青河.txt")
    assert store.files() == ()


def test_forecast_counts_what_would_be_encoded_and_changes_nothing(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder())
    generation = store.generation()
    put(folder, "青河.txt", QINGHE_2023.replace("42公里", "43公里"), LONG_AGO + 60)
    put(folder, "空.txt", b"")
    found = forecast(folder, store, "hash-64")
    assert [state.name for state in found.changes.fresh] == ["空.txt", "青河.txt"]
    assert (found.to_encode, found.passages) == (1, store.reports()[1].passages)
    assert ([problem.file for problem in found.problems], found.seconds) == (["空.txt"], None)
    assert store.generation() == generation
    outcome = bring_up_to_date(folder, store, HashEncoder())
    assert outcome.encoded == found.to_encode


def test_forecast_of_another_encoder_is_every_text(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, HashEncoder("旧"))
    store.notes.keep_pace("新", 0.5)
    found = forecast(folder, store, "新")
    assert (found.changes.fresh, found.to_encode) == ((), store.passage_count)
    assert found.seconds == pytest.approx(0.5 * store.passage_count, abs=0.1)


def test_forecast_without_changes_costs_nothing(folder: Path, store: Store) -> None:
    bring_up_to_date(folder, store, BrokenEncoder("旧"))
    bring_up_to_date(folder, store, HashEncoder("旧"))
    found = forecast(folder, store, "旧")
    assert (found.changes.fresh, found.to_encode, found.size) == ((), 0, 0)
