"""给用户看的固定说法。"""

from corpus.records import Role
from index.records import Bound, Measure, Quantity

ROLE_WORDS: dict[Role | None, str] = {Role.RESULT: "完成", Role.PLAN: "计划", Role.SITUATION: "形势", None: ""}
REDACTED = "原文已隐去"
NOT_MENTIONED = "未提及"
UNKNOWN_ISSUER = "文中未写明单位"

OUTSIDE = "这不是工作报告里的内容。我只根据已入库的工作报告和计划回答，例如“{example}”。"
EMPTY_LIBRARY = "还没有入库任何报告。请管理员把报告放进文件夹，再运行 jihuatong index。"
NO_QUESTION = "请输入要问的内容，例如“{example}”。"
EXAMPLE = "2023年农村公路新改建多少公里"


def value_text(quantity: Quantity) -> str:
    """数字的普通写法，不带单位；隐去的与期限、分数没有值。"""
    if quantity.value is None:
        return ""
    return format(quantity.value.normalize(), "f")


def spoken(quantity: Quantity) -> str:
    """给人看的数量：“30 公里”“1100 万人以上”“2–3 家”；名次、期限、分数照原文。"""
    if quantity.blanked:
        return f"{REDACTED}（{quantity.raw}）"
    if quantity.measure is not Measure.AMOUNT or quantity.value is None:
        return quantity.raw
    number = value_text(quantity)
    if quantity.upper is not None:
        number = f"{number}–{format(quantity.upper.normalize(), 'f')}"
    before = {Bound.ABOUT: "约 "}.get(quantity.bound, "")
    after = {Bound.AT_LEAST: "以上", Bound.AT_MOST: "以内", Bound.OVER: "（余）"}.get(quantity.bound, "")
    gap = "" if quantity.unit in ("%", "‰") or quantity.unit[:1] in "万亿千百十" else " "
    return f"{before}{number}{gap}{quantity.unit}{after}"


def caption(year: int | None, role: Role | None, issuer: str | None) -> str:
    """“2023年计划，沂源县交通运输局”；不知道的项不写。"""
    when = f"{year}年" if year else ""
    what = ROLE_WORDS[role]
    return "，".join(part for part in (when + what, issuer or "") if part)
