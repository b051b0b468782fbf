"""由原稿生成随项目附带的报告：`python3 scripts/make_reports.py`。

把 scripts/report_sources/*.txt 逐份写成 corpus/reports/ 里同名的 .docx、.pdf、.ofd 或 .xlsx；原稿的写法见
report_source.py。需要测试环境里的库。同一份原稿无论何时、在哪台机器上生成，得到的文件逐字节相同。
"""

import sys
from collections.abc import Callable
from pathlib import Path

import report_docx
import report_ofd
import report_pdf
import report_xlsx
from report_source import Block, SourceError, format_of, parse

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "report_sources"
REPORTS = HERE.parent / "corpus" / "reports"
WRITERS: dict[str, Callable[[list[Block], str], bytes]] = {
    "docx": report_docx.written,
    "pdf": report_pdf.written,
    "ofd": report_ofd.written,
    "xlsx": report_xlsx.written,
}


def made(source: Path) -> tuple[str, bytes]:
    """由一份原稿生成的文件：文件名与字节。

    Raises:
        SourceError: 原稿有看不懂的行。
    """
    blocks = parse(source)
    kind = format_of(blocks)
    return f"{source.stem}.{kind}", WRITERS[kind](blocks, source.stem)


def main() -> int:
    """生成全部报告；有看不懂的原稿则报出并返回 1。"""
    failed = 0
    for source in sorted(SOURCES.glob("*.txt")):
        try:
            name, data = made(source)
        except SourceError as error:
            print(error, file=sys.stderr)
            failed = 1
        else:
            (REPORTS / name).write_bytes(data)
            print(f"已生成 {name}")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
