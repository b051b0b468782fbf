"""`evaluate`：拿自己的题目量它答得对不对。"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.chinese import Command, places

if TYPE_CHECKING:
    from bot.evaluation.scoring import Rate, Verdict


@click.command(cls=Command)
@click.argument("questions", metavar="题目", type=click.Path(path_type=Path))
@places
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 对象。")
@click.option("--failures", type=click.Path(path_type=Path), metavar="文件", help="把答错的题逐行写成 JSON。")
def evaluate(questions: Path, corpus: Path | None, data: Path | None, failures: Path | None, *, as_json: bool) -> None:
    """用自己的题目（.jsonl 或 .xlsx）量它答得对不对；值错即零分，不用语言模型评判。"""
    from bot.app import open_application  # noqa: PLC0415 - 只看说明时不必等它
    from bot.evaluation.earlier import changed  # noqa: PLC0415
    from bot.evaluation.questions import read_items  # noqa: PLC0415
    from bot.evaluation.scoring import judge  # noqa: PLC0415

    items = read_items(questions)
    with open_application(corpus, data) as application:
        application.update()
        verdicts = [judge(item, application.answer(item.question, item.history)) for item in items]
        since = changed(application.data, questions, verdicts)
    if failures is not None:
        lines = (json.dumps(_failure(v), ensure_ascii=False) + "\n" for v in verdicts if not v.right or v.invented)
        failures.write_text("".join(lines), encoding="utf-8")
    click.echo(_as_json(verdicts, since) if as_json else _as_text(verdicts, since))


def _failure(verdict: "Verdict") -> dict[str, Any]:
    item, reply = verdict.item, verdict.reply
    return {
        "id": item.id,
        "type": item.kind,
        "question": item.question,
        "status": reply.status.value,
        "answer": reply.text,
        "why": list(verdict.faults),
        "invented": list(verdict.invented),
    }


Since = tuple[tuple[str, ...], tuple[str, ...]] | None


def _as_json(verdicts: list["Verdict"], since: Since) -> str:
    from bot.evaluation.scoring import by_kind, figures  # noqa: PLC0415

    def rates(found: dict[str, "Rate"]) -> dict[str, Any]:
        return {name: {"value": round(value, 4), "n": n} for name, (value, n) in found.items()}

    compared = None if since is None else {"better": since[0], "worse": since[1]}
    written = {"figures": rates(figures(verdicts)), "kinds": rates(by_kind(verdicts)), "since_last": compared}
    return json.dumps(written, ensure_ascii=False)


def _as_text(verdicts: list["Verdict"], since: Since) -> str:
    from bot.evaluation.scoring import FIGURES, by_kind, figures  # noqa: PLC0415

    found = figures(verdicts)
    lines = [f"{found[name][0]:6.1%}  {what}（共 {found[name][1]} 题）" for name, what, _ in FIGURES if name in found]
    lines += ["", "各类题答对的："]
    lines += [f"{value:6.1%}  {kind}（共 {n} 题）" for kind, (value, n) in by_kind(verdicts).items()]
    if since is not None:
        better, worse = since
        lines += ["", f"比上次新答对 {len(better)} 题：{'、'.join(better)}" if better else "没有新答对的题。"]
        lines += [f"比上次新答错 {len(worse)} 题：{'、'.join(worse)}" if worse else "没有新答错的题。"]
    return "\n".join(lines)
