"""把 README 里的设置表更新成程序现有的设置：`python3 scripts/readme.py`。"""

import re
import sys

import environment

README = environment.PROJECT / "README.md"
TABLE = re.compile(r"^\| 键 \|.*?(?=\n\n)", re.DOTALL | re.MULTILINE)


def settings_table() -> str:
    """全部设置的表：键、是什么、默认值。"""
    from bot.settings import Settings  # noqa: PLC0415 要装好依赖才能导入

    rows = ["| 键 | 是什么 | 默认 |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, False) else f"`{field.default}`"
        rows.append(f"| `{name}` | {field.description} | {default} |")
    return "\n".join(rows)


def main() -> None:
    """改写 README。"""
    sys.path.insert(0, str(environment.PROJECT))
    text = README.read_text(encoding="utf-8")
    README.write_text(TABLE.sub(lambda _: settings_table(), text), encoding="utf-8")


if __name__ == "__main__":
    main()
