"""统计：答了多少、答得多快、现在有什么，供 Prometheus 来取。"""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.answer import Reply
from bot.feedback import feedback_inbox
from bot.ledger.file import Ledger
from bot.ledger.outbox import waiting
from bot.office import Library

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """一个程序的统计；每个程序一份，不用全局的。"""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter("jihuatong_questions", "答过的问题", ("channel", "status"), registry=self._registry)
        self._seconds = Histogram(
            "jihuatong_answer_seconds", "答一问用的秒数", ("channel",), buckets=_SECONDS, registry=self._registry
        )
        self._requests = Counter(
            "jihuatong_http_requests", "网页收到的请求", ("method", "status"), registry=self._registry
        )

    def answered(self, channel: str, reply: Reply | None, seconds: float) -> None:
        """答了一问；没答成的记为 failed。"""
        self._questions.labels(channel, "failed" if reply is None else reply.status.value).inc()
        self._seconds.labels(channel).observe(seconds)

    def requested(self, method: str, status: int) -> None:
        """网页收到一个请求。"""
        self._requests.labels(method, str(status)).inc()

    def watch(self, library: Library, ledger: Ledger) -> None:
        """来取的时候，再去看报告与台账现在怎样。"""
        self._registry.register(_Present(lambda: _present(library, ledger)))

    def text(self) -> bytes:
        """Prometheus 的文字格式。"""
        return generate_latest(self._registry)


class _Present(Collector):
    """此刻的几个数。"""

    def __init__(self, read: Callable[[], Iterator[Metric]]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        """逐个给出。"""
        return self._read()

    def describe(self) -> Iterator[Metric]:
        """登记时不去看。"""
        return iter(())


def _present(library: Library, ledger: Ledger) -> Iterator[Metric]:
    entries, files = library.reports(), library.files()
    numbers = {
        ("reports", "已入库的报告"): len(entries),
        ("files_unread", "没有读出的文件"): sum(file.reports == 0 for file in files),
        ("facts", "认出的数字"): sum(entry.facts for entry in entries),
        ("generation", "索引的第几代"): library.generation(),
        ("indexing", "是否正在更新索引"): int(library.progress() is not None),
        ("outbox_waiting", "待发的消息"): len(waiting(ledger)),
        ("feedback_open", "未处理的反馈，至多数到一千"): len(feedback_inbox(ledger, limit=1000)),
    }
    for (name, said), value in numbers.items():
        yield GaugeMetricFamily(f"jihuatong_{name}", said, value=value)
