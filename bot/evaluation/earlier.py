"""上一次的结果：记在放索引的文件夹里，与这一次对照。"""

import json
from collections.abc import Sequence
from pathlib import Path

from bot.evaluation.scoring import Verdict

FILE = "evaluations.json"
"""各个题目文件上一次哪些题答对了。"""


def changed(
    state: Path, questions: Path, verdicts: Sequence[Verdict]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """与上一次相比新答对的、新答错的题号，并记下这一次；第一次没有可比的，为 None。"""
    path, key = state / FILE, str(questions.resolve())
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # 没有、或坏了，就当是第一次
        kept = {}
    before = kept.get(key)
    now = {v.item.id: v.right for v in verdicts}
    path.write_text(json.dumps(kept | {key: now}, ensure_ascii=False), encoding="utf-8")
    if before is None:
        return None
    return (
        tuple(i for i, right in now.items() if right and before.get(i) is False),
        tuple(i for i, right in now.items() if not right and before.get(i) is True),
    )
