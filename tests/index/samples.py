"""检索一间测试用的几份小报告；句句是编的。"""

import os
from pathlib import Path

from corpus.outline import parse
from corpus.records import Line, Report, Text

LONG_AGO = 1_600_000_000
QINGHE_2023 = """青河县交通运输局2023年工作总结和2024年工作计划

2023年，全县交通运输工作稳步推进。
一、2023年工作总结
（一）农村公路建设
今年以来，完成农村公路新改建42公里，改造危桥6座。投资1.2亿元，同比增长8%。
（二）运输服务保障
新增新能源公交车15辆，开通助学公交3条。全年客运量达到210万人次。
二、2024年工作计划
（一）加快路网建设
计划新改建农村公路50公里，实施安防工程120公里。
（二）提升服务水平
力争新增新能源公交车20辆。
"""

LINXI_2022 = """临溪市公路事业发展中心2022年工作总结

一、养护工作
完成预防性养护88公里，处治塌方滑坡12处。国省干线优良路率达到91.5%。
二、治超工作
检测货车3.6万辆，查处超限车辆xxx辆，超限率控制在1%以内。
"""


def report(text: str, name: str = "报告.txt") -> Report:
    """把一段文字读成报告。"""
    lines = tuple(Line(line) for line in text.splitlines())
    return parse(Text(lines, 0), name)[0]


def put(folder: Path, name: str, text: str | bytes, seconds: int = LONG_AGO) -> None:
    """放入一份文件；改动时间早已过去。"""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (seconds, seconds))
