"""网页测试共用：看不看得清（文字与底色的反差），按不按得到（大小），焦点在哪里。"""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

_MEASURES = Path(__file__).with_name("sight.js").read_text(encoding="utf-8")


def faint(page: Page) -> Sequence[str]:
    """反差不到 WCAG AA 的文字：小字 4.5，大字 3。"""
    found: list[str] = page.evaluate(f"{_MEASURES}.faint()")
    return found


def cramped(page: Page) -> Sequence[str]:
    """不到 24 像素见方、不好按的（WCAG 2.2 AA）。"""
    found: list[str] = page.evaluate(f"{_MEASURES}.cramped()")
    return found


def focus(page: Page) -> tuple[str, bool]:
    """焦点在哪个元素上，看不看得出。"""
    name, seen = page.evaluate(f"{_MEASURES}.focus()")
    return name, seen


def moving(page: Page) -> int:
    """有几个元素带着动画。"""
    found: int = page.evaluate(f"{_MEASURES}.moving()")
    return found
